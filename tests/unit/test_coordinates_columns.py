"""Whole columns: the fast path must say what the slow one says, and files prove their habits."""

from __future__ import annotations

import random

import numpy as np
import pytest

from coverage.coordinates import (
    Cell,
    Declared,
    Order,
    Premises,
    Reading,
    crs_of_epsg,
    grids_in_use,
    grids_of_province,
    read_column,
    readings,
    resolve,
    stated_crs,
    to_vn2000,
    usual_order,
)
from coverage.findings import Finding
from tests.boxes import Box, box_around


def test_clean_rows_are_read_and_all_others_left() -> None:
    firsts: list[Cell] = [
        22.62924,
        "22.62924",
        " 22,62924 ",
        105.34808,  # the other order
        22.629,  # too few decimals
        2262924.0,
        "22°37'45\"",
        None,
        "",
        float("nan"),
        float("inf"),
        True,
        48.85837,  # outside the country
    ]
    seconds: list[Cell] = [
        105.34808,
        "105.34808",
        "105,34808",
        22.62924,
        105.348,
        10534808.0,
        "105°20'53\"",
        None,
        "",
        105.34808,
        105.34808,
        105.34808,
        2.29448,
    ]
    column = read_column(firsts, seconds)
    assert column.done.tolist() == [True, True, True, *[False] * 10]
    assert column.latitude[:3].tolist() == [22.62924] * 3
    assert column.longitude[:3].tolist() == [105.34808] * 3
    assert np.isnan(column.latitude[3:]).all()
    assert column.crs == "EPSG:4326"
    assert [told.rule for told in column.findings(2)] == ["coordinate.decimal_comma"]
    assert column.findings(0) == ()


def test_east_first_columns() -> None:
    column = read_column([105.34808], [22.62924], Premises(expected_order=Order.EAST_FIRST))
    assert column.done.tolist() == [True]
    assert (column.latitude[0], column.longitude[0]) == (22.62924, 105.34808)


def test_metre_columns_on_the_stated_grid() -> None:
    premises = Premises(stated=crs_of_epsg(9208))
    column = read_column([2069869.18, "2069869,18", 603311.08], [603311.08] * 3, premises)
    assert column.done.tolist() == [True, True, False]
    assert column.crs == "EPSG:9208"
    reading = resolve(2069869.18, 603311.08, premises).reading
    assert reading is not None
    assert column.latitude[0] == pytest.approx(reading.latitude, abs=1e-9)
    assert column.longitude[1] == pytest.approx(reading.longitude, abs=1e-9)


def test_columns_whose_system_is_open_are_left() -> None:
    column = read_column([22.62924], [105.34808], Premises(stated=stated_crs(["VN2000"])))
    assert not column.done.any()


def test_columns_of_different_length_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="length"):
        read_column([1.0], [])


def test_the_fast_path_agrees_with_the_slow_one() -> None:
    draw = random.Random(7)
    rows = [
        (round(draw.uniform(6, 25), draw.randint(1, 8)), round(draw.uniform(100, 119), 6))
        for _ in range(500)
    ]
    texts = [(str(first), str(second).replace(".", draw.choice(".,"))) for first, second in rows]
    for cells in (rows, texts):
        column = read_column([row[0] for row in cells], [row[1] for row in cells])
        assert column.done.sum() > 150
        for row, (first, second) in enumerate(cells):
            if not column.done[row]:
                continue
            choice = resolve(first, second)
            assert choice.reading is not None
            assert choice.reading.latitude == column.latitude[row]
            assert choice.reading.longitude == column.longitude[row]
            assert choice.findings == column.findings(row)


def test_the_usual_order_is_what_most_rows_do() -> None:
    pairs: list[Cell] = ["105,34808/22,62924"] * 5 + ["22,62924/105,34808", "chưa đo", None]
    assert usual_order(pairs, None) is Order.EAST_FIRST
    assert usual_order([22.6, 105.3], [105.3, 22.6]) is None
    assert usual_order([], []) is None
    metres = usual_order([2069869.18] * 3, [603311.08] * 3, Premises(stated=crs_of_epsg(9208)))
    assert metres is Order.NORTH_FIRST


def test_a_file_proves_its_grid_and_chance_does_not() -> None:
    draw = random.Random(1)
    rows = [a_row(draw, 9211) for _ in range(30)] + [a_row(draw, 9215)]
    assert grids_in_use(rows) == {"EPSG:9211"}


def test_a_merged_province_may_use_two_grids() -> None:
    draw = random.Random(2)
    rows = [a_row(draw, 9211) for _ in range(30)] + [a_row(draw, 9209) for _ in range(10)]
    assert grids_in_use(rows) == {"EPSG:9211", "EPSG:9209"}


def test_many_rows_tell_utm_from_the_grid_beside_it() -> None:
    # Points near the north or south side of their communes tell 700 m apart.
    draw = random.Random(3)
    assert grids_in_use([a_row(draw, 3405, reach_m=3_000) for _ in range(60)]) == {"EPSG:3405"}
    assert grids_in_use([a_row(draw, 5897, reach_m=3_000) for _ in range(60)]) == {"EPSG:5897"}


def test_degrees_prove_no_grid() -> None:
    found = readings(22.62924, 105.34808)
    assert not isinstance(found, Finding)
    assert grids_in_use([(found, box_around("Xã", 22.62924, 105.34808))] * 9) == frozenset()


def test_what_the_file_proves_decides_the_row() -> None:
    draw = random.Random(4)
    rows = [a_row(draw, 3405, reach_m=3_000) for _ in range(60)]
    premises = Premises(grids=grids_of_province("08"), grids_in_use=grids_in_use(rows))
    candidates, commune = rows[0]
    northing, easting = 2_503_000.0, 535_000.0
    choice = resolve(northing, easting, premises, Declared(box_around("Xã", 22.63, 105.34)))
    assert choice.reading is not None
    assert choice.reading.crs == "EPSG:3405"
    assert candidates
    assert commune is not None


def a_row(
    draw: random.Random, epsg: int, reach_m: float = 5_000.0
) -> tuple[tuple[Reading, ...], Box]:
    """The readings of a point of Tuyên Quang on a grid, and a commune that holds the point."""
    latitude, longitude = draw.uniform(21.9, 23.1), draw.uniform(104.9, 105.5)
    reach = 0.95 * reach_m / 111_195
    commune = box_around(
        "Xã",
        latitude + draw.uniform(-reach, reach),
        longitude + draw.uniform(-reach, reach),
        reach_m,
    )
    easting, northing = to_vn2000(epsg, longitude, latitude)
    premises = Premises(grids=grids_of_province("08"))
    found = readings(round(float(northing), 2), round(float(easting), 2), premises)
    assert not isinstance(found, Finding)
    return found, commune
