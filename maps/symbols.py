"""One meaning, one look: the colours, fillings, shapes and sizes of a map, and their legend.

A zone's symbol says four things by four independent means, so that none hides another:
colour who pays, filling the signal, shape the progress, size the households. Colours are Okabe
and Ito's palette, made for colour-blind readers, and no colour has two meanings. Sites differ
by shape first. The legend and the map draw the same paths, in a box from -1 to 1, y downwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from coverage.surveys import RowStatus
from coverage.zones import Queue, Signal, ZoneStatus

QUEUE_COLOURS: Mapping[Queue, str] = MappingProxyType(
    {
        Queue.FUND: "#0072b2",
        Queue.OPERATOR: "#d55e00",
        Queue.POWER: "#cc79a7",
        Queue.COVERED: "#009e73",
        Queue.UNDECIDED: "#484848",
    }
)


class Filling(StrEnum):
    """How a symbol is filled: full for no signal, hollow for patchy, pale for not stated."""

    FULL = "full"
    HOLLOW = "hollow"
    PALE = "pale"


FILLINGS: Mapping[Signal | None, Filling] = MappingProxyType(
    {Signal.NONE: Filling.FULL, Signal.PATCHY: Filling.HOLLOW, None: Filling.PALE}
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Statuses that look alike, and the path they are drawn with."""

    key: str
    statuses: frozenset[ZoneStatus]
    path: str
    colour: str  # where the colour tells progress, not who pays


CIRCLE = "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z"
SQUARE = "M-.9 -.9H.9V.9H-.9Z"
DIAMOND = "M0 -1.28L1.28 0L0 1.28L-1.28 0Z"
TRIANGLE = "M0 -1.28L1.24 .9H-1.24Z"

STAGES = (
    Stage(
        "open",
        frozenset({ZoneStatus.REPORTED, ZoneStatus.UNDER_REVIEW, ZoneStatus.RETURNED}),
        CIRCLE,
        "#a50f15",
    ),
    Stage("approved", frozenset({ZoneStatus.APPROVED}), SQUARE, "#fd8d3c"),
    Stage("package", frozenset({ZoneStatus.IN_PACKAGE, ZoneStatus.AWARDED}), DIAMOND, "#6baed6"),
    Stage("on_air", frozenset({ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED}), TRIANGLE, "#08306b"),
)

NOT_DRAWN = frozenset({ZoneStatus.REJECTED, ZoneStatus.MERGED, ZoneStatus.WITHDRAWN})
"""What is no zone any more is on no map."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How one operator's sites, or the rows of one status, look."""

    colour: str
    path: str


_DOWN = "M0 1.2L1.15 -.85H-1.15Z"
_PLUS = "M-.4 -1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z"
_CROSS = "M-1.05 -.5L-.5 -1.05L0 -.55L.5 -1.05L1.05 -.5L.55 0L1.05 .5L.5 1.05L0 .55L-.5 1.05L-1.05 .5L-.55 0Z"
_BAR = "M-1.2 -.5H1.2V.5H-1.2Z"
_PILLAR = "M-.5 -1.2H.5V1.2H-.5Z"
_HEXAGON = "M-1.1 0L-.55 -.95H.55L1.1 0L.55 .95H-.55Z"

OPERATOR_MARKS: Mapping[str, Mark] = MappingProxyType(
    {
        "Viettel": Mark("#e69f00", _DOWN),
        "VNPT": Mark("#56b4e9", _PLUS),
        "MobiFone": Mark("#1a1a1a", _CROSS),
        "Vietnamobile": Mark("#f0e442", _BAR),
        "Gmobile": Mark("#b3b3b3", _PILLAR),
    }
)
OTHER_OPERATOR = Mark("#ffffff", _HEXAGON)
SITE_EDGE = "#333333"

SERVICE_COLOUR = "#7a5ba8"  # under the zones, whose hues it does not share; services.js has it too

# A survey file's map shows no zone and no site, so shapes and hues may serve again there.
ROW_MARKS: Mapping[RowStatus, Mark] = MappingProxyType(
    {
        RowStatus.ACCEPTED: Mark("#00885f", CIRCLE),
        RowStatus.WARNED: Mark("#e69f00", DIAMOND),
        RowStatus.REJECTED: Mark("#b3201a", _CROSS),
    }
)

LOT_COLOURS = (
    "#806c20",
    "#2d2080",
    "#408051",
    "#b23eab",
    "#525a66",
    "#8533cc",
    "#661a1a",
    "#3b264c",
)
"""Lots, in turn by number, told apart by every eye; beyond eight the number on the map tells."""
NO_LOT_COLOUR = "#8a8f94"

SIZE_SAMPLES = (20, 100, 400)  # households shown in the legend


def lot_colour(number: int) -> str:
    """Return the colour of the lot with this number."""
    return LOT_COLOURS[(number - 1) % len(LOT_COLOURS)]


def stage_of(status: ZoneStatus) -> Stage:
    """Return how a status is drawn.

    Raises:
        KeyError: the status is in :data:`NOT_DRAWN`.
    """
    for stage in STAGES:
        if status in stage.statuses:
            return stage
    raise KeyError(status)


def mark_of(operator: str) -> Mark:
    """Return how an operator's sites are drawn; operators without a mark of their own share one."""
    return OPERATOR_MARKS.get(operator, OTHER_OPERATOR)


def darker(colour: str, share: float = 0.65) -> str:
    """Return a colour with each channel at ``share``: the edge that keeps 3:1 on white ground."""
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(channel * share):02x}" for channel in channels)
