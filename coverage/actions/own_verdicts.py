"""An operator reads the verdicts about itself, each with its clock."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coverage.days import vietnam_day
from coverage.disputes import Clocks, VerdictState, claims_against, days_left, state_of
from coverage.errors import NotFound
from coverage.evidence import Verdict
from coverage.people import Act, Actor
from coverage.storage import disputes as stored
from coverage.storage import own_verdicts
from coverage.storage.own_verdicts import Key, OwnVerdict, VerdictFilter
from coverage.storage.sessions import Database
from coverage.towers import Technology


@dataclass(frozen=True, slots=True)
class TimedVerdict:
    """A verdict about the actor with its clock.

    ``given_on`` is the day in Việt Nam on which it was given, ``until`` is the last day on which it may be disputed, ``days_left`` how many days remain
    after today, ``disputable`` whether a dispute may be raised today, ``claims`` what may be
    claimed instead.
    """

    own: OwnVerdict
    state: VerdictState
    given_on: date
    until: date
    days_left: int
    disputable: bool
    claims: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class VerdictList:
    """One page of a list, and how many the whole list has."""

    verdicts: Sequence[TimedVerdict]
    total: int
    next_key: tuple[Key, ...] | None


def verdicts_about_me(
    database: Database, actor: Actor, day: date, wanted: VerdictFilter, *,
    after: Sequence[Key] | None = None, limit: int = 100,
) -> VerdictList:  # fmt: skip
    """Return the verdicts about the actor's own organisation behind the position ``after``.

    Raises:
        NotAllowed: only an operator is judged.
    """
    actor.must(Act.DISPUTE_VERDICT)
    me = actor.organisation_id
    with database.transaction(actor, many=True) as connection:
        clocks = stored.clocks(connection)
        page = own_verdicts.page(connection, me, wanted, clocks, day, after, limit)
        return VerdictList(
            [_timed(own, clocks, day) for own in page.verdicts],
            own_verdicts.total(connection, me, wanted, clocks, day),
            page.next_key,
        )


def count_disputable(database: Database, actor: Actor, day: date) -> tuple[int, date | None]:
    """Return how many verdicts about the actor may be disputed on ``day``, and until when the first.

    Raises:
        NotAllowed: only an operator is judged.
    """
    actor.must(Act.DISPUTE_VERDICT)
    with database.transaction(actor, many=True) as connection:
        clocks = stored.clocks(connection)
        count, first = own_verdicts.total_and_first(
            connection, actor.organisation_id, VerdictFilter(disputable=True), clocks, day
        )
    return count, None if first is None else clocks.dispute_until(first)


def every_verdict_about_me(
    database: Database, actor: Actor, day: date, wanted: VerdictFilter
) -> list[TimedVerdict]:
    """Return every wanted verdict about the actor's own organisation, in the list's order.

    Raises:
        NotAllowed: only an operator is judged.
    """
    actor.must(Act.DISPUTE_VERDICT)
    with database.transaction(actor, many=True) as connection:
        clocks = stored.clocks(connection)
        found = own_verdicts.every(connection, actor.organisation_id, wanted, clocks, day)
    return [_timed(own, clocks, day) for own in found]


def verdict_about_me(
    database: Database, actor: Actor, day: date, zone_id: uuid.UUID, technology: Technology
) -> TimedVerdict:
    """Return one verdict about the actor's own organisation.

    Raises:
        NotAllowed, NotFound: only an operator is judged; there is no such verdict about it.
    """
    actor.must(Act.DISPUTE_VERDICT)
    with database.transaction(actor) as connection:
        own = own_verdicts.find(connection, actor.organisation_id, zone_id, technology)
        clocks = stored.clocks(connection)
    if own is None:
        raise NotFound("verdict", f"{zone_id}, {technology.value}")
    return _timed(own, clocks, day)


def chosen_verdicts(
    database: Database, actor: Actor, day: date, keys: Sequence[tuple[uuid.UUID, Technology]]
) -> list[TimedVerdict]:
    """Return these verdicts about the actor's own organisation, in the list's order.

    Raises:
        NotAllowed, NotFound: only an operator is judged; one of them is not there.
    """
    actor.must(Act.DISPUTE_VERDICT)
    with database.transaction(actor) as connection:
        clocks = stored.clocks(connection)
        found = own_verdicts.of_keys(connection, actor.organisation_id, keys)
    for zone_id, technology in keys:
        if (zone_id, technology) not in found:
            raise NotFound("verdict", f"{zone_id}, {technology.value}")
    return [_timed(own, clocks, day) for own in found.values()]


def _timed(own: OwnVerdict, clocks: Clocks, day: date) -> TimedVerdict:
    until = clocks.dispute_until(own.given_at)
    state = state_of(own.given_at, own.about, clocks, day)
    met = {VerdictState.IN_DISPUTE, VerdictState.DISMISSED}
    return TimedVerdict(
        own, state, vietnam_day(own.given_at), until, days_left(day, until),
        disputable=day <= until and state not in met,
        claims=claims_against(own.verdict),
    )  # fmt: skip
