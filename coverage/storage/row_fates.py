"""The rows of a submission with what became of each, a page at a time or all of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    Select,
    Uuid,
    any_,
    case,
    func,
    literal,
    select,
)

from coverage.lots import LotStatus
from coverage.storage.surveys import row_of
from coverage.storage.tables.lots import lot, lot_zone
from coverage.storage.tables.packages import package, package_lot
from coverage.storage.tables.surveys import survey_row
from coverage.storage.tables.zones import zone
from coverage.storage.zone_filters import TOLD, TOLD_STATUS
from coverage.storage.zones import Fate
from coverage.surveys import FATES, RowFate, RowStatus, SurveyRow
from coverage.zones import Queue, ZoneStatus

_ROW = survey_row.c
_FATE = case(
    *(
        (TOLD_STATUS == status.value, fate.value)  # noqa: SIM300 - a column is not a constant
        for status, fate in FATES.items()
    ),
    else_=RowFate.REJECTED.value,
)


@dataclass(frozen=True, slots=True)
class RowsWanted:
    """Which rows of a submission are wanted; None asks nothing."""

    status: RowStatus | None = None
    fate: RowFate | None = None


@dataclass(frozen=True, slots=True)
class FatedRow:
    """A row at its ``place`` in the file, with its zone today; ``zone`` None: it became none."""

    place: int
    row: SurveyRow
    fate: RowFate
    zone: Fate | None
    queue: Queue | None


@dataclass(frozen=True, slots=True)
class FateCount:
    """So many rows of one fate, with the households that they reported."""

    fate: RowFate
    rows: int
    households: int


@dataclass(frozen=True, slots=True)
class LotOfRow:
    """The published lot that a row's zone is in: its number, and its package's."""

    lot: int
    package: str


def count(connection: Connection, submission_id: uuid.UUID) -> list[FateCount]:
    """Count a submission's rows by fate, in the order of the fates."""
    rows = connection.execute(
        select(_FATE.label("fate"), func.count(), func.coalesce(func.sum(_ROW.households), 0))
        .select_from(_rows())
        .where(_ROW.submission_id == submission_id)
        .group_by("fate")
    )
    found = {
        RowFate(fate): FateCount(RowFate(fate), int(rows), int(sum_)) for fate, rows, sum_ in rows
    }
    return [found[fate] for fate in RowFate if fate in found]


def matching(connection: Connection, submission_id: uuid.UUID, wanted: RowsWanted) -> int:
    """Return how many rows are wanted."""
    counted = select(func.count()).select_from(_rows()).where(*_conditions(submission_id, wanted))
    return int(connection.execute(counted).scalar_one())


def rows(
    connection: Connection, submission_id: uuid.UUID, wanted: RowsWanted, start: int, limit: int
) -> list[FatedRow]:
    """Return some of the rows that are wanted, in the order of the file."""
    query = _fated(submission_id, wanted).offset(start).limit(limit)
    return list(map(_told, connection.execute(query)))


def behind(
    connection: Connection, submission_id: uuid.UUID, wanted: RowsWanted, place: int, limit: int
) -> list[FatedRow]:
    """Return the rows that are wanted behind a place of the file, whatever becomes of others."""
    query = _fated(submission_id, wanted).where(_ROW.position > place).limit(limit)
    return list(map(_told, connection.execute(query)))


def every(connection: Connection, submission_id: uuid.UUID) -> Iterator[FatedRow]:
    """Yield every row of a submission, few of them in memory, as they stand at the first."""
    query = _fated(submission_id, RowsWanted())
    yield from map(_told, connection.execution_options(yield_per=500).execute(query))


def sheets(connection: Connection, submission_id: uuid.UUID) -> int:
    """Return on how many sheets or layers a submission's rows stand."""
    counted = select(func.count(_ROW.sheet.distinct())).where(_ROW.submission_id == submission_id)
    return int(connection.execute(counted).scalar_one())


def has_points(connection: Connection, submission_id: uuid.UUID) -> bool:
    """Return whether a row of a submission has a point."""
    found = select(_ROW.position).where(
        _ROW.submission_id == submission_id, _ROW.latitude.is_not(None)
    )
    return connection.execute(found.limit(1)).first() is not None


def lots_of(connection: Connection, zone_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, LotOfRow]:
    """Return the lots of these zones that the actor may see in a published package."""
    found = connection.execute(
        select(lot_zone.c.zone_id, lot.c.number, package.c.number.label("package"))
        .join(lot, lot.c.id == lot_zone.c.lot_id)
        .join(package_lot, package_lot.c.lot_id == lot.c.id)
        .join(package, package.c.id == package_lot.c.package_id)
        .where(
            lot_zone.c.zone_id == any_(literal(list(zone_ids), ARRAY(Uuid))),
            lot_zone.c.active,
            lot.c.status == LotStatus.IN_PACKAGE.value,
            package.c.status == "published",
        )
    )
    return {row.zone_id: LotOfRow(row.number, row.package) for row in found}


def _rows() -> Any:
    return survey_row.outerjoin(zone, zone.c.id == _ROW.zone_id)


def _conditions(submission_id: uuid.UUID, wanted: RowsWanted) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [_ROW.submission_id == submission_id]
    if wanted.status is not None:
        asked.append(_ROW.status == wanted.status.value)
    if wanted.fate is not None:
        asked.append(_FATE == wanted.fate.value)  # noqa: SIM300 - a column is not a constant
    return asked


def _fated(submission_id: uuid.UUID, wanted: RowsWanted) -> Select[Any]:
    return (
        select(
            survey_row, _FATE.label("fate"), zone.c.id.label("lives_as"),
            TOLD_STATUS.label("zone_status"), zone.c.status_reason, zone.c.merged_into,
            TOLD["queue"].label("queue"),
        )
        .select_from(_rows())
        .where(*_conditions(submission_id, wanted))
        .order_by(_ROW.position)
    )  # fmt: skip


def _told(row: Row[Any]) -> FatedRow:
    fate = None
    if row.lives_as is not None:
        fate = Fate(row.lives_as, ZoneStatus(row.zone_status), row.status_reason, row.merged_into)
    queue = Queue(row.queue) if fate is not None else None
    return FatedRow(row.position, row_of(row), RowFate(row.fate), fate, queue)
