"""The nearest station of an operator to each village, by the geodesic on the spheroid.

Stations stand in a tree by their places in space (metres from the Earth's centre). A straight
line through the Earth is never longer than the way over its surface, so once a way over the
surface is known, no station whose straight line is longer can be nearer. Two candidates of the
tree decide nearly every village; where the last candidate's straight line is not yet longer than
the shortest way found, more candidates are looked at, until one is or none is left. The answer is
therefore exact, without any assumption about sphere and spheroid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from coverage.distances import Floats, Places, bearings, geocentric
from coverage.towers import Technology

EQUALLY_FAR_M = 1e-6  # the geodesic is exact to some nanometres; less than this is no difference
_ROUNDING_M = 1e-6  # generous: a straight line between doubles errs by nanometres
_FIRST_DEPTH, _DEEPER = 2, 8

TECHNOLOGY_BIT = {technology: 1 << place for place, technology in enumerate(Technology)}


@dataclass(frozen=True, slots=True)
class Stations:
    """Stations of one operator, one beside the other in every array.

    ``technologies`` holds the sum of :data:`TECHNOLOGY_BIT` that a station has, 0 where the
    register does not say. Several stations may have one site's id.
    """

    site_ids: NDArray[np.int64]
    latitudes: Floats
    longitudes: Floats
    technologies: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.site_ids)

    def only(self, chosen: NDArray[np.bool_]) -> Stations:
        """Return the stations that are chosen, in the same order."""
        return Stations(
            self.site_ids[chosen], self.latitudes[chosen], self.longitudes[chosen],
            self.technologies[chosen],
        )  # fmt: skip

    def with_technology(self, technology: Technology) -> NDArray[np.bool_]:
        """Tell of each station whether it has the technology, as far as the register says.

        One whose technologies are not stated may have any, so it counts for each.
        """
        return (self.technologies & TECHNOLOGY_BIT[technology] != 0) | (self.technologies == 0)


@dataclass(frozen=True, slots=True)
class NearestStations:
    """Beside each village its nearest station.

    Where there is none, ``site_ids`` is 0, ``distances_m`` (geodesic metres) and ``bearings_deg``
    (azimuth from the village to the station, 0 to 360, clockwise from north) are not a number.
    ``stated`` is False where the register does not say that the station has the technology.
    """

    site_ids: NDArray[np.int64]
    distances_m: Floats
    bearings_deg: Floats
    latitudes: Floats
    longitudes: Floats
    stated: NDArray[np.bool_]


def nearest_of_each_technology(
    latitudes: Floats, longitudes: Floats, stations: Stations
) -> dict[Technology, NearestStations]:
    """Return the nearest station of each technology; of equally far ones that of the lowest site.

    Stations of which all have the same technologies are searched once.
    """
    # In this order the first of equally far stations is of the lowest site, stated before not.
    order = np.lexsort(
        (stations.longitudes, stations.latitudes, stations.technologies == 0, stations.site_ids)
    )
    ordered = stations.only(order)  # type: ignore[arg-type]  # places choose as truths do
    villages = geocentric(latitudes, longitudes)
    searched: dict[bytes, tuple[Places, Floats, Floats]] = {}
    answers = {}
    for technology in Technology:
        members = np.flatnonzero(ordered.with_technology(technology))
        key = members.tobytes()
        if key not in searched:
            searched[key] = _search(villages, latitudes, longitudes, ordered, members)
        answers[technology] = _answer(ordered, technology, *searched[key])
    return answers


def _answer(
    stations: Stations, technology: Technology, places: Places, apart: Floats, azimuths: Floats
) -> NearestStations:
    """What is told of the stations at ``places``; a place of −1 is none."""
    if not len(stations):
        none = np.full(len(places), np.nan)
        zeros = np.zeros(len(places), dtype=np.int64)
        return NearestStations(zeros, none, none, none, none, zeros == 0)
    found = places >= 0
    return NearestStations(
        np.where(found, stations.site_ids[places], 0),
        apart,
        azimuths,
        np.where(found, stations.latitudes[places], np.nan),
        np.where(found, stations.longitudes[places], np.nan),
        ~found | (stations.technologies[places] & TECHNOLOGY_BIT[technology] != 0),
    )


def _search(
    villages: Floats, latitudes: Floats, longitudes: Floats, stations: Stations, members: Places
) -> tuple[Places, Floats, Floats]:
    """Return of each village the place of its nearest member, the metres and the azimuth."""
    best = np.full(len(villages), -1, dtype=np.intp)
    apart, azimuths = np.full(len(villages), np.nan), np.full(len(villages), np.nan)
    if not len(members) or not len(villages):
        return best, apart, azimuths
    own_latitudes, own_longitudes = stations.latitudes[members], stations.longitudes[members]
    tree = cKDTree(geocentric(own_latitudes, own_longitudes), balanced_tree=False)
    pending, depth = np.arange(len(villages)), _FIRST_DEPTH
    while len(pending):
        depth = min(depth, len(members))
        straight, near = tree.query(villages[pending], k=np.arange(1, depth + 1))
        ways, angles = _ways(
            latitudes[pending], longitudes[pending], own_latitudes, own_longitudes, straight, near
        )
        shortest = ways.min(axis=1)
        certain = straight[:, -1] > shortest + EQUALLY_FAR_M + _ROUNDING_M
        if depth == len(members):
            certain[:] = True
        # The members are in the order that decides between equally far ones.
        equal = ways <= shortest[:, None] + EQUALLY_FAR_M
        column = np.where(equal, near, len(members)).argmin(axis=1)
        rows = np.flatnonzero(certain)
        chosen = (rows, column[rows])
        decided = pending[rows]
        best[decided] = members[near[chosen]]
        apart[decided], azimuths[decided] = ways[chosen], angles[chosen]
        pending, depth = pending[~certain], depth * _DEEPER
    return best, apart, azimuths


def _ways(
    latitudes: Floats, longitudes: Floats, own_latitudes: Floats, own_longitudes: Floats,
    straight: Floats, near: Places,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the way over the surface to each candidate that may be the nearest, and azimuths.

    To the others, whose straight line is longer than the way to the first, it is infinite.
    """
    ways, angles = np.full(near.shape, np.inf), np.full(near.shape, np.nan)
    first = near[:, 0]
    ways[:, 0], angles[:, 0] = bearings(
        latitudes, longitudes, own_latitudes[first], own_longitudes[first]
    )
    limit = ways[:, 0] + EQUALLY_FAR_M + _ROUNDING_M
    row, column = np.nonzero(straight[:, 1:] <= limit[:, None])
    column += 1
    other = near[row, column]
    ways[row, column], angles[row, column] = bearings(
        latitudes[row], longitudes[row], own_latitudes[other], own_longitudes[other]
    )
    return ways, angles
