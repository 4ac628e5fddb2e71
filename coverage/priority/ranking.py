"""Putting zones in order, and how far each could rise or fall when the weights vary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from coverage.priority.scoring import Floats, Weights, filled

Ranks = NDArray[np.int64]

_ROWS_AT_ONCE = 400
_DECIMALS = 12  # two sums of the same parts may differ in the last bits
_CERTAIN = 2e-12  # by more than rounding
_POSSIBLE = 1e-13  # more than the last bits


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scores and ranks in the order of the zones given.

    Rank 1 is the highest score; zones of one score share the rank.
    """

    scores: Floats
    ranks: Ranks

    @property
    def order(self) -> NDArray[np.intp]:
        """The zones' places from the highest rank on; those that share one stay as given."""
        return np.argsort(self.ranks, kind="stable")


def rank(values: Floats, weights: Weights) -> Ranking:
    """Rank zones by their scores; ``values`` has a row a zone, NaN where a part is absent."""
    found = _rounded(filled(values, weights) @ weights)
    falling = np.sort(-found)
    return Ranking(found, np.searchsorted(falling, -found, side="left") + 1)


def rank_bounds(
    values: Floats, weights: Weights, share: float, asked: Sequence[int] | None = None
) -> tuple[Ranks, Ranks]:
    """Return the highest and the lowest rank that zones could have when the weights vary.

    Every weight may be up to ``share`` of itself more or less, each by itself, and all are
    divided by their new sum. Bounds hold whatever the weights are: a zone that could be passed
    by another at *some* such weights is counted, though not all of those may pass it at the
    same ones. Two zones are compared exactly: with a difference ``d`` of their parts, the other
    may lie higher as soon as ``sum(w d) + share * sum(w |d|) > 0``.

    Absent parts stand where the weights that are given put them. ``asked`` are the places of the
    zones whose bounds are wanted, all of them unless given; a page of 50 among 20,000 costs a
    four-hundredth of the whole.
    """
    whole = filled(values, weights) * weights
    sums = whole.sum(axis=1)
    wanted = np.arange(len(whole)) if asked is None else np.asarray(asked, dtype=np.intp)
    best = np.empty(len(wanted), dtype=np.int64)
    worst = np.empty(len(wanted), dtype=np.int64)
    for start in range(0, len(wanted), _ROWS_AT_ONCE):
        rows = wanted[start : start + _ROWS_AT_ONCE]
        above = sums[None, :] - sums[rows, None]  # by how much each zone lies above the asked one
        slack = share * cdist(whole[rows], whole, "cityblock")
        part = slice(start, start + len(rows))
        # Always above: also where the weights favour the asked one most. Never oneself.
        best[part] = 1 + np.count_nonzero(above > slack + _CERTAIN, axis=1)
        ever = np.count_nonzero(above > _POSSIBLE - slack, axis=1)
        # Where nothing sets two zones apart neither passes the other: rank is shared.
        worst[part] = 1 + ever
    return best, worst


def _rounded(numbers: Floats) -> Floats:
    return np.round(numbers, _DECIMALS)
