"""Sites inside a lot: where masts could stand for its zones, and which of them to take.

Candidates are, in this order, masts that stand already and may be shared (whoever's they are),
the zones themselves, and the points of a grid around them. A site covers the zones within reach.
Three questions may be asked: all zones at the least cost, the most households with so many sites,
or the most households within a budget. Of choices that cover the same zones the cheaper is taken;
a zone is served by the nearest of the sites that reach it.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coverage.costs import CostEstimate, CostRates, site_cost
from coverage.distances import metres
from coverage.siting import Goal, SitingProblem, choose
from coverage.siting.reach import on_the_spheroid

Place = tuple[float, float]  # longitude, latitude in WGS 84 degrees

_METRES_PER_DEGREE = 110_574.0  # of latitude, at the equator
_METRES_PER_KM = 1_000.0
_NOTHING = 1e-9  # of a gap: what the sums of doubles leave
_ENDLESS = 100  # rounds of a budget; three are many


@dataclass(frozen=True, slots=True)
class LotZone:
    """A zone to serve."""

    id: uuid.UUID
    latitude: float
    longitude: float
    households: int
    commune_code: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place for a site; ``mast_id`` is that of a mast that stands there and may be shared.

    The distances are geodesic metres to the nearest road, power line and standing mast; None
    where no such layer or register is loaded.
    """

    latitude: float
    longitude: float
    commune_code: str
    mast_id: int | None
    road_m: float | None
    power_m: float | None
    mast_m: float | None

    def cost(self, rates: CostRates, households: int) -> CostEstimate:
        """Return what a site for so many households costs here."""
        return site_cost(
            rates, shared=self.mast_id is not None, households=households,
            road_km=_km(self.road_m), power_km=_km(self.power_m), site_km=_km(self.mast_m),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SitesAsked:
    """The question: ``sites`` at most, or at most ``budget_vnd``; neither: serve every zone.

    Raises:
        ValueError: both, or not above zero.
    """

    sites: int | None = None
    budget_vnd: int | None = None

    def __post_init__(self) -> None:
        if self.sites is not None and self.budget_vnd is not None:
            raise ValueError("a number of sites or a budget, not both")
        if not all(each is None or each > 0 for each in (self.sites, self.budget_vnd)):
            raise ValueError("above zero")


@dataclass(frozen=True, slots=True)
class ChosenSite:
    """A candidate that was taken, the zones it serves, and what it costs for them."""

    candidate: Candidate
    zone_ids: tuple[uuid.UUID, ...]
    households: int
    cost: CostEstimate


@dataclass(frozen=True, slots=True)
class LotSites:
    """The sites taken, from north to south, and how good they can be proven to be.

    ``bound`` is what no choice can beat: đồng where every zone is served, else households;
    ``gap`` the share by which this choice may fall short of it.
    """

    sites: tuple[ChosenSite, ...]
    households_covered: int
    households_total: int
    cost_vnd: int
    bound: float
    gap: float


def grid_around(zones: Sequence[LotZone], reach_m: float, grid_m: float) -> list[Place]:
    """Return the points of a grid that reach a zone, from south to north and west to east.

    The grid lies still: another zone adds points and moves none. Its rows are ``grid_m`` apart,
    and so are the points of a row, to a hundredth.
    """
    step = grid_m / _METRES_PER_DEGREE
    cells: set[tuple[int, int]] = set()
    for zone in zones:
        up = reach_m / _METRES_PER_DEGREE
        for row in range(math.ceil((zone.latitude - up) / step), _last(zone.latitude + up, step)):
            across = step / math.cos(math.radians(row * step))
            aside = up * across / step
            first = math.ceil((zone.longitude - aside) / across)
            cells |= {
                (row, column) for column in range(first, _last(zone.longitude + aside, across))
            }
    if not cells:
        return []
    rows, columns = np.array(sorted(cells), dtype=np.float64).T
    latitudes = rows * step
    longitudes = columns * step / np.cos(np.radians(latitudes))
    near = np.zeros(len(rows), dtype=np.bool_)
    for zone in zones:
        here = np.full(len(rows), zone.latitude), np.full(len(rows), zone.longitude)
        near |= metres(latitudes, longitudes, *here) <= reach_m
    return list(zip(longitudes[near].tolist(), latitudes[near].tolist(), strict=True))


def choose_sites(  # noqa: PLR0917 - the instance and the question
    zones: Sequence[LotZone], candidates: Sequence[Candidate], rates: CostRates, reach_m: float,
    asked: SitesAsked, seconds: float = 20.0,
) -> LotSites:  # fmt: skip
    """Choose among ``candidates`` for a lot's zones; the same input gives the same sites.

    Zones that no candidate reaches stay without a site.
    """
    total = sum(zone.households for zone in zones)
    if not zones or not candidates:
        return LotSites((), 0, total, 0, 0.0, 0.0)
    covers = on_the_spheroid(_points(zones), _points(candidates), reach_m)
    problem = SitingProblem(
        np.array([zone.households for zone in zones], dtype=np.float64),
        np.array([max(1, each.cost(rates, 0).total_vnd) for each in candidates], dtype=np.float64),
        covers,
    )
    if asked.budget_vnd is not None:
        chosen, bound = _within(problem, asked.budget_vnd, rates.household_vnd, seconds)
        chosen = _cheaper(problem, chosen, None, seconds)
    elif asked.sites is not None:
        found = choose(problem, Goal.most(asked.sites), seconds=seconds)
        chosen, bound = found.sites, found.bound
        chosen = _cheaper(problem, chosen, asked.sites, seconds)
    else:
        found = choose(problem, Goal.all(), seconds=seconds)
        chosen, bound = found.sites, found.bound
    sites = _served(zones, candidates, problem.covers, chosen, rates)
    covered = sum(site.households for site in sites)
    cost = sum(site.cost.total_vnd for site in sites)
    if asked == SitesAsked():
        bound = min(float(cost), bound + covered * rates.household_vnd)
        gap = (cost - bound) / cost if cost else 0.0
    else:
        bound = max(bound, float(covered))
        gap = (bound - covered) / bound if bound else 0.0
    return LotSites(sites, covered, total, cost, bound, gap if gap > _NOTHING else 0.0)


def _within(
    problem: SitingProblem, budget: float, household_vnd: int, seconds: float
) -> tuple[tuple[int, ...], float]:
    """The most households within a budget of which every household served takes its part.

    No choice that serves more than ``known`` has more for its sites than the budget without the
    part of the known households: so each round is a bound, and the choice of a round that can be
    paid is the next round's known one.
    """
    known: tuple[int, ...] = ()
    served, bound = 0.0, problem.coverable
    for _ in range(_ENDLESS):
        left = budget - served * household_vnd
        if left <= 0:
            return known, min(bound, served)
        found = choose(problem, Goal.within(left), seconds=seconds)
        bound = min(bound, max(found.bound, served))
        if found.covered <= served:
            return known, bound
        if found.cost + found.covered * household_vnd > budget:
            # What can surely be paid: the sites' part when all that could be served is served.
            sure = budget - found.covered * household_vnd
            if sure <= 0:
                return known, bound
            found = choose(problem, Goal.within(sure), seconds=seconds)
            if found.covered <= served:
                return known, bound
        known, served = found.sites, found.covered
    return known, bound


def _cheaper(
    problem: SitingProblem, chosen: Sequence[int], most: int | None, seconds: float
) -> tuple[int, ...]:
    """The cheapest sites for the same zones, unless they are more than so many."""
    served = np.flatnonzero(problem.counts(np.array(chosen, dtype=np.intp)) > 0)
    if not len(served):
        return ()
    covers = sparse.csr_array(problem.covers[:, served])
    again = choose(
        SitingProblem(problem.weights[served], problem.costs, covers), Goal.all(), seconds=seconds
    )
    if most is not None and len(again.sites) > most:
        return tuple(chosen)
    return again.sites


def _served(
    zones: Sequence[LotZone], candidates: Sequence[Candidate], covers: sparse.csr_array,
    chosen: Sequence[int], rates: CostRates,
) -> tuple[ChosenSite, ...]:  # fmt: skip
    """Each chosen candidate with the zones to which it is the nearest of those that reach them."""
    reached = sparse.csc_array(covers[np.array(chosen, dtype=np.intp)])
    of_site: dict[int, list[LotZone]] = {}
    for place, zone in enumerate(zones):
        rows = np.sort(reached.indices[reached.indptr[place] : reached.indptr[place + 1]])
        near = [candidates[chosen[row]] for row in rows.tolist()]
        if not near:
            continue
        ways = metres(
            np.full(len(near), zone.latitude), np.full(len(near), zone.longitude),
            np.array([each.latitude for each in near]), np.array([each.longitude for each in near]),
        )  # fmt: skip
        of_site.setdefault(chosen[int(rows[np.argmin(ways)])], []).append(zone)
    sites = [_site(candidates[place], own, rates) for place, own in of_site.items()]
    return tuple(
        sorted(sites, key=lambda each: (-each.candidate.latitude, each.candidate.longitude))
    )


def _site(candidate: Candidate, zones: Sequence[LotZone], rates: CostRates) -> ChosenSite:
    households = sum(zone.households for zone in zones)
    return ChosenSite(
        candidate, tuple(zone.id for zone in zones), households, candidate.cost(rates, households)
    )


def _points(
    places: Sequence[LotZone] | Sequence[Candidate],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes and latitudes."""
    return (
        np.array([each.longitude for each in places], dtype=np.float64),
        np.array([each.latitude for each in places], dtype=np.float64),
    )


def _last(end: float, step: float) -> int:
    return math.floor(end / step) + 1


def _km(distance_m: float | None) -> float | None:
    return None if distance_m is None else distance_m / _METRES_PER_KM
