"""Disputes in the database: who may what, the clock, the walls, and what an upheld one changes."""

import threading
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from coverage.actions import dispute_answers, disputes, evidence, own_verdicts
from coverage.actions import zones as zone_actions
from coverage.actions.disputes import Claim, Proof
from coverage.disputes import DisputeStatus, VerdictState
from coverage.errors import Conflict, DisputeRefused, NotFound
from coverage.evidence import Verdict
from coverage.storage import own_verdicts as stored_verdicts
from coverage.storage.disputes import DisputeFilter
from coverage.storage.own_verdicts import VerdictFilter
from coverage.towers import Technology
from coverage.zones import Queue
from tests.disputed import (
    DRIVE_TEST,
    FOUR,
    acts_logged,
    disputed,
    judged,
    rows,
    set_setting,
    verdict_of,
)

ALL = VerdictFilter()
PROOF = Proof("Có sóng tại nhà văn hóa.", "đo kiểm.csv", DRIVE_TEST)


@pytest.fixture
def world(database, authority, province, operator):
    return judged(database, authority, province, operator)


def test_an_operator_reads_the_verdicts_about_itself_only(database, world):
    found = own_verdicts.verdicts_about_me(database, world.viettel, world.day, ALL, limit=3)
    assert found.total == 2 * len(Technology)
    rest = own_verdicts.verdicts_about_me(
        database, world.viettel, world.day, ALL, after=found.next_key
    )
    both = [each.own.key for each in [*found.verdicts, *rest.verdicts]]
    assert len(set(both)) == len(both) == found.total
    mine = verdict_of(database, world)
    assert (mine.own.verdict, mine.state) == (Verdict.NONE, VerdictState.DISPUTABLE)
    assert mine.own.site_code == "HTH0001"
    assert mine.own.distance_m == pytest.approx(9_960, abs=20)
    assert "evidence.reported_no_signal" in mine.own.reasons
    assert verdict_of(database, world, actor=world.vnpt).own.site_code == "VNPT-HT-7"
    assert mine.until == world.last


@pytest.mark.parametrize(
    ("wanted", "count"),
    [(VerdictFilter(province_code="42"), 8), (VerdictFilter(province_code="40"), 0),
     (VerdictFilter(technology=FOUR), 2), (VerdictFilter(verdict=Verdict.SERVED), 0),
     (VerdictFilter(technology=FOUR, verdict=Verdict.NONE), 2), (VerdictFilter(disputable=True), 7),
     (VerdictFilter(disputable=False), 1), (VerdictFilter(in_dispute=True), 1)],
)  # fmt: skip
def test_the_list_is_filtered(database, world, wanted, count):
    disputed(database, world)
    found = own_verdicts.verdicts_about_me(database, world.viettel, world.day, wanted)
    assert found.total == len(found.verdicts) == count


def test_the_filter_of_the_clock_says_what_each_verdict_says(database, authority, world):
    set_setting(database, authority, "dispute_days", "10", world.day - timedelta(days=5))
    for days in (0, 10, 11, 60, 61):
        today = world.day + timedelta(days=days)
        every = list(own_verdicts.every_verdict_about_me(database, world.viettel, today, ALL))
        found = own_verdicts.verdicts_about_me(
            database, world.viettel, today, VerdictFilter(disputable=True)
        )
        assert {each.own.key for each in found.verdicts} == {
            each.own.key for each in every if each.disputable
        }
        assert bool(found.total) == (days <= 10)


def test_a_dispute_is_kept_as_it_was_sent(database, authority, world):
    number = disputed(database, world)
    told = disputes.get_dispute(database, authority, number)
    one = told.dispute
    assert (one.operator, one.village, one.claimed) == ("Viettel", "Bản Cọ", Verdict.SERVED)
    assert (one.disputed, one.status) == (Verdict.NONE, DisputeStatus.OPEN)
    assert (one.media_type, one.file_bytes) == ("text/csv", len(DRIVE_TEST))
    assert one.answer_by == world.day + timedelta(days=60)
    assert told.then == told.now
    assert disputes.raw_file(database, authority, number) == ("đo kiểm.csv", DRIVE_TEST)
    assert verdict_of(database, world).state is VerdictState.IN_DISPUTE
    assert acts_logged(database, authority) == ["dispute.raised"]


def test_the_last_day_counts_and_the_next_is_too_late(database, world):
    with pytest.raises(DisputeRefused) as refused:
        disputed(database, world, day=world.last + timedelta(days=1))
    (found,) = refused.value.findings
    assert found.rule == "dispute.too_late"
    assert "Bản Cọ, 4G" in found.message()
    assert world.last.strftime("%d/%m/%Y") in found.message()
    late = verdict_of(database, world, day=world.last + timedelta(days=1))
    assert (late.state, late.disputable, late.days_left) == (VerdictState.ACCEPTED, False, -1)
    assert disputed(database, world, day=world.last) > 0


def test_silence_means_what_the_setting_of_that_day_says(database, authority, world):
    set_setting(database, authority, "dispute_silence", '"neutral"', world.day)
    late = world.last + timedelta(days=1)
    assert verdict_of(database, world, day=late).state is VerdictState.LAPSED
    set_setting(database, authority, "dispute_silence", '"accepted"', world.day + timedelta(days=1))
    assert verdict_of(database, world, day=late).state is VerdictState.LAPSED


def test_a_clock_changed_after_the_verdict_does_not_turn_it(database, authority, world):
    set_setting(database, authority, "dispute_days", "1", world.day + timedelta(days=1))
    assert verdict_of(database, world).until == world.last
    assert disputed(database, world, day=world.last) > 0


def test_the_same_again_is_refused_until_it_is_withdrawn(database, authority, world):
    number = disputed(database, world)
    with pytest.raises(DisputeRefused, match="already_open"):
        disputed(database, world)
    assert disputed(database, world, actor=world.vnpt) > number
    disputes.withdraw_dispute(database, world.viettel, number)
    with pytest.raises(Conflict, match="dispute_closed"):
        disputes.withdraw_dispute(database, world.viettel, number)
    again = disputed(database, world)
    dispute_answers.answer(
        database, authority, world.day, [again], upheld=False, answer="Điểm đo xa bản."
    )
    with pytest.raises(DisputeRefused, match="already_answered"):
        disputed(database, world)
    assert verdict_of(database, world).state is VerdictState.DISMISSED


def test_two_at_once_make_one_dispute(database, authority, world):
    outcomes = []

    def send():
        try:
            outcomes.append(disputed(database, world))
        except DisputeRefused as refused:
            outcomes.append(refused.findings[0].rule)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes))[1:] == ["dispute.already_open"] * 2
    assert disputes.list_disputes(database, authority).total == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"reason": "  \n"}, "dispute.reason_missing"), ({"content": b""}, "dispute.file_empty"),
     ({"content": b"MZ\x90"}, "dispute.file_program"), ({"reason": "x" * 5001}, "dispute.reason_too_long"),
     ({"content": b"<html>"}, "dispute.file_program"), ({"content": b"x" * 2_000_001}, "dispute.file_too_large")],
)  # fmt: skip
def test_what_is_no_dispute_leaves_nothing(database, authority, world, change, rule):
    claim = Claim(world.zones[0], FOUR, Verdict.SERVED)
    with pytest.raises(DisputeRefused) as refused:
        disputes.raise_dispute(
            database, world.viettel, world.day, claim, replace(PROOF, **change),
            limit_bytes=2_000_000,
        )  # fmt: skip
    assert [found.rule for found in refused.value.findings] == [rule]
    assert rows(database, authority, "SELECT 1 FROM phusong.dispute_file") == []
    assert acts_logged(database, authority) == []


def test_only_a_verdict_about_oneself_is_disputed(database, authority, world, operator):
    stranger = operator("MobiFone")
    for actor, zone_id in ((stranger, world.zones[0]), (world.viettel, uuid.uuid4())):
        with pytest.raises(NotFound):
            disputes.raise_dispute(
                database, actor, world.day, Claim(zone_id, FOUR, Verdict.SERVED), PROOF
            )
    with pytest.raises(DisputeRefused, match="claims_nothing"):
        disputed(database, world, claimed=Verdict.NONE)
    assert own_verdicts.verdicts_about_me(database, stranger, world.day, ALL).total == 0


def test_many_go_with_one_file_or_none_of_them(database, authority, world):
    claims = [Claim(zone, FOUR, Verdict.SERVED) for zone in world.zones]
    gone = Claim(uuid.uuid4(), FOUR, Verdict.SERVED)
    with pytest.raises(NotFound):
        disputes.raise_many(database, world.viettel, world.day, [*claims, gone], PROOF)
    assert disputes.list_disputes(database, authority).total == 0
    numbers = disputes.raise_many(database, world.viettel, world.day, [*claims, claims[0]], PROOF)
    assert len(numbers) == 2
    assert rows(database, authority, "SELECT count(*) FROM phusong.dispute_file") == [(1,)]
    assert disputes.get_dispute(database, authority, numbers[0]).together == numbers
    dispute_answers.answer(
        database, authority, world.day, numbers, upheld=True, answer="Đã kiểm tra."
    )
    for zone in (0, 1):
        assert verdict_of(database, world, zone).own.verdict is Verdict.SERVED
    assert acts_logged(database, authority) == ["dispute.raised", "dispute.answered"]
    with pytest.raises(DisputeRefused, match="nothing_chosen"):
        disputes.raise_many(database, world.viettel, world.day, [], PROOF)


def test_an_upheld_dispute_changes_the_verdict_and_keeps_the_former(database, authority, world):
    before = zone_actions.get_zone(database, authority, world.zones[0]).zone
    assert before.queue is Queue.FUND
    number = disputed(database, world)
    dispute_answers.answer(
        database, authority, world.day, [number], upheld=True, answer="Kết quả đo rõ."
    )
    mine = verdict_of(database, world)
    assert (mine.own.verdict, mine.state) == (Verdict.SERVED, VerdictState.UPHELD)
    assert mine.own.reasons[0] == "evidence.dispute_upheld"
    assert mine.own.dispute_number == number
    told = disputes.get_dispute(database, authority, number)
    assert (told.then.verdict, told.now.verdict) == (Verdict.NONE, Verdict.SERVED)
    assert told.then.given_at == told.dispute.disputed_at < told.now.given_at
    after = zone_actions.get_zone(database, authority, world.zones[0]).zone
    assert after.queue is Queue.COVERED
    assert f"phản hồi kết luận số {number}" in after.queue_reason
    assert "Viettel" not in after.queue_reason
    # The competitor and the other zone stand as they stood, and an assessment changes no more.
    assert verdict_of(database, world, actor=world.vnpt).own.verdict is Verdict.NONE
    assert verdict_of(database, world, 1).own.verdict is Verdict.NONE
    again = evidence.assess(database, authority, date(2026, 11, 23))
    assert (again.verdicts_changed, again.queues_changed) == (0, 0)


def test_an_operator_may_say_none_against_its_own_served(database, authority, world):
    number = disputed(database, world)
    dispute_answers.answer(database, authority, world.day, [number], upheld=True, answer="Đúng.")
    back = disputed(database, world, claimed=Verdict.NONE)
    dispute_answers.answer(
        database, authority, world.day, [back], upheld=True, answer="Trạm đã tắt."
    )
    assert verdict_of(database, world).own.verdict is Verdict.NONE
    assert zone_actions.get_zone(database, authority, world.zones[0]).zone.queue is Queue.FUND


def test_the_authority_answers_once_and_with_a_reason(database, authority, world):
    number = disputed(database, world)
    for words in ("", "  "):
        with pytest.raises(DisputeRefused, match="answer_missing"):
            dispute_answers.answer(
                database, authority, world.day, [number], upheld=True, answer=words
            )
    dispute_answers.answer(
        database, authority, world.day, [number], upheld=False, answer="Không khớp."
    )
    one = disputes.get_dispute(database, world.viettel, number).dispute
    assert (one.status, one.answer, one.answered_by) == (
        DisputeStatus.DISMISSED, "Không khớp.", "kiểm thử",
    )  # fmt: skip
    with pytest.raises(Conflict, match="dispute_closed"):
        dispute_answers.answer(
            database, authority, world.day, [number], upheld=True, answer="Khác."
        )
    with pytest.raises(NotFound):
        dispute_answers.answer(
            database, authority, world.day, [number + 7], upheld=True, answer="x"
        )
    assert verdict_of(database, world).own.verdict is Verdict.NONE


@pytest.mark.parametrize(
    ("setting", "status", "verdict"),
    [('"open"', DisputeStatus.OPEN, Verdict.NONE),
     ('"upheld"', DisputeStatus.UPHELD, Verdict.SERVED),
     ('"dismissed"', DisputeStatus.DISMISSED, Verdict.NONE)],
)  # fmt: skip
def test_the_authoritys_silence(  # noqa: PLR0917
    database, authority, world, setting, status, verdict
):
    set_setting(database, authority, "dispute_answer_silence", setting, world.day)
    number = disputed(database, world)
    due = world.day + timedelta(days=60)
    assert dispute_answers.close_unanswered(database, authority, due) == {}
    late = DisputeFilter(late_on=due + timedelta(days=1))
    assert disputes.list_disputes(database, authority, DisputeFilter(late_on=due)).total == 0
    assert disputes.list_disputes(database, authority, late).total == 1
    closed = dispute_answers.close_unanswered(database, authority, due + timedelta(days=1))
    assert closed == ({} if status is DisputeStatus.OPEN else {status: [number]})
    assert dispute_answers.close_unanswered(database, authority, due + timedelta(days=2)) == {}
    assert disputes.get_dispute(database, authority, number).dispute.status is status
    assert verdict_of(database, world).own.verdict is verdict


def test_a_verdict_that_changes_while_the_dispute_is_sent_is_told(database, world, monkeypatch):
    read = stored_verdicts.of_keys

    def read_then_judged(*asked):
        found = read(*asked)
        engine = database.owner()
        with engine.begin() as connection:
            connection.execute(text("UPDATE phusong.verdict SET assessed_at = now()"))
        engine.dispose()
        return found

    monkeypatch.setattr(stored_verdicts, "of_keys", read_then_judged)
    with pytest.raises(DisputeRefused) as refused:
        disputed(database, world)
    assert [found.rule for found in refused.value.findings] == ["dispute.verdict_changed"]
    monkeypatch.undo()
    assert disputes.list_disputes(database, world.viettel).total == 0
    disputed(database, world)
