"""The server's own worker: a process beside it that ends with it, however the server ends."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

COMMAND = ("-c", "from api.command_line import main; main()", "worker", "--with-parent")
STOP_SECONDS = 12.0
AGAIN_SECONDS = 2.0
logger = logging.getLogger(__name__)


@contextmanager
def own_worker() -> Iterator[None]:
    """Keep one worker process for the block; one that dies is replaced, its jobs are taken up again.

    It reads a pipe that only this process holds open, and stops when that closes: so it ends also
    when this process is killed.
    """
    ending = threading.Event()
    keeper = threading.Thread(target=_keep, args=(ending,), name="own-worker", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _keep(ending: threading.Event) -> None:
    while not ending.is_set():
        child = subprocess.Popen(
            [sys.executable, *COMMAND], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        try:
            while child.poll() is None and not ending.wait(0.2):
                pass
            if child.poll() is not None:
                logger.warning("the worker ended with %s; another begins", child.returncode)
                ending.wait(AGAIN_SECONDS)
        finally:
            _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()  # what it did is taken up again
        child.wait()
