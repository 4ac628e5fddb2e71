"""Delimited text as Excel, old fonts and other people's programs leave it."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable

from tests.offices.desk import Desk, File, case, count, hard, people, point, power
from tests.offices.encodings import HAS_ICONV, to_cp1258, to_tcvn3, to_vni
from tests.offices.grid import Grid, save_text, save_workbook
from tests.offices.spellings import comma

HEADER = ["STT", "Xã", "Thôn/Bản", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu", "Điện lưới", "ĐBKK"]


def _sheet(desk: Desk, *, decimal_comma: bool = False, above: list[list[object]] = (),
           below: list[list[object]] = (), header: list[str] = HEADER, tail: list[object] = ()) -> Grid:  # fmt: skip
    sheet = Grid("DS")
    for line in above:
        sheet.add(*line)
    sheet.add(*header, *tail)
    for number, v in enumerate(desk.villages(), 1):
        cells = point(v, lambda a, o: (comma(a), comma(o)) if decimal_comma else (a, o))
        sheet.add(number, v.commune.name, v.name, *cells, count(v), people(v), power(v), hard(v), *tail,
                  village=v, population=people(v), power=True, hard=True)  # fmt: skip
    for line in below:
        sheet.add(*line)
    return sheet


def _text(name: str, build: Callable[[Desk], Grid], **how: object) -> None:
    def write(desk: Desk) -> File:
        path = desk.folder / "bang.csv"
        return desk.file("bang.csv", save_text(path, build(desk), **how))  # type: ignore[arg-type]

    write.__name__ = f"text_{name}"
    case()(write)


def _header_only(encode: Callable[[str], str]) -> Callable[[str], bytes]:
    def write(text: str) -> bytes:
        first, rest = text.split("\n", 1)
        return (encode(first) + "\n" + rest).encode()

    return write


def _body_only(encode: Callable[[str], str]) -> Callable[[str], bytes]:
    def write(text: str) -> bytes:
        first, rest = text.split("\n", 1)
        return (first + "\n" + encode(rest)).encode()

    return write


LETTERHEAD: list[list[object]] = [["UBND TỈNH"], ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"], [], ["DANH SÁCH THÔN LÕM SÓNG"],
                                  ["(Kèm theo Công văn số 215/SKHCN-BCVT ngày 20/03/2026)"], []]  # fmt: skip
BELOW: list[list[object]] = [["", "Tổng cộng", "", "", "", 99999], [], ["", "", "", "", "GIÁM ĐỐC"]]

_text(
    "decimal_comma_quoted",
    lambda d: _sheet(d, decimal_comma=True),
    encode=lambda t: t.encode("utf-8-sig"),
)
_text(
    "semicolon_bom",
    lambda d: _sheet(d, decimal_comma=True),
    delimiter=";",
    encode=lambda t: t.encode("utf-8-sig"),
)
_text("unicode_text_of_excel", _sheet, delimiter="\t", encode=lambda t: t.encode("utf-16"))
_text(
    "utf16_big_endian", _sheet, delimiter="\t", encode=lambda t: b"\xfe\xff" + t.encode("utf-16-be")
)
_text("utf16_without_mark", _sheet, delimiter="\t", encode=lambda t: t.encode("utf-16-le"))
_text("windows_1258", _sheet, delimiter=";", encode=to_cp1258)
_text("decomposed", _sheet, encode=lambda t: unicodedata.normalize("NFD", t).encode())
_text("vni", _sheet, delimiter=";", encode=lambda t: to_vni(t).encode("cp1252", errors="replace"))
_text("vni_in_utf8", _sheet, encode=lambda t: to_vni(t).encode())
_text("vni_body", _sheet, encode=_body_only(to_vni))
_text("vni_header", _sheet, encode=_header_only(to_vni))
_text(
    "vni_comma_points",
    lambda d: _sheet(d, decimal_comma=True),
    delimiter="\t",
    encode=lambda t: to_vni(t).encode("cp1252", errors="replace"),
)
if HAS_ICONV:
    _text(
        "tcvn3",
        lambda d: _sheet(d, decimal_comma=True),
        delimiter=";",
        encode=lambda t: to_tcvn3(t).encode("latin-1"),
    )
    _text("tcvn3_body", _sheet, encode=_body_only(to_tcvn3))
    _text("tcvn3_header", _sheet, encode=_header_only(to_tcvn3))
    _text(
        "tcvn3_in_utf8_tab",
        _sheet,
        delimiter="\t",
        encode=lambda t: to_tcvn3(t).encode("utf-8-sig"),
    )
_text("sep_line", _sheet, delimiter=";", before="sep=;\n")
_text("letterhead", lambda d: _sheet(d, above=LETTERHEAD, below=BELOW))
_text(
    "letterhead_semicolon",
    lambda d: _sheet(d, above=LETTERHEAD, below=BELOW, decimal_comma=True),
    delimiter=";",
    encode=lambda t: t.encode("utf-8-sig"),
)
_text("carriage_returns", _sheet, ending="\r")
_text("line_feeds", _sheet, ending="\n")
_text("all_quoted", _sheet, quoting=csv.QUOTE_ALL)
_text(
    "all_quoted_semicolon",
    lambda d: _sheet(d, decimal_comma=True),
    quoting=csv.QUOTE_ALL,
    delimiter=";",
)
_text("pipes", _sheet, delimiter="|")
_text(
    "header_on_two_lines",
    lambda d: _sheet(
        d,
        header=[
            "STT",
            "Tên xã,\nphường",
            "Thôn,\nbản",
            "Vĩ độ",
            "Kinh độ",
            "Số\nhộ",
            "Số khẩu",
            "Điện lưới",
            "ĐBKK",
        ],
    ),
)
_text("trailing_delimiters", lambda d: _sheet(d, tail=["", "", ""]))
_text("encoded_twice", _sheet, encode=lambda t: t.encode().decode("latin-1").encode())
_text(
    "nothing_but_ascii_header",
    lambda d: _sheet(
        d, header=["stt", "xa", "thon", "lat", "lon", "so_ho", "so_khau", "dien_luoi", "dbkk"]
    ),
)
_text("blank_lines", lambda d: _sheet(d, above=[[], [], []], below=[[], []]))
_text("end_of_file_mark", _sheet, encode=lambda t: t.encode() + b"\x1a")


@case()
def text_notes_with_line_breaks(desk: Desk) -> File:
    """A note of several lines inside quotes: the row is where the record begins."""
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Ghi chú")
    for number, v in enumerate(desk.villages(), 1):
        note = 'đường đất,\nmùa mưa "không đi được"\nphải đi bộ' if number % 3 == 0 else ""
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), note, village=v)
    return desk.file("ghi_chu.csv", save_text(desk.folder / "ghi_chu.csv", sheet))


@case()
def text_tsv_with_quotes_in_names(desk: Desk) -> File:
    """Inches and unclosed quotes in DMS cells of a tab-separated text."""
    from tests.offices.spellings import dms  # noqa: PLC0415

    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, v in enumerate(desk.villages(), 1):
        cells = point(v, lambda a, o: (dms(a, "{d}°{m:02}'{s}\""), dms(o, "{d}°{m:02}'{s}\"")))
        sheet.add(number, v.commune.name, v.name, *cells, count(v), village=v)
    path = desk.folder / "dms.tsv"
    lines = ["\t".join("" if c is None else str(c) for c in line) for line in sheet.lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    return desk.file("dms.tsv", sheet.written(""))


@case()
def text_raw_ditto_marks(desk: Desk) -> File:
    """A ditto mark typed as a bare quote, which no program would have written: no row may vanish."""
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    before = ""
    for number, v in enumerate(desk.villages(), 1):
        name = '"' if v.commune.name == before else v.commune.name
        before = v.commune.name
        sheet.add(number, name, v.name, *point(v), count(v), village=v)
    path = desk.folder / "tuong_tu.csv"
    lines = [",".join("" if c is None else str(c) for c in line) for line in sheet.lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    written = sheet.written("")
    return desk.file("tuong_tu.csv", written)


def _fonts(
    name: str, font: str, encode: Callable[[str], str], *, header: bool = True, body: bool = True
) -> None:
    def write(desk: Desk) -> File:
        sheet = _sheet(desk)
        sheet.font = font
        for at, line in enumerate(sheet.lines):
            if (at == 0 and header) or (at > 0 and body):
                sheet.lines[at] = [encode(cell) if isinstance(cell, str) else cell for cell in line]
        return desk.file("font.xlsx", save_workbook(desk.folder / "font.xlsx", sheet))

    write.__name__ = f"font_{name}"
    case()(write)


_fonts("vni", "VNI-Times", to_vni)
_fonts("vni_wrong_font", "Arial", to_vni)
_fonts("vni_body_only", "Arial", to_vni, header=False)
_fonts("unicode_in_vntime", ".VnTime", str)
_fonts("unicode_in_vni_font", "VNI-Times", str)
_fonts("decomposed", "Times New Roman", lambda t: unicodedata.normalize("NFD", t))
if HAS_ICONV:
    _fonts("tcvn3", ".VnTime", to_tcvn3)
    _fonts("tcvn3_wrong_font", "Times New Roman", to_tcvn3)
    _fonts("tcvn3_header_only", "Arial", to_tcvn3, body=False)
    _fonts("tcvn3_body_only", "Arial", to_tcvn3, header=False)


@case()
def font_vntime_capitals(desk: Desk) -> File:
    """A header in .VnTimeH, whose small letters look like capitals, over a body in .VnTime."""
    import xlsxwriter  # noqa: PLC0415

    sheet = _sheet(desk)
    path = desk.folder / "hoa.xlsx"
    encode = to_tcvn3 if HAS_ICONV else str
    with xlsxwriter.Workbook(path) as book:
        high, low = (
            book.add_format({"font_name": ".VnTimeH"}),
            book.add_format({"font_name": ".VnTime"}),
        )
        page = book.add_worksheet("DS")
        for at, line in enumerate(sheet.lines):
            for column, cell in enumerate(line):
                text = encode(cell.lower() if at == 0 else cell) if isinstance(cell, str) else cell
                page.write(at, column, text, high if at == 0 else low)
    return desk.file("hoa.xlsx", sheet.written())
