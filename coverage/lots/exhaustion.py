"""Every connected division of a few atoms, and the best of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coverage.lots.atoms import Measures
from coverage.lots.proximity import Links, connected_parts
from coverage.lots.recombination import Parts, total

MOST_ATOMS = 8  # 4,140 divisions, connected or not


def best_of_all(measured: Measures, members: Sequence[int], links: Links) -> Parts:
    """Return the best division into so many connected parts, of equals the first in order.

    Held atoms are in parts of their own. There is always one: ``members`` are connected.
    """
    return min(
        divisions(measured, members, links),
        key=lambda parts: (total(measured, parts), sorted(sorted(part) for part in parts)),
    )


def divisions(measured: Measures, members: Sequence[int], links: Links) -> Iterator[Parts]:
    """Yield every division into ``measured.parts`` connected parts with at most one held atom."""
    for parts in _divided(members, measured.parts):
        if all(
            sum(measured.atoms[member].held for member in part) <= 1
            and len(connected_parts(part, links)) == 1
            for part in parts
        ):
            yield tuple(frozenset(part) for part in parts)


def _divided(members: Sequence[int], count: int) -> Iterator[list[list[int]]]:
    """Every way of putting members into ``count`` parts of which none is empty."""
    if count > len(members):
        return
    if not members:
        if count == 0:
            yield []
        return
    *others, last = members
    for parts in _divided(others, count):
        for place in range(len(parts)):
            yield [*parts[:place], [*parts[place], last], *parts[place + 1 :]]
    if count:
        for parts in _divided(others, count - 1):
            yield [*parts, [last]]
