"""The points of a survey file on a map of their own: of a waiting file, and of a submission."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.drawing import content_of_survey
from api.headers import map_policy
from api.pages.findings import ROWS_PER_PAGE
from api.pages.survey_checks import pending_of, sender_of
from api.surveys import Number
from coverage.actions import surveys
from coverage.actions.overview import see_ground
from coverage.people import Actor
from coverage.storage.sessions import Database
from maps.document import inline_hashes, map_document

router = APIRouter(prefix="/surveys")


@router.get("/pending/{key}/map")
def map_of_waiting(
    request: Request, opened: asked.Opened, holder: asked.Visiting, key: str
) -> Response:
    """Draw the points of a file that waits."""
    waiting = pending_of(request).find(sender_of(holder), key)
    address = f"/surveys/pending/{key}"
    return drawn(
        request, opened, holder.actor, waiting.report, waiting.province_code, address,
        dt.datetime.now(dt.UTC),
    )  # fmt: skip


@router.get("/{number}/map")
def map_of_submission(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number
) -> Response:
    """Draw the points of a submission."""
    receipt = surveys.get_submission(opened, holder.actor, number)
    report = receipt.report.as_json(asked.language(request))
    return drawn(
        request, opened, holder.actor, report, receipt.province_code, f"/surveys/{number}",
        receipt.submitted_at,
    )  # fmt: skip


def drawn(  # noqa: PLR0917
    request: Request, opened: Database, actor: Actor, report: Mapping[str, Any],
    province_code: str, address: str, moment: dt.datetime,
) -> Response:  # fmt: skip
    """Draw the points of a report on a map; they lead to its rows at ``address``."""
    ground = see_ground(opened, actor, province_code, report["vintage"])
    content = content_of_survey(
        report, ground, province_code, moment, asked.language(request),
        address=address + "?show=all&page={page}#row-{place}", per_page=ROWS_PER_PAGE,
    )  # fmt: skip
    document = map_document(content)
    policy = map_policy(*inline_hashes(document), leads_out=True)
    return Response(
        document, media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": policy},
    )  # fmt: skip
