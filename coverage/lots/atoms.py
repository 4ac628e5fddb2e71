"""What a division moves about: single zones, and zones that must stay together, with their loads.

All sums are of whole numbers (households, đồng, metres), so that neither the order of adding nor
the machine plays a part in what is chosen.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coverage.lots.proximity import Links

Point = tuple[int, int]  # metres on a plane: east, north
Judged = tuple[float, float]
"""How far over its bounds, which counts first; how uneven and stretched. The less the better."""

COMPACTNESS = 0.03  # a lot stretched to twice its size weighs as much as 17 % too many households


@dataclass(frozen=True, slots=True)
class Atom:
    """Zones that are never parted. ``held``: a planner pinned them, apart from other held ones.

    ``clusters`` are the numbers of the clusters of which it has zones; ``east``, ``north`` and
    ``squares`` are the sums over its zones of their places and of the squares of both; ``middle``
    is their mean place.
    """

    zones: tuple[int, ...]
    households: int
    clusters: frozenset[int]
    east: int
    north: int
    squares: int
    middle: tuple[float, float]
    held: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a lot may hold; None is no bound."""

    most_zones: int | None = None
    most_households: int | None = None
    most_vnd: int | None = None


class Load(NamedTuple):
    """What a part holds: sums over its atoms, and how many of them have zones of each cluster."""

    atoms: int
    zones: int
    households: int
    east: int
    north: int
    squares: int
    sites_vnd: int
    counts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Measures:
    """By what parts of one whole are judged: its loads, its spread, and into how many it is cut."""

    atoms: Sequence[Atom]
    bounds: Bounds
    site_vnd: Sequence[int]  # of each cluster
    household_vnd: int
    parts: int
    households: int
    cost_vnd: int
    spread: float

    def cost_of(self, clusters: Iterable[int], households: int) -> int:
        """Return what a part with these clusters and households costs, in đồng."""
        sites = sum(self.site_vnd[cluster] for cluster in clusters)
        return sites + self.household_vnd * households

    def load(self, members: Iterable[int]) -> Load:
        """Return what a part of these atoms holds."""
        counts: dict[int, int] = {}
        atoms = zones = households = east = north = squares = 0
        for member in members:
            atom = self.atoms[member]
            atoms += 1
            zones += len(atom.zones)
            households += atom.households
            east += atom.east
            north += atom.north
            squares += atom.squares
            for cluster in atom.clusters:
                counts[cluster] = counts.get(cluster, 0) + 1
        sites_vnd = sum(self.site_vnd[cluster] for cluster in counts)
        return Load(atoms, zones, households, east, north, squares, sites_vnd, counts)

    def judge(self, members: Iterable[int]) -> Judged:
        """Return how far a part is over its bounds, and how uneven and stretched it is.

        A part of one atom cannot be made smaller and is never over its bounds.
        """
        return self.judge_load(self.load(members))

    def judge_load(self, load: Load) -> Judged:
        """Judge a part by what it holds."""
        return self._judge(*load[:7])

    def judge_changed(
        self, load: Load, *, less: Atom | None = None, more: Atom | None = None
    ) -> Judged:
        """Judge a part without an atom that it holds, with one that it does not, or both."""
        atoms, zones, households, east, north, squares, sites_vnd, counts = load
        if less is not None:
            atoms, zones, households = (
                atoms - 1,
                zones - len(less.zones),
                households - less.households,
            )
            east, north, squares = east - less.east, north - less.north, squares - less.squares
            for cluster in less.clusters:
                if counts[cluster] == 1 and (more is None or cluster not in more.clusters):
                    sites_vnd -= self.site_vnd[cluster]
        if more is not None:
            atoms, zones, households = (
                atoms + 1,
                zones + len(more.zones),
                households + more.households,
            )
            east, north, squares = east + more.east, north + more.north, squares + more.squares
            for cluster in more.clusters:
                if cluster not in counts:
                    sites_vnd += self.site_vnd[cluster]
        return self._judge(atoms, zones, households, east, north, squares, sites_vnd)

    def _judge(  # noqa: PLR0917 - the sums of a part, in the order of Load
        self, atoms: int, zones: int, households: int, east: int, north: int, squares: int,
        sites_vnd: int,
    ) -> Judged:  # fmt: skip
        cost_vnd = sites_vnd + self.household_vnd * households
        over = 0.0
        if atoms > 1:
            over = (
                _over(zones, self.bounds.most_zones)
                + _over(households, self.bounds.most_households)
                + _over(cost_vnd, self.bounds.most_vnd)
            )
        uneven = 0.0
        if self.households:
            uneven += (households / self.households) ** 2 * self.parts
        if self.cost_vnd:
            uneven += (cost_vnd / self.cost_vnd) ** 2 * self.parts
        if self.spread and zones:
            spread = (zones * squares - east * east - north * north) / zones
            uneven += COMPACTNESS * self.parts * spread / self.spread
        return over, uneven


@dataclass(frozen=True, slots=True)
class Ground:
    """All that is divided: atoms, how they hang together, how much a lot may hold, what it costs."""

    atoms: Sequence[Atom]
    links: Links
    bounds: Bounds
    site_vnd: Sequence[int]  # of each cluster
    household_vnd: int

    def measures(self, members: Iterable[int], parts: int) -> Measures:
        """Return the measures of cutting these atoms into so many parts."""
        whole = [self.atoms[member] for member in members]
        households = sum(atom.households for atom in whole)
        clusters = frozenset().union(*(atom.clusters for atom in whole))
        sites_vnd = sum(self.site_vnd[cluster] for cluster in clusters)
        zones = sum(len(atom.zones) for atom in whole)
        east, north = sum(atom.east for atom in whole), sum(atom.north for atom in whole)
        squares = sum(atom.squares for atom in whole)
        return Measures(
            self.atoms, self.bounds, self.site_vnd, self.household_vnd, parts, households,
            sites_vnd + self.household_vnd * households,
            (zones * squares - east * east - north * north) / zones,
        )  # fmt: skip

    def fewest(self, members: Iterable[int]) -> int:
        """Return a number of parts below which no division of these atoms keeps to the bounds."""
        chosen = [self.atoms[member] for member in members]
        wanted = max(1, sum(atom.held for atom in chosen))
        for most, loads in (
            (self.bounds.most_zones, [len(atom.zones) for atom in chosen]),
            (self.bounds.most_households, [atom.households for atom in chosen]),
        ):
            if most is not None:
                # An atom that is too large by itself has a part by itself, and fills no other.
                wanted = max(wanted, math.ceil(sum(min(load, most) for load in loads) / most))
        return wanted


def together(
    groups: Iterable[tuple[Collection[int], bool]],
    points: Sequence[Point],
    households: Sequence[int],
    clusters: Sequence[int],
    links: Links,
) -> tuple[list[Atom], Links]:
    """Return the atoms of groups of zones, each with whether it is held, and their links.

    The atoms are in the order of their first zone.
    """
    ordered = sorted((sorted(group), held) for group, held in groups)
    atom_of = {zone: place for place, (group, _) in enumerate(ordered) for zone in group}
    atoms = [
        _atom(
            group,
            [points[zone] for zone in group],
            sum(households[zone] for zone in group),
            frozenset(clusters[zone] for zone in group),
            held=held,
        )
        for group, held in ordered
    ]
    near = tuple(
        frozenset(atom_of[other] for zone in atom.zones for other in links[zone]) - {place}
        for place, atom in enumerate(atoms)
    )
    return atoms, near


def _atom(
    zones: Sequence[int],
    points: Sequence[Point],
    households: int,
    clusters: frozenset[int],
    *,
    held: bool,
) -> Atom:
    east, north = sum(x for x, _ in points), sum(y for _, y in points)
    squares = sum(x * x + y * y for x, y in points)
    middle = east / len(zones), north / len(zones)
    return Atom(tuple(zones), households, clusters, east, north, squares, middle, held)


def _over(held: int, most: int | None) -> float:
    return max(0.0, held / most - 1) if most is not None else 0.0
