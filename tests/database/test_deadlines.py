"""The clock of a stored lot: by readiness, by sites, by the months in force; told in a package."""

import uuid
from datetime import date

import pytest
from sqlalchemy import text

from coverage.actions.lots import propose_lots
from coverage.deadlines import ClockRule
from coverage.storage.deadlines import clocks, rule_months
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, load_places, report


@pytest.fixture
def lot(database, authority, province):
    load_places(database, authority)
    report(database, province("42"), a_zone(1), a_zone(2, latitude=18.31))
    return propose_lots(database, authority, "42").lots[0]


def say(database, authority, number, *kinds, state="ready"):
    with database.transaction(authority) as connection:
        for kind in kinds:
            connection.execute(
                text(
                    "INSERT INTO phusong.zone_readiness (zone_id, kind, state, said_by)"
                    " VALUES (:zone, :kind, :state, 'thử') ON CONFLICT (zone_id, kind)"
                    " DO UPDATE SET state = excluded.state"
                ),
                {"zone": zone_id(number), "kind": kind, "state": state},
            )


def site(database, authority, lot, *kinds):
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.lot_siting (lot_id, inputs_sha256, asked, households_covered,"
                " households_total, cost_vnd, bound, gap, chosen_by)"
                " VALUES (:lot, 'x', '{}', 1, 1, 1, 1, 0, 'thử')"
            ),
            {"lot": lot.id},
        )
        for place, kind in enumerate(kinds):
            connection.execute(
                text(
                    "INSERT INTO phusong.lot_site (lot_id, place, kind, point, commune_code,"
                    " zone_ids, households, cost) VALUES (:lot, :place, :kind,"
                    " ST_SetSRID(ST_MakePoint(105.6, 18.3), 4326), '18073', :zones, 40, '[]')"
                ),
                {"lot": lot.id, "place": place, "kind": kind, "zones": [zone_id(1)]},
            )


def rule(database, authority, lot):
    with database.transaction(authority) as connection:
        return clocks(connection, [lot.id])[lot.id].rule


def test_a_lot_that_nobody_spoke_of_has_the_usual_clock(database, authority, lot):
    with database.transaction(authority) as connection:
        clock = clocks(connection, [lot.id])[lot.id]
    assert (clock.rule, clock.months) == (ClockRule.USUAL, 24)
    assert clock.citation


def test_every_zone_has_to_be_ready_and_grid_power_counts_where_nobody_spoke(
    database, authority, lot
):
    say(database, authority, 1, "road", "land", "permits")
    assert rule(database, authority, lot) is ClockRule.USUAL
    say(database, authority, 2, "road", "land", "permits")
    assert rule(database, authority, lot) is ClockRule.READY
    say(database, authority, 2, "power", state="not_ready")
    assert rule(database, authority, lot) is ClockRule.USUAL


def test_all_sites_have_to_be_shared(database, authority, lot):
    site(database, authority, lot, "shared", "shared")
    assert rule(database, authority, lot) is ClockRule.SHARED


def test_one_new_site_gives_the_usual_clock(database, authority, lot):
    site(database, authority, lot, "shared", "new")
    assert rule(database, authority, lot) is ClockRule.USUAL


def test_the_months_are_those_in_force_on_the_day(database, authority, lot):
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.setting (name, valid_from, value, citation)"
                 " VALUES ('on_air_months', '2027-01-01', '18', 'Quyết định thử')")
        )  # fmt: skip
    with database.transaction(authority) as connection:
        before = rule_months(connection, date(2026, 12, 31))[ClockRule.USUAL]
        after = rule_months(connection, date(2027, 1, 1))[ClockRule.USUAL]
        assert clocks(connection, [lot.id], date(2027, 1, 1))[lot.id].months == 18
    assert (before.months, after.months, after.citation) == (24, 18, "Quyết định thử")


def test_a_lot_that_is_not_there_has_the_usual_clock(database, authority, lot):
    asked = uuid.uuid4()
    with database.transaction(authority) as connection:
        assert clocks(connection, [asked])[asked].rule is ClockRule.USUAL
