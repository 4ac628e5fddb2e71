"""The ground: both archipelagos on every map, common edges kept, no island lost."""

import itertools

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from maps.basemap import (
    NATIONAL_FRAME,
    archipelagos,
    encoded,
    ground,
    label_point,
    locator,
    simplified,
    surroundings,
)
from maps.texts import words_in
from tests.drawn import ISLAND, SQUARES, a_country, a_province, communes, provinces

WORDS = words_in(a_country().language)
HOANG_SA = box(111, 15.5, 113, 17.3)  # Đặc khu Hoàng Sa, Đà Nẵng
TRUONG_SA = box(109.4, 7, 118, 11.7)  # Đặc khu Trường Sa, Khánh Hòa


def decoded(rings, digits):
    """What the scripts make of an encoded area."""
    polygons = []
    for polygon in rings:
        shells = []
        for ring in polygon:
            steps = np.array(ring).reshape(-1, 2)
            shells.append(np.cumsum(steps, axis=0) / 10**digits)
        polygons.append(Polygon(shells[0], shells[1:]))
    return MultiPolygon(polygons)


@pytest.mark.parametrize(
    "content", [a_country(), a_province(), a_province(zones=[]), a_country(provinces=())],
    ids=["country", "province", "empty province", "no outlines"],
)  # fmt: skip
def test_both_archipelagos_are_on_every_map(content):
    drawn = ground(content, WORDS)
    assert [group["n"] for group in drawn["archipelagos"]] == [
        "Quần đảo Hoàng Sa (Việt Nam)",
        "Quần đảo Trường Sa (Việt Nam)",
    ]
    for group, where, least in zip(
        drawn["archipelagos"], (HOANG_SA, TRUONG_SA), (40, 120), strict=True
    ):
        assert len(group["i"]) >= least
        assert all(where.covers(shapely.Point(place)) for place in group["i"])


def test_the_country_opens_on_both_archipelagos():
    frame = box(*NATIONAL_FRAME)
    assert ground(a_country(), WORDS)["frame"] == NATIONAL_FRAME
    for group in archipelagos():
        for place in (*group.islands, group.label):
            assert frame.contains(shapely.Point(place))


def test_the_small_map_has_them_too():
    small = locator(a_province())
    assert [name for name, _, _ in small.names] == ["Quần đảo Hoàng Sa", "Quần đảo Trường Sa"]
    assert len(small.islands) == sum(len(group.islands) for group in archipelagos())
    paper = box(0, 0, small.width, small.height)
    assert all(paper.contains(shapely.Point(place)) for place in small.islands)
    assert small.focus
    assert small.focus in small.country


def test_islands_lie_where_the_real_special_zones_are(shared_data):
    real = pyogrio.read_dataframe(shared_data / "communes_2026-04-30.gpkg", layer="communes")
    for group in archipelagos():
        area = real.loc[real.code == group.commune_code].geometry.iloc[0]
        near = area.buffer(0.015)  # positions are rounded to 0.01°
        assert all(near.contains(shapely.Point(place)) for place in group.islands)
        assert len(group.islands) == len(area.geoms)
        for _, x, y in group.named:
            assert area.distance(shapely.Point(x, y)) < 0.05


def test_foreign_land_covers_no_island_of_ours():
    land = decoded(surroundings()["g"], surroundings()["d"])
    for group in archipelagos():
        for place in group.islands:
            assert land.distance(shapely.Point(place)) > 0.2


def test_a_province_opens_on_its_mainland():
    drawn = ground(a_province(focus="56", communes=()), WORDS)
    assert drawn["frame"] == SQUARES["56"][:4]


def test_neighbours_keep_their_common_edge():
    wave = [(x / 50, 0.02 * np.sin(x)) for x in range(51)]
    below = Polygon([(0, -1), *wave, (1, -1)])
    left = Polygon([(0, 1), *wave[:24], (wave[23][0], 1)])  # three meet at a point of the wave
    right = Polygon([(wave[23][0], 1), *wave[23:], (1, 1)])
    assert shapely.coverage_is_valid([below, left, right])
    small = simplified([below, left, right], 0.1)
    assert shapely.get_num_coordinates(small).sum() < 40
    assert shapely.coverage_is_valid(small)
    assert shapely.union_all(small).area == pytest.approx(2.0, abs=0.05)


def test_no_island_is_dropped_however_small():
    shapes = simplified([area.geometry for area in provinces()], 0.02)
    parts = [len(shapely.get_parts(shape)) for shape in shapes]
    assert parts == [1, 1, 1, 2]
    assert shapely.get_parts(shapes[3])[1].intersects(ISLAND)


def test_a_province_is_drawn_from_its_communes_and_the_far_ones_coarser():
    drawn = ground(a_province(), WORDS)
    assert [area["c"] for area in drawn["communes"]] == [area.code for area in communes()]
    outline = decoded(drawn["outline"]["g"], drawn["outline"]["d"])
    assert outline.equals(box(*SQUARES["42"][:4]))
    digits = {area["c"]: area["d"] for area in drawn["provinces"]}
    assert digits == {"11": 4, "14": 4, "42": 5, "56": 4}


def test_names_stand_inside_their_areas():
    ring = Polygon(
        [(0, 0), (4, 0), (4, 4), (0, 4)], [[(0.5, 0.5), (3.5, 0.5), (3.5, 3.5), (0.5, 3.5)]]
    )
    crescent = MultiPolygon([ring, box(10, 10, 11, 11)])
    assert crescent.contains(shapely.Point(label_point(crescent)))


rings = st.lists(
    st.tuples(st.floats(102, 118), st.floats(7, 23.4)), min_size=3, max_size=12, unique=True
).map(Polygon)


@settings(max_examples=150, deadline=None)
@given(rings, st.integers(3, 6))
def test_what_is_encoded_comes_back_within_half_a_unit(polygon, digits):
    there = np.array(polygon.exterior.coords)
    [[ring]] = encoded(polygon, digits)
    back = np.cumsum(np.array(ring).reshape(-1, 2), axis=0) / 10**digits
    assert np.abs(back[0] - there[0]).max() <= 0.5000001 * 10**-digits
    for one, other in itertools.pairwise(back):
        assert (one != other).any()  # a repeated vertex is written once
    for point in there:
        assert np.abs(back - point).max(axis=1).min() <= 0.5000001 * 10**-digits
