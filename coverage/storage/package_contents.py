"""The file of a package in pieces: whoever hands it out never holds the whole of it."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, exists, select, text

from coverage.storage.tables.packages import download

PIECE_BYTES = 256_000  # twenty at once: 46 MB, against 1.7 GB with whole files of 50 MB

# The row's version changes with whatever is written to the row, by whomever.
_PIECE = text(
    "SELECT xmin::text AS row_version, substring(content FROM :first FOR :count) AS piece"
    " FROM phusong.package WHERE id = :id"
)
_VERSION = text("SELECT xmin::text FROM phusong.package WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a package's file, and the version of the row that they were read from."""

    content: bytes
    row_version: str


def row_version(connection: Connection, package_id: uuid.UUID) -> str | None:
    """Return the version of a package's row; None when the actor may not see it (any more)."""
    return connection.execute(_VERSION, {"id": package_id}).scalar_one_or_none()


def piece(connection: Connection, package_id: uuid.UUID, first: int, count: int) -> Piece | None:
    """Return ``count`` bytes from the byte ``first`` on; None when the actor may not see it."""
    row = connection.execute(
        _PIECE, {"id": package_id, "first": first + 1, "count": count}
    ).one_or_none()
    return None if row is None else Piece(bytes(row.piece), row.row_version)


def sha256_of(connection: Connection, package_id: uuid.UUID) -> tuple[str, str] | None:
    """Return the SHA-256 of a package's stored file, piece by piece, and its row's version.

    None when the actor may not see it, or the row was written to meanwhile.
    """
    digest, first, version = hashlib.sha256(), 0, None
    while True:
        read = piece(connection, package_id, first, PIECE_BYTES)
        if read is None or version not in (None, read.row_version):
            return None
        version = read.row_version
        digest.update(read.content)
        first += len(read.content)
        if len(read.content) < PIECE_BYTES:
            return digest.hexdigest(), version


def was_downloaded(
    connection: Connection, package_id: uuid.UUID, organisation_id: uuid.UUID, person: str
) -> bool:
    """Tell whether this person is written down as having taken the file; one asks at a time."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))"),
        {"who": f"{package_id} {organisation_id} {person}"},
    )
    found = select(
        exists().where(
            download.c.package_id == package_id,
            download.c.organisation_id == organisation_id,
            download.c.person == person,
        )
    )
    return bool(connection.execute(found).scalar_one())
