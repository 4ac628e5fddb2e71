"""Rounds of consultation, the zones they ask about, and the promises; each sees by its walls.

An operator's queries find its own promises only: the database has no other rows for it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, select, text, update

from coverage.consultation import PromiseStatus, Round
from coverage.storage.tables.consultation import consultation_round, consultation_zone, promise
from coverage.storage.tables.people import organisation
from coverage.storage.tables.zones import zone
from coverage.zones import Queue, ZoneStatus

_ROUND = consultation_round.c
_PROMISE = promise.c


@dataclass(frozen=True, slots=True)
class Sum:
    """So many zones with so many households."""

    zones: int = 0
    households: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A zone that might be put on the table; ``round_number`` is the live round that has it."""

    zone_id: uuid.UUID
    province_code: str
    households: int
    status: ZoneStatus
    round_number: int | None


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise with the names of its operator, its zone and its round.

    ``now_zone_id`` is the zone that it is for today: the one that took the promised one in, else
    the promised one; ``zone_status`` is how that one stands.
    """

    id: uuid.UUID
    round_number: int | None
    zone_id: uuid.UUID
    village: str
    province_code: str
    households: int
    now_zone_id: uuid.UUID
    zone_status: ZoneStatus
    operator_id: uuid.UUID
    operator: str
    on_air_by: date
    document: str
    promised_by: str
    promised_at: datetime
    status: PromiseStatus
    ended_by: str | None
    ended_at: datetime | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class OperatorPromises:
    """How many promises an operator made in a round, and how many of them stand or lapsed."""

    operator_id: uuid.UUID
    operator: str
    promises: int
    standing: int
    lapsed: int


@dataclass(frozen=True, slots=True)
class NewPromise:
    """A promise to keep; outside of a round it has the ``document`` that it was read from."""

    zone_id: uuid.UUID
    operator_id: uuid.UUID
    on_air_by: date
    promised_by: str
    round_id: uuid.UUID | None = None
    document: str = ""


def lock(connection: Connection) -> None:
    """Let no other act put zones on the table until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 14)"))


def moment(connection: Connection) -> datetime:
    """Return the transaction's moment by the database's clock, which its walls use too."""
    at: datetime = connection.execute(select(func.now())).scalar_one()
    return at


def rounds(connection: Connection) -> list[Round]:
    """Return every round the actor may see, the newest first."""
    return [_round(row) for row in connection.execute(_rounds().order_by(_ROUND.number.desc()))]


def one_round(connection: Connection, number: int) -> Round | None:
    """Return the round of this number, or None when the actor sees none."""
    row = connection.execute(_rounds().where(_ROUND.number == number)).first()
    return _round(row) if row else None


def add_round(connection: Connection, values: Mapping[str, object]) -> Round:
    """Keep a new round and return it with its number."""
    columns = _rounds().selected_columns
    return _round(
        connection.execute(insert(consultation_round).values(**values).returning(*columns)).one()
    )


def change_round(connection: Connection, round_id: uuid.UUID, values: Mapping[str, object]) -> None:
    """Cancel or extend a round."""
    connection.execute(update(consultation_round).where(_ROUND.id == round_id).values(**values))


def put_on_the_table(
    connection: Connection, round_id: uuid.UUID, zone_ids: Collection[uuid.UUID]
) -> None:
    """Ask about these zones in a round."""
    rows = [{"round_id": round_id, "zone_id": zone_id} for zone_id in sorted(zone_ids)]
    connection.execute(insert(consultation_zone), rows)


def candidates(
    connection: Connection,
    statuses: Collection[ZoneStatus],
    queue: Queue | None,
    *,
    province_codes: Collection[str] | None = None,
    zone_ids: Collection[uuid.UUID] | None = None,
) -> list[Candidate]:
    """Return the zones that might be put on the table, with the live round that has each."""
    live = (
        select(consultation_zone.c.zone_id, func.min(_ROUND.number).label("number"))
        .join(consultation_round, _ROUND.id == consultation_zone.c.round_id)
        .where(_ROUND.cancelled_at.is_(None), _ROUND.closes_at > func.now())
        .group_by(consultation_zone.c.zone_id)
        .subquery()
    )
    wanted: list[ColumnElement[bool]] = [
        zone.c.status.in_([each.value for each in statuses]),
        zone.c.id.not_in(select(func.phusong.held_zones())),
    ]
    if queue is not None:
        wanted.append(zone.c.queue == queue.value)
    if province_codes is not None:
        wanted.append(zone.c.province_code.in_(province_codes))
    if zone_ids is not None:
        wanted.append(zone.c.id.in_(zone_ids))
    rows = connection.execute(
        select(zone.c.id, zone.c.province_code, zone.c.households, zone.c.status, live.c.number)
        .outerjoin(live, live.c.zone_id == zone.c.id)
        .where(*wanted)
        .order_by(zone.c.province_code, zone.c.id)
    )
    return [
        Candidate(row.id, row.province_code, row.households, ZoneStatus(row.status), row.number)
        for row in rows
    ]


def sums(connection: Connection) -> dict[uuid.UUID, Sum]:
    """Return how many zones and households each round asks about, as far as the actor sees."""
    rows = connection.execute(
        select(
            consultation_zone.c.round_id, func.count().label("zones"),
            func.sum(zone.c.households).label("households"),
        )
        .join(zone, zone.c.id == consultation_zone.c.zone_id)
        .group_by(consultation_zone.c.round_id)
    )  # fmt: skip
    return {row.round_id: Sum(row.zones, row.households) for row in rows}


def asked_zones(
    connection: Connection, round_id: uuid.UUID, zone_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[str, ZoneStatus, bool]]:
    """Return village, status and whether the round asks about it, of the zones the actor sees."""
    within = select(consultation_zone.c.zone_id).where(consultation_zone.c.round_id == round_id)
    rows = connection.execute(
        select(zone.c.id, zone.c.village, zone.c.status, zone.c.id.in_(within).label("within"))
        .where(zone.c.id.in_(zone_ids))
    )  # fmt: skip
    return {row.id: (row.village, ZoneStatus(row.status), row.within) for row in rows}


def promises(
    connection: Connection,
    *,
    round_id: uuid.UUID | None = None,
    zone_ids: Collection[uuid.UUID] | None = None,
    status: PromiseStatus | None = None,
    operator_id: uuid.UUID | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[Promised]:
    """Return the promises the actor may see, the newest first; or ``limit`` of them from ``start``."""
    query = _promises()
    if round_id is not None:
        query = query.where(_PROMISE.round_id == round_id)
    if zone_ids is not None:
        query = query.where(_PROMISE.zone_id.in_(zone_ids))
    if status is not None:
        query = query.where(_PROMISE.status == status.value)
    if operator_id is not None:
        query = query.where(_PROMISE.operator_id == operator_id)
    query = query.order_by(_PROMISE.promised_at.desc(), _PROMISE.id).offset(start).limit(limit)
    rows = connection.execute(query).all()
    return _with_present_zone(connection, rows)


def promises_by_operator(connection: Connection, round_id: uuid.UUID) -> list[OperatorPromises]:
    """Count the promises of a round that the actor may see, by the operators' names."""
    standing, lapsed = PromiseStatus.STANDING.value, PromiseStatus.LAPSED.value
    rows = connection.execute(
        select(
            _PROMISE.operator_id, organisation.c.name, func.count(),
            func.count().filter(_PROMISE.status == standing),
            func.count().filter(_PROMISE.status == lapsed),
        )
        .join(organisation, organisation.c.id == _PROMISE.operator_id)
        .where(_PROMISE.round_id == round_id)
        .group_by(_PROMISE.operator_id, organisation.c.name)
    )  # fmt: skip
    return sorted((OperatorPromises(*row) for row in rows), key=lambda one: one.operator.casefold())


def promised_sum(connection: Connection, round_id: uuid.UUID) -> Sum:
    """Return how many zones and households have a standing promise in a round, each once."""
    once = (
        select(_PROMISE.zone_id)
        .where(_PROMISE.round_id == round_id, _PROMISE.status == PromiseStatus.STANDING.value)
        .distinct()
        .subquery()
    )
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(zone.c.households), 0)).join_from(
            once, zone, zone.c.id == once.c.zone_id
        )
    ).one()
    return Sum(int(row[0]), int(row[1]))


def one_promise(connection: Connection, promise_id: uuid.UUID) -> Promised | None:
    """Return the promise of this id, or None when the actor sees none."""
    row = connection.execute(_promises().where(_PROMISE.id == promise_id)).first()
    return _with_present_zone(connection, [row])[0] if row else None


def keep(connection: Connection, made: Sequence[NewPromise]) -> list[uuid.UUID]:
    """Keep promises, each locking its zone, in the order of zones; return their ids."""
    return [
        connection.execute(
            insert(promise)
            .values(
                zone_id=each.zone_id, operator_id=each.operator_id, on_air_by=each.on_air_by,
                promised_by=each.promised_by, round_id=each.round_id, document=each.document,
            )
            .returning(_PROMISE.id)
        ).scalar_one()
        for each in sorted(made, key=lambda each: each.zone_id)
    ]  # fmt: skip


def end(
    connection: Connection, promise_id: uuid.UUID, status: PromiseStatus, by: str, reason: str
) -> bool:
    """End a promise that stands; tell whether it stood."""
    done = connection.execute(
        update(promise)
        .where(_PROMISE.id == promise_id, _PROMISE.status == PromiseStatus.STANDING.value)
        .values(status=status.value, ended_by=by, ended_at=func.now(), end_reason=reason)
    )
    return done.rowcount == 1


def present_zones(
    connection: Connection, zone_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[uuid.UUID, ZoneStatus]]:
    """Return for each zone the one that it lives on in, through every merger, and its status."""
    held = (
        select(zone.c.id.label("asked_id"), zone.c.id, zone.c.merged_into, zone.c.status)
        .where(zone.c.id.in_(zone_ids))
        .cte("held", recursive=True)
    )
    further = select(held.c.asked_id, zone.c.id, zone.c.merged_into, zone.c.status).join(
        held, held.c.merged_into == zone.c.id
    )
    whole = held.union(further)
    rows = connection.execute(select(whole).where(whole.c.merged_into.is_(None)))
    return {row.asked_id: (row.id, ZoneStatus(row.status)) for row in rows}


def _rounds() -> Select[Any]:
    return select(
        _ROUND.id, _ROUND.number, _ROUND.name, _ROUND.basis, _ROUND.opens_at, _ROUND.closes_at,
        _ROUND.opened_by, _ROUND.cancelled_at, _ROUND.cancel_reason,
    )  # fmt: skip


def _round(row: Any) -> Round:
    return Round(*row)


def _promises() -> Select[Any]:
    # The zone may be hidden from an operator whose recorded promise was never in a round; the
    # policies of zone show it what it promised, so an inner join loses nothing.
    return (
        select(
            *(_PROMISE[name] for name in (
                "id", "zone_id", "operator_id", "on_air_by", "document", "promised_by",
                "promised_at", "status", "ended_by", "ended_at", "end_reason",
            )),
            _ROUND.number.label("round_number"), organisation.c.name.label("operator"),
            zone.c.village, zone.c.province_code, zone.c.households,
            zone.c.status.label("zone_status"),
        )
        .join(zone, zone.c.id == _PROMISE.zone_id)
        .join(organisation, organisation.c.id == _PROMISE.operator_id)
        .outerjoin(consultation_round, and_(_ROUND.id == _PROMISE.round_id))
    )  # fmt: skip


def _with_present_zone(connection: Connection, rows: Sequence[Any]) -> list[Promised]:
    now = present_zones(connection, {row.zone_id for row in rows})
    made = []
    for row in rows:
        facts = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
        zone_id, status = now.get(row.zone_id, (row.zone_id, ZoneStatus(row.zone_status)))
        facts |= {
            "status": PromiseStatus(row.status), "now_zone_id": zone_id, "zone_status": status,
        }  # fmt: skip
        made.append(Promised(**facts))
    return made
