"""Areas made from points alone, for a machine that has no polygons: usable, and marked so.

Every commune gets the ground that lies nearer to its own points than to any other commune's:
its centroid and the points of the former communes merged into it. The cells end where the
country does, which is known only as the discs around those points. A wrong centroid makes a
wrong cell, so :func:`mend_points` first looks for the ones that cannot be right.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, MultiPolygon, Polygon

from coverage.places.plane import from_plane, to_plane

LonLat = tuple[float, float]

_USUAL_AREA_KM2 = 30.0  # where the source states none; the median commune has about 40
# Tried against the real polygons of 30 April 2026: 2.5 catches every centroid that is more
# than 9 km off where two former points can tell, and moves none that was right.
_FAR_IN_SIDES = 2.5
_FAR_KM = 3.0
_CROWDED_IN_SIDES = 0.25
_OWN_IN_SIDES = 1.5  # a former point farther off is a wrong one, and makes no cell
_DISC_IN_SIDES = 0.8
_SMALLEST_DISC_KM = 4.0  # an island of 2 km² still has boats and a mast
_CLOSING_KM = 10.0
_GRID_DEGREES = 1e-6


@dataclass(frozen=True, slots=True)
class Seat:
    """A commune as far as its points tell: the centroid, the stated area, the former points."""

    code: str
    point: LonLat
    area_km2: float | None
    former: tuple[LonLat, ...] = ()

    @property
    def side_km(self) -> float:
        """The side of a square of the stated area."""
        return float(np.sqrt(self.area_km2 or _USUAL_AREA_KM2))


@dataclass(frozen=True, slots=True)
class Moved:
    """A centroid that was replaced: it lay ``distance_km`` from every former point."""

    code: str
    stated: LonLat
    used: LonLat
    distance_km: float


def mend_points(seats: Sequence[Seat]) -> tuple[tuple[Seat, ...], tuple[Moved, ...]]:
    """Replace the centroids that the former communes contradict; drop wrong former points.

    A centroid is replaced by the median of the former points when it lies far from all of
    them and either two of them differ (so that they are no shared stand-in for a place that
    was not found) or another commune claims the same spot.
    """
    centres = to_plane([seat.point for seat in seats])
    crowded = _crowded(seats, centres)
    mended, moved = [], []
    for seat, centre, is_crowded in zip(seats, centres, crowded, strict=True):
        islands = archipelagos().get(seat.code)
        if islands:
            mended.append(Seat(seat.code, seat.point, seat.area_km2, islands))
            continue
        former = np.unique(to_plane(seat.former).round(2), axis=0)
        distances = np.hypot(*(former - centre).T)
        used = seat.point
        if len(former) and (len(former) > 1 or is_crowded):
            nearest = float(distances.min())
            if nearest > max(_FAR_KM, _FAR_IN_SIDES * seat.side_km):
                middle = np.median(former, axis=0)
                used = _lonlats(middle[np.newaxis])[0]
                distances = np.hypot(*(former - middle).T)
                moved.append(Moved(seat.code, seat.point, used, nearest))
        own = former[distances <= _OWN_IN_SIDES * seat.side_km]
        mended.append(Seat(seat.code, used, seat.area_km2, _lonlats(own)))
    return tuple(mended), tuple(moved)


def approximate_areas(seats: Sequence[Seat]) -> dict[str, MultiPolygon]:
    """Return an area per commune code, WGS 84: none overlap, and each has its own point inside.

    ``seats`` should have been through :func:`mend_points`.
    """
    owners, points = _generators(seats)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(points), extend_to=shapely.box(-3000, 0, 3000, 3000), ordered=True
        )
    )
    country = _country(seats)
    shapely.prepare(country)
    areas = {}
    for number, seat in enumerate(seats):
        cell: Geometry = shapely.union_all(cells[owners == number])
        if not shapely.contains_properly(country, cell):
            cell = _polygons(shapely.intersection(cell, country))
        degrees = shapely.transform(cell, from_plane)
        areas[seat.code] = as_multipolygon(shapely.set_precision(degrees, _GRID_DEGREES))
    return areas


def as_multipolygon(geometry: Geometry) -> MultiPolygon:
    """Return the polygonal part of any geometry as one multipolygon."""
    parts = shapely.get_parts(_polygons(geometry))
    return MultiPolygon(list(parts))


@functools.cache
def archipelagos() -> Mapping[str, tuple[LonLat, ...]]:
    """Return the places of Hoàng Sa and Trường Sa by the unit's code."""
    file = resources.files("coverage.places") / "archipelagos.toml"
    units = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        code: tuple((east, north) for _, east, north in unit["places"])
        for code, unit in units.items()
    }


def _crowded(seats: Sequence[Seat], centres: NDArray[np.float64]) -> list[bool]:
    """Whether another commune's centroid lies within a quarter of the smaller one's side."""
    points = np.asarray(shapely.points(centres))
    reach = np.array([_CROWDED_IN_SIDES * seat.side_km for seat in seats])
    first, second = shapely.STRtree(points).query(points, predicate="dwithin", distance=reach)
    return list(np.bincount(first[first != second], minlength=len(seats)) > 0)


def _generators(seats: Sequence[Seat]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The owner and the plane position of every point that makes a cell; no two coincide."""
    seen: dict[LonLat, int] = {}
    for number, seat in enumerate(seats):  # centroids first: they outrank a former point
        point = seat.point
        while point in seen:  # two communes at one spot: 100 m apart is enough for two cells
            point = (round(point[0] + 0.001, 6), point[1])
        seen[point] = number
    for number, seat in enumerate(seats):
        for point in seat.former:
            seen.setdefault(point, number)
    return np.array(list(seen.values())), to_plane(list(seen))


def _country(seats: Sequence[Seat]) -> Geometry:
    """The discs around all points, with the bays between them closed and no holes left."""
    discs: list[Geometry] = []
    for seat in seats:
        radius = max(_SMALLEST_DISC_KM, _DISC_IN_SIDES * seat.side_km)
        if seat.code in archipelagos():
            radius = _SMALLEST_DISC_KM
        centres = np.asarray(shapely.points(to_plane([seat.point, *seat.former])))
        discs.extend(shapely.buffer(centres, radius, quad_segs=8))
    whole = shapely.union_all(discs).buffer(_CLOSING_KM).buffer(-_CLOSING_KM)
    return shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)])


def _lonlats(positions: NDArray[np.float64]) -> tuple[LonLat, ...]:
    return tuple((float(east), float(north)) for east, north in from_plane(positions))


def _polygons(geometry: Geometry) -> Geometry:
    """Leave out the lines and points that an intersection may return."""
    parts = shapely.get_parts(geometry)
    return shapely.union_all([part for part in parts if isinstance(part, Polygon)])
