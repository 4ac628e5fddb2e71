"""Whether areas can be what they say: on the country's land, around the operator's stations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from coverage.findings import Finding, Severity, finding
from coverage.intake.service_areas.placing import Sites
from coverage.intake.service_areas.shaping import surfaces_m2
from coverage.service_areas import ServiceArea
from coverage.towers import Technology

_GRID = 60  # points across the areas' extent, each way
_NOWHERE = 0.05  # of the areas on the country's land: they are another country's, or the sea's
_HALF = 0.5
_ABSURD = 1.5  # times the country's land
_ENOUGH_SITES = 10
_MOST_PARTS = 3000  # whose middles are looked at


def lands(
    areas: Sequence[ServiceArea],
    provinces: Mapping[str, BaseGeometry],
    sites: Mapping[Technology, Sites],
) -> list[Finding]:
    """Return what speaks against the areas: too large, beyond the land, away from the stations."""
    found = []
    if provinces:
        outlines = np.array(list(provinces.values()), dtype=np.object_)
        country_km2 = float(surfaces_m2(outlines).sum()) / 1e6
        for technology in dict.fromkeys(area.technology for area in areas):
            own = [area for area in areas if area.technology is technology]
            found += _of_size(technology, own, country_km2)
            found += _of_land(technology, own, outlines)
    for technology in dict.fromkeys(area.technology for area in areas):
        if technology in sites:
            own = [area for area in areas if area.technology is technology]
            found += _of_sites(technology, own, sites[technology])
    return found


def _of_size(
    technology: Technology, areas: Sequence[ServiceArea], country_km2: float
) -> list[Finding]:
    size_km2 = sum(area.area_km2 for area in areas)
    if size_km2 <= country_km2:
        return []
    # Coverage reaches out to sea, where nobody draws the country's border.
    severity = Severity.ERROR if size_km2 > _ABSURD * country_km2 else Severity.WARNING
    return [
        finding(
            "service_area.too_large", severity=severity, technology=technology.value, area=_thousands(size_km2),
            country=_thousands(country_km2),
        )
    ]  # fmt: skip


def _of_land(
    technology: Technology, areas: Sequence[ServiceArea], outlines: NDArray[np.object_]
) -> list[Finding]:
    """How much of the areas lies on the country's land, by points inside them."""
    points = _points_inside(areas)
    held = np.unique(shapely.STRtree(outlines).query(points, predicate="intersects")[0])
    share = len(held) / len(points)
    if share > _HALF:
        return []
    rule = "service_area.not_on_land" if share < _NOWHERE else "service_area.mostly_off_land"
    return [finding(rule, technology=technology.value, percent=round(100 * share))]


def _points_inside(areas: Sequence[ServiceArea]) -> NDArray[np.object_]:
    """The middles of the largest parts, and the points of a square net that fall inside."""
    parts = np.concatenate([shapely.get_parts(area.area) for area in areas])
    order = np.argsort(-shapely.area(parts), kind="stable")[:_MOST_PARTS]
    west, south, east, north = shapely.total_bounds(parts)
    xs, ys = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    net: NDArray[np.object_] = np.asarray(shapely.points(xs.ravel(), ys.ravel()))
    inside = np.unique(shapely.STRtree(parts).query(net, predicate="intersects")[0])
    points: NDArray[np.object_] = np.concatenate(
        (shapely.point_on_surface(parts[order]), net[inside])
    )
    return points


def _of_sites(technology: Technology, areas: Sequence[ServiceArea], sites: Sites) -> list[Finding]:
    """Stations that do not lie in the areas: perhaps another grid was meant, or parts are missing."""
    parts = np.concatenate([shapely.get_parts(area.area) for area in areas])
    west, south, east, north = shapely.total_bounds(parts)
    near = (
        (sites.longitudes >= west) & (sites.longitudes <= east)
        & (sites.latitudes >= south) & (sites.latitudes <= north)
    )  # fmt: skip
    count, every = int(near.sum()), len(near)
    points = shapely.points(sites.longitudes[near], sites.latitudes[near])
    held = len(np.unique(shapely.STRtree(parts).query(points, predicate="intersects")[0]))
    if count >= _ENOUGH_SITES and held < _HALF * count:
        rule, among = "service_area.away_from_sites", count
    elif every >= _ENOUGH_SITES and held < _HALF * every:
        # Outside the areas nobody is served, by the operator's own word: is this all of them?
        rule, among = "service_area.sites_left_out", every
    else:
        return []
    return [finding(rule, technology=technology.value, inside=held, sites=among)]


def _thousands(size_km2: float) -> str:
    return f"{round(size_km2):,}".replace(",", ".")
