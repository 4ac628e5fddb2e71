"""Disputes as they are kept: raised once, answered or withdrawn once, their files for ever."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_leave

from coverage.disputes import Clocks, DisputeStatus, Rows, Silence, Unanswered
from coverage.evidence import Verdict
from coverage.storage.tables.disputes import dispute, dispute_file
from coverage.storage.tables.evidence import former_verdict, setting, verdict
from coverage.storage.tables.people import organisation
from coverage.storage.tables.zones import zone
from coverage.storage.unit_names import COMMUNE, PROVINCE, with_unit_names
from coverage.towers import Technology


@dataclass(frozen=True, slots=True)
class DisputeFilter:
    """Which disputes are wanted; None asks nothing.

    ``late_on`` asks for the open ones that were to be answered before this day.
    """

    status: DisputeStatus | None = None
    operator_id: uuid.UUID | None = None
    province_code: str | None = None
    late_on: date | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as it was raised, with its answer, and where the zone lies.

    ``village`` and what follows are None when the reader sees the zone no more: an operator sees
    a village as long as there is a verdict about itself.
    """

    id: uuid.UUID
    number: int
    zone_id: uuid.UUID
    operator_id: uuid.UUID
    operator: str
    technology: Technology
    disputed: Verdict
    disputed_at: datetime
    claimed: Verdict
    reason: str
    file_name: str
    sha256: str
    media_type: str
    file_bytes: int
    raised_by: str
    raised_at: datetime
    answer_by: date
    status: DisputeStatus
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    village: str | None
    commune: str | None
    province: str | None
    province_code: str | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """A verdict as it was given at one moment, with what it rested on."""

    verdict: Verdict
    reasons: tuple[str, ...]
    distance_m: float | None
    given_at: datetime


def clocks(connection: Connection) -> Clocks:
    """Return the dated settings that disputes run by."""
    rows = connection.execute(
        select(setting.c.name, setting.c.valid_from, setting.c.value)
        .where(setting.c.name.startswith("dispute_"))
        .order_by(setting.c.name, setting.c.valid_from)
    ).all()

    def dated(name: str) -> Rows[Any]:
        return tuple((row.valid_from, row.value) for row in rows if row.name == name)

    return Clocks(
        dated("dispute_days"),
        tuple((day, Silence(value)) for day, value in dated("dispute_silence")),
        dated("dispute_answer_days"),
        tuple((day, Unanswered(value)) for day, value in dated("dispute_answer_silence")),
    )


def lock_operator(connection: Connection, operator_id: uuid.UUID) -> None:
    """Let no other dispute of the operator be raised until this transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(453, hashtext(:operator))"),
        {"operator": str(operator_id)},
    )


def keep_file(
    connection: Connection, operator_id: uuid.UUID, sha256: str, media_type: str, raw: bytes
) -> None:
    """Keep an operator's file; the same bytes again are kept once."""
    connection.execute(
        insert_or_leave(dispute_file)
        .values(operator_id=operator_id, sha256=sha256, media_type=media_type, raw=raw)
        .on_conflict_do_nothing()
    )


def add(connection: Connection, rows: Sequence[dict[str, object]]) -> list[int]:
    """Store new disputes; return their numbers in the same order."""
    numbers = []
    for row in rows:
        made = connection.execute(insert(dispute).values(**row).returning(dispute.c.number))
        numbers.append(int(made.scalar_one()))
    return numbers


def page(
    connection: Connection, wanted: DisputeFilter, skip: int, limit: int
) -> tuple[list[Dispute], int]:
    """Return some disputes and how many there are: the open ones by answer date, then the rest."""
    conditions = _conditions(wanted)
    rows = connection.execute(
        _listed()
        .where(*conditions)
        .order_by(
            dispute.c.status != "open",
            case((dispute.c.status == "open", dispute.c.answer_by)),
            case((dispute.c.status == "open", dispute.c.raised_at)),
            case((dispute.c.status == "open", dispute.c.number)),
            dispute.c.raised_at.desc(),
            dispute.c.number.desc(),
        )
        .offset(skip)
        .limit(limit)
    )
    count = select(func.count()).select_from(_JOINED).where(*conditions)
    return [_dispute(row) for row in rows], int(connection.execute(count).scalar_one())


def find(connection: Connection, number: int) -> Dispute | None:
    """Return the dispute of this number, or None when the actor sees none."""
    row = connection.execute(_listed().where(dispute.c.number == number)).first()
    return _dispute(row) if row else None


def lock(connection: Connection, numbers: Collection[int]) -> list[Dispute]:
    """Return the disputes of these numbers that the actor sees; nobody else changes them now."""
    asked = sorted(numbers)
    connection.execute(
        select(dispute.c.id).where(dispute.c.number.in_(asked)).order_by(dispute.c.number)
        .with_for_update()
    )  # fmt: skip
    rows = connection.execute(
        _listed().where(dispute.c.number.in_(asked)).order_by(dispute.c.number)
    )
    return [_dispute(row) for row in rows]


def sent_together(connection: Connection, one: Dispute) -> list[int]:
    """Return the numbers of the open disputes that rest on the same file and the same words."""
    rows = connection.execute(
        select(dispute.c.number)
        .where(
            dispute.c.operator_id == one.operator_id,
            dispute.c.sha256 == one.sha256,
            dispute.c.reason == one.reason,
            dispute.c.status == "open",
        )
        .order_by(dispute.c.number)
    )
    return [int(number) for number in rows.scalars()]


def unanswered(connection: Connection, day: date) -> list[int]:
    """Return the numbers of the open disputes that were to be answered before ``day``."""
    rows = connection.execute(
        select(dispute.c.number)
        .where(dispute.c.status == "open", dispute.c.answer_by < day)
        .order_by(dispute.c.number)
    )
    return [int(number) for number in rows.scalars()]


def waiting(connection: Connection, day: date) -> tuple[int, int, date | None]:
    """Return how many disputes are open, how many are late on ``day``, and the first day due."""
    row = connection.execute(
        select(
            func.count(),
            func.count().filter(dispute.c.answer_by < day),
            func.min(dispute.c.answer_by),
        ).where(dispute.c.status == "open")
    ).one()
    return int(row[0]), int(row[1]), row[2]


def close(
    connection: Connection, numbers: Sequence[int], status: DisputeStatus, by: str, answer: str = ""
) -> None:
    """Answer or withdraw open disputes."""
    connection.execute(
        update(dispute)
        .where(dispute.c.number.in_(numbers))
        .values(status=status.value, answer=answer, answered_by=by, answered_at=func.now())
    )


def raw_file(connection: Connection, number: int) -> tuple[str, bytes] | None:
    """Return a dispute's file by its name and bytes, or None when the actor sees none."""
    row = connection.execute(
        select(dispute.c.file_name, dispute_file.c.raw)
        .select_from(_WITH_FILE)
        .where(dispute.c.number == number)
    ).first()
    return (row.file_name, row.raw) if row else None


def verdict_then_and_now(
    connection: Connection, one: Dispute
) -> tuple[GivenVerdict | None, GivenVerdict | None]:
    """Return the verdict that was disputed, as it was given, and the one that stands now."""
    given = [
        select(
            table.c.verdict, table.c.reasons, table.c.distance_m, table.c.assessed_at,
            literal(table is verdict).label("stands"),
        ).where(
            table.c.zone_id == one.zone_id,
            table.c.operator_id == one.operator_id,
            table.c.technology == one.technology.value,
        )
        for table in (verdict, former_verdict)
    ]  # fmt: skip
    then = now = None
    for row in connection.execute(union_all(*given)):
        found = GivenVerdict(
            Verdict(row.verdict), tuple(row.reasons), row.distance_m, row.assessed_at
        )
        if row.stands:
            now = found
        if row.assessed_at == one.disputed_at:
            then = found
    return then, now


_WITH_FILE = dispute.join(
    dispute_file,
    and_(
        dispute_file.c.operator_id == dispute.c.operator_id,
        dispute_file.c.sha256 == dispute.c.sha256,
    ),
)
_JOINED = with_unit_names(
    _WITH_FILE.join(organisation, organisation.c.id == dispute.c.operator_id).outerjoin(
        zone, zone.c.id == dispute.c.zone_id
    )
)


def _listed() -> Select[Any]:
    return select(
        *dispute.c,
        organisation.c.name.label("operator"),
        dispute_file.c.media_type,
        func.length(dispute_file.c.raw).label("file_bytes"),
        zone.c.village, zone.c.province_code,
        func.coalesce(COMMUNE.c.full_name, zone.c.commune_code).label("commune"),
        func.coalesce(PROVINCE.c.name, zone.c.province_code).label("province"),
        func.ST_Y(zone.c.point).label("latitude"), func.ST_X(zone.c.point).label("longitude"),
    ).select_from(_JOINED)  # fmt: skip


def _conditions(wanted: DisputeFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        asked.append(dispute.c.status == wanted.status.value)
    if wanted.operator_id is not None:
        asked.append(dispute.c.operator_id == wanted.operator_id)
    if wanted.province_code is not None:
        asked.append(zone.c.province_code == wanted.province_code)
    if wanted.late_on is not None:
        asked += [dispute.c.status == "open", dispute.c.answer_by < wanted.late_on]
    return asked


def _dispute(row: Any) -> Dispute:
    facts = {name: row._mapping[name] for name in Dispute.__slots__}  # noqa: SLF001 - documented name
    return Dispute(
        **facts
        | {
            "technology": Technology(row.technology),
            "disputed": Verdict(row.disputed),
            "claimed": Verdict(row.claimed),
            "status": DisputeStatus(row.status),
        }
    )
