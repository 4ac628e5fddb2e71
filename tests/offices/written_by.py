"""Workbooks with everything that Excel and its kin put beside the cells."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import openpyxl
import xlsxwriter

from tests.offices.desk import Desk, File, case, count, hard, people, point, power
from tests.offices.grid import Grid, save_text, save_workbook
from tests.offices.groups import by_commune, households
from tests.offices.judge import Written
from tests.offices.spellings import comma

HEADER = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu", "Điện lưới", "ĐBKK"]
HAS_OFFICE = shutil.which("soffice") is not None


def _lines(desk: Desk, total: int = 24) -> Grid:
    sheet = Grid("DS")
    sheet.add(*HEADER)
    for number, v in enumerate(desk.villages(total), 1):
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), people(v), power(v), hard(v), village=v,
                  population=people(v), power=True, hard=True)  # fmt: skip
    return sheet


def _picture() -> io.BytesIO:
    """A grey square of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\x80"))
        + chunk(b"IEND", b"")
    )


@case()
def workbook_with_everything(desk: Desk) -> File:
    """A table object, filters, comments, a picture, a chart, lists, links, rich text, two more sheets."""
    sheet = _lines(desk)
    path = desk.folder / "day_du.xlsx"
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True, "bg_color": "#FFFF00", "text_wrap": True})
        six = book.add_format({"num_format": "0.00"})
        homes = book.add_format({"num_format": '0" hộ"'})
        page = book.add_worksheet("DS")
        last = len(sheet.lines) - 1
        page.add_table(
            0,
            0,
            last,
            len(HEADER) - 1,
            {"columns": [{"header": h} for h in HEADER], "name": "DanhSach"},
        )
        for at, line in enumerate(sheet.lines[1:], 1):
            for column, cell in enumerate(line):
                look = six if column in {3, 4} else homes if column == 5 else None
                if column == 2 and at % 4 == 0:
                    page.write_rich_string(at, column, bold, str(cell)[:3], str(cell)[3:])
                elif cell is not None:
                    page.write(at, column, cell, look)
        page.write_comment(3, 3, "đo lại ngày 02/03")
        page.data_validation(1, 7, last, 7, {"validate": "list", "source": ["Có", "Không"]})
        page.conditional_format(
            1, 5, last, 5, {"type": "cell", "criteria": ">", "value": 100, "format": bold}
        )
        page.insert_image(1, 12, "dau.png", {"image_data": _picture()})
        page.freeze_panes(1, 0)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": ["DS", 1, 5, 9, 5]})
        page.insert_chart(1, 14, chart)
        pivot = book.add_worksheet("Tổng hợp")
        pivot.write_row(0, 0, ["Nhãn hàng", "Số thôn", "Tổng số hộ"])
        villages = [v for v, _ in sheet.villages.values()]
        for at, (commune, part) in enumerate(by_commune(villages), 1):
            pivot.write_row(at, 0, [commune, len(part), households(part)])
        lists = book.add_worksheet("Danh mục")
        lists.write_column(
            0, 0, ["Danh mục xã", *(c.name for c in desk.land.by_province[desk.province][:20])]
        )
        empty = book.add_worksheet("Sheet3")
        empty.hide()
        book.add_worksheet("Sheet4").very_hidden()
    return desk.file("day_du.xlsx", sheet.written())


@case()
def workbook_of_openpyxl(desk: Desk) -> File:
    """Written by another library, with merged headings and a filter."""
    sheet = _lines(desk)
    book = openpyxl.Workbook()
    page = book.active
    page.title = "DS"
    for line in sheet.lines:
        page.append(line)
    page.auto_filter.ref = page.dimensions
    book.save(desk.folder / "khac.xlsx")
    return desk.file("khac.xlsx", sheet.written())


@case()
def workbook_filtered(desk: Desk) -> File:
    """An auto filter hides all but a few rows: they were reported all the same, and it is told."""
    sheet = _lines(desk)
    sheet.hidden_rows |= {at for at in sheet.villages if at % 3}
    return desk.file("loc.xlsx", save_workbook(desk.folder / "loc.xlsx", sheet))


@case()
def workbook_named_otherwise(desk: Desk) -> File:
    """An .xlsx that somebody renamed .xls."""
    sheet = _lines(desk)
    written = save_workbook(desk.folder / "ten.xlsx", sheet)
    shutil.copy(desk.folder / "ten.xlsx", desk.folder / "ten.xls")
    return desk.file("ten.xls", written)


@case()
def text_named_as_a_workbook(desk: Desk) -> File:
    """A tab-separated text that a web system calls .xls."""
    sheet = _lines(desk)
    return desk.file(
        "xuat.xls",
        save_text(
            desk.folder / "xuat.xls", sheet, delimiter="\t", encode=lambda t: t.encode("utf-16")
        ),
    )


@case()
def workbook_many_sheets(desk: Desk) -> File:
    """A cover, a guide, a form to fill, three districts, a sum of them, last year hidden."""
    cover, guide, blank, total = Grid("Bìa"), Grid("Hướng dẫn"), Grid("Mẫu"), Grid("TH")
    cover.add("BÁO CÁO")
    cover.add("KẾT QUẢ RÀ SOÁT VÙNG LÕM SÓNG NĂM 2026")
    guide.add("1. Điền đủ các cột")
    guide.add("2. Cột Vĩ độ, Kinh độ ghi theo WGS84")
    blank.add(*HEADER)
    for number in range(1, 11):
        blank.add(number)
    rows = desk.villages(30)
    third = len(rows) // 3
    sheets = []
    for at, name in enumerate(["Khu vực 1", "Khu vực 2", "Khu vực 3"]):
        sheet = Grid(name)
        sheet.add("DANH SÁCH THÔN LÕM SÓNG")
        sheet.add()
        sheet.add(*HEADER)
        part = rows[at * third : (at + 1) * third if at < 2 else None]
        for number, v in enumerate(part, 1):
            sheet.add(
                number,
                v.commune.name,
                v.name,
                *point(v),
                count(v),
                people(v),
                power(v),
                hard(v),
                village=v,
                power=True,
                hard=True,
            )
        sheets.append(sheet)
    total.add("STT", "Khu vực", "Số thôn", "Số hộ")
    for number, name in enumerate(["Khu vực 1", "Khu vực 2", "Khu vực 3"], 1):
        total.add(number, name, third, 900)
    old = Grid("Năm 2025", hidden=True)
    old.add(*HEADER)
    old.add(1, rows[0].commune.name, "Bản Cũ", 21.5, 104.5, 77, 300, "Có", "x")
    written = save_workbook(desk.folder / "nhieu.xlsx", cover, guide, blank, *sheets, total, old)
    return desk.file("nhieu.xlsx", written)


def _converted(ending: str) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid("Phụ lục")
        sheet.add("UBND TỈNH", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        sheet.add("SỞ KHOA HỌC VÀ CÔNG NGHỆ", None, None, None, "Độc lập - Tự do - Hạnh phúc")
        sheet.add()
        sheet.add("DANH SÁCH THÔN, BẢN CHƯA CÓ SÓNG DI ĐỘNG")
        sheet.add("(Kèm theo Công văn số 215/SKHCN-BCVT ngày 20/03/2026)")
        sheet.add("STT", "Xã", "Thôn, bản", "Tọa độ", None, "Số hộ", "Điện lưới (x)")
        sheet.add(None, None, None, "Vĩ độ", "Kinh độ", None, None)
        for block in [(0, 0, 0, 2), (1, 0, 1, 2), (3, 0, 3, 6), (4, 0, 4, 6), (5, 3, 5, 4)] + [
            (5, n, 6, n) for n in (0, 1, 2, 5, 6)
        ]:
            sheet.merge(*block)
        sheet.add(*[f"({n})" for n in range(1, 8)])
        number = 0
        rows = [v for v in desk.villages(30) if v.fault != "duplicate"]
        for at, (commune, part) in enumerate(by_commune(rows), 1):
            sheet.add("I" * (at % 3 + 1), commune)
            for place, v in enumerate(part):
                number += 1
                cells = point(v, lambda a, o: (comma(a), comma(o)))
                sheet.add(
                    number,
                    commune if place == 0 else None,
                    v.name,
                    *cells,
                    count(v),
                    power(v, "x", ""),
                    village=v,
                    power=True,
                )
        sheet.add(None, "Tổng cộng", f"{number} thôn", None, None, households(rows))
        sheet.add()
        sheet.add(None, None, None, None, None, "GIÁM ĐỐC")
        written = save_workbook(desk.folder / "phu_luc.xlsx", sheet)
        _convert(desk.folder / "phu_luc.xlsx", ending)
        if ending == "csv":
            written = [replace(w, sheet="") for w in written]
        return desk.file(f"phu_luc.{ending}", written)

    write.__name__ = f"converted_to_{ending}"
    case()(write)


def _convert(path: Path, ending: str) -> None:
    form = (
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
        if ending == "csv"
        else ending
    )
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{path.parent}/lo", "--convert-to", form,
         "--outdir", str(path.parent), str(path)], check=True, capture_output=True,
    )  # fmt: skip


if HAS_OFFICE:
    for _ending in ("xls", "ods", "csv"):
        _converted(_ending)


@case()
def workbook_cells_of_odd_kinds(desk: Desk) -> File:
    """Errors, booleans, dates in notes, links on points, numbers kept as text with a blank before."""
    path = desk.folder / "la.xlsx"
    sheet = Grid("DS")
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet("DS")
        dates = book.add_format({"num_format": "dd/mm/yyyy"})
        page.write_row(
            0, 0, ["STT", "Xã", "Thôn", "Tọa độ", "Số hộ", "Điện lưới", "Ngày đo", "Ghi chú"]
        )
        for at, v in enumerate(desk.villages(), 1):
            place = v.point_text if v.point_text is not None else None
            page.write(at, 0, at)
            page.write(at, 1, " " + v.commune.name + "\u00a0")
            page.write(at, 2, v.name + "\n" if at % 5 == 0 else v.name)
            lat, lon = point(v)
            if place is not None:
                page.write(at, 3, place)
            else:
                text = f"{lat}, {lon}"
                page.write_url(at, 3, f"https://maps.google.com/?q={text}", None, text)
            page.write(
                at, 4, f" {v.households}" if v.households_text is None else v.households_text
            )
            page.write_boolean(at, 5, v.grid_power)
            page.write_number(at, 6, 46000 + at, dates)
            page.write_formula(at, 7, "=1/0", None, "#DIV/0!")
            sheet.villages[at] = (v, {"power": True})
    return desk.file("la.xlsx", sheet.written())


@case()
def workbook_struck_out_rows(desk: Desk) -> File:
    """Rows that somebody has struck out: read or not, it must not be in silence."""
    sheet = _lines(desk)
    for at, (v, facts) in list(sheet.villages.items()):
        if at % 4 == 0 and not v.fault:
            sheet.struck.add(at)
            sheet.villages[at] = (replace(v, expect="reject_or_warn", fault="struck out"), facts)
    return desk.file("gach.xlsx", save_workbook(desk.folder / "gach.xlsx", sheet))


@case()
def zipped_by_a_mac(desk: Desk) -> File:
    """A zipped CSV with a Mac's own folder beside it."""
    sheet = _lines(desk)
    written = save_text(desk.folder / "ds.csv", sheet)
    with zipfile.ZipFile(desk.folder / "ds.zip", "w") as archive:
        archive.write(desk.folder / "ds.csv", "ds.csv")
        archive.writestr("__MACOSX/._ds.csv", b"\0\5\x16\7")
    told: list[Written] = [replace(w, sheet="ds") for w in written]
    return desk.file("ds.zip", told)
