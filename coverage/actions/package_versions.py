"""What the next version of a package is made of: lots kept, changed, gone and come; zones too."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from coverage.actions.zone_moves import Locked, lock
from coverage.errors import Conflict, NotFound
from coverage.lots import LotStatus, is_eligible, lot_id
from coverage.lots.proximity import widest_gap_m
from coverage.packages import PackageStatus, ProcurementMode
from coverage.storage import lots as stored_lots
from coverage.storage import openings
from coverage.storage import zones as stored_zones
from coverage.storage.lots import StoredLot
from coverage.storage.openings import Opening
from coverage.storage.packages import PackageRecord
from coverage.storage.zones import ListedZone
from coverage.zones import ZoneStatus

_TENDERED = frozenset(
    {ZoneStatus.IN_PACKAGE, ZoneStatus.AWARDED, ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED}
)


@dataclass(frozen=True, slots=True)
class Amendment:
    """What somebody wants changed in a published package, and why.

    ``lot_ids`` are the lots of the new version: lots of the package, and proposed ones of its
    province; None keeps those of the package. ``drop`` are zones that leave their lots, ``add``
    names the number of the lot that each coming zone enters. ``seen_version`` is the version that
    the decider had before them; ``preview`` names what they were shown.
    """

    reason: str
    lot_ids: Collection[uuid.UUID] | None = None
    drop: Collection[uuid.UUID] = ()
    add: Mapping[uuid.UUID, int] = field(default_factory=dict)
    mode: ProcurementMode | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    seen_version: int | None = None
    preview: str | None = None


@dataclass(frozen=True, slots=True)
class NextVersion:
    """The lots of the next version, those that are new rows, and what its opening does."""

    lots: tuple[StoredLot, ...]
    fresh: tuple[StoredLot, ...]
    made_of: Mapping[uuid.UUID, uuid.UUID]
    opening: Opening
    standing: frozenset[uuid.UUID]


def must_be_open(record: PackageRecord, seen_version: int | None) -> None:
    """Refuse to build on a version that is not the one everybody reads.

    Raises:
        Conflict: it is a draft, was cancelled, waits for its minute, or is not the one seen.
    """
    if record.status is PackageStatus.DRAFT:
        raise Conflict("package", "package_is_draft", number=record.number)
    if record.status is PackageStatus.CANCELLED:
        raise Conflict("package", "package_cancelled", number=record.number)
    if seen_version not in (None, record.version):
        raise Conflict("package", "amended_meanwhile", number=record.number, version=record.version)
    if record.waits:
        raise Conflict("package", "version_waits", number=record.number, version=record.version)


def next_version(
    connection: Connection, record: PackageRecord, amendment: Amendment
) -> NextVersion:
    """Return what the amendment makes of the package's lots; nothing is written.

    Raises:
        NotFound: there is no such lot or zone in the package, or to come into it.
        Conflict: an awarded lot would change; a zone may not enter; no lot is left.
    """
    known = {lot.id: lot for lot in stored_lots.lots_of(connection, record.province_code)}
    before = [known[key] for key in record.lot_ids]
    kept, coming = _chosen(before, known, amendment.lot_ids)
    active = openings.active_zones(connection, [lot.id for lot in before])
    wanted = _members(kept, active, amendment)
    awarded = openings.awarded_lots(connection, record.lot_ids)
    _must_keep_awarded(before, wanted, awarded)
    entering = {zone_id for lot in coming for zone_id in lot.zone_ids} | set(amendment.add)
    found = stored_zones.of_ids(
        connection, entering | {key for ids in wanted.values() for key in ids}
    )
    _must_be_free(found, entering)
    lots: list[StoredLot] = [*coming]
    fresh, made_of = [], {}
    for lot in kept:
        members = wanted[lot.id]
        if members == set(lot.zone_ids):
            lots.append(lot)
        elif members:
            new = _anew(connection, lot, [found[key] for key in members])
            made_of[new.id] = lot.id
            fresh.append(new)
            lots.append(new)
    if not lots:
        raise Conflict("package", "no_lot_left", number=record.number)
    stand = {key for lot in before for key in active[lot.id]}
    remain = {zone_id for lot in lots for zone_id in lot.zone_ids}
    going = {lot.id for lot in before} - {lot.id for lot in lots}
    return NextVersion(
        tuple(sorted(lots, key=lambda lot: lot.number)),
        tuple(fresh),
        made_of,
        Opening(
            entering=entering,
            leaving=stand - remain,
            staying={
                key for key in stand & remain
                if found[key].zone.status is ZoneStatus.IN_PACKAGE
            },
            lots_in={lot.id for lot in (*fresh, *coming)},
            lots_out=going,
        ),
        frozenset(
            key for key in stand if key in found and found[key].zone.status in _TENDERED
        ),
    )  # fmt: skip


def _chosen(
    before: Iterable[StoredLot],
    known: Mapping[uuid.UUID, StoredLot],
    asked: Collection[uuid.UUID] | None,
) -> tuple[list[StoredLot], list[StoredLot]]:
    """The lots of the package that stay, and the proposed ones that come."""
    if asked is None:
        return list(before), []
    missing = set(asked) - set(known)
    if missing:
        raise NotFound("lot", min(missing))
    own = {lot.id for lot in before}
    coming = [known[key] for key in dict.fromkeys(asked) if key not in own]
    for lot in coming:
        if lot.status is not LotStatus.PROPOSED:
            raise Conflict("lot", f"lot_{lot.status.value}", name=lot.name)
    return [lot for lot in before if lot.id in set(asked)], coming


def _members(
    kept: Iterable[StoredLot], active: Mapping[uuid.UUID, Iterable[uuid.UUID]], amendment: Amendment
) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The zones of each lot that stays: those that are in it, less what is dropped, and added."""
    wanted = {lot.id: set(active[lot.id]) for lot in kept}
    inside = {key for zones in wanted.values() for key in zones}
    for zone_id in amendment.drop:
        if zone_id not in inside:
            raise NotFound("zone", zone_id)
    for zones in wanted.values():
        zones -= set(amendment.drop)
    numbered = {lot.number: lot.id for lot in kept}
    for zone_id, number in amendment.add.items():
        if zone_id in inside:
            raise Conflict("package", "zone_is_inside", zone=zone_id)
        if number not in numbered:
            raise NotFound("lot", number)
        wanted[numbered[number]].add(zone_id)
    return wanted


def _must_keep_awarded(
    before: Iterable[StoredLot],
    wanted: Mapping[uuid.UUID, set[uuid.UUID]],
    awarded: Collection[uuid.UUID],
) -> None:
    for lot in before:
        if lot.id in awarded and wanted.get(lot.id) != set(lot.zone_ids):
            raise Conflict("package", "lot_awarded", name=lot.name)


def _must_be_free(found: Mapping[uuid.UUID, ListedZone], entering: Iterable[uuid.UUID]) -> None:
    for zone_id in sorted(entering):
        if zone_id not in found:
            raise NotFound("zone", zone_id)
        if not is_eligible(found[zone_id].zone):
            raise Conflict("package", "zone_not_free", zone=zone_id)


def _anew(connection: Connection, lot: StoredLot, members: Iterable[ListedZone]) -> StoredLot:
    """The lot with other zones: a row of its own under the same number and name."""
    zones = [listed.zone for listed in members]
    ids = tuple(sorted(zone.id for zone in zones))
    new_id = lot_id(lot.province_code, ids)
    while openings.lot_exists(connection, new_id):
        new_id = uuid.uuid5(new_id, "again")
    stated = [zone.population for zone in zones if zone.population is not None]
    totals = dict(lot.totals) | {
        "zones": len(zones),
        "households": sum(zone.households for zone in zones),
        "population": sum(stated) if stated else None,
        "zones_without_population": len(zones) - len(stated),
        "widest_gap_m": round(
            widest_gap_m([zone.longitude for zone in zones], [zone.latitude for zone in zones])
        ),
        "cost_vnd": None,
        "cost": None,
    }
    return replace(lot, id=new_id, zone_ids=ids, left=(), totals=totals)


def lock_zones(connection: Connection, record: PackageRecord) -> Locked:
    """Lock what stands in the package: nobody awards a lot of it until the transaction ends."""
    active = openings.active_zones(connection, record.lot_ids)
    zones = [key for of_lot in active.values() for key in of_lot]
    return lock(connection, zones) if zones else {}
