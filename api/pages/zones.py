"""The list of zones: searched, filtered, sorted, as a file; for the authority many chosen at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.decision_forms import LONGEST_REASON, MOST_MATCHING
from api.pages.rendering import render
from api.pages.review_bulk import BULK
from api.pages.zone_choices import ChoiceChip, ZoneChoice, chips, choices
from api.paging import read_cursor, write_cursor
from api.zone_table import zones_file
from coverage.actions import units, zones
from coverage.actions.zones import CountedZones
from coverage.errors import NotFound
from coverage.people import MAY, Act, OrganisationKind
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.units import NamedUnit
from coverage.storage.zone_filters import StatusGroup
from coverage.storage.zones import ZoneFilter, ZoneOrder, key_shape
from coverage.zone_life import Move

router = APIRouter()
ZONES_PER_PAGE = 50
ORDERS = tuple(order for order in ZoneOrder if order is not ZoneOrder.ID)
Cursor = Annotated[str | None, Query()]


@dataclass(frozen=True, slots=True)
class ZonesPage:
    """A page of a filtered list; ``more`` and ``back`` are the addresses of the pages beside it.

    ``chooses``: the visitor may decide on many at once, ``all_at_once`` also on everything that
    the filter finds; ``moved`` tells that what the page began behind is gone.
    """

    found: CountedZones
    choice: ZoneChoice
    wanted: ZoneFilter
    order: ZoneOrder
    chips: Sequence[ChoiceChip]
    provinces: Sequence[NamedUnit]
    communes: Sequence[NamedUnit]
    choices: Mapping[str, Sequence[StrEnum]]
    begins: bool
    more: str | None
    back: str | None
    swapped: bool
    chooses: bool
    all_at_once: bool
    bulk: Sequence[Move] = BULK
    longest: int = LONGEST_REASON
    orders: Sequence[ZoneOrder] = ORDERS
    template: ClassVar[str] = "zones.html"

    @property
    def one_status(self) -> str:
        """The status asked for, where it is a single one: ranks are not asked by groups."""
        return "" if isinstance(self.wanted.status, StatusGroup) else self.choice.status

    @property
    def more_filters(self) -> bool:
        """Whether one of the fields that are folded away is in force."""
        choice = self.choice
        return any((choice.signal, choice.power, choice.difficult, choice.grouped, choice.waiting))


@router.get("/zones")
def zones_page(  # noqa: PLR0917 - the filter's form, and where in the list
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    choice: Annotated[ZoneChoice, Query()],
    cursor: Cursor = None, before: Cursor = None,
) -> Response:  # fmt: skip
    """Show one page of the zones the visitor may see."""
    order, actor = choice.sorted_by(), holder.actor
    communes = _communes(opened, holder, choice)
    if choice.commune not in {place.code for place in communes}:
        choice.commune = ""  # of another province than the one chosen since
    wanted = choice.wanted(actor)
    behind = read_cursor(cursor, order.value, key_shape(order))
    until = read_cursor(before, order.value, key_shape(order))
    found = zones.look_through(
        opened, actor, wanted, order=order, after=behind, before=until, limit=ZONES_PER_PAGE
    )
    if not found.page.zones and (behind or until):
        # What stood here was changed or filtered away by others.
        return RedirectResponse(choice.address(), 303)
    several = actor.kind is not OrganisationKind.PROVINCE
    provinces = units.provinces(opened, actor) if several else ()
    names = {place.code: place.name for place in (*provinces, *communes)}
    reviews = actor.role in MAY[Act.REVIEW_ZONES]
    page = ZonesPage(
        found, choice, wanted, order,
        chips(choice, wanted, names, found.tally.without, asked.language(request)),
        provinces, communes, choices(actor),
        begins=found.page.previous_key is None,
        more=_beside(choice, order, "cursor", found.page.next_key),
        back=_beside(choice, order, "before", found.page.previous_key),
        swapped="HX-Request" in request.headers,
        chooses=reviews,
        all_at_once=reviews and len(found.page.zones) < found.tally.zones <= MOST_MATCHING,
    )  # fmt: skip
    return render(request, page)


@router.get("/zones/files/{ending}")
def zones_list_file(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    ending: Literal["csv", "xlsx"], choice: Annotated[ZoneChoice, Query()],
) -> Response:  # fmt: skip
    """Hand out what the filter finds, in the order of the list."""
    parts = zones.zones_for_file(
        opened, holder.actor, choice.wanted(holder.actor), choice.sorted_by(),
        f"vung-lom-song.{ending}",
    )  # fmt: skip
    return zones_file(parts, ending, asked.language(request))


def _communes(opened: Database, holder: SessionHolder, choice: ZoneChoice) -> Sequence[NamedUnit]:
    """The communes to choose among: those of the visitor's province, or of the chosen one."""
    province = holder.actor.province_code or choice.province
    if not province:
        return ()
    try:
        return units.communes(opened, holder.actor, province)
    except NotFound:
        return ()  # a province of a former list


def _beside(
    choice: ZoneChoice, order: ZoneOrder, side: str, position: Sequence[str | int] | None
) -> str | None:
    if position is None:
        return None
    query = choice.query()
    return f"/zones?{query}{'&' if query else ''}{side}={write_cursor(order.value, position)}"
