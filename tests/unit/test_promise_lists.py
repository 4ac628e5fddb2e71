"""Filled-in lists of a round: which rows promise, what is read of them, what is refused."""

import datetime as dt
import io
import uuid

import openpyxl
import pytest

from coverage.errors import InputRefused
from coverage.intake import files
from coverage.intake.promises import day_of_cell, read_promises

ONE, TWO, THREE = (uuid.UUID(int=number, version=4) for number in (1, 2, 3))


def of_csv(text):
    return read_promises(files.read(text.encode(), "a.csv"))


def of_workbook(*rows):
    book = openpyxl.Workbook()
    book.active.title = "DS"
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    book.close()
    return read_promises(files.read(out.getvalue(), "a.xlsx"))


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/12/2027", dt.date(2027, 12, 31)),
        ("1-2-2027", dt.date(2027, 2, 1)),  # day first, always
        ("01.02.2027", dt.date(2027, 2, 1)),
        (" 2027-12-31 ", dt.date(2027, 12, 31)),
        ("2027-12-31T00:00:00", dt.date(2027, 12, 31)),
        (dt.datetime(2027, 12, 31), dt.date(2027, 12, 31)),  # noqa: DTZ001 - as a workbook has it
        (dt.date(2027, 12, 31), dt.date(2027, 12, 31)),
        ("31/02/2027", None),
        ("12/2027", None),
        ("quý IV/2027", None),
        (46752, None),  # a number is no day: nothing is guessed
        ("31/12/27", None),
    ],
)
def test_days_as_people_write_them(cell, day):
    assert day_of_cell(cell) == day


def test_rows_without_a_day_promise_nothing():
    read = of_csv(
        f"village,zone_id,on_air_by\nA,{ONE},31/12/2027\nB,{TWO},\nC,{THREE},2028-01-01\n"
    )
    assert [(each.wish.zone_id, each.wish.on_air_by, each.wish.row) for each in read] == [
        (ONE, dt.date(2027, 12, 31), 2), (THREE, dt.date(2028, 1, 1), 4),
    ]  # fmt: skip
    assert all(each.findings == () for each in read)


def test_a_workbook_with_a_title_and_vietnamese_headings():
    read = of_workbook(
        ["Danh sách cam kết"], [], ["STT", "Mã vùng", "Ngày cam kết phát sóng (muộn nhất)"],
        [1, str(ONE), dt.datetime(2027, 12, 31)], [2, str(TWO), None],  # noqa: DTZ001
    )  # fmt: skip
    (only,) = read
    assert (only.wish.zone_id, only.wish.on_air_by) == (ONE, dt.date(2027, 12, 31))
    assert (only.wish.sheet, only.wish.row) == ("DS", 4)


def test_what_cannot_be_read_is_told_at_its_cell():
    bad, lost, empty = of_csv(f"zone_id;on_air_by\n{ONE};sớm\nabc;1/1/2028\n;1/1/2028\n")
    assert [(found.rule, found.column, found.value) for found in bad.findings] == [
        ("promise.date_unreadable", "on_air_by", "sớm")
    ]
    assert [(found.rule, found.column) for found in lost.findings] == [
        ("promise.zone_unreadable", "zone_id")
    ]
    assert (empty.wish.zone_id, empty.findings) == (None, ())  # the rules say that it is missing


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a,b\n1,2\n", "promise.no_columns"),
        (f"zone_id,ghi chú\n{ONE},x\n", "promise.no_columns"),
        (f"zone_id,on_air_by\n{ONE},\n", "promise.no_rows"),
        ("zone_id,on_air_by\n", "promise.no_rows"),
    ],
)
def test_a_file_that_promises_nothing_is_refused(text, rule):
    with pytest.raises(InputRefused) as refused:
        of_csv(text)
    assert [found.rule for found in refused.value.findings] == [rule]
