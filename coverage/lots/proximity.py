"""Which points lie within a gap of one another, on the ellipsoid, without trying every pair."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from coverage.distances import close_pairs, metres
from coverage.lots.borders import Borders, CommuneKey

Links = Sequence[frozenset[int]]
"""For each point, the points it is linked to; points are numbered from 0."""


def links_within(
    longitudes: Sequence[float], latitudes: Sequence[float], gap_m: float
) -> tuple[frozenset[int], ...]:
    """Return for each point the points at most ``gap_m`` away, by geodesic distance."""
    linked: list[set[int]] = [set() for _ in longitudes]
    pairs = close_pairs(np.asarray(latitudes, float), np.asarray(longitudes, float), gap_m)
    for one, other in zip(*(places.tolist() for places in pairs), strict=True):
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
        here = np.full(len(others), last)
        from_last = metres(y[here], x[here], y[others], x[others])
        nearest[others] = np.minimum(nearest[others], from_last)
        last = int(others[np.argmin(nearest[others])])
        widest = max(widest, float(nearest[last]))
        outside[last] = False
    return widest


def apart_m(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> float:
    """Return how far two groups of points lie apart at their nearest, each (longitude, latitude)."""
    here, there = np.asarray(one, float), np.asarray(other, float)
    row, column = np.divmod(np.arange(len(here) * len(there)), len(there))
    far = metres(here[row, 1], here[row, 0], there[column, 1], there[column, 0])
    return float(far.min())
