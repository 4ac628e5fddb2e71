"""What the two counts over an award are made from: its sites, the villages, others' plans.

Only the authority and the auditor see all of it: the walls hide from others what they may not
know, and a count of the rest would say something wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from coverage.deliveries import Household, PlannedBy, PlannedPlace, SiteBasis, SitePoint
from coverage.storage.awards import Award, AwardedZone
from coverage.storage.named_sql import query

_MARGIN_M = 50.0  # the rule measures again; nothing at the very edge is lost before


def sites_of(connection: Connection, award: Award, zones: Sequence[AwardedZone]) -> list[SitePoint]:
    """Return the sites of an award by the surest word on each of its zones.

    A zone whose site the operator reported counts with that; the others with the sites proposed
    for the lot; where neither is known, the village stands for its site.
    """
    rows = connection.execute(query("award_counts", "award_sites"), {"award": award.id}).all()
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


def villages_near(
    connection: Connection, award: Award, sites: Sequence[SitePoint], within_m: float
) -> list[Household]:
    """Return the villages around sites, and which of them were served before the award."""
    rows = connection.execute(
        query("award_counts", "villages_near"),
        _points(sites, within_m) | {"operator": award.operator_id, "day": award.awarded_on},
    )
    return [
        Household(row.id, row.latitude, row.longitude, row.households, bool(row.served_before))
        for row in rows
    ]


def planned_near(
    connection: Connection, award: Award, sites: Sequence[SitePoint], within_m: float
) -> list[PlannedPlace]:
    """Return what other operators plan around sites."""
    rows = connection.execute(
        query("award_counts", "planned_near"),
        _points(sites, within_m) | {"operator": award.operator_id},
    )
    return [
        PlannedPlace(row.operator, PlannedBy(row.by), row.latitude, row.longitude, row.what or "")
        for row in rows
    ]


def _points(sites: Sequence[SitePoint], within_m: float) -> dict[str, object]:
    return {
        "longitudes": [site.longitude for site in sites],
        "latitudes": [site.latitude for site in sites],
        "within_m": within_m + _MARGIN_M,
    }


def _site(label: str, row: Any) -> SitePoint:
    return SitePoint(label, SiteBasis(row.basis), row.latitude, row.longitude, tuple(row.zone_ids))
