"""Distances between many points: geodesic metres on the WGS 84 spheroid.

Points come as arrays of latitudes and longitudes in degrees. Near ones are found in a tree over
straight lines through the Earth, which are never longer than the way over its surface, and then
measured on the spheroid.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_WGS84 = Geod(ellps="WGS84")
_CIRCLE_DEG = 360.0


def metres(from_lat: Floats, from_lon: Floats, to_lat: Floats, to_lon: Floats) -> Floats:
    """Return the distance from each point to the one beside it."""
    return np.asarray(_WGS84.inv(from_lon, from_lat, to_lon, to_lat)[2], dtype=np.float64)


def bearings(
    from_lat: Floats, from_lon: Floats, to_lat: Floats, to_lon: Floats
) -> tuple[Floats, Floats]:
    """Return the distance from each point to the one beside it, and its azimuth from there.

    The azimuth is in degrees from 0 (north) clockwise to less than 360; from a point to itself
    it is 0.
    """
    azimuth, _, apart = _WGS84.inv(from_lon, from_lat, to_lon, to_lat)
    turned = np.asarray(azimuth, dtype=np.float64) % _CIRCLE_DEG
    metres_apart = np.asarray(apart, dtype=np.float64)
    # A hair west of north is rounded to a full circle.
    return metres_apart, np.where((turned == _CIRCLE_DEG) | (metres_apart == 0), 0.0, turned)


def close_pairs(latitudes: Floats, longitudes: Floats, within_m: float) -> tuple[Places, Places]:
    """Return every pair of points at most ``within_m`` apart, by place, the nearest pair first.

    The first of a pair comes before the second in the arrays; pairs at equal distances are in
    the order of their places.
    """
    pairs = np.sort(_tree(latitudes, longitudes).query_pairs(within_m, output_type="ndarray"), 1)
    first, second = pairs[:, 0], pairs[:, 1]
    apart = metres(latitudes[first], longitudes[first], latitudes[second], longitudes[second])
    order = np.lexsort((second, first, apart))
    order = order[apart[order] <= within_m]
    return first[order], second[order]


def count_close_pairs(latitudes: Floats, longitudes: Floats, within_m: float) -> int:
    """Return how many pairs of points lie within ``within_m`` on a straight line; quick."""
    tree = _tree(latitudes, longitudes)
    return (int(tree.count_neighbors(tree, within_m)) - len(latitudes)) // 2


def reached(
    points: tuple[Floats, Floats], sources: tuple[Floats, Floats], reach_m: float
) -> Places:
    """Return the places of the ``points`` that lie at most ``reach_m`` from one of ``sources``."""
    if not len(points[0]) or not len(sources[0]):
        return np.empty(0, dtype=np.intp)
    near = _tree(*sources).query_ball_point(geocentric(*points), reach_m)
    counts = np.array([len(each) for each in near])
    point = np.repeat(np.arange(len(counts)), counts)
    source = np.array([place for each in near for place in each], dtype=np.intp)
    latitudes, longitudes = points
    apart = metres(latitudes[point], longitudes[point], sources[0][source], sources[1][source])
    return np.unique(point[apart <= reach_m])


def geocentric(latitudes: Floats, longitudes: Floats) -> Floats:
    """Return points on the spheroid as x, y, z in metres from the Earth's centre."""
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    normal = _WGS84.a / np.sqrt(1 - _WGS84.es * np.sin(phi) ** 2)
    flat = normal * np.cos(phi)
    return np.column_stack(
        (flat * np.cos(lam), flat * np.sin(lam), normal * (1 - _WGS84.es) * np.sin(phi))
    )


def _tree(latitudes: Floats, longitudes: Floats) -> cKDTree:
    return cKDTree(geocentric(latitudes, longitudes))
