"""What is late: lots past their day, reports that wait for a decision, what came back for more."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coverage.deadlines import days_late
from coverage.progress.stages import Tally, added

# No rule says within how many days a report must be answered; so how old they are is shown.
AGE_BOUNDS_DAYS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class LateLot:
    """A standing award with its zones that are not on air; late, or due soon."""

    award_id: uuid.UUID
    operator: str
    province_code: str
    package_number: str
    lot_number: int
    lot_name: str
    due_on: date
    tally: Tally

    def late_days(self, today: date) -> int:
        """Return by how many days it is late; below zero so many days are left."""
        return days_late(self.due_on, today)


class Backlog(StrEnum):
    """Whose answer zones wait for."""

    REVIEW = "review"  # the authority's decision on what was reported
    CORRECTION = "correction"  # the province's correction of what came back


@dataclass(frozen=True, slots=True)
class AgedTally:
    """Zones of a province that wait for an answer, by age: ``bucket`` counts the bounds passed."""

    province_code: str
    backlog: Backlog
    bucket: int
    tally: Tally
    oldest_days: int


@dataclass(frozen=True, slots=True)
class BacklogLine:
    """How old a province's backlog is; ``buckets`` has one more than there are bounds."""

    province_code: str
    buckets: tuple[Tally, ...]
    oldest_days: int

    @property
    def whole(self) -> Tally:
        """All of it."""
        return added(self.buckets)


def bucket_of(days: int) -> int:
    """Return into which age so many days belong: 0 up to the first bound, and so on."""
    return sum(days > bound for bound in AGE_BOUNDS_DAYS)


def backlog_lines(aged: Iterable[AgedTally], backlog: Backlog) -> tuple[BacklogLine, ...]:
    """Return a backlog by province, the oldest first."""
    held: dict[str, list[AgedTally]] = {}
    for one in aged:
        if one.backlog is backlog:
            held.setdefault(one.province_code, []).append(one)
    lines = [
        BacklogLine(
            code,
            tuple(
                added(one.tally for one in of_province if one.bucket == bucket)
                for bucket in range(len(AGE_BOUNDS_DAYS) + 1)
            ),
            max(one.oldest_days for one in of_province),
        )
        for code, of_province in held.items()
    ]
    return tuple(
        sorted(lines, key=lambda line: (-line.oldest_days, -line.whole.zones, line.province_code))
    )
