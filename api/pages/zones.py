"""The list of zones, and for the authority many of them chosen for one decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.pages.decision_forms import LONGEST_REASON
from api.pages.rendering import render
from api.pages.review_bulk import BULK
from api.paging import read_cursor, write_cursor
from api.zones import PROVINCE
from coverage.actions import units, zones
from coverage.people import MAY, Act, OrganisationKind
from coverage.storage.units import NamedUnit
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder, key_shape
from coverage.zone_life import Move
from coverage.zones import Queue, ZoneStatus

router = APIRouter()
ZONES_PER_PAGE = 50
Flag = Annotated[Literal["", "1"], Query()]


@dataclass(frozen=True, slots=True)
class ZonesPage:
    """A page of a filtered list; ``more`` is the address of the next page.

    ``mine``: only what the visitor has in hand; ``chooses``: the visitor may decide on many at
    once.
    """

    zones: Sequence[ListedZone]
    total: int
    households: int
    wanted: ZoneFilter
    order: ZoneOrder
    provinces: Sequence[NamedUnit]
    mine: bool
    begins: bool
    more: str | None
    chooses: bool
    bulk: Sequence[Move] = BULK
    longest: int = LONGEST_REASON
    queues: Sequence[Queue] = tuple(Queue)
    statuses: Sequence[ZoneStatus] = tuple(ZoneStatus)
    template: ClassVar[str] = "zones.html"


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
    mine: Flag = "",
    disputed: Flag = "",
    cursor: str | None = None,
) -> Response:
    """Show one page of the zones the visitor may see."""
    wanted = ZoneFilter(
        province or None,
        Queue(queue) if queue in set(Queue) else None,
        ZoneStatus(status) if status in set(ZoneStatus) else None,
        words=words.replace("\x00", "").strip() or None,
        reviewer=holder.actor.name if mine else None,
        disputed=bool(disputed),
    )
    after = read_cursor(cursor, order.value, key_shape(order))
    found = zones.list_zones(
        opened, holder.actor, wanted, order=order, after=after, limit=ZONES_PER_PAGE
    )
    more = None
    if found.page.next_key is not None:
        asked_for = {
            "province": province, "queue": queue, "status": status, "words": words,
            "mine": mine, "disputed": disputed, "order": order.value, "cursor": write_cursor(order.value, found.page.next_key),
        }  # fmt: skip
        more = "/zones?" + urlencode({name: text for name, text in asked_for.items() if text})
    several = holder.actor.kind is not OrganisationKind.PROVINCE
    page = ZonesPage(
        found.page.zones, found.zones, found.households, wanted, order,
        provinces=units.provinces(opened, holder.actor) if several else (),
        mine=bool(mine), begins=after is None, more=more,
        chooses=holder.actor.role in MAY[Act.REVIEW_ZONES],
    )  # fmt: skip
    return render(request, page)
