"""The map: a page with a frame, and the document inside it, which runs in a sandbox of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.drawing import content_of
from api.headers import map_policy
from api.pages.rendering import render
from api.zones import PROVINCE
from coverage.actions import units
from coverage.actions.overview import see_country, see_province
from coverage.storage.units import NamedUnit
from maps.document import inline_hashes, map_document

router = APIRouter()
Province = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]


@dataclass(frozen=True, slots=True)
class MapPage:
    """The frame; ``province`` is the code that is shown, or empty for the country."""

    province: str
    name: str
    document: str
    provinces: Sequence[NamedUnit]
    template: ClassVar[str] = "map.html"


@router.get("/map")
def map_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, province: Province | None = None
) -> Response:
    """Show the map of the country or of a province; a province's officer begins at home."""
    listed = units.provinces(opened, holder.actor)
    chosen = holder.actor.province_code if province is None else province
    name = next((place.full_name for place in listed if place.code == chosen), "")
    code = chosen if chosen and name else ""
    address = "/map/document" + (f"?province={code}" if code else "")
    return render(request, MapPage(code, name, address, listed))


@router.get("/map/document")
def map_document_alone(
    request: Request, opened: asked.Opened, holder: asked.Visiting, province: Province = ""
) -> Response:
    """The map alone, as one file; what it shows is what the database lets the visitor see."""
    actor = holder.actor
    if province:
        overview = see_province(opened, actor, province, with_sites=True)
    else:
        overview = see_country(opened, actor)
    document = map_document(content_of(overview, restricted=True, language=asked.language(request)))
    scripts, styles = inline_hashes(document)
    policy = map_policy(scripts, styles)
    return Response(
        document, media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": policy, "Cache-Control": "private, no-cache"},
    )  # fmt: skip
