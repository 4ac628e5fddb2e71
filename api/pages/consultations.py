"""Rounds of consultation: the list, opening one, and one round as the authority manages it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.consultations import Ending, Number, hand_out
from api.pages.promises import RoundWanted, round_page
from api.pages.rendering import render
from api.refusals import Fault, RequestUnreadable
from coverage.actions import consultation, promises, units
from coverage.actions.consultation import NewRound, ProvinceCandidates, SeenRound
from coverage.days import VIETNAM_TIME
from coverage.errors import Conflict, NothingToDo, PhusongError
from coverage.people import Act, OrganisationKind
from coverage.storage.consultation import Promised
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter()
_USUAL_DAYS = 60
_MORNING, _EVENING = 8, 17


@dataclass(frozen=True, slots=True)
class ConsultationsPage:
    """The rounds that the visitor may see, and the promises that were made outside of them."""

    rounds: Sequence[SeenRound]
    recorded: Sequence[Promised]
    operators: Sequence[str]
    news: str
    error: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    template: ClassVar[str] = "consultations.html"


@dataclass(frozen=True, slots=True)
class NewConsultationPage:
    """The form that opens a round, with what it would ask about in each province."""

    candidates: Sequence[ProvinceCandidates]
    provinces: Mapping[str, str]
    said: Mapping[str, str]
    chosen: Sequence[str]
    zones: int
    households: int
    error: str = ""
    template: ClassVar[str] = "consultation_new.html"


@router.get("/consultations")
def consultations_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    news: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Show the rounds."""
    return render(request, _consultations(opened, holder, news=news))


def _consultations(
    opened: Database, holder: SessionHolder, *, news: str = "", error: str = "",
    said: Mapping[str, str] | None = None,
) -> ConsultationsPage:  # fmt: skip
    actor = holder.actor
    every = promises.list_promises(opened, actor)
    may_record = actor.kind is OrganisationKind.AUTHORITY
    return ConsultationsPage(
        consultation.list_rounds(opened, actor),
        [each for each in every if each.round_number is None],
        promises.list_operators(opened, actor) if may_record else (),
        news, error, said or {},
    )  # fmt: skip


@router.get("/consultations/new")
def new_page(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the form, with how many zones and households each province would bring."""
    tomorrow = datetime.now(VIETNAM_TIME) + timedelta(days=1)
    ends = tomorrow + timedelta(days=_USUAL_DAYS)
    said = {
        "opens_at": f"{tomorrow.replace(hour=_MORNING, minute=0):%Y-%m-%dT%H:%M}",
        "closes_at": f"{ends.replace(hour=_EVENING, minute=0):%Y-%m-%dT%H:%M}",
    }
    return render(request, _new_page(opened, holder, said, None))


@router.post("/consultations")
def open_one(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Open a round; what stands in the way is said on the form."""
    holder.actor.must(Act.OPEN_CONSULTATION)
    said = {name: _text(fields, name) for name in ("name", "basis", "opens_at", "closes_at")}
    chosen = [str(code) for code in fields.getlist("province")]
    try:
        new = NewRound(
            said["name"], said["basis"], moment_of(fields, "opens_at"),
            moment_of(fields, "closes_at"), chosen,
        )  # fmt: skip
        seen = consultation.open_round(opened, holder.actor, new)
    except (Conflict, NothingToDo, RequestUnreadable) as error:
        told = problems.detail(error, asked.language(request))
        page = _new_page(opened, holder, said, chosen, told)
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse(f"/consultations/{seen.round.number}?news=opened", 303)


def _new_page(
    opened: Database, holder: SessionHolder, said: Mapping[str, str],
    chosen: Sequence[str] | None, error: str = "",
) -> NewConsultationPage:  # fmt: skip
    candidates = consultation.preview_round(opened, holder.actor)
    names = {place.code: place.name for place in units.provinces(opened, holder.actor)}
    every = [each.province_code for each in candidates if each.zones]
    return NewConsultationPage(
        candidates, names, said, every if chosen is None else chosen,
        sum(each.zones for each in candidates), sum(each.households for each in candidates), error,
    )  # fmt: skip


@router.get("/consultations/{number}/files/{ending}")
def download(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number, ending: Ending
) -> Response:
    """Hand out the round's list."""
    return hand_out(request, opened, holder.actor, number, ending)


@router.post("/consultations/{number}/extend")
def extend(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Let the round end later."""
    try:
        consultation.extend_round(
            opened, holder.actor, number, moment_of(fields, "closes_at"), _text(fields, "reason")
        )
    except (Conflict, RequestUnreadable) as error:
        return _with_error(request, opened, holder, number, error)
    return RedirectResponse(f"/consultations/{number}?news=extended", 303)


@router.post("/consultations/{number}/cancel")
def cancel(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Cancel the round."""
    try:
        consultation.cancel_round(opened, holder.actor, number, _text(fields, "reason"))
    except Conflict as error:
        return _with_error(request, opened, holder, number, error)
    return RedirectResponse(f"/consultations/{number}?news=cancelled", 303)


@router.post("/promises")
def record(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Record what an operator promised in a document."""
    holder.actor.must(Act.OPEN_CONSULTATION)
    said = {name: _text(fields, name) for name in ("operator", "zone", "on_air_by", "document")}
    language = asked.language(request)
    try:
        promises.record_promise(
            opened, holder.actor, said["operator"], _zone_of(fields),
            on_air_by=moment_of(fields, "on_air_by").date(), document=said["document"],
        )  # fmt: skip
    except PhusongError as error:
        told = problems.detail(error, language)
        findings = getattr(error, "findings", ())
        told = " ".join([told, *(f"{f.message(language)} {f.fix(language)}" for f in findings)])
        page = _consultations(opened, holder, error=told, said=said)
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse("/consultations?news=recorded", 303)


def _with_error(
    request: Request, opened: Database, holder: SessionHolder, number: int, error: PhusongError
) -> Response:
    """The round's page again, with what stood in the way."""
    told = problems.detail(error, asked.language(request))
    page = round_page(opened, holder, number, RoundWanted(), error=told)
    return render(request, page, status=problems.problem_of(error).status)


def _text(fields: FormData, name: str) -> str:
    return str(fields.get(name, "")).replace("\x00", "").strip()[:2000]


def _zone_of(fields: FormData) -> uuid.UUID:
    """The zone's id in a form, alone or at the end of its page's address."""
    said = _text(fields, "zone").rstrip("/").rpartition("/")[2]
    try:
        return uuid.UUID(said)
    except ValueError:
        raise RequestUnreadable([Fault("body.zone", "uuid")]) from None


def moment_of(fields: FormData, name: str) -> datetime:
    """Return the moment, or the first of the day, that a form says, in Viet Nam's time.

    Raises:
        RequestUnreadable: it says none.
    """
    try:
        read = datetime.fromisoformat(_text(fields, name))
    except ValueError:
        raise RequestUnreadable([Fault(f"body.{name}", "datetime")]) from None
    return read if read.tzinfo else read.replace(tzinfo=VIETNAM_TIME)
