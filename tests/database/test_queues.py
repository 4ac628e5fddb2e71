"""Who pays: by a person's word with a reason, by the rules again, and why, from the facts on."""

from datetime import date, timedelta

import pytest

from coverage.actions import evidence, queues
from coverage.actions.lots import propose_lots
from coverage.actions.queues import LotBar
from coverage.actions.zone_history import history
from coverage.actions.zone_moves import Seen
from coverage.criteria import FACTS, Holds
from coverage.errors import Conflict, NotAllowed, NotFound, ZonesChanged
from coverage.people import Role
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.disputed import judged
from tests.reported import as_owner, change, judge, report
from tests.reviewed import acts, person, standing_now

DAY = date(2026, 11, 23)
ZONE = zone_id(1)


@pytest.fixture
def officer(small_places, officer):
    return officer


@pytest.fixture
def planner(authority):
    return person(authority, "Dũng", Role.PLANNER)


def now(database, authority, key=ZONE):
    return [Seen(key, standing_now(database, authority, key).version)]


def test_a_queue_is_changed_by_hand_only_with_a_reason(database, authority, officer, planner):
    report(database, officer, a_zone(1))
    for reason in ("", "  \t"):
        with pytest.raises(Conflict) as refused:
            queues.set_queue(database, planner, [Seen(ZONE, 1)], Queue.OPERATOR, reason)
        assert refused.value.facts["reason"] == "needs_reason"
    queues.set_queue(database, planner, [Seen(ZONE, 1)], Queue.OPERATOR, " Công văn 12 ")
    zone = standing_now(database, authority, ZONE).zone
    assert (zone.queue, zone.queue_by, zone.queue_reason, zone.queue_rule_id) == (
        Queue.OPERATOR, "Dũng", "Công văn 12", None,
    )  # fmt: skip
    assert acts(database, authority)[-1].act == "zone.queue_set"
    assert history(database, planner, ZONE)[-1].reason == "Công văn 12"
    with pytest.raises(ZonesChanged):
        queues.set_queue(database, planner, [Seen(ZONE, 1)], Queue.FUND, "nhầm")


def test_the_rules_leave_a_persons_word_until_they_are_let(database, authority, officer, planner):
    report(database, officer, a_zone(1))
    judge(database, authority, ZONE, Viettel=9000)
    queues.set_queue(database, planner, [Seen(ZONE, 1)], Queue.POWER, "chưa đóng điện")
    evidence.assess(database, authority, DAY)
    assert standing_now(database, authority, ZONE).zone.queue is Queue.POWER
    with pytest.raises(Conflict):
        queues.let_rules_decide(database, planner, now(database, authority), " ")
    queues.let_rules_decide(database, planner, now(database, authority), "đã đóng điện")
    zone = standing_now(database, authority, ZONE).zone
    assert (zone.queue, zone.queue_by, zone.queue_rule_id) == (Queue.FUND, None, 2)
    assert "295/2025" in zone.queue_reason
    last = acts(database, authority)[-1]
    assert (last.act, "đã đóng điện" in last.detail) == ("zone.queue_left_to_rules", True)


@pytest.mark.parametrize("status", [ZoneStatus.IN_PACKAGE, ZoneStatus.AWARDED, ZoneStatus.MERGED])
def test_a_queue_stands_once_a_zone_is_tendered_or_has_ended(database, officer, planner, status):
    report(database, officer, a_zone(2), a_zone(1, status=status, merged_into=zone_id(2)))
    for act in (
        lambda: queues.set_queue(database, planner, [Seen(ZONE, 1)], Queue.POWER, "vì thế"),
        lambda: queues.let_rules_decide(database, planner, [Seen(ZONE, 1)], "vì thế"),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.facts["reason"] == "queue_stands"


@pytest.mark.parametrize("role", Role)
def test_who_may_change_a_queue(database, authority, officer, role):
    report(database, officer, a_zone(1))
    actor = person(authority, "ai đó", role)
    if role in {Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR}:
        assert queues.set_queue(database, actor, [Seen(ZONE, 1)], Queue.POWER, "x") == (ZONE,)
    else:
        with pytest.raises(NotAllowed):
            queues.set_queue(database, actor, [Seen(ZONE, 1)], Queue.POWER, "x")


def test_why_a_zone_is_the_funds(database, authority, officer):
    report(database, officer, a_zone(1))
    judge(database, authority, ZONE, Viettel=9000)
    found = queues.why(database, authority, ZONE, DAY)
    assert {name: getattr(found.facts, name) for name in FACTS} == {
        "grid_power": True, "specially_difficult": True, "served": False, "promised": False,
    }  # fmt: skip
    assert [(one.rule.id, one.holds, one.decided) for one in found.tried] == [
        (4, Holds.NO, False), (5, Holds.NO, False), (1, Holds.NO, False), (2, Holds.YES, True),
    ]  # fmt: skip
    assert found.payer.queue is Queue.FUND
    assert not found.by_hand
    assert not found.stale
    assert (found.in_lot_why.may, found.in_lot_why.bars) == (True, ())
    assert (found.deciding, len(found.verdicts)) == ((), 1)
    propose_lots(database, authority, "42")
    lotted = queues.why(database, authority, ZONE, DAY).in_lot_why
    assert (lotted.may, lotted.bars, lotted.lot.number) == (False, (LotBar.IN_A_LOT,), 1)


def test_why_a_zone_is_not_the_funds(database, authority, officer, planner):
    report(
        database, officer,
        a_zone(1, grid_power=None, status=ZoneStatus.UNDER_REVIEW, queue=Queue.UNDECIDED),
        a_zone(2, queue=Queue.OPERATOR, queue_by="Dũng", queue_reason="Công văn 12"),
        a_zone(3, grid_power=False, status=ZoneStatus.REJECTED),
        a_zone(4, status=ZoneStatus.IN_PACKAGE),
    )  # fmt: skip
    unknown = queues.why(database, authority, ZONE, DAY)
    assert (unknown.payer.queue, unknown.payer.missing) == (Queue.UNDECIDED, ("grid_power",))
    assert unknown.in_lot_why.bars == (LotBar.NOT_FUND, LotBar.NOT_APPROVED)
    assert Holds.OPEN in {one.holds for one in unknown.tried}
    by_hand = queues.why(database, officer, zone_id(2), DAY)
    assert (by_hand.by_hand, by_hand.payer.queue, by_hand.stale) == (True, Queue.FUND, False)
    assert by_hand.in_lot_why.bars == (LotBar.NOT_FUND,)
    ended = queues.why(database, authority, zone_id(3), DAY)
    assert ended.in_lot_why.bars == (LotBar.ENDED,)
    tendered = queues.why(database, authority, zone_id(4), DAY)
    assert (tendered.in_lot_why.may, tendered.in_lot_why.bars) == (False, (LotBar.IN_A_PACKAGE,))


def test_a_served_village_is_explained_by_the_verdict(database, authority, officer):
    report(database, officer, a_zone(1))
    judge(database, authority, ZONE, Viettel=900, VNPT=9000)
    with as_owner(database, authority) as connection:
        connection.exec_driver_sql(
            "UPDATE phusong.verdict SET verdict = 'served' WHERE distance_m < 1000"
        )
    found = queues.why(database, authority, ZONE, DAY)
    assert [one.operator for one in found.deciding] == ["Viettel"]
    assert (found.facts.served, found.payer.queue, found.stale) == (True, Queue.COVERED, True)
    assert found.tried[-1].rule.id == 4
    # Of a technology that is no broadband it says nothing.
    with as_owner(database, authority) as connection:
        connection.exec_driver_sql("UPDATE phusong.verdict SET technology = '2G'")
    assert not queues.why(database, authority, ZONE, DAY).facts.served


def test_a_promise_is_a_fact_until_its_day(database, authority, officer, operator):
    report(database, officer, a_zone(1))
    maker = operator("MobiFone")
    with as_owner(database, authority) as connection:
        connection.exec_driver_sql(
            "INSERT INTO phusong.promise"
            " (zone_id, operator_id, on_air_by, document, promised_by, promised_at)"
            " VALUES (%s, %s, %s, 'Công văn 5', 'nhân viên', '2026-11-20')",
            (ZONE, maker.organisation_id, DAY + timedelta(days=1)),
        )
    found = queues.why(database, authority, ZONE, DAY)
    assert (found.facts.promised, found.payer.queue) == (True, Queue.OPERATOR)
    assert [one.operator for one in found.promises] == ["MobiFone"]
    assert queues.why(database, officer, ZONE, DAY).facts.promised
    assert queues.why(database, officer, ZONE, DAY).promises == ()  # whose, a province is not told
    later = queues.why(database, authority, ZONE, DAY + timedelta(days=2))
    assert (later.facts.promised, later.promises) == (False, ())


def test_an_operator_is_not_told_half_of_the_reasons(database, authority, province, operator):
    world = judged(database, authority, province, operator)
    with pytest.raises(NotAllowed):
        queues.why(database, world.viettel, world.zones[0], DAY)
    with pytest.raises(NotFound):
        queues.why(database, province("40"), world.zones[0], DAY)


def test_a_province_changes_no_queue(database, authority, officer):
    report(database, officer, a_zone(1, status=ZoneStatus.REPORTED))
    with pytest.raises(NotAllowed):
        queues.set_queue(database, officer, [Seen(ZONE, 1)], Queue.FUND, "vì thế")
    change(database, authority, ZONE, queue="operator", queue_by="An", queue_reason="vì thế")
    assert queues.why(database, officer, ZONE, DAY).by_hand
