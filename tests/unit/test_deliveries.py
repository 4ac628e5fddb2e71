"""The rules of delivery: acceptance, lateness, and the two counts against brute force."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from coverage.criteria import ServiceLevel
from coverage.deliveries import (
    AskedLot,
    AskedZone,
    AwardWish,
    CountedVillage,
    DeliveryState,
    DeliveryZone,
    Measure,
    Measured,
    OnAirWish,
    Outcome,
    PlannedBy,
    PlannedPlace,
    SiteBasis,
    SitePoint,
    accept,
    award_objections,
    counted,
    late_days,
    minimal_sites,
    near_planned,
    report_objections,
    state_of,
)
from coverage.deliveries.awards import grouped
from coverage.deliveries.repetition import repeated
from coverage.findings import rulebook
from coverage.towers import Technology
from coverage.zones import ZoneStatus
from tests.builders import zone_id

TODAY = date(2026, 11, 23)
ASKED = (
    ServiceLevel("4G", level_dbm=-110, down_mbps=5, up_mbps=2.5, availability_percent=95,
                 measured="đo tại trung tâm thôn"),
    ServiceLevel("5G", down_mbps=20),
)  # fmt: skip


# --- Acceptance --------------------------------------------------------------------------------


def outcomes(technology, **measured):
    done = accept(ASKED, technology, Measured(**measured))
    return {check.measure: check.outcome for check in done.checks}


def test_a_figure_at_the_threshold_is_met_and_one_below_is_not():
    exact = outcomes(
        Technology.G4, level_dbm=-110, down_mbps=5, up_mbps=2.5, availability_percent=95
    )
    assert set(exact.values()) == {Outcome.MET}
    below = outcomes(
        Technology.G4, level_dbm=-110.1, down_mbps=4.99, up_mbps=2.49, availability_percent=94.9
    )
    assert [below[measure] for measure in Measure] == [Outcome.MET] + [Outcome.NOT_MET] * 4


def test_what_was_not_measured_is_never_met():
    assert set(outcomes(Technology.G4).values()) == {Outcome.MET, Outcome.NOT_MEASURED}
    assert outcomes(Technology.G5, down_mbps=None)[Measure.DOWN] is Outcome.NOT_MEASURED


def test_what_was_not_asked_is_neither_met_nor_missed():
    told = outcomes(Technology.G5, level_dbm=-140, down_mbps=50)
    assert told[Measure.LEVEL] is Outcome.NOT_ASKED
    assert told[Measure.DOWN] is Outcome.MET
    nothing = accept((), Technology.G2, Measured(-140))
    assert {check.outcome for check in nothing.checks} == {Outcome.NOT_ASKED}
    assert not nothing.asked
    assert nothing.short == ()


def test_another_technology_than_those_asked_for_is_no_service():
    done = accept(ASKED, Technology.G3, Measured(-80, 100, 100, 100))
    assert [check.measure for check in done.short] == [Measure.TECHNOLOGY]


FIGURES = st.none() | st.floats(-200, 200, allow_nan=False)


@given(FIGURES, FIGURES)
def test_every_outcome_by_a_table_of_its_own(asked, measured):
    level = ServiceLevel("4G", level_dbm=asked)
    check = accept((level,), Technology.G4, Measured(level_dbm=measured)).checks[1]
    if asked is None:
        expected = Outcome.NOT_ASKED
    elif measured is None:
        expected = Outcome.NOT_MEASURED
    else:
        expected = Outcome.MET if not measured < asked else Outcome.NOT_MET
    assert check.outcome is expected
    assert (check.outcome is Outcome.MET) <= (measured is not None)


# --- Lateness ----------------------------------------------------------------------------------


def a_delivery(**facts):
    given_facts = {
        "zone_id": zone_id(1), "award_id": zone_id(2), "village": "Bản", "commune": "Xã",
        "province_code": "42", "province": "Hà Tĩnh", "households": 40,
        "status": ZoneStatus.AWARDED, "operator": "Viettel", "package_number": "GT",
        "lot_number": 1, "due_on": TODAY,
    }  # fmt: skip
    return DeliveryZone(**(given_facts | facts))


@pytest.mark.parametrize(
    ("days", "state", "late"),
    [
        (-1, DeliveryState.LATE, 1), (0, DeliveryState.SOON, 0), (60, DeliveryState.SOON, 0),
        (61, DeliveryState.DUE, 0), (-400, DeliveryState.LATE, 400),
    ],
)  # fmt: skip
def test_the_due_day_itself_is_in_time(days, state, late):
    zone = a_delivery(due_on=TODAY + timedelta(days=days))
    assert (state_of(zone, TODAY, 60), late_days(zone, TODAY)) == (state, late)


@pytest.mark.parametrize(
    ("status", "on_air", "state", "late"),
    [
        (ZoneStatus.ON_AIR, 5, DeliveryState.ON_AIR, 5),
        (ZoneStatus.CONFIRMED, 5, DeliveryState.CONFIRMED, 5),
        (ZoneStatus.ON_AIR, -5, DeliveryState.ON_AIR, 0),
        (ZoneStatus.ON_AIR, None, DeliveryState.ON_AIR, 0),
        (ZoneStatus.APPROVED, None, DeliveryState.LEFT, 0),
    ],
)
def test_what_went_on_air_late_stays_late(status, on_air, state, late):
    day = None if on_air is None else TODAY + timedelta(days=on_air)
    zone = a_delivery(status=status, on_air_on=day)
    later = TODAY + timedelta(days=90)
    assert (state_of(zone, later, 60), late_days(zone, later)) == (state, late)


def test_sums_by_operator():
    zones = [
        a_delivery(due_on=TODAY - timedelta(days=3)), a_delivery(due_on=TODAY - timedelta(days=9)),
        a_delivery(status=ZoneStatus.CONFIRMED, on_air_on=TODAY + timedelta(days=2)),
        a_delivery(operator="VNPT", status=ZoneStatus.ON_AIR, on_air_on=TODAY),
    ]  # fmt: skip
    by_operator = counted(zones, lambda zone: zone.operator, TODAY, 60)
    viettel, vnpt = by_operator["Viettel"], by_operator["VNPT"]
    assert (viettel.zones, viettel.late, viettel.confirmed) == (3, 2, 1)
    assert (viettel.delivered_late, viettel.longest_late_days, viettel.households) == (1, 9, 120)
    assert (vnpt.on_air, vnpt.late, vnpt.delivered_late) == (1, 0, 0)


STATES = st.sampled_from(list(ZoneStatus))


@given(st.lists(st.tuples(STATES, st.integers(-500, 500), st.integers(-500, 500)), max_size=30))
def test_every_zone_is_counted_in_one_state(facts):
    zones = [
        a_delivery(
            status=status, due_on=TODAY + timedelta(days=due), on_air_on=TODAY + timedelta(days=air)
        )
        for status, due, air in facts
    ]
    count = counted(zones, lambda _: 0, TODAY, 60).get(0)
    if count is None:
        assert zones == []
        return
    parts = (count.late, count.soon, count.due, count.on_air, count.confirmed, count.left)
    assert sum(parts) == count.zones == len(zones)
    assert count.late == sum(
        zone.status is ZoneStatus.AWARDED and zone.due_on < TODAY for zone in zones
    )


# --- The two counts, against brute force -------------------------------------------------------

GEOD = Geod(ellps="WGS84")
NEAR = st.tuples(st.floats(18.0, 18.1), st.floats(105.0, 105.1))
REACHES = st.sampled_from([0.0, 500.0, 3000.0, 20000.0])


def apart(one, other):
    return GEOD.inv(one[1], one[0], other[1], other[0])[2]


def sites_at(points):
    return [SitePoint(f"T{n}", SiteBasis.PROPOSED, *point) for n, point in enumerate(points)]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(NEAR, max_size=6),
    st.lists(st.tuples(NEAR, st.integers(0, 300), st.booleans()), max_size=15),
    REACHES, st.sampled_from([0.0, 0.1, 0.5, 1.0]),
)  # fmt: skip
def test_new_coverage_by_brute_force(points, villages, reach_m, least):
    held = [
        CountedVillage(zone_id(n), *point, households, served)
        for n, (point, households, served) in enumerate(villages)
    ]
    for site, point in zip(
        minimal_sites(sites_at(points), held, reach_m, least), points, strict=True
    ):
        total = new = 0
        for place, households, served in villages:
            if apart(point, place) <= reach_m:
                total += households
                new += 0 if served else households
        assert (site.households, site.new) == (total, new)
        if total == 0:
            assert (site.share, site.minimal) == (None, True)
        else:
            assert site.minimal == (new / total <= least)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(NEAR, max_size=6),
    st.lists(st.tuples(NEAR, st.sampled_from(["VNPT", "MobiFone"])), max_size=15), REACHES,
)  # fmt: skip
def test_others_plans_by_brute_force(points, plans, within_m):
    places = [
        PlannedPlace(operator, PlannedBy.PROMISE, *point, str(n))
        for n, (point, operator) in enumerate(plans)
    ]
    found = {
        each.site.label: each.places for each in near_planned(sites_at(points), places, within_m)
    }
    for n, point in enumerate(points):
        expected = sorted(
            (distance, str(m))
            for m, (place, _) in enumerate(plans)
            if (distance := apart(point, place)) <= within_m
        )
        got = [(distance, what) for _, _, what, distance in found.get(f"T{n}", ())]
        assert (
            sorted(got) == pytest.approx(expected)
            if not expected
            else (sorted(what for _, what in got) == sorted(what for _, what in expected))
        )
        assert [distance for distance, _ in got] == sorted(distance for distance, _ in got)
        assert (f"T{n}" in found) == bool(expected)


def test_a_village_at_the_very_reach_counts():
    north = GEOD.fwd(105.0, 18.0, 0, 3000.0)
    village = CountedVillage(zone_id(1), north[1], north[0], 10, served_before=False)
    distance = apart((18.0, 105.0), (north[1], north[0]))
    within = minimal_sites(sites_at([(18.0, 105.0)]), [village], distance, 0.1)[0]
    beyond = minimal_sites(sites_at([(18.0, 105.0)]), [village], math.nextafter(distance, 0), 0.1)[
        0
    ]
    assert (within.households, beyond.households) == (10, 0)


# --- What stands in the way --------------------------------------------------------------------


def test_a_package_whose_bids_are_still_open_is_not_awarded():
    lot = AskedLot(
        zone_id(1), zone_id(2), 1, "Lô 1", date(2026, 10, 1), [("Bản", ZoneStatus.IN_PACKAGE)],
        closes_on=date(2026, 12, 1), waiting_version=2,
    )  # fmt: skip
    wish = AwardWish("GT", "1", "Viettel", 5, TODAY, "QĐ")
    found = award_objections(wish, lot, package_open=True, operator_known=True, today=TODAY)
    assert [each.rule for each in found] == ["award.version_waits", "award.before_closing"]


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({}, []),
        ({"price_vnd": 0}, ["price_not_positive"]),
        ({"price_vnd": 101}, ["over_estimate"]),
        ({"awarded_on": date(2026, 9, 30)}, ["before_opening"]),
        ({"awarded_on": date(2026, 10, 31)}, ["before_closing"]),
        ({"awarded_on": date(2026, 11, 1)}, []),  # the day on which bids close
        ({"awarded_on": TODAY + timedelta(days=1)}, ["date_to_come"]),
    ],
)
def test_an_award_at_its_bounds(facts, rules):
    lot = AskedLot(
        zone_id(1), zone_id(2), 1, "Lô 1", date(2026, 10, 1), [("Bản", ZoneStatus.IN_PACKAGE)],
        closes_on=date(2026, 11, 1), estimate_vnd=100,
    )  # fmt: skip
    wish = replace(AwardWish("GT", "1", "Viettel", 100, TODAY, "QĐ"), **facts)
    found = award_objections(wish, lot, package_open=True, operator_known=True, today=TODAY)
    assert [each.rule for each in found] == [f"award.{rule}" for rule in rules]


def test_money_is_told_in_groups_of_three():
    assert grouped(12_500_000_000) == "12.500.000.000"
    assert repeated([zone_id(1), None, zone_id(2), zone_id(1), None]) == {3: 0}


def a_report(**facts):
    told = {
        "zone_id": zone_id(1), "on_air_on": TODAY, "technology": Technology.G4,
        "measured": Measured(-100, 5, 3, 96), "measured_on": TODAY,
    }  # fmt: skip
    return OnAirWish(**(told | facts))


def an_asked(**facts):
    told = {
        "village": "Bản", "status": ZoneStatus.AWARDED, "awarded_on": date(2026, 1, 1),
        "due_on": date(2028, 1, 1),
    }  # fmt: skip
    return AskedZone(**(told | facts))


@pytest.mark.parametrize(
    ("wish", "asked", "rules"),
    [
        ({}, {}, []),
        ({"zone_id": None}, None, ["zone_missing"]),
        ({}, None, ["zone_not_yours"]),
        ({}, {"status": ZoneStatus.CONFIRMED}, ["confirmed_already"]),
        ({}, {"status": ZoneStatus.APPROVED}, ["zone_not_awarded"]),
        ({}, {"same": True, "earlier": True}, ["unchanged"]),
        ({}, {"earlier": True}, ["replaces"]),
        ({"on_air_on": None}, {}, ["date_missing"]),
        ({"on_air_on": date(2026, 11, 24)}, {}, ["date_to_come", "measured_before"]),
        ({"on_air_on": date(2006, 11, 23)}, {}, ["date_too_old"]),
        ({"on_air_on": date(2025, 12, 31)}, {}, ["before_award"]),
        ({}, {"awarded_on": TODAY, "due_on": TODAY}, []),
        ({}, {"due_on": date(2026, 11, 20)}, ["late"]),
        ({"technology": None}, {}, ["technology_missing"]),
        ({"technology": Technology.G2}, {}, ["not_broadband"]),
        ({"measured": Measured()}, {}, ["not_measured"]),
        ({"measured": Measured(level_dbm=-10)}, {}, ["level_unlikely"]),
        ({"measured": Measured(down_mbps=-1, up_mbps=50_000)}, {}, ["speed_unlikely"] * 2),
        ({"measured": Measured(availability_percent=101)}, {}, ["availability_unlikely"]),
        ({"measured_on": None}, {}, ["measured_when"]),
        ({"measured_on": date(2026, 12, 1)}, {}, ["measured_to_come"]),
        ({"measured_on": date(2026, 11, 1)}, {}, ["measured_before"]),
        ({}, {"site_m": 3001.0, "reach_m": 3000.0}, ["site_far"]),
        ({}, {"site_m": 3000.0, "reach_m": 3000.0}, []),
    ],
)  # fmt: skip
def test_what_has_to_be_said_of_a_report(wish, asked, rules):
    about = None if asked is None else an_asked(**asked)
    found = report_objections(a_report(**wish), about, TODAY)
    assert [each.rule for each in found] == [f"on_air.{rule}" for rule in rules]
    for each in found:
        assert each.message()
        assert each.fix()


def test_every_rule_says_in_two_languages_what_to_do():
    for code, rule in rulebook().items():
        if code.startswith(("award.", "on_air.")):
            assert all(all(text.values()) for text in (rule.summary, rule.message, rule.fix)), code
