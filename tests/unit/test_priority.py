"""The parts of a priority: monotone, from 0 to 1, absent where nobody knows."""

import pytest

from api.problems import sentence
from coverage.errors import SettingsUnusable, WeightsRefused
from coverage.priority import PART_NAMES, Facts, Part, Scale, part_values, weights_of

SCALE = Scale(50, 200, 30_000_000, 365)


def values(**facts):
    given = {
        "households": 50, "population": 200, "specially_difficult": True,
        "border_or_island": False, "school_or_health_post": True,
        "cost_per_household_vnd": 30_000_000.0, "cost_is_whole": True, "waiting_days": 365,
    }  # fmt: skip
    return dict(zip(Part, part_values(Facts(**(given | facts)), SCALE), strict=True))


def test_half_of_each_scale_counts_half():
    assert list(values().values()) == [0.5, 0.5, 1.0, 0.0, 1.0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("fact", "part"),
    [("households", Part.HOUSEHOLDS), ("population", Part.POPULATION),
     ("waiting_days", Part.WAITING)],
)  # fmt: skip
def test_more_counts_more_and_never_beyond_one(fact, part):
    rising = [values(**{fact: amount})[part] for amount in (1, 10, 100, 10_000, 10_000_000)]
    assert rising == sorted(set(rising))
    assert 0 < rising[0] < rising[-1] < 1


def test_cheaper_counts_more():
    falling = [
        values(cost_per_household_vnd=cost)[Part.COST_PER_HOUSEHOLD]
        for cost in (0.0, 1e6, 1e8, 1e12)
    ]
    assert falling[0] == 1
    assert falling == sorted(falling, reverse=True)


@pytest.mark.parametrize(
    ("fact", "part"),
    [("population", Part.POPULATION), ("specially_difficult", Part.SPECIALLY_DIFFICULT),
     ("border_or_island", Part.BORDER_OR_ISLAND),
     ("school_or_health_post", Part.SCHOOL_OR_HEALTH_POST),
     ("cost_per_household_vnd", Part.COST_PER_HOUSEHOLD)],
)  # fmt: skip
def test_what_nobody_knows_is_absent_not_zero(fact, part):
    assert values(**{fact: None})[part] is None


def test_half_a_cost_is_absent():
    assert values(cost_is_whole=False)[Part.COST_PER_HOUSEHOLD] is None


def test_a_report_of_tomorrow_has_not_waited():
    assert values(waiting_days=-3)[Part.WAITING] == 0


def test_weights_are_brought_to_one():
    weights = weights_of({"households": 3, "waiting": 1})
    assert dict(zip(PART_NAMES, weights, strict=True))["households"] == 0.75
    assert weights.sum() == 1


@pytest.mark.parametrize(
    ("weights", "rule"),
    [({"hộ": 1}, "priority.unknown_part"), ({"households": -1}, "priority.bad_weight"),
     ({"households": float("nan")}, "priority.bad_weight"),
     ({"households": float("inf")}, "priority.bad_weight"), ({}, "priority.no_weight"),
     ({"waiting": 0}, "priority.no_weight")],
)  # fmt: skip
def test_weights_that_say_nothing_are_refused(weights, rule):
    with pytest.raises(WeightsRefused) as refused:
        weights_of(weights)
    assert [each.rule for each in refused.value.findings] == [rule]
    assert "Tệp" not in sentence(refused.value)


def test_a_scale_of_zero_is_refused():
    with pytest.raises(SettingsUnusable):
        Scale(0, 200, 1, 1)
