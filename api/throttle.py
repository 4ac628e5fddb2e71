"""A sliding window over failed attempts, per process: who guesses passwords has to wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from api.refusals import TooManyAttempts

MOST_KEYS = 10_000  # beyond them the oldest are forgotten, so that guessing cannot fill memory


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``attempts`` failures within ``seconds``."""

    attempts: int
    seconds: int


# One person mistypes; one address may hold an office with many persons.
PER_LOGIN_AND_ADDRESS = Window(5, 900)
PER_ADDRESS = Window(50, 900)


class Throttle:
    """Remembers the failures of each key; ``now`` is a clock in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: dict[tuple[str, ...], deque[float]] = {}
        self._lock = threading.Lock()

    def attempt(self, login: str, address: str) -> None:
        """Count one attempt before it is judged, so that many at once are counted too.

        Raises:
            TooManyAttempts: there were too many; the attempt must not be judged.
        """
        with self._lock:
            windows = self._windows(login, address)
            for key, window in windows.items():
                times = self._recent(key, window)
                if len(times) >= window.attempts:
                    wait = window.seconds - (self._now() - times[0])
                    raise TooManyAttempts(max(1, round(wait)))
            for key in windows:
                self._failures.setdefault(key, deque()).append(self._now())
            while len(self._failures) > MOST_KEYS:
                self._failures.pop(next(iter(self._failures)))

    def succeeded(self, login: str, address: str) -> None:
        """Take the attempt back, and forget the login's earlier failures."""
        with self._lock:
            self._failures.pop((login, address), None)
            times = self._failures.get((address,))
            if times:
                times.pop()

    @staticmethod
    def _windows(login: str, address: str) -> dict[tuple[str, ...], Window]:
        return {(login, address): PER_LOGIN_AND_ADDRESS, (address,): PER_ADDRESS}

    def _recent(self, key: tuple[str, ...], window: Window) -> deque[float]:
        times = self._failures.get(key, deque())
        while times and times[0] <= self._now() - window.seconds:
            times.popleft()
        if not times:
            self._failures.pop(key, None)
        return times
