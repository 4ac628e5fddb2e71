"""Sending a survey file: upload, findings, the officer's word on columns, then submit or forget."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.findings import FindingsTable, commune_names, findings_table
from api.pages.pending import Pending, PendingUploads
from api.pages.rendering import render
from api.ranges import attachment
from api.surveys import reading_limits
from api.uploads import read_file
from api.worker import ask_for_assessment
from coverage.actions import surveys
from coverage.errors import InputRefused, NotSignedIn
from coverage.findings import Finding, Language
from coverage.intake.columns import mapping_of
from coverage.intake.fields import NAMES
from coverage.intake.fields import Field as SurveyField
from coverage.people import Act
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.surveys import Submission
from coverage.surveys import RowStatus

router = APIRouter(prefix="/surveys")
Shown = Annotated[RowStatus | Literal["all"] | None, Query()]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
_COLUMN = "column:"  # a form's field: what this column holds
_ABOUT_COLUMNS = {"column.missing", "column.by_content"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class UploadPage:
    """The form; after a refusal, which file was not taken and why."""

    max_bytes: int
    file_name: str = ""
    findings: Sequence[Finding] = ()
    template: ClassVar[str] = "survey_upload.html"


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """What was found in a file that waits to be submitted."""

    key: str
    report: Mapping[str, Any]
    table: FindingsTable
    fields: Mapping[str, str]
    columns_in_doubt: bool
    earlier: Sequence[Submission]
    template: ClassVar[str] = "survey_checked.html"


@router.get("/new")
def upload_page(request: Request, holder: asked.Visiting) -> Response:
    """Show the form."""
    holder.actor.must(Act.SUBMIT_SURVEY)
    return render(request, UploadPage(asked.settings(request).intake.max_bytes))


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
    return await run_in_threadpool(_check, request, opened, holder, waiting)


@router.get("/pending/{key}")
def checked_page(  # noqa: PLR0917 - path, query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str,
    show: Shown = None, page: PageNumber = 1,
) -> Response:  # fmt: skip
    """Show what was found, again when the visitor has changed the language since."""
    waiting = _waiting(request).find(_sender(holder), key)
    language = asked.language(request)
    if waiting.language is not language:
        return _check(request, opened, holder, replace(waiting, language=language))
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
            _field_names(language), _in_doubt(waiting.report), earlier,
        ),
    )  # fmt: skip


@router.post("/pending/{key}/columns")
def correct_columns(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, key: str
) -> Response:
    """Check the file again with what its sender says of the columns."""
    waiting = _waiting(request).find(_sender(holder), key)
    said = {**waiting.mapping, **mapping_of(_said(fields, waiting.report))}
    return _check(request, opened, holder, replace(waiting, mapping=said))


@router.post("/pending/{key}/submit")
def submit(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, key: str
) -> Response:
    """Submit the waiting file; it does not wait any more."""
    pending = _waiting(request)
    waiting = pending.find(_sender(holder), key)
    replaces = str(fields.get("replaces", ""))
    receipt = surveys.submit(
        opened, holder.actor, waiting.upload.content, waiting.upload.name, waiting.province_code,
        mapping=waiting.mapping, limits=reading_limits(asked.settings(request).intake),
        replaces=int(replaces) if replaces.isdecimal() else None,
    )  # fmt: skip
    pending.forget(_sender(holder))
    if not receipt.already:
        ask_for_assessment(opened, waiting.province_code)
    news = "again" if receipt.already else "submitted"
    return RedirectResponse(f"/surveys/{receipt.number}?news={news}", 303)


@router.post("/pending/{key}/forget", dependencies=asked.FORM_CHECKED)
def forget(request: Request, holder: asked.Visiting, key: str) -> Response:
    """Forget the waiting file; nothing of it stays."""
    _waiting(request).find(_sender(holder), key)
    _waiting(request).forget(_sender(holder))
    return RedirectResponse("/surveys/new", 303)


def _check(request: Request, opened: Database, holder: SessionHolder, waiting: Pending) -> Response:
    """Check a file, keep it with its report, and lead to its page; or say why it is refused."""
    pending = _waiting(request)
    try:
        report = surveys.check(
            opened, holder.actor, waiting.upload.content, waiting.upload.name,
            waiting.province_code, mapping=waiting.mapping,
            limits=reading_limits(asked.settings(request).intake),
        )  # fmt: skip
    except InputRefused as refused:
        largest = asked.settings(request).intake.max_bytes
        page = UploadPage(largest, waiting.upload.name, refused.findings)
        return render(request, page, status=422)
    key = pending.keep(_sender(holder), replace(waiting, report=report.as_json(waiting.language)))
    return RedirectResponse(f"/surveys/pending/{key}", 303)


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


def _waiting(request: Request) -> PendingUploads:
    found: PendingUploads = request.app.state.pending
    return found


def _sender(holder: SessionHolder) -> uuid.UUID:
    if holder.actor.person_id is None:
        raise NotSignedIn
    return holder.actor.person_id
