"""What an officer takes along: the marked workbook of a file, and the receipt of a submission."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.pages.survey_checks import pending_of, sender_of
from api.ranges import attachment
from api.surveys import Number, reading_limits
from coverage.actions import survey_papers
from coverage.actions.survey_previews import preview
from coverage.intake.annotated import annotate, marked_name

router = APIRouter(prefix="/surveys")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/pending/{key}/marked")
def marked_waiting(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str
) -> Response:
    """Hand out a waiting file as a workbook with its findings marked."""
    waiting = pending_of(request).find(sender_of(holder), key)
    limits = reading_limits(asked.settings(request).intake)
    name, content = waiting.upload.name, waiting.upload.content
    report = preview(
        opened, holder.actor, content, name, waiting.province_code, mapping=waiting.mapping,
        corrections=waiting.corrections, replaces=waiting.replaces, limits=limits,
    ).report  # fmt: skip
    marked = annotate(content, name, report, asked.language(request), limits)
    return Response(marked, media_type=XLSX, headers=attachment(marked_name(name)))


@router.get("/{number}/marked")
def marked_submission(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number
) -> Response:
    """Hand out a submitted file as a workbook with its findings marked."""
    name, content = survey_papers.marked_workbook(
        opened, holder.actor, number, language=asked.language(request),
        limits=reading_limits(asked.settings(request).intake),
    )  # fmt: skip
    return Response(content, media_type=XLSX, headers=attachment(name))


@router.get("/{number}/receipt")
def receipt(opened: asked.Opened, holder: asked.Visiting, number: Number) -> Response:
    """Hand out the receipt of a submission."""
    content = survey_papers.receipt(opened, holder.actor, number)
    headers = attachment(f"bien-nhan-{number}.pdf")
    return Response(content, media_type="application/pdf", headers=headers)
