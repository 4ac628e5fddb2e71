"""A check that takes long: its page, its events, its cancelling, and coming back to it."""

import json
import threading

import pytest

from api import works
from coverage.jobs import JobState
from coverage.people import Role
from tests.http.files import a_csv
from tests.http.test_survey_pages import stored, upload, waiting_files

PATIENCE = 60  # seconds; a test that waits this long has failed


@pytest.fixture
def database(country_database):
    return country_database


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
    made = Gate(works.preview)
    monkeypatch.setattr(works, "preview", made.preview)
    app.state.jobs.patience_seconds = 0
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


def until(visitor, address, words):
    """The page as soon as it has these words."""
    for _ in range(PATIENCE * 20):
        page = visitor.get(address)
        if words in page.text:
            return page
        threading.Event().wait(0.05)
    raise AssertionError(words)


def own_jobs(visitor):
    return visitor.get("/api/v1/jobs").json()["jobs"]


def test_a_long_check_shows_how_far_it_is_and_leads_to_its_result(
    database, officer, visitor, gate, settings
):
    page = upload(visitor, a_csv(database, officer, villages=3, bad=1))
    assert page.url.path.startswith("/jobs/")
    assert gate.reached.wait(PATIENCE)
    page = until(visitor, page.url.path, 'value="60"')
    assert "Kiểm tra tệp khảo sát: báo cáo.csv" in page.text
    assert '<progress id="far" max="100" value="60">' in page.text
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text
    assert "Khi xong, trang kết quả tự mở" in page.text
    assert waiting_files(settings) == []
    threading.Timer(0.3, gate.opened.set).start()
    events = events_of(visitor.get(f"{page.url.path}/events"))
    assert events[0] == (
        "progress",
        {"percent": 60, "doing": "Kiểm tra từng dòng", "note": "", "state": "running"},
    )  # fmt: skip
    assert events[-1] == ("over", {"address": page.url.path})
    percents = [told["percent"] for name, told in events if name == "progress"]
    assert percents == sorted(percents)
    result = visitor.get(page.url.path, follow_redirects=True)
    assert result.url.path.startswith("/surveys/pending/")
    assert "Bị từ chối (1)" in result.text


def test_the_former_address_of_a_check_leads_to_it(visitor):
    there = visitor.get("/surveys/checking/00000000-0000-4000-8000-000000000000")
    assert there.headers["location"] == "/jobs/00000000-0000-4000-8000-000000000000"


def test_closing_the_page_loses_nothing(database, officer, visitor, gate):
    checking = upload(visitor, a_csv(database, officer)).url.path
    assert gate.reached.wait(PATIENCE)
    assert f'href="{checking}"' in visitor.get("/surveys/new").text
    assert f'href="{checking}"' in visitor.get("/jobs").text
    gate.opened.set()
    assert [name for name, _ in events_of(visitor.get(f"{checking}/events"))][-1] == "over"
    back = visitor.get("/surveys/new").text
    assert checking not in back
    assert "chờ bạn nộp hoặc bỏ" in back
    assert "/surveys/pending/" in back


def test_cancelling_leaves_nothing_behind(  # noqa: PLR0917
    database, authority, officer, visitor, gate, settings
):
    checking = upload(visitor, a_csv(database, officer)).url.path
    assert gate.reached.wait(PATIENCE)
    visitor.get(checking)
    assert visitor.fill(f"{checking}/cancel").url.path == "/surveys/new"
    assert own_jobs(visitor)[0]["cancel_asked"]
    gate.opened.set()
    assert events_of(visitor.get(f"{checking}/events"))[-1][0] == "over"
    (job,) = own_jobs(visitor)
    assert (job["state"], job["about"]) == ("cancelled", "")
    assert waiting_files(settings) == []
    assert [path for path in (settings.folders.var / "jobs").rglob("*") if path.is_file()] == []
    assert stored(database, authority) == 0
    page = visitor.get(checking)
    assert "Việc này đã được hủy" in page.text
    assert "báo cáo.csv" not in page.text


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
    refused = visitor.get(checking).text
    assert "Chưa làm được" in refused
    assert "Tệp chưa được nhận; cơ sở dữ liệu không thay đổi." in refused
    assert 'class="findings"' in refused
    assert 'href="/surveys/new"' in refused
    (job,) = own_jobs(visitor)
    assert job["state"] == "refused"
    assert job["problem"]["type"].endswith("#input-refused")
    assert job["problem"]["findings"]
    visitor.cookies.set("phusong_language", "en")
    assert "The file was not taken" in visitor.get(checking).text


def test_a_check_is_its_senders_alone(database, officer, visitor, signed_in, gate):
    checking = upload(visitor, a_csv(database, officer)).url.path
    assert gate.reached.wait(PATIENCE)
    colleague = signed_in(officer, Role.PROVINCE_APPROVER)
    for address in (checking, f"{checking}/events", f"/api/v1{checking}"):
        assert colleague.get(address).status_code == 404
    assert colleague.fill(f"{checking}/cancel").status_code == 404
    assert own_jobs(colleague) == []
    visitor.csrf = "cũ"
    assert visitor.fill(f"{checking}/cancel").status_code == 403
    assert visitor.get(checking).status_code == 200


def test_a_second_check_of_a_sender_ends_the_first(database, officer, visitor, gate):
    first = upload(visitor, a_csv(database, officer)).url.path
    assert gate.reached.wait(PATIENCE)
    second = upload(visitor, a_csv(database, officer, prefix="Bản Khác")).url.path
    gate.opened.set()
    assert events_of(visitor.get(f"{first}/events"))[-1][0] == "over"
    assert events_of(visitor.get(f"{second}/events"))[-1][0] == "over"
    states = {job["id"]: job["state"] for job in own_jobs(visitor)}
    assert states == {
        first.split("/")[-1]: JobState.CANCELLED,
        second.split("/")[-1]: JobState.DONE,
    }
