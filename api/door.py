"""What every door does first: read the settings once and open the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from coverage.actions.people import act_for
from coverage.days import VIETNAM_TIME
from coverage.errors import DatabaseUnavailable
from coverage.people import Actor, OrganisationKind, Role
from coverage.settings import Settings, read_settings
from coverage.storage import migrations
from coverage.storage.sessions import Database, open_database

PROJECT = Path(__file__).resolve().parents[1]


def settings() -> Settings:
    """Read the settings from the process's environment."""
    return read_settings(os.environ, PROJECT)


def today() -> date:
    """Return today's date in Viet Nam, by which dated rows are chosen."""
    return datetime.now(VIETNAM_TIME).date()


@contextmanager
def open_door(read: Settings | None = None, *, migrated: bool = True) -> Iterator[Database]:
    """Open the database of the settings; refuse one that the program's migrations are ahead of.

    Raises:
        DatabaseUnavailable: it cannot be reached, or ``phusong db upgrade`` has to run first.
    """
    chosen = read or settings()
    with open_database(chosen.database, chosen.folders.var) as database:
        if migrated:
            _must_be_migrated(database)
        yield database


def as_authority(database: Database, command: str) -> Actor:
    """Act as the authority's administrator: the command line runs on the server itself."""
    return act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, f"phusong {command}")


def as_province(
    database: Database, code: str, command: str, role: Role = Role.PROVINCE_OFFICER
) -> Actor:
    """Act for a province's department.

    Raises:
        NotFound: no such province code in the active vintage.
    """
    return act_for(
        database, OrganisationKind.PROVINCE, role, f"phusong {command}", province_code=code,
    )  # fmt: skip


def as_operator(database: Database, name: str, command: str) -> Actor:
    """Act for an operator.

    Raises:
        NotFound: no operator of this name.
    """
    return act_for(
        database, OrganisationKind.OPERATOR, Role.OPERATOR, f"phusong {command}", organisation=name
    )


def _must_be_migrated(database: Database) -> None:
    found, newest = database.revision(), migrations.newest_revision()
    if found != newest:
        raise DatabaseUnavailable(
            f"cơ sở dữ liệu ở phiên bản {found or 'trống'}, chương trình cần {newest}: "
            "hãy chạy `phusong db upgrade`"
        )
