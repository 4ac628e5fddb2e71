"""From what zones hold and how they hang together to lots, piece by piece of the province."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coverage.errors import LotCountRefused
from coverage.lots.atoms import Atom, Bounds, Ground, Point, together
from coverage.lots.division import divide
from coverage.lots.pins import held_groups
from coverage.lots.proximity import Links, connected_parts
from coverage.lots.recombination import Parts
from coverage.lots.standing import carry_on

Settled = Callable[[int, int], None]
"""Told of how many of how many zones the lot is found; what it raises ends the grouping."""


def unheard(zones: int, of: int) -> None:
    """Listen to nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Zones by number: how they hang together, where they lie, what they hold, who is pinned.

    ``clusters`` has the number of each zone's cluster, ``site_vnd`` the cost of each cluster's
    site; ``groups`` the zones that stay together.
    """

    links: Links
    points: Sequence[Point]
    households: Sequence[int]
    clusters: Sequence[int]
    site_vnd: Sequence[int]
    household_vnd: int
    groups: Mapping[str, Collection[int]]


def grouped(
    wanted: Wanted, bounds: Bounds, lots: int | None, standing: Collection[Collection[int]],
    settled: Settled = unheard,
) -> list[set[int]]:  # fmt: skip
    """Return the zones of each lot: ``standing`` ones carried on, else as many as wanted.

    Raises:
        LotCountRefused: there cannot be so many lots, or so few.
    """
    held = held_groups(wanted.groups, wanted.links)
    free = set(range(len(wanted.links))).difference(*held)
    atoms, links = together(
        [*((group, True) for group in held), *(({zone}, False) for zone in free)],
        wanted.points, wanted.households, wanted.clusters, wanted.links,
    )  # fmt: skip
    ground = Ground(atoms, links, bounds, wanted.site_vnd, wanted.household_vnd)
    pieces = connected_parts(range(len(atoms)), links)
    one_by_one = _heard(ground, pieces, settled)
    stood = _as_atoms(atoms, standing)
    if stood:
        parts = [part for piece in one_by_one for part in carry_on(ground, piece, stood)]
    else:
        first = [divide(ground, piece) or () for piece in one_by_one]
        parts = _divided(ground, pieces, lots, first)
    return [{zone for atom in part for zone in atoms[atom].zones} for part in parts]


def _heard(
    ground: Ground, pieces: Sequence[Sequence[int]], settled: Settled
) -> Iterator[Sequence[int]]:
    """Every piece, one after the other, and ``settled`` told when the next one is asked for."""
    zones = [sum(len(ground.atoms[member].zones) for member in piece) for piece in pieces]
    for place, piece in enumerate(pieces):
        settled(sum(zones[:place]), sum(zones))
        yield piece
    settled(sum(zones), sum(zones))


def _divided(
    ground: Ground, pieces: Sequence[Sequence[int]], lots: int | None, found: Sequence[Parts]
) -> list[frozenset[int]]:
    """Every piece divided anew; lots beyond the fewest, ``found``, go where a lot holds most."""
    least = sum(len(parts) for parts in found)
    if lots is None or lots == least:
        return [part for parts in found for part in parts]
    if not least <= lots <= len(ground.atoms):
        raise LotCountRefused(lots, least, len(ground.atoms))
    counts = [len(parts) for parts in found]
    loads = [_load(ground, piece) for piece in pieces]
    for _ in range(lots - least):
        able = [place for place, piece in enumerate(pieces) if counts[place] < len(piece)]
        fullest = max(able, key=lambda place: (loads[place] / counts[place], -place))
        counts[fullest] += 1
    parts: list[frozenset[int]] = []
    for piece, count, first in zip(pieces, counts, found, strict=True):
        anew = divide(ground, piece, count) if count > len(first) else first
        parts += anew or first
    return parts


def _load(ground: Ground, piece: Collection[int]) -> float:
    """A piece's share of the province's households, of its cost and, a little, of its zones."""
    whole = ground.measures(range(len(ground.atoms)), 1)
    part = ground.measures(piece, 1)
    zones = sum(len(ground.atoms[member].zones) for member in piece)
    return (
        _share(part.households, whole.households)
        + _share(part.cost_vnd, whole.cost_vnd)
        + 1e-6 * zones  # where there is nothing else to count
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _as_atoms(atoms: Sequence[Atom], standing: Collection[Collection[int]]) -> Parts:
    """The standing lots as parts of atoms; an atom stands where most of its zones do."""
    lot_of = {
        zone: place
        for place, lot in enumerate(sorted(sorted(lot) for lot in standing if lot))
        for zone in lot
    }
    parts: dict[int, set[int]] = {}
    for number, atom in enumerate(atoms):
        stood = [lot_of[zone] for zone in atom.zones if zone in lot_of]
        if stood:
            most = max(sorted(set(stood)), key=stood.count)
            parts.setdefault(most, set()).add(number)
    return tuple(frozenset(part) for _, part in sorted(parts.items()))
