"""Progress: what waits, month ends, ages, provinces side by side, and how charts and files have it."""

import csv
import datetime as dt
import io
import uuid

import openpyxl
import pytest

from api.pages.late_chart import late_chart
from api.pages.progress_charts import MONTH_CHART_PX, month_chart, share_bar, waiting_bars
from coverage.criteria import CriteriaSet
from coverage.dossier.progress import FiguresTable, table_csv, table_xlsx
from coverage.progress import (
    Age,
    AgedTally,
    Backlog,
    BesideOrder,
    LateLot,
    MonthChange,
    MonthEnd,
    ProvinceFigures,
    Stage,
    Tally,
    WaitingOrder,
    ZoneTally,
    backlog_lines,
    beside,
    bucket_of,
    days_of,
    headline,
    month_ends,
    queues_of,
    stages_of,
    under_criteria,
    waiting_lines,
    waits,
)
from coverage.zones import ENDED, Queue, Signal, ZoneStatus

S, Q = ZoneStatus, Queue
DAY = dt.date(2026, 11, 23)


def some(zones, households, code="42", queue=Q.FUND, status=S.APPROVED, signal=Signal.NONE):  # noqa: PLR0917
    return ZoneTally(code, queue, status, signal, Tally(zones, households))


COUNTS = [
    some(2, 30), some(1, 9, queue=Q.OPERATOR, signal=Signal.PATCHY),
    some(5, 20, "40", status=S.REPORTED, signal=None), some(1, 500, "40", status=S.ON_AIR),
    some(1, 700, "40", status=S.REJECTED), some(1, 900, queue=Q.COVERED),
    some(3, 60, "38", status=S.IN_PACKAGE), some(1, 39, "38", status=S.AWARDED),
]  # fmt: skip


def test_what_is_served_ended_or_covered_waits_no_more():
    waiting = {status for status in S if waits(status, Q.FUND)}
    assert waiting == set(S) - ENDED - {S.ON_AIR, S.CONFIRMED}
    assert not any(waits(status, Q.COVERED) for status in S)


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        (WaitingOrder.HOUSEHOLDS, ["38", "42", "40"]),
        (WaitingOrder.ZONES, ["40", "38", "42"]),
        (WaitingOrder.DAYS, ["42", "38", "40"]),
    ],
)
def test_provinces_are_sorted_by_what_is_asked(order, codes):
    ages = {"42": Age(90, 100), "38": Age(10, 500)}
    lines = waiting_lines(COUNTS, ages, order)
    assert [line.province_code for line in lines] == codes
    assert {line.province_code: line.whole for line in lines} == {
        "38": Tally(4, 99), "42": Tally(3, 39), "40": Tally(5, 20)}  # fmt: skip
    assert queues_of(lines) == {Q.FUND: Tally(11, 149), Q.OPERATOR: Tally(1, 9)}
    assert lines[codes.index("42")].white == Tally(2, 30)


def test_equal_provinces_stand_in_the_order_of_their_codes():
    counts = [some(1, 5, "40"), some(1, 5, "15"), some(1, 5, "38")]
    lines = waiting_lines(counts, {}, WaitingOrder.HOUSEHOLDS)
    assert [line.province_code for line in lines] == ["15", "38", "40"]


def test_the_five_numbers():
    told = headline(COUNTS, Tally(1, 39))
    assert told.waiting == Tally(12, 158)
    assert told.white == Tally(6, 129)
    assert told.tendered == Tally(4, 99)
    assert told.on_air == Tally(1, 500)
    assert told.late == Tally(1, 39)


def test_every_status_but_the_ended_is_in_one_stage():
    sums = stages_of(some(1, 1, status=status) for status in S)
    assert sum(tally.zones for tally in sums.values()) == len(S) - len(ENDED)
    assert sums[Stage.REPORTED] == Tally(3, 3)


def test_month_ends_run_over_the_turn_of_the_year_and_over_empty_months():
    assert days_of(dt.date(2025, 12, 1), dt.date(2026, 2, 28)) == (
        dt.date(2025, 12, 31), dt.date(2026, 1, 31), dt.date(2026, 2, 28))  # fmt: skip
    changes = [
        MonthChange(dt.date(2026, 8, 1), S.REPORTED, Tally(2, 50)),
        MonthChange(dt.date(2026, 10, 1), S.REPORTED, Tally(-1, -30)),
        MonthChange(dt.date(2026, 10, 1), S.REJECTED, Tally(1, 30)),
    ]
    ends = month_ends(changes, DAY)
    assert [(end.day.month, end.whole) for end in ends] == [
        (8, Tally(2, 50)), (9, Tally(2, 50)), (10, Tally(1, 20)), (11, Tally(1, 20))]  # fmt: skip
    now = dict.fromkeys(Stage, Tally()) | {Stage.AWARDED: Tally(1, 21)}
    assert month_ends(changes, DAY, now)[-1] == MonthEnd(DAY, now)
    assert month_ends(changes, DAY, now)[:-1] == ends[:-1]
    assert month_ends([], DAY, now) == ()


def test_a_month_under_another_criteria_set_is_marked_once():
    def a_set(number):
        return CriteriaSet(number, f"Bộ {number}", "CV", True, DAY, 3000.0)

    days = [dt.date(2026, month, 28) for month in (1, 2, 3, 4)]
    ends = [MonthEnd(day, {}) for day in days]
    told = under_criteria(ends, dict(zip(days, [None, a_set(1), a_set(1), a_set(2)], strict=True)))
    assert [end.criteria_changed for end in told] == [False, True, False, True]
    assert [end.criteria and end.criteria.id for end in told] == [None, 1, 1, 2]


@pytest.mark.parametrize(
    ("days", "bucket"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (999, 3)]
)
def test_ages_belong_to_the_bound_that_they_do_not_pass(days, bucket):
    assert bucket_of(days) == bucket


def test_backlogs_come_by_province_the_oldest_first():
    aged = [
        AgedTally("40", Backlog.REVIEW, 0, Tally(2, 20), 12),
        AgedTally("40", Backlog.REVIEW, 3, Tally(1, 5), 200),
        AgedTally("42", Backlog.REVIEW, 1, Tally(9, 90), 40),
        AgedTally("42", Backlog.CORRECTION, 0, Tally(1, 3), 1),
    ]
    review = backlog_lines(aged, Backlog.REVIEW)
    assert [line.province_code for line in review] == ["40", "42"]
    assert review[0].buckets == (Tally(2, 20), Tally(), Tally(), Tally(1, 5))
    assert (review[0].whole, review[0].oldest_days) == (Tally(3, 25), 200)
    assert [line.whole for line in backlog_lines(aged, Backlog.CORRECTION)] == [Tally(1, 3)]


def test_a_lot_is_late_from_the_day_after_its_own():
    lot = LateLot(uuid.uuid4(), "VNPT", "42", "GT-1", 1, "", DAY, Tally(1, 9))
    assert [lot.late_days(DAY + dt.timedelta(days=days)) for days in (-2, 0, 1)] == [-2, 0, 1]


def test_provinces_stand_by_a_figure_and_those_without_it_last():
    figures = [
        ProvinceFigures("15", own=False, rows=10, rows_accepted=9, decision_days=30.0),
        ProvinceFigures("38", own=False, rows=0, rows_accepted=0, decision_days=None),
        ProvinceFigures("42", own=True, rows=100, rows_accepted=95, decision_days=45.0,
                        waiting_zones=10, payer_decided=5),
    ]  # fmt: skip

    def codes(order):
        return [one.province_code for one in beside(figures, order)]

    assert codes(BesideOrder.ACCEPTED) == ["42", "15", "38"]
    assert codes(BesideOrder.DECISION) == ["15", "42", "38"]
    assert codes(BesideOrder.PAYER) == ["42", "15", "38"]
    assert figures[2].payer_share == 0.5
    assert figures[1].accepted_share is None


def test_bars_share_one_scale_and_end_where_their_sum_says():
    lines = waiting_lines(COUNTS, {}, WaitingOrder.HOUSEHOLDS)
    [column] = waiting_bars(lines)
    ends = [bar.segments[-1].start + bar.segments[-1].length for bar in column.bars]
    assert ends == pytest.approx([100, 100 * 39 / 99, 100 * 20 / 99], abs=0.01)
    assert [piece.key for piece in column.bars[1].segments] == ["fund", "operator"]
    assert column.bars[1].segments[1].start == pytest.approx(100 * 30 / 99, abs=0.01)
    assert waiting_bars(()) == []


def test_many_provinces_make_several_columns():
    counts = [some(1, 5 + n, f"{n:02d}") for n in range(34)]
    columns = waiting_bars(waiting_lines(counts, {}, WaitingOrder.HOUSEHOLDS))
    assert [len(column.bars) for column in columns] == [12, 12, 10]


@pytest.mark.parametrize("most", [0, 1, 4, 5, 39, 41, 1234, 2_080_000])
def test_columns_stand_on_the_ground_and_the_scale_reaches_above_them(most):
    stages = dict.fromkeys(Stage, Tally()) | {
        Stage.CONFIRMED: Tally(1, most // 2), Stage.REPORTED: Tally(1, most - most // 2)}  # fmt: skip
    chart = month_chart([MonthEnd(DAY, stages)])
    assert chart.ticks[-1].households >= most
    assert chart.ticks[-1].households <= max(4, 2 * most)
    assert [tick.households * 4 for tick in chart.ticks] == [
        chart.ticks[-1].households * part for part in (1, 2, 3, 4)]  # fmt: skip
    pieces = chart.columns[0].pieces
    if most > 1:
        assert pieces[0].key == "confirmed"
        assert pieces[0].top_px + pieces[0].height_px == pytest.approx(MONTH_CHART_PX, abs=0.02)
        assert pieces[1].top_px + pieces[1].height_px == pytest.approx(pieces[0].top_px, abs=0.02)


def test_a_chart_leaves_older_months_to_the_table():
    ends = [MonthEnd(DAY, dict.fromkeys(Stage, Tally(1, 1)))] * 40
    chart = month_chart(ends)
    assert (len(chart.columns), chart.left_out) == (36, 4)
    assert chart.columns[-1].label
    assert chart.columns[-1].start + chart.columns[-1].width < 100
    assert share_bar(None, 5) == share_bar(3, 0) == 0


def a_lot(late):
    due_on = DAY - dt.timedelta(days=late)
    return LateLot(uuid.uuid4(), "VNPT", "42", "GT-1", 1, "", due_on, Tally(1, 9))


def test_late_lots_stand_right_of_today_and_those_due_left_of_it():
    chart = late_chart([a_lot(days) for days in (60, 15, 0, -20)], DAY)
    bars = [bar for column in chart.columns for bar in column.bars]
    assert chart.today == 25  # 20 days of 80
    assert [(bar.key, bar.days) for bar in bars] == [
        ("late", 60), ("late", 15), ("soon", 0), ("soon", -20)]  # fmt: skip
    assert (bars[0].start, bars[0].start + bars[0].length) == (25, 100)
    assert bars[1].length == pytest.approx(100 * 15 / 80, abs=0.001)
    assert bars[2].start + bars[2].length == 25
    assert bars[2].length > 0
    assert (bars[3].start, bars[3].length) == (0, 25)


@pytest.mark.parametrize(
    ("days", "today"), [((9, 3), 0), ((-3, -9), 100), ((0,), 0), ((), 0)]
)  # fmt: skip
def test_the_line_of_today_is_at_the_end_where_only_one_side_has_lots(days, today):
    chart = late_chart([a_lot(each) for each in days], DAY)
    assert chart.today == today
    bars = [bar for column in chart.columns for bar in column.bars]
    assert len(bars) == len(days)
    assert all(bar.start >= 0 and bar.start + bar.length <= 100.001 for bar in bars)


def test_many_late_lots_make_two_columns_and_the_rest_is_counted():
    chart = late_chart([a_lot(each) for each in range(40, 0, -1)], DAY)
    assert [len(column.bars) for column in chart.columns] == [8, 8]
    assert chart.left_out == 24


TABLE = FiguresTable(
    "Hộ còn chờ: theo tỉnh/nguồn", ["Ghi chú"], ["Tỉnh", "Hộ", "Phần", "Ngày"],
    [["=Hà Tĩnh", 1464, 0.875, DAY], ["Nghệ An", None, None, None]], ("Số liệu ngày", DAY),
    ("Bộ tiêu chí", "Bộ tạm"),
)  # fmt: skip


def test_the_csv_opens_in_excel_and_every_row_has_its_day_and_criteria():
    content = table_csv(TABLE)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["Tỉnh", "Hộ", "Phần", "Ngày", "Số liệu ngày", "Bộ tiêu chí"],
        ["'=Hà Tĩnh", "1464", "0.8750", "2026-11-23", "2026-11-23", "Bộ tạm"],
        ["Nghệ An", "", "", "", "2026-11-23", "Bộ tạm"],
    ]


def test_the_workbook_has_numbers_as_numbers_and_no_formula():
    sheet = openpyxl.load_workbook(io.BytesIO(table_xlsx(TABLE))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[:4]] == [
        "Hộ còn chờ: theo tỉnh/nguồn", "Số liệu ngày: 23/11/2026", "Bộ tiêu chí: Bộ tạm", "Ghi chú"]  # fmt: skip
    assert rows[5] == ["Tỉnh", "Hộ", "Phần", "Ngày"]
    assert rows[6] == ["=Hà Tĩnh", 1464, 0.875, dt.datetime(2026, 11, 23)]  # noqa: DTZ001 - a sheet's
    assert sheet["A7"].data_type == "s"
    assert rows[7] == ["Nghệ An", None, None, None]
