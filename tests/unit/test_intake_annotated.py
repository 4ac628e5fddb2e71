"""The officer's own workbook returned: what is added, and that all else stays, byte for byte."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
import xlsxwriter

from coverage.findings import Language
from coverage.intake.annotated import annotate
from coverage.intake.annotated.styles import FILLS
from coverage.intake.annotated.summary import HEADER_ROW
from tests.office_workbook import (
    ERROR,
    INFO,
    MARKS,
    SHEET,
    SUMMARY,
    WARNING,
    color,
    office_workbook,
    opened,
    parts,
    values,
)  # fmt: skip
from tests.reports import report_on, told
from tests.strictness import faults_of


@pytest.fixture(scope="module")
def office():
    return office_workbook()


@pytest.fixture(scope="module")
def marked(office):
    return annotate(office, "bao-cao.xlsx", report_on(MARKS, of_file=[told(WARNING)]))


def test_cells_are_coloured_by_their_gravest_finding(marked):
    sheet = opened(marked)[SHEET]
    assert color(sheet["B4"]) in FILLS[ERROR]
    assert color(sheet["C5"]) in FILLS[WARNING]
    assert color(sheet["D7"]) in FILLS[INFO]
    assert color(sheet["A6"]) in FILLS[WARNING] or color(sheet["B6"]) in FILLS[WARNING]
    assert color(sheet["A4"]) is None


def test_a_coloured_cell_keeps_its_other_formats(marked, office):
    before, after = opened(office)[SHEET]["C5"], opened(marked)[SHEET]["C5"]
    assert after.number_format == before.number_format == "0.000000"
    merged = opened(marked)[SHEET]["E4"]
    assert merged.font.bold
    assert merged.border.left.style == "thin"


def test_comments_say_what_is_wrong_and_what_to_do(marked):
    sheet = opened(marked)[SHEET]
    said = sheet["C5"].comment.text
    assert "Cảnh báo" in said
    assert said.index("Cảnh báo") < said.index("Ghi chú")  # the gravest first
    assert "Dấu phẩy thập phân đã được đọc như dấu chấm." in said
    assert "Cần làm: Không cần sửa." in said
    assert sheet["C5"].comment.author == "Phủ Sóng"


def test_the_officers_comments_stay(marked):
    sheet = opened(marked)[SHEET]
    assert sheet["D8"].comment.text == "Của anh Nam"
    assert sheet["D8"].comment.author == "Nam"
    both = sheet["B4"].comment
    assert both.text.startswith("Chị Lan: hỏi lại trưởng thôn")
    assert "không ghi số hộ" in both.text
    assert both.author == "Lan"


def test_a_finding_under_a_merge_is_told_on_the_cell_that_shows(marked):
    sheet = opened(marked)[SHEET]
    assert "Dòng 6. " in sheet["E4"].comment.text
    assert color(sheet["E4"]) in FILLS[ERROR]


def test_missing_cells_and_rows_are_put_in_and_stay_empty(marked):
    sheet = opened(marked)[SHEET]
    assert color(sheet["F7"]) in FILLS[ERROR]
    assert sheet["F7"].value is None
    assert sheet["F7"].font.italic  # it looks like its column
    assert color(sheet["C15"]) in FILLS[ERROR]


def test_every_other_part_stays_byte_for_byte(marked, office):
    before, after = parts(office), parts(marked)
    changed = {name for name in before if before[name] != after[name]}
    # The second sheet's table, the hidden sheet, chart, picture and texts are not among them.
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip
    assert set(after) - set(before) == {"xl/worksheets/sheet4.xml"}
    assert list(after)[: len(before)] == list(before)


def test_around_its_rows_the_sheet_stays_byte_for_byte(marked, office):
    before, after = (parts(each)["xl/worksheets/sheet1.xml"] for each in (office, marked))
    begin, end = b"<sheetData>", b"</sheetData>"
    assert before[before.index(end) :] == after[after.index(end) :]
    without = [re.sub(rb'<dimension ref="[^"]*"/>', b"", each) for each in (before, after)]
    assert without[0][: without[0].index(begin)] == without[1][: without[1].index(begin)]
    for kept in (
        b"<drawing ",
        b"<legacyDrawing ",
        b"<conditionalFormatting ",
        b"<dataValidations ",
    ):
        assert kept in after


def test_excel_has_nothing_to_repair(marked, office):
    assert faults_of(office) == []
    assert faults_of(marked) == []


def test_the_values_are_the_same(marked, office):
    after = values(marked)
    for name, (numbers, rows) in values(office).items():
        assert after[name][0] == numbers
        for old, new in zip(rows, after[name][1], strict=True):
            assert new[: len(old)] == old
            assert not any(new[len(old) :])


def test_formulas_and_their_values_stay(marked):
    assert opened(marked)[SHEET]["D5"].value == "=10*5"
    assert openpyxl.load_workbook(io.BytesIO(marked), data_only=True)[SHEET]["D5"].value == 50


def test_the_same_file_gives_the_same_bytes(marked, office):
    report = report_on(MARKS, of_file=[told(WARNING)])
    assert annotate(office, "bao-cao.xlsx", report) == marked


def test_the_summary_tells_everything(marked):
    sheet = opened(marked)[SUMMARY]
    assert sheet["A1"].value.startswith("Phủ Sóng –")
    assert [sheet.cell(4, column).value for column in (1, 2, 3, 4)] == [5, 0, 1, 4]
    heading = [cell.value for cell in sheet[HEADER_ROW]]
    assert heading[:4] == ["Mức độ", "Trang", "Dòng", "Cột"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER_ROW + 1)]
    assert len(lines) == len(MARKS) + 1
    assert [line[0] for line in lines] == ["Lỗi"] * 4 + ["Cảnh báo"] * 3 + ["Ghi chú"] * 2
    assert lines[0][1:4] == [SHEET, 4, "B"]
    assert lines[4][1:3] == ["Cả tệp", None]
    assert lines[0][7] == "households.missing"


def test_the_summary_links_to_the_cells(marked):
    sheet = opened(marked)[SUMMARY]
    assert sheet[f"C{HEADER_ROW + 1}"].hyperlink.location == "'DS thôn ''A'' & <B>'!B4"
    assert sheet[f"C{HEADER_ROW + 5}"].hyperlink is None  # of the whole file


def test_the_summary_can_be_filtered_read_and_printed(marked):
    sheet = opened(marked)[SUMMARY]
    assert sheet.freeze_panes == f"A{HEADER_ROW + 1}"
    assert sheet.auto_filter.ref == f"A{HEADER_ROW}:H{HEADER_ROW + len(MARKS) + 1}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_in_english(office):
    sheet = opened(annotate(office, "x.xlsx", report_on(MARKS), Language.EN))["Check result"]
    assert sheet.cell(HEADER_ROW, 1).value == "Severity"
    assert sheet.cell(HEADER_ROW + 1, 6).value == "This row gives no number of households."


def test_a_clean_file_gets_a_summary_that_says_so(office):
    marked = annotate(office, "x.xlsx", report_on([]))
    assert faults_of(marked) == []
    assert opened(marked)[SUMMARY].cell(HEADER_ROW + 1, 6).value.startswith("Không có lỗi")
    before, after = parts(office), parts(marked)
    assert before["xl/worksheets/sheet1.xml"] == after["xl/worksheets/sheet1.xml"]


# --- Back and forth ----------------------------------------------------------------------------


def test_the_next_check_takes_the_marks_of_the_last_one_away(marked, office):
    again = annotate(marked, "bao-cao.xlsx", report_on([(SHEET, 8, "C", ERROR)]))
    assert faults_of(again) == []
    book, before = opened(again), opened(office)
    assert book.sheetnames.count(SUMMARY) == 1
    sheet = book[SHEET]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {
        "B4", "D8", "C8",
    }  # fmt: skip
    assert sheet["B4"].comment.text == "Chị Lan: hỏi lại trưởng thôn"
    assert color(sheet["C8"]) in FILLS[ERROR]
    for cell in ("B4", "E4", "D7", "F7"):
        assert color(sheet[cell]) is None
    # A cell that the officer had coloured has that colour again, and its number format.
    assert color(sheet["C5"]) == color(before[SHEET]["C5"]) == "FF00FF00"
    assert sheet["C5"].number_format == "0.000000"
    lines = [row[0].value for row in book[SUMMARY].iter_rows(min_row=HEADER_ROW + 1)]
    assert lines == ["Lỗi"]


def test_checking_again_and_again_adds_nothing(marked):
    report = report_on(MARKS, of_file=[told(WARNING)])
    second = annotate(marked, "bao-cao.xlsx", report)
    assert annotate(second, "bao-cao.xlsx", report) == second


def test_a_marked_cell_keeps_its_formats_through_a_second_check(marked):
    again = annotate(marked, "x.xlsx", report_on(MARKS))
    cell = opened(again)[SHEET]["E4"]
    assert cell.font.bold
    assert color(cell) in FILLS[ERROR]


def test_a_program_that_saved_it_changes_nothing_of_that(marked):
    book = opened(marked)  # openpyxl writes comments, styles and texts in its own way
    saved = io.BytesIO()
    book.save(saved)
    again = annotate(saved.getvalue(), "x.xlsx", report_on([(SHEET, 8, "C", ERROR)]))
    assert faults_of(again) == []
    sheet = opened(again)[SHEET]
    assert [each for each in opened(again).sheetnames if each.startswith(SUMMARY)] == [SUMMARY]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {
        "B4", "D8", "C8",
    }  # fmt: skip
    assert sheet["B4"].comment.text == "Chị Lan: hỏi lại trưởng thôn"
    assert color(sheet["C5"]) == "FF00FF00"


def test_an_officers_sheet_of_the_same_name_is_not_taken_for_ours():
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.add_worksheet("DS").write(0, 0, "Thôn")
        book.add_worksheet("KẾT QUẢ kiểm tra").write(0, 0, "của Sở")
    marked = annotate(held.getvalue(), "x.xlsx", report_on([("DS", 1, "A", ERROR)]))
    assert opened(marked).sheetnames == ["DS", "KẾT QUẢ kiểm tra", f"{SUMMARY} (2)"]
    assert faults_of(marked) == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_reads_it(marked, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(marked)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         "--convert-to", "ods", "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    content = zipfile.ZipFile(tmp_path / "a.ods").read("content.xml").decode()
    assert content.count("<office:annotation ") == len({"B4", "C5", "A6", "E4", "F7", "D7", "C15", "D8"})  # fmt: skip
    assert "Kết quả kiểm tra" in content
