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

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

from coverage.vietnamese import name_key, nfc, without_accents

ELLIPSOID = Geod(ellps="WGS84")
METRES_PER_DEGREE = 110_500.0  # of latitude, the least there is in the country's latitudes
NORTHERNMOST = 24.0  # no meridian degree is narrower than at this latitude
LEAST_RADIUS_M = 6_335_439.0  # of curvature, anywhere on the ellipsoid
MOST_PAIRS = 4_000_000

_KIND = re.compile(
    r"(?:thôn bản|thôn|bản|ấp|xóm|buôn|làng|khu dân cư|khu phố|tổ dân phố|tdp|khóm|điểm dân cư"
    r"|cụm dân cư)\s+(?=.*[^\W\d_])"
)
_ARABIC = re.compile(r"\d+")
_DIGITS = re.compile(r"\d+|\b[ivx]+\b")
_SPOT = re.compile(  # where in the village the point was taken, no part of its name
    r"\s*\(.*\)$|\s+(?:nha (?:van hoa|sinh hoat|cong dong|rong|truong)|trung tam|diem truong|dau (?:thon|ban|ap)"
    r"|cuoi (?:thon|ban|ap)|giua (?:thon|ban|ap)|hoi truong)\b.*$"
)
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
    """Whether two village keys may be spellings of one name; "Thôn 1" and "Thôn 2" never are.

    "Nà Lại (nhà văn hóa)" is a spot in Nà Lại; "Nà Lại (trên)" is not "Nà Lại (dưới)".
    """
    if one == other:
        return True
    first, second = without_accents(one), without_accents(other)
    if (_SPOT.search(first) is None) is not (_SPOT.search(second) is None):
        first, second = _SPOT.sub("", first), _SPOT.sub("", second)
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
    if len(villages) < 2:  # noqa: PLR2004 - a repetition needs two
        return []
    points = np.array([(village.latitude, village.longitude) for village in villages])
    tree = cKDTree(_directions(points))
    radius = _angle(max(within_m, alike_within_m))
    if tree.count_neighbors(tree, radius) > MOST_PAIRS:
        return _repetitions_in_a_crowd(villages, within_m, alike_within_m)
    pairs = tree.query_pairs(radius, output_type="ndarray")
    earlier, later = pairs.min(axis=1), pairs.max(axis=1)
    distances = _distances(points[earlier], points[later])
    near: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for one, other, away_m in zip(
        earlier.tolist(), later.tolist(), distances.tolist(), strict=True
    ):
        if _numbers(villages[one].name) == _numbers(villages[other].name):
            near[other].append((away_m, one))
    found: list[Repetition] = []
    repeated: set[int] = set()
    for place in sorted(near):
        standing = [
            (away_m, one)
            for away_m, one in sorted(near[place])
            if villages[one].counts and one not in repeated
        ]
        repetition = _of_nearest(villages, place, standing, within_m, alike_within_m)
        if repetition is not None:
            found.append(repetition)
            if repetition.sure:
                repeated.add(place)
    return found


def _of_nearest(
    villages: Sequence[Village], place: int, near: Sequence[tuple[float, int]],
    within_m: float, alike_within_m: float,
) -> Repetition | None:  # fmt: skip
    """The repetition of the nearest of one name, else of the nearest of a name alike."""
    key = village_key(villages[place].name)
    own = villages[place].place
    for away_m, one in near:
        if away_m <= within_m and village_key(villages[one].name) == key:
            return Repetition(own, villages[one].place, away_m, sure=True)
    for away_m, one in near:
        if away_m <= alike_within_m and are_alike(key, village_key(villages[one].name)):
            return Repetition(own, villages[one].place, away_m, sure=False)
    return None


def _repetitions_in_a_crowd(
    villages: Sequence[Village], within_m: float, alike_within_m: float
) -> list[Repetition]:
    """As :func:`repetitions` where so many lie together that all pairs would be too many.

    Rows of one name keep each other few: a repetition is found at once and not compared again.
    Names alike are not looked for: in such a crowd another rule speaks.
    """
    del alike_within_m
    by_name: dict[str, Nearby[int]] = {}
    found: list[Repetition] = []
    for village in villages:
        same = by_name.setdefault(village_key(village.name), Nearby(within_m))
        point = village.latitude, village.longitude
        nearest = min(same.near(*point), default=None)
        if nearest is not None:
            found.append(Repetition(village.place, nearest[1], nearest[0], sure=True))
        elif village.counts:
            same.add(*point, village.place)
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


def _directions(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (latitude, longitude in degrees) as directions of length one."""
    latitude, longitude = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack(
        (
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        )
    )


def _angle(distance_m: float) -> float:
    """An angle, in radians, that no two directions as near as ``distance_m`` exceed."""
    return distance_m / LEAST_RADIUS_M * 1.000_001


def _distances(ones: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geodesic metres between points (latitude, longitude in degrees), pair by pair."""
    away_m: NDArray[np.float64] = ELLIPSOID.inv(ones[:, 1], ones[:, 0], others[:, 1], others[:, 0])[
        2
    ]
    return away_m


@functools.lru_cache(maxsize=131_072)
def _numbers(name: str) -> tuple[str, ...]:
    """The numbers in a name: where they differ, the names are neither the same nor alike."""
    return tuple(digits.lstrip("0") for digits in _ARABIC.findall(name))
