"""Everybody's jobs, for who runs the server: what goes on, who asked, ending what must not go on.

Each organisation's jobs are read as that organisation, because nobody reads another's.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from coverage.actions.jobs import cancel_job, speaking_for
from coverage.errors import NotFound
from coverage.jobs import Job
from coverage.people import Act, Actor
from coverage.storage import accounts
from coverage.storage import jobs as stored
from coverage.storage.jobs import AskedJob
from coverage.storage.sessions import Database

_EVERY = 100_000  # what is long over is forgotten, so there are never so many


@dataclass(frozen=True, slots=True)
class KnownJob:
    """A job, of whom and of which organisation; ``asked_by`` as the audit log names them."""

    job: Job
    asked_by: str
    organisation: str


def all_jobs(database: Database, actor: Actor, *, most: int, over: bool = True) -> list[KnownJob]:
    """Return everybody's jobs, open ones first, then the latest; without ``over`` only open ones.

    Raises:
        NotAllowed: the role does not manage people.
    """
    actor.must(Act.MANAGE_PEOPLE)
    with database.transaction(actor) as connection:
        organisations = accounts.organisations(connection)
    known = [
        KnownJob(each.job, each.asked_by, organisation.name)
        for organisation in organisations
        for each in _of(database, organisation.id, most)
        if over or not each.job.over
    ]
    known.sort(key=lambda each: (each.job.over, -each.job.asked_at.timestamp(), each.job.id))
    return known[:most]


def known_job(database: Database, actor: Actor, begins: str) -> KnownJob:
    """Return the one job whose id begins so.

    Raises:
        NotAllowed: the role does not manage people.
        NotFound: there is none, or several.
    """
    found = [
        each
        for each in all_jobs(database, actor, most=_EVERY)
        if str(each.job.id).startswith(begins.lower())
    ]
    if len(found) != 1 or not begins:
        raise NotFound("job", begins)
    return found[0]


def cancel_anyones(database: Database, actor: Actor, begins: str) -> KnownJob:
    """Ask the one job whose id begins so to end, whoever asked for it; one that is over stays.

    Raises:
        NotAllowed, NotFound: as :func:`known_job`.
    """
    known = known_job(database, actor, begins)
    job = known.job
    owner = speaking_for(job.organisation_id, known.asked_by, job.person_id)
    cancel_job(database, owner, job.id)
    return known_job(database, actor, str(job.id))


def _of(database: Database, organisation_id: uuid.UUID, most: int) -> Sequence[AskedJob]:
    with database.transaction(speaking_for(organisation_id)) as connection:
        return stored.of_organisation(connection, most)
