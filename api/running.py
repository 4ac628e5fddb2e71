"""Checks of survey files that run while their sender waits, looks elsewhere, or changes their mind.

One check per sender runs at a time, in a thread of its own. Nothing of it is kept anywhere but in
memory until it is over, so that a cancelled check leaves nothing behind.
"""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from coverage.errors import NotFound

KEPT_SECONDS = 3600


class Cancelled(Exception):
    """The sender wants the check no more; the check ends by raising it."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a check is: what it does now, and how many of how many steps of that are done."""

    doing: str = ""
    done: int = 0
    total: int = 0
    over: bool = False


@dataclass(slots=True)
class Running:
    """One check. Its work calls :meth:`begin` and :meth:`count`, which raise when cancelled."""

    key: str
    file_name: str
    state: State = field(default_factory=State)
    address: str = ""
    failure: BaseException | None = None
    ended_at: float = 0.0
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)

    def begin(self, doing: str) -> None:
        """Say what begins now.

        Raises:
            Cancelled: its sender wants it no more.
        """
        self.go_on()
        self.state = State(doing)

    def count(self, done: int, total: int) -> None:
        """Say how many steps of how many are done.

        Raises:
            Cancelled: its sender wants it no more.
        """
        self.go_on()
        self.state = State(self.state.doing, done, total)

    def go_on(self) -> None:
        """Do nothing, unless the check is not wanted any more.

        Raises:
            Cancelled: so it is.
        """
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ask the check to end at its next step."""
        self._cancelled.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the check is over, at most ``seconds``; say whether it is."""
        return self._over.wait(seconds)

    def run(self, work: Callable[[Running], str], now: Callable[[], float]) -> None:
        """Do the work; it returns the address of its result."""
        try:
            self.address = work(self)
        except BaseException as failure:  # noqa: BLE001 - told to the sender, on their page
            self.failure = failure
        finally:
            self.ended_at = now()
            self.state = State(self.state.doing, over=True)
            self._over.set()


class RunningChecks:
    """The checks of every sender; ``now`` is a clock in seconds.

    A check that is over within ``patience_seconds`` needs no page of its own.
    """

    def __init__(
        self, now: Callable[[], float] = time.time, *, patience_seconds: float = 1.0
    ) -> None:
        self.patience_seconds = patience_seconds
        self._now = now
        self._lock = threading.Lock()
        self._of: dict[uuid.UUID, Running] = {}

    def start(
        self, sender: uuid.UUID, file_name: str, work: Callable[[Running], str]
    ) -> Running:  # fmt: skip
        """Begin a check, in place of the one that the sender may still have going on."""
        started = Running(secrets.token_urlsafe(18), file_name)
        with self._lock:
            self._sweep()
            before = self._of.get(sender)
            self._of[sender] = started
        if before is not None:
            before.cancel()
        thread = threading.Thread(
            target=started.run, args=(work, self._now), name="survey-check", daemon=True
        )
        thread.start()
        return started

    def find(self, sender: uuid.UUID, key: str) -> Running:
        """Return the sender's check of this key.

        Raises:
            NotFound: there is none, it is another's, or it ended long ago.
        """
        found = self.latest(sender)
        if found is None or not secrets.compare_digest(found.key, key):
            raise NotFound("upload", key)
        return found

    def latest(self, sender: uuid.UUID) -> Running | None:
        """Return the sender's check, going on or over; None when there is none."""
        with self._lock:
            self._sweep()
            return self._of.get(sender)

    def forget(self, sender: uuid.UUID) -> None:
        """End the sender's check, and forget that there was one."""
        with self._lock:
            found = self._of.pop(sender, None)
        if found is not None:
            found.cancel()

    def end(self) -> None:
        """Ask every check to end: the door closes."""
        with self._lock:
            for one in self._of.values():
                one.cancel()

    def _sweep(self) -> None:
        long_ago = self._now() - KEPT_SECONDS
        for sender, one in list(self._of.items()):
            if one.state.over and one.ended_at < long_ago:
                del self._of[sender]
