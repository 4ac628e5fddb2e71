"""Lots as they are looked at: zones, cost with its parts, readiness, pins, balance."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from coverage.actions.lot_plans import standing_lots_of
from coverage.actions.lot_sites import ShownSites, shown_sites
from coverage.costs import CostEstimate, CostRates, together
from coverage.errors import NotAllowed, NotFound
from coverage.lots import Balance, LotLimits, LotStatus, apart_m, balance
from coverage.people import Act, Actor, OrganisationKind
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.readiness import together as worst_of
from coverage.storage import lot_pins, lot_sites, places
from coverage.storage import lots as stored
from coverage.storage import readiness as stored_readiness
from coverage.storage.lot_history import FormerLot, former_of
from coverage.storage.lot_pins import AskedBounds
from coverage.storage.lots import StoredLot
from coverage.storage.readiness import ZoneReadiness
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
from coverage.storage.zones import of_ids as zones_of_ids

_OVERSIGHT = frozenset({OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR})


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot as it stands. ``sited``: its cost is that of its chosen sites, else an estimate.

    ``readiness`` and ``pinned`` are empty where the reader may not see them.
    """

    lot: StoredLot
    zones: tuple[ListedZone, ...]
    cost: CostEstimate | None
    sited: bool
    readiness: Mapping[ReadinessKind, ReadinessState]
    pinned: frozenset[uuid.UUID]

    @property
    def households(self) -> int:
        """The households of the lot when it was proposed."""
        return int(str(self.lot.totals["households"]))

    @property
    def cost_vnd(self) -> int | None:
        """What is estimated, as far as it is known."""
        return self.cost.total_vnd if self.cost else None

    @property
    def over(self) -> tuple[str, ...]:
        """The bounds that the lot exceeds, by name."""
        told: Any = self.lot.totals.get("over", [])
        return tuple(told)


@dataclass(frozen=True, slots=True)
class ProvinceLots:
    """The lots that stand in a province, and how even the proposed ones are.

    ``bordered`` is False where lots hang together by the gap alone, for want of exact areas.
    """

    province_code: str
    province: str
    vintage: str
    bordered: bool
    limits: LotLimits
    asked: AskedBounds
    lots: tuple[LotView, ...]
    rates: CostRates

    @property
    def proposed(self) -> tuple[LotView, ...]:
        """The lots that are not in a published package."""
        return tuple(view for view in self.lots if view.lot.status is LotStatus.PROPOSED)

    @property
    def balances(self) -> dict[str, Balance]:
        """How even the proposed lots are, in households and in cost; all lots where none is."""
        return balances_of(self.proposed or self.lots)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another lot, and how far from this one its nearest zone lies."""

    lot: StoredLot
    apart_m: float


@dataclass(frozen=True, slots=True)
class SeenLot:
    """One lot with everything that its page shows; ``others`` are the lots that zones may move to.

    ``neighbours`` lie within the gap, the nearest first; ``former`` are the lots that its zones
    were in before, empty where the reader may not see them.
    """

    view: LotView
    province: str
    zones: tuple[ZoneReadiness, ...]
    others: tuple[StoredLot, ...]
    rates: CostRates
    sites: ShownSites | None
    limits: LotLimits
    neighbours: tuple[Neighbour, ...] = ()
    former: tuple[FormerLot, ...] = ()


def see_lots(database: Database, actor: Actor, province_code: str) -> ProvinceLots:
    """Return the lots that stand in a province.

    Raises:
        NotAllowed: operators see lots in published packages only.
        NotFound: no such province in the vintage in force.
    """
    _must_see(actor)
    with database.transaction(actor) as connection:
        bounds = lot_pins.bounds(connection, province_code)
        vintage = places.active_vintage(connection)
        province = places.province_name(connection, province_code)
        lots = standing_lots_of(connection, province_code)
        return ProvinceLots(
            province_code,
            province,
            vintage,
            not places.find_vintage(connection, vintage).approximate,
            stored.limits(connection, bounds),
            bounds,
            _views(connection, actor, lots),
            stored.rates(connection),
        )


def see_lot(database: Database, actor: Actor, lot_id: uuid.UUID) -> SeenLot:
    """Return one lot, also one that was dissolved.

    Raises:
        NotAllowed: operators see lots in published packages only.
        NotFound: no such lot, or none that the actor may see.
    """
    _must_see(actor)
    with database.transaction(actor) as connection:
        code = lot_sites.province_of(connection, lot_id)
        if code is None:
            raise NotFound("lot", lot_id)
        lots = stored.lots_of(connection, code)
        lot = next(each for each in lots if each.id == lot_id)
        told = actor.kind in _OVERSIGHT
        view = _views(connection, actor, [lot])[0]
        limits = stored.limits(connection, lot_pins.bounds(connection, code))
        return SeenLot(
            view,
            places.province_name(connection, code),
            tuple(stored_readiness.of_lots(connection, [lot_id])) if told else (),
            tuple(each for each in lots if each.status is LotStatus.PROPOSED and each.id != lot_id),
            stored.rates(connection),
            shown_sites(connection, lot) if told else None,
            limits,
            _neighbours(connection, view, lots, limits.gap_m),
            former_of(connection, lot_id) if told else (),
        )


def balances_of(views: Sequence[LotView]) -> dict[str, Balance]:
    """Return how even lots are, in households and in estimated cost."""
    return {
        "households": balance(view.households for view in views),
        "cost": balance(view.cost_vnd for view in views if view.cost_vnd is not None),
    }


def _views(connection: Connection, actor: Actor, lots: Sequence[StoredLot]) -> tuple[LotView, ...]:
    ids = [lot.id for lot in lots]
    told = actor.kind in _OVERSIGHT
    zones = zones_of_ids(connection, {key for lot in lots for key in lot.zone_ids})
    sited = lot_sites.of_lots(connection, ids) if told else {}
    ready = stored_readiness.of_lots(connection, ids) if told else []
    pins: set[uuid.UUID] = set()
    for code in {lot.province_code for lot in lots}:
        pins |= set(lot_pins.pins(connection, code))
    return tuple(
        LotView(
            lot,
            tuple(
                sorted(
                    (zones[key] for key in lot.zone_ids if key in zones),
                    key=lambda listed: (
                        listed.zone.commune_code, listed.zone.village, listed.zone.id
                    ),
                )
            ),
            together(site.cost for site in sited[lot.id].sites)
            if lot.id in sited
            else _estimate(lot),
            lot.id in sited,
            worst_of(zone.states for zone in ready if zone.lot_id == lot.id) if told else {},
            frozenset(pins.intersection(lot.zone_ids)) if told else frozenset(),
        )
        for lot in lots
    )  # fmt: skip


def _neighbours(
    connection: Connection, view: LotView, lots: Sequence[StoredLot], gap_m: float
) -> tuple[Neighbour, ...]:
    """The standing lots of the same kind of ground that have a zone within the gap."""
    others = [
        lot for lot in lots
        if lot.status is not LotStatus.DISSOLVED
        and lot.id != view.lot.id
        and lot.island == view.lot.island
    ]  # fmt: skip
    zones = zones_of_ids(connection, {key for lot in others for key in lot.zone_ids})
    mine = [(listed.zone.longitude, listed.zone.latitude) for listed in view.zones]
    found = []
    for lot in others:
        theirs = [
            (zones[key].zone.longitude, zones[key].zone.latitude)
            for key in lot.zone_ids
            if key in zones
        ]
        far = apart_m(mine, theirs) if mine and theirs else gap_m + 1
        if far <= gap_m:
            found.append(Neighbour(lot, far))
    return tuple(sorted(found, key=lambda one: (one.apart_m, one.lot.number)))


def _estimate(lot: StoredLot) -> CostEstimate | None:
    """What the lot was estimated to cost when it was proposed."""
    told: Any = lot.totals.get("cost")
    return lot_sites.estimate_of(told) if told else None


def _must_see(actor: Actor) -> None:
    if actor.kind is OrganisationKind.OPERATOR:
        raise NotAllowed(Act.PROPOSE_LOTS.value, actor.role.value)
