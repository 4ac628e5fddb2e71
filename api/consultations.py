"""``/consultations`` and ``/promises``: tham vấn doanh nghiệp và cam kết tự đầu tư."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from api.ranges import HandedOut, part_of, unchanged
from api.refusals import RangeUnsatisfiable
from api.zones import GEOJSON
from coverage.actions import consultation, promises
from coverage.actions.consultation import NewRound, SeenRound
from coverage.consultation import PromiseStatus, RoundState, Wish
from coverage.dossier.round import feature
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo, PromiseRefused
from coverage.people import Actor, OrganisationKind
from coverage.storage.consultation import Promised
from coverage.storage.sessions import Database
from coverage.zones import ZoneStatus

router = APIRouter(tags=["Tham vấn doanh nghiệp"])

Number = Annotated[int, Path(ge=1, le=2**31, description="Số của đợt tham vấn.")]
Ending = Annotated[
    Literal["csv", "gpkg", "geojson"], Path(description="Loại tệp: CSV, GeoPackage, GeoJSON.")
]
PromiseId = Annotated[uuid.UUID, Path(description="Mã của cam kết.")]
FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": GEOJSON,
}
INSIDE = {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
_DAY = date(2027, 12, 31)
_Reason = Annotated[str, Field(min_length=1, max_length=2000, examples=["Kế hoạch vốn thay đổi"])]


class ToldRound(BaseModel):
    """A round of consultation, as far as the organisation may see it."""

    number: int
    name: str = Field(examples=["Đợt 1 năm 2027"])
    basis: str = Field(description="Văn bản làm căn cứ.")
    state: RoundState
    opens_at: datetime
    closes_at: datetime
    cancel_reason: str | None
    opened_by: str | None = Field(description="Chỉ Cục Viễn thông và kiểm toán thấy.")
    zones: int = Field(description="Số vùng đưa ra tham vấn mà tổ chức được xem.")
    households: int
    latest_day: date = Field(description="Ngày muộn nhất được cam kết, tính hôm nay.")
    promised_zones: int | None = Field(
        description="Số vùng có cam kết đang hiệu lực; với doanh nghiệp là của chính mình,"
        " với tỉnh thì không có."
    )


class ToldPromise(BaseModel):
    """An operator's promise to build in a zone with its own money."""

    id: uuid.UUID
    consultation: int | None = Field(description="Số đợt; null là cam kết ghi nhận ngoài đợt.")
    zone_id: uuid.UUID
    present_zone_id: uuid.UUID = Field(description="Vùng hiện nay, nếu vùng đã nhập vào vùng khác.")
    village: str
    province_code: str
    operator: str
    on_air_by: date
    status: PromiseStatus
    zone_status: ZoneStatus
    document: str
    promised_at: datetime
    ended_at: datetime | None
    end_reason: str


class RoundList(BaseModel):
    """The rounds that the organisation may see."""

    consultations: list[ToldRound]


class PromiseList(BaseModel):
    """The promises that the organisation may see."""

    promises: list[ToldPromise]


class RoundToOpen(BaseModel):
    """A round to open; moments carry their offset from UTC."""

    name: str = Field(min_length=1, max_length=200, examples=["Đợt 1 năm 2027"])
    basis: str = Field(min_length=1, max_length=500, examples=["Công văn 12/CVT-KH"])
    opens_at: AwareDatetime = Field(examples=["2027-01-04T08:00:00+07:00"])
    closes_at: AwareDatetime = Field(examples=["2027-03-05T17:00:00+07:00"])
    provinces: list[Annotated[str, Field(pattern=r"^\d{2}$")]] | None = Field(
        default=None, description="Mã tỉnh; không ghi là cả nước.", examples=[["42"]]
    )
    zones: list[uuid.UUID] | None = Field(
        default=None, max_length=50_000, description="Chỉ các vùng này."
    )


class Extension(BaseModel):
    """A later end, with its reason."""

    closes_at: AwareDatetime = Field(examples=["2027-04-05T17:00:00+07:00"])
    reason: _Reason


class Given(BaseModel):
    """Why it is done."""

    reason: _Reason


class PromiseToMake(BaseModel):
    """One zone and the last day by which it will be on air."""

    zone_id: uuid.UUID
    on_air_by: date = Field(examples=[_DAY.isoformat()])


class PromisesToMake(BaseModel):
    """Promises made together: all are taken, or none."""

    promises: list[PromiseToMake] = Field(min_length=1, max_length=20_000)


class PromiseToRecord(PromiseToMake):
    """What an operator promised the authority in a document, outside of a round."""

    operator: str = Field(examples=["Viettel"])
    document: str = Field(min_length=1, max_length=500, examples=["Công văn 34/VT-KT"])


@router.get(
    "/consultations", summary="Các đợt tham vấn được xem", responses=problem_responses(*AT_THE_DOOR)
)
def list_consultations(opened: Opened, actor: Acting) -> RoundList:
    """Đợt chưa đến giờ mở chỉ Cục Viễn thông và kiểm toán thấy."""
    found = consultation.list_rounds(opened, actor)
    return RoundList(consultations=[_told_to(actor, seen) for seen in found])


@router.post(
    "/consultations",
    status_code=201,
    summary="Mở một đợt tham vấn",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict, NothingToDo),
)
def open_consultation(opened: Opened, actor: Acting, asked: RoundToOpen) -> ToldRound:
    """Mặc định hỏi về mọi vùng do Quỹ chi trả, đã duyệt hoặc đang thẩm định, chưa nằm trong đợt nào."""
    new = NewRound(
        asked.name, asked.basis, asked.opens_at, asked.closes_at, asked.provinces, asked.zones
    )
    return _told_to(actor, consultation.open_round(opened, actor, new))


@router.get(
    "/consultations/{number}",
    summary="Một đợt tham vấn",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def get_consultation(opened: Opened, actor: Acting, number: Number) -> ToldRound:
    """Thời gian, số vùng; số vùng có cam kết của doanh nghiệp khác thì không cho biết."""
    return _told_to(actor, consultation.see_round(opened, actor, number))


@router.get(
    "/consultations/{number}/zones",
    summary="Các vùng đưa ra tham vấn (GeoJSON)",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotFound) | {200: {"content": {GEOJSON: {}}}},
)
def zones_of_consultation(opened: Opened, actor: Acting, number: Number) -> Response:
    """Mọi doanh nghiệp nhận cùng một danh sách; tỉnh chỉ thấy vùng của mình."""
    zones = consultation.zones_of_round(opened, actor, number)
    content = {
        "type": "FeatureCollection",
        "features": [feature(row) for row in zones],
        "numberReturned": len(zones),
    }
    return JSONResponse(content, media_type=GEOJSON)


@router.get(
    "/consultations/{number}/files/{ending}",
    summary="Tải danh sách vùng của đợt tham vấn",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotFound, RangeUnsatisfiable)
    | {200: {"content": {kind: {} for kind in FILE_TYPES.values()}}},
)
def download_consultation(
    request: Request, opened: Opened, actor: Acting, number: Number, ending: Ending
) -> Response:
    """Mọi doanh nghiệp nhận cùng một tệp, từng byte; mỗi lần tải được ghi vào nhật ký."""
    return hand_out(request, opened, actor, number, ending)


@router.post(
    "/consultations/{number}/extend",
    summary="Kéo dài một đợt tham vấn",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def extend_consultation(
    opened: Opened, actor: Acting, number: Number, asked: Extension
) -> ToldRound:
    """Chỉ kéo dài được khi đợt chưa kết thúc; áp dụng cho mọi doanh nghiệp."""
    seen = consultation.extend_round(opened, actor, number, asked.closes_at, asked.reason)
    return _told_to(actor, seen)


@router.post(
    "/consultations/{number}/cancel",
    summary="Hủy một đợt tham vấn",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def cancel_consultation(opened: Opened, actor: Acting, number: Number, asked: Given) -> ToldRound:
    """Cam kết đã có vẫn đứng đến khi được rút hoặc quá hạn."""
    return _told_to(actor, consultation.cancel_round(opened, actor, number, asked.reason))


@router.get("/promises", summary="Các cam kết được xem", responses=problem_responses(*AT_THE_DOOR))
def list_promises(
    opened: Opened,
    actor: Acting,
    status: Annotated[PromiseStatus | None, Query(description="Chỉ tình trạng này.")] = None,
) -> PromiseList:
    """Doanh nghiệp chỉ thấy cam kết của chính mình."""
    return _promises(promises.list_promises(opened, actor, status=status))


@router.post(
    "/consultations/{number}/promises",
    status_code=201,
    summary="Cam kết tự đầu tư trong đợt đang mở",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict, PromiseRefused),
)
def make_promises(
    opened: Opened, actor: Acting, number: Number, asked: PromisesToMake
) -> PromiseList:
    """Nhận tất cả hoặc không nhận cam kết nào; cam kết đã đứng với cùng ngày thì giữ nguyên."""
    wishes = [Wish(each.zone_id, each.on_air_by) for each in asked.promises]
    return _promises(promises.promise(opened, actor, number, wishes))


@router.post(
    "/promises",
    status_code=201,
    summary="Ghi nhận cam kết ngoài đợt tham vấn",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict, PromiseRefused),
)
def record_promise(opened: Opened, actor: Acting, asked: PromiseToRecord) -> ToldPromise:
    """Cục Viễn thông ghi theo văn bản của doanh nghiệp."""
    return told_promise(
        promises.record_promise(
            opened, actor, asked.operator, asked.zone_id, on_air_by=asked.on_air_by,
            document=asked.document,
        )
    )  # fmt: skip


@router.post(
    "/promises/{promise_id}/withdraw",
    summary="Rút một cam kết",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def withdraw_promise(
    opened: Opened, actor: Acting, promise_id: PromiseId, asked: Given
) -> ToldPromise:
    """Vùng được xét lại ai chi trả ngay lúc đó."""
    return told_promise(promises.withdraw_promise(opened, actor, promise_id, asked.reason))


def hand_out(
    request: Request, opened: Database, actor: Actor, number: int, ending: str
) -> Response:
    """Return the round's list as a file; who took it is logged."""
    made = consultation.round_file(opened, actor, number, ending)
    file = HandedOut(made.name, FILE_TYPES[ending], made.sha256, len(made.content))
    return unchanged(request, file) or part_of(request, file, made.content)


def told_round(seen: SeenRound, *, inside: bool, counted: bool = True) -> ToldRound:
    """Return a round as JSON tells it; ``inside`` names who opened it."""
    asked = seen.round
    return ToldRound(
        number=asked.number, name=asked.name, basis=asked.basis, state=seen.state,
        opens_at=asked.opens_at, closes_at=asked.closes_at,
        cancel_reason=asked.cancel_reason or None, opened_by=asked.opened_by if inside else None,
        zones=seen.asked.zones, households=seen.asked.households, latest_day=seen.latest,
        promised_zones=seen.promised.zones if counted else None,
    )  # fmt: skip


def told_promise(each: Promised) -> ToldPromise:
    """Return a promise as JSON tells it."""
    return ToldPromise(
        id=each.id, consultation=each.round_number, zone_id=each.zone_id,
        present_zone_id=each.now_zone_id, village=each.village, province_code=each.province_code,
        operator=each.operator, on_air_by=each.on_air_by, status=each.status,
        zone_status=each.zone_status, document=each.document, promised_at=each.promised_at,
        ended_at=each.ended_at, end_reason=each.end_reason,
    )  # fmt: skip


def _told_to(actor: Actor, seen: SeenRound) -> ToldRound:
    return told_round(
        seen,
        inside=actor.kind in INSIDE,
        counted=actor.kind is not OrganisationKind.PROVINCE,
    )


def _promises(found: list[Promised]) -> PromiseList:
    return PromiseList(promises=[told_promise(each) for each in found])
