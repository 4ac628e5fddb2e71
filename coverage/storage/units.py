"""Names and codes of the administrative list in force, without their areas."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from coverage.storage.tables.places import unit, vintage


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A province or commune of the list in force; the point is WGS 84 degrees, if known."""

    vintage: str
    code: str
    name: str
    full_name: str
    province_code: str
    longitude: float | None
    latitude: float | None


def named_units(
    connection: Connection, level: str, province_code: str | None = None
) -> list[NamedUnit]:
    """Return the units of a level in the order of their codes; none before a list is in force."""
    query = (
        select(
            unit.c.vintage, unit.c.code, unit.c.name, unit.c.full_name, unit.c.province_code,
            func.ST_X(unit.c.point).label("longitude"), func.ST_Y(unit.c.point).label("latitude"),
        )
        .join(vintage, vintage.c.name == unit.c.vintage)
        .where(vintage.c.status == "active", unit.c.level == level)
        .order_by(unit.c.code)
    )  # fmt: skip
    if province_code is not None:
        query = query.where(unit.c.province_code == province_code)
    return [NamedUnit(*row) for row in connection.execute(query)]
