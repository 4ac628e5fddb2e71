"""Criteria sets and queue rules: dated rows with a citation, never constants in code.

The official thresholds (Công văn 1603/BTTTT-CVT of 25 April 2024) are not public, so the rows
that the first migration brings are marked *not official* and the authority replaces them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coverage.zones import Queue


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """The thresholds a verdict is given under, with their source and dates."""

    id: int
    name: str
    document: str
    official: bool
    valid_from: date
    reach_m: float  # a site farther than this cannot be what serves the village


@dataclass(frozen=True, slots=True)
class QueueRule:
    """Facts → who pays. A condition that is None holds for either value of the fact."""

    id: int
    position: int
    grid_power: bool | None
    specially_difficult: bool | None
    queue: Queue
    citation: str

    def holds(self, *, grid_power: bool, specially_difficult: bool) -> bool:
        """Tell whether the rule's conditions hold for two known facts."""
        return self.grid_power in (None, grid_power) and self.specially_difficult in (
            None,
            specially_difficult,
        )


def queue_of(
    rules: Sequence[QueueRule], *, grid_power: bool | None, specially_difficult: bool | None
) -> tuple[Queue, str]:
    """Return who pays and the citation, by the first rule (in position) that holds.

    An unknown fact is tried both ways: when every way leads to the same queue the fact is not
    needed, otherwise the zone stays undecided and the second value names the missing facts.
    """
    ordered = sorted(rules, key=lambda rule: rule.position)
    outcomes = []
    for power, difficult in itertools.product(_either(grid_power), _either(specially_difficult)):
        rule = next(
            (r for r in ordered if r.holds(grid_power=power, specially_difficult=difficult)), None
        )
        outcomes.append((rule.queue, rule.citation) if rule else (Queue.UNDECIDED, ""))
    if len({queue for queue, _ in outcomes}) == 1:
        return outcomes[0]
    missing = [
        name
        for name, fact in (("grid_power", grid_power), ("specially_difficult", specially_difficult))
        if fact is None
    ]
    return Queue.UNDECIDED, ",".join(missing)


def _either(fact: bool | None) -> tuple[bool, ...]:
    return (True, False) if fact is None else (fact,)
