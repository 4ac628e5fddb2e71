"""The land of every printed sheet: water, other countries, neighbours, the own province."""

from __future__ import annotations

from collections.abc import Mapping

from maps.printed import svg
from maps.printed.frame import Window
from maps.printed.ground import Ground

WATER, OWN, OTHERS, ABROAD = "#e8f1f6", "#ffffff", "#f3f2ee", "#e3e1dc"

Look = Mapping[str, str | float]


def land(view: Window, ground: Ground, *, communes: Look, province: Look) -> str:
    """Return what lies under the names and signs of a province's sheet.

    ``communes`` and ``province`` are how the lines between communes and around the province look.
    """
    left, top, right, bottom = view.box
    parts = [
        svg.box(left, top, right - left, bottom - top, fill=WATER),
        svg.path(svg.course(view, view.seen(ground.abroad)), fill=ABROAD),
    ]
    parts += [
        svg.path(svg.course(view, shape), fill=OTHERS, stroke="#9a938c", stroke_width=0.2)
        for _, area in ground.others
        if not (shape := view.seen(area)).is_empty
    ]
    if ground.own is not None:
        own = svg.course(view, view.seen(ground.own))
        inside = svg.course(view, view.seen(ground.borders))
        parts += [
            svg.path(own, fill=OWN, fill_rule="evenodd"),
            svg.path(inside, fill="none", **communes),
            svg.path(own, fill="none", **province),
        ]
    return "".join(parts)
