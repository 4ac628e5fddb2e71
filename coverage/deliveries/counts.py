"""The two counts of the audit of Australia's Mobile Black Spot Program, made for every award.

The auditors asked how many funded sites brought little coverage that was not there before, and
how many stand near a site that another operator had planned anyway.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from coverage.distances import SHORTEST_DEGREE_M, metres

Floats = NDArray[np.float64]


class SiteBasis(StrEnum):
    """Where the position of a counted site comes from, the surest first."""

    REPORTED = "reported"  # the operator's on-air report
    PROPOSED = "proposed"  # the site chosen for the lot
    ZONE = "zone"  # nothing better: the village itself


class PlannedBy(StrEnum):
    """What says that another operator plans to be there."""

    PROMISE = "promise"  # cam kết tự đầu tư
    AWARD = "award"  # được giao
    SITE = "site"  # trạm dự kiến trong sổ trạm


@dataclass(frozen=True, slots=True)
class SitePoint:
    """A site of an award. ``zone_ids`` are the award's zones that it serves, as far as told."""

    label: str
    basis: SiteBasis
    latitude: float
    longitude: float
    zone_ids: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class CountedVillage:
    """A village with its households, and whether they were served before the award."""

    zone_id: uuid.UUID
    latitude: float
    longitude: float
    households: int
    served_before: bool


@dataclass(frozen=True, slots=True)
class CountedSite:
    """A site with the households within its reach, and those of them that are new.

    ``share`` is None where nobody lives within reach; such a site is ``minimal`` too.
    """

    site: SitePoint
    households: int
    new: int
    share: float | None
    minimal: bool


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """Where another operator plans to build, or promises to serve."""

    operator: str
    by: PlannedBy
    latitude: float
    longitude: float
    what: str = ""  # the village, or the package and lot


@dataclass(frozen=True, slots=True)
class NearPlanned:
    """A site with the places that other operators plan near it, the nearest first."""

    site: SitePoint
    places: tuple[tuple[str, PlannedBy, str, float], ...] = field(default=())
    """Operator, what says so, where, metres."""


def minimal_sites(
    sites: Sequence[SitePoint],
    villages: Sequence[CountedVillage],
    reach_m: float,
    least_share: float,
) -> list[CountedSite]:
    """Return every site with its households; minimal where no more than ``least_share`` are new.

    A village at exactly ``reach_m`` is within reach.
    """
    latitudes, longitudes = _points(villages)
    households = np.array([each.households for each in villages], dtype=np.int64)
    new = np.array([not each.served_before for each in villages], dtype=np.bool_)
    counted = []
    for site in sites:
        near, _ = _within(site, latitudes, longitudes, reach_m)
        total = int(households[near].sum())
        fresh = int(households[near][new[near]].sum())
        share = fresh / total if total else None
        counted.append(
            CountedSite(site, total, fresh, share, minimal=share is None or share <= least_share)
        )
    return counted


def near_planned(
    sites: Sequence[SitePoint],
    places: Sequence[PlannedPlace],
    within_m: float,
) -> list[NearPlanned]:
    """Return the sites that stand at most ``within_m`` from what another operator plans."""
    latitudes, longitudes = _points(places)
    found: list[list[tuple[str, PlannedBy, str, float]]] = [[] for _ in sites]
    for held, site in zip(found, sites, strict=True):
        near, apart = _within(site, latitudes, longitudes, within_m)
        for index, distance_m in zip(near.tolist(), apart.tolist(), strict=True):
            place = places[index]
            held.append((place.operator, place.by, place.what, distance_m))
    return [
        NearPlanned(site, tuple(sorted(held, key=lambda each: (each[3], each[0], each[1]))))
        for site, held in zip(sites, found, strict=True)
        if held
    ]


def _points(places: Sequence[CountedVillage] | Sequence[PlannedPlace]) -> tuple[Floats, Floats]:
    return (
        np.array([each.latitude for each in places], dtype=np.float64),
        np.array([each.longitude for each in places], dtype=np.float64),
    )


def _within(
    site: SitePoint, latitudes: Floats, longitudes: Floats, within_m: float
) -> tuple[NDArray[np.intp], Floats]:
    """The places at most so far from a site, and how far each is."""
    band = np.flatnonzero(np.abs(latitudes - site.latitude) <= within_m / SHORTEST_DEGREE_M)
    apart = metres(
        np.full(len(band), site.latitude), np.full(len(band), site.longitude),
        latitudes[band], longitudes[band],
    )  # fmt: skip
    kept = apart <= within_m
    return band[kept], apart[kept]
