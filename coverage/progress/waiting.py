"""Who waits, where, for whom to pay and how long; and the five numbers of it all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from coverage.progress.stages import SERVED, STAGE_OF, Stage, Tally, added, waits
from coverage.zones import Queue, Signal, ZoneStatus


@dataclass(frozen=True, slots=True)
class ZoneTally:
    """The zones of a province that are alike in queue, status and signal."""

    province_code: str
    queue: Queue
    status: ZoneStatus
    signal: Signal | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Age:
    """For how many days zones have waited: the one in the middle, and the one that waits longest."""

    median_days: int
    longest_days: int


class WaitingOrder(StrEnum):
    """By what provinces are sorted; the most first, equals by their codes."""

    HOUSEHOLDS = "households"
    ZONES = "zones"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """What waits in one province; ``white`` are the zones without any signal (trắng sóng)."""

    province_code: str
    queues: Mapping[Queue, Tally]
    whole: Tally
    white: Tally
    age: Age | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """The numbers a minister asks for.

    ``tendered`` are the zones in published packages or awarded, not on air yet; ``late`` those of
    them whose day is past.
    """

    waiting: Tally = field(default_factory=Tally)
    white: Tally = field(default_factory=Tally)
    tendered: Tally = field(default_factory=Tally)
    on_air: Tally = field(default_factory=Tally)
    late: Tally = field(default_factory=Tally)


def waiting_lines(
    counts: Iterable[ZoneTally], ages: Mapping[str, Age], order: WaitingOrder
) -> tuple[WaitingLine, ...]:
    """Return what waits by province, sorted; a province where nothing waits has no line."""
    held: dict[str, list[ZoneTally]] = {}
    for count in counts:
        if waits(count.status, count.queue):
            held.setdefault(count.province_code, []).append(count)
    lines = [_line(code, of_province, ages.get(code)) for code, of_province in held.items()]
    return tuple(sorted(lines, key=lambda line: (-_RANK[order](line), line.province_code)))


def queues_of(lines: Sequence[WaitingLine]) -> dict[Queue, Tally]:
    """Return the sums of all lines by queue, in the order of the queues; empty queues left out."""
    sums = {queue: added(line.queues.get(queue, Tally()) for line in lines) for queue in Queue}
    return {queue: tally for queue, tally in sums.items() if tally.zones}


def stages_of(counts: Iterable[ZoneTally]) -> dict[Stage, Tally]:
    """Return how many zones stand in each stage now; every stage is named."""
    sums = dict.fromkeys(Stage, Tally())
    for count in counts:
        stage = STAGE_OF.get(count.status)
        if stage is not None:
            sums[stage] += count.tally
    return sums


def headline(counts: Sequence[ZoneTally], late: Tally) -> Headline:
    """Return the five numbers; ``late`` is told by the awards."""
    waiting = [count for count in counts if waits(count.status, count.queue)]
    stages = stages_of(counts)
    return Headline(
        added(count.tally for count in waiting),
        added(count.tally for count in waiting if count.signal is Signal.NONE),
        stages[Stage.IN_PACKAGE] + stages[Stage.AWARDED],
        added(stages[stage] for stage in SERVED),
        late,
    )


_RANK: Mapping[WaitingOrder, Callable[[WaitingLine], int]] = {
    WaitingOrder.HOUSEHOLDS: lambda line: line.whole.households,
    WaitingOrder.ZONES: lambda line: line.whole.zones,
    WaitingOrder.DAYS: lambda line: line.age.median_days if line.age else 0,
}


def _line(code: str, counts: Sequence[ZoneTally], age: Age | None) -> WaitingLine:
    return WaitingLine(
        code,
        {queue: added(one.tally for one in counts if one.queue is queue) for queue in Queue},
        added(one.tally for one in counts),
        added(one.tally for one in counts if one.signal is Signal.NONE),
        age,
    )
