"""A check that takes long: its page, its events, its cancelling, and coming back to it."""

import json
import threading

import pytest

from api.pages import survey_checks
from api.running import KEPT_SECONDS, Cancelled, RunningChecks
from coverage.errors import NotFound
from coverage.people import Role
from tests.http.files import a_csv
from tests.http.test_survey_pages import stored, upload, waiting_files

PATIENCE = 60  # seconds; a test that waits this long has failed


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def officer(province):
    return province("42")


@pytest.fixture
def visitor(signed_in, officer):
    return signed_in(officer)


class Gate:
    """Holds every check between its rows and its comparison until it is opened."""

    def __init__(self, real):
        self.real, self.reached, self.opened = real, threading.Event(), threading.Event()
        self.ended = threading.Event()

    def preview(self, *given, counted, **named):
        def held(done, total):
            counted(done, total)
            if done == 3:
                self.reached.set()
                assert self.opened.wait(PATIENCE)

        self.ended.clear()
        try:
            return self.real(*given, counted=held, **named)
        finally:
            self.ended.set()


@pytest.fixture
def gate(monkeypatch, app):
    made = Gate(survey_checks.preview)
    monkeypatch.setattr(survey_checks, "preview", made.preview)
    app.state.checks.patience_seconds = 0
    yield made
    made.opened.set()
    if made.reached.is_set():
        assert made.ended.wait(PATIENCE)


def events_of(answer):
    """The events of a stream: (name, data) each."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in answer.text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_long_check_shows_how_far_it_is_and_leads_to_its_result(
    database, officer, visitor, gate, settings
):
    page = upload(visitor, a_csv(database, officer, villages=3, bad=1))
    assert page.url.path.startswith("/surveys/checking/")
    assert gate.reached.wait(PATIENCE)
    page = visitor.get(page.url.path)
    assert "Đang kiểm tra: báo cáo.csv" in page.text
    assert '<progress id="far" max="100" value="60">' in page.text
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text
    assert waiting_files(settings) == []
    threading.Timer(0.3, gate.opened.set).start()
    events = events_of(visitor.get(f"{page.url.path}/events"))
    assert events[0] == ("progress", {"percent": 60, "doing": "Kiểm tra từng dòng"})
    assert events[-1] == ("over", {"address": page.url.path})
    percents = [told["percent"] for name, told in events if name == "progress"]
    assert percents == sorted(percents)
    result = visitor.get(page.url.path, follow_redirects=True)
    assert result.url.path.startswith("/surveys/pending/")
    assert "Bị từ chối (1)" in result.text


def test_closing_the_page_loses_nothing(database, officer, visitor, gate):
    checking = upload(visitor, a_csv(database, officer)).url.path
    assert gate.reached.wait(PATIENCE)
    assert f'href="{checking}"' in visitor.get("/surveys/new").text
    gate.opened.set()
    assert [name for name, _ in events_of(visitor.get(f"{checking}/events"))][-1] == "over"
    back = visitor.get("/surveys/new").text
    assert checking not in back
    assert "chờ bạn nộp hoặc bỏ" in back
    assert "/surveys/pending/" in back


def test_cancelling_leaves_nothing_behind(  # noqa: PLR0917
    database, authority, officer, visitor, gate, settings, app
):
    checking = upload(visitor, a_csv(database, officer)).url.path
    assert gate.reached.wait(PATIENCE)
    visitor.get(checking)
    (running,) = app.state.checks._of.values()
    assert visitor.fill(f"{checking}/cancel").url.path == "/surveys/new"
    gate.opened.set()
    assert running.wait(PATIENCE)
    assert isinstance(running.failure, Cancelled)
    assert waiting_files(settings) == []
    assert stored(database, authority) == 0
    assert visitor.get(checking).status_code == 404
    assert visitor.get(f"{checking}/events").status_code == 404


def test_cancelling_a_second_check_leaves_the_first_result(
    database, officer, visitor, gate, settings
):
    gate.opened.set()
    first = upload(visitor, a_csv(database, officer)).url.path
    events_of(visitor.get(f"{first}/events"))
    waiting = visitor.get(first, follow_redirects=True).url.path
    gate.opened.clear()
    gate.reached.clear()
    second = upload(visitor, a_csv(database, officer, prefix="Bản Khác")).url.path
    assert gate.reached.wait(PATIENCE)
    visitor.get(second)
    visitor.fill(f"{second}/cancel")
    assert visitor.get(waiting).status_code == 200
    assert len(waiting_files(settings)) == 2


def test_a_refused_file_is_told_on_the_page_of_its_check(visitor, gate):
    checking = upload(visitor, b"chi co chu").url.path
    assert events_of(visitor.get(f"{checking}/events"))[-1][0] == "over"
    refused = visitor.get(checking)
    assert refused.status_code == 422
    assert "Chưa nhận được tệp" in refused.text


def test_a_check_is_its_senders_alone(database, officer, visitor, signed_in, gate):
    checking = upload(visitor, a_csv(database, officer)).url.path
    assert gate.reached.wait(PATIENCE)
    colleague = signed_in(officer, Role.PROVINCE_APPROVER)
    for address in (checking, f"{checking}/events"):
        assert colleague.get(address).status_code == 404
    assert colleague.fill(f"{checking}/cancel").status_code == 404
    visitor.csrf = "cũ"
    assert visitor.fill(f"{checking}/cancel").status_code == 403
    assert visitor.get(checking).status_code == 200


def test_a_second_check_of_a_sender_ends_the_first():
    checks, sender, begun = RunningChecks(), "ai đó", threading.Event()

    def work(running):
        begun.set()
        for _ in range(PATIENCE * 1000):
            running.count(1, 2)
            begun.wait(0.001)
            running._cancelled.wait(0.001)
        return "/xong"

    first = checks.start(sender, "một.csv", work)
    assert begun.wait(PATIENCE)
    second = checks.start(sender, "hai.csv", lambda _: "/hai")
    assert first.wait(PATIENCE)
    assert isinstance(first.failure, Cancelled)
    assert second.wait(PATIENCE)
    assert (second.address, checks.find(sender, second.key)) == ("/hai", second)
    with pytest.raises(NotFound):
        checks.find(sender, first.key)


def test_a_check_that_is_over_is_forgotten_after_an_hour():
    moment = [1000.0]
    checks = RunningChecks(lambda: moment[0])
    assert checks.start("ai đó", "một.csv", lambda _: "/xong").wait(PATIENCE)
    moment[0] += KEPT_SECONDS - 1
    assert checks.latest("ai đó") is not None
    moment[0] += 2
    assert checks.latest("ai đó") is None
