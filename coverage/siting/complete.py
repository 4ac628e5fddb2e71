"""Everything that can be covered, at the least cost."""

from __future__ import annotations

import time

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from coverage.siting import exact
from coverage.siting.greedy import greedy
from coverage.siting.maximal import Found
from coverage.siting.problem import TOLERANCE, Floats, Places, SitingProblem
from coverage.siting.reduction import around_another, inside_another
from coverage.siting.relaxation import PATIENCE, SHORTER, SHORTEST

_ITERATIONS = 800


def cover_all(problem: SitingProblem, seconds: float) -> Found:
    """Return a cheapest choice that covers all that can be covered, and a bound on its cost."""
    until = time.monotonic() + seconds
    columns = np.flatnonzero(np.bincount(problem.covers.indices, minlength=problem.covers.shape[1]))
    covers = sparse.csr_array(problem.covers[:, columns])
    taken, candidates, covers = _shrunk(covers, problem.costs)
    chosen, lowest = list(taken), problem.cost(taken)
    for part_candidates, part in _parts(covers, candidates):
        costs = problem.costs[part_candidates]
        whole = SitingProblem(np.ones(part.shape[1]), costs, part)
        start = _without_surplus(whole, greedy(whole, None))
        low = _lower_bound(whole, whole.cost(start), until)
        if low < whole.cost(start) - TOLERANCE:
            solved = exact.cover_all(whole, start, max(0.1, until - time.monotonic()))
            if (
                whole.cost(solved.chosen) < whole.cost(start)
                and (whole.counts(solved.chosen) > 0).all()
            ):
                start = solved.chosen
            low = max(low, min(solved.bound, whole.cost(start)))
        chosen.extend(part_candidates[start].tolist())
        lowest += low
    return Found(np.array(sorted(chosen), dtype=np.intp), lowest)


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


def _lower_bound(problem: SitingProblem, known: float, until: float) -> float:
    """Price every demand; what the prices bring is less than any cover costs (Beasley 1990)."""
    covers = problem.covers.astype(np.float64)
    of_demand = sparse.csr_array(covers.T)
    costs = problem.costs
    step = 1.0 if bool((costs == np.round(costs)).all()) else 0.0
    prices = np.min(np.where(np.diff(of_demand.indptr) > 0, np.inf, 0.0)) + np.zeros(
        covers.shape[1]
    )
    per_entry = costs / np.maximum(1, np.diff(covers.indptr))
    prices = np.array([
        per_entry[of_demand.indices[of_demand.indptr[i] : of_demand.indptr[i + 1]]].min()
        for i in range(covers.shape[1])
    ])  # fmt: skip
    best, best_prices, scale, idle = 0.0, prices, 2.0, 0
    for _ in range(_ITERATIONS):
        surplus = costs - covers @ prices
        picked = surplus < 0
        value = float(prices.sum() + surplus[picked].sum())
        if value > best + TOLERANCE * abs(value):
            best, best_prices, idle = value, prices, 0
            if step and np.ceil(best - 1e-6) >= known - TOLERANCE:
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
    return float(np.ceil(best - 1e-6)) if step else best
