"""The nearest station of an operator to each village, by the geodesic on the spheroid.

Stations stand in a tree by their places in space (metres from the Earth's centre). A straight
line through the Earth is never longer than the way over its surface, so once a way over the
surface is known, no station whose straight line is longer can be nearer. Two candidates of the
tree decide nearly every village; where the last candidate's straight line is not yet longer than
the shortest way found, more candidates are looked at, until one is or none is left. The answer is
therefore exact, without any assumption about sphere and spheroid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from coverage.distances import Floats, Places, bearings, geocentric
from coverage.towers import Technology

Points = tuple[Floats, Floats]  # latitudes, longitudes in degrees

EQUALLY_FAR_M = 1e-6  # the geodesic is exact to some nanometres; less than this is no difference
_ROUNDING_M = 1e-6  # generous: a straight line between doubles errs by nanometres
_FIRST_DEPTH, _DEEPER = 2, 8

_BIT = {technology: 1 << place for place, technology in enumerate(Technology)}


def bits_of(technologies: Iterable[Technology]) -> int:
    """Return a set of technologies as one number: the sum of a bit for each."""
    return sum(_BIT[technology] for technology in set(technologies))


@dataclass(frozen=True, slots=True)
class Stations:
    """Stations of one operator, one beside the other in every array.

    ``technologies`` holds :func:`bits_of` what a station has, 0 where the register does not say;
    a height that it does not say is not a number. Several stations may have one site's id.
    """

    site_ids: NDArray[np.int64]
    latitudes: Floats
    longitudes: Floats
    technologies: NDArray[np.int32]
    antenna_heights_m: Floats

    def __len__(self) -> int:
        return len(self.site_ids)

    def only(self, chosen: NDArray[np.bool_] | Places) -> Stations:
        """Return the stations that are chosen, by truths or by places."""
        return Stations(
            self.site_ids[chosen], self.latitudes[chosen], self.longitudes[chosen],
            self.technologies[chosen], self.antenna_heights_m[chosen],
        )  # fmt: skip

    def with_technology(self, technology: Technology) -> NDArray[np.bool_]:
        """Tell of each station whether it has the technology, as far as the register says.

        One whose technologies are not stated may have any, so it counts for each.
        """
        named = self.technologies & _BIT[technology]
        return np.asarray((named != 0) | (self.technologies == 0), dtype=np.bool_)


def joined(parts: Sequence[Stations]) -> Stations:
    """Return the stations of all parts, one after the other."""
    if not parts:
        nothing = np.empty(0)
        ids, bits = nothing.astype(np.int64), nothing.astype(np.int32)
        return Stations(ids, nothing, nothing, bits, nothing)
    return Stations(
        np.concatenate([part.site_ids for part in parts]),
        np.concatenate([part.latitudes for part in parts]),
        np.concatenate([part.longitudes for part in parts]),
        np.concatenate([part.technologies for part in parts]),
        np.concatenate([part.antenna_heights_m for part in parts]),
    )


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
    antenna_heights_m: Floats
    stated: NDArray[np.bool_]


def nearest_of_each_technology(
    villages: Points, stations: Stations
) -> dict[Technology, NearestStations]:
    """Return the nearest station of each technology; of equally far ones that of the lowest site.

    Technologies that the same stations have are searched once.
    """
    ordered = stations.only(_by_precedence(stations))
    searched: dict[bytes, _Found] = {}
    answers = {}
    for technology in Technology:
        members = np.flatnonzero(ordered.with_technology(technology))
        key = members.tobytes()
        if key not in searched:
            searched[key] = _search(villages, ordered.only(members))
        answers[technology] = _answer(ordered.only(members), technology, searched[key])
    return answers


def _by_precedence(stations: Stations) -> Places:
    """Return the order in which the first of equally far stations is the one to name.

    That is the one of the lowest site, stated before not. The points decide between stations of
    one site, so that the same register gives the same answer in whichever order it is read.
    """
    order = np.argsort(stations.site_ids, kind="stable")
    ids = stations.site_ids[order]
    if not (ids[1:] == ids[:-1]).any():
        return order
    unstated = stations.technologies == 0
    return np.lexsort((stations.longitudes, stations.latitudes, unstated, stations.site_ids))


@dataclass(frozen=True, slots=True)
class _Found:
    """The place of each village's nearest station (−1: none), the metres and the azimuth."""

    places: Places
    distances_m: Floats
    bearings_deg: Floats


def _answer(stations: Stations, technology: Technology, found: _Found) -> NearestStations:
    count = len(found.places)
    if not len(stations):
        none, zeros = np.full(count, np.nan), np.zeros(count, dtype=np.int64)
        return NearestStations(zeros, none, none, none, none, none, zeros == 0)
    nearest = stations.only(found.places)
    return NearestStations(
        nearest.site_ids, found.distances_m, found.bearings_deg,
        nearest.latitudes, nearest.longitudes, nearest.antenna_heights_m,
        (nearest.technologies & _BIT[technology]).astype(np.bool_),
    )  # fmt: skip


def _search(villages: Points, stations: Stations) -> _Found:
    """Look at more and more candidates until each village's nearest station is certain."""
    count = len(villages[0])
    found = _Found(
        np.full(count, -1, dtype=np.intp), np.full(count, np.nan), np.full(count, np.nan)
    )
    if not len(stations):
        return found
    tree = cKDTree(geocentric(stations.latitudes, stations.longitudes), balanced_tree=False)
    in_space = geocentric(*villages)
    pending, depth = np.arange(count), _FIRST_DEPTH
    while len(pending):
        depth = min(depth, len(stations))
        straight, near = tree.query(in_space[pending], k=np.arange(1, depth + 1))
        here = villages[0][pending], villages[1][pending]
        ways, azimuths = _ways(here, (stations.latitudes, stations.longitudes), straight, near)
        shortest = ways.min(axis=1)
        certain = straight[:, -1] > shortest + EQUALLY_FAR_M + _ROUNDING_M
        certain |= depth == len(stations)
        # The stations come in the order that decides between equally far ones.
        equally_far = ways <= shortest[:, None] + EQUALLY_FAR_M
        column = np.where(equally_far, near, len(stations)).argmin(axis=1)
        row = np.flatnonzero(certain)
        chosen = row, column[row]
        found.places[pending[row]] = near[chosen]
        found.distances_m[pending[row]] = ways[chosen]
        found.bearings_deg[pending[row]] = azimuths[chosen]
        pending, depth = pending[~certain], depth * _DEEPER
    return found


def _ways(
    villages: Points, stations: Points, straight: Floats, near: Places
) -> tuple[Floats, Floats]:
    """Return the way over the surface to each candidate that may be the nearest, and azimuths.

    To the others, whose straight line is longer than the way to the first, it is infinite.
    """
    ways, azimuths = np.full(near.shape, np.inf), np.full(near.shape, np.nan)
    (latitudes, longitudes), (to_latitudes, to_longitudes) = villages, stations
    first = near[:, 0]
    ways[:, 0], azimuths[:, 0] = bearings(
        latitudes, longitudes, to_latitudes[first], to_longitudes[first]
    )
    limit = ways[:, 0] + EQUALLY_FAR_M + _ROUNDING_M
    row, column = np.nonzero(straight[:, 1:] <= limit[:, None])
    other = near[row, column + 1]
    ways[row, column + 1], azimuths[row, column + 1] = bearings(
        latitudes[row], longitudes[row], to_latitudes[other], to_longitudes[other]
    )
    return ways, azimuths
