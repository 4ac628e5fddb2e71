"""``/deliveries`` and ``/on-air``: đến hạn, quá hạn, báo cáo phát sóng, nghiệm thu."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.delivery_told import (
    DeliveryList,
    ToldReport,
    ZoneDeliveryAnswer,
    told_deliveries,
    told_report,
    told_zone_delivery,
)
from api.dependencies import Acting, Opened, Speaking, settings
from api.documentation import AT_THE_DOOR, problem_responses
from api.ranges import attachment
from api.refusals import Fault, RequestUnreadable
from api.surveys import raw_file_answer, reading_limits
from api.uploads import FILE_BODY, SentFile
from api.words import word
from api.zones import PROVINCE, ZoneId
from coverage.actions import acceptance, deliveries, on_air, zones
from coverage.actions.deliveries import DeliveryFilter
from coverage.actions.zone_deliveries import zone_deliveries
from coverage.deliveries import DeliveryState, Measured, OnAirWish
from coverage.errors import (
    Conflict,
    DeliveryRefused,
    InputRefused,
    NotAllowed,
    NotFound,
    NothingToDo,
)
from coverage.findings import Language
from coverage.storage.on_air import Proof
from coverage.towers import Technology

router = APIRouter(tags=["Giao lô, phát sóng, nghiệm thu"])
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORM_NAME = "mau-bao-cao-phat-song.xlsx"
LIST_NAME = "giao-va-phat-song.csv"
ReportId = Annotated[uuid.UUID, Path(description="Mã của báo cáo phát sóng.")]
State = Annotated[DeliveryState | None, Query(description="Chỉ các vùng ở tình trạng này.")]
Province = Annotated[str | None, Query(pattern=PROVINCE, description="Mã tỉnh.")]
Operator = Annotated[str | None, Query(max_length=200, description="Tên doanh nghiệp.")]
_Figure = Annotated[float | None, Field(default=None, allow_inf_nan=False)]


class SentProof(BaseModel):
    """A file that goes with a report."""

    name: str = Field(min_length=1, max_length=200, examples=["do-kiem.pdf"])
    content: str = Field(description="Nội dung tệp, mã hóa base64.")


class ReportToSend(BaseModel):
    """One zone on air, with what was measured there."""

    zone_id: uuid.UUID
    on_air_on: date | None = Field(default=None, description="Ngày phát sóng.")
    technology: Technology | None = Field(default=None, examples=["4G"])
    latitude: float | None = Field(default=None, ge=-90, le=90, description="Của trạm, WGS 84.")
    longitude: float | None = Field(default=None, ge=-180, le=180)
    level_dbm: _Figure = Field(default=None, description="RSRP tại trung tâm thôn.")
    down_mbps: _Figure
    up_mbps: _Figure
    availability_percent: _Figure
    measured_on: date | None = None
    note: str = Field(default="", max_length=2000)
    proof: SentProof | None = None


class OnAirAnswer(BaseModel):
    """What has to be said of a list, row by row; the shape of ``phusong on-air --json``."""

    file: str
    sha256: str
    file_id: uuid.UUID | None = Field(description="Mã tệp gốc được giữ; null là không ghi gì.")
    findings: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    totals: dict[str, int]


class ReportList(BaseModel):
    """On-air reports."""

    reports: list[ToldReport]


class Accepting(BaseModel):
    """Why a report is accepted; needed where a figure is missed or was not measured."""

    reason: str = Field(default="", max_length=2000)


class Refusing(BaseModel):
    """Why a report is returned."""

    reason: str = Field(min_length=1, max_length=2000, examples=["Thiếu số đo tốc độ tải lên"])


@router.get(
    "/deliveries",
    summary="Đến hạn, quá hạn, đã phát sóng, đã nghiệm thu",
    responses=problem_responses(*AT_THE_DOOR),
)
def list_deliveries(
    opened: Opened, actor: Acting, state: State = None, province: Province = None,
    operator: Operator = None,
) -> DeliveryList:  # fmt: skip
    """Vùng quá hạn trước, muộn nhiều ngày nhất trước; tổng theo doanh nghiệp và theo tỉnh."""
    wanted = DeliveryFilter(state, province, operator)
    return told_deliveries(deliveries.list_deliveries(opened, actor, wanted))


@router.get(
    "/deliveries/file",
    summary="Danh sách ấy dạng CSV",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR) | {200: {"content": {CSV: {}}}},
)
def deliveries_file(
    opened: Opened, actor: Acting, state: State = None, province: Province = None,
    operator: Operator = None,
) -> Response:  # fmt: skip
    """UTF-8, mở được bằng Excel."""
    return list_answer(opened, actor, DeliveryFilter(state, province, operator))


@router.get(
    "/zones/{zone_id}/delivery",
    summary="Vùng được giao cho ai, hạn nào, đã phát sóng chưa",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def zone_delivery(opened: Opened, actor: Acting, zone_id: ZoneId) -> ZoneDeliveryAnswer:
    """Ai được giao là công khai sau khi giao; số đo thì không."""
    found = zones.get_zone(opened, actor, zone_id).zone.id
    return told_zone_delivery(zone_deliveries(opened, actor, [found]).get(found))


@router.get(
    "/on-air",
    summary="Các báo cáo phát sóng được xem",
    responses=problem_responses(*AT_THE_DOOR),
)
def list_reports(
    opened: Opened,
    actor: Acting,
    award: Annotated[uuid.UUID | None, Query(description="Chỉ của lần giao này.")] = None,
    waiting: Annotated[bool, Query(description="Chỉ báo cáo chờ nghiệm thu.")] = False,
) -> ReportList:
    """Doanh nghiệp chỉ thấy báo cáo của chính mình; tỉnh không thấy số đo."""
    found = on_air.list_reports(opened, actor, award_id=award, waiting=waiting)
    return ReportList(reports=[told_report(one) for one in found])


@router.get(
    "/on-air/form",
    summary="Mẫu báo cáo phát sóng (XLSX) với các vùng còn phải phát sóng",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NothingToDo)
    | {200: {"content": {XLSX: {}}}},
)
def report_form(opened: Opened, actor: Acting) -> Response:
    """Điền ngày phát sóng và số đo rồi gửi lại chính tệp này."""
    content = deliveries.report_form(opened, actor)
    return Response(content, media_type=XLSX, headers=attachment(FORM_NAME))


@router.post(
    "/on-air",
    status_code=201,
    summary="Báo cáo phát sóng một vùng",
    responses=problem_responses(
        *AT_THE_DOOR, NotAllowed, NothingToDo, Conflict, InputRefused, DeliveryRefused
    ),
)
def send_report(opened: Opened, actor: Acting, sent: ReportToSend) -> ToldReport:
    """Vùng thành đã phát sóng, chờ nghiệm thu; báo cáo mới thay báo cáo đang chờ."""
    return told_report(on_air.report(opened, actor, _wish(sent), _proof(sent.proof)))


@router.post(
    "/on-air/files/check",
    summary="Kiểm tra bảng báo cáo phát sóng, chưa ghi gì",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NothingToDo, InputRefused),
    openapi_extra=FILE_BODY,
)
def check_reports(
    request: Request, opened: Opened, actor: Acting, language: Speaking, sent: SentFile
) -> OnAirAnswer:
    """Từng dòng: vùng nào, đọc được gì, đạt chỉ tiêu nào, phải sửa gì."""
    limits = reading_limits(settings(request).intake)
    found = on_air.check_reports(opened, actor, sent.content, name=sent.name, limits=limits)
    return OnAirAnswer.model_validate(found.as_json(language))


@router.post(
    "/on-air/files",
    status_code=201,
    summary="Gửi bảng báo cáo phát sóng",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NothingToDo, Conflict, InputRefused),
    openapi_extra=FILE_BODY,
)
def submit_reports(
    request: Request, opened: Opened, actor: Acting, language: Speaking, sent: SentFile
) -> OnAirAnswer:
    """Dòng đúng được nhận, dòng sai được báo lại; tệp gốc được giữ nguyên từng byte."""
    limits = reading_limits(settings(request).intake)
    found = on_air.submit_reports(opened, actor, sent.content, name=sent.name, limits=limits)
    return OnAirAnswer.model_validate(found.as_json(language))


@router.get(
    "/on-air/{report_id}/proof",
    summary="Tệp minh chứng của một báo cáo",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotFound)
    | {200: {"content": {"application/octet-stream": {}}}},
)
def get_proof(opened: Opened, actor: Acting, report_id: ReportId) -> Response:
    """Đúng từng byte như doanh nghiệp đã gửi; luôn là tệp tải về."""
    proof, _ = acceptance.proof_of(opened, actor, report_id)
    return raw_file_answer(proof.name, proof.content)


@router.post(
    "/on-air/{report_id}/accept",
    summary="Nghiệm thu một báo cáo phát sóng",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def accept_report(
    opened: Opened, actor: Acting, report_id: ReportId, said: Accepting
) -> ToldReport:
    """Vùng thành đã đo kiểm xác nhận; có chỉ tiêu không đạt hoặc chưa đo thì phải có lý do."""
    return told_report(acceptance.accept_report(opened, actor, report_id, said.reason))


@router.post(
    "/on-air/{report_id}/refuse",
    summary="Trả lại một báo cáo phát sóng, có lý do",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def refuse_report(opened: Opened, actor: Acting, report_id: ReportId, said: Refusing) -> ToldReport:
    """Vùng trở về đã giao; thời hạn phát sóng giữ nguyên."""
    return told_report(acceptance.refuse_report(opened, actor, report_id, said.reason))


def list_answer(opened: Opened, actor: Acting, wanted: DeliveryFilter) -> Response:
    """Return a list of deliveries as a CSV to be saved."""
    found = deliveries.list_deliveries(opened, actor, wanted)
    words = {state: word(state, Language.VI) for state in DeliveryState}
    return Response(
        deliveries.list_file(found, words), media_type=CSV, headers=attachment(LIST_NAME)
    )


def _wish(sent: ReportToSend) -> OnAirWish:
    return OnAirWish(
        sent.zone_id, sent.on_air_on, sent.technology, sent.latitude, sent.longitude,
        Measured(sent.level_dbm, sent.down_mbps, sent.up_mbps, sent.availability_percent),
        sent.measured_on, sent.note.replace("\x00", ""),
    )  # fmt: skip


def _proof(sent: SentProof | None) -> Proof | None:
    if sent is None:
        return None
    try:
        content = base64.b64decode(sent.content, validate=True)
    except (binascii.Error, ValueError):
        raise RequestUnreadable([Fault("body.proof.content", "unreadable")]) from None
    return Proof(sent.name.replace("\x00", ""), content)
