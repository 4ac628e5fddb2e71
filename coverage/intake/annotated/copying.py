"""A file of any other kind as a plain XLSX, which is then marked like an office's own workbook.

Formulas never run: text stays text, and only numbers, dates and answers are more than that.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from coverage.intake.annotated.layout import Layout
from coverage.intake.annotated.results import result_of, told_of
from coverage.intake.annotated.texts import Texts
from coverage.intake.document import Cell, shown
from coverage.surveys import SurveyReport, SurveyRow

_MADE = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - fixed, so that the same file gives the same bytes
_LONGEST_CELL = 32_767
_A4 = 9
_MOST_FROZEN = 12  # rows; more of them would leave no room to scroll in
_MOST_NUMBER = 1e15  # beyond it a spreadsheet loses digits
_FIRST_YEAR = 1900
_SAMPLE_ROWS, _LEAST_WIDTH, _MOST_WIDTH = 200, 9, 45
_STATUS_WIDTH, _TOLD_WIDTH = 16, 70


def write_copy(sheets: Sequence[Layout], report: SurveyReport, texts: Texts) -> bytes:
    """Return the workbook: every sheet as laid out, with status and findings beside its rows."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _MADE})
        heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        told = workbook.add_format({"text_wrap": True, "valign": "top"})
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        moment = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        for layout in sheets:
            written = workbook.add_worksheet(layout.name)
            # An office's numbers in text are its own business; no green corners over them.
            written.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
            headers = {row for header in layout.headers for row in header}
            for number, cells in layout.rows:
                own = heading if number in headers else None
                for column, cell in enumerate(cells):
                    _write(written, (number - 1, column), cell, (own, day, moment))
            _merge(written, layout)
            for number in layout.sheet.hidden_rows:
                written.set_row(layout.row_of[number] - 1, None, None, {"hidden": True})
            _fit(written, [cells for _, cells in layout.rows])
            if layout.headers:
                rows = [row for row in report.rows if row.sheet == layout.sheet.name]
                _write_results(written, layout, rows, texts, (heading, told))
            if len(layout.headers) == 1:
                (header,) = layout.headers
                written.repeat_rows(header[0] - 1, header[-1] - 1)
                if header[-1] <= _MOST_FROZEN:
                    written.freeze_panes(header[-1], 0)
            written.set_landscape()
            written.set_paper(_A4)
            written.fit_to_pages(1, 0)
    return held.getvalue()


def _write(
    written: Worksheet, place: tuple[int, int], cell: Cell, formats: tuple[Format | None, ...]
) -> None:
    own, day, moment = formats
    match cell:
        case "":
            return
        case bool():
            written.write_boolean(*place, cell, own)
        case dt.datetime() if cell.year >= _FIRST_YEAR and cell.time() != dt.time():
            written.write_datetime(*place, cell.replace(tzinfo=None), moment)
        case dt.date() if cell.year >= _FIRST_YEAR:
            written.write_datetime(*place, dt.date(cell.year, cell.month, cell.day), day)
        case int() | float() if math.isfinite(cell) and abs(cell) < _MOST_NUMBER:
            written.write_number(*place, cell, own)
        case _:
            written.write_string(*place, shown(cell)[:_LONGEST_CELL], own)


def _merge(written: Worksheet, layout: Layout) -> None:
    """Merge what the file merges; ranges that overlap, which no workbook may have, stay apart."""
    values = dict(layout.rows)
    covered: set[tuple[int, int]] = set()
    for area in layout.sheet.merged:
        cells = {
            (row, column)
            for row in range(area.first_row, min(area.last_row, area.first_row + 10_000) + 1)
            for column in range(area.first_column, min(area.last_column, 400) + 1)
        }
        if len(cells) < 2 or cells & covered or area.first_row not in values:  # noqa: PLR2004
            continue
        covered |= cells
        row = values[area.first_row]
        held = row[area.first_column] if area.first_column < len(row) else ""
        reach = (area.first_row - 1, area.first_column, area.last_row - 1, area.last_column)
        written.merge_range(*reach, "", None)
        if held != "":
            _write(written, reach[:2], held, (None, None, None))


def _write_results(
    written: Worksheet, layout: Layout, rows: Iterable[SurveyRow], texts: Texts,
    formats: tuple[Format, Format],
) -> None:  # fmt: skip
    """Write each row's status and findings to the right of its table."""
    heading, told = formats
    at = layout.width
    for header in layout.headers:
        # In its first row: below it there may be a row of column numbers.
        written.write_string(header[0] - 1, at, texts.result, heading)
        written.write_string(header[0] - 1, at + 1, texts.told, heading)
    written.set_column(at, at, _STATUS_WIDTH)
    written.set_column(at + 1, at + 1, _TOLD_WIDTH)
    for row in rows:
        number = layout.row_of.get(row.row)
        if number is not None:
            written.write_string(number - 1, at, result_of(row, texts), told)
            if said := told_of(row, texts):
                written.write_string(number - 1, at + 1, said, told)


def _fit(written: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    """Make columns as wide as their texts are, but for the longest tenth."""
    sample = rows[:_SAMPLE_ROWS]
    for column in range(max(map(len, sample), default=0)):
        lengths = sorted(len(shown(row[column])) for row in sample if column < len(row))
        usual = lengths[int(len(lengths) * 0.9)] if len(lengths) > 1 else lengths[0]
        written.set_column(column, column, min(max(usual + 2, _LEAST_WIDTH), _MOST_WIDTH))
