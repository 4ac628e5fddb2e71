"""Distances to roads and power lines against every piece of every line, measured one by one."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage import distances
from coverage.distances import to_nearest
from tests.vincenty import inverse

GOLDEN = (5**0.5 - 1) / 2


def way_to_piece(point, start, end):
    """The shortest way to a straight piece, by ever smaller parts of it."""

    def way(at):
        return inverse(point, tuple(s + at * (e - s) for s, e in zip(start, end, strict=True)))[0]

    low, high = 0.0, 1.0
    for _ in range(60):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if way(left) < way(right):
            high = right
        else:
            low = left
    return min(way(low), way(0.0), way(1.0))


def oracle(point, lines):
    pieces = [
        (start, end)
        for line in lines
        for start, end in zip(line, line[1:] if len(line) > 1 else line, strict=False)
    ]
    return min(way_to_piece(point, start, end) for start, end in pieces)


def shapes_of(lines):
    """Lines of (latitude, longitude) as shapes."""
    turned = [[(lon, lat) for lat, lon in line] for line in lines]
    return np.array(
        [
            shapely.Point(*line[0]) if len(line) == 1 else shapely.LineString(line)
            for line in turned
        ],
        dtype=object,
    )


def measured(points, lines):
    latitudes, longitudes = np.array(points, dtype=float).T
    return to_nearest((latitudes, longitudes), shapes_of(lines))


@st.composite
def ground(draw):
    """Points and lines within some reach of one another, anywhere in the country's box."""
    south, west = draw(st.floats(8, 23)), draw(st.floats(102, 117))
    wide = draw(st.sampled_from([0.002, 0.05, 1.0]))
    place = st.tuples(st.floats(south, south + wide), st.floats(west, west + wide))
    points = draw(st.lists(place, min_size=1, max_size=3))
    lines = draw(st.lists(st.lists(place, min_size=1, max_size=3), min_size=1, max_size=4))
    return points, lines


@given(ground())
@settings(max_examples=60, deadline=None)
def test_the_nearest_piece_of_all_is_found_and_measured_on_the_spheroid(drawn):
    points, lines = drawn
    found = measured(points, lines)
    for point, distance in zip(points, found, strict=True):
        assert distance == pytest.approx(oracle(point, lines), abs=2e-3)


def test_a_farther_corner_does_not_hide_a_line_that_passes_by():
    passing = [(18.0, 104.0), (18.0, 106.0)]
    assert measured([(18.01, 105.0)], [passing, [(18.03, 105.0)]])[0] == pytest.approx(
        inverse((18.01, 105.0), (18.0, 105.0))[0], abs=0.01
    )


def test_the_nearer_one_is_found_where_the_map_draws_it_farther_away():
    """Mercator's map enlarges towards the north; the two differ by 200 m of 110 km."""
    northern, southern = (20.998, 105.0), (19.0, 105.0)
    assert measured([(20.0, 105.0)], [[southern], [northern]])[0] == pytest.approx(
        inverse((20.0, 105.0), northern)[0], abs=1e-3
    )


def test_a_point_on_a_line_is_at_no_distance():
    assert measured([(18.5, 105.5)], [[(18.0, 105.0), (19.0, 106.0)]])[0] == pytest.approx(0)


def test_a_country_of_lines_is_measured_part_by_part(monkeypatch):
    lines = [[(18.0 + step / 50, 105.0), (18.0 + step / 50, 105.01)] for step in range(11)]
    points = [(18.0 + step / 70, 105.02) for step in range(20)]
    whole = measured(points, lines)
    monkeypatch.setattr(distances, "_PIECES_AT_ONCE", 4)
    assert measured(points, lines) == pytest.approx(whole, abs=1e-6)


def test_of_no_shapes_there_is_no_nearest_one():
    assert np.isinf(to_nearest((np.array([18.0]), np.array([105.0])), np.array([], dtype=object)))


def test_no_points_have_no_distances():
    assert len(to_nearest((np.array([]), np.array([])), shapes_of([[(18.0, 105.0)]]))) == 0
