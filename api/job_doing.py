"""Doing a job, in whatever process: take it up, do its work as who asked, say how it ended.

Whoever is killed in between leaves the job where others find it; what it had begun to write is
rolled back by the database. Only what it wrote for good counts, and is not written twice.
"""

from __future__ import annotations

import logging
import secrets
import threading
import uuid
from collections.abc import Callable

from api.job_kinds import KINDS, Kind
from api.job_refusals import as_data
from api.job_runs import Cancelled, Interrupted, Run, TakenAway, files_for_jobs
from api.problems import problem_of
from api.refusals import ProgramFault
from coverage.actions import jobs
from coverage.errors import DatabaseUnavailable, PhusongError
from coverage.jobs import OPEN, TRIES, JobState, TakenJob
from coverage.settings import Settings
from coverage.storage.sessions import Database

SILENT_SECONDS = 20.0  # after so long without a word a job counts as nobody's
_FAULT = 500  # from this status on it is not the person's to mend
logger = logging.getLogger(__name__)
Doer = Callable[[uuid.UUID, uuid.UUID], None]


class StillHeld(Exception):
    """Another doer has the job and lives; the queue asks again later."""


class TryAgain(Exception):
    """The job came to nothing this time through no fault of its own; the queue asks again."""


def doer(
    opened: Database, settings: Settings, stopping: threading.Event | None = None,
    silent_seconds: float = SILENT_SECONDS,
) -> Doer:  # fmt: skip
    """Return what does the job of an id and organisation."""
    ends = stopping or threading.Event()

    def do(job_id: uuid.UUID, organisation_id: uuid.UUID) -> None:
        taken = jobs.take_job(opened, job_id, organisation_id, silent_seconds)
        if isinstance(taken, TakenJob):
            do_taken(Run.of(opened, settings, taken, ends))
        elif taken in OPEN:
            raise StillHeld
        else:
            files_for_jobs(settings).forget(job_id)

    return do


def do_taken(run: Run) -> None:
    """Do a job that was taken up.

    Raises:
        TryAgain: it waits again, for another doer.
    """
    kind = KINDS[run.job.kind]
    try:
        with run.told():
            address = _address(run, kind)
    except TakenAway:
        logger.warning("job %s was taken away from this process", run.job.id)
        return
    except Interrupted:
        jobs.give_back(run.opened, run.held, counted=False)
        raise TryAgain from None
    except Cancelled:
        _end(run, JobState.CANCELLED)
    except DatabaseUnavailable:
        raise
    except PhusongError as error:
        at_fault = problem_of(error).status >= _FAULT
        _end(run, JobState.FAILED if at_fault else JobState.REFUSED, error)
    except Exception:
        incident = secrets.token_hex(4)
        logger.exception("incident %s: job %s (%s)", incident, run.job.id, kind.name)
        if run.job.tries < TRIES:
            jobs.give_back(run.opened, run.held, counted=True)
            raise TryAgain from None
        _end(run, JobState.FAILED, ProgramFault(incident))
    else:
        jobs.end_job(run.opened, run.held, JobState.DONE, address=address)
    files_for_jobs(run.settings).forget(run.job.id)


def _address(run: Run, kind: Kind) -> str:
    """Do the work, unless a doer before had done it and was killed before it could say so."""
    written = jobs.what_it_wrote(run.opened, run.held) if kind.again else None
    if kind.again and written is not None:
        return kind.again(run.job.argument, written)
    run.go_on()
    return kind.work(run)


def _end(run: Run, state: JobState, error: PhusongError | None = None) -> None:
    kind = KINDS[run.job.kind]
    jobs.end_job(
        run.opened, run.held, state, refusal=None if error is None else as_data(error),
        nameless=kind.nameless and state is JobState.CANCELLED,
    )  # fmt: skip
