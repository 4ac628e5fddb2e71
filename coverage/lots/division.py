"""Cutting what hangs together into lots that still do: balanced, compact and within bounds.

A first division is grown or cut, or is the one that stands; then neighbouring lots are taken
together and parted anew, and zones pass from one to the other, as long as the whole becomes
better (``recombination``). Wholes of a few zones are tried in every way (``exhaustion``).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Sequence

from coverage.lots.atoms import Atom, Ground, Measures
from coverage.lots.exhaustion import MOST_ATOMS, best_of_all
from coverage.lots.proximity import Links, connected_parts
from coverage.lots.recombination import Parts, improved, total

_MORE = 3  # how many lots more than the fewest thinkable are tried before a cut is taken as it is


def divide(ground: Ground, members: Collection[int], parts: int | None = None) -> Parts | None:
    """Return ``members``, which must be connected, in parts that are: as few as the bounds permit.

    With ``parts`` exactly so many; None when they cannot be so few within the bounds, or there
    are not so many atoms. No two held atoms share a part.
    """
    everyone = sorted(members)
    if parts is None:
        return _fewest_parts(ground, everyone)
    if not ground.fewest(everyone) <= parts <= len(everyone):
        return None
    measured = ground.measures(everyone, parts)
    found = _into(measured, everyone, ground.links)
    if total(measured, found)[0] == 0:
        return found
    within = _fewest_parts(ground, everyone)
    if len(within) > parts:
        return None
    return improved(measured, ground.links, _cut_further(measured, ground.links, within))


def within_bounds(measured: Measures, links: Links, parts: Parts) -> Parts:
    """Cut in two what is over its bounds, and again, until nothing is."""
    done, waiting = [], list(parts)
    while waiting:
        part = waiting.pop()
        if measured.judge(part)[0] == 0:
            done.append(part)
        else:
            waiting += _cut_evenly(measured, sorted(part), links, 2)
    return tuple(done)


def _fewest_parts(ground: Ground, everyone: Sequence[int]) -> Parts:
    """As few parts as can be found: a little more than the fewest thinkable, or what cutting gives."""
    least = ground.fewest(everyone)
    cut: Parts = ()
    for wanted in range(least, min(least + _MORE, len(everyone)) + 1):
        if cut and wanted >= len(cut):
            break
        measured = ground.measures(everyone, wanted)
        found = _into(measured, everyone, ground.links)
        if total(measured, found)[0] == 0:
            return found
        cut = cut or within_bounds(measured, ground.links, found)
    return improved(ground.measures(everyone, len(cut)), ground.links, cut)


def _cut_further(measured: Measures, links: Links, parts: Parts) -> Parts:
    """Cut the heaviest part in two until there are as many as wanted."""
    now = list(parts)
    while len(now) < measured.parts:
        heaviest = max(
            (part for part in now if len(part) > 1),
            key=lambda part: (sum(_weight(measured, member) for member in part), -min(part)),
        )
        now.remove(heaviest)
        now += _cut_evenly(measured, sorted(heaviest), links, 2)
    return tuple(now)


def _into(measured: Measures, members: Sequence[int], links: Links) -> Parts:
    """The best division into exactly so many parts that can be found."""
    if measured.parts == 1:
        return (frozenset(members),)
    if len(members) <= MOST_ATOMS:
        return best_of_all(measured, members, links)
    begun = [grown(measured, members, links)]
    if not any(measured.atoms[member].held for member in members):
        begun.append(_cut_evenly(measured, members, links, measured.parts))
    return min(
        (improved(measured, links, parts) for parts in begun),
        key=lambda parts: (total(measured, parts), sorted(sorted(part) for part in parts)),
    )


def grown(measured: Measures, members: Sequence[int], links: Links) -> Parts:
    """Parts grown from held atoms and from ones far off; the lightest takes what is nearest to it."""
    seeds = [member for member in members if measured.atoms[member].held]
    if not seeds:
        seeds = [_farthest(measured.atoms, members, [_middle(measured.atoms, members)])]
    while len(seeds) < measured.parts:
        rest = [member for member in members if member not in seeds]
        seeds.append(_farthest(measured.atoms, rest, [measured.atoms[s].middle for s in seeds]))
    owner = {seed: place for place, seed in enumerate(seeds)}
    loads = [_weight(measured, seed) for seed in seeds]
    waiting: list[list[tuple[float, int]]] = [[] for _ in seeds]

    def reach_on(place: int, member: int) -> None:
        centre = measured.atoms[seeds[place]].middle
        for near in links[member]:
            if near not in owner and near in inside:
                heapq.heappush(waiting[place], (_square(centre, measured.atoms[near].middle), near))

    inside = set(members)
    for place, seed in enumerate(seeds):
        reach_on(place, seed)
    while len(owner) < len(inside):
        able = [place for place, heap in enumerate(waiting) if heap]
        place = min(able, key=lambda each: (loads[each], each))
        _, member = heapq.heappop(waiting[place])
        if member in owner:
            continue
        owner[member] = place
        loads[place] += _weight(measured, member)
        reach_on(place, member)
    parts: list[set[int]] = [set() for _ in seeds]
    for member, place in owner.items():
        parts[place].add(member)
    return tuple(frozenset(part) for part in parts)


def _cut_evenly(measured: Measures, members: Sequence[int], links: Links, parts: int) -> Parts:
    """Cut in two along or across the long axis, as evenly as the links permit, and so on."""
    if parts == 1:
        return (frozenset(members),)
    share = (parts // 2) / parts
    whole = sum(_weight(measured, member) for member in members)
    halves = [
        _cut_along(measured, order, links, whole * share, (parts // 2, parts - parts // 2))
        for order in _sweeps(measured.atoms, members)
    ]

    def uneven(half: tuple[list[int], list[int]]) -> tuple[float, float, list[int]]:
        weight = sum(_weight(measured, member) for member in half[0])
        stretched = sum(measured.judge(part)[1] for part in half)
        return round(abs(weight / whole - share), 9), stretched, half[0]

    one, other = min(halves, key=uneven)
    # A half may have too few atoms for its half of the parts: then the other has more of them.
    into = min(max(parts // 2, parts - len(other)), len(one))
    return (
        *_cut_evenly(measured, one, links, into),
        *_cut_evenly(measured, other, links, parts - into),
    )


def _cut_along(
    measured: Measures, order: Sequence[int], links: Links, wanted: float, least: tuple[int, int]
) -> tuple[list[int], list[int]]:
    """Two connected halves: the first grows along ``order`` until it weighs ``wanted``.

    What the growing half cuts off from the rest joins it: every such piece touches it, because
    the whole was connected. ``least`` are how many atoms the halves need.
    """
    rank = {member: place for place, member in enumerate(order)}
    grown: set[int] = set()
    weight = 0.0
    seen = {order[0]}
    frontier = [0]
    best: tuple[float, list[int], list[int]] | None = None
    while frontier and len(order) - len(grown) > least[1]:
        member = order[heapq.heappop(frontier)]
        grown.add(member)
        weight += _weight(measured, member)
        for near in links[member]:
            if near in rank and near not in seen:
                seen.add(near)
                heapq.heappush(frontier, rank[near])
        if len(grown) < least[0] or (weight < wanted * 0.8 and len(grown) > least[0]):
            continue
        found = _halves(order, grown, links, rank)
        if len(found[1]) >= least[1]:
            taken = sum(_weight(measured, each) for each in found[0])
            if best is None or abs(taken - wanted) < best[0]:
                best = (abs(taken - wanted), *found)
        if weight >= wanted:
            break
    if best is not None:
        return best[1], best[2]
    return _any_halves(order, links, least)


def _halves(
    order: Sequence[int], grown: Collection[int], links: Links, rank: dict[int, int]
) -> tuple[list[int], list[int]]:
    pieces = connected_parts([member for member in order if member not in grown], links)
    rest = max(pieces, key=lambda piece: (len(piece), rank[piece[0]]))
    return sorted(set(order) - set(rest)), rest


def _any_halves(
    order: Sequence[int], links: Links, least: tuple[int, int]
) -> tuple[list[int], list[int]]:
    """Two connected halves by a tree: the edge below which the number of atoms fits best."""
    above: dict[int, int] = {}
    walk = [order[0]]
    inside = set(order)
    for member in walk:
        for near in sorted(links[member] & inside):
            if near != order[0] and near not in above:
                above[near] = member
                walk.append(near)
    below = dict.fromkeys(order, 1)
    for member in reversed(walk[1:]):
        below[above[member]] += below[member]
    wanted = len(order) * least[0] / sum(least)
    root = min(walk[1:], key=lambda member: (abs(below[member] - wanted), member))
    half = {root}
    for member in walk[1:]:
        if above[member] in half:
            half.add(member)
    return sorted(half), sorted(inside - half)


def _sweeps(atoms: Sequence[Atom], members: Collection[int]) -> list[list[int]]:
    """The orders in which a half may grow: from either end of the long axis, and of the short."""
    middle = _middle(atoms, members)
    offsets = {
        member: (atoms[member].middle[0] - middle[0], atoms[member].middle[1] - middle[1])
        for member in members
    }
    xx = math.fsum(x * x for x, _ in offsets.values())
    yy = math.fsum(y * y for _, y in offsets.values())
    xy = math.fsum(x * y for x, y in offsets.values())
    long_axis = math.atan2(2 * xy, xx - yy) / 2
    found = []
    for angle in (long_axis, long_axis + math.pi / 2):
        along = {
            # Whole centimetres: two machines may differ in the last bit of a cosine.
            member: round(100 * (x * math.cos(angle) + y * math.sin(angle)))
            for member, (x, y) in offsets.items()
        }
        found.append(sorted(members, key=lambda member: (along[member], member)))
        found.append(sorted(members, key=lambda member: (-along[member], member)))
    return found


def _weight(measured: Measures, member: int) -> float:
    """An atom's share of the whole: its households, its cost by itself, and its zones."""
    atom = measured.atoms[member]
    weight = 1e-6 * len(atom.zones)
    if measured.households:
        weight += atom.households / measured.households
    if measured.cost_vnd:
        weight += measured.cost_of(atom.clusters, atom.households) / measured.cost_vnd
    return weight


def _middle(atoms: Sequence[Atom], members: Collection[int]) -> tuple[float, float]:
    count = sum(len(atoms[member].zones) for member in members)
    return (
        sum(atoms[member].east for member in members) / count,
        sum(atoms[member].north for member in members) / count,
    )


def _farthest(
    atoms: Sequence[Atom], members: Sequence[int], centres: Sequence[tuple[float, float]]
) -> int:
    return max(
        members,
        key=lambda member: (
            min(_square(centre, atoms[member].middle) for centre in centres),
            -member,
        ),
    )


def _square(one: tuple[float, float], other: tuple[float, float]) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
