"""The most weight with so many sites, or within a budget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from coverage.siting import exact, regions, relaxation
from coverage.siting.greedy import greedy
from coverage.siting.nearness import Nearness
from coverage.siting.problem import TOLERANCE, Places, SitingProblem
from coverage.siting.reduction import reduce
from coverage.siting.swaps import improve
from coverage.siting.timetable import Timetable
from coverage.siting.windows import reopen

_ROUNDS = 2_000  # of exchanges
_ITERATIONS = 1_500  # of the subgradient method
_LARGEST_EXACT = 60_000  # entries beyond which HiGHS finds nothing in useful time
_SMALL_EXACT, _FEW_NODES = 20_000, 50  # entries, and how long HiGHS may try before other means
_SMALL_WINDOW, _WINDOW = 8, 16  # sites
_STAGES = ((16, 22), (28, 32), (44, 48))  # sites of a region to bound, then of a window to open


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A choice among the problem's candidates and the bound on what any choice covers.

    ``limited``: a step was cut short by the time limit; with more time both may be better.
    """

    chosen: Places
    bound: float
    limited: bool


def cover_most(problem: SitingProblem, budget: float, seconds: float) -> Found:
    """Return a choice within ``budget`` and a bound, both as good as the time permits."""
    time = Timetable(seconds)
    reduced = reduce(problem, time.share(0.2))
    if not len(reduced.problem.weights):
        return Found(np.array([], dtype=np.intp), 0.0, limited=False)
    search = _Search(reduced.problem, budget, time)
    search.run()
    bound = max(search.known, search.rounded(search.top))
    limited = search.time.struck and not search.proven()
    return Found(reduced.candidates[search.best], bound, limited)


class _Search:
    """Both sides of one instance: the best choice at hand and what none can beat."""

    def __init__(self, problem: SitingProblem, budget: float, time: Timetable) -> None:
        self.problem, self.budget, self.time = problem, budget, time
        whole = bool((problem.weights == np.round(problem.weights)).all())
        # The step between possible values: 1 for whole weights, else next to nothing.
        self.step = 1.0 if whole else problem.total * 1e-9
        self.best = np.array([], dtype=np.intp)
        self.known, self.top = 0.0, problem.total

    def run(self) -> None:
        """Take the cheap steps first, and stop as soon as both sides meet."""
        problem, budget, share = self.problem, self.budget, self.time.share
        self._offer(improve(problem, greedy(problem, budget), budget, _ROUNDS, share(0.3)))
        bounded = relaxation.bound(problem, budget, self.known, _ITERATIONS, share(0.3), self.step)
        self._lower(bounded.value)
        if self.proven():
            return
        proposed = relaxation.support(bounded, problem.costs, budget)
        self._offer(improve(problem, proposed, budget, _ROUNDS, share(0.2)))
        if self.proven():
            return
        self._finish(bounded, _SMALL_EXACT, _FEW_NODES)
        if self.proven():
            return
        near = Nearness(problem)
        self._offer(reopen(problem, near, self.best, budget, (_SMALL_WINDOW,), share(0.4)))
        bounded = self._priced_again(bounded)
        if self.proven():
            return
        self._offer(reopen(problem, near, self.best, budget, (_WINDOW,), share(0.6)))
        bounded = relaxation.at(problem, budget, self.known, bounded.prices, self.step)
        self._finish(bounded, _LARGEST_EXACT, None)
        prices = regions.Prices(bounded.prices, bounded.rate)
        for region_sites, window_sites in _STAGES:
            if self.proven() or self.time.over or len(self.best) <= region_sites:
                return
            cut = near.regions(self.best, region_sites)
            self._lower(regions.bound_most(problem, cut, budget, prices, self.best, share(0.6)))
            if self.proven():
                return
            self._offer(reopen(problem, near, self.best, budget, (window_sites,), share()))

    def proven(self) -> bool:
        """Tell whether no choice can be better by a step."""
        return self.top < self.known + self.step * (1 - 1e-6)

    def rounded(self, value: float) -> float:
        """Return the most that a choice can reach below ``value``."""
        return float(np.floor(value + 1e-6 + TOLERANCE * value)) if self.step == 1.0 else value

    def _offer(self, chosen: Places) -> None:
        covered = self.problem.covered(chosen)
        if covered > self.known:
            self.best, self.known = chosen, covered

    def _lower(self, value: float) -> None:
        self.top = min(self.top, value)

    def _priced_again(self, bounded: relaxation.Bound) -> relaxation.Bound:
        """Return the best prices, which fix more now that more is known."""
        problem, budget, step = self.problem, self.budget, self.step
        if problem.covers.nnz > _LARGEST_EXACT:
            found = exact.prices(problem, budget, self.time.seconds(0.4))
            again = relaxation.at(problem, budget, self.known, found, step)
        else:
            again = relaxation.bound(
                problem, budget, self.known, _ITERATIONS, self.time.share(0.3), step, bounded.prices
            )
        again = again if again.value < bounded.value else bounded
        self._lower(again.value)
        return again

    def _finish(self, bounded: relaxation.Bound, largest: int, nodes: int | None) -> None:
        """Fix what the bound fixes and solve the rest exactly, when it is small enough."""
        problem = self.problem
        always = np.flatnonzero(bounded.always)
        open_candidates = np.flatnonzero(~bounded.never & ~bounded.always)
        covered = problem.counts(always) > 0
        rest = self.budget - problem.cost(always)
        covers = sparse.csr_array(problem.covers[open_candidates][:, ~covered])
        left = reduce(
            SitingProblem(problem.weights[~covered], problem.costs[open_candidates], covers)
        )
        if self.proven() or left.problem.covers.nnz > largest or self.time.over:
            return
        sure = float(problem.weights[covered].sum())
        if not len(left.problem.weights):
            self._lower(max(sure, self.known))
            return
        places = open_candidates[left.candidates]
        start = np.flatnonzero(np.isin(places, self.best))
        if not np.isin(always, self.best).all() or left.problem.cost(start) > rest:
            start = greedy(left.problem, rest)
        effort = exact.Effort(self.time.seconds(0.6), nodes)
        solved = exact.cover_most(left.problem, rest, start, effort)
        found = np.concatenate([always, places[solved.chosen]])
        if problem.cost(found) <= self.budget * (1 + TOLERANCE):
            self._offer(found)
        # What was fixed holds for choices better than the known one only.
        self._lower(max(sure + solved.bound, self.known))
