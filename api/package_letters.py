"""``/packages/…/questions``: hỏi và trả lời về gói thầu, cho mọi bên cùng lúc."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from api.packages import Number
from coverage.actions import package_questions
from coverage.actions.package_questions import LONGEST
from coverage.days import vietnam_day
from coverage.errors import Conflict, NotAllowed, NotFound
from coverage.people import Actor, OrganisationKind
from coverage.storage.package_letters import StoredAnswer, StoredQuestion

router = APIRouter(prefix="/packages", tags=["Gói thầu"])

_REFUSALS = problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict)
_Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class NewQuestion(BaseModel):
    """What an operator asks."""

    question: _Words


class NewAnswer(BaseModel):
    """An answer to all, to one question or several."""

    questions: list[uuid.UUID] = Field(min_length=1, max_length=100)
    answer: _Words
    question: _Words | None = Field(
        None, description="Câu hỏi nêu với mọi bên; bỏ trống là nguyên văn câu hỏi duy nhất."
    )


class ToldQuestion(BaseModel):
    """A question: the asker, the authority and the auditor read it."""

    id: uuid.UUID
    organisation: str
    asked_at: datetime
    question: str
    answer: int | None = Field(description="Số của câu trả lời.")


class ToldAnswer(BaseModel):
    """An answer to all. Who asked, and at which hour, is not told."""

    number: int
    asked_on: date
    question: str
    answer: str
    answered_at: datetime
    answered_by: str | None = Field(description="Chỉ Cục Viễn thông và kiểm toán thấy.")


class LetterList(BaseModel):
    """What was asked and answered about a package."""

    open_until: datetime | None = Field(description="Hạn gửi câu hỏi; null là chưa đặt giờ đóng.")
    open_now: bool
    questions: list[ToldQuestion]
    answers: list[ToldAnswer]


@router.get("/{number}/questions", summary="Hỏi đáp về gói thầu", responses=_REFUSALS)
def read_letters(opened: Opened, actor: Acting, number: Number) -> LetterList:
    """Câu trả lời mọi bên cùng đọc; câu hỏi chỉ người hỏi, Cục Viễn thông và kiểm toán đọc."""
    letters = package_questions.read_letters(opened, actor, number)
    return LetterList(
        open_until=letters.open_until,
        open_now=letters.open_now,
        questions=[_question(one) for one in letters.questions],
        answers=[_answer(one, actor) for one in letters.answers],
    )


@router.post(
    "/{number}/questions", summary="Gửi câu hỏi về gói thầu", status_code=201, responses=_REFUSALS
)
def ask_question(opened: Opened, actor: Acting, number: Number, asked: NewQuestion) -> ToldQuestion:
    """Tên người hỏi không bao giờ được nêu với bên khác."""
    return _question(package_questions.ask_question(opened, actor, number, asked.question))


@router.post(
    "/{number}/answers", summary="Trả lời cho mọi bên", status_code=201, responses=_REFUSALS
)
def answer_questions(opened: Opened, actor: Acting, number: Number, asked: NewAnswer) -> ToldAnswer:
    """Câu trả lời được đánh số; ai đã tải gói đều được thông báo."""
    kept = package_questions.answer_questions(
        opened, actor, number, asked.questions, asked.answer, question=asked.question
    )
    return _answer(kept, actor)


def _question(one: StoredQuestion) -> ToldQuestion:
    return ToldQuestion(
        id=one.id, organisation=one.organisation, asked_at=one.asked_at, question=one.question,
        answer=one.answer_number,
    )  # fmt: skip


def _answer(one: StoredAnswer, actor: Actor) -> ToldAnswer:
    inside = actor.kind in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
    return ToldAnswer(
        number=one.number, asked_on=vietnam_day(one.asked_at), question=one.question,
        answer=one.answer, answered_at=one.answered_at,
        answered_by=one.answered_by if inside else None,
    )  # fmt: skip
