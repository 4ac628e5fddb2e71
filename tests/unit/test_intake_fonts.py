"""Font encodings inside Unicode text: decided by font and by column, never by cell."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from coverage.intake.document import Sheet, column_letters
from coverage.intake.files import read
from coverage.intake.fonts import without_font_encodings
from tests.unit.typed import to_tcvn3, to_vni

HEADER = ["STT", "Xã", "Thôn", "Vĩ độ", "Điện"]
ROWS = [
    ["1", "Tân Hòa", "bản nậm ế", "22,5", "Có"],
    ["2", "Mường Nhé", "khe sến", "22,6", "Có"],
    ["3", "Hà Vân", "cò mạ", "22,7", "Có"],
]


def sheet_of(rows) -> Sheet:
    return Sheet("DS", rows, range(1, len(rows) + 1), column_letters(5))


@pytest.mark.parametrize("encode", [to_tcvn3, to_vni])
def test_columns_follow_their_own_words_and_a_unicode_header_stays(encode):
    typed = [[encode(cell) for cell in row] for row in ROWS]
    sheet, told = without_font_encodings(sheet_of([HEADER, *typed]))
    assert sheet.rows == [HEADER, *ROWS]
    assert len(told) == 1
    assert told[0].facts["where"] == "DS[B, C, E]"


@pytest.mark.parametrize("encode", [to_tcvn3, to_vni])
def test_a_column_of_unicode_beside_typed_ones_stays(encode):
    typed = [[row[0], encode(row[1]), row[2], row[3], row[4]] for row in ROWS]
    sheet, _ = without_font_encodings(sheet_of([[encode(cell) for cell in HEADER], *typed]))
    assert sheet.rows == [HEADER, *ROWS]


def test_good_text_is_left_alone():
    rows = [HEADER, *ROWS, ["4", "Xã Tân Hòa", "Plông · Hrê", "105°30′", "«Có»"]]
    sheet, told = without_font_encodings(sheet_of(rows))
    assert sheet.rows is rows
    assert told == []


def workbook_bytes(book: Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_fonts_of_a_workbook_are_evidence():
    book = Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for number, row in enumerate(ROWS, start=2):
        sheet.append([row[0], to_tcvn3(row[1]), to_tcvn3(row[2]), 22.5, to_vni("Có điện")])
        sheet.cell(number, 2).font = Font(name=".VnTime")
        sheet.cell(number, 3).font = Font(name=".VnTimeH")
        sheet.cell(number, 5).font = Font(name="VNI-Times")
    sheet["B6"], sheet["B7"] = "Đắk Mế", "Hà Vân"  # typed in Unicode: in the old font, and not
    sheet["B6"].font = Font(name=".VnTime")
    sheet["C6"].value = CellRichText(
        TextBlock(InlineFont(rFont=".VnTime"), to_tcvn3("Bản Khuổi")),
        TextBlock(InlineFont(rFont="Arial"), " Phìn"),
    )
    document = read(workbook_bytes(book), "ds.xlsx")
    cells = [[row[1], row[2], row[4]] for row in document.sheets[0].rows]
    assert cells == [
        ["Xã", "Thôn", "Điện"],
        ["Tân Hòa", "BẢN NẬM Ế", "Có điện"],
        ["Mường Nhé", "KHE SẾN", "Có điện"],
        ["Hà Vân", "CÒ MẠ", "Có điện"],
        ["Đắk Mế", "Bản Khuổi Phìn", ""],
        ["Hà Vân", "", ""],
    ]
    assert document.encoding == "unicode+tcvn3+vni"


def test_one_font_alone_decides_where_letters_cannot():
    book = Workbook()
    for row, text in enumerate(["Cã", "Bã", "Cã"], start=1):
        book.active.cell(row, 1, text).font = Font(name=".VnArial")
    assert [row[0] for row in read(workbook_bytes(book), "x.xlsx").sheets[0].rows] == [
        "Có",
        "Bó",
        "Có",
    ]
