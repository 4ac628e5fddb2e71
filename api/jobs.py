"""Jobs for programs: how far one's own long work is, what came of it, cancelling it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import BaseModel, Field

from api import problems
from api.dependencies import Acting, Opened, Speaking
from api.documentation import AT_THE_DOOR, problem_responses
from api.job_desk import desk
from api.job_refusals import from_data
from api.job_stages import doing, percent
from coverage.actions import jobs
from coverage.errors import NotFound
from coverage.findings import Language
from coverage.jobs import TRIES, Job, JobState
from coverage.people import Actor
from coverage.storage.sessions import Database

router = APIRouter(prefix="/jobs", tags=["Việc chạy nền"])
_REFUSALS = problem_responses(*AT_THE_DOOR, NotFound)
JobId = Annotated[uuid.UUID, Path(description="Mã của việc chạy nền.")]
Prefer = Annotated[
    str,
    Header(
        max_length=100,
        description="`respond-async` (RFC 7240): không chờ xong, nhận ngay 202 với địa chỉ của việc.",
    ),
]


class ToldJob(BaseModel):
    """A job as it stands."""

    id: uuid.UUID
    kind: str
    about: str = Field(description="Tên tệp, tên tỉnh hoặc mã lô mà việc nói đến.")
    state: JobState
    doing: str = Field(description="Bước đang làm.")
    percent: int
    tries: int = Field(description="Số lần đã bắt đầu: lớn hơn 1 khi tiến trình trước bị ngắt.")
    most_tries: int = Field(TRIES, description="Bắt đầu nhiều nhất chừng này lần.")
    asked_at: datetime
    begun_at: datetime | None
    heard_at: datetime | None = Field(
        description="Lần cuối tiến trình làm việc này báo là còn chạy: khoảng mỗi giây một lần."
    )
    silent_seconds: int | None = Field(
        description="Số giây kể từ lần đó, khi đang chạy. Tiến trình đã dừng thì việc tự được làm lại."
    )
    ended_at: datetime | None
    cancel_asked: bool
    result: str | None = Field(description="Địa chỉ trang kết quả khi đã xong.")
    problem: dict[str, Any] | None = Field(description="Lý do không làm được, theo RFC 9457.")


class JobList(BaseModel):
    """One's own jobs."""

    jobs: list[ToldJob]


@router.get("", summary="Các việc chạy nền của mình", responses=problem_responses(*AT_THE_DOOR))
def list_jobs(opened: Opened, actor: Acting, language: Speaking) -> JobList:
    """Việc đang chạy trước, rồi việc mới nhất; nhiều nhất 50."""
    return JobList(jobs=[told_job(each, language) for each in jobs.list_jobs(opened, actor)])


@router.get("/{job_id}", summary="Một việc chạy nền", responses=_REFUSALS)
def get_job(opened: Opened, actor: Acting, language: Speaking, job_id: JobId) -> ToldJob:
    """Chỉ người đã yêu cầu thấy việc của mình."""
    return told_job(jobs.get_job(opened, actor, job_id), language)


@router.post("/{job_id}/cancel", summary="Hủy một việc chạy nền", responses=_REFUSALS)
def cancel_job(opened: Opened, actor: Acting, language: Speaking, job_id: JobId) -> ToldJob:
    """Việc đang chạy dừng ở bước kế tiếp; việc đã xong thì giữ nguyên."""
    return told_job(jobs.cancel_job(opened, actor, job_id), language)


def told_job(job: Job, language: Language) -> ToldJob:
    """Return what a program is told of a job."""
    return ToldJob(
        id=job.id, kind=job.kind, about=job.about, state=job.state, doing=doing(job, language),
        percent=percent(job), tries=job.tries, asked_at=job.asked_at, begun_at=job.begun_at,
        heard_at=job.heard_at,
        silent_seconds=None if job.silent_seconds is None else int(job.silent_seconds),
        ended_at=job.ended_at, cancel_asked=job.cancel_asked, result=job.address or None,
        problem=None if job.refusal is None else problems.as_json(from_data(job.refusal), language),
    )  # fmt: skip


def asked_later(prefer: str) -> bool:
    """Tell whether a program would rather not wait."""
    return "respond-async" in {part.strip().lower() for part in prefer.split(",")}


def accepted(  # noqa: PLR0917 - what is asked for, and by whom
    request: Request, opened: Database, actor: Actor, kind: str, argument: dict[str, Any],
    about: str,
) -> Response:  # fmt: skip
    """Ask for work and answer where it can be followed: 202 with its address."""
    job_id = desk(request).ask(opened, actor, kind, argument, about=about)
    address = f"/api/v1/jobs/{job_id}"
    return Response(
        status_code=202, headers={"Location": address, "Preference-Applied": "respond-async"}
    )
