"""The zones and the lots as a GeoPackage, written table by table.

GDAL's writer stamps the time of writing into the file; this one depends on the package and on
SQLite alone. What is written follows OGC 12-128r18 (GeoPackage 1.3): no extension is used.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from coverage.coordinates import to_vn2000, to_wgs84
from coverage.dossier.columns import COLUMNS, Kind, Value, rows
from coverage.packages import Package, PackageLot, utc_text

APPLICATION_ID = 0x47504B47  # "GPKG"
VERSION = 10300
WGS84 = 4326
HULL_MARGIN_M = 1_000  # a lot of one zone must still be an area
_WIDE_GRID = 3405  # VN-2000 / UTM 48: for hulls where the province's meridian is not known

_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)

_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL,
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""
_REFERENCE_SYSTEMS = (
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", "undefined cartesian"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic"),
    ("WGS 84 geodetic", WGS84, "EPSG", WGS84, _WGS84_WKT, "longitude, latitude"),
)

_SQL_TYPES = {
    Kind.TEXT: "TEXT",
    Kind.CODE: "TEXT",
    Kind.COUNT: "INTEGER",
    Kind.DEGREES: "DOUBLE",
    Kind.METRES: "DOUBLE",
    Kind.YES_NO: "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its fields with their SQL types, and each feature's geometry and values."""

    name: str
    geometry_type: str
    description: str
    fields: Sequence[tuple[str, str]]
    features: Sequence[tuple[BaseGeometry, Sequence[Value]]]


def write(package: Package) -> bytes:
    """Return the GeoPackage: layer ``zones`` (points) and layer ``lots`` (areas), in WGS 84."""
    changed = utc_text(package.dated).replace("Z", ".000Z")
    return write_layers([_zones(package), _lots(package)], changed)


def write_layers(layers: Sequence[Layer], changed: str) -> bytes:
    """Return a GeoPackage of these layers, in WGS 84; ``changed`` is UTC as the standard has it."""
    database = sqlite3.connect(":memory:")
    try:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.executescript(_SCHEMA)
        database.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _REFERENCE_SYSTEMS
        )
        for layer in layers:
            _add(database, layer, changed)
        database.commit()
        database.execute("VACUUM")
        return database.serialize()
    finally:
        database.close()


def _zones(package: Package) -> Layer:
    return Layer(
        "zones",
        "POINT",
        f"{_marks(package)}Vùng lõm sóng của gói thầu {package.number}.",
        [(column.key, _SQL_TYPES[column.kind]) for column in COLUMNS],
        [
            (
                Point(row[2].longitude, row[2].latitude),
                [column.value(row) for column in COLUMNS],
            )
            for row in rows(package)
        ],
    )


def _lots(package: Package) -> Layer:
    note = "; ".join(package.marks) or None
    return Layer(
        "lots",
        "POLYGON",
        f"{_marks(package)}Khung bao các điểm của từng lô, nới {HULL_MARGIN_M} m, chỉ để xem "
        "nhanh; không phải địa giới hành chính và không phải phạm vi phủ sóng.",
        [
            ("lot", "INTEGER"), ("name", "TEXT"), ("lot_id", "TEXT"),
            ("zones", "INTEGER"), ("households", "INTEGER"), ("note", "TEXT"),
        ],
        [
            (
                hull(package, lot),
                [lot.number, lot.name, str(lot.id), len(lot.zones), lot.households, note],
            )
            for lot in package.lots
        ],
    )  # fmt: skip


def hull(package: Package, lot: PackageLot) -> Polygon:
    """Return the convex hull of a lot's points with a margin, in WGS 84 degrees.

    It is drawn on the metre grid, so that the margin is the same in every direction.
    """
    epsg = package.grid.epsg if package.grid else _WIDE_GRID
    eastings, northings = to_vn2000(
        epsg, [zone.longitude for zone in lot.zones], [zone.latitude for zone in lot.zones]
    )
    around = shapely.MultiPoint(list(zip(eastings, northings, strict=True))).convex_hull.buffer(
        HULL_MARGIN_M, quad_segs=4
    )
    xs, ys = shapely.get_coordinates(around).T
    longitudes, latitudes = to_wgs84(epsg, xs, ys)
    corners = zip(longitudes.round(7).tolist(), latitudes.round(7).tolist(), strict=True)
    return Polygon(list(corners))


def _add(database: sqlite3.Connection, layer: Layer, changed: str) -> None:
    fields = ", ".join(f'"{name}" {sql_type}' for name, sql_type in layer.fields)
    database.execute(
        f'CREATE TABLE "{layer.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,'
        f" geom {layer.geometry_type}, {fields})"
    )
    bounds = shapely.total_bounds([geometry for geometry, _ in layer.features]).tolist()
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        (layer.name, layer.name, layer.description, changed, *bounds, WGS84),
    )
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (layer.name, layer.geometry_type, WGS84),
    )
    places = ", ".join("?" * (len(layer.fields) + 2))
    database.executemany(
        f'INSERT INTO "{layer.name}" VALUES ({places})',  # noqa: S608 - our own layers' names
        (
            (fid, _blob(geometry), *values)
            for fid, (geometry, values) in enumerate(layer.features, start=1)
        ),
    )


def _blob(geometry: BaseGeometry) -> bytes:
    """A geometry as the standard stores it: header, envelope of all but points, WKB."""
    if geometry.geom_type == "Point":
        envelope, flags = b"", 0b00000001
    else:
        west, south, east, north = geometry.bounds
        envelope, flags = struct.pack("<4d", west, east, south, north), 0b00000011
    header = struct.pack("<2sBBi", b"GP", 0, flags, WGS84)
    return header + envelope + bytes(shapely.to_wkb(geometry, byte_order=1))


def _marks(package: Package) -> str:
    return "".join(f"{mark}. " for mark in package.marks)
