"""What the cells of a table's rows say of each village, apart from where it lies."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from coverage.findings import Finding, finding
from coverage.intake.claims import Column
from coverage.intake.declared import cells_of
from coverage.intake.document import Cell, shown
from coverage.intake.fields import Field
from coverage.intake.tables import Table
from coverage.intake.values import (
    Order,
    Read,
    answers,
    household_counts,
    is_mark_column,
    people_counts,
)
from coverage.intake.words import area_class_of, power_of, signal_of, yes_or_no
from coverage.zones import Signal

USUAL_TIMES = 20  # so many times the median village is unusual
LEAST_UNUSUAL = 1_000
ALWAYS_UNUSUAL = 3_000
LEAST_PER_HOUSEHOLD = 1
MOST_PER_HOUSEHOLD = 15

_HOMES = re.compile(r"\b(?:hộ|ho|households?)\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\b(?:khẩu|khau|người|dân số|population|people)\b", re.IGNORECASE)

Said = dict[int, list[Finding]]
"""Findings by data row (its place in the table's ``data``), each at its column and raw cell."""

Fact = TypeVar("Fact")


@dataclass(slots=True)
class Facts:
    """One entry per data row; None where the row does not say, or cannot be read."""

    households: list[int | None]
    population: list[int | None]
    signal: list[Signal | None]
    grid_power: list[bool | None]
    specially_difficult: list[bool | None]
    said: Said = field(default_factory=lambda: defaultdict(list))


def read_facts(table: Table, group_signals: Sequence[Signal | None]) -> Facts:
    """Read every fact of every data row; ``group_signals`` is what group rows say of the signal."""
    said: Said = defaultdict(list)
    households, people_beside = _households(table, said)
    population = _population(table, said)
    population = [own or beside for own, beside in zip(population, people_beside, strict=True)]
    return Facts(
        households=households,
        population=population,
        signal=_signal(table, group_signals, said),
        grid_power=_two_sided(
            table, (Field.GRID_POWER, Field.NO_GRID_POWER), power_of, "power", said
        ),
        specially_difficult=_difficult(table, said),
        said=said,
    )


def _households(table: Table, said: Said) -> tuple[list[int | None], list[int | None]]:
    cells = cells_of(table, Field.HOUSEHOLDS)
    count = len(table.data)
    if cells is None:
        for row in range(count):
            said[row].append(finding("households.missing"))
        return [None] * count, [None] * count
    column = _column(table, Field.HOUSEHOLDS)
    return _counted(household_counts(cells, _order(column.header)), cells, column.label, said)


def _order(header: str) -> Order | None:
    """Which stands first where a header announces households and people in one cell."""
    homes, people = _HOMES.search(header), _PEOPLE.search(header)
    if homes is None or people is None:
        return None
    return Order.HOUSEHOLDS_FIRST if homes.start() < people.start() else Order.PEOPLE_FIRST


def _population(table: Table, said: Said) -> list[int | None]:
    cells = cells_of(table, Field.POPULATION)
    if cells is None:
        return [None] * len(table.data)
    return _counted(people_counts(cells), cells, _column(table, Field.POPULATION).label, said)[0]


def _counted(
    read: Sequence[Read | int], cells: Sequence[Cell], label: str, said: Said
) -> tuple[list[int | None], list[int | None]]:
    numbers: list[int | None] = []
    people: list[int | None] = []
    for row, entry in enumerate(read):
        if type(entry) is int:
            numbers.append(entry)
            people.append(None)
            continue
        assert isinstance(entry, Read)  # noqa: S101 - narrows the union for the type checker
        numbers.append(entry.number)
        people.append(entry.people)
        if entry.said is not None:
            said[row].append(entry.said.at(label, shown(cells[row])))
    return numbers, people


def doubt_numbers(table: Table, facts: Facts) -> None:
    """Warn of numbers far from the rest, and of people that do not fit the households."""
    households, population, said = facts.households, facts.population, facts.said
    known = [number for number in households if number is not None]
    if not known:
        return
    usual = statistics.median(known)
    least = min(max(usual * USUAL_TIMES, LEAST_UNUSUAL), ALWAYS_UNUSUAL)
    column = table.columns.find(Field.HOUSEHOLDS)
    label = column[0].label if column else None
    if max(known) > least:
        for row, number in enumerate(households):
            if number is not None and number > least:
                told = finding("households.unlikely", read=number, usual=round(usual))
                said[row].append(told.at(label, str(number)))
    for row, people in enumerate(population):
        homes = households[row]
        if people is None or homes is None:
            continue
        if not homes * LEAST_PER_HOUSEHOLD <= people <= homes * MOST_PER_HOUSEHOLD:
            told = finding(
                "population.unlikely", population=people, households=homes,
                least=LEAST_PER_HOUSEHOLD, most=MOST_PER_HOUSEHOLD,
            )  # fmt: skip
            column = table.columns.find(Field.POPULATION)
            said[row].append(told.at(column[0].label if column else label, str(people)))


def _signal(table: Table, groups: Sequence[Signal | None], said: Said) -> list[Signal | None]:
    facts = _answers(table, Field.SIGNAL, signal_of, "signal.unreadable", said)
    if facts is None:
        facts = [None] * len(table.data)
    marks = {
        signal: _answers(table, column, yes_or_no, "signal.unreadable", said)
        for signal, column in (
            (Signal.NONE, Field.SIGNAL_NONE),
            (Signal.PATCHY, Field.SIGNAL_PATCHY),
        )
    }
    for row, fact in enumerate(facts):
        marked = [signal for signal, column in marks.items() if column is not None and column[row]]
        if len(marked) > 1:
            said[row].append(finding("signal.contradictory"))
        elif marked and fact is None:
            facts[row] = marked[0]
        elif fact is None and not marked:
            facts[row] = groups[row]
    return facts


def _two_sided(
    table: Table, sides: tuple[Field, Field], meaning: Callable[[str], bool | None], family: str,
    said: Said,
) -> list[bool | None]:  # fmt: skip
    """A fact with a column for yes, one for no, or both."""
    rule = f"{family}.unreadable"
    yes, no = sides
    own = _answers(table, yes, meaning, rule, said, blank=_blank_of_marks(table, yes))
    opposite = _answers(table, no, yes_or_no, rule, said, blank=_blank_of_marks(table, no))
    if own is None and opposite is None:
        return [None] * len(table.data)
    if opposite is None:
        return own or []
    if own is None:
        return [None if fact is None else not fact for fact in opposite]
    facts: list[bool | None] = []
    for row, (has, has_not) in enumerate(zip(own, opposite, strict=True)):
        if has and has_not:
            said[row].append(finding(f"{family}.contradictory"))
        facts.append(True if has and not has_not else False if has_not and not has else None)
    return facts


def _difficult(table: Table, said: Said) -> list[bool | None]:
    """Whether the village is specially difficult: its own column, else its class of area."""
    if table.columns.has(Field.SPECIALLY_DIFFICULT, Field.NOT_DIFFICULT):
        return _two_sided(
            table,
            (Field.SPECIALLY_DIFFICULT, Field.NOT_DIFFICULT),
            _is_difficult,
            "difficulty",
            said,
        )
    classes = _answers(table, Field.AREA_CLASS, area_class_of, "difficulty.unreadable", said)
    if classes is None:
        return [None] * len(table.data)
    cells = cells_of(table, Field.AREA_CLASS) or []
    label = _column(table, Field.AREA_CLASS).label
    for row, difficult in enumerate(classes):
        if difficult:
            text = shown(cells[row]).strip()
            said[row].append(finding("difficulty.from_class", read=text).at(label, text))
    # Areas I and II may hold specially difficult villages: their class says nothing of them.
    return [difficult or None for difficult in classes]


def _is_difficult(text: str) -> bool | None:
    answer = yes_or_no(text)
    return answer if answer is not None else area_class_of(text) or None


def _blank_of_marks(table: Table, fact: Field) -> bool | None:
    """Return what a blank says in a field's column: no where it holds marks, else nothing."""
    cells = cells_of(table, fact)
    if cells is None:
        return None
    return False if is_mark_column(cells, _column(table, fact).header) else None


def _answers(
    table: Table, fact: Field, meaning: Callable[[str], Fact | None], rule: str, said: Said, *,
    blank: Fact | None = None,
) -> list[Fact | None] | None:  # fmt: skip
    cells = cells_of(table, fact)
    if cells is None:
        return None
    facts, unread = answers(cells, meaning, blank, rule)
    label = _column(table, fact).label
    for row, told in unread.items():
        said[row].append(told.at(label, shown(cells[row])))
    return facts


def _column(table: Table, fact: Field) -> Column:
    return table.columns.find(fact)[0]
