"""The geometry of the chart of lots: days past to the right of today's line, days left to its left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.pages.progress_charts import ROW_PX
from coverage.progress import LateLot

_PER_COLUMN = 8
_MOST_LOTS = 16
_WHOLE = 100.0
_LEAST = 0.8  # percent: a lot that is due today is seen too


@dataclass(frozen=True, slots=True)
class LateBar:
    """One lot's bar: its days past, below zero so many left; widths in percent, heights in pixels."""

    lot: LateLot
    days: int
    top_px: int
    start: float
    length: float

    @property
    def key(self) -> str:
        """Which filling it has."""
        return "late" if self.days > 0 else "soon"


@dataclass(frozen=True, slots=True)
class LateColumn:
    """Bars below each other."""

    bars: Sequence[LateBar]
    height_px: int


@dataclass(frozen=True, slots=True)
class LateChart:
    """Bars on one scale; ``today`` is where its line stands; ``left_out`` are in the table only."""

    columns: Sequence[LateColumn]
    today: float
    left_out: int


def late_chart(lots: Sequence[LateLot], day: date) -> LateChart:
    """Return the chart of the first lots of a list, in its order."""
    shown = [(lot, lot.late_days(day)) for lot in lots[:_MOST_LOTS]]
    past = max((days for _, days in shown), default=0)
    left = max((-days for _, days in shown), default=0)
    step = _WHOLE / (max(past, 0) + max(left, 0) or 1)
    today = max(left, 0) * step
    parts = -(-len(shown) // _PER_COLUMN) or 1
    rows = -(-len(shown) // parts)
    columns = []
    for first in range(0, len(shown), rows or 1):
        bars = [
            _bar(lot, days, place * ROW_PX, today, step)
            for place, (lot, days) in enumerate(shown[first : first + rows])
        ]
        columns.append(LateColumn(bars, len(bars) * ROW_PX))
    return LateChart(columns, round(today, 3), len(lots) - len(shown))


def _bar(lot: LateLot, days: int, top_px: int, today: float, step: float) -> LateBar:
    length = max(abs(days) * step, _LEAST)
    start = today if days > 0 else min(max(today - length, 0.0), _WHOLE - length)
    return LateBar(lot, days, top_px, round(start, 3), round(length, 3))
