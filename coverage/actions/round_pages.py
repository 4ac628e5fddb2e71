"""One round of consultation with its promises a page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from coverage.actions.consultation import one_round
from coverage.consultation import PromiseStatus, Round, RoundState, last_day
from coverage.days import vietnam_day
from coverage.people import Actor
from coverage.storage import consultation as stored
from coverage.storage.consultation import OperatorPromises, Promised, Sum
from coverage.storage.criteria import setting_in_force
from coverage.storage.sessions import Database


@dataclass(frozen=True, slots=True)
class RoundInPages:
    """A round as the actor may see it at a moment, with one page of its promises.

    ``shown`` are those of ``operator_id``, or of every operator; ``pages`` counts from 1.
    """

    round: Round
    state: RoundState
    at: datetime
    latest: date
    asked: Sum
    promised: Sum
    operators: Sequence[OperatorPromises]
    operator_id: uuid.UUID | None
    shown: Sequence[Promised]
    page: int
    pages: int

    @property
    def lapsed(self) -> int:
        """How many promises have lapsed."""
        return sum(one.lapsed for one in self.operators)


def see_round_in_pages(
    database: Database, actor: Actor, number: int, *,
    operator_id: uuid.UUID | None = None, page: int = 1, limit: int = 50,
) -> RoundInPages:  # fmt: skip
    """Return a round with one page of the promises that the actor may see.

    Raises:
        NotFound: no such round, or none that the actor may see.
    """
    with database.transaction(actor, many=True) as connection:
        found = one_round(connection, number)
        at = stored.moment(connection)
        today = vietnam_day(at)
        months: Any = setting_in_force(connection, "promise_max_months", today)
        operators = stored.promises_by_operator(connection, found.id)
        whole = sum(one.promises for one in operators if operator_id in {None, one.operator_id})
        pages = max(1, -(-whole // limit))
        page = min(page, pages)
        return RoundInPages(
            found, found.state(at), at, last_day(today, int(months)),
            stored.sums(connection).get(found.id, Sum()),
            stored.promised_sum(connection, found.id), operators, operator_id,
            stored.promises(
                connection, round_id=found.id, operator_id=operator_id,
                start=(page - 1) * limit, limit=limit,
            ),
            page, pages,
        )  # fmt: skip


def standing_promises(
    database: Database, actor: Actor, number: int, zone_ids: Collection[uuid.UUID]
) -> list[Promised]:
    """Return the standing promises for these zones in a round that the actor may see.

    Raises:
        NotFound: no such round, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        return stored.promises(
            connection, round_id=one_round(connection, number).id, zone_ids=zone_ids,
            status=PromiseStatus.STANDING,
        )  # fmt: skip
