"""A sheet as it is being typed: lines of cells, the villages among them, merges, hidden parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

from tests.offices.judge import Written
from tests.offices.villages import Village

Cells = Sequence[object]


@dataclass
class Grid:
    """One sheet. ``left`` empty columns and the lines above shift what follows, as in Excel."""

    name: str = "DS"
    left: int = 0
    lines: list[list[object]] = field(default_factory=list)
    villages: dict[int, tuple[Village, Mapping[str, object]]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    font: str | None = None
    hidden: bool = False

    def add(self, *cells: object, village: Village | None = None, **facts: object) -> int:
        """Write a line and return its index; a village's line carries what is true of it."""
        at = len(self.lines)
        self.lines.append([None] * self.left + list(cells))
        if village is not None:
            self.villages[at] = (village, facts)
        return at

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a block; its first cell keeps the text and the others lose theirs."""
        self.merges.append((top, left + self.left, bottom, right + self.left))

    def written(self, sheet: str | None = None) -> list[Written]:
        """Return the villages by the row that Excel shows; power and difficulty only as told."""
        name = self.name if sheet is None else sheet
        return [_told(v, name, at + 1, facts) for at, (v, facts) in sorted(self.villages.items())]


def _told(village: Village, sheet: str, row: int, facts: Mapping[str, object]) -> Written:
    return Written(village, sheet, row, has_power="power" in facts, has_difficulty="hard" in facts,
                   facts={k: v for k, v in facts.items() if k not in {"power", "hard"}})  # fmt: skip


def save_workbook(path: Path, *grids: Grid) -> list[Written]:
    """Write an XLSX; a cell may be a function of (sheet, row, column, format) that writes itself."""
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for grid in grids:
            sheet = book.add_worksheet(grid.name)
            look = book.add_format({"font_name": grid.font} if grid.font else {})
            struck = book.add_format({"font_strikeout": True})
            covered = set()
            for top, left, bottom, right in grid.merges:
                text = _cell(grid, top, left)
                sheet.merge_range(top, left, bottom, right, "" if text is None else text, look)
                covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
            for at, line in enumerate(grid.lines):
                for column, cell in enumerate(line):
                    if cell is None or (at, column) in covered:
                        continue
                    style = struck if at in grid.struck else look
                    if callable(cell):
                        cell(sheet, at, column, style)
                    else:
                        sheet.write(at, column, cell, style)
            for at in grid.hidden_rows:
                sheet.set_row(at, None, None, {"hidden": True})
            for column in grid.hidden_columns:
                sheet.set_column(column, column, None, None, {"hidden": True})
            if grid.hidden:
                sheet.hide()
    return [item for grid in grids if not grid.hidden for item in grid.written()]


def _cell(grid: Grid, at: int, column: int) -> object:
    line = grid.lines[at]
    return line[column] if column < len(line) else None


def formula(text: str, value: object) -> Callable[..., None]:
    """Return a cell that holds a formula with the value Excel would have stored."""

    def write(sheet: object, at: int, column: int, look: object) -> None:
        sheet.write_formula(at, column, text, look, value)  # type: ignore[attr-defined]

    return write


def save_text(path: Path, grid: Grid, *, delimiter: str = ",",
              encode: Callable[[str], bytes] = str.encode, ending: str = "\r\n",
              before: str = "", quoting: int = csv.QUOTE_MINIMAL) -> list[Written]:  # fmt: skip
    """Write a delimited text; the row is the line of the file where the record begins."""
    out = io.StringIO(newline="")
    out.write(before)
    table = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=quoting)  # type: ignore[arg-type]
    written = []
    for at, line in enumerate(grid.lines):
        number = out.getvalue().count("\n") + 1
        table.writerow(["" if cell is None else cell for cell in line])
        if at in grid.villages:
            village, facts = grid.villages[at]
            written.append(_told(village, "", number, facts))
    path.write_bytes(encode(out.getvalue().replace("\n", ending)))
    return written
