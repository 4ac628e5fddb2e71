"""The instance, the question and the answer of choosing sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SitingProblem:
    """``weights`` (n) of demand points, ``costs`` (m) of candidates, and who covers whom.

    ``covers`` is a CSR matrix (m × n): a stored entry says that the candidate of the row covers
    the demand of the column.

    Raises:
        ValueError: shapes do not agree; a weight is negative; a cost is not above zero.
    """

    weights: Floats
    costs: Floats
    covers: sparse.csr_array

    def __post_init__(self) -> None:
        if self.covers.shape != (len(self.costs), len(self.weights)):
            raise ValueError(f"covers is {self.covers.shape}, not candidates × demand")
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all()):
            raise ValueError("a weight is negative or no number")
        if not (np.isfinite(self.costs).all() and (self.costs > 0).all()):
            raise ValueError("a cost is not above zero or no number")

    @property
    def total(self) -> float:
        """The weight of all demand."""
        return float(self.weights.sum())

    @property
    def coverable(self) -> float:
        """The weight of the demand that any candidate covers."""
        return float(
            self.weights[np.bincount(self.covers.indices, minlength=self.covers.shape[1]) > 0].sum()
        )

    def counts(self, chosen: Places) -> NDArray[np.int64]:
        """Return how many of the chosen candidates cover each demand."""
        covered = self.covers[np.asarray(chosen, dtype=np.intp)].indices if len(chosen) else []
        return np.bincount(np.asarray(covered, dtype=np.intp), minlength=len(self.weights))

    def covered(self, chosen: Places) -> float:
        """Return the weight of the demand that the chosen candidates cover."""
        return float(self.weights[self.counts(chosen) > 0].sum())

    def cost(self, chosen: Places) -> float:
        """Return what the chosen candidates cost together."""
        return float(self.costs[np.asarray(chosen, dtype=np.intp)].sum())


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked: ``most`` with so many sites, ``all``, or ``within`` a budget."""

    budget: float | None  # None: everything that can be covered
    counted: bool  # sites are counted, whatever they cost

    @classmethod
    def most(cls, sites: int) -> Goal:
        """Cover the most weight with at most so many sites."""
        if sites < 1:
            raise ValueError("at least one site")
        return cls(float(sites), counted=True)

    @classmethod
    def all(cls, *, counted: bool = False) -> Goal:
        """Cover everything that can be covered at the least cost (or with the fewest sites)."""
        return cls(None, counted=counted)

    @classmethod
    def within(cls, budget: float) -> Goal:
        """Cover the most weight with sites that cost at most ``budget`` together."""
        if not budget > 0:
            raise ValueError("a budget above zero")
        return cls(float(budget), counted=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen candidates, by place, and how good they can be proven to be.

    ``bound`` is what no choice can beat: a weight for the two maximal questions, a cost (or a
    number of sites) for covering all. ``gap`` is the share by which the choice may still fall
    short of it; ``optimal`` tells that it is none. ``limited`` tells that the time limit cut the
    search short: another run may then give another choice, with its own proof.
    """

    sites: tuple[int, ...]
    covered: float
    total: float
    cost: float
    bound: float
    gap: float
    optimal: bool
    limited: bool = False
