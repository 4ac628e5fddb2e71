"""Jobs on pages and for programs: every state, the stream of events, and whose they are."""

import json
import threading
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from api import job_doing, pending
from api.job_desk import STREAMS_OF_ONE, JobDesk
from api.job_kinds import KINDS
from api.job_refusals import as_data, from_data
from api.pages import jobs as page
from api.problems import as_json
from coverage import errors
from coverage.actions import accounts, jobs, people
from coverage.findings import Language
from coverage.jobs import TRIES, JobAsked, JobState
from coverage.people import Role
from tests.http.test_door import every_error
from tests.http.test_survey_checks import events_of

pytestmark = pytest.mark.usefixtures("one_commune")

PATIENCE = 60


@pytest.fixture
def planner(signed_in, authority, officer):
    return signed_in(authority, Role.PLANNER)


class Work:
    """Stands in for the assessment: waits where it is told to, then ends as it is told to."""

    def __init__(self):
        self.reached, self.opened = threading.Event(), threading.Event()
        self.error, self.begun, self.until_told = None, 0, False

    def assess(self, run):
        self.begun += 1
        run.begin("verdicts")
        run.count(1, 2)
        self.reached.set()
        assert self.opened.wait(PATIENCE)
        run.go_on()
        while self.until_told:
            threading.Event().wait(0.05)
            run.go_on()
        if self.error:
            raise self.error
        return "/zones?province=42"


@pytest.fixture
def work(monkeypatch, app):
    made = Work()
    monkeypatch.setitem(
        KINDS, "assess", KINDS["assess"].__class__(**{
            **{name: getattr(KINDS["assess"], name) for name in KINDS["assess"].__slots__},
            "work": made.assess,
        }),
    )  # fmt: skip
    app.state.jobs.patience_seconds = 0
    yield made
    made.until_told = False
    made.opened.set()


def ask(browser):
    browser.get("/jobs")
    return browser.fill("/jobs/assess", province="42").url.path


def ended(browser, address):
    """The job once it is over."""
    assert events_of(browser.get(f"{address}/events"))[-1] == ("over", {"address": address})
    return browser.get(f"/api/v1{address}").json()


def test_it_waits_runs_and_leads_to_its_result(planner, work):
    address = ask(planner)
    assert work.reached.wait(PATIENCE)
    shown = planner.get(address).text
    assert "Đánh giá lại căn cứ của tỉnh" in shown
    assert 'http-equiv="refresh"' in shown
    assert f'data-job="{address}/events"' in shown
    told = planner.get(f"/api/v1{address}").json()
    assert (told["state"], told["result"], told["tries"]) == ("running", None, 1)
    work.opened.set()
    told = ended(planner, address)
    assert (told["state"], told["percent"], told["problem"]) == ("done", 100, None)
    assert planner.get(address).headers["location"] == told["result"] == "/zones?province=42"
    assert "Đã xong" in planner.get("/jobs").text


def test_the_real_assessment_is_at_once_refused_or_done(planner, app):
    planner.get("/jobs")
    done = planner.fill("/jobs/assess", province="42")
    assert done.status_code in {200, 409}  # nothing to assess here, said on the act's own page
    assert planner.fill("/jobs/assess", province="99").status_code == 422


def test_asked_twice_it_is_done_once(planner, work):
    first, second = ask(planner), ask(planner)
    assert first == second
    work.opened.set()
    ended(planner, first)
    assert work.begun == 1
    assert ask(planner) != first


@pytest.mark.parametrize("language", list(Language))
def test_a_refusal_is_told_in_the_readers_language(planner, work, language):
    work.error = errors.LotsApart(["Bản Thử", "Bản Xa"], "15")
    address = ask(planner)
    work.opened.set()
    told = ended(planner, address)
    assert told["state"] == "refused"
    assert told["problem"]["type"].endswith("#lots-apart")
    planner.cookies.set("phusong_language", language.value)
    assert "Bản Thử, Bản Xa" in planner.get(address).text
    assert as_json(work.error, language)["detail"] in planner.get(address).text


def test_a_fault_of_ours_is_tried_three_times_then_told(planner, work, caplog):
    work.error = RuntimeError("bí mật")
    address = ask(planner)
    work.opened.set()
    told = ended(planner, address)
    assert (told["state"], told["tries"], work.begun) == ("failed", TRIES, TRIES)
    shown = planner.get(address).text
    assert "Việc bị lỗi" in shown
    assert "Hãy báo quản trị mã" in shown
    assert "bí mật" not in shown
    incident = told["problem"]["detail"].split("mã ")[1].rstrip(".")
    assert incident in caplog.text


def test_cancelled_while_it_runs(planner, work):
    address = ask(planner)
    assert work.reached.wait(PATIENCE)
    planner.get(address)
    assert "Đang hủy" in planner.fill(f"{address}/cancel").text
    work.until_told = True  # it is heard without the work's help, before its next step
    work.opened.set()
    assert ended(planner, address)["state"] == "cancelled"
    assert "Việc này đã được hủy" in planner.get(address).text
    assert planner.fill(f"{address}/cancel").status_code == 200  # a second time changes nothing


def test_a_program_cancels_its_own(program, authority, officer, app, work):
    client = program(authority, Role.PLANNER)
    answer = client.post(
        "/api/v1/packages", json={"province": "42"}, headers={"Prefer": "respond-async"}
    )
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    address = answer.headers["location"]
    assert client.get(address).json()["kind"] == "build_package"
    assert client.post(f"{address}/cancel").status_code == 200
    assert [each["id"] for each in client.get("/api/v1/jobs").json()["jobs"]] == [
        address.split("/")[-1]
    ]
    other = program(authority, Role.PLANNER)
    assert other.get(address).status_code == 404
    assert other.get("/api/v1/jobs").json() == {"jobs": []}


def test_no_other_organisation_sees_anything_of_it(  # noqa: PLR0917
    database, signed_in, authority, province, operator, officer, planner, work, auditor
):
    address = ask(planner)
    assert work.reached.wait(PATIENCE)
    job_id = uuid.UUID(address.split("/")[-1])
    for actor in (officer, province("40"), operator("Viettel"), auditor, authority):
        other = signed_in(actor)
        for path in (address, f"{address}/events", f"/api/v1{address}"):
            assert other.get(path).status_code == 404, (actor.kind, path)
        assert other.get("/api/v1/jobs").json() == {"jobs": []}
        assert "Đánh giá lại căn cứ của tỉnh" not in other.get("/jobs").text
        other.get("/account")
        assert other.fill(f"{address}/cancel").status_code == 404
        jobs_seen = jobs.list_jobs(database, actor)
        assert jobs_seen == []
        with pytest.raises(errors.NotFound):
            jobs.cancel_job(database, actor, job_id)
    assert not jobs.get_job(database, holder_of(planner, database), job_id).cancel_asked


def holder_of(browser, database):
    token = next(value for name, value in browser.cookies.items() if "session" in name)
    return people.session(database, token, idle_minutes=60).actor


@pytest.fixture
def looked(monkeypatch):
    """Set as soon as a stream has looked at its job, and at the session, once."""
    looked, lives = threading.Event(), page._lives

    def look(request):
        found = lives(request)
        looked.set()
        return found

    monkeypatch.setattr(page, "_lives", look)
    monkeypatch.setattr(page, "STILL_SECONDS", 0.1)
    return looked


@contextmanager
def listening(planner, address, looked, headers=None):
    """Listen while the block runs, from a look at the job on; the answer is there at its end."""
    looked.clear()
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(planner.get(f"{address}/events", headers=headers))
    )
    thread.start()
    assert looked.wait(PATIENCE)
    yield answers
    thread.join(PATIENCE)


def test_the_stream_ends_with_the_session(planner, work, looked):
    address = ask(planner)
    assert work.reached.wait(PATIENCE)
    token = dict(planner.cookies)
    with listening(planner, address, looked) as answers:
        other = planner.__class__(transport=planner._transport, base_url=planner.base_url)
        other.cookies.update(token)
        other.get("/account")
        other.fill("/sign-out")
    heard = events_of(answers[0])
    assert heard[0][0] == "progress"
    assert heard[-1] == ("end", {})
    assert planner.get(f"{address}/events").status_code == 303


def test_listening_does_not_keep_a_session_alive(planner, database):
    token = next(value for name, value in planner.cookies.items() if "session" in name)
    assert jobs.session_lives(database, token, idle_minutes=60)
    assert not jobs.session_lives(database, token, idle_minutes=0)
    assert not jobs.session_lives(database, token + "x", idle_minutes=60)


def test_a_page_gives_way_and_what_it_heard_is_not_told_again(planner, work, looked, app, database):
    address, person = ask(planner), holder_of(planner, database).person_id
    assert work.reached.wait(PATIENCE)
    while planner.get(f"/api/v1{address}").json()["percent"] < 50:  # until that is told
        threading.Event().wait(0.05)

    def told(last):
        headers = {"Last-Event-ID": last}
        with listening(planner, address, looked, headers) as answers, ExitStack() as newer:
            for _ in range(STREAMS_OF_ONE):
                newer.enter_context(app.state.jobs.stream(person))
        ids = [line[4:] for line in answers[0].text.splitlines() if line.startswith("id: ")]
        return ids, [name for name, _ in events_of(answers[0])]

    ids, names = told("")
    assert names == ["progress"] * len(ids) + ["end"]
    assert len(set(ids)) == len(ids) > 0
    assert told(ids[-1]) == ([], ["end"])


def test_a_program_of_the_same_name_is_somebody_else(planner, work, app, database):
    address, person = ask(planner), holder_of(planner, database)
    namesake = replace(person, person_id=None)
    assert jobs.list_jobs(database, namesake) == []
    own = app.state.jobs.ask(database, namesake, "assess", {"province": "42"})
    assert [job.id for job in jobs.list_jobs(database, namesake)] == [own]
    assert str(own) not in address


def test_the_oldest_of_too_many_pages_gives_way(settings):
    desk, person = JobDesk(settings), uuid.uuid4()
    streams = [desk.stream(person) for _ in range(STREAMS_OF_ONE + 1)]
    given = [stream.__enter__() for stream in streams]
    assert [each.is_set() for each in given] == [True] + [False] * STREAMS_OF_ONE
    with desk.stream(uuid.uuid4()) as others:
        assert not others.is_set()
    for stream in streams:
        stream.__exit__(None, None, None)
    assert desk._streams == {}


def test_a_full_disk_is_told_and_nothing_is_asked(
    database, signed_in, officer, monkeypatch, settings
):
    visitor = signed_in(officer)

    def full(self, *_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pending.Path, "write_bytes", full)
    visitor.get("/surveys/new")
    answer = visitor.fill("/surveys/check", files={"file": ("a.csv", b"a;b\n1;2\n")})
    assert answer.status_code == 500
    assert "không ghi được tệp" in answer.text.lower()
    assert visitor.get("/api/v1/jobs").json() == {"jobs": []}
    assert [path for path in settings.folders.var.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_refusal_comes_back_as_it_was(error):
    again = from_data(json.loads(json.dumps(as_data(error))))
    for language in Language:
        was, told = as_json(error, language), as_json(again, language)
        if isinstance(error, errors.ZonesChanged):
            assert type(again) is errors.Conflict
        else:
            assert {**told, "faults": 0, "zones": 0} == {**was, "faults": 0, "zones": 0}


def test_without_a_worker_small_work_is_done_here_and_large_waits(
    app, signed_in, officer, database, monkeypatch
):
    app.state.jobs.here = False
    app.state.jobs.patience_seconds = 30
    monkeypatch.setattr("api.job_desk.SMALL_BYTES", 5)
    visitor = signed_in(officer)
    visitor.get("/surveys/new")
    small = visitor.fill("/surveys/check", files={"file": ("nhỏ.csv", b"a;b\n")})
    assert small.status_code == 422
    app.state.jobs.patience_seconds = 0
    large = visitor.fill("/surveys/check", files={"file": ("lớn.csv", b"a;b\n1;2\n")})
    assert large.url.path.startswith("/jobs/")
    assert "Hiện chưa có tiến trình xử lý nào đang chạy" in large.text
    assert "Hiện chưa có tiến trình xử lý nào đang chạy" in visitor.get("/jobs").text
    assert "lớn.csv" in visitor.get("/jobs").text
    visitor.fill(f"{large.url.path}/cancel")
    cancelled = visitor.get(f"/api/v1{large.url.path}").json()
    assert (cancelled["state"], cancelled["about"]) == (
        "cancelled",
        "",
    )  # a file's name is forgotten


def test_a_person_who_was_disabled_meanwhile_gets_nothing_done(
    database, authority, account, officer, settings
):
    person = account(officer)
    actor = people.sign_in(database, person.login, person.password, hours=1)
    actor = people.session(database, actor, idle_minutes=60).actor
    job_id = jobs.ask(database, actor, JobAsked(uuid.uuid4(), "check_survey", {}, "a.csv"))
    accounts.disable(database, authority, person.login)
    job_doing.doer(database, settings)(job_id, actor.organisation_id)
    assert jobs.get_job(database, actor, job_id).state is JobState.REFUSED
