"""My jobs: what goes on, how far it is, what came of it; live where there is a script."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.job_desk import ALIVE_SECONDS, ask, desk
from api.job_kinds import KINDS, Kind
from api.job_notes import needs_worker, note
from api.job_refusals import from_data
from api.job_stages import doing, percent
from api.pages.rendering import render
from api.refusals import Fault, RequestUnreadable
from coverage.actions import jobs, units
from coverage.errors import InputRefused
from coverage.findings import Finding
from coverage.jobs import Job, JobState
from coverage.people import MAY, Act
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.units import NamedUnit

router = APIRouter(prefix="/jobs")
LOOK_SECONDS = 0.3  # how often to look while no news are heard
STILL_SECONDS = 5.0  # how often to look, and at the session too, while they are
SILENT_SECONDS = 1.0  # how often where somebody does the job: silence brings no news


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job with its kind; ``percent`` and ``doing`` say how far it is.

    ``note`` says what its owner should know besides: that nothing is heard of it, or that it was
    begun again.
    """

    job: Job
    kind: Kind
    percent: int
    doing: str
    note: str


@dataclass(frozen=True, slots=True)
class JobsPage:
    """The visitor's own jobs; ``provinces`` are those whose verdicts they may ask for anew."""

    going_on: Sequence[ShownJob]
    over: Sequence[ShownJob]
    provinces: Sequence[NamedUnit]
    template: ClassVar[str] = "jobs.html"


@dataclass(frozen=True, slots=True)
class JobPage:
    """One job; ``told`` says why it came to nothing."""

    shown: ShownJob
    told: str = ""
    findings: Sequence[Finding] = ()
    template: ClassVar[str] = "job.html"


def own_job(opened: asked.Opened, holder: asked.Visiting, job_id: uuid.UUID) -> Job:
    """Return the visitor's own job.

    Raises:
        NotFound: there is none.
    """
    return jobs.get_job(opened, holder.actor, job_id)


OwnJob = Annotated[Job, Depends(own_job)]


@router.get("")
def jobs_page(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show what of the visitor's goes on and what came of the rest."""
    found = [_shown(request, opened, holder, job) for job in jobs.list_jobs(opened, holder.actor)]
    may_assess = holder.actor.role in MAY[Act.ASSESS_EVIDENCE]
    page = JobsPage(
        [each for each in found if not each.job.over],
        [each for each in found if each.job.over],
        units.provinces(opened, holder.actor) if may_assess else (),
    )
    return render(request, page)


@router.post("/assess")
async def assess(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Ask for a province's verdicts anew."""
    holder.actor.must(Act.ASSESS_EVIDENCE)
    provinces = await run_in_threadpool(units.provinces, opened, holder.actor)
    names = {unit.code: unit.name for unit in provinces}
    code = str(fields.get("province", ""))
    if code not in names:
        raise RequestUnreadable([Fault("body.province", "missing")])
    return await run_in_threadpool(
        ask, request, opened, holder, "assess", {"province": code}, about=names[code]
    )


@router.get("/{job_id}")  # noqa: FAST003 - own_job takes the id
def job_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, job: OwnJob
) -> Response:
    """Show how far a job is; lead to its result when there is one, else say why there is none."""
    if job.state is JobState.DONE:
        return RedirectResponse(job.address, 303)
    shown = _shown(request, opened, holder, job)
    if job.refusal is None:
        return render(request, JobPage(shown))
    error = from_data(job.refusal)
    findings = error.findings if isinstance(error, InputRefused) else ()
    told = problems.detail(error, asked.language(request))
    return render(request, JobPage(shown, told, findings))


@router.get("/{job_id}/events", response_class=EventSourceResponse)  # noqa: FAST003
async def events(
    request: Request, opened: asked.Opened, holder: asked.Visiting, job: OwnJob
) -> AsyncIterator[ServerSentEvent]:
    """Send how far a job is whenever it has gone on, and ``over`` at its end.

    Each event tells all that there is to know, so that one that is missed or heard twice does no
    harm; so does one of the silence of who does it, which no news tell. The stream ends with the session (``end``), and when its owner listens on newer pages.
    """
    news, loop, changed = desk(request).news(opened), asyncio.get_running_loop(), asyncio.Event()
    told = request.headers.get("Last-Event-ID", "")

    def wake() -> None:
        with suppress(RuntimeError):  # the page has gone
            loop.call_soon_threadsafe(changed.set)

    person = holder.actor.person_id or holder.actor.organisation_id
    with news.of(job.id, wake), desk(request).stream(person) as gives_way:
        while True:
            changed.clear()
            job = await run_in_threadpool(jobs.get_job, opened, holder.actor, job.id)
            if job.over:
                yield ServerSentEvent(event="over", data={"address": f"/jobs/{job.id}"})
                return
            if gives_way.is_set() or not await run_in_threadpool(_lives, request):
                yield ServerSentEvent(event="end", data={})
                return
            shown = await run_in_threadpool(_shown, request, opened, holder, job)
            data = {
                "percent": shown.percent, "doing": shown.doing, "note": shown.note,
                "state": job.state.value,
            }  # fmt: skip
            name = hashlib.sha256(f"{job.tries} {sorted(data.items())}".encode()).hexdigest()[:16]
            if name != told:
                told = name
                yield ServerSentEvent(event="progress", id=name, data=data)
            still = min(STILL_SECONDS, SILENT_SECONDS) if job.heard_at else STILL_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), still if news.listening else LOOK_SECONDS)


@router.post("/{job_id}/cancel", dependencies=asked.FORM_CHECKED)  # noqa: FAST003
def cancel(opened: asked.Opened, holder: asked.Visiting, job: OwnJob) -> Response:
    """Ask a job to end; a check that is not wanted any more leads back to its form."""
    jobs.cancel_job(opened, holder.actor, job.id)
    kind = KINDS[job.kind]
    return RedirectResponse(kind.back if kind.nameless else f"/jobs/{job.id}", 303)


def _lives(request: Request) -> bool:
    """Whether the session that asked is still open; looking does not keep it open."""
    token = asked.session_token(request)
    idle_minutes = asked.settings(request).web.session_idle_minutes
    return token is not None and jobs.session_lives(
        asked.database(request), token, idle_minutes=idle_minutes
    )


def _shown(request: Request, opened: Database, holder: SessionHolder, job: Job) -> ShownJob:
    language = asked.language(request)
    alive = not needs_worker(job) or jobs.worker_lives(opened, holder.actor, ALIVE_SECONDS)
    said = note(job, language, alive=alive)
    return ShownJob(job, KINDS[job.kind], percent(job), doing(job, language), said)
