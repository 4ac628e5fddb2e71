"""Reads GeoPackage and zipped Shapefile with GDAL, in a child process."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path, PurePosixPath

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.archive import Archive, damaged
from coverage.intake.document import Kind, Limits
from coverage.intake.encodings import Decoded, decode
from coverage.intake.layers import Layer, Place, check_size, numbered
from coverage.intake.process import ChildEnded, Frame, Why, frames
from coverage.vietnamese import nfc

_PROGRAM = Path(__file__).with_name("feature_process.py")
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj")
_RAW_BYTES = "ISO-8859-1"  # every byte of a DBF as one character, to be judged here
_SHAPE_HEADER_BYTES = 100


def read_geopackage(data: bytes, name: str, limits: Limits) -> tuple[Decoded, list[Layer]]:
    """Read every layer with geometries; a table without any is passed over beside them.

    Raises:
        InputRefused: file.damaged, file.too_slow, file.too_much_memory, file.too_many_rows,
            file.too_many_columns.
    """
    layers, found = _read(data, name, Kind.GEOPACKAGE, limits)
    return Decoded("", "unicode", tuple(found)), layers


def read_shapefiles(archive: Archive, limits: Limits) -> tuple[Decoded, list[Layer]]:
    """Read every .shp of a zip, by itself: its text as raw bytes, judged as any other text.

    Raises:
        InputRefused: file.part_missing, text.undecodable, and those of :func:`read_geopackage`.
    """
    layers: list[Layer] = []
    found: list[Finding] = []
    encodings: dict[str, None] = {}
    for shape in archive.parts:
        if not shape.lower().endswith(".shp") or shape.startswith("__MACOSX"):
            continue
        alone, stated = _one_shapefile(archive, shape)
        read, told = _read(alone, archive.name, Kind.SHAPEFILE, limits, _RAW_BYTES)
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
    parts = {
        PurePosixPath(part).suffix.lower(): archive.read(part)
        for part in archive.parts
        if part.lower() == stem + PurePosixPath(part).suffix.lower()
    }
    if ".dbf" not in parts:
        raise InputRefused(
            [finding("file.part_missing", name=archive.name, part=f"{shape[:-4]}.dbf")]
        )
    parts.setdefault(".shx", _index_of(parts[".shp"]))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as alone:
        for ending in _SHAPE_PARTS:
            if ending in parts:
                alone.writestr(f"layer{ending}", parts[ending])
    return held.getvalue(), parts.get(".cpg", b"")[:40].decode("ascii", "ignore").strip()


def _index_of(shapes: bytes) -> bytes:
    """The .shx that a .shp should come with: where each record begins, and how long it is."""
    entries = []
    place = _SHAPE_HEADER_BYTES
    while place + 8 <= len(shapes):
        (words,) = struct.unpack_from(">i", shapes, place + 4)
        if words < 0:
            break
        entries.append(struct.pack(">2i", place // 2, words))
        place += 8 + 2 * words
    header = bytearray(shapes[:_SHAPE_HEADER_BYTES].ljust(_SHAPE_HEADER_BYTES, b"\0"))
    header[24:28] = struct.pack(">i", (_SHAPE_HEADER_BYTES + 8 * len(entries)) // 2)
    return bytes(header) + b"".join(entries)


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
    layer.columns = numbered([next(read, "") for _ in layer.columns])
    for row in layer.rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                row[column] = next(read, "")
    return decoded


def _read(
    data: bytes, name: str, kind: Kind, limits: Limits, encoding: str = ""
) -> tuple[list[Layer], list[Finding]]:
    layers: list[Layer] = []
    found: list[Finding] = []
    try:
        for frame in frames(_PROGRAM, data, limits, [encoding, "places"]):
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
            layers[-1].columns = numbered(fields)
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
