"""A bound from the other side: the Lagrangian relaxation of the covering constraints.

For maximal covering the constraint that a covered demand has a chosen candidate is priced
(Galvão and ReVelle 1996); what is left is solved by sorting. The prices are found by the
subgradient method (Held and Karp 1971, step of Polyak). A candidate whose other choice would put
the bound below what is already found is fixed: no better choice contains it, or all do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coverage.siting.problem import TOLERANCE, Floats, Places, SitingProblem

PATIENCE = 20  # iterations without a better bound before the step is shortened
SHORTER = 0.7
SHORTEST = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """``value``: no choice covers more. ``prices`` of demand; ``worth`` of candidates under them.

    ``rate`` is what a unit of the budget is worth at its edge; ``never`` and ``always`` mark candidates that no better choice than the one known has, or
    that every one has.
    """

    value: float
    prices: Floats
    worth: Floats
    rate: float
    never: NDArray[np.bool_]
    always: NDArray[np.bool_]


def bound(  # noqa: PLR0917 - an instance, what is known of it, and how long to look
    problem: SitingProblem, budget: float, known: float, iterations: int, until: float,
    step_of_value: float = 1.0, prices: Floats | None = None,
) -> Bound:  # fmt: skip
    """Return the best bound found on the weight that can be covered within ``budget``.

    ``known`` is the weight of a choice at hand, ``prices`` are those of an earlier bound; values
    are multiples of ``step_of_value`` (1 for whole weights), so a bound less than one step above
    ``known`` proves it.
    """
    weights, costs = problem.weights, problem.costs
    covers = problem.covers.astype(np.float64)
    of_demand = sparse.csr_array(covers.T)
    candidates = np.maximum(1, np.diff(of_demand.indptr))
    if prices is None:
        prices = weights / candidates
    best, best_prices, scale, idle = np.inf, prices, 2.0, 0
    for _ in range(iterations):
        worth = covers @ prices
        picked, value = _fill(worth, costs, budget)
        value += np.maximum(0.0, weights - prices).sum()
        if value < best - TOLERANCE * abs(value) or best == np.inf:
            best, best_prices, idle = value, prices, 0
            if best < known + step_of_value - 1e-6 * step_of_value:
                break
        else:
            idle += 1
            if idle >= PATIENCE:
                scale, idle, prices = scale * SHORTER, 0, best_prices
                if scale < SHORTEST:
                    break
                continue
        slope = of_demand @ picked - (weights > prices)
        length = float(slope @ slope)
        if length == 0.0 or time.monotonic() > until:
            break
        prices = np.clip(
            prices - scale * max(value - known, step_of_value) / length * slope, 0.0, weights
        )
    return at(problem, budget, known, best_prices, step_of_value)


def at(
    problem: SitingProblem, budget: float, known: float, prices: Floats, step_of_value: float = 1.0
) -> Bound:  # fmt: skip
    """Return the bound that these prices prove, whoever found them."""
    prices = np.clip(prices, 0.0, problem.weights)
    worth = problem.covers.astype(np.float64) @ prices
    picked, value = _fill(worth, problem.costs, budget)
    value += float((problem.weights - prices).sum())
    rate = float((worth / problem.costs)[picked < 1.0].max(initial=0.0))
    never, always = _fixed(worth, problem.costs, budget, value, known, step_of_value)
    return Bound(value, prices, worth, rate, never, always)


def _fill(worth: Floats, costs: Floats, budget: float) -> tuple[Floats, float]:
    """Fill the budget with the candidates of the most worth for their cost; the last in part."""
    order = np.argsort(-(worth / costs), kind="stable")
    spent = np.cumsum(costs[order])
    whole = int(np.searchsorted(spent, budget + TOLERANCE, side="right"))
    picked = np.zeros(len(worth))
    picked[order[:whole]] = 1.0
    if whole < len(order):
        rest = budget - (spent[whole - 1] if whole else 0.0)
        picked[order[whole]] = max(0.0, rest) / costs[order[whole]]
    return picked, float(worth @ picked)


def _fixed(  # noqa: PLR0917 - the bound in its parts
    worth: Floats, costs: Floats, budget: float, value: float, known: float, step: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    picked, _ = _fill(worth, costs, budget)
    ratios = worth / costs
    inside = picked >= 1.0
    rate = float(ratios[~inside].max(initial=0.0))  # what a unit of budget is worth at the edge
    surplus = worth - rate * costs
    must_reach = known + step - 1e-6 * step
    never = ~inside & (picked == 0.0) & (value + surplus < must_reach)
    always = inside & (value - surplus < must_reach)
    return never, always


def support(bound_: Bound, costs: Floats, budget: float) -> Places:
    """Return the candidates that the prices would choose, as a start for a better choice."""
    picked, _ = _fill(bound_.worth, costs, budget)
    return np.flatnonzero(picked >= 1.0)


def bound_all(
    problem: SitingProblem, known: float, iterations: int, until: float
) -> tuple[float, Floats]:
    """Return what covering every demand costs at least, and the prices that prove it (Beasley 1990).

    ``known`` is the cost of a choice at hand. Each demand pays its price for being covered; a
    candidate that is paid more than it costs is taken.
    """
    covers = problem.covers.astype(np.float64)
    of_demand = sparse.csr_array(covers.T)
    costs = problem.costs
    per_entry = costs / np.maximum(1, np.diff(covers.indptr))
    prices = np.minimum.reduceat(per_entry[of_demand.indices], of_demand.indptr[:-1])
    best, best_prices, scale, idle = 0.0, np.zeros_like(prices), 2.0, 0
    for _ in range(iterations):
        surplus = costs - covers @ prices
        picked = surplus < 0
        value = float(prices.sum() + surplus[picked].sum())
        if value > best + TOLERANCE * abs(value):
            best, best_prices, idle = value, prices, 0
            if best >= known - TOLERANCE * known:
                break
        else:
            idle += 1
            if idle >= PATIENCE:
                scale, idle, prices = scale * SHORTER, 0, best_prices
                if scale < SHORTEST:
                    break
                continue
        slope = 1.0 - of_demand @ picked.astype(np.float64)
        length = float(slope @ slope)
        if length == 0.0 or time.monotonic() > until:
            break
        prices = np.maximum(0.0, prices + scale * max(known - value, 1e-6) / length * slope)
    return best, best_prices


def worth_all(problem: SitingProblem, prices: Floats) -> float:
    """Return what covering every demand costs at least by these prices, whoever found them."""
    paid = np.maximum(0.0, prices)
    surplus = problem.costs - problem.covers.astype(np.float64) @ paid
    return float(paid.sum() + np.minimum(0.0, surplus).sum())
