"""The sheet of what happened since the first version: changes with reasons, questions answered."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter.worksheet import Worksheet

from coverage.dossier.columns import Kind
from coverage.dossier.notes import answers, changes
from coverage.dossier.workbook.looks import HEAD_ROWS, Looks, height_of, write_head
from coverage.packages import Package

VERSIONS = "Sửa đổi và làm rõ"
_NAME_WIDTH, _TEXT_WIDTH = 34, 110


def write_versions(sheet: Worksheet, package: Package, looks: Looks) -> None:
    """Write one line for each later version and one for each answer."""
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    subtitle = f"Gói thầu {package.number}, phiên bản {package.version}"
    write_head(sheet, package, looks, ("SỬA ĐỔI VÀ LÀM RÕ", subtitle), 1)
    line = _lines(sheet, HEAD_ROWS, ("Phiên bản", changes(package)), looks)
    _lines(sheet, line, ("Câu hỏi", answers(package)), looks)
    sheet.freeze_panes(HEAD_ROWS, 1)


def _lines(
    sheet: Worksheet, line: int, told: tuple[str, Iterable[tuple[str, str]]], looks: Looks
) -> int:
    """Write a heading and its lines, when there are any; return the next free line."""
    heading, pairs = told
    body = looks.of_kind[Kind.TEXT]
    for place, (name, text) in enumerate(pairs):
        if place == 0:
            sheet.write_string(line, 0, heading, looks.header)
            sheet.write_string(line, 1, "Nội dung", looks.header)
            line += 1
        sheet.write_string(line, 0, name, body)
        sheet.write_string(line, 1, text, body)
        sheet.set_row(line, height_of({_NAME_WIDTH: name, _TEXT_WIDTH: text}) + 3)
        line += 1
    return line
