"""Tiles out of the database: who asks, in which version the data stand, and the tiles themselves.

Beside the pool of everything else, on a driver of its own (asyncpg), because a tile is one short
statement and a map asks for dozens at once. The connections are the application's role: what a
tile holds is decided by the same row-level security as everywhere (migration 29).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import make_url

from coverage.errors import DatabaseUnavailable
from coverage.people import Actor
from coverage.storage.actors import actor_of
from coverage.storage.migrations import APPLICATION_ROLE
from coverage.storage.sessions import Database
from coverage.tiles import TileLayer, TilePlace

MAKERS = 4  # tiles made at once
PATIENCE_SECONDS = 30

# One statement asks for all who wait. The order keeps two programs that note the same sessions as
# seen from waiting for each other.
_VIEWERS = """
SELECT standing.zones, standing.sites, standing.due, standing.today, standing.changes,
       holder.asked, holder.of_session, holder.organisation_id, holder.kind, holder.role, holder.province_code
FROM phusong.tile_standing() AS standing
LEFT JOIN (
    SELECT asked, true AS of_session, seen.organisation_id, seen.kind, seen.role,
           seen.province_code
    FROM (SELECT unnest($1::bytea[]) AS asked ORDER BY 1) AS sessions
    CROSS JOIN LATERAL phusong.session_holder(asked, $3) AS seen
    UNION ALL
    SELECT asked, false, seen.organisation_id, seen.kind, seen.role, seen.province_code
    FROM unnest($2::bytea[]) AS asked
    CROSS JOIN LATERAL phusong.token_holder(asked) AS seen
) AS holder ON true
"""
_ZONES = "SELECT phusong.zone_tile($1, $2, $3, $4, $5)"
_SITES = "SELECT phusong.site_tile($1, $2, $3, $4)"

# What says that the connection is gone, or that there is none to be had.
_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ObjectNotInPrerequisiteStateError,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """In which version each layer's data stand, and for whom each of the secrets speaks.

    A secret is a hash, and whether it is a session's.
    ``due``: a package waits to be opened. ``changes`` is how many rows the versions are made of.
    """

    versions: Mapping[TileLayer, str]
    due: bool
    today: dt.date
    changes: int
    viewers: Mapping[tuple[bytes, bool], Actor]


class TileReader:
    """Reads tiles; all of its connections belong to the event loop that asks first."""

    def __init__(self, database: Database) -> None:
        address = _address(database)
        # A session that was seen a moment before the power went may be forgotten to have been.
        self._door = _Line(1, address, {"synchronous_commit": "off"})
        self._makers = _Line(MAKERS, address, {})

    async def standing(
        self, sessions: Sequence[bytes], tokens: Sequence[bytes], idle_minutes: int
    ) -> Standing:
        """Tell who holds these sessions and tokens, by their hashes, and how the data stand.

        Raises:
            DatabaseUnavailable: it cannot be reached.
        """
        rows = await self._door.fetch(_VIEWERS, sessions, tokens, idle_minutes)
        first = rows[0]
        return Standing(
            {TileLayer.ZONES: first["zones"], TileLayer.SITES: first["sites"]},
            first["due"], first["today"], first["changes"],
            {
                (row["asked"], row["of_session"]): actor_of(row, "")
                for row in rows
                if row["asked"] is not None
            },
        )  # fmt: skip

    async def tile(
        self, organisation_id: uuid.UUID, place: TilePlace, ends_at: dt.datetime | None
    ) -> bytes:
        """Make one tile for an organisation: as things stand, or as they stood before ``ends_at``.

        Raises:
            DatabaseUnavailable: it cannot be reached.
        """
        where = (organisation_id, place.z, place.x, place.y)
        if place.layer is TileLayer.SITES:
            rows = await self._makers.fetch(_SITES, *where)
        else:
            rows = await self._makers.fetch(_ZONES, *where, ends_at)
        return bytes(rows[0][0])

    async def open_due_packages(self) -> None:
        """Open the packages whose minute has come, as whoever comes first does."""
        await self._makers.fetch("SELECT phusong.open_due_packages()")

    async def sweep(self) -> None:
        """Forget which changes the versions were made of; every tile is then made anew once."""
        await self._makers.fetch("SELECT phusong.sweep_tile_changes()")

    async def close(self) -> None:
        """Close the connections; the next question opens others."""
        await self._door.close()
        await self._makers.close()


class _Line:
    """A few connections, of which each is handed to one question after the other."""

    def __init__(
        self, size: int, address: Mapping[str, object], settings: Mapping[str, str]
    ) -> None:
        self._size = size
        self._address = address
        self._settings = {
            "role": APPLICATION_ROLE, "search_path": "phusong,public", "timezone": "UTC",
            "jit": "off", "application_name": "phusong tiles", **settings,
        }  # fmt: skip
        self._idle: list[Any] = []
        self._places = asyncio.Semaphore(size)

    async def fetch(self, statement: str, *values: object) -> list[Any]:
        """Return the rows; a connection that was lost meanwhile is replaced once."""
        async with self._places:
            while True:
                kept = bool(self._idle)
                connection = self._idle.pop() if kept else await self._connect()
                try:
                    rows: list[Any] = await connection.fetch(statement, *values)
                except asyncpg.DeadlockDetectedError:
                    # Somebody else ended several of these sessions, in another order; and has by now.
                    self._idle.append(connection)
                    continue
                except _LOST as error:
                    connection.terminate()
                    if kept and not isinstance(error, TimeoutError):
                        continue
                    raise DatabaseUnavailable(str(error)) from error
                except BaseException:
                    connection.terminate()
                    raise
                self._idle.append(connection)
                return rows

    async def close(self) -> None:
        idle, self._idle = self._idle, []
        self._places = asyncio.Semaphore(self._size)
        for connection in idle:
            await connection.close()

    async def _connect(self) -> Any:
        try:
            return await asyncpg.connect(
                **self._address, server_settings=self._settings,
                command_timeout=PATIENCE_SECONDS, timeout=PATIENCE_SECONDS,
            )  # fmt: skip
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseUnavailable(str(error)) from error


def _address(database: Database) -> Mapping[str, object]:
    """The application's address in the words of this driver."""
    url = make_url(database.url)
    said = {
        "host": url.host or url.query.get("host"),
        "port": url.port or url.query.get("port"),
        "database": url.database,
        "user": url.username,
        "password": url.password,
        "ssl": url.query.get("sslmode"),
    }
    return {name: value for name, value in said.items() if value is not None}
