"""Ranking the country's zones, beside pandas and beside trying weights at random."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from coverage.priority import PART_NAMES, rank, rank_bounds, weights_of
from tests.bench.workbench import Table, Workbench

TITLE = "scores, ranks and rank intervals of the zones that wait"
ZONES, SHARE, TRIALS, PAGE = 20_000, 0.25, 1_000, 50
WEIGHTS = (0.3, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1)


def run(bench: Workbench) -> Iterator[Table]:
    """Compare ranks with pandas, and certain bounds with a thousand random weights."""
    zones = bench.amount(ZONES)
    chance = np.random.default_rng(1)
    values = np.column_stack(
        [*(chance.beta(1.5, 4, zones) for _ in range(2)),
         *(chance.integers(0, 2, zones).astype(float) for _ in range(3)),
         *(chance.beta(2, 2, zones) for _ in range(2))]
    )  # fmt: skip
    values[chance.random(zones) < 0.3, 1] = np.nan
    weights = weights_of(dict(zip(PART_NAMES, WEIGHTS, strict=True)))

    def with_pandas() -> pd.Series:
        frame = pd.DataFrame(values, columns=list(PART_NAMES))
        return (frame.fillna(0.5) * weights).sum(axis=1).rank(ascending=False, method="min")

    def random_weights() -> tuple[np.ndarray, np.ndarray]:
        best = np.full(zones, zones)
        worst = np.ones(zones, int)
        for _ in range(TRIALS):
            varied = weights * chance.uniform(1 - SHARE, 1 + SHARE, len(weights))
            found = rank(values, varied / varied.sum()).ranks
            np.minimum(best, found, out=best)
            np.maximum(worst, found, out=worst)
        return best, worst

    best, worst = rank_bounds(values, weights, SHARE)
    tried = random_weights()
    outside = int((tried[0] < best).sum() + (tried[1] > worst).sum())
    yield bench.compare(
        f"{zones} zones, {len(PART_NAMES)} parts",
        {
            "pandas: scores and ranks": with_pandas,
            "ours: scores and ranks": lambda: rank(values, weights),
            f"ours: certain bounds of a page of {PAGE}":
                lambda: rank_bounds(values, weights, SHARE, range(min(PAGE, zones))),
            "ours: certain bounds of all": lambda: rank_bounds(values, weights, SHARE),
            f"{TRIALS} random weights, bounds of all": random_weights,
        },
        {
            "random weights outside our bounds": f"{outside} (none may be)",
            "mean width": f"certain {np.mean(worst - best):.0f} ranks,"
                          f" seen by chance {np.mean(tried[1] - tried[0]):.0f}",
        },
    )  # fmt: skip
