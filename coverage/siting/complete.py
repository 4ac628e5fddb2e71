"""Everything that can be covered, at the least cost."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from coverage.siting import exact, regions, relaxation
from coverage.siting.greedy import greedy
from coverage.siting.maximal import Found
from coverage.siting.nearness import Nearness
from coverage.siting.problem import TOLERANCE, Floats, Places, SitingProblem
from coverage.siting.reduction import around_another, inside_another
from coverage.siting.timetable import Timetable
from coverage.siting.weighting import fewer
from coverage.siting.windows import reopen

_ITERATIONS = 800
_STEPS = 80  # of exchanges, for each candidate
_LONGEST_LOOK = 1_500  # sites, beyond which windows do the work of exchanges
_WINDOWS = (8, 16)
_SMALL = 4_000  # entries that HiGHS needs no help with
_REGIONS = (20, 40, 75)  # sites


def cover_all(problem: SitingProblem, seconds: float) -> Found:
    """Return a cheapest choice that covers all that can be covered, and a bound on its cost."""
    time = Timetable(seconds)
    columns = np.flatnonzero(np.bincount(problem.covers.indices, minlength=problem.covers.shape[1]))
    covers = sparse.csr_array(problem.covers[:, columns])
    taken, candidates, covers = _shrunk(covers, problem.costs)
    chosen, lowest, limited = list(taken), problem.cost(taken), False
    # Small parts first: the time they leave goes to the large ones.
    parts = sorted(_parts(covers, candidates), key=lambda part: (part[1].nnz, int(part[0][0])))
    entries = sum(part.nnz for _, part in parts)
    for part_candidates, part in parts:
        whole = SitingProblem(np.ones(part.shape[1]), problem.costs[part_candidates], part)
        found = _cover_part(whole, Timetable(time.seconds(part.nnz / entries)))
        entries -= part.nnz
        chosen.extend(part_candidates[found.chosen].tolist())
        lowest += found.bound
        limited = limited or found.limited
    return Found(np.array(sorted(chosen), dtype=np.intp), lowest, limited)


def _cover_part(problem: SitingProblem, time: Timetable) -> Found:
    """Cover all of one part: cheap steps first, until both sides meet."""
    best = _without_surplus(problem, greedy(problem, None))
    low, prices = relaxation.bound_all(problem, problem.cost(best), _ITERATIONS, time.share(0.2))
    low = _up_to(low, problem.costs)

    def met() -> bool:
        return low >= problem.cost(best) - TOLERANCE * problem.cost(best)

    near = Nearness(problem)
    if not met() and problem.covers.nnz > _SMALL:
        if len(best) <= _LONGEST_LOOK:
            best = fewer(problem, best, _STEPS * len(problem.costs), time.share(0.3))
        best = reopen(problem, near, best, None, _WINDOWS, time.share(0.4))
        found = exact.prices(problem, None, time.seconds(0.3))
        if relaxation.worth_all(problem, found) > relaxation.worth_all(problem, prices):
            prices = found
        low = max(low, _up_to(relaxation.worth_all(problem, prices), problem.costs))
    for sites in _REGIONS:
        if met() or time.over or len(best) <= sites or problem.covers.nnz <= _SMALL:
            break
        cut = near.regions(best, sites)
        bound = regions.bound_all(problem, cut, prices, best, time.share(0.8))
        low = max(low, _up_to(bound, problem.costs))
    if not met() and not time.over:
        solved = exact.cover_all(problem, best, exact.Effort(time.seconds()))
        cheaper = problem.cost(solved.chosen) < problem.cost(best)
        if cheaper and (problem.counts(solved.chosen) > 0).all():
            best = solved.chosen
        low = max(low, min(_up_to(solved.bound, problem.costs), problem.cost(best)))
    return Found(best, low, limited=time.struck and not met())


def _up_to(bound: float, costs: Floats) -> float:
    """Return the least cost that a choice can have above ``bound``: whole when the costs are."""
    if not np.isfinite(bound):
        return 0.0
    if not bool((costs == np.round(costs)).all()):
        return bound
    return float(np.ceil(bound - 1e-6 - TOLERANCE * abs(bound)))


def _shrunk(covers: sparse.csr_array, costs: Floats) -> tuple[Places, Places, sparse.csr_array]:
    """Take what must be taken and leave out what cannot matter, until nothing changes.

    Returns the candidates taken, those left (by place in ``covers``), and who of them covers
    what is left.
    """
    candidates = np.arange(len(costs))
    taken: list[int] = []
    while True:
        before = covers.shape
        per_demand = np.bincount(covers.indices, minlength=covers.shape[1])
        lonely = np.flatnonzero(per_demand == 1)
        if len(lonely):
            must = np.unique(sparse.csc_array(covers)[:, lonely].indices)
            taken.extend(candidates[must].tolist())
            done = np.bincount(covers[must].indices, minlength=covers.shape[1]) > 0
            keep = np.setdiff1d(np.arange(covers.shape[0]), must)
            covers, candidates = sparse.csr_array(covers[keep][:, ~done]), candidates[keep]
        demand = np.flatnonzero(~around_another(sparse.csr_array(covers.T)))
        covers = sparse.csr_array(covers[:, demand])
        idle = np.diff(covers.indptr) == 0
        kept = np.flatnonzero(~(inside_another(covers, costs[candidates]) | idle))
        covers, candidates = sparse.csr_array(covers[kept]), candidates[kept]
        covers.sort_indices()
        if covers.shape == before:
            return np.array(taken, dtype=np.intp), candidates, covers


def _parts(covers: sparse.csr_array, candidates: Places) -> list[tuple[Places, sparse.csr_array]]:
    """Cut the instance where nothing connects it; each part can be solved by itself."""
    if not covers.nnz:
        return []
    m = covers.shape[0]
    graph = sparse.block_array([[None, covers], [covers.T, None]], format="csr")
    count, label = connected_components(graph, directed=False)
    parts = []
    rows_of, columns_of = np.argsort(label[:m], kind="stable"), np.argsort(label[m:], kind="stable")
    row_ends = np.searchsorted(label[:m][rows_of], np.arange(count + 1))
    column_ends = np.searchsorted(label[m:][columns_of], np.arange(count + 1))
    for part in range(count):
        rows = rows_of[row_ends[part] : row_ends[part + 1]]
        columns = columns_of[column_ends[part] : column_ends[part + 1]]
        if len(rows) and len(columns):
            parts.append((candidates[rows], sparse.csr_array(covers[rows][:, columns])))
    return parts


def _without_surplus(problem: SitingProblem, chosen: Places) -> Places:
    """Leave out, dearest first, what the others make unnecessary."""
    counts = problem.counts(chosen)
    kept = set(chosen.tolist())
    for site in sorted(kept, key=lambda site: (-problem.costs[site], site)):
        reached = problem.covers.indices[
            problem.covers.indptr[site] : problem.covers.indptr[site + 1]
        ]
        if (counts[reached] > 1).all():
            kept.remove(site)
            counts[reached] -= 1
    return np.array(sorted(kept), dtype=np.intp)
