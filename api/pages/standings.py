"""Loading zones that stand somewhere already: a list, what it would do, then the planner's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import dependencies as asked
from api.list_works import STANDINGS
from api.pages.checked_files import CheckedFiles, Refused
from api.pages.rendering import render
from api.pending import Pending
from api.refusals import Fault, RequestUnreadable
from api.uploads import read_file
from coverage.actions import units
from coverage.errors import InputRefused
from coverage.findings import Finding
from coverage.people import Act, Actor
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.units import NamedUnit

router = APIRouter(prefix="/standings")
FILES = CheckedFiles(STANDINGS, "check_standings", "load_standings", "/standings")
SHOWN = 200  # rows on the page, the rejected first
Count = Annotated[int, Query(ge=0, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class StandingsPage:
    """The form; after a load how many zones changed, after a refusal why."""

    provinces: Sequence[NamedUnit]
    max_bytes: int
    province_code: str = ""
    changed: int | None = None
    rejected: int = 0
    file_name: str = ""
    findings: Sequence[Finding] = ()
    waiting: str | None = None
    running: str | None = None
    template: ClassVar[str] = "standings.html"


@dataclass(frozen=True, slots=True)
class StandingsCheckedPage:
    """What a waiting list would do, row by row, the rejected rows first."""

    key: str
    report: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    hidden: int
    province: str
    template: ClassVar[str] = "standings_checked.html"


@router.get("")
def standings_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    changed: Count | None = None, rejected: Count = 0,
) -> Response:  # fmt: skip
    """Show the form, and what came of the last list."""
    holder.actor.must(Act.LOAD_STANDINGS)
    page = _page(request, opened, holder)
    return render(request, replace(page, changed=changed, rejected=rejected))


@router.post("/check")
async def check(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Check the list and keep it until its sender loads or forgets it."""
    holder.actor.must(Act.LOAD_STANDINGS)
    upload = await read_file(fields)
    province = str(fields.get("province", ""))[:2]
    waiting = Pending("", upload, province, {}, asked.language(request), {})
    return await run_in_threadpool(_check, request, opened, holder, waiting)


@router.get("/pending/{key}")
def checked_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str
) -> Response:
    """Show what the waiting list would do."""
    holder.actor.must(Act.LOAD_STANDINGS)
    waiting = FILES.find(request, holder, key)
    if waiting.language is not asked.language(request):
        again = replace(waiting, language=asked.language(request))
        return _check(request, opened, holder, again)
    rows = sorted(waiting.report["rows"], key=lambda row: row["status"] != "rejected")
    page = StandingsCheckedPage(
        key, waiting.report, rows[:SHOWN], max(len(rows) - SHOWN, 0),
        _province_name(opened, holder.actor, waiting.province_code),
    )  # fmt: skip
    return render(request, page)


@router.post("/pending/{key}/load", dependencies=asked.FORM_CHECKED)
def load(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str
) -> Response:  # fmt: skip
    """Load the waiting list; the verdicts of the zones that it entered are asked for."""
    return FILES.load(request, opened, holder, key, refused=_refused(request, opened, holder))


@router.post("/pending/{key}/forget", dependencies=asked.FORM_CHECKED)
def forget(request: Request, holder: asked.Visiting, key: str) -> Response:
    """Forget the waiting list; nothing of it stays."""
    return FILES.forget(request, holder, key)


def _check(
    request: Request, opened: Database, holder: SessionHolder, waiting: Pending
) -> Response:  # fmt: skip
    if waiting.province_code not in {one.code for one in units.provinces(opened, holder.actor)}:
        raise RequestUnreadable([Fault("body.province", "missing")])
    refused = _refused(request, opened, holder)
    return FILES.check(request, opened, holder, waiting, refused=refused)


def _refused(request: Request, opened: Database, holder: SessionHolder) -> Refused:
    def shown(waiting: Pending, refused: InputRefused) -> Response:
        page = replace(
            _page(request, opened, holder), file_name=waiting.upload.name,
            findings=refused.findings, province_code=waiting.province_code,
        )  # fmt: skip
        return render(request, page, status=422)

    return shown


def _page(request: Request, opened: Database, holder: SessionHolder) -> StandingsPage:
    return StandingsPage(
        units.provinces(opened, holder.actor), asked.settings(request).intake.max_bytes,
        waiting=FILES.waiting(request, holder), running=FILES.running(request, holder),
    )  # fmt: skip


def _province_name(opened: Database, actor: Actor, code: str) -> str:
    named = {one.code: one.name for one in units.provinces(opened, actor)}
    return named.get(code, code)
