"""The same question asked of spopt, by the Python of an environment that has it: ``FILE SITES``.

spopt brings numba, which cannot live beside our package: this file is run by that other Python
and imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pulp
from scipy.spatial.distance import cdist


def memory_mb() -> float:
    """The most memory that this process held; what it was forked from does not count."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    from spopt.locate import MCLP

    instance, sites = np.load(sys.argv[1]), int(sys.argv[2])
    started = time.perf_counter()
    apart = cdist(instance["demand"], instance["candidates"])
    asked = MCLP.from_cost_matrix(
        apart, instance["weights"], float(instance["radius"]), p_facilities=sites
    )
    able = "HiGHS" in pulp.listSolvers(onlyAvailable=True)
    solver = pulp.HiGHS(msg=False) if able else pulp.PULP_CBC_CMD(msg=False)
    solved = asked.solve(solver)
    seconds = time.perf_counter() - started
    answer = {
        "covered": round(pulp.value(solved.problem.objective)),
        "proof": f"{pulp.LpStatus[solved.problem.status]} ({type(solver).__name__})",
        "seconds": seconds,
        "memory_mb": memory_mb(),
    }
    print(json.dumps(answer))  # noqa: T201 - the answer
