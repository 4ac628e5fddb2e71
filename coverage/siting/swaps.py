"""Improving a choice by exchanging one site for another (Teitz and Bart 1968).

Of all pairs the best is taken, in the way of Resende and Werneck (2004): what a candidate gains,
what a chosen site would lose, and what the one takes over from the other.
"""

from __future__ import annotations

import time

import numpy as np
from scipy import sparse

from coverage.siting.greedy import greedy
from coverage.siting.problem import TOLERANCE, Floats, Places, SitingProblem


def improve(
    problem: SitingProblem, chosen: Places, budget: float, rounds: int, until: float
) -> Places:
    """Exchange sites while the covered weight grows; at most so many rounds, not beyond ``until``.

    ``until`` is a reading of :func:`time.monotonic`.
    """
    chosen = greedy(problem, budget, chosen)
    for _ in range(rounds):
        if time.monotonic() > until:
            break
        swap = _best_swap(problem, chosen, budget)
        if swap is None:
            break
        out, into = swap
        chosen = np.append(np.delete(chosen, out), into)
        if problem.cost(chosen) < budget - TOLERANCE:
            chosen = greedy(problem, budget, chosen)
    return chosen


def _best_swap(problem: SitingProblem, chosen: Places, budget: float) -> tuple[int, int] | None:
    """Return the place in ``chosen`` to give up and the candidate to take for it."""
    if not len(chosen):
        return None
    weights, covers, costs = problem.weights, problem.covers, problem.costs
    counts = problem.counts(chosen)
    gains = covers @ np.where(counts == 0, weights, 0.0)
    owner = np.full(len(weights), -1, dtype=np.intp)
    for place, site in enumerate(chosen):
        reached = covers.indices[covers.indptr[site] : covers.indptr[site + 1]]
        owner[reached[counts[reached] == 1]] = place
    alone = np.flatnonzero(owner >= 0)
    owned = sparse.csr_array(
        (weights[alone], (alone, owner[alone])), shape=(len(weights), len(chosen))
    )
    losses = np.asarray(owned.sum(axis=0)).ravel()
    shared = sparse.csr_array(covers.astype(np.float64) @ owned)
    shared.sort_indices()
    slack = budget - float(costs[chosen].sum())

    net, given_up = _cheapest(gains, losses, costs, chosen, slack)
    rows = np.repeat(np.arange(len(costs)), np.diff(shared.indptr))
    fits = costs[rows] - costs[chosen[shared.indices]] <= slack + TOLERANCE
    rows, places = rows[fits], shared.indices[fits]
    taking_over = gains[rows] - losses[places] + shared.data[fits]
    for_row = np.full(len(costs), -np.inf)
    np.maximum.at(for_row, rows, taking_over)
    better = for_row > net
    net = np.where(better, for_row, net)
    net[chosen] = -np.inf
    into = int(np.argmax(net))
    if not net[into] > TOLERANCE * max(1.0, problem.total):
        return None
    if not better[into]:
        return int(given_up[into]), into
    mine = rows == into
    return int(places[mine][np.argmax(taking_over[mine])]), into


def _cheapest(
    gains: Floats, losses: Floats, costs: Floats, chosen: Places, slack: float
) -> tuple[Floats, Places]:
    """Each candidate against the site whose loss is the least among those that pay for it."""
    order = np.argsort(-costs[chosen], kind="stable")
    dearest_first = costs[chosen][order]
    ordered = losses[order]
    least = np.minimum.accumulate(ordered)
    # Where the running minimum was reached: the place of the last fall.
    falls = np.r_[True, ordered[1:] < least[:-1]]
    where = np.maximum.accumulate(np.where(falls, np.arange(len(order)), 0))
    enough = np.searchsorted(-dearest_first, -(costs - slack - TOLERANCE), side="right")
    possible = enough > 0
    last = np.maximum(enough - 1, 0)
    net = np.where(possible, gains - least[last], -np.inf)
    return net, order[where[last]]
