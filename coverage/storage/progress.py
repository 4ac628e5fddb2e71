"""What progress is told from: counts of zones, their history by months, awards past their day."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, cast, func, select, text
from sqlalchemy.types import Date

from coverage.progress import (
    AGE_BOUNDS_DAYS,
    Age,
    AgedTally,
    Backlog,
    LateLot,
    MonthChange,
    ProvinceFigures,
    Tally,
    ZoneTally,
)
from coverage.storage.named_sql import query
from coverage.storage.tables.zones import zone
from coverage.storage.zone_filters import TOLD
from coverage.zones import ENDED, Queue, Signal, ZoneStatus

_C = zone.c
_SERVED_OR_ENDED = [ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED, *sorted(ENDED)]
_LOCAL_TIME = "Asia/Ho_Chi_Minh"


def counts(connection: Connection, province_code: str | None) -> list[ZoneTally]:
    """Count the zones the actor sees, as every list of zones tells them."""
    group = (
        _C.province_code,
        TOLD["queue"].label("queue"),
        TOLD["status"].label("status"),
        _C.signal,
    )
    wanted = select(
        *group, func.count().label("zones"), func.sum(_C.households).label("households")
    ).group_by(text("1, 2, 3, 4"))
    if province_code is not None:
        wanted = wanted.where(_C.province_code == province_code)
    return [
        ZoneTally(
            row.province_code, Queue(row.queue), ZoneStatus(row.status),
            Signal(row.signal) if row.signal else None, Tally(row.zones, row.households),
        )
        for row in connection.execute(wanted.order_by(text("1, 2, 3, 4")))
    ]  # fmt: skip


def ages(connection: Connection, province_code: str | None, day: date) -> dict[str, Age]:
    """Return for how many days until ``day`` the waiting zones wait, by province."""
    local = cast(func.timezone(_LOCAL_TIME, _C.created_at), Date)
    days = (day - local).label("days")
    wanted = (
        select(
            _C.province_code,
            func.percentile_disc(0.5).within_group(days),
            func.max(days),
        )
        .where(
            TOLD["status"].not_in([status.value for status in _SERVED_OR_ENDED]),
            TOLD["queue"].not_in([Queue.COVERED.value]),
        )
        .group_by(_C.province_code)
    )
    if province_code is not None:
        wanted = wanted.where(_C.province_code == province_code)
    return {code: Age(median, longest) for code, median, longest in connection.execute(wanted)}


def changes(connection: Connection, province_code: str | None) -> list[MonthChange]:
    """Return by how much each status grew or shrank month by month, of the zones the actor sees."""
    rows = connection.execute(query("progress", "changes"), {"province": province_code})
    return [_change(row) for row in rows]


def own_changes(connection: Connection, operator_id: uuid.UUID) -> list[MonthChange]:
    """Return the same of what was awarded to one operator."""
    rows = connection.execute(query("progress", "own_changes"), {"operator": operator_id})
    return [_change(row) for row in rows]


def backlog(connection: Connection, province_code: str | None, day: date) -> list[AgedTally]:
    """Return what waits for a review or a correction, by province and age."""
    rows = connection.execute(
        query("progress", "backlog"),
        {"province": province_code, "day": day, "bounds": list(AGE_BOUNDS_DAYS)},
    )
    return [
        AgedTally(
            row.province_code, Backlog(row.backlog), row.bucket, Tally(row.zones, row.households),
            row.oldest_days,
        )
        for row in rows
    ]  # fmt: skip


def late_lots(
    connection: Connection, soon: date, operator_id: uuid.UUID | None, province_code: str | None
) -> list[LateLot]:
    """Return the lots with zones that should be on air by ``soon`` and are not."""
    rows = connection.execute(
        query("progress", "late_lots"),
        {"soon": soon, "operator": operator_id, "province": province_code},
    )
    return [
        LateLot(
            row.award_id, row.operator, row.province_code, row.package_number, row.lot_number,
            row.lot_name, row.due_on, Tally(row.zones, row.households),
        )
        for row in rows
    ]  # fmt: skip


def beside(connection: Connection) -> list[ProvinceFigures]:
    """Return each province's figures as far as the actor may be told them."""
    rows = connection.execute(query("progress", "beside"))
    return [
        ProvinceFigures(**{**row._mapping, "hidden": tuple(row.hidden)})  # noqa: SLF001 - SQLAlchemy's documented name
        for row in rows
    ]


def _change(row: Row[Any]) -> MonthChange:
    return MonthChange(row.month, ZoneStatus(row.status), Tally(row.zones, row.households))
