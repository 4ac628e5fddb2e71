"""What changed between the lots that stand and the lots that would: lot by lot, and the balance."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LotShape:
    """A lot as two plans are compared by it. ``cost_vnd`` is None where nothing was estimated."""

    id: uuid.UUID
    number: int
    name: str
    zone_ids: frozenset[uuid.UUID]
    households: int
    cost_vnd: int | None


@dataclass(frozen=True, slots=True)
class LotChange:
    """A lot before and after; either is None for a lot that is new, or that is no more."""

    before: LotShape | None
    after: LotShape | None

    @property
    def came(self) -> frozenset[uuid.UUID]:
        """The zones that were not in it."""
        return _zones(self.after) - _zones(self.before)

    @property
    def went(self) -> frozenset[uuid.UUID]:
        """The zones that are not in it any more."""
        return _zones(self.before) - _zones(self.after)

    @property
    def changed(self) -> bool:
        """Whether it has other zones."""
        return bool(self.came or self.went)


@dataclass(frozen=True, slots=True)
class Balance:
    """How even lots are: the largest as a multiple of the smallest, and of the mean.

    None where the smallest, or the mean, is nothing.
    """

    largest_to_smallest: float | None
    largest_to_mean: float | None


def balance(loads: Iterable[int]) -> Balance:
    """Return how even the loads of lots are, to a hundredth."""
    listed = list(loads)
    if not listed:
        return Balance(None, None)
    largest, smallest, whole = max(listed), min(listed), sum(listed)
    return Balance(
        round(largest / smallest, 2) if smallest else None,
        round(largest * len(listed) / whole, 2) if whole else None,
    )


def compare(
    before: Sequence[LotShape], after: Sequence[LotShape], households: Mapping[uuid.UUID, int]
) -> list[LotChange]:
    """Pair the lots that share most households; by number, those that are no more at the end.

    ``households`` are those of every zone.
    """
    shared = sorted(
        (
            (
                -sum(households.get(zone, 0) for zone in one.zone_ids & other.zone_ids),
                -len(one.zone_ids & other.zone_ids), other.number, one.number, place, there,
            )
            for place, one in enumerate(before)
            for there, other in enumerate(after)
            if one.zone_ids & other.zone_ids
        ),
    )  # fmt: skip
    before_of: dict[int, int] = {}
    for *_, place, there in shared:
        if there not in before_of and place not in before_of.values():
            before_of[there] = place
    changes = [
        LotChange(before[before_of[there]] if there in before_of else None, other)
        for there, other in enumerate(after)
    ]
    gone = [
        LotChange(one, None) for place, one in enumerate(before) if place not in before_of.values()
    ]
    return changes + gone


def _zones(shape: LotShape | None) -> frozenset[uuid.UUID]:
    return shape.zone_ids if shape else frozenset()
