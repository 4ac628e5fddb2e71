"""How the program stands, without a name: versions only, never anybody's row."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from coverage.storage.migrations import current_revision, newest_revision


@dataclass(frozen=True, slots=True)
class Standing:
    """The versions that an answer of this program rests on; None where there is none yet."""

    migration: str | None
    newest_migration: str
    vintage: str | None
    vintage_approximate: bool | None
    criteria: str | None
    criteria_official: bool | None


def standing(connection: Connection) -> Standing:
    """Read the versions; at the door."""
    row = connection.execute(text("SELECT * FROM phusong.standing()")).one()
    return Standing(
        current_revision(connection), newest_revision(),
        row.vintage, row.approximate, row.criteria, row.official,
    )  # fmt: skip
