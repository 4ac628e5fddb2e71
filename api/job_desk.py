"""Where pages ask for long work: answered at once when it is short, on a page of its own when not."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import procrastinate
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.job_doing import StillHeld, TryAgain, doer
from api.job_kinds import KINDS
from api.job_refusals import from_data
from api.job_runs import files_for_jobs
from api.pending import Pending
from api.worker import queue_job
from coverage.actions import jobs
from coverage.jobs import OPEN, Job, JobAsked, JobState
from coverage.people import Actor
from coverage.settings import Settings
from coverage.storage.job_news import JobNews
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

PATIENCE_SECONDS = 1.0
ALIVE_SECONDS = 25.0  # a worker says every five seconds that it lives
SMALL_BYTES = 300_000  # a file up to this is checked here when no worker lives
STREAMS_OF_ONE = 6  # pages of one person that listen at once; the oldest gives way
STOP_SECONDS = 10.0  # how long the end of the server waits for what is done here
_LOOK_SECONDS = 0.3
logger = logging.getLogger(__name__)


class JobDesk:
    """The web process's way to long work.

    Work that is over within ``patience_seconds`` needs no page. ``here``: it is done in a thread
    of this process and not by a worker; otherwise so only what is small while no worker lives.
    """

    def __init__(self, settings: Settings, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.patience_seconds = patience_seconds
        self.here = False
        self._settings = settings
        self._files = files_for_jobs(settings)
        self._queue = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        self._lock = threading.Lock()
        self._news: JobNews | None = None
        self._streams: dict[uuid.UUID, deque[threading.Event]] = defaultdict(deque)
        self._stopping = threading.Event()
        self._threads: set[threading.Thread] = set()

    def news(self, opened: Database) -> JobNews:
        """Return the news of jobs, heard once per process."""
        with self._lock:
            if self._news is None:
                self._news = JobNews(opened)
            return self._news

    def end(self) -> None:
        """Stop what is done here, and listening: the door closes."""
        self._stopping.set()
        for thread in list(self._threads):
            thread.join(STOP_SECONDS)
        if self._news is not None:
            self._news.end()

    def ask(
        self, opened: Database, actor: Actor, kind_name: str, argument: Mapping[str, Any], *,
        about: str = "", sent: Pending | None = None,
    ) -> uuid.UUID:  # fmt: skip
        """Ask for work; return the job's id. ``sent`` is the file that it is about.

        Raises:
            FileUnwritable: there is no room for the file; nothing was asked for.
        """
        kind, job_id = KINDS[kind_name], uuid.uuid4()
        once = None
        if sent is None:
            who = actor.person_id or actor.name  # a program may be called as a person is
            once = f"{kind_name}:{actor.organisation_id}:{who}:{sorted(argument.items())}"
        size = len(sent.upload.content) if sent else 0
        here = self.here or (
            size <= SMALL_BYTES and not jobs.worker_lives(opened, actor, ALIVE_SECONDS)
        )
        if sent is not None:
            self._files.keep(job_id, sent)
        try:
            standing = jobs.ask(
                opened, actor, JobAsked(job_id, kind_name, argument, about, once),
                defer=None if here else partial(
                    queue_job, self._queue, job_id=job_id, organisation_id=actor.organisation_id
                ),
                instead_of=kind.instead_of,
            )  # fmt: skip
        except BaseException:
            self._files.forget(job_id)
            raise
        if here and standing == job_id:
            thread = threading.Thread(
                target=self._do, args=(opened, job_id, actor.organisation_id),
                name=f"job-{job_id}", daemon=True,
            )  # fmt: skip
            self._threads.add(thread)
            thread.start()
        return standing

    def wait(self, opened: Database, actor: Actor, job_id: uuid.UUID) -> Job:
        """Return the job when it is over, or when patience is."""
        woken = threading.Event()
        ends = time.monotonic() + self.patience_seconds
        with self.news(opened).of(job_id, woken.set, listen=not self.here):
            while True:
                woken.clear()
                job = jobs.get_job(opened, actor, job_id)
                remaining = ends - time.monotonic()
                if job.over or remaining <= 0:
                    return job
                woken.wait(min(remaining, _LOOK_SECONDS))

    @contextmanager
    def stream(self, person: uuid.UUID) -> Iterator[threading.Event]:
        """Count a page that listens; the event says that it has to give way to newer ones."""
        gives_way = threading.Event()
        with self._lock:
            open_ones = self._streams[person]
            open_ones.append(gives_way)
            if len(open_ones) > STREAMS_OF_ONE:
                open_ones[0].set()
                open_ones.popleft()
        try:
            yield gives_way
        finally:
            with self._lock:
                if gives_way in self._streams[person]:
                    self._streams[person].remove(gives_way)
                if not self._streams[person]:
                    del self._streams[person]

    def _do(self, opened: Database, job_id: uuid.UUID, organisation_id: uuid.UUID) -> None:
        """Do a job in this process, as often as the queue would."""
        do = doer(opened, self._settings, self._stopping)
        while not self._stopping.is_set():
            try:
                do(job_id, organisation_id)
            except TryAgain:
                continue
            except StillHeld:
                pass  # a worker has it
            except Exception:
                logger.exception("job %s could not be done here", job_id)
            break
        self.news(opened).wake(job_id)
        self._threads.discard(threading.current_thread())


def desk(request: Request) -> JobDesk:
    """Return where long work is asked for."""
    found: JobDesk = request.app.state.jobs
    return found


def ask(
    request: Request, opened: Database, holder: SessionHolder, kind: str,
    argument: Mapping[str, Any], *, about: str = "", sent: Pending | None = None,
) -> Response:  # fmt: skip
    """Ask for work and lead to its result; to its page when it takes longer than patience.

    Raises:
        PhusongError: it was refused at once; the error is the act's own.
    """
    at = desk(request)
    job_id = at.ask(opened, holder.actor, kind, argument, about=about, sent=sent)
    job = at.wait(opened, holder.actor, job_id)
    if job.state in OPEN or job.state is JobState.CANCELLED:
        return RedirectResponse(f"/jobs/{job_id}", 303)
    if job.refusal is not None:
        raise from_data(job.refusal)
    return RedirectResponse(job.address, 303)


def open_check(request: Request, actor: Actor, kind: str) -> uuid.UUID | None:
    """Return the actor's check of this kind that goes on, if there is one."""
    for job in jobs.list_jobs(asked.database(request), actor):
        if job.kind == kind and not job.over:
            return job.id
    return None
