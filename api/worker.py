"""Long work, done apart from the pages: a queue kept in PostgreSQL, and the worker that empties it.

A job names what to do (a province), never carries data. Every task can be done twice with the
same result, because a killed worker's job is taken up again by the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from psycopg_pool import PoolTimeout

from api.door import as_authority, today
from coverage.actions import evidence
from coverage.storage.sessions import Database

logger = logging.getLogger(__name__)

QUEUE = "jobs,public"  # the queue's schema comes first
STALLED_AFTER_SECONDS = 60  # a worker says every 10 s that it lives


def assess_evidence(context: procrastinate.JobContext, province_code: str) -> None:
    """Give the verdicts of one province's zones anew."""
    database: Database = context.additional_context["database"]
    actor = as_authority(database, "worker")
    evidence.assess(database, actor, today(), province_code=province_code)


async def take_up_stalled(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Put the jobs of workers that died back into the queue."""
    stalled = await context.app.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=STALLED_AFTER_SECONDS
    )
    for job in stalled:
        logger.warning("job %s (%s) of a dead worker is taken up again", job.id, job.task_name)
        await context.app.job_manager.retry_job(job)


def ask_for_assessment(database: Database, province_code: str) -> None:
    """Ask for a province's verdicts; asked twice before it began, it is done once.

    What asked is already done and stored: a queue that cannot be reached is noted, not thrown.
    """
    try:
        with _asking(database) as app:
            app.configure_task(
                "assess_evidence",
                queueing_lock=f"assess_evidence:{province_code}",
            ).defer(province_code=province_code)
    except AlreadyEnqueued:
        logger.info("assessment of %s is already waiting", province_code)
    except (ConnectorException, PoolTimeout):
        logger.exception("assessment of %s could not be asked for", province_code)


async def work(database: Database, *, forever: bool = True) -> None:
    """Do the queue's jobs, one at a time; with ``forever=False`` until it is empty."""
    app = _app(procrastinate.PsycopgConnector(conninfo=database.address(QUEUE)))
    async with app.open_async():
        await app.run_worker_async(
            wait=forever,
            listen_notify=forever,
            concurrency=1,
            install_signal_handlers=forever,
            additional_context={"database": database},
            delete_jobs="successful",
        )


def _app(connector: procrastinate.BaseConnector) -> procrastinate.App:
    """Return the queue's app on one connection; a registered task belongs to its app for good."""
    app = procrastinate.App(connector=connector)
    app.task(name="assess_evidence", pass_context=True, retry=3)(assess_evidence)
    stalled = app.task(name="take_up_stalled", pass_context=True, queueing_lock="take_up_stalled")
    app.periodic(cron="* * * * *")(stalled(take_up_stalled))
    return app


@contextmanager
def _asking(database: Database) -> Iterator[procrastinate.App]:
    connector = procrastinate.SyncPsycopgConnector(conninfo=database.address(QUEUE))
    with _app(connector).open() as app:
        yield app
