"""Choosing sites from tables that a planner brings; nothing is stored."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.siting_tables import PointTable, read_distances, read_points
from coverage.siting import Choice, Goal, SitingProblem, choose
from coverage.siting.reach import MOST_PAIRS, TooManyPairs, on_a_plane, on_the_spheroid

_SHOWN = 3  # names told of many
NamedFile = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Reach:
    """Within which distance a site covers a demand: by the points, or by a table of distances."""

    within_m: float
    distances: NamedFile | None = None


@dataclass(frozen=True, slots=True)
class ChosenSites:
    """The answer: the names of the chosen candidates, and the choice with its proof.

    ``findings`` tell of lines that were left out and of candidates that reach nobody.
    """

    names: tuple[str | int, ...]
    choice: Choice
    uncovered: float
    seconds: float
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the object of design.md §5."""
        found = self.choice
        return {
            "sites": list(self.names), "covered": _plain(found.covered), "total": _plain(found.total),
            "cost": _plain(found.cost), "bound": _plain(found.bound), "gap": found.gap,
            "optimal": found.optimal, "limited": found.limited, "seconds": round(self.seconds, 3),
            "findings": [each.as_json() for each in self.findings],
        }  # fmt: skip


def choose_sites(
    demand: NamedFile, candidates: NamedFile | None, reach: Reach, goal: Goal, seconds: float
) -> ChosenSites:
    """Choose among ``candidates`` (default: the demand's own points) what ``goal`` asks for.

    Raises:
        InputRefused: siting.*: a table cannot be read, no candidate covers anything, all weights
            are 0, or the budget pays for no candidate.
    """
    started = time.monotonic()
    points = read_points(demand[1], demand[0], "weight")
    places = None if candidates is None else read_points(candidates[1], candidates[0], "cost")
    findings: list[Finding] = []
    if goal.budget is not None and not points.values.any():
        raise InputRefused([finding("siting.no_weight", name=demand[0])])
    if reach.distances is not None:
        name, content = reach.distances
        covers, names, findings = read_distances(content, name, points, places, reach.within_m)
        costs = places.values if places is not None else np.ones(len(names))
    else:
        offered = places if places is not None else points
        names = offered.names()
        costs = offered.values if places is not None else np.ones(len(names))
        covers = _covers(points, offered, reach.within_m, demand[0])
    problem = SitingProblem(points.values, costs, covers)
    if not covers.nnz:
        raise InputRefused([finding("siting.nothing_covered", within=f"{reach.within_m:g}")])
    reaching = np.diff(covers.indptr) > 0
    if goal.budget is not None and not goal.counted:
        cheapest = float(costs[reaching].min())
        if goal.budget < cheapest:
            budget, least = f"{goal.budget:,.10g}", f"{cheapest:,.10g}"
            raise InputRefused([finding("siting.budget_below", budget=budget, cheapest=least)])
    if not reaching.all():
        idle = [str(names[place]) for place in np.flatnonzero(~reaching)]
        findings.append(
            finding("siting.reach_nobody", count=str(len(idle)), ids=", ".join(idle[:_SHOWN]))
        )
    choice = choose(problem, goal, seconds=seconds)
    chosen = tuple(names[site] for site in choice.sites)
    return ChosenSites(
        chosen, choice, problem.total - problem.coverable, time.monotonic() - started,
        tuple(findings),
    )  # fmt: skip


def _covers(
    demand: PointTable, candidates: PointTable, within_m: float, name: str
) -> sparse.csr_array:
    alike = demand.geographic == candidates.geographic
    if demand.points is None or candidates.points is None or not alike:
        raise InputRefused([finding("siting.points_differ", name=name)])
    measure = on_the_spheroid if demand.geographic else on_a_plane
    try:
        return measure(demand.points, candidates.points, within_m)
    except TooManyPairs as error:
        raise InputRefused([
            finding("siting.too_many_pairs", within=f"{within_m:g}", most=f"{MOST_PAIRS:,}")
        ]) from error  # fmt: skip


def _plain(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number
