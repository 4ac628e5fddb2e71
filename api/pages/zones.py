"""The list of zones and one zone's page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.pages.rendering import render
from api.paging import read_cursor, write_cursor
from api.zones import PROVINCE
from coverage.actions import units, zones
from coverage.people import OrganisationKind
from coverage.storage.units import NamedUnit
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder, key_shape
from coverage.zones import Queue, ZoneStatus

router = APIRouter()
ZONES_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ZonesPage:
    """A page of a filtered list; ``more`` is the address of the next page."""

    zones: Sequence[ListedZone]
    total: int
    households: int
    wanted: ZoneFilter
    order: ZoneOrder
    provinces: Sequence[NamedUnit]
    begins: bool
    more: str | None
    queues: Sequence[Queue] = tuple(Queue)
    statuses: Sequence[ZoneStatus] = tuple(ZoneStatus)
    template: ClassVar[str] = "zones.html"


@dataclass(frozen=True, slots=True)
class ZonePage:
    """One zone."""

    listed: ListedZone
    template: ClassVar[str] = "zone.html"


@router.get("/zones")
def zones_page(  # noqa: PLR0913, PLR0917 - each is one field of the filter's form
    request: Request,
    opened: asked.Opened,
    holder: asked.Visiting,
    province: Annotated[str, Query(pattern=rf"^$|{PROVINCE}")] = "",
    queue: Queue | str = "",
    status: ZoneStatus | str = "",
    words: Annotated[str, Query(max_length=100)] = "",
    order: ZoneOrder = ZoneOrder.PLACE,
    cursor: str | None = None,
) -> Response:
    """Show one page of the zones the visitor may see."""
    wanted = ZoneFilter(
        province or None,
        Queue(queue) if queue in set(Queue) else None,
        ZoneStatus(status) if status in set(ZoneStatus) else None,
        words=words.replace("\x00", "").strip() or None,
    )
    after = read_cursor(cursor, order.value, key_shape(order))
    found = zones.list_zones(
        opened, holder.actor, wanted, order=order, after=after, limit=ZONES_PER_PAGE
    )
    more = None
    if found.page.next_key is not None:
        asked_for = {
            "province": province, "queue": queue, "status": status, "words": words,
            "order": order.value, "cursor": write_cursor(order.value, found.page.next_key),
        }  # fmt: skip
        more = "/zones?" + urlencode({name: text for name, text in asked_for.items() if text})
    several = holder.actor.kind is not OrganisationKind.PROVINCE
    page = ZonesPage(
        found.page.zones, found.zones, found.households, wanted, order,
        provinces=units.provinces(opened, holder.actor) if several else (),
        begins=after is None, more=more,
    )  # fmt: skip
    return render(request, page)


@router.get("/zones/{zone_id}")
def zone_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, zone_id: uuid.UUID
) -> Response:
    """Show one zone."""
    return render(request, ZonePage(zones.get_zone(opened, holder.actor, zone_id)))
