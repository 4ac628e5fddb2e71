"""One job in its doer's hands: what it is to do, how it says how far it is, how it learns of its end.

What is said is written by a thread of its own, at most five times a second and in transactions
apart from the act's; the same thread hears whether the job is still wanted.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from api.pending import Pending, PendingUploads
from coverage.actions import jobs
from coverage.actions.jobs import ActingDatabase, Held
from coverage.errors import NotSignedIn
from coverage.jobs import Job, TakenJob
from coverage.people import Actor
from coverage.settings import Settings
from coverage.storage.sessions import Database

TOLD_EVERY_SECONDS = 0.2
HEARD_EVERY_SECONDS = 0.8
KEPT_HOURS = 48  # how long a file waits for a worker
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Whoever asked wants it no more; the work ends by raising it, and nothing of it is kept."""


class Interrupted(Exception):
    """The worker has to stop; another will begin the job anew."""


class TakenAway(Exception):
    """Nothing was heard of this doer for so long that another has the job now."""


def files_for_jobs(settings: Settings) -> PendingUploads:
    """Return the files that wait for their job, by the job's id."""
    return PendingUploads(settings.folders.var / "jobs", kept_seconds=KEPT_HOURS * 3600)


def checked_files(settings: Settings, folder: str) -> PendingUploads:
    """Return the checked files that wait for their sender's word."""
    return PendingUploads(settings.folders.var / folder)


@dataclass(slots=True)
class Run:
    """A job while it is done. Its work calls :meth:`tell`, or :meth:`begin` and :meth:`count`; they raise its end."""

    opened: Database
    settings: Settings
    job: Job
    actor: Actor
    stopping: threading.Event = field(default_factory=threading.Event)
    doing: str = ""
    done: int = 0
    total: int = 0
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _taken_away: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(
        cls, opened: Database, settings: Settings, taken: TakenJob, stopping: threading.Event
    ) -> Run:
        """Return the run of a job that was taken up."""
        return cls(opened, settings, taken.job, taken.actor, stopping)

    @property
    def held(self) -> Held:
        """The job as this doer holds it."""
        return Held(self.job.id, self.job.organisation_id, self.job.tries)

    @property
    def database(self) -> Database:
        """Where the job acts: in its name, and only as long as it is wanted."""
        return ActingDatabase(self.opened, self.held, self._may_commit)

    @property
    def person(self) -> uuid.UUID:
        """Whose files it checks.

        Raises:
            NotSignedIn: a program's.
        """
        if self.actor.person_id is None:
            raise NotSignedIn
        return self.actor.person_id

    def begin(self, doing: str) -> None:
        """Say what begins now.

        Raises:
            Cancelled, Interrupted, TakenAway: it must not go on.
        """
        self.go_on()
        self.doing, self.done, self.total = str(doing), 0, 0

    def count(self, done: int, total: int) -> None:
        """Say how many steps of how many are done.

        Raises:
            Cancelled, Interrupted, TakenAway: it must not go on.
        """
        self.go_on()
        self.done, self.total = done, total

    def tell(self, doing: str, done: int, total: int) -> None:
        """Say what goes on and how many steps of it are done.

        Raises:
            Cancelled, Interrupted, TakenAway: it must not go on.
        """
        self.go_on()
        self.doing, self.done, self.total = doing, done, total

    def go_on(self) -> None:
        """Do nothing, unless the job must not go on.

        Raises:
            Cancelled, Interrupted, TakenAway: why.
        """
        self._must_be_wanted()
        if self.stopping.is_set():
            raise Interrupted

    def may_end(self) -> None:
        """Ask whether what was done may be kept; a worker that stops may still keep it.

        Whoever cancelled before this moment is heard.

        Raises:
            Cancelled, TakenAway: it may not.
        """
        self._hear()
        self._must_be_wanted()

    def _may_commit(self, wanted_no_more: bool | None) -> None:
        self._heard(wanted_no_more)
        self._must_be_wanted()

    def _must_be_wanted(self) -> None:
        if self._taken_away.is_set():
            raise TakenAway
        if self._cancelled.is_set():
            raise Cancelled

    def sent(self) -> Pending:
        """Return the file that came with the job.

        Raises:
            NotFound: nobody took the job up for two days.
        """
        files = files_for_jobs(self.settings)
        return files.find(self.job.id, files.key_of(self.job.id) or "")

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say from time to time, as long as the block lasts, how far the job is."""
        teller = threading.Thread(target=self._tell, name=f"job-{self.job.id}", daemon=True)
        teller.start()
        try:
            yield
        finally:
            self._ended.set()
            teller.join()

    def _tell(self) -> None:
        told: tuple[str, int, int] = ("", 0, 0)
        quiet = 0.0
        while not self._ended.wait(TOLD_EVERY_SECONDS):
            now = (self.doing, self.done, self.total)
            quiet += TOLD_EVERY_SECONDS
            if now == told and quiet < HEARD_EVERY_SECONDS:
                continue
            told, quiet = now, 0.0
            try:
                self._hear()
            except Exception:
                logger.exception("job %s cannot say how far it is", self.job.id)

    def _hear(self) -> None:
        """Say how far it is and that this process lives; hear whether it is still wanted."""
        self._heard(jobs.hear_of(self.opened, self.held, self.doing, self.done, self.total))

    def _heard(self, wanted_no_more: bool | None) -> None:
        if wanted_no_more is None:
            self._taken_away.set()
        elif wanted_no_more:
            self._cancelled.set()
