"""Reading zones: one, a page of a filtered list by keyset, and counts for the home page."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Numeric,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    cast,
    false,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
)

from coverage.storage.tables.surveys import submission, survey_row
from coverage.storage.tables.zones import zone
from coverage.storage.unit_names import COMMUNE, PROVINCE, with_unit_names
from coverage.storage.zone_filters import (
    HIDDEN,
    KEYS,
    STANDS_SINCE,
    TOLD,
    TOLD_QUEUE,
    TOLD_STATUS,
    Bounds,
    Key,
    ZoneFilter,
    ZoneOrder,
    conditions,
    key_shape,
)
from coverage.zones import Queue, Signal, Zone, ZoneStatus

__all__ = [
    "TOLD_QUEUE", "TOLD_STATUS", "Bounds", "Fate", "Key", "ListedZone", "ZoneCount", "ZoneFilter",
    "ZoneOrder", "ZonePage", "ZoneTally", "key_shape",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedZone:
    """A zone with the present names of its commune and province, and when it was reported.

    ``payer_told`` is False where the actor may not know who pays: then the queue says nothing,
    and neither the version nor the time of the last change is the zone's.

    ``disputed``: an operator contradicts a verdict on it, and has no answer yet.
    """

    zone: Zone
    commune: str | None
    province: str | None
    version: int
    reported_at: datetime
    updated_at: datetime
    disputed: bool = False
    payer_told: bool = True


@dataclass(frozen=True, slots=True)
class ZonePage:
    """Some zones of a list; behind ``next_key`` the next page begins, None at the end.

    Before ``previous_key`` the page before this one ends, None at the beginning.
    """

    zones: tuple[ListedZone, ...]
    next_key: tuple[Key, ...] | None
    previous_key: tuple[Key, ...] | None = None


@dataclass(frozen=True, slots=True)
class ZoneTally:
    """How many zones and households a filter finds; ``without`` a part of it, by its field.

    ``fingerprint`` is another as soon as any of these zones has another version, or others came.
    """

    zones: int
    households: int
    fingerprint: str = ""
    without: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ZoneCount:
    """How many zones and households one province has in one queue and status."""

    province_code: str
    queue: Queue
    status: ZoneStatus
    zones: int
    households: int


@dataclass(frozen=True, slots=True)
class Fate:
    """The zone that a submitted row became or corrected, and where it stands now, and why."""

    zone_id: uuid.UUID
    status: ZoneStatus
    status_reason: str = ""
    merged_into: uuid.UUID | None = None


_C = zone.c
_WITH_NAMES = with_unit_names(zone)
_VERSION = literal(":") + cast(TOLD["version"], Text)


def page(  # noqa: PLR0917 - the list, and where in it
    connection: Connection,
    wanted: ZoneFilter,
    order: ZoneOrder,
    after: Sequence[Key] | None,
    limit: int,
    before: Sequence[Key] | None = None,
) -> ZonePage:
    """Return at most ``limit`` zones behind the position ``after``, or up to ``before``."""
    keys = KEYS[order]
    back = before is not None
    query = _listed(order).where(*conditions(wanted).values())
    query = query.order_by(*(key.desc() if back else key for key in keys)).limit(limit + 1)
    position = before if back else after
    if position is not None:
        # A cursor may be forged: its numbers are as long as paging.read_cursor lets them be.
        stood = tuple_(
            *(
                literal(value, BigInteger() if isinstance(value, int) else key.type)
                for value, key in _beside(position, keys)
            )
        )
        query = query.where(tuple_(*keys) < stood if back else tuple_(*keys) > stood)
    rows = list(connection.execute(query).all())
    more = len(rows) > limit
    rows = rows[:limit]
    if back:
        rows.reverse()
    disputed = disputed_among(connection, [row.id for row in rows])
    zones = tuple(
        replace(listed, disputed=listed.zone.id in disputed) for listed in map(_listed_zone, rows)
    )
    # Of the side that was come from nothing is known but that something stood there.
    ends = [tuple(_plain(part) for part in row[-len(keys) :]) for row in rows]
    first, last = (ends[0], ends[-1]) if ends else (None, None)
    return ZonePage(
        zones,
        next_key=last if more or back else None,
        previous_key=first if (more if back else after is not None) else None,
    )


def total(connection: Connection, wanted: ZoneFilter) -> tuple[int, int]:
    """Return how many zones are wanted, and their households."""
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(_C.households), 0))
        .select_from(zone)
        .where(*conditions(wanted).values())
    ).one()
    return int(row[0]), int(row[1])


def tally(connection: Connection, wanted: ZoneFilter) -> ZoneTally:
    """Count what is wanted, and what would be if each part of the filter alone were dropped.

    Every zone that the actor sees is looked at, which is slow for an operator: :func:`total`.
    """
    asked = conditions(wanted)
    every = (
        select(
            _C.households,
            *(func.coalesce(each, false()).label(name) for name, each in asked.items()),
            func.hashtextextended(_C.id.cast(Text) + _VERSION, 0).label("print"),
        )
        .select_from(zone)
        .offset(0)  # else every count would ask each condition anew
        .subquery("every")
    )
    held = {name: every.c[name] for name in asked}

    def where(*without: str) -> ColumnElement[bool]:
        return and_(true(), *(each for name, each in held.items() if name not in without))

    row = connection.execute(
        select(
            func.count().filter(where()),
            func.coalesce(func.sum(every.c.households).filter(where()), 0),
            func.coalesce(func.sum(cast(every.c.print, Numeric)).filter(where()), 0),
            *(func.count().filter(where(name)) for name in held),
        )
    ).one()
    zones, households, fingerprint, *without = row
    return ZoneTally(
        int(zones), int(households), f"{int(fingerprint):x}",
        dict(zip(held, map(int, without), strict=True)),
    )  # fmt: skip


def versions(connection: Connection, wanted: ZoneFilter, most: int) -> dict[uuid.UUID, int]:
    """Return the zones that are wanted, by id with their versions; at most ``most`` of them."""
    rows = connection.execute(
        select(_C.id, TOLD["version"])
        .select_from(zone)
        .where(*conditions(wanted).values())
        .order_by(_C.id)
        .limit(most)
    )
    return {row[0]: int(row[1]) for row in rows}


def every(
    connection: Connection, wanted: ZoneFilter, order: ZoneOrder, at_once: int
) -> Iterator[list[ListedZone]]:
    """Yield all zones that are wanted, some at once, as they stand when the first is asked for."""
    query = _listed(order).where(*conditions(wanted).values()).order_by(*KEYS[order])
    rows = connection.execution_options(yield_per=at_once).execute(query)
    for part in rows.partitions():
        yield list(map(_listed_zone, part))


def stand_since(
    connection: Connection, zone_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, datetime]:
    """Return since when these zones stand where they stand; an operator is told the report."""
    asked = any_(literal(list(zone_ids), ARRAY(Uuid)))
    rows = connection.execute(select(_C.id, STANDS_SINCE).where(_C.id == asked))
    return {row[0]: row[1] for row in rows}


def one(connection: Connection, zone_id: uuid.UUID) -> ListedZone | None:
    """Return the zone of this id, or None when the actor sees none."""
    row = connection.execute(_listed().where(_C.id == zone_id)).first()
    if row is None:
        return None
    return replace(_listed_zone(row), disputed=bool(disputed_among(connection, [zone_id])))


def of_ids(
    connection: Connection, zone_ids: Collection[uuid.UUID], took_in: uuid.UUID | None = None
) -> dict[uuid.UUID, ListedZone]:
    """Return those of these zones that the actor sees, by id, in the order of their places.

    ``took_in``: those that this zone took in are among them.
    """
    asked = _C.id == any_(literal(list(zone_ids), ARRAY(Uuid)))
    if took_in is not None:
        asked |= _C.merged_into == took_in
    rows = connection.execute(_listed().where(asked).order_by(*KEYS[ZoneOrder.PLACE])).all()
    disputed = disputed_among(connection, [row.id for row in rows])
    return {
        listed.zone.id: replace(listed, disputed=listed.zone.id in disputed)
        for listed in map(_listed_zone, rows)
    }


def disputed_among(connection: Connection, zone_ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return those of which a verdict is disputed now, whoever disputes it."""
    asked = func.phusong.disputed_zones(literal(list(zone_ids), ARRAY(Uuid)))
    return frozenset(connection.execute(select(asked)).scalars())


def fates(connection: Connection, submission_number: int) -> dict[tuple[str, int], Fate]:
    """Return what became of a submission's rows, by sheet and row; rejected rows have no zone."""
    rows = connection.execute(
        select(
            survey_row.c.sheet, survey_row.c.row, _C.id, _C.status, _C.status_reason, _C.merged_into
        )
        .join(submission, submission.c.id == survey_row.c.submission_id)
        .join(zone, _C.id == survey_row.c.zone_id)
        .where(submission.c.number == submission_number)
    )
    return {
        (row.sheet, row.row): Fate(
            row.id, ZoneStatus(row.status), row.status_reason, row.merged_into
        )
        for row in rows
    }


def counts(connection: Connection) -> list[ZoneCount]:
    """Count the zones the actor sees by province, queue and status."""
    group = (_C.province_code, TOLD_QUEUE.label("queue"), TOLD_STATUS.label("status"))
    rows = connection.execute(
        select(*group, func.count().label("zones"), func.sum(_C.households).label("households"))
        .group_by(text("1, 2, 3"))
        .order_by(text("1, 2, 3"))
    )
    return [
        ZoneCount(
            row.province_code, Queue(row.queue), ZoneStatus(row.status), row.zones, row.households
        )
        for row in rows
    ]


def _listed(order: ZoneOrder = ZoneOrder.ID) -> Select[tuple[Any, ...]]:
    """Zones with the names of their places, and at the end of each row the keys of the order."""
    return select(
        *(
            TOLD[column.name].label(column.name) if column.name in TOLD else column
            for column in _C
            if column.name != "point"
        ),
        HIDDEN.label("hidden"),
        func.ST_X(_C.point).label("longitude"),
        func.ST_Y(_C.point).label("latitude"),
        COMMUNE.c.full_name.label("commune"),
        PROVINCE.c.name.label("province"),
        *(key.label(f"key_{place}") for place, key in enumerate(KEYS[order])),
    ).select_from(_WITH_NAMES)


def _beside(
    position: Sequence[Key], keys: Sequence[ColumnElement[Any]]
) -> Iterator[tuple[object, ColumnElement[Any]]]:
    """Each value of a position beside its key; the last is a zone's id."""
    values = [*position[:-1], uuid.UUID(str(position[-1]))]
    return zip(values, keys, strict=True)


def _plain(part: Key | uuid.UUID) -> Key:
    return str(part) if isinstance(part, uuid.UUID) else part


def _listed_zone(row: Row[tuple[object, ...]]) -> ListedZone:
    facts = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    found = Zone(
        **{
            name: facts[name]
            for name in (
                "id", "province_code", "commune_code", "declared_commune_code", "vintage",
                "village", "latitude", "longitude", "households", "population", "grid_power",
                "specially_difficult", "queue_reason", "status_reason", "status_by", "merged_into",
                "reviewer", "queue_by", "queue_rule_id",
            )
        },
        signal=Signal(facts["signal"]) if facts["signal"] else None,
        status=ZoneStatus(facts["status"]),
        queue=Queue(facts["queue"]),
    )  # fmt: skip
    return ListedZone(
        found, facts["commune"], facts["province"],
        facts["version"], facts["created_at"], facts["updated_at"],
        payer_told=not facts["hidden"],
    )  # fmt: skip
