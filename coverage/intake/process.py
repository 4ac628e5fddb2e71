"""A reader in a child process: limits of memory and time, frames back, nothing left behind."""

from __future__ import annotations

import io
import math
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from coverage.intake.document import Limits

Frame = tuple[Any, ...]
_LONGEST_FRAME_BYTES = 1 << 30
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",  # a parser that frees and asks again keeps its pages
    "MALLOC_TOP_PAD_": "33554432",
    "OMP_NUM_THREADS": "1",
}
_SAFE = {"datetime": {"datetime", "date", "time", "timedelta"}}


class Why(StrEnum):
    """Why a child ended without its last frame."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


class ChildEnded(Exception):
    """The child ended early; ``why`` says whether by time, memory or a crash of its parser."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)


def frames(
    program: Path, data: bytes, limits: Limits, arguments: Sequence[str] = ()
) -> Iterator[Frame]:
    """Run ``program`` on ``data`` and yield its frames up to ("end",), which is not yielded.

    The program is called with memory in bytes, whole seconds, rows, cells, then ``arguments``.
    The clock judges whether ("end",) came in time: a timer only wakes a reader that waits, and on
    a busy machine it may be called after a child that was too slow has already ended.

    Raises:
        ChildEnded: before ("end",) came, or ("end",) came after ``limits.seconds``.
    """
    deadline = time.monotonic() + limits.seconds
    seconds = math.ceil(limits.seconds)
    numbers = (limits.memory_bytes, seconds, limits.rows, limits.cells)
    command = [sys.executable, "-I", str(program), *map(str, numbers), *arguments]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_ENVIRONMENT,
    ) as child:
        timer = threading.Timer(limits.seconds, child.kill)
        timer.start()
        try:
            assert child.stdin is not None  # noqa: S101 - for the type checker
            assert child.stdout is not None  # noqa: S101
            _feed(child.stdin, data)
            while (frame := _next_frame(child.stdout)) is not None:
                if frame[0] == "end":
                    break
                yield frame
            if time.monotonic() > deadline:
                raise ChildEnded(Why.TIME)
            if frame is None:
                raise ChildEnded(_why(child.wait()))
        finally:
            timer.cancel()
            child.kill()


def _feed(pipe: IO[bytes], data: bytes) -> None:
    """Give the child its input; a child that died meanwhile is found by its missing frames."""
    try:
        pipe.write(data)
        pipe.close()
    except BrokenPipeError:
        pass


def _next_frame(pipe: IO[bytes]) -> Frame | None:
    head = pipe.read(4)
    if len(head) < 4:  # noqa: PLR2004 - the length itself
        return None
    (length,) = struct.unpack(">I", head)
    if length > _LONGEST_FRAME_BYTES:
        return None
    body = pipe.read(length)
    if len(body) < length:
        return None
    try:
        frame = _DatesOnly(io.BytesIO(body)).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, LookupError, AttributeError):
        return None
    return frame if isinstance(frame, tuple) and frame else None


def _why(exit_status: int) -> Why:
    """A Rust or C++ parser that gets no memory aborts; one that runs too long gets SIGXCPU."""
    if exit_status in {-signal.SIGXCPU, -signal.SIGKILL}:
        return Why.TIME
    return Why.MEMORY if exit_status == -signal.SIGABRT else Why.CRASH


class _DatesOnly(pickle.Unpickler):
    """Loads lists, text, numbers and dates; a frame that names anything else is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if name in _SAFE.get(module, ()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")
