"""Handing out a package's file in pieces: checked before, written down once.

What is handed out is what was published: the stored bytes are held against the SHA-256 of the
record before the first of them leaves. The answer is remembered for as long as nobody writes to
the row, so that a download in parts does not read the whole file for each.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from coverage.errors import NotFound, PackageAltered
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import package_contents as contents
from coverage.storage import packages as stored
from coverage.storage.packages import PackageRecord
from coverage.storage.sessions import Database

_ATTEMPTS = 3  # at reading a file whose row is written to meanwhile

_right: WeakKeyDictionary[Database, set[tuple[uuid.UUID, str]]] = WeakKeyDictionary()
_checking = threading.Lock()  # one reads a file through; whoever waits for it need not


@dataclass(frozen=True, slots=True)
class PackageDownload:
    """A file that is about to be handed out."""

    database: Database
    actor: Actor
    record: PackageRecord

    def pieces(self, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes from ``first`` to ``last``, both included; a transaction for each piece.

        Raises:
            NotFound: the actor may not see it any more.
            PackageAltered: somebody changed the stored bytes meanwhile.
        """
        while first <= last:
            count = min(contents.PIECE_BYTES, last + 1 - first)
            with self.database.transaction(self.actor) as connection:
                read = contents.piece(connection, self.record.id, first, count)
            if read is None:
                raise NotFound("package", self.record.number)
            if not _is_right(self.database, self.record, read.row_version):
                # A later version was published, say; or somebody wrote past the program.
                _must_be_right(self.database, self.actor, self.record)
                continue
            if len(read.content) != count:
                raise PackageAltered(self.record.number, self.record.version)
            yield read.content
            first += count


def begin_download(
    database: Database,
    actor: Actor,
    number: str,
    version: int | None = None,
    *,
    part: bool = False,
) -> PackageDownload:
    """Check a package's stored file and write down who takes it.

    A whole file is a download each time. A ``part`` is written down only for who has not taken
    the file before: it goes on with a broken download, or one program fetches several at once.

    Raises:
        NotFound: there is no such package, or none that the actor may see.
        PackageAltered: the stored bytes are not those of the record; that is in the log.
    """
    actor.must(Act.DOWNLOAD_PACKAGE)
    with database.transaction(actor) as connection:
        record = _record(stored.packages(connection, number=number), number, version)
    _must_be_right(database, actor, record)
    with database.transaction(actor) as connection:
        taken = contents.was_downloaded(connection, record.id, actor.organisation_id, actor.name)
        if not (part and taken):
            stored.log_download(connection, record.id, actor.organisation_id, actor.name)
            audit.append(
                connection, "package.downloaded", number,
                {"version": record.version, "sha256": record.sha256},
            )  # fmt: skip
    return PackageDownload(database, actor, record)


def _must_be_right(database: Database, actor: Actor, record: PackageRecord) -> None:
    """Refuse a file whose stored bytes have another SHA-256 than its record, and log it."""
    with database.transaction(actor) as connection:
        version = contents.row_version(connection, record.id)
    if version is not None and _is_right(database, record, version):
        return
    with _checking:
        for _ in range(_ATTEMPTS):
            with database.transaction(actor) as connection:
                version = contents.row_version(connection, record.id)
                if version is None:
                    raise NotFound("package", record.number)
                if _is_right(database, record, version):
                    return
                read = contents.sha256_of(connection, record.id)
                if read is None:
                    continue
                found, version = read
                if found != record.sha256:
                    audit.append(
                        connection, "package.altered", record.number,
                        {"version": record.version, "sha256": record.sha256, "found": found},
                    )  # fmt: skip
            if found != record.sha256:
                raise PackageAltered(record.number, record.version)
            _right.setdefault(database, set()).add((record.id, version))
            return
    raise PackageAltered(record.number, record.version)


def _is_right(database: Database, record: PackageRecord, row_version: str) -> bool:
    return (record.id, row_version) in _right.get(database, ())


def _record(versions: list[PackageRecord], number: str, version: int | None) -> PackageRecord:
    for record in versions:
        if version in (None, record.version):
            return record
    raise NotFound("package", number)
