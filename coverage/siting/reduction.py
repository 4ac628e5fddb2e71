"""Making an instance smaller without losing an optimum (Church and Gerrard 2003; Beasley 1987).

Demand that the same candidates cover is one demand with the sum of the weights; a candidate that
covers nothing another one does not cover at no higher cost is never needed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coverage.siting.problem import Floats, Places, SitingProblem

Marks = NDArray[np.bool_]
_ROWS_AT_ONCE = 2_000  # of the product of candidates by candidates, to bound memory


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A smaller problem; ``candidates`` are the places of its candidates in the original."""

    problem: SitingProblem
    candidates: Places


def reduce(problem: SitingProblem, until: float = np.inf) -> Reduced:
    """Return the instance with equal demand merged and dominated candidates left out.

    What is not found by ``until`` (a reading of :func:`time.monotonic`) stays.
    """
    merged = _merged(problem)
    kept = np.flatnonzero(~_dominated(merged.covers, merged.costs, until))
    covers = sparse.csr_array(merged.covers[kept])
    again = _merged(SitingProblem(merged.weights, merged.costs[kept], covers))
    return Reduced(again, kept)


def _merged(problem: SitingProblem) -> SitingProblem:
    """Drop demand without weight or candidates; make one of demand with equal candidates."""
    columns = sparse.csc_array(problem.covers)
    columns.sort_indices()
    ends = columns.indptr
    groups: dict[bytes, int] = {}
    weights: list[float] = []
    first: list[int] = []
    for demand in np.flatnonzero((np.diff(ends) > 0) & (problem.weights > 0)).tolist():
        key = columns.indices[ends[demand] : ends[demand + 1]].tobytes()
        place = groups.setdefault(key, len(first))
        if place == len(first):
            first.append(demand)
            weights.append(0.0)
        weights[place] += problem.weights[demand]
    covers = sparse.csr_array(columns[:, np.array(first, dtype=np.intp)])
    covers.sort_indices()
    return SitingProblem(np.array(weights), problem.costs, covers)


def _dominated(covers: sparse.csr_array, costs: Floats, until: float) -> Marks:
    """Tell of each candidate whether another one covers at least the same for no more.

    A candidate of nothing is dominated too. Of those that are equal in both the first stays.
    """
    idle: Marks = np.diff(covers.indptr) == 0
    return _compared(covers, costs, around=False, until=until) | idle


def inside_another(rows: sparse.csr_array, costs: Floats) -> Marks:
    """Mark the rows whose entries another row has too, at no higher cost; of equals all but one."""
    return _compared(rows, costs, around=False)


def around_another(rows: sparse.csr_array) -> Marks:
    """Mark the rows that have every entry of another row; of equals all but one."""
    return _compared(rows, np.ones(rows.shape[0]), around=True)


def _compared(
    rows: sparse.csr_array, costs: Floats, *, around: bool, until: float = np.inf
) -> Marks:
    ones = sparse.csr_array(
        (np.ones(rows.nnz, dtype=np.int32), rows.indices, rows.indptr), shape=rows.shape
    )
    sizes, transposed = np.diff(rows.indptr), sparse.csr_array(ones.T)
    marks = np.zeros(rows.shape[0], dtype=np.bool_)
    for start in range(0, rows.shape[0], _ROWS_AT_ONCE):
        if time.monotonic() > until:
            break
        common = sparse.coo_array(ones[start : start + _ROWS_AT_ONCE] @ transposed)
        row, other = common.coords[0] + start, common.coords[1]
        whole = sizes[other] if around else sizes[row]
        hit = (common.data == whole) & (row != other) & (costs[other] <= costs[row])
        row, other = row[hit], other[hit]
        equal = (sizes[row] == sizes[other]) & (costs[row] == costs[other])
        marks[row[~equal | (other < row)]] = True
    return marks
