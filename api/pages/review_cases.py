"""One zone before its reviewer: everything a decision needs on one screen, then the decision."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.catalogue import mark as _
from api.catalogue import translate
from api.pages.conflicts import conflict_page
from api.pages.decision_forms import (
    LONGEST_REASON,
    Typed,
    fault_of,
    read_seen,
    read_typed,
    written,
)
from api.pages.payers import Why, why_of
from api.pages.rendering import render
from api.pages.stories import ToldEvent, reader_of, told_history
from api.pages.verdicts import Matrix, matrix_of
from api.refusals import RequestUnreadable
from coverage.actions import four_eyes, queues, review
from coverage.actions.review import Seen
from coverage.actions.review_cases import Case, case
from coverage.actions.review_queue import zones_in_hand
from coverage.actions.verdicts import verdicts_of
from coverage.actions.zone_moves import today
from coverage.errors import Conflict, NotFound, ZonesChanged
from coverage.people import Act, same_person
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
from coverage.zone_life import DECISIONS, Move
from coverage.zones import ZoneStatus

router = APIRouter(prefix="/review")
NEAR_SHOWN = 12
_NO_MOVE = _("Hãy chọn một quyết định.")
_NO_SUCH_ZONE = _("Không đọc được mã vùng nhận. Hãy dán mã vùng, hoặc địa chỉ trang của vùng đó.")


@dataclass(frozen=True, slots=True)
class CasePage:
    """A zone with what its review rests on, and the decision's form.

    ``left`` counts what the reviewer has in hand, ``following`` is the next of it; ``another`` names who else has this zone;
    ``fault`` says what was wrong with the form that was sent; ``done`` and ``before`` tell what
    was decided just now, on which zone.
    """

    case: Case
    matrix: Matrix
    why: Why
    story: Sequence[ToldEvent]
    decisions: Sequence[Move]
    chosen: str
    typed: Typed
    fault: str
    another: str | None
    own_proposal: bool
    left: int
    following: uuid.UUID | None
    done: Move | None
    before: str
    near_shown: int = NEAR_SHOWN
    longest: int = LONGEST_REASON
    template: ClassVar[str] = "review_case.html"


@router.get("/{zone_id}")
def case_page(  # noqa: PLR0917 - path, query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, zone_id: uuid.UUID,
    done: Annotated[Move | None, Query()] = None,
    before: Annotated[uuid.UUID | None, Query()] = None,
) -> Response:  # fmt: skip
    """Show one zone to its reviewer."""
    return _show(request, opened, holder, zone_id, Typed(), done=done, before=before)


@router.post("/{zone_id}")
def decide(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    zone_id: uuid.UUID,
) -> Response:  # fmt: skip
    """Decide on one zone, then go on to the next one in hand."""
    typed = read_typed(fields)
    seen = [one for one in read_seen(fields) if one.zone_id == zone_id]
    language = asked.language(request)
    if typed.move not in DECISIONS:
        fault = translate(_NO_MOVE, language)
        return _show(request, opened, holder, zone_id, typed, fault=fault)
    following = _after(zones_in_hand(opened, holder.actor), zone_id)
    try:
        decided = review.decide(
            opened, holder.actor, typed.move, seen, reason=typed.reason,
            merged_into=typed.other_zone(), take_over=typed.take_over,
        )  # fmt: skip
    except RequestUnreadable:
        fault = translate(_NO_SUCH_ZONE, language)
        return _show(request, opened, holder, zone_id, typed, fault=fault)
    except ZonesChanged as error:
        reader = reader_of(request, opened, holder)
        return conflict_page(
            request, reader, error, seen=seen, typed=typed, action=f"/review/{zone_id}"
        )
    except (Conflict, NotFound) as error:
        if isinstance(error, NotFound) and error.facts["name"] == zone_id:
            raise
        return _show(request, opened, holder, zone_id, typed, fault=fault_of(error, language))
    if decided.proposed:
        return RedirectResponse(f"/review?done={typed.move}&proposed=1#proposals", 303)
    if following is None:
        return RedirectResponse(f"/review?done={typed.move}&zones=1", 303)
    return RedirectResponse(f"/review/{following}?done={typed.move}&before={zone_id}", 303)


@router.post("/{zone_id}/confirm")
def confirm(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    zone_id: uuid.UUID,
) -> Response:  # fmt: skip
    """Make another person's decision stand."""
    seen = [one for one in read_seen(fields) if one.zone_id == zone_id]
    try:
        four_eyes.confirm(opened, holder.actor, seen)
    except ZonesChanged as error:
        reader = reader_of(request, opened, holder)
        return conflict_page(request, reader, error, seen=seen, typed=Typed(), action=None)
    except Conflict as error:
        fault = fault_of(error, asked.language(request))
        return _show(request, opened, holder, zone_id, Typed(), fault=fault)
    return RedirectResponse("/review?done=confirm_proposal&zones=1#proposals", 303)


@router.post("/{zone_id}/decline")
def decline(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    zone_id: uuid.UUID,
) -> Response:  # fmt: skip
    """Refuse another person's decision, or take one's own back; the zone stays under review."""
    typed = read_typed(fields)
    try:
        four_eyes.decline(opened, holder.actor, [zone_id], typed.reason)
    except Conflict as error:
        fault = fault_of(error, asked.language(request))
        return _show(request, opened, holder, zone_id, typed, fault=fault)
    return RedirectResponse(f"/review/{zone_id}", 303)


def _after(in_hand: Sequence[ListedZone], zone_id: uuid.UUID) -> uuid.UUID | None:
    """The zone in hand that follows this one by place, else the first; None without another."""
    mine = [listed.zone.id for listed in in_hand]
    place = mine.index(zone_id) + 1 if zone_id in mine else 0
    others = [other for other in (*mine[place:], *mine[:place]) if other != zone_id]
    return others[0] if others else None


def _show(  # noqa: PLR0913 - the zone, what was typed, what was done before
    request: Request, opened: Database, holder: SessionHolder, zone_id: uuid.UUID, typed: Typed, *,
    fault: str = "", done: Move | None = None, before: uuid.UUID | None = None,
) -> Response:  # fmt: skip
    actor, language = holder.actor, asked.language(request)
    actor.must(Act.REVIEW_ZONES)
    found = case(opened, actor, zone_id)
    zone = found.listed.zone
    in_hand = zones_in_hand(opened, actor)
    reader = reader_of(request, opened, holder, zone.province_code)
    proposal = found.proposal
    # A decision takes up what is only reported, so that more may be decided there.
    reported = zone.status is ZoneStatus.REPORTED
    may = DECISIONS if reported else found.moves
    page = CasePage(
        found,
        matrix_of(verdicts_of(opened, actor, zone_id), language, exact=True),
        why_of(queues.why(opened, actor, zone_id, today()), language, people=True),
        told_history(found.history, reader),
        [each for each in DECISIONS if each in may],
        written([Seen(zone_id, found.listed.version)])[0],
        typed,
        fault,
        zone.reviewer if zone.reviewer not in {None, actor.name} else None,
        proposal is not None and same_person(proposal.proposed_by, actor.name),
        len(in_hand),
        _after(in_hand, zone_id),
        done,
        str(before) if before else "",
    )  # fmt: skip
    return render(request, page, status=422 if fault else 200)
