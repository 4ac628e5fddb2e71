"""Questions about a package, and answers to all at once; nobody else learns who asked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from coverage.actions.package_records import latest
from coverage.errors import Conflict, NotFound
from coverage.packages import PackageStatus
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import package_letters as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.package_letters import StoredAnswer, StoredQuestion
from coverage.storage.packages import PackageRecord, moment
from coverage.storage.sessions import Database
from coverage.vietnamese import name_key

LONGEST = 4_000  # letters of a question or an answer


@dataclass(frozen=True, slots=True)
class Letters:
    """The answers about a package, and of the questions those that the actor may read.

    ``open_until`` is when questions are taken no more; None where no closing of bids is set.
    """

    questions: tuple[StoredQuestion, ...]
    answers: tuple[StoredAnswer, ...]
    open_until: datetime | None
    open_now: bool


def read_letters(database: Database, actor: Actor, number: str) -> Letters:
    """Return what was asked and answered about a package.

    Raises:
        NotFound: there is no such package, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        record = latest(connection, number)
        until = _open_until(connection, record)
        return Letters(
            tuple(stored.questions(connection, number)),
            tuple(stored.answers(connection, number)),
            until,
            _is_open(connection, record, until),
        )


def count_waiting(database: Database, actor: Actor) -> dict[str, int]:
    """Count by package the questions without an answer that the actor may read."""
    with database.transaction(actor) as connection:
        return stored.waiting_questions(connection)


def ask_question(database: Database, actor: Actor, number: str, question: str) -> StoredQuestion:
    """Ask the authority about a published package.

    Raises:
        NotAllowed, NotFound: no such right, or no such package that the actor may see.
        Conflict: nothing is asked, or too much; questions are not taken any more.
    """
    actor.must(Act.ASK_QUESTION)
    asked = _text(question, "question")
    with database.transaction(actor) as connection:
        record = latest(connection, number)
        if not _is_open(connection, record, _open_until(connection, record)):
            raise Conflict("package", "questions_closed", number=number)
        key = stored.ask(connection, number, actor.organisation_id, actor.name, asked)
        kept = next(one for one in stored.questions(connection, number) if one.id == key)
        audit.append(connection, "question.asked", number, {"question": str(key)})
    return kept


def answer_questions(
    database: Database, actor: Actor, number: str, question_ids: Sequence[uuid.UUID], answer: str,
    *, question: str | None = None,
) -> StoredAnswer:  # fmt: skip
    """Answer one or several questions to everybody, under the package's next number.

    ``question`` is how the question is told to all; by default the one question as it came. All
    who took the package get a notice.

    Raises:
        NotAllowed, NotFound: no such right, package or question.
        Conflict: no words; several questions without common words; one is answered already; the
            words name who asked.
    """
    actor.must(Act.ANSWER_QUESTION)
    said = _text(answer, "answer")
    with database.transaction(actor) as connection:
        latest(connection, number)
        stored.lock_questions(connection, number)
        asked = _unanswered(connection, number, question_ids)
        if not (question or "").strip() and len(asked) > 1:
            raise Conflict("question", "question_unworded")
        told = _text((question or "").strip() or asked[0].question, "question")
        _must_not_name(asked, told, said)
        key = stored.add_answer(
            connection, number, asked, question=told, answer=said, by=actor.name
        )
        stored.notify(connection, number, "answer", answer_id=key)
        kept = next(one for one in stored.answers(connection, number) if one.id == key)
        audit.append(
            connection, "question.answered", number,
            {"answer": kept.number, "questions": sorted(str(one.id) for one in asked)},
        )  # fmt: skip
    return kept


def _unanswered(
    connection: Connection, number: str, question_ids: Sequence[uuid.UUID]
) -> list[StoredQuestion]:
    if not question_ids:
        raise Conflict("question", "no_question_chosen")
    known = {one.id: one for one in stored.questions(connection, number)}
    for key in question_ids:
        if key not in known:
            raise NotFound("question", key)
        if known[key].answer_number is not None:
            raise Conflict("question", "answered_already", answer=known[key].answer_number)
    return [known[key] for key in dict.fromkeys(question_ids)]


def _must_not_name(asked: Sequence[StoredQuestion], *told: str) -> None:
    """Everybody reads these words; they may not say who asked."""
    words = name_key(" ".join(told))
    for one in asked:
        if name_key(one.organisation) in words:
            raise Conflict("question", "names_the_asker")


def _text(words: str, what: str) -> str:
    words = words.strip()
    if not words:
        raise Conflict("question", f"{what}_empty")
    if len(words) > LONGEST:
        raise Conflict("question", "words_too_many", most=LONGEST)
    return words


def _open_until(connection: Connection, record: PackageRecord) -> datetime | None:
    if record.closes_at is None:
        return None
    days = float(setting_in_force(connection, "question_days_before_close"))
    return record.closes_at - timedelta(days=days)


def _is_open(connection: Connection, record: PackageRecord, until: datetime | None) -> bool:
    return (
        record.status is PackageStatus.PUBLISHED
        and not record.waits
        and (until is None or moment(connection) < until)
    )
