"""How a move is carried out: zones locked, compared with what was seen, checked, moved.

Every action that makes a zone stand elsewhere comes through here, in its own transaction.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from coverage.actions.queueing import decide_queues
from coverage.approvals import needs_approver
from coverage.days import VIETNAM_TIME
from coverage.errors import Conflict, NotFound, NothingToDo, ZonesChanged
from coverage.evidence import OPEN_STATUSES
from coverage.people import Actor, OrganisationKind
from coverage.storage import approvals
from coverage.storage import zone_life as stored
from coverage.storage import zones as stored_zones
from coverage.storage.openings import held_by
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder
from coverage.zone_life import (
    DECISIONS,
    ChangedZone,
    Move,
    Need,
    moved,
    must_bring,
    must_permit,
    transition,
)
from coverage.zones import ENDED, Queue, ZoneStatus

Locked = dict[uuid.UUID, ListedZone]
"""Zones by id that nobody else can change until the transaction ends."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the decider had before them: a zone in one version."""

    zone_id: uuid.UUID
    version: int


@dataclass(frozen=True, slots=True)
class Wish:
    """A move that somebody wants, with what it brings."""

    move: Move
    reason: str = ""
    merged_into: uuid.UUID | None = None
    take_over: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """What a move did: from which status which zones came, and what was done on the way."""

    sources: Mapping[ZoneStatus, Sequence[uuid.UUID]]
    taken_up: Sequence[uuid.UUID] = ()
    taken_over: Mapping[str, Sequence[uuid.UUID]] = field(default_factory=dict)


def today() -> dt.date:
    """Return today's date in Việt Nam, by which dated rows are chosen."""
    return dt.datetime.now(VIETNAM_TIME).date()


def lock_seen(connection: Connection, seen: Sequence[Seen]) -> Locked:
    """Lock the zones that were seen; they must stand as they were seen.

    Raises:
        NothingToDo: no zone was named.
        NotFound: there is no such zone, or none that the actor may see.
        ZonesChanged: some stand in another version.
    """
    locked = lock(connection, [one.zone_id for one in seen])
    changed = {
        one.zone_id: one.version for one in seen if locked[one.zone_id].version != one.version
    }
    if changed:
        raise_changed(connection, locked, changed)
    return locked


def lock(connection: Connection, zone_ids: Collection[uuid.UUID]) -> Locked:
    """Lock zones whatever they stand in.

    Raises:
        NothingToDo, NotFound: as :func:`lock_seen`.
    """
    if not zone_ids:
        raise NothingToDo("no_zones_chosen")
    stored.lock(connection, zone_ids)
    locked = stored_zones.of_ids(connection, zone_ids)
    missing = sorted(set(zone_ids) - set(locked))
    if missing:
        raise NotFound("zone", missing[0])
    return locked


def raise_changed(connection: Connection, locked: Locked, changed: Mapping[uuid.UUID, int]) -> None:
    """Tell both versions of zones that changed since somebody saw them.

    Raises:
        ZonesChanged: always.
    """
    events = stored.events(connection, changed)
    raise ZonesChanged(
        [
            ChangedZone(locked[key].zone, version, locked[key].version, events[key])
            for key, version in changed.items()
        ]
    )


def check(connection: Connection, actor: Actor, locked: Locked, wish: Wish) -> None:
    """Refuse a move that the table, the reviewers' order or the other zone does not permit.

    Reported zones may be decided on: they are taken up first.

    Raises:
        NotAllowed: the role may not make the move.
        Conflict: what stands in the way.
        NotFound: there is no zone to merge into.
    """
    must_permit(wish.move, actor.role)
    must_bring(wish.move, wish.reason, wish.merged_into)
    if is_the_approvers(connection, actor):
        raise Conflict("zone", "zone_needs_approver")
    must_not_wait(connection, locked)
    needs = transition(wish.move).needs
    for listed in locked.values():
        zone = listed.zone
        if zone.reviewer not in {None, actor.name} and not wish.take_over:
            raise Conflict("zone", "reviewed_by_another", reviewer=zone.reviewer, zone=zone.id)
        moved(_taken_up(zone.status, wish.move), wish.move)
        if Need.FUND_QUEUE in needs and zone.queue is not Queue.FUND:
            raise Conflict("zone", "not_fund", queue=zone.queue.value, zone=zone.id)
        if wish.move is Move.APPROVE and listed.disputed and not wish.reason.strip():
            raise Conflict("zone", "in_dispute", zone=zone.id)
    if wish.move is Move.WITHDRAW:
        _check_alone(connection, locked)
    if wish.merged_into is not None:
        _check_other(connection, locked, wish.merged_into)


def is_the_approvers(connection: Connection, actor: Actor) -> bool:
    """Tell whether the actor's zones are moved by the province's approver only, as its lists are.

    Otherwise what an approver withdrew or would not hand in would be reported zone by zone.
    """
    if actor.kind is not OrganisationKind.PROVINCE:
        return False
    has_one = approvals.has_approver(connection, actor.organisation_id)
    return needs_approver(actor.role, has_approver=has_one)


def carry_out(
    connection: Connection, actor: Actor, locked: Locked, wish: Wish, proposed_by: str | None = None
) -> Carried:
    """Make a checked move of all zones. What was proposed of them waits no more.

    A move that ``proposed_by`` decided and the actor confirms bears both names.
    """
    must_not_wait(connection, locked)
    taken_up = take_up_reported(connection, actor, locked, wish.move)
    reason = wish.reason.strip()
    target = transition(wish.move).target
    stored.set_status(
        connection, locked, target, reason=reason,
        by=actor.name if proposed_by is None else f"{proposed_by} + {actor.name}",
        reviewer=(proposed_by or actor.name) if target is ZoneStatus.UNDER_REVIEW else None,
        merged_into=wish.merged_into,
    )  # fmt: skip
    stored.drop_proposals(connection, locked)
    if actor.kind is OrganisationKind.AUTHORITY:
        decide_queues(connection, _undecided_since(locked, wish, target), today())
    sources: dict[ZoneStatus, list[uuid.UUID]] = defaultdict(list)
    taken_over: dict[str, list[uuid.UUID]] = defaultdict(list)
    for key, listed in locked.items():
        sources[listed.zone.status].append(key)
        if listed.zone.reviewer not in {None, actor.name}:
            taken_over[str(listed.zone.reviewer)].append(key)
    return Carried(sources, taken_up, taken_over)


def must_not_wait(connection: Connection, zone_ids: Collection[uuid.UUID]) -> None:
    """Refuse to move what a published package waits for: it would not open as it was signed.

    Raises:
        Conflict: with the package's number.
    """
    for key, number in held_by(connection, zone_ids).items():
        raise Conflict("zone", "waits_for_opening", zone=key, package=number)


def _undecided_since(locked: Locked, wish: Wish, target: ZoneStatus) -> set[uuid.UUID]:
    """The zones for which who pays has to be decided anew after a move.

    A promise goes with a merged zone to the one that takes it in, and back when the merger is
    undone; on a zone that was closed nobody decided meanwhile. What no rule has decided yet
    waits for its assessment.
    """
    others = {wish.merged_into, *(listed.zone.merged_into for listed in locked.values())}
    back = {
        key for key, listed in locked.items()
        if listed.zone.status not in OPEN_STATUSES and listed.zone.queue_rule_id is not None
    }  # fmt: skip
    return {key for key in others if key} | (back if target in OPEN_STATUSES else set())


def take_up_reported(
    connection: Connection, actor: Actor, locked: Locked, move: Move
) -> list[uuid.UUID]:
    """Take up the reported zones among those to be decided on; return which."""
    reported = [
        key for key, listed in locked.items()
        if listed.zone.status is not _taken_up(listed.zone.status, move)
    ]  # fmt: skip
    if reported:
        must_permit(Move.TAKE_UP, actor.role)
        stored.set_status(
            connection, reported, ZoneStatus.UNDER_REVIEW,
            by=actor.name, reason="", reviewer=actor.name,
        )  # fmt: skip
    return reported


def told(carried: Carried, wish: Wish) -> dict[str, object]:
    """Return what the audit log keeps of a move: every zone, from where to where, and why."""
    detail: dict[str, object] = {
        "from": {source.value: list(map(str, ids)) for source, ids in carried.sources.items()},
        "to": transition(wish.move).target.value,
        "reason": wish.reason.strip(),
    }
    if wish.merged_into is not None:
        detail["merged_into"] = str(wish.merged_into)
    if carried.taken_up:
        detail["taken_up"] = list(map(str, carried.taken_up))
    if carried.taken_over:
        detail["taken_over"] = {who: list(map(str, ids)) for who, ids in carried.taken_over.items()}
    return detail


def subject(zone_ids: Collection[uuid.UUID]) -> str:
    """Return what the audit log names: the zone, or how many there are."""
    return str(next(iter(zone_ids))) if len(zone_ids) == 1 else f"{len(zone_ids)} zones"


def _taken_up(status: ZoneStatus, move: Move) -> ZoneStatus:
    """Where a zone stands when ``move`` is made: a decision takes up what is only reported."""
    if status is ZoneStatus.REPORTED and move in DECISIONS:
        return ZoneStatus.UNDER_REVIEW
    return status


def _check_alone(connection: Connection, locked: Locked) -> None:
    """A zone that stands for merged villages is not withdrawn by one click: they would go with it."""
    for zone_id in locked:
        kin = stored_zones.page(
            connection, ZoneFilter(merged_into=zone_id), ZoneOrder.ID, None, 1
        ).zones
        if kin:
            raise Conflict("zone", "took_in_others", zone=zone_id, other=kin[0].zone.village)


def _check_other(connection: Connection, locked: Locked, other_id: uuid.UUID) -> None:
    """The zone that takes others in must stand for itself: so no circle can come about."""
    if other_id in locked:
        raise Conflict("zone", "merged_into_itself", zone=other_id)
    other = lock(connection, [other_id])[other_id].zone
    if other.status in ENDED:
        raise Conflict("zone", "other_zone_ended", zone=other_id, status=other.status.value)
    if any(listed.zone.province_code != other.province_code for listed in locked.values()):
        raise Conflict("zone", "other_province", zone=other_id)
