"""Disputes: an operator contradicts verdicts about itself; who may, reads what became of them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from coverage.disputes import (
    LONGEST_REASON,
    Clocks,
    DisputeStatus,
    objection,
)
from coverage.errors import Conflict, DisputeRefused, InputRefused, NotAllowed, NotFound
from coverage.evidence import Verdict
from coverage.findings import finding
from coverage.intake.proofs import media_type_of
from coverage.people import Act, Actor, OrganisationKind
from coverage.storage import audit, own_verdicts
from coverage.storage import disputes as stored
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
        DisputeRefused: no reason, no verdict chosen, a file that is not taken; a verdict whose
            clock ran out, that is in dispute, was disputed and answered, or changed just now.
        NotFound: there is no such verdict about this operator.
    """
    actor.must(Act.DISPUTE_VERDICT)
    reason = proof.reason.strip()
    chosen = list(dict.fromkeys(claims))
    _must_be_whole(chosen, reason, proof, limit_bytes)
    media_type = _media_type(proof)
    sha256 = hashlib.sha256(proof.content).hexdigest()
    with database.transaction(actor) as connection:
        stored.lock_operator(connection, actor.organisation_id)
        clocks = stored.clocks(connection)
        standing = own_verdicts.of_keys(
            connection, actor.organisation_id, [(c.zone_id, c.technology) for c in chosen]
        )
        _must_be_disputable(chosen, standing, clocks, day)
        rows = [
            _row(actor, claim, standing[claim.zone_id, claim.technology], clocks.answer_by(day))
            for claim in chosen
        ]
        about = {"reason": reason, "file_name": proof.file_name, "sha256": sha256}
        stored.keep_file(connection, actor.organisation_id, sha256, media_type, proof.content)
        try:
            numbers = stored.add(connection, [row | about for row in rows])
        except IntegrityError as error:  # an assessment gave another verdict in between
            raise DisputeRefused([finding("dispute.verdict_changed")]) from error
        audit.append(
            connection, "dispute.raised", subject(numbers),
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
        lock_open(connection, [number])
        stored.close(connection, [number], DisputeStatus.WITHDRAWN, actor.name)
        audit.append(connection, "dispute.withdrawn", str(number))


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


def waiting(database: Database, actor: Actor, day: date) -> tuple[int, int, date | None]:
    """Return how many disputes wait for an answer, how many are late on ``day``, the first day due.

    Raises:
        NotAllowed: as :func:`list_disputes`.
    """
    _must_read(actor)
    with database.transaction(actor) as connection:
        return stored.waiting(connection, day)


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
        raise DisputeRefused(faults)
    must_fit(reason)


def must_fit(words: str) -> None:
    """Refuse what is too long to be read; files hold the rest.

    Raises:
        DisputeRefused: it has more than LONGEST_REASON letters.
    """
    if len(words) > LONGEST_REASON:
        raise DisputeRefused(
            [finding("dispute.reason_too_long", letters=len(words), limit=LONGEST_REASON)]
        )


def _media_type(proof: Proof) -> str:
    try:
        return media_type_of(proof.content, proof.file_name)
    except InputRefused as refused:
        raise DisputeRefused(refused.findings) from refused


def _must_be_disputable(
    claims: Sequence[Claim], standing: Mapping[tuple[uuid.UUID, Technology], OwnVerdict],
    clocks: Clocks, day: date,
) -> None:  # fmt: skip
    """Refuse the whole when one of the verdicts may not be disputed; each is told."""
    found = []
    for claim in claims:
        own = standing.get((claim.zone_id, claim.technology))
        if own is None:
            raise NotFound("verdict", f"{claim.zone_id}, {claim.technology.value}")
        where = f"{own.village}, {own.technology.value}"
        stands = own.verdict, own.given_at, own.about
        found.append(objection(stands, claim.claimed, clocks, day, where))
    objections = [each for each in found if each is not None]
    if objections:
        raise DisputeRefused(objections)


def _row(actor: Actor, claim: Claim, own: OwnVerdict, answer_by: date) -> dict[str, object]:
    """The new row of a claim against the verdict that stands."""
    return {
        "zone_id": claim.zone_id, "operator_id": actor.organisation_id,
        "technology": claim.technology.value, "disputed": own.verdict.value,
        "disputed_at": own.given_at, "claimed": claim.claimed.value,
        "raised_by": actor.name, "answer_by": answer_by,
    }  # fmt: skip


def lock_open(connection: Connection, numbers: Collection[int]) -> list[Dispute]:
    """Return the disputes of these numbers; nobody else changes them until the transaction ends.

    Raises:
        NotFound: the actor sees none of a number.
        Conflict: one was answered or withdrawn before.
    """
    found = stored.lock(connection, numbers)
    missing = set(numbers) - {one.number for one in found}
    if missing or not found:
        raise NotFound("dispute", min(missing, default=0))
    for one in found:
        if one.status is not DisputeStatus.OPEN:
            raise Conflict("dispute", "dispute_closed", number=one.number)
    return found


def subject(numbers: Sequence[int]) -> str:
    """Disputes in a line of the log: ``12``, or ``12–40`` of those raised together."""
    first, last = min(numbers), max(numbers)
    return str(first) if first == last else f"{first}–{last}"
