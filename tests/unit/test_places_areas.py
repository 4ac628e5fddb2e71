"""Where a point lies and how far from an area, beside slow answers; the rules of the border."""

import math

import numpy as np
import pytest
from pyproj import Geod

from coverage.coordinates import Limits
from coverage.findings import Severity
from coverage.places import PlaceMatch, place_point
from coverage.places.areas import Area, AreaIndex, Areas
from tests.small_country import communes, current, gazetteer, square

WGS84 = Geod(ellps="WGS84")


@pytest.mark.parametrize("latitude", [8.0, 16.5, 23.3])
@pytest.mark.parametrize("off_m", [1.0, 300.0, 1_500.0, 5_000.0])
@pytest.mark.parametrize("azimuth", [0.0, 90.0, 180.0, 270.0])
def test_the_distance_is_the_geodesic_one(latitude, off_m, azimuth):
    area = Area("00001", "Xã A", square(105.0, latitude))
    starts = {0.0: (105.05, latitude + 0.1), 90.0: (105.1, latitude + 0.05),
              180.0: (105.05, latitude), 270.0: (105.0, latitude + 0.05)}  # fmt: skip
    longitude_there, latitude_there, _ = WGS84.fwd(*starts[azimuth], azimuth, off_m)
    assert area.distance_m(latitude_there, longitude_there) == pytest.approx(off_m, rel=0.005)


def test_inside_and_on_the_border_the_distance_is_nothing():
    area = Area("00001", "Xã A", square(105.0, 21.0))
    assert area.distance_m(21.05, 105.05) == 0.0
    assert area.distance_m(21.0, 105.05) == 0.0
    assert area.covers(21.0, 105.0)
    assert not area.covers(20.999, 105.05)


def test_several_areas_answer_with_the_nearest():
    areas = [Area(unit.code, unit.full_name, unit.area) for unit in communes()]
    whole = Areas("cả nước", areas)
    rng = np.random.default_rng(452)
    for longitude, latitude in rng.uniform((103.5, 21.5), (105.0, 22.7), (200, 2)):
        nearest, distance_m = whole.nearest(latitude, longitude)
        every = {area.code: area.distance_m(latitude, longitude) for area in areas}
        assert distance_m == min(every.values())
        assert every[nearest.code] == distance_m


def test_one_area_is_its_own_nearest():
    area = Area("00001", "Xã A", square(105.0, 21.0))
    assert Areas("một", [area]).nearest(21.05, 105.05) == (area, 0.0)


def test_locating_many_points_is_asking_each_area():
    places = gazetteer()
    rng = np.random.default_rng(452)
    points = rng.uniform((103.9, 21.9), (104.5, 22.3), (500, 2))
    found = places.locate(points[:, 0], points[:, 1])
    for (longitude, latitude), code in zip(points, found, strict=True):
        covering = [c for c in places.communes if places.commune(c).covers(latitude, longitude)]
        assert code == (min(covering) if covering else "")
    assert {"", *places.communes} == set(found)


def test_a_border_belongs_to_both_and_the_declared_one_wins():
    places = gazetteer()
    corner = ([104.1], [22.1])  # four communes meet here
    assert places.locate(*corner).tolist() == ["00001"]
    for code in ("00001", "00002", "00003", "00004"):
        assert places.locate(*corner, preferred=[code]).tolist() == [code]
    assert places.locate(*corner, preferred=["00008"]).tolist() == ["00001"]
    assert places.locate(*corner, preferred=[None]).tolist() == ["00001"]


def test_what_is_no_number_lies_nowhere():
    places = gazetteer()
    found = places.locate([math.nan, 104.05, 104.05], [22.15, math.nan, 22.15])
    assert found.tolist() == ["", "", "00001"]
    assert places.locate([], []).tolist() == []


def test_overlapping_communes_are_decided_by_code():
    index = AreaIndex({"00002": square(105.0, 21.0), "00001": square(105.05, 21.0)})
    assert index.locate([105.07, 105.02, 105.12], [21.05] * 3).tolist() == [
        "00001",
        "00002",
        "00001",
    ]


# --- The point against the declared commune (design.md §6) -----------------------------------------

LIMITS = Limits(border_band_m=300.0, tolerance_m=1_500.0)
METRE = 1 / 103_000  # degrees of longitude there; good to 1 %


def placed(code, latitude, longitude, places=None, province_code="15"):
    match = None if code is None else PlaceMatch(code, (code,))
    return place_point(places or gazetteer(), province_code, match, (latitude, longitude), LIMITS)


def told(placing):
    return [(found.rule, found.severity) for found in placing.findings]


def test_inside_the_declared_commune_there_is_nothing_to_say():
    placing = placed("00001", 22.15, 104.05)
    assert (placing.declared_code, placing.commune_code, told(placing)) == ("00001", "00001", [])


@pytest.mark.parametrize(
    ("off_m", "expected"),
    [
        (200, [("coordinate.near_border", Severity.INFO)]),
        (290, [("coordinate.near_border", Severity.INFO)]),
        (320, [("coordinate.outside_commune", Severity.WARNING)]),
        (1_450, [("coordinate.outside_commune", Severity.WARNING)]),
        (1_600, [("coordinate.outside_commune", Severity.ERROR)]),
        (8_000, [("coordinate.outside_commune", Severity.ERROR)]),
    ],
)
def test_over_the_border_of_the_declared_commune(off_m, expected):
    placing = placed("00001", 22.15, 104.1 + off_m * METRE)
    assert told(placing) == expected
    assert placing.commune_code == "00002"
    facts = placing.findings[0].facts
    assert (facts["declared"], facts["found"]) == ("Xã Tân An", "Xã Mường Nhé")
    assert float(facts["distance_m"]) == pytest.approx(off_m, rel=0.02)


def test_over_the_border_of_the_province():
    near = placed("00002", 22.15, 104.2 + 200 * METRE)
    assert (near.commune_code, told(near)) == (
        "00005", [("coordinate.near_border", Severity.INFO)]
    )  # fmt: skip
    far = placed("00002", 22.15, 104.2 + 3_000 * METRE)
    assert told(far) == [("coordinate.outside_province", Severity.ERROR)]
    assert far.findings[0].facts["province"] == "Tỉnh Lào Cai"


def test_outside_the_country():
    placing = placed("00001", 22.15, 104.0 - 5_000 * METRE)
    assert told(placing) == [("coordinate.outside_country", Severity.ERROR)]
    assert placing.commune_code is None


def test_just_off_the_coast_is_still_the_declared_commune():
    placing = placed("00001", 22.15, 104.0 - 100 * METRE)
    assert (placing.commune_code, told(placing)) == ("00001", [])


def test_without_a_declared_commune_only_the_province_is_judged():
    assert told(placed(None, 22.15, 104.15)) == []
    assert placed(None, 22.15, 104.15).commune_code == "00002"
    near = placed(None, 22.15, 104.2 + 200 * METRE)
    assert told(near) == [("coordinate.near_border", Severity.INFO)]
    off = placed(None, 22.15, 104.2 + 1_000 * METRE)
    assert told(off) == [("coordinate.outside_commune", Severity.WARNING)]
    assert told(placed(None, 22.15, 104.35)) == [("coordinate.outside_province", Severity.ERROR)]


@pytest.mark.parametrize("point", [(22.15, 104.19), (22.15, 104.35), (22.15, 103.5)])
def test_approximate_areas_warn_and_never_reject(point):
    placing = placed("00001", *point, places=gazetteer(approximate=True))
    assert [severity for _, severity in told(placing)] == [Severity.WARNING]


def test_the_findings_of_the_match_come_first():
    places = gazetteer()
    match = places.resolve_commune("Xã Nà Lại", province_code="15")
    placing = place_point(places, "15", match, (22.05, 104.1 - 100 * METRE), LIMITS)
    assert [rule for rule, _ in told(placing)] == ["place.former", "coordinate.near_border"]
    assert (placing.declared_code, placing.commune_code) == ("00004", "00003")


def test_a_refused_match_has_no_declared_commune():
    places = gazetteer()
    match = places.resolve_commune("Xã Không Có", province_code="15")
    placing = place_point(places, "15", match, (22.05, 104.15), LIMITS)
    assert placing.declared_code is None
    assert [rule for rule, _ in told(placing)] == ["place.unknown"]


def test_the_gazetteer_lists_a_provinces_communes_by_name():
    places = gazetteer()
    assert [unit.code for unit in places.communes_of("10")] == ["00005", "00006", "00007", "00008"]
    assert places.province_name("15") == "Tỉnh Lào Cai"
    assert places.commune_name("00004") == "Phường Đắk Lắk"
    assert places.vintage == current().vintage
