"""What the cells' reader does not tell of an ODS: merged ranges and hidden rows.

Cells and rows repeat by count in this format, so positions are counted while parsing.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from coverage.intake.archive import Archive
from coverage.intake.document import Merged
from coverage.intake.workbook_parts import SheetParts

_CONTENT = "content.xml"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_MOST_REPEATS = 1_048_576


def inspect(archive: Archive) -> dict[str, SheetParts]:
    """Look through every table; a file without spans or hidden rows is only searched for them."""
    if _CONTENT not in archive.parts or not _is_worth_parsing(archive):
        return {}
    tables = _Tables()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = tables.start
    parser.EndElementHandler = tables.end
    try:
        for piece in archive.pieces(_CONTENT):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise archive.damaged() from fault
    return tables.parts


def _is_worth_parsing(archive: Archive) -> bool:
    """Whether the content names a span or a hidden row; a name cut between pieces is kept."""
    held = b""
    for piece in archive.pieces(_CONTENT):
        held = held[-64:] + piece
        if b"-spanned=" in held or b"table:visibility=" in held:
            return True
    return False


class _Tables:
    """Counts rows and cells of each table as the parser meets them."""

    def __init__(self) -> None:
        self.parts: dict[str, SheetParts] = {}
        self._sheet = SheetParts()
        self._row = self._column = self._repeats = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.removeprefix(_TABLE):
            case "table":
                self._sheet = SheetParts()
                self.parts[attributes.get(f"{_TABLE}name", "")] = self._sheet
                self._row = 0
            case "table-row":
                self._column = 0
                self._repeats = _count(attributes, "number-rows-repeated")
                hidden = attributes.get(f"{_TABLE}visibility") in {"collapse", "filter"}
                if hidden and self._repeats < _MOST_REPEATS // 16:
                    first = self._row + 1
                    self._sheet.hidden_rows.update(range(first, first + self._repeats))
            case "table-cell" | "covered-table-cell":
                self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        columns = _count(attributes, "number-columns-spanned")
        rows = _count(attributes, "number-rows-spanned")
        if columns > 1 or rows > 1:
            first_row = self._row + 1
            self._sheet.merged.append(
                Merged(first_row, first_row + rows - 1, self._column, self._column + columns - 1)
            )
        self._column += _count(attributes, "number-columns-repeated")

    def end(self, name: str) -> None:
        if name == f"{_TABLE}table-row":
            self._row += self._repeats


def _count(attributes: dict[str, Any], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    return min(int(text), _MOST_REPEATS) if text.isdigit() else 1
