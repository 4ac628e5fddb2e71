"""A flat picture of the country, good enough to compare neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

KM_PER_DEGREE = 111.0
_MIDDLE_LONGITUDE = 107.0


def to_plane(points: ArrayLike) -> NDArray[np.float64]:
    """Return longitude, latitude pairs as kilometres east and north on a sinusoidal plane.

    Each parallel keeps its true length; shapes lean by at most 4° on the mainland, which moves
    a line half-way between two neighbours by less than their distance times 0.04.
    """
    degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    east = (degrees[:, 0] - _MIDDLE_LONGITUDE) * np.cos(np.radians(degrees[:, 1]))
    return np.column_stack([east, degrees[:, 1]]) * KM_PER_DEGREE


def from_plane(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return plane positions as longitude, latitude pairs, rounded to about 0.1 m."""
    latitudes = positions[:, 1] / KM_PER_DEGREE
    east = positions[:, 0] / KM_PER_DEGREE / np.cos(np.radians(latitudes))
    return np.column_stack([east + _MIDDLE_LONGITUDE, latitudes]).round(6)
