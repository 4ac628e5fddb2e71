"""The authority answers disputes; what is upheld is judged anew in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from coverage.actions.disputes import lock_open, must_fit, subject
from coverage.actions.judging import judge_zones, read_grounds
from coverage.actions.queueing import decide_queues
from coverage.disputes import DisputeStatus, Unanswered
from coverage.errors import DisputeRefused
from coverage.evidence import CLOSED_STATUSES
from coverage.findings import finding
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import disputes as stored
from coverage.storage import evidence as stored_verdicts
from coverage.storage import zones as stored_zones
from coverage.storage.disputes import Dispute
from coverage.storage.sessions import Database


def answer(
    database: Database, actor: Actor, day: date, numbers: Collection[int], *, upheld: bool,
    answer: str,
) -> None:  # fmt: skip
    """Answer open disputes with the same words; what is upheld is judged anew at once.

    The claim becomes an input of the assessment, the verdict that stood is kept among the
    former ones, and who pays is decided again.

    Raises:
        NotAllowed, NotFound: no such right or dispute.
        DisputeRefused: the answer gives no reason.
        Conflict: one was answered or withdrawn before.
    """
    actor.must(Act.ANSWER_DISPUTE)
    answer = answer.strip()
    if not answer:
        raise DisputeRefused([finding("dispute.answer_missing")])
    must_fit(answer)
    status = DisputeStatus.UPHELD if upheld else DisputeStatus.DISMISSED
    with database.transaction(actor) as connection:
        stored_verdicts.lock(connection)
        found = lock_open(connection, numbers)
        _close(connection, actor, day, found, _Outcome(status, answer))
        audit.append(
            connection, "dispute.answered", subject([one.number for one in found]),
            {"disputes": [one.number for one in found], "status": status.value, "answer": answer},
        )  # fmt: skip


def close_unanswered(database: Database, actor: Actor, day: date) -> dict[DisputeStatus, list[int]]:
    """Do what the dated setting says of disputes whose answer is overdue on ``day``.

    Each goes by the setting that was in force when it was raised; by the default it stays open
    and late. Return the numbers of those that were closed, by what became of them.

    Raises:
        NotAllowed: only the authority answers.
    """
    actor.must(Act.ANSWER_DISPUTE)
    closed: dict[DisputeStatus, list[int]] = {}
    with database.transaction(actor) as connection:
        stored_verdicts.lock(connection)
        clocks = stored.clocks(connection)
        overdue: dict[Unanswered, list[Dispute]] = {}
        for one in stored.lock(connection, stored.unanswered(connection, day)):
            if one.status is DisputeStatus.OPEN:
                overdue.setdefault(clocks.unanswered_means(one.raised_at), []).append(one)
        overdue.pop(Unanswered.OPEN, None)
        for meaning, found in overdue.items():
            status = DisputeStatus(meaning.value)
            _close(connection, actor, day, found, _Outcome(status, _SILENCE[status]))
            closed[status] = [one.number for one in found]
        if closed:
            audit.append(
                connection, "dispute.closed_unanswered", day.isoformat(),
                {status.value: numbers for status, numbers in closed.items()},
            )  # fmt: skip
    return closed


# What stands in the place of an answer that nobody gave.
_SILENCE = {
    DisputeStatus.UPHELD: "Quá hạn trả lời: theo thiết lập, phản hồi được chấp nhận.",
    DisputeStatus.DISMISSED: "Quá hạn trả lời: theo thiết lập, phản hồi không được chấp nhận.",
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: DisputeStatus
    words: str


def _close(
    connection: Connection, actor: Actor, day: date, found: Sequence[Dispute], outcome: _Outcome
) -> None:
    numbers = [one.number for one in found]
    stored.close(connection, numbers, outcome.status, actor.name, outcome.words)
    if outcome.status is not DisputeStatus.UPHELD:
        return
    by_operator: dict[uuid.UUID, list[Dispute]] = {}
    for one in found:
        by_operator.setdefault(one.operator_id, []).append(one)
    for operator_id, disputes in by_operator.items():
        _judge_anew(connection, day, operator_id, disputes)


def _judge_anew(
    connection: Connection, day: date, operator_id: uuid.UUID, upheld: Sequence[Dispute]
) -> None:
    """Give the operator's verdicts at these zones again; closed zones are not judged."""
    listed = [
        each
        for each in stored_zones.of_ids(connection, {one.zone_id for one in upheld}).values()
        if each.zone.status not in CLOSED_STATUSES
    ]
    if not listed:
        return
    grounds = read_grounds(connection, day, [operator_id])
    portion = judge_zones(connection, listed, grounds)
    touched = stored_verdicts.keep(connection, grounds.criteria.id, portion, [operator_id])
    numbers = subject([one.number for one in upheld])
    decide_queues(connection, touched, day, because=f"chấp nhận phản hồi kết luận số {numbers}")
