"""A plain table as a file, row by row: CSV for programs, a workbook for people.

No cell of either is taken for a formula, whatever a village is called.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO

import xlsxwriter

from coverage.dossier.listing import BYTE_ORDER_MARK, guarded

Cell = str | int | float | date | None
_PIECE = 1 << 16  # bytes
_WIDEST, _NARROWEST = 46, 9  # letters


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield the table as CSV: UTF-8 with byte-order mark, commas, CRLF; days in ISO 8601.

    It is written whole first: rows come out of a transaction, and who reads slowly must not keep it.
    """
    with tempfile.TemporaryFile() as made:
        text = io.TextIOWrapper(made, encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        text.write(BYTE_ORDER_MARK)
        writer.writerow(map(guarded, header))
        writer.writerows(map(_text, row) for row in rows)
        text.detach()
        yield from _pieces(made)


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield the table as a workbook of one sheet; of its rows few are in memory at once."""
    with tempfile.TemporaryFile() as made:
        book = xlsxwriter.Workbook(
            made,
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
             "strings_to_numbers": False},
        )  # fmt: skip
        sheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E5E7EB"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for column, name in enumerate(header):
            sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, len(name) + 4)))
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                match value:
                    case None | "":
                        continue
                    case str():
                        sheet.write_string(last, column, value)
                    case date():
                        sheet.write_datetime(last, column, value, day)
                    case _:
                        sheet.write_number(last, column, value)
        sheet.autofilter(0, 0, last, len(header) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        book.close()
        yield from _pieces(made)


def _pieces(made: IO[bytes]) -> Iterator[bytes]:
    made.seek(0)
    while piece := made.read(_PIECE):
        yield piece


def _text(value: Cell) -> str:
    match value:
        case None:
            return ""
        case str():
            return guarded(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)
