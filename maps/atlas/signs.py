"""The signs of a sheet: those of the screen's maps, with a stroke that tells payers apart in grey.

Colour, filling, shape and size say what they say on the screen. On paper, which may be copied
without colours, each payer has a stroke of its own beside its colour: in a single sign, and as
hatching in the slices of a circle that gathers many.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from coverage.zones import Queue, Signal, Zone
from maps.printed import svg
from maps.symbols import CIRCLE, FILLINGS, QUEUE_COLOURS, Filling, darker, mark_of, stage_of

_STROKES: Final[Mapping[Queue, str]] = MappingProxyType(
    {
        Queue.FUND: "",
        Queue.OPERATOR: "M0 -.6V.6",
        Queue.POWER: "M-.6 0H.6",
        Queue.COVERED: "M-.42 .42L.42 -.42",
        Queue.UNDECIDED: "M-.42 .42L.42 -.42M-.42 -.42L.42 .42",
    }
)
_HATCHINGS: Final[Mapping[Queue, tuple[float, ...]]] = MappingProxyType(
    {
        Queue.FUND: (), Queue.OPERATOR: (90.0,), Queue.POWER: (0.0,), Queue.COVERED: (45.0,),
        Queue.UNDECIDED: (45.0, 135.0),
    }
)  # fmt: skip
_SMALLEST_MM, _BY_ROOT = 0.55, 0.042
_HATCH_MM = 0.75
_ARC_DEGREES = 12.0


def radius_of(households: int, share: float) -> float:
    """Return a sign's radius in millimetres: its area grows with the households."""
    return (_SMALLEST_MM + _BY_ROOT * math.sqrt(min(max(households, 0), 1000))) * share


def zone_sign(zone: Zone, x: float, y: float, radius: float) -> str:
    """Return one zone: colour and stroke who pays, filling the signal, shape the progress."""
    return sign(zone.queue, zone.signal, stage_of(zone.status).path, x, y, radius)


def sign(  # noqa: PLR0917 - what is told, and where
    queue: Queue, signal: Signal | None, path: str, x: float, y: float, radius: float
) -> str:
    """Return a sign by what it tells."""
    colour, filling = QUEUE_COLOURS[queue], FILLINGS[signal]
    fill = {Filling.FULL: colour, Filling.HOLLOW: "#ffffff", Filling.PALE: _pale(colour)}[filling]
    drawn = svg.symbol(path, x, y, radius, fill=fill, stroke=darker(colour), stroke_width=0.2)
    if _STROKES[queue]:
        stroke = "#ffffff" if filling is Filling.FULL else darker(colour)
        drawn += svg.symbol(_STROKES[queue], x, y, radius, fill="none", stroke=stroke,
                            stroke_width=0.3)  # fmt: skip
    return drawn


def plain_sign(path: str, x: float, y: float, radius: float) -> str:
    """Return a shape in grey, for a legend of shapes and sizes."""
    return svg.symbol(path, x, y, radius, fill="#d8d8d8", stroke="#444444", stroke_width=0.2)


def filling_sign(signal: Signal | None, x: float, y: float, radius: float) -> str:
    """Return a filling in grey, for a legend of fillings."""
    fill = {Filling.FULL: "#555555", Filling.HOLLOW: "#ffffff", Filling.PALE: "#cccccc"}
    return svg.symbol(CIRCLE, x, y, radius, fill=fill[FILLINGS[signal]], stroke="#333333",
                      stroke_width=0.22)  # fmt: skip


def site_sign(operator: str, x: float, y: float, radius: float) -> str:
    """Return an operator's site."""
    mark = mark_of(operator)
    return svg.symbol(mark.path, x, y, radius, fill=mark.colour, stroke="#333333",
                      stroke_width=0.18)  # fmt: skip


def pie(households: Mapping[Queue, int], x: float, y: float, radius: float) -> str:
    """Return a circle whose slices are the households of each payer, clockwise from the top."""
    whole = sum(households.values())
    parts, begun = [], 0.0
    for queue in Queue:
        share = households.get(queue, 0) / whole if whole else 0.0
        if share <= 0:
            continue
        parts.append(_slice(queue, x, y, radius, begun, begun + share))
        begun += share
    parts.append(svg.symbol(CIRCLE, x, y, radius, fill="none", stroke="#222222",
                            stroke_width=0.14 / radius))  # fmt: skip
    return "".join(parts)


def swatch(queue: Queue, x: float, y: float, radius: float) -> str:
    """Return a circle of one payer, as it looks where many are gathered."""
    return pie({queue: 1}, x, y, radius)


def _slice(queue: Queue, x: float, y: float, radius: float, begun: float, ended: float) -> str:  # noqa: PLR0917
    shape = _sector(x, y, radius, begun, ended)
    drawn = svg.path(_ring(shape), fill=QUEUE_COLOURS[queue], stroke="#ffffff", stroke_width=0.1)
    lines = "".join(_hatched(shape, x, y, radius, degrees) for degrees in _HATCHINGS[queue])
    return drawn + svg.path(lines, fill="none", stroke="#ffffff", stroke_width=0.17)


def _sector(x: float, y: float, radius: float, begun: float, ended: float) -> shapely.Polygon:
    steps = max(2, math.ceil((ended - begun) * 360 / _ARC_DEGREES))
    turns = [2 * math.pi * (begun + (ended - begun) * step / steps) for step in range(steps + 1)]
    rim = [(x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns]
    return shapely.Polygon(rim if ended - begun > 1 - 1e-9 else [(x, y), *rim])


def _hatched(shape: BaseGeometry, x: float, y: float, radius: float, degrees: float) -> str:
    turn = math.radians(degrees)
    along, across = (math.cos(turn), -math.sin(turn)), (math.sin(turn), math.cos(turn))
    count = int(radius / _HATCH_MM)
    lines = [
        shapely.LineString(
            [
                (
                    x + across[0] * away - along[0] * radius,
                    y + across[1] * away - along[1] * radius,
                ),
                (
                    x + across[0] * away + along[0] * radius,
                    y + across[1] * away + along[1] * radius,
                ),
            ]
        )
        for away in (step * _HATCH_MM for step in range(-count, count + 1))
    ]
    inside = shapely.intersection(shapely.MultiLineString(lines), shape)
    return "".join(
        f"M{part.coords[0][0]:.2f} {part.coords[0][1]:.2f}L{part.coords[-1][0]:.2f} {part.coords[-1][1]:.2f}"
        for part in shapely.get_parts(inside)
        if isinstance(part, shapely.LineString) and not part.is_empty
    )


def _ring(shape: shapely.Polygon) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in shape.exterior.coords[:-1]) + "Z"


def _pale(colour: str) -> str:
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - channel) * 0.4):02x}" for channel in channels)
