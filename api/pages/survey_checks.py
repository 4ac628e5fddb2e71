"""Checking a file while its sender waits: at once when it is small, with a live bar when not."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.catalogue import mark as _
from api.catalogue import translate
from api.pages.pending import Pending, PendingUploads
from api.pages.rendering import render
from api.running import Running, RunningChecks, State
from api.surveys import reading_limits
from coverage.actions.survey_previews import preview
from coverage.errors import InputRefused, NotSignedIn
from coverage.findings import Finding, Language
from coverage.intake.document import Limits
from coverage.people import Actor
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(prefix="/surveys")
LOOK_SECONDS = 0.2
STAGES = {
    "Đọc tệp": (_("Đọc tệp"), 0, 30),
    "Kiểm tra từng dòng": (_("Kiểm tra từng dòng"), 30, 90),
    "So với các vùng đã báo cáo": (_("So với các vùng đã báo cáo"), 90, 100),
}
"""What a check does, in words of the catalogue, and the part of the bar that it fills (percent)."""


@dataclass(frozen=True, slots=True)
class UploadPage:
    """The form; after a refusal, which file was not taken and why.

    ``waiting`` is the key of a checked file that waits for its sender's word, ``running`` the one
    of a check that goes on.
    """

    max_bytes: int
    file_name: str = ""
    findings: Sequence[Finding] = ()
    waiting: str | None = None
    running: str | None = None
    template: ClassVar[str] = "survey_upload.html"


@dataclass(frozen=True, slots=True)
class CheckingPage:
    """A check that goes on; ``percent`` is how far it is, ``doing`` what it does."""

    key: str
    file_name: str
    percent: int
    doing: str
    template: ClassVar[str] = "survey_checking.html"


def check_waiting(
    request: Request, opened: Database, holder: SessionHolder, waiting: Pending, at: str = ""
) -> Response:
    """Check a file, keep it with its report, and lead to its page; or say why it is refused.

    ``at`` is what follows the page's address: where to begin. A check that takes long goes on in
    the background, on a page of its own.
    """
    checks, pending = checks_of(request), pending_of(request)
    sender, limits = sender_of(holder), reading_limits(asked.settings(request).intake)

    def work(running: Running) -> str:
        checked = _checked(opened, holder.actor, waiting, limits, running)
        return f"/surveys/pending/{pending.keep(sender, checked)}{at}"

    running = checks.start(sender, waiting.upload.name, work)
    if running.wait(checks.patience_seconds):
        return _outcome(request, running)
    return RedirectResponse(f"/surveys/checking/{running.key}", 303)


def own_check(request: Request, holder: asked.Visiting, key: str) -> Running:
    """Return the visitor's own check of this key.

    Raises:
        NotFound: there is none.
    """
    return checks_of(request).find(sender_of(holder), key)


OwnCheck = Annotated[Running, Depends(own_check)]


@router.get("/checking/{key}")  # noqa: FAST003 - own_check takes the key
def checking_page(request: Request, running: OwnCheck) -> Response:
    """Show how far the check is; lead to its result when it is over."""
    if running.state.over:
        return _outcome(request, running)
    percent, doing = _told(running.state, asked.language(request))
    return render(request, CheckingPage(running.key, running.file_name, percent, doing))


@router.get("/checking/{key}/events", response_class=EventSourceResponse)  # noqa: FAST003
async def events(request: Request, running: OwnCheck) -> AsyncIterator[ServerSentEvent]:
    """Send how far the check is whenever it has gone on, and ``over`` at its end."""
    language = asked.language(request)
    told: State | None = None
    while True:
        state = running.state
        if state.over:
            yield ServerSentEvent(
                event="over", data={"address": f"/surveys/checking/{running.key}"}
            )
            return
        if state != told:
            told = state
            percent, doing = _told(state, language)
            yield ServerSentEvent(event="progress", data={"percent": percent, "doing": doing})
        await asyncio.sleep(LOOK_SECONDS)


@router.post("/checking/{key}/cancel", dependencies=asked.FORM_CHECKED)  # noqa: FAST003
def cancel(request: Request, holder: asked.Visiting, running: OwnCheck) -> Response:
    """End the check; nothing of it stays. What waited before it goes on waiting."""
    checks_of(request).forget(sender_of(holder))
    running.cancel()
    return RedirectResponse("/surveys/new", 303)


def _checked(
    opened: Database, actor: Actor, waiting: Pending, limits: Limits, running: Running
) -> Pending:
    """The file with its report and impact; raises when its sender cancels meanwhile."""
    seen = preview(
        opened, actor, waiting.upload.content, waiting.upload.name, waiting.province_code,
        mapping=waiting.mapping, corrections=waiting.corrections, replaces=waiting.replaces,
        limits=limits, progress=running.begin, counted=running.count,
    )  # fmt: skip
    checked = replace(
        waiting, report=seen.report.as_json(waiting.language), impact=seen.impact.as_json()
    )
    running.go_on()
    return checked


def _outcome(request: Request, running: Running) -> Response:
    """Where a check that is over has led: to its result, or to why the file is refused."""
    if isinstance(running.failure, InputRefused):
        largest = asked.settings(request).intake.max_bytes
        page = UploadPage(largest, running.file_name, running.failure.findings)
        return render(request, page, status=422)
    if running.failure is not None:
        raise running.failure
    return RedirectResponse(running.address, 303)


def _told(state: State, language: Language) -> tuple[int, str]:
    """How far a check is in percent, and what it does."""
    words, first, last = STAGES.get(state.doing, (state.doing, 0, 100))
    part = state.done / state.total if state.total else 0.0
    return round(first + (last - first) * part), translate(words, language)


def checks_of(request: Request) -> RunningChecks:
    """Return the checks that run."""
    found: RunningChecks = request.app.state.checks
    return found


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
