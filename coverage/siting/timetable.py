"""The time there is, dealt out to the steps; and whether any of them was cut short by it."""

from __future__ import annotations

import time

_LEAST = 0.01


class Timetable:
    """So many seconds from now, of which each step gets a share of what is left."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._step_end = float("inf")
        self._struck = False

    def share(self, part: float = 1.0) -> float:
        """Begin a step with this share of the time left; returns when it must end (monotonic)."""
        self._note()
        now = time.monotonic()
        self._step_end = now + part * max(0.0, self._end - now)
        return self._step_end

    def seconds(self, part: float = 1.0) -> float:
        """Begin a step with this share of the time left; returns its seconds, some at least."""
        return max(_LEAST, self.share(part) - time.monotonic())

    @property
    def over(self) -> bool:
        """Tell whether no time is left."""
        return time.monotonic() >= self._end

    @property
    def struck(self) -> bool:
        """Tell whether a step had to end before it was through."""
        self._note()
        return self._struck

    def _note(self) -> None:
        if time.monotonic() >= self._step_end:
            self._struck = True
        self._step_end = float("inf")
