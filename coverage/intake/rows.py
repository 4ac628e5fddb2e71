"""One table's cells to villages: every fact of every data row, with everything said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from coverage.coordinates import grids_of_province
from coverage.findings import Finding, Severity, finding
from coverage.intake.claims import Column
from coverage.intake.corrections import (
    Correction,
    correct_declared,
    correct_facts,
    correct_placed,
    correct_positions,
    told_of,
)
from coverage.intake.crowds import Report
from coverage.intake.declared import Declared, declared
from coverage.intake.described import FROM_TEXT
from coverage.intake.document import shown
from coverage.intake.facts import Facts, doubt_numbers, read_facts
from coverage.intake.fields import Field
from coverage.intake.placing import Locality, Placed, place_rows, resolve_declared
from coverage.intake.positions import Ground, Positions, read_positions
from coverage.intake.roles import Role
from coverage.intake.tables import Table
from coverage.surveys import SurveyRow

STEPS = 4  # in which a table is read: what is declared, positions, places, facts
_DECIMALS = 7  # a centimetre
_PLACE_COLUMNS = (
    Field.COMMUNE, Field.FORMER_COMMUNE, Field.ADDRESS, Field.COMMUNE_CODE,
)  # fmt: skip
_COLUMNS_OF_RULE: Sequence[tuple[str, tuple[Field, ...]]] = (
    ("place.code_", (Field.COMMUNE_CODE,)),
    ("place.district_", (Field.DISTRICT,)),
    ("place.province_", (Field.FORMER_PROVINCE, Field.PROVINCE)),
    ("place.", _PLACE_COLUMNS),
    ("duplicate.", (Field.VILLAGE, Field.ADDRESS)),
    ("village.", (Field.VILLAGE, Field.ADDRESS)),
)


@dataclass(slots=True)
class TableRows:
    """One table as read. ``said`` holds findings by data row; rows without any are absent."""

    table: Table
    declared: Declared
    positions: Positions
    placed: Placed
    facts: Facts
    villages: list[str | None]
    said: dict[int, list[Finding]] = field(default_factory=dict)

    def reports(self) -> list[Report]:
        """Return each data row as far as the other rows of the file are concerned."""
        numbers = self.table.numbers(self.table.data)
        latitudes, longitudes = self.positions.latitude.tolist(), self.positions.longitude.tolist()
        rejected = {row for row, told in self.said.items() if _is_rejected(told)}
        name = self.table.sheet.name
        return [
            Report(
                name, number, self.villages[row], latitudes[row], longitudes[row], row in rejected
            )
            for row, number in enumerate(numbers)
        ]

    def tell(self, row: int, told: Finding) -> None:
        """Add a finding to a data row, at the column that it speaks of."""
        self.said.setdefault(row, []).append(self._placed(row, told))

    def survey_rows(self) -> list[SurveyRow]:
        """Return the rows; one rejected for what it says lies in no commune until it is mended."""
        labels = [column.label for column in self.table.columns.every if column.how != FROM_TEXT]
        numbers = self.table.numbers(self.table.data)
        latitudes = np.round(self.positions.latitude, _DECIMALS).tolist()
        longitudes = np.round(self.positions.longitude, _DECIMALS).tolist()
        facts, placed, source, name = (
            self.facts,
            self.placed,
            self.table.rows,
            self.table.sheet.name,
        )
        rows: list[SurveyRow] = []
        for row, index in enumerate(self.table.data):
            told = self.said.get(row, ())
            latitude = latitudes[row]
            has_point = latitude == latitude  # noqa: PLR0124 - nan alone differs from itself
            rows.append(
                SurveyRow(
                    name, numbers[row], self.villages[row], placed.declared[row],
                    None if told and _has_faults(told) else placed.found[row],
                    latitude if has_point else None, longitudes[row] if has_point else None,
                    facts.households[row], facts.population[row], facts.signal[row],
                    facts.grid_power[row], facts.specially_difficult[row], tuple(told),
                    {label: cell for label, cell in zip(labels, source[index], strict=False) if cell != ""},
                )
            )  # fmt: skip
        return rows

    def _placed(self, row: int, told: Finding) -> Finding:
        """A finding with its column and raw cell, where it has none yet."""
        if told.column is not None:
            return told
        if told.rule.startswith("coordinate."):
            return self.positions.at(told, row)
        column = self._column_of(told.rule)
        if column is None:
            return told
        return told.at(column.label, shown(self.table.rows[self.table.data[row]][column.index]))

    def _column_of(self, rule: str) -> Column | None:
        for prefix, fields in _COLUMNS_OF_RULE:
            if rule.startswith(prefix):
                held = [column for fact in fields for column in self.table.columns.find(fact)]
                if held:
                    return held[0]
        return None


def _is_rejected(told: Sequence[Finding]) -> bool:
    return any(found.severity is Severity.ERROR for found in told)


def _has_faults(told: Sequence[Finding]) -> bool:
    """Whether a row's own cells are at fault; a repetition of a good row is none of that."""
    return any(
        found.severity is Severity.ERROR and not found.rule.startswith("duplicate.")
        for found in told
    )


def read_table(
    table: Table, locality: Locality, corrected: Mapping[int, Correction] = MappingProxyType({}),
    told: Callable[[], None] = lambda: None,
) -> TableRows:  # fmt: skip
    """Read every data row of a table; what the rows tell of one another is not looked at here.

    ``corrected`` says, by data row, what an officer typed in place of cells; ``told`` is called
    after each of the ``STEPS``.
    """
    knows = locality.gazetteer.commune_knower(locality.province_code)
    said_of_place = declared(table, knows)
    correct_declared(said_of_place, corrected)
    declarations = resolve_declared(table, said_of_place, locality)
    ground = Ground(
        declarations.places,
        locality.gazetteer.province(locality.province_code),
        grids_of_province(locality.province_code),
        locality.limits,
    )
    told()
    positions = read_positions(table, texts_around(table), ground)
    correct_positions(table, positions, ground, corrected)
    told()
    placed = place_rows(declarations, positions.latitude, positions.longitude, locality)
    correct_placed(placed, declarations, positions, locality, corrected)
    told()
    facts = read_facts(table, said_of_place.signal)
    correct_facts(table, facts, corrected)
    doubt_numbers(table, facts)
    villages = [" ".join(village.split()) or None for village in said_of_place.village]
    read = TableRows(table, said_of_place, positions, placed, facts, villages)
    _tell_of_names(read)
    for part in (placed.said, positions.said, facts.said):
        _take_over(read, part)
    for row, correction in corrected.items():
        read.tell(row, told_of(table, row, correction))
    told()
    return read


def _tell_of_names(read: TableRows) -> None:
    """What is said of rows by how their names, or the whole row, came to be known."""
    table, of_place = read.table, read.declared
    for row, village in enumerate(read.villages):
        if village is None:
            read.tell(row, finding("village.missing"))
    if table.sheet.ragged_rows:
        for row, number in enumerate(table.numbers(table.data)):
            if number in table.sheet.ragged_rows:
                read.tell(row, finding("file.ragged_row"))
    if of_place.title:
        for row in range(len(table.data)):
            read.tell(row, finding("place.from_title", read=of_place.title))
    for row, above in of_place.above.items():
        read.tell(row, finding("place.filled_down", read=of_place.commune[row], row=above))


def _take_over(read: TableRows, part: Mapping[int, Sequence[Finding]]) -> None:
    for row, findings in part.items():
        for told in findings:
            read.tell(row, told)


def texts_around(table: Table) -> list[str]:
    """Return the texts above the header and of the notes below, a line each."""
    rows = table.rows
    notes = sorted(index for index, role in table.others.items() if role is Role.NOTE)
    return [
        " ".join(text.split())
        for index in (*table.above, *notes)
        for cell in rows[index]
        if isinstance(cell, str) and (text := cell.strip())
    ]
