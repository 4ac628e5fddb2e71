"""Long work, done apart from the pages: a queue kept in PostgreSQL, and the worker that empties it.

A job names what to do (a province, an operator), never carries data. Every task can be done twice with the
same result, because a killed worker's job is taken up again by the next one.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from psycopg_pool import PoolTimeout

from api.door import as_authority, today
from coverage.actions import dispute_answers, evidence, promises, rule_changes, zones
from coverage.errors import NothingToDo
from coverage.storage.sessions import Database
from coverage.zone_life import Move

logger = logging.getLogger(__name__)

QUEUE = "jobs,public"  # the queue's schema comes first
STALLED_AFTER_SECONDS = 60  # a worker says every 10 s that it lives


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


async def take_up_stalled(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Put the jobs of workers that died back into the queue."""
    stalled = await context.app.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=STALLED_AFTER_SECONDS
    )
    for job in stalled:
        logger.warning("job %s (%s) of a dead worker is taken up again", job.id, job.task_name)
        await context.app.job_manager.retry_job(job)


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
                    app.configure_task(task, queueing_lock=f"{task}:{value}").defer(
                        **{argument: value}
                    )
                except AlreadyEnqueued:
                    logger.info("%s of %s is already waiting", task, value)
    except (ConnectorException, PoolTimeout):
        logger.exception("%s of %s could not be asked for", task, ", ".join(values))


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
    app.task(name="assess_operator", pass_context=True, retry=3)(assess_operator)
    stalled = app.task(name="take_up_stalled", pass_context=True, queueing_lock="take_up_stalled")
    app.periodic(cron="* * * * *")(stalled(take_up_stalled))
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
