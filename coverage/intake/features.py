"""Reads maps: GeoJSON, KML, KMZ, GPX, GeoPackage and zipped Shapefile, one sheet per layer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.archive import Archive
from coverage.intake.crs import carry, is_wgs84
from coverage.intake.document import Cell, Document, Kind, Limits, Point, Sheet, listed
from coverage.intake.encodings import Decoded
from coverage.intake.fonts import without_font_encodings
from coverage.intake.gdal_layers import read_geopackage, read_shapefiles
from coverage.intake.geojson import read_geojson
from coverage.intake.gpx import read_gpx
from coverage.intake.kml import read_kml, read_kmz
from coverage.intake.layers import WGS84, Layer, Place
from coverage.vietnamese import nfc

_DEGREES = 180  # the most that a longitude can be, and more than any latitude


def read_features(
    data: bytes, name: str, kind: Kind, limits: Limits, archive: Archive | None
) -> Document:
    """Read every layer of a map; ``archive`` is the zip of a KMZ or a Shapefile.

    Raises:
        InputRefused: file.damaged, file.entities, file.wrong_type, file.too_slow,
            file.too_much_memory, file.too_many_rows, file.too_many_columns, file.crs_unknown,
            file.no_sheets.
    """
    decoded, layers = _layers(data, name, kind, limits, archive)
    found = list(decoded.findings)
    sheets = []
    for layer in layers:
        sheet, told = _finished(layer)
        sheets.append(sheet)
        found.extend(told)
    if not any(sheet.rows for sheet in sheets):
        raise InputRefused([finding("file.no_sheets", name=name), *found])
    return Document(kind, decoded.encoding, tuple(sheets), tuple(found))


def _layers(
    data: bytes, name: str, kind: Kind, limits: Limits, archive: Archive | None
) -> tuple[Decoded, list[Layer]]:
    match kind:
        case Kind.GEOJSON:
            return read_geojson(data, name, limits)
        case Kind.KML:
            return read_kml(data, name, limits)
        case Kind.GPX:
            return read_gpx(data, name, limits)
        case Kind.KMZ if archive is not None:
            return read_kmz(archive, limits)
        case Kind.SHAPEFILE if archive is not None:
            return read_shapefiles(archive, limits)
        case _:
            return read_geopackage(data, name, limits)


def _finished(layer: Layer) -> tuple[Sheet, list[Finding]]:
    """The neutral sheet of a layer, its places in WGS 84 where its system is known."""
    crs, points, found = _carried(layer)
    width = len(layer.columns)
    sheet = Sheet(
        name=layer.name,
        rows=[_full(row, width) for row in layer.rows],
        row_numbers=range(1, len(layer.rows) + 1),
        columns=tuple(map(nfc, layer.columns)),
        points=points if any(layer.places) or not layer.rows else None,
        crs=crs,
    )
    sheet, repaired = without_font_encodings(sheet)
    places = enumerate(layer.places, start=1)
    nowhere = [number for number, place in places if place is None] if sheet.points else []
    places = enumerate(layer.places, start=1)
    shapes = [number for number, place in places if place and place.stands_for_shape]
    for rule, numbers in (("file.not_points", shapes), ("file.no_geometry", nowhere)):
        if numbers:
            found.append(finding(rule, sheet=layer.name, count=len(numbers), lines=listed(numbers)))
    return sheet, found + repaired


def _full(row: Sequence[Cell], width: int) -> list[Cell]:
    cells = [nfc(cell) if isinstance(cell, str) else cell for cell in row]
    return cells + [""] * (width - len(cells))


def _carried(layer: Layer) -> tuple[str | None, tuple[Point | None, ...], list[Finding]]:
    """The system and places of a layer: WGS 84, or as written where the system is not known.

    Raises:
        InputRefused: file.crs_unknown.
    """
    places = [place for place in layer.places if place is not None]
    as_written = tuple(
        Point(place.x, place.y, place.raw) if place is not None else None for place in layer.places
    )
    if not places:
        return layer.crs, as_written, []
    in_degrees = sum(abs(p.x) <= _DEGREES and abs(p.y) <= _DEGREES for p in places)
    looks_like_degrees = in_degrees * 2 > len(places)
    if layer.crs is None and looks_like_degrees:
        return WGS84, as_written, [finding("file.crs_assumed", sheet=layer.name)]
    if layer.crs is None or (is_wgs84(layer.crs) and not looks_like_degrees):
        return None, as_written, [finding("file.no_crs", sheet=layer.name, sample=places[0].raw)]
    if is_wgs84(layer.crs):
        return WGS84, as_written, []
    carried = carry(layer.crs, [place.x for place in places], [place.y for place in places])
    if carried is None:
        raise InputRefused([finding("file.crs_unknown", sheet=layer.name, crs=layer.crs[:80])])
    there = iter(zip(carried.longitudes, carried.latitudes, places, strict=True))
    points = tuple(None if place is None else _point(*next(there)) for place in layer.places)
    told = finding("file.crs_transformed", sheet=layer.name, crs=carried.label)
    return carried.label, points, [told]


def _point(longitude: float, latitude: float, place: Place) -> Point | None:
    is_somewhere = math.isfinite(longitude) and math.isfinite(latitude)
    return Point(float(longitude), float(latitude), place.raw) if is_somewhere else None
