"""What holds for any country: resolving, locating and making areas, on random input."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from coverage.coordinates import Limits
from coverage.findings import Severity
from coverage.places import Level, PlaceMatch, place_point
from coverage.places.approximate import Seat, approximate_areas, mend_points
from coverage.places.checking import compare
from coverage.places.misspelling import edits
from coverage.places.succession import link, successors
from tests.small_country import FORMER, NAMES, NOW, communes, gazetteer

PLACES = gazetteer()
LETTERS = st.text("abcđeêghiklmnoôơpqrstuưvxyàáảãạ '’-.,()0123456789", max_size=20)
WORDS = st.one_of(
    LETTERS, st.sampled_from([*NAMES.values(), *(former[0] for former in FORMER.values())]),
    st.none(),
)  # fmt: skip
CODES = st.one_of(st.none(), LETTERS, st.integers(0, 120_000).map(str))
EAST, NORTH = st.floats(103.5, 105.0), st.floats(21.5, 22.7)


@settings(max_examples=150, deadline=None)
@given(WORDS, CODES, WORDS, WORDS, st.sampled_from(["10", "15"]), NORTH, EAST)
def test_any_declaration_is_understood_or_explained(  # noqa: PLR0917
    name, code, district, province, province_code, latitude, longitude
):
    match = PLACES.resolve_commune(
        name, code, district=district, province=province, province_code=province_code
    )
    errors = [found for found in match.findings if found.severity is Severity.ERROR]
    assert bool(match.candidates) or bool(errors)
    assert match.commune_code is None or match.candidates == (match.commune_code,)
    assert not (match.commune_code and errors)
    assert all(PLACES.province_of(c) == province_code for c in match.candidates)
    for found in match.findings:
        assert "{" not in found.message() + found.fix()
    decided = PLACES.decide(match, latitude, longitude)
    if decided.commune_code is None:
        assert decided.is_refused
    elif match.is_refused:  # only a point inside or in the border band lifts an error
        assert PLACES.commune(decided.commune_code).distance_m(latitude, longitude) <= 300.0
        assert any(found.severity is Severity.WARNING for found in decided.findings)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(NAMES)), NORTH, EAST)
def test_a_point_is_judged_by_its_distance_alone(code, latitude, longitude):
    limits = Limits()
    province = PLACES.province_of(code)
    placing = place_point(
        PLACES, province, PlaceMatch(code, (code,)), (latitude, longitude), limits
    )
    distance_m = PLACES.commune(code).distance_m(latitude, longitude)
    worst = max((found.severity for found in placing.findings), default=None,
                key=[Severity.INFO, Severity.WARNING, Severity.ERROR].index)  # fmt: skip
    if distance_m == 0:
        assert placing.findings == ()
    elif distance_m <= limits.border_band_m:
        assert worst in {None, Severity.INFO}
    elif distance_m <= limits.tolerance_m:
        assert worst is Severity.WARNING
    else:
        assert worst is Severity.ERROR


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(EAST, NORTH), min_size=1, max_size=40))
def test_locating_together_is_locating_one_by_one(points):
    east, north = zip(*points, strict=True)
    together = PLACES.locate(east, north)
    alone = [str(PLACES.locate([x], [y])[0]) for x, y in points]
    assert together.tolist() == alone


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(104, 106), st.floats(20, 22), st.floats(1, 400)),
        min_size=3, max_size=15, unique_by=lambda seat: (round(seat[0], 2), round(seat[1], 2)),
    )
)  # fmt: skip
def test_approximate_areas_hold_their_own_point_and_no_others(drawn):
    seats = [
        Seat(f"{number:05}", (round(east, 4), round(north, 4)), area)
        for number, (east, north, area) in enumerate(drawn)
    ]
    mended, moved = mend_points(seats)
    assert moved == ()
    areas = approximate_areas(mended)
    assert set(areas) == {seat.code for seat in seats}
    for seat in seats:
        own = areas[seat.code]
        assert shapely.is_valid(own)
        assert own.buffer(1e-5).covers(Point(seat.point))
    assert shapely.union_all(list(areas.values())).area == pytest.approx(
        sum(area.area for area in areas.values()), rel=1e-3
    )


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(8)), st.integers(0, 8))
def test_linking_two_lists_loses_no_unit_that_kept_code_or_name(order, recoded):
    after = [
        replace(unit, code=f"9{unit.code[1:]}") if position < recoded else unit
        for position, unit in zip(order, communes(), strict=True)
    ]
    changes = link(NOW, communes(), "2027-01-01", after)
    found = successors(changes, "2027-01-01")
    comparison = compare(communes(), after)
    assert comparison.vanished == ()
    for unit, now in zip(communes(), after, strict=True):
        assert found[NOW, Level.COMMUNE, unit.code] == (now.code,)


@settings(max_examples=100, deadline=None)
@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_edits_are_a_distance(first, second, third):
    most = 20
    assert (edits(first, second, most) == 0) == (first == second)
    assert edits(first, second, most) == edits(second, first, most)
    assert edits(first, second, most) >= abs(len(first) - len(second))
    assert edits(first, second, 2) == min(3, edits(first, second, most))


def test_the_plane_and_the_sphere_agree_on_neighbours():
    rng = np.random.default_rng(452)
    for latitude, longitude in rng.uniform((21.9, 103.9), (22.3, 104.5), (100, 2)):
        code, distance_m = PLACES.nearest_commune(latitude, longitude)
        others = [PLACES.commune(c).distance_m(latitude, longitude) for c in PLACES.communes]
        assert distance_m == min(others)
        assert PLACES.commune(code).distance_m(latitude, longitude) == distance_m
