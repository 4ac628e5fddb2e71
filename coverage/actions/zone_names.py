"""What a zone was called and where it lay; giving its village another name."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from coverage.actions.zone_history import HistoryEntry, PlaceThen, history_of
from coverage.actions.zone_moves import Seen, lock_seen
from coverage.errors import Conflict, NotFound
from coverage.people import Act, Actor
from coverage.storage import audit, zone_places
from coverage.storage import zones as stored_zones
from coverage.storage.sessions import Database, because
from coverage.vietnamese import name_key, nfc


@dataclass(frozen=True, slots=True)
class FormerName:
    """How a zone was called and where it lay, by the names of then; ``until`` is UTC."""

    place: PlaceThen
    until: dt.datetime


def former_names(database: Database, actor: Actor, zone_id: uuid.UUID) -> tuple[FormerName, ...]:
    """Return what a zone was called and where it lay before, the newest first.

    A new list of units in which village, commune and province bear the same names is no change.

    Raises:
        NotFound: there is no such zone, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        listed = stored_zones.one(connection, zone_id)
        if listed is None:
            raise NotFound("zone", zone_id)
        return names_in(history_of(connection, listed))


def names_in(entries: Sequence[HistoryEntry]) -> tuple[FormerName, ...]:
    """Return the names and places in a zone's history that it bears no more, the newest first."""
    # A later report of a zone under review stands in its history and changes nothing.
    places = [entry for entry in entries if entry.version is not None or entry is entries[0]]
    if not places:
        return ()
    now = _called(places[-1].place)
    return tuple(
        FormerName(earlier.place, later.at)
        for earlier, later in reversed(list(itertools.pairwise(places)))
        if _called(earlier.place) not in {_called(later.place), now}
    )


def _called(place: PlaceThen) -> tuple[str | None, ...]:
    return (
        place.village,
        place.commune or place.commune_code,
        place.province or place.province_code,
    )


def rename_village(database: Database, actor: Actor, seen: Seen, village: str, reason: str) -> None:
    """Give a zone's village another name; reports under the old one still find the zone.

    Raises:
        NotAllowed: the role may not judge zones.
        NotFound: there is no such zone.
        ZonesChanged: it changed since it was seen.
        Conflict: no name or no reason was given, or it bears this name already.
    """
    actor.must(Act.REVIEW_ZONES)
    name, why = " ".join(nfc(village).split()), reason.strip()
    if not name:
        raise Conflict("zone", "name_missing")
    if not why:
        raise Conflict("zone", "needs_reason")
    with database.transaction(actor) as connection:
        zone = lock_seen(connection, [seen])[seen.zone_id].zone
        if zone.village == name:
            raise Conflict("zone", "same_name", zone=zone.id)
        with because(connection, why):
            zone_places.rename(connection, zone.id, name, name_key(name))
        audit.append(
            connection, "zone.renamed", str(zone.id),
            {"from": zone.village, "to": name, "reason": why},
        )  # fmt: skip
