"""The child process that reads the shapes of a map file with GDAL, within limits.

Runs by itself, as feature_process.py does: GDAL's drivers that follow references to other files
are switched off, and nothing but text, numbers and well-known binary leaves. Frames:

    ("layer", name, crs, fields)
    ("shapes", rows, wkbs)      one row of values and one shape (or None) per feature
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

FRAME_BYTES = 8_000_000
FRAME_ROWS = 4000
SWITCHED_OFF = (
    "VRT", "OGR_VRT", "SQLite", "MBTiles", "CSV", "XLSX", "ODS", "XLS", "GMLAS", "GML", "WFS",
    "OAPIF", "HTTP", "PLSCENES", "CARTO", "Elasticsearch", "STACIT", "STACTA", "DERIVED", "JML",
    "PDF", "PDS4", "VICAR", "S57", "TopoJSON", "ESRIJSON", "GeoJSONSeq", "GMT", "MapML", "GPSBabel",
)  # fmt: skip


def main() -> None:
    """Read standard input: bytes, seconds, rows, cells, then the encoding of a DBF, or nothing."""
    memory_bytes, seconds, most_rows, _ = map(int, sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["GDAL_SKIP"] = os.environ["OGR_SKIP"] = ",".join(SWITCHED_OFF)
    os.environ["LIBKML_RESOLVE_STYLE"] = "NO"
    os.environ["OGR_GEOJSON_MAX_OBJ_SIZE"] = "0"  # one nationwide shape is one object
    out = sys.stdout.buffer
    try:
        read(sys.stdin.buffer.read(), out, most_rows, encoding=sys.argv[5] or None)
        send(out, ("end",))
    except MemoryError:
        send(out, ("error", "memory", ""))
    except Exception as fault:  # noqa: BLE001 - whatever the parser says, the file is at fault
        send(out, ("error", "damaged", f"{type(fault).__name__}: {fault}"[:500]))
    out.flush()


def read(data: bytes, out: BinaryIO, most_rows: int, encoding: str | None) -> None:
    """Send every layer that has geometries."""
    for heavy in ("pandas", "geopandas", "pyarrow"):  # pyogrio imports what it finds
        sys.modules[heavy] = None  # type: ignore[assignment]
    import warnings  # noqa: PLC0415

    warnings.simplefilter("ignore")
    from pyogrio import list_layers, raw  # noqa: PLC0415 - after the limits are set

    left = most_rows
    for place, (name, kind) in enumerate(list_layers(data)):
        if kind is None:
            continue
        about, _, geometries, fields = raw.read(
            data, layer=place, encoding=encoding, datetime_as_string=True, max_features=left + 1
        )
        count = len(geometries)
        if count > left:
            send(out, ("error", "rows", ""))
            raise SystemExit
        left -= count
        send(out, ("layer", str(name), about["crs"], [str(field) for field in about["fields"]]))
        columns = [[_value(value) for value in field.tolist()] for field in fields]
        rows = [list(row) for row in zip(*columns, strict=True)] if columns else [[]] * count
        _send_shapes(out, rows, geometries.tolist())


def _send_shapes(out: BinaryIO, rows: list[list[Any]], wkbs: list[bytes | None]) -> None:
    """Send rows in portions of some megabytes: one shape may be the whole country."""
    start = held = 0
    for place, wkb in enumerate(wkbs):
        held += len(wkb or b"")
        if held > FRAME_BYTES or place - start >= FRAME_ROWS:
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


def send(out: BinaryIO, frame: tuple[Any, ...]) -> None:
    """Write one frame after its length."""
    body = pickle.dumps(frame, protocol=5)
    out.write(struct.pack(">I", len(body)))
    out.write(body)


if __name__ == "__main__":
    main()
