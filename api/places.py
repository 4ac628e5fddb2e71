"""``/places``: tỉnh và xã của đợt danh mục đang dùng."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from api.zones import PROVINCE
from coverage.actions import units
from coverage.errors import NotFound
from coverage.storage.units import NamedUnit

router = APIRouter(prefix="/places", tags=["Đơn vị hành chính"])


class PlaceUnit(BaseModel):
    """A province or commune; the point (WGS 84) is for labels, not for measuring."""

    code: str = Field(examples=["11"])
    name: str = Field(examples=["Điện Biên"])
    full_name: str = Field(examples=["Tỉnh Điện Biên"])
    longitude: float | None
    latitude: float | None


class PlaceList(BaseModel):
    """Units of the list in force; ``vintage`` is null before one is."""

    vintage: str | None = Field(examples=["2026-04-30"])
    units: list[PlaceUnit]


@router.get(
    "/provinces",
    summary="Các tỉnh, thành phố của đợt danh mục đang dùng",
    responses=problem_responses(*AT_THE_DOOR),
)
def provinces(opened: Opened, actor: Acting) -> PlaceList:
    """Xếp theo mã tỉnh."""
    return _listed(units.provinces(opened, actor))


@router.get(
    "/communes",
    summary="Các xã, phường, đặc khu của một tỉnh",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def communes(
    opened: Opened,
    actor: Acting,
    province: Annotated[str, Query(pattern=PROVINCE, description="Mã tỉnh.", examples=["11"])],
) -> PlaceList:
    """Xếp theo mã xã; tỉnh không có trong danh mục thì trả 404."""
    return _listed(units.communes(opened, actor, province))


def _listed(found: Sequence[NamedUnit]) -> PlaceList:
    return PlaceList(
        vintage=found[0].vintage if found else None,
        units=[
            PlaceUnit(
                code=unit.code, name=unit.name, full_name=unit.full_name,
                longitude=unit.longitude, latitude=unit.latitude,
            )
            for unit in found
        ],
    )  # fmt: skip
