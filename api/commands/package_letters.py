"""``phusong package questions | answer``: what operators asked about a package."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from api.commands.output import json_option, write_json
from api.door import as_authority, open_door
from coverage.actions import package_questions
from coverage.days import VIETNAM_TIME


@click.command()
@click.argument("number")
@json_option
def questions(number: str, json_file: Path | None) -> None:
    """Liệt kê câu hỏi về một gói thầu và câu trả lời đã gửi mọi bên."""
    with open_door() as database:
        actor = as_authority(database, "package questions")
        letters = package_questions.read_letters(database, actor, number)
    write_json(
        json_file,
        {
            "number": number,
            "open_until": letters.open_until.isoformat() if letters.open_until else None,
            "questions": [
                {
                    "id": str(one.id), "organisation": one.organisation,
                    "asked_at": one.asked_at.isoformat(), "question": one.question,
                    "answer": one.answer_number,
                }
                for one in letters.questions
            ],
            "answers": [
                {
                    "number": one.number, "question": one.question, "answer": one.answer,
                    "answered_at": one.answered_at.isoformat(),
                }
                for one in letters.answers
            ],
        },
    )  # fmt: skip
    for one in letters.questions:
        state = f"làm rõ {one.answer_number}" if one.answer_number else "chưa trả lời"
        asked = f"{one.asked_at.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}"
        click.echo(f"{one.id} [{state}] {one.organisation}, {asked}: {one.question}")
    if not letters.questions:
        click.echo("Chưa có câu hỏi nào.")


@click.command()
@click.argument("number")
@click.argument("question_ids", nargs=-1, required=True, type=click.UUID)
@click.option("--answer", "words", required=True, help="Câu trả lời gửi mọi bên.")
@click.option(
    "--question", help="Câu hỏi nêu với mọi bên, không lộ người hỏi; mặc định nguyên văn."
)
@json_option
def answer(
    number: str, question_ids: tuple[uuid.UUID, ...], words: str, question: str | None,
    json_file: Path | None,
) -> None:  # fmt: skip
    """Trả lời một hay nhiều câu hỏi cho mọi bên cùng lúc; không ai biết ai đã hỏi."""
    with open_door() as database:
        actor = as_authority(database, "package answer")
        kept = package_questions.answer_questions(
            database, actor, number, question_ids, words, question=question
        )
    write_json(json_file, {"number": number, "answer": kept.number})
    click.echo(f"{number}: đã gửi làm rõ {kept.number}.")
