"""How the whole stood at the end of each month, out of the changes that the history wrote down.

A month that is over is never told anew: only changes up to its last moment count, in the month
in which they were written down. What is corrected later is a change of the later month.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from coverage.criteria import CriteriaSet
from coverage.progress.stages import STAGE_OF, Stage, Tally, added
from coverage.zones import ZoneStatus

_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class MonthChange:
    """By how much the zones in a status became more or fewer in a month (its first day)."""

    month: date
    status: ZoneStatus
    by: Tally


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """How the whole stood at the end of ``day``: a month's last, or today.

    ``criteria`` is the set in force on that day; ``criteria_changed`` where it is another than
    at the end of the month before.
    """

    day: date
    stages: Mapping[Stage, Tally]
    criteria: CriteriaSet | None = None
    criteria_changed: bool = False

    @property
    def whole(self) -> Tally:
        """All zones that stood in any stage."""
        return added(self.stages.values())


def days_of(first_month: date, today: date) -> tuple[date, ...]:
    """Return the last day of each month from ``first_month`` on, and today for the running one."""
    days = []
    year, month = first_month.year, first_month.month
    while (year, month) < (today.year, today.month):
        days.append(date(year, month, calendar.monthrange(year, month)[1]))
        year, month = (year + month // _DECEMBER, month % _DECEMBER + 1)
    return (*days, today)


def month_ends(
    changes: Iterable[MonthChange], today: date, now: Mapping[Stage, Tally] | None = None
) -> tuple[MonthEnd, ...]:
    """Return how the whole stood at each month's end since the first change.

    The running month stands as ``now`` says where that is given: so it is what every other page
    counts today. Without a change there is nothing to tell.
    """
    listed = list(changes)
    if not listed:
        return ()
    days = days_of(min(change.month for change in listed), today)
    sums = dict.fromkeys(Stage, Tally())
    by_month: dict[tuple[int, int], list[MonthChange]] = {}
    for change in listed:
        by_month.setdefault((change.month.year, change.month.month), []).append(change)
    ends = []
    for day in days:
        for change in by_month.get((day.year, day.month), ()):
            stage = STAGE_OF.get(change.status)
            if stage is not None:
                sums[stage] += change.by
        ends.append(MonthEnd(day, dict(sums)))
    if now is not None:
        ends[-1] = MonthEnd(today, dict(now))
    return tuple(ends)


def under_criteria(
    ends: Iterable[MonthEnd], in_force: Mapping[date, CriteriaSet | None]
) -> tuple[MonthEnd, ...]:
    """Return the months with the criteria set in force on each day, marked where it changed."""
    told: list[MonthEnd] = []
    for end in ends:
        criteria = in_force.get(end.day)
        before = told[-1].criteria if told else criteria
        changed = (before.id if before else None) != (criteria.id if criteria else None)
        told.append(MonthEnd(end.day, end.stages, criteria, changed))
    return tuple(told)
