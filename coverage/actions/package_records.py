"""What every act on packages does with a record: find it, keep a content, tell the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from coverage.dossier.seal import Sealed
from coverage.errors import Conflict, NotFound
from coverage.packages import Package, said_of
from coverage.people import Actor
from coverage.storage import packages as stored
from coverage.storage.packages import NewContent, PackageRecord


def latest(connection: Connection, number: str, version: int | None = None) -> PackageRecord:
    """Return a package's version, by default the newest that the actor may see.

    Raises:
        NotFound: there is none.
    """
    for record in stored.packages(connection, number=number):
        if version in (None, record.version):
            return record
    raise NotFound("package", number)


def must_lie_ahead(
    connection: Connection, opens_at: datetime | None, closes_at: datetime | None
) -> None:
    """Refuse an embargo that has ended already, and a closing before the opening.

    Raises:
        Conflict: which of the two.
    """
    now = stored.moment(connection)
    if opens_at is not None and opens_at <= now:
        raise Conflict("package", "opens_in_past")
    if closes_at is not None and closes_at <= (opens_at or now):
        raise Conflict("package", "closes_too_early")


def new_content(
    package: Package, sealed: Sealed, actor: Actor, *, reason: str = "",
    difference: Mapping[str, object] | None = None,
) -> NewContent:  # fmt: skip
    """Return what the database keeps of a sealed package."""
    return NewContent(
        vintage=package.vintage.name,
        approximate=package.vintage.approximate,
        totals=package.totals(),
        manifest=sealed.manifest,
        file_name=sealed.file_name,
        sha256=sealed.sha256,
        content=sealed.content,
        built_by=actor.name,
        signature=sealed.signature,
        key_fingerprint=sealed.key_fingerprint,
        kind=package.kind,
        mode=package.mode,
        reason=reason,
        difference=difference or {},
        said=said_of(package),
    )


def told(record: PackageRecord) -> dict[str, object]:
    """Return what the log keeps of a package."""
    return {
        "version": record.version,
        "sha256": record.sha256,
        "lots": [str(lot_id) for lot_id in record.lot_ids],
        "totals": dict(record.totals),
    } | (
        {}
        if record.opens_at is None
        else {"opens_at": record.opens_at.isoformat(timespec="minutes")}
    )


def ids(keys: Collection[object]) -> list[str]:
    """Return ids as the log writes them, in order."""
    return sorted(map(str, keys))
