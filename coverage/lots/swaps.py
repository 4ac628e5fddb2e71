"""Changing one zone for one of the neighbour's: every pair of two lots' borders judged at once.

The figures are floating point here and only tell which pairs are worth a look, the best first;
whether one gains is decided by the same whole numbers as every other step.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverage.lots.atoms import COMPACTNESS, Load, Measures
from coverage.lots.proximity import Links

Floats = NDArray[np.float64]
Pair = tuple[int, int]

MOST_AT_BORDER = 40  # atoms of one part at the other's border, above which none is changed
_LEAST_GAIN = 1e-9
_DECIMALS = 9
_ZONES, _HOUSEHOLDS, _EAST, _NORTH, _SQUARES = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What the atoms hold, a row each: zones, households, east, north, squares, from the middle."""

    rows: Floats

    @classmethod
    def of(cls, measured: Measures) -> Figures:
        """Return the figures of a whole's atoms; whole numbers until they are small enough."""
        zones = sum(len(atom.zones) for atom in measured.atoms)
        east = sum(atom.east for atom in measured.atoms) // zones
        north = sum(atom.north for atom in measured.atoms) // zones
        return cls(
            np.array(
                [
                    (
                        len(atom.zones), atom.households,
                        atom.east - len(atom.zones) * east, atom.north - len(atom.zones) * north,
                        atom.squares - 2 * (east * atom.east + north * atom.north)
                        + len(atom.zones) * (east * east + north * north),
                    )
                    for atom in measured.atoms
                ],
                dtype=np.float64,
            ).reshape(-1, 5)
        )  # fmt: skip


def borders(
    one: Collection[int], other: Collection[int], links: Links
) -> tuple[list[int], list[int]]:
    """Return the atoms of each part that are linked to the other's, in ascending order."""
    return (
        sorted(member for member in one if not links[member].isdisjoint(other)),
        sorted(member for member in other if not links[member].isdisjoint(one)),
    )


def promising(
    measured: Measures, figures: Figures, loads: tuple[Load, Load],
    parts: tuple[frozenset[int], frozenset[int]], at_border: tuple[Sequence[int], Sequence[int]],
) -> list[Pair]:  # fmt: skip
    """Return the pairs (of the one, of the other) that seem to gain by changing, the best first."""
    mine, theirs = at_border
    step = figures.rows[theirs][None, :, :] - figures.rows[mine][:, None, :]
    sites = _sites_changed(measured, loads, mine, theirs)
    over = uneven = np.zeros(step.shape[:2])
    for load, part, sign, sites_vnd in (
        (loads[0], parts[0], 1.0, sites[0]), (loads[1], parts[1], -1.0, sites[1]),
    ):  # fmt: skip
        held = figures.rows[sorted(part)].sum(axis=0)
        before = _judged(measured, load, held, np.float64(load.sites_vnd))
        after = _judged(measured, load, held + sign * step, load.sites_vnd + sites_vnd)
        over, uneven = over + before[0] - after[0], uneven + before[1] - after[1]
    gain = np.round(over, _DECIMALS)
    worthy = np.argwhere((gain > _LEAST_GAIN) | ((gain > -_LEAST_GAIN) & (uneven > _LEAST_GAIN)))
    order = np.lexsort(
        (worthy[:, 1], worthy[:, 0], -uneven[tuple(worthy.T)], -gain[tuple(worthy.T)])
    )
    return [(mine[here], theirs[there]) for here, there in worthy[order].tolist()]


def _judged(
    measured: Measures, load: Load, held: Floats, sites_vnd: Floats | np.float64
) -> tuple[Floats, Floats]:
    """``Measures.judge_load`` of many loads at once; how many atoms there are does not change."""
    zones, households = held[..., _ZONES], held[..., _HOUSEHOLDS]
    cost_vnd = sites_vnd + measured.household_vnd * households
    over = np.zeros(np.shape(cost_vnd))
    bounds = measured.bounds
    if load.atoms > 1:
        for loaded, most in (
            (zones, bounds.most_zones),
            (households, bounds.most_households),
            (cost_vnd, bounds.most_vnd),
        ):
            if most is not None:
                over = over + np.maximum(0.0, loaded / most - 1)
    uneven = np.zeros(np.shape(cost_vnd))
    if measured.households:
        uneven = uneven + (households / measured.households) ** 2 * measured.parts
    if measured.cost_vnd:
        uneven = uneven + (cost_vnd / measured.cost_vnd) ** 2 * measured.parts
    if measured.spread:
        lengths = held[..., _EAST] ** 2 + held[..., _NORTH] ** 2
        spread = held[..., _SQUARES] - lengths / zones
        uneven = uneven + COMPACTNESS * measured.parts * spread / measured.spread
    return over, uneven


def _sites_changed(
    measured: Measures, loads: tuple[Load, Load], mine: Sequence[int], theirs: Sequence[int]
) -> tuple[Floats, Floats]:
    """What the sites of either part cost more, pair by pair."""
    atoms, site_vnd = measured.atoms, measured.site_vnd
    changed = []
    for load, gone, come in ((loads[0], mine, theirs), (loads[1], theirs, mine)):
        less = [
            sum(site_vnd[each] for each in atoms[member].clusters if load.counts[each] == 1)
            for member in gone
        ]
        more = [
            sum(site_vnd[each] for each in atoms[member].clusters if each not in load.counts)
            for member in come
        ]
        table = np.array(more, float)[None, :] - np.array(less, float)[:, None]
        # A cluster that goes with one atom and comes with the other stays.
        column: dict[int, list[int]] = {}
        for place, member in enumerate(come):
            for each in atoms[member].clusters:
                column.setdefault(each, []).append(place)
        for row, member in enumerate(gone):
            for each in atoms[member].clusters:
                if load.counts[each] == 1 and each in column:
                    table[row, column[each]] += site_vnd[each]
        changed.append(table)
    return changed[0], changed[1].T
