"""Which candidates lie near one another, told by the demand they share.

An instance may come without coordinates, so nearness is a walk from candidate to demand to
candidate, each step to an equal share: where the walk is likely to be, divided by what a place
draws anyhow, falls with the distance.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from coverage.siting.problem import Floats, Places, SitingProblem

_LONGEST_WALK = 12
_SMOOTHINGS = 6


class Nearness:
    """Neighbourhoods among the candidates of a problem."""

    def __init__(self, problem: SitingProblem) -> None:
        covers = problem.covers.astype(np.float64)
        self._draw = np.maximum(1.0, np.diff(covers.indptr).astype(np.float64))
        demand = sparse.csr_array(covers.T)
        per_demand = np.maximum(1.0, np.diff(demand.indptr).astype(np.float64))
        self._onward = sparse.csr_array(covers.multiply(1.0 / self._draw[:, None]))
        self._back = sparse.csr_array(demand.multiply(1.0 / per_demand[:, None]))

    def around(self, seed: int, chosen: Places, sites: int) -> Places:
        """Return the candidates nearest to ``seed`` until so many of ``chosen`` are among them."""
        is_chosen = np.zeros(len(self._draw), dtype=np.bool_)
        is_chosen[chosen] = True
        walk = self._onward[[seed]] @ self._back
        if not walk.nnz:
            return np.array([seed], dtype=np.intp)
        reached = 0
        for _ in range(_LONGEST_WALK):
            if is_chosen[walk.indices].sum() >= 2 * sites or walk.nnz == reached:
                break
            reached = walk.nnz
            walk = walk @ self._onward @ self._back
        by_place = np.argsort(walk.indices)
        places, likely = walk.indices[by_place], walk.data[by_place]
        felt = np.where(places == seed, np.inf, likely / self._draw[places])
        order = places[np.argsort(-felt, kind="stable")]
        within = np.flatnonzero(is_chosen[order])
        if len(within) > sites:
            order = order[: within[sites - 1] + 1]
        return np.asarray(order, dtype=np.intp)

    def regions(self, chosen: Places, sites: int) -> Places:
        """Cut the candidates into compact regions of about so many chosen sites; returns numbers.

        Again and again a region is cut across its longest way, where half of its chosen sites
        lie on either side: by the steps from one end less the steps from the other, smoothed.
        """
        is_chosen = np.zeros(len(self._draw))
        is_chosen[chosen] = 1.0
        region = np.zeros(len(self._draw), dtype=np.intp)
        waiting, count = [np.arange(len(self._draw))], 0
        while waiting:
            places = waiting.pop()
            if is_chosen[places].sum() <= sites or len(places) == 1:
                region[places] = count
                count += 1
                continue
            order = places[np.argsort(self._along(places), kind="stable")]
            so_far = np.cumsum(is_chosen[order])
            middle = int(np.searchsorted(so_far, so_far[-1] / 2)) + 1
            middle = min(max(1, middle), len(order) - 1)
            waiting += [order[:middle], order[middle:]]
        return region

    def _along(self, places: Places) -> Floats:
        """Return where each place lies between the two ends of the longest way among them."""
        onward = self._onward[places]
        back = sparse.csr_array(self._back[:, places])
        one = int(np.argmax(_steps(onward, back, 0)))
        from_one = _steps(onward, back, one)
        other = int(np.argmax(from_one))
        along = from_one - _steps(onward, back, other)
        for _ in range(_SMOOTHINGS):
            along = (
                onward @ (back @ along) / np.maximum(1e-12, onward @ (back @ np.ones(len(places))))
            )
        return along


def _steps(onward: sparse.csr_array, back: sparse.csr_array, seed: int) -> Floats:
    """Return the least steps to each candidate; one more than the most where no way leads."""
    steps = np.full(onward.shape[0], -1.0)
    steps[seed] = 0.0
    here, step = np.array([seed]), 0
    while len(here):
        step += 1
        there = np.unique(back[np.unique(onward[here].indices)].indices)
        here = there[steps[there] < 0]
        steps[here] = step
    return np.where(steps < 0, float(step), steps)
