"""The files of progress: one table of figures as CSV or as a workbook, with its day and criteria."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter

from coverage.dossier.listing import BYTE_ORDER_MARK, guarded

Cell = str | int | float | date | None
_FIRST_COLUMN_WIDTH, _COLUMN_WIDTH = 26, 15
_A4 = 9


@dataclass(frozen=True, slots=True)
class FiguresTable:
    """A table as people read it: title, what its figures mean, headings and rows.

    ``as_of`` and ``criteria`` are two headings and their values: the day that the figures are of,
    and the criteria set that was in force on it. An unknown cell is None; a float is a share.
    """

    title: str
    notes: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    as_of: tuple[str, date]
    criteria: tuple[str, str]


def table_csv(table: FiguresTable) -> bytes:
    """Return the table: UTF-8 with byte-order mark, commas, CRLF; day and criteria in each row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*table.headings, table.as_of[0], table.criteria[0]])
    told = [_plain(table.as_of[1]), _plain(table.criteria[1])]
    writer.writerows([*map(_plain, row), *told] for row in table.rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def table_xlsx(table: FiguresTable) -> bytes:
    """Return the table as a workbook that prints on A4 landscape."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(table.title[:31].translate(str.maketrans("[]:*?/\\", "()-----")))
    title = book.add_format({"bold": True, "font_size": 13})
    note = book.add_format({"italic": True, "font_color": "#4B5965"})
    heading = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E4EDF4", "valign": "vcenter"}
    )
    formats = {
        int: book.add_format({"border": 1, "num_format": "#,##0"}),
        float: book.add_format({"border": 1, "num_format": "0.0%"}),
        date: book.add_format({"border": 1, "num_format": "dd/mm/yyyy"}),
        str: book.add_format({"border": 1}),
    }
    sheet.write_string(0, 0, table.title, title)
    said = [f"{table.as_of[0]}: {table.as_of[1]:%d/%m/%Y}", ": ".join(table.criteria), *table.notes]
    for row, line in enumerate(said, 1):
        sheet.write_string(row, 0, line, note)
    head = len(said) + 2
    sheet.set_column(0, 0, _FIRST_COLUMN_WIDTH)
    sheet.set_column(1, max(1, len(table.headings) - 1), _COLUMN_WIDTH)
    for column, name in enumerate(table.headings):
        sheet.write_string(head, column, name, heading)
    for place, cells in enumerate(table.rows, head + 1):
        for column, cell in enumerate(cells):
            if cell is None:
                sheet.write_blank(place, column, None, formats[str])
            elif isinstance(cell, str):
                sheet.write_string(place, column, cell, formats[str])
            elif isinstance(cell, date):
                midnight = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a sheet's
                sheet.write_datetime(place, column, midnight, formats[date])
            else:
                sheet.write_number(place, column, cell, formats[type(cell)])
    sheet.freeze_panes(head + 1, 1)
    if table.rows:
        sheet.autofilter(head, 0, head + len(table.rows), len(table.headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    book.close()
    return made.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, float):
        return f"{cell:.4f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
