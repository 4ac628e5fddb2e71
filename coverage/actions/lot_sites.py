"""Sites inside a province's lots: chosen, kept while nothing changes, and shown."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from coverage.actions.package_sources import asked_lots
from coverage.actions.site_candidates import Ground, candidates_of, read_ground
from coverage.costs import CostEstimate, together
from coverage.errors import NotFound, NothingToDo
from coverage.jobs import Telling, untold
from coverage.lot_sites import Candidate, LotSites, LotZone, SitesAsked, choose_sites
from coverage.lots import LotStatus, is_eligible
from coverage.people import Act, Actor
from coverage.storage import audit, places
from coverage.storage import lot_sites as stored
from coverage.storage import lots as stored_lots
from coverage.storage.lot_sites import StoredSite, StoredSiting, estimate_as_json
from coverage.storage.lots import StoredLot
from coverage.storage.packages import commune_names
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
from coverage.storage.zones import of_ids as zones_of_ids


@dataclass(frozen=True, slots=True)
class SitedLot:
    """A lot with the sites that stand for it; ``changed``: they were chosen just now."""

    lot: StoredLot
    siting: StoredSiting
    changed: bool

    @property
    def cost(self) -> CostEstimate:
        """What all sites cost, part by part."""
        return together(site.cost for site in self.siting.sites)

    def as_json(self) -> dict[str, Any]:
        """Return the exact answer of the command line and the API."""
        found = self.siting
        return {
            "lot": {"id": str(self.lot.id), "number": self.lot.number, "name": self.lot.name},
            "changed": self.changed,
            "asked": dict(found.asked),
            "inputs": dict(found.inputs),
            "sites": [_site_as_json(site) for site in found.sites],
            "households_covered": found.households_covered,
            "households_total": found.households_total,
            "cost_vnd": found.cost_vnd,
            "cost": estimate_as_json(self.cost),
            "bound": found.bound,
            "gap": found.gap,
            "chosen_by": found.chosen_by,
            "chosen_at": found.chosen_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class ShownSites:
    """The sites of one lot with the names that a page shows beside them.

    ``stale`` tells that rates, layers, the reach or the zones' households are others now.
    """

    sited: SitedLot
    stale: bool
    zones: Mapping[uuid.UUID, ListedZone]
    communes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Instance:
    """All that the sites of one lot depend on."""

    ground: Ground
    zones: Sequence[LotZone]
    candidates: Sequence[Candidate]
    asked: SitesAsked

    def sha256(self) -> str:
        """Return the same text for the same instance."""
        parts = [
            self.ground.inputs, asdict(self.asked), [asdict(zone) for zone in self.zones],
            [asdict(candidate) for candidate in self.candidates],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()

    def chosen(self) -> LotSites:
        ground = self.ground
        return choose_sites(self.zones, self.candidates, ground.rates, ground.reach_m, self.asked)

    def facts(self, chosen_by: str) -> dict[str, object]:
        """Return what is kept of the question beside its answer."""
        masts = sum(candidate.mast_id is not None for candidate in self.candidates)
        counts = {
            "masts": masts, "zones": len(self.zones),
            "grid": len(self.candidates) - masts - len(self.zones),
        }  # fmt: skip
        return {
            "inputs_sha256": self.sha256(), "asked": asdict(self.asked),
            "inputs": {**self.ground.inputs, "candidates": counts}, "chosen_by": chosen_by,
        }  # fmt: skip


def choose_lot_sites(  # noqa: PLR0917 - who asks what of which lots
    database: Database, actor: Actor, province_code: str, asked: SitesAsked, day: date,
    lot_ids: Collection[uuid.UUID] | None = None, *, told: Telling = untold,
) -> list[SitedLot]:  # fmt: skip
    """Choose the sites of a province's proposed lots, all or those of these ids, by number.

    ``told`` hears of ``ground``, ``candidates``, ``sites:`` with each lot's name, and ``keep``.

    ``asked`` is asked of each lot by itself. Where its zones, the candidates and what they cost
    are as they were, the lot's sites stand as they are.

    Raises:
        NotAllowed: the role may not plan.
        NotFound: no such province, or the province has no lot of an id.
        Conflict: a lot asked for was dissolved, or is in a published package.
        NothingToDo: no lot is proposed; no criteria set is in force.
    """
    actor.must(Act.PROPOSE_LOTS)
    with database.transaction(actor) as connection:
        stored_lots.lock_province(connection, province_code)
        name = places.province_name(connection, province_code)
        lots = asked_lots(connection, province_code, lot_ids)
        if not lots:
            raise NothingToDo("no_lots", province=name)
        known = stored_lots.fund_zones(connection, province_code)
        zones = {lot.id: _zones(lot, known) for lot in lots}
        told("ground", 0, 0)
        ground = read_ground(connection, province_code, day)
        told("candidates", 0, 0)
        candidates = candidates_of(connection, ground, zones)
        before = stored.of_lots(connection, [lot.id for lot in lots])
        changed = set()
        for place, lot in enumerate(lots):
            told(f"sites:{lot.name}", place, len(lots))
            instance = _Instance(ground, zones[lot.id], candidates[lot.id], asked)
            if lot.id not in before or before[lot.id].inputs_sha256 != instance.sha256():
                stored.keep(connection, lot.id, instance.chosen(), instance.facts(actor.name))
                changed.add(lot.id)
        told("keep", 0, 0)
        after = stored.of_lots(connection, [lot.id for lot in lots])
        sited = [SitedLot(lot, after[lot.id], lot.id in changed) for lot in lots]
        if changed:
            audit.append(connection, "lot_sites.chosen", province_code, _told(sited))
    return sited


def choose_sites_of_lot(
    database: Database, actor: Actor, lot_id: uuid.UUID, asked: SitesAsked, day: date, *,
    told: Telling = untold,
) -> SitedLot:  # fmt: skip
    """Choose the sites of one proposed lot; ``told`` hears as of several.

    Raises:
        NotAllowed, NotFound, Conflict, NothingToDo: as :func:`choose_lot_sites`.
    """
    actor.must(Act.PROPOSE_LOTS)
    lot = lot_of(database, actor, lot_id)
    sited = choose_lot_sites(
        database, actor, lot.province_code, asked, day, [lot_id], told=told
    )  # fmt: skip
    return sited[0]


def lot_of(database: Database, actor: Actor, lot_id: uuid.UUID) -> StoredLot:
    """Return a lot.

    Raises:
        NotFound: no such lot, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        return _lot(connection, lot_id)


def sites_of_lot(database: Database, actor: Actor, lot_id: uuid.UUID) -> ShownSites | None:
    """Return the sites of a lot and the names beside them; None where the actor sees none.

    Raises:
        NotFound: no such lot, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        return shown_sites(connection, _lot(connection, lot_id))


def shown_sites(connection: Connection, lot: StoredLot) -> ShownSites | None:
    """As :func:`sites_of_lot`, within a transaction that has the lot already."""
    siting = stored.of_lots(connection, [lot.id]).get(lot.id)
    if siting is None:
        return None
    codes = {site.commune_code for site in siting.sites}
    return ShownSites(
        SitedLot(lot, siting, changed=False),
        _is_stale(connection, lot, siting),
        zones_of_ids(connection, {key for site in siting.sites for key in site.zone_ids}),
        commune_names(connection, codes, places.active_vintage(connection)),
    )


def _is_stale(connection: Connection, lot: StoredLot, siting: StoredSiting) -> bool:
    """Whether a lot that is still proposed would be asked of other grounds than it was."""
    if lot.status is not LotStatus.PROPOSED:
        return False
    try:
        now = read_ground(connection, lot.province_code, stored_lots.today(connection)).inputs
    except NothingToDo:  # no criteria set is in force any more
        return True
    zones = _zones(lot, zones_of_ids(connection, lot.zone_ids))
    return any(siting.inputs.get(name) != value for name, value in now.items()) or (
        siting.households_total != sum(zone.households for zone in zones)
    )


def _lot(connection: Connection, lot_id: uuid.UUID) -> StoredLot:
    province_code = stored.province_of(connection, lot_id)
    if province_code is None:
        raise NotFound("lot", lot_id)
    return next(lot for lot in stored_lots.lots_of(connection, province_code) if lot.id == lot_id)


def _zones(lot: StoredLot, known: Mapping[uuid.UUID, ListedZone]) -> list[LotZone]:
    """The lot's zones that may still be in it, by id: the order that decides between equals."""
    free = (known[key].zone for key in lot.zone_ids if key in known and key not in lot.left)
    return [
        LotZone(zone.id, zone.latitude, zone.longitude, zone.households, zone.commune_code)
        for zone in sorted(free, key=lambda zone: zone.id)
        if is_eligible(zone)
    ]


def _site_as_json(site: StoredSite) -> dict[str, Any]:
    return {
        "kind": stored.SHARED if site.shared else stored.NEW,
        "mast": site.mast_id,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "commune_code": site.commune_code,
        "zones": [str(key) for key in site.zone_ids],
        "households": site.households,
        "cost_vnd": site.cost.total_vnd,
        "cost": estimate_as_json(site.cost),
    }


def _told(sited: Sequence[SitedLot]) -> dict[str, object]:
    """What the log keeps of a choice; no mast's position."""
    return {
        "lots": [
            {
                "id": str(each.lot.id), "asked": dict(each.siting.asked),
                "sites": len(each.siting.sites),
                "shared": sum(site.shared for site in each.siting.sites),
                "households": each.siting.households_covered, "cost_vnd": each.siting.cost_vnd,
                "gap": each.siting.gap,
            }
            for each in sited
            if each.changed
        ]
    }  # fmt: skip
