"""The clock of a lot: which rule, how many months, until which day."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.deadlines import (
    REASONS,
    SETTINGS,
    ClockRule,
    RuleMonths,
    clock_of,
    clock_told,
    days_late,
    due_date,
    rule_of,
)
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.rule_changes.known_settings import known_settings

MONTHS = {
    ClockRule.READY: RuleMonths(12, "a"),
    ClockRule.SHARED: RuleMonths(14, "b"),
    ClockRule.USUAL: RuleMonths(24, "c"),
}
READY = dict.fromkeys(ReadinessKind, ReadinessState.READY)
DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))


def test_a_lot_that_is_handed_over_ready_has_the_shortest_clock():
    assert rule_of(READY, [True, True]) is ClockRule.READY
    assert rule_of(READY, []) is ClockRule.READY


@pytest.mark.parametrize("kind", ReadinessKind)
@pytest.mark.parametrize("state", [ReadinessState.NOT_READY, ReadinessState.UNKNOWN, None])
def test_one_kind_that_is_not_ready_or_unsaid_is_enough(kind, state):
    readiness = {key: value for key, value in READY.items() if key is not kind}
    if state is not None:
        readiness[kind] = state
    assert rule_of(readiness, []) is ClockRule.USUAL
    assert rule_of(readiness, [True]) is ClockRule.SHARED


@pytest.mark.parametrize("shared", list(product([True, False], repeat=3)))
def test_one_new_mast_makes_a_lot_a_usual_one(shared):
    expected = ClockRule.SHARED if all(shared) else ClockRule.USUAL
    assert rule_of({}, shared) is expected


def test_a_lot_without_proposed_sites_is_not_shared():
    assert rule_of({}, []) is ClockRule.USUAL


def test_a_clock_has_the_months_and_the_document_in_force():
    clock = clock_of(ClockRule.SHARED, MONTHS)
    assert (clock.months, clock.citation, clock.reason) == (14, "b", REASONS[ClockRule.SHARED])
    assert clock.due_on(date(2026, 11, 23)) == date(2028, 1, 23)


def test_the_clock_that_bidders_were_told_counts():
    ready = clock_of(ClockRule.READY, MONTHS)
    assert clock_told(ready, None, MONTHS) is ready
    assert clock_told(ready, 12, MONTHS) is ready
    assert clock_told(ready, 24, MONTHS) == clock_of(ClockRule.USUAL, MONTHS)
    other = clock_told(ready, 18, MONTHS)
    assert (other.months, other.rule) == (18, ClockRule.READY)


@pytest.mark.parametrize(
    ("awarded", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 14, date(2028, 2, 29)),
        (date(2026, 8, 31), 24, date(2028, 8, 31)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_the_last_day_of_a_month_that_has_no_such_day(awarded, months, due):
    assert due_date(awarded, months) == due


@given(DAYS, st.integers(1, 120))
def test_due_days_by_counting_months_on_the_calendar(awarded, months):
    """An oracle that walks day by day from the first of the month that is due."""
    month = awarded.replace(day=1)
    for _ in range(months):
        month = (month + timedelta(days=31)).replace(day=1)
    day = month
    while day.day < awarded.day and (day + timedelta(days=1)).month == month.month:
        day += timedelta(days=1)
    assert due_date(awarded, months) == day


@given(DAYS, st.integers(-4000, 4000))
def test_late_is_counted_from_the_day_after_the_due_day(due, days):
    assert days_late(due, due + timedelta(days=days)) == days


def test_every_rule_has_its_setting_and_its_words():
    assert set(SETTINGS) == set(REASONS) == set(ClockRule)
    assert set(SETTINGS.values()) <= set(known_settings())
