"""Four eyes (hai người cùng quyết): confirming or declining what another reviewer decided."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from coverage.actions.review import Decided
from coverage.actions.zone_moves import (
    Locked,
    Seen,
    Wish,
    carry_out,
    check,
    lock,
    lock_seen,
    raise_changed,
    subject,
    told,
)
from coverage.errors import Conflict
from coverage.people import Actor, same_person
from coverage.storage import audit
from coverage.storage import zone_life as stored
from coverage.storage.sessions import Database
from coverage.storage.zone_life import Proposal
from coverage.zone_life import Move, must_permit


def confirm(database: Database, actor: Actor, seen: Sequence[Seen]) -> Decided:
    """Carry out decisions that another person made and that waited for this one.

    Raises:
        NotAllowed, NotFound: no such right; no such zone.
        ZonesChanged: a zone changed since it was seen, or since the decision.
        Conflict: nothing waits on a zone, the actor decided it, or it cannot be done any more.
    """
    with database.transaction(actor) as connection:
        locked = lock_seen(connection, seen)
        waiting = stored.proposals(connection, locked)
        _must_be_anothers(actor, locked, waiting)
        since = {
            key: waiting[key].version
            for key in locked
            if waiting[key].version != locked[key].version
        }
        if since:
            raise_changed(connection, locked, since)
        done: list[dict[str, object]] = []
        for (move, reason, merged_into, by), part in _alike(locked, waiting).items():
            wish = Wish(move, reason, merged_into, take_over=True)
            check(connection, actor, part, wish)
            carried = carry_out(connection, actor, part, wish, proposed_by=by)
            done.append({"move": move.value, "proposed_by": by, **told(carried, wish)})
        audit.append(connection, "zone.proposal_confirmed", subject(locked), {"moves": done})
    return Decided(tuple(locked))


def decline(database: Database, actor: Actor, zone_ids: Collection[uuid.UUID], reason: str) -> int:
    """Take away decisions that wait: another person's, or one's own; return how many.

    Raises:
        NotAllowed, NotFound: no such right; no such zone.
        Conflict: nothing waits on a zone; no reason is given.
    """
    if not reason.strip():
        raise Conflict("zone", "needs_reason", move="decline")
    with database.transaction(actor) as connection:
        locked = lock(connection, dict.fromkeys(zone_ids))
        waiting = stored.proposals(connection, locked)
        _must_wait(locked, waiting)
        for proposal in waiting.values():
            must_permit(proposal.move, actor.role)
        gone = stored.drop_proposals(connection, locked)
        detail = {
            "reason": reason.strip(),
            "zones": [
                {"id": str(key), "move": one.move.value, "proposed_by": one.proposed_by}
                for key, one in waiting.items()
            ],
        }
        audit.append(connection, "zone.proposal_declined", subject(locked), detail)
    return gone


def _must_wait(locked: Locked, waiting: Mapping[uuid.UUID, Proposal]) -> None:
    for key in locked:
        if key not in waiting:
            raise Conflict("zone", "no_proposal", zone=key)


def _must_be_anothers(actor: Actor, locked: Locked, waiting: Mapping[uuid.UUID, Proposal]) -> None:
    _must_wait(locked, waiting)
    for proposal in waiting.values():
        must_permit(proposal.move, actor.role)
        if same_person(proposal.proposed_by, actor.name):
            raise Conflict("zone", "own_proposal", zone=proposal.zone_id)


def _alike(
    locked: Locked, waiting: Mapping[uuid.UUID, Proposal]
) -> dict[tuple[Move, str, uuid.UUID | None, str], Locked]:
    """The zones in groups of which the same was decided by the same person."""
    groups: dict[tuple[Move, str, uuid.UUID | None, str], Locked] = defaultdict(dict)
    for key, proposal in waiting.items():
        same = (proposal.move, proposal.reason, proposal.merged_into, proposal.proposed_by)
        groups[same][key] = locked[key]
    return groups
