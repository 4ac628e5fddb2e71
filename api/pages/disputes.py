"""The disputes, and one of them: what was claimed, the verdict then and now, the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api.disputes import Number, is_late
from api.door import today
from api.pages.rendering import render
from api.surveys import raw_file_answer
from api.zones import PROVINCE
from coverage.actions import dispute_answers, disputes, units
from coverage.actions.disputes import DisputeFile
from coverage.disputes import LONGEST_REASON, DisputeStatus, days_left
from coverage.errors import DisputeRefused
from coverage.findings import Finding, Language, finding, rulebook
from coverage.people import OrganisationKind
from coverage.storage.disputes import Dispute, DisputeFilter, GivenVerdict
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.units import NamedUnit

router = APIRouter(prefix="/disputes")
DISPUTES_PER_PAGE = 50
LATE = "late"


@dataclass(frozen=True, slots=True)
class ListedDispute:
    """A dispute in the list; ``days_left`` until its answer, below 0 when late."""

    one: Dispute
    days_left: int
    late: bool


@dataclass(frozen=True, slots=True)
class DisputesPage:
    """A page of a filtered list; ``raised`` is how many the visitor has just sent."""

    disputes: Sequence[ListedDispute]
    total: int
    status: str
    province: str
    provinces: Sequence[NamedUnit]
    number: int
    more: str | None
    raised: int | None
    statuses: Sequence[DisputeStatus] = tuple(DisputeStatus)
    template: ClassVar[str] = "disputes.html"


@dataclass(frozen=True, slots=True)
class ToldVerdict:
    """A verdict then or now, its reasons in short."""

    given: GivenVerdict
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed as the answer, and what is wrong with it."""

    upheld: bool | None = None
    answer: str = ""
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class DisputePage:
    """One dispute beside its verdict then and now, and the answer's form as it came back."""

    file: DisputeFile
    listed: ListedDispute
    then: ToldVerdict | None
    now: ToldVerdict | None
    own: bool
    typed: Typed
    news: str | None = None
    longest: int = LONGEST_REASON
    template: ClassVar[str] = "dispute.html"


@router.get("")
def disputes_page(  # noqa: PLR0917 - each is one field of the filter's form
    request: Request, opened: asked.Opened, holder: asked.Visiting, status: str = "",
    province: Annotated[str, Query(pattern=rf"^$|{PROVINCE}")] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    news: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> Response:  # fmt: skip
    """Show the disputes that the visitor may see: what waits for an answer first."""
    day = today()
    wanted = DisputeFilter(
        DisputeStatus(status) if status in set(DisputeStatus) else None,
        province_code=province or None,
        late_on=day if status == LATE else None,
    )
    found = disputes.list_disputes(
        opened, holder.actor, wanted, skip=(page - 1) * DISPUTES_PER_PAGE, limit=DISPUTES_PER_PAGE
    )
    more = None
    if found.total > page * DISPUTES_PER_PAGE:
        asked_for = {"status": status, "province": province, "page": str(page + 1)}
        more = "/disputes?" + urlencode({name: text for name, text in asked_for.items() if text})
    told = DisputesPage(
        [_listed(one, day) for one in found.disputes], found.total, status, province,
        units.provinces(opened, holder.actor), page, more, news,
    )  # fmt: skip
    return render(request, told)


@router.get("/{number}")
def dispute_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number,
    news: Annotated[str | None, Query(pattern="^(raised|answered|withdrawn)$")] = None,
) -> Response:  # fmt: skip
    """Show one dispute."""
    return render(request, _page(request, opened, holder, number, news=news))


@router.get("/{number}/file")
def raw_file(opened: asked.Opened, holder: asked.Visiting, number: Number) -> Response:
    """Hand out the file as it was sent, never as something a browser would show."""
    return raw_file_answer(*disputes.raw_file(opened, holder.actor, number))


@router.post("/{number}/answer")
async def answer(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Answer a dispute, and those sent with it when the box is ticked."""
    return await run_in_threadpool(_answer, request, opened, holder, fields, number)


@router.post("/{number}/withdraw", dependencies=asked.FORM_CHECKED)
def withdraw(opened: asked.Opened, holder: asked.Visiting, number: Number) -> Response:
    """Take a dispute back."""
    disputes.withdraw_dispute(opened, holder.actor, number)
    return RedirectResponse(f"/disputes/{number}?news=withdrawn", 303)


def _answer(
    request: Request, opened: Database, holder: SessionHolder, fields: FormData, number: int
) -> Response:
    words = str(fields.get("answer", "")).replace("\x00", "").replace("\r\n", "\n")
    said = {"upheld": True, "dismissed": False}.get(str(fields.get("outcome", "")))
    numbers = [number]
    if "together" in fields:
        numbers = list(disputes.get_dispute(opened, holder.actor, number).together) or numbers
    if said is None:
        typed = Typed(None, words, [finding("dispute.outcome_missing")])
        return render(request, _page(request, opened, holder, number, typed), status=422)
    try:
        dispute_answers.answer(opened, holder.actor, today(), numbers, upheld=said, answer=words)
    except DisputeRefused as refused:
        typed = Typed(said, words, refused.findings)
        return render(request, _page(request, opened, holder, number, typed), status=422)
    return RedirectResponse(f"/disputes/{number}?news=answered", 303)


def _page(
    request: Request, opened: Database, holder: SessionHolder, number: int,
    typed: Typed | None = None, *, news: str | None = None,
) -> DisputePage:  # fmt: skip
    file = disputes.get_dispute(opened, holder.actor, number)
    language = asked.language(request)
    return DisputePage(
        file, _listed(file.dispute, today()), _told(file.then, language),
        _told(file.now, language), holder.actor.kind is OrganisationKind.OPERATOR,
        typed or Typed(), news,
    )  # fmt: skip


def _listed(one: Dispute, day: date) -> ListedDispute:
    return ListedDispute(one, days_left(day, one.answer_by), is_late(one, day))


def _told(given: GivenVerdict | None, language: Language) -> ToldVerdict | None:
    if given is None:
        return None
    rules = rulebook()
    return ToldVerdict(
        given, [rules[code].summary[language] if code in rules else code for code in given.reasons]
    )
