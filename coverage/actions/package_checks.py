"""Is this package the authority's, and is it the newest? By a key, or by what the database has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from coverage.dossier.signing import KeyUnreadable, PublicKey
from coverage.dossier.verification import Verification
from coverage.findings import Finding, Severity, finding
from coverage.packages import PackageStatus
from coverage.people import Actor, OrganisationKind
from coverage.settings import KEY_PATH
from coverage.storage import packages as stored
from coverage.storage import signing_keys as stored_keys
from coverage.storage.packages import PackageRecord
from coverage.storage.sessions import Database

_SEES_ALL = {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}


class ComparedWith(StrEnum):
    """What the key of a package was held against."""

    NOTHING = "nothing"
    FILE = "file"  # a key that the asker brought
    DATABASE = "database"  # the keys that publications were signed for


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """A verification with what others than the file itself can tell.

    ``record`` is what the database has of this number and version, None when it has none that
    the asker may see, or was not asked.
    """

    verification: Verification
    compared_with: ComparedWith = ComparedWith.NOTHING
    record: PackageRecord | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        return self.verification.findings

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.verification.whole

    @property
    def current(self) -> bool | None:
        """Whether it is a publication and the newest; None when the database does not know it."""
        if self.record is None:
            return None
        published = self.record.status is PackageStatus.PUBLISHED and not self.record.waits
        return self.whole and published and not self.findings


def read_key(content: bytes) -> PublicKey | None:
    """Read the key that somebody brought to compare with; None when it is no Ed25519 key."""
    try:
        return PublicKey.read(content)
    except KeyUnreadable:
        return None


def check_package(
    checked: Verification,
    key: PublicKey | None = None,
    source: tuple[Database, Actor] | None = None,
) -> PackageCheck:
    """Hold a package that is whole against a key that the asker trusts, and the database.

    With neither, it is said that the key was not compared, and how to do it.
    """
    if checked.manifest is None or not checked.whole:
        return PackageCheck(checked)
    found: list[Finding] = []
    compared, record = ComparedWith.NOTHING, None
    if key is not None and checked.fingerprint is not None:
        compared = ComparedWith.FILE
        if key.fingerprint != checked.fingerprint:
            found.append(
                finding("package.key_differs", found=checked.fingerprint, expected=key.fingerprint)
            )
    if source is not None:
        database, actor = source
        told = _Told.of(checked.manifest)
        with database.transaction(actor) as connection:
            keys = {one.fingerprint for one in stored_keys.signing_keys(connection)}
            versions = stored.packages(connection, number=told.number)
        if keys and checked.fingerprint is not None:
            compared = ComparedWith.DATABASE
            if checked.fingerprint not in keys:
                found.append(finding("package.key_unknown", found=checked.fingerprint))
        record = next((one for one in versions if one.version == told.version), None)
        if record is None and checked.fingerprint in keys and actor.kind in _SEES_ALL:
            found.append(
                finding("package.never_published", number=told.number, version=told.version)
            )
        else:
            found += _against_record(checked, told, record)
        if not any(one.severity is Severity.ERROR for one in found):
            found += _against_newest(told, versions)
    if checked.fingerprint is not None and compared is ComparedWith.NOTHING:
        found.append(_not_compared(checked))
    return PackageCheck(replace(checked, findings=tuple(found)), compared, record)


def find_by_sha256(database: Database, actor: Actor, sha256: str) -> PackageRecord | None:
    """Return the package whose file has this SHA-256, of those that the actor may see."""
    with database.transaction(actor) as connection:
        return next(iter(stored.packages(connection, sha256=sha256.lower())), None)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a package says of itself."""

    number: str
    version: int
    draft: bool

    @classmethod
    def of(cls, manifest: Mapping[str, object]) -> _Told:
        version = manifest["version"]
        return cls(
            str(manifest["number"]), version if isinstance(version, int) else 0,
            manifest["draft"] is True,
        )  # fmt: skip


def _against_record(
    checked: Verification, told: _Told, record: PackageRecord | None
) -> list[Finding]:
    number, version = told.number, told.version
    if record is None:
        return [finding("package.not_known_here", number=number, version=version)]
    if record.sha256 == checked.sha256:
        if record.status is not PackageStatus.CANCELLED:
            return []
        return [finding("package.cancelled", number=number, reason=record.cancel_reason)]
    if told.draft:
        return [finding("package.draft_outdated", number=number, version=version)]
    if record.status is PackageStatus.DRAFT:
        return [finding("package.not_published", number=number, version=version)]
    return [
        finding("package.record_differs", number=number, version=version,
                expected=record.sha256, found=checked.sha256)
    ]  # fmt: skip


def _against_newest(told: _Told, versions: list[PackageRecord]) -> list[Finding]:
    published = [
        one.version
        for one in versions
        if one.status is not PackageStatus.DRAFT and not one.recalled
    ]
    newest = max(published, default=0)
    if newest <= told.version:
        return []
    return [finding("package.superseded", number=told.number, version=told.version, newest=newest)]


def _not_compared(checked: Verification) -> Finding:
    """The address is ours, not the package's own: who forged the one may have forged the other."""
    return finding("package.key_not_compared", found=checked.fingerprint, address=KEY_PATH)
