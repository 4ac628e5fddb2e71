"""Lots: by hand, on maps small enough to see."""

import numpy as np
import pytest

from coverage.costs import CostKind, CostRates
from coverage.distances import metres
from coverage.errors import SettingsUnusable
from coverage.lots import (
    ELIGIBLE_STATUSES,
    Balance,
    LotCommune,
    LotCosts,
    LotLimits,
    LotShape,
    SiteGround,
    balance,
    clusters,
    compare,
    is_eligible,
    lot_id,
    propose,
)
from coverage.lots.proximity import links_within, widest_gap_m
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id

KM = 1 / 111.32  # degrees of latitude, near enough
LIMITS = LotLimits(gap_m=15_000, max_zones=25)
COMMUNES = {
    "18073": LotCommune("Hương Sơn", island=False),
    "18100": LotCommune("Sơn Kim 1", island=False),
    "18103": LotCommune("Sơn Kim 2", island=False),
    "18106": LotCommune("Vũ Quang", island=False),
    "20195": LotCommune("Lý Sơn", island=True),
}


def going_north(*kilometres, **facts):
    return [
        a_zone(number, latitude=18.0 + km * KM, **facts)
        for number, km in enumerate(kilometres, start=1)
    ]


def villages(lots):
    return [sorted(zone.village for zone in lot.zones) for lot in lots]


def test_neighbours_within_the_gap_share_a_lot_even_in_a_long_chain():
    lots = propose(going_north(0, 14, 28, 42), COMMUNES, LIMITS)
    assert villages(lots) == [["Bản 1", "Bản 2", "Bản 3", "Bản 4"]]
    assert lots[0].widest_gap_m == pytest.approx(14_000, rel=0.01)


def test_a_wider_gap_parts_them_and_the_north_is_first():
    lots = propose(going_north(0, 10, 26), COMMUNES, LIMITS)
    assert villages(lots) == [["Bản 3"], ["Bản 1", "Bản 2"]]
    assert [lot.number for lot in lots] == [1, 2]


def test_the_gap_itself_still_connects():
    zones = going_north(0, 12)
    one, other = (np.array([[zone.latitude], [zone.longitude]]) for zone in zones)
    between = float(metres(*one, *other)[0])
    assert len(propose(zones, COMMUNES, LotLimits(between, 25))) == 1
    assert len(propose(zones, COMMUNES, LotLimits(between - 0.001, 25))) == 2


def test_distance_is_on_the_ellipsoid_not_on_a_sphere():
    # One degree of latitude at 18°–19° N is 110.68 km; a sphere of 6,371 km says 111.19.
    assert len(links_within([105, 105], [18, 19], 110_690)[0]) == 1
    assert len(links_within([105, 105], [18, 19], 110_670)[0]) == 0


def test_what_is_too_large_is_cut_into_even_groups_that_still_hang_together():
    zones = going_north(*range(0, 260, 10))  # 26 villages in a row
    lots = propose(zones, COMMUNES, LIMITS)
    assert [len(lot.zones) for lot in lots] == [13, 13]
    assert all(lot.widest_gap_m < 15_000 for lot in lots)
    assert {zone.village for zone in lots[0].zones} == {f"Bản {n}" for n in range(14, 27)}


def test_three_groups_are_thirds():
    lots = propose(going_north(*range(60)), COMMUNES, LotLimits(15_000, 20))
    assert [len(lot.zones) for lot in lots] == [20, 20, 20]


def test_a_star_is_cut_without_tearing_its_arms_off_each_other():
    """Four arms of five villages around one: cutting straight through would strand pieces."""
    arms = [(0, 1), (0, -1), (1, 0), (-1, 0)]
    zones = [a_zone(0, latitude=18.0, longitude=105.0)]
    for arm, (east, north) in enumerate(arms):
        zones += [
            a_zone(
                1 + arm * 5 + step,
                latitude=18.0 + north * 10 * (step + 1) * KM,
                longitude=105.0 + east * 10 * (step + 1) * KM,
            )
            for step in range(5)
        ]
    lots = propose(zones, COMMUNES, LotLimits(12_000, 11))
    assert sum(len(lot.zones) for lot in lots) == 21
    assert max(len(lot.zones) for lot in lots) <= 11
    assert all(lot.widest_gap_m <= 12_000 for lot in lots)


def test_villages_on_one_spot_are_parted_the_same_way_whatever_their_order():
    zones = [a_zone(number) for number in range(10)]
    assert propose(zones[::-1], COMMUNES, LotLimits(15_000, 3)) == propose(
        zones, COMMUNES, LotLimits(15_000, 3)
    )


def test_islands_are_apart_from_the_mainland_and_together():
    near = a_zone(1, latitude=18.0)
    lots = propose(
        [
            near,
            a_zone(2, latitude=18.0 + 5 * KM, commune_code="20195"),
            a_zone(3, latitude=18.0 + 90 * KM, commune_code="20195"),
        ],
        COMMUNES,
        LIMITS,
    )
    assert villages(lots) == [["Bản 1"], ["Bản 2", "Bản 3"]]
    assert [lot.island for lot in lots] == [False, True]
    assert lots[1].widest_gap_m > 80_000


def test_many_islands_are_cut_by_size_only():
    zones = going_north(*range(0, 400, 40), commune_code="20195")
    lots = propose(zones, COMMUNES, LotLimits(15_000, 5))
    assert [len(lot.zones) for lot in lots] == [5, 5]


@pytest.mark.parametrize("queue", [queue for queue in Queue if queue is not Queue.FUND])
def test_only_the_funds_queue_enters_a_lot(queue):
    assert propose([a_zone(queue=queue)], COMMUNES, LIMITS) == ()


@pytest.mark.parametrize("status", list(ZoneStatus))
def test_only_some_statuses_enter_a_lot(status):
    assert is_eligible(a_zone(status=status)) is (status in ELIGIBLE_STATUSES)


def test_a_name_lists_the_communes_with_the_most_households():
    zones = [
        a_zone(1, households=10),
        a_zone(2, commune_code="18100", households=90),
        a_zone(3, commune_code="18103", households=20),
        a_zone(4, commune_code="18103", households=30),
    ]
    assert propose(zones, COMMUNES, LIMITS)[0].name == "Lô 1 – Sơn Kim 1, Sơn Kim 2, Hương Sơn"
    zones.append(a_zone(5, commune_code="18106", households=1))
    named = propose(zones, COMMUNES, LIMITS, first_number=4)[0].name
    assert named == "Lô 4 – Sơn Kim 1, Sơn Kim 2, Hương Sơn và 1 xã khác"


def test_a_commune_without_a_name_is_called_by_its_code():
    assert propose([a_zone(commune_code="99999")], {}, LIMITS)[0].name == "Lô 1 – 99999"


def test_an_id_depends_on_the_zones_and_the_province_only():
    ids = [zone_id(1), zone_id(2)]
    assert lot_id("42", ids) == lot_id("42", reversed(ids))
    assert lot_id("42", ids) != lot_id("40", ids)
    assert lot_id("42", ids) != lot_id("42", ids[:1])
    # Written down: the ids of stored lots must never move.
    assert str(lot_id("42", ids)) == "083e2f1f-eda6-50df-bccd-06121cdac90e"


def test_totals_keep_unknown_population_apart_from_zero():
    lot = propose([a_zone(1), a_zone(2, population=None)], COMMUNES, LIMITS)[0]
    assert lot.totals() == {
        "zones": 2, "households": 80, "population": 170, "zones_without_population": 1,
        "widest_gap_m": 0, "island": False, "cost_vnd": None, "cost": None, "over": [],
        "limits": LIMITS.as_json(),
    }  # fmt: skip
    unknown = propose([a_zone(population=None)], COMMUNES, LIMITS)[0].totals()
    assert unknown["population"] is None


def test_two_provinces_are_never_one_lot():
    with pytest.raises(ValueError, match="one province"):
        propose([a_zone(1), a_zone(2, province_code="40")], COMMUNES, LIMITS)


@pytest.mark.parametrize(("gap_m", "most"), [(0, 25), (-1, 25), (float("nan"), 25), (15_000, 0)])
def test_limits_that_make_no_sense_are_refused(gap_m, most):
    with pytest.raises(SettingsUnusable):
        LotLimits(gap_m, most)


def test_widest_gap_is_the_longest_edge_of_the_shortest_tree():
    assert widest_gap_m([105.0], [18.0]) == 0
    north = [0, 30, 10, 45]  # gaps 10, 20, 15
    assert widest_gap_m([105.0] * 4, [18 + km * KM for km in north]) == pytest.approx(
        20_000, rel=0.01
    )


BORDERS = {
    ("2026-04-30", "18073"): frozenset({("2026-04-30", "18100")}),
    ("2026-04-30", "18100"): frozenset({("2026-04-30", "18073"), ("2026-04-30", "18103")}),
    ("2026-04-30", "18103"): frozenset({("2026-04-30", "18100")}),
    ("2026-04-30", "18106"): frozenset(),
}


def far_apart(*codes, **facts):
    """Villages 40 km from one another, each in its commune."""
    return [
        a_zone(number, latitude=18.0 + 40 * number * KM, commune_code=code, **facts)
        for number, code in enumerate(codes, start=1)
    ]


def test_communes_that_share_a_border_share_a_lot_through_a_chain_that_has_zones():
    chain = far_apart("18073", "18100", "18103")
    assert villages(propose(chain, COMMUNES, LIMITS, borders=BORDERS)) == [
        ["Bản 1", "Bản 2", "Bản 3"]
    ]
    broken = [chain[0], chain[2]]  # the commune between has no zone of the lot
    assert len(propose(broken, COMMUNES, LIMITS, borders=BORDERS)) == 2
    assert len(propose(chain, COMMUNES, LIMITS)) == 3, "only the gap, where areas are approximate"


def test_one_commune_is_one_ground_and_an_unknown_one_has_only_the_gap():
    assert len(propose(far_apart("18106", "18106"), COMMUNES, LIMITS, borders=BORDERS)) == 1
    assert len(propose(far_apart("18109", "18109"), COMMUNES, LIMITS, borders=BORDERS)) == 2


def test_a_code_of_another_list_is_another_commune():
    zones = far_apart("18073", "18100", vintage="2025-06-30")
    assert len(propose(zones, COMMUNES, LIMITS, borders=BORDERS)) == 2


def test_lots_share_no_border_with_islands():
    zones = [a_zone(1), a_zone(2, commune_code="20195", latitude=18.3 + KM)]
    borders = {("2026-04-30", "18073"): frozenset({("2026-04-30", "20195")}),
               ("2026-04-30", "20195"): frozenset({("2026-04-30", "18073")})}  # fmt: skip
    assert len(propose(zones, COMMUNES, LIMITS, borders=borders)) == 2


RATES = CostRates(1_000_000_000, 1, 100_000_000, 10_000_000, 5_000_000, 20, 1_000_000)


def test_a_lot_pays_for_the_site_of_each_cluster_it_holds():
    near = a_zone(1, households=50), a_zone(2, latitude=18.3 + 2 * KM, households=10)
    far = a_zone(3, latitude=18.3 + 30 * KM, households=7)
    found = clusters([*near, far], 3_000)
    assert [sorted(cluster.zone_ids) for cluster in found] == [
        sorted(zone.id for zone in near), [far.id],
    ]  # fmt: skip
    costs = LotCosts(found, [SiteGround(2, 1, 30), SiteGround(None, 1, 3)], RATES)
    both = costs.estimate(near)
    assert {part.kind.value: part.quantity for part in both.parts} == {
        "tower": 1, "road": 2, "power": 1, "backhaul": 2, "households": 60,
    }  # fmt: skip
    assert both.total_vnd == 1_000_000_000 + 200_000_000 + 10_000_000 + 10_000_000 + 60_000_000
    assert costs.estimate([near[0], far]).absent == (CostKind.ROAD,)
    parted = costs.estimate(near[:1]).total_vnd + costs.estimate(near[1:]).total_vnd
    assert parted == both.total_vnd + costs.site_vnd[0], "a cluster that is parted pays twice"


def test_lots_are_balanced_in_households_not_in_zones():
    crowded = going_north(0, 5, 10, households=300)
    sparse = [a_zone(n, latitude=18.0 + 5 * n * KM, households=100) for n in range(4, 13)]
    lots = propose([*crowded, *sparse], COMMUNES, LotLimits(15_000, 25, lots=2))
    assert sorted(lot.households for lot in lots) == [900, 900]


def test_a_village_too_large_for_any_lot_has_one_by_itself_and_it_is_said():
    zones = [*going_north(0, 5, 15), a_zone(9, latitude=18.0 + 10 * KM, households=900)]
    lots = propose(zones, COMMUNES, LotLimits(15_000, 25, max_households=100))
    assert [lot.over for lot in lots if len(lot.zones) == 1 and lot.over] == [("max_households",)]
    assert all(not lot.over for lot in lots if lot.households < 900)


def test_how_even_lots_are():
    assert balance([]) == Balance(None, None)
    assert balance([10, 20, 30]) == Balance(3.0, 1.5)
    assert balance([0, 10]) == Balance(None, 2.0)
    assert balance([0, 0]) == Balance(None, None)


def shape(number, *numbers):
    return LotShape(zone_id(1000 + number), number, f"Lô {number}",
                    frozenset(zone_id(n) for n in numbers), 10 * len(numbers), None)  # fmt: skip


def test_a_lot_is_compared_with_the_one_it_shares_most_households_with():
    households = {zone_id(n): 10 for n in range(1, 10)} | {zone_id(5): 100}
    before = [shape(1, 1, 2, 3), shape(2, 4, 5)]
    after = [shape(1, 3, 5), shape(2, 1, 2), shape(3, 4)]
    changes = compare(before, after, households)
    assert [(c.before and c.before.number, c.after and c.after.number) for c in changes] == [
        (2, 1), (1, 2), (None, 3),
    ]  # fmt: skip
    assert changes[0].came == {zone_id(3)}
    assert changes[0].went == {zone_id(4)}
    gone = compare(before, after[:1], households)[-1]
    assert (gone.before.number, gone.after, gone.went) == (1, None, before[0].zone_ids)
    assert not compare(before, before, households)[0].changed
