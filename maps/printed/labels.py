"""Names beside their points, without lying on one another as long as there is room."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coverage.fonts import face

Box = tuple[float, float, float, float]

_HEIGHT = 1.12  # of a line of type, as a share of its size
_RISE = 0.78  # of the letters above the line they stand on
_NEAR = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.8, -0.8), (0.8, 0.8), (-0.8, -0.8), (-0.8, 0.8))
_RINGS_MM = (5.0, 8.0, 11.0, 15.0, 20.0, 26.0)
_WAYS = 16  # round a ring
_SQUARE_MM = 8.0
_APART_MM = 1.4  # between the names of areas


@dataclass(frozen=True, slots=True)
class Label:
    """A placed name: where its line of type begins, and the leader to its point if it is far."""

    text: str
    x: float
    y: float
    size: float
    leader: tuple[float, float, float, float] | None = None


def width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is set in our sans type."""
    return face("LiberationSans-Bold" if bold else "LiberationSans-Regular").width(text) * size


@dataclass(slots=True)
class Room:
    """What is taken of a map already, by squares of it; everything stays inside ``frame``."""

    frame: Box
    taken: dict[tuple[int, int], list[Box]] = field(default_factory=dict)

    def take(self, x: float, y: float, radius: float) -> None:
        """Keep the place of a symbol free of names."""
        self.keep((x - radius, y - radius, x + radius, y + radius))

    def keep(self, spot: Box) -> None:
        """Keep a place free of names."""
        for square in _squares(spot):
            self.taken.setdefault(square, []).append(spot)

    def label(
        self, texts: Sequence[str], at: tuple[float, float], *, size: float, clear: float
    ) -> Label | None:
        """Place the first of ``texts`` for which there is room near a point, else by a leader.

        ``texts`` are the same name, longer forms first; ``clear`` is the radius of the symbol.
        None when there is no room anywhere.
        """
        for text in texts:
            for spot in _beside(at, clear + 0.7, self._extent(text, size)):
                if self._free(spot):
                    return self._set(text, spot, size)
        shortest = texts[-1]
        for spot in _around(at, self._extent(shortest, size)):
            leader = _leader(at, spot, clear)
            if self._free(spot) and self._free_line(leader, at):
                return self._set(shortest, spot, size, leader)
        return None

    def name(self, text: str, at: tuple[float, float], size: float) -> Label | None:
        """Place the name of an area about its middle; None when there is no room."""
        wide, high = self._extent(text, size)
        for shift in (0.0, -high * 1.5, high * 1.5, -high * 3, high * 3):
            spot = (at[0] - wide / 2, at[1] - high / 2 + shift,
                    at[0] + wide / 2, at[1] + high / 2 + shift)  # fmt: skip
            if self._free(_wider(spot)):
                return self._set(text, spot, size)
        return None

    def _extent(self, text: str, size: float) -> tuple[float, float]:
        return width_mm(text, size), size * _HEIGHT

    def _set(
        self, text: str, spot: Box, size: float,
        leader: tuple[float, float, float, float] | None = None,
    ) -> Label:  # fmt: skip
        self.keep(spot)
        return Label(text, spot[0], spot[1] + size * _RISE + size * (_HEIGHT - 1), size, leader)

    def _free(self, spot: Box) -> bool:
        left, top, right, bottom = self.frame
        inside = left <= spot[0] and top <= spot[1] and spot[2] <= right and spot[3] <= bottom
        return inside and not any(
            spot[0] < other[2] and other[0] < spot[2] and spot[1] < other[3] and other[1] < spot[3]
            for square in _squares(spot)
            for other in self.taken.get(square, ())
        )

    def _free_line(self, line: tuple[float, float, float, float], at: tuple[float, float]) -> bool:
        """Tell whether a leader crosses nothing but its own symbol."""
        steps = 12
        points = [
            (line[0] + (line[2] - line[0]) * step / steps,
             line[1] + (line[3] - line[1]) * step / steps)
            for step in range(steps + 1)
        ]  # fmt: skip
        return not any(
            _holds(box, point) and not _holds(box, at)
            for point in points
            for square in _squares((*point, *point))
            for box in self.taken.get(square, ())
        )


def _squares(spot: Box) -> Iterable[tuple[int, int]]:
    for column in range(math.floor(spot[0] / _SQUARE_MM), math.floor(spot[2] / _SQUARE_MM) + 1):
        for row in range(math.floor(spot[1] / _SQUARE_MM), math.floor(spot[3] / _SQUARE_MM) + 1):
            yield column, row


def _wider(spot: Box) -> Box:
    return (
        spot[0] - _APART_MM,
        spot[1] - _APART_MM / 2,
        spot[2] + _APART_MM,
        spot[3] + _APART_MM / 2,
    )


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _beside(at: tuple[float, float], away: float, extent: tuple[float, float]) -> Iterable[Box]:
    wide, high = extent
    for across, down in _NEAR:
        middle_x = at[0] + across * away + (wide / 2) * _sign(across)
        middle_y = at[1] + down * away + (high / 2) * _sign(down)
        yield (middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2)


def _around(at: tuple[float, float], extent: tuple[float, float]) -> Iterable[Box]:
    wide, high = extent
    for ring in _RINGS_MM:
        for way in range(_WAYS):
            angle = 2 * math.pi * way / _WAYS
            across, down = math.cos(angle), math.sin(angle)
            x = at[0] + across * ring + (wide / 2) * _sign(across)
            y = at[1] + down * ring
            yield (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _leader(at: tuple[float, float], spot: Box, clear: float) -> tuple[float, float, float, float]:
    """From the edge of the symbol to the nearest point of the name."""
    x = min(max(at[0], spot[0]), spot[2])
    y = min(max(at[1], spot[1]), spot[3])
    far = math.hypot(x - at[0], y - at[1]) or 1.0
    share = min(1.0, clear / far)
    return (at[0] + (x - at[0]) * share, at[1] + (y - at[1]) * share, x, y)


def _sign(value: float) -> int:
    return 0 if abs(value) < 1e-9 else (1 if value > 0 else -1)  # noqa: PLR2004 - a cosine's dust
