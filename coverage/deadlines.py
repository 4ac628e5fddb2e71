"""The clock of a lot: how many months an awarded operator has, by which rule, until which day.

Twelve months where all that a site needs is handed over ready, fourteen where every proposed
site stands on a shared mast, else twenty-four; the months are dated settings of the authority.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from coverage.consultation import last_day
from coverage.readiness import ReadinessKind, ReadinessState


class ClockRule(StrEnum):
    """Why a lot has the clock it has; the first that holds counts."""

    READY = "ready"  # mặt bằng sẵn sàng
    SHARED = "shared"  # dùng chung cột có sẵn
    USUAL = "usual"  # trường hợp chung


SETTINGS: Mapping[ClockRule, str] = {
    ClockRule.READY: "on_air_months_ready",
    ClockRule.SHARED: "on_air_months_shared",
    ClockRule.USUAL: "on_air_months",
}
"""The setting that says how many months a rule gives."""

REASONS: Mapping[ClockRule, str] = {
    ClockRule.READY: "mọi vùng của lô đã được bàn giao điện, đường, mặt bằng và giấy phép",
    ClockRule.SHARED: "mọi trạm dự kiến của lô đặt trên cột có sẵn, dùng chung",
    ClockRule.USUAL: "trường hợp chung: lô có trạm phải xây mới hoặc chưa sẵn sàng mặt bằng",
}
"""Each rule as an annex tells it."""


@dataclass(frozen=True, slots=True)
class RuleMonths:
    """The months of one rule and the document they come from, as in force on a day."""

    months: int
    citation: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one lot: months from the award, the rule in words, its document."""

    rule: ClockRule
    months: int
    reason: str
    citation: str

    def due_on(self, awarded_on: date) -> date:
        """Return the last day to be on air, see :func:`due_date`."""
        return due_date(awarded_on, self.months)


def rule_of(readiness: Mapping[ReadinessKind, ReadinessState], shared: Sequence[bool]) -> ClockRule:
    """Return which rule a lot falls under.

    ``readiness`` is the lot's, the worst of its zones; a kind that nobody has said is not ready.
    ``shared`` tells of each proposed site whether it stands on a shared mast; a lot without
    proposed sites is not shared.
    """
    if all(readiness.get(kind) is ReadinessState.READY for kind in ReadinessKind):
        return ClockRule.READY
    return ClockRule.SHARED if shared and all(shared) else ClockRule.USUAL


def clock_of(rule: ClockRule, months: Mapping[ClockRule, RuleMonths]) -> Clock:
    """Return the clock that a rule gives."""
    given = months[rule]
    return Clock(rule, given.months, REASONS[rule], given.citation)


def clock_told(
    by_rule: Clock, told_months: int | None, months: Mapping[ClockRule, RuleMonths]
) -> Clock:
    """Return the clock of an award: the one that bidders were told counts, if they were told one.

    ``by_rule`` is what the lot would have today. Where it has other months by now, the rule that
    gives the months that were told is named.
    """
    if told_months is None or told_months == by_rule.months:
        return by_rule
    for rule, given in months.items():
        if given.months == told_months:
            return clock_of(rule, months)
    return replace(by_rule, months=told_months)


def due_date(awarded_on: date, months: int) -> date:
    """Return the day of the same number so many months on, or that month's last day.

    Days are calendar days in Việt Nam: weekends and holidays count (Bộ luật Dân sự 2015,
    Điều 148 khoản 3: where the last month has no such day, the term ends on its last day).
    """
    return last_day(awarded_on, months)


def days_late(due_on: date, on: date) -> int:
    """Return by how many days ``on`` is past the due day; 0 on the due day, negative before."""
    return (on - due_on).days
