"""The two columns beside a repeated table: what became of each row, and what is said of it.

They are written with the copy of a file that is no XLSX. When that copy comes back mended, they
are written anew, for what they said was true of the file before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from coverage.intake.annotated.remarks import place_in_workbook
from coverage.intake.annotated.texts import TEXTS, Texts
from coverage.surveys import SurveyReport, SurveyRow

_LONGEST_CELL = 32_767
Teller = Callable[[SurveyRow, Texts], str]


def result_of(row: SurveyRow, texts: Texts) -> str:
    """Return what became of a row, in a word or two."""
    return texts.status[row.status]


def told_of(row: SurveyRow, texts: Texts) -> str:
    """Return everything that is said of a row, a line for each finding."""
    said = []
    for found in row.findings:
        where = "" if found.column is None else f" ({found.column})"
        to_do = texts.to_do.format(fix=found.fix(texts.language))
        severity = texts.severity[found.severity]
        said.append(f"{severity}{where}: {found.message(texts.language)} {to_do}")
    return "\n".join(said)[:_LONGEST_CELL]


def results_in(report: SurveyReport, texts: Texts) -> dict[str, dict[int, dict[int, str]]]:
    """Return the texts for such columns of a workbook, by sheet, row and column from 0."""
    found: dict[str, dict[int, dict[int, str]]] = {}
    for sheet, label, teller in _columns(report):
        for row in report.rows:
            place = place_in_workbook(row, label) if row.sheet == sheet else None
            if place is not None:
                cells = found.setdefault(sheet, {}).setdefault(place.row, {})
                cells[place.column] = teller(row, texts)
    return found


def _columns(report: SurveyReport) -> Iterator[tuple[str, str, Teller]]:
    """The columns of an earlier copy: sheet, letter, and what to write there."""
    tellers = {each.result: result_of for each in TEXTS.values()}
    tellers |= {each.told: told_of for each in TEXTS.values()}
    described = report.form.get("sheets")
    for table in described if isinstance(described, list) else ():
        for column in table["columns"]:
            if (teller := tellers.get(column["header"])) is not None:
                yield table["sheet"], column["column"], teller
