"""Looking at zones: a page of a filtered list, one zone, the list as a file, counts for home."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from coverage.errors import NotFound
from coverage.people import Actor, OrganisationKind
from coverage.storage import audit
from coverage.storage import zones as stored
from coverage.storage.sessions import Database
from coverage.storage.zones import (
    Fate,
    Key,
    ListedZone,
    ZoneCount,
    ZoneFilter,
    ZoneOrder,
    ZonePage,
    ZoneTally,
)

_AT_ONCE = 500  # rows of a file that are in memory


@dataclass(frozen=True, slots=True)
class ZoneList:
    """One page of a list, and how many zones and households the whole list has."""

    page: ZonePage
    zones: int
    households: int


@dataclass(frozen=True, slots=True)
class CountedZones:
    """One page of a list with its counts; ``since`` tells when its zones came to stand as they do."""

    page: ZonePage
    tally: ZoneTally
    since: Mapping[uuid.UUID, datetime] = field(default_factory=dict)


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
    with database.transaction(actor, many=True) as connection:
        page = stored.page(connection, wanted, order, after, limit)
        zones, households = stored.total(connection, wanted)
    return ZoneList(page, zones, households)


def look_through(
    database: Database,
    actor: Actor,
    wanted: ZoneFilter,
    *,
    order: ZoneOrder = ZoneOrder.PLACE,
    after: Sequence[Key] | None = None,
    before: Sequence[Key] | None = None,
    limit: int = 50,
) -> CountedZones:
    """Return the zones behind ``after``, or those up to ``before``, with what the filter finds.

    Whatever others write meanwhile, who goes on from page to page sees every zone that stays in
    the list once: its place is told by what it is, not by its number. An operator, for whom every
    look at a zone costs the walls' work, is not told what parts of the filter leave out.
    """
    with database.transaction(actor, many=True) as connection:
        page = stored.page(connection, wanted, order, after, limit, before)
        if actor.kind is OrganisationKind.OPERATOR:
            tally = ZoneTally(*stored.total(connection, wanted))
        else:
            tally = stored.tally(connection, wanted)
        since = stored.stand_since(connection, [listed.zone.id for listed in page.zones])
    return CountedZones(page, tally, since)


def matching(
    database: Database, actor: Actor, wanted: ZoneFilter, most: int
) -> tuple[dict[uuid.UUID, int], ZoneTally]:
    """Return the versions of the zones that a filter finds, by id, at most ``most``; and its counts."""
    with database.transaction(actor, many=True) as connection:
        return stored.versions(connection, wanted, most), stored.tally(connection, wanted)


def zones_for_file(
    database: Database, actor: Actor, wanted: ZoneFilter, order: ZoneOrder, file: str
) -> Iterator[list[ListedZone]]:
    """Return every zone of a list, some at once, as they stood at one moment; who took it is logged.

    The transaction lasts as long as the iterator.
    """
    with database.transaction(actor, many=True) as connection:
        zones, _households = stored.total(connection, wanted)
        audit.append(connection, "zones.downloaded", file, {"zones": zones, "order": order.value})
    return _every(database, actor, wanted, order)


def _every(
    database: Database, actor: Actor, wanted: ZoneFilter, order: ZoneOrder
) -> Iterator[list[ListedZone]]:
    with database.transaction(actor, many=True) as connection:
        yield from stored.every(connection, wanted, order, _AT_ONCE)


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
    with database.transaction(actor, many=True) as connection:
        return stored.counts(connection)
