"""The child process that reads the features of a map file with GDAL, within limits.

Runs by itself, as workbook_process.py does. Of GDAL's drivers that open a file by its content,
those that follow references to other files are switched off; no class but text, numbers,
lists and bytes leaves. What a feature is to leave as is asked for: a place, or its shape, or its
shape without its values ("bare", where the rows are empty). Frames:

    ("layer", name, crs, fields, has_geometry)
    ("rows", rows, places)       of "places": (x, y, kind) per row, or None
    ("shapes", rows, wkbs)       of "shapes" and "bare": well-known binary per row, or None
    ("passed_over", name, count)
    ("error", "rows" | "memory" | "damaged", text)
    ("end",)
"""

from __future__ import annotations

import os
import pickle
import resource
import struct
import sys
from typing import Any, BinaryIO

ROWS_PER_FRAME = 4000
FRAME_BYTES = 8_000_000  # of shapes: one may be the whole country
SWITCHED_OFF = (
    "VRT", "OGR_VRT", "SQLite", "MBTiles", "CSV", "XLSX", "ODS", "XLS", "GMLAS", "GML", "WFS",
    "OAPIF", "HTTP", "PLSCENES", "CARTO", "Elasticsearch", "STACIT", "STACTA", "DERIVED", "JML",
    "PDF", "PDS4", "VICAR", "S57", "TopoJSON", "ESRIJSON", "GeoJSONSeq", "GMT", "MapML", "GPSBabel",
)  # fmt: skip
_POINTS = {1, 1001, 2001, 3001}  # WKB codes of Point, with Z, M, ZM (ISO)
_OLD_HIGH_BITS = 0xE0000000


def main() -> None:
    """Read standard input: bytes, seconds, rows, cells, the encoding of a DBF or nothing, what."""
    memory_bytes, seconds, most_rows, _ = map(int, sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["GDAL_SKIP"] = os.environ["OGR_SKIP"] = ",".join(SWITCHED_OFF)
    os.environ["LIBKML_RESOLVE_STYLE"] = "NO"
    os.environ["OGR_GEOJSON_MAX_OBJ_SIZE"] = "0"  # one nationwide shape is one object
    out = sys.stdout.buffer
    read = {"places": read_places, "shapes": read_shapes, "bare": read_bare}[sys.argv[6]]
    try:
        read(sys.stdin.buffer.read(), out, most_rows, sys.argv[5] or None)
        send(out, ("end",))
    except MemoryError:
        send(out, ("error", "memory", ""))
    except Exception as fault:  # noqa: BLE001 - whatever the parser says, the file is at fault
        send(out, ("error", "damaged", f"{type(fault).__name__}: {fault}"[:500]))
    out.flush()


def read_places(data: bytes, out: BinaryIO, most_rows: int, encoding: str | None) -> None:
    """Send every layer that has geometries; tables without any only where there is no other."""
    layers = _layers(data)
    has_maps = any(is_map for _, is_map in layers)
    for place, (name, is_map) in enumerate(layers):
        about, geometries, rows = _features(data, place, most_rows, encoding)
        if has_maps and not is_map:
            send(out, ("passed_over", name, len(rows)))
            continue
        _refuse_more(out, rows, most_rows)
        send(out, ("layer", name, about["crs"], list(map(str, about["fields"])), is_map))
        places = [None] * len(rows) if geometries is None else [_place(wkb) for wkb in geometries]
        for start in range(0, len(rows), ROWS_PER_FRAME):
            end = start + ROWS_PER_FRAME
            send(out, ("rows", rows[start:end], places[start:end]))


def read_bare(data: bytes, out: BinaryIO, most_rows: int, encoding: str | None) -> None:
    """As :func:`read_shapes`, without a single value: a country's roads have very many."""
    read_shapes(data, out, most_rows, encoding, columns=[])


def read_shapes(
    data: bytes,
    out: BinaryIO,
    most_rows: int,
    encoding: str | None,
    columns: list[str] | None = None,
) -> None:
    """Send every layer that has geometries; ``most_rows`` of all of them together."""
    left = most_rows
    for place, (name, is_map) in enumerate(_layers(data)):
        if not is_map:
            continue
        about, geometries, rows = _features(data, place, left, encoding, columns)
        _refuse_more(out, rows, left)
        left -= len(rows)
        send(out, ("layer", name, about["crs"], list(map(str, about["fields"])), is_map))
        _send_shapes(out, rows, geometries.tolist())


def _layers(data: bytes) -> list[tuple[str, bool]]:
    """Each layer's name and whether it has geometries."""
    for heavy in ("pandas", "geopandas", "pyarrow"):  # pyogrio imports what it finds
        sys.modules[heavy] = None  # type: ignore[assignment]
    import warnings  # noqa: PLC0415

    warnings.simplefilter("ignore")
    from pyogrio import list_layers  # noqa: PLC0415 - after the limits are set

    return [(str(name), kind is not None) for name, kind in list_layers(data)]


def _features(
    data: bytes,
    place: int,
    most_rows: int,
    encoding: str | None,
    wanted: list[str] | None = None,
) -> tuple[dict[str, Any], Any, list[list[Any]]]:
    """What a layer says of itself, its geometries (or None), its rows: at most one too many.

    A layer is asked for by its place: two of a file may bear one name.
    """
    from pyogrio import raw  # noqa: PLC0415 - after the limits are set

    about, _, geometries, fields = raw.read(
        data, layer=place, encoding=encoding, datetime_as_string=True, max_features=most_rows + 1,
        columns=wanted,
    )  # fmt: skip
    columns = [[_value(value) for value in field.tolist()] for field in fields]
    if columns:
        return about, geometries, [list(row) for row in zip(*columns, strict=True)]
    return about, geometries, [[] for _ in range(0 if geometries is None else len(geometries))]


def _refuse_more(out: BinaryIO, rows: list[list[Any]], most_rows: int) -> None:
    if len(rows) > most_rows:
        send(out, ("error", "rows", ""))
        raise SystemExit


def _send_shapes(out: BinaryIO, rows: list[list[Any]], wkbs: list[bytes | None]) -> None:
    """Send rows in portions of some megabytes."""
    start = held = 0
    for place, wkb in enumerate(wkbs):
        held += len(wkb or b"")
        if held > FRAME_BYTES or place - start >= ROWS_PER_FRAME:
            send(out, ("shapes", rows[start : place + 1], wkbs[start : place + 1]))
            start, held = place + 1, 0
    if start < len(wkbs):
        send(out, ("shapes", rows[start:], wkbs[start:]))


def _value(value: Any) -> str | int | float | bool:
    match value:
        case str() | bool() | int():
            return value
        case float():
            return value if value - value == 0 else ""
        case bytes():
            return value.hex()
        case None:
            return ""
        case _:
            return str(value)


def _place(wkb: bytes | None) -> tuple[float, float, str] | None:
    """The position of a point; for another geometry one inside it, with the geometry's kind."""
    if not wkb:
        return None
    order = "<" if wkb[0] else ">"
    (kind,) = struct.unpack_from(f"{order}I", wkb, 1)
    if kind & ~_OLD_HIGH_BITS in _POINTS:
        x, y = struct.unpack_from(f"{order}2d", wkb, 5)
        return (x, y, "Point") if x - x == 0 and y - y == 0 else None
    import shapely  # noqa: PLC0415 - most layers hold points only

    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    if geometry is None or geometry.is_empty:
        return None
    parts = getattr(geometry, "geoms", (geometry,))
    single = parts[0] if len(parts) == 1 else geometry
    inside = single.representative_point()
    return inside.x, inside.y, single.geom_type


def send(out: BinaryIO, frame: tuple[Any, ...]) -> None:
    """Write one frame after its length."""
    body = pickle.dumps(frame, protocol=5)
    out.write(struct.pack(">I", len(body)))
    out.write(body)


if __name__ == "__main__":
    main()
