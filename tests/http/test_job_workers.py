"""Real worker processes: killed in the middle, replaced; two web processes on one database."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid

import pytest
from sqlalchemy import create_engine, text

from api.job_desk import JobDesk
from api.main import create_app
from coverage.actions import jobs
from coverage.actions.lots import LotWish, change_lots, preview_lots
from coverage.jobs import TRIES, JobState
from coverage.storage.lot_pins import AskedBounds
from tests.builders import a_zone
from tests.http.browsers import LOCAL, Browser, InProcess
from tests.http.files import a_csv
from tests.http.test_survey_checks import events_of
from tests.http.test_survey_pages import upload, waiting_files
from tests.reported import load_places, report

PATIENCE = 60
KM = 1 / 111.32
SILENT = r"không nhận được tin từ tiến trình đang làm việc này \(lần (\d) trong 3\)"
WORKER = """
import asyncio, sys, threading, time
from api import works
from api.door import open_door, settings
from api.job_doing import doer
from api.worker import Pace, work
from coverage.actions import jobs
sleepy = sys.argv[1]
def held(real):
    def hold(*given, **named):
        if sleepy == "after" and named.get("address") is not None:
            print("working", flush=True); time.sleep(60)
        if sleepy in {"before", "slow"}:
            named["progress"]("Đọc tệp")
            print("working", flush=True); time.sleep(60 if sleepy == "before" else 2)
        return real(*given, **named)
    return hold
if sleepy in {"before", "slow"}: works.preview = held(works.preview)
if sleepy == "after": jobs.end_job = held(jobs.end_job)
read, stopping, pace = settings(), threading.Event(), Pace(0.3, 1.2, 1.0)
print("up", flush=True)
with open_door(read) as database:
    do = doer(database, read, stopping, pace.silent_seconds)
    asyncio.run(work(database, do=do, pace=pace, stopping=stopping))
"""


@pytest.fixture
def workers(database, settings, project):
    """Starts worker processes: well, or slow, or that fall asleep before they check or after they acted."""
    begun = []
    environment = os.environ | {
        "DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url,
        "PHUSONG_VAR": str(settings.folders.var),
    }  # fmt: skip

    def start(sleepy=""):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, sleepy], cwd=project, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        begun.append(process)
        assert process.stdout.readline() == "up\n"
        return process

    yield start
    for process in begun:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def queued(app):
    """The web process hands work to workers, and does not wait for it."""
    app.state.jobs.here = False
    app.state.jobs.patience_seconds = 0
    return app


def alive(database, authority):
    """Wait until a worker says that it lives."""
    for _ in range(PATIENCE * 10):
        if jobs.worker_lives(database, authority, 25):
            return
        time.sleep(0.1)
    raise AssertionError


def kill(process):
    assert process.stdout.readline() == "working\n"
    process.send_signal(signal.SIGKILL)
    process.wait()


def until(visitor, address, words):
    """Wait until a page says this; return what the expression's group found."""
    for _ in range(PATIENCE * 10):
        found = re.search(words, visitor.get(address).text)
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(words)


def follow(visitor, address):
    """Listen to a job's events as another page does; what is returned gives them at their end."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(visitor.get(f"{address}/events")))
    thread.start()

    def heard():
        thread.join(PATIENCE)
        return events_of(answers[0])

    return heard


def over(database, actor, job_id):
    for _ in range(PATIENCE * 20):
        job = jobs.get_job(database, actor, job_id)
        if job.over:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


class TestChecks:
    """A survey file is checked by workers."""

    @pytest.fixture
    def database(self, country_database):
        return country_database

    @pytest.fixture
    def officer(self, province):
        return province("42")

    @pytest.fixture
    def visitor(self, signed_in, officer, queued):  # noqa: ARG002 - asks workers
        return signed_in(officer)

    def test_a_killed_worker_s_check_is_done_by_the_next(  # noqa: PLR0917
        self, database, authority, officer, visitor, queued, workers, settings, monkeypatch
    ):
        monkeypatch.setattr("api.job_notes.QUIET_SECONDS", 2)
        first = workers("before")
        alive(database, authority)
        page = upload(visitor, a_csv(database, officer, villages=3, bad=1)).url.path
        assert page.startswith("/jobs/")
        kill(first)
        assert visitor.get(f"/api/v1{page}").json()["state"] == "running"
        assert waiting_files(settings) == []
        # Nobody lives: the page says so without a script too, and the program is told since when.
        assert until(visitor, page, SILENT) == "1"
        told = visitor.get(f"/api/v1{page}").json()
        assert told["heard_at"] >= told["begun_at"]
        assert told["silent_seconds"] >= 2
        streamed = follow(visitor, page)
        workers("slow")
        # Another web process of the same program follows it to its end.
        other = create_app(settings, database)
        second = Browser(transport=InProcess(other), base_url=LOCAL)
        second.cookies.update(dict(visitor.cookies))
        try:
            assert events_of(second.get(f"{page}/events"))[-1] == ("over", {"address": page})
        finally:
            other.state.jobs.end()
        notes = [told["note"] for name, told in streamed() if name == "progress"]
        silent = [place for place, said in enumerate(notes) if re.search(SILENT, said)]
        again = [place for place, said in enumerate(notes) if "đã tự được làm lại" in said]
        assert silent[0] < again[0], notes
        told = visitor.get(f"/api/v1{page}").json()
        assert (told["state"], told["tries"], told["silent_seconds"]) == ("done", 2, None)
        assert "Nộp 3 dòng được nhận" in visitor.get(page, follow_redirects=True).text
        assert len(waiting_files(settings)) == 2
        assert [path for path in (settings.folders.var / "jobs").rglob("*") if path.is_file()] == []
        # What is small is answered at once by the worker that lives now.
        queued.state.jobs.patience_seconds = PATIENCE
        again = upload(visitor, a_csv(database, officer, villages=3, prefix="Bản Khác"))
        assert again.url.path.startswith("/surveys/pending/")

    def test_a_third_killed_worker_was_the_last(
        self, database, officer, visitor, workers, monkeypatch
    ):
        monkeypatch.setattr("api.job_desk.SMALL_BYTES", 0)
        page = upload(visitor, a_csv(database, officer, villages=3)).url.path
        owner = create_engine(database.owner_url)
        with owner.begin() as connection:
            connection.execute(text("UPDATE phusong.job SET tries = :n"), {"n": TRIES - 1})
        owner.dispose()
        kill(workers("before"))
        workers("before")
        assert events_of(visitor.get(f"{page}/events"))[-1][0] == "over"
        told = visitor.get(f"/api/v1{page}").json()
        assert told["state"] == "failed"
        assert told["problem"]["type"].endswith("#worker-lost")
        assert "tiến trình xử lý cũng bị ngắt giữa chừng" in visitor.get(page).text

    def test_a_worker_that_must_stop_hands_its_check_to_the_next(
        self, database, authority, officer, visitor, workers
    ):
        first = workers("before")
        alive(database, authority)
        page = upload(visitor, a_csv(database, officer, villages=3)).url.path
        assert first.stdout.readline() == "working\n"
        first.send_signal(signal.SIGTERM)
        first.wait(PATIENCE)
        workers()
        assert events_of(visitor.get(f"{page}/events"))[-1][0] == "over"
        assert visitor.get(f"/api/v1{page}").json()["state"] == "done"


class TestActs:
    """A planner's act is done by workers, once."""

    @pytest.fixture
    def officer(self, database, authority, province):
        load_places(database, authority)
        return province("42")

    def test_a_worker_killed_after_it_acted_makes_nobody_act_twice(  # noqa: PLR0917
        self, database, authority, officer, queued, workers, settings
    ):
        zones = [a_zone(n, latitude=18.0 + 5 * n * KM, village=f"Bản {n}") for n in range(1, 9)]
        report(database, officer, *zones)
        seen = preview_lots(database, authority, "42", LotWish(bounds=AskedBounds(lots=2))).seen
        first = workers("after")
        alive(database, authority)
        bounds = {"lots": 2, "max_zones": None, "max_households": None, "max_cost_vnd": None}
        argument = {"province": "42", "bounds": bounds, "anew": False, "seen": seen}
        job_id = queued.state.jobs.ask(database, authority, "change_lots", argument)
        kill(first)
        assert jobs.get_job(database, authority, job_id).state is JobState.RUNNING
        assert jobs.get_job(database, authority, job_id).acted == "42"
        workers()
        job = over(database, authority, job_id)
        assert (job.state, job.tries) == (JobState.DONE, 2)
        assert job.address == "/lots?province=42&kept=1"
        acts = create_engine(database.owner_url)
        with acts.connect() as connection:
            told = connection.execute(
                text("SELECT actor FROM phusong.audit_entry WHERE act = 'lots.proposed'")
            ).scalars().all()  # fmt: skip
        acts.dispose()
        assert told == [authority.name]  # once, and as who asked
        # A web process that did a job itself and died: no queue holds it, and it is found.
        desk = JobDesk(settings)
        desk.here, desk._do = True, lambda *_: None
        lost = desk.ask(database, authority, "assess", {"province": "99"})
        assert over(database, authority, lost).state is JobState.REFUSED

    def test_a_cancel_before_the_end_rolls_everything_back(self, database, authority, officer):
        zones = [a_zone(n, latitude=18.0 + 5 * n * KM, village=f"Bản {n}") for n in range(1, 9)]
        report(database, officer, *zones)
        wish = LotWish(bounds=AskedBounds(lots=2))
        seen = preview_lots(database, authority, "42", wish).seen

        class Stopped(Exception):
            pass

        def stop(_):
            raise Stopped

        held = jobs.Held(uuid.uuid4(), authority.organisation_id, 1)
        acting = jobs.ActingDatabase(database, held, stop)
        with pytest.raises(Stopped):
            change_lots(acting, authority, "42", wish, seen)
        assert preview_lots(database, authority, "42", wish).seen == seen
