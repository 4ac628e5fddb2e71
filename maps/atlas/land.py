"""The ground of a sheet: land and boundaries, the grid with its figures, names, archipelagos."""

from __future__ import annotations

import math
from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from maps.basemap import archipelagos
from maps.printed import svg
from maps.printed.frame import Window, degrees_text, metres_of
from maps.printed.ground import Ground, seen
from maps.printed.labels import Label, Room, width_mm
from maps.printed.land import land
from maps.texts import Words

PROVINCE_LOOK: dict[str, str | float] = {"stroke": "#5b3a6b", "stroke_width": 0.45}
COMMUNE_LOOK: dict[str, str | float] = {
    "stroke": "#8b8b8b", "stroke_width": 0.16, "stroke_dasharray": "1.1 .7",
}  # fmt: skip
_GRID_COLOUR = "#4d7ea8"
_STEPS_M = tuple(int(figure * 10**power) for power in range(2, 6) for figure in (1, 2, 5))
_APART_MM, _ON_FRAME_MM, _FINE_MM = 28.0, 0.1, 0.15


def under(view: Window, ground: Ground, *, fine: bool = False) -> str:
    """Return land, water and boundaries of a province's sheet; ``fine`` where islands are tiny."""
    around = PROVINCE_LOOK | ({"stroke_width": _FINE_MM} if fine else {})
    return land(view, ground, communes=COMMUNE_LOOK, province=around)


def edge(view: Window) -> str:
    """Return the frame of a map."""
    left, top, right, bottom = view.box
    return svg.box(left, top, right - left, bottom - top, fill="none", stroke="#111111",
                   stroke_width=0.35)  # fmt: skip


def kilometres(view: Window, share: float) -> tuple[str, str]:
    """Return the lines of the metre grid, and their figures in kilometres outside the frame."""
    left, top, right, bottom = view.box
    west, south, east, north = view.ground
    wanted = view.metres(_APART_MM * share)
    step = next((each for each in _STEPS_M if each >= wanted), _STEPS_M[-1])
    size = 1.9 * share
    lines, figures = [], []
    for at in _multiples(west, east, step):
        x, _ = view.place((at, south))
        lines.append(f"M{x:.2f} {top:.2f}V{bottom:.2f}")
        figures += [
            svg.text(_kilometres(at), x, y, size, anchor="middle")
            for y in (top - 0.9 * share, bottom + 2.3 * share)
        ]
    for at in _multiples(south, north, step):
        _, y = view.place((west, at))
        lines.append(f"M{left:.2f} {y:.2f}H{right:.2f}")
        figures += [
            svg.text(_kilometres(at), x, y, size, anchor="middle", turn=-90)
            for x in (left - 0.9 * share, right + 2.3 * share)
        ]
    return _thin("".join(lines)), "".join(figures)


def graticule(view: Window, share: float, words: Words) -> tuple[str, str]:
    """Return meridians and parallels, and their degrees outside the frame."""
    left, top, right, bottom = view.box
    meridians, parallels = view.graticule()
    size, figures = 1.9 * share, []
    for each in meridians:
        told = degrees_text(each.degrees, (words("print.east"), words("print.west")))
        for x, y in _ends(view, each.course):
            if min(y - top, bottom - y) < _ON_FRAME_MM and left + size < x < right - size:
                down = top - 0.9 * share if y < (top + bottom) / 2 else bottom + 2.3 * share
                figures.append(svg.text(told, x, down, size, anchor="middle"))
    for each in parallels:
        told = degrees_text(each.degrees, (words("print.north_letter"), words("print.south")))
        for x, y in _ends(view, each.course):
            if min(x - left, right - x) < _ON_FRAME_MM and top + 2 * size < y < bottom - 2 * size:
                across = left - 0.9 * share if x < (left + right) / 2 else right + 2.3 * share
                figures.append(svg.text(told, across, y, size, anchor="middle", turn=-90))
    lines = "".join(svg.course(view, each.course) for each in (*meridians, *parallels))
    return _thin(lines), "".join(figures)


def islands(view: Window, room: Room, largest: float) -> str:
    """Return Hoàng Sa and Trường Sa wherever a map reaches them: islands, and always the name."""
    west, south, east, north = view.ground
    parts = []
    for group in archipelagos():
        found = [
            view.place(at)
            for at in metres_of(view.epsg, *zip(*group.islands, strict=True))
            if west < at[0] < east and south < at[1] < north
        ]
        if not found:
            continue
        parts += [f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.35" fill="#444444"/>' for x, y in found]
        wide = width_mm(group.name, 1.0, bold=True)
        size = min(largest, (view.box[2] - view.box[0] - 2) / wide)
        half = wide * size / 2
        x = min(max(sum(x for x, _ in found) / len(found), view.box[0] + half + 1),
                view.box[2] - half - 1)  # fmt: skip
        y = min(y for _, y in found) - size * 0.8
        if y < view.box[1] + size:
            y = min(max(y for _, y in found) + size * 1.4, view.box[3] - size * 0.5)
        room.keep((x - half, y - size, x + half, y + size * 0.3))
        parts.append(haloed(group.name, x, y, size, bold=True, anchor="middle", fill="#1b2733"))
    return "".join(parts)


def names(  # noqa: PLR0913 - what is named, and how it looks
    view: Window, areas: Sequence[tuple[str, BaseGeometry]], room: Room, size: float, *,
    smallest_mm2: float = 220, upper: bool = False, italic: bool = True, fill: str = "#55504a",
) -> str:  # fmt: skip
    """Return the names of areas where there is room for them; the largest first."""
    shown = [named for named in seen(areas, view, smallest_mm2=smallest_mm2) if named.name]
    drawn = []
    for named in sorted(shown, key=lambda each: (-each.shape.area, each.name)):
        told = named.name.upper() if upper else named.name
        label = room.name(told, view.place(named.middle), size)
        if label is not None:
            drawn.append(haloed(label.text, label.x, label.y, label.size,
                                italic=italic and not upper, fill=fill))  # fmt: skip
    return "".join(drawn)


def haloed(  # noqa: PLR0913 - how a line of type looks
    told: str, x: float, y: float, size: float, *, fill: str, bold: bool = False,
    italic: bool = False, anchor: str = "start",
) -> str:  # fmt: skip
    """Return a line of type with a pale edge, which reads on any ground."""
    halo = f' stroke="#ffffff" stroke-width="{size * 0.28:.2f}" stroke-linejoin="round" paint-order="stroke"'
    plain = svg.text(told, x, y, size, fill=fill, bold=bold, italic=italic, anchor=anchor)
    return plain.replace("<text", f"<text{halo}", 1)


def lettered(label: Label, fill: str) -> str:
    """Return a placed name with its leader."""
    leader = svg.line(label.leader, stroke="#444444", stroke_width=0.15) if label.leader else ""
    return leader + haloed(label.text, label.x, label.y, label.size, fill=fill)


def _thin(course: str) -> str:
    return svg.path(course, fill="none", stroke=_GRID_COLOUR, stroke_width=0.08)


def _kilometres(metres: float) -> str:
    return f"{metres / 1000:g}".replace(".", ",")


def _multiples(low: float, high: float, step: int) -> list[int]:
    return [count * step for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _ends(view: Window, course: BaseGeometry) -> list[tuple[float, float]]:
    lines = [part for part in shapely.get_parts(course) if part.geom_type == "LineString"]
    return [view.place(line.coords[place]) for line in lines for place in (0, -1)]
