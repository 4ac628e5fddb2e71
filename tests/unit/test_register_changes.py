"""What a new register would change, against counting by hand and looking at every station."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from coverage.register_changes import Station, register_changes
from coverage.towers import Technology

GEOD = Geod(ellps="WGS84")
NOWHERE = (np.empty(0), np.empty(0))
G4 = (Technology.G4,)


def told(before, after, villages=NOWHERE):
    found = register_changes("Viettel", before, after, villages, 30.0)
    return found.added, found.removed, found.moved, found.kept


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [Station("A", 18, 105)], (1, 0, 0, 0)),
        ([Station("A", 18, 105)], [], (0, 1, 0, 0)),
        ([Station("A", 18, 105)], [Station("A", 18, 105)], (0, 0, 0, 1)),
        # 0.0002° of latitude are 22 m, within a site's width; 0.001° are 111 m.
        ([Station("A", 18, 105)], [Station("A", 18.0002, 105)], (0, 0, 0, 1)),
        ([Station("A", 18, 105)], [Station("A", 18.001, 105)], (0, 0, 1, 0)),
        # A station under a new code where one stood is the same; elsewhere it is not.
        ([Station("A", 18, 105)], [Station("B", 18.0001, 105)], (0, 0, 0, 1)),
        ([Station("A", 18, 105)], [Station("B", 18.01, 105)], (1, 1, 0, 0)),
        # Without codes only the place tells, and one place is taken once.
        ([Station("", 18, 105)], [Station("", 18, 105), Station("", 18, 105)], (1, 0, 0, 1)),
        ([Station("A", 18, 105)] * 2, [Station("A", 18, 105)], (0, 1, 0, 1)),
    ],
)
def test_stations_are_the_same_by_code_then_by_place(before, after, expected):
    assert told(before, after) == expected


def test_a_planned_station_is_nobodys_nearest():
    villages = np.array([18.0]), np.array([105.0])
    near = Station("A", 18.01, 105, G4, on_air=True)
    planned = Station("B", 18.001, 105, G4, on_air=False)
    same = register_changes("Viettel", [near], [near, planned], villages, 30.0)
    assert (same.zones, same.nearest_changed) == (1, 0)
    on_air = Station("B", 18.001, 105, G4, on_air=True)
    assert register_changes("V", [near], [near, on_air], villages, 30.0).nearest_changed == 1


STATIONS = st.lists(
    st.builds(
        Station, st.sampled_from(["", "A", "B", "C"]), st.floats(18, 19), st.floats(105, 106),
        st.sampled_from([(), G4, (Technology.G2, Technology.G4)]),
        st.sampled_from([None, True, False]),
    ), max_size=8,
)  # fmt: skip
VILLAGES = st.lists(st.tuples(st.floats(18, 19), st.floats(105, 106)), min_size=1, max_size=6)


@given(STATIONS, STATIONS, VILLAGES)
@settings(max_examples=60, deadline=None)
def test_every_station_is_counted_once_and_nearest_ones_by_brute_force(before, after, villages):
    points = np.array([lat for lat, _ in villages]), np.array([lon for _, lon in villages])
    found = register_changes("Viettel", before, after, points, 30.0)
    assert found.added + found.moved + found.kept == len(after)
    assert found.removed + found.moved + found.kept == len(before)
    changed = 0
    for village in villages:
        changed += any(
            nearest(before, village, technology) != nearest(after, village, technology)
            for technology in Technology
        )
    assert found.nearest_changed == changed


def nearest(stations, village, technology):
    """The place of the nearest station on air that may have the technology, to a metre."""
    able = [
        each for each in stations
        if each.on_air is not False and (technology in each.technologies or not each.technologies)
    ]  # fmt: skip
    lat, lon = village
    apart = [GEOD.inv(lon, lat, each.longitude, each.latitude)[2] for each in able]
    if not able:
        return None
    best = min(apart)
    return {
        (round(each.latitude, 5), round(each.longitude, 5))
        for each, metres in zip(able, apart, strict=True) if metres <= best + 1e-6
    }  # fmt: skip
