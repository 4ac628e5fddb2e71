"""A workbook with everything that an office may have in one, and looks into what came of it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import openpyxl
import xlsxwriter

from coverage.findings import Severity
from coverage.intake.files import read

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
SUMMARY = "Kết quả kiểm tra"


def png():
    """A picture of one grey point."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))  # fmt: skip

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b""))  # fmt: skip


def office_workbook():
    """A workbook with everything that an office may have in one."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet("DS thôn 'A' & <B>")
        bold = book.add_format({"bold": True, "align": "center", "border": 1})
        green = book.add_format({"bg_color": "#00FF00", "num_format": "0.000000"})
        sheet.merge_range("A1:D1", "UBND TỈNH HÀ TĨNH", bold)
        sheet.write_row("A3", ["STT", "Thôn", "Vĩ độ", "Số hộ"], bold)
        for row in range(4, 9):
            sheet.write_row(row - 1, 0, [row - 3, f"Thôn {row}", 18.3 + row / 100])
            sheet.write_number(row - 1, 2, 18.3 + row / 100, green)
            sheet.write_formula(row - 1, 3, f"=10*{row}", None, 10 * row)
        sheet.merge_range("E4:E6", "Xã Sơn Kim 1", bold)
        sheet.set_column("B:B", 30)
        sheet.set_column("F:F", 12, book.add_format({"italic": True}))
        sheet.set_row(4, 40)
        sheet.write_comment("B4", "Chị Lan: hỏi lại trưởng thôn", {"author": "Lan"})
        sheet.write_comment("D8", "Của anh Nam", {"author": "Nam"})
        sheet.conditional_format("D4:D8", {"type": "data_bar"})
        sheet.data_validation("B4:B8", {"validate": "length", "criteria": "<", "value": 50})
        sheet.insert_image("H2", "con-dau.png", {"image_data": io.BytesIO(png())})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": ["DS thôn 'A' & <B>", 3, 3, 7, 3]})
        sheet.insert_chart("H8", chart)
        sheet.set_landscape()
        sheet.set_header("&CPhụ lục")
        sheet.repeat_rows(2)
        sheet.freeze_panes(3, 0)
        sheet.write_url("A12", "https://example.vn")
        table = book.add_worksheet("Bảng")
        table.add_table("A1:B3", {"columns": [{"header": "x"}, {"header": "y"}]})
        hidden = book.add_worksheet("Ẩn")
        hidden.write(0, 0, "cũ")
        hidden.hide()
        pie = book.add_chart({"type": "pie"})
        pie.add_series({"values": ["Bảng", 1, 0, 2, 0]})
        book.add_chartsheet("Biểu đồ").set_chart(pie)
        book.define_name("Tong", "='DS thôn ''A'' & <B>'!$D$4:$D$8")
    return held.getvalue()


SHEET = "DS thôn 'A' & <B>"
MARKS = [
    (SHEET, 4, "B", ERROR), (SHEET, 5, "C", INFO), (SHEET, 5, "C", WARNING),
    (SHEET, 6, None, WARNING), (SHEET, 6, "E", ERROR), (SHEET, 7, "F", ERROR), (SHEET, 7, "D", INFO),
    (SHEET, 15, "C", ERROR),
]  # fmt: skip


def opened(content):
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content))


def color(cell):
    """The colour that fills a cell, or None."""
    return cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None


def parts(content):
    """The bytes of every part by its name, in their order."""
    held = zipfile.ZipFile(io.BytesIO(content))
    return {name: held.read(name) for name in held.namelist()}


def values(content):
    """The cells of every sheet but the summary, as the intake reads them."""
    return {
        sheet.name: (sheet.row_numbers, [list(row) for row in sheet.rows])
        for sheet in read(content, "x.xlsx").sheets
        if not sheet.name.startswith(SUMMARY)
    }
