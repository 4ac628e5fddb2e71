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
from coverage.intake.annotated.xml_part import Unmendable, attribute_pattern, literal, text
from coverage.intake.document import column_letter
from coverage.intake.workbook_parts import column_index

_ATTRIBUTES = rb"((?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>"
_NO_TAGS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_R, _S, _SPANS, _HEIGHT, _FORMATTED = (
    attribute_pattern(name) for name in (b"r", b"s", b"spans", b"ht", b"customFormat")
)
_ADDRESS = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")

Columns = Mapping[int, Collection[int]]
"""Columns by row."""
Edit = Callable[[int, int, bytes | None, int], bytes]
"""Gives a cell's new bytes by row, column, its start tag (None: it is missing) and its format."""
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

    def mark(self, cells: Columns, format_of: FormatOf) -> None:
        """Give ``cells`` their marked formats; those that are missing are put in, empty.

        Raises:
            Unmendable: rows or cells are numbered in an impossible way.
        """

        def marked(row: int, column: int, tag: bytes | None, own: int) -> bytes:
            new = str(format_of(row, column, own))
            return self._empty(row, column, new) if tag is None else _with(tag, _S, "s", new)

        self._edit(cells, marked, whole=False)

    def put(self, texts: Mapping[int, Mapping[int, str]]) -> None:
        """Write texts, by row and column, in the place of what the cells hold.

        Raises:
            Unmendable: rows or cells are numbered in an impossible way.
        """

        def written(row: int, column: int, _: bytes | None, own: int) -> bytes:
            if not (said := texts[row][column]):
                return self._empty(row, column, str(own))
            p, address = self.prefix, f"{column_letter(column)}{row}"
            held = f'<{p}is><{p}t xml:space="preserve">{text(literal(said))}</{p}t></{p}is>'
            return f'<{p}c r="{address}" s="{own}" t="inlineStr">{held}</{p}c>'.encode()

        self._edit(texts, written, whole=True)

    def _edit(self, cells: Columns, edit: Edit, *, whole: bool) -> None:
        """Replace the start tags of cells, or the ``whole`` cells, by what ``edit`` gives."""
        wanted = sorted(cells)
        pieces: list[bytes] = []
        place = done = 0
        for row in _rows(self.data, self.prefix):
            if (height := _number(_HEIGHT, row.attributes)) is not None:
                self.heights_pt[row.number] = height
            while done < len(wanted) and wanted[done] < row.number:
                pieces += [self.data[place : row.start], self._new_row(wanted[done], cells, edit)]
                place = row.start
                done += 1
            if done < len(wanted) and wanted[done] == row.number:
                edited = self._edited_row(row, sorted(cells[row.number]), edit, whole=whole)
                pieces += [self.data[place : row.start], edited]
                place = row.end
                done += 1
        pieces.append(self.data[place:])
        pieces += [self._new_row(number, cells, edit) for number in wanted[done:]]
        self.data = b"".join(pieces)

    def _new_row(self, row: int, cells: Columns, edit: Edit) -> bytes:
        made = [self._new_cell(row, column, None, edit) for column in sorted(cells[row])]
        tag = f"{self.prefix}row"
        return f'<{tag} r="{row}">'.encode() + b"".join(made) + f"</{tag}>".encode()

    def _new_cell(self, row: int, column: int, row_format: int | None, edit: Edit) -> bytes:
        """A cell that was missing; it looks like the row, else the column, that it stands in."""
        self.added.append((row, column))
        own = self.column_formats.get(column, 0) if row_format is None else row_format
        return edit(row, column, None, own)

    def _empty(self, row: int, column: int, look: str) -> bytes:
        return f'<{self.prefix}c r="{column_letter(column)}{row}" s="{look}"/>'.encode()

    def _edited_row(self, row: _Row, wanted: list[int], edit: Edit, *, whole: bool) -> bytes:
        data = self.data[row.inside : row.close]
        formatted = _FORMATTED.search(row.attributes)
        row_format = None
        if formatted is not None and formatted[1][1:-1] in {b"1", b"true"}:
            row_format = int(_number(_S, row.attributes) or 0)
        pieces: list[bytes] = []
        place = done = 0
        added = False
        for column, tag, start in _cells(data, self.prefix):
            while done < len(wanted) and wanted[done] < column:
                made = self._new_cell(row.number, wanted[done], row_format, edit)
                pieces += [data[place:start], made]
                place, added = start, True
                done += 1
            if done < len(wanted) and wanted[done] == column:
                own = int(_number(_S, tag) or 0)
                pieces += [data[place:start], edit(row.number, column, tag, own)]
                place = self._end_of(data, tag, start) if whole else start + len(tag)
                done += 1
            if done == len(wanted) and not added:
                break  # a row with a new cell is read to its end: no later cell may be the same
        pieces.append(data[place:])
        pieces += [self._new_cell(row.number, each, row_format, edit) for each in wanted[done:]]
        tag = _with_spans(self.data[row.start : row.inside], wanted)
        if row.end == row.inside:
            tag = tag[: tag.rindex(b"/")] + b">"
            return b"".join([tag, *pieces, f"</{self.prefix}row>".encode()])
        return b"".join([tag, *pieces, self.data[row.close : row.end]])

    def _end_of(self, data: bytes, tag: bytes, start: int) -> int:
        if tag.endswith(b"/>"):
            return start + len(tag)
        return data.index(b">", data.index(f"</{self.prefix}c".encode(), start)) + 1


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
