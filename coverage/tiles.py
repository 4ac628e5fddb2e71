"""A tile's place, and what day it shows.

Tiles are the usual squares of the web's Mercator map: at zoom ``z`` the world is 2^z of them in
each direction, x from the west, y from the north. Nothing is drawn beyond :data:`DEEPEST`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from coverage.days import VIETNAM_TIME
from coverage.errors import NotFound

DEEPEST = 14


class TileLayer(StrEnum):
    """What a tile shows."""

    ZONES = "zones"
    SITES = "sites"


@dataclass(frozen=True, slots=True)
class TilePlace:
    """One tile of a layer."""

    layer: TileLayer
    z: int
    x: int
    y: int

    def must_exist(self) -> None:
        """Refuse what lies off the map.

        Raises:
            NotFound: no tile is made there.
        """
        if not (0 <= self.z <= DEEPEST and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise NotFound("tile", f"{self.layer}/{self.z}/{self.x}/{self.y}")


def end_of(day: dt.date) -> dt.datetime:
    """Return the first moment behind a day in Viet Nam."""
    return dt.datetime.combine(day, dt.time.min, VIETNAM_TIME) + dt.timedelta(days=1)
