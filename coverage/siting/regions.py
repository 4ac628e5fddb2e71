"""A tighter bound: the instance cut into regions, each solved with whole sites.

The relaxation prices all demand and is never better than the linear programme. Here only the
demand that candidates of several regions reach keeps its price, and the budget; each region is
an integer programme of its own (Lagrangian decomposition; Guignard and Kim 1987).
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coverage.siting import exact
from coverage.siting.problem import Floats, Places, SitingProblem
from coverage.siting.windows import THREADS

_GAP = 2e-4  # of a region's own solution: what is not closed is counted in its bound


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What each demand is worth to a region that covers it, and what a unit of cost takes."""

    demand: Floats
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class _Region:
    candidates: Places
    demand: Places
    covers: sparse.csr_array
    shared: NDArray[np.bool_]  # demand that other regions reach too


def bound_most(  # noqa: PLR0917 - an instance, its cut, what is known of it, and the time
    problem: SitingProblem, region: Places, budget: float, prices: Prices, chosen: Places,
    until: float,
) -> float:  # fmt: skip
    """Return what no choice within ``budget`` covers more than.

    ``region`` gives each candidate's region; ``prices`` may be any that are not negative, good
    ones bound well; ``chosen`` is a choice at hand to start from. A region that there is no
    time for counts with what the relaxation says of it.
    """
    weights, priced = problem.weights, np.minimum(prices.demand, problem.weights)
    regions, shared = _cut(problem.covers, region)
    spare = weights - priced

    def most(each: _Region) -> float:
        worth = np.where(each.shared, priced[each.demand], weights[each.demand])
        costs = prices.cost * problem.costs[each.candidates]
        gain = np.maximum(0.0, each.covers @ priced[each.demand] - costs).sum()
        relaxed = float(gain + spare[each.demand][~each.shared].sum())
        optional = np.zeros(len(each.demand), dtype=np.bool_)
        asked = SitingProblem(worth, problem.costs[each.candidates], each.covers)
        start = np.flatnonzero(np.isin(each.candidates, chosen))
        return min(relaxed, _solved(asked, costs, optional, start, until))

    with ThreadPoolExecutor(THREADS) as pool:
        values = list(pool.map(most, regions))
    return float(spare[shared].sum()) + prices.cost * budget + sum(values)


def bound_all(
    problem: SitingProblem, region: Places, prices: Floats, chosen: Places, until: float
) -> float:  # fmt: skip
    """Return what covering every demand costs at least; arguments as for :func:`bound_most`."""
    regions, shared = _cut(problem.covers, region)

    def most(each: _Region) -> float:
        """Return the most that the shared demand pays beyond the costs, the rest covered."""
        costs, paid = problem.costs[each.candidates], prices[each.demand]
        gain = np.maximum(0.0, each.covers @ paid - costs).sum()
        relaxed = float(gain - paid[~each.shared].sum())
        asked = SitingProblem(paid, costs, each.covers)
        start = np.flatnonzero(np.isin(each.candidates, chosen))
        return min(relaxed, _solved(asked, costs, ~each.shared, start, until))

    with ThreadPoolExecutor(THREADS) as pool:
        values = list(pool.map(most, regions))
    return float(prices[shared].sum()) - sum(values)


def _cut(covers: sparse.csr_array, region: Places) -> tuple[list[_Region], NDArray[np.bool_]]:
    reached_by = np.zeros(covers.shape[1], dtype=np.int64)
    found = []
    for each in np.unique(region):
        candidates = np.flatnonzero(region == each)
        own = sparse.csr_array(covers[candidates])
        demand = np.unique(own.indices)
        reached_by[demand] += 1
        found.append((candidates, demand, sparse.csr_array(own[:, demand])))
    shared = reached_by > 1
    return [_Region(*each, shared[each[1]]) for each in found], shared


def _solved(
    asked: SitingProblem, costs: Floats, must: NDArray[np.bool_], start: Places, until: float
) -> float:
    """Return what a region is worth at most, as far as the time permits."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        return np.inf
    return exact.worth_most(asked, costs, must, start, exact.Effort(seconds, gap=_GAP)).bound
