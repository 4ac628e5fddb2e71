"""Criteria sets and queue rules: dated rows with a citation, never constants in code.

The official thresholds (Công văn 1603/BTTTT-CVT of 25 April 2024) are not public, so the rows
that the first migration brings are marked *not official* and the authority replaces them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

from coverage.zones import Queue


class Holds(StrEnum):
    """What a rule says to facts of which some may be unknown."""

    YES = "yes"
    NO = "no"
    OPEN = "open"  # it depends on a fact that nobody knows


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """What a criteria set asks of one technology's service at a zone; None: it does not say.

    ``measured`` tells in Vietnamese how acceptance is measured, "" where nothing is said.
    """

    technology: str  # coverage.towers.Technology
    level_dbm: float | None = None
    down_mbps: float | None = None
    up_mbps: float | None = None
    availability_percent: float | None = None
    measured: str = ""

    def asked(self) -> dict[str, float | str]:
        """Return what is asked, by the name of the field."""
        named = {name: getattr(self, name) for name in SERVICE_FIELDS}
        return {name: value for name, value in named.items() if value not in {None, ""}}


SERVICE_FIELDS = tuple(field.name for field in fields(ServiceLevel))[1:]
"""The names of what may be asked of a technology, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """The thresholds a verdict is given under, with their source and dates.

    ``broadband`` are the technologies that count as mobile broadband: a village served by one
    of them is no dead zone (national counts are of villages without mobile broadband).
    """

    id: int
    name: str
    document: str
    official: bool
    valid_from: date
    reach_m: float  # a site farther than this cannot be what serves the village
    broadband: tuple[str, ...] = ("3G", "4G", "5G")
    service: tuple[ServiceLevel, ...] = ()  # by technology; empty where the set asks nothing

    def service_asked(self) -> dict[str, dict[str, float | str]]:
        """Return what is asked of the service, by technology and field, as stored rows have it."""
        return {level.technology: level.asked() for level in self.service}


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """What decides who pays. The province's facts may be None (not known).

    ``served`` is True only where evidence shows that an operator serves the village; that
    nothing shows it is False: not measured is never counted as served. ``promised`` is True
    while an operator's promise to build alone stands.
    """

    grid_power: bool | None
    specially_difficult: bool | None
    served: bool = False
    promised: bool = False


FACTS = tuple(field.name for field in fields(QueueFacts))
"""The names of the facts, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class QueueRule:
    """Facts → who pays. A condition that is None holds for either value of the fact."""

    id: int
    position: int
    grid_power: bool | None
    specially_difficult: bool | None
    queue: Queue
    citation: str
    served: bool | None = None
    promised: bool | None = None

    def conditions(self) -> dict[str, bool]:
        """Return what the rule asks for, by the fact's name."""
        asked = {name: getattr(self, name) for name in FACTS}
        return {name: wanted for name, wanted in asked.items() if wanted is not None}

    def holds(self, facts: QueueFacts) -> Holds:
        """Tell whether the rule's conditions hold; a wrong known fact outweighs unknown ones."""
        known = {name: getattr(facts, name) for name in self.conditions()}
        if any(known[name] not in {None, wanted} for name, wanted in self.conditions().items()):
            return Holds.NO
        return Holds.OPEN if None in known.values() else Holds.YES


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, by which rule and citation; for an undecided zone ``missing`` names the facts."""

    queue: Queue
    rule_id: int | None
    citation: str
    missing: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """What is stored beside the queue: the citation, or the missing facts by name."""
        return self.citation or ",".join(self.missing)


def queue_of(rules: Sequence[QueueRule], facts: QueueFacts) -> Payer:
    """Return who pays, by the first rule (in position) that holds.

    An unknown fact is tried both ways: when every way leads to the same queue the fact is not
    needed, otherwise the zone stays undecided and the facts that are missing are named: those
    that make a difference, whatever the others turn out to be.
    """
    ordered = sorted(rules, key=lambda rule: (rule.position, rule.id))
    outcomes: dict[QueueFacts, Payer] = {}
    for known in _every_way(facts):
        rule = next((rule for rule in ordered if rule.holds(known) is Holds.YES), None)
        outcomes[known] = (
            Payer(rule.queue, rule.id, rule.citation) if rule else Payer(Queue.UNDECIDED, None, "")
        )
    if len({payer.queue for payer in outcomes.values()}) == 1:
        return next(iter(outcomes.values()))
    missing = tuple(
        name for name in FACTS if getattr(facts, name) is None and any(
            payer.queue is not outcomes[replace(known, **{name: not getattr(known, name)})].queue
            for known, payer in outcomes.items()
        )
    )  # fmt: skip
    return Payer(Queue.UNDECIDED, None, "", missing)


def _every_way(facts: QueueFacts) -> Iterator[QueueFacts]:
    ways = [
        (True, False) if (value := getattr(facts, name)) is None else (value,) for name in FACTS
    ]
    for values in itertools.product(*ways):
        yield QueueFacts(*values)


@dataclass(frozen=True, slots=True)
class RuleTried:
    """One rule as it was tried: what it asks, what it said, and whether it decided."""

    rule: QueueRule
    holds: Holds
    decided: bool


def explain(rules: Sequence[QueueRule], facts: QueueFacts) -> tuple[RuleTried, ...]:
    """Return every rule in the order it is tried, up to and with the one that decided."""
    payer = queue_of(rules, facts)
    tried = []
    for rule in sorted(rules, key=lambda rule: (rule.position, rule.id)):
        decided = rule.id == payer.rule_id
        tried.append(RuleTried(rule, rule.holds(facts), decided))
        if decided:
            break
    return tuple(tried)
