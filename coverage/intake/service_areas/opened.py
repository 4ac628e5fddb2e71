"""What kind of map a file is, and its layers with their shapes as they are written.

The parsing is done in a child process (feature_process.py); of a zip only the parts that belong to
a layer are handed to it, under plain names, so that no part can lead anywhere else.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

import numpy as np
import shapely
from numpy.typing import NDArray

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake import files
from coverage.intake.archive import Archive, refuse_entities
from coverage.intake.document import Cell, Kind, Limits
from coverage.intake.encodings import decode
from coverage.intake.process import ChildEnded, Frame, Why, frames
from coverage.intake.signatures import SQLITE, ZIP, Foreign, foreign_start
from coverage.vietnamese import nfc

_PROGRAM = Path(__file__).parents[1] / "feature_process.py"
_RAW_BYTES = "ISO-8859-1"  # every byte of a text as one character, to be judged here
_PARTS = {
    ".shp": (".shp", ".shx", ".dbf", ".prj"),
    ".tab": (".tab", ".dat", ".map", ".id"),
    ".mif": (".mif", ".mid"),
}
_NEEDED = {".shp": (".dbf", ".shx"), ".tab": (".dat", ".map", ".id"), ".mif": ()}
_WHOLE = (".gpkg", ".kml", ".geojson", ".json")
_CRS_MEMBER = re.compile(rb'"crs"\s*:\s*\{')
_NATIVE = re.compile(rb"type\s+native", re.IGNORECASE)
_FILE_REFERENCE = re.compile(rb'(?im)^\s*(?:file\s+"|create\s+view|open\s+table)')

Shapes = NDArray[np.object_]


class MapKind(StrEnum):
    """What a file with polygons is."""

    GEOPACKAGE = "geopackage"
    SHAPEFILE = "shapefile"
    GEOJSON = "geojson"
    KML = "kml"
    MAPINFO = "mapinfo"


_SUFFIX_KINDS = {
    ".shp": MapKind.SHAPEFILE, ".tab": MapKind.MAPINFO, ".mif": MapKind.MAPINFO,
    ".gpkg": MapKind.GEOPACKAGE, ".kml": MapKind.KML, ".geojson": MapKind.GEOJSON,
    ".json": MapKind.GEOJSON,
}  # fmt: skip


@dataclass(slots=True)
class AreaLayer:
    """A layer's features in their own order: its values and its shapes, in the file's system.

    ``crs`` is what the file states; None where it states nothing. ``broken`` counts shapes that
    are no geometry at all; they are None among the shapes.
    """

    name: str
    kind: MapKind
    crs: str | None
    columns: list[str]
    rows: list[list[Cell]] = field(default_factory=list)
    parts: list[Shapes] = field(default_factory=list)

    @property
    def shapes(self) -> Shapes:
        """Every feature's shape, or None."""
        return np.concatenate(self.parts) if self.parts else np.empty(0, dtype=np.object_)

    @property
    def prefix(self) -> str:
        """The layer's name before a sentence: ``[4G] ``, or nothing where it has none."""
        return f"[{self.name}] " if self.name else ""


def open_layers(
    data: bytes, name: str, limits: Limits, *, values: bool = True
) -> tuple[tuple[MapKind, ...], list[AreaLayer], list[Finding]]:
    """Return what the file is, its layers with shapes, and what was found on the way.

    Without ``values`` no column is read and every row is empty.

    Raises:
        InputRefused: families file and text, and service_area.wrong_type.
    """
    if not data.strip(b"\0\r\n\t "):
        raise InputRefused([finding("file.empty", name=name)])
    found: list[Finding] = []
    layers: list[AreaLayer] = []
    for kind, label, content, encoding in _sources(data, name, limits):
        for layer in _read(content, name, kind, limits, encoding, values=values):
            layer.name = nfc(label or _own_name(layer.name, kind))
            if encoding and values:
                found += _decode(layer)
            if kind is MapKind.GEOJSON and not _CRS_MEMBER.search(content):
                layer.crs = None
            layers.append(layer)
    total = sum(len(layer.rows) for layer in layers)
    if total > limits.rows:
        raise InputRefused([finding("file.too_many_rows", name=name, limit=limits.rows)])
    return tuple(dict.fromkeys(layer.kind for layer in layers)), layers, found


def _own_name(name: str, kind: MapKind) -> str:
    """GDAL names a layer after a file of its own where the map names none."""
    return (
        ""
        if kind is MapKind.GEOJSON or re.fullmatch(r"(?:pyogrio_)?[0-9a-f]{32}.*", name)
        else name
    )


def _sources(data: bytes, name: str, limits: Limits) -> list[tuple[MapKind, str, bytes, str]]:
    """What to hand to the child: kind, the layer's name or "", bytes, encoding of the text."""
    if data.startswith(SQLITE):
        return [(MapKind.GEOPACKAGE, "", data, "")]
    if data.startswith(ZIP):
        return _of_archive(Archive(data, name, None, limits), limits)
    if foreign := foreign_start(data, name):
        raise _wrong_type(name, foreign)
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"!table", b"version ")):
        raise InputRefused([finding("service_area.bare_part", name=name)])
    kind, _ = files.recognise(data, name, limits)
    match kind:
        case Kind.GEOJSON:
            return [(MapKind.GEOJSON, "", data, "")]
        case Kind.KML:
            refuse_entities(data, name, name)
            return [(MapKind.KML, "", data, "")]
        case _:
            raise _wrong_type(name, None)


def _of_archive(archive: Archive, limits: Limits) -> list[tuple[MapKind, str, bytes, str]]:
    sources: list[tuple[MapKind, str, bytes, str]] = []
    for part in archive.parts:
        path = PurePosixPath(part)
        suffix = path.suffix.lower()
        if part.startswith("__MACOSX") or path.name.startswith("."):
            continue
        if suffix in _PARTS:
            content, encoding = _one_layer(archive, part, suffix)
            sources.append((_SUFFIX_KINDS[suffix], path.stem, content, encoding))
        elif suffix in _WHOLE:
            content = archive.read(part)
            if suffix == ".kml":
                refuse_entities(content, archive.name, part)
            label = path.stem if suffix in {".geojson", ".json"} else ""
            sources.append((_SUFFIX_KINDS[suffix], label, content, ""))
    if not sources:
        raise _wrong_type(archive.name, None)
    if sum(len(content) for _, _, content, _ in sources) > limits.unpacked_bytes:
        raise InputRefused([finding("file.bomb", name=archive.name, size="…")])
    return sources


def _one_layer(archive: Archive, main: str, suffix: str) -> tuple[bytes, str]:
    """A zip of one layer's own parts under plain names, and the encoding to read its text by."""
    stem = main[: -len(suffix)].lower()
    parts = {
        PurePosixPath(part).suffix.lower(): archive.read(part)
        for part in archive.parts
        if part.lower() == stem + PurePosixPath(part).suffix.lower()
    }
    if suffix == ".tab" and (
        not _NATIVE.search(parts[".tab"]) or _FILE_REFERENCE.search(parts[".tab"])
    ):
        raise InputRefused([finding("service_area.linked_table", name=archive.name, part=main)])
    for needed in _NEEDED[suffix]:
        if needed not in parts:
            told = finding("file.part_missing", name=archive.name, part=main[:-4] + needed)
            raise InputRefused([told])
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as alone:
        for ending in _PARTS[suffix]:
            if ending in parts:
                alone.writestr(f"layer{ending}", parts[ending])
        if suffix == ".mif" and ".mid" not in parts:
            alone.writestr("layer.mid", b"")
    stated = parts.get(".cpg", b"")[:40].decode("ascii", "ignore").strip().upper()
    if suffix != ".shp":
        return held.getvalue(), ""
    return held.getvalue(), "" if stated.replace("-", "") in {"UTF8", "65001"} else _RAW_BYTES


def _read(
    data: bytes, name: str, kind: MapKind, limits: Limits, encoding: str, *, values: bool
) -> list[AreaLayer]:
    layers: list[AreaLayer] = []
    try:
        for frame in frames(_PROGRAM, data, limits, [encoding, "shapes" if values else "bare"]):
            _take(frame, layers, kind, name, limits)
    except ChildEnded as ended:
        raise _refusal(ended.why, name, limits) from ended
    return layers


def _take(frame: Frame, layers: list[AreaLayer], kind: MapKind, name: str, limits: Limits) -> None:
    match frame:
        case ("layer", layer_name, crs, columns, _):
            layers.append(AreaLayer(layer_name, kind, crs, [nfc(text) for text in columns]))
        case ("shapes", rows, wkbs):
            layers[-1].rows.extend(rows)
            read = shapely.from_wkb(np.array(wkbs, dtype=np.object_), on_invalid="fix")
            layers[-1].parts.append(read)
        case ("error", "rows", _):
            raise InputRefused([finding("file.too_many_rows", name=name, limit=limits.rows)])
        case ("error", "memory", _):
            raise ChildEnded(Why.MEMORY)
        case _:
            raise ChildEnded(Why.CRASH)


def _decode(layer: AreaLayer) -> list[Finding]:
    """Turn the raw bytes of a DBF into text, all of the layer's by one encoding."""
    texts = [*layer.columns, *(c for row in layer.rows for c in row if isinstance(c, str))]
    raw = "\n".join(text.replace("\n", " ") for text in texts).encode("latin-1", "replace")
    decoded = decode(raw, layer.name)
    read = iter(decoded.text.split("\n"))
    layer.columns = [nfc(next(read, "")) for _ in layer.columns]
    for row in layer.rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                row[column] = nfc(next(read, ""))
    return list(decoded.findings)


def _refusal(why: Why, name: str, limits: Limits) -> InputRefused:
    match why:
        case Why.TIME:
            told = finding("file.too_slow", name=name, limit=f"{limits.seconds:g}")
        case Why.MEMORY:
            told = finding("file.too_much_memory", name=name)
        case _:
            told = finding("service_area.damaged", name=name)
    return InputRefused([told])


def _wrong_type(name: str, foreign: Foreign | None) -> InputRefused:
    what = foreign.what if foreign else "tệp không có bản đồ"
    what_en = foreign.what_en if foreign else "a file without a map"
    return InputRefused([finding("service_area.wrong_type", name=name, what=what, what_en=what_en)])
