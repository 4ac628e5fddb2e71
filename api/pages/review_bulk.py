"""One decision on many zones: what will happen first, then it happens, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.pages.conflicts import conflict_page
from api.pages.decision_forms import (
    LONGEST_REASON,
    MOST_MATCHING,
    Carried,
    Typed,
    carried,
    fault_of,
    read_seen,
    read_typed,
)
from api.pages.rendering import render
from api.pages.review import NONE_CHOSEN
from api.pages.stories import reader_of
from api.pages.zone_choices import read_choice
from api.refusals import Fault, RequestUnreadable
from api.words import word_of_fact
from coverage.actions import review
from coverage.actions.review import Decided, Seen
from coverage.actions.review_previews import Hindered, MovePreview, preview
from coverage.actions.zones import matching
from coverage.errors import Conflict, ZonesChanged
from coverage.findings import Language
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone
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
class Affected:
    """A province whose zones a decision would move, and what hangs on them."""

    province: str
    zones: int
    households: int
    disputed: int
    reviewers: Sequence[str]


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What a decision on several zones would do; ``fault`` says what the form lacks.

    ``zones`` are those that will move, in the version that was looked at.
    ``changed`` tells that a filter found other zones, or other versions, when it was looked at.
    """

    preview: MovePreview | None
    stays: Sequence[StaysView]
    affected: Sequence[Affected]
    zones: Carried
    typed: Typed
    fault: str
    needs_reason: bool
    changed: bool = False
    longest: int = LONGEST_REASON
    template: ClassVar[str] = "review_bulk.html"


@router.post("/preview")
def bulk_preview(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Tell what a decision on the chosen zones would do; one zone alone is decided at once."""
    typed = read_typed(fields)
    if fields.get("all"):
        return _preview_matching(request, opened, holder, fields, typed)
    seen = read_seen(fields)
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


def _preview_matching(
    request: Request, opened: Database, holder: SessionHolder, fields: FormData, typed: Typed
) -> Response:
    """Preview a decision on everything that a filter finds, as it was found on the page."""
    wanted = read_choice(str(fields.get("query", ""))).wanted(holder.actor)
    found, tally = matching(opened, holder.actor, wanted, MOST_MATCHING + 1)
    if not found:
        return RedirectResponse(NONE_CHOSEN, 303)
    if len(found) > MOST_MATCHING:
        raise RequestUnreadable([Fault("body.all", "too_many")])
    changed = str(fields.get("print", "")) != tally.fingerprint
    seen = [Seen(zone_id, version) for zone_id, version in found.items()]
    return _preview(request, opened, holder, seen, typed, changed=changed)


def _preview(
    request: Request, opened: Database, holder: SessionHolder, seen: Sequence[Seen],
    typed: Typed, *, fault: str = "", changed: bool = False,
) -> Response:  # fmt: skip
    move = _move(typed)
    language = asked.language(request)
    needs_reason = Need.REASON in transition(move).needs
    # Without the reason that the move needs, its effect can be told all the same.
    told = preview(opened, holder.actor, move, seen, typed.reason or ("…" if needs_reason else ""))
    will = {listed.zone.id for listed in told.will}
    page = BulkPage(
        told, [StaysView(one, why(one.why, language)) for one in told.cannot], _affected(told),
        carried([one for one in seen if one.zone_id in will]), typed, fault, needs_reason, changed,
    )  # fmt: skip
    return render(request, page, status=409 if changed else 422 if fault else 200)


def _affected(told: MovePreview) -> list[Affected]:
    """The provinces of the zones that will move, the most zones first."""
    own: dict[str, list[ListedZone]] = {}
    for listed in told.will:
        own.setdefault(listed.province or listed.zone.province_code, []).append(listed)
    return sorted(
        (
            Affected(
                province, len(zones), sum(each.zone.households for each in zones),
                sum(each.disputed for each in zones),
                sorted({each.zone.reviewer for each in zones if each.zone.reviewer}),
            )
            for province, zones in own.items()
        ),
        key=lambda one: (-one.zones, one.province),
    )  # fmt: skip


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
