"""Lists of delivery: single cells, headings as people write them, which rows are data."""

import datetime as dt

import pytest

from coverage.errors import InputRefused
from coverage.intake import files
from coverage.intake.deliveries.awards import lot_number, read_awards
from coverage.intake.deliveries.cells import (
    day_in,
    dong_in,
    figure_in,
    level_in,
    percent_in,
    speed_in,
    technology_in,
)
from coverage.intake.deliveries.reports import Around, SiteCells, read_reports, site_of
from coverage.towers import Technology
from tests.delivered import a_list

DAY = dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    "cell",
    ["05/03/2026", "5-3-2026", "2026-03-05", "5.3.2026", dt.date(2026, 3, 5),
     dt.datetime.fromisoformat("2026-03-05T07:30"), 46086, 46086.0, "46086", "ngày 5 tháng 3 năm 2026",
     "5 tháng 03 năm 2026", "05/03/26", "05/03/2026 14:30", " 05/03/2026 "],
)  # fmt: skip
def test_days_as_people_and_excel_write_them(cell):
    assert day_in(cell, "on_air", "D").day == DAY


@pytest.mark.parametrize("cell", ["31/02/2026", "tháng 3/2026", "sớm", 7, True, "13/13/26"])
def test_what_is_no_day_is_told_with_its_column(cell):
    read = day_in(cell, "award", "D")
    assert read.day is None
    assert [(found.rule, found.column) for found in read.found] == [("award.date_unreadable", "D")]


def test_a_day_that_excel_keeps_as_a_number_is_told():
    (told,) = day_in(46086, "on_air", "D").found
    assert told.rule == "on_air.date_repaired"
    assert "05/03/2026" in told.message()


@pytest.mark.parametrize(
    ("cell", "figure"),
    [(-98.5, -98.5), ("-98,5", -98.5), ("−98.5 dBm", -98.5), ("12 Mbps", 12), (" 7 ", 7), (0, 0)],
)
def test_figures_with_commas_and_units(cell, figure):
    assert figure_in(cell, "E").figure == figure


@pytest.mark.parametrize("cell", ["", "-", "—", "n/a", "#N/A"])
def test_a_dash_is_no_measurement(cell):
    read = figure_in(cell, "E")
    assert (read.figure, read.found) == (None, ())


@pytest.mark.parametrize("cell", ["khoảng 5", "5-7", "<5", True, "1,2,3"])
def test_what_is_no_number_is_told(cell):
    assert [found.rule for found in figure_in(cell, "E").found] == ["on_air.figure_unreadable"]


def test_a_level_gets_its_sign_and_says_so():
    read = level_in("98,5", "E")
    assert (read.figure, read.found[0].rule) == (-98.5, "on_air.level_sign")
    assert level_in(-98.5, "E").found == ()
    assert level_in(12, "E").figure == 12


@pytest.mark.parametrize(
    ("cell", "heading", "mbps"),
    [(12, "Tốc độ (Mbps)", 12), (12000, "Tải xuống (kbps)", 12), ("12000 kbps", "Mbps", 12),
     ("1,5 Gbps", "", 1500), ("12 Mbps", "Tải xuống (kbps)", 12)],
)  # fmt: skip
def test_speeds_by_the_unit_of_the_cell_or_the_heading(cell, heading, mbps):
    assert speed_in(cell, "F", heading).figure == pytest.approx(mbps)


@pytest.mark.parametrize(
    ("cell", "percent", "told"),
    [(97, 97, 0), ("97,5%", 97.5, 0), (0.975, 97.5, 1), (1, 100, 1), ("0,5 %", 0.5, 0), (0, 0, 0)],
)
def test_shares_of_one_are_percentages(cell, percent, told):
    read = percent_in(cell, "G")
    assert (read.figure, len(read.found)) == (pytest.approx(percent), told)


def test_technologies_by_their_many_names():
    assert technology_in("LTE", "H") == (Technology.G4, ())
    newest, told = technology_in("4G/5G", "H")
    assert (newest, told[0].rule) == (Technology.G5, "on_air.technology_newest")
    assert technology_in("sóng mạnh", "H")[1][0].rule == "on_air.technology_unknown"


@pytest.mark.parametrize(
    ("cell", "amount"),
    [(12500000000, 12500000000), ("12.500.000.000", 12500000000), ("12 500 000 đ", 12500000),
     ("12,500,000 VNĐ", 12500000), ("7", 7), ("", None), ("12,5 tỷ", None), (12.5, None),
     ("12.50", None), ("1.2500.000", None)],
)  # fmt: skip
def test_money_is_whole(cell, amount):
    read, told = dong_in(cell, "D")
    assert read == amount
    assert bool(told) == (amount is None and cell != "")


@pytest.mark.parametrize(
    ("said", "number"),
    [("1", "1"), ("01", "1"), ("Lô 2", "2"), ("Lô 02 – Hương Sơn", "2"), ("lot 3", "3"),
     ("Phần 4", "4"), ("abc", "abc"), ("", "")],
)  # fmt: skip
def test_lots_by_number_or_words(said, number):
    assert lot_number(said) == number


def test_headings_in_two_rows_and_rows_that_are_none():
    lines = [
        "DOANH NGHIỆP VIỄN THÔNG;;;;;;",
        "STT;Mã vùng;Ngày phát sóng;Công nghệ;Kết quả đo kiểm;;Ghi chú",
        ";;;;RSRP (dBm);Tải xuống (kbps);",
        "(1);(2);(3);(4);(5);(6);(7)",
        "1;1f0e3c3e-0000-4000-8000-000000000001;05/03/2026;4G;-98,5;12.000;ok",
        "2;1f0e3c3e-0000-4000-8000-000000000002;;;;;chưa phát sóng",
        "Tổng cộng;;2;;;;",
        "Người lập biểu;;05/03/2026;;;;",
    ]
    (row,) = read_reports(files.read("\n".join(lines).encode(), "a.csv")).rows
    assert (row.wish.row, row.wish.on_air_on, row.wish.technology) == (5, DAY, Technology.G4)
    assert (row.wish.measured.level_dbm, row.wish.measured.down_mbps) == (-98.5, 12.0)


def test_a_lone_day_is_a_row_that_lacks_its_zone():
    day = "05/03/2026"
    (row,) = read_reports(files.read(a_list(("", "", "", day)), "a.xlsx")).rows
    assert (row.wish.zone_id, row.said_zone, row.wish.on_air_on) == (None, "", DAY)


def test_a_list_without_its_columns_is_refused():
    for content, read, rule in (
        (b"a;b;c\n1;2;3\n", read_reports, "on_air.no_columns"),
        (b"Lo;Gia\n1;2\n", read_awards, "award.no_columns"),
        ("Số gói thầu;Lô;Doanh nghiệp\n".encode(), read_awards, "award.no_rows"),
    ):
        with pytest.raises(InputRefused) as told:
            read(files.read(content, "a.csv"))
        assert told.value.findings[-1].rule == rule


# --- Where a site stands -----------------------------------------------------------------------

VILLAGE = Around("Bản", 18.3, 105.6, 3000.0)


def site(first, second=None, *texts, plainly=True):
    return site_of(SiteCells(first, second, None, texts, "X", plainly), VILLAGE, "42")


@pytest.mark.parametrize(
    ("first", "second"),
    [(18.305, 105.61), (105.61, 18.305), ("18,305", "105,61"), ("18.305, 105.61", None),
     ("18°18'18\"N", "105°36'36\"E")],
)  # fmt: skip
def test_degrees_however_they_are_written(first, second):
    point, _ = site(first, second)
    assert point == pytest.approx((18.305, 105.61), abs=1e-6)


def test_what_cannot_be_read_leaves_the_report_without_a_site():
    point, told = site("gần UBND xã 5", "")
    assert point is None
    assert [found.rule for found in told] == ["on_air.position_doubtful"]


def test_the_villages_own_position_is_no_site_unless_a_heading_says_so():
    assert site(18.3, 105.6, plainly=False) == (None, ())
    assert site(18.3, 105.6)[0] == (18.3, 105.6)
