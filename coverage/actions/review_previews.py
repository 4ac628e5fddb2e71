"""What a decision on many zones would do, before it is made: which move, which cannot and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coverage.actions.review import FOUR_EYES, Seen
from coverage.actions.zone_moves import Wish, check, today
from coverage.errors import Conflict
from coverage.people import Actor
from coverage.storage import zones as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.sessions import Database
from coverage.storage.zone_life import Proposal, proposals
from coverage.storage.zones import ListedZone
from coverage.zone_life import Move, must_permit


@dataclass(frozen=True, slots=True)
class Hindered:
    """A zone that cannot make the move, and what stands in its way."""

    listed: ListedZone
    why: Conflict


@dataclass(frozen=True, slots=True)
class MovePreview:
    """``will`` move or, where ``four_eyes``, wait for a second person; ``cannot`` stay."""

    move: Move
    will: tuple[ListedZone, ...]
    cannot: tuple[Hindered, ...]
    four_eyes: bool

    @property
    def households(self) -> int:
        """The households of the zones that will move."""
        return sum(listed.zone.households for listed in self.will)


def preview(
    database: Database, actor: Actor, move: Move, seen: Sequence[Seen], reason: str = "",
) -> MovePreview:  # fmt: skip
    """Return what ``move`` would do to zones as they were seen; nothing is written or locked.

    Zones that the actor cannot see any more are left out.

    Raises:
        NotAllowed: the role may not make the move.
        Conflict: the move needs a reason, and none is given.
    """
    must_permit(move, actor.role)
    wish = Wish(move, reason)
    will: list[ListedZone] = []
    cannot: list[Hindered] = []
    with database.transaction(actor) as connection:
        check(connection, actor, {}, wish)
        found = stored.of_ids(connection, [one.zone_id for one in seen])
        versions = {one.zone_id: one.version for one in seen}
        waiting = proposals(connection, found)
        for zone_id, listed in found.items():
            try:
                _must_stand(listed, versions[zone_id], waiting.get(zone_id), actor)
                check(connection, actor, {zone_id: listed}, wish)
            except Conflict as conflict:
                cannot.append(Hindered(listed, conflict))
            else:
                will.append(listed)
        four_eyes = move.value in setting_in_force(connection, FOUR_EYES, today())
    return MovePreview(move, tuple(will), tuple(cannot), four_eyes)


def _must_stand(listed: ListedZone, version: int, proposal: Proposal | None, actor: Actor) -> None:
    """Refuse a zone that changed since, or on which another person's decision waits."""
    if listed.version != version:
        raise Conflict("zone", "changed_since", zone=listed.zone.id)
    if proposal is not None and proposal.proposed_by != actor.name:
        raise Conflict("zone", "proposal_waits", zone=listed.zone.id)
