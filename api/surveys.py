"""``/surveys``: kiểm tra và nộp tệp khảo sát của tỉnh."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened, PageSize, Speaking
from api.dependencies import settings as settings_of
from api.documentation import AT_THE_DOOR, ToldFinding, problem_responses
from api.ranges import attachment
from api.refusals import Fault, RequestUnreadable, UploadTooLarge
from api.uploads import FILE_BODY, SentFile
from api.worker import ask_for_assessment
from api.zones import PROVINCE
from coverage.actions import surveys
from coverage.actions.surveys import Receipt
from coverage.errors import Conflict, InputRefused, NotAllowed, NotFound
from coverage.findings import Language
from coverage.intake.columns import mapping_of
from coverage.intake.document import Limits
from coverage.people import Actor
from coverage.settings import IntakeSettings
from coverage.storage.surveys import Submission
from coverage.surveys import RowStatus
from coverage.zones import Signal

router = APIRouter(prefix="/surveys", tags=["Khảo sát của tỉnh"])

Province = Annotated[
    str | None,
    Query(pattern=PROVINCE, description="Mã tỉnh; mặc định tỉnh của mã truy cập.", examples=["42"]),
]
Columns = Annotated[
    list[str] | None,
    Query(alias="map", description="Cột nào chứa nội dung gì.", examples=[["D=households"]]),
]
Number = Annotated[int, Path(ge=1, le=2**31, description="Số của lần nộp.")]


class SurveyRow(BaseModel):
    """One data row; facts are null when the file does not state them or they cannot be read."""

    sheet: str
    row: int = Field(description="Số dòng như người dùng thấy.", examples=[12])
    status: RowStatus
    village: str | None
    declared_commune_code: str | None
    commune_code: str | None = Field(description="Xã nơi có điểm, theo `vintage`.")
    latitude: float | None
    longitude: float | None
    households: int | None
    population: int | None
    signal: Signal | None
    grid_power: bool | None
    specially_difficult: bool | None
    findings: list[ToldFinding]


class SurveyReport(BaseModel):
    """What was understood of a file; every data row is in ``rows`` exactly once."""

    file: str = Field(examples=["bao-cao-quy-1.xlsx"])
    sha256: str
    vintage: str = Field(examples=["2026-04-30"])
    form: dict[str, Any] = Field(description="Trang, tiêu đề, cột, hệ tọa độ, số công văn…")
    findings: list[ToldFinding] = Field(description="Về cả tệp.")
    rows: list[SurveyRow]
    totals: dict[str, int] = Field(
        examples=[{"rows": 120, "accepted": 110, "warned": 6, "rejected": 4}]
    )


class SurveyReceipt(BaseModel):
    """What was submitted; ``already`` says that the same file stood before."""

    number: int = Field(examples=[17])
    province: str = Field(examples=["42"])
    file: str
    sha256: str
    vintage: str
    status: Literal["submitted", "replaced", "withdrawn"]
    submitted_by: str
    submitted_at: datetime
    totals: dict[str, int]
    already: bool
    prepared_by: str | None = Field(description="Người lập, khi lãnh đạo duyệt là người nộp.")


class SubmittedSurvey(SurveyReport):
    """A report with its receipt."""

    receipt: SurveyReceipt


class ListedSurvey(BaseModel):
    """A submission without its rows."""

    number: int
    province: str
    file: str
    sha256: str
    vintage: str
    status: Literal["submitted", "replaced", "withdrawn"]
    totals: dict[str, int]
    submitted_by: str
    submitted_at: datetime
    prepared_by: str | None = Field(description="Người lập, khi lãnh đạo duyệt là người nộp.")


class SurveyList(BaseModel):
    """The newest submissions first."""

    surveys: list[ListedSurvey]


@router.post(
    "/check",
    summary="Kiểm tra một tệp khảo sát, không ghi gì",
    response_model=SurveyReport,
    openapi_extra=FILE_BODY,
    responses=problem_responses(*AT_THE_DOOR, InputRefused, NotAllowed, NotFound, UploadTooLarge),
)
def check_survey(  # noqa: PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, file: SentFile,
    province: Province = None, columns: Columns = None,
) -> Response:  # fmt: skip
    """Trả báo cáo từng dòng: được nhận, cần xem lại, hay bị từ chối vì sao và sửa thế nào.

    Tệp không đọc được thì trả 422 kèm các phát hiện. Cơ sở dữ liệu không thay đổi.
    """
    report = surveys.check(
        opened, actor, file.content, file.name, province_for(actor, province),
        mapping=mapping_of(columns or []), limits=reading_limits(settings_of(request).intake),
    )  # fmt: skip
    return JSONResponse(report.as_json(language))


@router.post(
    "",
    summary="Nộp một tệp khảo sát",
    status_code=201,
    response_model=SubmittedSurvey,
    openapi_extra=FILE_BODY,
    responses=problem_responses(
        *AT_THE_DOOR, InputRefused, NotAllowed, NotFound, Conflict, UploadTooLarge
    )
    | {200: {"description": "Chính tệp này đã nộp trước đây.", "model": SubmittedSurvey}},
)
def submit_survey(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request,
    opened: Opened,
    actor: Acting,
    language: Speaking,
    file: SentFile,
    province: Province = None,
    columns: Columns = None,
    all_or_nothing: Annotated[
        bool, Query(description="Không nộp gì nếu còn dòng bị từ chối.")
    ] = False,
    replaces: Annotated[
        int | None, Query(ge=1, le=2**31, description="Số của lần nộp mà tệp này sửa lại.")
    ] = None,
) -> Response:
    """Các dòng không bị từ chối thành vùng lõm sóng; tệp gốc và mọi dòng được giữ mãi.

    Nộp lại đúng tệp đó không thay đổi gì và trả cùng biên nhận, với mã 200. Tỉnh có lãnh đạo
    duyệt thì mã truy cập của cán bộ nhận 409: hãy trình duyệt ở `POST /approvals`.
    """
    receipt = surveys.submit(
        opened, actor, file.content, file.name, province_for(actor, province),
        mapping=mapping_of(columns or []), limits=reading_limits(settings_of(request).intake),
        all_or_nothing=all_or_nothing, replaces=replaces,
    )  # fmt: skip
    if not receipt.already:
        ask_for_assessment(opened, province_for(actor, province))
    return JSONResponse(
        submitted_survey(receipt, language),
        200 if receipt.already else 201,
        {"Location": f"/api/v1/surveys/{receipt.number}"},
    )


@router.get("", summary="Các lần nộp, mới nhất trước", responses=problem_responses(*AT_THE_DOOR))
def list_surveys(
    opened: Opened,
    actor: Acting,
    province: Annotated[str | None, Query(pattern=PROVINCE, description="Mã tỉnh.")] = None,
    limit: PageSize = 100,
) -> SurveyList:
    """Tỉnh thấy các lần nộp của mình; Cục Viễn thông và kiểm toán thấy mọi tỉnh."""
    found = surveys.list_submissions(opened, actor, province, limit)
    return SurveyList(surveys=[_listed(one) for one in found])


@router.get(
    "/{number}",
    summary="Báo cáo từng dòng của một lần nộp",
    response_model=SubmittedSurvey,
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def get_survey(opened: Opened, actor: Acting, language: Speaking, number: Number) -> Response:
    """Như khi nộp, kèm biên nhận và trạng thái hiện nay."""
    return JSONResponse(submitted_survey(surveys.get_submission(opened, actor, number), language))


@router.get(
    "/{number}/file",
    summary="Tệp gốc của một lần nộp",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotFound)
    | {200: {"content": {"application/octet-stream": {}}}},
)
def get_survey_file(opened: Opened, actor: Acting, number: Number) -> Response:
    """Đúng từng byte như tỉnh đã gửi."""
    return raw_file_answer(*surveys.raw_file(opened, actor, number))


@router.post(
    "/{number}/withdraw",
    summary="Rút lại một lần nộp khi chưa vùng nào được xem xét",
    responses=problem_responses(*AT_THE_DOOR, NotFound, NotAllowed, Conflict),
)
def withdraw_survey(opened: Opened, actor: Acting, number: Number) -> ListedSurvey:
    """Các vùng chỉ có trong lần nộp này được rút theo; tệp gốc vẫn được giữ."""
    return _listed(surveys.withdraw(opened, actor, number))


def province_for(actor: Actor, asked: str | None) -> str:
    """Return the province that is meant: the asked one, else the actor's own.

    Raises:
        RequestUnreadable: neither.
    """
    chosen = asked or actor.province_code
    if chosen is None:
        raise RequestUnreadable([Fault("query.province", "missing")])
    return chosen


def reading_limits(intake: IntakeSettings) -> Limits:
    """Return what reading one file may cost, as the settings say."""
    return Limits(
        file_bytes=intake.max_bytes, rows=intake.max_rows, columns=intake.max_columns,
        seconds=float(intake.max_seconds), memory_bytes=intake.max_memory_bytes,
    )  # fmt: skip


def raw_file_answer(name: str, content: bytes) -> Response:
    """Return a submitted file as a download, never as something a browser would show or run."""
    return Response(content, media_type="application/octet-stream", headers=attachment(name))


def submitted_survey(receipt: Receipt, language: Language) -> Mapping[str, object]:
    """Return a submission's report with its receipt."""
    return {**receipt.report.as_json(language), "receipt": receipt.as_json()}


def _listed(one: Submission) -> ListedSurvey:
    return ListedSurvey(
        number=one.number, province=one.province_code, file=one.file_name, sha256=one.sha256,
        vintage=one.vintage, status=one.status, totals=dict(one.totals),
        submitted_by=one.submitted_by, submitted_at=one.submitted_at,
        prepared_by=one.prepared_by,
    )  # fmt: skip
