"""An administrative unit of one vintage, and what became of it in the next.

A vintage is the list of units in force from a date; it is named by that date. A code means
nothing without its vintage: seven province codes of today named another province before
1 July 2025, and 1,807 commune codes another commune.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from shapely import MultiPolygon

FORMER_VINTAGE = "2025-06-30"  # the last day of districts: 63 provinces, 696 districts
REFORM_VINTAGE = "2025-07-01"  # Decision 19/2025/QĐ-TTg: 34 provinces, 3,321 communes


class Level(StrEnum):
    """The levels of administration; districts exist only before 1 July 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"

    @property
    def code_digits(self) -> int:
        """How many digits a code of this level has."""
        return {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}[self]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of one vintage. ``point`` is longitude, latitude; both geometries are WGS 84.

    ``name`` is bare (Mường Nhé), ``full_name`` has the kind (Xã Mường Nhé).
    """

    level: Level
    code: str
    name: str
    full_name: str
    province_code: str
    name_en: str | None = None
    district_code: str | None = None
    area_km2: float | None = None
    point: tuple[float, float] | None = None
    area: MultiPolygon | None = None

    def placed(self, point: tuple[float, float] | None, area: MultiPolygon | None) -> Unit:
        """Return the same unit with this point and area."""
        return replace(self, point=point, area=area)


@dataclass(frozen=True, slots=True)
class Change:
    """One old unit became one new unit, or (``part``) a part of it did."""

    old_vintage: str
    old_code: str
    new_vintage: str
    new_code: str
    part: bool
    note: str = ""
    level: Level = Level.COMMUNE


@dataclass(frozen=True, slots=True)
class UnitList:
    """The units of one vintage as one source gives them."""

    vintage: str
    source: str
    approximate: bool
    units: tuple[Unit, ...]

    def of(self, level: Level) -> tuple[Unit, ...]:
        """Return the units of one level, by code."""
        return tuple(sorted((u for u in self.units if u.level is level), key=lambda u: u.code))


def is_vintage_name(text: str) -> bool:
    """Return whether ``text`` is a vintage's name: an ISO date."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
