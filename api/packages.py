"""``/packages``: gói thầu và tệp của chúng."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from api.ranges import HandedOut, Part, asked_part, streamed, told, unchanged
from api.refusals import ConditionFailed, RangeUnsatisfiable
from api.zones import PROVINCE
from coverage.actions import packages
from coverage.actions.package_downloads import begin_download
from coverage.errors import NotFound, PackageAltered
from coverage.packages import PackageKind, PackageStatus, ProcurementMode
from coverage.people import Actor
from coverage.storage.packages import PackageRecord
from coverage.storage.sessions import Database

ZIP = "application/zip"
Number = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$", description="Số gói.", examples=["GT-2026-42-001"])
]
Version = Annotated[int | None, Query(ge=1, le=10_000, description="Mặc định bản mới nhất.")]
router = APIRouter(prefix="/packages", tags=["Gói thầu"])


class ToldDifference(BaseModel):
    """What a version changed against the one before, in words."""

    came: list[str] = Field(description="Vùng thêm vào: ký hiệu, thôn, xã.")
    went: list[str] = Field(description="Vùng đưa ra.")
    changed: list[list[str]] = Field(description="Của gì, mục, trước, sau.")


class ToldPackage(BaseModel):
    """A package without its content."""

    number: str = Field(examples=["GT-2026-42-001"])
    version: int
    province_code: str
    status: PackageStatus
    vintage: str
    approximate: bool = Field(description="Lập trên ranh giới gần đúng.")
    totals: dict[str, int | None]
    file_name: str
    sha256: str
    size: int = Field(description="Byte.")
    published_at: datetime | None
    download: str = Field(description="Địa chỉ tải tệp.")
    kind: PackageKind = Field(description="Bản đầu, sửa đổi hay làm rõ.")
    mode: ProcurementMode = Field(description="Đấu thầu, đặt hàng hay giao nhiệm vụ.")
    reason: str = Field(description="Lý do sửa đổi, làm rõ.")
    difference: ToldDifference
    opens_at: datetime | None = Field(description="Giờ mở; trước đó bên khác không thấy.")
    waits: bool = Field(description="Chưa đến giờ mở.")
    closes_at: datetime | None = Field(description="Thời điểm đóng thầu.")
    cost_vnd: int | None = Field(description="Chi phí ước tính, đồng; null là chưa ước tính.")
    cancel_reason: str | None


class PackageList(BaseModel):
    """The packages that the organisation may see."""

    packages: list[ToldPackage]


@router.get("", summary="Các gói thầu được xem", responses=problem_responses(*AT_THE_DOOR))
def list_packages(
    opened: Opened,
    actor: Acting,
    province: Annotated[str | None, Query(pattern=PROVINCE, description="Mã tỉnh.")] = None,
) -> PackageList:
    """Doanh nghiệp và tỉnh thấy các gói đã công bố; dự thảo chỉ Cục Viễn thông và kiểm toán thấy."""
    found = packages.list_packages(opened, actor, province_code=province)
    return PackageList(packages=[told_package(record) for record in found])


@router.get(
    "/{number}",
    summary="Một gói thầu",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def get_package(
    opened: Opened, actor: Acting, number: Number, version: Version = None
) -> ToldPackage:
    """Thông tin của gói; tệp tải ở `/download`."""
    return told_package(find_package(opened, actor, number, version))


@router.get(
    "/{number}/download",
    summary="Tải tệp của gói thầu",
    response_class=Response,
    responses=problem_responses(
        *AT_THE_DOOR, NotFound, ConditionFailed, RangeUnsatisfiable, PackageAltered
    )
    | {
        200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}},
        206: {"description": "Một phần của tệp.", "content": {ZIP: {}}},
        304: {"description": "Bên hỏi đã có đúng tệp này."},
    },
)
def download_package(
    request: Request, opened: Opened, actor: Acting, number: Number, version: Version = None
) -> Response:
    """Mỗi lần tải được ghi vào nhật ký. `ETag` là SHA-256 của tệp; tải dở dùng `Range`.

    Tải tiếp một tệp đang tải dở không thành một lần tải mới.
    """
    return hand_out(request, opened, actor, number, version)


@router.head("/{number}/download", include_in_schema=False)
def describe_download(
    opened: Opened, actor: Acting, number: Number, version: Version = None
) -> Response:
    """Nothing is taken, and nothing written down."""
    return told(handed_out(find_package(opened, actor, number, version)))


def find_package(opened: Database, actor: Actor, number: str, version: int | None) -> PackageRecord:
    """Return a package's record, by default its newest version.

    Raises:
        NotFound: there is none, or none that the actor may see.
    """
    for record in packages.list_packages(opened, actor):
        if record.number == number and version in (None, record.version):
            return record
    raise NotFound("package", number)


def hand_out(
    request: Request, opened: Database, actor: Actor, number: str, version: int | None
) -> Response:
    """Return a package's file in pieces, or the part that is asked for; who took it is logged."""
    record = find_package(opened, actor, number, version)
    file = handed_out(record)
    known = unchanged(request, file)
    if known is not None:
        return known
    part = asked_part(request, file)
    taken = begin_download(opened, actor, number, record.version, part=part is not None)
    whole = part or Part(0, record.size - 1)
    return streamed(file, part, taken.pieces(whole.first, whole.last))


def handed_out(record: PackageRecord) -> HandedOut:
    """Return a package's file as it is handed out."""
    made = record.published_at or record.built_at
    return HandedOut(record.file_name, ZIP, record.sha256, record.size, made)


def told_package(record: PackageRecord) -> ToldPackage:
    """Return a package as JSON tells it."""
    return ToldPackage(
        number=record.number, version=record.version, province_code=record.province_code,
        status=record.status, vintage=record.vintage, approximate=record.approximate,
        totals=dict(record.totals), file_name=record.file_name, sha256=record.sha256,
        size=record.size, published_at=record.published_at,
        download=f"/api/v1/packages/{record.number}/download?version={record.version}",
        kind=record.kind, mode=record.mode, reason=record.reason,
        difference=told_difference(record.difference), opens_at=record.opens_at,
        waits=record.waits, closes_at=record.closes_at, cost_vnd=record.cost_vnd,
        cancel_reason=record.cancel_reason or None,
    )  # fmt: skip


def told_difference(kept: Mapping[str, Any]) -> ToldDifference:
    """Return a difference, as the database keeps it, as JSON tells it."""
    return ToldDifference(
        came=kept.get("came", []), went=kept.get("went", []), changed=kept.get("changed", [])
    )
