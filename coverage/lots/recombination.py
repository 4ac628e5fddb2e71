"""Making a division better: two neighbouring parts anew, a zone from one to the other, two changed.

Every step keeps each part connected and makes the whole strictly better, so it comes to an end,
and what has come to its end stays as it is when it is tried again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import combinations

from coverage.lots.atoms import Judged, Load, Measures
from coverage.lots.proximity import Links, connected_parts
from coverage.lots.swaps import MOST_AT_BORDER, Figures, borders, promising

Parts = tuple[frozenset[int], ...]
_Pair = tuple[frozenset[int], frozenset[int]]
_Move = tuple[int, frozenset[int], frozenset[int]]  # of an atom from a part to another
_Change = Callable[
    [Measures, Links, frozenset[int], frozenset[int]], tuple[frozenset[int], frozenset[int]] | None
]

_LEAST_GAIN = 1e-9  # less is rounding
_DECIMALS = 9  # of what is over its bounds; the others are rounding
_LEAST_SHARE = 0.2  # of the zones on the smaller side of a cut
_FEW_ATOMS = 30  # up to which more trees cost little
_TREE_ATOMS = 90  # above, two parts are only evened out, not parted anew


def total(measured: Measures, parts: Parts) -> Judged:
    """Return how far all parts together are over their bounds, and how uneven they are.

    Two thirds over in one part count as much as one third in two; whatever is over is not 0.
    """
    judged = [measured.judge(part) for part in parts]
    # Sorted, so that the order of the parts plays no part in the last bit.
    over = sum(sorted(over for over, _ in judged))
    uneven = sum(sorted(uneven for _, uneven in judged))
    return max(round(over, _DECIMALS), _LEAST_GAIN) if over else over, uneven


def improved(measured: Measures, links: Links, parts: Parts) -> Parts:
    """Return a division with as many parts that no single step makes better.

    Parting anew costs most and seldom gains, so it is tried where the small steps have ended.
    """
    now = sorted(parts, key=min)
    swap = partial(_swapped, Figures.of(measured))
    moved_in_vain: set[_Move] = set()
    swapped_in_vain: set[_Pair] = set()
    parted_in_vain: set[_Pair] = set()
    while True:
        moved = _moved(measured, links, now, moved_in_vain)
        swapped = _by_pairs(measured, links, now, swap, swapped_in_vain)
        if moved or swapped:
            continue
        if not _by_pairs(measured, links, now, _parted_anew, parted_in_vain):
            return tuple(sorted(now, key=min))


def _moved(
    measured: Measures, links: Links, parts: list[frozenset[int]], in_vain: set[_Move]
) -> bool:
    """Let single atoms pass to a neighbouring part until none gains by it; tell whether one did.

    What was tried ``in_vain`` is not tried again.
    """
    loads = [measured.load(part) for part in parts]
    owner = {member: place for place, part in enumerate(parts) for member in part}
    ever, again = False, True
    while again:
        again = False
        for member in sorted(owner):
            here = owner[member]
            if len(parts[here]) == 1:
                continue
            near = sorted(
                there
                for there in {owner[other] for other in links[member] if other in owner} - {here}
                if (member, parts[here], parts[there]) not in in_vain
            )
            there = _best_move(measured, parts, loads, member, (here, near))
            if there is None or not _holds(parts[here], member, links):
                in_vain.update((member, parts[here], parts[each]) for each in near)
                continue
            parts[here], parts[there] = parts[here] - {member}, parts[there] | {member}
            loads[here], loads[there] = measured.load(parts[here]), measured.load(parts[there])
            owner[member] = there
            ever = again = True
    return ever


def _best_move(
    measured: Measures, parts: Sequence[frozenset[int]], loads: Sequence[Load], member: int,
    ways: tuple[int, Sequence[int]],
) -> int | None:  # fmt: skip
    """The part that an atom passes to with the greatest gain."""
    here, near = ways
    if not near:
        return None
    atom = measured.atoms[member]
    before = measured.judge_load(loads[here])
    less = measured.judge_changed(loads[here], less=atom)
    best: tuple[Judged, int] | None = None
    for there in near:
        if atom.held and _held(measured, parts[there]):
            continue
        more = measured.judge_changed(loads[there], more=atom)
        gain = _gain((before, measured.judge_load(loads[there])), (less, more))
        if _worthy(gain) and (best is None or gain > best[0]):
            best = (gain, there)
    return None if best is None else best[1]


def _by_pairs(
    measured: Measures, links: Links, parts: list[frozenset[int]], change: _Change,
    in_vain: set[_Pair],
) -> bool:  # fmt: skip
    """Change neighbouring parts two by two as long as that is better; tell whether any was changed.

    What was tried ``in_vain`` is not tried again.
    """
    ever = False
    for one, other in combinations(range(len(parts)), 2):
        while (parts[one], parts[other]) not in in_vain:
            touch = _touch(parts[one], parts[other], links)
            found = change(measured, links, parts[one], parts[other]) if touch else None
            if found is None:
                in_vain.add((parts[one], parts[other]))
            else:
                parts[one], parts[other] = found
                ever = True
    return ever


def _swapped(
    figures: Figures, measured: Measures, links: Links, one: frozenset[int], other: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]] | None:
    """Change one atom for one of the neighbour's, the two that gain most."""
    here, there = borders(one, other, links)
    if max(len(here), len(there)) > MOST_AT_BORDER:
        return None
    atoms = measured.atoms
    loads = measured.load(one), measured.load(other)
    before = measured.judge_load(loads[0]), measured.judge_load(loads[1])
    both_held = bool(_held(measured, one) and _held(measured, other))
    for mine, theirs in promising(measured, figures, loads, (one, other), (here, there)):
        if both_held and atoms[mine].held != atoms[theirs].held:
            continue
        after = (
            measured.judge_changed(loads[0], less=atoms[mine], more=atoms[theirs]),
            measured.judge_changed(loads[1], less=atoms[theirs], more=atoms[mine]),
        )
        if not _worthy(_gain(before, after)):
            continue
        first, second = (one - {mine}) | {theirs}, (other - {theirs}) | {mine}
        if _connected(first, links) and _connected(second, links):
            return first, second
    return None


def _parted_anew(
    measured: Measures, links: Links, one: frozenset[int], other: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]] | None:
    """Cut the two together at the best edge of some trees, where that is better."""
    whole = one | other
    if len(whole) > _TREE_ATOMS:
        return None
    before = (measured.judge(one), measured.judge(other))
    held = _held(measured, whole)
    best: tuple[Judged, tuple[frozenset[int], frozenset[int]]] | None = None
    for first in _cuts(measured, links, whole):
        second = whole - first
        if held > 1 and _held(measured, first) != 1:
            continue
        gain = _gain(before, (measured.judge(first), measured.judge(second)))
        if _worthy(gain) and (best is None or gain > best[0]):
            best = (gain, (first, second))
    return None if best is None else best[1]


def _cuts(measured: Measures, links: Links, whole: frozenset[int]) -> Iterator[frozenset[int]]:
    """What hangs below each edge of a few trees that span the whole; each only once.

    Edges with nearly everything on one side are left out: lots are to be even.
    """
    seen: set[frozenset[int]] = set()
    least = _LEAST_SHARE * sum(len(measured.atoms[member].zones) for member in whole)
    west, south = _ends(measured, whole)
    trees = [(west, True), (south, False)]
    if len(whole) <= _FEW_ATOMS:
        trees += [(south, True), (west, False)]
    for root, near_first in trees:
        above, walk = _tree(measured, links, whole, root, near_first=near_first)
        below: dict[int, set[int]] = {member: {member} for member in walk}
        zones = {member: len(measured.atoms[member].zones) for member in walk}
        for member in reversed(walk[1:]):
            hanging = below.pop(member)
            below[above[member]] |= hanging
            zones[above[member]] += zones[member]
            if least <= zones[member] <= least / _LEAST_SHARE - least:
                cut = frozenset(hanging)
                if cut not in seen and whole - cut not in seen:
                    seen.add(cut)
                    yield cut


def _tree(
    measured: Measures, links: Links, whole: frozenset[int], root: int, *, near_first: bool
) -> tuple[dict[int, int], list[int]]:
    """A tree over the whole: always by the shortest edge, or ring by ring around its root."""
    above: dict[int, int] = {}
    walk: list[int] = []
    waiting: list[tuple[float, int, int]] = [(0, root, root)]
    while waiting:
        far, member, parent = heapq.heappop(waiting)
        if member in above:
            continue
        walk.append(member)
        above[member] = parent
        for other in links[member] & whole:
            if other not in above:
                length = _square(measured, member, other)
                heapq.heappush(waiting, (length if near_first else far + 1, other, member))
    return above, walk


def _ends(measured: Measures, whole: Collection[int]) -> tuple[int, int]:
    """The atoms farthest west and farthest south."""
    atoms = measured.atoms
    return (
        min(whole, key=lambda member: (atoms[member].middle, member)),
        min(whole, key=lambda member: (atoms[member].middle[::-1], member)),
    )


def _square(measured: Measures, one: int, other: int) -> float:
    (x, y), (to_x, to_y) = measured.atoms[one].middle, measured.atoms[other].middle
    return (x - to_x) ** 2 + (y - to_y) ** 2


def _holds(part: frozenset[int], member: int, links: Links) -> bool:
    """Whether the rest of a part still hangs together without one member."""
    rest = part - {member}
    near = links[member] & rest
    if not near:
        return False
    first = min(near)
    if near <= links[first] | {first}:
        return True
    return _connected(rest, links)


def _connected(part: frozenset[int], links: Links) -> bool:
    return len(connected_parts(part, links)) == 1


def _touch(one: frozenset[int], other: frozenset[int], links: Links) -> bool:
    smaller, larger = sorted((one, other), key=len)
    return any(links[member] & larger for member in smaller)


def _held(measured: Measures, part: Collection[int]) -> int:
    return sum(measured.atoms[member].held for member in part)


def _gain(before: tuple[Judged, Judged], after: tuple[Judged, Judged]) -> Judged:
    return (
        before[0][0] + before[1][0] - after[0][0] - after[1][0],
        before[0][1] + before[1][1] - after[0][1] - after[1][1],
    )


def _worthy(gain: Judged) -> bool:
    return gain[0] > _LEAST_GAIN or (gain[0] > -_LEAST_GAIN and gain[1] > _LEAST_GAIN)
