"""Distances between many points: geodesic metres on the WGS 84 spheroid.

Points come as arrays of latitudes and longitudes in degrees. Near ones are found in a tree over
straight lines through the Earth, which are never longer than the way over its surface, and then
measured on the spheroid. Near shapes (roads, power lines) are found in a tree on Mercator's map,
whose scale at any latitude is known, and then measured in the same way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Shapes = NDArray[np.object_]

_WGS84 = Geod(ellps="WGS84")
_CIRCLE_DEG = 360.0
SHORTEST_DEGREE_M = 110_500.0
"""A little less than a degree of latitude anywhere, and than one of longitude at the equator."""
_STEPS = 3  # to a segment's nearest point; each leaves a millionth of the error before
_ROUNDING_M = 0.01
_PIECES_AT_ONCE = 500_000  # of lines, to bound memory


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
    straight = within_m + _ROUNDING_M  # a millimetre's way and its straight line differ by rounding
    pairs = np.sort(_tree(latitudes, longitudes).query_pairs(straight, output_type="ndarray"), 1)
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


def to_nearest(points: tuple[Floats, Floats], shapes: Shapes) -> Floats:
    """Return the distance from each point to the nearest of the shapes; infinite where none is.

    ``shapes`` are points and lines with longitude first; a line is straight between its corners
    in degrees, as a map without projection draws it.
    """
    starts, ends = _segments(shapes)
    nearest = np.full(len(points[0]), np.inf)
    for start in range(0, len(starts) if len(nearest) else 0, _PIECES_AT_ONCE):
        some = slice(start, start + _PIECES_AT_ONCE)
        nearest = np.minimum(nearest, _to_nearest_piece(points, starts[some], ends[some]))
    return nearest


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


def _segments(shapes: Shapes) -> tuple[Floats, Floats]:
    """The straight pieces of all shapes, from and to (longitude, latitude); a point is one to itself."""
    import shapely  # noqa: PLC0415 - most programs measure between points only

    corners, owner = shapely.get_coordinates(shapely.get_parts(shapes), return_index=True)
    together = owner[1:] == owner[:-1]
    alone = np.bincount(owner)[owner] == 1 if len(owner) else np.zeros(0, dtype=np.bool_)
    starts = np.concatenate((corners[:-1][together], corners[alone]))
    return starts, np.concatenate((corners[1:][together], corners[alone]))


def _to_nearest_piece(points: tuple[Floats, Floats], starts: Floats, ends: Floats) -> Floats:
    """The distance from each point to the nearest of the straight pieces beside one another."""
    import shapely  # noqa: PLC0415 - most programs measure between points only

    from_lat, from_lon = (np.asarray(each, dtype=np.float64) for each in points)
    pieces = np.asarray(shapely.linestrings(np.stack((_mercator(starts), _mercator(ends)), axis=1)))
    tree = shapely.STRtree(pieces)
    here = np.asarray(shapely.points(_mercator(np.column_stack((from_lon, from_lat)))))
    point, first = tree.query_nearest(here, all_matches=False)
    nearest = np.full(len(from_lat), np.inf)
    nearest[point] = _to_segments(from_lat[point], from_lon[point], starts[first], ends[first])
    # Whatever is nearer lies on the map within this way, drawn at the largest scale it can have.
    farthest = np.minimum(np.abs(from_lat) + nearest / SHORTEST_DEGREE_M, 85.0)
    slack_m = _bend_m(starts, ends) + _ROUNDING_M
    reach = (nearest + slack_m) * _scale(farthest)
    point, other = tree.query(here, predicate="dwithin", distance=reach)
    np.minimum.at(
        nearest, point, _to_segments(from_lat[point], from_lon[point], starts[other], ends[other])
    )
    return nearest


def _to_segments(from_lat: Floats, from_lon: Floats, starts: Floats, ends: Floats) -> Floats:
    """The distance from each point to the segment beside it.

    The nearest place on the segment is where the way to the point stands square on it; each step
    goes as far along the segment as the way leans.
    """
    run = ends - starts
    squared = np.sum(_in_metres(run, starts[:, 1]) ** 2, axis=1)
    at = np.full(len(starts), 0.5)
    length = np.sqrt(squared)
    for _ in range(_STEPS + 1):
        foot = starts + at[:, None] * run
        tangent = _in_metres(run, foot[:, 1])
        azimuth, _, way = _WGS84.inv(foot[:, 0], foot[:, 1], from_lon, from_lat)
        towards = np.radians(azimuth)
        along = way * (tangent[:, 0] * np.sin(towards) + tangent[:, 1] * np.cos(towards))
        step = np.divide(along, squared, out=np.zeros_like(along), where=length > 0)
        at = np.clip(at + step, 0.0, 1.0)
    foot = starts + at[:, None] * run
    return metres(from_lat, from_lon, foot[:, 1], foot[:, 0])


def _in_metres(run: Floats, latitudes: Floats) -> Floats:
    """Differences of longitude and latitude as metres east and north at these latitudes."""
    phi = np.radians(latitudes)
    root = np.sqrt(1 - _WGS84.es * np.sin(phi) ** 2)
    east = np.radians(run[:, 0]) * _WGS84.a * np.cos(phi) / root
    north = np.radians(run[:, 1]) * _WGS84.a * (1 - _WGS84.es) / root**3
    return np.column_stack((east, north))


def _mercator(points: Floats) -> Floats:
    """Longitudes and latitudes on Mercator's map of the spheroid, in metres at the equator."""
    lam, sine = np.radians(points[:, 0]), np.sin(np.radians(points[:, 1]))
    e = np.sqrt(_WGS84.es)
    return np.column_stack((lam, np.arctanh(sine) - e * np.arctanh(e * sine))) * _WGS84.a


def _scale(latitudes: Floats) -> Floats:
    """By how much Mercator's map enlarges at these latitudes; the same in every direction."""
    phi = np.radians(latitudes)
    return np.asarray(np.sqrt(1 - _WGS84.es * np.sin(phi) ** 2) / np.cos(phi))


def _bend_m(starts: Floats, ends: Floats) -> float:
    """How far a line straight in degrees can lie from the one straight on Mercator's map, at most."""
    reach = np.sum(_in_metres(ends - starts, np.zeros(len(starts))) ** 2, axis=1).max()
    steepest = np.radians(np.abs(np.concatenate((starts[:, 1], ends[:, 1]))).max())
    return float(reach * np.tan(steepest) / (8 * _WGS84.b)) * 2
