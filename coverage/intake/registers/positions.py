"""Where the stations of a register lie, in WGS 84, and which rows cannot be placed.

The reference system is the one the user gives, else the one that the file states, else WGS 84
where the columns say degrees or all numbers could be degrees. Nothing else is guessed: metres
without a system are refused. Every point must lie in the country's extent; a row that does so
only with its two numbers exchanged is read that way and told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coverage.coordinates import Cell as PositionCell
from coverage.coordinates import Extent, Premises, readings, stated_crs
from coverage.coordinates.vn2000 import DEPRECATED_GRIDS
from coverage.errors import InputRefused
from coverage.findings import finding
from coverage.intake.crs import carry
from coverage.intake.document import Cell, Sheet
from coverage.intake.registers.cells import is_blank, number
from coverage.intake.registers.columns import Layout, Role, heading_key

Floats = NDArray[np.float64]
WGS84 = "EPSG:4326"

_EPSG = re.compile(r"\s*(?:EPSG\s*:\s*)?(\d{4,6})\s*", re.IGNORECASE)
_EPSG_IN_TEXT = re.compile(r"\bEPSG\s*[: ]\s*(\d{4,6})\b", re.IGNORECASE)
_NAMED = {"lambert 93": "EPSG:2154", "lambert93": "EPSG:2154", "l93": "EPSG:2154"}
_MOST_DEGREES = 0.9  # of the rows, for numbers without a heading to pass as degrees


@dataclass(slots=True)
class Positions:
    """One sheet's positions, row by row; nan where a row has none.

    ``blank`` rows state no position at all, ``unreadable`` ones something that is none,
    ``outside`` ones a point beyond the extent (their coordinates stay, to be shown), and
    ``swapped`` ones were read with their numbers exchanged.
    """

    crs: str
    latitudes: Floats
    longitudes: Floats
    blank: set[int] = field(default_factory=set)
    unreadable: set[int] = field(default_factory=set)
    outside: set[int] = field(default_factory=set)
    swapped: list[int] = field(default_factory=list)


def normal_crs(written: str) -> str:
    """Return a reference system by its EPSG name: ``2154`` and ``epsg:2154`` are ``EPSG:2154``.

    Raises:
        InputRefused: tower.crs_unknown, for what is not a system or one withdrawn for its faults.
    """
    code = _EPSG.fullmatch(written)
    crs = f"EPSG:{code[1]}" if code else written.strip()
    withdrawn = code is not None and int(code[1]) in DEPRECATED_GRIDS
    if withdrawn or carry(crs, [105.0], [16.0]) is None:
        raise InputRefused([finding("tower.crs_unknown", value=written, read=written)])
    return crs


def read_positions(
    sheet: Sheet, layout: Layout, rows: Sequence[int], given_crs: str | None, extent: Extent
) -> Positions:
    """Read the positions of the rows at the indexes ``rows``.

    Raises:
        InputRefused: tower.no_position_columns, tower.crs_missing, tower.crs_unknown.
    """
    east, north, texts = _columns(sheet, layout, rows)
    xs, ys = _numbers(east), _numbers(north)
    odd = [
        place
        for place in np.flatnonzero(np.isnan(xs) | np.isnan(ys)).tolist()
        if not (is_blank(east[place]) and is_blank(north[place]))
    ]
    crs = _crs(sheet, given_crs, texts, xs, ys)
    found = _carried(crs, xs, ys, extent)
    found.blank = set(np.flatnonzero(np.isnan(xs) | np.isnan(ys)).tolist()) - set(odd)
    for place in odd:
        point = _odd(east[place], north[place], extent) if crs == WGS84 else None
        if point is None:
            found.unreadable.add(place)
        else:
            found.latitudes[place], found.longitudes[place] = point
    return found


def _columns(
    sheet: Sheet, layout: Layout, rows: Sequence[int]
) -> tuple[list[Cell], list[Cell], list[str]]:
    """The cells that hold east and north, and the texts that may state their system."""
    if sheet.points is not None:
        held = [sheet.points[row] for row in rows]
        east: list[Cell] = ["" if point is None else point.x for point in held]
        north: list[Cell] = ["" if point is None else point.y for point in held]
        return east, north, []
    for first, second in ((Role.LONGITUDE, Role.LATITUDE), (Role.X, Role.Y)):
        if first in layout.roles and second in layout.roles:
            places = layout.roles[first], layout.roles[second]
            texts = [layout.headings[place] for place in places]
            if first is Role.X:  # a title speaks of the metres, if there are degrees beside them
                texts += _texts_above(sheet, layout)
            return _column(sheet, places[0], rows), _column(sheet, places[1], rows), texts
    headings = ", ".join(text for text in layout.headings if text)
    raise InputRefused(
        [finding("tower.no_position_columns", sheet=sheet_prefix(sheet), headings=headings)]
    )


def _column(sheet: Sheet, index: int, rows: Sequence[int]) -> list[Cell]:
    return [cells[index] if index < len(cells := sheet.rows[row]) else "" for row in rows]


def _numbers(cells: Sequence[Cell]) -> Floats:
    values = (number(cell) for cell in cells)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _crs(sheet: Sheet, given: str | None, texts: Sequence[str], xs: Floats, ys: Floats) -> str:
    """The reference system, by the order of the module's first words."""
    if sheet.points is not None and sheet.crs is not None:
        return WGS84  # the reader has carried them already
    if given is not None:
        return normal_crs(given)
    if stated := _stated(texts):
        return normal_crs(stated)
    known = np.flatnonzero(~(np.isnan(xs) | np.isnan(ys)))
    degrees = (np.abs(xs[known]) <= 180) & (np.abs(ys[known]) <= 180)  # noqa: PLR2004 - degrees
    if not len(known) or degrees.mean() >= _MOST_DEGREES:
        return WGS84
    example = f"{xs[known[0]]:.10g}; {ys[known[0]]:.10g}"
    raise InputRefused([finding("tower.crs_missing", sheet=sheet_prefix(sheet), example=example)])


def _stated(texts: Sequence[str]) -> str | None:
    """The system that headings and title state, in words or by a code."""
    for text in texts:
        if found := _EPSG_IN_TEXT.search(text):
            return f"EPSG:{found[1]}"
        key = heading_key(text.replace("(", " ").replace(")", " "))
        if named := next((crs for words, crs in _NAMED.items() if words in key), None):
            return named
    stated = stated_crs(texts)
    return None if stated is None else stated.crs


def _texts_above(sheet: Sheet, layout: Layout) -> list[str]:
    if sheet.points is not None:
        return []
    return [cell for row in sheet.rows[: layout.first] for cell in row if isinstance(cell, str)]


def _carried(crs: str, xs: Floats, ys: Floats, extent: Extent) -> Positions:
    """Carry numbers to WGS 84, exchanging the two where only that lands in the extent."""
    longitudes, latitudes = _to_wgs84(crs, xs, ys)
    known = ~(np.isnan(xs) | np.isnan(ys))
    outside = known & ~_inside(latitudes, longitudes, extent)
    found = Positions(crs, latitudes, longitudes)
    if outside.any():
        east, north = _to_wgs84(crs, ys[outside], xs[outside])
        exchanged = np.flatnonzero(outside)[landed := _inside(north, east, extent)]
        latitudes[exchanged], longitudes[exchanged] = north[landed], east[landed]
        outside[exchanged] = False
        found.swapped = exchanged.tolist()
    found.outside = set(np.flatnonzero(outside).tolist())
    return found


def _to_wgs84(crs: str, xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """Longitudes and latitudes; nan where there is no number or no such place."""
    if crs == WGS84:
        return xs.copy(), ys.copy()
    longitudes, latitudes = np.full(len(xs), np.nan), np.full(len(xs), np.nan)
    known = ~(np.isnan(xs) | np.isnan(ys))
    carried = carry(crs, xs[known].tolist(), ys[known].tolist())
    if carried is None:  # normal_crs has tried the system before
        raise InputRefused([finding("tower.crs_unknown", value=crs, read=crs)])
    longitudes[known], latitudes[known] = carried.longitudes, carried.latitudes
    beyond = ~(np.isfinite(longitudes) & np.isfinite(latitudes))
    longitudes[beyond] = latitudes[beyond] = np.nan
    return longitudes, latitudes


def _inside(latitudes: Floats, longitudes: Floats, extent: Extent) -> NDArray[np.bool_]:
    return (
        (latitudes >= extent.south) & (latitudes <= extent.north)
        & (longitudes >= extent.west) & (longitudes <= extent.east)
    )  # fmt: skip


def _odd(east: Cell, north: Cell, extent: Extent) -> tuple[float, float] | None:
    """Degrees, minutes and seconds, as a survey would be read; None unless there is one reading."""
    first, second = (_position_cell(cell) for cell in (north, east))
    found = readings(first, second, Premises(extent=extent))
    if not isinstance(found, tuple):
        return None
    points = {(each.latitude, each.longitude) for each in found if not each.needs_place}
    return points.pop() if len(points) == 1 else None


def _position_cell(cell: Cell) -> PositionCell:
    return None if isinstance(cell, bool) or cell == "" else cell


def sheet_prefix(sheet: Sheet) -> str:
    """Return the sheet's name before a sentence: ``[Trạm] ``, or nothing where it has none."""
    return f"[{sheet.name}] " if sheet.name else ""
