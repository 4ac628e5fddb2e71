"""From a province's fund zones to numbered and named lots with permanent ids."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coverage.errors import SettingsUnusable
from coverage.lots.division import Point, divide
from coverage.lots.proximity import connected_parts, links_within, widest_gap_m
from coverage.zones import Queue, Zone, ZoneStatus

# Only what the authority approved may be planned with. This is the one place that says so.
ELIGIBLE_STATUSES = frozenset({ZoneStatus.APPROVED})

_LOT_IDS = uuid.UUID("5b0a4f0e-6a0c-5f0b-9d5c-4f1b7a1c2e42")  # the namespace of lots' ids
_NAMED_COMMUNES = 3  # a lot's name lists this many communes, the rest as a number
_METRES_PER_DEGREE = 111_320


class LotStatus(StrEnum):
    """A proposed lot may be dissolved by the next proposal; one in a package stands."""

    PROPOSED = "proposed"
    IN_PACKAGE = "in_package"  # of a published package
    DISSOLVED = "dissolved"


@dataclass(frozen=True, slots=True)
class LotLimits:
    """How far apart neighbours in a lot may lie, and how many zones a lot may hold.

    Raises:
        SettingsUnusable: a limit is not above zero.
    """

    gap_m: float
    max_zones: int

    def __post_init__(self) -> None:
        if not self.gap_m > 0:
            raise SettingsUnusable("lot_gap_m", f"must be above zero: {self.gap_m}")
        if self.max_zones < 1:
            raise SettingsUnusable("lot_max_zones", f"must be above zero: {self.max_zones}")


@dataclass(frozen=True, slots=True)
class LotCommune:
    """What a lot must know of a commune: its bare name, and whether it is an island unit.

    All thirteen special zones (đặc khu) are islands or archipelagos.
    """

    name: str
    island: bool


@dataclass(frozen=True, slots=True)
class Lot:
    """Zones of one province that are awarded together, in the order of their communes.

    ``widest_gap_m`` is the smallest gap by which the zones hang together (0 for one zone);
    ``island`` lots gather a province's islands whatever water lies between them.
    """

    id: uuid.UUID
    number: int
    name: str
    island: bool
    zones: tuple[Zone, ...]
    widest_gap_m: float

    @property
    def households(self) -> int:
        """The households of all zones."""
        return sum(zone.households for zone in self.zones)

    def totals(self) -> dict[str, object]:
        """Return the lot's figures: zones, households, population where stated, widest gap."""
        stated = [zone.population for zone in self.zones if zone.population is not None]
        return {
            "zones": len(self.zones),
            "households": self.households,
            "population": sum(stated) if stated else None,
            "zones_without_population": len(self.zones) - len(stated),
            "widest_gap_m": round(self.widest_gap_m),
            "island": self.island,
        }


def is_eligible(zone: Zone) -> bool:
    """Tell whether a zone may enter a lot: the fund pays, and its review permits it."""
    return zone.queue is Queue.FUND and zone.status in ELIGIBLE_STATUSES


def lot_id(province_code: str, zone_ids: Iterable[uuid.UUID]) -> uuid.UUID:
    """Return the permanent id of the lot of these zones: the same zones, the same id."""
    listed = ",".join(sorted(str(zone_id) for zone_id in zone_ids))
    return uuid.uuid5(_LOT_IDS, f"{province_code}:{listed}")


def propose(
    zones: Iterable[Zone],
    communes: Mapping[str, LotCommune],
    limits: LotLimits,
    *,
    first_number: int = 1,
) -> tuple[Lot, ...]:
    """Return the lots of one province's eligible zones; every such zone is in exactly one.

    Mainland zones share a lot only when they hang together by gaps of at most ``gap_m``;
    island zones lie apart from them, and together. Numbers run from north to south, islands
    last. Zones that may not enter a lot are left out.

    Raises:
        ValueError: the zones are of several provinces.
    """
    eligible = sorted((zone for zone in zones if is_eligible(zone)), key=lambda zone: zone.id)
    if not eligible:
        return ()
    if len({zone.province_code for zone in eligible}) > 1:
        raise ValueError("a lot lies in one province")
    on_islands = [_is_island(zone, communes) for zone in eligible]
    mainland = [zone for zone, island in zip(eligible, on_islands, strict=True) if not island]
    islands = [zone for zone, island in zip(eligible, on_islands, strict=True) if island]
    groups = [
        *((False, group) for group in _north_to_south(_mainland_groups(mainland, limits))),
        *((True, group) for group in _north_to_south(_island_groups(islands, limits))),
    ]
    return tuple(
        _lot(number, group, communes, island=island)
        for number, (island, group) in enumerate(groups, start=first_number)
    )


def _mainland_groups(zones: Sequence[Zone], limits: LotLimits) -> list[list[Zone]]:
    links = links_within(
        [zone.longitude for zone in zones], [zone.latitude for zone in zones], limits.gap_m
    )
    points = _on_a_plane(zones)
    return [
        [zones[member] for member in group]
        for part in connected_parts(range(len(zones)), links)
        for group in divide(part, links, points, limits.max_zones)
    ]


def _island_groups(zones: Sequence[Zone], limits: LotLimits) -> list[list[Zone]]:
    """One group, cut only when there are too many zones; water does not part islands."""
    if not zones:
        return []
    everyone = frozenset(range(len(zones)))
    links = [everyone - {member} for member in range(len(zones))]
    groups = divide(range(len(zones)), links, _on_a_plane(zones), limits.max_zones)
    return [[zones[member] for member in group] for group in groups]


def _lot(
    number: int, group: Sequence[Zone], communes: Mapping[str, LotCommune], *, island: bool
) -> Lot:
    zones = tuple(sorted(group, key=lambda zone: (zone.commune_code, zone.village, zone.id)))
    return Lot(
        lot_id(zones[0].province_code, [zone.id for zone in zones]),
        number,
        f"Lô {number} – {_communes_named(zones, communes)}",
        island,
        zones,
        widest_gap_m([zone.longitude for zone in zones], [zone.latitude for zone in zones]),
    )


def _communes_named(zones: Sequence[Zone], communes: Mapping[str, LotCommune]) -> str:
    """The communes with the most households, by name; the others as a number."""
    households: dict[str, int] = {}
    for zone in zones:
        households[zone.commune_code] = households.get(zone.commune_code, 0) + zone.households
    codes = sorted(households, key=lambda code: (-households[code], code))
    names = [communes[code].name if code in communes else code for code in codes]
    listed = ", ".join(names[:_NAMED_COMMUNES])
    others = len(names) - _NAMED_COMMUNES
    return f"{listed} và {others} xã khác" if others > 0 else listed


def _north_to_south(groups: Iterable[list[Zone]]) -> list[list[Zone]]:
    def place(group: list[Zone]) -> tuple[int, uuid.UUID]:
        latitude = math.fsum(zone.latitude for zone in group) / len(group)
        return -round(latitude * 1e6), group[0].id

    return sorted(groups, key=place)


def _on_a_plane(zones: Sequence[Zone]) -> list[Point]:
    """Metres east and north, near enough to see which way a group lies."""
    if not zones:
        return []
    middle = math.fsum(zone.latitude for zone in zones) / len(zones)
    narrowing = math.cos(math.radians(middle))
    return [
        (
            zone.longitude * _METRES_PER_DEGREE * narrowing,
            zone.latitude * _METRES_PER_DEGREE,
        )
        for zone in zones
    ]


def _is_island(zone: Zone, communes: Mapping[str, LotCommune]) -> bool:
    commune = communes.get(zone.commune_code)
    return commune is not None and commune.island
