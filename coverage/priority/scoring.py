"""Adding the parts up, and how far what nobody knows could move the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverage.errors import WeightsRefused
from coverage.findings import finding
from coverage.priority.parts import PART_NAMES

Floats = NDArray[np.float64]
_LARGEST = 1e6  # of a weight: they are divided by their sum, larger ones would say no more
Weights = Floats
"""One weight a part, in the order of :class:`Part`; none below zero, their sum is 1."""


@dataclass(frozen=True, slots=True)
class Score:
    """One zone's priority.

    ``points`` is what each part adds, None for an absent one. ``low`` and ``high`` bound the
    score, whatever the absent parts may be; without one all three are equal.
    """

    score: float
    low: float
    high: float
    points: tuple[float | None, ...]


def weights_of(named: Mapping[str, float]) -> Weights:
    """Return weights by name as parts are ordered, divided by their sum.

    Raises:
        WeightsRefused: priority.unknown_part, priority.bad_weight, priority.no_weight.
    """
    found = [
        finding("priority.unknown_part", said=name, parts=", ".join(PART_NAMES))
        for name in sorted(named.keys() - set(PART_NAMES))
    ]
    found += [
        finding("priority.bad_weight", part=name, said=f"{weight:g}")
        for name, weight in named.items()
        if not 0 <= weight <= _LARGEST
    ]
    weights = np.array([float(named.get(name, 0.0)) for name in PART_NAMES])
    if not found and weights.sum() <= 0:
        found = [finding("priority.no_weight")]
    if found:
        raise WeightsRefused(found)
    made: Weights = weights / weights.sum()
    return made


def score(values: Sequence[float | None], weights: Weights) -> Score:
    """Return the priority of one zone.

    An absent part counts as the zone's other parts do on the average: it neither lifts the zone
    nor presses it down. The bounds put it at 0 and at 1.
    """
    matrix = np.array([[np.nan if value is None else value for value in values]])
    filled, low, high = (float(each[0]) for each in scores(matrix, weights))
    points = tuple(
        None if value is None else float(weight * value)
        for value, weight in zip(values, weights, strict=True)
    )
    return Score(filled, low, high, points)


def scores(values: Floats, weights: Weights) -> tuple[Floats, Floats, Floats]:
    """Return the scores of many zones with their lower and upper bounds.

    ``values`` has a row a zone and a column a part, NaN where absent.
    """
    absent = np.isnan(values)
    known = np.where(absent, 0.0, values) @ weights
    missing = absent @ weights
    return filled(values, weights) @ weights, known, known + missing


def filled(values: Floats, weights: Weights) -> Floats:
    """Return ``values`` with every absent part at the weighted mean of the zone's known ones.

    A zone of which no weighted part is known stands in the middle.
    """
    absent = np.isnan(values)
    known = np.where(absent, 0.0, values) @ weights
    weighed = ~absent @ weights
    mean = np.divide(known, weighed, out=np.full(len(values), 0.5), where=weighed > 0)
    made: Floats = np.where(absent, mean[:, None], values)
    return made
