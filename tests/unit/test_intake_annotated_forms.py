"""Files that are no XLSX come back as one: their rows as read, marked like an office's own."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from coverage.findings import Language, Severity
from coverage.intake.annotated import annotate, layout
from coverage.intake.annotated.styles import FILLS
from coverage.intake.files import read
from coverage.surveys import SurveyReport
from tests.reports import report_on
from tests.strictness import faults_of

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
SUMMARY = "Kết quả kiểm tra"
FILES = Path(__file__).with_name("files")
CSV = 'STT;Thôn;Vĩ độ;Số hộ\n1;Bản Rào;18,5;=1+1\n\n2;"Tà\nCạ";;"40"\n3;007;18.1;12\n'.encode()
CSV_FORM = {
    "sheet": "", "header_rows": [1],
    "columns": [{"column": name, "header": name} for name in ("STT", "Thôn", "Vĩ độ", "Số hộ")],
}  # fmt: skip


def opened(content):
    assert faults_of(content) == []
    return openpyxl.load_workbook(io.BytesIO(content))


def color(cell):
    return cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None


@pytest.fixture(scope="module")
def delimited():
    marks = [("", 2, "Số hộ", ERROR), ("", 4, "Vĩ độ", ERROR), ("", 6, None, INFO)]
    report = report_on(marks, kind="csv", file="b.csv", sheets=[CSV_FORM], cells={"Thôn": "x"})
    return annotate(CSV, "b.csv", report)


def test_a_csv_keeps_its_lines_and_its_texts(delimited):
    sheet = opened(delimited)["Dữ liệu"]
    assert [cell.value for cell in sheet[1]][:4] == ["STT", "Thôn", "Vĩ độ", "Số hộ"]
    assert [cell.value for cell in sheet[2]][:4] == ["1", "Bản Rào", "18,5", "=1+1"]
    assert [cell.value for cell in sheet[4]][:4] == ["2", "Tà\nCạ", None, "40"]
    assert [cell.value for cell in sheet[6]][:2] == ["3", "007"]
    assert all(cell.data_type in {"s", "n"} for row in sheet.iter_rows() for cell in row)
    assert sheet["D2"].data_type == "s"  # a formula of the file never runs


def test_a_csv_is_coloured_and_commented_by_its_headers(delimited):
    sheet = opened(delimited)["Dữ liệu"]
    assert color(sheet["D2"]) in FILLS[ERROR]
    assert color(sheet["C4"]) in FILLS[ERROR]
    assert color(sheet["B6"]) in FILLS[INFO]  # the row's first filled cell
    assert "không ghi số hộ" in sheet["C4"].comment.text
    summary = opened(delimited)[SUMMARY]
    assert summary["C9"].hyperlink.location == "'Dữ liệu'!D2"
    assert "không phải .xlsx" in summary["A7"].value


def test_status_and_findings_stand_beside_the_rows(delimited):
    sheet = opened(delimited)["Dữ liệu"]
    assert [sheet["E1"].value, sheet["F1"].value] == ["Phủ Sóng: kết quả", "Phủ Sóng: nội dung"]
    assert sheet["E2"].value == "Bị từ chối"
    assert sheet["F2"].value.startswith("Lỗi (Số hộ): Dòng này không ghi số hộ. Cần làm: ")
    assert sheet["E6"].value == "Được nhận"
    assert sheet["E5"].value is None


def test_they_are_written_anew_when_the_copy_comes_back(delimited):
    letters = {"A": "STT", "B": "Thôn", "C": "Vĩ độ", "D": "Số hộ", "E": "Phủ Sóng: kết quả",
               "F": "Phủ Sóng: nội dung"}  # fmt: skip
    form = {"sheet": "Dữ liệu", "header_rows": [1],
            "columns": [{"column": letter, "header": name} for letter, name in letters.items()]}  # fmt: skip
    marks = [("Dữ liệu", 2, "D", INFO), ("Dữ liệu", 6, "D", WARNING)]
    good = report_on([("Dữ liệu", 4, None, INFO)], cells={"B": "x"}).rows[0]
    found = report_on(marks, sheets=[form])
    clean = type(good)(*[getattr(good, name) for name in (
        "sheet", "row", "village", "declared_commune_code", "commune_code", "latitude", "longitude",
        "households", "population", "signal", "grid_power", "specially_difficult")])  # fmt: skip
    report = SurveyReport(
        found.file, found.sha256, found.vintage, found.form, (), (*found.rows, clean)
    )
    sheet = opened(annotate(delimited, "b.xlsx", report, Language.VI))["Dữ liệu"]
    assert [sheet[f"E{row}"].value for row in (2, 4, 6)] == [
        "Được nhận", "Được nhận", "Cần xem lại",
    ]  # fmt: skip
    assert sheet["F2"].value.startswith("Ghi chú (D): ")
    assert sheet["F4"].value is None
    assert sheet["D2"].value == "=1+1"
    assert color(sheet["C4"]) is None
    assert sheet["C4"].comment is None


def test_a_csv_without_header_has_no_columns_added():
    report = report_on(
        [("", 1, "B", ERROR)], kind="csv", file="b.csv", cells={"A": "x"},
        sheets=[{"sheet": "", "header_rows": [],
                 "columns": [{"column": letter, "header": ""} for letter in "AB"]}],
    )  # fmt: skip
    sheet = opened(annotate(b"Ban Rao,18.5\nTa Ca,18.6\n", "b.csv", report))["Dữ liệu"]
    assert sheet.max_column == 2
    assert color(sheet["B1"]) in FILLS[ERROR]


@pytest.mark.parametrize("name", ["table.xls", "table.ods"])
def test_old_workbooks_keep_rows_columns_and_kinds_of_cells(name):
    content = (FILES / name).read_bytes()
    marked = annotate(content, name, report_on([], file=name))
    assert faults_of(marked) == []
    copy = {sheet.name: sheet for sheet in read(marked, "x.xlsx").sheets}
    for sheet in read(content, name).sheets:
        if not sheet.hidden:
            assert copy[sheet.name].row_numbers == sheet.row_numbers
            assert copy[sheet.name].rows == sheet.rows
            assert copy[sheet.name].merged[:2] == sheet.merged
            assert copy[sheet.name].hidden_rows == sheet.hidden_rows


FEATURES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [105.6, 18.3]},
         "properties": {"ten_thon": "Bản Rào", "so_ho": 40, "ma": 12345678901234567890}},
        {"type": "Feature", "geometry": None, "properties": {"ten_thon": "Tà Cạ", "so_ho": None}},
    ],
}  # fmt: skip


def test_features_get_a_header_their_number_and_their_position():
    content = json.dumps(FEATURES).encode()
    columns = [{"column": name, "header": name} for name in ("ten_thon", "so_ho", "ma")]
    report = report_on(
        [("", 1, "geometry", INFO), ("", 2, "so_ho", ERROR)], kind="geojson", file="d.geojson",
        cells={"ten_thon": "x"}, sheets=[{"sheet": "", "header_rows": [], "columns": columns}],
    )  # fmt: skip
    book = opened(annotate(content, "d.geojson", report))
    sheet = book["Dữ liệu"]
    assert [cell.value for cell in sheet[1]] == [
        "Đối tượng số", "Kinh độ", "Vĩ độ", "ten_thon", "so_ho", "ma", "Phủ Sóng: kết quả",
        "Phủ Sóng: nội dung",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[2]][:6] == [
        1, 105.6, 18.3, "Bản Rào", 40, "12345678901234567890",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[3]][:5] == [2, None, None, "Tà Cạ", None]
    assert color(sheet["B2"]) in FILLS[INFO]
    assert color(sheet["E3"]) in FILLS[ERROR]
    assert [row[2].value for row in book[SUMMARY].iter_rows(min_row=9)] == [2, 1]
    assert book[SUMMARY]["C9"].hyperlink.location == "'Dữ liệu'!E3"


def test_layers_whose_names_no_sheet_may_have():
    kml = ('<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
           + "".join(f"<Folder><name>{name}</name><Placemark><name>Bản</name><Point><coordinates>105.6,18.3"
                     "</coordinates></Point></Placemark></Folder>"
                     for name in ("Xã [A]/B: danh sách rất dài của các thôn bản", "xã  a  b  danh sách rất dài của các thôn bản", "'x'"))
           + "</Document></kml>").encode()  # fmt: skip
    book = opened(annotate(kml, "d.kml", report_on([], kind="kml", file="d.kml")))
    assert len(book.sheetnames) >= 2
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_same_file_gives_the_same_bytes(delimited):
    marks = [("", 2, "Số hộ", ERROR), ("", 4, "Vĩ độ", ERROR), ("", 6, None, INFO)]
    report = report_on(marks, kind="csv", file="b.csv", sheets=[CSV_FORM], cells={"Thôn": "x"})
    assert annotate(CSV, "b.csv", report) == delimited


def test_of_a_very_large_file_only_the_rows_with_findings_are_repeated(monkeypatch):
    monkeypatch.setattr(layout, "MOST_CELLS", 5)
    report = report_on([("", 4, "Vĩ độ", ERROR)], kind="csv", sheets=[CSV_FORM])
    book = opened(annotate(CSV, "b.csv", report))
    sheet = book["Dữ liệu"]
    assert sheet["B1"].value == "Thôn"
    assert sheet["B2"].value is None
    assert color(sheet["C4"]) in FILLS[ERROR]
    assert "Tệp quá lớn" in book[SUMMARY]["A7"].value
