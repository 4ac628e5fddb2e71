"""Which zones stay together because a planner said so: groups, made whole where they have gaps."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coverage.lots.proximity import Links, connected_parts


def held_groups(groups: Mapping[str, Collection[int]], links: Links) -> list[frozenset[int]]:
    """Return the groups, each connected, none with a zone of another.

    The fewest zones that lie between two pieces of a group join it. Where no way leads from one
    piece to the others without crossing another group, the largest piece alone is held.
    """
    taken = {zone for group in groups.values() for zone in group}
    found = []
    for name in sorted(groups):
        group = frozenset(groups[name])
        if not group:
            continue
        whole = _whole(group, links, taken - group)
        taken |= whole
        found.append(whole)
    return found


def _whole(group: frozenset[int], links: Links, barred: Collection[int]) -> frozenset[int]:
    pieces = connected_parts(group, links)
    largest: list[int] = max(pieces, key=len)
    whole = set(largest)
    while missing := group - whole:
        way = _way(whole, missing, links, barred)
        if way is None:
            return frozenset(whole)
        for zone in way:
            whole |= next((set(piece) for piece in pieces if zone in piece), {zone})
    return frozenset(whole)


def _way(
    start: Collection[int], ends: Collection[int], links: Links, barred: Collection[int]
) -> list[int] | None:
    """The fewest steps from any of ``start`` to any of ``ends``: the zones on the way, the end too."""
    came_from: dict[int, int | None] = dict.fromkeys(sorted(start))
    ring = sorted(start)
    while ring:
        following = []
        for zone in ring:
            for near in sorted(links[zone]):
                if near in came_from or near in barred:
                    continue
                came_from[near] = zone
                if near in ends:
                    return _back(came_from, near)
                following.append(near)
        ring = following
    return None


def _back(came_from: Mapping[int, int | None], end: int) -> list[int]:
    way = []
    here: int | None = end
    while here is not None and came_from[here] is not None:
        way.append(here)
        here = came_from[here]
    return way
