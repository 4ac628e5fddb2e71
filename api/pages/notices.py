"""Notices about packages that the visitor's organisation took."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.rendering import render
from coverage.actions import notices
from coverage.storage.package_letters import Notice

router = APIRouter()


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """The organisation's notices, the newest first."""

    notices: Sequence[Notice]
    unread: int
    template: ClassVar[str] = "notices.html"


@router.get("/notices")
def notices_page(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the notices."""
    found = notices.list_notices(opened, holder.actor)
    return render(request, NoticesPage(found, sum(one.read_at is None for one in found)))


@router.post("/notices/read")
def mark_read(opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent) -> Response:
    """Mark one notice, or all, as read."""
    said = str(fields.get("notice", ""))
    try:
        chosen = [uuid.UUID(said)] if said else None
    except ValueError:
        chosen = []
    notices.mark_read(opened, holder.actor, chosen)
    return RedirectResponse("/notices", 303)
