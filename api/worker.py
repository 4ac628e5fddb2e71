"""Long work, done apart from the pages: a queue kept in PostgreSQL, and the worker that empties it.

A job names what to do (a province, an operator), never carries data. Every task can be done twice with the
same result, because a killed worker's job is taken up again by the next one.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from psycopg_pool import PoolTimeout

from api.door import as_authority, today
from coverage.actions import dispute_answers, evidence, jobs, promises, rule_changes, zones
from coverage.errors import DatabaseUnavailable, NothingToDo
from coverage.storage.sessions import Database
from coverage.zone_life import Move

logger = logging.getLogger(__name__)

QUEUE = "jobs,public"  # the queue's schema comes first
AT_ONCE = 3  # people's jobs do not wait for one another; assessments nobody asked for do
TRIES_OF_QUEUE = 50  # a job itself knows after how many tries it has failed
Doer = Callable[[uuid.UUID, uuid.UUID], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker says that it lives, after which silence its jobs are taken up again.

    So a killed worker's job goes on within ``silent_seconds`` and a quarter of them, where another
    worker lives; ``stop_seconds`` is how long a worker that has to stop waits for its jobs.
    """

    heartbeat_seconds: float = 5.0
    silent_seconds: float = 20.0
    stop_seconds: float = 8.0


def assess_evidence(context: procrastinate.JobContext, province_code: str) -> None:
    """Give the verdicts of one province's zones anew."""
    database: Database = context.additional_context["database"]
    actor = as_authority(database, "worker")
    evidence.assess(database, actor, today(), province_code=province_code)


def assess_operator(context: procrastinate.JobContext, operator_id: str) -> None:
    """Give the verdicts on one operator anew, at every zone; done twice it changes nothing."""
    database: Database = context.additional_context["database"]
    actor = as_authority(database, "worker")
    with suppress(NothingToDo):  # its register may be the first of all that is loaded
        evidence.assess(database, actor, today(), operators=[uuid.UUID(operator_id)])


def lapse_promises(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Return the zones of promises whose day has passed; done twice it changes nothing."""
    database: Database = context.additional_context["database"]
    promises.lapse(database, as_authority(database, "worker"), today())


def close_unanswered_disputes(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Do what the settings say of disputes whose answer is overdue; twice changes nothing."""
    database: Database = context.additional_context["database"]
    dispute_answers.close_unanswered(database, as_authority(database, "worker"), today())


async def do_job(context: procrastinate.JobContext, job_id: str, organisation_id: str) -> None:
    """Do a job that somebody asked for, in a thread that the worker need not wait for at its end."""
    do: Doer = context.additional_context["do"]
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def tell(error: BaseException | None) -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(None)

    def work_on() -> None:
        error: BaseException | None = None
        try:
            do(uuid.UUID(job_id), uuid.UUID(organisation_id))
        except BaseException as raised:  # noqa: BLE001 - the queue decides
            error = raised
        with suppress(RuntimeError):  # the worker has ended meanwhile
            loop.call_soon_threadsafe(tell, error)

    threading.Thread(target=work_on, name=f"do-{job_id}", daemon=True).start()
    await done


async def _take_up(app: procrastinate.App, database: Database, pace: Pace) -> None:
    """Put the jobs of workers that died back into the queue, and those that no queue holds."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pace.silent_seconds)
    for job in stalled:
        logger.warning("job %s (%s) of a dead worker is taken up again", job.id, job.task_name)
        await app.job_manager.retry_job(job)
    authority = as_authority(database, "worker")
    left = await asyncio.to_thread(jobs.jobs_left, database, authority, pace.silent_seconds)
    for job_id, organisation_id in left:
        logger.warning("job %s is in no queue and is taken up again", job_id)
        await app.configure_task("do_job", queue="people").defer_async(
            job_id=str(job_id), organisation_id=str(organisation_id)
        )


def forget_old_jobs(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Forget jobs that are long over."""
    database: Database = context.additional_context["database"]
    jobs.forget_jobs(database, as_authority(database, "worker"))


def bring_rules_into_force(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Ask for every province's verdicts on a day on which another set of rules begins to count."""
    database: Database = context.additional_context["database"]
    actor = as_authority(database, "worker")
    if rule_changes.begins_on(database, actor, today()):
        ask_for_assessment_of_country(database)


def ask_for_assessment_of_country(database: Database) -> None:
    """Ask for the verdicts of every province that has zones."""
    counts = zones.count_zones(database, as_authority(database, "worker"))
    ask_for_assessment(database, *sorted({count.province_code for count in counts}))


BACK = frozenset({Move.REOPEN, Move.REPORT})
"""Moves that bring back zones which no assessment looked at meanwhile."""


def ask_for_assessment_after(database: Database, move: Move, zone_ids: Iterable[uuid.UUID]) -> None:
    """Ask for the verdicts of the provinces of zones that a move brought back."""
    if move in BACK:
        actor = as_authority(database, "worker")
        found = {zones.get_zone(database, actor, each).zone.province_code for each in zone_ids}
        ask_for_assessment(database, *sorted(found))


def ask_for_assessment(database: Database, *province_codes: str) -> None:
    """Ask for provinces' verdicts; asked twice before it began, it is done once.

    What asked is already done and stored: a queue that cannot be reached is noted, not thrown.
    """
    _ask(database, "assess_evidence", "province_code", province_codes)


def ask_for_operator_assessment(database: Database, *operator_ids: uuid.UUID) -> None:
    """Ask for the verdicts on these operators only, after something of theirs has changed."""
    _ask(database, "assess_operator", "operator_id", [str(each) for each in operator_ids])


def _ask(database: Database, task: str, argument: str, values: Sequence[str]) -> None:
    if not values:
        return
    try:
        with _asking(database) as app:
            for value in values:
                try:
                    app.configure_task(
                        task, queueing_lock=f"{task}:{value}", lock="assessment"
                    ).defer(**{argument: value})
                except AlreadyEnqueued:
                    logger.info("%s of %s is already waiting", task, value)
    except (ConnectorException, PoolTimeout):
        logger.exception("%s of %s could not be asked for", task, ", ".join(values))


def queue_job(
    app: procrastinate.App, lent: Any, *, job_id: uuid.UUID, organisation_id: uuid.UUID
) -> None:
    """Put a job into the queue on a connection that its asker lends, in the asker's transaction."""
    app.configure_task("do_job", queue="people", connection=lent).defer(
        job_id=str(job_id), organisation_id=str(organisation_id)
    )


async def work(
    database: Database, *, forever: bool = True, do: Doer | None = None,
    pace: Pace | None = None, stopping: threading.Event | None = None,
) -> None:  # fmt: skip
    """Do the queue's jobs; with ``forever=False`` until it is empty.

    ``do`` does what people asked for; without it only the program's own tasks are done.
    ``stopping`` is set when the worker has to end, so that what it does can end too.
    """
    chosen = pace or Pace()
    app = _app(procrastinate.PsycopgConnector(conninfo=database.address(QUEUE)))
    async with app.open_async():
        await _take_up_where_it_can(app, database, chosen)  # first what dead workers left
        looking = asyncio.create_task(_take_up_forever(app, database, chosen))
        working = asyncio.create_task(
            app.run_worker_async(
                wait=forever,
                queues=["default", "people"] if do else ["default"],
                listen_notify=forever,
                concurrency=AT_ONCE if forever else 1,  # one by one leaves none behind a lock
                install_signal_handlers=False,
                additional_context={"database": database, "do": do},
                delete_jobs="successful",
                update_heartbeat_interval=chosen.heartbeat_seconds,
                stalled_worker_timeout=chosen.silent_seconds,
                shutdown_graceful_timeout=chosen.stop_seconds,
            )
        )
        try:
            stops = _stopped_by_signal(working, stopping) if forever else nullcontext()
            with stops, suppress(asyncio.CancelledError):
                await working
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking


async def _take_up_forever(app: procrastinate.App, database: Database, pace: Pace) -> None:
    while True:
        await asyncio.sleep(pace.silent_seconds / 4)
        await _take_up_where_it_can(app, database, pace)


async def _take_up_where_it_can(app: procrastinate.App, database: Database, pace: Pace) -> None:
    try:
        await _take_up(app, database, pace)
    except (ConnectorException, DatabaseUnavailable):
        logger.exception("dead workers' jobs could not be looked for")


@contextmanager
def _stopped_by_signal(
    working: asyncio.Task[None], stopping: threading.Event | None
) -> Iterator[None]:
    """Let SIGTERM and Ctrl+C end the worker: what it does is told, what it did not end waits."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if stopping is not None:
            stopping.set()
        if not working.cancelling():  # a second signal would cut short the worker's leave
            working.cancel()

    signals = (signal.SIGTERM, signal.SIGINT)
    for each in signals:
        loop.add_signal_handler(each, stop)
    try:
        yield
    finally:
        for each in signals:
            loop.remove_signal_handler(each)


def _app(connector: procrastinate.BaseConnector) -> procrastinate.App:
    """Return the queue's app on one connection; a registered task belongs to its app for good."""
    app = procrastinate.App(connector=connector)
    app.task(name="assess_evidence", pass_context=True, retry=3)(assess_evidence)
    app.task(name="assess_operator", pass_context=True, retry=3)(assess_operator)
    again = procrastinate.RetryStrategy(max_attempts=TRIES_OF_QUEUE, wait=1)
    app.task(name="do_job", pass_context=True, retry=again, queue="people")(do_job)
    old = app.task(name="forget_old_jobs", pass_context=True, queueing_lock="forget_old_jobs")
    app.periodic(cron="20 * * * *")(old(forget_old_jobs))
    begun = app.task(name="bring_rules_into_force", pass_context=True, queueing_lock="bring_rules")
    app.periodic(cron="5 17 * * *")(begun(bring_rules_into_force))  # 00:05 in Viet Nam
    lapses = app.task(
        name="lapse_promises", pass_context=True, retry=3, queueing_lock="lapse_promises"
    )
    # A day in Viet Nam ends at 17:00 UTC; asked every hour, a worker that slept then loses no day.
    app.periodic(cron="5 * * * *")(lapses(lapse_promises))
    unanswered = app.task(
        name="close_unanswered_disputes", pass_context=True, retry=3,
        queueing_lock="close_unanswered_disputes",
    )  # fmt: skip
    app.periodic(cron="10 * * * *")(unanswered(close_unanswered_disputes))
    return app


@contextmanager
def _asking(database: Database) -> Iterator[procrastinate.App]:
    connector = procrastinate.SyncPsycopgConnector(conninfo=database.address(QUEUE))
    with _app(connector).open() as app:
        yield app
