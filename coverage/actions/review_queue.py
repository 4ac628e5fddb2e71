"""What a reviewer finds to do: in hand, waiting by province, and decisions to confirm."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from coverage.people import Act, Actor, same_person
from coverage.storage import zone_life as stored
from coverage.storage import zones as stored_zones
from coverage.storage.sessions import Database
from coverage.storage.zone_life import Proposal, Waiting
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder
from coverage.zones import ZoneStatus

_ALL = 1_000_000  # more than a country has villages


@dataclass(frozen=True, slots=True)
class Proposed:
    """A decision that waits for a second person, with its zone and the zone it would merge into."""

    listed: ListedZone
    proposal: Proposal
    other: ListedZone | None = None

    @property
    def stale(self) -> bool:
        """Whether the zone changed since the decision, so that it cannot be confirmed."""
        return self.listed.version != self.proposal.version


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """A reviewer's desk.

    ``mine`` are the zones in hand by place; ``waiting`` and ``returned`` count by province the
    reported zones and those that wait for the province; ``to_confirm`` are decisions of others
    that this person may confirm, ``proposed`` their own; ``in_hand`` counts by reviewer.
    """

    mine: tuple[ListedZone, ...]
    waiting: tuple[Waiting, ...]
    to_confirm: tuple[Proposed, ...]
    proposed: tuple[Proposed, ...]
    returned: tuple[Waiting, ...]
    in_hand: Mapping[str, int]


def review_queue(database: Database, actor: Actor) -> ReviewQueue:
    """Return what waits for the actor, and for the other reviewers.

    Raises:
        NotAllowed: the role does not review.
    """
    actor.must(Act.REVIEW_ZONES)
    with database.transaction(actor) as connection:
        mine = _in_hand(connection, actor)
        proposals = stored.proposals(connection)
        others = {one.merged_into for one in proposals.values() if one.merged_into}
        listed = stored_zones.of_ids(connection, {*proposals, *others})
        proposed = [_proposed(listed, one) for one in proposals.values()]
        own: list[Proposed] = []
        anothers: list[Proposed] = []
        for one in proposed:
            mine_too = same_person(one.proposal.proposed_by, actor.name)
            (own if mine_too else anothers).append(one)
        return ReviewQueue(
            mine,
            stored.waiting(connection, ZoneStatus.REPORTED),
            tuple(anothers),
            tuple(own),
            stored.waiting(connection, ZoneStatus.RETURNED),
            stored.in_hand(connection),
        )


def zones_in_hand(database: Database, actor: Actor) -> tuple[ListedZone, ...]:
    """Return the zones that the actor has in hand, by place.

    Raises:
        NotAllowed: the role does not review.
    """
    actor.must(Act.REVIEW_ZONES)
    with database.transaction(actor) as connection:
        return _in_hand(connection, actor)


def _in_hand(connection: Connection, actor: Actor) -> tuple[ListedZone, ...]:
    wanted = ZoneFilter(status=ZoneStatus.UNDER_REVIEW, reviewer=actor.name)
    return stored_zones.page(connection, wanted, ZoneOrder.PLACE, None, _ALL).zones


def _proposed(listed: Mapping[uuid.UUID, ListedZone], proposal: Proposal) -> Proposed:
    other = None if proposal.merged_into is None else listed[proposal.merged_into]
    return Proposed(listed[proposal.zone_id], proposal, other)
