"""Disputes: an operator reads the verdicts about itself and contradicts them; the authority answers."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from coverage.actions.judging import judge_zones, read_grounds
from coverage.actions.queueing import decide_queues
from coverage.disputes import (
    LONGEST_REASON,
    Clocks,
    DisputeStatus,
    Unanswered,
    must_be_disputable,
)
from coverage.errors import Conflict, InputRefused, NotAllowed, NotFound
from coverage.evidence import CLOSED_STATUSES, Verdict
from coverage.findings import finding
from coverage.intake.proofs import media_type_of
from coverage.people import Act, Actor, OrganisationKind
from coverage.storage import audit, own_verdicts
from coverage.storage import disputes as stored
from coverage.storage import evidence as stored_verdicts
from coverage.storage import zones as stored_zones
from coverage.storage.disputes import Dispute, DisputeFilter, GivenVerdict
from coverage.storage.own_verdicts import OwnVerdict
from coverage.storage.sessions import Database
from coverage.towers import Technology

MOST_AT_ONCE = 1_000
MEGABYTE = 1_000_000
_READ_DISPUTES = "read_disputes"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an operator says of one verdict about itself."""

    zone_id: uuid.UUID
    technology: Technology
    claimed: Verdict


@dataclass(frozen=True, slots=True)
class Proof:
    """What speaks for disputes: the operator's words, and a file as it was sent."""

    reason: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DisputePage:
    """Some disputes and how many there are in all."""

    disputes: Sequence[Dispute]
    total: int


@dataclass(frozen=True, slots=True)
class DisputeFile:
    """A dispute beside the verdict that it is about, then and now.

    ``together`` are the open disputes, this one among them, that came with the same file and
    reason: they may be answered at once.
    """

    dispute: Dispute
    then: GivenVerdict | None
    now: GivenVerdict | None
    together: Sequence[int]


def raise_dispute(
    database: Database, actor: Actor, day: date, claim: Claim, proof: Proof, *,
    limit_bytes: int | None = None,
) -> int:  # fmt: skip
    """Contradict one verdict about the actor's own organisation; return the dispute's number.

    Raises:
        As :func:`raise_many`.
    """
    (number,) = raise_many(database, actor, day, [claim], proof, limit_bytes=limit_bytes)
    return number


def raise_many(
    database: Database, actor: Actor, day: date, claims: Sequence[Claim], proof: Proof, *,
    limit_bytes: int | None = None,
) -> list[int]:  # fmt: skip
    """Contradict verdicts with one file and one reason: all of them, or none.

    The file is kept as it came, once; its kind is told by its bytes.

    Raises:
        NotAllowed: only an operator disputes.
        InputRefused: no reason, no verdict chosen, or a file that is not taken.
        NotFound: there is no such verdict about this operator.
        Conflict: a verdict's clock ran out, it is in dispute, or was disputed and answered.
    """
    actor.must(Act.DISPUTE_VERDICT)
    reason = proof.reason.strip()
    chosen = list(dict.fromkeys(claims))
    _must_be_whole(chosen, reason, proof, limit_bytes)
    media_type = media_type_of(proof.content, proof.file_name)
    sha256 = hashlib.sha256(proof.content).hexdigest()
    with database.transaction(actor) as connection:
        stored.lock_operator(connection, actor.organisation_id)
        clocks = stored.clocks(connection)
        standing = own_verdicts.of_keys(
            connection, actor.organisation_id, [(c.zone_id, c.technology) for c in chosen]
        )
        rows = [
            _row(actor, claim, standing.get((claim.zone_id, claim.technology)), clocks, day)
            for claim in chosen
        ]
        about = {"reason": reason, "file_name": proof.file_name, "sha256": sha256}
        stored.keep_file(connection, actor.organisation_id, sha256, media_type, proof.content)
        numbers = stored.add(connection, [row | about for row in rows])
        audit.append(
            connection, "dispute.raised", _subject(numbers),
            {"disputes": numbers, "file": proof.file_name, "sha256": sha256,
             "claims": [[str(c.zone_id), c.technology.value, c.claimed.value] for c in chosen]},
        )  # fmt: skip
    return numbers


def withdraw_dispute(database: Database, actor: Actor, number: int) -> None:
    """Take an open dispute back; its file stays. The verdict may be disputed again in its clock.

    Raises:
        NotAllowed, NotFound: no such right, or no such dispute of this operator.
        Conflict: it was answered or withdrawn before.
    """
    actor.must(Act.DISPUTE_VERDICT)
    with database.transaction(actor) as connection:
        _lock_open(connection, [number])
        stored.close(connection, [number], DisputeStatus.WITHDRAWN, actor.name)
        audit.append(connection, "dispute.withdrawn", str(number))


def answer(
    database: Database, actor: Actor, day: date, numbers: Collection[int], *, upheld: bool,
    answer: str,
) -> None:  # fmt: skip
    """Answer open disputes with the same words; what is upheld is judged anew at once.

    The claim becomes an input of the assessment, the verdict that stood is kept among the
    former ones, and who pays is decided again.

    Raises:
        NotAllowed, NotFound: no such right or dispute.
        InputRefused: the answer gives no reason.
        Conflict: one was answered or withdrawn before.
    """
    actor.must(Act.ANSWER_DISPUTE)
    answer = answer.strip()
    if not answer:
        raise InputRefused([finding("dispute.answer_missing")])
    _must_fit(answer)
    status = DisputeStatus.UPHELD if upheld else DisputeStatus.DISMISSED
    with database.transaction(actor) as connection:
        stored_verdicts.lock(connection)
        found = _lock_open(connection, numbers)
        _close(connection, actor, day, found, _Outcome(status, answer))
        audit.append(
            connection, "dispute.answered", _subject([one.number for one in found]),
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


def list_disputes(
    database: Database, actor: Actor, wanted: DisputeFilter | None = None, *, skip: int = 0,
    limit: int = 100,
) -> DisputePage:  # fmt: skip
    """Return the disputes the actor may see: the open ones by answer date, then the newest.

    Raises:
        NotAllowed: a province learns only that a zone of its own is in dispute.
    """
    _must_read(actor)
    with database.transaction(actor) as connection:
        return DisputePage(*stored.page(connection, wanted or DisputeFilter(), skip, limit))


def get_dispute(database: Database, actor: Actor, number: int) -> DisputeFile:
    """Return one dispute beside its verdict then and now.

    Raises:
        NotAllowed, NotFound: there is none of this number, or none that the actor may see.
    """
    _must_read(actor)
    with database.transaction(actor) as connection:
        one = stored.find(connection, number)
        if one is None:
            raise NotFound("dispute", number)
        then, now = stored.verdict_then_and_now(connection, one)
        together = stored.sent_together(connection, one)
    return DisputeFile(one, then, now, together)


def raw_file(database: Database, actor: Actor, number: int) -> tuple[str, bytes]:
    """Return a dispute's file by its name and exactly as it was sent.

    Raises:
        NotAllowed, NotFound: as :func:`get_dispute`.
    """
    _must_read(actor)
    with database.transaction(actor) as connection:
        found = stored.raw_file(connection, number)
    if found is None:
        raise NotFound("dispute", number)
    return found


# What stands in the place of an answer that nobody gave.
_SILENCE = {
    DisputeStatus.UPHELD: "Quá hạn trả lời: theo thiết lập, phản hồi được chấp nhận.",
    DisputeStatus.DISMISSED: "Quá hạn trả lời: theo thiết lập, phản hồi không được chấp nhận.",
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: DisputeStatus
    words: str


def _must_read(actor: Actor) -> None:
    if actor.kind is OrganisationKind.PROVINCE:
        raise NotAllowed(_READ_DISPUTES, actor.role.value)


def _must_be_whole(
    claims: Sequence[Claim], reason: str, proof: Proof, limit_bytes: int | None
) -> None:
    """Refuse what cannot be a dispute whatever the verdicts are; every fault is told at once."""
    faults = []
    if not claims:
        faults.append(finding("dispute.nothing_chosen"))
    if len(claims) > MOST_AT_ONCE:
        faults.append(finding("dispute.too_many", count=len(claims), limit=MOST_AT_ONCE))
    if not reason:
        faults.append(finding("dispute.reason_missing"))
    size = len(proof.content)
    if limit_bytes is not None and size > limit_bytes:
        faults.append(
            finding(
                "dispute.file_too_large", name=proof.file_name,
                size_mb=-(-size // MEGABYTE), limit_mb=limit_bytes // MEGABYTE,
            )
        )  # fmt: skip
    if faults:
        raise InputRefused(faults)
    _must_fit(reason)


def _must_fit(words: str) -> None:
    if len(words) > LONGEST_REASON:
        raise InputRefused(
            [finding("dispute.reason_too_long", letters=len(words), limit=LONGEST_REASON)]
        )


def _row(
    actor: Actor, claim: Claim, standing: OwnVerdict | None, clocks: Clocks, day: date
) -> dict[str, object]:
    """The new row of a claim against a verdict that may be disputed today."""
    if standing is None:
        raise NotFound("verdict", f"{claim.zone_id}, {claim.technology.value}")
    try:
        must_be_disputable(
            standing.given_at, standing.verdict, claim.claimed, standing.about, clocks=clocks,
            today=day,
        )  # fmt: skip
    except Conflict as refused:
        refused.facts["where"] = f"{standing.village}, {claim.technology.value}"
        raise
    return {
        "zone_id": claim.zone_id, "operator_id": actor.organisation_id,
        "technology": claim.technology.value, "disputed": standing.verdict.value,
        "disputed_at": standing.given_at, "claimed": claim.claimed.value,
        "raised_by": actor.name, "answer_by": clocks.answer_by(day),
    }  # fmt: skip


def _lock_open(connection: Connection, numbers: Collection[int]) -> list[Dispute]:
    """Lock the disputes of these numbers, all of which must be open."""
    found = stored.lock(connection, numbers)
    missing = set(numbers) - {one.number for one in found}
    if missing or not found:
        raise NotFound("dispute", min(missing, default=0))
    for one in found:
        if one.status is not DisputeStatus.OPEN:
            raise Conflict("dispute", "dispute_closed", number=one.number)
    return found


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
    touched = stored_verdicts.keep(
        connection, grounds.criteria.id, portion.zones, [operator_id],
        (each for place in range(len(listed)) for each in portion.judgements(place)),
    )  # fmt: skip
    numbers = _subject([one.number for one in upheld])
    decide_queues(
        connection, set(touched), day, because=f"chấp nhận phản hồi kết luận số {numbers}"
    )


def _subject(numbers: Sequence[int]) -> str:
    """Disputes in a line of the log: ``12``, or ``12–40`` of those raised together."""
    first, last = min(numbers), max(numbers)
    return str(first) if first == last else f"{first}–{last}"
