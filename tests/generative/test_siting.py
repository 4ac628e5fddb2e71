"""Choosing sites against every possible choice, on small instances."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from coverage.siting import Goal, SitingProblem, choose
from coverage.siting.greedy import greedy
from coverage.siting.reduction import reduce
from coverage.siting.relaxation import bound
from coverage.siting.swaps import improve


@st.composite
def problems(draw, whole=True):
    """At most nine candidates and twelve demands, some reached by nobody."""
    m, n = draw(st.integers(1, 9)), draw(st.integers(1, 12))
    cells = draw(st.lists(st.booleans(), min_size=m * n, max_size=m * n))
    weight = st.integers(0, 9) if whole else st.floats(0, 9).map(lambda x: round(x, 3))
    weights = draw(st.lists(weight, min_size=n, max_size=n))
    costs = draw(st.lists(st.integers(1, 5), min_size=m, max_size=m))
    return SitingProblem(
        np.array(weights, dtype=float), np.array(costs, dtype=float),
        sparse.csr_array(np.array(cells).reshape(m, n)),
    )  # fmt: skip


def every_choice(problem):
    for size in range(len(problem.costs) + 1):
        for chosen in combinations(range(len(problem.costs)), size):
            yield np.array(chosen, dtype=np.intp)


def best_within(problem, budget, *, counted):
    return max(
        problem.covered(chosen)
        for chosen in every_choice(problem)
        if (len(chosen) if counted else problem.cost(chosen)) <= budget
    )


@settings(max_examples=150)
@given(problems(), st.integers(1, 5))
def test_the_most_with_so_many_sites(problem, sites):
    choice = choose(problem, Goal.most(sites), seconds=20)
    best = best_within(problem, sites, counted=True)
    assert (choice.covered, choice.bound, choice.optimal) == (best, best, True)
    assert len(choice.sites) <= sites
    assert problem.covered(np.array(choice.sites, dtype=np.intp)) == choice.covered


@settings(max_examples=150)
@given(problems(whole=False), st.integers(1, 14))
def test_the_most_within_a_budget(problem, budget):
    choice = choose(problem, Goal.within(budget), seconds=20)
    assert choice.covered == pytest.approx(best_within(problem, budget, counted=False))
    assert choice.cost <= budget
    assert choice.gap == pytest.approx(0, abs=1e-6)


@settings(max_examples=150)
@given(problems())
def test_everything_at_the_least_cost(problem):
    choice = choose(problem, Goal.all(), seconds=20)
    reached = np.bincount(problem.covers.indices, minlength=len(problem.weights)) > 0
    cheapest = min(
        problem.cost(chosen)
        for chosen in every_choice(problem)
        if (problem.counts(chosen)[reached] > 0).all()
    )
    assert (choice.cost, choice.bound, choice.optimal) == (cheapest, cheapest, True)
    assert choice.covered == problem.coverable


@given(problems(), st.integers(1, 5))
def test_reducing_loses_no_optimum(problem, sites):
    reduced = reduce(problem)
    assert best_within(reduced.problem, sites, counted=True) == best_within(
        problem, sites, counted=True
    )
    for chosen in every_choice(reduced.problem):
        assert problem.covered(reduced.candidates[chosen]) == reduced.problem.covered(chosen)


@given(problems(), st.integers(1, 14))
def test_no_choice_is_above_the_bound_and_none_that_is_better_breaks_what_is_fixed(problem, budget):
    start = improve(problem, greedy(problem, budget), budget, 50, np.inf)
    assert problem.cost(start) <= budget
    known = problem.covered(start)
    found = bound(problem, float(budget), known, 60, np.inf)
    for chosen in every_choice(problem):
        if problem.cost(chosen) > budget:
            continue
        assert problem.covered(chosen) <= found.value + 1e-6
        if problem.covered(chosen) > known:
            assert not found.never[chosen].any()
            # A better choice that leaves out what is always there would be above the bound.
            assert found.always[np.setdiff1d(np.arange(len(problem.costs)), chosen)].sum() == 0 or (
                problem.cost(chosen) < budget
            )


@given(problems(), st.integers(1, 5))
def test_reducing_that_is_cut_short_loses_no_optimum_either(problem, sites):
    reduced = reduce(problem, -np.inf)
    assert best_within(reduced.problem, sites, counted=True) == best_within(
        problem, sites, counted=True
    )
