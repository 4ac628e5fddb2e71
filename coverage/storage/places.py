"""Vintages, units and changes: storing them whole, and reading them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import shapely
from sqlalchemy import Connection, delete, func, select, text, update

from coverage.coordinates import Limits
from coverage.errors import NotFound
from coverage.places.gazetteer import Gazetteer
from coverage.places.units import Change, Level, Unit, UnitList
from coverage.storage.criteria import setting_in_force
from coverage.storage.tables.places import unit, unit_change, vintage


@dataclass(frozen=True, slots=True)
class Vintage:
    """One list of units, without the units; ``counts`` are by level."""

    name: str
    status: str
    approximate: bool
    source: str
    report: Mapping[str, object]
    loaded_at: dt.datetime
    activated_at: dt.datetime | None
    counts: Mapping[Level, int]


def vintages(connection: Connection) -> list[Vintage]:
    """Return every vintage, the oldest first."""
    counts: dict[str, dict[Level, int]] = {}
    counted = select(unit.c.vintage, unit.c.level, func.count()).group_by(
        unit.c.vintage, unit.c.level
    )
    for name, level, count in connection.execute(counted):
        counts.setdefault(name, {})[Level(level)] = count
    return [
        Vintage(
            row.name, row.status, row.approximate, row.source, row.report or {},
            row.loaded_at, row.activated_at, counts.get(row.name, {}),
        )
        for row in connection.execute(select(vintage).order_by(vintage.c.name))
    ]  # fmt: skip


def find_vintage(connection: Connection, name: str) -> Vintage:
    """Return one vintage.

    Raises:
        NotFound: it was never loaded.
    """
    for known in vintages(connection):
        if known.name == name:
            return known
    raise NotFound("vintage", name)


def active_vintage(connection: Connection) -> str:
    """Return the name of the vintage in force.

    Raises:
        NotFound: none was activated yet.
    """
    name = connection.execute(select(vintage.c.name).where(vintage.c.status == "active")).scalar()
    if name is None:
        raise NotFound("vintage", "active")
    return str(name)


def lock(connection: Connection) -> None:
    """Let no other act change the lists, nor report zones by them, until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 2), pg_advisory_xact_lock(452, 24)"))


def hold_still(connection: Connection) -> None:
    """Let no list give the zones other codes until this transaction ends; waits for one that does.

    Whoever writes zones by the codes of the list in force asks for this first: otherwise a zone
    reported while the next list comes into force would stay in the old one.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(452, 24)"))


def add_vintage(connection: Connection, listed: UnitList, *, status: str = "loaded") -> None:
    """Store a new vintage without its units."""
    connection.execute(
        vintage.insert().values(
            name=listed.vintage, status=status, approximate=listed.approximate,
            source=listed.source,
        )
    )  # fmt: skip


def set_status(connection: Connection, name: str, status: str) -> None:
    """Say how far a vintage has come that is not yet in force: loaded, or checked."""
    connection.execute(
        update(vintage)
        .where(vintage.c.name == name, vintage.c.status.in_(("loaded", "checked")))
        .values(status=status)
    )


def set_report(connection: Connection, name: str, report: Mapping[str, object]) -> None:
    """Replace what is known of a vintage: where it came from and what the check found."""
    connection.execute(update(vintage).where(vintage.c.name == name).values(report=dict(report)))


def set_source(connection: Connection, name: str, source: str) -> None:
    """Replace the words that say where a vintage's units come from."""
    connection.execute(update(vintage).where(vintage.c.name == name).values(source=source))


def set_exact(connection: Connection, name: str) -> None:
    """Say that a vintage's areas are no longer made from points."""
    connection.execute(update(vintage).where(vintage.c.name == name).values(approximate=False))


def set_active(connection: Connection, name: str) -> str | None:
    """Put a vintage in force and retire the one that was; return the retired one's name."""
    retired = connection.execute(
        update(vintage)
        .where(vintage.c.status == "active", vintage.c.name != name)
        .values(status="retired")
        .returning(vintage.c.name)
    ).scalar()
    connection.execute(
        update(vintage)
        .where(vintage.c.name == name)
        .values(status="active", activated_at=func.now())
    )
    return None if retired is None else str(retired)


def replace_units(
    connection: Connection, vintage_name: str, level: Level, units: Iterable[Unit]
) -> None:
    """Make ``units`` the vintage's units of this level, in one statement.

    COPY would be the usual way, and PostgreSQL refuses it under row-level security.
    """
    connection.execute(
        delete(unit).where(unit.c.vintage == vintage_name, unit.c.level == level.value)
    )
    rows = list(units)
    if not rows:
        return
    connection.execute(
        text(
            "INSERT INTO phusong.unit (vintage, level, code, name, full_name, name_en,"
            " province_code, district_code, area_km2, point, area)"
            " SELECT :vintage, :level, code, name, full_name, name_en, province_code,"
            " district_code, area_km2, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326),"
            " ST_GeomFromWKB(area, 4326)"
            " FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[]),"
            " CAST(:full_names AS text[]), CAST(:names_en AS text[]),"
            " CAST(:provinces AS text[]), CAST(:districts AS text[]),"
            " CAST(:areas_km2 AS float8[]), CAST(:longitudes AS float8[]),"
            " CAST(:latitudes AS float8[]), CAST(:areas AS bytea[]))"
            " AS given (code, name, full_name, name_en, province_code, district_code, area_km2,"
            " longitude, latitude, area)"
        ),
        {
            "vintage": vintage_name,
            "level": level.value,
            "codes": [row.code for row in rows],
            "names": [row.name for row in rows],
            "full_names": [row.full_name for row in rows],
            "names_en": [row.name_en for row in rows],
            "provinces": [row.province_code for row in rows],
            "districts": [row.district_code for row in rows],
            "areas_km2": [row.area_km2 for row in rows],
            "longitudes": [row.point[0] if row.point else None for row in rows],
            "latitudes": [row.point[1] if row.point else None for row in rows],
            "areas": [None if row.area is None else shapely.to_wkb(row.area) for row in rows],
        },
    )


def units(
    connection: Connection, vintage_name: str, level: Level, *, areas: bool = True
) -> list[Unit]:
    """Return the units of one level of one vintage by code, with their areas unless told not."""
    rows = connection.execute(
        text(
            "SELECT code, name, full_name, name_en, province_code, district_code, area_km2,"
            " ST_X(point) AS longitude, ST_Y(point) AS latitude,"
            " CASE WHEN :areas THEN ST_AsBinary(area) END AS area"
            " FROM phusong.unit WHERE vintage = :vintage AND level = :level ORDER BY code"
        ),
        {"vintage": vintage_name, "level": level.value, "areas": areas},
    ).all()
    shapes = shapely.from_wkb([row.area and bytes(row.area) for row in rows])
    return [
        Unit(
            level, row.code, row.name, row.full_name, row.province_code, row.name_en,
            row.district_code, row.area_km2,
            None if row.longitude is None else (row.longitude, row.latitude), shape,
        )
        for row, shape in zip(rows, shapes, strict=True)
    ]  # fmt: skip


def unit_list(connection: Connection, vintage_name: str, *, areas: bool = False) -> UnitList:
    """Return a whole vintage; ``areas`` asks for those of the communes, never of the others.

    Raises:
        NotFound: it was never loaded.
    """
    known = find_vintage(connection, vintage_name)
    every = [
        found
        for level in Level
        for found in units(connection, vintage_name, level, areas=areas and level is Level.COMMUNE)
    ]
    return UnitList(vintage_name, known.source, known.approximate, tuple(every))


def replace_changes(
    connection: Connection, old_vintage: str, new_vintage: str, changes: Iterable[Change]
) -> None:
    """Make ``changes`` everything that is known from the one vintage to the other."""
    connection.execute(
        delete(unit_change).where(
            unit_change.c.old_vintage == old_vintage, unit_change.c.new_vintage == new_vintage
        )
    )
    rows = list(changes)
    if not rows:
        return
    connection.execute(
        text(
            "INSERT INTO phusong.unit_change"
            " (old_vintage, old_code, new_vintage, new_code, part, note, level)"
            " SELECT :old, old_code, :new, new_code, part, note, level"
            " FROM unnest(CAST(:old_codes AS text[]), CAST(:new_codes AS text[]),"
            " CAST(:parts AS boolean[]), CAST(:notes AS text[]), CAST(:levels AS text[]))"
            " AS given (old_code, new_code, part, note, level)"
        ),
        {
            "old": old_vintage,
            "new": new_vintage,
            "old_codes": [row.old_code for row in rows],
            "new_codes": [row.new_code for row in rows],
            "parts": [row.part for row in rows],
            "notes": [row.note for row in rows],
            "levels": [row.level.value for row in rows],
        },
    )


def changes(
    connection: Connection, old_vintage: str | None = None, new_vintage: str | None = None
) -> list[Change]:
    """Return the changes from and to these vintages, or all of them, in a fixed order."""
    columns = unit_change.c
    query = select(
        columns.old_vintage, columns.old_code, columns.new_vintage, columns.new_code,
        columns.part, columns.note, columns.level,
    ).order_by(columns.old_vintage, columns.new_vintage, columns.old_code, columns.new_code)  # fmt: skip
    if old_vintage is not None:
        query = query.where(columns.old_vintage == old_vintage)
    if new_vintage is not None:
        query = query.where(columns.new_vintage == new_vintage)
    return [
        Change(
            row.old_vintage, row.old_code, row.new_vintage, row.new_code, row.part, row.note,
            Level(row.level),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def province_name(connection: Connection, code: str, vintage_name: str | None = None) -> str:
    """Return a province's full name in a vintage, by default the one in force.

    Raises:
        NotFound: there is no such province code in it.
    """
    name = connection.execute(
        select(unit.c.full_name).where(
            unit.c.vintage == (vintage_name or active_vintage(connection)),
            unit.c.level == Level.PROVINCE.value,
            unit.c.code == code,
        )
    ).scalar()
    if name is None:
        raise NotFound("province", code)
    return str(name)


def limits(connection: Connection) -> Limits:
    """Return how far from the declared commune a point may lie, as the settings say today."""
    return Limits(
        border_band_m=float(setting_in_force(connection, "border_band_m")),
        tolerance_m=float(setting_in_force(connection, "commune_tolerance_m")),
    )


def gazetteer(connection: Connection, vintage_name: str | None = None) -> Gazetteer:
    """Return the gazetteer of a vintage, by default the one in force.

    It takes about half a second to build, so the last one is kept and handed out again as long
    as no list has changed.

    Raises:
        NotFound: no such vintage, or none is in force.
    """
    name = vintage_name or active_vintage(connection)
    find_vintage(connection, name)
    state = (str(connection.engine.url), name, _state(connection))
    kept = _KEPT.get("last")
    if kept is None or kept[0] != state:
        kept = _KEPT["last"] = (state, _gazetteer(connection, name))
    return kept[1]


_KEPT: dict[str, tuple[tuple[str, str, str], Gazetteer]] = {}  # the last one made, whole


def _state(connection: Connection) -> str:
    """Text that is another one after any act on the lists: every act rewrites a vintage's row."""
    return str(
        connection.execute(
            text("SELECT string_agg(name || xmin::text, ' ' ORDER BY name) FROM phusong.vintage")
        ).scalar()
    )


def _gazetteer(connection: Connection, name: str) -> Gazetteer:
    earlier = [known.name for known in vintages(connection) if known.name < name]
    return Gazetteer.from_units(
        unit_list(connection, name, areas=True),
        [unit_list(connection, vintage_name) for vintage_name in earlier],
        changes(connection),
    )
