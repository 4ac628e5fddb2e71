"""The last sheet: what the marks mean, where the figures come from, what the columns hold."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from coverage.dossier.notes import paragraphs
from coverage.dossier.workbook.looks import HEAD_ROWS, Looks, height_of, write_head
from coverage.packages import Package

_NAME_WIDTH, _TEXT_WIDTH = 32, 112


def write_remarks(sheet: Worksheet, package: Package, looks: Looks) -> None:
    """Write one line for each note: its name, then its text."""
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    subtitle = f"Gói thầu {package.number} – {package.province}"
    write_head(sheet, package, looks, ("GHI CHÚ VÀ NGUỒN SỐ LIỆU", subtitle), 1)
    for line, (name, text) in enumerate(paragraphs(package), start=HEAD_ROWS):
        sheet.write_string(line, 0, name, looks.label)
        sheet.write_string(line, 1, text, looks.text)
        sheet.set_row(line, height_of({_TEXT_WIDTH: text}) + 3)
