"""From a province's fund zones to numbered and named lots with permanent ids."""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coverage.costs import CostEstimate
from coverage.errors import SettingsUnusable
from coverage.lots.atoms import Bounds
from coverage.lots.borders import Borders
from coverage.lots.estimate import LotCosts
from coverage.lots.grouping import Settled, Wanted, grouped, unheard
from coverage.lots.proximity import Links, links_within, widest_gap_m, with_borders
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
    """How far apart neighbours in a lot may lie, how much a lot may hold, how many lots are wanted.

    Without ``max_households`` or ``max_cost_vnd`` there is no such bound; without ``lots`` there
    are as few as the bounds permit.

    Raises:
        SettingsUnusable: a limit is not above zero.
    """

    gap_m: float
    max_zones: int
    max_households: int | None = None
    max_cost_vnd: int | None = None
    lots: int | None = None

    def __post_init__(self) -> None:
        if not self.gap_m > 0:
            raise SettingsUnusable("lot_gap_m", f"must be above zero: {self.gap_m}")
        for name in ("max_zones", "max_households", "max_cost_vnd", "lots"):
            most = getattr(self, name)
            if most is not None and most < 1:
                raise SettingsUnusable(f"lot_{name}", f"must be above zero: {most}")

    def as_json(self) -> dict[str, float | int | None]:
        """Return the limits by their names; None for no bound."""
        return {
            "gap_m": self.gap_m,
            "max_zones": self.max_zones,
            "max_households": self.max_households,
            "max_cost_vnd": self.max_cost_vnd,
            "lots": self.lots,
        }


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
    ``island`` lots gather a province's islands whatever water lies between them. ``cost`` is
    estimated before sites are chosen; None where no costs were given.
    """

    id: uuid.UUID
    number: int
    name: str
    island: bool
    zones: tuple[Zone, ...]
    widest_gap_m: float
    limits: LotLimits
    cost: CostEstimate | None = None

    @property
    def households(self) -> int:
        """The households of all zones."""
        return sum(zone.households for zone in self.zones)

    @property
    def over(self) -> tuple[str, ...]:
        """The bounds that the lot exceeds, by name: a village or a pinned group may be too large."""
        held = (
            ("max_zones", len(self.zones)),
            ("max_households", self.households),
            ("max_cost_vnd", self.cost.total_vnd if self.cost else 0),
        )
        bounds = self.limits.as_json()
        return tuple(name for name, load in held if load > (bounds[name] or math.inf))

    def totals(self) -> dict[str, object]:
        """Return the lot's figures, its estimate, and the limits that it was made within."""
        stated = [zone.population for zone in self.zones if zone.population is not None]
        return {
            "zones": len(self.zones),
            "households": self.households,
            "population": sum(stated) if stated else None,
            "zones_without_population": len(self.zones) - len(stated),
            "widest_gap_m": round(self.widest_gap_m),
            "island": self.island,
            "cost_vnd": self.cost.total_vnd if self.cost else None,
            "cost": [part.as_json() for part in self.cost.parts] if self.cost else None,
            "over": list(self.over),
            "limits": self.limits.as_json(),
        }


def is_eligible(zone: Zone) -> bool:
    """Tell whether a zone may enter a lot: the fund pays, and its review permits it."""
    return zone.queue is Queue.FUND and zone.status in ELIGIBLE_STATUSES


def lot_id(province_code: str, zone_ids: Iterable[uuid.UUID]) -> uuid.UUID:
    """Return the permanent id of the lot of these zones: the same zones, the same id."""
    listed = ",".join(sorted(str(zone_id) for zone_id in zone_ids))
    return uuid.uuid5(_LOT_IDS, f"{province_code}:{listed}")


def propose(  # noqa: PLR0913 - what a planner gives, each by its name
    zones: Iterable[Zone],
    communes: Mapping[str, LotCommune],
    limits: LotLimits,
    *,
    first_number: int = 1,
    borders: Borders | None = None,
    costs: LotCosts | None = None,
    pins: Mapping[uuid.UUID, uuid.UUID] | None = None,
    standing: Collection[Collection[uuid.UUID]] = (),
    settled: Settled = unheard,
) -> tuple[Lot, ...]:
    """Return the lots of one province's eligible zones; every such zone is in exactly one.

    Mainland zones share a lot only when they hang together: by gaps of at most ``gap_m``, or
    through communes that share a border (``borders``, None where areas are not known well).
    Island zones lie apart from them, and together. ``pins`` has the group of each pinned zone:
    a group stays together, and no two groups share a lot. ``standing`` are the lots to carry on,
    by their zones; without them everything is divided anew. Numbers run from north to south,
    islands last. Zones that may not enter a lot are left out. ``settled`` hears of how many of how
    many zones the lot is found.

    Raises:
        ValueError: the zones are of several provinces.
        LotCountRefused: there cannot be so many lots, or so few.
    """
    eligible = sorted((zone for zone in zones if is_eligible(zone)), key=lambda zone: zone.id)
    if not eligible:
        return ()
    if len({zone.province_code for zone in eligible}) > 1:
        raise ValueError("a lot lies in one province")
    number_of = {zone.id: number for number, zone in enumerate(eligible)}
    wanted = Wanted(
        links_of(eligible, communes, limits.gap_m, borders),
        on_a_plane(eligible),
        [zone.households for zone in eligible],
        [costs.cluster_of(zone.id) if costs else 0 for zone in eligible],
        costs.site_vnd if costs else (0,),
        costs.rates.household_vnd if costs else 0,
        _groups(pins or {}, number_of),
    )
    parts = grouped(
        wanted,
        Bounds(limits.max_zones, limits.max_households, limits.max_cost_vnd),
        limits.lots,
        [{number_of[each] for each in lot if each in number_of} for lot in standing],
        settled,
    )
    found = [[eligible[member] for member in sorted(part)] for part in parts]
    ordered = sorted(found, key=lambda group: (is_island(group[0], communes), *_place(group)))
    return tuple(
        _lot(number, group, communes, limits, costs)
        for number, group in enumerate(ordered, start=first_number)
    )


def links_of(
    zones: Sequence[Zone],
    communes: Mapping[str, LotCommune],
    gap_m: float,
    borders: Borders | None = None,
) -> Links:
    """Return which zones may stand side by side in a lot, by their places in ``zones``."""
    links: Links = links_within(
        [zone.longitude for zone in zones], [zone.latitude for zone in zones], gap_m
    )
    if borders is not None:
        links = with_borders(links, [(zone.vintage, zone.commune_code) for zone in zones], borders)
    islands = frozenset(place for place, zone in enumerate(zones) if is_island(zone, communes))
    return tuple(
        islands - {place} if place in islands else near - islands
        for place, near in enumerate(links)
    )


def is_island(zone: Zone, communes: Mapping[str, LotCommune]) -> bool:
    """Tell whether a zone lies in an island unit."""
    commune = communes.get(zone.commune_code)
    return commune is not None and commune.island


def on_a_plane(zones: Sequence[Zone]) -> list[tuple[int, int]]:
    """Return whole metres east and north, near enough to see which way a group lies."""
    if not zones:
        return []
    middle = math.fsum(zone.latitude for zone in zones) / len(zones)
    narrowing = math.cos(math.radians(middle))
    return [
        (
            round(zone.longitude * _METRES_PER_DEGREE * narrowing),
            round(zone.latitude * _METRES_PER_DEGREE),
        )
        for zone in zones
    ]


def _groups(
    pins: Mapping[uuid.UUID, uuid.UUID], number_of: Mapping[uuid.UUID, int]
) -> dict[str, set[int]]:
    groups: dict[str, set[int]] = {}
    for zone_id, group in pins.items():
        if zone_id in number_of:
            groups.setdefault(str(group), set()).add(number_of[zone_id])
    return groups


def _lot(
    number: int, group: Sequence[Zone], communes: Mapping[str, LotCommune], limits: LotLimits,
    costs: LotCosts | None,
) -> Lot:  # fmt: skip
    zones = tuple(sorted(group, key=lambda zone: (zone.commune_code, zone.village, zone.id)))
    return Lot(
        lot_id(zones[0].province_code, [zone.id for zone in zones]),
        number,
        f"Lô {number} – {_communes_named(zones, communes)}",
        is_island(zones[0], communes),
        zones,
        widest_gap_m([zone.longitude for zone in zones], [zone.latitude for zone in zones]),
        limits,
        costs.estimate(zones) if costs else None,
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


def _place(group: Sequence[Zone]) -> tuple[int, uuid.UUID]:
    """From north to south; of two on one latitude the one with the lowest id first."""
    latitude = math.fsum(zone.latitude for zone in group) / len(group)
    return -round(latitude * 1e6), min(zone.id for zone in group)
