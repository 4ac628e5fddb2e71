"""The signs of a printed map: zones as on the screen's maps, and a mast for a proposed site."""

from __future__ import annotations

from typing import Final

from coverage.zones import Queue, Signal
from maps.printed import svg
from maps.symbols import DIAMOND, FILLINGS, QUEUE_COLOURS, Filling, darker

SITE_COLOUR: Final = "#a3160f"
LOT_LOOK: Final[dict[str, str | float]] = {
    "fill": "none", "stroke_width": 0.45, "stroke_dasharray": "2.4 .9",
}  # fmt: skip
_COLOUR: Final = QUEUE_COLOURS[Queue.FUND]  # a package holds nothing else
_PALE: Final = "#9cc3de"
_MAST: Final = "M-.75 1.1L0 -.7L.75 1.1M-.45 .38H.45M-.25 -.1H.25"
_FOOT: Final = 1.1  # of the mast below its middle
_SHARE: Final = 0.8
_WAVES: Final = "M-.62 -1.25A.8 .8 0 0 0 -.62 -.35M.62 -1.25A.8 .8 0 0 1 .62 -.35"


def zone_sign(signal: Signal | None, x: float, y: float, size_mm: float) -> str:
    """Return a zone: full for no signal, hollow for patchy, pale where nothing is stated."""
    fill = {Filling.FULL: _COLOUR, Filling.HOLLOW: "#ffffff", Filling.PALE: _PALE}[FILLINGS[signal]]
    return svg.symbol(DIAMOND, x, y, size_mm * 0.85, fill=fill, stroke=darker(_COLOUR),
                      stroke_width=0.32)  # fmt: skip


def mast(x: float, y: float, size_mm: float) -> str:
    """Return a proposed new site: a mast that stands on its place, above a village that is there."""
    middle = y - _FOOT * size_mm * _SHARE
    return (
        f'<circle cx="{x:.2f}" cy="{middle:.2f}" r="{size_mm * 0.95:.2f}" fill="#ffffff" '
        f'fill-opacity="0.7"/>'
        + svg.symbol(_MAST + _WAVES, x, middle, size_mm * _SHARE, fill="none", stroke=SITE_COLOUR,
                     stroke_width=0.24, stroke_linecap="round")
        + f'<circle cx="{x:.2f}" cy="{middle - 0.64 * size_mm:.2f}" r="0.3" fill="{SITE_COLOUR}"/>'
    )  # fmt: skip
