"""Proposing lots in the database: kept, left alone, dissolved, never twice for one zone."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from coverage.actions import audit as audit_actions
from coverage.actions.lots import propose_lots, standing_lots
from coverage.errors import NotAllowed, NotFound, NothingToDo
from coverage.lots import LotStatus
from coverage.people import Actor, Role
from coverage.storage import audit
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import change, report

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32


@pytest.fixture
def two_lots(database, officer):
    report(
        database, officer,
        a_zone(1), a_zone(2, latitude=18.3 + 5 * KM, commune_code="18100"),
        a_zone(3, latitude=18.3 + 60 * KM, commune_code="18103"),
        a_zone(4, queue=Queue.OPERATOR), a_zone(5, status=ZoneStatus.WITHDRAWN),
    )  # fmt: skip


def rows(database, authority, query):
    with database.transaction(authority) as connection:
        return connection.execute(text(query)).all()


def everything(database, authority):
    return (
        rows(database, authority, "SELECT * FROM phusong.lot ORDER BY id"),
        rows(database, authority, "SELECT * FROM phusong.lot_zone ORDER BY lot_id, zone_id"),
        rows(database, authority, "SELECT count(*) FROM phusong.audit_entry"),
    )


def test_fund_zones_are_grouped_and_kept(database, authority, two_lots):
    plan = propose_lots(database, authority, "42")
    assert plan.changed
    assert plan.province == "Tỉnh Hà Tĩnh"
    assert [lot.name for lot in plan.lots] == ["Lô 1 – Sơn Kim 2", "Lô 2 – Hương Sơn, Sơn Kim 1"]
    assert [set(lot.zone_ids) for lot in plan.lots] == [{zone_id(3)}, {zone_id(1), zone_id(2)}]
    assert plan.lots[1].totals["households"] == 80
    assert standing_lots(database, authority, "42").lots == plan.lots


def test_proposing_again_with_unchanged_zones_changes_nothing(database, authority, two_lots):
    propose_lots(database, authority, "42")
    before = everything(database, authority)
    again = propose_lots(database, authority, "42")
    assert not again.changed
    assert everything(database, authority) == before


def test_a_new_zone_dissolves_the_lot_it_joins_and_leaves_the_other(
    database, authority, officer, two_lots
):
    first = propose_lots(database, authority, "42")
    report(database, officer, a_zone(6, latitude=18.3 + 61 * KM))
    second = propose_lots(database, authority, "42")
    assert second.lots[1].id == first.lots[1].id
    assert second.lots[0].id != first.lots[0].id
    statuses = dict(rows(database, authority, "SELECT id, status FROM phusong.lot"))
    assert statuses[first.lots[0].id] == "dissolved"
    with database.transaction(authority) as connection:
        told = list(audit.entries(connection))[-1]
    assert told.act == "lots.proposed"
    assert str(first.lots[0].id) in told.detail


def test_a_lot_that_comes_back_stands_under_its_old_id(database, authority, officer, two_lots):
    first = propose_lots(database, authority, "42")
    change(database, officer, zone_id(3), status="withdrawn")
    assert len(propose_lots(database, authority, "42").lots) == 1
    change(database, officer, zone_id(3), status="approved")
    third = propose_lots(database, authority, "42")
    assert [lot.id for lot in third.lots] == [lot.id for lot in first.lots]
    assert all(lot.status is LotStatus.PROPOSED for lot in third.lots)


def test_changed_households_are_in_the_totals_though_the_lot_stays(
    database, authority, officer, two_lots
):
    first = propose_lots(database, authority, "42")
    change(database, officer, zone_id(1), households=99)
    second = propose_lots(database, authority, "42")
    assert second.changed
    assert second.lots[1].id == first.lots[1].id
    assert second.lots[1].totals["households"] == 139


def test_lots_of_a_published_package_stand_and_keep_their_numbers(
    database, authority, officer, two_lots
):
    first = propose_lots(database, authority, "42")
    with database.transaction(authority) as connection:
        connection.execute(text("UPDATE phusong.lot SET status = 'in_package' WHERE number = 2"))
    report(database, officer, a_zone(6, latitude=18.3 + 1 * KM))
    plan = propose_lots(database, authority, "42")
    assert [(lot.number, lot.status.value) for lot in plan.lots] == [
        (2, "in_package"), (3, "proposed"), (4, "proposed"),
    ]  # fmt: skip
    assert plan.lots[0].zone_ids == first.lots[1].zone_ids
    assert {key for lot in plan.lots[1:] for key in lot.zone_ids} == {zone_id(3), zone_id(6)}


def test_when_every_zone_left_the_lots_are_dissolved(database, authority, officer, two_lots):
    propose_lots(database, authority, "42")
    for number in (1, 2, 3):
        change(database, officer, zone_id(number), status="withdrawn")
    assert propose_lots(database, authority, "42").lots == ()
    with pytest.raises(NothingToDo):
        propose_lots(database, authority, "42")


def test_no_zone_is_in_two_active_lots(database, authority, two_lots):
    plan = propose_lots(database, authority, "42")
    with (
        pytest.raises(IntegrityError, match="lot_zone_one_active_excl"),
        database.transaction(authority) as connection,
    ):
        connection.execute(
            text("INSERT INTO phusong.lot_zone (lot_id, zone_id) VALUES (:lot, :zone)"),
            {"lot": plan.lots[0].id, "zone": zone_id(1)},
        )


def test_a_province_without_fund_zones_is_told_so(database, authority, officer):
    report(database, officer, a_zone(queue=Queue.POWER))
    with pytest.raises(NothingToDo) as refused:
        propose_lots(database, authority, "42")
    assert refused.value.facts == {"reason": "no_fund_zones", "province": "Tỉnh Hà Tĩnh"}
    assert audit_actions.verify(database, authority) == (0, None)


def test_an_unknown_province_is_not_found(database, authority, officer):
    with pytest.raises(NotFound):
        propose_lots(database, authority, "99")


def test_a_province_may_not_plan_but_sees_its_lots(database, authority, officer, two_lots):
    with pytest.raises(NotAllowed):
        propose_lots(database, officer, "42")
    propose_lots(database, authority, "42")
    assert len(standing_lots(database, officer, "42").lots) == 2


def test_an_operator_sees_no_proposed_lot(database, authority, operator, two_lots):
    propose_lots(database, authority, "42")
    assert standing_lots(database, operator("Viettel"), "42").lots == ()


def test_the_settings_of_the_day_bound_the_lots(database, authority, two_lots):
    with database.transaction(authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.setting (name, valid_from, value, citation)"
                " VALUES ('lot_gap_m', '2022-01-01', '4000', 'thử'),"
                " ('lot_max_zones', '2999-01-01', '1', 'chưa tới ngày')"
            )
        )
    assert len(propose_lots(database, authority, "42").lots) == 3


def test_a_planner_may_propose(database, authority, two_lots):
    planner = Actor(authority.organisation_id, authority.kind, Role.PLANNER, "cán bộ kế hoạch")
    assert propose_lots(database, planner, "42").changed
