"""Which points lie within a gap of one another, on the ellipsoid, without trying every pair."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coverage.lots.borders import Borders, CommuneKey

if TYPE_CHECKING:
    from pyproj import Geod

Links = Sequence[frozenset[int]]
"""For each point, the points it is linked to; points are numbered from 0."""

_EQUATOR_M = 6_378_137.0  # WGS 84
_ECCENTRICITY_SQUARED = 6.69437999014e-3
_SLACK_M = 0.001  # rounding of the straight lines; the geodesic decides


def links_within(
    longitudes: Sequence[float], latitudes: Sequence[float], gap_m: float
) -> tuple[frozenset[int], ...]:
    """Return for each point the points at most ``gap_m`` away, by geodesic distance.

    A tree finds the candidates by straight lines through the earth: a straight line is never
    longer than the way over the surface, so no pair is missed.
    """
    from scipy.spatial import KDTree  # noqa: PLC0415 - costs more than a small command

    linked: list[set[int]] = [set() for _ in longitudes]
    if len(linked) > 1:
        tree = KDTree(_through_the_earth(longitudes, latitudes))
        pairs = tree.query_pairs(gap_m + _SLACK_M, output_type="ndarray")
        distances = distances_m(longitudes, latitudes, pairs[:, 0], pairs[:, 1])
        for one, other in pairs[distances <= gap_m].tolist():
            linked[one].add(other)
            linked[other].add(one)
    return tuple(frozenset(others) for others in linked)


def with_borders(links: Links, communes: Sequence[CommuneKey], borders: Borders) -> Links:
    """Return the links with those of points in one commune, or in two that share a border.

    ``communes`` has each point's commune. In a commune whose area is not known only the gap
    links.
    """
    inside: dict[CommuneKey, set[int]] = {}
    for member, key in enumerate(communes):
        if key in borders:
            inside.setdefault(key, set()).add(member)
    near = {
        key: frozenset(members).union(*(inside.get(other, ()) for other in borders[key]))
        for key, members in inside.items()
    }
    return tuple(
        (others | near.get(communes[member], frozenset())) - {member}
        for member, others in enumerate(links)
    )


def connected_parts(members: Collection[int], links: Links) -> list[list[int]]:
    """Return the parts of ``members`` that hang together by ``links``, each in ascending order.

    The parts come in the order of their first member.
    """
    left = set(members)
    parts = []
    for first in sorted(members):
        if first not in left:
            continue
        part, frontier = {first}, [first]
        while frontier:
            near = (links[frontier.pop()] & left) - part
            part |= near
            frontier.extend(near)
        left -= part
        parts.append(sorted(part))
    return parts


def widest_gap_m(longitudes: Sequence[float], latitudes: Sequence[float]) -> float:
    """Return the smallest gap by which all the points hang together; 0 for a single point.

    It is the longest edge of their shortest spanning tree, grown here from the first point.
    """
    x, y = np.asarray(longitudes, float), np.asarray(latitudes, float)
    nearest = np.full(len(x), np.inf)
    outside = np.ones(len(x), bool)
    widest, last = 0.0, 0
    outside[last] = False
    while outside.any():
        others = np.flatnonzero(outside)
        from_last = distances_m(x, y, np.full(len(others), last), others)
        nearest[others] = np.minimum(nearest[others], from_last)
        last = int(others[np.argmin(nearest[others])])
        widest = max(widest, float(nearest[last]))
        outside[last] = False
    return widest


def distances_m(
    longitudes: Sequence[float] | NDArray[np.float64],
    latitudes: Sequence[float] | NDArray[np.float64],
    starts: NDArray[np.intp],
    ends: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Return the geodesic distance of each pair of points, given by their numbers."""
    x, y = np.asarray(longitudes, float), np.asarray(latitudes, float)
    _, _, distances = _ellipsoid().inv(x[starts], y[starts], x[ends], y[ends])
    return np.asarray(distances, float)


def _through_the_earth(
    longitudes: Sequence[float], latitudes: Sequence[float]
) -> NDArray[np.float64]:
    """Earth-centred metres of points on the ellipsoid."""
    lam, phi = np.radians(longitudes), np.radians(latitudes)
    radius = _EQUATOR_M / np.sqrt(1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2)
    return np.column_stack(
        (
            radius * np.cos(phi) * np.cos(lam),
            radius * np.cos(phi) * np.sin(lam),
            radius * (1 - _ECCENTRICITY_SQUARED) * np.sin(phi),
        )
    )


def _ellipsoid() -> Geod:
    from pyproj import Geod  # noqa: PLC0415 - importing it costs more than a small command

    return Geod(ellps="WGS84")
