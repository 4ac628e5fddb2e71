"""Areas that answer how far a point lies from them, and an index that finds a point's commune."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Point

from coverage.places.plane import to_plane

_EQUATOR_M = 111_319.49  # one degree of longitude on the equator of WGS 84
_FLATTENING_E2 = 0.00669437999
_MERIDIAN_M = 110_574.28  # one degree of latitude at the equator
_PLANE_LEANS = 1.06  # by this much the country's plane may rank two neighbours wrongly
_TOUCHING_KM = 1e-3


class Area:
    """A commune's area. Points are WGS 84; distances are good to 0.3 % within 50 km.

    It is measured on a plane that touches the earth at the area's middle latitude.
    """

    def __init__(self, code: str, name: str, shape: MultiPolygon) -> None:
        self.code = code
        self.name = name
        self.shape = shape

    def covers(self, latitude: float, longitude: float) -> bool:
        """Return whether the point lies inside or on the border."""
        return bool(shapely.intersects_xy(self.shape, longitude, latitude))

    def distance_m(self, latitude: float, longitude: float) -> float:
        """Return the metres from the point to the area; 0 inside it and on its border."""
        if self.covers(latitude, longitude):
            return 0.0
        middle, shape = self._local
        east, north = _metres(middle, np.array([longitude]), np.array([latitude]))
        return float(shape.distance(Point(east[0], north[0])))

    @cached_property
    def _local(self) -> tuple[tuple[float, float], MultiPolygon]:
        """The middle of the area, and the area in metres around it."""
        shapely.prepare(self.shape)
        west, south, east, north = self.shape.bounds
        middle = ((west + east) / 2, (south + north) / 2)

        def flat(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(_metres(middle, pairs[:, 0], pairs[:, 1]))

        local = shapely.transform(self.shape, flat)
        shapely.prepare(local)
        return middle, local


class Areas:
    """Several areas as one place: a province, or the communes that may be meant."""

    def __init__(self, name: str, areas: Iterable[Area]) -> None:
        self.name = name
        self.areas = tuple(areas)

    def distance_m(self, latitude: float, longitude: float) -> float:
        """Return the metres from the point to the nearest of the areas; 0 inside any."""
        return self.nearest(latitude, longitude)[1]

    def nearest(self, latitude: float, longitude: float) -> tuple[Area, float]:
        """Return the area that covers the point, else the nearest, and the metres to it."""
        if len(self.areas) == 1:
            return self.areas[0], self.areas[0].distance_m(latitude, longitude)
        point = Point(to_plane([(longitude, latitude)])[0])
        _, nearest_km = self._tree.query_nearest(point, all_matches=False, return_distance=True)
        reach_km = _PLANE_LEANS * float(nearest_km[0]) + _TOUCHING_KM
        close = self._tree.query(point, predicate="dwithin", distance=reach_km)
        distances = [(self.areas[at].distance_m(latitude, longitude), at) for at in sorted(close)]
        distance, at = min(distances)
        return self.areas[at], distance

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree([shapely.transform(area.shape, to_plane) for area in self.areas])


class AreaIndex:
    """Finds the commune of many points at once; where two cover a point, the lower code wins."""

    def __init__(self, areas: Mapping[str, MultiPolygon]) -> None:
        self._codes = np.array(sorted(areas), dtype="<U5")
        self._tree = shapely.STRtree([areas[code] for code in self._codes])

    def locate(
        self, longitudes: ArrayLike, latitudes: ArrayLike,
        preferred: Sequence[str | None] | None = None,
    ) -> NDArray[np.str_]:  # fmt: skip
        """Return the code of the commune that covers each point, "" where none does.

        A border belongs to both sides. ``preferred`` names a commune per point that wins where
        it is one of several: the declared one. A coordinate that is nan lies nowhere.
        """
        pairs = np.column_stack([longitudes, latitudes]).astype(np.float64)
        points = np.asarray(shapely.points(pairs))
        found = np.full(len(points), "", dtype="<U5")
        at, area = self._tree.query(points, predicate="intersects")
        order = np.lexsort((area, at))[::-1]
        found[at[order]] = self._codes[area[order]]  # the last assignment is the lowest code
        if preferred is not None and len(at):
            wanted = np.array([code or "" for code in preferred], dtype="<U5")
            named = self._codes[area] == wanted[at]
            found[at[named]] = wanted[at[named]]
        return found


def _metres(
    middle: tuple[float, float], longitudes: NDArray[np.float64], latitudes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres east and north of ``middle``, by the ellipsoid's radii at its latitude."""
    longitude, latitude = middle
    sine = math.sin(math.radians(latitude))
    curve = 1 - _FLATTENING_E2 * sine * sine
    east_m = _EQUATOR_M * math.cos(math.radians(latitude)) / math.sqrt(curve)
    north_m = _MERIDIAN_M / curve**1.5
    return (longitudes - longitude) * east_m, (latitudes - latitude) * north_m
