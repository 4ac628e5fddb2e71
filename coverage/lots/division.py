"""Cutting a group that is too large into compact groups, each still hanging together."""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Sequence

from coverage.lots.proximity import Links, connected_parts

Point = tuple[float, float]  # metres on a plane: east, north


def divide(
    members: Sequence[int], links: Links, points: Sequence[Point], most: int
) -> list[list[int]]:
    """Return ``members`` in groups of at most ``most``, each connected by ``links``.

    ``members`` must be connected. The groups are made by cutting in two, as evenly as the links
    permit, along or across the group's long axis, whichever leaves the more compact halves.
    """
    if len(members) <= most:
        return [sorted(members)]
    groups = math.ceil(len(members) / most)
    wanted = round(len(members) * (groups // 2) / groups)
    halves = [_cut(order, links, wanted) for order in _sweeps(members, points)]
    first, second = min(
        halves,
        key=lambda half: (
            abs(len(half[0]) - wanted),
            _spread(half[0], points) + _spread(half[1], points),
            half,
        ),
    )
    return divide(first, links, points, most) + divide(second, links, points, most)


def _cut(order: Sequence[int], links: Links, wanted: int) -> tuple[list[int], list[int]]:
    """Two connected halves: the first grows along ``order`` until it has ``wanted`` members.

    What the growing half cuts off from the rest joins it: every such piece touches it, because
    the whole was connected.
    """
    rank = {member: place for place, member in enumerate(order)}
    grown: set[int] = set()
    seen = {order[0]}
    frontier = [0]
    while frontier and len(grown) < wanted:
        member = order[heapq.heappop(frontier)]
        grown.add(member)
        for near in links[member]:
            if near in rank and near not in seen:
                seen.add(near)
                heapq.heappush(frontier, rank[near])
    pieces = connected_parts([member for member in order if member not in grown], links)
    rest = max(pieces, key=lambda piece: (len(piece), rank[piece[0]]))
    return sorted(set(order) - set(rest)), rest


def _sweeps(members: Collection[int], points: Sequence[Point]) -> list[list[int]]:
    """The orders in which a half may grow: from either end of the long axis, and of the short."""
    x0, y0 = _centre(members, points)
    offsets = {member: (points[member][0] - x0, points[member][1] - y0) for member in members}
    xx = math.fsum(x * x for x, _ in offsets.values())
    yy = math.fsum(y * y for _, y in offsets.values())
    xy = math.fsum(x * y for x, y in offsets.values())
    long_axis = math.atan2(2 * xy, xx - yy) / 2
    sweeps = []
    for angle in (long_axis, long_axis + math.pi / 2):
        along = {
            # Whole millimetres: two machines may differ in the last bit of a cosine.
            member: round(1000 * (x * math.cos(angle) + y * math.sin(angle)))
            for member, (x, y) in offsets.items()
        }
        sweeps.append(sorted(members, key=lambda member: (along[member], member)))
        sweeps.append(sorted(members, key=lambda member: (-along[member], member)))
    return sweeps


def _spread(members: Collection[int], points: Sequence[Point]) -> int:
    """How far members lie from their centre: the sum of squares, in whole square metres."""
    x0, y0 = _centre(members, points)
    return round(math.fsum((points[m][0] - x0) ** 2 + (points[m][1] - y0) ** 2 for m in members))


def _centre(members: Collection[int], points: Sequence[Point]) -> Point:
    """The mean point; exact sums, so that the order of adding plays no part."""
    count = len(members)
    return (
        math.fsum(points[member][0] for member in members) / count,
        math.fsum(points[member][1] for member in members) / count,
    )
