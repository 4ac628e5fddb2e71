"""Where things stand on the sheet: metres on the province's grid, a round scale, a graticule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from coverage.coordinates import GRIDS, to_vn2000, to_wgs84
from maps.printed.conic import from_conic, to_conic

UTM_48, UTM_49, BETWEEN_DEGREES = 3405, 3406, 108.0
CONIC = 0
"""Stands for the conformal conic grid of the country's own maps, which has no EPSG code."""
_SCALES = tuple(
    int(figure * 10**power)
    for power in (4, 5, 6)
    for figure in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5)
)
FINE_SCALES = tuple(
    int(figure * 10**power)
    for power in (4, 5, 6, 7)
    for figure in (1, 1.25, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9)
)
"""For sheets that carry one map and should fill their paper."""

_STEPS_MINUTES = (0.25, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300)
_LINE_APART_MM = 42.0
_PIECES = 8  # of a line of the graticule, which is a little bent

Box = tuple[float, float, float, float]
Metres = tuple[float, float]


def grid_for(epsg: int | None, longitude: float) -> int:
    """Return the grid to draw on: the province's own, else the country's UTM zone there."""
    if epsg is not None and epsg in GRIDS:
        return epsg
    return UTM_48 if longitude < BETWEEN_DEGREES else UTM_49


def metres_of(epsg: int, longitudes: Sequence[float], latitudes: Sequence[float]) -> list[Metres]:
    """Return easting and northing of each point, in metres."""
    eastings, northings = _on_grid(epsg, np.asarray(longitudes), np.asarray(latitudes))
    return list(zip(eastings.tolist(), northings.tolist(), strict=True))


def projected(epsg: int, geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry in degrees, in metres on the grid."""

    def change(pairs: np.ndarray) -> np.ndarray:
        eastings, northings = _on_grid(epsg, pairs[:, 0], pairs[:, 1])
        return np.column_stack([eastings, northings])

    moved: BaseGeometry = shapely.transform(geometry, change)
    return moved


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the ground that a sheet shows. Page millimetres grow right and downwards."""

    epsg: int
    scale: int  # 1 : scale
    middle: Metres
    box: Box  # of the map on the sheet: left, top, right, bottom, millimetres

    @property
    def ground(self) -> Box:
        """West, south, east, north of the map in metres."""
        left, top, right, bottom = self.box
        wide = (right - left) / 2 * self.scale / 1000
        high = (bottom - top) / 2 * self.scale / 1000
        east, north = self.middle
        return east - wide, north - high, east + wide, north + high

    def place(self, point: Metres) -> tuple[float, float]:
        """Return where a point in metres stands on the sheet."""
        left, top, right, bottom = self.box
        return (
            (left + right) / 2 + (point[0] - self.middle[0]) * 1000 / self.scale,
            (top + bottom) / 2 - (point[1] - self.middle[1]) * 1000 / self.scale,
        )

    def metres(self, millimetres: float) -> float:
        """Return how long a length on the sheet is on the ground."""
        return millimetres * self.scale / 1000

    def seen(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return the part of a geometry in metres that the map shows."""
        return shapely.clip_by_rect(geometry, *self.ground)

    def north(self) -> float:
        """Return how many degrees true north lies right of straight up, at the middle."""
        longitude, latitude = self._degrees([self.middle])[0]
        here, there = metres_of(self.epsg, [longitude] * 2, [latitude, latitude + 0.01])
        return math.degrees(math.atan2(there[0] - here[0], there[1] - here[1]))

    def corners(self) -> list[tuple[float, float]]:
        """Return longitude and latitude of the south-west and the north-east corner."""
        west, south, east, north = self.ground
        return self._degrees([(west, south), (east, north)])

    def graticule(self) -> tuple[list[Line], list[Line]]:
        """Return the meridians and the parallels of the map."""
        west, south, east, north = self.ground
        edge = self._degrees([(west, south), (west, north), (east, south), (east, north)])
        longitudes, latitudes = [at[0] for at in edge], [at[1] for at in edge]
        step = self._step(max(latitudes) - min(latitudes), self.box[3] - self.box[1])
        meridians = [
            Line(degrees, self._drawn([(degrees, at) for at in _ladder(latitudes)]))
            for degrees in _multiples(min(longitudes), max(longitudes), step)
        ]
        parallels = [
            Line(degrees, self._drawn([(at, degrees) for at in _ladder(longitudes)]))
            for degrees in _multiples(min(latitudes), max(latitudes), step)
        ]
        return meridians, parallels

    def _step(self, degrees: float, millimetres: float) -> float:
        wanted = degrees * 60 * _LINE_APART_MM / millimetres
        return next((one for one in _STEPS_MINUTES if one >= wanted), _STEPS_MINUTES[-1]) / 60

    def _drawn(self, points: Sequence[tuple[float, float]]) -> BaseGeometry:
        line = shapely.LineString(
            metres_of(self.epsg, [at[0] for at in points], [at[1] for at in points])
        )
        return self.seen(line)

    def _degrees(self, points: Sequence[Metres]) -> list[tuple[float, float]]:
        longitudes, latitudes = (
            from_conic if self.epsg == CONIC else partial(to_wgs84, self.epsg)
        )([at[0] for at in points], [at[1] for at in points])
        return list(zip(longitudes.tolist(), latitudes.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Line:
    """A meridian or parallel: its degrees, and its course in metres as far as the map shows it."""

    degrees: float
    course: BaseGeometry


def window(
    epsg: int, points: Sequence[Metres], box: Box, *, margin: float, closest: int,
    scales: Sequence[int] = _SCALES,
) -> Window:  # fmt: skip
    """Return the window at the largest round scale that shows all points with a margin.

    ``margin`` is a share of the extent; ``closest`` the largest scale's figure.
    """
    eastings, northings = [at[0] for at in points], [at[1] for at in points]
    wide = (max(eastings) - min(eastings)) * (1 + margin)
    high = (max(northings) - min(northings)) * (1 + margin)
    least = max(wide / (box[2] - box[0]), high / (box[3] - box[1])) * 1000
    scale = next((one for one in scales if one >= max(least, closest)), scales[-1])
    middle = (max(eastings) + min(eastings)) / 2, (max(northings) + min(northings)) / 2
    return Window(epsg, scale, middle, box)


def _on_grid(
    epsg: int, longitudes: np.ndarray, latitudes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if epsg == CONIC:
        return to_conic(longitudes, latitudes)
    return to_vn2000(epsg, longitudes, latitudes)


def degrees_text(degrees: float, letters: tuple[str, str]) -> str:
    """Return degrees as a map's edge has them: ``105°30′Đ``, with seconds where there are any."""
    seconds = round(abs(degrees) * 3600)
    told = f"{seconds // 3600}°{seconds // 60 % 60:02d}′"
    if seconds % 60:
        told += f"{seconds % 60:02d}″"
    return told + letters[0 if degrees >= 0 else 1]


def _ladder(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    return [low + (high - low) * place / _PIECES for place in range(_PIECES + 1)]


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [count * step for count in range(math.ceil(low / step), math.floor(high / step) + 1)]
