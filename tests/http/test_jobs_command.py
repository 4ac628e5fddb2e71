"""``phusong jobs``: who runs the server sees everybody's long work, and ends what must not go on."""

import json
import uuid

import pytest

from api import command_line
from coverage.actions import jobs
from coverage.actions.job_overview import all_jobs
from coverage.errors import NotAllowed
from coverage.jobs import JobAsked, JobState

PROVINCES, AUTHORITYS = uuid.UUID("aaaa0001" + "0" * 24), uuid.UUID("aaaa0002" + "0" * 24)


@pytest.fixture
def phusong(database, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["phusong", "jobs", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        told = capsys.readouterr()
        return ended.value.code, told.out + told.err

    return run


@pytest.fixture
def officer(province):
    return province("42")


@pytest.fixture
def waiting(database, officer):
    """A province's check that waits, with a word on its file."""
    asked = JobAsked(PROVINCES, "check_survey", {"at": ""}, "báo cáo.csv")
    return jobs.ask(database, officer, asked)


@pytest.fixture
def running(database, authority):
    """The authority's assessment, in its second try at a quarter of its zones."""
    jobs.ask(database, authority, JobAsked(AUTHORITYS, "assess", {"province": "42"}, "Hà Tĩnh"))
    for _ in range(2):
        taken = jobs.take_job(database, AUTHORITYS, authority.organisation_id, 0)
    held = jobs.Held(AUTHORITYS, authority.organisation_id, taken.job.tries)
    jobs.hear_of(database, held, "verdicts", 500, 2000)
    return held


def test_everybodys_jobs_are_listed_with_who_asked(  # noqa: PLR0917
    phusong, authority, officer, waiting, running, tmp_path
):
    code, told = phusong("--json", tmp_path / "out.json")
    first, second = told.splitlines()[:2]
    assert code == 0
    assert first.startswith("aaaa0002  đang chạy 26%, lần 2  Đánh giá lại căn cứ của tỉnh: Hà Tĩnh")
    assert second.startswith("aaaa0001  đang chờ  Kiểm tra tệp khảo sát: báo cáo.csv")
    assert f"({officer.name}, " in second
    assert "giây trước)" in second
    assert "phusong worker" in told  # nobody works here
    listed = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert listed["worker_lives"] is False
    assert [each["asked_by"] for each in listed["jobs"]] == [authority.name, officer.name]
    assert listed["jobs"][0]["percent"] == 26
    assert listed["jobs"][0]["silent_seconds"] is not None


def test_one_is_shown_by_the_beginning_of_its_id(phusong, waiting, running):
    code, told = phusong("show", "AAAA0002")
    assert code == 0
    assert f"Mã: {AUTHORITYS}" in told
    assert "Đang chạy, 26% – Đánh giá từng vùng (500/2.000)" in told
    assert "Nhận tin lần cuối lúc" in told
    assert "lần 2 trong 3" in told
    for vague in ("aaaa", "ffff", ""):
        assert phusong("show", vague)[0] == 1


def test_what_is_cancelled_ends_whoever_asked(database, phusong, officer, waiting, running):
    code, told = phusong("cancel", "aaaa0001")
    assert (code, told) == (0, "Đã hủy việc aaaa0001; không có gì thay đổi.\n")
    assert jobs.get_job(database, officer, PROVINCES).state is JobState.CANCELLED
    assert phusong("cancel", "aaaa0001")[0] == 0  # a second time changes nothing
    code, told = phusong("cancel", "aaaa0002")
    assert (code, "dừng ở bước kế tiếp" in told) == (0, True)
    assert jobs.hear_of(database, running, "verdicts", 600, 2000) is True
    jobs.end_job(database, running, JobState.DONE, address="/zones?province=42")
    code, told = phusong("cancel", "aaaa0002")
    assert (code, told) == (1, "Việc aaaa0002 đã kết thúc (đã xong); giữ nguyên như cũ.\n")
    assert "Không có việc nào đang chờ hay đang chạy" in phusong()[1]
    told = phusong("--all")[1]
    assert ("đã hủy" in told, "đã xong" in told) == (True, True)


def test_nobody_else_may_look(database, authority, officer, waiting):
    with pytest.raises(NotAllowed):
        all_jobs(database, officer, most=10)
    assert len(all_jobs(database, authority, most=10)) == 1
    assert all_jobs(database, authority, most=10, over=False)[0].job.id == PROVINCES
