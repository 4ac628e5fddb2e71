"""Promises: what is taken, what comes back by itself, what is left when the work is killed."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import lots, promises, queues, review, zones
from coverage.actions.zone_moves import Seen
from coverage.consultation import PromiseStatus, Wish
from coverage.errors import Conflict, NotFound, PromiseRefused
from coverage.zone_life import Move
from coverage.zones import Queue, ZoneStatus
from tests.consulted import (
    FUND_RULE,
    PROMISED_RULE,
    a_table,
    acts,
    citation_of,
    in_days,
    open_now,
    promise,
    queue_of,
)
from tests.reported import as_owner, change

STRANGER = uuid.UUID(int=77)


@pytest.fixture
def table(database, authority, province):
    """Four approved zones of the fund's queue."""
    return a_table(database, authority, province)


def test_a_promise_moves_its_zone_at_once_and_a_withdrawal_returns_it(
    database, authority, operator, table
):
    viettel = operator("Viettel")
    number = open_now(database, authority)
    (made,) = promise(database, viettel, number, table[0])
    assert queue_of(database, authority, table[0]) == (
        Queue.OPERATOR, citation_of(database, authority, PROMISED_RULE),
    )  # fmt: skip
    assert queue_of(database, authority, table[1])[0] is Queue.FUND
    with pytest.raises(Conflict) as refused:
        promises.withdraw_promise(database, viettel, made.id, " ")
    assert refused.value.facts["reason"] == "needs_reason"
    ended = promises.withdraw_promise(database, viettel, made.id, "không đủ vốn")
    assert (ended.status, ended.end_reason) == (PromiseStatus.WITHDRAWN, "không đủ vốn")
    assert queue_of(database, authority, table[0]) == (
        Queue.FUND, citation_of(database, authority, FUND_RULE),
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        promises.withdraw_promise(database, viettel, made.id, "lần nữa")
    assert refused.value.facts["reason"] == "promise_ended"
    assert acts(database, authority) == [
        "consultation.opened", "consultation.promised", "consultation.withdrawn",
    ]  # fmt: skip
    promise(database, viettel, number, table[0], by=in_days(20))  # and may promise again


def test_what_cannot_be_promised_takes_the_rest_with_it(database, authority, operator, table):
    viettel = operator("Viettel")
    number = open_now(database, authority, table[:3])
    promise(database, viettel, number, table[0], by=in_days(30))
    change(database, authority, table[2], status="in_package")
    good = in_days(40)
    tries = [
        ([Wish(table[1], in_days(0))], "promise.date_passed"),
        ([Wish(table[1], in_days(-400))], "promise.date_passed"),
        ([Wish(table[1], in_days(365 * 3))], "promise.date_too_far"),
        ([Wish(table[1], None)], "promise.date_missing"),
        ([Wish(table[3], good)], "promise.zone_not_asked"),
        ([Wish(STRANGER, good)], "promise.zone_not_asked"),
        ([Wish(table[2], good)], "promise.zone_not_waiting"),
        ([Wish(table[0], good)], "promise.other_date"),
        ([Wish(table[1], good), Wish(table[1], good)], "promise.zone_twice"),
    ]
    for wishes, rule in tries:
        with pytest.raises(PromiseRefused) as refused:
            promises.promise(database, viettel, number, [*wishes, Wish(table[1], good)][:2])
        assert rule in {found.rule for found in refused.value.findings}
    assert queue_of(database, authority, table[1])[0] is Queue.FUND
    assert len(promises.list_promises(database, authority)) == 1
    # The same again changes nothing and leaves no line.
    before = acts(database, authority)
    assert promise(database, viettel, number, table[0], by=in_days(30)) == []
    assert acts(database, authority) == before


def test_two_operators_promise_the_same_zone(database, authority, operator, table):
    number = open_now(database, authority)
    makers = [operator("Viettel"), operator("VNPT")]
    made = [promise(database, each, number, table[0])[0] for each in makers]
    for each, own in zip(makers, made, strict=True):
        assert [seen.id for seen in promises.list_promises(database, each)] == [own.id]
    for each, own, other in zip(makers, made, reversed(made), strict=True):
        with pytest.raises(NotFound):
            promises.withdraw_promise(database, each, other.id, "của người khác")
        assert queue_of(database, authority, table[0])[0] is Queue.OPERATOR
        promises.withdraw_promise(database, each, own.id, "rút")
    assert queue_of(database, authority, table[0])[0] is Queue.FUND


def test_a_promise_from_a_document(database, authority, operator, table):
    viettel = operator("Viettel")
    with pytest.raises(NotFound):
        promises.record_promise(
            database, authority, "Không có", table[0], on_air_by=in_days(9), document="CV 9"
        )
    with pytest.raises(Conflict) as refused:
        promises.record_promise(
            database, authority, "Viettel", table[0], on_air_by=in_days(9), document=" "
        )
    assert refused.value.facts["reason"] == "no_document"
    with pytest.raises(PromiseRefused):
        promises.record_promise(
            database, authority, "Viettel", table[0], on_air_by=in_days(-1), document="CV 9"
        )
    made = promises.record_promise(
        database, authority, "Viettel", table[0], on_air_by=in_days(9), document="CV 9"
    )
    assert (made.operator, made.document, made.round_number) == ("Viettel", "CV 9", None)
    assert queue_of(database, authority, table[0])[0] is Queue.OPERATOR
    assert [each.id for each in promises.list_promises(database, viettel)] == [made.id]
    assert zones.get_zone(database, viettel, table[0]).zone.village == "Bản 1"
    assert promises.list_promises(database, operator("VNPT")) == []
    promises.withdraw_promise(database, authority, made.id, "theo CV 10 của doanh nghiệp")
    assert queue_of(database, authority, table[0])[0] is Queue.FUND


def test_a_lapse_returns_the_zone_and_only_then(database, authority, operator, table):
    number = open_now(database, authority)
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    promise(database, viettel, number, table[0], table[1], by=in_days(10))
    promise(database, vnpt, number, table[1], table[2], by=in_days(20))
    for day in (0, 10):  # the promised day itself is still time
        done = promises.lapse(database, authority, in_days(day))
        assert (done.lapsed, done.kept, done.returned) == ((), (), ())
    assert acts(database, authority)[-1] == "consultation.promised"
    done = promises.lapse(database, authority, in_days(11))
    assert {each.zone_id for each in done.lapsed} == {table[0], table[1]}
    assert done.returned == (table[0],)
    queue, reason = queue_of(database, authority, table[0])
    assert queue is Queue.FUND
    assert reason.startswith(citation_of(database, authority, FUND_RULE))
    assert f"quá hạn {in_days(10):%d/%m/%Y}" in reason
    assert "Viettel" not in reason
    assert queue_of(database, authority, table[1])[0] is Queue.OPERATOR  # VNPT's stands
    again = promises.lapse(database, authority, in_days(11))
    assert (again.lapsed, again.returned) == ((), ())
    assert acts(database, authority)[-2:] == ["consultation.promised", "consultation.lapsed"]
    last = promises.lapse(database, authority, in_days(21))
    assert set(last.returned) == {table[1], table[2]}
    states = {each.status for each in promises.list_promises(database, authority)}
    assert states == {PromiseStatus.LAPSED}


def test_the_history_of_a_zone_tells_of_promise_and_lapse_but_not_whose(
    database, authority, province, operator, table
):
    number = open_now(database, authority)
    promise(database, operator("Viettel"), number, table[0], by=in_days(10))
    promises.lapse(database, authority, in_days(11))
    with database.transaction(province("42")) as connection:
        told = connection.execute(
            text(
                "SELECT actor, organisation_id, after ->> 'queue' AS queue,"
                " after ->> 'queue_reason' AS reason FROM phusong.zone_event"
                " WHERE zone_id = :zone ORDER BY id"
            ),
            {"zone": table[0]},
        ).all()
    assert [row.queue for row in told] == ["operator", "fund"]
    assert {row.organisation_id for row in told} == {authority.organisation_id}
    assert "Viettel" not in str(told)
    assert "quá hạn" in told[1].reason


def test_a_promise_is_kept_by_a_zone_on_air(database, authority, operator, table):
    number = open_now(database, authority)
    promise(database, operator("Viettel"), number, table[0], table[1], by=in_days(10))
    change(database, authority, table[0], status="on_air")
    change(database, authority, table[1], status="confirmed")
    done = promises.lapse(database, authority, in_days(5))
    assert ({each.zone_id for each in done.kept}, done.lapsed) == ({table[0], table[1]}, ())
    assert done.returned == ()


def test_nothing_half_done_when_the_lapse_is_killed(
    database, authority, operator, table, monkeypatch
):
    number = open_now(database, authority)
    promise(database, operator("Viettel"), number, *table[:3], by=in_days(10))
    decide = promises.decide_queues

    def killed(connection, zone_ids, day, **options):
        decide(connection, zone_ids, day, **options)
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with as_owner(database, authority) as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
        connection.execute(text("SELECT 1"))

    with monkeypatch.context() as patched:
        patched.setattr(promises, "decide_queues", killed)
        with pytest.raises(DBAPIError):
            promises.lapse(database, authority, in_days(11))
    standing = promises.list_promises(database, authority, status=PromiseStatus.STANDING)
    assert len(standing) == 3
    assert {queue_of(database, authority, each)[0] for each in table[:3]} == {Queue.OPERATOR}
    assert "consultation.lapsed" not in acts(database, authority)
    assert len(promises.lapse(database, authority, in_days(11)).returned) == 3


def test_a_zone_put_into_its_queue_by_a_person_stays(database, authority, operator, table):
    number = open_now(database, authority)
    change(
        database, authority, table[0],
        queue="power", queue_by="lãnh đạo", queue_reason="chưa có điện", queue_rule_id=None,
    )  # fmt: skip
    promise(database, operator("Viettel"), number, table[0])
    assert queue_of(database, authority, table[0]) == (Queue.POWER, "chưa có điện")


def test_a_promise_goes_on_to_the_zone_that_took_its_zone_in(database, authority, operator, table):
    viettel = operator("Viettel")
    number = open_now(database, authority, table[:1])
    (made,) = promise(database, viettel, number, table[0], by=in_days(10))
    change(database, authority, table[0], status="merged", merged_into=table[1])
    change(database, authority, table[1], status="merged", merged_into=table[2])
    (seen,) = promises.list_promises(database, viettel)
    assert (seen.zone_id, seen.now_zone_id, seen.zone_status) == (
        table[0], table[2], ZoneStatus.APPROVED,
    )  # fmt: skip
    assert zones.get_zone(database, viettel, table[2]).zone.id == table[2]
    with pytest.raises(NotFound):
        zones.get_zone(database, operator("VNPT"), table[2])
    with database.transaction(authority) as connection:
        changed = promises.decide_queues(connection, [table[2], table[3]], in_days(0))
    assert list(changed) == [table[2]]
    assert queue_of(database, authority, table[2])[0] is Queue.OPERATOR
    told = queues.why(database, authority, table[2], in_days(0))
    assert told.facts.promised
    assert [each.operator for each in told.promises] == ["Viettel"]  # who reads why, reads whose
    done = promises.lapse(database, authority, in_days(11))
    assert [each.id for each in done.lapsed] == [made.id]
    assert queue_of(database, authority, table[2])[0] is Queue.FUND


def test_a_merger_and_its_undoing_decide_anew_at_once(database, authority, operator, table):
    number = open_now(database, authority, table[:1])
    promise(database, operator("Viettel"), number, table[0], by=in_days(10))
    listed = zones.get_zone(database, authority, table[0])
    seen = [Seen(table[0], listed.version)]
    review.decide(
        database, authority, Move.MERGE, seen, reason="cùng một bản", merged_into=table[1]
    )
    assert queue_of(database, authority, table[1])[0] is Queue.OPERATOR
    seen = [Seen(table[0], listed.version + 1)]
    review.reopen(database, authority, seen, "hai bản khác nhau")
    assert queue_of(database, authority, table[1])[0] is Queue.FUND
    assert queue_of(database, authority, table[0])[0] is Queue.OPERATOR


def test_a_lapse_while_a_zone_is_closed_counts_when_it_is_opened_again(
    database, authority, operator, table
):
    number = open_now(database, authority)
    promise(database, operator("Viettel"), number, table[0], by=in_days(10))
    change(database, authority, table[0], status="rejected")
    promises.lapse(database, authority, in_days(11))
    assert queue_of(database, authority, table[0])[0] is Queue.OPERATOR  # nobody asks while closed
    version = zones.get_zone(database, authority, table[0]).version
    review.reopen(database, authority, [Seen(table[0], version)], "xem lại")
    assert queue_of(database, authority, table[0])[0] is Queue.FUND


def test_no_hand_makes_the_fund_pay_for_what_is_promised(database, authority, operator, table):
    number = open_now(database, authority)
    promise(database, operator("Viettel"), number, table[0])
    version = zones.get_zone(database, authority, table[0]).version
    with pytest.raises(Conflict) as refused:
        queues.set_queue(database, authority, [Seen(table[0], version)], Queue.FUND, "vì thế")
    assert refused.value.facts["reason"] == "zone_promised"
    # Put there before the promise was made: it is left out of the lots all the same.
    change(
        database, authority, table[0],
        queue="fund", queue_by="lãnh đạo", queue_reason="vì thế", queue_rule_id=None,
    )  # fmt: skip
    plan = lots.propose_lots(database, authority, "42")
    assert {key for lot in plan.lots for key in lot.zone_ids} == set(table[1:])
