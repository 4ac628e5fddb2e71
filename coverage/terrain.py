"""Line of sight from a village to a mast over the ground between.

A profile is the ground's height at points of equal distance along the geodesic. The Earth's
bulge is added to it with the effective radius of k = 4/3 that stands for the mean bending of
radio rays (Recommendation ITU-R P.526, section 1: a_e = k·a; k from Recommendation ITU-R P.310).
Only whether the straight ray passes above the ground is told; diffraction is left to the
propagation models.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Floats = NDArray[np.float64]

EARTH_RADIUS_M = 6_371_000.0
EFFECTIVE_RADIUS_FACTOR = 4 / 3
FINEST_SPACING_M = 10.0
COARSEST_SPACING_M = 30.0

_WGS84 = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Line:
    """From a village to a site: degrees of WGS 84, and the antenna's height above the ground.

    ``antenna_height_m`` is None where the register does not state it; the height that a setting
    assumes is taken then.
    """

    latitude: float
    longitude: float
    site_latitude: float
    site_longitude: float
    antenna_height_m: float | None = None


@dataclass(frozen=True, slots=True)
class Paths:
    """Where the profiles of many lines are to be read.

    ``longitudes`` and ``latitudes`` hold the beginning, the middle and the end of each line
    (degrees, shape (lines, 3)), ``lengths_m`` its geodesic length, ``counts`` how many points
    its profile has, both ends among them.
    """

    longitudes: Floats
    latitudes: Floats
    lengths_m: Floats
    counts: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Sights:
    """What the ground says to many lines; arrays of one entry per line.

    ``known`` is False where the ground at an end, or so much of it between that it could hide
    the mast, is not known; ``clear`` is False there too. ``clearance_m`` is the height of the
    ray above the ground at the worst known point between the ends, negative where the ground
    stands in the way; ``worst_at_m`` is that point's distance from the village.
    """

    known: NDArray[np.bool_]
    clear: NDArray[np.bool_]
    clearance_m: Floats
    worst_at_m: Floats

    def answers(self) -> list[bool | None]:
        """Return per line whether the mast is seen, None where the ground does not tell."""
        return [
            clear if known else None
            for known, clear in zip(self.known.tolist(), self.clear.tolist(), strict=True)
        ]


def paths(
    latitudes: tuple[Floats, Floats], longitudes: tuple[Floats, Floats], spacing_m: float
) -> Paths:
    """Return where to read the ground from each village to its site.

    Each tuple holds the villages' degrees, then the sites'. Points of a profile are at most
    ``spacing_m`` apart.
    """
    (from_lat, to_lat), (from_lon, to_lon) = latitudes, longitudes
    azimuth, _, length = _WGS84.inv(from_lon, from_lat, to_lon, to_lat)
    middle_lon, middle_lat, _ = _WGS84.fwd(from_lon, from_lat, azimuth, np.asarray(length) / 2)
    lengths = np.asarray(length, dtype=np.float64)
    counts = np.maximum(np.ceil(lengths / spacing_m).astype(np.intp), 1) + 1
    return Paths(
        np.column_stack((from_lon, middle_lon, to_lon)),
        np.column_stack((from_lat, middle_lat, to_lat)),
        lengths,
        counts,
    )


def spacing(resolution_m: float) -> float:
    """Return how far apart the points of a profile may be over ground of this resolution."""
    return min(max(resolution_m, FINEST_SPACING_M), COARSEST_SPACING_M)


def bulge(from_one_end_m: Floats, from_other_end_m: Floats) -> Floats:
    """Return by how much the Earth rises above the chord at a point of a line, in metres."""
    return from_one_end_m * from_other_end_m / (2 * EFFECTIVE_RADIUS_FACTOR * EARTH_RADIUS_M)


def look(
    ground_m: NDArray[np.floating], taken: Paths, antenna_m: Floats, receiver_m: float
) -> Sights:
    """Tell for each line whether the ground lets the village see the mast.

    ``ground_m`` holds the profiles one after the other, ``taken.counts`` points each, nan where
    the ground is not known; ``antenna_m`` and ``receiver_m`` are heights above the ground.
    """
    if not len(taken.counts):
        nothing = np.empty(0, dtype=np.bool_)
        return Sights(nothing, nothing, np.empty(0), np.empty(0))
    counts = taken.counts
    last = np.cumsum(counts) - 1
    first = last - counts + 1
    line = np.repeat(np.arange(len(counts)), counts)
    share = (np.arange(len(line)) - first[line]) / (counts - 1)[line]
    at_m = share * taken.lengths_m[line]
    receiver = ground_m[first] + receiver_m
    antenna = ground_m[last] + antenna_m
    ray = receiver[line] + share * (antenna - receiver)[line]
    clearance = ray - ground_m - bulge(at_m, taken.lengths_m[line] - at_m)
    # The ends are where the antennas stand: they hide nothing, whatever their own height.
    clearance[first] = clearance[last] = np.inf
    missing = np.isnan(clearance)
    clearance[missing] = np.inf
    worst = np.minimum.reduceat(clearance, first)
    at_worst = np.where(clearance == worst[line], at_m, np.inf)
    worst_at = np.minimum.reduceat(at_worst, first)
    ends_known = np.isfinite(receiver + antenna)
    # What is not known between cannot take away what is known to stand in the way.
    blocked = ends_known & (worst < 0)
    known = blocked | (ends_known & ~np.logical_or.reduceat(missing, first))
    between = ends_known & np.isfinite(worst)
    return Sights(
        known,
        known & ~blocked,
        np.where(between, worst, np.nan),
        np.where(between, worst_at, np.nan),
    )
