"""The nearest station of each technology against two slow searches that look at every station."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Geod

from coverage.distances import geocentric
from coverage.nearest import EQUALLY_FAR_M, Stations, bits_of, nearest_of_each_technology
from coverage.towers import Technology
from tests.vincenty import inverse

GEOD = Geod(ellps="WGS84")
# Few different values, so that stations coincide, stand in line and lie equally far.
LATITUDES = st.sampled_from([8.5, 16.0, 21.0, 21.001, 21.0010001, 23.3]) | st.floats(8, 23.4)
LONGITUDES = st.sampled_from([102.2, 104.999, 105.0, 105.001, 114.3]) | st.floats(102, 118)
PLACES = st.tuples(LATITUDES, LONGITUDES)
TECHNOLOGIES = st.sampled_from([(), ("4G",), ("2G", "4G"), ("2G", "3G", "4G", "5G"), ("3G",)]).map(
    lambda names: tuple(map(Technology, names))
)
STATIONS = st.lists(st.tuples(st.integers(1, 30), PLACES, TECHNOLOGIES), max_size=40)


def arrays(stations):
    return Stations(
        np.array([site for site, _, _ in stations], dtype=np.int64),
        np.array([place[0] for _, place, _ in stations], dtype=float),
        np.array([place[1] for _, place, _ in stations], dtype=float),
        np.array([bits_of(technologies) for *_, technologies in stations], dtype=np.int32),
        np.arange(len(stations), dtype=float),
    )


def nearest(villages, stations):
    points = tuple(np.array([village[axis] for village in villages]) for axis in (0, 1))
    return nearest_of_each_technology(points, arrays(stations))


def metres(one, other):
    return GEOD.inv(one[1], one[0], other[1], other[0])[2]


@given(villages=st.lists(PLACES, min_size=1, max_size=5), stations=STATIONS)
@example(villages=[(21.0, 105.0)], stations=[(1, (21.001, 105.0), ())] * 20)
@example(  # as far to the west as to the east
    villages=[(21.0, 105.0)],
    stations=[(9, (21.0, 105.001), ()), (2, (21.0, 104.999), ())],
)
@example(  # one site of which one row states its technologies
    villages=[(21.0, 105.0)],
    stations=[(5, (21.001, 105.0), ()), (5, (21.001, 105.0), (Technology.G4,))],
)
def test_the_nearest_is_the_one_that_a_search_of_all_finds(villages, stations):
    answers = nearest(villages, stations)
    for technology, found in answers.items():
        own = [each for each in stations if technology in each[2] or not each[2]]
        for row, village in enumerate(villages):
            if not own:
                assert found.site_ids[row] == 0
                assert np.isnan(found.distances_m[row])
                assert np.isnan(found.bearings_deg[row])
                continue
            ways = [metres(village, place) for _, place, _ in own]
            least = min(ways)
            equal = [
                each for each, way in zip(own, ways, strict=True) if way <= least + EQUALLY_FAR_M
            ]
            assert found.site_ids[row] == min(site for site, _, _ in equal)
            assert found.distances_m[row] == pytest.approx(least, abs=2 * EQUALLY_FAR_M)
            # It is told as stated when one of the equally far ones on that site states it.
            sited = [each for each in equal if each[0] == found.site_ids[row]]
            assert found.stated[row] == any(technology in each[2] for each in sited)


@given(villages=st.lists(PLACES, min_size=1, max_size=5), stations=STATIONS.filter(len))
def test_distance_and_bearing_agree_with_a_formula_of_other_make(villages, stations):
    for technology, found in nearest(villages, stations).items():
        own = [place for _, place, has in stations if technology in has or not has]
        for row, village in enumerate(villages):
            if not own:
                continue
            there = float(found.latitudes[row]), float(found.longitudes[row])
            metres_away, azimuth = inverse(village, there)
            assert min(inverse(village, place)[0] for place in own) == pytest.approx(
                metres_away, abs=0.001
            )
            assert found.distances_m[row] == pytest.approx(metres_away, abs=0.001)
            bearing = float(found.bearings_deg[row])
            assert 0 <= bearing < 360
            # A millimetre to the side, whichever way around north.
            off = abs((bearing - azimuth + 180) % 360 - 180)
            assert np.radians(off) * metres_away <= 0.001
            # Whoever walks there arrives.
            east, north, _ = GEOD.fwd(village[1], village[0], bearing, found.distances_m[row])
            assert metres((north, east), there) <= 0.001


def test_the_formula_of_other_make_is_right():
    """Flinders Peak to Buninyong, from the Geocentric Datum of Australia's manual, is on GRS 80."""
    distance_m, azimuth = inverse(
        (-(37 + 57 / 60 + 3.72030 / 3600), 144 + 25 / 60 + 29.52440 / 3600),
        (-(37 + 39 / 60 + 10.15610 / 3600), 143 + 55 / 60 + 35.38390 / 3600),
    )
    assert distance_m == pytest.approx(54972.271, abs=0.001)
    assert azimuth == pytest.approx(306 + 52 / 60 + 5.37 / 3600, abs=0.01 / 3600)


def ring(village, ways):
    """Stations around a village: one for each azimuth and distance, with the given site."""
    stations = []
    for site, azimuth, away in ways:
        longitude, latitude, _ = GEOD.fwd(village[1], village[0], azimuth, away)
        stations.append((site, (latitude, longitude), (Technology.G4,)))
    return stations


def test_the_way_over_the_spheroid_decides_not_the_straight_line():
    """At 500 km a straight line is 128 m shorter than the way, to the north 1.6 m more so."""
    village = (10.0, 106.0)
    ways = [(step + 1, (90 + step * 137.5) % 360, 500_000 + step / 100) for step in range(60)]
    stations = ring(village, ways)
    here, *there = geocentric(*np.array([village, *(place for _, place, _ in stations)]).T)
    assert 1 not in (np.linalg.norm(there - here, axis=1).argsort() + 1)[:8]
    found = nearest([village], stations)[Technology.G4]
    assert found.site_ids.tolist() == [1]
    assert found.distances_m[0] == pytest.approx(500_000, abs=1e-6)
    assert found.bearings_deg[0] == pytest.approx(90.0, abs=1e-9)


def test_of_stations_equally_far_all_around_the_lowest_site_is_the_nearest():
    village = (21.0, 105.0)
    stations = ring(village, [(1 + site * 37 % 101, site * 9.0, 1000.0) for site in range(40)])
    found = nearest([village], stations)[Technology.G4]
    assert found.site_ids.tolist() == [min(site for site, _, _ in stations)]


def test_of_stations_on_one_point_the_lowest_site_is_the_nearest():
    stations = [(100 - number, (21.01, 105.0), (Technology.G4,)) for number in range(60)]
    found = nearest([(21.0, 105.0), (21.01, 105.0)], stations)[Technology.G4]
    assert found.site_ids.tolist() == [41, 41]
    assert found.distances_m[1] == 0.0
    assert found.bearings_deg[1] == 0.0


def test_many_villages_are_each_answered_for_themselves():
    chance = np.random.default_rng(4)
    villages = list(zip(chance.uniform(20, 22, 500), chance.uniform(104, 106, 500), strict=True))
    places = list(zip(chance.uniform(20, 22, 300), chance.uniform(104, 106, 300), strict=True))
    stations = [
        (site, place, (Technology.G4,) if site % 3 else ()) for site, place in enumerate(places, 1)
    ]
    answers = nearest(villages, stations)
    from_lat, from_lon = np.array(villages).T
    to_lat, to_lon = np.array(places).T
    shape = (len(villages), len(places))
    every = GEOD.inv(
        np.broadcast_to(from_lon[:, None], shape), np.broadcast_to(from_lat[:, None], shape),
        np.broadcast_to(to_lon, shape), np.broadcast_to(to_lat, shape),
    )[2]  # fmt: skip
    assert answers[Technology.G4].site_ids.tolist() == (every.argmin(axis=1) + 1).tolist()
    some = np.flatnonzero(np.arange(1, 301) % 3 == 0)
    expected = some[every[:, some].argmin(axis=1)] + 1
    assert answers[Technology.G2].site_ids.tolist() == expected.tolist()
    assert not answers[Technology.G2].stated.any()
