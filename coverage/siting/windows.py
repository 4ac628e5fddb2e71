"""Opening a choice window by window: all sites outside stay, those inside are chosen anew, exactly.

A window is the surroundings of one chosen site with so many chosen sites in it. Windows that
share no demand are solved at the same time; a window's surroundings are looked at again only
when something in them has changed. When no window of a size brings more, larger ones are tried.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from coverage.siting import exact
from coverage.siting.greedy import greedy
from coverage.siting.nearness import Nearness
from coverage.siting.problem import TOLERANCE, Places, SitingProblem
from coverage.siting.reduction import reduce

THREADS = 2
_TOGETHER = 8  # windows of one round
_SETTLED = 3  # one in so many sites of a window, the nearest to its middle, needs none of its own
_NODES = 400


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    seed: int
    inside: Places  # candidates
    demand: Places  # what they reach


def reopen(  # noqa: PLR0917 - a choice, what binds it, and how long to look
    problem: SitingProblem, near: Nearness, chosen: Places, budget: float | None,
    sizes: Sequence[int], until: float,
) -> Places:  # fmt: skip
    """Improve ``chosen`` by windows of so many sites, one size after the other.

    With a budget the covered weight grows within it; with None everything that ``chosen``
    covers stays covered, at a falling cost. ``until`` is a reading of :func:`time.monotonic`.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        for sites in sizes:
            unsettled = np.ones(len(problem.costs), dtype=np.bool_)
            while time.monotonic() < until:
                windows = _windows_apart(problem, near, chosen, unsettled, sites)
                if not windows:
                    break
                slack = 0.0 if budget is None else budget - problem.cost(chosen)
                share = max(0.0, slack) / len(windows)
                answers = pool.map(
                    lambda window, at=chosen, more=share: _solved(
                        problem, at, window, None if budget is None else more, until
                    ),
                    windows,
                )
                for window, answer in zip(windows, answers, strict=True):
                    chosen = _put(window, chosen, answer, unsettled)
            if len(chosen) <= sites:
                break
    return chosen


def _windows_apart(
    problem: SitingProblem, near: Nearness, chosen: Places, unsettled: np.ndarray, sites: int
) -> list[_Window]:
    """Return windows around unsettled sites that share no demand with one another."""
    taken = np.zeros(len(problem.weights), dtype=np.bool_)
    windows: list[_Window] = []
    for seed in chosen[unsettled[chosen]].tolist():
        if taken[
            problem.covers.indices[problem.covers.indptr[seed] : problem.covers.indptr[seed + 1]]
        ].any():
            continue
        inside = near.around(seed, chosen, sites)
        demand = np.unique(problem.covers[inside].indices)
        if taken[demand].any():
            continue
        taken[demand] = True
        windows.append(_Window(seed, inside, demand))
        if len(windows) == _TOGETHER:
            break
    return windows


def _solved(
    problem: SitingProblem, chosen: Places, window: _Window, slack: float | None, until: float
) -> Places | None:
    """Return better sites for the window, or None."""
    inside, mine = window.inside, np.isin(window.inside, chosen)
    outside = np.setdiff1d(chosen, inside)
    open_demand = window.demand[problem.counts(outside)[window.demand] == 0]
    covers = sparse.csr_array(problem.covers[inside][:, open_demand])
    whole = SitingProblem(problem.weights[open_demand], problem.costs[inside], covers)
    own = np.flatnonzero(mine)
    effort = exact.Effort(max(0.1, until - time.monotonic()), _NODES)
    if slack is None:
        must = np.flatnonzero(whole.counts(own) > 0)
        part = SitingProblem(np.ones(len(must)), whole.costs, sparse.csr_array(covers[:, must]))
        solved = exact.cover_all(part, own, effort)
        better = (
            whole.cost(solved.chosen) < whole.cost(own) - TOLERANCE
            and (part.counts(solved.chosen) > 0).all()
        )
        return inside[solved.chosen] if better else None
    small = reduce(whole)
    if not len(small.problem.weights):
        return None
    budget = whole.cost(own) + slack
    start = greedy(small.problem, budget, np.flatnonzero(np.isin(small.candidates, own)))
    found = small.candidates[exact.cover_most(small.problem, budget, start, effort).chosen]
    grown = whole.covered(found) > whole.covered(own) + TOLERANCE * problem.total
    return inside[found] if grown and whole.cost(found) <= budget + TOLERANCE else None


def _put(window: _Window, chosen: Places, better: Places | None, unsettled: np.ndarray) -> Places:
    """Take over the window's answer; only its middle is settled by it."""
    if better is not None:
        chosen = np.sort(np.concatenate([np.setdiff1d(chosen, window.inside), better]))
        unsettled[window.inside] = True
    own = window.inside[np.isin(window.inside, chosen)]  # nearest to the middle first
    unsettled[own[: max(1, len(own) // _SETTLED)]] = False
    unsettled[window.seed] = False
    return chosen
