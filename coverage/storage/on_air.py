"""On-air reports as they are kept: what was sent, by whom, how it was answered."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, literal, select, text, update

from coverage.deliveries import Measured, OnAirWish, ReportStatus
from coverage.storage.tables.base import WGS84
from coverage.storage.tables.deliveries import award, on_air_file, on_air_report
from coverage.storage.tables.people import organisation
from coverage.storage.tables.zones import zone
from coverage.towers import Technology
from coverage.zones import ZoneStatus

_R = on_air_report.c


@dataclass(frozen=True, slots=True)
class OnAirReport:
    """A report with the names of its zone and operator; the proof's bytes are read apart.

    Position is the site's, WGS 84 degrees, None where it was not told.
    """

    id: uuid.UUID
    award_id: uuid.UUID
    zone_id: uuid.UUID
    village: str
    zone_status: ZoneStatus
    operator_id: uuid.UUID
    operator: str
    file_id: uuid.UUID | None
    on_air_on: date
    latitude: float | None
    longitude: float | None
    technology: Technology
    measured: Measured
    measured_on: date | None
    proof_name: str | None
    note: str
    status: ReportStatus
    reported_by: str
    reported_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    answer: str

    def says(self, wish: OnAirWish) -> bool:
        """Tell whether a report that is to be sent says the very same."""
        return (
            self.on_air_on, self.technology, self.measured, self.measured_on, self.note,
            self.latitude, self.longitude,
        ) == (
            wish.on_air_on, wish.technology, wish.measured, wish.measured_on, wish.note,
            wish.latitude, wish.longitude,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldOnAir:
    """What everybody may know of a zone's newest report under its standing award."""

    on_air_on: date
    status: ReportStatus
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proof:
    """The file that goes with a report."""

    name: str
    content: bytes


def go_on_air(
    connection: Connection, zone_ids: Collection[uuid.UUID], by: str, reason: str
) -> list[uuid.UUID]:
    """Make zones that were awarded to the acting operator stand on air; return which did."""
    rows = connection.execute(
        text("SELECT id FROM phusong.go_on_air(:zones, :by, :reason) AS id"),
        {"zones": list(zone_ids), "by": by, "reason": reason},
    )
    return sorted(rows.scalars())


def told(
    connection: Connection, zone_ids: Collection[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], ToldOnAir]:
    """Return what is told to everybody of these zones, by zone and award."""
    rows = connection.execute(
        text("SELECT * FROM phusong.on_air_told(:zones)"), {"zones": list(zone_ids)}
    )
    return {
        (row.zone_id, row.award_id): ToldOnAir(
            row.on_air_on, ReportStatus(row.status), row.answered_at
        )
        for row in rows
    }


def reports(
    connection: Connection,
    *,
    award_id: uuid.UUID | None = None,
    zone_ids: Collection[uuid.UUID] | None = None,
    operator_id: uuid.UUID | None = None,
    status: ReportStatus | None = None,
) -> list[OnAirReport]:
    """Return the reports that the actor may see, the newest first."""
    wanted = _reports()
    if award_id is not None:
        wanted = wanted.where(_R.award_id == award_id)
    if zone_ids is not None:
        wanted = wanted.where(_R.zone_id.in_(zone_ids))
    if operator_id is not None:
        wanted = wanted.where(_R.operator_id == operator_id)
    if status is not None:
        wanted = wanted.where(_R.status == status.value)
    return [
        _report(row) for row in connection.execute(wanted.order_by(_R.reported_at.desc(), _R.id))
    ]


def one(connection: Connection, report_id: uuid.UUID) -> OnAirReport | None:
    """Return the report of this id, None when the actor sees none."""
    row = connection.execute(_reports().where(_R.id == report_id)).first()
    return _report(row) if row else None


def proof(connection: Connection, report_id: uuid.UUID) -> Proof | None:
    """Return the file that goes with a report, None where there is none to be seen."""
    row = connection.execute(
        select(_R.proof_name, _R.proof).where(_R.id == report_id, _R.proof_name.is_not(None))
    ).first()
    return Proof(row.proof_name, bytes(row.proof)) if row else None


def keep_file(  # noqa: PLR0917 - one row of a file
    connection: Connection, operator_id: uuid.UUID, name: str, sha256: str, raw: bytes, by: str
) -> uuid.UUID:
    """Keep a sent list as it came; return its id."""
    return connection.execute(  # type: ignore[no-any-return]
        insert(on_air_file)
        .values(operator_id=operator_id, file_name=name, sha256=sha256, raw=raw, sent_by=by)
        .returning(on_air_file.c.id)
    ).scalar_one()


def replace_waiting(
    connection: Connection, award_id: uuid.UUID, zone_ids: Collection[uuid.UUID]
) -> int:
    """Set aside the operator's own reports that wait; return how many there were."""
    done = connection.execute(
        update(on_air_report)
        .where(
            _R.award_id == award_id, _R.zone_id.in_(zone_ids),
            _R.status == ReportStatus.REPORTED.value,
        )
        .values(status=ReportStatus.REPLACED.value)
    )  # fmt: skip
    return int(done.rowcount)


def add(
    connection: Connection, award_id: uuid.UUID, operator_id: uuid.UUID, wish: OnAirWish, by: str,
    *, file_id: uuid.UUID | None = None, attached: Proof | None = None,
) -> uuid.UUID:  # fmt: skip
    """Keep a report; return its id. It has a zone, a day and a technology."""
    point = None
    if wish.latitude is not None and wish.longitude is not None:
        point = func.ST_SetSRID(func.ST_MakePoint(wish.longitude, wish.latitude), WGS84)
    technology = literal(None) if wish.technology is None else literal(wish.technology.value)
    measured = wish.measured
    return connection.execute(  # type: ignore[no-any-return]
        insert(on_air_report)
        .values(
            award_id=award_id, zone_id=wish.zone_id, operator_id=operator_id, file_id=file_id,
            on_air_on=wish.on_air_on, point=point, technology=technology,
            level_dbm=measured.level_dbm, down_mbps=measured.down_mbps, up_mbps=measured.up_mbps,
            availability_percent=measured.availability_percent, measured_on=wish.measured_on,
            proof_name=attached.name if attached else None,
            proof=attached.content if attached else None, note=wish.note, reported_by=by,
        )
        .returning(_R.id)
    ).scalar_one()  # fmt: skip


def answer(
    connection: Connection, report_id: uuid.UUID, status: ReportStatus, by: str, said: str
) -> bool:
    """Answer a report that waits; tell whether it waited."""
    done = connection.execute(
        update(on_air_report)
        .where(_R.id == report_id, _R.status == ReportStatus.REPORTED.value)
        .values(status=status.value, answered_by=by, answered_at=func.now(), answer=said)
    )
    return done.rowcount == 1


def _reports() -> Any:
    columns = [column for column in _R if column.name not in {"proof", "point"}]
    return (
        select(
            *columns,
            func.ST_Y(_R.point).label("latitude"), func.ST_X(_R.point).label("longitude"),
            zone.c.village, zone.c.status.label("zone_status"),
            organisation.c.name.label("operator"),
        )
        .join(zone, zone.c.id == _R.zone_id)
        .join(award, award.c.id == _R.award_id)
        .join(organisation, organisation.c.id == _R.operator_id)
    )  # fmt: skip


def _report(row: Any) -> OnAirReport:
    return OnAirReport(
        row.id, row.award_id, row.zone_id, row.village, ZoneStatus(row.zone_status),
        row.operator_id, row.operator, row.file_id, row.on_air_on, row.latitude, row.longitude,
        Technology(row.technology),
        Measured(row.level_dbm, row.down_mbps, row.up_mbps, row.availability_percent),
        row.measured_on, row.proof_name, row.note, ReportStatus(row.status), row.reported_by,
        row.reported_at, row.answered_by, row.answered_at, row.answer,
    )  # fmt: skip
