"""What stands beside a map, as pieces of a height: the legend, the scale, the north, the sources.

A piece is drawn from its own corner; :func:`flowed` puts one below the other, column by column.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coverage.fonts import drawable
from maps.atlas.paper import Box
from maps.basemap import Locator
from maps.printed import svg
from maps.printed.frame import Window
from maps.printed.labels import width_mm
from maps.printed.margin import wrapped
from maps.texts import Words

TYPE_MM, SMALL_MM, ROW_MM, SIGN_MM = 2.35, 2.0, 3.55, 1.15
_HEAD_MM = 2.5
_BAR_SHARE = 0.82  # of the width of a column
_BAR_LENGTHS_M = tuple(int(figure * 10**power) for power in range(2, 7) for figure in (1, 2, 5))
_KILOMETRE_M = 1000


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a panel: how high it is, and its drawing from its own upper left corner."""

    height_mm: float
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a legend: its sign drawn about (0, 0) and reaching that far, its meaning, figures."""

    sign: str
    told: str
    figures: str = ""
    reach: float = 0.0


def flowed(blocks: Iterable[Block], columns: Sequence[Box], gap_mm: float) -> list[str]:
    """Return the pieces below one another; what a column has no room for begins the next."""
    parts, column = [], 0
    y = columns[0][1]
    for block in blocks:
        if not block.parts:
            continue
        left, top, _, bottom = columns[column]
        if y + block.height_mm > bottom and y > top and column + 1 < len(columns):
            column += 1
            left, y = columns[column][0], columns[column][1]
        parts.append(f'<g transform="translate({left:.2f} {y:.2f})">{"".join(block.parts)}</g>')
        y += block.height_mm + gap_mm
    return parts


def legend(title: str, lines: Sequence[Line], width: float, share: float) -> Block:
    """Return one part of the legend; short lines stand beside one another."""
    if not lines:
        return Block(0, ())
    size, row = TYPE_MM * share, ROW_MM * share
    parts = [svg.text(title, 0, _HEAD_MM * share, _HEAD_MM * share, bold=True)]
    x, y = 0.0, _HEAD_MM * share + row
    for line in lines:
        middle = max(1.8 * share, line.reach + 0.2)
        told_at = max(4.6 * share, middle + line.reach + 1.0 * share)
        words = wrapped(line.told, size, most=width - told_at)
        wide = told_at + max(width_mm(each, size) for each in words)
        figures = width_mm(line.figures, SMALL_MM * share) if line.figures else 0.0
        if x and x + wide > width:
            x, y = 0.0, y + row
        parts.append(
            f'<g transform="translate({x + middle:.2f} {y - 0.85 * share:.2f})">{line.sign}</g>'
        )
        for place, each in enumerate(words):
            parts.append(svg.text(each, x + told_at, y + place * size * 1.15, size))
        y += (len(words) - 1) * size * 1.15
        if not line.figures:
            x += wide + 3 * share
            continue
        if wide + figures + 2 * share > width:
            y += SMALL_MM * share * 1.2
        parts.append(
            svg.text(line.figures, width, y, SMALL_MM * share, fill="#333333", anchor="end")
        )
        x, y = 0.0, y + row
    bottom = y if x else y - row
    return Block(bottom + 1.0 * share, tuple(parts))


def paragraph(texts: Sequence[str], width: float, share: float, *, italic: bool = False) -> Block:
    """Return small type, one text after another."""
    size = SMALL_MM * share
    lines = [each for told in texts if told for each in wrapped(drawable(told), size, most=width)]
    step = size * 1.22
    parts = [
        svg.text(each, 0, (place + 0.85) * step, size, fill="#333333", italic=italic)
        for place, each in enumerate(lines)
    ]
    return Block(len(lines) * step, tuple(parts))


def facts(title: str, told: Sequence[tuple[str, str]], width: float, share: float) -> Block:
    """Return names and values in two columns."""
    size, step = TYPE_MM * share, TYPE_MM * share * 1.3
    middle = width * 0.36
    parts = [svg.text(title, 0, _HEAD_MM * share, _HEAD_MM * share, bold=True)]
    y = _HEAD_MM * share + step
    for name, value in told:
        parts.append(svg.text(name, 0, y, size, fill="#444444"))
        for each in wrapped(drawable(value), size, most=width - middle):
            parts.append(svg.text(each, middle, y, size))
            y += step
    return Block(y - step + size * 0.4, tuple(parts))


def country(place: Locator, width: float, share: float) -> Block:
    """Return the small map of the country, with both archipelagos, on which the sheet's place is."""
    wide = min(width, 37.0 * share)
    scale = wide / place.width
    high, size = place.height * scale, 1.75 * share
    parts = [
        svg.box(0, 0, wide, high, fill="#e8f1f6", stroke="#777777", stroke_width=0.2),
        f'<g transform="scale({scale:.5f})">'
        f'<path d="{place.country}" fill="#ffffff" stroke="#8a8a8a" stroke-width=".6"/>'
        f'<path d="{place.focus}" fill="#c8553d" stroke="#7a2f20" stroke-width=".8"/>'
        + "".join(
            f'<circle cx="{at[0]:g}" cy="{at[1]:g}" r=".8" fill="#333333"/>' for at in place.islands
        )
        + "</g>",
    ]
    for name, across, down in place.names:
        most = wide - width_mm(name, size) / 2 - 0.6
        parts.append(svg.text(name, min(across * scale, most), down * scale, size, anchor="middle"))
    return Block(high + 1.5 * share, tuple(parts))


def scale_and_north(view: Window, paper: str, width: float, share: float, words: Words) -> Block:
    """Return the scale in figures and as a bar, and the arrow to true north."""
    most = width * _BAR_SHARE
    whole = max(each for each in _BAR_LENGTHS_M if each * 1000 / view.scale <= most or each <= 100)  # noqa: PLR2004
    quarter, size = whole * 1000 / view.scale / 4, TYPE_MM * share
    told = words("paper.scale", scale=words.number(view.scale), paper=paper)
    lines = wrapped(told, size, most=width - 9 * share)
    parts = [svg.text(each, 0, size * (1 + 1.2 * place), size) for place, each in enumerate(lines)]
    y = size * (1 + 1.2 * len(lines)) + 3.2 * share
    parts += [
        svg.box(place * quarter, y, quarter, 1.2 * share, stroke="#111111", stroke_width=0.2,
                fill="#ffffff" if place % 2 else "#111111")
        for place in range(4)
    ]  # fmt: skip
    unit = "print.kilometres" if whole >= _KILOMETRE_M else "print.metres"
    for place, part in ((0, 0.0), (2, 0.5), (4, 1.0)):
        length = whole * part / (_KILOMETRE_M if unit == "print.kilometres" else 1)
        said = f"{length:g}".replace(".", ",") + (f" {words(unit)}" if part == 1 else "")
        parts.append(svg.text(said, place * quarter, y - 0.8 * share, SMALL_MM * share,
                              anchor="start" if place == 0 else "middle"))  # fmt: skip
    parts += _north(view, width - 3.5 * share, 7.2 * share, share, words)
    return Block(y + 3.0 * share, tuple(parts))


def table(
    title: str, heads: tuple[str, str, str], rows: Sequence[tuple[str, str, str]], width: float,
    share: float,
) -> Block:  # fmt: skip
    """Return a small table: a name and two figures."""
    size, step = 1.85 * share, 1.85 * share * 1.27
    first, second = width * 0.74, width
    parts = [svg.text(title, 0, _HEAD_MM * share, _HEAD_MM * share, bold=True)] if title else []
    y = (_HEAD_MM * share if title else 0.0) + step
    for place, (name, one, other) in enumerate([heads, *rows]):
        bold = place == 0
        parts += [
            svg.text(name, 0, y, size, bold=bold),
            svg.text(one, first, y, size, anchor="end", bold=bold),
            svg.text(other, second, y, size, anchor="end", bold=bold),
        ]
        y += step
    return Block(y - step + 0.6 * share, tuple(parts))


def _north(view: Window, x: float, y: float, share: float, words: Words) -> list[str]:
    """An arrow to true north, which the grid is a little turned against."""
    turn = view.north()
    lean = 3.4 * share * math.sin(math.radians(turn))
    return [
        f'<g transform="translate({x:.2f} {y:.2f}) rotate({turn:.2f}) scale({share:g})">'
        '<path d="M0 -4l2 7.2l-2 -1.5z" fill="#111111"/>'
        '<path d="M0 -4l-2 7.2l2 -1.5z" fill="#ffffff" stroke="#111111" stroke-width="0.2"/></g>',
        svg.text(words("print.north"), x + lean, y - 4.7 * share, 2.8 * share, bold=True,
                 anchor="middle"),
    ]  # fmt: skip
