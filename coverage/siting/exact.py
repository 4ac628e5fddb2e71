"""What is left goes to HiGHS, started from the choice at hand, with a proven bound."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from coverage.siting.problem import Places, SitingProblem

_THREADS = 2
_SEED = 452


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The best choice found and the best bound proven."""

    chosen: Places
    bound: float
    optimal: bool


def cover_most(problem: SitingProblem, budget: float, start: Places, seconds: float) -> Solved:
    """Solve the maximal covering problem; whether a demand is covered need not be an integer."""
    n, m = len(problem.weights), len(problem.costs)
    # Columns: candidates, then demand. A row per demand, and the budget.
    rows = sparse.vstack(
        [
            sparse.hstack([-problem.covers.T.astype(np.float64), sparse.eye_array(n)]),
            sparse.hstack([problem.costs.reshape(1, -1), sparse.csr_array((1, n))]),
        ],
        format="csr",
    )
    known = np.zeros(m + n)
    known[start] = 1.0
    known[m:] = problem.counts(start) > 0
    return _solve(
        costs=np.r_[np.zeros(m), problem.weights], maximal=True, rows=rows,
        lower=np.full(n + 1, -highspy.kHighsInf), upper=np.r_[np.zeros(n), budget],
        integers=m, start=known, seconds=seconds,
    )  # fmt: skip


def cover_all(problem: SitingProblem, start: Places, seconds: float) -> Solved:
    """Solve the set covering problem; every demand must have a candidate."""
    n, m = len(problem.weights), len(problem.costs)
    known = np.zeros(m)
    known[start] = 1.0
    return _solve(
        costs=problem.costs, maximal=False, rows=sparse.csr_array(problem.covers.T.astype(np.float64)),
        lower=np.ones(n), upper=np.full(n, highspy.kHighsInf), integers=m, start=known,
        seconds=seconds,
    )  # fmt: skip


def _solve(  # noqa: PLR0913 - the parts of a linear model
    *, costs: np.ndarray, maximal: bool, rows: sparse.csr_array, lower: np.ndarray,
    upper: np.ndarray, integers: int, start: np.ndarray, seconds: float,
) -> Solved:  # fmt: skip
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False), ("threads", _THREADS), ("random_seed", _SEED),
        ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-6), ("time_limit", float(seconds)),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    columns = len(costs)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows.shape[0]
    model.col_cost_ = costs
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.ones(columns)
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.indptr
    model.a_matrix_.index_ = rows.indices
    model.a_matrix_.value_ = rows.data
    model.sense_ = highspy.ObjSense.kMaximize if maximal else highspy.ObjSense.kMinimize
    integer = [highspy.HighsVarType.kInteger] * integers
    model.integrality_ = integer + [highspy.HighsVarType.kContinuous] * (columns - integers)
    solver.passModel(model)
    known = highspy.HighsSolution()
    known.col_value = start.tolist()
    solver.setSolution(known)
    solver.run()
    info = solver.getInfo()
    values = np.array(solver.getSolution().col_value)[:integers]
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if not len(values):  # nothing found in the time: what was known stays
        values = start[:integers]
    return Solved(np.flatnonzero(values > 0.5), float(info.mip_dual_bound), optimal)  # noqa: PLR2004
