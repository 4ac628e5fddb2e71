"""Changing one zone for another: what is judged at once says what is judged one by one."""

from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coverage.lots.recombination import _gain, _worthy
from coverage.lots.swaps import Figures, borders, promising
from tests.generative.test_lot_division import grounds


@settings(max_examples=80, deadline=None)
@given(grounds(most=14), st.data())
def test_pairs_judged_at_once_are_those_that_gain_one_by_one(ground, data):
    members = range(len(ground.atoms))
    one = frozenset(data.draw(st.sets(st.sampled_from(list(members)), min_size=1)))
    other = frozenset(members) - one
    assume(other)
    measured = ground.measures(members, 2)
    loads = measured.load(one), measured.load(other)
    before = measured.judge_load(loads[0]), measured.judge_load(loads[1])
    here, there = borders(one, other, ground.links)
    assert here == [each for each in sorted(one) if ground.links[each] & other]
    assert there == [each for each in sorted(other) if ground.links[each] & one]
    assume(here)
    gains = {}
    for mine in here:
        for theirs in there:
            less, more = ground.atoms[mine], ground.atoms[theirs]
            after = (
                measured.judge_changed(loads[0], less=less, more=more),
                measured.judge_changed(loads[1], less=more, more=less),
            )
            gains[mine, theirs] = _gain(before, after)
    found = promising(measured, Figures.of(measured), loads, (one, other), (here, there))
    # A gain that is all rounding may be seen either way.
    sure = {pair for pair, gain in gains.items() if _worthy((gain[0], gain[1] - 1e-8))}
    assert sure <= set(found)
    assert all(gains[pair][0] > 0 or gains[pair][1] > 0 for pair in found)
    assert len(set(found)) == len(found)
    best = [(round(gains[pair][0], 9), gains[pair][1]) for pair in found]
    assert all(a[0] > b[0] or a[1] > b[1] - 1e-8 for a, b in pairwise(best)), "the best first"
