"""``/zones/{id}``: what a zone was called and where it lay; another name for its village."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from api.zones import ZoneId
from coverage.actions import zone_names
from coverage.actions.zone_moves import Seen
from coverage.errors import Conflict, NotAllowed, NotFound

router = APIRouter(tags=["Vùng lõm sóng"])


class FormerName(BaseModel):
    """How a zone was called and where it lay, by the names of the list of then."""

    village: str = Field(examples=["Nà Lại"])
    commune_code: str
    commune: str | None = Field(examples=["Xã Tân An"])
    province_code: str
    province: str | None
    vintage: str = Field(description="Đợt danh mục của các mã và tên này.", examples=["2025-07-01"])
    until: datetime = Field(description="Từ lúc này thì không còn như vậy (UTC).")


class NewName(BaseModel):
    """Another name for a zone's village; ``version`` is that of the zone as it was seen."""

    village: str = Field(min_length=1, max_length=200, examples=["Bản Tân Tiến"])
    reason: str = Field(
        min_length=1, max_length=2000, description="Văn bản đổi tên, sáp nhập thôn."
    )
    version: int = Field(ge=1, le=2**31 - 1)


@router.get(
    "/zones/{zone_id}/former-names",
    summary="Vùng từng tên là gì, ở đâu",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def list_former_names(opened: Opened, actor: Acting, zone_id: ZoneId) -> list[FormerName]:
    """Mới nhất trước; tên của thôn, xã, tỉnh theo danh mục lúc đó."""
    return [
        FormerName(
            village=name.place.village, commune_code=name.place.commune_code,
            commune=name.place.commune, province_code=name.place.province_code,
            province=name.place.province, vintage=name.place.vintage, until=name.until,
        )
        for name in zone_names.former_names(opened, actor, zone_id)
    ]  # fmt: skip


@router.put(
    "/zones/{zone_id}/village",
    summary="Đổi tên thôn của một vùng",
    status_code=204,
    responses=problem_responses(*AT_THE_DOOR, NotFound, NotAllowed, Conflict),
)
def rename_village(opened: Opened, actor: Acting, zone_id: ZoneId, name: NewName) -> Response:
    """Mã vùng và lịch sử giữ nguyên; báo cáo theo tên cũ vẫn được nhận ra là vùng này."""
    zone_names.rename_village(opened, actor, Seen(zone_id, name.version), name.village, name.reason)
    return Response(status_code=204)
