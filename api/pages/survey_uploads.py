"""Sending a survey file: upload, findings, the officer's word on columns, then submit or forget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.job_desk import open_check
from api.pages.findings import FindingsTable, commune_names, findings_table, row_at
from api.pages.impacts import ImpactView, impact_view
from api.pages.rendering import render
from api.pages.survey_checks import UploadPage, check_waiting, pending_of, sender_of
from api.pending import Pending
from api.ranges import attachment
from api.surveys import reading_limits
from api.uploads import read_file
from api.worker import ask_for_assessment
from coverage.actions import approvals, surveys
from coverage.actions.approvals import Approval, lists_that_came_back
from coverage.findings import Language
from coverage.intake.columns import mapping_of
from coverage.intake.fields import NAMES
from coverage.intake.fields import Field as SurveyField
from coverage.people import Act
from coverage.storage.surveys import Submission
from coverage.surveys import RowStatus

router = APIRouter(prefix="/surveys")
Shown = Annotated[RowStatus | Literal["all"] | None, Query()]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Place = Annotated[int, Query(ge=0, le=1_000_000)]
_COLUMN = "column:"  # a form's field: what this column holds
_DIGITS = 9  # of a number
_ABOUT_COLUMNS = {"column.missing", "column.by_content"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """What was found in a file that waits to be submitted.

    ``corrected`` is the row that was corrected just now, with its ``place`` in the file.
    ``needs_word``: it is submitted with an approver's word only; ``came_back`` are the lists that
    it may be handed in again for, ``again`` the one that it was taken from.
    """

    key: str
    report: Mapping[str, Any]
    table: FindingsTable
    fields: Mapping[str, str]
    columns_in_doubt: bool
    impact: ImpactView
    earlier: Sequence[Submission]
    needs_word: bool
    came_back: Sequence[Approval]
    again: int | None
    corrected: Mapping[str, Any] | None
    template: ClassVar[str] = "survey_checked.html"


@router.get("/new")
def upload_page(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the form."""
    holder.actor.must(Act.SUBMIT_SURVEY)
    sender = sender_of(holder)
    running = open_check(request, holder.actor, "check_survey")
    page = UploadPage(
        asked.settings(request).intake.max_bytes, waiting=pending_of(request).key_of(sender),
        running=None if running is None else str(running),
        needs_word=approvals.needs_word(opened, holder.actor),
    )  # fmt: skip
    return render(request, page)


@router.get("/template")
def template(opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Hand out a workbook to fill in, with the communes of the officer's province."""
    holder.actor.must(Act.SUBMIT_SURVEY)
    code = holder.actor.province_code or ""
    content = surveys.template(opened, holder.actor, code)
    return Response(content, media_type=XLSX, headers=attachment(f"mau-khao-sat-{code}.xlsx"))


@router.post("/check")
async def check(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Check the file and keep it until its sender submits or forgets it."""
    holder.actor.must(Act.SUBMIT_SURVEY)
    upload = await read_file(fields)
    waiting = Pending("", upload, holder.actor.province_code or "", {}, asked.language(request), {})
    return await run_in_threadpool(check_waiting, request, opened, holder, waiting)


@router.get("/pending/{key}")
def checked_page(  # noqa: PLR0917 - path, query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str,
    show: Shown = None, page: PageNumber = 1, corrected: Place | None = None,
) -> Response:  # fmt: skip
    """Show what was found, again when the visitor has changed the language since."""
    waiting = pending_of(request).find(sender_of(holder), key)
    language = asked.language(request)
    if waiting.language is not language:
        return check_waiting(request, opened, holder, replace(waiting, language=language))
    earlier = [
        one
        for one in surveys.list_submissions(opened, holder.actor)
        if one.status == "submitted" and one.sha256 != waiting.report["sha256"]
    ]
    communes = commune_names(opened, holder.actor, waiting.province_code)
    return render(
        request,
        CheckedPage(
            key, waiting.report, findings_table(waiting.report, communes, show, page),
            _field_names(language), _in_doubt(waiting.report),
            impact_view(waiting.impact, communes, language), earlier,
            approvals.needs_word(opened, holder.actor), lists_that_came_back(opened, holder.actor),
            waiting.approval,
            row_at(waiting.report, corrected),
        ),
    )  # fmt: skip


@router.post("/pending/{key}/columns")
def correct_columns(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, key: str
) -> Response:
    """Check the file again with what its sender says of the columns."""
    waiting = pending_of(request).find(sender_of(holder), key)
    said = {**waiting.mapping, **mapping_of(_said(fields, waiting.report))}
    return check_waiting(request, opened, holder, replace(waiting, mapping=said))


@router.post("/pending/{key}/impact")
def preview_again(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, key: str
) -> Response:
    """Tell anew what submitting would do, when the file corrects the submission chosen."""
    waiting = pending_of(request).find(sender_of(holder), key)
    again = replace(waiting, replaces=number_in(fields, "replaces"))
    return check_waiting(request, opened, holder, again, "#impact")


@router.post("/pending/{key}/submit")
def submit(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, key: str
) -> Response:
    """Submit the waiting file; it does not wait any more."""
    pending = pending_of(request)
    waiting = pending.find(sender_of(holder), key)
    receipt = surveys.submit(
        opened, holder.actor, waiting.upload.content, waiting.upload.name, waiting.province_code,
        mapping=waiting.mapping, corrections=waiting.corrections, replaces=number_in(fields, "replaces"),
        limits=reading_limits(asked.settings(request).intake),
    )  # fmt: skip
    pending.forget(sender_of(holder))
    if waiting.approval is not None:
        approvals.drop_submitted(opened, holder.actor, waiting.approval)
    if not receipt.already:
        ask_for_assessment(opened, waiting.province_code)
    news = "again" if receipt.already else "submitted"
    return RedirectResponse(f"/surveys/{receipt.number}?news={news}", 303)


@router.post("/pending/{key}/forget", dependencies=asked.FORM_CHECKED)
def forget(request: Request, holder: asked.Visiting, key: str) -> Response:
    """Forget the waiting file; nothing of it stays."""
    pending_of(request).find(sender_of(holder), key)
    pending_of(request).forget(sender_of(holder))
    return RedirectResponse("/surveys/new", 303)


def number_in(fields: FormData, name: str) -> int | None:
    """Return a number that a form says, None when it says none."""
    said = str(fields.get(name, ""))
    return int(said) if said.isdecimal() and len(said) <= _DIGITS else None


def _said(fields: FormData, report: Mapping[str, Any]) -> list[str]:
    """What the form says of the columns, where it differs from what was understood."""
    known = {column["column"]: column["field"] or "" for column in report["form"]["columns"]}
    return [
        f"{column}={fields[_COLUMN + column]}"
        for column, field in known.items()
        if fields.get(_COLUMN + column, "") not in {"", field}
    ]


def _in_doubt(report: Mapping[str, Any]) -> bool:
    """Whether the officer should look at how the columns were understood."""
    return any(found["rule"] in _ABOUT_COLUMNS for found in report["findings"])


def _field_names(language: Language) -> dict[str, str]:
    """How people call what a column may hold; the last one says that it holds nothing of use."""
    place = 0 if language is Language.VI else 1
    names = {field.value: pair[place] for field, pair in NAMES.items()}
    ignored = ("không dùng", "not used")[place]
    return {**names, SurveyField.IGNORED.value: ignored}
