"""Whole columns: the fast path for clean rows, and what most rows of a file have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverage.coordinates.angles import EASTINGS_M, NORTHINGS_M
from coverage.coordinates.candidates import DEGREES
from coverage.coordinates.grids import UTM_BESIDE
from coverage.coordinates.reading import Cell, Limits, Order, Place, Premises, Reading
from coverage.coordinates.typed import readings
from coverage.coordinates.vn2000 import GRIDS, WGS84, to_wgs84
from coverage.findings import Finding, finding

SAMPLE_ROWS = 400
MIN_SUPPORT_ROWS = 2
MIN_SUPPORT_SHARE = 0.05

MIN_SURPLUS_ROWS = 3
MIN_SURPLUS_SHARE = 0.03
SLIVER_M = 60.0
"""Boundaries are simplified to about 60 m; a point that near counts as inside."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_DEGREES = re.compile(r"\s*[0-9]{1,3}[.,][0-9]{4,12}\s*")
_METRES = re.compile(r"\s*[0-9]{6,7}(?:[.,][0-9]{1,6})?\s*")


@dataclass(frozen=True, slots=True)
class ColumnReadings:
    """The clean rows of two columns, read at once.

    ``latitude`` and ``longitude`` (WGS 84 degrees) are nan where ``done`` is False: those rows go
    through :func:`coverage.coordinates.resolve` one by one. So must a done row of a metre grid
    (``crs`` is not EPSG:4326) whose point is not in its declared commune. ``comma`` marks rows
    typed with a decimal comma.
    """

    latitude: Floats
    longitude: Floats
    done: Flags
    comma: Flags
    crs: str

    def findings(self, row: int) -> tuple[Finding, ...]:
        """Return the findings of a done row: the decimal comma, or none."""
        return (finding("coordinate.decimal_comma"),) if self.comma[row] else ()


def read_column(
    firsts: Sequence[Cell], seconds: Sequence[Cell], premises: Premises | None = None
) -> ColumnReadings:
    """Read the rows of two equally long columns that need no repair but a decimal comma.

    Degrees where nothing or WGS 84 is stated, metres where a grid is; anything else, and any row
    with a doubt, is left to :func:`coverage.coordinates.resolve`.

    Raises:
        ValueError: the columns differ in length.
    """
    premises = premises or Premises()
    stated = premises.stated
    grid = None if stated is None or stated.epsg is None else GRIDS.get(stated.epsg)
    if len(firsts) != len(seconds):
        raise ValueError("columns differ in length")
    if grid is None and stated is not None and stated.epsg != WGS84:
        nothing = np.full(len(firsts), np.nan)
        never = np.zeros(len(firsts), dtype=np.bool_)
        return ColumnReadings(nothing, nothing, never, never, f"EPSG:{WGS84}")
    pattern = _DEGREES if grid is None else _METRES
    first, first_comma = _numbers(firsts, pattern)
    second, second_comma = _numbers(seconds, pattern)
    if premises.expected_order is Order.EAST_FIRST:
        first, second = second, first
    if grid is None:
        latitude, longitude = first, second
        done = _fine(first) | _fine(second)
    else:
        longitude, latitude = to_wgs84(grid.epsg, second, first)
        done = _between(first, *NORTHINGS_M) & _between(second, *EASTINGS_M)
    extent = premises.extent
    done &= _between(latitude, extent.south, extent.north)
    done &= _between(longitude, extent.west, extent.east)
    return ColumnReadings(
        np.where(done, latitude, np.nan),
        np.where(done, longitude, np.nan),
        done,
        done & (first_comma | second_comma),
        f"EPSG:{WGS84}" if grid is None else grid.crs,
    )


def usual_order(
    firsts: Sequence[Cell], seconds: Sequence[Cell] | None, premises: Premises | None = None
) -> Order | None:
    """Return the order in which most rows give their halves, or None where none prevails.

    ``seconds`` is None where one column holds the pair. Looks at up to 400 rows spread evenly.
    """
    step = max(1, len(firsts) // SAMPLE_ROWS)
    counted: Counter[Order] = Counter()
    for row in range(0, len(firsts), step):
        second = None if seconds is None else seconds[row]
        read = readings(firsts[row], second, premises, widely=False)
        if not isinstance(read, Finding) and len({reading.order for reading in read}) == 1:
            counted[read[0].order] += 1
    north, east = counted[Order.NORTH_FIRST], counted[Order.EAST_FIRST]
    if north == east:
        return None
    return Order.NORTH_FIRST if north > east else Order.EAST_FIRST


def grids_in_use(
    rows: Iterable[tuple[Sequence[Reading], Place | None]], limits: Limits | None = None
) -> frozenset[str]:
    """Return the grids that a file's rows prove by landing in their declared communes.

    Each row brings its ``readings`` (widely) and its commune. A 3° grid counts when at least two
    rows, and one in twenty, land with it and with no other: one row alone may land by chance.
    UTM lies 300 to 700 m beside the 3° grid of its meridian, so both land nearly everywhere; it
    takes the place of that grid when it puts markedly more rows inside their communes.
    """
    within_m = (limits or Limits()).border_band_m
    proved: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for candidates, commune in rows:
        if commune is None:
            continue
        distances = {
            reading.crs: commune.distance_m(reading.latitude, reading.longitude)
            for reading in candidates
            if reading.crs not in DEGREES
        }
        landed = [crs for crs, distance_m in distances.items() if distance_m <= within_m]
        near = [crs for crs in landed if crs not in UTM_BESIDE.values()]
        if len(near) == 1:
            proved[near[0]] += 1
        inside.update(crs for crs, distance_m in distances.items() if distance_m <= SLIVER_M)
    least = max(MIN_SUPPORT_ROWS, MIN_SUPPORT_SHARE * proved.total())
    used = {crs for crs, count in proved.items() if count >= least}
    for narrow, utm in UTM_BESIDE.items():
        if inside[utm] - inside[narrow] >= max(MIN_SURPLUS_ROWS, MIN_SURPLUS_SHARE * inside[utm]):
            used.discard(narrow)
            used.add(utm)
    return frozenset(used)


def _numbers(cells: Sequence[Cell], pattern: re.Pattern[str]) -> tuple[Floats, Flags]:
    """Plain numbers, nan where a cell is anything else; and where a comma was the point."""
    numbers: list[float] = []
    commas: list[bool] = []
    for cell in cells:
        number, comma = np.nan, False
        if type(cell) is float:
            number = cell
        elif isinstance(cell, str) and pattern.fullmatch(cell):
            comma = "," in cell
            number = float(cell.replace(",", ".") if comma else cell)
        numbers.append(number)
        commas.append(comma)
    return np.array(numbers, dtype=np.float64), np.array(commas, dtype=np.bool_)


def _fine(degrees: Floats) -> Flags:
    """Whether a number has more than three decimals; a workbook drops the closing zeros."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.abs(np.round(degrees, 3) - degrees) > 1e-9  # noqa: PLR2004


def _between(numbers: Floats, least: float, most: float) -> Flags:
    with np.errstate(invalid="ignore"):
        return (numbers >= least) & (numbers <= most)
