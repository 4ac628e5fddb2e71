"""Workbooks: cells as the user sees them, and everything a hostile or careless file may hold."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from coverage.errors import InputRefused
from coverage.intake.archive import refuse_entities
from coverage.intake.document import Limits, Merged, shown
from coverage.intake.files import read

FILES = Path(__file__).with_name("files")


def built(write, *, name="DS") -> bytes:
    """An XLSX whose first sheet ``write`` fills."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    write(book, book.add_worksheet(name))
    book.close()
    return held.getvalue()


def edited(data: bytes, part: str, change) -> bytes:
    """The same zip with one part changed, or added when it is not there."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            if entry != part:
                new.writestr(entry, old.read(entry))
        new.writestr(part, change(old.read(part) if part in old.namelist() else b""))
    return held.getvalue()


def rules(refused) -> list[str]:
    return [told.rule for told in refused.value.findings]


def refuse(data: bytes, limits: Limits | None = None, name: str = "ds.xlsx") -> str:
    """The message of the one finding a refusal must have."""
    with pytest.raises(InputRefused) as refused:
        read(data, name, limits)
    (told,) = refused.value.findings
    assert told.message()
    assert told.fix()
    return told.rule


def test_cells_keep_what_they_hold():
    def write(book, sheet):
        sheet.write_row("B3", ["02245", 2245, 22.629241, True, "  ", "Ba\u0300n"])
        sheet.write_formula("H3", "=C3*2", None, 4490)
        sheet.write_datetime(
            "I3", dt.date(2026, 5, 22), book.add_format({"num_format": "dd/mm/yyyy"})
        )
        sheet.write_formula("J3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B9", '="x"', None, "x")

    document = read(built(write), "ds.xlsx")
    (sheet,) = document.sheets
    assert sheet.row_numbers == [3, 9]
    assert sheet.columns == tuple("ABCDEFGHIJ")
    assert sheet.rows[0][:3] == ["", "02245", 2245.0]
    assert [shown(cell) for cell in sheet.rows[0][1:]] == [
        "02245", "2245", "22.629241", "TRUE", "  ", "Bàn", "4490", "22/05/2026", "#DIV/0!",
    ]  # fmt: skip
    assert [told.rule for told in document.findings] == ["text.decomposed"]


def test_hidden_sheets_are_told_and_not_read_but_hidden_rows_are():
    def write(book, sheet):
        for row in range(6):
            sheet.write_row(row, 0, [row, "a"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})  # blank
        sheet.merge_range("D1:E2", "x")
        old = book.add_worksheet("Quý trước")
        old.write("A1", 77)
        old.hide()
        book.add_chartsheet("Biểu đồ")

    document = read(built(write), "ds.xlsx")
    shown_sheet, hidden = document.sheets
    assert shown_sheet.hidden_rows == {3}
    assert len(shown_sheet.rows) == 6
    assert shown_sheet.merged == (Merged(1, 2, 3, 4),)
    assert (hidden.name, hidden.hidden, hidden.rows) == ("Quý trước", True, ())
    told = [found.rule for found in document.findings]
    assert sorted(told) == ["file.hidden_rows", "file.hidden_sheet", "file.not_a_table"]


@pytest.mark.parametrize(("name", "first"), [("table.xls", 1), ("table.ods", 1.0)])
def test_older_and_open_formats(name, first):
    document = read(FILES / name)
    sheet, hidden = document.sheets
    assert sheet.row_numbers == [1, 3, 4, 5, 6]
    assert sheet.rows[3] == [first, "Xã Mường Nhé", "Nậm Ế", 22.5, 102.25, 60, 45.0]
    assert sheet.rows[4][1] == "02245"
    assert Merged(3, 3, 3, 4) in sheet.merged
    assert hidden.hidden
    assert sheet.hidden_rows == ({6} if name.endswith("ods") else set())


def test_old_workbooks_are_where_old_fonts_live():
    document = read(FILES / "tcvn3.xls")
    assert document.sheets[0].rows[0] == ["STT", "Xã", "Thôn", "Số hộ"]
    assert document.encoding == "unicode+tcvn3"


def test_formulas_without_stored_values_are_told():
    book = Workbook()
    book.active.append(["a", "=1+1", "=A1"])
    book.active.append(["=NOW()"])
    held = io.BytesIO()
    book.save(held)
    document = read(held.getvalue(), "ds.xlsx")
    assert document.sheets[0].row_numbers == [1]
    (told,) = document.findings
    assert told.rule == "file.formula_without_value"
    assert told.facts["cells"] == "B1, C1, A2"


def test_macros_are_passed_over():
    data = edited(
        built(lambda _, sheet: sheet.write(0, 0, "a")), "xl/vbaProject.bin", lambda _: b"x"
    )
    assert [told.rule for told in read(data, "ds.xlsm").findings] == ["file.macros"]


def test_a_million_blank_rows_cost_nothing():
    def write(_, sheet):
        sheet.write_row(0, 0, ["Xã", "Thôn"])
        for row in range(1, 2000):
            sheet.write_row(row, 0, [" ", "  "])
        sheet.write_row(2000, 0, ["A", " "])
        sheet.write(1_048_575, 1, " ")

    assert read(built(write), "ds.xlsx").sheets[0].row_numbers == [1, 2001]


def test_a_stray_cell_at_the_end_of_the_sheet_is_named():
    def write(_, sheet):
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")

    with pytest.raises(InputRefused) as refused:
        read(built(write), "ds.xlsx")
    (told,) = refused.value.findings
    assert (told.rule, told.facts["address"]) == ("file.stray_cell", "XFD1048576")


def test_limits_are_kept():
    def wide(_, sheet):
        sheet.write_row(0, 0, range(301))

    def tall(_, sheet):
        for row in range(101):
            sheet.write(row, 0, row)

    assert refuse(built(wide)) == "file.too_many_columns"
    assert refuse(built(tall), Limits(rows=100)) == "file.too_many_rows"
    assert len(read(built(tall), "ds.xlsx", Limits(rows=101)).sheets[0].rows) == 101
    assert refuse(built(wide), Limits(columns=400, cells=300)) == "file.too_much_memory"
    assert refuse(built(tall), Limits(file_bytes=100)) == "file.too_large"
    assert refuse(built(tall), Limits(unpacked_bytes=1000)) == "file.bomb"
    assert refuse(built(tall), Limits(seconds=0.001)) == "file.too_slow"


def test_blank_columns_far_to_the_right_are_left_out():
    def write(_, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(0, 400, "")
        sheet.write_string(1, 16_383, " ")
        sheet.write_row(1, 0, ["c", "d"])

    assert read(built(write), "ds.xlsx").sheets[0].rows == [["a", "b"], ["c", "d"]]


def test_a_zip_bomb_is_refused_by_what_it_declares():
    bomb = edited(
        built(lambda _, sheet: sheet.write(0, 0, "a")),
        "xl/media/x.xml",
        lambda _: b"\0" * 120_000_000,
    )
    assert len(bomb) < 200_000
    assert refuse(bomb) == "file.bomb"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"]
)
def test_a_dtd_anywhere_is_refused(part):
    def declare(xml: bytes) -> bytes:
        return xml.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)

    data = edited(built(lambda _, sheet: sheet.write(0, 0, "a")), part, declare)
    assert refuse(data) == "file.entities"


@pytest.mark.parametrize(
    "xml", [b"<!--" + b"x" * 9000 + b"--><!DOCTYPE a>", "<!doctype a>".encode("utf-16")]
)
def test_a_dtd_is_found_behind_comments_and_in_utf16(xml):
    with pytest.raises(InputRefused):
        refuse_entities(xml, "ds.kml", "ds.kml")


def test_passwords_are_told_in_one_sentence():
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    assert refuse(locked) == "file.password"
    old = bytearray((FILES / "table.xls").read_bytes())
    start = old.index(b"\x09\x08\x10\x00\x00\x06")
    old[start + 20 : start + 22] = b"\x2f\x00"  # the record after the first becomes FILEPASS
    assert refuse(bytes(old), name="ds.xls") in {"file.password", "file.damaged"}
    manifest = edited(
        (FILES / "table.ods").read_bytes(),
        "META-INF/manifest.xml",
        lambda xml: xml.replace(b"</manifest", b"<x:encryption-data/></manifest"),
    )
    assert refuse(manifest, name="ds.ods") == "file.password"


def test_every_truncation_is_refused():
    whole = built(lambda _, sheet: sheet.write_row(0, 0, ["Xã", "Thôn", 1.5]))
    for length in range(0, len(whole) - 1, 97):
        assert refuse(whole[:length]) in {"file.damaged", "file.empty", "file.wrong_type"}


def test_a_workbook_without_any_row_is_refused():
    assert refuse(built(lambda *_: None)) == "file.no_sheets"


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = open_files()
    for limits in (Limits(), Limits(seconds=0.001)):
        with contextlib.suppress(InputRefused):
            read(built(lambda _, sheet: sheet.write(0, 0, "a")), "ds.xlsx", limits)
    assert list(tmp_path.iterdir()) == []
    assert open_files() <= before
