"""Workbooks of other programs, of odd build or size, are marked in their parts all the same."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from coverage.intake.annotated import annotate, marking
from coverage.intake.annotated.marking import MOST_COMMENTS
from coverage.intake.annotated.styles import FILLS
from coverage.intake.annotated.summary import HEADER_ROW
from tests.office_workbook import (
    ERROR,
    INFO,
    MARKS,
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

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


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


def test_macros_stay():
    held = io.BytesIO(office_workbook())
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


def test_a_sheet_too_large_to_edit_is_told_of_in_the_summary(monkeypatch):
    office = office_workbook()
    monkeypatch.setattr(marking, "MOST_BYTES", 100)
    marked = annotate(office, "x.xlsx", report_on(MARKS))
    assert faults_of(marked) == []
    before, after = parts(office), parts(marked)
    assert before["xl/worksheets/sheet1.xml"] == after["xl/worksheets/sheet1.xml"]
    sheet = opened(marked)[SUMMARY]
    assert "quá lớn nên không tô màu" in sheet["A7"].value
    assert sheet.max_row == HEADER_ROW + len(MARKS)
