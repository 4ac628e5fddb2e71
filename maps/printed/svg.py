"""The pieces of a drawing as SVG: everything in millimetres, with two decimals, escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from coverage.fonts import SANS, drawable
from maps.printed.frame import Window


def document(width_mm: float, height_mm: float, title: str, parts: Iterable[str]) -> str:
    """Return a whole drawing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:g}mm" height="{height_mm:g}mm" '
        f'viewBox="0 0 {width_mm:g} {height_mm:g}" font-family={quoteattr(SANS)}>'
        f"<title>{escape(drawable(title))}</title>{''.join(parts)}</svg>"
    )


def text(  # noqa: PLR0913 - how a line of type looks
    words: str, x: float, y: float, size: float, *, fill: str = "#111111", bold: bool = False,
    italic: bool = False, anchor: str = "start", turn: float = 0,
) -> str:  # fmt: skip
    """Return a line of type; ``y`` is the line it stands on."""
    more = ' font-weight="bold"' if bold else ""
    more += ' font-style="italic"' if italic else ""
    more += f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += f' transform="rotate({turn:g} {x:.2f} {y:.2f})"' if turn else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" fill="{fill}"{more}>'
        f"{escape(drawable(words))}</text>"
    )


def box(x: float, y: float, wide: float, high: float, **look: str | float) -> str:
    """Return a rectangle."""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}"{_look(look)}/>'


def line(ends: Sequence[float], **look: str | float) -> str:
    """Return a straight line between two points."""
    x1, y1, x2, y2 = ends
    return f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"{_look(look)}/>'


def path(course: str, **look: str | float) -> str:
    """Return a path of this course; nothing where there is none."""
    return f'<path d="{course}"{_look(look)}/>' if course else ""


def symbol(course: str, x: float, y: float, size: float, **look: str | float) -> str:
    """Return a symbol that is drawn in a box from -1 to 1, at a place and a size."""
    return (
        f'<path transform="translate({x:.2f} {y:.2f}) scale({size:g})" d="{course}"{_look(look)}/>'
    )


def course(window: Window, geometry: BaseGeometry) -> str:
    """Return the outlines of a geometry in metres as the course of a path."""
    drawn = []
    for part in shapely.get_parts(geometry):
        if isinstance(part, shapely.Polygon):
            drawn += [_ring(window, ring, closed=True) for ring in (part.exterior, *part.interiors)]
        elif isinstance(part, shapely.LineString):
            drawn.append(_ring(window, part, closed=False))
    return "".join(drawn)


def group(parts: Iterable[str], **look: str | float) -> str:
    """Return pieces that look alike; nothing where there is none."""
    inside = "".join(parts)
    return f"<g{_look(look)}>{inside}</g>" if inside else ""


def _ring(window: Window, ring: BaseGeometry, *, closed: bool) -> str:
    metres = np.asarray(ring.coords)
    west, south = window.middle
    left, top, right, bottom = window.box
    x = (left + right) / 2 + (metres[:, 0] - west) * 1000 / window.scale
    y = (top + bottom) / 2 - (metres[:, 1] - south) * 1000 / window.scale
    points = np.round(np.column_stack([x, y]), 2)
    if len(points) > 1:
        moved = np.any(points[1:] != points[:-1], axis=1)
        points = np.vstack([points[:1], points[1:][moved]])
    if closed and len(points) > 1:
        points = points[:-1] if (points[0] == points[-1]).all() else points
    if len(points) < (3 if closed else 2):
        return ""
    return (
        "M" + "L".join(f"{at[0]:g} {at[1]:g}" for at in points.tolist()) + ("Z" if closed else "")
    )


def _look(look: dict[str, str | float]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{value:g}"' if isinstance(value, float | int)
        else f" {name.replace('_', '-')}={quoteattr(value)}"
        for name, value in look.items()
    )  # fmt: skip
