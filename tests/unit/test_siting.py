"""Choosing sites on a published instance, and what an answer promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from coverage.siting import Goal, SitingProblem, choose
from coverage.siting.reach import on_a_plane, on_the_spheroid

# Lorena's SJC324 at 800 m: the proven optima for 1 to 5 sites.
OPTIMA = {1: 5461, 2: 8790, 3: 11604, 4: 12106, 5: 12152}


@pytest.mark.parametrize("sites", OPTIMA)
def test_the_published_optima(shared_data, sites):
    lines = (shared_data / "siting" / "SJC324.txt").read_text().split()
    points = np.array(lines[1:], dtype=float).reshape(-1, 2)[: int(lines[0])]
    weights = np.array((shared_data / "siting" / "d324.dat").read_text().split(), dtype=float)
    xy = (points[:, 0], points[:, 1])
    problem = SitingProblem(weights, np.ones(len(points)), on_a_plane(xy, xy, 800))
    choice = choose(problem, Goal.most(sites))
    assert (choice.covered, choice.bound, choice.optimal) == (OPTIMA[sites], OPTIMA[sites], True)


def test_the_same_instance_gives_the_same_choice():
    random = np.random.default_rng(7)
    points = random.uniform(0, 60_000, (2, 600))
    problem = SitingProblem(
        random.integers(1, 200, 600).astype(float), np.ones(600),
        on_a_plane((points[0], points[1]), (points[0], points[1]), 5_000),
    )  # fmt: skip
    first, second = choose(problem, Goal.most(12)), choose(problem, Goal.most(12))
    assert first == second
    assert first.optimal


def test_a_point_on_the_radius_is_covered_and_one_beyond_is_not():
    demand = (np.array([0.0, 3.0, 3.0]), np.array([0.0, 4.0, 4.001]))
    covers = on_a_plane(demand, (np.array([0.0]), np.array([0.0])), 5.0)
    assert covers.toarray().tolist() == [[True, True, False]]


def test_degrees_are_measured_on_the_spheroid():
    # A degree of latitude at 20° N is 110.7 km on WGS 84.
    demand = (np.array([105.0, 105.0]), np.array([21.0, 20.0]))
    candidate = (np.array([105.0]), np.array([20.0]))
    assert on_the_spheroid(demand, candidate, 110_700).toarray().tolist() == [[False, True]]
    assert on_the_spheroid(demand, candidate, 110_720).toarray().tolist() == [[True, True]]


@pytest.mark.parametrize(
    ("weights", "costs", "shape"),
    [
        ([1.0, -1.0], [1.0], (1, 2)),
        ([1.0], [0.0], (1, 1)),
        ([1.0], [1.0], (2, 1)),
        ([np.nan], [1.0], (1, 1)),
    ],
)
def test_an_impossible_instance_is_refused(weights, costs, shape):
    with pytest.raises(ValueError, match=r"covers|weight|cost"):
        SitingProblem(
            np.array(weights), np.array(costs), sparse.csr_array(np.ones(shape, dtype=bool))
        )
