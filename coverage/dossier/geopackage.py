"""Zones, proposed sites and lots as a GeoPackage, written table by table.

GDAL's writer stamps the time of writing into the file; this one depends on the package and on
SQLite alone. What is written follows OGC 12-128r18 (GeoPackage 1.3); of its extensions metadata
is used. The table ``layer_styles`` is QGIS's own: layers open in their colours by themselves.
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
from coverage.dossier.lot_columns import LOT_COLUMNS, SITE_COLUMNS, sites
from coverage.dossier.map_styles import LOTS, SITES, ZONES, LayerStyle
from coverage.dossier.notes import facts
from coverage.dossier.xml_text import xml_text
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
_STYLES_SCHEMA = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME);
"""
_METADATA_SCHEMA = """
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
    md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
    mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""
_METADATA_EXTENSION = "http://www.geopackage.org/spec131/#extension_metadata"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
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
    """One layer: its fields with their SQL types, and each feature's geometry and values.

    A feature without a place has None for its geometry.
    """

    name: str
    geometry_type: str
    description: str
    fields: Sequence[tuple[str, str]]
    features: Sequence[tuple[BaseGeometry | None, Sequence[Value]]]
    style: LayerStyle | None = None


def write(package: Package) -> bytes:
    """Return the GeoPackage: points ``zones`` and ``sites``, areas ``lots``, in WGS 84."""
    changed = utc_text(package.dated).replace("Z", ".000Z")
    layers = [_zones(package), _sites(package), _lots(package)]
    return write_layers(layers, changed, _dublin_core(package))


def write_layers(layers: Sequence[Layer], changed: str, metadata: str = "") -> bytes:
    """Return a GeoPackage of these layers, in WGS 84; ``changed`` is UTC as the standard has it.

    ``metadata`` is XML about the whole file.
    """
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
        _add_styles(database, layers, changed)
        if metadata:
            _add_metadata(database, metadata, changed)
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
        ZONES,
    )


def _sites(package: Package) -> Layer:
    note = "; ".join(package.marks) or None
    return Layer(
        "sites",
        "POINT",
        f"{_marks(package)}Vị trí trạm đề xuất; doanh nghiệp được chọn phương án khác. Trạm dùng "
        "chung hạ tầng có sẵn không có vị trí: Cục cung cấp cho doanh nghiệp được chọn.",
        [*((column.key, _SQL_TYPES[column.kind]) for column in SITE_COLUMNS), ("note", "TEXT")],
        [
            (
                None
                if site.longitude is None or site.latitude is None
                else Point(site.longitude, site.latitude),
                [*(column.value((lot, site)) for column in SITE_COLUMNS), note],
            )
            for lot, site in sites(package)
        ],
        SITES,
    )


def _lots(package: Package) -> Layer:
    note = "; ".join(package.marks) or None
    return Layer(
        "lots",
        "POLYGON",
        f"{_marks(package)}Khung bao các điểm của từng lô, nới {HULL_MARGIN_M} m, chỉ để xem "
        "nhanh; không phải địa giới hành chính và không phải phạm vi phủ sóng.",
        [*((column.key, _SQL_TYPES[column.kind]) for column in LOT_COLUMNS), ("note", "TEXT")],
        [
            (hull(package, lot), [*(column.value(lot) for column in LOT_COLUMNS), note])
            for lot in package.lots
        ],
        LOTS,
    )


def _dublin_core(package: Package) -> str:
    """What the file says of itself, in the fifteen elements that catalogues read."""
    title = f"{_marks(package)}Gói thầu {package.number}, phiên bản {package.version}"
    told = "; ".join(f"{name}: {fact}" for name, fact in facts(package))
    elements = (
        ("title", title), ("creator", package.authority), ("description", told),
        ("date", utc_text(package.dated)), ("language", "vi"), ("coverage", package.province),
        ("identifier", package.file_name), ("source", package.vintage.source),
    )  # fmt: skip
    inner = "".join(f"<dc:{name}>{xml_text(value)}</dc:{name}>" for name, value in elements)
    return f'<metadata xmlns:dc="{_DUBLIN_CORE}">{inner}</metadata>'


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
    placed = [geometry for geometry, _ in layer.features if geometry is not None]
    bounds = shapely.total_bounds(placed).tolist() if placed else [None] * 4
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
            (fid, None if geometry is None else _blob(geometry), *values)
            for fid, (geometry, values) in enumerate(layer.features, start=1)
        ),
    )


def _add_styles(database: sqlite3.Connection, layers: Sequence[Layer], changed: str) -> None:
    styled = [(layer.name, layer.style) for layer in layers if layer.style is not None]
    if not styled:
        return
    database.executescript(_STYLES_SCHEMA)
    database.execute(
        "INSERT INTO gpkg_contents VALUES"
        " ('layer_styles', 'attributes', 'layer_styles', '', ?, NULL, NULL, NULL, NULL, 0)",
        (changed,),
    )
    database.executemany(
        "INSERT INTO layer_styles VALUES (?, '', '', ?, 'geom', ?, ?, ?, 1, '', '', NULL, ?)",
        (
            (number, name, style.name, style.qml, style.sld, changed)
            for number, (name, style) in enumerate(styled, start=1)
        ),
    )


def _add_metadata(database: sqlite3.Connection, metadata: str, changed: str) -> None:
    database.executescript(_METADATA_SCHEMA)
    database.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')",
        [("gpkg_metadata", _METADATA_EXTENSION), ("gpkg_metadata_reference", _METADATA_EXTENSION)],
    )
    database.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'text/xml', ?)",
        (_DUBLIN_CORE, metadata),
    )
    database.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)",
        (changed,),
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
