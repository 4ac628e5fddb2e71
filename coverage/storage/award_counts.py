"""What the two counts over an award are made from: its sites, the villages, others' plans.

Only the authority and the auditor see all of it: the walls hide from others what they may not
know, and a count of the rest would say something wrong.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from coverage.deliveries import CountedVillage, PlannedBy, PlannedPlace, SiteBasis, SitePoint
from coverage.storage.awards import Award, AwardedZone
from coverage.storage.named_sql import query

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class Village:
    """A village with who serves it by verdict as of now, and since when it is on air."""

    zone_id: uuid.UUID
    latitude: float
    longitude: float
    households: int
    covered: bool
    serving: frozenset[uuid.UUID]
    on_air_on: date | None

    def before(self, award: Award) -> CountedVillage:
        """Return its households, and whether they were served before an award.

        What the awarded operator serves by now came with the award, or is told by the day that
        the zone went on air.
        """
        early = self.on_air_on is not None and self.on_air_on < award.awarded_on
        served = self.covered or early or bool(self.serving - {award.operator_id})
        return CountedVillage(self.zone_id, self.latitude, self.longitude, self.households, served)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and whose it is."""

    operator_id: uuid.UUID
    place: PlannedPlace


def sites_of(
    connection: Connection,
    zones: Mapping[uuid.UUID, Sequence[AwardedZone]],
    awards: Sequence[Award],
) -> dict[uuid.UUID, list[SitePoint]]:
    """Return the sites of each award by the surest word on each of its ``zones``.

    A zone whose site the operator reported counts with that; the others with the sites proposed
    for the lot; where neither is known, the village stands for its site.
    """
    asked = {"awards": [award.id for award in awards]}
    rows: dict[uuid.UUID, list[Any]] = {award.id: [] for award in awards}
    for row in connection.execute(query("award_counts", "award_sites"), asked):
        rows[row.award_id].append(row)
    return {award.id: _sites(rows[award.id], award, zones[award.id]) for award in awards}


def _sites(rows: Sequence[Any], award: Award, zones: Sequence[AwardedZone]) -> list[SitePoint]:
    reported = [row for row in rows if row.basis == SiteBasis.REPORTED.value]
    known = {zone_id for row in reported for zone_id in row.zone_ids}
    found = [_site(f"P{place}", row) for place, row in enumerate(reported, 1)]
    # Numbered as in the package: from north to south.
    proposed = sorted(
        (row for row in rows if row.basis == SiteBasis.PROPOSED.value),
        key=lambda row: (-row.latitude, row.longitude),
    )
    found += [
        _site(f"T{award.lot_number}-{place:02d}", row)
        for place, row in enumerate(proposed, 1)
        if not known.issuperset(row.zone_ids)
    ]
    served = known | {zone_id for site in found for zone_id in site.zone_ids}
    found += [
        SitePoint(zone.label, SiteBasis.ZONE, zone.latitude, zone.longitude, (zone.zone_id,))
        for zone in zones
        if zone.active and zone.zone_id not in served
    ]
    return found


def villages(connection: Connection, box: Box | None) -> list[Village]:
    """Return the villages in a box, everywhere without one."""
    rows = connection.execute(query("award_counts", "villages"), _bounds(box))
    return [
        Village(
            row.id, row.latitude, row.longitude, row.households, row.covered,
            frozenset(row.serving), row.on_air_on,
        )
        for row in rows
    ]  # fmt: skip


def planned(connection: Connection, box: Box | None) -> list[Planned]:
    """Return what operators plan in a box, everywhere without one."""
    rows = connection.execute(query("award_counts", "planned"), _bounds(box))
    return [
        Planned(
            row.operator_id,
            PlannedPlace(
                row.operator, PlannedBy(row.by), row.latitude, row.longitude, row.what or ""
            ),
        )
        for row in rows
    ]


def _bounds(box: Box | None) -> dict[str, object]:
    west, south, east, north = box or (0.0, 0.0, 0.0, 0.0)
    return {
        "boxed": box is not None, "west": west, "south": south, "east": east, "north": north,
    }  # fmt: skip


def _site(label: str, row: Any) -> SitePoint:
    return SitePoint(label, SiteBasis(row.basis), row.latitude, row.longitude, tuple(row.zone_ids))
