"""Divisions of any zones: connected, within bounds, near the best of all; carried on as they stand."""

import random
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import box

from coverage.costs import CostRates
from coverage.lots import (
    Cluster,
    LotCommune,
    LotCosts,
    LotLimits,
    SiteGround,
    bordering,
    clusters,
    division,
    links_of,
    propose,
)
from coverage.lots.atoms import Atom, Bounds, Ground, together
from coverage.lots.borders import TOLERANCE_M
from coverage.lots.division import divide
from coverage.lots.exhaustion import divisions
from coverage.lots.proposal import on_a_plane
from coverage.lots.recombination import improved, total
from coverage.lots.standing import carry_on
from tests.builders import a_zone, zone_id
from tests.generative.test_lots import COMMUNES, apart_m, zone_lists

RATES = CostRates(1_500_000_000, 600_000_000, 300_000_000, 450_000_000, 250_000_000, 20, 1_000_000)
limits = st.builds(
    LotLimits,
    gap_m=st.sampled_from([3_000.0, 6_000.0, 15_000.0]),
    max_zones=st.integers(1, 12),
    max_households=st.none() | st.integers(50, 2_000),
    max_cost_vnd=st.none() | st.integers(2_000_000_000, 20_000_000_000),
)


def costs_of(zones, reach_m=3_000):
    found = clusters(zones, reach_m)
    grounds = [SiteGround(place % 4, place % 3, place % 50) for place in range(len(found))]
    return LotCosts(found, grounds, RATES)


def connected(members, links):
    reached, waiting = set(), [min(members)]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += [each for each in links[here] if each in members]
    return reached == set(members)


@st.composite
def grounds(draw, most=9):
    """A connected ground of single zones on a small grid, with any loads and any extra links."""
    count = draw(st.integers(2, most))
    links = [set() for _ in range(count)]
    for other in range(1, count):
        one = draw(st.integers(0, other - 1))
        links[one].add(other)
        links[other].add(one)
    for one, other in draw(
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=8)
    ):
        if one != other:
            links[one].add(other)
            links[other].add(one)
    points = [
        (draw(st.integers(0, 9)) * 1000, draw(st.integers(0, 9)) * 1000) for _ in range(count)
    ]
    households = [draw(st.integers(0, 300)) for _ in range(count)]
    in_cluster = [draw(st.integers(0, count - 1)) for _ in range(count)]
    held = draw(st.sets(st.integers(0, count - 1), max_size=2))
    frozen = tuple(frozenset(each) for each in links)
    atoms, near = together(
        [({zone}, zone in held) for zone in range(count)], points, households, in_cluster, frozen
    )
    bounds = Bounds(draw(st.integers(1, count)), draw(st.none() | st.integers(1, 900)), None)
    return Ground(atoms, near, bounds, [1_000_000_000] * count, 1_000_000)


@settings(max_examples=60, deadline=None)
@given(zone_lists(), limits)
def test_lots_hold_what_the_bounds_permit_and_hang_together(zones, wanted):
    costs = costs_of(zones)
    lots = propose(zones, COMMUNES, wanted, costs=costs)
    for lot in lots:
        links = links_of(lot.zones, COMMUNES, wanted.gap_m)
        assert connected(range(len(lot.zones)), links)
        assert not lot.over or len(lot.zones) == 1


@settings(max_examples=40, deadline=None)
@given(st.data(), zone_lists(), limits)
def test_neither_the_order_of_rows_nor_of_lots_changes_anything(data, zones, wanted):
    shuffled = data.draw(st.permutations(zones))
    lots = propose(zones, COMMUNES, wanted, costs=costs_of(zones))
    assert propose(shuffled, COMMUNES, wanted, costs=costs_of(shuffled)) == lots
    standing = [{zone.id for zone in lot.zones} for lot in lots]
    again = propose(
        shuffled, COMMUNES, wanted, costs=costs_of(shuffled),
        standing=data.draw(st.permutations(standing)),
    )  # fmt: skip
    assert again == lots, "what no step makes better stands"


@settings(max_examples=40, deadline=None)
@given(st.data(), zone_lists(), limits)
def test_pinned_groups_stay_whole_and_apart(data, zones, wanted):
    chosen = data.draw(st.lists(st.sampled_from(zones), max_size=8)) if zones else []
    groups = {zone.id: zone_id(900 + data.draw(st.integers(0, 2))) for zone in chosen}
    lots = propose(zones, COMMUNES, wanted, costs=costs_of(zones), pins=groups)
    lot_of = {zone.id: lot.number for lot in lots for zone in lot.zones}
    eligible = [zone for zone in zones if zone.id in lot_of]
    assert sorted(lot_of) == sorted(zone.id for zone in eligible)
    links = links_of(eligible, COMMUNES, wanted.gap_m)
    places = {zone.id: place for place, zone in enumerate(eligible)}
    whole = {}
    for group in set(groups.values()):
        members = {places[key] for key, own in groups.items() if own == group and key in places}
        if members and connected(members, links):
            whole[group] = {lot_of[eligible[place].id] for place in members}
    assert all(len(numbers) == 1 for numbers in whole.values())
    assert len(set().union(*whole.values())) == len(whole), "no two groups share a lot"


@settings(max_examples=80, deadline=None)
@given(grounds(), st.integers(1, 5))
def test_a_small_division_is_the_best_of_all(ground, parts):
    members = range(len(ground.atoms))
    found = divide(ground, members, parts)
    measured = ground.measures(members, parts)
    thinkable = [
        total(measured, each)
        for each in divisions(measured, list(members), ground.links)
        if total(measured, each)[0] == 0
    ]
    if len(members) > 8:
        assume(found is not None)
        assert total(measured, found)[0] == 0
        assert total(measured, found)[1] <= 1.25 * min(thinkable)[1]
    elif found is None:
        assert not thinkable
    else:
        assert total(measured, found) == min(thinkable)


@settings(max_examples=60, deadline=None)
@given(st.data(), grounds(most=8))
def test_steps_never_make_a_division_worse_nor_tear_it(data, ground):
    members = list(range(len(ground.atoms)))
    measured = ground.measures(members, 2)
    every = list(divisions(measured, members, ground.links))
    assume(every)
    begun = data.draw(st.sampled_from(every))
    found = improved(measured, ground.links, begun)
    assert all(connected(part, ground.links) for part in found)
    assert total(measured, found) <= total(measured, begun)
    assert improved(measured, ground.links, found) == found


def test_what_is_over_in_two_parts_counts_as_much_as_in_one():
    """Two thirds, or a third twice: in floating point these differ in the last bit."""
    atoms = [Atom((n,), 0, frozenset({n}), 0, 0, 0, (0.0, 0.0), held=False) for n in range(8)]
    ground = Ground(atoms, [frozenset(range(8)) - {n} for n in range(8)], Bounds(3), [1] * 8, 0)
    measured = ground.measures(range(8), 2)
    one, two = (
        (frozenset(range(5)), frozenset({5, 6, 7})),
        (frozenset(range(4)), frozenset(range(4, 8))),
    )
    assert total(measured, one)[0] == total(measured, two)[0] > 0
    bounded = Ground(atoms, ground.links, Bounds(None, None, 10**12), [10**12 // 4 + 1] * 8, 0)
    halves = bounded.measures(range(8), 2)
    assert total(halves, two)[0] > 0, "four đồng over are over"


def test_an_atom_over_a_bound_by_itself_asks_for_one_part_only():
    sizes = (5, 1, 1)
    atoms = [Atom((0,) * size, 0, frozenset({0}), 0, 0, 0, (0.0, 0.0)) for size in sizes]
    links = [frozenset(range(3)) - {n} for n in range(3)]
    assert Ground(atoms, links, Bounds(3), [1], 0).fewest(range(3)) == 2


def test_the_steps_alone_come_near_the_best(monkeypatch):
    """Larger wholes cannot be tried in every way: here the steps are judged by what can."""
    chance = random.Random(42)
    ratios = []
    for _ in range(60):
        places = [(chance.uniform(0, 0.3), chance.uniform(0, 0.3)) for _ in range(10)]
        zones = [
            a_zone(n, latitude=18 + y, longitude=105 + x, households=chance.randint(5, 200))
            for n, (x, y) in enumerate(places)
        ]
        links = links_of(zones, {}, 15_000)
        if not connected(range(len(zones)), links):
            continue
        atoms, near = together(
            [({zone}, False) for zone in range(10)], on_a_plane(zones),
            [zone.households for zone in zones], list(range(10)), links,
        )  # fmt: skip
        ground = Ground(atoms, near, Bounds(), [1_000_000_000] * 10, 1_000_000)
        measured = ground.measures(range(10), 3)
        best = min(
            total(measured, each)[1] for each in divisions(measured, range(10), ground.links)
        )
        monkeypatch.setattr(division, "MOST_ATOMS", 0)
        ratios.append(total(measured, divide(ground, range(10), 3))[1] / best)
    assert len(ratios) > 30
    assert max(ratios) <= 1.1
    assert sum(ratios) / len(ratios) <= 1.01


@settings(max_examples=60, deadline=None)
@given(st.data(), grounds())
def test_a_division_is_carried_on_connected_and_complete(data, ground):
    members = range(len(ground.atoms))
    standing = data.draw(st.lists(st.sets(st.sampled_from(members), min_size=1), max_size=4))
    apart = []
    for part in standing:
        left = part.difference(*apart)
        if left:
            apart.append(frozenset(left))
    found = carry_on(ground, members, tuple(apart))
    assert sorted(member for part in found for member in part) == list(members)
    assert all(connected(part, ground.links) for part in found)
    assert all(sum(ground.atoms[member].held for member in part) <= 1 for part in found)
    measured = ground.measures(members, len(found))
    assert total(measured, found)[0] == 0
    assert carry_on(ground, members, found) == found


@settings(max_examples=60, deadline=None)
@given(st.data(), grounds())
def test_a_part_is_judged_the_same_with_and_without_its_sums(data, ground):
    measured = ground.measures(range(len(ground.atoms)), 2)
    part = data.draw(st.sets(st.integers(0, len(ground.atoms) - 1), min_size=1))
    less = data.draw(st.sampled_from(sorted(part)))
    others = sorted(set(range(len(ground.atoms))) - part)
    more = data.draw(st.sampled_from(others)) if others else None
    load = measured.load(part)
    atoms = ground.atoms
    if len(part) > 1:
        assert measured.judge_changed(load, less=atoms[less]) == measured.judge(part - {less})
    if more is not None:
        assert measured.judge_changed(load, more=atoms[more]) == measured.judge(part | {more})
        swapped = (part - {less}) | {more}
        assert measured.judge_changed(load, less=atoms[less], more=atoms[more]) == measured.judge(
            swapped
        )


@settings(max_examples=40, deadline=None)
@given(zone_lists(), st.sampled_from([0.0, 1_000.0, 3_000.0, 20_000.0]))
def test_clusters_reach_every_zone_once_the_most_first(zones, reach_m):
    found = clusters(zones, reach_m)
    known = {zone.id: zone for zone in zones}
    assert sorted(key for cluster in found for key in cluster.zone_ids) == sorted(known)
    served = []
    for cluster in found:
        assert all(apart_m(cluster.centre, known[key]) <= reach_m for key in cluster.zone_ids)
        served.append(sum(known[key].households for key in cluster.zone_ids))
    assert all(one >= other for one, other in pairwise(served))
    assert clusters(zones[::-1], reach_m) == found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 6)] * 2, *[st.integers(1, 3)] * 2), max_size=8), st.data()
)
def test_communes_border_where_their_areas_come_near(rectangles, data):
    """By brute force on rectangles, some of them drawn a little apart."""
    gap_m = data.draw(st.sampled_from([0.0, 20.0, 29.0, 31.0, 200.0]))
    step = 0.01
    apart = gap_m / 111_320
    areas = {
        ("2026", f"{place:05d}"): box(
            x * step, y * step, (x + w) * step - apart, (y + h) * step - apart
        )
        for place, (x, y, w, h) in enumerate(rectangles)
    }
    found = bordering(areas)
    assert set(found) == set(areas)
    for one, area in areas.items():
        near = {
            other
            for other, beside in areas.items()
            if other != one and area.distance(beside) * 111_320 <= TOLERANCE_M
        }
        # Rectangles at the equator: a degree is the same both ways, to a part in 10,000.
        assert found[one] == near


def test_what_is_told_of_a_cluster_is_its_centre():
    zone = a_zone()
    assert clusters([zone], 0) == (Cluster(zone, frozenset({zone.id})),)
    assert LotCommune("x", island=True).island
