"""Every finding of a report with the cell that it stands on: what is coloured, told and listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from coverage.findings import Finding, Severity
from coverage.intake.workbook_parts import column_index
from coverage.surveys import SurveyReport, SurveyRow

GRAVEST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of a worksheet


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the marked workbook: the sheet's name, the row from 1, the column from 0."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding: where the user knows it (``row`` None: the whole file) and which cell is marked."""

    finding: Finding
    sheet: str = ""
    row: int | None = None
    place: Place | None = None


PlaceOf = Callable[[SurveyRow, str | None], Place | None]
"""Gives the cell of a row's column by its label; None asks for the row's first data cell."""


def remarks_of(report: SurveyReport, place_of: PlaceOf) -> list[Remark]:
    """Return the report's findings: of the whole file, then row by row in the file's order."""
    found = [Remark(finding) for finding in report.findings]
    for row in report.rows:
        found.extend(
            Remark(finding, row.sheet, row.row, place_of(row, finding.column))
            for finding in row.findings
        )
    return found


def by_cell(remarks: Sequence[Remark]) -> dict[str, dict[tuple[int, int], list[Remark]]]:
    """Return the remarks by sheet and cell, (row, column)."""
    sheets: dict[str, dict[tuple[int, int], list[Remark]]] = {}
    for remark in remarks:
        if (place := remark.place) is not None:
            cells = sheets.setdefault(place.sheet, {})
            cells.setdefault((place.row, place.column), []).append(remark)
    return sheets


def gravest(remarks: Sequence[Remark]) -> Severity:
    """Return the gravest severity of some remarks."""
    return min((remark.finding.severity for remark in remarks), key=GRAVEST_FIRST.index)


def counts(remarks: Sequence[Remark]) -> Mapping[Severity, int]:
    """Return how many remarks there are of each severity."""
    severities = [remark.finding.severity for remark in remarks]
    return {severity: severities.count(severity) for severity in GRAVEST_FIRST}


def place_in_workbook(row: SurveyRow, column: str | None) -> Place | None:
    """Return the cell of a workbook, whose columns are known by letters."""
    letters = [column] if column else list(row.cells)
    indexes = [index for letter in letters if (index := _index(letter)) is not None]
    if not indexes and column:
        return place_in_workbook(row, None)
    if not 1 <= row.row <= LAST_ROW:
        return None
    return Place(row.sheet, row.row, min(indexes, default=0))


def _index(letters: str) -> int | None:
    if not (letters.isascii() and letters.isalpha() and letters.isupper()):
        return None
    index = column_index(letters.encode()) if len(letters) < 4 else LAST_COLUMN  # noqa: PLR2004
    return index if index < LAST_COLUMN else None
