"""``/approvals``: danh sách chờ lãnh đạo của tỉnh duyệt; chưa duyệt thì chỉ tỉnh thấy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened, Speaking
from api.dependencies import settings as settings_of
from api.documentation import AT_THE_DOOR, ToldFinding, problem_responses
from api.refusals import UploadTooLarge
from api.surveys import (
    Columns,
    Province,
    SubmittedSurvey,
    SurveyReport,
    province_for,
    raw_file_answer,
    reading_limits,
    submitted_survey,
)
from api.uploads import FILE_BODY, SentFile
from api.worker import ask_for_assessment
from coverage.actions import approvals
from coverage.actions.approvals import Approval, Differences, ListFile, Shown
from coverage.approvals import ApprovalStatus
from coverage.errors import Conflict, InputRefused, NotAllowed, NotFound
from coverage.findings import Language
from coverage.intake.columns import mapping_of
from coverage.surveys import RowStatus

router = APIRouter(prefix="/approvals", tags=["Khảo sát của tỉnh"])
LONGEST = 2000  # letters of a note or a reason
ApprovalNumber = Annotated[int, Path(ge=1, le=2**31, description="Số của bản trình duyệt.")]


class ListedApproval(BaseModel):
    """A list that was handed in. ``reason`` is why it was returned the last time."""

    number: int = Field(examples=[3])
    province: str = Field(examples=["42"])
    file: str
    sha256: str
    status: ApprovalStatus
    totals: dict[str, int]
    replaces: int | None
    note: str
    due_on: date | None
    prepared_by: str
    handed_in_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    submission: int | None = Field(description="Số của lần nộp, khi đã duyệt.")
    fingerprint: str = Field(description="Của những gì đang hiện; gửi lại khi duyệt.")


class ApprovalList(BaseModel):
    """The oldest first."""

    approvals: list[ListedApproval]


class ToldDifference(BaseModel):
    """What another check says otherwise of a row; of the whole file when ``row`` is null."""

    sheet: str
    row: int | None
    village: str | None
    before: RowStatus | None
    after: RowStatus | None
    gone: list[ToldFinding]
    came: list[ToldFinding]


class Changes(BaseModel):
    """What was found otherwise since it was handed in; ``impact_before``: the counts then."""

    rows: list[ToldDifference]
    impact_before: dict[str, int]


class WaitingSurvey(SurveyReport):
    """A report as the approver is shown it, what submitting would do, and the list's own facts."""

    approval: ListedApproval
    impact: dict[str, Any]
    changes: Changes | None


class Word(BaseModel):
    """The approver's word on exactly what was shown."""

    seen: str = Field(max_length=64, description="`fingerprint` của bản đã xem.")


class Returning(BaseModel):
    """Why a list goes back."""

    reason: str = Field(min_length=1, max_length=LONGEST, examples=["Dòng 12 thiếu số hộ."])


@router.get(
    "", summary="Các bản trình của tỉnh", responses=problem_responses(*AT_THE_DOOR, NotAllowed)
)
def list_approvals(
    opened: Opened,
    actor: Acting,
    every: Annotated[bool, Query(alias="all", description="Kể cả bản đã duyệt.")] = False,
) -> ApprovalList:
    """Chỉ người của tỉnh thấy; bản cũ nhất trước."""
    found = approvals.list_approvals(opened, actor, open_only=not every)
    return ApprovalList(approvals=[told_approval(one) for one in found])


@router.post(
    "",
    summary="Trình lãnh đạo duyệt một tệp khảo sát",
    status_code=201,
    openapi_extra=FILE_BODY,
    responses=problem_responses(
        *AT_THE_DOOR, InputRefused, NotAllowed, NotFound, Conflict, UploadTooLarge
    ),
)
def hand_in_list(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request,
    opened: Opened,
    actor: Acting,
    file: SentFile,
    province: Province = None,
    columns: Columns = None,
    replaces: Annotated[
        int | None, Query(ge=1, le=2**31, description="Số của lần nộp mà tệp này sửa lại.")
    ] = None,
    note: Annotated[str, Query(max_length=LONGEST, description="Lời gửi lãnh đạo.")] = "",
    due_on: Annotated[date | None, Query(description="Cần duyệt trước ngày.")] = None,
    again: Annotated[
        int | None, Query(ge=1, le=2**31, description="Trình lại thay cho bản bị trả lại này.")
    ] = None,
) -> ListedApproval:
    """Tệp được kiểm tra và giữ lại cùng kết quả cho đến khi lãnh đạo duyệt hoặc trả lại."""
    sent = ListFile(
        file.content, file.name, province_for(actor, province), mapping_of(columns or []), (),
        replaces,
    )  # fmt: skip
    found = approvals.hand_in(
        opened, actor, sent, note=note, due_on=due_on, again=again,
        limits=reading_limits(settings_of(request).intake),
    )  # fmt: skip
    return told_approval(found)


@router.get(
    "/{number}",
    summary="Một bản trình: từng dòng, tác động, diễn biến",
    response_model=WaitingSurvey | ListedApproval,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound),
)
def get_approval(
    opened: Opened, actor: Acting, language: Speaking, number: ApprovalNumber
) -> Response:
    """Khi đã duyệt, từng dòng nằm ở lần nộp `submission`."""
    found, shown = approvals.get_approval(opened, actor, number)
    own = told_approval(found).model_dump(mode="json")
    if shown is None:
        return JSONResponse(own)
    return JSONResponse(
        {
            **shown.report.as_json(language),
            "approval": own,
            "impact": dict(shown.impact),
            "changes": _told_changes(shown, language),
        }
    )


@router.get(
    "/{number}/file",
    summary="Tệp gốc của một bản trình chưa duyệt",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict)
    | {200: {"content": {"application/octet-stream": {}}}},
)
def get_approval_file(opened: Opened, actor: Acting, number: ApprovalNumber) -> Response:
    """Đúng từng byte như cán bộ đã gửi."""
    sent = approvals.list_file(opened, actor, number)
    return raw_file_answer(sent.name, sent.content)


@router.post(
    "/{number}/approve",
    summary="Duyệt và nộp",
    status_code=201,
    response_model=SubmittedSurvey,
    responses=problem_responses(*AT_THE_DOOR, InputRefused, NotAllowed, NotFound, Conflict),
)
def approve_list(  # noqa: PLR0917 - each is a part of the request
    request: Request, opened: Opened, actor: Acting, language: Speaking, number: ApprovalNumber,
    word: Word,
) -> Response:  # fmt: skip
    """Tệp được kiểm tra lại; kết quả khác với bản đã xem thì 409 và chưa nộp gì: hãy xem lại."""
    receipt = approvals.approve(
        opened, actor, number, word.seen, limits=reading_limits(settings_of(request).intake)
    )
    ask_for_assessment(opened, receipt.province_code)
    return JSONResponse(
        submitted_survey(receipt, language), 201, {"Location": f"/api/v1/surveys/{receipt.number}"}
    )


@router.post(
    "/{number}/return",
    summary="Trả lại kèm lý do",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def return_list(
    opened: Opened, actor: Acting, number: ApprovalNumber, returning: Returning
) -> ListedApproval:
    """Cán bộ thấy lý do, sửa rồi trình lại."""
    return told_approval(approvals.return_list(opened, actor, number, returning.reason))


@router.post(
    "/{number}/take-back",
    summary="Lấy lại khi chưa duyệt",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def take_back_list(opened: Opened, actor: Acting, number: ApprovalNumber) -> ListedApproval:
    """Bản trình trở về với cán bộ; trình lại bằng `again`."""
    return told_approval(approvals.take_back(opened, actor, number))


@router.delete(
    "/{number}",
    summary="Bỏ một bản trình bị trả lại hoặc đã lấy lại",
    status_code=204,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def drop_list(opened: Opened, actor: Acting, number: ApprovalNumber) -> None:
    """Tệp và kết quả kiểm tra được xóa; nhật ký chỉ còn ghi là đã có một bản trình."""
    approvals.drop(opened, actor, number)


def told_approval(one: Approval) -> ListedApproval:
    """Return a list's own facts."""
    return ListedApproval(
        number=one.number, province=one.province_code, file=one.file_name, sha256=one.sha256,
        status=one.status, totals=dict(one.totals), replaces=one.replaces, note=one.note,
        due_on=one.due_on, prepared_by=one.prepared_by, handed_in_at=one.handed_in_at,
        decided_by=one.decided_by, decided_at=one.decided_at, reason=one.reason,
        submission=one.submission, fingerprint=one.fingerprint,
    )  # fmt: skip


def _told_changes(shown: Shown, language: Language) -> Mapping[str, object] | None:
    return None if shown.was is None else told_differences(shown.was, language)


def told_differences(was: Differences, language: Language) -> Mapping[str, object]:
    """Return what another check said otherwise, its findings in words."""
    rows = [
        {
            "sheet": one.sheet, "row": one.row, "village": one.village, "before": one.before,
            "after": one.after, "gone": [found.as_json(language) for found in one.gone],
            "came": [found.as_json(language) for found in one.came],
        }
        for one in was.rows
    ]  # fmt: skip
    return {"rows": rows, "impact_before": dict(was.impact)}
