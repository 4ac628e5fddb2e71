"""What is due, late, on air and confirmed: sums first, then every zone, the latest first."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.deliveries import list_answer
from api.pages.rendering import render
from api.zones import PROVINCE
from coverage.actions import awards, deliveries, units
from coverage.actions.deliveries import Deliveries, DeliveryFilter, ListedDelivery
from coverage.deliveries import DeliveryState
from coverage.people import OrganisationKind
from coverage.storage.awards import Award
from coverage.storage.units import NamedUnit

router = APIRouter(prefix="/deliveries")
ZONES_PER_PAGE = 100
_AWARDS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """The list with its sums; ``ended`` are awards that were cancelled.

    ``awards`` are those with most late zones first, as many as one page holds; ``award_of`` has
    the standing ones by id, whose clocks the bars show.
    """

    found: Deliveries
    zones: Sequence[ListedDelivery]
    awards: Sequence[Award]
    award_of: Mapping[uuid.UUID, Award]
    ended: Sequence[Award]
    wanted: DeliveryFilter
    provinces: Sequence[NamedUnit]
    operators: Sequence[str]
    first: bool
    more: str | None
    every_award: str | None
    query: str
    news: str
    states: Sequence[DeliveryState] = tuple(DeliveryState)
    template: ClassVar[str] = "deliveries.html"


State = Annotated[str, Query(max_length=20)]
Province = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]
Operator = Annotated[str, Query(max_length=200)]


@router.get("")
def deliveries_page(  # noqa: PLR0913, PLR0917 - each is one field of the filter's form
    request: Request, opened: asked.Opened, holder: asked.Visiting, state: State = "",
    province: Province = "", operator: Operator = "",
    after: Annotated[str, Query(max_length=2000)] = "", every: int = 0,
    news: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Show the deliveries that the visitor comes for."""
    wanted = _wanted(state, province, operator)
    found = deliveries.list_deliveries(opened, holder.actor, wanted)
    ended = awards.list_awards(opened, holder.actor)
    said = {"state": state, "province": province, "operator": operator}
    query = urlencode({name: text for name, text in said.items() if text})
    begin = _begin(found.zones, after)
    shown = found.zones[begin : begin + ZONES_PER_PAGE]
    more = None
    if begin + len(shown) < len(found.zones):
        more = _address(said | {"after": _cursor(shown[-1])})
    several = holder.actor.kind in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
    listed = sorted(found.awards, key=lambda one: (-found.of_award[one.id].late, one.due_on))
    hidden = len(listed) > _AWARDS_SHOWN and not every
    return render(
        request,
        DeliveriesPage(
            found, shown, listed[:_AWARDS_SHOWN] if hidden else listed,
            {one.id: one for one in found.awards}, [one for one in ended if not one.stands], wanted,
            units.provinces(opened, holder.actor) if several else (),
            sorted({one.operator for one in ended}), not begin, more,
            _address(said | {"every": "1"}) + "#awards" if hidden else None, query, news,
        ),
    )  # fmt: skip


@router.get("/file")
def deliveries_file(
    opened: asked.Opened, holder: asked.Visiting, state: State = "", province: Province = "",
    operator: Operator = "",
) -> Response:  # fmt: skip
    """Hand out the filtered list as CSV."""
    return list_answer(opened, holder.actor, _wanted(state, province, operator))


def _wanted(state: str, province: str, operator: str) -> DeliveryFilter:
    known = DeliveryState(state) if state in set(DeliveryState) else None
    return DeliveryFilter(known, province or None, operator or None)


def _address(said: Mapping[str, str]) -> str:
    return "/deliveries?" + urlencode({name: text for name, text in said.items() if text})


def _cursor(last: ListedDelivery) -> str:
    """Where a page ended: the row's place in the order, so that the next goes on after it."""
    return base64.urlsafe_b64encode(json.dumps(last.place).encode()).decode()


def _begin(zones: Sequence[ListedDelivery], after: str) -> int:
    """The first row after a cursor; the list's own beginning without one, or with a broken one."""
    if not after:
        return 0
    try:
        place = tuple(json.loads(base64.urlsafe_b64decode(after)))
        return bisect_right(zones, place, key=lambda each: each.place)
    except (binascii.Error, ValueError, TypeError):
        return 0
