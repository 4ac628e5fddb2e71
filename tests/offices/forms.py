"""Whole files: workbooks with letterheads and groups, delimited text in old encodings, features."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import xlsxwriter

from tests.offices import encodings
from tests.offices.judge import Written
from tests.offices.spellings import TwoCells
from tests.offices.tables import Office
from tests.offices.villages import Village

ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV",
         "XV", "XVI", "XVII", "XVIII", "XIX", "XX"]  # fmt: skip

ENCODERS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with BOM": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "nfd": lambda text: unicodedata.normalize("NFD", text).encode(),
    "windows-1258": encodings.to_cp1258,
    "vni": lambda text: encodings.to_vni(text).encode("cp1252", errors="replace"),
    "tcvn3": lambda text: encodings.to_tcvn3(text).encode("latin-1"),
    "tcvn3 in utf-8": lambda text: encodings.to_tcvn3(text).encode(),
}


def as_delimited(path: Path, office: Office, villages: Sequence[Village], *, delimiter: str,
                 encoding: str) -> list[Written]:  # fmt: skip
    """Write a delimited text; the row is the line in the file."""
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=delimiter)
    table.writerow(office.headers())
    written = []
    for number, village in enumerate(villages, 1):
        line = out.getvalue().count("\n") + 1
        table.writerow(office.cells(number, village))
        written.append(_written(office, village, "", line))
    path.write_bytes(ENCODERS[encoding](out.getvalue()))
    return written


def as_plain_workbook(path: Path, office: Office, villages: Sequence[Village], *,
                      font: str | None = None, encode: Callable[[str], str] = str) -> list[Written]:  # fmt: skip
    """Write one sheet with one header row; ``font`` and ``encode`` for the old font encodings."""
    with _workbook(path) as book:
        look = book.add_format({"font_name": font} if font else {})
        sheet = book.add_worksheet("DS")
        rows = [office.headers()] + [office.cells(n, v) for n, v in enumerate(villages, 1)]
        for at, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(at, column, encode(cell) if isinstance(cell, str) else cell, look)
    return [_written(office, v, "DS", at) for at, v in enumerate(villages, 2)]


def as_letterhead_workbook(
    path: Path, office: Office, villages: Sequence[Village]
) -> list[Written]:
    """Write an office's annex: letterhead, merged headers, numbers, groups, totals, signature."""
    written: list[Written] = []
    with _workbook(path) as book:
        sheet = book.add_worksheet("Phụ lục 1")
        hidden = book.add_worksheet("Cũ")
        hidden.write_row(0, 0, ["Thôn", "Vĩ độ", "Kinh độ", "Số hộ"])
        hidden.write_row(1, 0, ["Bản Cũ", 21.5, 104.5, 77])
        hidden.hide()
        headers = office.headers()
        last = len(headers) - 1
        sheet.merge_range(0, 0, 0, 2, "ỦY BAN NHÂN DÂN TỈNH")
        sheet.merge_range(1, 0, 1, 2, "SỞ KHOA HỌC VÀ CÔNG NGHỆ")
        sheet.merge_range(3, 0, 3, last, "PHỤ LỤC: DANH SÁCH CÁC THÔN CHƯA CÓ SÓNG DI ĐỘNG")
        sheet.merge_range(4, 0, 4, last, "(Kèm theo Công văn số 215/SKHCN-BCVT ngày 20/03/2026)")
        _two_row_header(sheet, office, headers, top=6)
        sheet.write_row(8, 0, [f"({n})" for n in range(1, last + 2)])
        at, number, commune_column = 9, 0, headers.index(office.commune_header)
        households_column = headers.index(office.households_header)
        for group, (_, members) in enumerate(groupby(villages, key=lambda v: v.commune.code)):
            rows = list(members)
            sheet.write(at, 0, ROMAN[group % len(ROMAN)])
            sheet.write(at, 1, rows[0].commune.name)
            at += 1
            for position, village in enumerate(rows):
                number += 1
                cells = office.cells(number, village)
                if position:
                    cells[commune_column] = None  # written once for its group
                sheet.write_row(at, 0, cells)
                written.append(_written(office, village, "Phụ lục 1", at + 1))
                at += 1
            sheet.write(at, 1, "Cộng " + rows[0].commune.name.lower())
            sheet.write(
                at, households_column, sum(v.households for v in rows if v.households_text is None)
            )
            at += 1
        sheet.write(at, 1, "TỔNG CỘNG")
        sheet.write(
            at, households_column, sum(v.households for v in villages if v.households_text is None)
        )
        sheet.write(at + 2, last, "GIÁM ĐỐC")
        sheet.write(at + 4, 0, "Ghi chú: Số liệu đến ngày 15/03/2026.")
    return written


def as_two_sheets(path: Path, office: Office, villages: Sequence[Village]) -> list[Written]:
    """Write two sheets with a title, split in the middle, and a third that is no survey."""
    written = []
    half = len(villages) // 2
    with _workbook(path) as book:
        for name, part in (("Huyện A", villages[:half]), ("Huyện B", villages[half:])):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, "BIỂU TỔNG HỢP CÁC ĐIỂM LÕM SÓNG")
            sheet.write_row(2, 0, office.headers())
            for at, village in enumerate(part, 3):
                sheet.write_row(at, 0, office.cells(at - 2, village))
                written.append(_written(office, village, name, at + 1))
        guide = book.add_worksheet("Hướng dẫn")
        guide.write(0, 0, "Điền đủ các cột, gửi trước ngày 15 hằng tháng.")
    return written


def as_geojson(path: Path, villages: Sequence[Village]) -> list[Written]:
    """Write points with short property names."""
    features = []
    for village in villages:
        lon, lat = village.longitude, village.latitude
        point = {"type": "Point", "coordinates": [lat, lon] if village.swapped else [lon, lat]}
        features.append({
            "type": "Feature",
            "geometry": None if village.point_text is not None else point,
            "properties": {
                "ten_thon": village.name, "ten_xa": village.commune.name,
                "so_ho": village.households if village.households_text is None else village.households_text,
                "dien_luoi": "Có" if village.grid_power else "Không",
            },
        })  # fmt: skip
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    )
    return [Written(v, "", n, has_difficulty=False) for n, v in enumerate(villages, 1)]


def as_kml(path: Path, villages: Sequence[Village]) -> list[Written]:
    """Write Placemarks in one folder, facts as ExtendedData."""
    marks = []
    for village in villages:
        households = (
            village.households if village.households_text is None else village.households_text
        )
        data = {
            "Xã": village.commune.name,
            "Số hộ": households,
            "Điện lưới": "Có" if village.grid_power else "Không",
        }
        facts = "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in data.items())
        marks.append(
            f"<Placemark><name>{village.name}</name><ExtendedData>{facts}</ExtendedData>"
            f"<Point><coordinates>{village.longitude},{village.latitude},0</coordinates></Point></Placemark>"
        )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<Folder><name>Lõm sóng</name>{''.join(marks)}</Folder></Document></kml>", encoding="utf-8",
    )  # fmt: skip
    return [Written(v, "Lõm sóng", n, has_difficulty=False) for n, v in enumerate(villages, 1)]


def as_odk(path: Path, villages: Sequence[Village]) -> list[Written]:
    """Write an ODK Central export: groups in column names, an accuracy column."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["SubmissionDate", "meta-instanceID", "dia_ban-xa", "dia_ban-thon",
                        "vi_tri-gps-Latitude", "vi_tri-gps-Longitude", "vi_tri-gps-Altitude",
                        "vi_tri-gps-Accuracy", "dan_cu-so_ho", "ha_tang-dien_luoi", "KEY"])  # fmt: skip
        for number, v in enumerate(villages, 1):
            point = ["", ""] if v.point_text is not None else [v.latitude, v.longitude]
            point = point[::-1] if v.swapped else point
            table.writerow([
                "2026-03-02T08:11:00.000Z", f"uuid:{number:08}", v.commune.name, v.name, *point,
                "512.3", "4.2", v.households if v.households_text is None else v.households_text,
                "co" if v.grid_power else "khong", f"uuid:{number:08}",
            ])  # fmt: skip
    return [Written(v, "", n, has_difficulty=False) for n, v in enumerate(villages, 2)]


def _two_row_header(
    sheet: xlsxwriter.worksheet.Worksheet, office: Office, headers: list[str], top: int
) -> None:
    pair = isinstance(office.point, TwoCells) and list(office.point.names)
    column = 0
    while column < len(headers):
        if pair and headers[column : column + 2] == pair:
            sheet.merge_range(top, column, top, column + 1, office.point.header)
            sheet.write_row(top + 1, column, pair)
            column += 2
        else:
            sheet.merge_range(top, column, top + 1, column, headers[column])
            column += 1


def _workbook(path: Path) -> xlsxwriter.Workbook:
    return xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})


def _written(office: Office, village: Village, sheet: str, row: int) -> Written:
    return Written(village, sheet, row, office.power is not None, office.difficulty is not None)
