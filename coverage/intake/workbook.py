"""Reads XLSX, XLSB, XLS and ODS: cells in a child process, the rest from the file's own parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake import ods_parts, workbook_parts
from coverage.intake.archive import Archive, damaged
from coverage.intake.document import (
    Cell,
    Document,
    Kind,
    Limits,
    Merged,
    Sheet,
    column_letters,
    listed,
)
from coverage.intake.fonts import accented_texts, without_font_encodings
from coverage.intake.process import ChildEnded, Why, frames
from coverage.intake.workbook_parts import SheetParts
from coverage.vietnamese import nfc

_PROGRAM = Path(__file__).with_name("workbook_process.py")
_MOST_CELLS = 20_000_000


def read_workbook(
    data: bytes, name: str, kind: Kind, limits: Limits, archive: Archive | None = None
) -> Document:
    """Read every visible sheet; ``archive`` is the workbook's own zip, except for an XLS.

    Raises:
        InputRefused: file.damaged, file.password, file.bomb, file.entities, file.stray_cell,
            file.too_slow, file.too_much_memory, file.too_many_rows, file.too_many_columns,
            file.no_sheets.
    """
    if archive is not None:
        _refuse_dangers(archive, kind)
    with ThreadPoolExecutor(max_workers=1) as beside:  # inflating leaves the interpreter free
        inspected = beside.submit(_inspect, archive, kind)
        try:
            cells = _read_cells(data, name, kind, limits)
        except ChildEnded as ended:
            raise _refusal(ended.why, name, archive, limits) from ended
        parts = inspected.result()
    sheets: list[Sheet] = []
    found = _told_of_macros(archive, name)
    for read in cells:
        sheet, told = _finished(read, parts.get(read.name, SheetParts()), name, limits)
        found.extend(told)
        if sheet is not None:
            sheets.append(sheet)
    if not any(sheet.rows for sheet in sheets):
        raise InputRefused([finding("file.no_sheets", name=name), *found])
    return Document(kind, _encoding_name(found), tuple(sheets), tuple(found))


@dataclass(slots=True)
class _ReadSheet:
    """One sheet as the child sends it; ``state`` is visible, hidden or chart."""

    name: str
    state: str
    merged: Sequence[Any]
    numbers: list[int] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)


def _read_cells(data: bytes, name: str, kind: Kind, limits: Limits) -> list[_ReadSheet]:
    sheets: list[_ReadSheet] = []
    for frame in frames(_PROGRAM, data, limits):
        match frame:
            case ("sheet", sheet_name, state, merged):
                sheets.append(_ReadSheet(nfc(sheet_name), state, merged))
            case ("rows", numbers, rows):
                sheets[-1].numbers.extend(numbers)
                sheets[-1].rows.extend(rows)
                sheets[-1].texts |= accented_texts(rows)  # while the child goes on reading
            case ("error", "password", _):
                raise InputRefused([finding("file.password", name=name)])
            case ("error", "rows", _):
                raise InputRefused([finding("file.too_many_rows", name=name, limit=limits.rows)])
            case ("error", "memory", _):
                raise ChildEnded(Why.MEMORY)
            case _:
                raise damaged(name, kind)
    return sheets


def _refusal(why: Why, name: str, archive: Archive | None, limits: Limits) -> InputRefused:
    """What to tell when the cells' reader was stopped; a far cell is the usual reason."""
    if why is Why.TIME:
        return InputRefused([finding("file.too_slow", name=name, limit=f"{limits.seconds:g}")])
    if archive is None:
        return InputRefused([finding("file.too_much_memory", name=name)])
    for sheet, path in workbook_parts.sheet_paths(archive).items():
        (right, width), (low, height) = workbook_parts.farthest_cells(archive, path)
        if width * height > _MOST_CELLS:
            address = right if width > limits.columns else low
            return InputRefused(
                [finding("file.stray_cell", name=name, sheet=sheet, address=address)]
            )
    return InputRefused([finding("file.too_much_memory", name=name)])


def _refuse_dangers(archive: Archive, kind: Kind) -> None:
    archive.refuse_entities(
        [part for part in archive.parts if part.endswith((".xml", ".rels", ".vml"))]
    )
    manifest = "META-INF/manifest.xml"
    is_listed = kind is Kind.ODS and manifest in archive.parts
    if is_listed and b"encryption-data" in archive.read(manifest):
        raise InputRefused([finding("file.password", name=archive.name)])


def _inspect(archive: Archive | None, kind: Kind) -> Mapping[str, SheetParts]:
    if archive is None or kind is Kind.XLSB:
        return {}
    return ods_parts.inspect(archive) if kind is Kind.ODS else workbook_parts.inspect(archive)


def _told_of_macros(archive: Archive | None, name: str) -> list[Finding]:
    has_macros = archive is not None and any(
        part.endswith("vbaProject.bin") or part.startswith(("xl/macrosheets/", "Basic/"))
        for part in archive.parts
    )
    return [finding("file.macros", name=name)] if has_macros else []


def _finished(
    read: _ReadSheet, parts: SheetParts, name: str, limits: Limits
) -> tuple[Sheet | None, list[Finding]]:
    """The neutral sheet of one that was read, and what is to be said of it."""
    if read.state == "chart":
        return None, [finding("file.not_a_table", sheet=read.name)]
    if read.state == "hidden":
        told = finding("file.hidden_sheet", sheet=read.name)
        return Sheet(read.name, (), (), (), hidden=True), [told]
    place_of = {number: index for index, number in enumerate(read.numbers)}
    for (number, column), text in parts.errors.items():
        if number in place_of and column < len(read.rows[place_of[number]]):
            read.rows[place_of[number]][column] = text  # the reader gives #N/A as an empty cell
    found = _composed(read.rows, read.texts)
    hidden_rows = frozenset(parts.hidden_rows & place_of.keys())
    sheet = Sheet(
        name=read.name,
        rows=read.rows,
        row_numbers=read.numbers,
        columns=column_letters(_width(read, name, limits)),
        merged=tuple(parts.merged) + _merged(read),
        hidden_rows=hidden_rows,
    )
    fonts = {
        (place_of[number], column): runs
        for (number, column), runs in parts.fonts.items()
        if number in place_of
    }
    sheet, repaired = without_font_encodings(sheet, fonts, read.texts)
    found += repaired
    if hidden_rows:
        lines = listed(sorted(hidden_rows))
        found.append(
            finding("file.hidden_rows", sheet=read.name, count=len(hidden_rows), lines=lines)
        )
    if cells := parts.valueless_formulas:
        found.append(
            finding(
                "file.formula_without_value",
                sheet=read.name, count=len(cells), cells=listed(cells),
            )
        )  # fmt: skip
    return sheet, found


def _merged(read: _ReadSheet) -> tuple[Merged, ...]:
    return tuple(
        Merged(top + 1, bottom + 1, left, right) for (top, left), (bottom, right) in read.merged
    )


def _width(read: _ReadSheet, name: str, limits: Limits) -> int:
    """The number of columns, without blank ones at the end when they would be too many."""
    width = max(map(len, read.rows), default=0)
    if width <= limits.columns:
        return width
    used = max(_used(row) for row in read.rows)
    if used > limits.columns:
        raise InputRefused(
            [finding("file.too_many_columns", name=name, count=used, limit=limits.columns)]
        )
    for row in read.rows:
        del row[used:]
    return used


def _used(row: Sequence[Cell]) -> int:
    """How many cells a row has up to its last that is more than spaces."""
    return next(
        (
            i
            for i in range(len(row), 0, -1)
            if not isinstance(row[i - 1], str) or str(row[i - 1]).strip()
        ),
        0,
    )


def _composed(rows: Sequence[list[Cell]], texts: set[str]) -> list[Finding]:
    """Compose decomposed letters in place; most sheets have none."""
    composed = {text: nfc(text) for text in texts if not unicodedata.is_normalized("NFC", text)}
    if not composed:
        return []
    texts.difference_update(composed.keys())
    texts.update(composed.values())
    count = 0
    for row in rows:
        for column, cell in enumerate(row):
            if type(cell) is str and cell in composed:
                row[column] = composed[cell]
                count += 1
    return [finding("text.decomposed", count=count)]


def _encoding_name(found: Sequence[Finding]) -> str:
    fonts = [rule for rule in ("tcvn3", "vni") if any(f.rule == f"text.{rule}" for f in found)]
    return "+".join(["unicode", *fonts])
