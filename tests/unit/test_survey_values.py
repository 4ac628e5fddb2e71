"""Numbers, marks and short answers as people write them: read right, or refused with a word."""

import datetime as dt

import pytest

from coverage.intake.facts import LEAST_UNUSUAL
from coverage.intake.values import Read, household_counts, is_mark_column, people_counts
from tests.surveys import HEADER, report, row, rules

A, B = "Xã Tân An", "Xã Mường Nhé"


def households(cell):
    """Return (number, rule) of one cell."""
    (read,) = household_counts([cell])
    if isinstance(read, Read):
        return read.number, read.said.rule if read.said else None
    return read, None


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (50.0, 50), (50, 50), ("50", 50), (" 50 ", 50), ("050", 50), ("50.0", 50), ("50,00", 50),
        ("\uff15\uff10", 50), ("\u00a050", 50), (9999.0, 9999),
    ],
)  # fmt: skip
def test_plain_numbers_of_households(cell, number):
    assert households(cell) == (number, None)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.250", 1250), ("1,250", 1250), ("1 250", 1250), ("1'250", 1250), ("1.250,00", 1250),
        ("50 hộ", 50), ("50 hộ dân", 50), ("50hộ", 50), ("50 Hộ.", 50), ("45 nóc nhà", 45),
        ("1.250 hộ", 1250),
    ],
)  # fmt: skip
def test_numbers_with_words_or_thousands_are_read_and_told(cell, number):
    assert households(cell) == (number, "households.words")


def test_households_with_people_beside_them():
    (read,) = household_counts(["50 hộ/210 khẩu"])
    assert (read.number, read.people, read.said.rule) == (50, 210, "households.words")
    found = report([HEADER, row(1, A, "Bản Một", "50 hộ, 210 nhân khẩu")])
    assert (found.rows[0].households, found.rows[0].population) == (50, 210)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("", "households.missing"), ("-", "households.missing"), ("…", "households.missing"),
        ("   ", "households.missing"),
        ("khoảng 50", "households.unreadable"), ("~50", "households.unreadable"),
        ("trên 50", "households.unreadable"), (">50", "households.unreadable"),
        ("50+", "households.unreadable"), ("40-50", "households.unreadable"),
        ("50/210", "households.unreadable"), ("vài chục", "households.unreadable"),
        ("khoảng năm chục", "households.unreadable"), ("#REF!", "households.unreadable"),
        ("1.2.3", "households.unreadable"), ("5o", "households.unreadable"),
        (True, "households.unreadable"), ("12,5", "households.not_whole"),
        (12.5, "households.not_whole"), (1.25, "households.not_whole"),
        (-47.0, "households.negative"), ("-47", "households.negative"),
        ("−47", "households.negative"), (0.0, "households.zero"), ("0", "households.zero"),
        (20_000.0, "households.impossible"), ("1.000.000", "households.impossible"),
        (dt.datetime(2025, 5, 12), "households.date"), (dt.date(2025, 5, 12), "households.date"),  # noqa: DTZ001
        (dt.time(5, 12), "households.date"),
        (float("nan"), "households.missing"), (float("inf"), "households.unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_number_of_households_is_refused(cell, rule):
    assert households(cell) == (None, rule)


@pytest.mark.parametrize("cell", ["khoảng 200", "nhiều", -3.0, 0.0, 12.5, dt.date(2025, 1, 2)])
def test_a_population_that_cannot_be_read_is_left_out_with_a_warning(cell):
    rows = [[*HEADER, "Số khẩu"], [*row(1, A, "Bản Một"), cell]]
    (found,) = report(rows).rows
    assert (found.population, found.status, rules(found)) == (
        None, "warned", ["population.unreadable"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "number"), [("", None), ("-", None), ("210 khẩu", 210), (210.0, 210)]
)
def test_a_population(cell, number):
    (read,) = people_counts([cell])
    assert (read.number if isinstance(read, Read) else read) == number


def test_people_that_do_not_fit_the_households():
    rows = [[*HEADER, "Số khẩu"], [*row(1, A, "Bản Một", 210), 50]]
    assert rules(report(rows).rows[0]) == ["population.unlikely"]


def test_households_far_from_the_rest():
    villages = [row(number, A, f"Bản {number}", 40 + number) for number in range(1, 12)]
    odd = row(12, B, "Bản Đông", LEAST_UNUSUAL + 1)
    found = report([HEADER, *villages, odd])
    assert [rules(r) for r in found.rows] == [[]] * 11 + [["households.unlikely"]]
    assert found.rows[-1].households == LEAST_UNUSUAL + 1
    assert found.rows[-1].status == "warned"


@pytest.mark.parametrize(
    ("header", "cell", "fact"),
    [
        ("Điện lưới", "Có", True), ("Điện lưới", "không", False), ("Điện lưới", "x", True),
        ("Điện lưới", "X", True), ("Điện lưới", 1.0, True), ("Điện lưới", 0.0, False),
        ("Tình trạng điện", "Đã có điện", True), ("Tình trạng điện", "Chưa có điện", False),
        ("Tình trạng điện", "CHUA CO DIEN", False), ("Nguồn điện", "Điện lưới quốc gia", True),
        ("Điện lưới", "đã có", True), ("Điện lưới", "chưa", False), ("dien_luoi", "khong", False),
        ("Điện lưới", True, True), ("Điện lưới", "✓", True), ("Điện lưới", "Co", True),
    ],
)  # fmt: skip
def test_grid_power(header, cell, fact):
    rows = [
        [*HEADER, header], [*row(1, A, "Bản Một"), cell], [*row(2, A, "Bản Hai"), "Có"],
        [*row(3, A, "Bản Ba"), "Không"], [*row(4, A, "Bản Bốn"), ""],
    ]  # fmt: skip
    found = report(rows)
    assert [r.grid_power for r in found.rows] == [fact, True, False, None]
    assert [rules(r) for r in found.rows] == [[]] * 4


@pytest.mark.parametrize("cell", ["có một số hộ", "một phần", "?!", "đang kéo"])
def test_power_that_cannot_be_read_is_left_out_with_a_warning(cell):
    rows = [[*HEADER, "Điện lưới"], [*row(1, A, "Bản Một"), cell], [*row(2, A, "Bản Hai"), "Có"]]
    (first, _) = report(rows).rows
    assert (first.grid_power, first.status, rules(first)) == (None, "warned", ["power.unreadable"])


@pytest.mark.parametrize(
    ("header", "cells", "facts"),
    [
        ("ĐBKK (x)", ["x", "", "X"], [True, False, True]),  # announced
        ("ĐBKK (x)", ["", "", ""], [False, False, False]),
        ("ĐBKK", ["x", "", "x"], [True, False, True]),  # nothing but marks
        ("ĐBKK", ["Có", "", "Có"], [True, None, True]),  # a blank is no answer
        ("ĐBKK", ["x", "", "không"], [True, None, False]),
        ("ĐBKK", [1.0, "", 1.0], [True, False, True]),
        ("ĐBKK", [1.0, "", 0.0], [True, None, False]),
        ("ĐBKK", ["", "", ""], [None, None, None]),
        ("Thôn ĐBKK", ["III", "", "Không"], [True, None, False]),
    ],
)
def test_marks_and_answers(header, cells, facts):
    rows = [[*HEADER, header], *([*row(n, A, f"Bản {n}"), cell] for n, cell in enumerate(cells, 1))]
    assert [r.specially_difficult for r in report(rows).rows] == facts


def test_columns_of_marks_for_yes_and_for_no():
    rows = [
        [*HEADER, "Có điện (x)", "Chưa có điện (x)"],
        [*row(1, A, "Bản Một"), "x", ""], [*row(2, A, "Bản Hai"), "", "x"],
        [*row(3, A, "Bản Ba"), "", ""], [*row(4, A, "Bản Bốn"), "x", "x"],
    ]  # fmt: skip
    found = report(rows)
    assert [r.grid_power for r in found.rows] == [True, False, None, None]
    assert rules(found.rows[3]) == ["power.contradictory"]


def test_the_class_of_an_area_says_difficult_only_for_the_third():
    rows = [[*HEADER, "Khu vực (I/II/III)"]]
    rows += [
        [*row(n, A, f"Bản {n}"), cell] for n, cell in enumerate(["III", "II", "I", "", "KV III"], 1)
    ]
    found = report(rows)
    assert [r.specially_difficult for r in found.rows] == [True, None, None, None, True]
    assert rules(found.rows[0]) == ["difficulty.from_class"]
    assert {r.status for r in found.rows} == {"accepted"}


@pytest.mark.parametrize(
    ("cell", "signal"),
    [
        ("Trắng sóng", "none"), ("trắng", "none"), ("Không có sóng", "none"), ("Lõm sóng", "patchy"),
        ("LÕM", "patchy"), ("Sóng yếu", "patchy"), ("Thôn lõm sóng 4G", "patchy"), ("", None),
    ],
)  # fmt: skip
def test_signal(cell, signal):
    rows = [
        [*HEADER, "Hiện trạng sóng"],
        [*row(1, A, "Bản Một"), cell],
        [*row(2, A, "Bản Hai"), "Lõm sóng"],
    ]
    (first, second) = report(rows).rows
    assert (first.signal, rules(first), second.signal) == (signal, [], "patchy")


def test_signal_marked_in_two_columns():
    rows = [
        [*HEADER, "Trắng sóng", "Lõm sóng"],
        [*row(1, A, "Bản Một"), "x", ""], [*row(2, A, "Bản Hai"), "", "x"],
        [*row(3, A, "Bản Ba"), "x", "x"], [*row(4, A, "Bản Bốn"), "", ""],
    ]  # fmt: skip
    found = report(rows)
    assert [r.signal for r in found.rows] == ["none", "patchy", None, None]
    assert rules(found.rows[2]) == ["signal.contradictory"]


def test_a_mark_column():
    assert is_mark_column(["x", "", "X", "✓"], "ĐBKK")
    assert is_mark_column(["", ""], "Thôn ĐBKK (x)")
    assert is_mark_column(["1", 1.0, ""], "ĐBKK")
    assert not is_mark_column(["", ""], "ĐBKK")
    assert not is_mark_column(["Có", ""], "ĐBKK (x)")
    assert not is_mark_column(["x", "không"], "ĐBKK")
