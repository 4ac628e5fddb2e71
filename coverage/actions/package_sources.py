"""What a package is made from, read in the transaction of the act that builds it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from coverage.actions.lot_readiness import in_a_package, must_be_ready
from coverage.deadlines import Clock
from coverage.errors import Conflict, NotFound
from coverage.lots import LotStatus, is_eligible
from coverage.packages import (
    Evidence,
    LotOfZones,
    PackageClock,
    PackageCriteria,
    PackageFrame,
    PackageVintage,
    ProcurementMode,
    SiteKind,
    SiteOfLot,
)
from coverage.people import Actor, OrganisationKind
from coverage.storage import deadlines, lot_sites, readiness
from coverage.storage import lots as stored_lots
from coverage.storage import packages as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.lot_sites import StoredSite
from coverage.storage.lots import StoredLot
from coverage.storage.overview import former_names
from coverage.storage.people import organisation_names


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Everything a package needs but its number. ``dissolved`` are the province's former lots."""

    dated: datetime
    authority: str
    province_code: str
    province: str
    vintage: PackageVintage
    criteria: tuple[PackageCriteria, ...]
    commune_names: Mapping[str, str]
    declared_names: Mapping[str, str]
    former_names: Mapping[str, tuple[str, ...]]
    mode: ProcurementMode
    ocds_prefix: str
    lots: tuple[LotOfZones, ...]
    evidence: Mapping[uuid.UUID, Evidence]
    dissolved: frozenset[uuid.UUID]

    def frame(self, number: str, *, draft: bool) -> PackageFrame:
        """Return what a package of this number is, apart from its zones."""
        return PackageFrame(
            number=number,
            version=1,
            draft=draft,
            dated=self.dated,
            authority=self.authority,
            province_code=self.province_code,
            province=self.province,
            vintage=self.vintage,
            criteria=self.criteria,
            commune_names=self.commune_names,
            declared_names=self.declared_names,
            former_names=self.former_names,
            mode=self.mode,
            ocds_prefix=self.ocds_prefix,
        )


def asked_lots(
    connection: Connection, province_code: str, lot_ids: Collection[uuid.UUID] | None
) -> list[StoredLot]:
    """Return the lots to build from, by number: those asked for, else all that are proposed.

    Raises:
        NotFound: the province has no lot of this id.
        Conflict: a lot asked for was dissolved, or is in a published package.
    """
    known = stored_lots.lots_of(connection, province_code)
    if lot_ids is None:
        return [lot for lot in known if lot.status is LotStatus.PROPOSED]
    missing = set(lot_ids) - {lot.id for lot in known}
    if missing:
        raise NotFound("lot", min(missing))
    asked = [lot for lot in known if lot.id in lot_ids]
    for lot in asked:
        if lot.status is not LotStatus.PROPOSED:
            raise Conflict("lot", f"lot_{lot.status.value}", name=lot.name)
    return asked


def dissolved(connection: Connection, province_code: str, lot_ids: Collection[uuid.UUID]) -> bool:
    """Whether one of these lots was divided anew since."""
    return any(
        lot.id in lot_ids and lot.status is LotStatus.DISSOLVED
        for lot in stored_lots.lots_of(connection, province_code)
    )


def read_source(
    connection: Connection,
    actor: Actor,
    province_code: str,
    province: str,
    lots: Sequence[StoredLot],
    *,
    standing: Collection[uuid.UUID] = (),
) -> PackageSource:
    """Read the zones of these lots, their verdicts, and every name that the package shows.

    ``standing`` are zones that the package holds already: they need not be free.

    Raises:
        Conflict: a zone has left the fund's queue, was withdrawn or is in another package.
        LotNotReady: nobody can build yet at some zones of a proposed lot.
    """
    must_be_ready(connection, [lot for lot in lots if lot.status is LotStatus.PROPOSED])
    known = stored_lots.fund_zones(connection, province_code)
    for lot in lots:
        for zone_id in lot.zone_ids:
            if zone_id not in known or not (
                zone_id in standing or is_eligible(known[zone_id].zone)
            ):
                raise Conflict("lot", "zone_left", name=lot.name, zone=str(zone_id))
    clocks = deadlines.clocks(connection, [lot.id for lot in lots])
    sited = lot_sites.of_lots(connection, [lot.id for lot in lots])
    ready = readiness.of_lots(connection, [lot.id for lot in lots])
    of_lots = tuple(
        LotOfZones(
            lot.id, lot.number, lot.name, [known[key].zone for key in lot.zone_ids],
            island=lot.island, clock=_clock(clocks[lot.id]),
            sites=[_site(site) for site in sited[lot.id].sites] if lot.id in sited else (),
            readiness=in_a_package([zone for zone in ready if zone.lot_id == lot.id]),
        )
        for lot in lots
    )  # fmt: skip
    zones = [zone for lot in of_lots for zone in lot.zones]
    zone_ids = [zone.id for zone in zones]
    communes = {zone.commune_code for zone in zones}
    sites_in = {site.commune_code for lot in of_lots for site in lot.sites}
    dated = stored_lots.newest_change(connection, [lot.id for lot in lots])
    if dated is None:
        raise NotFound("lot", province_code)
    vintage = stored.vintage_of(connection, lots[0].vintage, zone_ids)
    declared = {zone.declared_commune_code for zone in zones} - {None}
    return PackageSource(
        dated=dated,
        authority=organisation_names(connection, OrganisationKind.AUTHORITY)[actor.organisation_id],
        province_code=province_code,
        province=province,
        vintage=vintage,
        criteria=stored.criteria_of(connection, zone_ids),
        commune_names=stored.commune_names(connection, communes | sites_in, vintage.name),
        declared_names=stored.commune_names(
            connection, {code for code in declared if code}, vintage.name
        ),
        former_names=former_names(connection, vintage.name, communes),
        mode=ProcurementMode(setting_in_force(connection, "procurement_mode")),
        ocds_prefix=setting_in_force(connection, "ocds_prefix"),
        lots=of_lots,
        evidence=stored.evidence_of(connection, zone_ids),
        dissolved=frozenset(
            lot.id
            for lot in stored_lots.lots_of(connection, province_code)
            if lot.status is LotStatus.DISSOLVED
        ),
    )


def _site(site: StoredSite) -> SiteOfLot:
    return SiteOfLot(
        SiteKind.SHARED if site.shared else SiteKind.NEW, site.commune_code, site.latitude,
        site.longitude, site.zone_ids, site.households, site.cost,
    )  # fmt: skip


def _clock(clock: Clock) -> PackageClock:
    return PackageClock(clock.months, clock.reason, clock.citation)
