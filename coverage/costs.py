"""What a site, and so a lot, is estimated to cost: a sum of visible parts, in whole đồng.

Rates are dated settings of the authority. A part whose ground layer is not loaded is absent,
never zero: the estimate then says that it is too low, and by what.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

_ROUNDED_TO = 1_000  # đồng


class CostKind(StrEnum):
    """The parts of an estimate, in the order they are told."""

    TOWER = "tower"  # a new mast with its equipment
    SHARED = "shared"  # equipment on a mast that stands already
    ROAD = "road"
    POWER = "power"
    BACKHAUL = "backhaul"  # by radio hops to the nearest site that stands
    HOUSEHOLDS = "households"  # equipment that grows with the households served


@dataclass(frozen=True, slots=True)
class CostRates:
    """What one unit of each part costs, in đồng; ``hop_km`` is how far one radio hop reaches."""

    tower_vnd: int
    shared_vnd: int
    road_vnd_per_km: int
    power_vnd_per_km: int
    hop_vnd: int
    hop_km: float
    household_vnd: int

    def added(self, kind: CostKind) -> int:
        """Return what one more unit of a part adds: a mast, a kilometre, a hop, a household."""
        return {
            CostKind.TOWER: self.tower_vnd,
            CostKind.SHARED: self.shared_vnd,
            CostKind.ROAD: self.road_vnd_per_km,
            CostKind.POWER: self.power_vnd_per_km,
            CostKind.BACKHAUL: self.hop_vnd,
            CostKind.HOUSEHOLDS: self.household_vnd,
        }[kind]


@dataclass(frozen=True, slots=True)
class CostPart:
    """One part: how many masts, kilometres, hops or households, and what they cost together.

    Both are None where the layer that would tell is not loaded.
    """

    kind: CostKind
    quantity: float | None
    amount_vnd: int | None

    def as_json(self) -> dict[str, str | float | None]:
        """Return the part as JSON; the quantity to a thousandth."""
        quantity = None if self.quantity is None else round(self.quantity, 3)
        return {"kind": self.kind.value, "quantity": quantity, "amount_vnd": self.amount_vnd}


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """The parts that apply, in the order of :class:`CostKind`."""

    parts: tuple[CostPart, ...]

    @property
    def total_vnd(self) -> int:
        """The sum of the parts that are known."""
        return sum(part.amount_vnd for part in self.parts if part.amount_vnd is not None)

    @property
    def absent(self) -> tuple[CostKind, ...]:
        """The parts that nobody could estimate."""
        return tuple(part.kind for part in self.parts if part.amount_vnd is None)

    def per_household_vnd(self, households: int) -> int | None:
        """Return the estimate per household; None for no household."""
        return round(self.total_vnd / households) if households > 0 else None


def site_cost(
    rates: CostRates,
    *,
    shared: bool,
    households: int,
    road_km: float | None,
    power_km: float | None,
    site_km: float | None,
) -> CostEstimate:
    """Return what one site costs. Distances are to the nearest road, power line and standing site.

    A shared site has its road, power and backhaul already. None says that the layer is absent.
    """
    if shared:
        quantities: Sequence[tuple[CostKind, float | None]] = (
            (CostKind.SHARED, 1),
            (CostKind.HOUSEHOLDS, households),
        )
    else:
        hops = None if site_km is None else max(1, math.ceil(site_km / rates.hop_km))
        quantities = (
            (CostKind.TOWER, 1),
            (CostKind.ROAD, road_km),
            (CostKind.POWER, power_km),
            (CostKind.BACKHAUL, hops),
            (CostKind.HOUSEHOLDS, households),
        )
    return CostEstimate(tuple(_part(rates, kind, quantity) for kind, quantity in quantities))


def together(estimates: Iterable[CostEstimate]) -> CostEstimate:
    """Return the estimate of several sites: part by part; absent as soon as one of them is."""
    parts = [part for estimate in estimates for part in estimate.parts]
    summed = []
    for kind in CostKind:
        of_kind = [part for part in parts if part.kind is kind]
        quantities = [part.quantity for part in of_kind if part.quantity is not None]
        amounts = [part.amount_vnd for part in of_kind if part.amount_vnd is not None]
        if len(amounts) < len(of_kind):
            summed.append(CostPart(kind, None, None))
        elif of_kind:
            summed.append(CostPart(kind, math.fsum(quantities), sum(amounts)))
    return CostEstimate(tuple(summed))


def _part(rates: CostRates, kind: CostKind, quantity: float | None) -> CostPart:
    if quantity is None:
        return CostPart(kind, None, None)
    amount = round(rates.added(kind) * quantity / _ROUNDED_TO) * _ROUNDED_TO
    return CostPart(kind, quantity, amount)
