"""Making a package from a province's zones, lots and verdicts; what must not be in it stays out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coverage.coordinates import grids_of_province, meridian_of_province, meridian_text, to_vn2000
from coverage.coordinates.meridians import PRESENT_SOURCE
from coverage.costs import CostEstimate, together
from coverage.packages.changes import NO_LABELS, Labels
from coverage.packages.content import (
    UNREGISTERED_PREFIX,
    Package,
    PackageAnswer,
    PackageChange,
    PackageClock,
    PackageCriteria,
    PackageGrid,
    PackageKey,
    PackageKind,
    PackageLot,
    PackageReadiness,
    PackageSite,
    PackageVintage,
    PackageZone,
    ProcurementMode,
    SiteKind,
)
from coverage.zones import Zone

_DEGREE_DECIMALS = 7  # a centimetre
_METRE_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many operators were assessed at a zone, and how many have a site within reach."""

    assessed: int
    within_reach: int


@dataclass(frozen=True, slots=True)
class PackageFrame:
    """What a package is, apart from its zones; names of communes by code.

    ``declared_names`` has the communes that provinces named, former ones included. ``labels`` are
    those that earlier versions gave.
    """

    number: str
    version: int
    draft: bool
    dated: datetime
    authority: str
    province_code: str
    province: str
    vintage: PackageVintage
    criteria: tuple[PackageCriteria, ...]
    commune_names: Mapping[str, str]
    declared_names: Mapping[str, str]
    former_names: Mapping[str, tuple[str, ...]]
    kind: PackageKind = PackageKind.FIRST
    mode: ProcurementMode = ProcurementMode.TENDER
    changes: tuple[PackageChange, ...] = ()
    answers: tuple[PackageAnswer, ...] = ()
    key: PackageKey | None = None
    ocds_prefix: str = UNREGISTERED_PREFIX
    former_releases: tuple[bytes, ...] = ()
    labels: Labels = NO_LABELS


@dataclass(frozen=True, slots=True)
class SiteOfLot:
    """A site chosen for a lot, with its true position, also where it stands already."""

    kind: SiteKind
    commune_code: str
    latitude: float
    longitude: float
    zone_ids: Sequence[uuid.UUID]  # that it serves
    households: int
    cost: CostEstimate


@dataclass(frozen=True, slots=True)
class LotOfZones:
    """A lot with its zones and sites, in any order."""

    id: uuid.UUID
    number: int
    name: str
    zones: Sequence[Zone]
    island: bool = False
    sites: Sequence[SiteOfLot] = ()
    readiness: tuple[PackageReadiness, ...] = ()
    clock: PackageClock | None = None


def assemble(
    frame: PackageFrame, lots: Sequence[LotOfZones], evidence: Mapping[uuid.UUID, Evidence]
) -> Package:
    """Return the package of these lots; lots by number, zones by commune and village."""
    grids = grids_of_province(frame.province_code)
    meridian = meridian_of_province(frame.province_code)
    grid = (
        PackageGrid(grids.present, meridian_text(meridian), PRESENT_SOURCE)
        if grids is not None and meridian is not None
        else None
    )
    ordered = sorted(lots, key=lambda lot: lot.number)
    return Package(
        number=frame.number,
        version=frame.version,
        draft=frame.draft,
        dated=frame.dated.replace(microsecond=0),
        authority=frame.authority,
        province_code=frame.province_code,
        province=frame.province,
        vintage=frame.vintage,
        grid=grid,
        criteria=frame.criteria,
        legal_bases=tuple(sorted({z.queue_reason for lot in lots for z in lot.zones} - {""})),
        lots=tuple(_lot(frame, lot, grid, evidence) for lot in ordered),
        kind=frame.kind,
        mode=frame.mode,
        changes=frame.changes,
        answers=frame.answers,
        key=frame.key,
        ocds_prefix=frame.ocds_prefix,
        former_releases=frame.former_releases,
    )


def _lot(
    frame: PackageFrame,
    lot: LotOfZones,
    grid: PackageGrid | None,
    evidence: Mapping[uuid.UUID, Evidence],
) -> PackageLot:
    zones = _zones(frame, lot, grid, evidence)
    return PackageLot(
        id=lot.id,
        number=lot.number,
        name=lot.name,
        zones=zones,
        island=lot.island,
        sites=_sites(frame, lot, {zone.id: zone.label for zone in zones}),
        cost=together(site.cost for site in lot.sites) if lot.sites else None,
        readiness=lot.readiness,
        clock=lot.clock,
    )


def _sites(
    frame: PackageFrame, lot: LotOfZones, labels: Mapping[uuid.UUID, str]
) -> tuple[PackageSite, ...]:
    """The lot's sites: new ones from north to south, then those that stand, by what they serve.

    Where a site stands already its position stays out, also out of the order: between two new
    sites it would tell its latitude.
    """
    served = {
        id(site): tuple(sorted(labels[key] for key in site.zone_ids if key in labels))
        for site in lot.sites
    }

    def place(site: SiteOfLot) -> tuple[object, ...]:
        if site.kind is SiteKind.NEW:
            return (0, -site.latitude, site.longitude)
        return (1, served[id(site)], site.households, site.cost.total_vnd)

    return tuple(
        PackageSite(
            label=f"T{lot.number}-{number:02d}",
            kind=site.kind,
            commune=frame.commune_names.get(site.commune_code, site.commune_code),
            latitude=round(site.latitude, _DEGREE_DECIMALS) if site.kind is SiteKind.NEW else None,
            longitude=round(site.longitude, _DEGREE_DECIMALS)
            if site.kind is SiteKind.NEW
            else None,
            serves=served[id(site)],
            households=site.households,
            cost=site.cost,
        )
        for number, site in enumerate(sorted(lot.sites, key=place), start=1)
    )


def _zones(
    frame: PackageFrame,
    lot: LotOfZones,
    grid: PackageGrid | None,
    evidence: Mapping[uuid.UUID, Evidence],
) -> tuple[PackageZone, ...]:
    zones = sorted(lot.zones, key=lambda zone: (zone.commune_code, zone.village, zone.id))
    metres = _on_grid(zones, grid)
    labels = _labels(frame.labels, lot.number, zones)
    return tuple(
        _zone(frame, zone, label, on_grid, evidence.get(zone.id))
        for zone, label, on_grid in zip(zones, labels, metres, strict=True)
    )


def _labels(given: Labels, lot_number: int, zones: Sequence[Zone]) -> list[str]:
    """A zone keeps the label that bidders know it by; a new one gets a number never used."""
    prefix = f"L{lot_number}-"
    place = given.highest.get(lot_number, 0)
    labels = []
    for zone in zones:
        label = given.of_zone.get(zone.id, "")
        if not label.startswith(prefix):
            place += 1
            label = f"{prefix}{place:02d}"
        labels.append(label)
    return labels


def _zone(
    frame: PackageFrame,
    zone: Zone,
    label: str,
    on_grid: tuple[float, float] | None,
    evidence: Evidence | None,
) -> PackageZone:
    declared = zone.declared_commune_code
    if declared == zone.commune_code:
        declared = None
    return PackageZone(
        id=zone.id,
        label=label,
        village=zone.village,
        commune_code=zone.commune_code,
        commune=frame.commune_names.get(zone.commune_code, zone.commune_code),
        declared_commune_code=declared,
        declared_commune=frame.declared_names.get(declared, declared) if declared else None,
        latitude=round(zone.latitude, _DEGREE_DECIMALS),
        longitude=round(zone.longitude, _DEGREE_DECIMALS),
        northing_m=on_grid[1] if on_grid else None,
        easting_m=on_grid[0] if on_grid else None,
        households=zone.households,
        population=zone.population,
        signal=zone.signal,
        grid_power=zone.grid_power,
        specially_difficult=zone.specially_difficult,
        queue=zone.queue,
        operators_assessed=evidence.assessed if evidence else None,
        operators_within_reach=evidence.within_reach if evidence else None,
        former_communes=frame.former_names.get(zone.commune_code, ()),
    )


def _on_grid(
    zones: Sequence[Zone], grid: PackageGrid | None
) -> list[tuple[float, float]] | list[None]:
    """Easting and northing of each zone, in metres on the province's grid."""
    if grid is None:
        return [None] * len(zones)
    eastings, northings = to_vn2000(
        grid.epsg, [zone.longitude for zone in zones], [zone.latitude for zone in zones]
    )
    return [
        (round(easting, _METRE_DECIMALS), round(northing, _METRE_DECIMALS))
        for easting, northing in zip(eastings.tolist(), northings.tolist(), strict=True)
    ]
