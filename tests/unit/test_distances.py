"""Near points found in a tree are those that a slow geodesic search finds."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from coverage.distances import close_pairs, count_close_pairs, metres, reached

GEOD = Geod(ellps="WGS84")
# A few kilometres around one place, with points that coincide and stand in line.
STEP = st.sampled_from([0.0, 1e-7, 0.001, 0.01]) | st.floats(-0.05, 0.05)
POINTS = st.lists(st.tuples(STEP, STEP), max_size=12)


def columns(points, latitude=16.0, longitude=108.0):
    return (
        np.array([latitude + north for north, _ in points]),
        np.array([longitude + east for _, east in points]),
    )


def slow(one, other):
    return GEOD.inv(one[1], one[0], other[1], other[0])[2]


@given(points=POINTS.filter(len), within_m=st.sampled_from([0.5, 30.0, 1200.0, 9000.0]))
def test_close_pairs_equal_a_slow_search_nearest_first(points, within_m):
    latitudes, longitudes = columns(points)
    every = list(zip(latitudes.tolist(), longitudes.tolist(), strict=True))
    expected = sorted(
        (slow(every[one], every[other]), one, other)
        for one, other in itertools.combinations(range(len(every)), 2)
        if slow(every[one], every[other]) <= within_m
    )
    first, second = close_pairs(latitudes, longitudes, within_m)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [
        pair[1:] for pair in expected
    ]
    assert count_close_pairs(latitudes, longitudes, within_m) >= len(expected)


@given(points=POINTS, sources=POINTS, reach_m=st.sampled_from([1.0, 500.0, 3000.0]))
def test_reached_equals_a_slow_search(points, sources, reach_m):
    here, there = columns(points), columns(sources)
    expected = [
        place
        for place, point in enumerate(zip(*here, strict=True))
        if any(slow(point, source) <= reach_m for source in zip(*there, strict=True))
    ]
    assert reached(here, there, reach_m).tolist() == expected


@pytest.mark.parametrize("azimuth", [0, 45, 90])
@pytest.mark.parametrize("within_m", [30.0, 3000.0, 500_000.0])
@pytest.mark.parametrize("by_m", [-0.01, 0.01])
def test_the_limit_is_kept_to_the_centimetre(azimuth, within_m, by_m):
    """Over 500 km the straight line is 130 m shorter than the way; the way counts."""
    longitude, latitude, _ = GEOD.fwd(108.0, 16.0, azimuth, within_m + by_m)
    here, there = columns([(0, 0)]), (np.array([latitude]), np.array([longitude]))
    assert reached(here, there, within_m).tolist() == ([0] if by_m < 0 else [])
    both = [np.concatenate(pair) for pair in zip(here, there, strict=True)]
    assert len(close_pairs(*both, within_m)[0]) == (by_m < 0)


def test_metres_are_on_the_spheroid_not_on_a_sphere():
    north = metres(*(np.array([value]) for value in (10.0, 106.0, 11.0, 106.0)))
    assert north[0] == pytest.approx(110_614.4, abs=20)  # 111,195 on a sphere of the mean radius


def test_no_points_reach_nothing():
    nothing = np.empty(0), np.empty(0)
    assert reached(nothing, columns([(0, 0)]), 10).tolist() == []
    assert reached(columns([(0, 0)]), nothing, 10).tolist() == []
