"""What a province's lots are planned from, read once, and the plan that comes of it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from sqlalchemy import Connection

from coverage.costs import CostRates
from coverage.distances import to_nearest
from coverage.errors import LotsApart
from coverage.layers import LayerKind
from coverage.lots import (
    Borders,
    Cluster,
    Lot,
    LotCommune,
    LotCosts,
    LotLimits,
    LotShape,
    LotStatus,
    Settled,
    SiteGround,
    bordering,
    clusters,
    is_eligible,
    links_of,
    propose,
    unheard,
)
from coverage.lots.proximity import connected_parts
from coverage.storage import layers, lot_pins, lot_sites, places
from coverage.storage import lots as stored
from coverage.storage.criteria import criteria_in_force
from coverage.storage.lot_pins import AskedBounds
from coverage.storage.lots import StoredLot
from coverage.storage.zones import ListedZone
from coverage.zones import Zone

_USUAL_REACH_M = 3_000.0  # where no criteria set is in force
_NAMED = 5  # villages in a sentence


@dataclass(frozen=True, eq=False)
class Planning:
    """A province as a planner finds it.

    ``zones`` are its fund zones by id; ``borders`` is None where no commune's area is known
    exactly, and then only the gap counts; ``reach_m`` is how far a site is taken to reach.
    """

    province_code: str
    province: str
    vintage: str
    limits: LotLimits
    asked: AskedBounds
    lots: tuple[StoredLot, ...]
    zones: Mapping[uuid.UUID, ListedZone]
    communes: Mapping[str, LotCommune]
    borders: Borders | None
    pins: Mapping[uuid.UUID, uuid.UUID]
    costs: LotCosts
    reach_m: float

    @cached_property
    def published(self) -> tuple[StoredLot, ...]:
        """The lots of published packages, which stand."""
        return tuple(lot for lot in self.lots if lot.status is LotStatus.IN_PACKAGE)

    @cached_property
    def proposed(self) -> tuple[StoredLot, ...]:
        """The lots that a new plan takes the place of."""
        return tuple(lot for lot in self.lots if lot.status is LotStatus.PROPOSED)

    @cached_property
    def free(self) -> tuple[Zone, ...]:
        """The zones that may be in a proposed lot, by id."""
        return _free(self.zones, self.published)

    def standing(self) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
        """Return the proposed lots by id, each with those of its zones that may still be in it."""
        may = {zone.id for zone in self.free}
        found = {lot.id: frozenset(may.intersection(lot.zone_ids)) for lot in self.proposed}
        return {key: members for key, members in found.items() if members}

    def carries_on(self, limits: LotLimits) -> bool:
        """Tell whether the standing lots were made within these limits, so that they carry on."""
        told = limits.as_json()
        return bool(self.proposed) and all(
            lot.totals.get("limits") == told for lot in self.proposed
        )

    def draft(
        self, limits: LotLimits, pins: Mapping[uuid.UUID, uuid.UUID],
        standing: Collection[Collection[uuid.UUID]] = (), settled: Settled = unheard,
    ) -> tuple[Lot, ...]:  # fmt: skip
        """Return the lots of a new plan: ``standing`` ones carried on, else all divided anew.

        ``settled`` hears of how many of how many zones the lot is found.

        Raises:
            LotCountRefused: there cannot be so many lots, or so few.
        """
        first_number = 1 + max((lot.number for lot in self.published), default=0)
        taken = {lot.id for lot in self.published}
        found = propose(
            self.free, self.communes, limits, first_number=first_number, borders=self.borders,
            costs=self.costs, pins=pins, standing=standing, settled=settled,
        )  # fmt: skip
        return tuple(_anew(lot, taken) for lot in found)

    def must_hang_together(self, whole: Collection[uuid.UUID]) -> None:
        """Refuse zones that cannot be one lot.

        Raises:
            LotsApart: some of them neither border on the others nor lie within the gap.
        """
        links = links_of(self.free, self.communes, self.limits.gap_m, self.borders)
        members = [place for place, zone in enumerate(self.free) if zone.id in whole]
        pieces: list[list[int]] = connected_parts(members, links)
        if len(pieces) > 1:
            largest = max(pieces, key=len)
            apart = [self.free[place].village for place in members if place not in largest]
            more = ["…"] if len(apart) > _NAMED else []
            gap_km = f"{self.limits.gap_m / 1000:g}".replace(".", ",")
            raise LotsApart([*apart[:_NAMED], *more], gap_km)

    def fingerprint(self, after: Iterable[Lot], pins: Mapping[uuid.UUID, uuid.UUID]) -> str:
        """Return the same text for the same beginning and the same outcome, for nothing else."""
        told = [
            [[str(lot.id), lot.number, lot.status.value, sorted(map(str, lot.left))]
             for lot in self.lots],
            [[str(zone.id), self.zones[zone.id].version] for zone in self.free],
            sorted([str(zone), str(group)] for zone, group in self.pins.items()),
            [[str(lot.id), lot.number, lot.name, lot.totals()] for lot in after],
            sorted([str(zone), str(group)] for zone, group in pins.items()),
            self.vintage,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def read_planning(
    connection: Connection, province_code: str, asked: AskedBounds | None = None
) -> Planning:
    """Read a province's zones, standing lots, pins and costs.

    ``asked`` are the bounds that are wanted now; without them those last asked for.

    Raises:
        NotFound: no such province in the vintage in force.
    """
    bounds = asked or lot_pins.bounds(connection, province_code)
    name = places.province_name(connection, province_code)
    lots = standing_lots_of(connection, province_code)
    zones = stored.fund_zones(connection, province_code)
    free = _free(zones, [lot for lot in lots if lot.status is LotStatus.IN_PACKAGE])
    areas = stored.commune_areas(connection, {(zone.vintage, zone.commune_code) for zone in free})
    reach_m = _reach_m(connection)
    return Planning(
        province_code=province_code,
        province=name,
        vintage=places.active_vintage(connection),
        limits=stored.limits(connection, bounds),
        asked=bounds,
        lots=lots,
        zones=zones,
        communes=stored.communes(connection, province_code),
        borders=bordering(areas) if areas else None,
        pins=lot_pins.pins(connection, province_code),
        costs=costs_of(connection, free, stored.rates(connection), reach_m),
        reach_m=reach_m,
    )


def standing_lots_of(connection: Connection, province_code: str) -> tuple[StoredLot, ...]:
    """Return the province's lots that were not dissolved, by number."""
    return tuple(
        lot
        for lot in stored.lots_of(connection, province_code)
        if lot.status is not LotStatus.DISSOLVED
    )


def costs_of(
    connection: Connection, zones: Sequence[Zone], rates: CostRates, reach_m: float
) -> LotCosts:
    """Return what sets of these zones cost: clusters, and how far each is from road, power, mast.

    A distance is absent where its layer, or any register of masts, is not loaded.
    """
    found = clusters((zone for zone in zones if is_eligible(zone)), reach_m)
    points = [(cluster.centre.longitude, cluster.centre.latitude) for cluster in found]
    road = layers.distances_m(connection, LayerKind.ROAD, points)
    power = layers.distances_m(connection, LayerKind.POWER_LINE, points)
    masts = lot_sites.standing_masts(connection) if found else np.empty((0, 2))
    site: list[float | None] | None = None
    if len(masts):
        at = np.array(points, dtype=np.float64).reshape(-1, 2)
        shapes = np.asarray(shapely.points(masts), dtype=np.object_)
        site = to_nearest((at[:, 1], at[:, 0]), shapes).tolist()
    return LotCosts(found, _grounds(found, road, power, site), rates)


def shape_of(lot: StoredLot | Lot) -> LotShape:
    """Return a lot, stored or drafted, as two plans are compared by it."""
    if isinstance(lot, Lot):
        totals, zone_ids = lot.totals(), frozenset(zone.id for zone in lot.zones)
    else:
        totals, zone_ids = dict(lot.totals), frozenset(lot.zone_ids)
    households, cost_vnd = totals["households"], totals.get("cost_vnd")
    return LotShape(
        lot.id, lot.number, lot.name, zone_ids, int(str(households)),
        None if cost_vnd is None else int(str(cost_vnd)),
    )  # fmt: skip


def _grounds(found: Sequence[Cluster], *distances: list[float | None] | None) -> list[SiteGround]:
    def km(column: list[float | None] | None, place: int) -> float | None:
        metres = None if column is None else column[place]
        return None if metres is None else metres / 1000

    return [SiteGround(*(km(column, place) for column in distances)) for place in range(len(found))]


def _free(
    zones: Mapping[uuid.UUID, ListedZone], published: Iterable[StoredLot]
) -> tuple[Zone, ...]:
    taken = {zone_id for lot in published for zone_id in set(lot.zone_ids) - set(lot.left)}
    return tuple(
        listed.zone
        for key, listed in sorted(zones.items())
        if key not in taken and is_eligible(listed.zone)
    )


def _reach_m(connection: Connection) -> float:
    criteria = criteria_in_force(connection, stored.today(connection))
    return criteria.reach_m if criteria else _USUAL_REACH_M


def _anew(lot: Lot, published: Collection[uuid.UUID]) -> Lot:
    """The lot under an id of its own where a published lot was made of the same zones."""
    while lot.id in published:
        lot = replace(lot, id=uuid.uuid5(lot.id, "again"))
    return lot
