"""Dated rows: what stands, what is in force on a day, and what a change would make of it.

Nothing here is ever altered: a change is a new row, and at most the end of an old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from coverage.criteria import CriteriaSet, QueueRule

NEW_ID = 2**31 - 1  # of a row that is not stored yet: behind every stored one, as it will be
ONE_DAY = timedelta(days=1)


class RuleKind(StrEnum):
    """The four kinds of dated rows."""

    CRITERIA_SET = "criteria_set"
    QUEUE_RULE = "queue_rule"
    SETTING = "setting"
    LEGAL_BASIS = "legal_basis"


class RowState(StrEnum):
    """How a dated row stands on a day."""

    IN_FORCE = "in_force"
    COMING = "coming"
    FORMER = "former"
    DISPLACED = "displaced"  # a criteria set that holds, but another one comes before it


PLACES = {
    RuleKind.CRITERIA_SET: "criteria",
    RuleKind.QUEUE_RULE: "rules",
    RuleKind.SETTING: "settings",
    RuleKind.LEGAL_BASIS: "bases",
}
"""Where :class:`Standing` has the rows of each kind."""


@dataclass(frozen=True, slots=True)
class SettingValue:
    """A setting's value, as its JSON says, with what it is taken from."""

    name: str
    value: Any
    citation: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A document the programme rests on; ``source`` says where the text and dates were read."""

    document: str
    title: str
    issued_on: date | None
    source: str
    note: str = ""


Value = TypeVar("Value", CriteriaSet, QueueRule, SettingValue, LegalBasis)


@dataclass(frozen=True, slots=True)
class DatedRow(Generic[Value]):
    """A row with the days it holds on, both included; ``change_id`` names what brought it."""

    id: int
    value: Value
    valid_from: date
    valid_to: date | None = None
    change_id: int | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the row holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Standing:
    """Every dated row there is, of all days."""

    criteria: tuple[DatedRow[CriteriaSet], ...] = ()
    rules: tuple[DatedRow[QueueRule], ...] = ()
    settings: tuple[DatedRow[SettingValue], ...] = ()
    bases: tuple[DatedRow[LegalBasis], ...] = ()

    def rows(self, kind: RuleKind) -> tuple[DatedRow[Any], ...]:
        """Return the rows of one kind."""
        rows: tuple[DatedRow[Any], ...] = getattr(self, PLACES[kind])
        return rows


@dataclass(frozen=True, slots=True)
class Change:
    """A change that could be understood: a new row, the end of an old one, or both.

    ``value`` is None when the old row only ends; ``replaces`` is the id of the row that ends on
    the day before ``valid_from``; ``back_dated`` says why the day may lie in the past.
    """

    kind: RuleKind
    value: CriteriaSet | QueueRule | SettingValue | LegalBasis | None
    valid_from: date
    citation: str
    replaces: int | None = None
    back_dated: str = ""


def criteria_on(standing: Standing, day: date) -> DatedRow[CriteriaSet] | None:
    """Return the criteria set of a day: official before not, then the newest."""
    held = [row for row in standing.criteria if row.holds_on(day)]
    return max(held, key=lambda row: (row.value.official, row.valid_from, row.id), default=None)


def rules_on(standing: Standing, day: date) -> tuple[DatedRow[QueueRule], ...]:
    """Return the rules of a day in the order they are tried."""
    held = [row for row in standing.rules if row.holds_on(day)]
    return tuple(sorted(held, key=lambda row: (row.value.position, row.id)))


def setting_on(standing: Standing, name: str, day: date) -> DatedRow[SettingValue] | None:
    """Return the newest row of a setting on a day; of one day's rows the later one."""
    held = [row for row in standing.settings if row.value.name == name and row.valid_from <= day]
    return max(held, key=lambda row: (row.valid_from, row.id), default=None)


def bases_on(standing: Standing, day: date) -> tuple[DatedRow[LegalBasis], ...]:
    """Return the legal bases of a day, the oldest first."""
    held = [row for row in standing.bases if row.holds_on(day)]
    return tuple(sorted(held, key=lambda row: (row.valid_from, row.id)))


def state_on(standing: Standing, kind: RuleKind, row: DatedRow[Any], day: date) -> RowState:
    """Tell how a stored row stands on a day."""
    if row.valid_from > day:
        never = row.valid_to is not None and row.valid_to < row.valid_from
        return RowState.FORMER if never else RowState.COMING
    if not row.holds_on(day):
        return RowState.FORMER
    match kind:
        case RuleKind.SETTING:
            counts = setting_on(standing, row.value.name, day)
            return RowState.IN_FORCE if counts == row else RowState.FORMER
        case RuleKind.CRITERIA_SET:
            return RowState.IN_FORCE if criteria_on(standing, day) == row else RowState.DISPLACED
        case _:
            return RowState.IN_FORCE


def changed_by(standing: Standing, change: Change) -> Standing:
    """Return what would stand once the change is adopted."""
    rows: Sequence[DatedRow[Any]] = _ended(standing.rows(change.kind), change)
    if change.value is not None:
        new: DatedRow[Any] = DatedRow(NEW_ID, change.value, change.valid_from)
        rows = (*rows, new)
    return replace(standing, **{PLACES[change.kind]: tuple(rows)})


def _ended(rows: Iterable[DatedRow[Any]], change: Change) -> tuple[DatedRow[Any], ...]:
    last_day = change.valid_from - ONE_DAY
    return tuple(
        replace(row, valid_to=last_day) if row.id == change.replaces else row for row in rows
    )


def days_of_change(rows: Iterable[DatedRow[Any]], first: date) -> list[date]:
    """Return ``first`` and the days after it on which a row begins or has ended."""
    begins = {row.valid_from for row in rows}
    ended = {row.valid_to + ONE_DAY for row in rows if row.valid_to is not None}
    return [first, *sorted(day for day in begins | ended if day > first)]
