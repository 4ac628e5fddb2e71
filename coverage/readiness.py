"""Whether a place can be built on: power, road, land and permits, as somebody has said of a zone.

What nobody has said is unknown, never ready. A lot is as ready as the least ready of its zones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum


class ReadinessKind(StrEnum):
    """What a site needs before anybody builds."""

    POWER = "power"  # điện
    ROAD = "road"  # đường
    LAND = "land"  # mặt bằng
    PERMITS = "permits"  # giấy phép


class ReadinessState(StrEnum):
    """What is known of it."""

    READY = "ready"
    NOT_READY = "not_ready"
    UNKNOWN = "unknown"


Readiness = Mapping[ReadinessKind, ReadinessState]
"""What is known of one zone; a kind that is not named is unknown."""

_GRID = {True: ReadinessState.READY, False: ReadinessState.NOT_READY, None: ReadinessState.UNKNOWN}
_WORST_FIRST = (ReadinessState.NOT_READY, ReadinessState.UNKNOWN, ReadinessState.READY)


def together(zones: Iterable[Readiness]) -> dict[ReadinessKind, ReadinessState]:
    """Return the readiness of a lot: of every kind the worst among its zones."""
    known = list(zones)
    return {
        kind: min(
            (zone.get(kind, ReadinessState.UNKNOWN) for zone in known),
            key=_WORST_FIRST.index,
            default=ReadinessState.UNKNOWN,
        )
        for kind in ReadinessKind
    }


def power_of(grid_power: bool | None) -> ReadinessState:
    """Return what a zone's grid says of its power, where nobody has said it."""
    return _GRID[grid_power]


def held_back(
    zone: Readiness, gate: Collection[ReadinessKind], *, unknown_gates: bool = False
) -> tuple[ReadinessKind, ...]:
    """Return for which of the kinds that gate a tender a zone keeps its lot out of a package."""
    states = {ReadinessState.NOT_READY}
    if unknown_gates:
        states.add(ReadinessState.UNKNOWN)
    return tuple(
        kind
        for kind in ReadinessKind
        if kind in gate and zone.get(kind, ReadinessState.UNKNOWN) in states
    )
