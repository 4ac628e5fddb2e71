"""What became of former units: the changes between lists, and their composition over several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely

from coverage.places.checking import compare
from coverage.places.units import Change, Level, Unit, UnitList

SAME_CODE = "cùng mã"
SAME_NAME = "cùng tên, khác mã"
SAME_GROUND = "chồng ranh giới"
_SHARED = 0.1  # of the smaller of two areas: less is where two drawings of one border differ
_WHOLE = 0.9  # of the old one's area: the rest is where two drawings differ


def link(
    old_vintage: str, before: Sequence[Unit], new_vintage: str, after: Sequence[Unit]
) -> tuple[Change, ...]:
    """Return the changes between two lists of one level that no table describes.

    A code that both lists have is the same unit; a code that changed is found by name and
    province. Communes that neither finds are found by the ground they share, where both lists
    have areas: a split commune's new half is part of the old one. The rest has no successor.
    """
    codes = {unit.code for unit in after}
    same = [
        Change(old_vintage, unit.code, new_vintage, unit.code, False, SAME_CODE, unit.level)
        for unit in before
        if unit.code in codes
    ]
    level = before[0].level if before else Level.COMMUNE
    moved = [
        Change(old_vintage, was, new_vintage, now, False, SAME_NAME, level)
        for was, now, _ in compare(before, after).moved
    ]
    known = (*same, *moved)
    return (*known, *_on_one_ground(old_vintage, before, new_vintage, after, known))


def _on_one_ground(
    old_vintage: str, before: Sequence[Unit], new_vintage: str, after: Sequence[Unit],
    known: Sequence[Change],
) -> Iterator[Change]:  # fmt: skip
    """What units without a predecessor were part of, and what those without a successor became."""
    old = [unit for unit in before if unit.area is not None]
    new = [unit for unit in after if unit.area is not None]
    if not old or not new or old[0].level is not Level.COMMUNE:
        return
    gone = {unit.code for unit in before} - {change.old_code for change in known}
    come = {unit.code for unit in after} - {change.new_code for change in known}
    if not gone and not come:
        return
    tree = shapely.STRtree(np.array([unit.area for unit in new], dtype=object))
    areas = np.array([unit.area for unit in old], dtype=object)
    pairs = tree.query(areas, predicate="intersects").T.tolist()
    for was, now in ((old[at], new[other]) for at, other in pairs):
        if was.code not in gone and now.code not in come:
            continue
        shared = shapely.intersection(was.area, now.area).area
        if shared >= _SHARED * min(shapely.area(was.area), shapely.area(now.area)):
            part = shared < _WHOLE * shapely.area(was.area)
            yield Change(old_vintage, was.code, new_vintage, now.code, part, SAME_GROUND, was.level)


def links_by_code(changes: Iterable[Change]) -> bool:
    """Return whether these changes were only found by :func:`link`, or are none at all."""
    return all(change.note in {SAME_CODE, SAME_NAME, SAME_GROUND} for change in changes)


def successors(
    changes: Iterable[Change], target: str
) -> dict[tuple[str, Level, str], tuple[str, ...]]:
    """Return, by vintage, level and code, the units of ``target`` that a former unit became.

    Changes over several lists are followed one after the other; a district leads to communes.
    What does not reach ``target`` is left out.
    """
    steps: dict[tuple[str, Level, str], list[tuple[str, Level, str]]] = defaultdict(list)
    for change in changes:
        level = Level.PROVINCE if change.level is Level.PROVINCE else Level.COMMUNE
        steps[change.old_vintage, change.level, change.old_code].append(
            (change.new_vintage, level, change.new_code)
        )

    def reached(start: tuple[str, Level, str]) -> set[str]:
        if start[0] == target:
            return {start[2]}
        later = (step for step in steps.get(start, ()) if start[0] < step[0] <= target)
        return {code for step in later for code in reached(step)}

    found = {start: tuple(sorted(reached(start))) for start in steps}
    return {start: codes for start, codes in found.items() if codes}


def province_changes(
    former: UnitList, current: UnitList, changes: Iterable[Change]
) -> tuple[Change, ...]:
    """Return what became of the former provinces, as their communes' changes tell it.

    A province is ``part`` when its communes went to more than one new province.
    """
    old_of: dict[tuple[Level, str], str] = {
        (unit.level, unit.code): unit.province_code
        for unit in former.units
        if unit.level is not Level.PROVINCE
    }
    new_of = {unit.code: unit.province_code for unit in current.of(Level.COMMUNE)}
    successors: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        old, new = old_of.get((change.level, change.old_code)), new_of.get(change.new_code)
        if old is not None and new is not None:
            successors[old].add(new)
    return tuple(
        Change(former.vintage, old, current.vintage, new, part=len(news) > 1, level=Level.PROVINCE)
        for old, news in sorted(successors.items())
        for new in sorted(news)
    )
