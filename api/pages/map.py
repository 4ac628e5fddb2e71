"""The map: a page with a frame, and the document inside it, which runs in a sandbox of its own."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from api import dependencies as asked
from api.headers import map_policy
from api.live_drawing import content_of_live
from api.pages.rendering import render
from api.zones import PROVINCE
from coverage.actions import units
from coverage.actions.live_map import find_on_map, see_live
from coverage.packages import VIETNAM_TIME
from coverage.storage.units import NamedUnit
from maps.document import inline_hashes, map_document

router = APIRouter()
Province = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]
_QUICK = 5  # gzip's level: a twentieth larger than the best, in a third of its time


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
    """The map inside the frame; what it shows is what the database lets the visitor see."""
    view = see_live(opened, holder.actor, province or None)
    today = dt.datetime.now(VIETNAM_TIME).date()
    document = map_document(content_of_live(view, today, asked.language(request)))
    headers = {
        "Content-Security-Policy": map_policy(*inline_hashes(document), leads_out=True),
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"  # it holds no secret that its length could tell
        document = gzip.compress(document, _QUICK, mtime=0)
    return Response(document, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/map/search")
def search_on_map(
    opened: asked.Opened, holder: asked.Visiting,
    words: Annotated[str, Query(max_length=100)], province: Province = "",
) -> JSONResponse:  # fmt: skip
    """Find zones and communes by their names, for the map that does not hold them."""
    found = find_on_map(opened, holder.actor, words.replace("\x00", ""), province or None)
    return JSONResponse(
        {
            "zones": [
                {
                    "id": str(listed.zone.id),
                    "village": listed.zone.village,
                    "commune": listed.commune,
                    "province": listed.province,
                    "province_code": listed.zone.province_code,
                    "households": listed.zone.households,
                    "longitude": listed.zone.longitude,
                    "latitude": listed.zone.latitude,
                }
                for listed in found.zones
            ],
            "communes": [
                {
                    "name": unit.full_name,
                    "province": found.provinces.get(unit.province_code, ""),
                    "longitude": unit.longitude,
                    "latitude": unit.latitude,
                }
                for unit in found.communes
            ],
        }
    )
