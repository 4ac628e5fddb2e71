"""What a new register would change: an operator's stations, and the villages' nearest ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from coverage.distances import Floats, geocentric, metres
from coverage.nearest import Points, Stations, bits_of, nearest_of_each_technology
from coverage.towers import Technology

_SAME_M = 1.0  # a nearest station less than this away from the one before is the same


@dataclass(frozen=True, slots=True)
class Station:
    """One station of an operator, in force or in a new register; WGS 84 degrees.

    ``on_air`` is False for one that is planned or off.
    """

    code: str
    latitude: float
    longitude: float
    technologies: tuple[Technology, ...] = ()
    on_air: bool | None = None


@dataclass(frozen=True, slots=True)
class RegisterChanges:
    """What would become of an operator's stations, and of villages.

    ``moved`` stations stand more than a site's width from where they stood; ``zones`` counts the
    villages looked at, ``nearest_changed`` those whose nearest station of some technology would
    be another one, or stand elsewhere.
    """

    operator: str
    added: int
    removed: int
    moved: int
    kept: int
    zones: int = 0
    nearest_changed: int = 0


def register_changes(
    operator: str,
    before: Sequence[Station],
    after: Sequence[Station],
    villages: Points,
    width_m: float,
) -> RegisterChanges:
    """Compare two states of an operator's stations.

    Stations are the same by their code; those without one, or whose code is new, when they stand
    no more than ``width_m`` apart.
    """
    left, new, pairs = _by_code(before, after)
    left, new, near = _by_place(left, new, width_m)
    apart = _apart(pairs)
    moved = int((apart > width_m).sum())
    changed = _nearest_changed(before, after, villages)
    return RegisterChanges(
        operator, len(new), len(left), moved, len(pairs) - moved + near, len(villages[0]), changed
    )


def _by_code(
    before: Sequence[Station], after: Sequence[Station]
) -> tuple[list[Station], list[Station], list[tuple[Station, Station]]]:
    """Pairs of the same code, and what has none; a code that is repeated pairs in order."""
    known: dict[str, list[Station]] = defaultdict(list)
    for station in before:
        known[station.code].append(station)
    pairs, new = [], []
    for station in after:
        if station.code and known[station.code]:
            pairs.append((known[station.code].pop(0), station))
        else:
            new.append(station)
    return [station for rest in known.values() for station in rest], new, pairs


def _by_place(
    left: Sequence[Station], new: Sequence[Station], width_m: float
) -> tuple[list[Station], list[Station], int]:
    """Take out stations that stand where one stood; the nearest pair first."""
    if not left or not new:
        return list(left), list(new), 0
    tree = cKDTree(geocentric(*_points(left)))
    apart, places = tree.query(geocentric(*_points(new)), distance_upper_bound=width_m)
    gone: set[int] = set()
    same: set[int] = set()
    for place in np.argsort(apart, kind="stable").tolist():
        there = int(places[place])
        if np.isfinite(apart[place]) and there not in gone:
            gone.add(there)
            same.add(place)
    return (
        [station for place, station in enumerate(left) if place not in gone],
        [station for place, station in enumerate(new) if place not in same],
        len(same),
    )


def _apart(pairs: Sequence[tuple[Station, Station]]) -> Floats:
    if not pairs:
        return np.empty(0)
    (lat, lon), (to_lat, to_lon) = (
        _points([one for one, _ in pairs]),
        _points([other for _, other in pairs]),
    )
    return metres(lat, lon, to_lat, to_lon)


def _nearest_changed(before: Sequence[Station], after: Sequence[Station], villages: Points) -> int:
    """How many villages get another nearest station on air of some technology."""
    if not len(villages[0]):
        return 0
    then = nearest_of_each_technology(villages, _on_air(before))
    now = nearest_of_each_technology(villages, _on_air(after))
    changed: NDArray[np.bool_] = np.zeros(len(villages[0]), dtype=np.bool_)
    for technology in Technology:
        one, other = then[technology], now[technology]
        is_none, is_none_now = np.isnan(one.distances_m), np.isnan(other.distances_m)
        changed |= is_none != is_none_now
        both = np.flatnonzero(~is_none & ~is_none_now)
        if len(both):
            moved = metres(
                one.latitudes[both], one.longitudes[both],
                other.latitudes[both], other.longitudes[both],
            )  # fmt: skip
            changed[both] |= moved > _SAME_M
    return int(changed.sum())


def _on_air(stations: Iterable[Station]) -> Stations:
    radiating = [station for station in stations if station.on_air is not False]
    latitudes, longitudes = _points(radiating)
    return Stations(
        np.arange(1, len(radiating) + 1, dtype=np.int64),
        latitudes,
        longitudes,
        np.array([bits_of(station.technologies) for station in radiating], dtype=np.int32),
        np.full(len(radiating), np.nan),  # heights decide nothing here
    )


def _points(stations: Sequence[Station]) -> Points:
    return (
        np.array([station.latitude for station in stations], dtype=np.float64),
        np.array([station.longitude for station in stations], dtype=np.float64),
    )
