"""Operators' service areas (vùng cung cấp dịch vụ): their sizes, and what they would change.

An operator publishes where it offers service, per technology (QCVN 81:2019/BTTTT, QCVN
36:2022/BTTTT). What it rates as weak is kept apart. A village lies inside, in a weak part, or
outside; a technology of which nothing was published has no answer at all.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from coverage.criteria import CriteriaSet
from coverage.evidence import Inputs, Nearest, Reason, Service, Verdict, judge
from coverage.towers import Technology
from coverage.zones import Signal

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """One technology's area of one level, in WGS 84 degrees; ``area_km2`` is of its surface.

    ``features`` counts what the file drew it from.
    """

    technology: Technology
    weak: bool
    area: shapely.MultiPolygon
    area_km2: float
    features: int


@dataclass(frozen=True, slots=True)
class JudgedZone:
    """A zone of today as its verdict about one operator and technology stands.

    ``verdict`` is None where none was given yet; ``inputs`` are those that it rested on.
    """

    zone_id: uuid.UUID
    latitude: float
    longitude: float
    verdict: Verdict | None
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class AreaPreview:
    """What one technology's areas would do to the zones of today that the actor sees.

    ``zones`` counts those by where they would lie; ``changes`` those whose verdict would be
    another, by (before, after), before None where none was given yet.
    """

    technology: Technology
    zones: Mapping[Service, int]
    changes: Mapping[tuple[Verdict | None, Verdict], int] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """How many verdicts would change."""
        return sum(self.changes.values())


def services_at(
    areas: Sequence[ServiceArea], latitudes: Floats, longitudes: Floats
) -> tuple[Service, ...]:
    """Return where each point lies; a point on the border is inside, and strong goes before weak."""
    points = np.asarray(shapely.points(longitudes, latitudes))
    services: list[Service] = [Service.OUTSIDE] * len(points)
    for weak in (True, False):
        parts = [part for each in areas if each.weak is weak for part in each.area.geoms]
        if parts and len(points):
            inside = shapely.STRtree(parts).query(points, predicate="intersects")[0]
            for place in np.unique(inside).tolist():
                services[place] = Service.WEAK if weak else Service.INSIDE
    return tuple(services)


def preview(
    technology: Technology,
    areas: Sequence[ServiceArea],
    zones: Sequence[JudgedZone],
    criteria: CriteriaSet,
) -> AreaPreview:
    """Return what the areas would change among ``zones``; their other inputs stay as they are."""
    latitudes = np.array([zone.latitude for zone in zones], dtype=np.float64)
    longitudes = np.array([zone.longitude for zone in zones], dtype=np.float64)
    services = services_at(areas, latitudes, longitudes)
    changes: Counter[tuple[Verdict | None, Verdict]] = Counter()
    for zone, service in zip(zones, services, strict=True):
        after, _ = judge(_with_service(zone.inputs, service), criteria)
        if after is not zone.verdict:
            changes[zone.verdict, after] += 1
    counts = Counter(services)
    return AreaPreview(technology, {each: counts[each] for each in Service}, dict(changes))


def _with_service(inputs: Inputs, service: Service) -> Inputs:
    return Inputs(
        nearest=inputs.nearest,
        registered=inputs.registered,
        planned_within_reach=inputs.planned_within_reach,
        line_of_sight=inputs.line_of_sight,
        terrain_loaded=inputs.terrain_loaded,
        service=service,
        signal=inputs.signal,
        upheld=inputs.upheld,
    )


def inputs_of(
    verdict: Verdict, reasons: Iterable[str], *, site_id: int | None, distance_m: float | None,
    line_of_sight: bool | None, service: Service | None, signal: Signal | None,
) -> Inputs:  # fmt: skip
    """Return the inputs that a stored verdict rested on, read back from what it says of them."""
    said = set(reasons)
    return Inputs(
        nearest=Nearest(site_id, distance_m, stated=Reason.TECHNOLOGY_NOT_STATED not in said),
        registered=Reason.NO_REGISTER not in said,
        planned_within_reach=Reason.PLANNED_SITE_WITHIN_REACH in said,
        line_of_sight=line_of_sight,
        terrain_loaded=Reason.OUTSIDE_TERRAIN in said or line_of_sight is not None,
        service=service,
        signal=signal,
        upheld=verdict if Reason.DISPUTE_UPHELD in said else None,
    )


NOT_JUDGED = Inputs(Nearest(None, None), registered=False)
"""What is known of a zone and an operator of whom nothing was loaded."""
