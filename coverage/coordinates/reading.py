"""What is passed around: cells, readings of them, and the choice of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from coverage.coordinates.meridians import ProvincialGrids
from coverage.coordinates.stated import StatedCRS
from coverage.findings import Finding

Cell = str | float | int | datetime | date | time | timedelta | None
"""A raw cell as a workbook or a CSV hands it over; ``None`` and blank text are empty."""


class Order(StrEnum):
    """Which half comes first: latitude or northing, or longitude or easting."""

    NORTH_FIRST = "north_first"
    EAST_FIRST = "east_first"

    @property
    def other(self) -> Order:
        """The opposite order."""
        return Order.EAST_FIRST if self is Order.NORTH_FIRST else Order.NORTH_FIRST


class Standing(IntEnum):
    """How well a reading is supported before any place is looked at; lower is better."""

    TYPED = 0  # degrees typed as degrees, or metres on the grid that the header states
    RECOVERED = 1  # digits whose point or marks were lost
    PRESENT = 2  # the grid of the province today, not stated
    FORMER = 3  # the grid of a province merged into it, not stated
    OTHER = 4  # any other provincial grid, or the province is unknown
    LAST_RESORT = 5  # UTM zones and the 102° zone, not stated


@dataclass(frozen=True, slots=True)
class Extent:
    """A box in WGS 84 degrees that a reading must lie in to be considered at all."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Return whether the point lies in the box; nan lies nowhere."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


VIETNAM = Extent(south=7.0, west=102.0, north=23.5, east=118.0)
"""Viet Nam with Hoàng Sa and Trường Sa: communes reach 7.18 to 23.39 N, 102.14 to 117.83 E."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the cells, in WGS 84 degrees, with the repairs that it needs.

    ``crs`` is the system the digits are taken to be in (``EPSG:4326``, ``EPSG:9209``…).
    ``findings`` hold every repair and doubt, without column or value: the caller places them.
    ``decimals`` counts the typed decimals of decimal degrees, else None; ``precision_m`` is the
    ground distance that one unit of the last typed digit covers.
    ``needs_place`` marks a repair that is certain only once the point falls in the declared
    place.
    """

    latitude: float
    longitude: float
    crs: str = "EPSG:4326"
    order: Order = Order.NORTH_FIRST
    standing: Standing = Standing.TYPED
    findings: tuple[Finding, ...] = ()
    decimals: int | None = None
    precision_m: float = 1.0
    needs_place: bool = False

    def noting(self, *findings: Finding) -> Reading:
        """Return the same reading with more findings."""
        return replace(self, findings=self.findings + findings)


@dataclass(frozen=True, slots=True)
class Premises:
    """What is known about two columns before any row is read.

    ``expected_order`` is what the heading states or, where it states nothing, what most rows of
    the file do; a row in the other order is told.
    ``grids`` are those of the province. ``grids_in_use`` are the ones that most rows of the file
    land with; a row that alone needs another one is not believed.
    """

    stated: StatedCRS | None = None
    expected_order: Order | None = None
    grids: ProvincialGrids | None = None
    grids_in_use: frozenset[str] | None = None
    extent: Extent = VIETNAM


class Place(Protocol):
    """A declared commune or province, as far as choosing needs it."""

    @property
    def name(self) -> str:
        """The place's full name, as people write it."""

    def distance_m(self, latitude: float, longitude: float) -> float:
        """Metres from the point to the place's area; 0 inside it."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The places that a row names, as far as they are known."""

    commune: Place | None = None
    province: Place | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How far from the declared commune a point may lie (design.md §6), in metres."""

    border_band_m: float = 300.0
    tolerance_m: float = 1500.0


@dataclass(frozen=True, slots=True)
class Choice:
    """The reading decided upon, or None when ``findings`` hold the error that says why not."""

    reading: Reading | None
    findings: tuple[Finding, ...]
