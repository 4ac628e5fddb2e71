"""The small country as lists in the database and as files of boundaries."""

from dataclasses import replace

import geopandas as gpd
from sqlalchemy import text

from coverage.actions import places
from coverage.places import Level, UnitList
from coverage.storage import places as stored
from tests.small_country import NOW, changes, communes, former, provinces, square

NEXT = "2026-04-30"


def islands():
    return [
        replace(communes()[-1], code=code, name=name, full_name=f"Đặc khu {name}",
                area=square(112.0, south), point=(112.05, south + 0.05))
        for code, name, south in (("20333", "Hoàng Sa", 16.5), ("22736", "Trường Sa", 8.6))
    ]  # fmt: skip


def all_communes():
    return [*communes(), *islands()]


def in_force(database, authority):
    """Store the small country's two lists, the newer one in force; return the database."""
    listed = UnitList(NOW, "thử", True, (*provinces(), *all_communes()))
    with database.transaction(authority) as connection:
        for vintage, status in ((former(), "retired"), (listed, "loaded")):
            stored.add_vintage(connection, vintage, status=status)
            for level in Level:
                stored.replace_units(connection, vintage.vintage, level, vintage.of(level))
        stored.replace_changes(connection, former().vintage, NOW, changes())
        stored.set_active(connection, NOW)
    return database


def written(path, units=None, level=Level.COMMUNE, **columns):
    units = all_communes() if units is None else units
    content = {"code": [unit.code for unit in units],
               "full_name": [unit.full_name for unit in units]} | columns  # fmt: skip
    if level is Level.COMMUNE:
        content["province_code"] = [unit.province_code for unit in units]
    gpd.GeoDataFrame(content, geometry=[unit.area for unit in units], crs="EPSG:4326").to_file(path)
    return path


def load(database, actor, path, vintage=NEXT, *, level=Level.COMMUNE, activate=False):
    return places.load_boundaries(database, actor, path, vintage, level, activate=activate)


def everything(database, actor):
    """All rows that an act on places may touch, as text."""
    with database.transaction(actor) as connection:
        return [
            connection.execute(text(f"SELECT {row}::text FROM phusong.{row} ORDER BY 1"))
            .scalars()
            .all()
            for row in ("vintage", "unit", "unit_change", "organisation", "audit_entry")
        ]


def status_of(database, actor, name):
    return {v.name: v.status for v in places.list_vintages(database, actor)}[name]
