"""Finding what lies around the sites of an award, among everything in the country."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np

from coverage.deliveries import SitePoint
from coverage.distances import SHORTEST_DEGREE_M
from coverage.storage.award_counts import Box, Planned, Village

Place = TypeVar("Place", Village, Planned)


def box_of(sites: Sequence[SitePoint], within_m: float) -> Box:
    """Return the box that has everything within so many metres of the sites, and some more."""
    if not sites:
        return (0.0, 0.0, 0.0, 0.0)
    latitudes = [site.latitude for site in sites]
    longitudes = [site.longitude for site in sites]
    up = within_m / SHORTEST_DEGREE_M * 1.01
    aside = up / max(0.1, math.cos(math.radians(max(map(abs, latitudes)) + up)))
    return (
        min(longitudes) - aside, min(latitudes) - up, max(longitudes) + aside, max(latitudes) + up,
    )  # fmt: skip


class Around(Generic[Place]):
    """Places, of which those around some sites are asked for again and again."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places: Sequence[Place] = places
        points = [each.place if isinstance(each, Planned) else each for each in places]
        self._latitudes = np.array([each.latitude for each in points], dtype=np.float64)
        self._longitudes = np.array([each.longitude for each in points], dtype=np.float64)

    def of(self, sites: Sequence[SitePoint], within_m: float) -> list[Place]:
        """Return the places in the box around the sites; the rules measure them one by one."""
        west, south, east, north = box_of(sites, within_m)
        inside = (
            (self._longitudes >= west) & (self._longitudes <= east)
            & (self._latitudes >= south) & (self._latitudes <= north)
        )  # fmt: skip
        return [self._places[index] for index in np.flatnonzero(inside).tolist()]
