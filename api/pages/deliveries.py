"""What is due, late, on air and confirmed: sums first, then every zone, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """The list with its sums; ``ended`` are awards that were cancelled."""

    found: Deliveries
    zones: Sequence[ListedDelivery]
    ended: Sequence[Award]
    wanted: DeliveryFilter
    provinces: Sequence[NamedUnit]
    operators: Sequence[str]
    number: int
    more: str | None
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
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    news: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Show the deliveries that the visitor comes for."""
    wanted = _wanted(state, province, operator)
    found = deliveries.list_deliveries(opened, holder.actor, wanted)
    every = awards.list_awards(opened, holder.actor)
    said = {"state": state, "province": province, "operator": operator}
    query = urlencode({name: text for name, text in said.items() if text})
    last = page * ZONES_PER_PAGE
    more = None
    if len(found.zones) > last:
        more = f"/deliveries?{urlencode({'page': page + 1})}" + (f"&{query}" if query else "")
    several = holder.actor.kind in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
    return render(
        request,
        DeliveriesPage(
            found, found.zones[last - ZONES_PER_PAGE : last],
            [one for one in every if not one.stands], wanted,
            units.provinces(opened, holder.actor) if several else (),
            sorted({one.operator for one in every}), page, more, query, news,
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
