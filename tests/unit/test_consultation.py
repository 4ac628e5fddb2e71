"""The rules of consultation as tables: rounds by the clock, what may be promised, how it ends."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.consultation import (
    Asked,
    PromiseStatus,
    Round,
    RoundState,
    Wish,
    ending,
    last_day,
    objections,
    repetitions,
)
from coverage.days import vietnam_day
from coverage.zones import ZoneStatus

OPENS = datetime(2027, 1, 4, 1, tzinfo=UTC)
CLOSES = datetime(2027, 3, 1, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TODAY = date(2027, 1, 10)
LATEST = date(2029, 1, 10)
ZONE = uuid.UUID(int=1)


def a_round(**differences):
    given = {
        "id": uuid.UUID(int=9), "number": 1, "name": "Đợt 1", "basis": "CV 1", "opens_at": OPENS,
        "closes_at": CLOSES, "opened_by": "ai",
    }  # fmt: skip
    return Round(**(given | differences))


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (OPENS - SECOND, RoundState.PLANNED),
        (OPENS, RoundState.OPEN),  # the first moment belongs to the round
        (CLOSES - SECOND, RoundState.OPEN),
        (CLOSES, RoundState.CLOSED),  # the last does not
        (CLOSES + SECOND, RoundState.CLOSED),
    ],
)
def test_a_round_goes_by_the_clock(at, state):
    assert a_round().state(at) is state
    assert a_round(cancelled_at=OPENS).state(at) is RoundState.CANCELLED


@pytest.mark.parametrize(
    ("today", "months", "latest"),
    [
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),  # a month without that day
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_the_last_day_that_may_be_promised(today, months, latest):
    assert last_day(today, months) == latest


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 120))
def test_more_months_never_end_earlier(today, months):
    assert last_day(today, months - 1) < last_day(today, months)
    assert last_day(today, months) > today


WAITS = Asked("Bản 1", ZoneStatus.APPROVED, in_round=True)


@pytest.mark.parametrize(
    ("wish", "asked", "rules"),
    [
        (Wish(ZONE, TODAY + timedelta(1)), WAITS, []),
        (Wish(ZONE, LATEST), WAITS, []),
        (Wish(ZONE, TODAY), WAITS, ["promise.date_passed"]),
        (Wish(ZONE, date(2020, 1, 1)), WAITS, ["promise.date_passed"]),
        (Wish(ZONE, LATEST + timedelta(1)), WAITS, ["promise.date_too_far"]),
        (Wish(ZONE, None), WAITS, ["promise.date_missing"]),
        (Wish(None, LATEST), None, ["promise.zone_missing"]),
        (Wish(ZONE, LATEST), None, ["promise.zone_not_asked"]),
        (Wish(ZONE, LATEST), Asked("B", ZoneStatus.APPROVED, in_round=False),
         ["promise.zone_not_asked"]),
        (Wish(ZONE, LATEST), Asked("B", ZoneStatus.APPROVED, True, LATEST), ["promise.standing"]),
        (Wish(ZONE, LATEST), Asked("B", ZoneStatus.APPROVED, True, TODAY), ["promise.other_date"]),
        (Wish(ZONE, TODAY), None, ["promise.zone_not_asked", "promise.date_passed"]),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_of_a_promise(wish, asked, rules):
    assert [found.rule for found in objections(wish, asked, TODAY, LATEST)] == rules


@pytest.mark.parametrize("status", ZoneStatus)
def test_only_waiting_zones_are_promised(status):
    found = objections(Wish(ZONE, LATEST), Asked("B", status, in_round=True), TODAY, LATEST)
    waits = status in {ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW, ZoneStatus.APPROVED}
    assert [each.rule for each in found] == ([] if waits else ["promise.zone_not_waiting"])


@pytest.mark.parametrize("status", ZoneStatus)
@pytest.mark.parametrize("late", [-1, 0, 1])
def test_how_a_promise_ends(status, late):
    by = TODAY - timedelta(late)
    if status in {ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED}:
        expected = PromiseStatus.KEPT
    else:  # the promised day itself is still time
        expected = PromiseStatus.LAPSED if late > 0 else PromiseStatus.STANDING
    assert ending(by, status, TODAY) is expected


def test_a_day_ends_in_viet_nam():
    assert vietnam_day(datetime(2027, 1, 4, 16, 59, tzinfo=UTC)) == date(2027, 1, 4)
    assert vietnam_day(datetime(2027, 1, 4, 17, tzinfo=UTC)) == date(2027, 1, 5)


def test_the_second_wish_for_a_zone_names_the_first():
    other = uuid.UUID(int=2)
    wishes = [Wish(ZONE, TODAY), Wish(other, TODAY), Wish(ZONE, LATEST), Wish(None, TODAY)] * 2
    assert repetitions(wishes) == {2: 1, 4: 1, 5: 2, 6: 1}
    assert repetitions([Wish(ZONE, TODAY, row=7), Wish(ZONE, TODAY, row=9)]) == {1: 7}
