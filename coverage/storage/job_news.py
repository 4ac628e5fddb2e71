"""News of jobs, heard once per process: who waits for a job is woken when it goes on.

The database says which job went on and nothing of it; whoever is woken reads it as themselves.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg

from coverage.storage.sessions import Database

CHANNEL = "phusong_job"
IDLE_SECONDS = 10.0
_LOOK_SECONDS = 0.2
logger = logging.getLogger(__name__)


class JobNews:
    """Listens on one connection in a thread of its own, as long as anybody waits."""

    def __init__(self, database: Database) -> None:
        self._address = database.address("phusong,public")
        self._lock = threading.Lock()
        self._waiting: dict[uuid.UUID, list[Callable[[], object]]] = defaultdict(list)
        self._thread: threading.Thread | None = None
        self._heard = threading.Event()
        self._ended = False

    @property
    def listening(self) -> bool:
        """Whether news come in; without them who waits has to look from time to time."""
        return self._heard.is_set()

    @contextmanager
    def of(
        self, job_id: uuid.UUID, wake: Callable[[], object], *, listen: bool = True
    ) -> Iterator[None]:
        """Call ``wake``, in another thread, whenever the job has gone on.

        Without ``listen`` only what this process itself says of the job is heard.
        """
        with self._lock:
            self._waiting[job_id].append(wake)
            if listen and self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._run, name="job-news", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._waiting[job_id].remove(wake)
                if not self._waiting[job_id]:
                    del self._waiting[job_id]

    def wake(self, job_id: uuid.UUID) -> None:
        """Wake whoever waits for this job."""
        with self._lock:
            found = list(self._waiting.get(job_id, ()))
        for wake in found:
            wake()

    def end(self) -> None:
        """Stop listening, and wake everybody."""
        self._ended = True
        self._wake_all()
        thread = self._thread
        if thread is not None:
            thread.join(2 * _LOOK_SECONDS)

    def _run(self) -> None:
        try:
            self._listen()
        except psycopg.Error as error:
            logger.warning("news of jobs are not heard: %s", error)
        finally:
            self._heard.clear()
            with self._lock:
                self._thread = None
            self._wake_all()  # they look for themselves now

    def _listen(self) -> None:
        idle_since = time.monotonic()
        # Its own way of leaving a block leaves a connection that the server broke unclosed.
        with closing(psycopg.connect(self._address, autocommit=True)) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._heard.set()
            self._wake_all()  # what happened before this was not heard
            while not self._ended:
                for told in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                    self.wake(uuid.UUID(told.payload))
                if self._waiting:
                    idle_since = time.monotonic()
                elif time.monotonic() - idle_since > IDLE_SECONDS:
                    return

    def _wake_all(self) -> None:
        with self._lock:
            found = [wake for each in self._waiting.values() for wake in each]
        for wake in found:
            wake()
