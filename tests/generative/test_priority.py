"""Ranks and their bounds against every corner of the weights, and scores against their meaning."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.priority import PART_NAMES, rank, rank_bounds, score, scores, weights_of

PARTS = len(PART_NAMES)
VALUES = st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.floats(0, 1))


@st.composite
def fields(draw):
    """A few zones with some parts absent, weights, and by how much these may vary."""
    zones = draw(st.lists(st.lists(VALUES, min_size=PARTS, max_size=PARTS), min_size=1, max_size=7))
    raw = draw(st.lists(st.integers(0, 5), min_size=PARTS, max_size=PARTS).filter(any))
    values = np.array([[np.nan if v is None else v for v in zone] for zone in zones])
    weights = weights_of(dict(zip(PART_NAMES, raw, strict=True)))
    return values, weights, draw(st.sampled_from([0.0, 0.1, 0.25, 1.0]))


def standing(values, weights):
    """What absent parts stand at, zone by zone, the slow way."""
    out = []
    for zone in values:
        known = [(v, w) for v, w in zip(zone, weights, strict=True) if not np.isnan(v)]
        weighed = sum(w for _, w in known)
        mean = sum(v * w for v, w in known) / weighed if weighed > 0 else 0.5
        out.append([mean if np.isnan(v) else v for v in zone])
    return np.array(out)


@given(fields())
@settings(max_examples=60, deadline=None)
def test_no_corner_of_the_weights_takes_a_zone_out_of_its_bounds(given_field):
    values, weights, share = given_field
    best, worst = rank_bounds(values, weights, share)
    filled = standing(values, weights)
    for corner in itertools.product((1 - share, 1 + share), repeat=PARTS):
        varied = weights * np.array(corner)
        if varied.sum() <= 0:
            continue
        found = np.round(filled @ (varied / varied.sum()), 9)
        for place in range(len(found)):
            above = int((found > found[place] + 1e-8).sum())
            assert best[place] <= 1 + above <= worst[place]


def test_a_weight_that_may_vanish_makes_equals_of_those_that_differ_in_nothing_else():
    values = np.full((3, PARTS), np.nan)
    values[2, 1], values[2, 6] = 0.5, 0.0
    weights = weights_of({"population": 5, "waiting": 1})
    best, worst = rank_bounds(values, weights, 1.0)
    assert (list(best), list(worst)) == ([1, 1, 1], [1, 1, 3])


@given(fields())
@settings(max_examples=60, deadline=None)
def test_bounds_of_pairs_are_reached(given_field):
    """Of two zones alone a bound says exactly whether some corner turns them round."""
    values, weights, share = given_field
    values = values[:2]
    if len(values) < 2:
        return
    best, worst = rank_bounds(values, weights, share)
    apart = (standing(values, weights) @ np.diag(weights))[1] - (
        standing(values, weights) @ np.diag(weights)
    )[0]
    reach = [
        float(np.dot(apart, corner))
        for corner in itertools.product((1 - share, 1 + share), repeat=PARTS)
    ]
    assert bool(worst[0] == 2) is bool(max(reach) > 1e-11) or abs(max(reach)) < 1e-9
    assert bool(best[0] == 2) is bool(min(reach) > 1e-11) or abs(min(reach)) < 1e-9


@given(fields())
@settings(max_examples=60, deadline=None)
def test_ranks_are_one_more_than_those_above(given_field):
    values, weights, _ = given_field
    found = rank(values, weights)
    for place, mine in enumerate(found.scores):
        assert found.ranks[place] == 1 + int((found.scores > mine).sum())
    assert list(found.ranks[found.order]) == sorted(found.ranks)


@given(fields())
@settings(max_examples=60, deadline=None)
def test_a_score_lies_between_its_bounds_and_is_the_sum_of_its_parts(given_field):
    values, weights, _ = given_field
    together, low, high = scores(values, weights)
    for place, zone in enumerate(values):
        alone = score([None if np.isnan(v) else float(v) for v in zone], weights)
        assert np.isclose([alone.score, alone.low, alone.high],
                          [together[place], low[place], high[place]]).all()  # fmt: skip
        assert low[place] - 1e-9 <= alone.score <= high[place] + 1e-9
        known = sum(points for points in alone.points if points is not None)
        assert np.isclose(known, alone.low)
        if None not in alone.points:
            assert np.isclose(alone.low, alone.high)


@given(fields(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_zones_plays_no_part(given_field, random):
    values, weights, share = given_field
    order = list(range(len(values)))
    random.shuffle(order)
    straight, mixed = rank(values, weights), rank(values[order], weights)
    assert [straight.ranks[place] for place in order] == list(mixed.ranks)
    best, worst = rank_bounds(values, weights, share)
    mixed_best, mixed_worst = rank_bounds(values[order], weights, share)
    assert [best[place] for place in order] == list(mixed_best)
    assert [worst[place] for place in order] == list(mixed_worst)
