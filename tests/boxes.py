"""A place for tests: a box in degrees that knows how far a point lies from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Box:
    """A rectangle ``south, west, north, east``; distances are true to a per cent."""

    name: str
    south: float
    west: float
    north: float
    east: float

    def distance_m(self, latitude: float, longitude: float) -> float:
        north_south = max(self.south - latitude, 0.0, latitude - self.north)
        east_west = max(self.west - longitude, 0.0, longitude - self.east)
        across = east_west * math.cos(math.radians(latitude))
        return math.hypot(north_south, across) * METRES_PER_DEGREE


def box_around(name: str, latitude: float, longitude: float, reach_m: float = 5_000.0) -> Box:
    """A box whose sides lie ``reach_m`` from its centre."""
    tall = reach_m / METRES_PER_DEGREE
    wide = tall / math.cos(math.radians(latitude))
    return Box(name, latitude - tall, longitude - wide, latitude + tall, longitude + wide)


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance between two (latitude, longitude) points, for short distances."""
    across = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(one[0] - other[0], across) * METRES_PER_DEGREE
