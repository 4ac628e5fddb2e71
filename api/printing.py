"""Maps for paper cost seconds of computing: so many of one person, so many at once of the machine.

What is counted is shared by all web processes: a person's maps in the database, the machine's in
files that are locked while a map is made. The locks end with their process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import Request

from api import dependencies as asked
from api.refusals import PrintersBusy, TooManyPrints
from coverage.actions import attempts
from coverage.people import Actor
from coverage.storage.sessions import Database

AT_ONCE = max(1, (os.cpu_count() or 1) // 2)  # the other half answers everybody else
PATIENCE_SECONDS = 5.0  # how long an asker stands in line
AGAIN_SECONDS = 15  # what who stood in vain is told to wait
_LOOK_SECONDS = 0.1


def printed(
    request: Request, opened: Database, actor: Actor, make: Callable[[], tuple[str, bytes]]
) -> tuple[str, bytes]:
    """Return name and bytes of a map for paper, made when it is the asker's turn.

    Raises:
        TooManyPrints: the asker had too many made lately.
        PrintersBusy: others' maps are being made, and still are after a while.
    """
    wait = attempts.count(opened, attempts.for_print(actor))
    if wait:
        raise TooManyPrints(wait, attempts.PRINTS_PER_PERSON.attempts)
    with turn(asked.settings(request).folders.var / "printing"):
        return make()


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Hold one of the machine's places for the block; ``folder`` has a file for each of them.

    Raises:
        PrintersBusy: every place stayed taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        for place in range(AT_ONCE):
            with (folder / f"{place}.lock").open("wb") as held:
                if _taken(held.fileno()):
                    yield
                    return
        if time.monotonic() >= ends:
            raise PrintersBusy(AGAIN_SECONDS)
        time.sleep(_LOOK_SECONDS)


def _taken(descriptor: int) -> bool:
    """Take a place; it is given back when its file is closed."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
