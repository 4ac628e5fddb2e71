"""A child process gives its frames or says why not; it can neither stay nor reach the parent."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from coverage.intake.document import Limits
from coverage.intake.process import ChildEnded, Why, frames

SEND = """
import pickle, struct, sys
def send(body):
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()
"""


def run(tmp_path, code: str, limits: Limits | None = None, data: bytes = b"") -> list:
    program = tmp_path / "program.py"
    program.write_text(SEND + code)
    return list(frames(program, data, limits or Limits(seconds=10)))


def ended(tmp_path, code: str, limits: Limits | None = None, data: bytes = b"") -> Why:
    with pytest.raises(ChildEnded) as told:
        run(tmp_path, code, limits, data)
    return told.value.why


def test_frames_come_in_order_with_dates(tmp_path):
    code = """
import datetime
send(pickle.dumps(("rows", [datetime.date(2026, 5, 22)], len(sys.stdin.buffer.read()))))
send(pickle.dumps(("end",)))
"""
    ((kind, (day,), length),) = run(tmp_path, code, data=b"x" * 300_000)
    assert (kind, day.isoformat(), length) == ("rows", "2026-05-22", 300_000)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os; os.abort()", Why.MEMORY),
        ("raise SystemExit(3)", Why.CRASH),
        ("send(b'rubbish')", Why.CRASH),
        ("sys.stdout.buffer.write(b'\\xff\\xff\\xff\\xffx')", Why.CRASH),
        ("import os; send(pickle.dumps((os.system, 'x')))", Why.CRASH),
        (
            "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
            Why.TIME,
        ),
    ],
)
def test_why_a_child_ended(tmp_path, code, why):
    assert ended(tmp_path, code) is why


def test_a_child_that_waits_is_killed(tmp_path):
    assert ended(tmp_path, "import time; time.sleep(60)", Limits(seconds=0.3)) is Why.TIME


def test_a_child_that_ends_late_is_late_even_when_the_timer_slept(tmp_path, monkeypatch):
    """A busy machine may call the timer after the child has ended; then the clock tells."""
    monkeypatch.setattr("coverage.intake.process.threading.Timer", lambda *_: Mock())
    code = "import time; time.sleep(0.2); send(pickle.dumps(('end',)))"
    assert ended(tmp_path, code, Limits(seconds=0.1)) is Why.TIME


def test_a_frame_cannot_call_anything(tmp_path):
    mark = tmp_path / "called"
    code = f"""
import os
class Call:
    def __reduce__(self):
        return os.system, ("touch {mark}",)
send(pickle.dumps(("rows", Call())))
send(pickle.dumps(("end",)))
"""
    assert ended(tmp_path, code) is Why.CRASH
    assert not mark.exists()


def test_a_reader_that_turns_away_leaves_no_child(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(SEND + "send(pickle.dumps(('rows', 1)))\nimport time; time.sleep(60)")
    reading = frames(program, b"", Limits(seconds=30))
    assert next(reading) == ("rows", 1)
    reading.close()  # returns only when the child is gone
