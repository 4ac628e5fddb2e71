"""The page that tells a person what went wrong and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import HTMLResponse

from api.fault_words import fault_in_words
from api.pages.rendering import render
from api.problems import detail, problem_of
from api.refusals import RequestUnreadable
from coverage.errors import InputRefused, NotFound, NothingToDo, PhusongError
from coverage.findings import Finding, Language


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """A refusal: its title, the sentence, the findings or fields that say why, and the page before.

    ``incomplete``: what was asked for lacks its object, so nobody else is to blame. ``gone``: a
    file that waited for its sender no longer does; who presses Back after submitting comes here.
    """

    title: str
    detail: str
    status: int
    findings: tuple[Finding, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    back: str | None = None
    incomplete: bool = False
    gone: bool = False
    template: ClassVar[str] = "problem.html"


def problem_page(request: Request, error: PhusongError, language: Language) -> HTMLResponse:
    """Return the page of one error."""
    problem = problem_of(error)
    findings = error.findings if isinstance(error, InputRefused) else ()
    faults = error.faults if isinstance(error, RequestUnreadable) else ()
    page = ProblemPage(
        problem.title[language], detail(error, language), problem.status, findings,
        tuple(fault_in_words(fault, language) for fault in faults), _back(request),
        incomplete=isinstance(error, NothingToDo),
        gone=isinstance(error, NotFound) and error.facts["thing"] == "upload",
    )  # fmt: skip
    return render(request, page, status=problem.status)


def _back(request: Request) -> str | None:
    """The page of ours that the visitor came from, if it is another one."""
    came = urlsplit(request.headers.get("referer", ""))
    if (
        came.netloc != request.url.netloc
        or came.path == request.url.path
        or came.path[1:2] in {"/", "\\"}
    ):
        return None
    return came.path + (f"?{came.query}" if came.query else "") or None
