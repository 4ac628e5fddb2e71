"""One decision on many zones: what will happen first, then it happens, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.conflicts import conflict_page
from api.pages.decision_forms import (
    LONGEST_REASON,
    Typed,
    fault_of,
    read_seen,
    read_typed,
    written,
)
from api.pages.rendering import render
from api.pages.review import NONE_CHOSEN
from api.pages.stories import reader_of
from api.refusals import Fault, RequestUnreadable
from api.words import word_of_fact
from coverage.actions import review
from coverage.actions.review import Decided, Seen
from coverage.actions.review_previews import Hindered, MovePreview, preview
from coverage.errors import Conflict, ZonesChanged
from coverage.findings import Language
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.zone_life import Move, Need, transition

router = APIRouter(prefix="/review")
BULK = (Move.APPROVE, Move.RETURN, Move.REJECT, Move.TAKE_UP, Move.PUT_BACK)
"""What may be done to many zones at once; a merge is one zone's."""


@dataclass(frozen=True, slots=True)
class StaysView:
    """A zone that cannot make the move, and why in words."""

    hindered: Hindered
    why: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What a decision on several zones would do; ``fault`` says what the form lacks.

    ``zones`` are those that will move, in the version that was looked at.
    """

    preview: MovePreview | None
    stays: Sequence[StaysView]
    zones: Sequence[str]
    typed: Typed
    fault: str
    needs_reason: bool
    longest: int = LONGEST_REASON
    template: ClassVar[str] = "review_bulk.html"


@router.post("/preview")
def bulk_preview(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Tell what a decision on the chosen zones would do; one zone alone is decided at once."""
    seen, typed = read_seen(fields), read_typed(fields)
    if not seen:
        return RedirectResponse(NONE_CHOSEN, 303)
    move = _move(typed)
    if len(seen) == 1 and (typed.reason or Need.REASON not in transition(move).needs):
        return _carry_out(request, opened, holder, seen, typed)
    return _preview(request, opened, holder, seen, typed)


@router.post("/decide")
def bulk_decide(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Decide on the chosen zones, all of them or none."""
    seen, typed = read_seen(fields), read_typed(fields)
    if not seen:
        return RedirectResponse(NONE_CHOSEN, 303)
    return _carry_out(request, opened, holder, seen, typed)


def _preview(
    request: Request, opened: Database, holder: SessionHolder, seen: Sequence[Seen],
    typed: Typed, *, fault: str = "",
) -> Response:  # fmt: skip
    move = _move(typed)
    language = asked.language(request)
    needs_reason = Need.REASON in transition(move).needs
    # Without the reason that the move needs, its effect can be told all the same.
    told = preview(opened, holder.actor, move, seen, typed.reason or ("…" if needs_reason else ""))
    will = {listed.zone.id for listed in told.will}
    page = BulkPage(
        told, [StaysView(one, why(one.why, language)) for one in told.cannot],
        written([one for one in seen if one.zone_id in will]), typed, fault, needs_reason,
    )  # fmt: skip
    return render(request, page, status=422 if fault else 200)


def _carry_out(
    request: Request, opened: Database, holder: SessionHolder, seen: Sequence[Seen], typed: Typed
) -> Response:
    move = _move(typed)
    try:
        decided = _decided(opened, holder, move, seen, typed)
    except ZonesChanged as error:
        reader = reader_of(request, opened, holder)
        return conflict_page(
            request, reader, error, seen=seen, typed=typed, action="/review/preview"
        )
    except Conflict as error:
        fault = fault_of(error, asked.language(request))
        return _preview(request, opened, holder, seen, typed, fault=fault)
    counts = f"done={move.value}&zones={len(decided.moved)}&proposed={len(decided.proposed)}"
    return RedirectResponse(f"/review?{counts}", 303)


def _decided(
    opened: Database, holder: SessionHolder, move: Move, seen: Sequence[Seen], typed: Typed
) -> Decided:
    ids = [one.zone_id for one in seen]
    if move is Move.TAKE_UP:
        taken = review.take_up(opened, holder.actor, zone_ids=ids)
        return Decided(tuple(listed.zone.id for listed in taken))
    if move is Move.PUT_BACK:
        review.put_back(opened, holder.actor, ids)
        return Decided(tuple(ids))
    return review.decide(opened, holder.actor, move, seen, reason=typed.reason)


def _move(typed: Typed) -> Move:
    if typed.move not in BULK:
        raise RequestUnreadable([Fault("body.move", "missing")])
    return typed.move


def why(conflict: Conflict, language: Language) -> str:
    """Return what stands in a move's way, as a sentence's part."""
    return word_of_fact("reason", conflict.facts["reason"], language)
