"""Planning lots: proposing them, changing them by hand after a look at what changes, reading them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import Connection

from coverage.actions.lot_plans import Planning, read_planning, shape_of, standing_lots_of
from coverage.errors import Conflict, NothingToDo
from coverage.jobs import Telling, untold
from coverage.lots import (
    ByHand,
    Lot,
    LotChange,
    LotLimits,
    LotStatus,
    carried_out,
    compare,
    reverse_of,
)
from coverage.people import Act, Actor
from coverage.readiness import ReadinessKind, held_back
from coverage.storage import audit, lot_pins, places, readiness
from coverage.storage import lots as stored
from coverage.storage.lot_pins import AskedBounds
from coverage.storage.lots import StoredLot
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
from coverage.storage.zones import of_ids as zones_of_ids


@dataclass(frozen=True, slots=True)
class Plan:
    """The lots that stand in a province, by number: proposed, or in a published package.

    ``zones`` are the province's fund zones by id. ``changed`` tells whether a proposal wrote
    anything; ``left`` are zones that had to leave their lot since the proposal before, because
    their status or who pays for them changed. ``bordered`` is False where no commune's area is
    known exactly, so that lots hang together by the gap alone; None when that was not asked.
    """

    province_code: str
    province: str
    vintage: str
    limits: LotLimits
    lots: tuple[StoredLot, ...]
    zones: Mapping[uuid.UUID, ListedZone]
    changed: bool
    left: Mapping[uuid.UUID, ListedZone] = field(default_factory=dict)
    bordered: bool | None = None


@dataclass(frozen=True, slots=True)
class LotPreview:
    """What would change: every lot before and after; ``seen`` is what a confirmation must name.

    ``zones`` are those of all these lots by id, ``over`` the drafted lots that exceed a bound.
    ``reverse`` is the act that takes a kept one back, where one act does. ``held_back`` are
    the zones that keep their lot out of a package, each with what is not ready there.
    """

    province_code: str
    province: str
    changes: tuple[LotChange, ...]
    zones: Mapping[uuid.UUID, ListedZone]
    over: Mapping[uuid.UUID, tuple[str, ...]]
    limits: LotLimits
    seen: str
    kept: bool = False
    reverse: ByHand | None = None
    held_back: Mapping[uuid.UUID, Sequence[ReadinessKind]] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any lot would have other zones."""
        return any(change.changed for change in self.changes)


@dataclass(frozen=True, slots=True)
class LotWish:
    """What a planner wants: an act by hand, or (without one) a proposal within ``bounds``.

    ``anew`` divides everything again; else the standing lots carry on where they may.
    """

    by_hand: ByHand | None = None
    bounds: AskedBounds | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class _Draft:
    """The lots and pins that a wish comes to."""

    lots: tuple[Lot, ...]
    pins: Mapping[uuid.UUID, uuid.UUID]


def propose_lots(
    database: Database, actor: Actor, province_code: str, bounds: AskedBounds | None = None,
    *, anew: bool = False, told: Telling = untold,
) -> Plan:  # fmt: skip
    """Group a province's eligible zones into lots, in place of the earlier proposal.

    Lots of a published package stand and keep their numbers; the new ones are numbered after
    them. A zone that left its package is free again. Lots proposed before carry on where they
    may, unless ``anew``, or unless they were made within other bounds. ``bounds`` are kept for
    the next time; without them those last asked for count. ``told`` hears of ``zones``, ``lots``
    (of how many zones it is settled in which lot they are) and ``keep``. When zones, names and settings are
    as they were, nothing is written.

    Raises:
        NotAllowed: the role may not plan.
        NotFound: no such province in the vintage in force.
        NothingToDo: no zone of the province may enter a lot, and no lot stands.
        LotCountRefused: there cannot be so many lots as asked for, or so few.
    """
    actor.must(Act.PROPOSE_LOTS)
    told("zones", 0, 0)
    with database.transaction(actor) as connection:
        stored.lock_province(connection, province_code)
        stored.lock_zones(connection, province_code)
        planning = read_planning(connection, province_code, bounds)
        if not planning.lots and not planning.free:
            raise NothingToDo("no_fund_zones", province=planning.province)
        drafted = _drafted(planning, LotWish(bounds=bounds, anew=anew), told)
        told("keep", 0, 0)
        if bounds is not None and bounds != lot_pins.bounds(connection, province_code):
            lot_pins.keep_bounds(connection, province_code, bounds, actor.name)
        left = zones_of_ids(connection, {key for lot in planning.proposed for key in lot.left})
        before = _plan(connection, province_code, planning)
        if not left and _same(planning.proposed, drafted.lots, planning.vintage):
            return before
        _keep(connection, planning, drafted)
        after = replace(_plan(connection, province_code, planning), changed=True, left=left)
        audit.append(
            connection, "lots.proposed", province_code,
            _told(planning.proposed, drafted.lots, left) | {"bounds": asdict(planning.asked)},
        )  # fmt: skip
    return after


def preview_lots(database: Database, actor: Actor, province_code: str, wish: LotWish) -> LotPreview:
    """Return what would change if a wish came true; nothing is written.

    Raises:
        NotAllowed: the role may not plan.
        NotFound: no such province in the vintage in force.
        NothingToDo, Conflict: the wish has no object, or makes no sense with these lots.
        LotsApart, LotCountRefused: zones cannot be one lot; there cannot be so many lots.
    """
    actor.must(Act.PROPOSE_LOTS)
    with database.transaction(actor) as connection:
        planning = read_planning(connection, province_code, wish.bounds)
        previewed = _previewed(planning, _drafted(planning, wish))
        gate, unknown_gates = readiness.gate(connection)
        ready = readiness.of_lots(connection, [lot.id for lot in planning.proposed])
    barred = {
        zone.zone_id: held_back(zone.states, gate, unknown_gates=unknown_gates) for zone in ready
    }
    return replace(previewed, held_back={key: kinds for key, kinds in barred.items() if kinds})


def change_lots(
    database: Database, actor: Actor, province_code: str, wish: LotWish, seen: str, *,
    told: Telling = untold,
) -> LotPreview:  # fmt: skip
    """Make a wish true as it was previewed, and balance the rest; ``told`` hears as of a proposal.

    Raises:
        NotAllowed, NotFound, NothingToDo, Conflict, LotsApart, LotCountRefused: as for the
            preview; a Conflict also where anything it was made from has changed since.
    """
    actor.must(Act.PROPOSE_LOTS)
    told("zones", 0, 0)
    with database.transaction(actor) as connection:
        stored.lock_province(connection, province_code)
        stored.lock_zones(connection, province_code)
        planning = read_planning(connection, province_code, wish.bounds)
        drafted = _drafted(planning, wish, told)
        told("keep", 0, 0)
        previewed = _previewed(planning, drafted)
        if previewed.seen != seen:
            raise Conflict("lot", "plan_changed")
        if wish.bounds is not None:
            lot_pins.keep_bounds(connection, province_code, wish.bounds, actor.name)
        lot_pins.keep_pins(connection, province_code, drafted.pins, actor.name)
        _keep(connection, planning, drafted)
        act = wish.by_hand.act.value if wish.by_hand else "proposed"
        audit.append(
            connection, f"lots.{act}", province_code,
            _told(planning.proposed, drafted.lots, {})
            | {"zones": sorted(map(str, wish.by_hand.zones)) if wish.by_hand else []},
        )  # fmt: skip
    reverse = None
    if wish.by_hand:
        after = {lot.id: frozenset(zone.id for zone in lot.zones) for lot in drafted.lots}
        reverse = reverse_of(wish.by_hand, planning.standing(), after)
    return replace(previewed, kept=True, reverse=reverse)


def changes_since(
    database: Database, actor: Actor, province_code: str, lot_ids: Collection[uuid.UUID]
) -> tuple[LotChange, ...]:
    """Return how the proposed lots that stand now differ from those that somebody saw, by id.

    Raises:
        NotAllowed: the role may not plan.
    """
    actor.must(Act.PROPOSE_LOTS)
    with database.transaction(actor) as connection:
        lots = stored.lots_of(connection, province_code)
        zones = stored.fund_zones(connection, province_code)
    seen = [shape_of(lot) for lot in lots if lot.id in set(lot_ids)]
    now = [shape_of(lot) for lot in lots if lot.status is LotStatus.PROPOSED]
    households = {key: listed.zone.households for key, listed in zones.items()}
    return tuple(compare(seen, now, households))


def standing_lots(database: Database, actor: Actor, province_code: str) -> Plan:
    """Return the lots of a province that stand and that the actor may see.

    Raises:
        NotFound: no such province in the vintage in force.
    """
    with database.transaction(actor) as connection:
        return _plan(connection, province_code)


def _drafted(planning: Planning, wish: LotWish, told: Telling = untold) -> _Draft:
    """What a wish comes to, with the rest balanced again."""

    def settled(zones: int, of: int) -> None:
        told("lots", zones, of)

    standing = planning.standing()
    pins = planning.pins
    if wish.by_hand is not None:
        done = carried_out(wish.by_hand, standing, pins)
        planning.must_hang_together(done.whole)
        # A change by hand keeps to the limits that the lots were made within.
        drafted = planning.draft(planning.limits, done.pins, done.lots, settled=settled)
        return _Draft(drafted, done.pins)
    carry_on = not wish.anew and planning.carries_on(planning.limits)
    carried = standing.values() if carry_on else ()
    lots = planning.draft(planning.limits, pins, carried, settled=settled)
    return _Draft(lots, pins)


def _previewed(planning: Planning, drafted: _Draft) -> LotPreview:
    households = {key: listed.zone.households for key, listed in planning.zones.items()}
    changes = compare(
        [shape_of(lot) for lot in planning.proposed],
        [shape_of(lot) for lot in drafted.lots],
        households,
    )
    return LotPreview(
        planning.province_code,
        planning.province,
        tuple(changes),
        planning.zones,
        {lot.id: lot.over for lot in drafted.lots if lot.over},
        planning.limits,
        planning.fingerprint(drafted.lots, drafted.pins),
    )


def _keep(connection: Connection, planning: Planning, drafted: _Draft) -> None:
    """Put the drafted lots in the place of the proposed ones; what was chosen for the same stays."""
    stored.dissolve(connection, [lot.id for lot in planning.proposed])
    stored.keep(connection, planning.vintage, drafted.lots)


def _plan(connection: Connection, province_code: str, planning: Planning | None = None) -> Plan:
    return Plan(
        province_code,
        places.province_name(connection, province_code),
        places.active_vintage(connection),
        planning.limits
        if planning
        else stored.limits(connection, lot_pins.bounds(connection, province_code)),
        standing_lots_of(connection, province_code),
        planning.zones if planning else stored.fund_zones(connection, province_code),
        changed=False,
        bordered=None if planning is None else planning.borders is not None,
    )


def _same(proposed: Iterable[StoredLot], wanted: Iterable[Lot], vintage: str) -> bool:
    """Whether a proposal is what stands already; a lot's id stands for its zones."""
    return [(lot.id, lot.number, lot.name, dict(lot.totals), lot.vintage) for lot in proposed] == [
        (lot.id, lot.number, lot.name, lot.totals(), vintage) for lot in wanted
    ]


def _told(
    proposed: Iterable[StoredLot], wanted: Iterable[Lot], left: Mapping[uuid.UUID, ListedZone]
) -> dict[str, object]:
    """What the log keeps of a plan."""
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
