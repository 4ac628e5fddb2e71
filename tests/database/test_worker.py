"""The queue of long work: asked once, done once, taken up again after a killed worker."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import create_engine, text

from api import worker as worker_module
from api.worker import ask_for_assessment, work
from coverage.actions import audit
from coverage.storage import audit as stored
from coverage.zones import Queue
from tests.builders import a_zone
from tests.reported import load_places, report

SLOW_WORKER = """
import asyncio, sys, time
from api import worker
from coverage.actions import evidence
from coverage.storage.sessions import Database
real = evidence.assess
def slow(database, actor, day, **more):
    with database.transaction(actor) as connection:  # killed in the middle of a transaction
        connection.exec_driver_sql("UPDATE phusong.zone SET queue_reason = 'half done'")
        print("working", flush=True)
        time.sleep(60)
evidence.assess = slow
asyncio.run(worker.work(Database(sys.argv[1], sys.argv[2]), forever=False))
"""


@pytest.fixture
def zones(database, authority, province):
    load_places(database, authority)
    # Undecided until the job has been done: the fund pays for what these facts say.
    made = [a_zone(number, queue=Queue.UNDECIDED, queue_reason="") for number in (1, 2, 3)]
    report(database, province("42"), *made)
    return made


def owner_rows(database, sql):
    engine = create_engine(database.owner_url)
    try:
        with engine.connect() as connection:
            return connection.execute(text(sql)).all()
    finally:
        engine.dispose()


def test_a_province_asked_for_twice_is_assessed_once(database, authority, zones):
    ask_for_assessment(database, "42")
    ask_for_assessment(database, "42")
    waiting = owner_rows(database, "SELECT args FROM jobs.procrastinate_jobs WHERE status = 'todo'")
    assert [row.args for row in waiting] == [{"province_code": "42"}]
    asyncio.run(work(database, forever=False))
    queues = owner_rows(database, "SELECT DISTINCT queue FROM phusong.zone")
    assert [row.queue for row in queues] == ["fund"]
    with database.transaction(authority) as connection:
        acts = [entry.act for entry in stored.entries(connection)]
    assert acts.count("evidence.assessed") == 1


def test_a_killed_workers_job_is_done_by_the_next(database, authority, zones, project):
    ask_for_assessment(database, "42")
    killed = subprocess.Popen(
        [sys.executable, "-c", SLOW_WORKER, database.url, database.owner_url],
        stdout=subprocess.PIPE, cwd=project,
    )  # fmt: skip
    assert killed.stdout.readline() == b"working\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    deadline = time.monotonic() + 10
    while owner_rows(database, "SELECT 1 FROM pg_locks WHERE mode = 'RowExclusiveLock'"
                               " AND relation = 'phusong.zone'::regclass"):  # fmt: skip
        assert time.monotonic() < deadline, "the server notices that its client is gone"
        time.sleep(0.05)
    assert not owner_rows(database, "SELECT 1 FROM phusong.zone WHERE queue_reason = 'half done'")
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:  # the dead worker was last heard of long ago
        connection.execute(
            text(
                "UPDATE jobs.procrastinate_workers"
                " SET last_heartbeat = now() - interval '10 minutes'"
            )
        )
    engine.dispose()
    # The minute's task: waiting already, where the dead worker lived through a full minute.
    with suppress(AlreadyEnqueued), worker_module._asking(database) as app:
        app.configure_task("take_up_stalled").defer(timestamp=0)
    asyncio.run(work(database, forever=False))
    queues = owner_rows(database, "SELECT DISTINCT queue FROM phusong.zone")
    assert [row.queue for row in queues] == ["fund"]
    assert audit.verify(database, authority)[1] is None
