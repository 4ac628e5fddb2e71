"""A list on its way to the approver's word: handed in, looked at, approved, returned, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.approvals import LONGEST, ApprovalNumber, told_differences
from api.pages.findings import FindingsTable, commune_names, findings_table
from api.pages.impacts import ImpactView, impact_view
from api.pages.rendering import render
from api.pages.survey_checks import check_waiting, pending_of, sender_of
from api.pages.survey_maps import drawn
from api.pages.survey_uploads import XLSX, PageNumber, Shown, number_in
from api.pending import Pending
from api.ranges import attachment
from api.refusals import Fault, RequestUnreadable
from api.surveys import raw_file_answer, reading_limits
from api.uploads import Upload
from api.worker import ask_for_assessment
from coverage.actions import approvals
from coverage.actions.approvals import Approval, ListFile
from coverage.actions.survey_previews import preview
from coverage.approvals import WITH_APPROVER
from coverage.errors import Conflict
from coverage.intake.annotated import annotate, marked_name
from coverage.people import MAY, Act

router = APIRouter()
News = Annotated[Literal["handed_in", "changed", "returned", "taken_back"] | None, Query()]
_LOOK_AGAIN = {"findings_changed", "handed_in_otherwise"}


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """A list that is not submitted yet, as its approver and its officers see it.

    ``approves``: the visitor may give the word now; ``alone``: there is no approver any more.
    ``changes`` is what another check found otherwise, its findings in words.
    """

    approval: Approval
    report: Mapping[str, Any]
    table: FindingsTable
    impact: ImpactView
    changes: Mapping[str, Any] | None
    approves: bool
    waits: bool
    alone: bool
    news: str | None
    longest: int = LONGEST
    template: ClassVar[str] = "approval.html"


@router.post("/surveys/pending/{key}/hand-in")
def hand_in(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, key: str
) -> Response:
    """Hand in the checked file that waits for its sender; from now on it waits in the database."""
    pending, sender = pending_of(request), sender_of(holder)
    waiting = pending.find(sender, key)
    sent = ListFile(
        waiting.upload.content, waiting.upload.name, waiting.province_code, waiting.mapping,
        waiting.corrections, number_in(fields, "replaces"),
    )  # fmt: skip
    found = approvals.hand_in(
        opened, holder.actor, sent, note=_text(fields, "note"), due_on=_day(fields, "due_on"),
        again=number_in(fields, "again"), limits=reading_limits(asked.settings(request).intake),
    )  # fmt: skip
    pending.forget(sender)
    return RedirectResponse(f"/approvals/{found.number}?news=handed_in", 303)


@router.get("/approvals/{number}")
def approval_page(  # noqa: PLR0917 - path, query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: ApprovalNumber,
    show: Shown = None, page: PageNumber = 1, news: News = None,
) -> Response:  # fmt: skip
    """Show a list with its findings and what submitting would do; of an approved one, its receipt."""
    actor, language = holder.actor, asked.language(request)
    found, shown = approvals.get_approval(opened, actor, number)
    if shown is None:
        return RedirectResponse(f"/surveys/{found.submission}", 303)
    report = shown.report.as_json(language)
    communes = commune_names(opened, actor, found.province_code)
    waits = found.status in WITH_APPROVER
    return render(
        request,
        ApprovalPage(
            found, report, findings_table(report, communes, show, page),
            impact_view(shown.impact, communes, language),
            None if shown.was is None else told_differences(shown.was, language),
            approves=waits and actor.role in MAY[Act.APPROVE_SURVEY], waits=waits,
            alone=not approvals.needs_word(opened, actor), news=news,
        ),
    )  # fmt: skip


@router.post("/approvals/{number}/approve")
def approve(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: ApprovalNumber,
) -> Response:  # fmt: skip
    """Submit the list; when another check finds something else, show that first."""
    limits = reading_limits(asked.settings(request).intake)
    try:
        receipt = approvals.approve(
            opened, holder.actor, number, str(fields.get("seen", "")), limits=limits
        )
    except Conflict as refused:
        if refused.facts["reason"] not in _LOOK_AGAIN:
            raise
        return RedirectResponse(f"/approvals/{number}?news=changed", 303)
    ask_for_assessment(opened, receipt.province_code)
    return RedirectResponse(f"/surveys/{receipt.number}?news=approved", 303)


@router.post("/approvals/{number}/return")
def return_list(
    opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, number: ApprovalNumber
) -> Response:
    """Give the list back to its officer."""
    approvals.return_list(opened, holder.actor, number, _text(fields, "reason"))
    return RedirectResponse(f"/approvals/{number}?news=returned", 303)


@router.post("/approvals/{number}/take-back", dependencies=asked.FORM_CHECKED)
def take_back(opened: asked.Opened, holder: asked.Visiting, number: ApprovalNumber) -> Response:
    """Take the list back from the approver."""
    approvals.take_back(opened, holder.actor, number)
    return RedirectResponse(f"/approvals/{number}?news=taken_back", 303)


@router.post("/approvals/{number}/drop", dependencies=asked.FORM_CHECKED)
def drop(opened: asked.Opened, holder: asked.Visiting, number: ApprovalNumber) -> Response:
    """Forget the list."""
    approvals.drop(opened, holder.actor, number)
    return RedirectResponse("/surveys", 303)


@router.post("/approvals/{number}/correct", dependencies=asked.FORM_CHECKED)
def correct(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: ApprovalNumber
) -> Response:
    """Take a list that came back up again: checked as it is today, to be corrected on the page."""
    sent = approvals.list_file(opened, holder.actor, number)
    waiting = Pending(
        "", Upload(sent.name, sent.content), sent.province_code, sent.mapping,
        asked.language(request), {}, replaces=sent.replaces, corrections=sent.corrections,
        approval=number,
    )  # fmt: skip
    return check_waiting(request, opened, holder, waiting)


@router.get("/approvals/{number}/file")
def raw_file(opened: asked.Opened, holder: asked.Visiting, number: ApprovalNumber) -> Response:
    """Hand out the file as it was sent."""
    sent = approvals.list_file(opened, holder.actor, number)
    return raw_file_answer(sent.name, sent.content)


@router.get("/approvals/{number}/marked")
def marked(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: ApprovalNumber
) -> Response:
    """Hand out the file as a workbook with its findings marked."""
    limits = reading_limits(asked.settings(request).intake)
    sent = approvals.list_file(opened, holder.actor, number)
    report = preview(
        opened, holder.actor, sent.content, sent.name, sent.province_code, mapping=sent.mapping,
        corrections=sent.corrections, replaces=sent.replaces, limits=limits,
    ).report  # fmt: skip
    book = annotate(sent.content, sent.name, report, asked.language(request), limits)
    return Response(book, media_type=XLSX, headers=attachment(marked_name(sent.name)))


@router.get("/approvals/{number}/map")
def map_of_list(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: ApprovalNumber
) -> Response:
    """Draw the points of a list."""
    found, shown = approvals.get_approval(opened, holder.actor, number)
    if shown is None:
        return RedirectResponse(f"/surveys/{found.submission}/map", 303)
    return drawn(
        request, opened, holder.actor, shown.report.as_json(asked.language(request)),
        found.province_code, f"/approvals/{number}", found.handed_in_at,
    )  # fmt: skip


def _text(fields: FormData, name: str) -> str:
    """A text of the form, with the ends of its lines as they are everywhere.

    Raises:
        RequestUnreadable: it is too long.
    """
    said = str(fields.get(name, "")).replace("\r\n", "\n").strip()
    if len(said) > LONGEST:
        raise RequestUnreadable([Fault(f"body.{name}", "too_long")])
    return said


def _day(fields: FormData, name: str) -> date | None:
    """A day of the form, None when none was chosen.

    Raises:
        RequestUnreadable: it is no day.
    """
    said = str(fields.get(name, "")).strip()
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise RequestUnreadable([Fault(f"body.{name}", "unknown")]) from None
