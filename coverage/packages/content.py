"""What a package holds: the one value that all its files are written from."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from coverage.costs import CostEstimate
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.zones import Queue, Signal

VIETNAM_TIME = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no summer time since 1975

DRAFT_MARK = "DỰ THẢO"
APPROXIMATE_MARK = "Ranh giới gần đúng"

UNREGISTERED_PREFIX = "ocds-000000"  # stands until the authority registers a prefix of its own


class PackageStatus(StrEnum):
    """A draft may be built anew; what was once published never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"  # by a later version
    CANCELLED = "cancelled"  # with a reason; its zones are free again


class ProcurementMode(StrEnum):
    """How the operator is found (Nghị định 295/2025/NĐ-CP)."""

    TENDER = "tender"  # đấu thầu
    ORDER = "order"  # đặt hàng
    ASSIGNMENT = "assignment"  # giao nhiệm vụ


class PackageKind(StrEnum):
    """What a version is to the one before it."""

    FIRST = "first"
    AMENDMENT = "amendment"  # sửa đổi: zones, lots or requirements changed
    CLARIFICATION = "clarification"  # làm rõ: only questions were answered


class SiteKind(StrEnum):
    """Whether a proposed site stands already."""

    SHARED = "shared"  # on a mast that stands and may be shared
    NEW = "new"


@dataclass(frozen=True, slots=True)
class PackageZone:
    """A zone as a package shows it. No operator's site, code, position or distance is in it.

    Coordinates are WGS 84 degrees with seven decimals, and metres on the package's VN-2000 grid
    (None when the province's meridian is not known). ``declared_commune`` is what the province
    wrote, only when the point lies in another commune. Of the evidence a package tells how many
    operators were assessed and how many of them have a site within reach; None when none was.
    """

    id: uuid.UUID
    label: str  # L2-07: the seventh zone of lot 2; no spreadsheet takes it for a date or number
    village: str
    commune_code: str
    commune: str
    declared_commune_code: str | None
    declared_commune: str | None
    latitude: float
    longitude: float
    northing_m: float | None
    easting_m: float | None
    households: int
    population: int | None
    signal: Signal | None
    grid_power: bool | None
    specially_difficult: bool | None
    queue: Queue
    operators_assessed: int | None
    operators_within_reach: int | None
    former_communes: tuple[str, ...] = ()  # what the commune was made of, by name


@dataclass(frozen=True, slots=True)
class PackageSite:
    """A site that the authority proposes; the operator may differ.

    A shared site stands already and is somebody's: a package tells neither its position nor its
    code nor its owner, so ``latitude`` and ``longitude`` are None there.
    """

    label: str  # T2-01: the first site of lot 2
    kind: SiteKind
    commune: str
    latitude: float | None
    longitude: float | None
    serves: tuple[str, ...]  # labels of zones
    households: int
    cost: CostEstimate


@dataclass(frozen=True, slots=True)
class PackageReadiness:
    """Whether power, road, land or permits are there for every zone of a lot."""

    kind: ReadinessKind
    state: ReadinessState
    note: str = ""


@dataclass(frozen=True, slots=True)
class PackageClock:
    """Until when a lot must be on air: months from the award, and the rule that says so."""

    months: int
    reason: str
    citation: str


@dataclass(frozen=True, slots=True)
class PackageLot:
    """A lot as a package shows it, with its zones in order.

    ``cost`` is None while no site was chosen for the lot.
    """

    id: uuid.UUID
    number: int
    name: str
    zones: tuple[PackageZone, ...]
    island: bool = False
    sites: tuple[PackageSite, ...] = ()
    cost: CostEstimate | None = None
    readiness: tuple[PackageReadiness, ...] = ()
    clock: PackageClock | None = None

    @property
    def households(self) -> int:
        """The households of all zones."""
        return sum(zone.households for zone in self.zones)


@dataclass(frozen=True, slots=True)
class PackageGrid:
    """The province's VN-2000 grid: EPSG code and central meridian, both as printed."""

    epsg: int
    meridian: str  # 105°30′
    source: str  # the circular that fixes the meridian


@dataclass(frozen=True, slots=True)
class PackageRequirement:
    """What a criteria set asks of the service at a zone, by technology; None: it does not say."""

    technology: str  # coverage.towers.Technology
    level_dbm: float | None
    down_mbps: float | None
    up_mbps: float | None
    availability_percent: float | None
    measured: str  # how acceptance is measured, in Vietnamese


@dataclass(frozen=True, slots=True)
class PackageChange:
    """What a version changed against the one before: labels and villages as they were and are.

    ``came`` and ``went`` name zones; ``changed`` says of a zone what it said and what it says.
    """

    version: int
    kind: PackageKind
    dated: datetime
    reason: str
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    changed: tuple[tuple[str, str, str, str], ...] = ()  # zone, heading, before, after


@dataclass(frozen=True, slots=True)
class PackageAnswer:
    """A question of a bidder, answered to all at once; nobody reads who asked."""

    number: int
    asked: datetime
    question: str
    answer: str
    answered: datetime


@dataclass(frozen=True, slots=True)
class PackageKey:
    """The public key that the publication is signed for: where it stands, and its fingerprint."""

    address: str
    fingerprint: str  # SHA-256 of the key's DER form, in hexadecimal
    pem: str


@dataclass(frozen=True, slots=True)
class PackageCriteria:
    """A criteria set that verdicts of the package were given under."""

    name: str
    document: str
    official: bool
    reach_m: float
    requirements: tuple[PackageRequirement, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageVintage:
    """The list of administrative units that codes and names come from."""

    name: str
    source: str
    approximate: bool  # areas made from centroids


def file_name(number: str, version: int, *, draft: bool) -> str:
    """Return the name of a package's file; a draft's says so."""
    return f"{number}_v{version}{'_du-thao' if draft else ''}.zip"


@dataclass(frozen=True, slots=True)
class Package:
    """One version of one package, complete. ``dated`` is UTC, to the second."""

    number: str
    version: int
    draft: bool
    dated: datetime
    authority: str
    province_code: str
    province: str
    vintage: PackageVintage
    grid: PackageGrid | None
    criteria: tuple[PackageCriteria, ...]
    legal_bases: tuple[str, ...]  # why the fund pays: the citations of the queue rules
    lots: tuple[PackageLot, ...]
    kind: PackageKind = PackageKind.FIRST
    mode: ProcurementMode = ProcurementMode.TENDER
    changes: tuple[PackageChange, ...] = ()  # of every version after the first, oldest first
    answers: tuple[PackageAnswer, ...] = ()
    key: PackageKey | None = None
    ocds_prefix: str = UNREGISTERED_PREFIX
    former_releases: tuple[bytes, ...] = ()  # the OCDS file of each version before, oldest first

    @property
    def zones(self) -> Iterator[tuple[PackageLot, PackageZone]]:
        """Every zone beside its lot, lot by lot."""
        return ((lot, zone) for lot in self.lots for zone in lot.zones)

    @property
    def marks(self) -> tuple[str, ...]:
        """What every file must show: that it is a draft, that its areas are approximate."""
        marks = []
        if self.draft:
            marks.append(DRAFT_MARK)
        if self.vintage.approximate:
            marks.append(APPROXIMATE_MARK)
        return tuple(marks)

    @property
    def local_date(self) -> str:
        """The package's date as people in Việt Nam write it."""
        return self.dated.astimezone(VIETNAM_TIME).strftime("%d/%m/%Y")

    @property
    def file_name(self) -> str:
        """The name of the package's file; a draft's says so."""
        return file_name(self.number, self.version, draft=self.draft)

    def totals(self) -> dict[str, int | None]:
        """Return the package's figures; population is None when no zone states it."""
        zones = [zone for _, zone in self.zones]
        stated = [zone.population for zone in zones if zone.population is not None]
        return {
            "lots": len(self.lots),
            "zones": len(zones),
            "households": sum(zone.households for zone in zones),
            "population": sum(stated) if stated else None,
            "zones_without_population": len(zones) - len(stated),
        }
