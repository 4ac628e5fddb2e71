"""From a problem and a question to a choice with its proof."""

from __future__ import annotations

import numpy as np

from coverage.siting.complete import cover_all
from coverage.siting.maximal import cover_most
from coverage.siting.problem import TOLERANCE, Choice, Goal, SitingProblem


def choose(problem: SitingProblem, goal: Goal, *, seconds: float = 60.0) -> Choice:
    """Answer the question of ``goal``; ``seconds`` is the time after which the best is given.

    The sites come in order of their places. When the time was not needed, the same problem and
    goal give the same choice.
    """
    costs = np.ones_like(problem.costs) if goal.counted else problem.costs
    asked = SitingProblem(problem.weights, costs, problem.covers)
    if goal.budget is None:
        found = cover_all(asked, seconds)
        cost = asked.cost(found.chosen)
        short = cost - found.bound
        gap = short / cost if cost > 0 else 0.0
        bound = min(found.bound, cost)
    else:
        found = cover_most(asked, goal.budget, seconds)
        covered = asked.covered(found.chosen)
        bound = max(found.bound, covered)
        short = bound - covered
        gap = short / bound if bound > 0 else 0.0
    sites = tuple(sorted(int(site) for site in found.chosen))
    return Choice(
        sites, problem.covered(found.chosen), problem.total, problem.cost(found.chosen), bound,
        max(0.0, gap), optimal=(optimal := bool(short <= TOLERANCE * max(1.0, abs(bound)))),
        limited=found.limited and not optimal,
    )  # fmt: skip
