"""Any findings on any cells of any small workbook: it opens, and its values are what they were."""

from __future__ import annotations

import io

import openpyxl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from coverage.findings import Severity
from coverage.intake.annotated import annotate
from coverage.intake.annotated.styles import FILLS
from coverage.intake.document import column_letter
from tests.reports import report_on
from tests.strictness import faults_of

ROWS, COLUMNS = 9, 7
rows, columns = st.integers(1, ROWS), st.integers(0, COLUMNS - 1)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
cells = st.dictionaries(
    st.tuples(rows, columns),
    st.one_of(texts, st.integers(-(10**9), 10**9), st.booleans(), st.just("=1+1"), st.none()),
    max_size=25,
)
names = st.lists(
    st.text("aĐ &<>'\"é7.-ụ", min_size=1, max_size=12).filter(
        lambda name: name.strip() == name and not name.startswith("'") and not name.endswith("'")
    ),
    min_size=1, max_size=3, unique_by=str.casefold,
)  # fmt: skip
severities = st.sampled_from(Severity)
OURS = {color for pair in FILLS.values() for color in pair}


@st.composite
def workbooks(draw):
    """The bytes of a workbook with the sheets' names."""
    sheets = draw(names)
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_urls": False}) as book:
        looks = [
            book.add_format({"bold": True}), book.add_format({"bg_color": "#ABCDEF"}),
            book.add_format({"num_format": "@", "pattern": 4, "fg_color": "red"}), None,
        ]  # fmt: skip
        for name in sheets:
            sheet = book.add_worksheet(name)
            for (row, column), value in draw(cells).items():
                sheet.write(row - 1, column, value, draw(st.sampled_from(looks)))
            if draw(st.booleans()):
                sheet.write_comment(
                    draw(rows) - 1, draw(columns), "của cán bộ\n", {"author": "Lan"}
                )
            if draw(st.booleans()):
                sheet.merge_range(ROWS, 0, ROWS + 2, 1, "gộp", looks[0])
            if draw(st.booleans()):
                sheet.set_column(2, 30, 5, looks[1])
                sheet.set_row(draw(rows) - 1, 30, looks[0])
    return held.getvalue(), sheets


marks_on = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, ROWS + 5), st.one_of(st.none(), columns), severities),
    max_size=20,
)  # fmt: skip


def placed(marks, sheets):
    """Marks on the sheets that there are."""
    return [
        (sheets[index % len(sheets)], row, None if column is None else column_letter(column), how)
        for index, row, column, how in marks
    ]


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def by_openpyxl(content, sheets):
    book = opened(content)
    return {
        name: {cell.coordinate: cell.value for row in book[name].iter_rows() for cell in row
               if cell.value is not None}
        for name in sheets
    }  # fmt: skip


def by_calamine(content, sheets):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = {}
    for name in sheets:
        sheet = book.get_sheet_by_name(name)
        found[name] = {
            (row, column): value
            for row, cells in enumerate(sheet.to_python(skip_empty_area=False))
            for column, value in enumerate(cells)
            if value != ""
        }
    return found


def comments(content, sheets):
    book = opened(content)
    return {
        (name, cell.coordinate): cell.comment.text
        for name in sheets for row in book[name].iter_rows() for cell in row if cell.comment
    }  # fmt: skip


def colored(content, sheets):
    book = opened(content)
    return {
        (name, cell.coordinate)
        for name in sheets for row in book[name].iter_rows() for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in OURS
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(workbooks(), marks_on)
def test_any_findings_on_any_cells(made, marks):
    content, sheets = made
    report = report_on(placed(marks, sheets))
    marked = annotate(content, "x.xlsx", report)
    assert faults_of(marked) == []
    assert by_openpyxl(marked, sheets) == by_openpyxl(content, sheets)
    assert by_calamine(marked, sheets) == by_calamine(content, sheets)
    assert bool(colored(marked, sheets)) == bool(marks)
    said = comments(marked, sheets)
    for place, text in comments(content, sheets).items():
        assert said[place].startswith(text)


@settings(max_examples=25, deadline=None)
@given(workbooks(), marks_on, marks_on)
def test_the_next_check_leaves_nothing_of_the_last_one(made, first, second):
    content, sheets = made
    marked = annotate(content, "x.xlsx", report_on(placed(first, sheets)))
    again = annotate(marked, "x.xlsx", report_on(placed(second, sheets)))
    at_once = annotate(content, "x.xlsx", report_on(placed(second, sheets)))
    assert faults_of(again) == []
    assert comments(again, sheets) == comments(at_once, sheets)
    assert colored(again, sheets) == colored(at_once, sheets)
    cleared = annotate(again, "x.xlsx", report_on([]))
    assert comments(cleared, sheets) == comments(content, sheets)
    assert not colored(cleared, sheets)
    before, after = opened(content), opened(cleared)
    for name in sheets:
        # A cell that was missing now stands there, empty, and looks like its row or column.
        for cell in list(before[name]._cells.values()):
            if cell.value is None and not cell.has_style:
                continue
            now = after[name][cell.coordinate]
            if cell.fill.fill_type in {None, "solid"}:
                assert repr(now.fill.fgColor) == repr(cell.fill.fgColor)
            assert repr(now.font) == repr(cell.font)
            assert now.number_format == cell.number_format
