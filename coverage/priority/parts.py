"""The parts of a priority: each a fact of the zone alone, brought to a value from 0 to 1.

Amounts go through ``n / (n + half)``: more is always more, nothing is ever beyond 1, and one
village of 5,000 households does not press all others to zero, as dividing by the largest would.
Since no other zone plays a part, a score of last year can be held against one of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from coverage.errors import SettingsUnusable


class Part(StrEnum):
    """The parts in the order they are shown; the values are the names of the weights."""

    HOUSEHOLDS = "households"
    POPULATION = "population"
    SPECIALLY_DIFFICULT = "specially_difficult"
    BORDER_OR_ISLAND = "border_or_island"
    SCHOOL_OR_HEALTH_POST = "school_or_health_post"
    COST_PER_HOUSEHOLD = "cost_per_household"
    WAITING = "waiting"


PART_NAMES = tuple(part.value for part in Part)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one zone; None where nobody has said, or the layer is not loaded.

    ``cost_per_household_vnd`` may lack parts: it is then a lower bound, and ``cost_is_whole``
    False.
    """

    households: int
    population: int | None
    specially_difficult: bool | None
    border_or_island: bool | None
    school_or_health_post: bool | None
    cost_per_household_vnd: float | None
    cost_is_whole: bool
    waiting_days: int


@dataclass(frozen=True, slots=True)
class Scale:
    """Where an amount counts half: households, people, đồng per household, days.

    Raises:
        SettingsUnusable: one is not above zero.
    """

    half_households: float
    half_population: float
    half_cost_vnd: float
    half_waiting_days: float

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise SettingsUnusable(f"score_{name}", "must be above zero")


def part_values(facts: Facts, scale: Scale) -> tuple[float | None, ...]:
    """Return the value of each part in the order of :class:`Part`, None where it is absent.

    A cost that lacks parts is absent as a whole: half a cost would make a zone look cheap.
    """
    cost = facts.cost_per_household_vnd if facts.cost_is_whole else None
    return (
        _rising(facts.households, scale.half_households),
        _rising(facts.population, scale.half_population),
        _whether(facts.specially_difficult),
        _whether(facts.border_or_island),
        _whether(facts.school_or_health_post),
        None if cost is None else 1 - (_rising(cost, scale.half_cost_vnd) or 0.0),
        _rising(max(0, facts.waiting_days), scale.half_waiting_days),
    )


def _rising(amount: float | None, half: float) -> float | None:
    return None if amount is None else amount / (amount + half)


def _whether(fact: bool | None) -> float | None:
    return None if fact is None else float(fact)
