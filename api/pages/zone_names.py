"""Another name for a zone's village, from the zone's page."""

from __future__ import annotations

import uuid

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.refusals import Fault, RequestUnreadable
from coverage.actions.zone_moves import Seen
from coverage.actions.zone_names import rename_village

router = APIRouter(prefix="/zones")
_MOST_DIGITS = 9
_LONGEST_NAME, _LONGEST_REASON = 200, 2000


@router.post("/{zone_id}/village")
def rename(
    opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, zone_id: uuid.UUID
) -> Response:
    """Rename the village of the zone in the version that was on the page."""
    version = str(fields.get("version", ""))
    if not version.isdecimal() or len(version) > _MOST_DIGITS:
        raise RequestUnreadable([Fault("body.version", "int_parsing")])
    rename_village(
        opened, holder.actor, Seen(zone_id, int(version)),
        str(fields.get("village", ""))[:_LONGEST_NAME],
        str(fields.get("reason", ""))[:_LONGEST_REASON],
    )  # fmt: skip
    return RedirectResponse(f"/zones/{zone_id}#former", 303)
