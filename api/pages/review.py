"""The reviewer's desk: what is in hand, what waits, decisions that wait for a second person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.decision_forms import read_seen
from api.pages.rendering import render
from api.refusals import Fault, RequestUnreadable
from api.zones import PROVINCE
from coverage.actions import review
from coverage.actions.review_queue import ReviewQueue, review_queue
from coverage.zone_life import DECISIONS, Move

router = APIRouter(prefix="/review")
TAKEN_AT_ONCE = 20
MOST_AT_ONCE = 200
Done = Annotated[Move | Literal["confirm_proposal"] | None, Query()]
Chosen = Annotated[Literal["none"] | None, Query()]
NONE_CHOSEN = "/review?chosen=none#mine"
Count = Annotated[int, Query(ge=0, le=1_000_000)]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The desk; ``done`` and ``zones`` tell what was done just now, to how many zones.

    ``proposed`` counts those of them that wait for a second person. ``none_chosen`` tells that a
    form came without any zone.
    """

    queue: ReviewQueue
    taken_at_once: int
    bulk: Sequence[Move]
    done: Move | str | None
    zones: int
    proposed: int
    none_chosen: bool = False
    template: ClassVar[str] = "review.html"


@router.get("")
def review_page(  # noqa: PLR0917 - query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    done: Done = None, zones: Count = 0, proposed: Count = 0, chosen: Chosen = None,
) -> Response:  # fmt: skip
    """Show what waits for the reviewer."""
    queue = review_queue(opened, holder.actor)
    bulk = (*DECISIONS[:3], Move.PUT_BACK)
    return render(
        request, ReviewPage(queue, TAKEN_AT_ONCE, bulk, done, zones, proposed, chosen == "none")
    )


@router.post("/take-up")
def take_up(opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent) -> Response:
    """Take the next zones into the reviewer's hands, or the ones that were chosen."""
    seen = read_seen(fields)
    if seen:
        taken = review.take_up(opened, holder.actor, zone_ids=[one.zone_id for one in seen])
    else:
        count, province = _wanted(fields)
        taken = review.take_up(opened, holder.actor, count=count, province_code=province)
    return RedirectResponse(f"/review?done=take_up&zones={len(taken)}", 303)


@router.post("/put-back")
def put_back(opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent) -> Response:
    """Put zones back among those that wait."""
    ids = [one.zone_id for one in read_seen(fields)]
    if not ids:
        return RedirectResponse(NONE_CHOSEN, 303)
    count = review.put_back(opened, holder.actor, ids)
    return RedirectResponse(f"/review?done=put_back&zones={count}", 303)


def _wanted(fields: FormData) -> tuple[int, str | None]:
    """How many zones are asked for, and of which province."""
    count, province = str(fields.get("count", TAKEN_AT_ONCE)), str(fields.get("province", ""))
    faults = []
    if not (count.isdecimal() and 1 <= int(count[:9]) <= MOST_AT_ONCE):
        faults.append(Fault("body.count", "out_of_range"))
    if province and not re.fullmatch(PROVINCE, province, re.ASCII):
        faults.append(Fault("body.province", "unknown"))
    if faults:
        raise RequestUnreadable(faults)
    return int(count), province or None
