"""The pieces of the search for sites, each against every possible choice or a plain model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from coverage.siting import Goal, SitingProblem, choose, exact, maximal, regions, relaxation
from coverage.siting.greedy import greedy
from coverage.siting.nearness import Nearness
from coverage.siting.reach import on_a_plane
from coverage.siting.weighting import _Cover, fewer
from coverage.siting.windows import reopen
from tests.generative.test_siting import best_within, every_choice, problems

NO_END = np.inf


def reached(problem):
    """The same instance without the demand that nobody reaches: covering all is possible."""
    columns = np.flatnonzero(
        np.bincount(problem.covers.indices, minlength=len(problem.weights)) > 0
    )
    return SitingProblem(
        problem.weights[columns], problem.costs, sparse.csr_array(problem.covers[:, columns])
    )


def cheapest_cover(problem):
    return min(
        problem.cost(chosen)
        for chosen in every_choice(problem)
        if (problem.counts(chosen) > 0).all()
    )


@st.composite
def priced_regions(draw):
    """An instance, a region for each candidate, and any prices."""
    problem = reached(draw(problems()))
    m, n = problem.covers.shape
    region = np.array(draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)), dtype=np.intp)
    price = st.floats(0, 6).map(lambda x: round(x, 2))
    prices = np.array(draw(st.lists(price, min_size=n, max_size=n)))
    return problem, region, prices, draw(price)


@settings(max_examples=50, deadline=None)
@given(priced_regions(), st.integers(1, 14), st.booleans())
def test_no_choice_is_above_the_bound_of_regions(instance, budget, in_time):
    problem, region, prices, rate = instance
    until = NO_END if in_time else -NO_END
    start = greedy(problem, budget)
    found = regions.bound_most(
        problem, region, float(budget), regions.Prices(prices, rate), start, until
    )
    assert found >= best_within(problem, budget, counted=False) - 1e-6


@settings(max_examples=50, deadline=None)
@given(priced_regions(), st.booleans())
def test_no_cover_is_cheaper_than_the_bound_of_regions(instance, in_time):
    problem, region, prices, _ = instance
    until = NO_END if in_time else -NO_END
    start = np.arange(len(problem.costs))
    found = regions.bound_all(problem, region, prices, start, until)
    assert found <= cheapest_cover(problem) + 1e-6


@settings(max_examples=50, deadline=None)
@given(problems(), st.integers(1, 14))
def test_one_region_with_the_best_price_of_the_budget_is_not_worse_than_the_relaxation(
    problem, budget
):
    problem = reached(problem)
    found = relaxation.at(problem, float(budget), 0.0, problem.weights / 2)
    whole = np.zeros(len(problem.costs), dtype=np.intp)
    prices = regions.Prices(found.prices, found.rate)
    start = np.array([], dtype=np.intp)
    tighter = regions.bound_most(problem, whole, float(budget), prices, start, NO_END)
    assert tighter <= found.value + 1e-6


@settings(deadline=None)
@given(priced_regions(), st.integers(1, 14))
def test_any_prices_prove_a_bound(instance, budget):
    problem, _, prices, _ = instance
    best = best_within(problem, budget, counted=False)
    assert relaxation.at(problem, float(budget), 0.0, prices).value >= best - 1e-6
    cheapest = cheapest_cover(problem)
    assert relaxation.worth_all(problem, prices) <= cheapest + 1e-6
    value, found = relaxation.bound_all(problem, cheapest, 60, NO_END)
    assert value <= cheapest + 1e-6
    assert relaxation.worth_all(problem, found) == pytest.approx(value)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(1, 14))
def test_the_prices_of_the_linear_programme_are_its_value(problem, budget):
    problem = reached(problem)
    if not len(problem.weights):
        return
    within = exact.prices(problem, float(budget), 10)
    plain = plain_model(problem, budget=float(budget), integer=False)
    assert relaxation.at(problem, float(budget), 0.0, within).value == pytest.approx(
        plain, abs=1e-3
    )
    for_all = exact.prices(problem, None, 10)
    plain = plain_model(problem, budget=None, integer=False)
    assert relaxation.worth_all(problem, for_all) == pytest.approx(plain, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(1, 14), st.integers(1, 4))
def test_opened_windows_lose_nothing(problem, budget, sites):
    start = greedy(problem, budget)
    better = reopen(problem, Nearness(problem), start, float(budget), (sites,), NO_END)
    assert len(np.unique(better)) == len(better)
    assert problem.cost(better) <= budget
    assert problem.covered(better) >= problem.covered(start)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(1, 4))
def test_opened_windows_and_exchanges_keep_everything_covered(problem, sites):
    problem = reached(problem)
    everyone = np.arange(len(problem.costs))
    for better in (
        reopen(problem, Nearness(problem), everyone, None, (sites,), NO_END),
        fewer(problem, everyone, 60, NO_END),
    ):
        assert (problem.counts(better) > 0).all()
        assert problem.cost(better) <= problem.cost(everyone)


@settings(deadline=None)
@given(problems())
def test_exchanges_find_the_cheapest_cover_of_a_few(problem):
    problem = reached(problem)
    counted = SitingProblem(problem.weights, np.ones(len(problem.costs)), problem.covers)
    found = fewer(counted, np.arange(len(problem.costs)), 300, NO_END)
    assert counted.cost(found) == cheapest_cover(counted)


@settings(max_examples=60, deadline=None)
@given(problems(), st.lists(st.integers(0, 8), max_size=8))
def test_what_a_site_is_worth_is_kept_right_through_every_move(problem, given_up):
    problem = reached(problem)
    cover = _Cover(problem, range(len(problem.costs)))
    for step, site in enumerate(given_up, start=1):
        if site in cover.inside:
            cover.give_up(site, step)
        if cover.open_demand and step % 2:
            cover.mend(cover.open_demand[0], step)
    counts = problem.counts(np.array(sorted(cover.inside), dtype=np.intp))
    assert sorted(cover.open_demand) == np.flatnonzero(counts == 0).tolist()
    weights = np.array(cover._weights)
    for site, row in enumerate(problem.covers.toarray()):
        alone = counts == (1 if site in cover.inside else 0)
        assert cover._scores[site] == weights[row.astype(bool) & alone].sum()


def test_one_window_over_everything_finds_the_optimum():
    problem = scattered(60, 9_000, seed=3)
    start = np.arange(4, dtype=np.intp)
    near = Nearness(problem)
    better = reopen(problem, near, start, 4.0, (60,), NO_END)
    assert problem.covered(better) == plain_model(problem, budget=4.0)


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(1, 9), st.integers(0, 8))
def test_who_is_near_comes_in_order_and_regions_leave_nobody_out(problem, sites, seed):
    near = Nearness(problem)
    m = len(problem.costs)
    seed = min(seed, m - 1)
    chosen = np.arange(m)
    around = near.around(seed, chosen, sites)
    if len(problem.covers[[seed]].indices):
        assert seed in around
    assert len(np.unique(around)) == len(around) <= max(sites, 1)
    region = near.regions(chosen, sites)
    assert np.bincount(region, minlength=1).max() <= sites
    assert sorted(set(region.tolist())) == list(range(region.max() + 1))


def test_the_nearest_by_shared_demand_are_the_nearest_on_the_ground():
    problem, points = scattered(1_500, 60_000, seed=5, told=True)
    near = Nearness(problem)
    chosen = np.arange(len(problem.costs))
    middle = int(np.argmin(np.hypot(*(points - 30_000))))
    around = near.around(middle, chosen, 150)
    away = np.hypot(*(points - points[:, [middle]]))
    # A disc of 150 points: nobody in it lies farther off than half as far again as its radius.
    assert away[around].max() < 1.5 * np.sort(away)[150]
    region = near.regions(chosen, 200)
    shares = np.bincount(region)
    assert shares.min() > 0.8 * shares.max()
    widths = [np.ptp(points[:, region == each], axis=1).max() for each in range(len(shares))]
    assert max(widths) < 45_000


@pytest.mark.parametrize("goal", [Goal.most(25), Goal.all(counted=True), Goal.within(30.0)])
def test_every_step_of_a_large_search_ends_in_what_a_plain_model_finds(monkeypatch, goal):
    """The steps for large instances, on one that a plain model still solves."""
    for name in ("_SMALL_EXACT", "_LARGEST_EXACT"):
        monkeypatch.setattr(maximal, name, 0)
    monkeypatch.setattr(maximal, "_STAGES", ((6, 9), (10, 12)))
    monkeypatch.setattr("coverage.siting.complete._SMALL", 0)
    monkeypatch.setattr("coverage.siting.complete._REGIONS", (5, 9))
    problem = scattered(300, 40_000, seed=11, costs=goal.budget == 30)
    choice = choose(problem, goal, seconds=60)
    best = plain_model(problem, budget=goal.budget)
    if goal.budget is None:
        assert choice.covered == problem.coverable
        assert choice.bound <= best <= choice.cost
    else:
        assert choice.covered <= best <= choice.bound
    assert choice.gap < 0.02
    assert not choice.limited


def test_a_limit_that_cuts_is_told_and_its_answer_still_proven():
    problem = scattered(3_000, 120_000, seed=1)
    choice = choose(problem, Goal.most(120), seconds=0.05)
    assert choice.limited
    assert not choice.optimal
    assert choice.covered == problem.covered(np.array(choice.sites)) <= choice.bound


@pytest.mark.parametrize("points", [150, 402, 818])
def test_towns_with_idle_and_doubled_demand_come_to_the_optimum(points):
    """Of the kind of Lorena's larger instances: 800 m, blocks of a town, few to many sites."""
    problem = town(points, seed=points)
    optima = [choose(problem, Goal.most(sites)) for sites in (2, 5, 9, 20)]
    assert all(found.optimal and not found.limited for found in optima)
    if points == 150:
        for found, sites in zip(optima, (2, 5, 9, 20), strict=True):
            assert found.covered == plain_model(problem, budget=float(sites))
        fewest = choose(problem, Goal.all(counted=True))
        assert (fewest.cost, fewest.bound) == (plain_model(problem, budget=None),) * 2


def town(count, *, seed):
    """Points around the middles of quarters, some twice, some without weight, within 800 m."""
    random = np.random.default_rng(seed)
    quarters = random.uniform(0, 250 * np.sqrt(count), (max(2, count // 25), 2))
    points = quarters[random.integers(0, len(quarters), count)]
    points = np.round(points + random.normal(0, 350, (count, 2)))
    doubled = random.integers(0, count, (2, count // 20))
    points[doubled[0]] = points[doubled[1]]
    weights = np.where(random.random(count) < 0.2, 0, random.integers(1, 120, count))
    xy = (points[:, 0], points[:, 1])
    return SitingProblem(weights.astype(float), np.ones(count), on_a_plane(xy, xy, 800))


def scattered(count, side_m, *, seed, told=False, costs=False):
    """Points anywhere in a square, reached from one another within 5 km."""
    random = np.random.default_rng(seed)
    points = random.uniform(0, side_m, (2, count))
    xy = (points[0], points[1])
    weights = random.integers(1, 200, count).astype(float)
    priced = random.integers(1, 4, count).astype(float) if costs else np.ones(count)
    problem = SitingProblem(weights, priced, on_a_plane(xy, xy, 5_000))
    return (problem, points) if told else problem


def plain_model(problem, *, budget, integer=True):
    """The textbook model by another door: scipy's own milp, without any of our steps."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - the oracle's own

    m, n = problem.covers.shape
    reach = problem.covers.T.astype(float)
    if budget is None:
        costs, rows = problem.costs, [LinearConstraint(reach, np.ones(n), np.inf)]
    else:
        costs = np.r_[np.zeros(m), -problem.weights]
        spent = sparse.csr_array(np.r_[problem.costs, np.zeros(n)].reshape(1, -1))
        rows = [
            LinearConstraint(sparse.hstack([reach, -sparse.eye_array(n)]), np.zeros(n), np.inf),
            LinearConstraint(spent, -np.inf, budget),
        ]
    kinds = np.r_[np.full(m, int(integer)), np.zeros(len(costs) - m)]
    found = milp(costs, constraints=rows, bounds=Bounds(0, 1), integrality=kinds)
    assert found.success
    value = found.fun if budget is None else -found.fun
    return round(value) if integer else value
