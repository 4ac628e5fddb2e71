"""The child process that reads GeoTIFF rasters of heights with GDAL, by windows, within limits.

Runs by itself, as feature_process.py does. Only the driver of GeoTIFF opens a file, and no file
beside it is looked at. What it is asked comes as arguments, the lines to sample on standard
input. Frames:

    ("about", facts)                                       of `describe PATH`
    ("scanned", lowest, highest, present, missing, below)  of `scan PATH COLUMN ROW WIDTH HEIGHT`
    ("heights", float32 values of some lines, in order)    of `sample`, until all are answered
    ("error", "memory" | "damaged" | "block", text)
    ("end",)
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import struct
import sys
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

CHUNK_PIXELS = 512  # the side of what is read at once, at least one block of the file
MOST_BLOCK_BYTES = 200_000_000
POINTS_AT_ONCE = 1_000_000
LOWEST_HEIGHT = -2000.0  # in metres or feet: below it a number says that there is none
_OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_CACHEMAX": "128",
    "GDAL_NUM_THREADS": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
}


def main() -> None:
    """Do what is asked: bytes, seconds, two unused numbers, then the action and its arguments."""
    memory_bytes, seconds = map(int, sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ.update(_OPTIONS)
    warnings.simplefilter("ignore")
    out = sys.stdout.buffer
    try:
        for frame in answers(sys.argv[5], sys.argv[6:]):
            send(out, frame)
        send(out, ("end",))
    except MemoryError:
        send(out, ("error", "memory", ""))
    except Exception as fault:  # noqa: BLE001 - whatever the parser says, the file is at fault
        send(out, ("error", "damaged", f"{type(fault).__name__}: {fault}"[:500]))
    out.flush()


def answers(action: str, arguments: list[str]) -> Iterator[tuple[Any, ...]]:
    """The frames that answer an action."""
    if action == "sample":
        yield from _sample(sys.stdin.buffer)
        return
    raster = _open(arguments[0])
    height, width = raster.block_shapes[0]
    if height * width * 8 > MOST_BLOCK_BYTES:
        yield ("error", "block", f"{width} × {height}")
    elif action == "describe":
        yield ("about", _about(raster))
    else:
        yield ("scanned", *_scan(raster, *map(int, arguments[1:5])))


def _open(path: str) -> Any:
    import rasterio  # type: ignore[import-untyped]  # noqa: PLC0415 - after the limits

    return rasterio.open(path, driver="GTiff", sharing=False)


def _about(raster: Any) -> dict[str, Any]:
    """What the file says of itself, in plain values."""
    return {
        "crs": raster.crs.to_wkt() if raster.crs else "",
        "transform": list(raster.transform)[:6],
        "placed": not raster.transform.is_identity and raster.transform.determinant != 0,
        "width": raster.width,
        "height": raster.height,
        "bands": raster.count,
        "kind": raster.dtypes[0],
        "nodata": None if raster.nodata is None else float(raster.nodata),
        "unit": str(raster.units[0] or raster.tags(1).get("units") or "")[:40],
        "palette": raster.colorinterp[0].name == "palette",
    }


def _scan(
    raster: Any, column: int, row: int, width: int, height: int
) -> tuple[float, float, int, int, int]:
    """Look at every height of a window once: the range, and how many there are and are not."""
    import numpy as np  # noqa: PLC0415

    lowest, highest = np.inf, -np.inf
    present = missing = below = 0
    across, down = _chunk(raster)
    for top in range(row - row % down, row + height, down):
        for left in range(column - column % across, column + width, across):
            west, north = max(left, column), max(top, row)
            heights = _read(
                raster, west, north,
                min(left + across, column + width) - west, min(top + down, row + height) - north,
            )  # fmt: skip
            known = heights[~np.isnan(heights)]
            real = known[known > LOWEST_HEIGHT]
            missing += heights.size - known.size
            below += known.size - real.size
            present += real.size
            if real.size:
                lowest, highest = min(lowest, real.min()), max(highest, real.max())
    return float(lowest), float(highest), present, missing, below


def _chunk(raster: Any) -> tuple[int, int]:
    """How many columns and rows are read at once: whole blocks of the file, unless too wide."""
    down, across = raster.block_shapes[0]
    wide = max(across * (CHUNK_PIXELS // across), across) if across < raster.width else CHUNK_PIXELS
    return min(wide, 8 * CHUNK_PIXELS), max(down * (CHUNK_PIXELS // down), CHUNK_PIXELS)


def _read(raster: Any, column: int, row: int, width: int, height: int) -> Any:
    """A window as float32, nan where the file says that there is no height."""
    import numpy as np  # noqa: PLC0415
    from rasterio.windows import Window  # type: ignore[import-untyped]  # noqa: PLC0415

    read = raster.read(1, window=Window(column, row, width, height), masked=True)
    heights = read.data.astype(np.float32)
    if read.mask is not np.ma.nomask:
        heights[read.mask] = np.nan
    scale, offset = raster.scales[0], raster.offsets[0]
    if (scale, offset) != (1.0, 0.0):
        heights = heights * np.float32(scale) + np.float32(offset)
    heights[~np.isfinite(heights)] = np.nan
    return heights


def _sample(asked: BinaryIO) -> Iterator[tuple[Any, ...]]:
    """Heights in metres along lines, from the first file that has them.

    Standard input: a line of JSON with the files (path, metres per unit, how many lines it may
    have) and the number of lines; the number of points of each line (int32); then per file the
    lines it may have (int32) and their beginning, middle and end in its system (float64, x and
    y of each).
    """
    import numpy as np  # noqa: PLC0415

    job = json.loads(asked.readline())
    counts = np.frombuffer(asked.read(4 * job["lines"]), dtype=np.int32).astype(np.intp)
    files = []
    for file in job["files"]:
        lines = np.frombuffer(asked.read(4 * file["lines"]), dtype=np.int32)
        ends = np.frombuffer(asked.read(48 * file["lines"]), dtype=np.float64)
        files.append((file, lines, ends.reshape(-1, 3, 2)))
    opened: dict[str, Any] = {}
    start = 0
    while start < len(counts):
        points = np.cumsum(counts[start:])
        stop = start + max(int(np.searchsorted(points, POINTS_AT_ONCE, "right")), 1)
        some = counts[start:stop]
        first = np.cumsum(some) - some
        heights = np.full(int(some.sum()), np.nan, dtype=np.float32)
        for file, lines, ends in files:
            here = slice(*np.searchsorted(lines, (start, stop)))
            if here.start == here.stop:
                continue
            if file["path"] not in opened:
                opened[file["path"]] = _open(file["path"])
            at = lines[here] - start
            wanted = np.repeat(first[at], some[at]) + _within(some[at])
            open_ = np.isnan(heights[wanted])
            xs, ys = _positions(ends[here], some[at])
            found = _heights(opened[file["path"]], xs[open_], ys[open_])
            heights[wanted[open_]] = found * np.float32(file["metres"])
        yield ("heights", heights.tobytes())
        start = stop


def _within(counts: Any) -> Any:
    """0, 1, 2 … within each line."""
    import numpy as np  # noqa: PLC0415

    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _positions(ends: Any, counts: Any) -> tuple[Any, Any]:
    """The points of lines, evenly between their ends, on the curve through their middle."""
    import numpy as np  # noqa: PLC0415

    share = _within(counts) / np.repeat(counts - 1, counts)
    weights = ((1 - share) * (1 - 2 * share), 4 * share * (1 - share), share * (2 * share - 1))
    every = np.repeat(np.arange(len(counts)), counts)
    xs = sum(weight * ends[every, place, 0] for place, weight in enumerate(weights))
    ys = sum(weight * ends[every, place, 1] for place, weight in enumerate(weights))
    return xs, ys


def _heights(raster: Any, xs: Any, ys: Any) -> Any:
    """Heights between the four nearest pixels' middles, nan outside and beside unknown ones."""
    import numpy as np  # noqa: PLC0415

    a, b, c, d, e, f = tuple(~raster.transform)[:6]
    columns, rows = a * xs + b * ys + c, d * xs + e * ys + f
    found = np.full(len(xs), np.nan, dtype=np.float32)
    inside = np.flatnonzero(
        (columns >= 0) & (columns <= raster.width) & (rows >= 0) & (rows <= raster.height)
    )
    column = np.clip(columns[inside] - 0.5, 0, raster.width - 1)
    row = np.clip(rows[inside] - 0.5, 0, raster.height - 1)
    left = np.minimum(column.astype(np.intp), max(raster.width - 2, 0))
    top = np.minimum(row.astype(np.intp), max(raster.height - 2, 0))
    across, down = _chunk(raster)
    chunk = top // down * (raster.width // across + 1) + left // across
    order = np.argsort(chunk, kind="stable")
    cuts = np.flatnonzero(np.diff(chunk[order])) + 1
    for group in np.split(order, cuts) if len(order) else ():
        west = left[group[0]] // across * across
        north = top[group[0]] // down * down
        pixels = _read(
            raster, west, north,
            min(across + 1, raster.width - west), min(down + 1, raster.height - north),
        )  # fmt: skip
        pixels[pixels <= LOWEST_HEIGHT] = np.nan
        found[inside[group]] = _between(
            pixels, column[group] - west, row[group] - north, left[group] - west, top[group] - north
        )
    return found


def _between(pixels: Any, column: Any, row: Any, left: Any, top: Any) -> Any:
    """Bilinear; a pixel that weighs nothing need not be known."""
    import numpy as np  # noqa: PLC0415

    right = np.minimum(left + 1, pixels.shape[1] - 1)
    bottom = np.minimum(top + 1, pixels.shape[0] - 1)
    x, y = column - left, row - top
    height = 0.0
    for at_row, at_column, weight in (
        (top, left, (1 - x) * (1 - y)), (top, right, x * (1 - y)),
        (bottom, left, (1 - x) * y), (bottom, right, x * y),
    ):  # fmt: skip
        height = height + np.where(weight > 0, pixels[at_row, at_column], 0) * weight
    return height


def send(out: BinaryIO, frame: tuple[Any, ...]) -> None:
    """Write one frame after its length."""
    body = pickle.dumps(frame, protocol=5)
    out.write(struct.pack(">I", len(body)))
    out.write(body)


if __name__ == "__main__":
    main()
