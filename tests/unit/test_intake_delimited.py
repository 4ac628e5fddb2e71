"""CSV: delimiters, lines, damaged quotes, ragged rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.errors import InputRefused
from coverage.intake.delimited import read_delimited
from coverage.intake.document import Limits


def read(text: str | bytes, limits: Limits | None = None):
    data = text if isinstance(text, bytes) else text.encode()
    document = read_delimited(data, "ds.csv", limits or Limits())
    (sheet,) = document.sheets
    rows = dict(zip(sheet.row_numbers, sheet.rows, strict=True))
    return rows, [told.rule for told in document.findings], sheet


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "#"])
def test_any_delimiter_with_decimal_commas_in_quotes(delimiter):
    row = delimiter.join(["1", "Xã A", '"13,368024"', '"109,236976"', "260"])
    header = delimiter.join(["STT", "Xã", "Vĩ độ", "Kinh độ", "Số hộ"])
    rows, rules, _ = read(f"{header}\r\n{row}\r\n{row}\r\n")
    assert rows[2] == ["1", "Xã A", "13,368024", "109,236976", "260"]
    assert rules == []


def test_semicolons_win_over_decimal_commas():
    rows, _, _ = read("STT;Xã;X;Y\n" + "1;Xã A, thôn B;13,368;109,236\n" * 5)
    assert rows[3] == ["1", "Xã A, thôn B", "13,368", "109,236"]


def test_a_stated_separator_is_obeyed_and_not_a_row():
    rows, _, _ = read("sep=!\na!b;c\n1!2;3\n")
    assert rows == {2: ["a", "b;c"], 3: ["1", "2;3"]}


def test_rows_are_numbered_by_the_line_where_they_begin():
    rows, rules, _ = read('a,b\n"x\ny",1\n\n   ,\nz,2\n')
    assert rows == {1: ["a", "b"], 2: ["x\ny", "1"], 6: ["z", "2"]}
    assert rules == []


def test_an_unclosed_quote_loses_no_row():
    rows, rules, _ = read('a,b,c\n1,"x,2\n3,"y",8\n' + "9,9,9\n" * 300)
    assert rows[2] == ["1", "x", "2"]
    assert rows[3] == ["3", "y", "8"]
    assert len(rows) == 303
    assert rules == ["file.unclosed_quote"]


def test_a_quote_in_the_middle_of_a_field_is_a_letter():
    rows, rules, _ = read('a,b\nx,22°37\'45"N\n"y\nz",1"\n')
    assert rows[2] == ["x", "22°37'45\"N"]
    assert rows[3] == ["y\nz", '1"']
    assert rules == []


def test_records_with_too_many_fields_are_told():
    _, rules, sheet = read("a,b,c\n1,2,3\n1,2,3,4\n1,2\n1,2,3,\n")
    assert rules == ["file.ragged_rows"]
    assert sheet.ragged_rows == {3}


@pytest.mark.parametrize("text", ["", "\n\n", " ; ;\n;;\n", "\ufeff"])
def test_a_file_without_any_text_is_refused(text):
    with pytest.raises(InputRefused) as refused:
        read(text)
    assert refused.value.findings[0].rule == "file.empty"


def test_limits():
    with pytest.raises(InputRefused) as refused:
        read("a,b\n" * 11, Limits(rows=10))
    assert refused.value.findings[0].rule == "file.too_many_rows"
    with pytest.raises(InputRefused) as refused:
        read("a" + ",b" * 20, Limits(columns=20))
    assert refused.value.findings[0].rule == "file.too_many_columns"


CELL = st.text(alphabet="ab1 ,;|\t\"'\nĐắ.", max_size=8)


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(",;\t|"),
)
def test_what_a_csv_writer_wrote_is_read_again(written, delimiter):
    table = [["x1", "y1", "z1"], *written, ["x2", "y2", "z2"]]
    held = io.StringIO()
    held.write(f"sep={delimiter}\n")
    csv.writer(held, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    rows, rules, _ = read(held.getvalue())
    kept = [row for row in table if any(map(str.strip, row))]
    if "file.unclosed_quote" not in rules:  # a cell may look like several records
        assert list(rows.values()) == kept
    assert len(rows) >= len(kept)
