"""The officer's own workbook returned: what is added, and that all else stays, byte for byte."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter

from coverage.findings import Language, Severity
from coverage.intake.annotated import annotate, marking
from coverage.intake.annotated.marking import MOST_COMMENTS
from coverage.intake.annotated.styles import FILLS
from coverage.intake.annotated.summary import HEADER_ROW
from coverage.intake.files import read
from tests.reports import report_on, told
from tests.strictness import faults_of

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
SUMMARY = "Kết quả kiểm tra"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


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


@pytest.fixture(scope="module")
def office():
    return office_workbook()


@pytest.fixture(scope="module")
def marked(office):
    return annotate(office, "bao-cao.xlsx", report_on(MARKS, of_file=[told(WARNING)]))


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def color(cell):
    return cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None


def parts(content):
    held = zipfile.ZipFile(io.BytesIO(content))
    return {name: held.read(name) for name in held.namelist()}


def values(content):
    """The cells of every sheet but the summary, as the intake reads them."""
    return {
        sheet.name: (sheet.row_numbers, [list(row) for row in sheet.rows])
        for sheet in read(content, "x.xlsx").sheets
        if not sheet.name.startswith(SUMMARY)
    }


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


# --- Workbooks of other programs ---------------------------------------------------------------


def plain(sheet, *, main=MAIN, styles=None, workbook="", more=(), types="", rels=""):
    """A workbook of one sheet "DS" from its XML."""
    office = "http://purl.oclc.org/ooxml/officeDocument/relationships" if main == STRICT else (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships")  # fmt: skip
    package = "http://schemas.openxmlformats.org/package/2006"
    form = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    style_rel = f'<Relationship Id="s" Type="{office}/styles" Target="/xl/styles.xml"/>'
    style_type = f'<Override PartName="/xl/styles.xml" ContentType="{form}.styles+xml"/>'
    made = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{form}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{form}.worksheet+xml"/>'
        f"{style_type if styles else ''}{types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a"'
        f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:q="{office}"><sheets>'
        f'<sheet name="DS" sheetId="7" q:id="b"/></sheets>{workbook}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="b" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f"{style_rel if styles else ''}{rels}</Relationships>",
        "xl/worksheets/sheet1.xml": sheet,
        **({"xl/styles.xml": styles} if styles else {}),
        **dict(more),
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in made.items():
            packed.writestr(name, content)
    return held.getvalue()


def in_place(content, marks, **about):
    """The file marked in its parts, and its sheet; never repeated as a new one."""
    marked = annotate(content, "x.xlsx", report_on(marks, **about))
    assert faults_of(marked) == []
    assert "xl/sharedStrings.xml" not in parts(marked)  # which a repeated one would have
    return marked, opened(marked)["DS"]


def test_cells_without_addresses_and_without_styles():
    sheet = (f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="inlineStr"><is><t>Thôn</t></is></c>'
             "<c><v>1</v></c></row><row><c><v>2</v></c><c><v>3</v></c></row></sheetData></worksheet>")  # fmt: skip
    marked, read_back = in_place(
        plain(sheet), [("DS", 2, "B", ERROR), ("DS", 2, "D", INFO), ("DS", 4, "A", WARNING)]
    )
    assert [cell.value for cell in read_back[1]][:2] == ["Thôn", 1]
    assert [cell.value for cell in read_back[2]][:2] == [2, 3]
    assert color(read_back["B2"]) in FILLS[ERROR]
    assert color(read_back["D2"]) in FILLS[INFO]
    assert color(read_back["A4"]) in FILLS[WARNING]
    assert values(marked)["DS"][1] == values(plain(sheet))["DS"][1]


def test_rows_that_are_open_and_empty():
    sheet = (f'<worksheet xmlns="{MAIN}"><sheetData><row r="2"></row><row r="3"/>'
             '<row r="4"><c r="A4"><v>1</v></c></row></sheetData></worksheet>')  # fmt: skip
    marks = [("DS", row, "B", ERROR) for row in (1, 2, 3, 4, 5)]
    _, read_back = in_place(plain(sheet), marks)
    assert all(color(read_back[f"B{row}"]) in FILLS[ERROR] for row in range(1, 6))
    assert read_back["A4"].value == 1


def test_an_empty_sheet_data_and_a_mark_on_it():
    other = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    more = {"xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'}  # fmt: skip
    content = plain(
        other, more=more,
        types='<Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>',
    )  # fmt: skip
    _, sheet = in_place(content, [("DS", 3, "C", ERROR)])
    assert color(sheet["C3"]) in FILLS[ERROR]


def test_prefixes_strict_namespaces_and_other_programs_marks_survive():
    sheet = (
        f'<x:worksheet xmlns:x="{STRICT}" xmlns:mc="urn:mc" xmlns:ac="urn:ac" mc:Ignorable="ac">'
        '<x:dimension ref="B2:C2"/><x:sheetFormatPr defaultRowHeight="15" ac:dyDescent="0.25"/>'
        '<x:sheetData><!-- <x:row r="9"> --><x:row r="2" spans="2:3" ac:dyDescent="0.25">'
        '<x:c r="B2"><x:v>5</x:v></x:c><x:c r="C2" t="str"><x:f>"a&gt;b"</x:f><x:v><![CDATA[<x:c r="D2"/>]]></x:v></x:c>'
        "</x:row></x:sheetData><x:extLst><x:ext/></x:extLst></x:worksheet>"
    )
    styles = (f'<s:styleSheet xmlns:s="{STRICT}"><s:cellXfs><s:xf numFmtId="2"><s:protection locked="0"/>'
              "</s:xf></s:cellXfs></s:styleSheet>")  # fmt: skip
    content = plain(sheet, main=STRICT, styles=styles)
    marks = [("DS", 2, column, ERROR) for column in "BDE"]
    marked = annotate(content, "x.xlsx", report_on(marks))
    assert faults_of(marked) == []
    after = parts(marked)["xl/worksheets/sheet1.xml"].decode()
    assert 'mc:Ignorable="ac"' in after
    assert after.count('ac:dyDescent="0.25"') == 2
    assert '<!-- <x:row r="9"> -->' in after
    assert '<x:dimension ref="B2:E2"/>' in after
    assert 'spans="2:5"' in after
    assert '<![CDATA[<x:c r="D2"/>]]>' in after
    assert after.index("<x:legacyDrawing") < after.index("<x:extLst>")
    assert values(marked)["DS"][1][0][:3] == values(content)["DS"][1][0]
    added = parts(marked)["xl/styles.xml"].decode()
    assert added.count("<s:protection") >= 2  # copied with the format
    assert "purl.oclc.org" in parts(marked)["xl/worksheets/_rels/sheet1.xml.rels"].decode()


def test_utf16_parts_are_marked_too():
    sheet = (f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><sheetData><row r="1">'
             '<c r="A1" t="inlineStr"><is><t>Thôn Đầm</t></is></c></row></sheetData></worksheet>')  # fmt: skip
    _, read_back = in_place(plain(sheet.encode("utf-16")), [("DS", 1, "A", ERROR)])
    assert read_back["A1"].value == "Thôn Đầm"
    assert color(read_back["A1"]) in FILLS[ERROR]


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    ],
    ids=["rows", "cells"],
)
def test_a_workbook_out_of_order_is_repeated_as_a_new_one(sheet):
    content = plain(f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>')
    marked = annotate(content, "x.xlsx", report_on([("DS", 1, "A", ERROR)]))
    assert faults_of(marked) == []
    assert color(opened(marked)["DS"]["A1"]) in FILLS[ERROR]


def test_threaded_comments_are_left_alone():
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    said = (f'<comments xmlns="{MAIN}"><authors><author>tc={{1}}</author></authors><commentList>'
            '<comment ref="A1" authorId="0"><text><t>[Threaded comment]</t></text></comment></commentList></comments>')  # fmt: skip
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId2" Type="{office}/comments" Target="../comments1.xml"/></Relationships>')  # fmt: skip
    content = plain(
        sheet, more={"xl/comments1.xml": said, "xl/worksheets/_rels/sheet1.xml.rels": rels},
        types='<Override PartName="/xl/comments1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/>',
    )  # fmt: skip
    marked, _ = in_place(content, [("DS", 1, "A", ERROR), ("DS", 1, "C", ERROR)])
    after = parts(marked)["xl/comments1.xml"].decode()
    assert "<text><t>[Threaded comment]</t></text>" in after
    assert after.count("<comment ") == 2


def test_macros_stay(office):
    held = io.BytesIO(office)
    with zipfile.ZipFile(held, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")
    marked = annotate(held.getvalue(), "x.xlsm", report_on(MARKS))
    assert parts(marked)["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0 macros"


def test_texts_of_the_file_are_never_formulas_nor_markup():
    nasty = "=cmd|'/c calc'!A0 <b>&\x0b _x0041_ \ud800 \U0001f4f6"
    report = report_on([("DS", 1, "A", ERROR)], file="a&b<c>.xlsx",
                       of_file=[told(WARNING, "A", nasty, sheet=nasty)])  # fmt: skip
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    marked = annotate(plain(sheet), "x.xlsx", report)
    assert faults_of(marked) == []
    value = opened(marked)[SUMMARY].cell(HEADER_ROW + 2, 5)
    assert value.data_type == "s"
    # A workbook writes a plain "_x0041_" so; openpyxl does not read it back, Excel does.
    assert value.value == "=cmd|'/c calc'!A0 <b>&  _x005F_x0041_   \U0001f4f6"
    assert value.quotePrefix


def test_many_findings_are_all_in_the_summary_and_not_all_in_comments():
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet("DS")
        for row in range(6_000):
            sheet.write_row(row, 0, [row, 1])
    marks = [("DS", row, "A", INFO) for row in range(1, 6_001)] + [("DS", 5_999, "B", ERROR)]
    marked = annotate(held.getvalue(), "x.xlsx", report_on(marks))
    assert faults_of(marked) == []
    book = opened(marked)
    comments = [cell for row in book["DS"].iter_rows() for cell in row if cell.comment]
    assert len(comments) == MOST_COMMENTS
    assert book["DS"]["B5999"].comment  # an error is never the one that is left out
    assert color(book["DS"]["A6000"]) in FILLS[INFO]
    assert book[SUMMARY].max_row == HEADER_ROW + len(marks)
    assert "1001 ô chỉ tô màu" in book[SUMMARY]["A7"].value


def test_a_sheet_too_large_to_edit_is_told_of_in_the_summary(office, monkeypatch):
    monkeypatch.setattr(marking, "MOST_BYTES", 100)
    marked = annotate(office, "x.xlsx", report_on(MARKS))
    assert faults_of(marked) == []
    before, after = parts(office), parts(marked)
    assert before["xl/worksheets/sheet1.xml"] == after["xl/worksheets/sheet1.xml"]
    sheet = opened(marked)[SUMMARY]
    assert "quá lớn nên không tô màu" in sheet["A7"].value
    assert sheet.max_row == HEADER_ROW + len(MARKS)


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
