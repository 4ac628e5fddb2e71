"""Examines a GeoTIFF of ground heights before it is kept, and reads profiles from kept ones.

GDAL runs in a child process (terrain_process.py) that opens GeoTIFF only; what is judged here
are numbers and text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Geod
from pyproj.exceptions import ProjError

from coverage.coordinates import GRIDS, Extent, to_wgs84
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.crs import carry, from_wgs84
from coverage.intake.document import MEGABYTE, Limits
from coverage.intake.process import ChildEnded, Frame, Why, frames
from coverage.terrain import Floats, Paths

_PROGRAM = Path(__file__).with_name("terrain_process.py")
LIMITS = Limits(seconds=1800.0, memory_bytes=1_500 * MEGABYTE)

METRES = {"m": 1.0, "ft": 0.3048}
HIGHEST_M = 3_200.0  # Fansipan, the highest ground of Việt Nam, is 3,147 m
COARSE_M = 100.0
_MISSING_TOLD = 0.05  # of the heights within the country's extent
_EDGE_POINTS = 33
_DEGREES_PER_FULL_TURN = 360
_UNITS = {
    "m": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "mét": "m",
    "ft": "ft", "foot": "ft", "feet": "ft", "us survey foot": "ft", "foot_us": "ft",
    "us_survey_foot": "ft", "ftus": "ft", "us-ft": "ft", "international foot": "ft",
}  # fmt: skip
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a file of heights is. ``units`` are the file's own, every other height is metres.

    ``crs`` is an EPSG name or the text of a system without one; ``outline`` the file's edge as
    pairs of longitude and latitude.
    """

    crs: str
    crs_name: str
    units: str
    resolution_m: float
    lowest_m: float
    highest_m: float
    outline: tuple[tuple[float, float], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Heights:
    """A kept file to read profiles from."""

    path: Path
    crs: str
    units: str
    resolution_m: float
    extent: Extent


def examine(
    path: Path, name: str, country: Extent, units: str | None = None, limits: Limits = LIMITS
) -> Ground:
    """Read what the file says of itself, then every height within the country's extent, once.

    ``units`` (m or ft) is what a person says of the heights; it stands over the file's own word.

    Raises:
        InputRefused: findings of the family terrain say what is wrong and what to do.
    """
    about = _about(path, name, limits)
    _refuse_other_rasters(about, name)
    horizontal, vertical = _systems(about["crs"], name)
    crs = _crs_text(horizontal)
    found: list[Finding] = []
    outline = _outline(about, crs, horizontal, country, name)
    stated = _stated_units(about["unit"], vertical)
    if units is None and about["unit"].strip() and _UNITS.get(_plain(about["unit"])) is None:
        raise _refused("terrain.units_other", name=name, unit=about["unit"].strip())
    chosen = units or stated or "m"
    lowest, highest, present, missing, below = _scan(
        path, name, _window(about, crs, country), limits
    )
    if present == 0:
        raise _refused("terrain.empty", name=name)
    if lowest == highest:
        raise _refused("terrain.constant", name=name, height=f"{lowest:g}")
    metres = METRES[chosen]
    lowest_m, highest_m = lowest * metres, highest * metres
    if highest_m > HIGHEST_M:
        rule = "terrain.units_unknown" if units is None and stated is None else "terrain.too_high"
        raise _refused(rule, name=name, highest=f"{highest:,.0f}", units=chosen)
    found.extend(_told_units(chosen, units, stated, highest))
    if below:
        found.append(finding("terrain.nodata_assumed", name=name, count=below))
    share = (missing + below) / (present + missing + below)
    if share > _MISSING_TOLD:
        found.append(finding("terrain.missing", name=name, percent=f"{100 * share:.0f}"))
    resolution_m = _resolution(about, crs)
    if resolution_m > COARSE_M:
        found.append(finding("terrain.coarse", name=name, resolution_m=f"{resolution_m:.0f}"))
    return Ground(
        crs, horizontal.name, chosen, resolution_m, lowest_m, highest_m, outline, tuple(found)
    )


def profiles(
    files: Sequence[Heights], taken: Paths, limits: Limits = LIMITS
) -> NDArray[np.float32]:
    """Return the ground along every path in metres, one after the other; nan where unknown.

    ``files`` come in order of preference: a point is read from the first that knows it.

    Raises:
        InputRefused: terrain.unreadable, where a kept file can no longer be read.
    """
    heights = np.full(int(taken.counts.sum()), np.nan, dtype=np.float32)
    asked, parts = [], []
    carried: dict[str, Floats] = {}
    for file in files:
        near = _near(file.extent, taken)
        if not len(near):
            continue
        if file.crs not in carried:
            xs, ys = from_wgs84(file.crs, taken.longitudes.ravel(), taken.latitudes.ravel())
            carried[file.crs] = np.stack((xs, ys), axis=-1).reshape(-1, 6)
        asked.append(
            {"path": str(file.path), "metres": METRES[file.units], "lines": len(near)}
        )  # fmt: skip
        parts += [near.astype(np.int32).tobytes(), carried[file.crs][near].tobytes()]
    if not asked:
        return heights
    head = json.dumps({"lines": len(taken.counts), "files": asked}).encode() + b"\n"
    data = b"".join((head, taken.counts.astype(np.int32).tobytes(), *parts))
    at = 0
    for frame in _frames(data, files[0].path.name, limits, ["sample"]):
        part = np.frombuffer(frame[1], dtype=np.float32)
        heights[at : at + len(part)] = part
        at += len(part)
    return heights


def _near(extent: Extent, taken: Paths) -> NDArray[np.intp]:
    """The lines whose box touches the file's."""
    lon, lat = taken.longitudes, taken.latitudes
    touches = (
        (lon.max(axis=1) >= extent.west) & (lon.min(axis=1) <= extent.east)
        & (lat.max(axis=1) >= extent.south) & (lat.min(axis=1) <= extent.north)
    )  # fmt: skip
    return np.flatnonzero(touches)


def _frames(data: bytes, name: str, limits: Limits, arguments: Sequence[str]) -> Iterator[Frame]:
    """The child's frames; what it cannot do becomes a refusal."""
    try:
        for frame in frames(_PROGRAM, data, limits, arguments):
            if frame[0] == "error":
                if frame[1] == "block":
                    raise _refused("terrain.blocks", name=name, block=frame[2])
                rule = "terrain.too_large" if frame[1] == "memory" else "terrain.unreadable"
                raise _refused(rule, name=name)
            yield frame
    except ChildEnded as ended:
        rule = "terrain.unreadable" if ended.why is Why.CRASH else "terrain.too_large"
        raise _refused(rule, name=name) from ended


def _refused(rule: str, *, name: str, **facts: str | int) -> InputRefused:
    texts = {key: str(fact) for key, fact in facts.items()}
    return InputRefused([replace(finding(rule), facts={"name": name, **texts})], file=name)


def _about(path: Path, name: str, limits: Limits) -> dict[str, Any]:
    for frame in _frames(b"", name, limits, ["describe", str(path)]):
        about: dict[str, Any] = frame[1]
        return about
    raise _refused("terrain.unreadable", name=name)


def _refuse_other_rasters(about: dict[str, Any], name: str) -> None:
    """Refuse pictures: several bands, bytes, palettes; heights are one band of wider numbers."""
    kind, bands = str(about["kind"]), int(about["bands"])
    if bands != 1 or kind in {"uint8", "int8"} or kind.startswith("complex") or about["palette"]:
        raise _refused("terrain.picture", name=name, bands=bands, kind=kind)


def _systems(wkt: str, name: str) -> tuple[CRS, CRS | None]:
    """The horizontal system and, when the file states one, the vertical."""
    if not wkt:
        raise _refused("terrain.no_crs", name=name)
    try:
        crs = CRS.from_wkt(wkt)
    except ProjError as error:
        raise _refused("terrain.no_crs", name=name) from error
    parts = crs.sub_crs_list if crs.is_compound else [crs]
    horizontal = parts[0]
    if not (horizontal.is_geographic or horizontal.is_projected):
        raise _refused("terrain.no_crs", name=name)
    return horizontal, parts[1] if len(parts) > 1 else None


def _crs_text(crs: CRS) -> str:
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else crs.to_wkt()


def _stated_units(tag: str, vertical: CRS | None) -> str | None:
    """The unit that the file itself states for its heights: its band's, else its system's."""
    said = [tag] if tag else []
    if vertical is not None:
        said += [axis.unit_name for axis in vertical.axis_info]
    for text in said:
        if (unit := _UNITS.get(_plain(text))) is not None:
            return unit
    return None


def _plain(unit: str) -> str:
    return unit.strip().lower()


def _told_units(
    chosen: str, said: str | None, stated: str | None, highest: float
) -> Iterator[Finding]:
    if said is not None and stated is not None and said != stated:
        yield finding("terrain.units_overridden", stated=stated, chosen=chosen)
    if said is None and stated is None:
        yield finding("terrain.units_assumed", highest=f"{highest:,.0f}")
    if chosen == "ft":
        yield finding("terrain.feet", highest=f"{highest:,.0f}", metres=f"{highest * 0.3048:,.0f}")


def _edge(about: dict[str, Any]) -> Floats:
    """The raster's edge in its own coordinates, x and y, closed."""
    a, b, c, d, e, f = about["transform"]
    columns, rows = _ring(0, 0, about["width"], about["height"])
    return np.column_stack((a * columns + b * rows + c, d * columns + e * rows + f))


def _ring(west: float, south: float, east: float, north: float) -> tuple[Floats, Floats]:
    """A rectangle's edge with points between its corners, closed."""
    along = np.linspace(0, 1, _EDGE_POINTS)[:-1]
    x, y = along * (east - west), along * (north - south)
    flat, steep = np.zeros_like(x), np.zeros_like(y)
    xs = np.concatenate((west + x, east + flat, east - x, west + flat, [west]))
    ys = np.concatenate((south + steep, south + y, north + steep, north - y, [south]))
    return xs, ys


def _outline(
    about: dict[str, Any], crs: str, system: CRS, country: Extent, name: str
) -> tuple[tuple[float, float], ...]:
    """The raster's edge in WGS 84; refused where it does not lie over the country."""
    if not about["placed"]:
        raise _refused("terrain.no_position", name=name)
    edge = _edge(about)
    degrees = _degrees(crs, edge[:, 0], edge[:, 1])
    if degrees is not None and _meets(degrees, country):
        return tuple((round(lon, 7), round(lat, 7)) for lon, lat in degrees.tolist())
    xs, ys = edge[:, 0], edge[:, 1]
    box = f"x {xs.min():,.6g} … {xs.max():,.6g}, y {ys.min():,.6g} … {ys.max():,.6g}"  # as written
    swapped = _degrees(crs, ys, xs)
    if swapped is not None and _meets(swapped, country):
        raise _refused("terrain.swapped", name=name, box=box, crs=system.name)
    likely = _likely_systems(xs, ys, country)
    if likely:
        raise _refused("terrain.wrong_crs", name=name, box=box, crs=system.name, likely=likely)
    raise _refused("terrain.outside", name=name, box=box, crs=system.name)


def _degrees(crs: str, xs: Floats, ys: Floats) -> Floats | None:
    carried = carry(crs, xs.tolist(), ys.tolist())
    if carried is None:
        return None
    degrees = np.column_stack((carried.longitudes, carried.latitudes)).astype(np.float64)
    sensible = np.isfinite(degrees).all() and np.abs(degrees).max() <= _DEGREES_PER_FULL_TURN
    return degrees if sensible else None


def _meets(degrees: Floats, country: Extent) -> bool:
    """Whether a box of longitudes and latitudes touches the country's, and can be on Earth."""
    (west, south), (east, north) = degrees.min(axis=0), degrees.max(axis=0)
    return bool(
        south >= -90 and north <= 90  # noqa: PLR2004 - the poles
        and west < country.east and east > country.west
        and south < country.north and north > country.south
    )  # fmt: skip


def _likely_systems(xs: Floats, ys: Floats, country: Extent) -> str:
    """The systems under which these numbers would lie in the country, by name."""
    if _meets(np.column_stack((xs, ys)), country):
        return "WGS 84 (EPSG:4326)"
    likely = []
    for epsg, grid in GRIDS.items():
        degrees = np.column_stack(to_wgs84(epsg, xs, ys))
        if not np.isfinite(degrees).all() or not _meets(degrees, country):
            continue
        if np.abs(degrees[:, 0] - grid.meridian).max() <= 3:  # noqa: PLR2004 - half of a UTM zone
            likely.append(f"{grid.label} ({grid.crs})")
    return ", ".join(likely[:4])


def _scan(
    path: Path, name: str, window: tuple[int, int, int, int] | None, limits: Limits
) -> tuple[float, float, int, int, int]:
    """Range and numbers of the heights in a window, in the file's own unit."""
    if window is None:
        return (math.inf, -math.inf, 0, 0, 0)
    arguments = ["scan", str(path), *map(str, window)]
    for frame in _frames(b"", name, limits, arguments):
        _, lowest, highest, present, missing, below = frame
        return lowest, highest, present, missing, below
    raise _refused("terrain.unreadable", name=name)


def _window(
    about: dict[str, Any], crs: str, country: Extent
) -> tuple[int, int, int, int] | None:  # fmt: skip
    """The columns and rows that lie over the country: column, row, width, height."""
    lon, lat = _ring(country.west, country.south, country.east, country.north)
    xs, ys = (np.asarray(each) for each in from_wgs84(crs, lon, lat))
    whole = (0, 0, int(about["width"]), int(about["height"]))
    if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
        return whole
    a, b, c, d, e, f = about["transform"]
    determinant = a * e - b * d
    columns = (e * (xs - c) - b * (ys - f)) / determinant
    rows = (a * (ys - f) - d * (xs - c)) / determinant
    left, top = max(math.floor(columns.min()), 0), max(math.floor(rows.min()), 0)
    right = min(math.ceil(columns.max()), whole[2])
    bottom = min(math.ceil(rows.max()), whole[3])
    if left >= right or top >= bottom:
        return None
    return left, top, right - left, bottom - top


def _resolution(about: dict[str, Any], crs: str) -> float:
    """The longer side of the pixel in the raster's middle, in metres."""
    a, b, c, d, e, f = about["transform"]
    column, row = about["width"] / 2, about["height"] / 2
    corners = np.array([(column, row), (column + 1, row), (column, row + 1)])
    xs = a * corners[:, 0] + b * corners[:, 1] + c
    ys = d * corners[:, 0] + e * corners[:, 1] + f
    degrees = _degrees(crs, xs, ys)
    if degrees is None:
        return math.inf
    (lon, lat), sides = degrees[0], degrees[1:]
    return max(float(_GEOD.inv(lon, lat, *side)[2]) for side in sides)
