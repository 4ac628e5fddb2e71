"""Maps to be printed, from the pages: PDF that the browser opens."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.map_drawing import PDF, country_paper, lot_paper, province_paper, zone_paper
from api.printing import printed
from api.zones import PROVINCE
from coverage.people import Actor
from coverage.storage.sessions import Database
from maps.atlas import Paper

router = APIRouter()
Province = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]


@router.get("/map/print")
def print_map(
    request: Request, opened: asked.Opened, holder: asked.Visiting, province: Province = "",
    paper: Paper = Paper.A4,
) -> Response:  # fmt: skip
    """Print the map of the country, or of a province."""
    language, actor = asked.language(request), holder.actor
    if not province:
        return _shown(request, opened, actor, lambda: country_paper(opened, actor, paper, language))
    return _shown(
        request, opened, actor, lambda: province_paper(opened, actor, province, paper, language)
    )


@router.get("/lots/{lot_id}/map.pdf")
def print_lot(
    request: Request, opened: asked.Opened, holder: asked.Visiting, lot_id: uuid.UUID,
    paper: Paper = Paper.A4,
) -> Response:  # fmt: skip
    """Print the map of a lot."""
    language, actor = asked.language(request), holder.actor
    return _shown(request, opened, actor, lambda: lot_paper(opened, actor, lot_id, paper, language))


@router.get("/zones/{zone_id}/map.pdf")
def print_zone(
    request: Request, opened: asked.Opened, holder: asked.Visiting, zone_id: uuid.UUID,
    paper: Paper = Paper.A4,
) -> Response:  # fmt: skip
    """Print the map around a zone."""
    language, actor = asked.language(request), holder.actor
    return _shown(
        request, opened, actor, lambda: zone_paper(opened, actor, zone_id, paper, language)
    )


def _shown(
    request: Request, opened: Database, actor: Actor, make: Callable[[], tuple[str, bytes]]
) -> Response:
    name, content = printed(request, opened, actor, make)
    return Response(
        content, media_type=PDF,
        headers={
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}",
        },
    )  # fmt: skip
