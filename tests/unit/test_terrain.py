"""Line of sight: closed forms, and a brute force of its own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.terrain import EARTH_RADIUS_M, Paths, Sights, look


def flat(length_m: float, spacing_m: float = 30.0) -> Paths:
    count = max(math.ceil(length_m / spacing_m), 1) + 1
    three = np.zeros((1, 3))
    return Paths(three, three, np.array([length_m]), np.array([count]))


def seen(
    ground: list[float] | np.ndarray, length_m: float, antenna: float, receiver: float
) -> Sights:
    heights = np.asarray(ground, dtype=np.float64)
    taken = flat(length_m)
    taken = Paths(taken.longitudes, taken.latitudes, taken.lengths_m, np.array([len(heights)]))
    return look(heights, taken, np.array([antenna]), receiver)


@pytest.mark.parametrize("mast", [10.0, 40.0, 100.0])
def test_the_horizon_of_a_flat_earth_is_where_the_formula_puts_it(mast: float) -> None:
    effective = 4 / 3 * EARTH_RADIUS_M
    horizon = math.sqrt(2 * effective * mast) + math.sqrt(2 * effective * 1.5)
    for factor, expected in ((0.999, True), (1.001, False)):
        taken = flat(horizon * factor, 10)
        found = look(np.zeros(int(taken.counts[0])), taken, np.array([mast]), 1.5)
        assert found.answers() == [expected]


def test_a_hill_hides_the_mast_by_as_much_as_similar_triangles_say() -> None:
    # 2 km, the mast's top and the receiver both at 40 m, a hill of 60 m in the middle.
    ground = np.zeros(101)
    ground[50] = 60
    found = seen(ground, 2000, 40, 40)
    bulge = 1000 * 1000 / (2 * 4 / 3 * EARTH_RADIUS_M)
    assert found.answers() == [False]
    assert found.clearance_m[0] == pytest.approx(40 - 60 - bulge)
    assert found.worst_at_m[0] == pytest.approx(1000)


def test_the_ray_rises_towards_the_mast() -> None:
    ground = np.zeros(101)
    ground[75] = 30  # the ray from 0 to 40 m is at 30 m there: the Earth's bulge decides
    found = seen(ground, 2000, 40, 0.0)
    assert found.answers() == [False]
    assert found.clearance_m[0] == pytest.approx(-1500 * 500 / (2 * 4 / 3 * EARTH_RADIUS_M))


@pytest.mark.parametrize(
    ("ground", "expected"),
    [
        ([0, 0, math.nan, 0, 0], None),  # a gap may hide anything
        ([math.nan, 0, 0, 0, 0], None),
        ([0, 0, 0, 0, math.nan], None),
        ([0, 99, math.nan, 0, 0], False),  # what is known stands in the way already
        ([math.nan, 99, 0, 0, 0], None),  # not known how high the village lies
        ([0, 0, 0, 0, 0], True),
        ([5, 7], True),  # nothing between
    ],
)
def test_unknown_ground_is_never_level_ground(ground: list[float], expected: bool | None) -> None:
    assert seen(ground, 120, 40, 1.5).answers() == [expected]


def test_no_lines_have_no_sights() -> None:
    nothing = np.empty((0, 3))
    empty = Paths(nothing, nothing, np.empty(0), np.empty(0, dtype=np.intp))
    assert look(np.empty(0), empty, np.empty(0), 1.5).answers() == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.floats(0, 300) | st.just(math.nan), min_size=2, max_size=12),
            st.floats(10, 30_000), st.floats(1, 100),
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_many_lines_at_once_are_as_each_by_itself(
    lines: list[tuple[list[float], float, float]],
) -> None:
    counts = np.array([len(ground) for ground, _, _ in lines])
    three = np.zeros((len(lines), 3))
    taken = Paths(three, three, np.array([length for _, length, _ in lines]), counts)
    every = np.array([height for ground, _, _ in lines for height in ground])
    found = look(every, taken, np.array([mast for _, _, mast in lines]), 1.5)
    assert found.answers() == [_by_hand(*line) for line in lines]


def _by_hand(ground: list[float], length_m: float, mast: float) -> bool | None:
    """One point after the other, by the definition."""
    if math.isnan(ground[0]) or math.isnan(ground[-1]):
        return None
    low, high = ground[0] + 1.5, ground[-1] + mast
    unknown = False
    for number in range(1, len(ground) - 1):
        at = length_m * number / (len(ground) - 1)
        ray = low + (high - low) * at / length_m
        rise = at * (length_m - at) / (2 * (4 / 3) * 6_371_000)
        if math.isnan(ground[number]):
            unknown = True
        elif ray - ground[number] - rise < 0:
            return False
    return None if unknown else True
