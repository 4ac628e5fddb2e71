"""Serving tiles: never older than the request, never of another's rights, made once per version.

For every request it is asked anew who shows the secret and in which version the data stand; all
requests that wait while the last such question is under way share the next one. What was made is
kept under a state that no other organisation and no later change has.

The tag that goes out is made of the tile's bytes alone: one made of the version would tell an
operator that a competitor had just promised, disputed or loaded something.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from coverage.errors import NotSignedIn, PhusongError
from coverage.people import Act, Actor
from coverage.storage.sessions import Database
from coverage.storage.tiles import Standing, TileReader
from coverage.tiles import TilePlace, end_of

CACHE_BYTES = 64_000_000
_EACH_BYTES = 500  # what an entry itself takes; most tiles are empty
SWEEP_AT = 100  # changes; a version is made of them at every request
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Secret:
    """What a request shows: the hash of a session's token, or of a program's."""

    sha256: bytes
    of_session: bool


@dataclass(frozen=True, slots=True)
class MadeTile:
    """A tile's bytes, and the tag by which an asker knows them again."""

    tag: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Key:
    """Whose tile, of what, as the data stood in a version; ``day`` is None for what stands now."""

    version: str
    organisation_id: uuid.UUID
    place: TilePlace
    day: dt.date | None


class Tiles:
    """Makes and keeps tiles.

    Connections stay open inside of :meth:`kept` only; elsewhere each request opens its own.
    """

    def __init__(
        self, database: Database, idle_minutes: int, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._reader = TileReader(database)
        self._idle_minutes = idle_minutes
        self._cache = _Cache(cache_bytes)
        self._making: dict[_Key, asyncio.Task[MadeTile]] = {}
        self._waiting: dict[Secret, list[asyncio.Future[tuple[Actor, Standing]]]] = {}
        self._asking: asyncio.Task[None] | None = None
        self._kept = False
        self._under_way = 0

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep connections open for the requests of the block."""
        self._kept = True
        try:
            yield
        finally:
            self._kept = False
            await self._close()

    async def serve(self, secret: Secret, place: TilePlace, day: dt.date | None) -> MadeTile:
        """Return a tile as it stands, or as it stood at the end of ``day``.

        Raises:
            NotSignedIn, NotFound, NotAllowed: nobody asks; there is no such tile; the asker may
                not be told what was.
            DatabaseUnavailable: it cannot be reached.
        """
        self._under_way += 1
        try:
            return await self._serve(secret, place, day)
        finally:
            self._under_way -= 1
            if not self._kept and self._under_way == 0:
                await self._close()

    async def _close(self) -> None:
        """Close the connections once what is under way on them is done."""
        under_way = [*self._making.values(), *([self._asking] if self._asking else [])]
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._reader.close()

    async def _serve(self, secret: Secret, place: TilePlace, day: dt.date | None) -> MadeTile:
        viewer, standing = await self._viewer(secret)
        place.must_exist()
        if day is not None and day >= standing.today:
            day = None
        if day is not None:
            viewer.must(Act.SEE_PAST)
        key = _Key(standing.versions[place.layer], viewer.organisation_id, place, day)
        made = self._cache.get(key)
        if made is not None:
            return made
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make(key))
        return await asyncio.shield(making)

    async def _make(self, key: _Key) -> MadeTile:
        try:
            ends_at = None if key.day is None else end_of(key.day)
            content = await self._reader.tile(key.organisation_id, key.place, ends_at)
            made = MadeTile(hashlib.sha256(content).hexdigest()[:32], content)
            self._cache.keep(key, made)
            return made
        finally:
            del self._making[key]

    async def _viewer(self, secret: Secret) -> tuple[Actor, Standing]:
        answer = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(secret, []).append(answer)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        found: tuple[Actor, Standing] = await answer
        return found

    async def _ask(self) -> None:
        """Ask for all who wait, again and again until nobody does."""
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                try:
                    standing = await self._standing(list(asked))
                except PhusongError as error:
                    _tell(asked, error)
                except BaseException as error:
                    _tell(asked, error)
                    raise
                else:
                    _tell(asked, standing)
                    if standing.changes > SWEEP_AT:
                        await self._reader.sweep()
        except PhusongError:
            logger.exception("the changes of tiles were not swept")
        finally:
            # Who came while that failed must not wait for somebody else to come.
            self._asking = asyncio.create_task(self._ask()) if self._waiting else None

    async def _standing(self, secrets: list[Secret]) -> Standing:
        sessions = [secret.sha256 for secret in secrets if secret.of_session]
        tokens = [secret.sha256 for secret in secrets if not secret.of_session]
        standing = await self._reader.standing(sessions, tokens, self._idle_minutes)
        if standing.due and standing.viewers:
            await self._reader.open_due_packages()
            standing = await self._reader.standing(sessions, tokens, self._idle_minutes)
        return standing


def _tell(
    asked: dict[Secret, list[asyncio.Future[tuple[Actor, Standing]]]],
    told: Standing | BaseException,
) -> None:
    """Answer everybody who asked; an error is each one's own."""
    for secret, answers in asked.items():
        for answer in answers:
            if answer.done():
                continue
            if isinstance(told, BaseException):
                answer.set_exception(told)
                continue
            viewer = told.viewers.get((secret.sha256, secret.of_session))
            if viewer is None:
                answer.set_exception(NotSignedIn())
            else:
                answer.set_result((viewer, told))


class _Cache:
    """Tiles bounded by bytes; the one that was not wanted longest goes first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._tiles: OrderedDict[_Key, MadeTile] = OrderedDict()

    def get(self, key: _Key) -> MadeTile | None:
        made = self._tiles.get(key)
        if made is not None:
            self._tiles.move_to_end(key)
        return made

    def keep(self, key: _Key, made: MadeTile) -> None:
        self._tiles[key] = made
        self._bytes += len(made.content) + _EACH_BYTES
        while self._bytes > self._most_bytes and self._tiles:
            _, gone = self._tiles.popitem(last=False)
            self._bytes -= len(gone.content) + _EACH_BYTES
