"""What planners decided of a province's lots: which zones stay together, and within which bounds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from coverage.storage.tables.lots import lot_bounds, lot_pin


@dataclass(frozen=True, slots=True)
class AskedBounds:
    """The bounds a planner asks for; None leaves one to the settings, or asks for none."""

    lots: int | None = None
    max_zones: int | None = None
    max_households: int | None = None
    max_cost_vnd: int | None = None


def pins(connection: Connection, province_code: str) -> dict[uuid.UUID, uuid.UUID]:
    """Return the group of each pinned zone of a province."""
    rows = connection.execute(
        select(lot_pin.c.zone_id, lot_pin.c.lot_group).where(
            lot_pin.c.province_code == province_code
        )
    )
    return {row.zone_id: row.lot_group for row in rows}


def keep_pins(
    connection: Connection, province_code: str, wanted: Mapping[uuid.UUID, uuid.UUID], by: str
) -> None:
    """Make these the pins of a province; one that stands keeps who set it."""
    now = pins(connection, province_code)
    gone = [zone_id for zone_id, group in now.items() if wanted.get(zone_id) != group]
    if gone:
        connection.execute(delete(lot_pin).where(lot_pin.c.zone_id.in_(gone)))
    fresh = [
        {"zone_id": zone_id, "province_code": province_code, "lot_group": group, "pinned_by": by}
        for zone_id, group in sorted(wanted.items())
        if now.get(zone_id) != group
    ]
    if fresh:
        connection.execute(insert(lot_pin), fresh)


def bounds(connection: Connection, province_code: str) -> AskedBounds:
    """Return the bounds that were last asked for in a province."""
    columns = lot_bounds.c
    row = connection.execute(
        select(columns.lots, columns.max_zones, columns.max_households, columns.max_cost_vnd)
        .where(columns.province_code == province_code)
    ).first()  # fmt: skip
    return AskedBounds() if row is None else AskedBounds(*row)


def keep_bounds(connection: Connection, province_code: str, asked: AskedBounds, by: str) -> None:
    """Keep the bounds asked for in a province in place of those before."""
    facts = {**asdict(asked), "set_by": by}
    statement = upsert(lot_bounds).values(province_code=province_code, **facts)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[lot_bounds.c.province_code], set_={**facts, "set_at": func.now()}
        )
    )
