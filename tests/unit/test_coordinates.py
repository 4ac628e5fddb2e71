"""What cells may mean: every spelling of one village, and what must not be read as a point."""

# The look-alike signs are what offices type.
# ruff: noqa: RUF001

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from coverage.coordinates import Cell, Order, Premises, Reading, crs_of_epsg, from_parts, readings
from coverage.findings import Finding, Severity
from tests.boxes import metres_between

# The village of the voter's answer in Tuyên Quang that writes 105,34808/22,62924.
VILLAGE = (22.62924, 105.34808)

PLAIN = [
    # As numbers and as text
    (22.62924, 105.34808),
    ("22.62924", "105.34808"),
    (" 22.62924 ", "\u00a0105.34808"),
    ("22.62924°", "105.34808°"),
    ("22.62924 N", "105.34808 E"),
    ("２２．６２９２４", "１０５．３４８０８"),
    ("22. 62924", "105. 34808"),
    # Signs of every kind; 22°37′45.3″ is 22.62925
    ("22°37'45.3\"", "105°20'53.1\""),
    ("22º37’45.3’’N", "105º20’53.1’’E"),
    ("22⁰37′45.3″B", "105⁰20′53.1″Đ"),
    ("22˚ 37´ 45.3”", "105˚ 20´ 53.1”"),
    ("22o37'45.3''", "105o20'53.1''"),
    ("22?37'45.3\"", "105?20'53.1\""),
    ("22 37 45.3", "105 20 53.1"),
    ("22.37.45.3", "105.20.53.1"),
    ("22-37-45.3", "105-20-53.1"),
    ("22:37:45.3", "105:20:53.1"),
    ("22d37m45.3s", "105d20m53.1s"),
    ("22 độ 37 phút 45.3 giây", "105 độ 20 phút 53.1 giây"),
    ("22độ37phút45.3giây Bắc", "105độ20phút53.1giây Đông"),
    ("22°37.755'", "105°20.885'"),
    ("22 37.755", "105 20.885"),
    # A pair in one cell
    ("22.62924, 105.34808", None),
    ("22.62924,105.34808", None),
    ("22.62924;105.34808", ""),
    ("(22.62924 / 105.34808)", None),
    ("22.62924 - 105.34808", None),
    ("22.62924 – 105.34808", None),
    ("22.62924-105.34808", None),
    ("22.62924|105.34808", None),
    ("22.62924\n105.34808", None),
    ("22.62924\t105.34808", None),
    ("22.62924 105.34808", None),
    ("22.62924 và 105.34808", None),
    ("Tọa độ GPS: 22.62924, 105.34808 (WGS84)", None),
    ("Vĩ độ: 22.62924 - Kinh độ: 105.34808", None),
    ("Nhà văn hóa thôn: 22.62924, 105.34808 (đo bằng điện thoại)", None),
    ("Vĩ độ 22.62924; kinh độ 105.34808", None),
    ("Lat 22.62924 Long 105.34808", None),
    ("B: 22°37'45.3\" Đ: 105°20'53.1\"", None),
    ("N22°37'45.3\" E105°20'53.1\"", None),
    ("22°37'45.3\"N 105°20'53.1\"E", None),
    ("22°37'45.3\"B, 105°20'53.1\"Đ", None),
    ("22 37 45.3 105 20 53.1", None),
    ("22 37.755 105 20.885", None),
    ("22.62924, 105.34808", "22.62924, 105.34808"),
]


@pytest.mark.parametrize(("first", "second"), PLAIN)
def test_one_village_in_every_spelling_needs_no_repair(first: Cell, second: Cell) -> None:
    reading = only(readings(first, second))
    assert metres_between((reading.latitude, reading.longitude), VILLAGE) < 3
    assert reading.findings == ()
    assert not reading.needs_place


REPAIRED = [
    ("22,62924", "105,34808", ["decimal_comma"]),
    ("22,62924, 105,34808", None, ["decimal_comma"]),
    ("22,62924,105,34808", None, ["decimal_comma"]),
    ("22,62924; 105,34808", None, ["decimal_comma"]),
    ("105,34808/22,62924", None, ["decimal_comma"]),
    ("22,62924 B", "105,34808 Đ", ["decimal_comma"]),
    ("22°37'45,3\"", "105°20'53,1\"", ["decimal_comma"]),
    ("22037'45.3\"", "105020'53.1\"", ["dms_zero"]),
    ("220 37' 45.3\"", "1050 20' 53.1\"", ["dms_zero"]),
    ("22037’45.3’’", "105020’53.1’’", ["dms_zero"]),
    ("https://www.google.com/maps/@22.62924,105.34808,17z", None, ["link_view"]),
    ("https://maps.google.com/?q=22.62924,105.34808", None, ["link"]),
    ("https://www.google.com/maps?q=22.62924%2C105.34808&z=17", None, ["link"]),
    ("Điểm: https://maps.google.com/maps?ll=22.62924,105.34808", "", ["link"]),
    ("https://www.google.com/maps/search/22.62924,+105.34808", None, ["link"]),
    (
        "https://www.google.com/maps/place/B%E1%BA%A3n/@22.7,105.4,17z/data=!3m1!3d22.62924!4d105.34808",
        None,
        ["link"],
    ),
    (
        "https://www.google.com/maps/place/22%C2%B037'45.3%22N+105%C2%B020'53.1%22E/@22.7,105.4",
        None,
        ["link"],
    ),
    ("https://www.openstreetmap.org/#map=17/22.62924/105.34808", None, ["link_view"]),
    (
        "https://www.openstreetmap.org/?mlat=22.62924&mlon=105.34808#map=9/21/105",
        None,
        ["link"],
    ),
    ("geo:22.62924,105.34808?z=17", None, ["link"]),
]


@pytest.mark.parametrize(("first", "second", "repairs"), REPAIRED)
def test_a_certain_repair_is_told(first: Cell, second: Cell, repairs: list[str]) -> None:
    reading = only(readings(first, second))
    assert metres_between((reading.latitude, reading.longitude), VILLAGE) < 3
    assert rules(reading.findings) == repairs
    assert not reading.needs_place


UNCONFIRMED = [
    (2262924.0, 10534808.0, "mangled"),
    (2262924, 105.34808, "mangled"),
    ("2262924", "10534808", "mangled"),
    ("2.262.924", "10.534.808", "mangled"),
    ("223745.3", "1052053.1", "packed"),
    ("22374530", "105205310", "packed"),
    ("2237.755", "10520.885", "packed"),
    (-22.62924, 105.34808, "sign"),
    ("22.62924 S", "105.34808 W", "sign"),
    ("22.62924, -105.34808", None, "sign"),
]


@pytest.mark.parametrize(("first", "second", "repair"), UNCONFIRMED)
def test_lost_marks_are_only_believed_in_their_place(
    first: Cell, second: Cell, repair: str
) -> None:
    found = readings(first, second)
    assert not isinstance(found, Finding)
    degrees = [reading for reading in found if reading.crs == "EPSG:4326"]
    near = [
        reading
        for reading in degrees
        if metres_between((reading.latitude, reading.longitude), VILLAGE) < 3
    ]
    assert [rules(reading.findings) for reading in near] == [[repair]]
    assert all(reading.needs_place for reading in degrees)


def test_two_halves_are_not_repaired_in_two_ways() -> None:
    found = readings("22374530", "105205310")
    assert not isinstance(found, Finding)
    degrees = [reading for reading in found if reading.crs == "EPSG:4326"]
    assert sorted(rules(reading.findings) for reading in degrees) == [["mangled"], ["packed"]]


def test_excel_times_come_back_as_degrees() -> None:
    as_time = readings(time(22, 37, 45), timedelta(hours=105, minutes=20, seconds=53))
    as_day = readings(
        datetime(1899, 12, 31, 22, 37, 45),  # noqa: DTZ001
        datetime(1900, 1, 4, 9, 20, 53),  # noqa: DTZ001
    )
    for found in (as_time, as_day):
        reading = only(found)
        assert metres_between((reading.latitude, reading.longitude), VILLAGE) < 10
        assert rules(reading.findings) == ["time"]


REFUSED = [
    (None, None, "missing"),
    ("", "  ", "missing"),
    ("chưa đo", None, "missing"),
    ("-", "…", "missing"),
    (0, 0.0, "missing"),
    ("0", "0,0", "missing"),
    (float("nan"), None, "missing"),
    (22.62924, None, "half"),
    ("22.62924", "", "half"),
    (datetime(2024, 10, 12, tzinfo=UTC), 105.34808, "date"),
    (date(2022, 6, 29), "105.34808", "date"),
    ("7PG8+WR Hà Nội", None, "plus_code"),
    ("https://maps.app.goo.gl/AbCdEf123", None, "short_link"),
    ("2.26E+06", "1.05E+07", "rounded"),
    ("22.6292, 105.3481; 22.7011, 105.4022", None, "several"),
    (48.858370, 2.294481, "outside_country"),
    ("25.62924", "105.34808", "outside_country"),
    (True, False, "unreadable"),
    (float("inf"), 105.3, "unreadable"),
    (930681.96, -154000.0, "unreadable"),  # a negative easting is no slip of a sign
    (10**400, 105.3, "unreadable"),
    ("22°61'45\"", "105°20'53\"", "unreadable"),
    ("thôn 5, xã 7", None, "unreadable"),
    ("22.62924", "đo lại 12/3", "unreadable"),
    ("9" * 5000, "1", "unreadable"),
    ("22.62924 22.7 22.8 " * 500, None, "unreadable"),
    ("22.6292, 105.3481", "22.7011, 105.4022", "contradictory"),
]


@pytest.mark.parametrize(("first", "second", "rule"), REFUSED)
def test_what_cannot_be_read_says_why(first: Cell, second: Cell, rule: str) -> None:
    found = readings(first, second)
    assert isinstance(found, Finding)
    assert found.rule == f"coordinate.{rule}"
    assert found.severity is Severity.ERROR
    assert "{" not in found.message()


def test_three_decimals_are_no_thousands() -> None:
    # Their digits alone could be 10°53′48″, or 10.6348 and 106.29 exchanged.
    for cells in (("10.629", "106.348"), ("22.629", "105.348"), ("22,629/105,348", None)):
        assert not only(readings(*cells)).needs_place


def test_groups_of_three_digits_are_no_minutes() -> None:
    found = readings("10.034.008", "106.034.008")
    assert not isinstance(found, Finding)
    assert all(reading.needs_place for reading in found)
    assert (found[0].latitude, found[0].longitude) == (10.034008, 106.034008)


def test_the_pin_of_a_link_wins_over_its_view() -> None:
    link = "https://www.google.com/maps/place/X/@21.0,104.0,9z/data=!3d22.62924!4d105.34808"
    assert round(only(readings(link, None)).latitude, 5) == VILLAGE[0]


def test_magnitude_decides_the_order_and_the_heading_is_compared() -> None:
    for first, second in ((105.34808, 22.62924), ("105.34808", "22.62924")):
        silent = only(readings(first, second))
        assert (silent.latitude, silent.longitude) == VILLAGE
        assert silent.order is Order.EAST_FIRST
        assert silent.findings == ()
        told = only(readings(first, second, Premises(expected_order=Order.NORTH_FIRST)))
        assert rules(told.findings) == ["swapped"]
        assert told.findings[0].severity is Severity.INFO
        agreed = only(readings(first, second, Premises(expected_order=Order.EAST_FIRST)))
        assert agreed.findings == ()


def test_a_map_link_is_never_swapped() -> None:
    premises = Premises(expected_order=Order.EAST_FIRST)
    reading = only(readings("https://maps.google.com/?q=22.62924,105.34808", None, premises))
    assert rules(reading.findings) == ["link"]


COARSE = [
    (22.6292, 105.3481, None),
    (22.629, 105.348, Severity.WARNING),
    (22.62, 105.34, Severity.WARNING),
    (22.6, 105.3, Severity.ERROR),
    ("22", "105", Severity.ERROR),
    (22.6, 105.34808, None),  # a workbook drops closing zeros
    (22, 105.34808, None),
    ("22.6", "105.34808", Severity.ERROR),  # text does not
    ("22.6000", "105.3000", None),
    ("22°37'45\"", "105°20'53\"", None),
    ("22°37'", "105°20'", Severity.WARNING),
    ("22°37.7'", "105°20.8'", Severity.WARNING),
]


@pytest.mark.parametrize(("first", "second", "severity"), COARSE)
def test_too_few_digits(first: Cell, second: Cell, severity: Severity | None) -> None:
    reading = only(readings(first, second))
    told = [told for told in reading.findings if told.rule == "coordinate.few_decimals"]
    assert [found.severity for found in told] == ([] if severity is None else [severity])


def test_decimals_are_counted() -> None:
    assert only(readings(22.62924, 105.348)).decimals == 5
    assert only(readings("22.62924", "105,348080")).decimals == 5
    assert only(readings("22 37 45.3", "105 20 53.1")).decimals is None


def test_degrees_below_a_vn2000_heading_are_shifted_and_told() -> None:
    shifted = only(readings(22.62924, 105.34808, Premises(stated=crs_of_epsg(4756))))
    assert 220 < metres_between((shifted.latitude, shifted.longitude), VILLAGE) < 230
    assert shifted.crs == "EPSG:4756"
    below_grid = only(readings(22.62924, 105.34808, Premises(stated=crs_of_epsg(9209))))
    assert (below_grid.latitude, below_grid.longitude) == VILLAGE
    assert rules(below_grid.findings) == ["datum_assumed"]


def test_metres_in_every_typing_are_the_same_point() -> None:
    premises = Premises(stated=crs_of_epsg(9208))
    cells: list[tuple[Cell, Cell]] = [
        (2069869.18, 603311.08),
        (603311.08, 2069869.18),
        ("2069869.18", "603311.08"),
        ("2069869,18", "603311,08"),
        ("2.069.869,18", "603.311,08"),
        ("2,069,869.18", "603,311.08"),
        ("2 069 869.18", "603 311.08"),
        ("2069869.18 m", "603311.08m"),
        ("X=2069869.18 Y=603311.08", None),
        ("X: 2069869,18; Y: 603311,08", None),
        ("2.069.869,18 / 603.311,08", None),
    ]
    for first, second in cells:
        reading = only(readings(first, second, premises, widely=False))
        assert metres_between((reading.latitude, reading.longitude), (18.711035, 105.731448)) < 3


def test_a_cell_may_state_its_own_grid() -> None:
    found = readings("VN2000: X=2069869.18, Y=603311.08 (KTT 104°45')", None, widely=False)
    assert only(found).crs == "EPSG:9208"


@pytest.mark.parametrize(
    ("parts", "degrees"),
    [
        ((22, 37, 45.3), 22.629250),
        (("22°", "37'", '45,3"'), 22.629250),
        ((22.0, 37.755, None), 22.629250),
        ((22.62925, None, ""), 22.62925),
        ((22, None, None), 22.0),
        ((22, 61, 0), None),
        ((22, -1, 0), None),
        ((22.5, 37, 0), None),
        ((None, 37, 45), None),
        (("hai hai", 37, 45), None),
        ((True, 37, 45), None),
        ((10**400, 1, 1), None),
    ],
)
def test_columns_of_degrees_minutes_seconds(
    parts: tuple[Cell, Cell, Cell], degrees: float | None
) -> None:
    assert from_parts(*parts) == (None if degrees is None else pytest.approx(degrees))


def only(found: tuple[Reading, ...] | Finding) -> Reading:
    assert not isinstance(found, Finding), found
    assert len(found) == 1
    return found[0]


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return [found.rule.removeprefix("coordinate.") for found in findings]
