"""A reviewer's case: everything about one zone that a decision needs, for one screen."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Connection

from coverage.actions.zone_history import HistoryEntry, history_of
from coverage.actions.zone_moves import is_the_approvers, today
from coverage.duplicates import village_key
from coverage.errors import NotFound
from coverage.people import Actor
from coverage.storage import review_cases as stored
from coverage.storage import zone_life
from coverage.storage import zones as stored_zones
from coverage.storage.criteria import setting_in_force
from coverage.storage.review_cases import (
    LotOfZone,
    NearSite,
    OpenDispute,
    SeenVerdict,
    Sending,
    StandingPromise,
)
from coverage.storage.sessions import Database
from coverage.storage.zone_life import Proposal
from coverage.storage.zones import ListedZone
from coverage.zone_life import Move, moves_from
from coverage.zones import ZoneStatus

NAMESAKES_WITHIN_M = 5_000.0
DECISIONS_WITHIN_M = 10_000.0
SITES_WITHIN_M = 8_000.0

_UNDECIDED = frozenset({ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW, ZoneStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class NearZone:
    """Another zone, and how far it lies in geodesic metres; ``namesake`` by the village's name."""

    listed: ListedZone
    distance_m: float
    namesake: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A zone with what its review rests on, as far as the actor may see it.

    ``sendings`` are the rows as sent, the oldest first; ``duplicates`` zones that may be the
    same village; ``decided`` what was decided nearby, nearest first; ``moves`` what the actor
    may do with the zone as it stands; ``merged_into`` took it in; ``near`` are all zones around, nearest
    first; ``took_in`` those that were merged into it. ``of_approver``: what the actor might do with
    it, the province's approver does.
    """

    listed: ListedZone
    sendings: tuple[Sending, ...]
    verdicts: tuple[SeenVerdict, ...]
    sites: tuple[NearSite, ...]
    duplicates: tuple[NearZone, ...]
    decided: tuple[NearZone, ...]
    proposal: Proposal | None
    disputes: tuple[OpenDispute, ...]
    promises: tuple[StandingPromise, ...]
    lot: LotOfZone | None
    merged_into: ListedZone | None
    history: tuple[HistoryEntry, ...]
    moves: tuple[Move, ...]
    near: tuple[NearZone, ...] = ()
    took_in: tuple[ListedZone, ...] = ()
    of_approver: bool = False


def case(database: Database, actor: Actor, zone_id: uuid.UUID) -> Case:
    """Return everything about one zone that the actor may see.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        return case_of(connection, actor, zone_id)


def case_of(
    connection: Connection, actor: Actor, zone_id: uuid.UUID, *, sites: bool = True
) -> Case:
    """Return the same in the transaction of an action that shows it; the sites only when asked.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    distances = stored.zones_near(connection, zone_id, DECISIONS_WITHIN_M)
    seen = stored_zones.of_ids(connection, [zone_id, *distances], took_in=zone_id)
    listed = seen.get(zone_id)
    if listed is None:
        raise NotFound("zone", zone_id)
    zone, day = listed.zone, today()
    near = [NearZone(seen[key], far_m) for key, far_m in distances.items() if key in seen]
    moves = moves_from(zone.status, actor.role)
    of_approver = bool(moves) and is_the_approvers(connection, actor)
    sendings = stored.sendings(connection, zone_id)
    return Case(
        listed,
        sendings,
        stored.verdicts(connection, zone_id),
        stored.sites_near(connection, zone_id, SITES_WITHIN_M) if sites else (),
        _duplicates(listed, near, setting_in_force(connection, "duplicate_distance_m", day)),
        tuple(one for one in near if one.listed.zone.status not in _UNDECIDED),
        zone_life.proposals(connection, [zone_id]).get(zone_id),
        stored.disputes(connection, zone_id) if listed.disputed else (),
        stored.promises(connection, zone_id, day),
        stored.lot_of_zone(connection, zone_id),
        stored_zones.one(connection, zone.merged_into) if zone.merged_into else None,
        history_of(connection, listed, sendings),
        () if of_approver else moves,
        tuple(near),
        tuple(
            sorted(
                (one for one in seen.values() if one.zone.merged_into == zone_id),
                key=lambda one: one.zone.id,
            )
        ),
        of_approver,
    )


def _duplicates(listed: ListedZone, near: list[NearZone], within_m: float) -> tuple[NearZone, ...]:
    """Zones as near as a repetition, and those farther off that bear the same name."""
    name = village_key(listed.zone.village)
    found = []
    for one in near:
        namesake = village_key(one.listed.zone.village) == name
        if one.distance_m <= within_m or (namesake and one.distance_m <= NAMESAKES_WITHIN_M):
            found.append(NearZone(one.listed, one.distance_m, namesake))
    return tuple(found)
