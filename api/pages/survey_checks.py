"""Checking a survey file while its sender waits: at once when it is small, as a job when not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.job_desk import ask
from api.pages.rendering import render
from api.pending import Pending, PendingUploads
from coverage.actions import approvals
from coverage.errors import InputRefused, NotSignedIn
from coverage.findings import Finding
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(prefix="/surveys")


@dataclass(frozen=True, slots=True)
class UploadPage:
    """The form; after a refusal, which file was not taken and why.

    ``waiting`` is the key of a checked file that waits for its sender's word, ``running`` the one
    of a check that goes on, ``needs_word``: an approver has to agree before it is submitted.
    """

    max_bytes: int
    file_name: str = ""
    findings: Sequence[Finding] = ()
    waiting: str | None = None
    running: str | None = None
    needs_word: bool = False
    template: ClassVar[str] = "survey_upload.html"


def check_waiting(
    request: Request, opened: Database, holder: SessionHolder, waiting: Pending, at: str = ""
) -> Response:
    """Check a file, keep it with its report, and lead to its page; or say why it is refused.

    ``at`` is what follows the page's address: where to begin. A check that takes long goes on in
    the worker, and has a page of its own.
    """
    sender_of(holder)
    name = waiting.upload.name
    try:
        return ask(request, opened, holder, "check_survey", {"at": at}, about=name, sent=waiting)
    except InputRefused as refused:
        largest = asked.settings(request).intake.max_bytes
        needs_word = approvals.needs_word(opened, holder.actor)
        page = UploadPage(largest, name, refused.findings, needs_word=needs_word)
        return render(request, page, status=422)


@router.get("/checking/{job_id}", dependencies=asked.SIGNED_IN)
def checking_page(job_id: uuid.UUID) -> Response:
    """Lead to the page of the check: it has moved among the other jobs."""
    return RedirectResponse(f"/jobs/{job_id}", 303)


def pending_of(request: Request) -> PendingUploads:
    """Return the checked files that wait."""
    found: PendingUploads = request.app.state.pending
    return found


def sender_of(holder: SessionHolder) -> uuid.UUID:
    """Return who sends files in this session.

    Raises:
        NotSignedIn: the session is nobody's.
    """
    if holder.actor.person_id is None:
        raise NotSignedIn
    return holder.actor.person_id
