"""Reading what a map draws: outlines, names, zones, lots and sites, as far as the actor may see."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import shapely
from sqlalchemy import Connection, func, select, text

from coverage.lots import LotStatus
from coverage.places.approximate import as_multipolygon
from coverage.places.units import Level, Unit
from coverage.storage.lots import StoredLot, lots_of
from coverage.storage.tables.lots import lot
from coverage.storage.tables.people import organisation
from coverage.storage.tables.places import unit
from coverage.storage.tables.towers import site_operator
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder, page

_EVERY_ZONE = 1_000_000  # more than a country has villages

# Everything that lies behind a commune in the lists before, whatever it was called then.
_BEHIND = text(
    "WITH RECURSIVE behind (code, vintage, level, old_code) AS ("
    "  SELECT new_code, old_vintage, level, old_code FROM phusong.unit_change"
    "  WHERE new_vintage = :vintage AND level <> 'province' AND new_code = ANY(:codes)"
    "  UNION"
    "  SELECT behind.code, earlier.old_vintage, earlier.level, earlier.old_code FROM behind"
    "  JOIN phusong.unit_change AS earlier ON earlier.new_vintage = behind.vintage"
    "   AND earlier.new_code = behind.old_code AND earlier.level <> 'province')"
    " SELECT code, vintage, level, old_code FROM behind"
)

_COMMUNES = text(
    "SELECT code, name, full_name, province_code, ST_AsBinary(area) AS area FROM phusong.unit"
    " WHERE vintage = :vintage AND level = 'commune' AND province_code = :province"
    "  AND area IS NOT NULL ORDER BY code"
)


@dataclass(frozen=True, slots=True)
class SeenSite:
    """One operator's equipment on a site, that the actor may see; WGS 84 degrees."""

    longitude: float
    latitude: float
    operator: str
    technologies: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Box:
    """Where sites are wanted, in WGS 84 degrees."""

    west: float
    south: float
    east: float
    north: float


def zones(connection: Connection, province_code: str | None) -> tuple[ListedZone, ...]:
    """Return the zones of a province, or of the country, that the actor sees."""
    wanted = ZoneFilter(province_code=province_code)
    return page(connection, wanted, ZoneOrder.ID, None, _EVERY_ZONE).zones


def standing_lots(connection: Connection, province_code: str) -> list[StoredLot]:
    """Return the province's lots that were not dissolved, by number."""
    return [
        found
        for found in lots_of(connection, province_code)
        if found.status is not LotStatus.DISSOLVED
    ]


def province_of_lot(connection: Connection, lot_id: uuid.UUID) -> str | None:
    """Return the province of a lot, or None when the actor sees none of this id."""
    code = connection.execute(select(lot.c.province_code).where(lot.c.id == lot_id)).scalar()
    return None if code is None else str(code)


def communes(connection: Connection, vintage: str, province_code: str) -> list[Unit]:
    """Return the communes of a province with their areas, by code."""
    rows = connection.execute(_COMMUNES, {"vintage": vintage, "province": province_code})
    return [
        Unit(
            Level.COMMUNE, row.code, row.name, row.full_name, row.province_code,
            area=as_multipolygon(shapely.from_wkb(bytes(row.area))),
        )
        for row in rows
    ]  # fmt: skip


def former_names(
    connection: Connection, vintage: str, codes: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Return the full names of the units that became each commune, its present name left out.

    Names are joined here: just after a list is loaded there are no statistics, and the planner
    then looked each of 12,000 up in the wrong index (4.9 s for the country).
    """
    if not codes:
        return {}
    behind = connection.execute(_BEHIND, {"vintage": vintage, "codes": sorted(codes)}).all()
    columns = (unit.c.vintage, unit.c.level, unit.c.code, unit.c.full_name)
    named = select(*columns).where(unit.c.level != Level.PROVINCE.value)
    names = {(row[0], row[1], row[2]): row[3] for row in connection.execute(named)}
    found: dict[str, set[str]] = {}
    for row in behind:
        former = names.get((row.vintage, row.level, row.old_code))
        if former is not None and former != names.get((vintage, Level.COMMUNE.value, row.code)):
            found.setdefault(row.code, set()).add(former)
    return {code: tuple(sorted(former)) for code, former in sorted(found.items())}


def sites(connection: Connection, within: Box | None) -> list[SeenSite]:
    """Return the operators' sites on air that the actor may see, in a box or everywhere."""
    columns = site_operator.c
    query = (
        select(
            func.ST_X(columns.point).label("longitude"),
            func.ST_Y(columns.point).label("latitude"),
            organisation.c.name.label("operator"),
            columns.technologies,
            columns.site_code,
        )
        .join(organisation, organisation.c.id == columns.operator_id)
        .where(columns.on_air.is_not(False))  # a planned site is none yet
        .order_by(organisation.c.name, columns.site_id, columns.site_code)
    )
    if within is not None:
        box = func.ST_MakeEnvelope(within.west, within.south, within.east, within.north, 4326)
        query = query.where(columns.point.op("&&")(box))
    return [
        SeenSite(row.longitude, row.latitude, row.operator, tuple(row.technologies), row.site_code)
        for row in connection.execute(query)
    ]
