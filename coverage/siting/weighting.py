"""A cover with fewer sites: take one away, mend what it leaves open, and remember what is hard.

Local search for set covering with a weight per demand (Gao, Weise and Li 2015): whenever the
cover is whole it is kept and its least useful site taken away; then sites are exchanged one for
one, and every demand that stays open weighs a little more, until the cover is whole again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from scipy import sparse

from coverage.siting.problem import Places, SitingProblem

_LEAP = 7919  # a prime: which open demand is mended next follows no order
_LOOK_EVERY = 256  # steps between two looks at the clock


def fewer(problem: SitingProblem, chosen: Places, steps: int, until: float) -> Places:
    """Return a cheaper choice that covers everything, or ``chosen`` when none was found.

    ``chosen`` must cover everything; ``until`` is a reading of :func:`time.monotonic`. The site
    given up is the one that loses the least for its cost; ties go to who has not moved longest.
    """
    cover = _Cover(problem, chosen.tolist())
    best, best_cost = chosen, problem.cost(chosen)
    back = -1  # the site that came last may not go at once
    for step in range(1, steps + 1):
        if not step % _LOOK_EVERY and time.monotonic() > until:
            break
        while not cover.open_demand:
            kept = np.array(sorted(cover.inside), dtype=np.intp)
            if problem.cost(kept) < best_cost:
                best, best_cost = kept, problem.cost(kept)
            if not len(kept):
                return best
            cover.give_up(cover.least_useful(cover.inside), step)
        may_go = cover.inside - {back}
        if may_go:
            cover.give_up(cover.least_useful(may_go), step)
        back = cover.mend(cover.open_demand[step * _LEAP % len(cover.open_demand)], step)
    return best


class _Cover:
    """A choice that may leave demand open; ``scores``: what a site's coming or going changes."""

    def __init__(self, problem: SitingProblem, chosen: Iterable[int]) -> None:
        self._reaches = _lists(problem.covers)
        self._reached_by = _lists(sparse.csr_array(problem.covers.T))
        self._costs = problem.costs.tolist()
        self._weights = [1] * len(self._reached_by)
        self._counts = [0] * len(self._reached_by)
        self._scores = [len(demand) for demand in self._reaches]
        self._moved = [0] * len(self._reaches)
        # A site that was given up comes back only after something around it has changed.
        self._changed = [True] * len(self._reaches)
        self._place = list(range(len(self._reached_by)))  # of each open demand in the list
        self.open_demand = list(range(len(self._reached_by)))
        self.inside: set[int] = set()
        for site in chosen:
            self._take(site)

    def least_useful(self, sites: Iterable[int]) -> int:
        """Return the site whose demand that nobody else covers is worth the least for its cost."""
        scores, costs, moved = self._scores, self._costs, self._moved
        return min(sites, key=lambda site: (scores[site] / costs[site], moved[site], site))

    def give_up(self, site: int, step: int) -> None:
        """Take the site out of the choice."""
        self.inside.remove(site)
        for demand in self._reaches[site]:
            self._counts[demand] -= 1
            if self._counts[demand] == 0:
                self._place[demand] = len(self.open_demand)
                self.open_demand.append(demand)
                self._rescore(demand, site, self._weights[demand])
            elif self._counts[demand] == 1:
                self._rescore_alone(demand, site, self._weights[demand])
        self._changed[site] = False
        self._moved[site] = step

    def mend(self, demand: int, step: int) -> int:
        """Take the most useful site for an open demand; what stays open weighs more then."""
        able = self._reached_by[demand]
        scores, costs, moved = self._scores, self._costs, self._moved
        site = max(
            [each for each in able if self._changed[each]] or able,
            key=lambda each: (scores[each] / costs[each], -moved[each], each),
        )
        self._take(site)
        self._moved[site] = step
        for left in self.open_demand:
            self._weights[left] += 1
            for other in self._reached_by[left]:
                scores[other] += 1
        return site

    def _take(self, site: int) -> None:
        self.inside.add(site)
        for demand in self._reaches[site]:
            self._counts[demand] += 1
            if self._counts[demand] == 1:
                last = self.open_demand.pop()
                if last != demand:
                    self.open_demand[self._place[demand]] = last
                    self._place[last] = self._place[demand]
                self._rescore(demand, site, -self._weights[demand])
            elif self._counts[demand] == 2:  # noqa: PLR2004 - who covered it alone no longer does
                self._rescore_alone(demand, site, -self._weights[demand])

    def _rescore(self, demand: int, site: int, change: int) -> None:
        """The demand was opened or covered: the others would gain by it, or no longer."""
        for other in self._reached_by[demand]:
            if other != site:
                self._scores[other] += change
                self._changed[other] = True

    def _rescore_alone(self, demand: int, site: int, change: int) -> None:
        """The demand's second site came or went: the first would lose by it, or no longer."""
        for other in self._reached_by[demand]:
            if other != site:
                self._changed[other] = True
                if other in self.inside:
                    self._scores[other] += change


def _lists(matrix: sparse.csr_array) -> list[list[int]]:
    places = matrix.indices.tolist()
    return [places[start:end] for start, end in pairwise(matrix.indptr.tolist())]
