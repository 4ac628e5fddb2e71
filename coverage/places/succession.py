"""What became of former units: the changes between lists, and their composition over several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from coverage.places.checking import compare
from coverage.places.units import Change, Level, Unit, UnitList

SAME_CODE = "cùng mã"
SAME_NAME = "cùng tên, khác mã"


def link(
    old_vintage: str, before: Sequence[Unit], new_vintage: str, after: Sequence[Unit]
) -> tuple[Change, ...]:
    """Return the changes between two lists of one level that no table describes.

    A code that both lists have is the same unit; a code that changed is found by name and
    province. What neither finds has no successor.
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
    return (*same, *moved)


def links_by_code(changes: Iterable[Change]) -> bool:
    """Return whether these changes were only found by :func:`link`, or are none at all."""
    return all(change.note in {SAME_CODE, SAME_NAME} for change in changes)


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
