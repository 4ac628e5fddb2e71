"""``/packages``: lập, công bố, sửa đổi, làm rõ, hủy gói thầu; ai đã tải."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from api.dependencies import Acting, Opened, settings
from api.documentation import AT_THE_DOOR, problem_responses
from api.jobs import Prefer, accepted, asked_later
from api.package_map import map_writers
from api.packages import Number, ToldDifference, ToldPackage, told_difference, told_package
from api.zones import PROVINCE
from coverage.actions import amendments, cancelling, packages, signing_keys
from coverage.actions.package_versions import Amendment
from coverage.dossier.signing import Signer
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo, SigningKeyUnusable
from coverage.packages import ProcurementMode
from coverage.people import Act, Actor
from coverage.storage.sessions import Database

router = APIRouter(prefix="/packages", tags=["Gói thầu"])

_REFUSALS = problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict, NothingToDo)
_SIGNED = problem_responses(
    *AT_THE_DOOR, NotAllowed, NotFound, Conflict, NothingToDo, SigningKeyUnusable
)
_Reason = Annotated[str, Field(min_length=1, max_length=4000, examples=["Chủ rừng không giao đất"])]
_Opens = Annotated[
    AwareDatetime | None,
    Field(description="Giờ mở có múi giờ; bỏ trống là mở ngay.",
          examples=["2026-12-01T08:00:00+07:00"]),
]  # fmt: skip
_Closes = Annotated[AwareDatetime | None, Field(description="Thời điểm đóng thầu.")]


class NewPackage(BaseModel):
    """A draft to build."""

    province: Annotated[str, Field(pattern=PROVINCE, examples=["42"])]
    lots: list[uuid.UUID] | None = Field(None, description="Bỏ trống: mọi lô đề xuất của tỉnh.")
    mode: ProcurementMode | None = None


class Publication(BaseModel):
    """When a draft opens and when bids close."""

    opens_at: _Opens = None
    closes_at: _Closes = None


class Addition(BaseModel):
    """A zone that comes into a lot of the package."""

    zone: uuid.UUID
    lot: int = Field(ge=1, description="Số của lô trong gói.")


class NewVersion(Publication):
    """A clarification: the answers since the version before."""

    reason: _Reason
    seen_version: int | None = Field(
        None, description="Phiên bản người quyết định đã xem; khác bản mới nhất thì bị từ chối."
    )
    preview: str | None = Field(None, description="Mã của bản xem trước được xác nhận.")


class NewAmendment(NewVersion):
    """An amendment: what leaves, what comes."""

    lots: list[uuid.UUID] | None = Field(
        None, description="Các lô của phiên bản mới; bỏ trống: các lô của gói."
    )
    drop: list[uuid.UUID] = Field([], description="Các vùng đưa ra.")
    add: list[Addition] = []
    mode: ProcurementMode | None = None


class Cancellation(BaseModel):
    """Why a package ends."""

    reason: _Reason
    seen_version: int | None = None


class ToldPreview(BaseModel):
    """What a version would be; nothing was kept."""

    number: str
    version: int
    difference: ToldDifference
    totals: dict[str, int | None]
    preview: str = Field(description="Gửi lại khi xác nhận: chỉ đúng bản này được công bố.")


class VersionList(BaseModel):
    """The versions of a package, the newest first."""

    versions: list[ToldPackage]


class ToldDownload(BaseModel):
    """Somebody took a version's file."""

    organisation: str
    person: str
    version: int
    at: datetime


class DownloadList(BaseModel):
    """Who took which version, the newest first."""

    downloads: list[ToldDownload]


@router.post(
    "", summary="Lập dự thảo gói thầu", response_model=ToldPackage,
    responses=_REFUSALS | {202: {"description": "Việc đã vào hàng đợi; theo dõi ở `Location`."}},
)  # fmt: skip
def build_package(
    request: Request, opened: Opened, actor: Acting, new: NewPackage, prefer: Prefer = ""
) -> ToldPackage | Response:
    """Lập lại khi số liệu không đổi thì được đúng dự thảo cũ."""
    if asked_later(prefer):
        actor.must(Act.BUILD_PACKAGE)
        argument = {
            "province": new.province, "mode": new.mode.value if new.mode else None,
            "lots": None if new.lots is None else [str(each) for each in new.lots],
        }  # fmt: skip
        return accepted(request, opened, actor, "build_package", argument, new.province)
    writers = map_writers(opened, actor)
    built = packages.build_package(opened, actor, new.province, writers, new.lots, mode=new.mode)
    return told_package(built.record)


@router.post("/{number}/publish", summary="Công bố một dự thảo", responses=_SIGNED)
def publish_package(
    request: Request, opened: Opened, actor: Acting, number: Number, asked: Publication
) -> ToldPackage:
    """Có giờ mở thì trước giờ đó chỉ Cục Viễn thông và kiểm toán thấy; đến giờ mọi bên cùng thấy."""
    published = packages.publish_package(
        opened, actor, number, map_writers(opened, actor), signer_of(request, opened, actor),
        opens_at=asked.opens_at, closes_at=asked.closes_at,
    )  # fmt: skip
    return told_package(published.record)


@router.get("/{number}/versions", summary="Các phiên bản của gói", responses=_REFUSALS)
def list_versions(opened: Opened, actor: Acting, number: Number) -> VersionList:
    """Mỗi phiên bản kèm lý do và khác biệt so với phiên bản trước."""
    found = packages.package_versions(opened, actor, number)
    return VersionList(versions=[told_package(record) for record in found])


@router.post("/{number}/amendments/preview", summary="Xem trước sửa đổi", responses=_REFUSALS)
def preview_amendment(
    opened: Opened, actor: Acting, number: Number, asked: NewAmendment
) -> ToldPreview:
    """Không ghi gì."""
    return _told(number, amendments.preview_amendment(opened, actor, number, _wanted(asked)))


@router.post("/{number}/amendments", summary="Sửa đổi một gói đã công bố", responses=_SIGNED)
def amend_package(
    request: Request, opened: Opened, actor: Acting, number: Number, asked: NewAmendment
) -> ToldPackage:
    """Ra phiên bản kế tiếp; phiên bản trước giữ nguyên. Ai đã tải gói đều được thông báo."""
    made = amendments.amend_package(
        opened, actor, number, _wanted(asked), writers=map_writers(opened, actor),
        signer=signer_of(request, opened, actor),
    )  # fmt: skip
    return told_package(made.record)


@router.post("/{number}/clarifications", summary="Làm rõ một gói đã công bố", responses=_SIGNED)
def clarify_package(
    request: Request, opened: Opened, actor: Acting, number: Number, asked: NewVersion
) -> ToldPackage:
    """Phiên bản kế tiếp mang các câu trả lời mới; vùng và lô như cũ."""
    made = amendments.clarify_package(
        opened, actor, number, _version(asked), writers=map_writers(opened, actor),
        signer=signer_of(request, opened, actor),
    )  # fmt: skip
    return told_package(made.record)


@router.post("/{number}/cancel", summary="Hủy gói, hoặc thu hồi bản chờ mở", responses=_REFUSALS)
def cancel_package(
    opened: Opened, actor: Acting, number: Number, asked: Cancellation
) -> ToldPackage:
    """Vùng của gói bị hủy được tự do lại; tệp đã công bố vẫn giữ nguyên."""
    record = cancelling.cancel_package(
        opened, actor, number, asked.reason, seen_version=asked.seen_version
    )
    return told_package(record)


@router.get("/{number}/downloads", summary="Ai đã tải gói", responses=_REFUSALS)
def list_downloads(opened: Opened, actor: Acting, number: Number) -> DownloadList:
    """Cục Viễn thông và kiểm toán thấy tất cả; tổ chức khác chỉ thấy lần tải của mình."""
    found = packages.list_downloads(opened, actor, number)
    return DownloadList(
        downloads=[
            ToldDownload(
                organisation=one.organisation, person=one.person, version=one.version, at=one.at
            )
            for one in found
        ]
    )


def signer_of(request: Request, opened: Database, actor: Actor) -> Signer:
    """Return what signs publications on this server; the first one makes the key."""
    return signing_keys.ready_signer(opened, actor, settings(request).signing).signer


def _version(asked: NewVersion) -> Amendment:
    return Amendment(
        asked.reason, opens_at=asked.opens_at, closes_at=asked.closes_at,
        seen_version=asked.seen_version, preview=asked.preview,
    )  # fmt: skip


def _wanted(asked: NewAmendment) -> Amendment:
    return Amendment(
        asked.reason, asked.lots, asked.drop, {one.zone: one.lot for one in asked.add},
        mode=asked.mode, opens_at=asked.opens_at, closes_at=asked.closes_at,
        seen_version=asked.seen_version, preview=asked.preview,
    )  # fmt: skip


def _told(number: str, shown: amendments.PreviewedVersion) -> ToldPreview:
    return ToldPreview(
        number=number, version=shown.version, difference=told_difference(shown.difference.as_json()),
        totals=dict(shown.totals), preview=shown.token,
    )  # fmt: skip
