"""A first choice: again and again the candidate that adds the most for its cost."""

from __future__ import annotations

import heapq

import numpy as np

from coverage.siting.problem import TOLERANCE, Places, SitingProblem


def greedy(problem: SitingProblem, budget: float | None, chosen: Places | None = None) -> Places:
    """Add candidates to ``chosen`` while the budget lasts and something is added.

    The gain of a candidate never grows as others are chosen, so an old gain is an upper bound
    and only the best one has to be looked at again (Minoux 1978). Equal gains: the first place.
    """
    covers, weights, costs = problem.covers, problem.weights, problem.costs
    taken = [] if chosen is None else list(chosen)
    open_weight = np.where(problem.counts(np.array(taken, dtype=np.intp)) > 0, 0.0, weights)
    left = np.inf if budget is None else budget - problem.cost(np.array(taken, dtype=np.intp))
    gains = covers @ open_weight
    queue = [
        (-gain / cost, place) for place, (gain, cost) in enumerate(zip(gains, costs, strict=True))
    ]
    heapq.heapify(queue)
    while queue:
        old, place = heapq.heappop(queue)
        if costs[place] > left + TOLERANCE:
            continue
        reached = covers.indices[covers.indptr[place] : covers.indptr[place + 1]]
        worth = open_weight[reached].sum() / costs[place]
        if worth <= 0:
            continue
        if worth < -old - TOLERANCE * abs(old):
            heapq.heappush(queue, (-worth, place))
            continue
        taken.append(place)
        left -= costs[place]
        open_weight[reached] = 0.0
    return np.array(taken, dtype=np.intp)
