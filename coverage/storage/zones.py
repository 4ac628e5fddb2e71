"""Reading zones: one, a page of a filtered list by keyset, and counts for the home page."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    Select,
    Uuid,
    and_,
    any_,
    case,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)

from coverage.storage.tables.base import WGS84
from coverage.storage.tables.consultation import consultation_round, consultation_zone
from coverage.storage.tables.surveys import submission, survey_row
from coverage.storage.tables.zones import zone
from coverage.storage.unit_names import COMMUNE, PROVINCE, with_unit_names
from coverage.vietnamese import name_key, nfc
from coverage.zones import Queue, Signal, Zone, ZoneStatus

Key = str | int  # what a keyset position is made of


class ZoneOrder(StrEnum):
    """In which order a list of zones comes; each ends in the permanent id, so none is a tie."""

    ID = "id"  # stands still while others add and change zones
    PLACE = "place"  # province, commune, village
    HOUSEHOLDS = "households"  # the most first


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in WGS 84 degrees; its edge belongs to it."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class ZoneFilter:
    """Which zones are wanted; None asks nothing. ``words`` is looked for in the names.

    ``disputed`` asks for those of which a verdict is disputed now, ``reviewer`` for those that
    this person has in hand, ``round_number`` for those that a round of consultation asks about,
    ``merged_into`` for those that this zone took in.
    """

    province_code: str | None = None
    queue: Queue | None = None
    status: ZoneStatus | None = None
    bounds: Bounds | None = None
    words: str | None = None
    reviewer: str | None = None
    disputed: bool = False
    round_number: int | None = None
    merged_into: uuid.UUID | None = None


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
    """Some zones of a list; ``next_key`` is where the next page begins, None at the end."""

    zones: tuple[ListedZone, ...]
    next_key: tuple[Key, ...] | None


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
_KEYS: Mapping[ZoneOrder, tuple[ColumnElement[object], ...]] = {
    ZoneOrder.ID: (_C.id,),
    ZoneOrder.PLACE: (_C.province_code, _C.commune_code, _C.village, _C.id),
    ZoneOrder.HOUSEHOLDS: (-_C.households, _C.id),
}
_PYTHON: Mapping[ZoneOrder, tuple[type[Key], ...]] = {
    ZoneOrder.ID: (str,),
    ZoneOrder.PLACE: (str, str, str, str),
    ZoneOrder.HOUSEHOLDS: (int, str),
}


_WITH_NAMES = with_unit_names(zone)


# A promise to build changes who pays and the zone's version. An operator may neither see nor count
# the promises of others: both are kept from operators until the zone is in a package, all of whose
# zones are the fund's.
_HIDDEN = and_(
    select(func.phusong.acting_kind()).scalar_subquery() == "operator",
    _C.status != ZoneStatus.IN_PACKAGE.value,
)
_QUEUE = case((_HIDDEN, Queue.UNDECIDED.value), else_=_C.queue)
# A package that waits for its minute has taken its zones already, for those who may know it.
_STATUS = case(
    (
        and_(
            _C.status == ZoneStatus.APPROVED.value,
            _C.id.in_(select(func.phusong.sealed_zones())),
        ),
        ZoneStatus.IN_PACKAGE.value,
    ),
    else_=_C.status,
)
_TOLD: Mapping[str, ColumnElement[object]] = {
    "status": _STATUS,
    "queue": _QUEUE,
    "queue_reason": case((_HIDDEN, ""), else_=_C.queue_reason),
    "queue_by": case((_HIDDEN, None), else_=_C.queue_by),
    "queue_rule_id": case((_HIDDEN, None), else_=_C.queue_rule_id),
    "version": case((_HIDDEN, 0), else_=_C.version),
    "updated_at": case((_HIDDEN, _C.created_at), else_=_C.updated_at),
}


def key_shape(order: ZoneOrder) -> tuple[type[Key], ...]:
    """Return the types of a keyset position in ``order``; the last is a zone's id as text."""
    return _PYTHON[order]


def page(
    connection: Connection,
    wanted: ZoneFilter,
    order: ZoneOrder,
    after: Sequence[Key] | None,
    limit: int,
) -> ZonePage:
    """Return at most ``limit`` zones behind the position ``after``."""
    keys = _KEYS[order]
    query = _listed().where(*_conditions(wanted)).order_by(*keys).limit(limit + 1)
    if after is not None:
        values = [*after[:-1], uuid.UUID(str(after[-1]))]
        position = [literal(value, key.type) for value, key in zip(values, keys, strict=True)]
        query = query.where(tuple_(*keys) > tuple_(*position))
    rows = connection.execute(query).all()
    disputed = disputed_among(connection, [row.id for row in rows[:limit]])
    zones = tuple(
        replace(listed, disputed=listed.zone.id in disputed)
        for listed in map(_listed_zone, rows[:limit])
    )
    return ZonePage(zones, _key_of(zones[-1], order) if len(rows) > limit else None)


def total(connection: Connection, wanted: ZoneFilter) -> tuple[int, int]:
    """Return how many zones are wanted, and their households."""
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(_C.households), 0))
        .select_from(_WITH_NAMES)
        .where(*_conditions(wanted))
    ).one()
    return int(row[0]), int(row[1])


def one(connection: Connection, zone_id: uuid.UUID) -> ListedZone | None:
    """Return the zone of this id, or None when the actor sees none."""
    row = connection.execute(_listed().where(_C.id == zone_id)).first()
    if row is None:
        return None
    return replace(_listed_zone(row), disputed=bool(disputed_among(connection, [zone_id])))


def of_ids(connection: Connection, zone_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, ListedZone]:
    """Return those of these zones that the actor sees, by id, in the order of their places."""
    asked = literal(list(zone_ids), ARRAY(Uuid))
    rows = connection.execute(
        _listed().where(_C.id == any_(asked)).order_by(*_KEYS[ZoneOrder.PLACE])
    ).all()
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
    group = (_C.province_code, _QUEUE.label("queue"), _STATUS.label("status"))
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


def _listed() -> Select[tuple[object, ...]]:
    return select(
        *(
            _TOLD[column.name].label(column.name) if column.name in _TOLD else column
            for column in _C
            if column.name != "point"
        ),
        _HIDDEN.label("hidden"),
        func.ST_X(_C.point).label("longitude"),
        func.ST_Y(_C.point).label("latitude"),
        COMMUNE.c.full_name.label("commune"),
        PROVINCE.c.name.label("province"),
    ).select_from(_WITH_NAMES)


def _conditions(wanted: ZoneFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.province_code is not None:
        asked.append(_C.province_code == wanted.province_code)
    if wanted.queue is not None:
        asked.append(_QUEUE == wanted.queue.value)  # noqa: SIM300 - a column's name is not a constant
    if wanted.status is not None:
        sealed = wanted.status in {ZoneStatus.APPROVED, ZoneStatus.IN_PACKAGE}
        asked.append((_STATUS if sealed else _C.status) == wanted.status.value)
    if wanted.reviewer is not None:
        asked.append(_C.reviewer == wanted.reviewer)
    if wanted.merged_into is not None:
        asked.append(_C.merged_into == wanted.merged_into)
    if wanted.disputed:
        every = select(func.array_agg(zone.c.id)).scalar_subquery()
        asked.append(_C.id.in_(select(func.phusong.disputed_zones(every))))
    if wanted.round_number is not None:
        asked.append(_C.id.in_(_of_round(wanted.round_number)))
    if wanted.bounds is not None:
        box = wanted.bounds
        envelope = func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, WGS84)
        # The box operator uses the index but compares in single precision; the bounds decide.
        asked += [
            _C.point.op("&&")(envelope),
            func.ST_X(_C.point).between(box.west, box.east),
            func.ST_Y(_C.point).between(box.south, box.north),
        ]
    if wanted.words:
        asked.append(
            or_(
                _C.village_key.contains(name_key(wanted.words), autoescape=True),
                COMMUNE.c.name.icontains(nfc(wanted.words), autoescape=True),
            )
        )
    return asked


def _of_round(number: int) -> Select[tuple[uuid.UUID]]:
    """The zones that a round asks about."""
    return (
        select(consultation_zone.c.zone_id)
        .join(consultation_round, consultation_round.c.id == consultation_zone.c.round_id)
        .where(consultation_round.c.number == number)
    )


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


def _key_of(last: ListedZone, order: ZoneOrder) -> tuple[Key, ...]:
    found = last.zone
    match order:
        case ZoneOrder.ID:
            return (str(found.id),)
        case ZoneOrder.PLACE:
            return (found.province_code, found.commune_code, found.village, str(found.id))
        case ZoneOrder.HOUSEHOLDS:
            return (-found.households, str(found.id))
