"""Checking what an operator sends: while it waits, what was found, then loading or forgetting."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.door import today
from api.headers import map_policy
from api.job_desk import ask
from api.operator_data import areas_of, register_of
from api.operator_drawing import content_of_operator_data
from api.pages.operator_forms import page_of, pending_of
from api.pages.rendering import render
from api.pages.survey_checks import sender_of
from api.pending import Pending
from api.ranges import attachment
from api.surveys import reading_limits
from api.words import word
from api.worker import ask_for_operator_assessment
from coverage.actions import service_areas
from coverage.actions.overview import see_country
from coverage.actions.towers import load_register
from coverage.errors import InputRefused
from coverage.intake.document import Limits
from coverage.people import Actor
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from maps.document import inline_hashes, map_document

router = APIRouter(prefix="/operator-data")
SHOWN = 200  # findings on the page; the file to download has all
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """What was found in a file that waits for its sender's word, the gravest findings first."""

    key: str
    kind: str
    report: Mapping[str, Any]
    shown: int
    drawn: bool
    template: ClassVar[str] = "operator_checked.html"


def check_waiting(
    request: Request, opened: Database, holder: SessionHolder, waiting: Pending
) -> Response:
    """Check a file, keep it with its report, and lead to its page; or say why it is refused."""
    sender_of(holder)
    name = waiting.upload.name
    try:
        return ask(request, opened, holder, "check_operator_data", {}, about=name, sent=waiting)
    except InputRefused as refused:
        return _refused(request, opened, holder, name, refused, waiting.mapping)


@router.get("/checking/{job_id}", dependencies=asked.SIGNED_IN)
def checking_page(job_id: uuid.UUID) -> Response:
    """Lead to the page of the check: it has moved among the other jobs."""
    return RedirectResponse(f"/jobs/{job_id}", 303)


@router.get("/pending/{key}")
def checked_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str
) -> Response:
    """Show what was found, again when the visitor has changed the language since."""
    waiting = pending_of(request).find(sender_of(holder), key)
    if waiting.language is not asked.language(request):
        again = replace(waiting, language=asked.language(request))
        return check_waiting(request, opened, holder, again)
    report = {**waiting.report, "findings": _gravest_first(waiting.report)}
    drawn = bool(waiting.impact["outlines"] or waiting.impact["stations"])
    page = CheckedPage(key, waiting.mapping["kind"], report, SHOWN, drawn)
    return render(request, page)


@router.get("/pending/{key}/map")
def map_of_waiting(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str
) -> Response:
    """Draw what a waiting file says, over the zones and stations that its sender sees."""
    waiting = pending_of(request).find(sender_of(holder), key)
    overview = see_country(opened, holder.actor, with_sites=True)
    content = content_of_operator_data(
        overview, waiting.upload.name, waiting.impact["outlines"], waiting.impact["stations"],
        asked.language(request),
    )  # fmt: skip
    document = map_document(content)
    return Response(
        document, media_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": map_policy(*inline_hashes(document)),
            "Cache-Control": "private, no-store",
        },
    )  # fmt: skip


@router.get("/pending/{key}/findings.csv")
def findings_file(request: Request, holder: asked.Visiting, key: str) -> Response:
    """Hand out every finding as a table that opens in a spreadsheet."""
    waiting = pending_of(request).find(sender_of(holder), key)
    name = waiting.upload.name.rsplit(".", 1)[0]
    return Response(
        _table(waiting), media_type="text/csv; charset=utf-8",
        headers=attachment(f"{name} - nhan xet.csv"),
    )  # fmt: skip


@router.post("/pending/{key}/load")
def load(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, key: str
) -> Response:
    """Load the waiting file, or its good rows, then ask for the verdicts it may change."""
    sender = sender_of(holder)
    waiting = pending_of(request).find(sender, key)
    if fields.get("rows") == "accepted":
        waiting = replace(waiting, mapping={**waiting.mapping, "rows": "accepted"})
    limits = reading_limits(asked.settings(request).intake)
    try:
        changed = _loaded(opened, holder.actor, waiting, limits)
    except InputRefused as refused:  # something changed since it was checked
        return _refused(request, opened, holder, waiting.upload.name, refused, waiting.mapping)
    pending_of(request).forget(sender)
    if changed:
        ask_for_operator_assessment(opened, *changed)
    told = waiting.mapping["kind"] if changed else "unchanged"
    return RedirectResponse(f"/operator-data?loaded={told}", 303)


@router.post("/pending/{key}/forget", dependencies=asked.FORM_CHECKED)
def forget(request: Request, holder: asked.Visiting, key: str) -> Response:
    """Forget the waiting file; nothing of it stays."""
    pending_of(request).find(sender_of(holder), key)
    pending_of(request).forget(sender_of(holder))
    return RedirectResponse("/operator-data", 303)


def _loaded(
    opened: Database, actor: Actor, waiting: Pending, limits: Limits
) -> tuple[uuid.UUID, ...]:
    """Load the file; return the operators whose verdicts it may change, none if it stood already."""
    if waiting.mapping["kind"] == "register":
        register = load_register(opened, actor, register_of(waiting), today(), limits=limits)
        return register.operator_ids if register.changed else ()
    areas = service_areas.load(opened, actor, areas_of(waiting), today(), limits=limits)
    return (areas.operator_id,) if areas.changed else ()


def _refused(  # noqa: PLR0917 - what the page says
    request: Request, opened: Database, holder: SessionHolder, file_name: str,
    refused: InputRefused, said: Mapping[str, str],
) -> Response:  # fmt: skip
    page = page_of(
        request, opened, holder.actor, file_name=file_name, findings=refused.findings, said=said
    )
    return render(request, page, status=422)


def _gravest_first(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    order = ("error", "warning", "info")
    return sorted(report["findings"], key=lambda found: order.index(found["severity"]))


def _table(waiting: Pending) -> bytes:
    """Every finding as CSV that a Vietnamese Excel opens: a mark of its encoding, semicolons."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";")
    vietnamese = waiting.language.value == "vi"
    rows.writerow(
        ["Trang hoặc lớp", "Dòng", "Mức", "Cột", "Ô ghi", "Nhận xét", "Cách sửa", "Quy tắc"]
        if vietnamese
        else [
            "Sheet or layer",
            "Row",
            "Severity",
            "Column",
            "Cell",
            "Finding",
            "What to do",
            "Rule",
        ]
    )
    for found in _gravest_first(waiting.report):
        rows.writerow(
            _harmless(cell)
            for cell in (
                found["sheet"], found["row"], word(found["severity"], waiting.language, "Severity"),
                found["column"], found["value"], found["message"], found["fix"], found["rule"],
            )
        )  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    written = "" if cell is None else str(cell)
    return f"'{written}" if written.startswith(_FORMULA) else written
