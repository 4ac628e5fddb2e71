"""Who guesses, or asks for much, has to wait: sliding windows that every web process shares.

The address is always part of what is counted, so that a stranger elsewhere cannot lock anybody
out; somebody whose own office is held back comes in by a link of the administrator's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coverage.people import Actor
from coverage.storage import attempts as stored
from coverage.storage.sessions import Database

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``attempts`` failures within ``seconds``."""

    attempts: int
    seconds: int


# One person mistypes; one address may hold an office with many persons.
PER_LOGIN_AND_ADDRESS = Window(5, 900)
PER_ADDRESS = Window(50, 900)
PER_PERSON = Window(5, 900)  # the present password, asked of who is signed in
LINKS_PER_ADDRESS = Window(30, 900)  # links that set a password, opened or used

PRINTS_PER_PERSON = Window(20, 600)  # maps for paper, each of which costs seconds of computing


def for_sign_in(login: str, address: str) -> Mapping[Key, Window]:
    """Return what a sign-in is counted under."""
    return {
        ("sign-in", login.lower(), address): PER_LOGIN_AND_ADDRESS,
        ("sign-in", address): PER_ADDRESS,
    }


def for_own_password(login: str) -> Mapping[Key, Window]:
    """Return what a check of the present password is counted under."""
    return {("own-password", login.lower()): PER_PERSON}


def for_link(address: str) -> Mapping[Key, Window]:
    """Return what the opening of a password link is counted under."""
    return {("link", address): LINKS_PER_ADDRESS}


def for_print(actor: Actor) -> Mapping[Key, Window]:
    """Return what a map for paper is counted under: who asks for it, a person or a program."""
    who = str(actor.person_id or actor.name)
    return {("print", str(actor.organisation_id), who): PRINTS_PER_PERSON}


def count(database: Database, windows: Mapping[Key, Window]) -> int:
    """Count one attempt before it is judged; return how many seconds to wait, 0 to go ahead."""
    with database.at_the_door() as connection:
        return stored.count(
            connection,
            [_hashed(key) for key in windows],
            [window.attempts for window in windows.values()],
            [window.seconds for window in windows.values()],
        )


def forgive(database: Database, windows: Mapping[Key, Window]) -> None:
    """After a success: forget the narrowest key's failures, take the attempt back from the others."""
    narrow, *wide = [_hashed(key) for key in windows]
    with database.at_the_door() as connection:
        stored.forgive(connection, [narrow], wide)


def forget(database: Database, keys: Sequence[Key]) -> None:
    """Forget the failures under these keys."""
    with database.at_the_door() as connection:
        stored.forgive(connection, [_hashed(key) for key in keys], [])


def _hashed(key: Key) -> bytes:
    """What is kept of a key: people type passwords where logins belong."""
    return hashlib.sha256("\x00".join(key).encode(errors="replace")).digest()
