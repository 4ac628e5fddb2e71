"""The paper of a sheet: its size, which way it lies, where the map and the legend stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Box = tuple[float, float, float, float]

MARGIN_MM = 9.0
"""Around everything: office printers cannot print closer to the edge."""

_EDGE_MM = 4.4  # for the figures beside the map
_TITLE_MM = 12.0
_PANEL_MM = 61.0
_GAP_MM = 4.0
_COLUMNS = 3


class Paper(StrEnum):
    """The papers that offices have."""

    A4 = "a4"
    A3 = "a3"

    @property
    def size_mm(self) -> tuple[float, float]:
        """The short and the long side."""
        return (210.0, 297.0) if self is Paper.A4 else (297.0, 420.0)

    @property
    def type_share(self) -> float:
        """How large type and signs are against those on A4."""
        return 1.0 if self is Paper.A4 else 1.25


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet inside its margins: boxes are left, top, right, bottom, in millimetres."""

    paper: Paper
    landscape: bool
    width_mm: float
    height_mm: float
    map: Box
    columns: tuple[Box, ...]

    @property
    def share(self) -> float:
        """How large type and signs are against those on A4."""
        return self.paper.type_share


def layout(paper: Paper, *, landscape: bool, panel_mm: float = _PANEL_MM) -> Layout:
    """Return the sheet with its legend at the right when it lies, below when it stands.

    ``panel_mm`` is the width or the height that the legend takes on A4.
    """
    share, (short, long) = paper.type_share, paper.size_mm
    wide, high = (long, short) if landscape else (short, long)
    wide, high = wide - 2 * MARGIN_MM, high - 2 * MARGIN_MM
    edge, top, gap = _EDGE_MM * share, _TITLE_MM * share, _GAP_MM * share
    taken = panel_mm * share
    if landscape:
        box = (edge, top + edge, wide - taken - gap - edge, high - edge)
        columns: tuple[Box, ...] = ((wide - taken, top, wide, high),)
    else:
        box = (edge, top + edge, wide - edge, high - taken - gap - edge)
        one = (wide - (_COLUMNS - 1) * gap) / _COLUMNS
        columns = tuple(
            (place * (one + gap), high - taken, place * (one + gap) + one, high)
            for place in range(_COLUMNS)
        )
    return Layout(paper, landscape, wide, high, box, columns)
