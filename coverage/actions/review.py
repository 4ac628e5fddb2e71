"""Review (thẩm định): taking zones up, deciding on them, and every other move of their life."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from coverage.actions.zone_awards import leave_to_award
from coverage.actions.zone_moves import (
    Locked,
    Seen,
    Wish,
    carry_out,
    check,
    lock,
    lock_seen,
    subject,
    take_up_reported,
    today,
    told,
)
from coverage.errors import Conflict
from coverage.people import Actor, OrganisationKind, Role, same_person
from coverage.storage import audit
from coverage.storage import zone_life as stored
from coverage.storage import zones as stored_zones
from coverage.storage.criteria import setting_in_force
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
from coverage.zone_life import DECISIONS, Move, must_permit
from coverage.zones import ZoneStatus

__all__ = [
    "Decided", "Seen", "decide", "make_move", "put_back", "reopen", "take_up", "withdraw_zones",
]  # fmt: skip

FOUR_EYES = "review_four_eyes"

# A package takes zones in as a whole, a province reports by its file, and a reviewer takes up
# and decides: these have actions of their own.
MOVES_ALONE = frozenset(
    {
        Move.RECORD_AWARDED, Move.RECORD_COVERED, Move.AWARD, Move.CANCEL_AWARD, Move.GO_ON_AIR,
        Move.REFUSE_ON_AIR, Move.CONFIRM, Move.LEAVE_PACKAGE, Move.REOPEN, Move.WITHDRAW,
        Move.REPORT,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decided:
    """Which zones moved, and which wait for a second person to confirm the decision."""

    moved: tuple[uuid.UUID, ...]
    proposed: tuple[uuid.UUID, ...] = ()


def take_up(
    database: Database, actor: Actor, *, zone_ids: Collection[uuid.UUID] | None = None,
    count: int | None = None, province_code: str | None = None,
) -> list[ListedZone]:  # fmt: skip
    """Take zones into the actor's hands: those named, or the next ``count`` that are reported.

    The next are those first by province, commune and village; without a count, all of the
    province. Two reviewers never get the same zone. What the actor has in hand already, of the
    zones named, stays there.

    Raises:
        NotAllowed, NotFound: no such right; no such zone.
        Conflict: a zone named is not reported, or another reviewer has it.
    """
    must_permit(Move.TAKE_UP, actor.role)
    with database.transaction(actor) as connection:
        if zone_ids is None:
            fresh = stored.lock_reported(connection, province_code, count)
            wanted: Collection[uuid.UUID] = fresh
        else:
            wanted = dict.fromkeys(zone_ids)
            locked = lock(connection, wanted)
            fresh = [key for key in wanted if locked[key].zone.reviewer != actor.name]
            check(connection, actor, {key: locked[key] for key in fresh}, Wish(Move.TAKE_UP))
        if fresh:
            stored.set_status(
                connection, fresh, ZoneStatus.UNDER_REVIEW,
                by=actor.name, reason="", reviewer=actor.name,
            )  # fmt: skip
        taken = list(stored_zones.of_ids(connection, wanted).values())
        if fresh:
            detail = {"from": {"reported": list(map(str, fresh))}, "to": "under_review"}
            audit.append(connection, _act(Move.TAKE_UP), subject(fresh), detail)
    return taken


def put_back(database: Database, actor: Actor, zone_ids: Collection[uuid.UUID]) -> int:
    """Put zones under review back among the reported ones; return how many.

    A reviewer puts back what they have in hand, a lead also what others have.

    Raises:
        NotAllowed, NotFound, Conflict: no such right or zone; it is not under review.
    """
    must_permit(Move.PUT_BACK, actor.role)
    leads = actor.role in {Role.LEAD, Role.ADMINISTRATOR}
    wish = Wish(Move.PUT_BACK, take_over=leads)
    with database.transaction(actor) as connection:
        locked = lock(connection, dict.fromkeys(zone_ids))
        check(connection, actor, locked, wish)
        _make(connection, actor, locked, wish)
    return len(locked)


def decide(
    database: Database, actor: Actor, move: Move, seen: Sequence[Seen], *,
    reason: str = "", merged_into: uuid.UUID | None = None, take_over: bool = False,
) -> Decided:  # fmt: skip
    """Approve, return, reject or merge one zone or many, all or none of them.

    A zone that is still reported is taken up first. Where the setting ``review_four_eyes``
    names the move, the decision waits for another person (:func:`coverage.actions.four_eyes.confirm`).
    ``take_over`` decides also on what another reviewer has in hand.

    Raises:
        NotAllowed, NotFound: no such right; no such zone.
        ZonesChanged: a zone changed since it was seen.
        Conflict: no reason, no other zone, another reviewer's, an open dispute without a reason,
            another's proposal waits, or the table has no such move from where a zone stands.
    """
    if move not in DECISIONS:
        raise ValueError(move)
    wish = Wish(move, reason, merged_into, take_over)
    return _decide_seen(database, actor, seen, wish)


def reopen(database: Database, actor: Actor, seen: Sequence[Seen], reason: str) -> Decided:
    """Take decided zones under review again, into the actor's hands.

    Raises:
        NotAllowed, NotFound, ZonesChanged, Conflict: as :func:`decide`.
    """
    return make_move(database, actor, Move.REOPEN, seen, reason)


def withdraw_zones(database: Database, actor: Actor, seen: Sequence[Seen], reason: str) -> Decided:
    """Withdraw a province's own zones that the authority has not taken up.

    Raises:
        NotAllowed, NotFound, ZonesChanged, Conflict: as :func:`decide`.
    """
    return make_move(database, actor, Move.WITHDRAW, seen, reason)


def make_move(
    database: Database, actor: Actor, move: Move, seen: Sequence[Seen], reason: str
) -> Decided:
    """Make one of the table's other moves, all zones or none.

    Raises:
        NotAllowed, NotFound, ZonesChanged, Conflict: as :func:`decide`.
    """
    if move not in MOVES_ALONE:
        raise ValueError(move)
    if move is Move.REPORT and not reason.strip():
        # A file reports again by what it corrects; who corrects nothing says why it is right.
        must_permit(move, actor.role)
        raise Conflict("zone", "needs_reason", move=move.value)
    return _decide_seen(database, actor, seen, Wish(move, reason, take_over=True))


def _decide_seen(database: Database, actor: Actor, seen: Sequence[Seen], wish: Wish) -> Decided:
    must_permit(wish.move, actor.role)
    with database.transaction(actor) as connection:
        locked = lock_seen(connection, seen)
        check(connection, actor, locked, wish)
        leave_to_award(connection, locked, wish.move)
        _refuse_waiting(connection, actor, locked)
        if _needs_four_eyes(connection, actor, wish.move):
            return _propose(connection, actor, locked, wish)
        _make(connection, actor, locked, wish)
    return Decided(tuple(locked))


def _make(connection: Connection, actor: Actor, locked: Locked, wish: Wish) -> None:
    carried = carry_out(connection, actor, locked, wish)
    audit.append(connection, _act(wish.move), subject(locked), told(carried, wish))


def _needs_four_eyes(connection: Connection, actor: Actor, move: Move) -> bool:
    """Whether the authority has to decide this by two persons; a province answers for itself."""
    if actor.kind is not OrganisationKind.AUTHORITY:
        return False
    return move.value in setting_in_force(connection, FOUR_EYES, today())


def _propose(connection: Connection, actor: Actor, locked: Locked, wish: Wish) -> Decided:
    """Keep the decision for another person to confirm; what was reported is in hand now."""
    taken_up = take_up_reported(connection, actor, locked, wish.move)
    others = [
        key for key, listed in locked.items() if listed.zone.reviewer not in {None, actor.name}
    ]
    if others:
        stored.set_reviewer(connection, others, actor.name)
    now = stored_zones.of_ids(connection, locked)
    versions = {key: listed.version for key, listed in now.items()}
    reason = wish.reason.strip()
    stored.propose(
        connection, versions, wish.move, by=actor.name, reason=reason, merged_into=wish.merged_into
    )
    detail = {
        "move": wish.move.value, "reason": reason, "zones": list(map(str, locked)),
        "merged_into": None if wish.merged_into is None else str(wish.merged_into),
        "taken_up": list(map(str, taken_up)), "taken_over": list(map(str, others)),
    }  # fmt: skip
    audit.append(connection, "zone.proposed", subject(locked), detail)
    return Decided((), tuple(locked))


def _refuse_waiting(connection: Connection, actor: Actor, locked: Locked) -> None:
    """What another person decided waits for a yes or a no, not for a third opinion."""
    for proposal in stored.proposals(connection, locked).values():
        if not same_person(proposal.proposed_by, actor.name):
            raise Conflict(
                "zone", "proposal_waits", zone=proposal.zone_id, proposed_by=proposal.proposed_by
            )


def _act(move: Move) -> str:
    return f"zone.{move.value}"
