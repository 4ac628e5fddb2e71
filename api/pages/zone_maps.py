"""The small map around one village: it, its neighbours, and the sites that the visitor may see."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.drawing import content_of_surroundings
from api.headers import map_policy
from coverage.actions.overview import see_surroundings
from maps.document import inline_hashes, map_document

router = APIRouter(prefix="/zones")


@router.get("/{zone_id}/map")
def zone_map(
    request: Request, opened: asked.Opened, holder: asked.Visiting, zone_id: uuid.UUID
) -> Response:
    """Draw what lies around one zone, as one file in a sandbox of its own."""
    seen = see_surroundings(opened, holder.actor, zone_id)
    content = content_of_surroundings(seen, restricted=True, language=asked.language(request))
    document = map_document(content)
    policy = map_policy(*inline_hashes(document))
    return Response(
        document, media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": policy},
    )  # fmt: skip
