"""One way to choose sites, in a process of its own: ``WAY FILE SITES|all [SECONDS]``.

Prints one line of JSON. The seconds are those from the points to the answer, without imports.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import highspy
import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from coverage.siting import Goal, SitingProblem, choose
from coverage.siting.reach import on_a_plane


def ours(instance, sites: str, seconds: float) -> dict:
    """Ask what ``phusong sites choose`` asks."""
    demand, candidates = (tuple(instance[name].T) for name in ("demand", "candidates"))
    covers = on_a_plane(demand, candidates, float(instance["radius"]))
    problem = SitingProblem(instance["weights"].astype(float), np.ones(covers.shape[0]), covers)
    goal = Goal.all(counted=True) if sites == "all" else Goal.most(int(sites))
    found = choose(problem, goal, seconds=seconds)
    proof = "proven" if found.optimal else f"gap {found.gap:.2%}"
    return {
        "covered": found.covered, "cost": found.cost, "bound": found.bound, "gap": found.gap,
        "proof": proof,
    }  # fmt: skip


def plain(instance, sites: str, seconds: float) -> dict:
    """The textbook model by sparse matrices, handed to HiGHS cold; whole sites, nothing else."""
    weights = instance["weights"].astype(float)
    tree = cKDTree(instance["demand"])
    near = tree.query_ball_point(instance["candidates"], float(instance["radius"]))
    n, m = len(weights), len(near)
    site = np.repeat(np.arange(m), [len(each) for each in near])
    reach = sparse.csr_array((-np.ones(len(site)), (np.concatenate(near), site)), shape=(n, m))
    counted = sparse.csr_array(np.r_[np.ones(m), np.zeros(n)].reshape(1, -1))
    rows = sparse.vstack([sparse.hstack([reach, sparse.eye_array(n)]), counted], format="csr")
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = m + n, n + 1
    model.col_cost_ = np.r_[np.zeros(m), weights]
    model.col_lower_, model.col_upper_ = np.zeros(m + n), np.ones(m + n)
    model.row_lower_ = np.full(n + 1, -np.inf)
    model.row_upper_ = np.r_[np.zeros(n), float(sites)]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    model.sense_ = highspy.ObjSense.kMaximize
    kinds = [highspy.HighsVarType.kInteger] * m
    model.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * n
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("time_limit", seconds)
    solver.passModel(model)
    solver.run()
    info = solver.getInfo()
    return {
        "covered": round(info.objective_function_value), "bound": info.mip_dual_bound,
        "proof": "proven" if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal else "not",
    }  # fmt: skip


def memory_mb() -> float:
    """The most memory that this process held; what it was forked from does not count."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    way, file, asked, *limit = sys.argv[1:]
    given = dict(np.load(file))
    started = time.perf_counter()
    answer = (ours if way == "ours" else plain)(given, asked, float(limit[0]) if limit else 600.0)
    seconds = time.perf_counter() - started
    print(json.dumps({**answer, "seconds": seconds, "memory_mb": memory_mb()}))  # noqa: T201 - the answer
