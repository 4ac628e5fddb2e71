"""A tender package (gói thầu): what it holds, how it is numbered, what its manifest says.

A package is one tender of one province and holds one or more lots. Everything its files say
comes from the one value :class:`Package`, so that no two files can disagree; nothing in it
comes from a clock: its date is that of the newest change of the data it is made from.

``content`` is that value, ``assembly`` makes it from zones, lots and verdicts, ``changes`` tells
two versions apart, ``numbers`` and ``manifest`` are what their names say. The files themselves are written by ``coverage.dossier``.
"""

from coverage.packages.assembly import Evidence, LotOfZones, PackageFrame, SiteOfLot, assemble
from coverage.packages.changes import (
    Changed,
    Difference,
    Labels,
    change_of,
    difference,
    labels_given,
    said_of,
)
from coverage.packages.content import (
    APPROXIMATE_MARK,
    DRAFT_MARK,
    VIETNAM_TIME,
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
    PackageRequirement,
    PackageSite,
    PackageStatus,
    PackageVintage,
    PackageZone,
    ProcurementMode,
    SiteKind,
    file_name,
)
from coverage.packages.manifest import (
    CHECKSUMS,
    FORMAT,
    KEY_FILE,
    MANIFEST,
    SIGNATURE,
    manifest,
    sha256,
    utc_text,
)
from coverage.packages.numbers import next_number, package_number

__all__ = [
    "APPROXIMATE_MARK",
    "CHECKSUMS",
    "DRAFT_MARK",
    "FORMAT",
    "KEY_FILE",
    "MANIFEST",
    "SIGNATURE",
    "VIETNAM_TIME",
    "Changed",
    "Difference",
    "Evidence",
    "Labels",
    "LotOfZones",
    "Package",
    "PackageAnswer",
    "PackageChange",
    "PackageClock",
    "PackageCriteria",
    "PackageFrame",
    "PackageGrid",
    "PackageKey",
    "PackageKind",
    "PackageLot",
    "PackageReadiness",
    "PackageRequirement",
    "PackageSite",
    "PackageStatus",
    "PackageVintage",
    "PackageZone",
    "ProcurementMode",
    "SiteKind",
    "SiteOfLot",
    "assemble",
    "change_of",
    "difference",
    "file_name",
    "labels_given",
    "manifest",
    "next_number",
    "package_number",
    "said_of",
    "sha256",
    "utc_text",
]
