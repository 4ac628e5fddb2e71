"""How far long work is: the page's words and percent, the terminal's bar, what is said of silence."""

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from api.commands.bars import job_bar
from api.job_kinds import KINDS
from api.job_notes import AGAIN_SECONDS, NO_WORKER, QUIET_SECONDS, note
from api.job_stages import STAGES, HowFar, doing, percent
from coverage.findings import Language
from coverage.jobs import TRIES, Job, JobState

NOW = datetime(2026, 11, 23, tzinfo=UTC)
JOB = Job(
    UUID(int=1), "build_package", UUID(int=2), None, {}, "", JobState.RUNNING,
    "files:ban-do.html", 6, 13, "", None, None, 1, NOW, NOW, NOW, None,
    cancel_asked=False, silent_seconds=0.4,
)  # fmt: skip


def test_every_kind_of_work_has_stages_that_fill_the_bar_in_order():
    assert set(STAGES) == set(KINDS)
    for stages in STAGES.values():
        firsts = [stage.first for stage in stages.values()]
        assert firsts == sorted(firsts)
        assert max(stage.last for stage in stages.values()) <= 100
        assert all(stage.first < stage.last for stage in stages.values())


@pytest.mark.parametrize(("said", "vietnamese", "english", "far"), [
    (("files:ban-do.html", 6, 13), "Lập tệp: ban-do.html (6/13)",
     "Making the file ban-do.html (6/13)", 49),
    (("zones", 0, 0), "Tập hợp vùng, lô và căn cứ", "Collecting zones, lots and evidence", 0),
    (("seal", 0, 0), "Đóng gói và ghi lại", "Sealing and saving", 95),
    (("", 0, 0), "", "", 0),
])  # fmt: skip
def test_a_step_is_named_and_counted(said, vietnamese, english, far):
    at = replace(JOB, doing=said[0], done=said[1], total=said[2])
    assert doing(at, Language.VI) == vietnamese
    assert doing(at, Language.EN) == english
    assert percent(at) == far
    assert percent(replace(at, state=JobState.DONE)) == 100


def test_thousands_are_written_as_the_reader_writes_them():
    at = HowFar("assess", "verdicts", 1200, 20000)
    assert at.words(Language.VI) == "Đánh giá từng vùng (1.200/20.000)"
    assert at.words(Language.EN) == "Assessing each zone (1,200/20,000)"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_terminal_says_what_the_page_says(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with job_bar("build_package") as told:
        told("files:ban-do.html", 6, 13)
    shown = terminal.getvalue()
    assert doing(JOB, Language.VI) in shown
    assert f" {percent(JOB)}%" in shown
    assert " 100%" in shown


def test_outside_a_terminal_nothing_is_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", file := io.StringIO())
    with job_bar("build_package") as told:
        told("files:ban-do.html", 6, 13)
    assert file.getvalue() == ""


@pytest.mark.parametrize(("silent", "tries", "words"), [
    (QUIET_SECONDS - 0.1, 1, ""),
    (QUIET_SECONDS, 1, "Đã 5 giây không nhận được tin"),
    (12.9, 2, f"Đã 10 giây không nhận được tin từ tiến trình đang làm việc này (lần 2 trong {TRIES})"),
    (12.9, TRIES, "cũng là lần cuối"),
    (0.4, 2, f"đã tự được làm lại từ đầu: lần 2 trong {TRIES}"),
    (AGAIN_SECONDS, 1, NO_WORKER),
])  # fmt: skip
def test_silence_and_a_new_try_are_told(silent, tries, words):
    told = note(replace(JOB, silent_seconds=silent, tries=tries), Language.VI, alive=False)
    assert words in told
    assert bool(told) == bool(words)


def test_a_long_silence_with_a_worker_about_still_says_that_it_is_taken_up():
    silent = replace(JOB, silent_seconds=AGAIN_SECONDS + 5.0)
    told = note(silent, Language.VI, alive=True)
    assert f"việc tự được làm lại trong khoảng {AGAIN_SECONDS} giây" in told
    assert "taken up again by itself" in note(silent, Language.EN, alive=True)


def test_who_waits_is_told_of_a_try_that_failed_and_who_is_done_of_nothing():
    waiting = replace(JOB, state=JobState.WAITING, tries=0, silent_seconds=None)
    assert note(waiting, Language.VI, alive=True) == ""
    assert note(waiting, Language.VI, alive=False) == NO_WORKER
    again = note(replace(waiting, tries=1), Language.VI, alive=True)
    assert again.startswith("Lần 1 trong 3 chưa xong")
    over = replace(JOB, state=JobState.DONE, tries=2, silent_seconds=None)
    assert note(over, Language.VI, alive=False) == ""
