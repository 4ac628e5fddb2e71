"""Sites inside a lot against every choice there is, and what people must find in them."""

from __future__ import annotations

import itertools
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.costs import CostKind, CostRates
from coverage.lot_sites import Candidate, LotZone, SitesAsked, choose_sites, grid_around
from tests.vincenty import inverse

RATES = CostRates(
    tower_vnd=1_500_000_000, shared_vnd=600_000_000, road_vnd_per_km=300_000_000,
    power_vnd_per_km=450_000_000, hop_vnd=250_000_000, hop_km=20.0, household_vnd=1_000_000,
)  # fmt: skip
REACH_M = 3000.0


def a_zone(number, latitude, longitude, households=40):
    return LotZone(uuid.UUID(int=number), latitude, longitude, households)


def a_candidate(latitude, longitude, mast_id=None, *, road_m=0.0, power_m=0.0, mast_m=5000.0):
    return Candidate(latitude, longitude, "18073", mast_id, road_m, power_m, mast_m)


def reaches(candidate, zone):
    here, there = (candidate.latitude, candidate.longitude), (zone.latitude, zone.longitude)
    return inverse(here, there)[0] <= REACH_M


def every_choice(zones, candidates):
    """(sites, cost of sites and households, households served) of every choice there is."""
    for size in range(len(candidates) + 1):
        for chosen in itertools.combinations(candidates, size):
            served = [zone for zone in zones if any(reaches(each, zone) for each in chosen)]
            households = sum(zone.households for zone in served)
            cost = sum(each.cost(RATES, 0).total_vnd for each in chosen)
            yield size, cost + households * RATES.household_vnd, households


PLACES = st.tuples(st.floats(18.0, 18.08), st.floats(105.0, 105.08))


@st.composite
def lots(draw):
    zones = [
        a_zone(number, *draw(PLACES), draw(st.integers(0, 300)))
        for number in range(draw(st.integers(1, 6)))
    ]
    distances = st.sampled_from([None, 0.0, 500.0, 12_000.0])
    candidates = [
        a_candidate(*draw(PLACES), draw(st.none() | st.just(number)), road_m=draw(distances),
                    power_m=draw(distances), mast_m=draw(distances))
        for number in range(draw(st.integers(1, 6)))
    ]  # fmt: skip
    return zones, candidates


@given(lots())
@settings(max_examples=40, deadline=None)
def test_everything_that_can_be_served_is_served_at_the_least_cost(drawn):
    zones, candidates = drawn
    found = choose_sites(zones, candidates, RATES, REACH_M, SitesAsked())
    coverable = {zone.id for zone in zones if any(reaches(each, zone) for each in candidates)}
    served = [key for site in found.sites for key in site.zone_ids]
    assert sorted(served) == sorted(coverable)
    most = max(households for *_, households in every_choice(zones, candidates))
    ids = {zone.id: zone for zone in zones}
    least = min(
        cost
        for size in range(len(candidates) + 1)
        for chosen in itertools.combinations(candidates, size)
        if all(any(reaches(each, ids[key]) for each in chosen) for key in coverable)
        for cost in [
            sum(each.cost(RATES, 0).total_vnd for each in chosen) + most * RATES.household_vnd
        ]
    )
    assert found.cost_vnd == least
    assert found.gap == pytest.approx(0, abs=1e-9)


@given(lots(), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_so_many_sites_serve_the_most_households_and_cost_no_more_than_they_must(drawn, sites):
    zones, candidates = drawn
    found = choose_sites(zones, candidates, RATES, REACH_M, SitesAsked(sites=sites))
    best = max(served for size, _, served in every_choice(zones, candidates) if size <= sites)
    assert found.households_covered == best
    assert len(found.sites) <= sites
    assert found.gap == 0


@given(lots(), st.sampled_from([600_000_000, 700_000_000, 2_500_000_000, 6_000_000_000]))
@settings(max_examples=60, deadline=None)
def test_a_budget_is_kept_and_the_bound_holds(drawn, budget):
    zones, candidates = drawn
    found = choose_sites(zones, candidates, RATES, REACH_M, SitesAsked(budget_vnd=budget))
    best = max(served for _, cost, served in every_choice(zones, candidates) if cost <= budget)
    assert found.cost_vnd <= budget
    assert found.households_covered <= best <= found.bound + 1e-6
    assert best <= found.households_covered / (1 - found.gap) + 1e-6 if found.gap < 1 else True


def test_a_mast_that_stands_goes_before_a_new_one():
    zones = [a_zone(1, 18.0, 105.0)]
    candidates = [a_candidate(18.0, 105.0), a_candidate(18.01, 105.0, mast_id=7)]
    for asked in (SitesAsked(), SitesAsked(sites=1), SitesAsked(budget_vnd=10**10)):
        (site,) = choose_sites(zones, candidates, RATES, REACH_M, asked).sites
        assert site.candidate.mast_id == 7
        assert [part.kind for part in site.cost.parts] == [CostKind.SHARED, CostKind.HOUSEHOLDS]


def test_two_cheap_masts_go_before_one_dear_site_only_where_two_are_allowed():
    zones = [a_zone(1, 18.0, 105.0), a_zone(2, 18.05, 105.0)]
    middle = a_candidate(18.025, 105.0)
    masts = [a_candidate(17.99, 105.0, mast_id=1), a_candidate(18.06, 105.0, mast_id=2)]
    one = choose_sites(zones, [middle, *masts], RATES, REACH_M, SitesAsked(sites=1))
    assert [site.candidate for site in one.sites] == [middle]
    two = choose_sites(zones, [middle, *masts], RATES, REACH_M, SitesAsked(sites=2))
    assert [site.candidate.mast_id for site in two.sites] == [2, 1]


def test_a_zone_is_served_by_the_nearest_site():
    zones = [a_zone(1, 18.0, 105.0), a_zone(2, 18.04, 105.0), a_zone(3, 18.021, 105.0)]
    candidates = [a_candidate(18.0, 105.0), a_candidate(18.04, 105.0)]
    northern, southern = choose_sites(zones, candidates, RATES, REACH_M, SitesAsked()).sites
    assert northern.zone_ids == (zones[1].id, zones[2].id)
    assert (southern.zone_ids, southern.households) == ((zones[0].id,), 40)


def test_a_layer_that_is_not_loaded_is_absent_from_the_cost_and_never_zero():
    found = choose_sites(
        [a_zone(1, 18.0, 105.0)], [a_candidate(18.0, 105.0, road_m=None)], RATES, REACH_M,
        SitesAsked(),
    )  # fmt: skip
    assert found.sites[0].cost.absent == (CostKind.ROAD,)


def test_what_no_site_can_be_paid_for_stays_without():
    found = choose_sites(
        [a_zone(1, 18.0, 105.0)], [a_candidate(18.0, 105.0)], RATES, REACH_M,
        SitesAsked(budget_vnd=1000),
    )  # fmt: skip
    assert (found.sites, found.households_covered, found.households_total) == ((), 0, 40)


def test_the_grid_lies_still_and_reaches_every_zone_it_is_made_for():
    one, other = a_zone(1, 18.0, 105.0), a_zone(2, 18.05, 105.06)
    alone, both = grid_around([one], REACH_M, 1000.0), grid_around([one, other], REACH_M, 1000.0)
    assert set(alone) < set(both)
    assert len(alone) == pytest.approx(9 * 3.14, rel=0.1)
    for longitude, latitude in alone:
        assert inverse((latitude, longitude), (18.0, 105.0))[0] <= REACH_M
    rows = sorted({latitude for _, latitude in alone})
    assert inverse((rows[0], 105.0), (rows[1], 105.0))[0] == pytest.approx(1000, rel=0.01)
    row = sorted(longitude for longitude, latitude in alone if latitude == rows[2])
    assert inverse((rows[2], row[0]), (rows[2], row[1]))[0] == pytest.approx(1000, rel=0.01)


def test_the_same_lot_gives_the_same_sites_in_whatever_order_its_zones_come():
    zones = [a_zone(number, 18.0 + 0.013 * number, 105.0 + 0.007 * number) for number in range(9)]
    places = grid_around(zones, REACH_M, 1000.0)
    candidates = [a_candidate(latitude, longitude) for longitude, latitude in places]
    one = choose_sites(zones, candidates, RATES, REACH_M, SitesAsked())
    other = choose_sites(zones[::-1], candidates, RATES, REACH_M, SitesAsked())
    assert [site.candidate for site in one.sites] == [site.candidate for site in other.sites]


@pytest.mark.parametrize("wrong", [{"sites": 0}, {"budget_vnd": -1}, {"sites": 1, "budget_vnd": 5}])
def test_a_question_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"above zero|not both"):
        SitesAsked(**wrong)
