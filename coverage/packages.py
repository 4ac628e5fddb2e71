"""A tender package (gói thầu): what it holds, how it is numbered, what its manifest says.

A package is one tender of one province and holds one or more lots. Everything its files say
comes from the one value :class:`Package`, so that no two files can disagree; nothing in it
comes from a clock: its date is that of the newest change of the data it is made from.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from coverage.zones import Queue, Signal

FORMAT = "phusong-package/1"
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"

VIETNAM_TIME = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no summer time since 1975

DRAFT_MARK = "DỰ THẢO"
APPROXIMATE_MARK = "Ranh giới gần đúng"

_NUMBER = re.compile(r"GT-(\d{4})-(\d{2})-(\d{3,})")


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


@dataclass(frozen=True, slots=True)
class PackageLot:
    """A lot as a package shows it, with its zones in order."""

    id: uuid.UUID
    number: int
    name: str
    zones: tuple[PackageZone, ...]

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
class PackageCriteria:
    """A criteria set that verdicts of the package were given under."""

    name: str
    document: str
    official: bool
    reach_m: float


@dataclass(frozen=True, slots=True)
class PackageVintage:
    """The list of administrative units that codes and names come from."""

    name: str
    source: str
    approximate: bool  # areas made from centroids


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
        return f"{self.number}_v{self.version}{'_du-thao' if self.draft else ''}.zip"

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


def package_number(year: int, province_code: str, nth: int) -> str:
    """Return the number of a province's ``nth`` package of a year: ``GT-2026-42-001``."""
    return f"GT-{year:04d}-{province_code}-{nth:03d}"


def next_number(taken: Iterable[str], dated: datetime, province_code: str) -> str:
    """Return the first number after those ``taken`` in the package's year and province."""
    year = dated.astimezone(VIETNAM_TIME).year
    highest = 0
    for number in taken:
        match = _NUMBER.fullmatch(number)
        if match and (int(match[1]), match[2]) == (year, province_code):
            highest = max(highest, int(match[3]))
    return package_number(year, province_code, highest + 1)


def manifest(package: Package, files: Mapping[str, bytes]) -> dict[str, object]:
    """Return the manifest: what the package is, what it was built from, each file's SHA-256.

    ``files`` are all files but the manifest itself and the list of checksums.
    """
    return {
        "format": FORMAT,
        "number": package.number,
        "version": package.version,
        "draft": package.draft,
        "marks": list(package.marks),
        "date": utc_text(package.dated),
        "authority": package.authority,
        "province": {"code": package.province_code, "name": package.province},
        "built_from": {
            "vintage": package.vintage.name,
            "approximate": package.vintage.approximate,
            "criteria_sets": [
                {"name": used.name, "document": used.document, "official": used.official}
                for used in package.criteria
            ],
        },
        "crs": {
            "geographic": "EPSG:4326",
            "projected": f"EPSG:{package.grid.epsg}" if package.grid else None,
        },
        "lots": [
            {
                "id": str(lot.id),
                "number": lot.number,
                "name": lot.name,
                "zones": len(lot.zones),
                "households": lot.households,
            }
            for lot in package.lots
        ],
        "totals": package.totals(),
        "files": [
            {"name": name, "size": len(files[name]), "sha256": sha256(files[name])}
            for name in sorted(files)
        ],
    }


def sha256(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def utc_text(moment: datetime) -> str:
    """Return a moment as manifests write it: ``2026-11-23T04:05:06Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
