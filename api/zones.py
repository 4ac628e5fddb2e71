"""``/zones``: vùng lõm sóng as GeoJSON, page by page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from api.addresses import next_page
from api.dependencies import Acting, Opened, PageSize
from api.documentation import AT_THE_DOOR, problem_responses
from api.paging import read_cursor, write_cursor
from api.zone_filters import PROVINCE, ZonesAsked, sees_people
from coverage.actions import zones
from coverage.errors import NotFound
from coverage.people import Actor, OrganisationKind
from coverage.storage.zones import ListedZone, key_shape
from coverage.zones import Queue, Signal, ZoneStatus

__all__ = [
    "GEOJSON", "PROVINCE", "ZoneId", "router", "sees_people", "sees_reasons", "sees_sites",
]  # fmt: skip

GEOJSON = "application/geo+json"
ZoneId = Annotated[uuid.UUID, Path(description="Mã vùng, không bao giờ đổi.")]
router = APIRouter(tags=["Vùng lõm sóng"])


class Point(BaseModel):
    """A GeoJSON point: longitude, latitude in WGS 84 degrees."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float] = Field(examples=[[102.4581, 22.1893]])


class ZoneProperties(BaseModel):
    """What is known of a zone; null where the province's file did not say."""

    village: str = Field(examples=["Bản Huổi Lếch"])
    commune_code: str = Field(description="Xã nơi có điểm, theo đợt danh mục ghi kèm.")
    commune: str | None = Field(examples=["Xã Mường Nhé"])
    province_code: str = Field(examples=["11"])
    province: str | None = Field(examples=["Điện Biên"])
    declared_commune_code: str | None
    vintage: str = Field(examples=["2026-04-30"])
    households: int = Field(examples=[84])
    population: int | None
    signal: Signal | None
    grid_power: bool | None
    specially_difficult: bool | None
    status: ZoneStatus
    status_reason: str | None = Field(
        description="Lý do của trạng thái hiện nay; doanh nghiệp không thấy."
    )
    merged_into: uuid.UUID | None = Field(description="Vùng mà vùng này đã nhập vào.")
    disputed: bool = Field(description="Có doanh nghiệp đang phản hồi một kết luận.")
    queue: Queue | None = Field(
        description="Ai chi trả; null với doanh nghiệp khi vùng chưa vào gói thầu."
    )
    queue_reason: str
    queue_by_hand: bool = Field(description="Ai chi trả là do người quyết định, không do quy tắc.")
    queue_by: str | None = Field(description="Ai đã quyết định; chỉ Cục và kiểm toán thấy.")
    reviewer: str | None = Field(description="Đang trong tay ai; chỉ Cục và kiểm toán thấy.")
    version: int
    reported_at: datetime
    updated_at: datetime


class ZoneFeature(BaseModel):
    """One zone as a GeoJSON feature; its id never changes."""

    type: Literal["Feature"] = "Feature"
    id: uuid.UUID
    geometry: Point
    properties: ZoneProperties


class Link(BaseModel):
    """Where to go on (RFC 8288); the same is in the ``Link`` header."""

    rel: str
    href: str
    type: str


class ZoneCollection(BaseModel):
    """A page of zones as a GeoJSON feature collection."""

    model_config = ConfigDict(populate_by_name=True)

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[ZoneFeature]
    number_returned: int = Field(alias="numberReturned")
    number_matched: int = Field(alias="numberMatched")
    links: list[Link]


@router.get(
    "/zones",
    summary="Danh sách vùng lõm sóng (GeoJSON)",
    response_model=ZoneCollection,
    responses=problem_responses(*AT_THE_DOOR)
    | {200: {"content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/ZoneCollection"}}}}},
)
def list_zones(  # noqa: PLR0917 - each is one parameter of the address
    request: Request,
    opened: Opened,
    actor: Acting,
    asked: Annotated[ZonesAsked, Query()],
    cursor: Annotated[
        str | None, Query(description="Vị trí trang, lấy từ liên kết `next`.")
    ] = None,
    limit: PageSize = 100,
) -> Response:
    """Trang tiếp theo ở liên kết `next` (tiêu đề `Link` và trường `links`).

    Bộ lọc và tìm kiếm như ở trang Vùng lõm sóng. Duyệt hết các trang thì mỗi vùng còn trong danh
    sách xuất hiện đúng một lần, kể cả khi có vùng mới được thêm trong lúc duyệt.
    """
    wanted, order = asked.wanted(actor), asked.order
    after = read_cursor(cursor, order.value, key_shape(order))
    found = zones.list_zones(opened, actor, wanted, order=order, after=after, limit=limit)
    links = []
    headers: dict[str, str] = {}
    if found.page.next_key is not None:
        following = next_page(request, write_cursor(order.value, found.page.next_key))
        links.append({"rel": "next", "href": following, "type": GEOJSON})
        headers["Link"] = f'<{following}>; rel="next"; type="{GEOJSON}"'
    content = {
        "type": "FeatureCollection",
        "features": [_feature(listed, actor) for listed in found.page.zones],
        "numberReturned": len(found.page.zones),
        "numberMatched": found.zones,
        "links": links,
    }
    return JSONResponse(content, headers=headers, media_type=GEOJSON)


@router.get(
    "/zones/{zone_id}",
    summary="Một vùng lõm sóng (GeoJSON)",
    response_model=ZoneFeature,
    responses=problem_responses(*AT_THE_DOOR, NotFound)
    | {200: {"content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/ZoneFeature"}}}}},
)
def get_zone(opened: Opened, actor: Acting, zone_id: ZoneId) -> Response:
    """Mã vùng không bao giờ đổi, kể cả khi mã xã đổi."""
    found = zones.get_zone(opened, actor, zone_id)
    return JSONResponse(_feature(found, actor), media_type=GEOJSON)


def sees_sites(actor: Actor) -> bool:
    """Tell whether the actor may know where a site stands: an operator sees its own only."""
    return actor.kind is not OrganisationKind.PROVINCE


def sees_reasons(actor: Actor) -> bool:
    """Tell whether what one person wrote about a zone is for the actor's eyes."""
    return actor.kind is not OrganisationKind.OPERATOR


def _feature(listed: ListedZone, actor: Actor) -> Mapping[str, Any]:
    zone = listed.zone
    people, reasons = sees_people(actor), sees_reasons(actor)
    properties = {
        "village": zone.village,
        "commune_code": zone.commune_code,
        "commune": listed.commune,
        "province_code": zone.province_code,
        "province": listed.province,
        "declared_commune_code": zone.declared_commune_code,
        "vintage": zone.vintage,
        "households": zone.households,
        "population": zone.population,
        "signal": zone.signal,
        "grid_power": zone.grid_power,
        "specially_difficult": zone.specially_difficult,
        "status": zone.status,
        "status_reason": zone.status_reason if reasons else None,
        "merged_into": str(zone.merged_into) if zone.merged_into else None,
        "disputed": listed.disputed,
        "queue": zone.queue if listed.payer_told else None,
        "queue_reason": zone.queue_reason if reasons or zone.queue_by is None else "",
        "queue_by_hand": listed.payer_told and zone.queue_by is not None,
        "queue_by": zone.queue_by if people else None,
        "reviewer": zone.reviewer if people else None,
        "version": listed.version,
        "reported_at": listed.reported_at.isoformat(),
        "updated_at": listed.updated_at.isoformat(),
    }
    return {
        "type": "Feature",
        "id": str(zone.id),
        "geometry": {"type": "Point", "coordinates": [zone.longitude, zone.latitude]},
        "properties": properties,
    }
