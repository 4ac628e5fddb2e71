"""The same village reported twice: one name, or nearly, within a true distance.

Points are compared by their distance on the ellipsoid, never by the cell of a grid they fall
in: a grid only tells where to look, and every look includes the neighbouring cells.
"""

from __future__ import annotations

import functools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pyproj import Geod

from coverage.vietnamese import name_key, nfc, without_accents

ELLIPSOID = Geod(ellps="WGS84")
METRES_PER_DEGREE = 110_500.0  # of latitude, the least there is in the country's latitudes
NORTHERNMOST = 24.0  # no meridian degree is narrower than at this latitude

_KIND = re.compile(
    r"(?:thôn bản|thôn|bản|ấp|xóm|buôn|làng|khu dân cư|khu phố|tổ dân phố|tdp|khóm|điểm dân cư"
    r"|cụm dân cư)\s+(?=.*[^\W\d_])"
)
_DIGITS = re.compile(r"\d+|\b[ivx]+\b")
_SHORTEST_FOR_TYPO = 8  # letters: Nà Lại and Nà Lầu are two villages

Item = TypeVar("Item")


@functools.lru_cache(maxsize=131_072)
def village_key(village: str) -> str:
    """Return the key by which villages' names are compared: without "thôn" or "bản" before it.

    "Thôn 1" keeps its word, for a number alone is no name.
    """
    folded = " ".join(nfc(village).casefold().split())
    return name_key(_KIND.sub("", folded, count=1) if _KIND.match(folded) else folded)


@functools.lru_cache(maxsize=131_072)
def are_alike(one: str, other: str) -> bool:
    """Whether two village keys may be spellings of one name; "Thôn 1" and "Thôn 2" never are."""
    if one == other:
        return True
    first, second = without_accents(one), without_accents(other)
    if _DIGITS.findall(first) != _DIGITS.findall(second):
        return False
    if first == second:
        return True
    return min(len(first), len(second)) >= _SHORTEST_FOR_TYPO and _one_edit_apart(first, second)


def _one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter added, left out or exchanged makes the two texts the same."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    same = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) == len(long):
        return short[same + 1 :] == long[same + 1 :]
    return short[same:] == long[same + 1 :]


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the geodesic distance of two points given as latitude, longitude in degrees."""
    return float(ELLIPSOID.inv(one[1], one[0], other[1], other[0])[2])


class Nearby(Generic[Item]):
    """Things at points, found by distance: a grid of cells as wide as the distance asked for.

    A search looks at a point's cell and its eight neighbours, so a border between cells hides
    nothing.
    """

    def __init__(self, within_m: float) -> None:
        self.within_m = within_m
        self._rows = METRES_PER_DEGREE / within_m
        self._columns = METRES_PER_DEGREE * math.cos(math.radians(NORTHERNMOST)) / within_m
        self._cells: dict[tuple[int, int], list[tuple[float, float, Item]]] = defaultdict(list)

    def add(self, latitude: float, longitude: float, item: Item) -> None:
        """Put ``item`` at a point."""
        self._cells[self._cell(latitude, longitude)].append((latitude, longitude, item))

    def near(self, latitude: float, longitude: float) -> Iterator[tuple[float, Item]]:
        """Yield (distance in metres, item) of what lies within the distance, in no order."""
        row, column = self._cell(latitude, longitude)
        for north in (row - 1, row, row + 1):
            for east in (column - 1, column, column + 1):
                for other_latitude, other_longitude, item in self._cells.get((north, east), ()):
                    away_m = distance_m((latitude, longitude), (other_latitude, other_longitude))
                    if away_m <= self.within_m:
                        yield away_m, item

    def _cell(self, latitude: float, longitude: float) -> tuple[int, int]:
        return math.floor(latitude * self._rows), math.floor(longitude * self._columns)


@dataclass(frozen=True, slots=True)
class Village:
    """A reported village: ``place`` is its position in the list, or whatever names it."""

    place: int
    name: str
    latitude: float
    longitude: float
    counts: bool = True  # False: a rejected row, which others may repeat


@dataclass(frozen=True, slots=True)
class Repetition:
    """Two reports of one village: of the ``later`` and the ``earlier`` place, ``sure`` by name."""

    later: int
    earlier: int
    distance_m: float
    sure: bool


def repetitions(
    villages: Sequence[Village], within_m: float, alike_within_m: float
) -> list[Repetition]:
    """Return which villages repeat an earlier one: the same name within ``within_m``.

    Names that are only alike count within ``alike_within_m`` and are not sure. A village that
    does not count can repeat, but is not repeated.
    """
    by_name: dict[str, Nearby[int]] = {}
    every: Nearby[tuple[int, str]] = Nearby(alike_within_m)
    found: list[Repetition] = []
    crowds: dict[tuple[float, float], int] = defaultdict(int)
    for village in villages:
        key = village_key(village.name)
        same = by_name.setdefault(key, Nearby(within_m))
        point = village.latitude, village.longitude
        nearest = min(same.near(*point), default=None)
        if nearest is not None:
            found.append(Repetition(village.place, nearest[1], nearest[0], sure=True))
            continue
        # Many names on one point (a commune's office for all) are another rule's business.
        if crowds[point] < 8:  # noqa: PLR2004
            alike = min(
                (near for near in every.near(*point) if are_alike(key, near[1][1])), default=None
            )
            if alike is not None:
                found.append(Repetition(village.place, alike[1][0], alike[0], sure=False))
        if village.counts:
            same.add(*point, village.place)
            crowds[point] += 1
            if crowds[point] <= 8:  # noqa: PLR2004
                every.add(*point, (village.place, key))
    return found


@dataclass(frozen=True, slots=True)
class Match(Generic[Item]):
    """A known thing that a village may be; ``sure`` by name."""

    item: Item
    distance_m: float
    sure: bool


class KnownVillages(Generic[Item]):
    """Villages reported before, to be recognised by name and distance."""

    def __init__(
        self,
        known: Iterable[tuple[str, float, float, Item]],
        within_m: float,
        alike_within_m: float,
    ) -> None:
        self._by_name: dict[str, Nearby[int]] = {}
        self._every: Nearby[int] = Nearby(alike_within_m)
        self._items: list[tuple[str, Item]] = []
        for name, latitude, longitude, item in known:
            key = village_key(name)
            place = len(self._items)
            self._items.append((key, item))
            self._by_name.setdefault(key, Nearby(within_m)).add(latitude, longitude, place)
            self._every.add(latitude, longitude, place)

    def match(self, name: str, latitude: float, longitude: float) -> Match[Item] | None:
        """Return the nearest one of the same name, else the nearest one of a name alike."""
        if not self._items:
            return None
        key = village_key(name)
        same = self._by_name.get(key)
        nearest = min(same.near(latitude, longitude), default=None) if same else None
        if nearest is not None:
            return Match(self._items[nearest[1]][1], nearest[0], sure=True)
        alike = min(
            (near for near in self._every.near(latitude, longitude)
             if are_alike(key, self._items[near[1]][0])), default=None,
        )  # fmt: skip
        return None if alike is None else Match(self._items[alike[1]][1], alike[0], sure=False)
