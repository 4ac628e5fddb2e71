"""The geometry of progress charts: shares of a width, pixels of a height; templates draw them.

Widths are percent of the chart's own width and heights are pixels, so a chart fills any screen
while its letters and patterns keep their size. No script is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coverage.progress import MonthEnd, Stage, WaitingLine
from coverage.zones import Queue

ROW_PX = 34
MONTH_CHART_PX = 240
_PER_COLUMN = 12
_MOST_MONTHS = 36
_MOST_LABELS = 4
_COLUMN_FILLED = 0.78
_WHOLE = 100.0
_EASY_STEPS = (1, 2, 3, 4, 5, 6, 8)

# From the ground up: what is done lies lowest, so that it is seen to grow.
STACKED = (
    Stage.CONFIRMED, Stage.ON_AIR, Stage.AWARDED, Stage.IN_PACKAGE, Stage.APPROVED, Stage.REPORTED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar: what it stands for, where it begins and how long it is, in percent."""

    key: str
    start: float
    length: float
    households: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One province's bar; ``top_px`` is where its name's line begins."""

    province_code: str
    top_px: int
    households: int
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class BarColumn:
    """Bars below each other: one of the columns of a chart."""

    bars: Sequence[Bar]
    height_px: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a month's column, in pixels from the top."""

    key: str
    top_px: float
    height_px: float
    households: int


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """One month: where its column stands in percent; ``label`` where its name is written."""

    day: date
    start: float
    width: float
    pieces: Sequence[Piece]
    label: bool
    criteria_changed: bool

    @property
    def middle(self) -> float:
        """Where the column's middle is."""
        return self.start + self.width / 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart at a number of households."""

    households: int
    top_px: float


@dataclass(frozen=True, slots=True)
class MonthChart:
    """The newest months as columns; ``left_out`` older ones stand in the table only."""

    columns: Sequence[MonthColumn]
    ticks: Sequence[Tick]
    left_out: int
    height_px: int = MONTH_CHART_PX


def waiting_bars(lines: Sequence[WaitingLine]) -> list[BarColumn]:
    """Return the bars of what waits, on one scale; many provinces make several columns."""
    most = max((line.whole.households for line in lines), default=0) or 1
    parts = -(-len(lines) // _PER_COLUMN) or 1
    rows = -(-len(lines) // parts)
    columns = [lines[part * rows : (part + 1) * rows] for part in range(parts)]
    return [
        BarColumn(
            [
                Bar(
                    line.province_code, place * ROW_PX, line.whole.households,
                    _segments(
                        {queue.value: tally.households for queue, tally in line.queues.items()}, most
                    ),
                )
                for place, line in enumerate(column)
            ],
            len(column) * ROW_PX,
        )
        for column in columns
        if column
    ]  # fmt: skip


def month_chart(ends: Sequence[MonthEnd]) -> MonthChart:
    """Return the chart of the newest months."""
    shown = ends[-_MOST_MONTHS:]
    top = _round_up(max((end.whole.households for end in shown), default=0))
    slot = _WHOLE / max(len(shown), 1)
    every = -(-len(shown) // _MOST_LABELS) or 1
    return MonthChart(
        [
            MonthColumn(
                end.day, place * slot + slot * (1 - _COLUMN_FILLED) / 2, slot * _COLUMN_FILLED,
                _pieces(end, top), (len(shown) - 1 - place) % every == 0, end.criteria_changed,
            )
            for place, end in enumerate(shown)
        ],
        [
            Tick(top * part // 4, MONTH_CHART_PX * (1 - part / 4))
            for part in (1, 2, 3, 4)
        ],
        len(ends) - len(shown),
    )  # fmt: skip


def share_bar(value: float | None, most: float) -> float:
    """Return how much of a cell a small bar fills, in percent."""
    return 0.0 if not value or not most else round(_WHOLE * value / most, 2)


def queue_keys() -> tuple[Queue, ...]:
    """Return the queues of a bar, in the order in which they are drawn."""
    return tuple(queue for queue in Queue if queue is not Queue.COVERED)


def _segments(parts: Mapping[str, int], most: int) -> list[Segment]:
    made: list[Segment] = []
    start = 0.0
    for queue in queue_keys():
        households = parts.get(queue.value, 0)
        length = _WHOLE * households / most
        if households:
            made.append(Segment(queue.value, round(start, 3), round(length, 3), households))
        start += length
    return made


def _pieces(end: MonthEnd, top: int) -> list[Piece]:
    made: list[Piece] = []
    below = float(MONTH_CHART_PX)
    for stage in STACKED:
        households = end.stages[stage].households
        height = MONTH_CHART_PX * households / top
        if households > 0:
            below -= height
            made.append(Piece(stage.value, round(below, 2), round(height, 2), households))
    return made


def _round_up(most: int) -> int:
    """Four times the smallest easily read step with which a scale of four steps reaches ``most``."""
    tens = 1
    while 4 * _EASY_STEPS[-1] * tens < most:
        tens *= 10
    return next(4 * step * tens for step in _EASY_STEPS if 4 * step * tens >= most)
