"""The cells of one sheet: their formats are changed, and cells that are missing are put in.

The rows are searched with regular expressions, for a parser would need seconds for a large sheet.
In well-formed XML ``<`` begins a tag everywhere but in comments and CDATA, which are blanked for
the search.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from coverage.intake.annotated.remarks import LAST_COLUMN, LAST_ROW
from coverage.intake.annotated.xml_part import Unmendable, attribute_pattern
from coverage.intake.document import column_letter
from coverage.intake.workbook_parts import column_index

_ATTRIBUTES = rb"((?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>"
_NO_TAGS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_R, _S, _SPANS, _HEIGHT, _FORMATTED = (
    attribute_pattern(name) for name in (b"r", b"s", b"spans", b"ht", b"customFormat")
)
_ADDRESS = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")

FormatOf = Callable[[int, int, int], int]
"""Gives the marked format of (row, column), of which the cell now has the third."""


@dataclass(slots=True)
class Rows:
    """The inside of a sheet's ``sheetData``. ``prefix`` is that of its elements, with colon.

    ``heights_pt`` says which rows have a height of their own; ``added`` which cells were put in.
    """

    data: bytes
    prefix: str
    column_formats: Mapping[int, int]
    heights_pt: dict[int, float] = field(default_factory=dict)
    added: list[tuple[int, int]] = field(default_factory=list)

    def reformat(self, formats: Mapping[int, int]) -> None:
        """Replace cell formats by others, wherever they are used."""
        if not formats:
            return
        written = b"|".join(str(old).encode() for old in sorted(formats))
        pattern = re.compile(
            rb"(<" + self.prefix.encode() + rb"c\s(?:[^>]*?\s)?s=[\"'])(" + written + rb")(?=[\"'])"
        )
        self.data = pattern.sub(lambda m: m[1] + str(formats[int(m[2])]).encode(), self.data)

    def mark(self, cells: Mapping[int, Collection[int]], format_of: FormatOf) -> None:
        """Give ``cells``, columns by row, their marked formats.

        Raises:
            Unmendable: rows or cells are numbered in an impossible way.
        """
        wanted = sorted(cells)
        pieces: list[bytes] = []
        place = done = 0
        for row in _rows(self.data, self.prefix):
            if (height := _number(_HEIGHT, row.attributes)) is not None:
                self.heights_pt[row.number] = height
            while done < len(wanted) and wanted[done] < row.number:
                pieces += [
                    self.data[place : row.start],
                    self._new_row(wanted[done], cells, format_of),
                ]
                place = row.start
                done += 1
            if done < len(wanted) and wanted[done] == row.number:
                pieces += [self.data[place : row.start], self._marked_row(row, cells, format_of)]
                place = row.end
                done += 1
        pieces.append(self.data[place:])
        pieces += [self._new_row(number, cells, format_of) for number in wanted[done:]]
        self.data = b"".join(pieces)

    def _new_row(
        self, row: int, cells: Mapping[int, Collection[int]], format_of: FormatOf
    ) -> bytes:
        made = [self._new_cell(row, column, None, format_of) for column in sorted(cells[row])]
        tag = f"{self.prefix}row"
        return f'<{tag} r="{row}">{"".join(made)}</{tag}>'.encode()

    def _new_cell(self, row: int, column: int, row_format: int | None, format_of: FormatOf) -> str:
        """An empty cell that looks like the row, else the column, it stands in."""
        self.added.append((row, column))
        own = self.column_formats.get(column, 0) if row_format is None else row_format
        address = f"{column_letter(column)}{row}"
        return f'<{self.prefix}c r="{address}" s="{format_of(row, column, own)}"/>'

    def _marked_row(
        self, row: _Row, cells: Mapping[int, Collection[int]], format_of: FormatOf
    ) -> bytes:
        wanted = sorted(cells[row.number])
        data = self.data[row.inside : row.close]
        formatted = _FORMATTED.search(row.attributes)
        row_format = None
        if formatted is not None and formatted[1][1:-1] in {b"1", b"true"}:
            row_format = int(_number(_S, row.attributes) or 0)
        pieces: list[bytes] = []
        place = done = 0
        for column, tag, start in _cells(data, self.prefix):
            while wanted[done] < column:
                made = self._new_cell(row.number, wanted[done], row_format, format_of)
                pieces += [data[place:start], made.encode()]
                place = start
                done += 1
                if done == len(wanted):
                    break
            if done < len(wanted) and wanted[done] == column:
                own = int(_number(_S, tag) or 0)
                new = str(format_of(row.number, column, own))
                pieces += [data[place:start], _with(tag, _S, "s", new)]
                place = start + len(tag)
                done += 1
            if done == len(wanted):
                break
        pieces.append(data[place:])
        pieces += [
            self._new_cell(row.number, column, row_format, format_of).encode()
            for column in wanted[done:]
        ]
        tag = _with_spans(self.data[row.start : row.inside], wanted)
        if row.close == row.inside:
            tag = tag[: tag.rindex(b"/")] + b">"
            return b"".join([tag, *pieces, f"</{self.prefix}row>".encode()])
        return b"".join([tag, *pieces, self.data[row.close : row.end]])


@dataclass(frozen=True, slots=True)
class _Row:
    """A row; its cells stand from ``inside`` to ``close``."""

    number: int
    attributes: bytes
    start: int
    inside: int
    close: int
    end: int


def _rows(data: bytes, prefix: str) -> Iterator[_Row]:
    """The rows; one that states no number follows the one above."""
    searched = _NO_TAGS.sub(_blank, data) if b"<!" in data or b"<?" in data else data
    begin = re.compile(b"<" + prefix.encode() + b"row" + _ATTRIBUTES)
    finish = re.compile(b"</" + prefix.encode() + rb"row\s*>")
    number = place = 0
    while (found := begin.search(searched, place)) is not None:
        stated, before = _number(_R, found[1]), number
        number = number + 1 if stated is None else int(stated)
        if not before < number <= LAST_ROW:
            raise Unmendable(f"row {number} after {before}")
        inside = close = end = found.end()
        if not found[2]:
            ended = finish.search(searched, inside)
            if ended is None:
                raise Unmendable(f"row {number}")
            close, end = ended.span()
        yield _Row(number, found[1], found.start(), inside, close, end)
        place = end


def _cells(data: bytes, prefix: str) -> Iterator[tuple[int, bytes, int]]:
    """The cells of a row: column, start tag, where it stands; without an address, one after another."""
    searched = _NO_TAGS.sub(_blank, data) if b"<!" in data or b"<?" in data else data
    column = -1
    for found in _cell_pattern(prefix).finditer(searched):
        letters, before = found[1], column
        if letters is None:
            stated = _R.search(found[2])
            address = None if stated is None else _ADDRESS.fullmatch(stated[1][1:-1])
            letters = None if address is None else address[1].upper()
        column = before + 1 if letters is None else _index_of(letters)
        if not before < column < LAST_COLUMN:
            raise Unmendable(f"column {column} after {before}")
        yield column, found[0], found.start()


@functools.cache
def _cell_pattern(prefix: str) -> re.Pattern[bytes]:
    """A cell's start tag; most programs write the address first."""
    return re.compile(b"<" + prefix.encode() + rb'c(?:\s+r="([A-Z]{1,3})\d{1,7}")?' + _ATTRIBUTES)


_index_of = functools.cache(column_index)


def _blank(found: re.Match[bytes]) -> bytes:
    return b" " * len(found[0])


def _number(pattern: re.Pattern[bytes], attributes: bytes) -> float | None:
    found = pattern.search(attributes)
    if found is None:
        return None
    try:
        return float(found[1][1:-1])
    except ValueError as fault:
        raise Unmendable(str(fault)) from fault


def _with(tag: bytes, pattern: re.Pattern[bytes], name: str, value: str) -> bytes:
    """A start tag with one attribute set."""
    found = pattern.search(tag)
    if found is not None:
        return tag[: found.start(1)] + f'"{value}"'.encode() + tag[found.end(1) :]
    at = re.match(rb"<[^\s/>]+", tag)
    assert at is not None  # noqa: S101 - a start tag begins with its name
    return tag[: at.end()] + f' {name}="{value}"'.encode() + tag[at.end() :]


def _with_spans(tag: bytes, columns: list[int]) -> bytes:
    """A row's start tag whose stated reach, if it states one, holds ``columns`` too."""
    found = _SPANS.search(tag)
    stated = None if found is None else re.fullmatch(rb"(\d+):(\d+)", found[1][1:-1])
    if stated is None:
        return tag
    first = min(int(stated[1]), columns[0] + 1)
    last = max(int(stated[2]), columns[-1] + 1)
    return _with(tag, _SPANS, "spans", f"{first}:{last}")
