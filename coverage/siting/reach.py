"""Who covers whom, by distance: in metres on a plane, or on the spheroid from degrees."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from coverage.distances import geocentric, metres
from coverage.siting.problem import Floats

Points = tuple[Floats, Floats]


def on_a_plane(demand: Points, candidates: Points, radius_m: float) -> sparse.csr_array:
    """Return candidates × demand for points (x, y) in metres; the radius itself covers."""
    tree = cKDTree(np.column_stack(demand))
    found = tree.query_ball_point(np.column_stack(candidates), radius_m, return_sorted=True)
    return _matrix(found, len(demand[0]))


def on_the_spheroid(demand: Points, candidates: Points, radius_m: float) -> sparse.csr_array:
    """Return candidates × demand for points (longitude, latitude) in degrees, geodesically."""
    (longitudes, latitudes), (from_lon, from_lat) = demand, candidates
    tree = cKDTree(geocentric(latitudes, longitudes))
    found = tree.query_ball_point(geocentric(from_lat, from_lon), radius_m, return_sorted=True)
    near = _matrix(found, len(latitudes))
    # The straight line through the Earth is the shorter one: the near ones are measured again.
    row = np.repeat(np.arange(near.shape[0]), np.diff(near.indptr))
    apart = metres(from_lat[row], from_lon[row], latitudes[near.indices], longitudes[near.indices])
    within = apart <= radius_m
    counts = np.bincount(row[within], minlength=near.shape[0])
    return sparse.csr_array(
        (np.ones(int(within.sum()), dtype=bool), near.indices[within], np.r_[0, np.cumsum(counts)]),
        shape=near.shape,
    )


def _matrix(found: list[list[int]], demand: int) -> sparse.csr_array:
    ends = np.r_[0, np.cumsum([len(each) for each in found])]
    places = np.concatenate(
        [np.asarray(each, dtype=np.int64) for each in found] or [np.array([], dtype=np.int64)]
    )
    return sparse.csr_array(
        (np.ones(len(places), dtype=bool), places, ends), shape=(len(found), demand)
    )
