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


def province_changes(
    former: UnitList, current: UnitList, changes: Iterable[Change]
) -> tuple[Change, ...]:
    """Return what became of the former provinces, as their communes' changes tell it.

    A province is ``part`` when its communes went to more than one new province.
    """
    old_of = {
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
