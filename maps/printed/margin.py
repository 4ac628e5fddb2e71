"""What stands beside a map: its title, place in the country, legend, scale, north and sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from coverage.packages import Package, PackageSite, PackageZone
from coverage.zones import Signal
from maps.basemap import Locator
from maps.content import MapContent
from maps.printed import svg
from maps.printed.frame import Window
from maps.printed.labels import width_mm
from maps.printed.signs import LOT_LOOK, mast, zone_sign
from maps.texts import Words

WIDTH_MM, HEIGHT_MM, PANEL_MM = 250.0, 152.0, 58.0
_LEFT = WIDTH_MM - PANEL_MM
_ROW_MM, _TYPE, _SMALL = 4.3, 2.5, 2.05
_LOCATOR_MM = 47.0
_BAR_MM = 51.0
_BAR_LENGTHS_M = tuple(int(figure * 10**power) for power in range(2, 6) for figure in (1, 2, 5))
_SIGNALS = ((Signal.NONE, "print.none"), (Signal.PATCHY, "print.patchy"), (None, "print.unknown"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, its window, and what is drawn in it.

    ``shared`` counts the sites that are not drawn as they stand already; ``unnamed`` the zones
    for whose label there was no room.
    """

    title: str
    subtitle: str
    view: Window
    zones: Sequence[PackageZone]
    sites: tuple[PackageSite, ...]
    shared: int
    unnamed: int = 0


def panel(
    content: MapContent, package: Package, sheet: Sheet, country: Locator, words: Words
) -> list[str]:
    """Return everything beside the map, from the top down."""
    parts: list[str] = []
    y = 4.0
    for mark in package.marks:
        parts += [
            svg.box(_LEFT + 0.3, y - 3.6, PANEL_MM - 0.6, 5.0, fill="none", stroke="#b00020",
                    stroke_width=0.4),
            svg.text(mark, _LEFT + PANEL_MM / 2, y, 3.2, fill="#b00020", bold=True,
                     anchor="middle"),
        ]  # fmt: skip
        y += 6.0
    for told, size, bold in (
        (sheet.title.upper(), 3.7, True),
        (sheet.subtitle, 3.0, True),
        (words("print.package", number=package.number, version=package.version), _TYPE, False),
        (package.province, _TYPE, False),
    ):
        if told == package.province and told == sheet.subtitle:
            continue
        for each in wrapped(told, size, bold=bold):
            parts.append(svg.text(each, _LEFT, y + size * 0.3, size, bold=bold))
            y += size * 1.25
    y += 0.5
    parts += _country(country, _LEFT + (PANEL_MM - _LOCATOR_MM) / 2, y)
    y += _LOCATOR_MM * country.height / country.width + 4.5
    parts += _legend(sheet, words, y)
    return [*parts, *_foot(content, package, sheet, words)]


def wrapped(told: str, size: float, *, bold: bool = False, most: float = PANEL_MM) -> list[str]:
    """Return a text in lines that fit the panel; a word that is longer than a line is cut."""
    lines: list[str] = [""]
    for word in told.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_mm(longer, size, bold=bold) <= most:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if width_mm(lines[-1] + letter, size, bold=bold) > most:
                lines.append("")
            lines[-1] += letter
    return lines


def _country(country: Locator, x: float, y: float) -> list[str]:
    scale = _LOCATOR_MM / country.width
    high = country.height * scale
    parts = [
        svg.box(x, y, _LOCATOR_MM, high, fill="#e8f1f6", stroke="#777777", stroke_width=0.2),
        f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:.5f})">'
        f'<path d="{country.country}" fill="#ffffff" stroke="#8a8a8a" stroke-width=".6"/>'
        f'<path d="{country.focus}" fill="#c8553d" stroke="#7a2f20" stroke-width=".8"/>'
        + "".join(
            f'<circle cx="{at[0]:g}" cy="{at[1]:g}" r=".8" fill="#333333"/>'
            for at in country.islands
        )
        + "</g>",
    ]
    for name, across, down in country.names:
        most = x + _LOCATOR_MM - width_mm(name, 1.9) / 2 - 0.6
        parts.append(svg.text(name, min(x + across * scale, most), y + down * scale, 1.9,
                              anchor="middle"))  # fmt: skip
    return parts


def _legend(sheet: Sheet, words: Words, y: float) -> list[str]:
    parts = [svg.text(words("print.legend"), _LEFT, y, _TYPE, bold=True)]
    sign, told = _LEFT + 3.5, _LEFT + 8.5
    y += _ROW_MM
    present = {zone.signal for zone in sheet.zones}
    for signal, name in _SIGNALS:
        if signal in present:
            parts += [zone_sign(signal, sign, y - 0.9, 1.25), svg.text(words(name), told, y, _TYPE)]
            y += _ROW_MM
    if sheet.sites:
        parts += [mast(sign, y + 0.5, 1.7), svg.text(words("print.site"), told, y, _TYPE)]
        y += _ROW_MM
    lines: tuple[tuple[str, dict[str, str | float]], ...] = (
        ("print.outline", {"stroke": "#555555", **LOT_LOOK}),
        ("print.province", {"stroke": "#5b3a6b", "stroke_width": 0.5}),
        (
            "print.commune",
            {"stroke": "#8b8b8b", "stroke_width": 0.18, "stroke_dasharray": "1.1 .7"},
        ),
    )
    for name, look in lines:
        parts += [
            svg.line((_LEFT, y - 0.8, _LEFT + 7, y - 0.8), **look),
            svg.text(words(name), told, y, _TYPE),
        ]
        y += _ROW_MM
    notes = [words("print.shared", count=sheet.shared)] if sheet.shared else []
    notes += [words("print.unnamed", count=sheet.unnamed)] if sheet.unnamed else []
    for note in notes:
        for each in wrapped(note, _SMALL):
            parts.append(svg.text(each, _LEFT, y, _SMALL, italic=True))
            y += _SMALL * 1.3
    return parts


def _foot(content: MapContent, package: Package, sheet: Sheet, words: Words) -> list[str]:
    """North, scale and sources, from the bottom up."""
    west, south, east, north = (words.number(round(each)) for each in sheet.view.ground)
    grid = package.grid
    told = [
        words("print.grid", meridian=grid.meridian, epsg=grid.epsg)
        if grid is not None and grid.epsg == sheet.view.epsg
        else words("print.utm", epsg=sheet.view.epsg),
        words("print.corners", west=west, south=south, east=east, north=north),
        words("page.source", source=content.source),
        words("page.day", day=words.day(content.day)) + ".",
    ]
    if package.vintage.approximate:
        told.append(words("page.approximate_why"))
    lines = [each for paragraph in told for each in wrapped(paragraph, _SMALL)]
    y = HEIGHT_MM - len(lines) * _SMALL * 1.22
    parts = [
        svg.text(each, _LEFT, y + (place + 0.8) * _SMALL * 1.22, _SMALL, fill="#333333")
        for place, each in enumerate(lines)
    ]
    parts += _scale_bar(sheet.view, words, y - 3.2)
    parts += _north(sheet.view, words, y - 16.0)
    return parts


def _scale_bar(view: Window, words: Words, y: float) -> list[str]:
    """A bar of round kilometres in four parts, true at the stated scale."""
    whole = max((each for each in _BAR_LENGTHS_M if each * 1000 / view.scale <= _BAR_MM),
                default=_BAR_LENGTHS_M[0])  # fmt: skip
    quarter = whole * 1000 / view.scale / 4
    parts = [svg.text(words("print.scale", scale=words.number(view.scale)), _LEFT, y - 6.4, _TYPE)]
    parts += [
        svg.box(_LEFT + place * quarter, y - 2.6, quarter, 1.2, stroke="#111111",
                stroke_width=0.2, fill="#ffffff" if place % 2 else "#111111")
        for place in range(4)
    ]  # fmt: skip
    unit = "print.kilometres" if whole >= 1000 else "print.metres"  # noqa: PLR2004
    for place, share in ((0, 0.0), (2, 0.5), (4, 1.0)):
        length = whole * share / (1000 if unit == "print.kilometres" else 1)
        said = f"{length:g}".replace(".", ",") + (f" {words(unit)}" if place == 4 else "")  # noqa: PLR2004
        parts.append(svg.text(said, _LEFT + place * quarter, y - 3.4, 2.0,
                              anchor="start" if place == 0 else "middle"))  # fmt: skip
    return parts


def _north(view: Window, words: Words, y: float) -> list[str]:
    """An arrow to true north, which the grid is a little turned against."""
    x, turn = WIDTH_MM - 4.5, view.north()
    lean = 3.4 * math.sin(math.radians(turn))
    return [
        f'<g transform="rotate({turn:.2f} {x:.2f} {y:.2f})">'
        f'<path d="M{x:.2f} {y - 5:.2f}l2 8l-2 -1.6z" fill="#111111"/>'
        f'<path d="M{x:.2f} {y - 5:.2f}l-2 8l2 -1.6z" fill="#ffffff" stroke="#111111" '
        'stroke-width="0.2"/></g>',
        svg.text(words("print.north"), x + lean, y - 6.0, 3.0, bold=True, anchor="middle"),
    ]
