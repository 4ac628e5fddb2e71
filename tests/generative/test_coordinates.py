"""Any cell is answered, and no spelling of a point ends anywhere but on it or in a refusal."""

from __future__ import annotations

import os
from collections.abc import Callable
from math import floor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coverage.coordinates import (
    GRIDS,
    PROVINCIAL,
    Cell,
    Choice,
    Declared,
    Premises,
    Reading,
    crs_of_epsg,
    from_parts,
    grids_of_province,
    read_column,
    readings,
    resolve,
    stated_crs,
    to_vn2000,
    usual_order,
)
from coverage.findings import Finding, Severity
from tests.boxes import Box, box_around, metres_between

EXAMPLES = int(os.environ.get("GENERATIVE_EXAMPLES", "150"))
some = settings(max_examples=EXAMPLES, deadline=None)

SIGNS = "0123456789.,;:/|-+ °º⁰’'\"″\n\tNBEĐSTWnbeđXYvĩkinhđộphútgiâydo%=@!#"
CELLS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=SIGNS, max_size=60),
    st.from_regex(
        r"-?[0-9]{1,3}[.,°0 ]{1,2}[0-9]{1,2}[.,'’ ]{1,2}[0-9]{0,4}[\"NBEĐ]?", fullmatch=True
    ),
    st.floats(),
    st.integers(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.booleans(),
    st.none(),
)
CODES = st.sampled_from([None, *PROVINCIAL])
GRID_CODES = st.sampled_from([None, 4326, 4756, *GRIDS])


@st.composite
def premises(draw: st.DrawFn) -> Premises:
    code, epsg = draw(CODES), draw(GRID_CODES)
    return Premises(
        stated=None if epsg is None else crs_of_epsg(epsg),
        grids=None if code is None else grids_of_province(code),
    )


@some
@given(CELLS, CELLS, premises())
@example("9" * 20_000, "°" * 20_000, Premises())
@example("1 " * 10_000, "http://" + "22.6," * 5_000, Premises())
@example(10**5_000, -(10**5_000), Premises())
@example("\ud800 22", "105\x00", Premises())
def test_any_cells_are_answered(first: Cell, second: Cell, given_: Premises) -> None:
    declared = Declared(box_around("Xã", 16.0, 107.0), Box("Tỉnh", 15.0, 106.0, 17.0, 108.0))
    choice = resolve(first, second, given_, declared)
    for told in choice.findings:
        assert told.message()
        assert told.fix()
    if choice.reading is None:
        assert [told.severity for told in choice.findings] == [Severity.ERROR]
    else:
        assert given_.extent.holds(choice.reading.latitude, choice.reading.longitude)


@some
@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), premises())
def test_any_columns_are_answered(rows: list[tuple[Cell, Cell]], given_: Premises) -> None:
    firsts, seconds = [row[0] for row in rows], [row[1] for row in rows]
    usual_order(firsts, seconds, given_)
    column = read_column(firsts, seconds, given_)
    for row, (first, second) in enumerate(rows):
        if column.done[row]:
            found = readings(first, second, given_)
            assert not isinstance(found, Finding)
            assert any(
                metres_between(
                    (reading.latitude, reading.longitude),
                    (float(column.latitude[row]), float(column.longitude[row])),
                )
                < 0.01
                for reading in found
            )


@some
@given(st.lists(st.text(max_size=80), max_size=4))
@example(["kinh tuyến trục " * 2_000])
@example(["kinh tuyến trục 105" + " 0" * 5_000])
def test_any_heading_is_answered(headings: list[str]) -> None:
    stated = stated_crs(headings)
    assert stated is None or stated.label is not None


@some
@given(CELLS, CELLS, CELLS)
def test_any_parts_are_answered(degrees: Cell, minutes: Cell, seconds: Cell) -> None:
    found = from_parts(degrees, minutes, seconds)
    assert found is None or 0 <= found <= 182


REACH_DEGREES = 3.4
"""Farther from its meridian an easting falls below 100 km, which no office's file holds."""

Point = tuple[float, float]
Spelling = Callable[[float], str]


def sexagesimal(pattern: str) -> Spelling:
    """Spell degrees as ``pattern`` over d, m and s, with seconds to a hundredth (0.3 m)."""

    def spell(degrees: float) -> str:
        hundredths = round(degrees * 360_000)
        minutes, rest = divmod(hundredths, 6_000)
        return pattern.format(d=minutes // 60, m=minutes % 60, s=rest / 100)

    return spell


def decimal_minutes(degrees: float) -> str:
    ten_thousandths = round(degrees * 600_000)
    whole, rest = divmod(ten_thousandths, 600_000)
    return f"{whole}°{rest / 10_000:.4f}'"


CERTAIN: dict[str, Spelling] = {
    "decimal": lambda degrees: f"{degrees:.6f}",
    "comma": lambda degrees: f"{degrees:.6f}".replace(".", ","),
    "signs": sexagesimal("{d}°{m:02d}'{s:05.2f}\""),
    "look-alikes": sexagesimal("{d}º{m}’{s:.2f}’’"),
    "zero": sexagesimal("{d}0{m:02d}'{s:05.2f}\""),
    "zero apart": sexagesimal("{d}0 {m}' {s:.2f}\""),
    "blanks": sexagesimal("{d} {m} {s:.2f}"),
    "dots": sexagesimal("{d}.{m:02d}.{s:05.2f}"),
    "dashes": sexagesimal("{d}-{m:02d}-{s:05.2f}"),
    "colons": sexagesimal("{d}:{m:02d}:{s:05.2f}"),
    "words": sexagesimal("{d} độ {m} phút {s:.2f} giây"),
    "letters": sexagesimal("{d}d{m}m{s:.2f}s"),
    "minutes": decimal_minutes,
}
LOST: dict[str, Spelling] = {
    "mangled": lambda degrees: f"{degrees:.6f}".replace(".", ""),
    "mangled, five": lambda degrees: f"{degrees:.5f}".rstrip("0").replace(".", ""),
    "grouped": lambda degrees: f"{floor(degrees * 1e6):,}".replace(",", "."),
    "packed": sexagesimal("{d}{m:02d}{s:05.2f}"),
    "nautical": lambda degrees: f"{floor(degrees)}{degrees % 1 * 60:08.5f}",
}
JOINS = {
    "two cells": None,
    "comma": ", ",
    "semicolon": "; ",
    "slash": "/",
    "line": "\n",
    "tab": "\t",
    "dash": " - ",
    "bar": " | ",
}


@st.composite
def points(draw: st.DrawFn) -> Point:
    """A point of the mainland or the near islands, to the millionth of a degree."""
    latitude = draw(st.integers(8_400_000, 23_300_000)) / 1e6
    longitude = draw(st.integers(102_200_000, 109_400_000)) / 1e6
    return latitude, longitude


@pytest.mark.parametrize("name", CERTAIN)
@some
@given(point=points(), join=st.sampled_from(sorted(JOINS)), swap=st.booleans())
def test_every_spelling_comes_back(name: str, point: Point, join: str, swap: bool) -> None:
    halves = [CERTAIN[name](degrees) for degrees in point]
    if swap:
        halves.reverse()
    separator = JOINS[join]
    cells = (halves[0], halves[1]) if separator is None else (separator.join(halves), None)
    choice = resolve(*cells)
    assert choice.reading is not None, choice.findings
    assert off_by(choice, point) < 1


@pytest.mark.parametrize("name", LOST)
@some
@given(point=points(), reach_m=st.integers(1_000, 15_000), swap=st.booleans())
def test_lost_marks_come_back_or_are_refused(
    name: str, point: Point, reach_m: int, swap: bool
) -> None:
    cells = [LOST[name](degrees) for degrees in point]
    if swap:
        cells.reverse()
    choice = resolve(cells[0], cells[1], None, Declared(box_around("Xã", *point, reach_m)))
    assert_here_or_refused(choice, point)
    assert choice.reading is None or choice.findings


@some
@given(point=points(), code=CODES, data=st.data(), swap=st.booleans())
def test_metres_without_a_heading_come_back_or_are_refused(
    point: Point, code: str | None, data: st.DataObject, swap: bool
) -> None:
    """Only 105° and UTM 48N cannot be told by one row; both lie within 800 m and are told."""
    epsg = data.draw(st.sampled_from([one for one in GRIDS if GRIDS[one].vn2000]))
    grids = None if code is None else grids_of_province(code)
    choice = resolve(
        *metres(epsg, point, swap=swap),
        Premises(grids=grids),
        Declared(box_around("Xã", *point), box_around("Tỉnh", *point, reach_m=60_000)),
    )
    beside = GRIDS[epsg].meridian == 105.0
    assert_here_or_refused(choice, point, within_m=1_100 if beside else 1)
    assert choice.findings


@some
@given(point=points(), data=st.data(), swap=st.booleans())
def test_metres_below_a_heading_come_back(point: Point, data: st.DataObject, swap: bool) -> None:
    near = [one for one in GRIDS if abs(GRIDS[one].meridian - point[1]) < REACH_DEGREES]
    epsg = data.draw(st.sampled_from(near))
    choice = resolve(
        *metres(epsg, point, swap=swap),
        Premises(stated=crs_of_epsg(epsg)),
        Declared(box_around("Xã", *point)),
    )
    assert choice.reading is not None
    assert off_by(choice, point) < 1
    assert choice.findings == ()


def metres(epsg: int, point: Point, *, swap: bool) -> tuple[float, float]:
    easting, northing = to_vn2000(epsg, point[1], point[0])
    cells = (round(float(northing), 2), round(float(easting), 2))
    return cells[::-1] if swap else cells


def assert_here_or_refused(choice: Choice, point: Point, within_m: float = 1) -> None:
    """The point itself, another that some exact chance allows, or an error; never elsewhere."""
    if choice.reading is None:
        assert [told.severity for told in choice.findings] == [Severity.ERROR]
        return
    assert off_by(choice, point) < within_m, choice


def off_by(choice: Choice, point: Point) -> float:
    reading: Reading | None = choice.reading
    assert reading is not None
    return metres_between((reading.latitude, reading.longitude), point)
