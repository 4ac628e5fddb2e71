"""Questions of bidders, the answers to all of them, and notices to who took a package."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, text, update

from coverage.packages import PackageAnswer
from coverage.storage.tables.packages import package_answer, package_notice, package_question
from coverage.storage.tables.people import organisation


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A question as it came. Only the authority, the auditor and the asker read it."""

    id: uuid.UUID
    organisation: str
    asked_by: str
    asked_at: datetime
    question: str
    answer_number: int | None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer to all. ``asked_at`` is the day of the question, without its hour."""

    id: uuid.UUID
    number: int
    asked_at: datetime
    question: str
    answer: str
    answered_by: str
    answered_at: datetime

    def as_told(self) -> PackageAnswer:
        """Return the answer as a package's files tell it."""
        return PackageAnswer(
            self.number, self.asked_at, self.question, self.answer, self.answered_at
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that an organisation has to know of a package that it took.

    ``subject`` is ``amendment``, ``clarification``, ``answer`` or ``cancellation``.
    """

    id: uuid.UUID
    package_number: str
    subject: str
    version: int | None
    answer_number: int | None
    shown_from: datetime
    read_at: datetime | None


def ask(
    connection: Connection, number: str, organisation_id: uuid.UUID, asked_by: str, question: str
) -> uuid.UUID:
    """Keep a question about a package; return its id."""
    kept: uuid.UUID = connection.execute(
        insert(package_question)
        .values(
            package_number=number, organisation_id=organisation_id, asked_by=asked_by,
            question=question,
        )
        .returning(package_question.c.id)
    ).scalar_one()  # fmt: skip
    return kept


def questions(connection: Connection, number: str) -> list[StoredQuestion]:
    """Return the questions that the actor may read, the oldest first."""
    rows = connection.execute(
        select(
            package_question, organisation.c.name.label("organisation"),
            package_answer.c.number.label("answer_number"),
        )
        .join(organisation, organisation.c.id == package_question.c.organisation_id)
        .outerjoin(package_answer, package_answer.c.id == package_question.c.answer_id)
        .where(package_question.c.package_number == number)
        .order_by(package_question.c.asked_at, package_question.c.id)
    )  # fmt: skip
    return [
        StoredQuestion(
            row.id, row.organisation, row.asked_by, row.asked_at, row.question, row.answer_number
        )
        for row in rows
    ]


def waiting_questions(connection: Connection) -> dict[str, int]:
    """Count the questions without an answer that the actor may read, by package."""
    rows = connection.execute(
        select(package_question.c.package_number, func.count())
        .where(package_question.c.answer_id.is_(None))
        .group_by(package_question.c.package_number)
        .order_by(package_question.c.package_number)
    )
    return {number: int(count) for number, count in rows}


def lock_questions(connection: Connection, number: str) -> None:
    """Let nobody else answer questions about this package until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(45225, hashtext(:number))"), {"number": number}
    )


def add_answer(
    connection: Connection, number: str, asked: Sequence[StoredQuestion], *,
    question: str, answer: str, by: str,
) -> uuid.UUID:  # fmt: skip
    """Keep the answer to questions under the package's next number; return its id."""
    known = select(func.coalesce(func.max(package_answer.c.number), 0) + 1).where(
        package_answer.c.package_number == number
    )
    day = func.timezone(
        "Asia/Ho_Chi_Minh",
        func.date_trunc("day", func.timezone("Asia/Ho_Chi_Minh", min(q.asked_at for q in asked))),
    )
    answer_id: uuid.UUID = connection.execute(
        insert(package_answer)
        .values(
            package_number=number, number=known.scalar_subquery(), asked_at=day,
            question=question, answer=answer, answered_by=by,
        )
        .returning(package_answer.c.id)
    ).scalar_one()  # fmt: skip
    connection.execute(
        update(package_question)
        .where(package_question.c.id.in_([one.id for one in asked]))
        .values(answer_id=answer_id)
    )
    return answer_id


def answers(connection: Connection, number: str) -> list[StoredAnswer]:
    """Return the answers about a package, by number."""
    rows = connection.execute(
        select(package_answer)
        .where(package_answer.c.package_number == number)
        .order_by(package_answer.c.number)
    )
    return [
        StoredAnswer(
            row.id, row.number, row.asked_at, row.question, row.answer, row.answered_by,
            row.answered_at,
        )
        for row in rows
    ]  # fmt: skip


def notify(
    connection: Connection, number: str, subject: str, *,
    version: int | None = None, answer_id: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Tell everybody but the authority who took any version of a package."""
    connection.execute(
        text(
            "INSERT INTO phusong.package_notice"
            " (organisation_id, package_number, subject, version, answer_id)"
            " SELECT DISTINCT download.organisation_id, package.number, :subject,"
            " CAST(:version AS integer), CAST(:answer AS uuid)"
            " FROM phusong.download JOIN phusong.package ON package.id = download.package_id"
            " JOIN phusong.organisation ON organisation.id = download.organisation_id"
            " WHERE package.number = :number AND organisation.kind <> 'authority'"
        ),
        {"number": number, "subject": subject, "version": version, "answer": answer_id},
    )


def notices(connection: Connection, organisation_id: uuid.UUID) -> list[Notice]:
    """Return an organisation's notices whose time has come, the newest first."""
    rows = connection.execute(
        select(package_notice, package_answer.c.number.label("answer_number"))
        .outerjoin(package_answer, package_answer.c.id == package_notice.c.answer_id)
        .where(_shown_to(organisation_id))
        .order_by(package_notice.c.shown_from.desc(), package_notice.c.package_number,
                  package_notice.c.version.desc(), package_notice.c.id)
    )  # fmt: skip
    return [
        Notice(
            row.id, row.package_number, row.subject, row.version, row.answer_number,
            row.shown_from, row.read_at,
        )
        for row in rows
    ]  # fmt: skip


def unread(connection: Connection, organisation_id: uuid.UUID) -> int:
    """Count an organisation's notices that nobody has marked as read."""
    return int(
        connection.execute(
            select(func.count()).where(
                _shown_to(organisation_id), package_notice.c.read_at.is_(None)
            )
        ).scalar_one()
    )


def mark_read(
    connection: Connection, organisation_id: uuid.UUID, notice_ids: Collection[uuid.UUID] | None
) -> int:
    """Mark notices as read, all without ids; return how many were not before."""
    wanted = [_shown_to(organisation_id), package_notice.c.read_at.is_(None)]
    if notice_ids is not None:
        wanted.append(package_notice.c.id.in_(notice_ids))
    done = connection.execute(update(package_notice).where(*wanted).values(read_at=func.now()))
    return int(done.rowcount)


def _shown_to(organisation_id: uuid.UUID) -> ColumnElement[bool]:
    return (package_notice.c.organisation_id == organisation_id) & (
        package_notice.c.shown_from <= func.now()
    )
