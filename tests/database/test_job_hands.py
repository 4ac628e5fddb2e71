"""A job is in one doer's hands at a time; who lost it has nothing more to say of it."""

import uuid

import pytest

from coverage.actions import jobs
from coverage.actions.jobs import ActingDatabase, Held
from coverage.jobs import TRIES, JobAsked, JobState


@pytest.fixture
def job(database, authority):
    return jobs.ask(database, authority, JobAsked(uuid.uuid4(), "assess", {"province": "42"}))


@pytest.fixture
def take(database, authority, job):
    """Take the job up as another doer, of which ``silent`` seconds nothing must have been heard."""

    def taken(silent):
        return jobs.take_job(database, job, authority.organisation_id, silent)

    return taken


@pytest.fixture
def stands(database, authority, job):
    return lambda: jobs.get_job(database, authority, job)


def held(taken):
    return Held(taken.job.id, taken.job.organisation_id, taken.job.tries)


def unwanted(database, authority, doer):
    """What a doer hears before its act is committed."""
    heard = []
    with ActingDatabase(database, doer, heard.append).transaction(authority):
        pass
    return heard.pop()


def test_who_was_silent_for_too_long_has_nothing_to_say(database, authority, take, stands):
    slow = held(take(60))
    assert take(60) is JobState.RUNNING  # it lives
    quick = held(take(0))
    assert jobs.hear_of(database, slow, "verdicts", 1, 2) is None
    assert jobs.end_job(database, slow, JobState.DONE, address="/x") is False
    jobs.give_back(database, slow, counted=True)
    assert unwanted(database, authority, slow) is None
    job = stands()
    assert (job.state, job.tries, job.done, job.address) == (JobState.RUNNING, 2, 0, "")
    assert jobs.hear_of(database, quick, "verdicts", 1, 2) is False
    assert unwanted(database, authority, quick) is False
    jobs.cancel_job(database, authority, job.id)
    assert jobs.hear_of(database, quick, "verdicts", 1, 2) is True
    assert unwanted(database, authority, quick) is True
    assert jobs.end_job(database, quick, JobState.CANCELLED) is True
    assert stands().over
    assert take(0) is JobState.CANCELLED


def test_only_a_try_that_failed_counts(database, take, stands):
    for _ in range(2 * TRIES):  # workers that had to stop
        jobs.give_back(database, held(take(60)), counted=False)
    assert (stands().state, stands().tries) == (JobState.WAITING, 0)
    for _ in range(TRIES):
        jobs.give_back(database, held(take(60)), counted=True)
    assert stands().tries == TRIES
    assert take(60) is JobState.FAILED
    assert stands().refusal == {"error": "WorkerLost", "facts": {"tries": TRIES}}
