"""Lots on any zones: nobody twice, nobody lost, nothing that depends on the order of rows."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from coverage.lots import LotCommune, LotLimits, is_eligible, propose
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone

GEOD = Geod(ellps="WGS84")
COMMUNES = {
    "18073": LotCommune("Hương Sơn", island=False),
    "18100": LotCommune("Sơn Kim 1", island=False),
    "20195": LotCommune("Lý Sơn", island=True),
}

# Coarse grids make equal distances and equal places, where ties would show.
coarse = st.integers(0, 12).map(lambda step: step * 0.05)
crowded = st.integers(0, 2).map(lambda step: step * 0.05)
fine = st.floats(0, 0.6, allow_nan=False)


@st.composite
def zone_lists(draw):
    count = draw(st.integers(0, 40))
    step = draw(st.sampled_from([coarse, crowded, fine]))
    return [
        a_zone(
            number,
            latitude=18 + draw(step),
            longitude=105 + draw(step),
            households=draw(st.integers(1, 300)),
            commune_code=draw(st.sampled_from(sorted(COMMUNES))),
            queue=draw(st.sampled_from([Queue.FUND, Queue.FUND, Queue.FUND, *Queue])),
            status=draw(st.sampled_from([ZoneStatus.REPORTED, ZoneStatus.APPROVED, *ZoneStatus])),
        )
        for number in range(count)
    ]


limits = st.builds(
    LotLimits, gap_m=st.sampled_from([3_000.0, 6_000.0, 15_000.0]), max_zones=st.integers(1, 12)
)


def apart_m(one, other):
    return GEOD.inv(one.longitude, one.latitude, other.longitude, other.latitude)[2]


def hangs_together(zones, gap_m):
    """By brute force: every zone is reached from the first in steps of at most the gap."""
    reached, left = [zones[0]], list(zones[1:])
    for here in reached:
        near = [zone for zone in left if apart_m(here, zone) <= gap_m]
        reached += near
        left = [zone for zone in left if zone not in near]
    return not left


@settings(max_examples=80, deadline=None)
@given(zone_lists(), limits)
def test_every_fund_zone_is_in_exactly_one_lot_and_no_other_zone_is(zones, limits):
    in_lots = [zone.id for lot in propose(zones, COMMUNES, limits) for zone in lot.zones]
    assert sorted(in_lots) == sorted(zone.id for zone in zones if is_eligible(zone))


@settings(max_examples=80, deadline=None)
@given(st.data(), zone_lists(), limits)
def test_the_order_of_the_rows_changes_nothing(data, zones, limits):
    shuffled = data.draw(st.permutations(zones))
    assert propose(shuffled, COMMUNES, limits) == propose(zones, COMMUNES, limits)


@settings(max_examples=60, deadline=None)
@given(zone_lists(), limits)
def test_mainland_lots_hang_together_and_stay_within_their_size(zones, limits):
    lots = propose(zones, COMMUNES, limits)
    for lot in lots:
        assert 1 <= len(lot.zones) <= limits.max_zones
        assert len({COMMUNES[zone.commune_code].island for zone in lot.zones}) == 1
        if not lot.island:
            assert hangs_together(lot.zones, limits.gap_m)
            assert lot.widest_gap_m <= limits.gap_m


@settings(max_examples=60, deadline=None)
@given(zone_lists(), limits)
def test_what_hangs_together_is_one_lot_unless_it_is_too_large(zones, limits):
    lots = [lot for lot in propose(zones, COMMUNES, limits) if not lot.island]
    left = [zone for lot in lots for zone in lot.zones]
    while left:
        part = [left.pop(0)]
        for here in part:
            near = [zone for zone in left if apart_m(here, zone) <= limits.gap_m]
            part += near
            left = [zone for zone in left if zone not in near]
        holding = [lot for lot in lots if set(lot.zones) & set(part)]
        assert sum(len(lot.zones) for lot in holding) == len(part)
        assert (len(holding) == 1) is (len(part) <= limits.max_zones)


@settings(max_examples=60, deadline=None)
@given(zone_lists(), limits, st.integers(1, 50))
def test_numbers_run_on_and_ids_do_not_repeat(zones, limits, first):
    lots = propose(zones, COMMUNES, limits, first_number=first)
    assert [lot.number for lot in lots] == list(range(first, first + len(lots)))
    assert len({lot.id for lot in lots}) == len(lots)
    assert [lot.island for lot in lots] == sorted(lot.island for lot in lots)
