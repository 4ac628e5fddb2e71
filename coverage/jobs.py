"""A job: long work that somebody asked for, how far it is, and how it ended.

A job names what to do and never carries data. It can be taken up again after whoever did it was
killed: what it wrote is either all there, and then it is not done twice, or not there at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from coverage.people import Actor

Telling = Callable[[str, int, int], None]
"""Told what an act does now, and how many of how many steps of it are done; what it raises ends the act."""

TRIES = 3  # how often a job is begun before it counts as failed


def untold(doing: str, done: int, total: int) -> None:
    """Listen to nothing: nobody has to be told."""


class JobState(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # what was sent, or what stands, does not allow it: the person can mend it
    FAILED = "failed"  # the program or the machine is at fault
    CANCELLED = "cancelled"


OPEN = frozenset({JobState.WAITING, JobState.RUNNING})


@dataclass(frozen=True, slots=True)
class JobAsked:
    """What somebody asks for.

    ``argument`` holds names only; ``about`` is what people know it by (a file's name, a province).
    Of jobs with the same ``once`` only one is open at a time.
    """

    id: uuid.UUID
    kind: str
    argument: Mapping[str, Any]
    about: str = ""
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. ``done`` of ``total`` steps of ``doing``; ``tries`` is how often it began.

    ``acted`` is the subject of what it wrote for good, None as long as it wrote nothing;
    ``refusal`` says as data why it came to nothing. ``heard_at`` is when its doer last said that it
    lives, ``silent_seconds`` how long ago that was; None while nobody does it.
    """

    id: uuid.UUID
    kind: str
    organisation_id: uuid.UUID
    person_id: uuid.UUID | None
    argument: Mapping[str, Any]
    about: str
    state: JobState
    doing: str
    done: int
    total: int
    address: str
    refusal: Mapping[str, Any] | None
    acted: str | None
    tries: int
    asked_at: datetime
    begun_at: datetime | None
    heard_at: datetime | None
    ended_at: datetime | None
    cancel_asked: bool
    silent_seconds: float | None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in OPEN


@dataclass(frozen=True, slots=True)
class TakenJob:
    """A job that was taken up, and for whom it acts."""

    job: Job
    actor: Actor
