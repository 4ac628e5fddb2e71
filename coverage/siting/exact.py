"""What is small enough goes to HiGHS, started from the choice at hand, with a proven bound.

One thread each: HiGHS refuses another number of threads later in the same process, and what is
solved in two threads of ours comes out the same whoever ends first.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coverage.siting.problem import Floats, Places, SitingProblem

_SEED = 452
_CHOSEN = 0.5


@dataclass(frozen=True, slots=True)
class Effort:
    """How long HiGHS may look: seconds, branched nodes (a limit that no clock decides), and gap."""

    seconds: float
    nodes: int | None = None
    gap: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The best choice found and the best bound proven."""

    chosen: Places
    bound: float
    optimal: bool


def cover_most(problem: SitingProblem, budget: float, start: Places, effort: Effort) -> Solved:
    """Solve the maximal covering problem; whether a demand is covered need not be an integer."""
    free = np.zeros(len(problem.costs))
    nothing = np.zeros(len(problem.weights), dtype=np.bool_)
    return _solve(problem, free, nothing, start, effort, budget=budget)


def cover_all(problem: SitingProblem, start: Places, effort: Effort) -> Solved:
    """Solve the set covering problem; every demand must have a candidate."""
    everything = np.ones(len(problem.weights), dtype=np.bool_)
    solved = _solve(problem, problem.costs, everything, start, effort)
    return Solved(solved.chosen, -solved.bound, solved.optimal)


def worth_most(
    problem: SitingProblem, prices: Floats, must: NDArray[np.bool_], start: Places, effort: Effort
) -> Solved:
    """Find the most of what is covered less what it costs at ``prices``; ``must`` be covered."""
    return _solve(problem, prices, must, start, effort)


def prices(problem: SitingProblem, budget: float | None, seconds: float) -> Floats:
    """Return what the linear programme pays for each demand: within ``budget``, or (None) for all.

    They come from an interior point method and are near the best; whoever uses them has to
    reckon for himself what they prove.
    """
    n = len(problem.weights)
    must = np.full(n, budget is None)
    free = problem.costs if budget is None else np.zeros(len(problem.costs))
    solver = _solver(Effort(seconds))
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.setOptionValue("presolve", "off")  # undone without crossover it may lose the duals
    solver.passModel(_model(problem, free, must, budget))
    solver.run()
    duals = np.array(solver.getSolution().row_dual)[:n]
    return np.abs(duals) if len(duals) and np.isfinite(duals).all() else np.zeros(n)


def _solve(
    problem: SitingProblem, prices: Floats, must: NDArray[np.bool_], start: Places, effort: Effort,
    *, budget: float | None = None,
) -> Solved:  # fmt: skip
    """Maximise the weight covered beside ``must``, less the prices of what is chosen."""
    m, optional = len(problem.costs), np.flatnonzero(~must)
    model = _model(problem, prices, must, budget)
    kinds = [highspy.HighsVarType.kInteger] * m
    model.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * len(optional)
    solver = _solver(effort)
    solver.passModel(model)
    known = np.zeros(m + len(optional))
    known[start] = 1.0
    known[m:] = problem.counts(start)[optional] > 0
    at_hand = highspy.HighsSolution()
    at_hand.col_value = known.tolist()
    solver.setSolution(at_hand)
    solver.run()
    status = solver.getModelStatus()
    values = np.array(solver.getSolution().col_value)[:m]
    if not len(values):  # nothing found in the time: what was known stays
        values = known[:m]
    bound = float(solver.getInfo().mip_dual_bound)
    return Solved(
        np.flatnonzero(values > _CHOSEN), bound if np.isfinite(bound) else np.inf,
        status == highspy.HighsModelStatus.kOptimal,
    )  # fmt: skip


def _model(
    problem: SitingProblem, prices: Floats, must: NDArray[np.bool_], budget: float | None
) -> highspy.HighsLp:
    """Columns: candidates, then the demand that may stay uncovered. A row per demand, the budget."""
    n, optional = len(problem.weights), np.flatnonzero(~must)
    slack = sparse.csr_array(
        (-np.ones(len(optional)), (optional, np.arange(len(optional)))), shape=(n, len(optional))
    )
    rows = sparse.hstack([problem.covers.T.astype(np.float64), slack], format="csr")
    lower, upper = must.astype(np.float64), np.full(n, highspy.kHighsInf)
    if budget is not None:
        spent = np.r_[problem.costs, np.zeros(len(optional))].reshape(1, -1)
        rows = sparse.vstack([rows, sparse.csr_array(spent)], format="csr")
        lower, upper = np.r_[lower, -highspy.kHighsInf], np.r_[upper, budget]
    columns = rows.shape[1]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, len(lower)
    model.col_cost_ = np.r_[-prices, problem.weights[optional]]
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.ones(columns)
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.indptr
    model.a_matrix_.index_ = rows.indices
    model.a_matrix_.value_ = rows.data
    model.sense_ = highspy.ObjSense.kMaximize
    return model


def _solver(effort: Effort) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False), ("threads", 1), ("random_seed", _SEED),
        ("mip_rel_gap", effort.gap), ("mip_abs_gap", 1e-6), ("time_limit", effort.seconds),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    if effort.nodes is not None:
        solver.setOptionValue("mip_max_nodes", effort.nodes)
    return solver
