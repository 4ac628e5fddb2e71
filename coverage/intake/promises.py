"""A filled-in list of a round: which zones an operator promises, and by when.

The round's own CSV is the form: whoever writes a day into its column ``on_air_by`` promises that
zone; rows without a day promise nothing. Any other table with the two columns is read as well.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coverage.consultation import Wish
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.document import Cell, Document, Sheet, column_letters, shown

_ZONE = {"ma vung", "zone_id", "zone id", "ma vung lom song", "id vung", "id"}
_DATE = {
    "on_air_by", "on air by", "ngay cam ket", "ngay phat song", "ngay cam ket phat song",
    "cam ket phat song", "han phat song", "thoi han phat song", "phat song truoc ngay",
}  # fmt: skip
_ABOVE = 40  # rows that a letterhead and a title may take
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class ReadWish:
    """A row of the file: what was understood of it, and what could not be."""

    wish: Wish
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    header: int  # the heading row's index
    zone: int
    date: int


def read_promises(document: Document) -> tuple[ReadWish, ...]:
    """Return every row that has a day, in the file's order.

    Raises:
        InputRefused: promise.no_columns, promise.no_rows.
    """
    found = [(sheet, _columns(sheet)) for sheet in document.sheets if sheet.rows]
    known = [(sheet, columns) for sheet, columns in found if columns is not None]
    if not known:
        raise InputRefused([finding("promise.no_columns")])
    lettered = document.kind.is_workbook
    rows = [each for sheet, columns in known for each in _rows(sheet, columns, lettered=lettered)]
    if not rows:
        raise InputRefused([finding("promise.no_rows")])
    return tuple(rows)


def _columns(sheet: Sheet) -> _Columns | None:
    """The heading row and its two columns; features have their names apart from the rows."""
    headings: list[tuple[int, Sequence[Cell]]] = list(enumerate(sheet.rows[:_ABOVE]))
    for index, row in [(-1, sheet.columns), *headings]:
        names = [_plain(shown(cell)) for cell in row]
        zone = next((place for place, name in enumerate(names) if name in _ZONE), None)
        date = next((place for place, name in enumerate(names) if name in _DATE), None)
        if zone is not None and date is not None:
            return _Columns(index, zone, date)
    return None


def _rows(sheet: Sheet, columns: _Columns, *, lettered: bool) -> Iterator[ReadWish]:
    width = max(columns.zone, columns.date) + 1
    names = column_letters(width) if lettered else None
    header = sheet.columns if columns.header < 0 else sheet.rows[columns.header]
    zone_name, date_name = (
        names[place] if names else shown(header[place]) for place in (columns.zone, columns.date)
    )
    for index in range(columns.header + 1, len(sheet.rows)):
        row = [*sheet.rows[index], *[""] * width]
        date, zone = row[columns.date], shown(row[columns.zone]).strip()
        if shown(date).strip() == "":
            continue
        zone_id, day = _zone_id(zone), day_of_cell(date)
        findings = []
        if zone and zone_id is None:
            findings.append(finding("promise.zone_unreadable", said=zone).at(zone_name, zone))
        if day is None:
            said = shown(date)
            findings.append(finding("promise.date_unreadable", said=said).at(date_name, said))
        wish = Wish(zone_id, day, sheet.row_numbers[index], sheet.name)
        yield ReadWish(wish, tuple(findings))


def day_of_cell(cell: Cell) -> dt.date | None:
    """Return the day in a cell: a date, day/month/year, or ISO; a bare number is none."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = shown(cell).strip()
    if (found := _YEAR_FIRST.fullmatch(text)) is not None:
        year, month, day = map(int, found.groups())
    elif (found := _DAY_FIRST.fullmatch(text)) is not None:
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _zone_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip("'’ "))
    except ValueError:
        return None


def _plain(text: str) -> str:
    """A heading without accents, case and what stands in brackets."""
    bare = re.sub(r"\(.*?\)", "", text).casefold().replace("đ", "d")
    letters = unicodedata.normalize("NFD", bare)
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
