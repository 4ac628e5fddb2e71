"""The most weight with so many sites, or within a budget."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from coverage.siting import exact, relaxation
from coverage.siting.greedy import greedy
from coverage.siting.problem import Floats, Places, SitingProblem
from coverage.siting.reduction import reduce
from coverage.siting.swaps import improve

_ROUNDS = 2_000  # of exchanges
_ITERATIONS = 1_500  # of the subgradient method
_LARGEST_EXACT = 400_000  # entries beyond which HiGHS finds nothing in useful time


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A choice among the problem's candidates and the bound on what any choice covers."""

    chosen: Places
    bound: float


def cover_most(problem: SitingProblem, budget: float, seconds: float) -> Found:
    """Return a choice within ``budget`` and a bound, both as good as the time permits."""
    until = time.monotonic() + seconds
    reduced = reduce(problem)
    small = reduced.problem
    if not len(small.weights):
        return Found(np.array([], dtype=np.intp), 0.0)
    step = _step(small.weights)
    chosen = improve(small, greedy(small, budget), budget, _ROUNDS, _share(until, 0.3))
    best, known = chosen, small.covered(chosen)
    bounded = relaxation.bound(small, budget, known, _ITERATIONS, _share(until, 0.5), step)
    other = improve(
        small, relaxation.support(bounded, small.costs, budget), budget, _ROUNDS, _share(until, 0.3)
    )
    if small.covered(other) > known:
        best, known = other, small.covered(other)
        bounded = relaxation.bound(
            small, budget, known, _ITERATIONS, _share(until, 0.3), step, bounded.prices
        )
    top = min(bounded.value, small.total)
    if top >= known + step * (1 - 1e-6):
        best, top = _finish(small, budget, best, top, bounded, until)
    known = small.covered(best)
    return Found(reduced.candidates[best], max(known, _down_to(top, step)))


def _finish(  # noqa: PLR0917 - the instance, both sides, and the time
    problem: SitingProblem, budget: float, known: Places, top: float, bounded: relaxation.Bound,
    until: float,
) -> tuple[Places, float]:  # fmt: skip
    """Fix what the bound fixes and solve the rest exactly, when it is small enough."""
    always = np.flatnonzero(bounded.always)
    open_candidates = np.flatnonzero(~bounded.never & ~bounded.always)
    covered = problem.counts(always) > 0
    rest = budget - problem.cost(always)
    covers = sparse.csr_array(problem.covers[open_candidates][:, ~covered])
    left = reduce(SitingProblem(problem.weights[~covered], problem.costs[open_candidates], covers))
    seconds = until - time.monotonic()
    if left.problem.covers.nnz > _LARGEST_EXACT or seconds <= 0:
        return known, top
    places = open_candidates[left.candidates]
    start = np.flatnonzero(np.isin(places, known))
    if not np.isin(always, known).all() or left.problem.cost(start) > rest:
        start = greedy(left.problem, rest)
    solved = exact.cover_most(left.problem, rest, start, seconds)
    found = np.concatenate([always, places[solved.chosen]])
    best = found if problem.covered(found) > problem.covered(known) else known
    # What was fixed holds for choices better than the known one only.
    proven = max(float(problem.weights[covered].sum()) + solved.bound, problem.covered(known))
    return best, min(top, proven)


def _step(weights: Floats) -> float:
    """Return the step between possible values: 1 for whole weights, else next to nothing."""
    whole = bool((weights == np.round(weights)).all())
    return 1.0 if whole else float(weights.sum()) * 1e-9


def _down_to(value: float, step: float) -> float:
    return float(np.floor(value + 1e-6)) if step == 1.0 else value


def _share(until: float, share: float) -> float:
    now = time.monotonic()
    return now + share * max(0.0, until - now)
