"""The same village twice: by name and true distance, whatever grid lies between."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from coverage.duplicates import (
    KnownVillages,
    Nearby,
    Village,
    are_alike,
    distance_m,
    repetitions,
    village_key,
)

GEOD = Geod(ellps="WGS84")


def at(place, name, latitude, longitude, **more):
    return Village(place, name, latitude, longitude, **more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nà Lại", "Thôn Nà Lại"), ("Bản Nà Lại", "nà lại"), ("Thuỷ Sơn", "Thủy Sơn"),
        ("M'Drắk", "M’Drắk"), ("Xóm Đồng Bào", "Ấp Đồng Bào"), ("TDP Hoà Bình", "Tổ dân phố Hòa Bình"),
    ],
)  # fmt: skip
def test_one_name_in_two_spellings(one, other):
    assert village_key(one) == village_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Thôn 1", "Bản 1"), ("Thôn 1", "Thôn 2"), ("Sơn Hà", "Sơn Hạ")]
)
def test_different_names_have_different_keys(one, other):
    assert village_key(one) != village_key(other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Trù Lủng Dưới", "Trù Lúng Dưới", True), ("Nà Lại", "Na Lai", True),
        ("Khuổi Phìn", "Khuổi Phin", True), ("Khuổi Phìn", "Khuôi Phìnn", True),
        ("Khuổi Phìn 1", "Khuổi Phìn 2", False), ("Khu I", "Khu II", False),
        ("Bản Lá", "Bản Pá", False), ("Nà Lại", "Nà Lầu", False), ("Pá Mỳ", "Pá My Trên", False),
    ],
)  # fmt: skip
def test_alike(one, other, alike):
    assert are_alike(village_key(one), village_key(other)) is alike
    assert are_alike(village_key(other), village_key(one)) is alike


def test_the_later_of_two_repeats_the_earlier():
    (found,) = repetitions(
        [at(0, "Nà Lại", 22.0, 104.0), at(1, "Bản Nà Lại", 22.003, 104.0)], 500, 200
    )
    assert (found.later, found.earlier, found.sure) == (1, 0, True)
    assert found.distance_m == pytest.approx(332, abs=1)


def test_one_name_farther_apart_is_two_villages():
    assert (
        repetitions([at(0, "Nà Lại", 22.0, 104.0), at(1, "Nà Lại", 22.005, 104.0)], 500, 200) == []
    )


def test_a_rejected_row_may_be_repeated():
    rows = [at(0, "Nà Lại", 22.0, 104.0, counts=False), at(1, "Nà Lại", 22.0, 104.0)]
    assert repetitions(rows, 500, 200) == []


def test_names_alike_count_only_close_by():
    near = [at(0, "Trù Lủng Dưới", 22.0, 104.0), at(1, "Trù Lúng Dưới", 22.001, 104.0)]
    (found,) = repetitions(near, 500, 200)
    assert not found.sure
    far = [near[0], at(1, "Trù Lúng Dưới", 22.003, 104.0)]
    assert repetitions(far, 500, 200) == []


def test_many_rows_on_one_point_stay_quick_and_right():
    rows = [at(place, "Nà Lại", 22.0, 104.0) for place in range(3000)]
    found = repetitions(rows, 500, 200)
    assert [(one.later, one.earlier) for one in found] == [(place, 0) for place in range(1, 3000)]
    others = [at(place, f"Thôn {place}", 22.0, 104.0) for place in range(3000)]
    assert repetitions(others, 500, 200) == []


near_the_border = st.floats(-0.01, 0.01).map(lambda shift: round(shift, 6))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Nà Lại", "Tà Rụt", "Khe Sến"]), near_the_border, near_the_border
        ),
        max_size=14,
    ),
    st.sampled_from([8.6, 15.0, 22.0, 23.3]),
    st.sampled_from([102.2, 105.0, 109.4]),
    st.sampled_from([5.0, 300.0, 500.0]),
)
def test_repetitions_are_those_of_a_slow_comparison(points, south, west, within_m):
    villages = [
        at(place, name, south + north, west + east)
        for place, (name, north, east) in enumerate(points)
    ]
    kept, expected = [], {}
    for village in villages:
        near = [
            (
                GEOD.inv(village.longitude, village.latitude, other.longitude, other.latitude)[2],
                other.place,
            )
            for other in kept
            if other.name == village.name
        ]
        near = [entry for entry in near if entry[0] <= within_m]
        if near:
            expected[village.place] = min(near)[1]
        else:
            kept.append(village)
    found = repetitions(villages, within_m, 0.001)
    assert {one.later: one.earlier for one in found if one.sure} == expected


@given(st.floats(8.2, 23.4), st.floats(102.1, 109.5), st.floats(0, 360))
def test_a_point_five_metres_away_is_found_across_any_grid_line(latitude, longitude, azimuth):
    nearby = Nearby(500.0)
    nearby.add(latitude, longitude, "here")
    other_longitude, other_latitude, _ = GEOD.fwd(longitude, latitude, azimuth, 5.0)
    ((away_m, item),) = nearby.near(other_latitude, other_longitude)
    assert item == "here"
    assert away_m == pytest.approx(5.0, abs=1e-6)


@given(st.floats(8.2, 23.4), st.floats(102.1, 109.5), st.floats(0, 360), st.floats(1, 499.9))
def test_everything_within_the_distance_is_found(latitude, longitude, azimuth, away_m):
    nearby = Nearby(500.0)
    nearby.add(latitude, longitude, 1)
    other_longitude, other_latitude, _ = GEOD.fwd(longitude, latitude, azimuth, away_m)
    assert [item for _, item in nearby.near(other_latitude, other_longitude)] == [1]


def test_known_villages_are_matched_by_name_first_then_by_likeness():
    known = KnownVillages(
        [("Nà Lại", 22.0, 104.0, "a"), ("Trù Lủng Dưới", 22.0, 104.0, "b"), ("Nà Lại", 22.003, 104.0, "c")],
        500, 200,
    )  # fmt: skip
    match = known.match("Bản Nà Lại", 22.0025, 104.0)
    assert (match.item, match.sure) == ("c", True)
    match = known.match("Trù Lúng Dưới", 22.0005, 104.0)
    assert (match.item, match.sure) == ("b", False)
    assert known.match("Khe Sến", 22.0, 104.0) is None


def test_distance():
    assert distance_m((22.0, 104.0), (22.0, 104.001)) == pytest.approx(103.2, abs=0.1)
