"""The first page after signing in: what waits for me, what to do next, and how things stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.pages.rendering import render
from coverage.actions import people, zones
from coverage.storage.zones import ZoneCount
from coverage.zones import ENDED, Queue, ZoneStatus

router = APIRouter()


@dataclass(frozen=True, slots=True)
class QueueTotal:
    """How many zones and households wait in one queue."""

    queue: Queue
    zones: int
    households: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """What one organisation has before it."""

    organisation: str
    queues: Sequence[QueueTotal]
    zones: int
    households: int
    returned: int
    template: ClassVar[str] = "home.html"


@router.get("/")
def home(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the visitor's own start."""
    counts = [
        count for count in zones.count_zones(opened, holder.actor) if count.status not in ENDED
    ]
    page = HomePage(
        organisation=people.organisation_name(opened, holder.actor),
        queues=_by_queue(counts),
        zones=sum(count.zones for count in counts),
        households=sum(count.households for count in counts),
        returned=sum(c.zones for c in counts if c.status is ZoneStatus.RETURNED),
    )
    return render(request, page)


def _by_queue(counts: Sequence[ZoneCount]) -> list[QueueTotal]:
    zones_of: Counter[Queue] = Counter()
    households_of: Counter[Queue] = Counter()
    for count in counts:
        zones_of[count.queue] += count.zones
        households_of[count.queue] += count.households
    return [QueueTotal(queue, zones_of[queue], households_of[queue]) for queue in Queue]
