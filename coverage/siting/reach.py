"""Who covers whom, by distance: in metres on a plane, or on the spheroid from degrees."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from coverage.distances import geocentric, metres
from coverage.siting.problem import Floats

Points = tuple[Floats, Floats]
MOST_PAIRS = 20_000_000  # of a candidate and a demand: more than two gigabytes of work
_AT_ONCE = 2_000  # candidates


class TooManyPairs(ValueError):
    """More candidates reach more demand than can be held; the radius is likely in other units."""


def on_a_plane(demand: Points, candidates: Points, radius_m: float) -> sparse.csr_array:
    """Return candidates × demand for points (x, y) in metres; the radius itself covers.

    Raises:
        TooManyPairs: see :data:`MOST_PAIRS`.
    """
    tree = cKDTree(np.column_stack(demand))
    return _near(tree, np.column_stack(candidates), radius_m)


def on_the_spheroid(demand: Points, candidates: Points, radius_m: float) -> sparse.csr_array:
    """Return candidates × demand for points (longitude, latitude) in degrees, geodesically.

    Raises:
        TooManyPairs: see :data:`MOST_PAIRS`.
    """
    (longitudes, latitudes), (from_lon, from_lat) = demand, candidates
    tree = cKDTree(geocentric(latitudes, longitudes))
    near = _near(tree, geocentric(from_lat, from_lon), radius_m)
    # The straight line through the Earth is the shorter one: the near ones are measured again.
    row = np.repeat(np.arange(near.shape[0]), np.diff(near.indptr))
    apart = metres(from_lat[row], from_lon[row], latitudes[near.indices], longitudes[near.indices])
    within = apart <= radius_m
    counts = np.bincount(row[within], minlength=near.shape[0])
    return sparse.csr_array(
        (np.ones(int(within.sum()), dtype=bool), near.indices[within], np.r_[0, np.cumsum(counts)]),
        shape=near.shape,
    )


def _near(tree: cKDTree, candidates: Floats, radius_m: float) -> sparse.csr_array:
    """Return who lies within a straight line of ``radius_m`` of each candidate, in order."""
    sizes, places, pairs = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], 0
    for start in range(0, len(candidates), _AT_ONCE):
        block = candidates[start : start + _AT_ONCE]
        sizes.append(tree.query_ball_point(block, radius_m, return_length=True))
        pairs += int(sizes[-1].sum())
        if pairs > MOST_PAIRS:
            raise TooManyPairs(pairs)
        found = tree.query_ball_point(block, radius_m, return_sorted=True)
        places += [np.asarray(each, dtype=np.int64) for each in found]
    ends = np.cumsum(np.concatenate(sizes))
    return sparse.csr_array(
        (np.ones(pairs, dtype=np.bool_), np.concatenate(places), ends),
        shape=(len(candidates), tree.n),
    )
