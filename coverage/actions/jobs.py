"""Jobs: ask for long work, look how far it is, cancel it; and what its doer says of it.

What is said of a job while it goes on is kept in transactions of their own, apart from the act's:
others see it at once, and it stays when the act is rolled back. None of it is an act, so none of
it is in the audit log; the act itself is, as whose job it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from coverage.actions.people import fingerprint
from coverage.errors import NotFound
from coverage.jobs import TRIES, Job, JobAsked, JobState, TakenJob
from coverage.people import Actor, OrganisationKind, Role
from coverage.storage import jobs as stored
from coverage.storage.sessions import Database

SHOWN = 50
_LOST = {"error": "WorkerLost", "facts": {"tries": TRIES}}
_GONE = {"error": "NotSignedIn", "facts": {}}


@dataclass(frozen=True, slots=True)
class Held:
    """A job in its doer's hands: ``tries`` says that it is still the same doer."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    tries: int
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        """Speak of the job as its organisation, with no right but to see its own."""
        object.__setattr__(self, "actor", speaking_for(self.organisation_id))


def speaking_for(
    organisation_id: uuid.UUID, name: str = "worker", person_id: uuid.UUID | None = None
) -> Actor:
    """Return who speaks of an organisation's jobs, with no right but to see its own."""
    kind, role = OrganisationKind.AUDITOR, Role.AUDITOR
    return Actor(organisation_id, kind, role, name, person_id=person_id)


def ask(
    database: Database, actor: Actor, asked: JobAsked, *,
    defer: Callable[[Any], None] | None = None, instead_of: Collection[str] = (),
) -> uuid.UUID:  # fmt: skip
    """Keep what is asked for and put it into the queue, together or not at all; return its id.

    ``defer`` puts it there on the driver's own connection. Where the same is open already, that
    one's id is returned. The actor's open jobs of the kinds ``instead_of`` are asked to end.
    """
    with database.transaction(actor) as connection:
        if instead_of:
            stored.ask_to_cancel(connection, actor, kinds=instead_of, besides=asked.id)
        if not stored.add(connection, actor, asked):
            standing = stored.find_open(connection, actor, asked.once or "")
            if standing is not None:
                return standing.id
            stored.add(connection, actor, asked)  # that one has ended this very moment
        if defer is not None:
            with stored.queue_first(connection) as lent:
                defer(lent)
    return asked.id


def get_job(database: Database, actor: Actor, job_id: uuid.UUID) -> Job:
    """Return the actor's own job.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    with database.transaction(actor) as connection:
        found = stored.find(connection, actor, job_id)
    if found is None:
        raise NotFound("job", job_id)
    return found


def list_jobs(database: Database, actor: Actor) -> list[Job]:
    """Return the actor's own jobs, open ones first, then the latest."""
    with database.transaction(actor) as connection:
        return stored.listed(connection, actor, SHOWN)


def cancel_job(database: Database, actor: Actor, job_id: uuid.UUID) -> Job:
    """Ask a job to end; one that is over stays as it is.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    with database.transaction(actor) as connection:
        stored.ask_to_cancel(connection, actor, job_id=job_id)
    return get_job(database, actor, job_id)


def worker_lives(database: Database, actor: Actor, within_seconds: float) -> bool:
    """Tell whether a worker said so lately that it lives."""
    with database.transaction(actor) as connection:
        return stored.worker_lives(connection, within_seconds)


def session_lives(database: Database, token: str, *, idle_minutes: int) -> bool:
    """Tell whether a web session is still open; asking does not keep it open."""
    return stored.session_is_open(database, fingerprint(token), idle_minutes)


def take_job(
    database: Database, job_id: uuid.UUID, organisation_id: uuid.UUID, silent_seconds: float
) -> TakenJob | JobState | None:
    """Take a job up to do it; else tell where it is, None when there is no such job.

    One that was begun often enough ends here as failed, one of who may act no more as refused.
    """
    nobody = Held(job_id, organisation_id, 0).actor
    with database.transaction(nobody) as connection:
        row = stored.take(connection, job_id, silent_seconds)
        if row is None:
            return stored.state_of(connection, job_id)
        if row["tries"] > TRIES:
            stored.end(connection, job_id, row["tries"], JobState.FAILED, refusal=_LOST)
            return JobState.FAILED
        taken = stored.taken(connection, row)
        if taken is None:
            stored.end(connection, job_id, row["tries"], JobState.REFUSED, refusal=_GONE)
            return JobState.REFUSED
    return taken


def hear_of(database: Database, held: Held, doing: str, done: int, total: int) -> bool | None:
    """Note that the doer lives and how far it is; tell whether the job is to be cancelled.

    None: the job is another's now.
    """
    with database.transaction(held.actor) as connection:
        return stored.hear(connection, held.id, held.tries, doing, done, total)


def what_it_wrote(database: Database, held: Held) -> str | None:
    """Return the subject of what the job wrote for good, None when it wrote nothing."""
    with database.transaction(held.actor) as connection:
        return stored.acted(connection, held.id)


def end_job(
    database: Database, held: Held, state: JobState, *, address: str = "",
    refusal: Mapping[str, Any] | None = None, nameless: bool = False,
) -> bool:  # fmt: skip
    """Say how a job ended; False when it is another's now."""
    with database.transaction(held.actor) as connection:
        return stored.end(
            connection, held.id, held.tries, state, address=address, refusal=refusal,
            nameless=nameless,
        )  # fmt: skip


def give_back(database: Database, held: Held, *, counted: bool) -> None:
    """Let a job wait for another doer; ``counted``: this try was one of its few."""
    with database.transaction(held.actor) as connection:
        stored.give_back(connection, held.id, held.tries, counted=counted)


def jobs_left(
    database: Database, actor: Actor, silent_seconds: float
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return every open job, with its organisation, that nobody does and no queue holds."""
    with database.transaction(actor) as connection:
        return list(stored.left(connection, silent_seconds))


def forget_jobs(database: Database, actor: Actor) -> int:
    """Forget what is long over; return how many jobs that were."""
    with database.transaction(actor) as connection:
        return stored.forget_old(connection)


class ActingDatabase(Database):
    """The database of one job's act: what it writes for good leaves its name in the job.

    Before each transaction is committed ``go_on`` is told whether the job is to be cancelled (None:
    it is another doer's now), and raises when nothing must be kept. That is read in the transaction
    itself: it holds the job's row already, and would wait for itself in another.
    """

    def __init__(self, opened: Database, held: Held, go_on: Callable[[bool | None], None]) -> None:
        self._opened, self._held, self._go_on = opened, held, go_on
        self.url, self.owner_url = opened.url, opened.owner_url

    @contextmanager
    def transaction(self, actor: Actor, *, many: bool = False) -> Iterator[Connection]:
        """Open a transaction as ``actor``'s organisation, in the job's name."""
        with self._opened.transaction(actor, many=many) as connection:
            connection.execute(
                text("SELECT set_config('phusong.job', :job, true)"), {"job": str(self._held.id)}
            )
            yield connection
            self._go_on(stored.unwanted(connection, self._held.id, self._held.tries))

    @contextmanager
    def at_the_door(self) -> Iterator[Connection]:
        """Open a transaction as nobody."""
        with self._opened.at_the_door() as connection:
            yield connection
