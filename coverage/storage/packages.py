"""Packages: what one is assembled from, the rows themselves, and who downloaded them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    any_,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from coverage.days import vietnam_day
from coverage.evidence import Reason
from coverage.packages import (
    Evidence,
    PackageCriteria,
    PackageKind,
    PackageRequirement,
    PackageStatus,
    PackageVintage,
    ProcurementMode,
)
from coverage.storage.criteria import criteria_in_force, service_of
from coverage.storage.lots import StoredLot
from coverage.storage.tables.evidence import criteria_set, verdict
from coverage.storage.tables.packages import download, package, package_lot, signing_key
from coverage.storage.tables.people import organisation
from coverage.storage.tables.places import unit, vintage
from coverage.storage.tables.zones import zone

_COST_VND = """
(SELECT CASE WHEN bool_and(lot.value ->> 'cost_vnd' IS NOT NULL)
             THEN sum(CAST(lot.value ->> 'cost_vnd' AS bigint)) END
 FROM jsonb_each(said -> 'lots') AS lot) AS cost_vnd
"""
_LARGE = frozenset({"content", "said", "signature"})  # read by those who ask for them


@dataclass(frozen=True, slots=True)
class PackageRecord:
    """A package as it is kept, without its content. ``size`` is in bytes."""

    id: uuid.UUID
    number: str
    version: int
    province_code: str
    vintage: str
    approximate: bool
    status: PackageStatus
    totals: Mapping[str, int | None]
    manifest: Mapping[str, object]
    file_name: str
    sha256: str
    size: int
    built_by: str
    built_at: datetime
    published_at: datetime | None
    lot_ids: tuple[uuid.UUID, ...]
    kind: PackageKind = PackageKind.FIRST
    mode: ProcurementMode = ProcurementMode.TENDER
    reason: str = ""  # of an amendment or clarification
    difference: Mapping[str, Any] = field(default_factory=dict)  # packages.changes.Difference
    opens_at: datetime | None = None  # until then only the authority and the auditor see it
    closes_at: datetime | None = None  # bids are taken until then
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    waits: bool = False  # it is published, and its minute has not come
    cost_vnd: int | None = None  # the estimate of all lots; None where one has none

    @property
    def public_from(self) -> datetime | None:
        """Since when, or from when on, everybody sees it; None for a draft."""
        return self.opens_at or self.published_at

    @property
    def recalled(self) -> bool:
        """Whether it was cancelled before its minute: nobody but the inside ever saw it."""
        if self.cancelled_at is None or self.opens_at is None:
            return False
        return self.cancelled_at < self.opens_at


@dataclass(frozen=True, slots=True)
class NewContent:
    """What a build brings: the content and everything that is kept about it."""

    vintage: str
    approximate: bool
    totals: Mapping[str, int | None]
    manifest: Mapping[str, object]
    file_name: str
    sha256: str
    content: bytes
    built_by: str
    signature: bytes | None = None  # a draft has none
    key_fingerprint: str | None = None
    kind: PackageKind = PackageKind.FIRST
    mode: ProcurementMode = ProcurementMode.TENDER
    reason: str = ""
    difference: Mapping[str, object] = field(default_factory=dict)
    said: Mapping[str, object] = field(default_factory=dict)


def evidence_of(
    connection: Connection, zone_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Evidence]:
    """Return the count of verdicts of each zone; no operator, site or distance leaves here."""
    within = literal(Reason.SITE_WITHIN_REACH.value) == any_(verdict.c.reasons)
    operators = func.count(verdict.c.operator_id.distinct())
    rows = connection.execute(
        select(verdict.c.zone_id, operators, operators.filter(within))
        .where(verdict.c.zone_id.in_(zone_ids))
        .group_by(verdict.c.zone_id)
    )
    return {zone_id: Evidence(assessed, reached) for zone_id, assessed, reached in rows}


def criteria_of(
    connection: Connection, zone_ids: Collection[uuid.UUID]
) -> tuple[PackageCriteria, ...]:
    """Return the criteria sets that verdicts of these zones were given under.

    Where nobody was judged the set in force counts: what is delivered is held against it.
    """
    wanted = select(verdict.c.criteria_set_id).where(verdict.c.zone_id.in_(zone_ids)).distinct()
    used = set(connection.execute(wanted).scalars())
    if not used:
        today = vietnam_day(connection.execute(select(func.now())).scalar_one())
        in_force = criteria_in_force(connection, today)
        used = set() if in_force is None else {in_force.id}
    rows = connection.execute(
        select(criteria_set).where(criteria_set.c.id.in_(used)).order_by(criteria_set.c.id)
    )
    return tuple(
        PackageCriteria(
            row.name, row.document, row.official, float(row.thresholds["reach_m"]),
            tuple(PackageRequirement(**asdict(level)) for level in service_of(row.thresholds)),
        )
        for row in rows
    )  # fmt: skip


def vintage_of(
    connection: Connection, name: str, zone_ids: Collection[uuid.UUID]
) -> PackageVintage:
    """Return a vintage; approximate as soon as one of the zones was placed on approximate areas."""
    source = connection.execute(select(vintage.c.source).where(vintage.c.name == name)).scalar_one()
    approximate = connection.execute(
        select(func.bool_or(vintage.c.approximate)).where(
            (vintage.c.name == name)
            | vintage.c.name.in_(select(zone.c.vintage).where(zone.c.id.in_(zone_ids)))
        )
    ).scalar_one()
    return PackageVintage(name, source, bool(approximate))


def commune_names(
    connection: Connection, codes: Collection[str], vintage_name: str
) -> dict[str, str]:
    """Return full names of communes by code: in this vintage, else in the newest that has it.

    A name out of an earlier vintage says so.
    """
    rows = connection.execute(
        select(unit.c.code, unit.c.full_name, unit.c.vintage)
        .where(unit.c.level == "commune", unit.c.code.in_(codes))
        .order_by(unit.c.vintage == vintage_name, unit.c.vintage)  # the last of a code counts
    )
    return {
        row.code: row.full_name if row.vintage >= vintage_name else f"{row.full_name} (cũ)"
        for row in rows
    }


def packages(
    connection: Connection,
    *,
    province_code: str | None = None,
    number: str | None = None,
    status: PackageStatus | None = None,
    sha256: str | None = None,
) -> list[PackageRecord]:
    """Return the packages that the actor may see, by number, the newest version first.

    A version that was recalled before it opened counts as none: it comes after all others.
    """
    conditions: list[ColumnElement[bool]] = []
    if province_code is not None:
        conditions.append(package.c.province_code == province_code)
    if number is not None:
        conditions.append(package.c.number == number)
    if status is not None:
        conditions.append(package.c.status == status.value)
    if sha256 is not None:
        conditions.append(package.c.sha256 == sha256)
    lots = (
        select(func.coalesce(func.array_agg(package_lot.c.lot_id), text("'{}'::uuid[]")))
        .where(package_lot.c.package_id == package.c.id)
        .scalar_subquery()
    )
    columns = [column for column in package.c if column.name not in _LARGE]
    rows = connection.execute(
        select(
            *columns,
            func.octet_length(package.c.content).label("size"),
            lots.label("lot_ids"),
            func.coalesce(package.c.opens_at > func.now(), text("false")).label("waits"),
            text(_COST_VND),
        )
        .where(*conditions)
        .order_by(
            package.c.number,
            func.coalesce(package.c.cancelled_at < package.c.opens_at, text("false")),
            package.c.version.desc(),
        )
    )
    return [
        PackageRecord(
            row.id, row.number, row.version, row.province_code, row.vintage, row.approximate,
            PackageStatus(row.status), row.totals, row.manifest, row.file_name, row.sha256,
            row.size, row.built_by, row.built_at, row.published_at, tuple(sorted(row.lot_ids)),
            PackageKind(row.kind), ProcurementMode(row.mode), row.reason, row.difference,
            row.opens_at, row.closes_at, row.cancelled_at, row.cancel_reason, row.waits,
            row.cost_vnd,
        )
        for row in rows
    ]  # fmt: skip


def content(connection: Connection, package_id: uuid.UUID) -> bytes:
    """Return a package's file."""
    return bytes(
        connection.execute(select(package.c.content).where(package.c.id == package_id)).scalar_one()
    )


def add_draft(
    connection: Connection,
    *,
    number: str,
    version: int,
    province_code: str,
    built: NewContent,
    lots: Sequence[StoredLot],
) -> uuid.UUID:
    """Store a new draft with its lots; return its id."""
    package_id = uuid.uuid4()
    connection.execute(
        insert(package).values(
            id=package_id, number=number, version=version, province_code=province_code,
            status=PackageStatus.DRAFT.value, **_values(built),
        )
    )  # fmt: skip
    _set_lots(connection, package_id, lots)
    return package_id


def replace_draft(
    connection: Connection, package_id: uuid.UUID, built: NewContent, lots: Sequence[StoredLot]
) -> None:
    """Give a draft new content and lots; its number stays."""
    _set_lots(connection, package_id, lots)
    connection.execute(
        update(package)
        .where(package.c.id == package_id)
        .values(built_at=func.now(), **_values(built))
    )


def publish(
    connection: Connection, package_id: uuid.UUID, built: NewContent | None, *,
    opens_at: datetime | None = None, closes_at: datetime | None = None,
) -> None:  # fmt: skip
    """Publish a draft, with its final content where it has another one; from here it stands."""
    connection.execute(
        update(package)
        .where(package.c.id == package_id)
        .values(
            status=PackageStatus.PUBLISHED.value, published_at=func.now(), built_at=func.now(),
            opens_at=opens_at, closes_at=closes_at, **(_values(built) if built else {}),
        )
    )  # fmt: skip


def cancel(connection: Connection, package_id: uuid.UUID, reason: str, by: str) -> None:
    """Cancel a published version; its content stands."""
    connection.execute(
        update(package)
        .where(package.c.id == package_id)
        .values(
            status=PackageStatus.CANCELLED.value, cancelled_at=func.now(), cancelled_by=by,
            cancel_reason=reason,
        )
    )  # fmt: skip


def said(connection: Connection, number: str) -> dict[int, Mapping[str, Any]]:
    """Return what each published version of a package said, by version, the oldest first."""
    rows = connection.execute(
        select(package.c.version, package.c.said)
        .where(package.c.number == number, package.c.published_at.is_not(None))
        .order_by(package.c.version)
    )
    return {row.version: row.said for row in rows}


def moment(connection: Connection) -> datetime:
    """Return the transaction's time, by which embargoes end."""
    now: datetime = connection.execute(select(func.now())).scalar_one()
    return now


def log_download(
    connection: Connection, package_id: uuid.UUID, organisation_id: uuid.UUID, person: str
) -> None:
    """Write down that somebody took a package's file."""
    connection.execute(
        insert(download).values(
            package_id=package_id, organisation_id=organisation_id, person=person
        )
    )


@dataclass(frozen=True, slots=True)
class Download:
    """Somebody took a version's file."""

    organisation: str
    person: str
    version: int
    at: datetime


def downloads(connection: Connection, number: str) -> list[Download]:
    """Return who took which version of a package, as far as the actor may know, the newest first."""
    rows = connection.execute(
        select(organisation.c.name, download.c.person, package.c.version, download.c.at)
        .join(package, package.c.id == download.c.package_id)
        .join(organisation, organisation.c.id == download.c.organisation_id)
        .where(package.c.number == number)
        .order_by(download.c.at.desc(), download.c.id.desc())
    )
    return [Download(row.name, row.person, row.version, row.at) for row in rows]


def versions_taken(connection: Connection, organisation_id: uuid.UUID) -> dict[str, int]:
    """Return the newest version of each package that an organisation took, by package number."""
    rows = connection.execute(
        select(package.c.number, func.max(package.c.version))
        .join(download, download.c.package_id == package.c.id)
        .where(download.c.organisation_id == organisation_id)
        .group_by(package.c.number)
    )
    return {number: version for number, version in rows}  # noqa: C416 - rows are no pairs


def _set_lots(connection: Connection, package_id: uuid.UUID, lots: Sequence[StoredLot]) -> None:
    connection.execute(delete(package_lot).where(package_lot.c.package_id == package_id))
    connection.execute(
        insert(package_lot), [{"package_id": package_id, "lot_id": lot.id} for lot in lots]
    )


def _values(built: NewContent) -> dict[str, object]:
    return {
        "vintage": built.vintage, "approximate": built.approximate,
        "totals": dict(built.totals), "manifest": dict(built.manifest),
        "file_name": built.file_name, "sha256": built.sha256, "content": built.content,
        "built_by": built.built_by, "kind": built.kind.value, "mode": built.mode.value,
        "reason": built.reason, "difference": dict(built.difference), "said": dict(built.said),
        "signature": built.signature,
        "signing_key_id": select(signing_key.c.id)
        .where(signing_key.c.fingerprint == built.key_fingerprint)
        .scalar_subquery(),
    }  # fmt: skip
