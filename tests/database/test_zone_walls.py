"""What the database itself holds: a province judges nothing, versions, lots a zone has to leave."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from coverage.actions import audit as audit_actions
from coverage.actions import review
from coverage.actions.lots import propose_lots, standing_lots
from coverage.actions.packages import build_package
from coverage.actions.zone_moves import Seen
from coverage.errors import Conflict
from coverage.lots import LotStatus
from coverage.people import Role
from coverage.zone_life import Move
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import approve, change, report
from tests.reviewed import REPORTED, acts, person, standing_now, statuses, stored
from tests.signed import publish_package

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32


@pytest.fixture
def an(authority):
    return person(authority, "An")


@pytest.fixture
def lead(authority):
    return person(authority, "Chi", Role.LEAD)


# --- The walls of the database -----------------------------------------------------------------


def test_a_province_enters_no_zone_as_judged(database, officer):
    for facts in ("status = 'approved'", "queue_by = 'tôi'", "status_by = 'tôi'"):
        name, value = facts.split(" = ")
        with (
            pytest.raises(DBAPIError, match="row-level security"),
            database.transaction(officer) as connection,
        ):
            connection.execute(
                text("INSERT INTO phusong.zone (organisation_id, province_code, commune_code,"
                     f" vintage, village, village_key, point, households, queue_reason, {name})"
                     " VALUES (:me, '42', '18073', '2026-04-30', 'x', 'x',"
                     f" ST_SetSRID(ST_MakePoint(105, 18), 4326), 4, 'vì thế', {value})"),
                {"me": officer.organisation_id},
            )  # fmt: skip


def test_a_province_changes_no_judgement(database, authority, officer):
    report(
        database, officer, a_zone(1), a_zone(2, **REPORTED), a_zone(3, status=ZoneStatus.RETURNED)
    )
    change(database, authority, zone_id(2), queue_by="An", queue_reason="vì thế")

    def tries(key, assignment):
        with database.transaction(officer) as connection:
            done = connection.execute(
                text(f"UPDATE phusong.zone SET {assignment} WHERE id = :id"), {"id": key}
            )
            return done.rowcount

    assert tries(zone_id(1), "households = 1") == 0  # judged: not the province's any more
    assert tries(zone_id(2), "households = 1") == 1
    for key, assignment in (
        (zone_id(2), "queue_by = NULL"), (zone_id(2), "queue = 'fund', queue_reason = 'x'"),
        (zone_id(3), "queue_by = 'tôi', queue_reason = 'x'"), (zone_id(3), "status_reason = 'khác'"),
        (zone_id(2), "reviewer = 'tôi'"), (zone_id(2), "status_by = 'tôi'"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError):
            tries(key, assignment)


def test_a_change_without_a_new_version_gets_one(database, authority, officer):
    stored(database, officer)
    with database.transaction(authority) as connection:
        connection.execute(text("UPDATE phusong.zone SET households = 3, version = 1"))
    assert standing_now(database, authority, zone_id(1)).version == 2


def test_a_province_withdraws_what_nobody_has_taken_up(database, authority, officer, an):
    seen = stored(database, officer, 2)
    review.withdraw_zones(database, officer, seen[:1], "nhập nhầm")
    zone = standing_now(database, authority, zone_id(1)).zone
    assert (zone.status.value, zone.status_by) == ("withdrawn", officer.name)
    review.take_up(database, an)
    with pytest.raises(Conflict) as refused:
        review.withdraw_zones(database, officer, [Seen(zone_id(2), 2)], "nhập nhầm")
    assert refused.value.facts["reason"] == "not_from_here"


# --- Lots and packages -------------------------------------------------------------------------


def lots_of(database, authority):
    with database.transaction(authority) as connection:
        return set(
            connection.execute(text("SELECT zone_id FROM phusong.lot_zone WHERE active")).scalars()
        )


@pytest.mark.parametrize("leaves", ["reopened", "queue"])
def test_a_zone_that_may_not_be_tendered_leaves_its_lot_at_once(
    database, authority, officer, lead, leaves
):
    report(database, officer, a_zone(1), a_zone(2, latitude=18.3 + 5 * KM))
    before = propose_lots(database, authority, "42")
    if leaves == "reopened":
        review.reopen(database, lead, [Seen(zone_id(1), 1)], "tỉnh báo lại")
    else:
        change(database, authority, zone_id(1), queue="operator")
    assert lots_of(database, authority) == {zone_id(2)}
    (lot,) = standing_lots(database, authority, "42").lots
    assert lot.left == (zone_id(1),)
    after = propose_lots(database, authority, "42")
    assert (set(after.left), after.changed) == ({zone_id(1)}, True)
    assert [lot.zone_ids for lot in after.lots] == [(zone_id(2),)]
    assert str(zone_id(1)) in acts(database, authority)[-1].detail
    assert before.lots[0].id != after.lots[0].id


def test_a_zone_that_came_back_stands_in_its_lot_again(database, authority, officer, lead):
    report(database, officer, a_zone(1), a_zone(2, latitude=18.3 + 5 * KM))
    before = propose_lots(database, authority, "42")
    review.reopen(database, lead, [Seen(zone_id(1), 1)], "xem lại")
    review.decide(database, lead, Move.APPROVE, [Seen(zone_id(1), 2)])
    after = propose_lots(database, authority, "42")
    assert [lot.id for lot in after.lots] == [lot.id for lot in before.lots]
    assert lots_of(database, authority) == {zone_id(1), zone_id(2)}
    assert not propose_lots(database, authority, "42").changed


def test_a_zone_that_left_its_package_may_be_tendered_anew(database, authority, officer, lead):
    report(database, officer, a_zone(1))
    propose_lots(database, authority, "42")
    draft = build_package(database, authority, "42", {})
    publish_package(database, authority, draft.record.number, {})
    assert statuses(database, authority, 1) == ["in_package"]
    assert acts(database, authority)[-1].detail.count(str(zone_id(1))) == 1
    review.make_move(database, lead, Move.LEAVE_PACKAGE, [Seen(zone_id(1), 2)], "nhà thầu bỏ")
    assert lots_of(database, authority) == set()
    plan = propose_lots(database, authority, "42")
    assert [lot.status for lot in plan.lots] == [LotStatus.IN_PACKAGE, LotStatus.PROPOSED]
    assert len({lot.id for lot in plan.lots}) == 2
    second = build_package(database, authority, "42", {})
    assert second.record.number.endswith("-002")
    publish_package(database, authority, second.record.number, {})
    assert lots_of(database, authority) == {zone_id(1)}


def test_the_database_lets_nothing_else_into_a_lot(database, authority, officer):
    report(database, officer, a_zone(1), a_zone(2, queue=Queue.OPERATOR), a_zone(3, **REPORTED))
    (lot,) = propose_lots(database, authority, "42").lots
    for number in (2, 3):
        with (
            pytest.raises(IntegrityError, match="may not enter a lot"),
            database.transaction(authority) as connection,
        ):
            connection.execute(
                text("INSERT INTO phusong.lot_zone (lot_id, zone_id) VALUES (:lot, :zone)"),
                {"lot": lot.id, "zone": zone_id(number)},
            )


def test_the_audit_log_is_whole_after_all_this(database, authority, officer, an):
    stored(database, officer, 5)
    approve(database, authority)
    propose_lots(database, authority, "42")
    entries, broken = audit_actions.verify(database, authority)
    assert (entries, broken) == (3, None)
