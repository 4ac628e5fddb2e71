"""On-air reports on pages: a list checked then sent, one zone at a time, accepted or returned."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.deliveries import FORM_NAME, XLSX, ReportId
from api.pages.awards import day_of, with_error
from api.pages.rendering import render
from api.pages.survey_checks import sender_of
from api.pending import Pending, PendingUploads
from api.ranges import attachment
from api.refusals import RequestUnreadable
from api.surveys import raw_file_answer, reading_limits
from api.uploads import Upload, read_file
from coverage.actions import acceptance, awards, deliveries, on_air
from coverage.actions.deliveries import SeenAward, SeenZone
from coverage.actions.zone_deliveries import zone_deliveries
from coverage.deliveries import Measured, OnAirWish
from coverage.errors import Conflict, DeliveryRefused, InputRefused, NotFound, NothingToDo
from coverage.findings import Finding, finding
from coverage.people import Act
from coverage.storage.awards import Award
from coverage.storage.on_air import Proof
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.towers import Technology

router = APIRouter(prefix="/on-air")
_FIELDS = (
    "on_air_on", "technology", "latitude", "longitude", "level_dbm", "down_mbps", "up_mbps",
    "availability_percent", "measured_on", "note",
)  # fmt: skip
_FIGURES = ("level_dbm", "down_mbps", "up_mbps", "availability_percent", "latitude", "longitude")
_LONGEST = 2000
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class OnAirPage:
    """An operator's own awards, the form and the list to send."""

    awards: Sequence[Award]
    max_bytes: int
    waiting: str | None
    file_name: str = ""
    findings: Sequence[Finding] = ()
    error: str = ""
    sent: int | None = None
    rejected: int = 0
    template: ClassVar[str] = "on_air.html"


@dataclass(frozen=True, slots=True)
class OnAirCheckedPage:
    """What a checked list would do, row by row, what is wrong first."""

    key: str
    report: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    hidden: int
    template: ClassVar[str] = "on_air_checked.html"


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form of one report; after a refusal with what was typed."""

    award: SeenAward
    zone: SeenZone
    said: Mapping[str, str]
    technologies: Sequence[Technology]
    max_bytes: int
    findings: Sequence[Finding] = ()
    error: str = ""
    template: ClassVar[str] = "on_air_report.html"


@router.get("")
def on_air_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    sent: Annotated[int | None, Query(ge=0, le=1_000_000)] = None,
    rejected: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:  # fmt: skip
    """Show where reports are sent, and what came of the last list."""
    holder.actor.must(Act.REPORT_ON_AIR)
    page = _page(request, opened, holder)
    return render(request, replace(page, sent=sent, rejected=rejected))


@router.get("/form")
def form(opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Hand out the workbook to fill in."""
    content = deliveries.report_form(opened, holder.actor)
    return Response(content, media_type=XLSX, headers=attachment(FORM_NAME))


@router.post("/check")
async def check(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Check a list and keep it until its sender sends or forgets it."""
    holder.actor.must(Act.REPORT_ON_AIR)
    try:
        upload = await read_file(fields)
    except RequestUnreadable:
        upload = None
    return await run_in_threadpool(_check, request, opened, holder, upload)


@router.get("/pending/{key}")
def checked_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str
) -> Response:
    """Show what the waiting list would do."""
    holder.actor.must(Act.REPORT_ON_AIR)
    waiting = _pending(request).find(sender_of(holder), key)
    if waiting.language is not asked.language(request):
        return _check(request, opened, holder, waiting.upload)
    rows = sorted(waiting.report["rows"], key=lambda row: row["status"] != "rejected")
    return render(
        request, OnAirCheckedPage(key, waiting.report, rows[:_SHOWN], max(len(rows) - _SHOWN, 0))
    )


@router.post("/pending/{key}/submit", dependencies=asked.FORM_CHECKED)
def submit(request: Request, opened: asked.Opened, holder: asked.Visiting, key: str) -> Response:
    """Send the waiting list: its good rows become reports."""
    sender = sender_of(holder)
    waiting = _pending(request).find(sender, key)
    try:
        done = on_air.submit_reports(
            opened, holder.actor, waiting.upload.content, name=waiting.upload.name,
            limits=reading_limits(asked.settings(request).intake),
        )  # fmt: skip
    except (InputRefused, NothingToDo, Conflict) as error:
        return _refused(request, opened, holder, waiting.upload.name, error)
    _pending(request).forget(sender)
    totals = done.totals()
    return RedirectResponse(f"/on-air?sent={totals['new']}&rejected={totals['rejected']}", 303)


@router.post("/pending/{key}/forget", dependencies=asked.FORM_CHECKED)
def forget(request: Request, holder: asked.Visiting, key: str) -> Response:
    """Forget the waiting list; nothing of it stays."""
    _pending(request).find(sender_of(holder), key)
    _pending(request).forget(sender_of(holder))
    return RedirectResponse("/on-air", 303)


@router.get("/zones/{zone_id}")
def report_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, zone_id: uuid.UUID
) -> Response:
    """Show the form of one report."""
    holder.actor.must(Act.REPORT_ON_AIR)
    award, zone = _zone_of(opened, holder, zone_id)
    return render(request, _report_page(request, award, zone, {}))


@router.post("/zones/{zone_id}")
async def send_report(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    zone_id: uuid.UUID,
) -> Response:  # fmt: skip
    """Send one report; what is wrong with it comes back with what was typed."""
    holder.actor.must(Act.REPORT_ON_AIR)
    try:
        upload = await read_file(fields)
    except RequestUnreadable:
        upload = None
    return await run_in_threadpool(_send, request, opened, holder, fields, zone_id, upload)


@router.post("/{report_id}/accept")
def accept(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    report_id: ReportId,
) -> Response:  # fmt: skip
    """Accept a report."""
    award_id = _award_of(fields)
    try:
        done = acceptance.accept_report(opened, holder.actor, report_id, _text(fields, "reason"))
    except Conflict as error:
        return with_error(request, opened, holder, award_id, error)
    return RedirectResponse(f"/awards/{done.award_id}?news=accepted#zone-{done.zone_id}", 303)


@router.post("/{report_id}/refuse")
def refuse(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    report_id: ReportId,
) -> Response:  # fmt: skip
    """Return a report with a reason."""
    award_id = _award_of(fields)
    try:
        done = acceptance.refuse_report(opened, holder.actor, report_id, _text(fields, "reason"))
    except Conflict as error:
        return with_error(request, opened, holder, award_id, error)
    return RedirectResponse(f"/awards/{done.award_id}?news=refused#zone-{done.zone_id}", 303)


@router.get("/{report_id}/proof")
def proof(opened: asked.Opened, holder: asked.Visiting, report_id: ReportId) -> Response:
    """Hand out the file that goes with a report, never as something a browser would show."""
    found, _ = acceptance.proof_of(opened, holder.actor, report_id)
    return raw_file_answer(found.name, found.content)


def _check(
    request: Request, opened: Database, holder: SessionHolder, upload: Upload | None
) -> Response:
    if upload is None:
        missing = Conflict("on_air", "no_report_file")
        return _refused(request, opened, holder, "", missing)
    try:
        found = on_air.check_reports(
            opened, holder.actor, upload.content, name=upload.name,
            limits=reading_limits(asked.settings(request).intake),
        )  # fmt: skip
    except (InputRefused, NothingToDo) as error:
        return _refused(request, opened, holder, upload.name, error)
    language = asked.language(request)
    waiting = Pending("", upload, "", {}, language, found.as_json(language))
    key = _pending(request).keep(sender_of(holder), waiting)
    return RedirectResponse(f"/on-air/pending/{key}", 303)


def _refused(
    request: Request, opened: Database, holder: SessionHolder, name: str,
    error: InputRefused | NothingToDo | Conflict,
) -> Response:  # fmt: skip
    page = replace(
        _page(request, opened, holder), file_name=name,
        findings=error.findings if isinstance(error, InputRefused) else (),
        error=problems.detail(error, asked.language(request)),
    )  # fmt: skip
    return render(request, page, status=problems.problem_of(error).status)


def _page(request: Request, opened: Database, holder: SessionHolder) -> OnAirPage:
    return OnAirPage(
        awards.list_awards(opened, holder.actor, standing=True),
        asked.settings(request).intake.max_bytes,
        waiting=_pending(request).key_of(sender_of(holder)),
    )


def _zone_of(
    opened: Database, holder: SessionHolder, zone_id: uuid.UUID
) -> tuple[SeenAward, SeenZone]:
    """The operator's award that has this zone.

    Raises:
        NotFound: there is none.
    """
    standing = zone_deliveries(opened, holder.actor, [zone_id]).get(zone_id)
    if standing is not None and standing.operator_id == holder.actor.organisation_id:
        seen = deliveries.see_award(opened, holder.actor, standing.award_id)
        for zone in seen.zones:
            if zone.zone.zone_id == zone_id and zone.zone.active:
                return seen, zone
    raise NotFound("zone", zone_id)


def _send(  # noqa: PLR0917 - a form's parts
    request: Request, opened: Database, holder: SessionHolder, fields: FormData,
    zone_id: uuid.UUID, upload: Upload | None,
) -> Response:  # fmt: skip
    said = {name: _text(fields, name) for name in _FIELDS}
    award, zone = _zone_of(opened, holder, zone_id)
    figures, unread = _figures(said)
    wish = OnAirWish(
        zone_id, day_of(said["on_air_on"]),
        Technology(said["technology"]) if said["technology"] in set(Technology) else None,
        figures["latitude"], figures["longitude"],
        Measured(
            figures["level_dbm"], figures["down_mbps"], figures["up_mbps"],
            figures["availability_percent"],
        ),
        day_of(said["measured_on"]), said["note"],
    )  # fmt: skip
    attached = None if upload is None else Proof(upload.name, upload.content)
    try:
        if unread:
            raise DeliveryRefused(unread)
        made = on_air.report(opened, holder.actor, wish, attached)
    except (InputRefused, Conflict) as error:
        page = _report_page(request, award, zone, said)
        page = replace(
            page, error=problems.detail(error, asked.language(request)),
            findings=error.findings if isinstance(error, InputRefused) else (),
        )  # fmt: skip
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse(f"/awards/{made.award_id}?news=reported#zone-{zone_id}", 303)


def _figures(said: Mapping[str, str]) -> tuple[dict[str, float | None], list[Finding]]:
    """The numbers of a form, with a point or a comma; blank ones are None."""
    read: dict[str, float | None] = {}
    wrong = []
    for name in _FIGURES:
        text = said[name].replace("−", "-").replace(",", ".").replace(" ", "")
        try:
            read[name] = float(text) if text else None
        except ValueError:
            read[name] = math.nan
        if not fits(name, read[name]):
            read[name] = None
            wrong.append(finding("on_air.figure_unreadable", read=said[name]).at(None, said[name]))
    return read, wrong


def fits(name: str, figure: float | None) -> bool:
    """Tell whether a figure of the form is one; degrees have their bounds."""
    most = {"latitude": 90.0, "longitude": 180.0}.get(name, math.inf)
    return figure is None or (math.isfinite(figure) and abs(figure) <= most)


def _report_page(
    request: Request, award: SeenAward, zone: SeenZone, said: Mapping[str, str]
) -> ReportPage:
    return ReportPage(
        award, zone, {name: said.get(name, "") for name in _FIELDS},
        (Technology.G4, Technology.G5, Technology.G3), asked.settings(request).intake.max_bytes,
    )  # fmt: skip


def _award_of(fields: FormData) -> uuid.UUID:
    try:
        return uuid.UUID(_text(fields, "award"))
    except ValueError:
        raise NotFound("award", _text(fields, "award")) from None


def _text(fields: FormData, name: str) -> str:
    return str(fields.get(name, "")).replace("\x00", "").strip()[:_LONGEST]


def _pending(request: Request) -> PendingUploads:
    return PendingUploads(asked.settings(request).folders.var / "on-air-uploads")
