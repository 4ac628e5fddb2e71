"""The clocks of disputes: whole days in Việt Nam, whatever hour, month's end or changed setting."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.days import vietnam_day
from coverage.disputes import (
    Clocks,
    DisputeStatus,
    Silence,
    Unanswered,
    VerdictState,
    claims_against,
    days_left,
    in_force,
    objection,
    state_of,
)
from coverage.evidence import Verdict

FIRST = date(2021, 12, 31)
SIXTY = Clocks(
    ((FIRST, 60),), ((FIRST, Silence.ACCEPTED),), ((FIRST, 60),), ((FIRST, Unanswered.OPEN),)
)
NOON = timedelta(hours=5)  # noon in Việt Nam, in UTC


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("given_at", "until"),
    [
        ("2026-03-01T00:00:00+07:00", date(2026, 4, 30)),
        ("2026-03-01T23:59:59+07:00", date(2026, 4, 30)),
        ("2026-02-28T17:00:00+00:00", date(2026, 4, 30)),  # already 1 March in Hà Nội
        ("2026-02-28T16:59:59+00:00", date(2026, 4, 29)),
        ("2026-11-23T05:00:00+00:00", date(2027, 1, 22)),
        ("2023-12-31T12:00:00+07:00", date(2024, 2, 29)),  # a leap year's last day of February
        ("2026-12-31T12:00:00+07:00", date(2027, 3, 1)),
    ],
)
def test_the_clock_counts_days_in_viet_nam(given_at, until):
    assert SIXTY.dispute_until(at(given_at)) == until


def rule_of(verdict, given_at, about, claimed, today):
    found = objection((verdict, given_at, about), claimed, SIXTY, today, "Bản Cọ, 4G")
    return found and found.rule


def test_the_last_day_counts_whole():
    given_at = at("2026-03-01T08:00:00+07:00")
    stands = (Verdict.NONE, given_at, None)
    assert objection(stands, Verdict.SERVED, SIXTY, date(2026, 4, 30), "Bản Cọ, 4G") is None
    late = objection(stands, Verdict.SERVED, SIXTY, date(2026, 5, 1), "Bản Cọ, 4G")
    assert late.rule == "dispute.too_late"
    assert "Bản Cọ, 4G" in late.message()
    assert "30/04/2026" in late.message()


moments = st.datetimes(
    datetime(2022, 1, 1), datetime(2040, 1, 1),  # noqa: DTZ001 - the zone is added
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-10))]),
)  # fmt: skip
dates = st.dates(date(2022, 1, 1), date(2040, 1, 1))
histories = st.lists(
    st.tuples(dates, st.integers(0, 400)), max_size=4, unique_by=lambda row: row[0]
).map(lambda rows: tuple(sorted([(FIRST, 60), *rows])))


@given(moments, st.integers(0, 400))
def test_every_hour_of_a_day_has_the_same_last_day(moment, days):
    clocks = Clocks(((FIRST, days),), SIXTY.silence, SIXTY.answer_days, SIXTY.answer_silence)
    until = clocks.dispute_until(moment)
    assert days_left(vietnam_day(moment), until) == days
    assert clocks.dispute_until(moment.astimezone(UTC)) == until


@given(moments, histories, dates)
def test_a_setting_changed_later_turns_no_running_clock(moment, history, changed):
    clocks = Clocks(history, SIXTY.silence, SIXTY.answer_days, SIXTY.answer_silence)
    before = clocks.dispute_until(moment)
    if changed <= vietnam_day(moment) or changed in dict(history):
        return
    later = Clocks(
        tuple(sorted([*history, (changed, 1)])), SIXTY.silence, SIXTY.answer_days,
        SIXTY.answer_silence,
    )  # fmt: skip
    assert later.dispute_until(moment) == before


near = st.integers(0, 200).map(lambda day: date(2026, 1, 1) + timedelta(days=day))
close_histories = st.lists(
    st.tuples(near, st.integers(0, 120)), max_size=4, unique_by=lambda row: row[0]
).map(lambda rows: tuple(sorted([(FIRST, 60), *rows])))


@given(st.integers(0, 23), close_histories, near)
def test_what_a_query_asks_is_what_each_clock_says(hour, history, today):
    clocks = Clocks(history, SIXTY.silence, SIXTY.answer_days, SIXTY.answer_silence)
    spans = clocks.disputable_given(today)
    for day in range(-60, 210):
        given_on = date(2026, 1, 1) + timedelta(days=day)
        moment = datetime.combine(given_on, time(hour), timezone(timedelta(hours=7)))
        asked = any(first <= moment < before for first, before in spans)
        assert asked == (given_on <= today <= clocks.dispute_until(moment)), given_on


def test_the_newest_row_begun_is_in_force():
    rows = ((date(2026, 1, 1), "a"), (date(2026, 6, 1), "b"))
    assert [in_force(rows, date(2026, month, 1)) for month in (1, 5, 6, 12)] == ["a", "a", "b", "b"]
    assert in_force(rows, date(2020, 1, 1)) == "a"


@pytest.mark.parametrize("silence", list(Silence))
@pytest.mark.parametrize("about", [None, *DisputeStatus])
@pytest.mark.parametrize("late", [False, True])
def test_a_verdict_stands_in_one_state(silence, about, late):
    clocks = Clocks(
        SIXTY.dispute_days, ((FIRST, silence),), SIXTY.answer_days, SIXTY.answer_silence
    )
    given_at = at("2026-03-01T08:00:00+07:00")
    state = state_of(given_at, about, clocks, date(2026, 5, 1) if late else date(2026, 4, 30))
    expected = {
        DisputeStatus.OPEN: VerdictState.IN_DISPUTE,
        DisputeStatus.UPHELD: VerdictState.UPHELD,
        DisputeStatus.DISMISSED: VerdictState.DISMISSED,
    }
    silent = VerdictState.ACCEPTED if silence is Silence.ACCEPTED else VerdictState.LAPSED
    assert state is expected.get(about, silent if late else VerdictState.DISPUTABLE)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("claimed", list(Verdict))
def test_a_claim_says_something_else_and_something_known(verdict, claimed):
    allowed = claimed not in {verdict, Verdict.UNKNOWN}
    assert (claimed in claims_against(verdict)) == allowed
    given_at = at("2026-03-01T08:00:00+07:00")
    rule = rule_of(verdict, given_at, None, claimed, date(2026, 3, 2))
    assert rule == (None if allowed else "dispute.claims_nothing")


@pytest.mark.parametrize(
    ("about", "rule"),
    [(DisputeStatus.OPEN, "dispute.already_open"),
     (DisputeStatus.DISMISSED, "dispute.already_answered"),
     (DisputeStatus.UPHELD, None), (DisputeStatus.WITHDRAWN, None), (None, None)],
)  # fmt: skip
def test_one_dispute_at_a_time_and_none_after_an_answer(about, rule):
    given_at = at("2026-03-01T08:00:00+07:00")
    assert rule_of(Verdict.NONE, given_at, about, Verdict.SERVED, date(2026, 3, 2)) == rule


def test_the_answer_is_due_by_the_setting_of_the_day_it_was_raised():
    clocks = Clocks(
        SIXTY.dispute_days, SIXTY.silence, ((FIRST, 60), (date(2026, 6, 1), 30)),
        ((FIRST, Unanswered.OPEN), (date(2026, 6, 1), Unanswered.UPHELD)),
    )  # fmt: skip
    assert clocks.answer_by(date(2026, 5, 31)) == date(2026, 7, 30)
    assert clocks.answer_by(date(2026, 6, 1)) == date(2026, 7, 1)
    assert clocks.unanswered_means(at("2026-05-31T16:59:00+00:00")) is Unanswered.OPEN
    assert clocks.unanswered_means(at("2026-05-31T17:00:00+00:00")) is Unanswered.UPHELD
