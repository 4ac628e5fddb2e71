"""The page that tells a person what went wrong and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import Request
from starlette.responses import HTMLResponse

from api.pages.rendering import render
from api.problems import detail, problem_of
from coverage.errors import InputRefused, PhusongError
from coverage.findings import Finding, Language


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """A refusal: its title, the sentence, and the findings that say why."""

    title: str
    detail: str
    status: int
    findings: tuple[Finding, ...] = ()
    template: ClassVar[str] = "problem.html"


def problem_page(request: Request, error: PhusongError, language: Language) -> HTMLResponse:
    """Return the page of one error."""
    problem = problem_of(error)
    findings = error.findings if isinstance(error, InputRefused) else ()
    page = ProblemPage(problem.title[language], detail(error, language), problem.status, findings)
    return render(request, page, status=problem.status)
