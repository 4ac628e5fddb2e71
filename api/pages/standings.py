"""Loading zones that stand somewhere already: a list, what it would do, then the planner's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.rendering import render
from api.pages.survey_checks import sender_of
from api.pending import Pending, PendingUploads
from api.refusals import Fault, RequestUnreadable
from api.surveys import reading_limits
from api.uploads import read_file
from api.worker import ask_for_assessment
from coverage.actions import standings, units
from coverage.errors import InputRefused
from coverage.findings import Finding
from coverage.people import Act, Actor
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.units import NamedUnit

router = APIRouter(prefix="/standings")
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
    waiting = _pending(request).find(sender_of(holder), key)
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
    """Load the waiting list, then ask for the verdicts of the zones that it entered."""
    sender = sender_of(holder)
    waiting = _pending(request).find(sender, key)
    try:
        done = standings.load_standings(
            opened, holder.actor, waiting.upload.content, waiting.upload.name,
            waiting.province_code, limits=reading_limits(asked.settings(request).intake),
        )  # fmt: skip
    except InputRefused as refused:  # something changed since it was checked
        return _refused(request, opened, holder, waiting, refused)
    _pending(request).forget(sender)
    if done.file_id is not None:
        ask_for_assessment(opened, waiting.province_code)
    totals = done.totals()
    changed = totals["rows"] - totals["rejected"] - totals["unchanged"]
    return RedirectResponse(f"/standings?changed={changed}&rejected={totals['rejected']}", 303)


@router.post("/pending/{key}/forget", dependencies=asked.FORM_CHECKED)
def forget(request: Request, holder: asked.Visiting, key: str) -> Response:
    """Forget the waiting list; nothing of it stays."""
    _pending(request).find(sender_of(holder), key)
    _pending(request).forget(sender_of(holder))
    return RedirectResponse("/standings", 303)


def _check(
    request: Request, opened: Database, holder: SessionHolder, waiting: Pending
) -> Response:  # fmt: skip
    if waiting.province_code not in {one.code for one in units.provinces(opened, holder.actor)}:
        raise RequestUnreadable([Fault("body.province", "missing")])
    try:
        foretold = standings.check_standings(
            opened, holder.actor, waiting.upload.content, waiting.upload.name,
            waiting.province_code, limits=reading_limits(asked.settings(request).intake),
        )  # fmt: skip
    except InputRefused as refused:
        return _refused(request, opened, holder, waiting, refused)
    report = foretold.as_json(waiting.language)
    key = _pending(request).keep(sender_of(holder), replace(waiting, report=report))
    return RedirectResponse(f"/standings/pending/{key}", 303)


def _refused(
    request: Request, opened: Database, holder: SessionHolder, waiting: Pending,
    refused: InputRefused,
) -> Response:  # fmt: skip
    page = replace(
        _page(request, opened, holder), file_name=waiting.upload.name,
        findings=refused.findings, province_code=waiting.province_code,
    )  # fmt: skip
    return render(request, page, status=422)


def _page(request: Request, opened: Database, holder: SessionHolder) -> StandingsPage:
    return StandingsPage(
        units.provinces(opened, holder.actor), asked.settings(request).intake.max_bytes,
        waiting=_pending(request).key_of(sender_of(holder)),
    )  # fmt: skip


def _province_name(opened: Database, actor: Actor, code: str) -> str:
    named = {one.code: one.name for one in units.provinces(opened, actor)}
    return named.get(code, code)


def _pending(request: Request) -> PendingUploads:
    return PendingUploads(asked.settings(request).folders.var / "standing-uploads")
