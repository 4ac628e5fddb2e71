"""Which zones are wanted, and in which order, as conditions and keys of the queries."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from coverage.lots import LotStatus
from coverage.storage.tables.base import WGS84
from coverage.storage.tables.consultation import consultation_round, consultation_zone
from coverage.storage.tables.disputes import dispute
from coverage.storage.tables.lots import lot, lot_zone
from coverage.storage.tables.places import unit
from coverage.storage.tables.zones import zone, zone_event
from coverage.vietnamese.search import search_pattern
from coverage.zones import ENDED, Queue, Signal, ZoneStatus

Key = str | int  # what a keyset position is made of

_ID_PREFIX = re.compile(r"[0-9a-f][0-9a-f-]{3,35}", re.ASCII)
_DECOMPOSED: ColumnElement[Any] = literal_column("NFD")
_NEVER = 2**61  # later than any moment, in microseconds: those that wait for nobody come last


class ZoneOrder(StrEnum):
    """In which order a list of zones comes; each ends in the permanent id, so none is a tie."""

    ID = "id"  # stands still while others add and change zones
    PLACE = "place"  # province, commune, village
    HOUSEHOLDS = "households"  # the most first
    NEWEST = "newest"  # what changed last first
    WAITING = "waiting"  # what waits longest first


class Fact(StrEnum):
    """What is known of a fact that a file may leave out."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Grouped(StrEnum):
    """Whether a zone is in a lot."""

    NONE = "none"  # neither a lot nor a package has it
    LOT = "lot"  # a lot that is proposed
    PACKAGE = "package"  # a lot of a package


class StatusGroup(StrEnum):
    """Statuses that figures count together: what a figure counts, a list can show."""

    REVIEW = "review"  # sent, and not decided yet
    WAITING = "waiting"  # not on air, not ended, and not covered already
    CURRENT = "current"  # not ended


WAITING_STATUSES = frozenset(
    {
        ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW, ZoneStatus.RETURNED, ZoneStatus.APPROVED,
        ZoneStatus.IN_PACKAGE, ZoneStatus.AWARDED,
    }
)  # fmt: skip
"""A zone in one of these waits for somebody."""
STATUSES_OF: Mapping[StatusGroup, frozenset[ZoneStatus]] = {
    StatusGroup.REVIEW: frozenset({ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW}),
    StatusGroup.WAITING: WAITING_STATUSES,
    StatusGroup.CURRENT: frozenset(ZoneStatus) - ENDED,
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in WGS 84 degrees; its edge belongs to it."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class ZoneFilter:
    """Which zones are wanted; None asks nothing.

    ``words`` is looked for in the names of village and commune, in the villages' former names,
    and at the beginning of the id. ``disputed`` asks for those of which a verdict is disputed
    now, ``reviewer`` for those that this person has in hand, ``round_number`` for those that a
    round of consultation asks about, ``merged_into`` for those that this zone took in,
    ``waiting_days`` for those that wait for more than so many days where they stand.
    """

    province_code: str | None = None
    queue: Queue | None = None
    status: ZoneStatus | StatusGroup | None = None
    bounds: Bounds | None = None
    words: str | None = None
    reviewer: str | None = None
    disputed: bool = False
    round_number: int | None = None
    merged_into: uuid.UUID | None = None
    commune_code: str | None = None
    signal: Signal | Fact | None = None
    grid_power: Fact | None = None
    specially_difficult: Fact | None = None
    grouped: Grouped | None = None
    waiting_days: int | None = None


_C = zone.c

# A promise to build changes who pays and the zone's version. An operator may neither see nor count
# the promises of others: both are kept from operators until the zone is in a package, all of whose
# zones are the fund's.
HIDDEN = and_(
    select(func.phusong.acting_kind()).scalar_subquery() == "operator",
    _C.status != ZoneStatus.IN_PACKAGE.value,
)
TOLD_QUEUE = case((HIDDEN, Queue.UNDECIDED.value), else_=_C.queue)
# A package that waits for its minute has taken its zones already, for those who may know it.
TOLD_STATUS = case(
    (
        and_(
            _C.status == ZoneStatus.APPROVED.value,
            _C.id.in_(select(func.phusong.sealed_zones())),
        ),
        ZoneStatus.IN_PACKAGE.value,
    ),
    else_=_C.status,
)
TOLD: Mapping[str, ColumnElement[object]] = {
    "status": TOLD_STATUS,
    "queue": TOLD_QUEUE,
    "queue_reason": case((HIDDEN, ""), else_=_C.queue_reason),
    "queue_by": case((HIDDEN, None), else_=_C.queue_by),
    "queue_rule_id": case((HIDDEN, None), else_=_C.queue_rule_id),
    "version": case((HIDDEN, 0), else_=_C.version),
    "updated_at": case((HIDDEN, _C.created_at), else_=_C.updated_at),
}
"""What the actor is told in place of the columns of these names."""

# When a zone came to stand where it stands. An operator sees no changes, and is told the report.
_CAME = (
    select(func.max(zone_event.c.at))
    .where(zone_event.c.zone_id == _C.id, zone_event.c.after.has_key("status"))
    .correlate(zone)
    .scalar_subquery()
)
STANDS_SINCE = func.coalesce(_CAME, _C.created_at)
_WAITS = _C.status.in_([status.value for status in WAITING_STATUSES])


def _micros(moment: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(extract("epoch", moment) * 1_000_000, BigInteger)


KEYS: Mapping[ZoneOrder, tuple[ColumnElement[Any], ...]] = {
    ZoneOrder.ID: (_C.id,),
    ZoneOrder.PLACE: (_C.province_code, _C.commune_code, _C.village, _C.id),
    ZoneOrder.HOUSEHOLDS: (-_C.households, _C.id),
    ZoneOrder.NEWEST: (-_micros(TOLD["updated_at"]), _C.id),
    ZoneOrder.WAITING: (case((_WAITS, _micros(STANDS_SINCE)), else_=_NEVER), _C.id),
}
SHAPES: Mapping[ZoneOrder, tuple[type[Key], ...]] = {
    ZoneOrder.ID: (str,),
    ZoneOrder.PLACE: (str, str, str, str),
    ZoneOrder.HOUSEHOLDS: (int, str),
    ZoneOrder.NEWEST: (int, str),
    ZoneOrder.WAITING: (int, str),
}


def key_shape(order: ZoneOrder) -> tuple[type[Key], ...]:
    """Return the types of a keyset position in ``order``; the last is a zone's id as text."""
    return SHAPES[order]


def conditions(wanted: ZoneFilter) -> dict[str, ColumnElement[bool]]:
    """Return what the filter asks, each condition under the name of its field."""
    asked: dict[str, ColumnElement[bool] | None] = {
        "province_code": _same(_C.province_code, wanted.province_code),
        "commune_code": _same(_C.commune_code, wanted.commune_code),
        "queue": _same(TOLD_QUEUE, wanted.queue),
        "status": _status(wanted.status),
        "signal": _is_unknown(_C.signal) if wanted.signal is Fact.UNKNOWN
        else _same(_C.signal, wanted.signal),
        "grid_power": _fact(_C.grid_power, wanted.grid_power),
        "specially_difficult": _fact(_C.specially_difficult, wanted.specially_difficult),
        "grouped": _grouped(wanted.grouped),
        "waiting_days": _waits_for_more_than(wanted.waiting_days),
        "reviewer": _same(_C.reviewer, wanted.reviewer),
        "merged_into": _same(_C.merged_into, wanted.merged_into),
        "disputed": _disputed() if wanted.disputed else None,
        "round_number": _of_round(wanted.round_number),
        "bounds": _within(wanted.bounds),
        "words": _named(wanted.words),
    }  # fmt: skip
    return {name: each for name, each in asked.items() if each is not None}


def _same(column: ColumnElement[Any], value: object) -> ColumnElement[bool] | None:
    if value is None:
        return None
    return column == (value.value if isinstance(value, StrEnum) else value)


def _is_unknown(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.is_(None)


def _fact(column: ColumnElement[Any], wanted: Fact | None) -> ColumnElement[bool] | None:
    match wanted:
        case None:
            return None
        case Fact.UNKNOWN:
            return column.is_(None)
        case _:
            return column.is_(wanted is Fact.YES)


def _status(wanted: ZoneStatus | StatusGroup | None) -> ColumnElement[bool] | None:
    if isinstance(wanted, StatusGroup):
        inside = _C.status.in_([status.value for status in STATUSES_OF[wanted]])
        # As coverage.progress counts them: where there is signal already, nobody waits for it.
        uncovered = TOLD_QUEUE.not_in([Queue.COVERED.value])
        return and_(inside, uncovered) if wanted is StatusGroup.WAITING else inside
    sealed = wanted in {ZoneStatus.APPROVED, ZoneStatus.IN_PACKAGE}
    return _same(TOLD_STATUS if sealed else _C.status, wanted)


def _grouped(wanted: Grouped | None) -> ColumnElement[bool] | None:
    if wanted is None:
        return None
    standing = {Grouped.LOT: [LotStatus.PROPOSED], Grouped.PACKAGE: [LotStatus.IN_PACKAGE]}
    statuses = standing.get(wanted, [LotStatus.PROPOSED, LotStatus.IN_PACKAGE])
    inside = _C.id.in_(
        select(lot_zone.c.zone_id)
        .join(lot, lot.c.id == lot_zone.c.lot_id)
        .where(lot_zone.c.active, lot.c.status.in_([status.value for status in statuses]))
    )
    return ~inside if wanted is Grouped.NONE else inside


def _waits_for_more_than(days: int | None) -> ColumnElement[bool] | None:
    if days is None:
        return None
    return and_(_WAITS, func.now() - func.make_interval(0, 0, 0, days) > STANDS_SINCE)


def _disputed() -> ColumnElement[bool]:
    """Who may read disputes reads them; a province is told only which of its zones have some."""
    readable = select(dispute.c.zone_id).where(dispute.c.status == "open")
    own = select(func.array_agg(zone.c.id)).where(
        zone.c.organisation_id == func.phusong.acting_organisation()
    )
    told = select(func.phusong.disputed_zones(own.scalar_subquery()))
    return or_(_C.id.in_(readable), _C.id.in_(told))


def _of_round(number: int | None) -> ColumnElement[bool] | None:
    if number is None:
        return None
    return _C.id.in_(
        select(consultation_zone.c.zone_id)
        .join(consultation_round, consultation_round.c.id == consultation_zone.c.round_id)
        .where(consultation_round.c.number == number)
    )


def _within(box: Bounds | None) -> ColumnElement[bool] | None:
    if box is None:
        return None
    envelope = func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, WGS84)
    # The box operator uses the index but compares in single precision; the bounds decide.
    return and_(
        _C.point.op("&&")(envelope),
        func.ST_X(_C.point).between(box.west, box.east),
        func.ST_Y(_C.point).between(box.south, box.north),
    )


def _named(words: str | None) -> ColumnElement[bool] | None:
    pattern = search_pattern(words or "")
    if not words or not pattern:
        return None
    former = select(zone_event.c.zone_id).where(
        zone_event.c.before.has_key("village"),
        _searchable(zone_event.c.before["village"].astext).op("~")(pattern),
    )
    communes = select(unit.c.vintage, unit.c.code).where(
        unit.c.level == "commune", _searchable(unit.c.name).op("~")(pattern)
    )
    ways: list[ColumnElement[bool]] = [
        func.normalize(_C.village_key, _DECOMPOSED).op("~")(pattern),
        tuple_(_C.vintage, _C.commune_code).in_(communes),
        _C.id.in_(former),
    ]
    begins = words.strip().lower()
    if _ID_PREFIX.fullmatch(begins):
        ways.append(cast(_C.id, Text).startswith(begins, autoescape=True))
    return or_(*ways)


def _searchable(name: ColumnElement[str]) -> ColumnElement[str]:
    """A name as coverage.vietnamese.search has it: lower, decomposed, no apostrophes or dashes."""
    return func.translate(
        func.normalize(func.lower(name), _DECOMPOSED), "-'\u2019\u2018\u02bc", " "
    )
