"""The queue of long work: asked once, done once, taken up again after a killed worker."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import create_engine, text

from api.worker import ask_for_assessment, ask_for_operator_assessment, work
from coverage.actions import audit
from coverage.storage import audit as stored
from coverage.towers import Technology
from coverage.zones import Queue
from tests.builders import a_zone
from tests.judged import Field
from tests.reported import load_places, report

# The third portion of an assessment is judged, and then nothing more happens.
SLOW_WORKER = """
import asyncio, sys, time
from api import worker
from coverage.actions import evidence
from coverage.storage.sessions import Database
evidence.BATCH_ZONES = int(sys.argv[3])
decide, portions = evidence.decide_queues, []
def slow(*arguments):
    decided = decide(*arguments)
    portions.append(1)
    if len(portions) == int(sys.argv[4]):
        print("working", flush=True)
        time.sleep(60)
    return decided
evidence.decide_queues = slow
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


def kill_a_worker(database, project, *, portion_zones, portions):
    """Start a worker and kill it while it assesses; return when the server knows that it is gone."""
    killed = subprocess.Popen(
        [sys.executable, "-c", SLOW_WORKER, database.url, database.owner_url,
         str(portion_zones), str(portions)],
        stdout=subprocess.PIPE, cwd=project,
    )  # fmt: skip
    assert killed.stdout.readline() == b"working\n"
    # It holds what it has written in an open transaction.
    assert owner_rows(database, "SELECT 1 FROM pg_locks WHERE mode = 'RowExclusiveLock'"
                                " AND relation = 'phusong.verdict'::regclass")  # fmt: skip
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    deadline = time.monotonic() + 120
    while owner_rows(database, "SELECT 1 FROM pg_locks WHERE mode = 'RowExclusiveLock'"
                               " AND relation = 'phusong.zone'::regclass"):  # fmt: skip
        assert time.monotonic() < deadline, "the server notices that its client is gone"
        time.sleep(0.05)


def let_another_take_it_up(database):
    """The dead worker was last heard of long ago; the next one does its job."""
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE jobs.procrastinate_workers"
                " SET last_heartbeat = now() - interval '10 minutes'"
            )
        )
    engine.dispose()
    asyncio.run(work(database, forever=False))


def counted(database):
    """How much there is of everything that an assessment writes, and whether any of it is double."""
    [row] = owner_rows(
        database,
        "SELECT (SELECT count(*) FROM phusong.verdict) AS verdicts,"
        " (SELECT count(*) FROM phusong.former_verdict) AS former,"
        " (SELECT count(*) FROM (SELECT DISTINCT zone_id, operator_id, technology"
        "                        FROM phusong.former_verdict) AS f) AS different_former,"
        " (SELECT count(*) FROM phusong.zone_event) AS events,"
        " (SELECT count(DISTINCT zone_id) FROM phusong.zone_event) AS zones_with_events,"
        " (SELECT count(*) FROM phusong.zone WHERE queue = 'fund') AS in_fund,"
        " (SELECT max(version) FROM phusong.zone) AS newest_version,"
        " (SELECT count(*) FROM phusong.audit_entry WHERE act = 'evidence.assessed') AS told",
    )
    return row._asdict()


def test_a_killed_workers_job_is_done_by_the_next(database, authority, province, operator, project):
    """2,400 villages: nothing of what was begun remains, nothing of what is done is doubled."""
    count, portion = 2_400, 400
    field = Field(database, authority, province, operator)
    field.run(
        "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage, village,"
        " village_key, households, grid_power, specially_difficult, signal, point)"
        " SELECT :o, '42', '1', 'thử', 'Bản ' || n, 'x', 5, true, true, 'none',"
        "        ST_SetSRID(ST_MakePoint(104 + n % 60 * 0.05, 20 + n / 60 * 0.05), 4326)"
        " FROM generate_series(0, :last) AS n",
        o=field.officer.organisation_id, last=count - 1,
    )  # fmt: skip
    field.site(22.9, 107.5)
    field.site(22.9, 107.5, "VNPT")
    nothing = dict.fromkeys(counted(database), 0) | {"newest_version": 1}
    assert counted(database) == nothing

    ask_for_assessment(database, "42")
    kill_a_worker(database, project, portion_zones=portion, portions=3)
    assert counted(database) == nothing
    let_another_take_it_up(database)
    first = {
        "verdicts": count * 2 * len(Technology), "former": 0, "different_former": 0,
        "events": count, "zones_with_events": count, "in_fund": count, "newest_version": 2,
        "told": 1,
    }  # fmt: skip
    assert counted(database) == first

    # One operator gets nearer to a quarter of the villages, and serves them by its own word.
    for number in range(0, 60, 4):
        field.site(20 + number / 60, 104 + number * 0.05)
    field.service((104, 20, 104.73, 22, False))
    ask_for_operator_assessment(database, field.operators["Viettel"])
    ask_for_operator_assessment(database, field.operators["Viettel"])
    kill_a_worker(database, project, portion_zones=portion, portions=4)
    assert counted(database) == first
    let_another_take_it_up(database)
    after = counted(database)
    assert after["verdicts"] == first["verdicts"]
    # Every village has a nearer site or at least the operator's file: its 4G, once each.
    assert after["former"] == after["different_former"] == count
    covered = count - after["in_fund"]
    assert 0 < covered < count
    assert after["events"] == count + covered
    assert (after["zones_with_events"], after["newest_version"], after["told"]) == (count, 3, 2)
    assert field.assess().verdicts_changed == 0
    assert counted(database) == after
    assert audit.verify(database, authority)[1] is None
    field.owner.dispose()
