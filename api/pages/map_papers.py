"""Maps to be printed, from the pages: PDF that the browser opens."""

from __future__ import annotations

import uuid
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.map_drawing import PDF, country_paper, lot_paper, province_paper, zone_paper
from api.zones import PROVINCE
from maps.atlas import Paper

router = APIRouter()
Province = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]


@router.get("/map/print")
def print_map(
    request: Request, opened: asked.Opened, holder: asked.Visiting, province: Province = "",
    paper: Paper = Paper.A4,
) -> Response:  # fmt: skip
    """Print the map of the country, or of a province."""
    language = asked.language(request)
    if not province:
        return _shown(country_paper(opened, holder.actor, paper, language))
    return _shown(province_paper(opened, holder.actor, province, paper, language))


@router.get("/lots/{lot_id}/map.pdf")
def print_lot(
    request: Request, opened: asked.Opened, holder: asked.Visiting, lot_id: uuid.UUID,
    paper: Paper = Paper.A4,
) -> Response:  # fmt: skip
    """Print the map of a lot."""
    return _shown(lot_paper(opened, holder.actor, lot_id, paper, asked.language(request)))


@router.get("/zones/{zone_id}/map.pdf")
def print_zone(
    request: Request, opened: asked.Opened, holder: asked.Visiting, zone_id: uuid.UUID,
    paper: Paper = Paper.A4,
) -> Response:  # fmt: skip
    """Print the map around a zone."""
    return _shown(zone_paper(opened, holder.actor, zone_id, paper, asked.language(request)))


def _shown(made: tuple[str, bytes]) -> Response:
    name, content = made
    return Response(
        content, media_type=PDF,
        headers={
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}",
        },
    )  # fmt: skip
