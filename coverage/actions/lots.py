"""Planning lots: proposing them for a province, and reading what stands."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from coverage.errors import NothingToDo
from coverage.lots import Lot, LotLimits, LotStatus, is_eligible, propose
from coverage.people import Act, Actor
from coverage.storage import audit, places
from coverage.storage import lots as stored
from coverage.storage.lots import StoredLot
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
from coverage.storage.zones import of_ids as zones_of_ids


@dataclass(frozen=True, slots=True)
class Plan:
    """The lots that stand in a province, by number: proposed, or in a published package.

    ``zones`` are the province's fund zones by id. ``changed`` tells whether a proposal wrote
    anything; ``left`` are zones that had to leave their lot since the proposal before, because
    their status or who pays for them changed.
    """

    province_code: str
    province: str
    vintage: str
    limits: LotLimits
    lots: tuple[StoredLot, ...]
    zones: Mapping[uuid.UUID, ListedZone]
    changed: bool
    left: Mapping[uuid.UUID, ListedZone] = field(default_factory=dict)


def propose_lots(database: Database, actor: Actor, province_code: str) -> Plan:
    """Group a province's eligible zones into lots, in place of the earlier proposal.

    Lots of a published package stand and keep their numbers; the new ones are numbered after
    them. A zone that left its package is free again. When zones, names and settings are as they
    were, nothing is written.

    Raises:
        NotAllowed: the role may not plan.
        NotFound: no such province in the vintage in force.
        NothingToDo: no zone of the province may enter a lot, and no lot stands.
    """
    actor.must(Act.PROPOSE_LOTS)
    with database.transaction(actor) as connection:
        stored.lock_province(connection, province_code)
        stored.lock_zones(connection, province_code)
        before = _plan(connection, province_code)
        published = [lot for lot in before.lots if lot.status is LotStatus.IN_PACKAGE]
        proposed = [lot for lot in before.lots if lot.status is LotStatus.PROPOSED]
        taken = {zone_id for lot in published for zone_id in set(lot.zone_ids) - set(lot.left)}
        free = [listed.zone for key, listed in before.zones.items() if key not in taken]
        if not before.lots and not any(is_eligible(zone) for zone in free):
            raise NothingToDo("no_fund_zones", province=before.province)
        communes = stored.communes(connection, province_code)
        first_number = 1 + max((lot.number for lot in published), default=0)
        wanted = [
            _anew(lot, {other.id for other in published})
            for lot in propose(free, communes, before.limits, first_number=first_number)
        ]
        left = zones_of_ids(connection, {zone_id for lot in proposed for zone_id in lot.left})
        if not left and _same(proposed, wanted, before.vintage):
            return before
        stored.dissolve(connection, [lot.id for lot in proposed])
        stored.keep(connection, before.vintage, wanted)
        after = replace(_plan(connection, province_code, changed=True), left=left)
        audit.append(connection, "lots.proposed", province_code, _told(proposed, wanted, left))
    return after


def standing_lots(database: Database, actor: Actor, province_code: str) -> Plan:
    """Return the lots of a province that stand and that the actor may see.

    Raises:
        NotFound: no such province in the vintage in force.
    """
    with database.transaction(actor) as connection:
        return _plan(connection, province_code)


def _plan(connection: Connection, province_code: str, *, changed: bool = False) -> Plan:
    return Plan(
        province_code,
        places.province_name(connection, province_code),
        places.active_vintage(connection),
        stored.limits(connection),
        tuple(
            lot
            for lot in stored.lots_of(connection, province_code)
            if lot.status is not LotStatus.DISSOLVED
        ),
        stored.fund_zones(connection, province_code),
        changed,
    )


def _same(proposed: Iterable[StoredLot], wanted: Iterable[Lot], vintage: str) -> bool:
    """Whether a proposal is what stands already; a lot's id stands for its zones."""
    return [(lot.id, lot.number, lot.name, dict(lot.totals), lot.vintage) for lot in proposed] == [
        (lot.id, lot.number, lot.name, lot.totals(), vintage) for lot in wanted
    ]


def _anew(lot: Lot, published: Collection[uuid.UUID]) -> Lot:
    """The lot under an id of its own where a published lot was made of the same zones."""
    while lot.id in published:
        lot = replace(lot, id=uuid.uuid5(lot.id, "again"))
    return lot


def _told(
    proposed: Iterable[StoredLot], wanted: Iterable[Lot], left: Mapping[uuid.UUID, ListedZone]
) -> dict[str, object]:
    """What the log keeps of a proposal."""
    after = {lot.id for lot in wanted}
    return {
        "dissolved": sorted(str(lot.id) for lot in proposed if lot.id not in after),
        "lots": [
            {"id": str(lot.id), "number": lot.number, "zones": len(lot.zones)} for lot in wanted
        ],
        "left": {
            str(key): {"status": one.zone.status.value, "queue": one.zone.queue.value}
            for key, one in left.items()
        },
    }
