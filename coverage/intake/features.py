"""Reads maps: GeoJSON, KML, KMZ, GPX, GeoPackage and zipped Shapefile, one sheet per layer."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.archive import Archive, damaged
from coverage.intake.crs import carry, is_wgs84
from coverage.intake.document import Cell, Document, Kind, Limits, Point, Sheet, listed
from coverage.intake.encodings import Decoded, decode
from coverage.intake.fonts import without_font_encodings
from coverage.intake.geojson import read_geojson
from coverage.intake.gpx import read_gpx
from coverage.intake.kml import read_kml, read_kmz
from coverage.intake.layers import WGS84, Layer, Place, check_size
from coverage.intake.process import ChildEnded, Frame, Why, frames
from coverage.vietnamese import nfc

_PROGRAM = Path(__file__).with_name("feature_process.py")
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj")
_RAW_BYTES = "ISO-8859-1"  # every byte of a DBF as one character, to be judged here
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
            return _read_shapefiles(archive, limits)
        case _:
            layers, found = _read_with_gdal(data, name, kind, limits)
            return Decoded("", "unicode", tuple(found)), layers


def _read_shapefiles(archive: Archive, limits: Limits) -> tuple[Decoded, list[Layer]]:
    """Every .shp of a zip, by itself: its text as raw bytes, then judged as any other text."""
    layers: list[Layer] = []
    found: list[Finding] = []
    encodings: dict[str, None] = {}
    for shape in archive.parts:
        if not shape.lower().endswith(".shp") or shape.startswith("__MACOSX"):
            continue
        alone, stated = _one_shapefile(archive, shape)
        read, told = _read_with_gdal(alone, archive.name, Kind.SHAPEFILE, limits, _RAW_BYTES)
        for layer in read:
            layer.name = PurePosixPath(shape).stem
            decoded = _decode_layer(layer, stated)
            encodings[decoded.encoding] = None
            told += decoded.findings
        layers += read
        found += told
    check_size(layers, archive.name, limits)
    return Decoded("", ", ".join(encodings), tuple(found)), layers


def _one_shapefile(archive: Archive, shape: str) -> tuple[bytes, str]:
    """A zip of one layer's own parts under plain names, and the encoding its .cpg states."""
    stem = shape[:-4].lower()
    held = io.BytesIO()
    stated = ""
    with zipfile.ZipFile(held, "w") as alone:
        for part in archive.parts:
            ending = PurePosixPath(part).suffix.lower()
            if part.lower() == stem + ending and ending in _SHAPE_PARTS:
                alone.writestr(f"layer{ending}", archive.read(part))
            elif part.lower() == stem + ".cpg":
                stated = archive.read(part)[:40].decode("ascii", "ignore").strip()
    return held.getvalue(), stated


def _decode_layer(layer: Layer, stated: str) -> Decoded:
    """Turn the raw bytes of a DBF into text, all of the layer's by one encoding.

    A name that a DBF field cut in the middle of a UTF-8 letter loses that letter's rest.
    """
    texts = [*layer.columns, *(c for row in layer.rows for c in row if isinstance(c, str))]
    raw = "\n".join(text.replace("\n", " ") for text in texts).encode("latin-1", "replace")
    if stated.upper().replace("-", "") in {"UTF8", "65001"}:
        decoded = decode(raw.decode("utf-8", "ignore").encode(), layer.name)
    else:
        decoded = decode(raw, layer.name)
    read = iter(decoded.text.split("\n"))
    names = [next(read, "") for _ in layer.columns]
    layer.columns = {name or f"#{index + 1}": index for index, name in enumerate(names)}
    for row in layer.rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                row[column] = next(read, "")
    return decoded


def _read_with_gdal(
    data: bytes, name: str, kind: Kind, limits: Limits, encoding: str = ""
) -> tuple[list[Layer], list[Finding]]:
    layers: list[Layer] = []
    found: list[Finding] = []
    try:
        for frame in frames(_PROGRAM, data, limits, [encoding]):
            _take(frame, layers, found, name, limits)
    except ChildEnded as ended:
        raise _refusal(ended.why, name, kind, limits) from ended
    check_size(layers, name, limits)
    return layers, found


def _take(
    frame: Frame, layers: list[Layer], found: list[Finding], name: str, limits: Limits
) -> None:
    """Take one frame of the child: a layer begins, rows of it, or the end of hope."""
    match frame:
        case ("layer", layer_name, crs, fields, _):
            layers.append(Layer(nfc(layer_name), crs))
            layers[-1].columns = {field: index for index, field in enumerate(fields)}
        case ("rows", rows, places):
            layers[-1].rows.extend(rows)
            layers[-1].places.extend(_place(place) for place in places)
        case ("passed_over", layer_name, count):
            what, what_en = "bảng không có vị trí", "a table without positions"
            found.append(
                finding(
                    "file.layer_passed_over",
                    sheet=layer_name, count=count, what=what, what_en=what_en,
                )
            )  # fmt: skip
        case ("error", "rows", _):
            raise InputRefused([finding("file.too_many_rows", name=name, limit=limits.rows)])
        case ("error", "memory", _):
            raise ChildEnded(Why.MEMORY)
        case _:
            raise ChildEnded(Why.CRASH)


def _refusal(why: Why, name: str, kind: Kind, limits: Limits) -> InputRefused:
    match why:
        case Why.TIME:
            told = finding("file.too_slow", name=name, limit=f"{limits.seconds:g}")
            return InputRefused([told])
        case Why.MEMORY:
            return InputRefused([finding("file.too_much_memory", name=name)])
        case _:
            return damaged(name, kind)


def _place(place: tuple[float, float, str] | None) -> Place | None:
    if place is None:
        return None
    x, y, kind = place
    raw = f"{x!r}, {y!r}" if kind == "Point" else f"{kind} ({x:.6f}, {y:.6f})"
    return Place(x, y, raw, stands_for_shape=kind != "Point")


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
