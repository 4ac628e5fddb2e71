"""The collector of cyclic garbage, told to wait while a file is read.

A file of 50,000 rows becomes some millions of small objects without one cycle among them. Going
through them again and again in search of cycles took a third of the whole check.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_waiting = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector wait until the last block like this one has ended, in any thread."""
    global _waiting  # noqa: PLW0603 - one collector per process
    with _lock:
        if _waiting == 0:
            gc.disable()
        _waiting += 1
    try:
        yield
    finally:
        with _lock:
            _waiting -= 1
            if _waiting == 0:
                gc.enable()
