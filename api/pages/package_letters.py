"""Asking about a package, and answering to all at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.packages import Number
from api.pages.packages import one_package
from api.pages.rendering import render
from coverage.actions import package_questions
from coverage.errors import Conflict, NotFound
from coverage.people import Act
from coverage.storage.package_letters import StoredQuestion
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter()


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """The questions that wait for an answer, and what was written so far."""

    number: str
    waiting: Sequence[StoredQuestion]
    chosen: Collection[str] = ()
    question: str = ""
    answer: str = ""
    error: str = ""
    template: ClassVar[str] = "package_answer.html"


@router.post("/packages/{number}/questions")
def ask(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Ask about the package."""
    question = _text(fields, "question")
    try:
        package_questions.ask_question(opened, holder.actor, number, question)
    except Conflict as error:
        told = problems.detail(error, asked.language(request))
        page = one_package(opened, holder, number, error=told, said={"question": question})
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse(f"/packages/{number}?news=asked#letters", 303)


@router.get("/packages/{number}/answer")
def answer_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number
) -> Response:
    """Show the questions that wait."""
    return render(request, _answer_page(opened, holder, number))


@router.post("/packages/{number}/answer")
def answer(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Answer to all."""
    chosen = [str(one) for one in fields.getlist("question_id")]
    words, question = _text(fields, "answer"), _text(fields, "question")
    try:
        package_questions.answer_questions(
            opened, holder.actor, number, _ids(chosen), words, question=question or None
        )
    except (Conflict, NotFound) as error:
        told = problems.detail(error, asked.language(request))
        page = _answer_page(
            opened, holder, number, chosen=chosen, question=question, answer=words, error=told
        )
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse(f"/packages/{number}?news=answered#letters", 303)


def _answer_page(
    opened: Database, holder: SessionHolder, number: str, **written: object
) -> AnswerPage:
    holder.actor.must(Act.ANSWER_QUESTION)
    letters = package_questions.read_letters(opened, holder.actor, number)
    waiting = [one for one in letters.questions if one.answer_number is None]
    return AnswerPage(number, waiting, **written)  # type: ignore[arg-type]


def _ids(chosen: Sequence[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in chosen]
    except ValueError:
        raise NotFound("question", ", ".join(chosen)) from None


def _text(fields: FormData, name: str) -> str:
    return str(fields.get(name, "")).replace("\x00", "").strip()
