"""Jobs' queries: asked for, taken up, heard of, ended."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    RowMapping,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from coverage.jobs import OPEN, Job, JobAsked, JobState, TakenJob
from coverage.people import Actor, OrganisationKind, Role
from coverage.storage.sessions import Database
from coverage.storage.tables.jobs import job
from coverage.storage.tables.people import organisation, person

_OPEN = job.c.state.in_(sorted(OPEN))
_SILENT = case(
    (
        job.c.state == JobState.RUNNING.value,
        cast(extract("epoch", func.clock_timestamp() - job.c.heard_at), Float),
    )
).label("silent_seconds")
_SEEN = (*(column for column in job.c if column.name not in {"actor", "role", "once"}), _SILENT)
QUEUE_SCHEMA = "jobs"


@dataclass(frozen=True, slots=True)
class AskedJob:
    """A job with who asked for it, as the audit log names them."""

    job: Job
    asked_by: str


def add(connection: Connection, actor: Actor, asked: JobAsked) -> bool:
    """Keep a job; False when one with the same ``once`` is open already."""
    added = connection.execute(
        upsert(job)
        .values(
            id=asked.id, kind=asked.kind, organisation_id=actor.organisation_id,
            person_id=actor.person_id, actor=actor.name, role=actor.role.value,
            argument=dict(asked.argument), about=asked.about, once=asked.once,
        )
        .on_conflict_do_nothing(
            index_elements=[job.c.once], index_where=text("state IN ('waiting', 'running')")
        )
        .returning(job.c.id)
    )  # fmt: skip
    return added.first() is not None


def find(connection: Connection, actor: Actor, job_id: uuid.UUID) -> Job | None:
    """Return the actor's own job of this id."""
    row = connection.execute(select(*_SEEN).where(job.c.id == job_id, _own(actor))).mappings()
    return _first(row.first())


def find_open(connection: Connection, actor: Actor, once: str) -> Job | None:
    """Return the actor's open job of this ``once``."""
    asked = select(*_SEEN).where(job.c.once == once, _OPEN, _own(actor))
    return _first(connection.execute(asked).mappings().first())


def listed(connection: Connection, actor: Actor, limit: int) -> list[Job]:
    """Return the actor's own jobs: open ones first, then the latest."""
    rows = connection.execute(
        select(*_SEEN)
        .where(_own(actor))
        .order_by(case((_OPEN, 0), else_=1), job.c.asked_at.desc(), job.c.id)
        .limit(limit)
    ).mappings()
    return [_job(row) for row in rows]


def of_organisation(connection: Connection, limit: int) -> list[AskedJob]:
    """Return the jobs of the organisation that the transaction speaks for, whoever asked."""
    rows = connection.execute(
        select(*_SEEN, job.c.actor)
        .order_by(case((_OPEN, 0), else_=1), job.c.asked_at.desc(), job.c.id)
        .limit(limit)
    ).mappings()
    return [AskedJob(_job(row), row["actor"]) for row in rows]


def take(connection: Connection, job_id: uuid.UUID, silent_seconds: float) -> RowMapping | None:
    """Take up a job that waits, or of whose doer nothing was heard for so long; None if neither.

    The number of its ``tries`` is from now on the key to its row.
    """
    silent = job.c.heard_at < func.clock_timestamp() - func.make_interval(
        0, 0, 0, 0, 0, 0, silent_seconds
    )
    taken = connection.execute(
        update(job)
        .where(
            job.c.id == job_id,
            or_(
                job.c.state == JobState.WAITING.value,
                and_(job.c.state == JobState.RUNNING.value, silent),
            ),
        )
        .values(
            state=JobState.RUNNING.value, tries=job.c.tries + 1, doing="", done=0, total=0,
            begun_at=func.coalesce(job.c.begun_at, func.clock_timestamp()),
            heard_at=func.clock_timestamp(),
        )
        .returning(*job.c, _SILENT)
    )  # fmt: skip
    return taken.mappings().first()


def taken(connection: Connection, row: RowMapping) -> TakenJob | None:
    """Return a job that was taken up with for whom it acts; None when that person may no more."""
    whose = connection.execute(
        select(organisation.c.kind, organisation.c.province_code).where(
            organisation.c.id == row["organisation_id"]
        )
    ).one()
    role = row["role"]
    if row["person_id"] is not None:
        role = connection.execute(
            select(person.c.role).where(
                person.c.id == row["person_id"], person.c.disabled_at.is_(None)
            )
        ).scalar()
    if role is None:
        return None
    actor = Actor(
        row["organisation_id"], OrganisationKind(whose.kind), Role(role), row["actor"],
        whose.province_code, row["person_id"],
    )  # fmt: skip
    return TakenJob(_job(row), actor)


def state_of(connection: Connection, job_id: uuid.UUID) -> JobState | None:
    """Return where a job of the organisation is."""
    state = connection.execute(select(job.c.state).where(job.c.id == job_id)).scalar()
    return None if state is None else JobState(state)


def hear(  # noqa: PLR0917 - what is told of one job
    connection: Connection, job_id: uuid.UUID, tries: int, doing: str, done: int, total: int
) -> bool | None:
    """Note that who does the job lives, and how far it is; tell whether it is to be cancelled.

    None: the job is not this doer's any more.
    """
    return connection.execute(
        update(job)
        .where(*_held(job_id, tries))
        .values(doing=doing, done=done, total=total, heard_at=func.clock_timestamp())
        .returning(job.c.cancel_asked)
    ).scalar()


def unwanted(connection: Connection, job_id: uuid.UUID, tries: int) -> bool | None:
    """Tell whether the job is to be cancelled; None: it is another doer's now. It locks nothing."""
    row = connection.execute(
        select(job.c.tries, job.c.cancel_asked).where(job.c.id == job_id)
    ).first()
    if row is None:  # the transaction speaks for another organisation by now
        return False
    return row.cancel_asked if row.tries == tries else None


def acted(connection: Connection, job_id: uuid.UUID) -> str | None:
    """Return the subject of what the job wrote for good, None when it wrote nothing."""
    return connection.execute(select(job.c.acted).where(job.c.id == job_id)).scalar()


def end(
    connection: Connection, job_id: uuid.UUID, tries: int, state: JobState, *,
    address: str = "", refusal: Mapping[str, Any] | None = None, nameless: bool = False,
) -> bool:  # fmt: skip
    """Say how the job ended; ``nameless`` takes away what it was about.

    False: it is not this doer's any more.
    """
    done = connection.execute(
        update(job)
        .where(*_held(job_id, tries))
        .values(
            state=state.value, address=address, refusal=refusal, ended_at=func.clock_timestamp(),
            **({"about": ""} if nameless else {}),
        )
    )  # fmt: skip
    return bool(done.rowcount)


def give_back(connection: Connection, job_id: uuid.UUID, tries: int, *, counted: bool) -> None:
    """Let the job wait again; ``counted``: this try was one."""
    connection.execute(
        update(job)
        .where(*_held(job_id, tries))
        .values(
            state=JobState.WAITING.value, doing="", done=0, total=0,
            tries=job.c.tries if counted else job.c.tries - 1,
        )
    )  # fmt: skip


def ask_to_cancel(
    connection: Connection, actor: Actor, *, job_id: uuid.UUID | None = None,
    kinds: Collection[str] = (), besides: uuid.UUID | None = None,
) -> int:  # fmt: skip
    """Ask the actor's own open jobs to end: one, or all of some kinds but one; return how many.

    One that waits ends at once and forgets what it was about.
    """
    which = job.c.id == job_id if job_id is not None else job.c.kind.in_(sorted(kinds))
    waits = job.c.state == JobState.WAITING.value
    asked = connection.execute(
        update(job)
        .where(which, _own(actor), _OPEN, literal(besides is None) | (job.c.id != besides))
        .values(
            cancel_asked=True,
            state=case((waits, JobState.CANCELLED.value), else_=job.c.state),
            ended_at=case((waits, func.clock_timestamp())),
            about=case((waits, ""), else_=job.c.about),
        )
    )
    return int(asked.rowcount)


def left(connection: Connection, silent_seconds: float) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Return open jobs, with their organisations, that nobody does and no queue holds."""
    rows = connection.execute(
        text("SELECT id, organisation_id FROM phusong.jobs_left(:silent)"),
        {"silent": silent_seconds},
    )
    return [(row.id, row.organisation_id) for row in rows]


def forget_old(connection: Connection) -> int:
    """Forget what is long over; return how many jobs that were."""
    return int(connection.execute(text("SELECT phusong.forget_jobs()")).scalar_one())


def worker_lives(connection: Connection, within_seconds: float) -> bool:
    """Tell whether any worker said so lately that it lives."""
    return bool(
        connection.execute(
            text(
                f"SELECT EXISTS (SELECT 1 FROM {QUEUE_SCHEMA}.procrastinate_workers"  # noqa: S608
                " WHERE last_heartbeat > now() - make_interval(secs => :within))"
            ),
            {"within": within_seconds},
        ).scalar_one()
    )


@contextmanager
def queue_first(connection: Connection) -> Iterator[Any]:
    """Lend the driver's own connection with the queue's schema first in its search path."""
    before = connection.execute(text("SELECT current_setting('search_path')")).scalar_one()
    told = text("SELECT set_config('search_path', :path, true)")
    connection.execute(told, {"path": f"{QUEUE_SCHEMA}, public"})
    yield connection.connection.driver_connection
    connection.execute(told, {"path": before})


def session_is_open(database: Database, token_sha256: bytes, idle_minutes: int) -> bool:
    """Tell whether a web session is open, without its being seen."""
    with database.at_the_door() as connection:
        return bool(
            connection.execute(
                text("SELECT phusong.session_is_open(:token, :idle)"),
                {"token": token_sha256, "idle": idle_minutes},
            ).scalar_one()
        )


def _own(actor: Actor) -> ColumnElement[bool]:
    """What the actor asked for: a person by their id, a program by its token's name."""
    if actor.person_id is not None:
        return job.c.person_id == actor.person_id
    return and_(
        job.c.person_id.is_(None),
        job.c.organisation_id == actor.organisation_id,
        job.c.actor == actor.name,
    )


def _held(job_id: uuid.UUID, tries: int) -> tuple[ColumnElement[bool], ...]:
    return (job.c.id == job_id, job.c.state == JobState.RUNNING.value, job.c.tries == tries)


def _first(row: RowMapping | None) -> Job | None:
    return None if row is None else _job(row)


def _job(row: RowMapping) -> Job:
    return Job(
        **{column.name: row[column.name] for column in _SEEN if column.name != "state"},
        state=JobState(row["state"]),
    )
