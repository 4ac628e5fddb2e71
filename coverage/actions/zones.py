"""Looking at zones: a page of a filtered list, one zone, counts for the home page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from coverage.errors import NotFound
from coverage.people import Actor
from coverage.storage import zones as stored
from coverage.storage.sessions import Database
from coverage.storage.zones import Fate, Key, ListedZone, ZoneCount, ZoneFilter, ZoneOrder, ZonePage


@dataclass(frozen=True, slots=True)
class ZoneList:
    """One page of a list, and how many zones and households the whole list has."""

    page: ZonePage
    zones: int
    households: int


def list_zones(
    database: Database,
    actor: Actor,
    wanted: ZoneFilter,
    *,
    order: ZoneOrder = ZoneOrder.ID,
    after: Sequence[Key] | None = None,
    limit: int = 100,
) -> ZoneList:
    """Return the zones behind the keyset position ``after``, with the whole list's totals."""
    with database.transaction(actor) as connection:
        page = stored.page(connection, wanted, order, after, limit)
        zones, households = stored.total(connection, wanted)
    return ZoneList(page, zones, households)


def get_zone(database: Database, actor: Actor, zone_id: uuid.UUID) -> ListedZone:
    """Return one zone.

    Raises:
        NotFound: there is none of this id, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        found = stored.one(connection, zone_id)
    if found is None:
        raise NotFound("zone", zone_id)
    return found


def fates_of_rows(
    database: Database, actor: Actor, submission_number: int
) -> dict[tuple[str, int], Fate]:
    """Return what became of a submission's rows, by sheet and row; rejected rows have no zone."""
    with database.transaction(actor) as connection:
        return stored.fates(connection, submission_number)


def count_zones(database: Database, actor: Actor) -> list[ZoneCount]:
    """Count the zones the actor may see, by province, queue and status."""
    with database.transaction(actor) as connection:
        return stored.counts(connection)
