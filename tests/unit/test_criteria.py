"""Who pays: an unknown fact is asked for only where knowing it could change the answer."""

import itertools

import pytest

from coverage.criteria import QueueFacts, QueueRule, queue_of
from coverage.zones import Queue

HARD = QueueRule(1, 1, None, True, Queue.FUND, "khó khăn")
EASY = QueueRule(2, 2, None, False, Queue.OPERATOR, "không khó khăn")
DARK = QueueRule(3, 3, False, None, Queue.POWER, "chưa có điện")
RULES = {
    "difficulty alone": ((HARD, EASY, DARK), ("specially_difficult",)),
    "power alone": ((DARK,), ("grid_power",)),
    "both": ((HARD, DARK), ("grid_power", "specially_difficult")),
    "none": ((), ()),
}


@pytest.mark.parametrize(("rules", "needed"), RULES.values(), ids=RULES)
def test_only_facts_that_make_a_difference_are_missing(rules, needed):
    payer = queue_of(rules, QueueFacts(None, None))
    assert payer.queue is Queue.UNDECIDED
    assert payer.missing == needed


def test_what_is_missing_is_what_some_other_answer_hangs_on():
    ways = (None, True, False)
    rules = (HARD, DARK, EASY)
    for facts in itertools.starmap(QueueFacts, itertools.product(ways, ways, (True, False))):
        told = queue_of(rules, facts)
        assert bool(told.missing) is (told.queue is Queue.UNDECIDED)
        assert all(getattr(facts, name) is None for name in told.missing)
