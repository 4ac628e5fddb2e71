"""Awarding lots on a page: the form, what it would do, the award; and one award's own page."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.awards import AwardId
from api.pages.rendering import render
from api.refusals import RequestUnreadable
from api.surveys import reading_limits
from api.uploads import Upload, read_file
from coverage.actions import awards, deliveries, promises
from coverage.actions.awards import CheckedAward
from coverage.actions.deliveries import INSIDE, AwardCounts, SeenAward
from coverage.deliveries import AskedLot, AwardWish
from coverage.errors import Conflict, DeliveryRefused, InputRefused, PhusongError
from coverage.findings import Finding, finding
from coverage.people import Act
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter(prefix="/awards")
_FIELDS = ("package", "lot", "operator", "price", "awarded_on", "decision")
_MOST_LISTED = 500
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class NewAwardPage:
    """The form: one lot, or a list of many; after a refusal what was typed and why."""

    lots: Sequence[AskedLot]
    package: str
    operators: Sequence[str]
    said: Mapping[str, str]
    max_bytes: int
    findings: Sequence[Finding] = ()
    error: str = ""
    template: ClassVar[str] = "award_new.html"


@dataclass(frozen=True, slots=True)
class AwardCheckedPage:
    """What the awards would do; they are made when the visitor says so."""

    checked: Sequence[CheckedAward]
    good: bool
    file_name: str = ""
    template: ClassVar[str] = "award_checked.html"


@dataclass(frozen=True, slots=True)
class AwardPage:
    """One award. ``counts`` only for those who may see every operator's plans."""

    seen: SeenAward
    counts: AwardCounts | None
    names: Mapping[uuid.UUID, str]
    reports: bool
    measured: bool
    news: str
    error: str = ""
    template: ClassVar[str] = "award.html"


@dataclass(frozen=True, slots=True)
class AwardCountsPage:
    """The two counts over every standing award, the most doubtful first."""

    counts: Sequence[AwardCounts]
    template: ClassVar[str] = "award_counts.html"


@router.get("/counts")
def counts_page(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the two counts; only the authority and the auditor may."""
    found = deliveries.count_awards(opened, holder.actor)
    found.sort(key=lambda one: -len(one.minimal) - len(one.near))
    return render(request, AwardCountsPage(found))


@router.get("/new")
def new_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    package: Annotated[str, Query(max_length=60)] = "",
    lot: Annotated[str, Query(max_length=60)] = "",
) -> Response:  # fmt: skip
    """Show the form, the lots of a package to choose from if one was named."""
    holder.actor.must(Act.AWARD_LOT)
    return render(request, _new_page(request, opened, holder, {"package": package, "lot": lot}))


@router.post("/check")
async def check(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Show what the award, or every award of a list, would do; nothing is kept."""
    holder.actor.must(Act.AWARD_LOT)
    try:
        upload = await read_file(fields)
    except RequestUnreadable:
        upload = None
    return await run_in_threadpool(_check, request, opened, holder, fields, upload)


@router.post("")
def make(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Make the awards that were checked: all, or none."""
    holder.actor.must(Act.AWARD_LOT)
    lists = {name: [str(each) for each in fields.getlist(name)] for name in _FIELDS}
    count = len(lists["package"])
    if not count or any(len(listed) != count for listed in lists.values()):
        return RedirectResponse("/awards/new", 303)
    every = [{name: lists[name][place] for name in _FIELDS} for place in range(count)]
    try:
        made = awards.award_lots(opened, holder.actor, [_wish(said) for said in every])
    except DeliveryRefused:
        checked = awards.check_awards(opened, holder.actor, [_wish(said) for said in every])
        return render(request, AwardCheckedPage(checked, good=False), status=422)
    except Conflict as error:
        told = problems.detail(error, asked.language(request))
        page = _new_page(request, opened, holder, every[0], error=told)
        return render(request, page, status=409)
    if len(made) > 1:
        return RedirectResponse("/deliveries?news=awarded", 303)
    return RedirectResponse(f"/awards/{made[0].id}?news=awarded", 303)


@router.get("/{award_id}")
def award_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, award_id: AwardId,
    news: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Show one award."""
    return render(request, award_of(opened, holder, award_id, news=news))


@router.post("/{award_id}/cancel")
def cancel(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    award_id: AwardId,
) -> Response:  # fmt: skip
    """Cancel the award, with a reason."""
    try:
        awards.cancel_award(
            opened, holder.actor, award_id, _text(fields, "reason"),
            keep_in_package="keep_in_package" in fields,
        )  # fmt: skip
    except Conflict as error:
        return with_error(request, opened, holder, award_id, error)
    return RedirectResponse(f"/awards/{award_id}?news=cancelled", 303)


@router.post("/{award_id}/extend")
def extend(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    award_id: AwardId,
) -> Response:  # fmt: skip
    """Let the clock end later, with a reason and a document."""
    # A day that cannot be read is no later one.
    day = day_of(_text(fields, "due_on")) or date.min
    try:
        awards.extend_award(
            opened, holder.actor, award_id, day, reason=_text(fields, "reason"),
            decision=_text(fields, "document"),
        )  # fmt: skip
    except Conflict as error:
        return with_error(request, opened, holder, award_id, error)
    return RedirectResponse(f"/awards/{award_id}?news=extended", 303)


def award_of(
    opened: Database, holder: SessionHolder, award_id: uuid.UUID, *, news: str = "", error: str = ""
) -> AwardPage:
    """Return the page of an award, for whoever visits it.

    Raises:
        NotFound: no such award, or none that the visitor comes for.
    """
    actor = holder.actor
    seen = deliveries.see_award(opened, actor, award_id)
    inside = actor.kind in INSIDE
    counts = None
    if inside and seen.award.stands:
        counts = deliveries.count_award(opened, actor, award_id)
    own = actor.organisation_id == seen.award.operator_id
    return AwardPage(
        seen, counts, {one.zone.zone_id: one.zone.village for one in seen.zones},
        reports=own and seen.award.stands, measured=inside or own, news=news, error=error,
    )  # fmt: skip


def with_error(
    request: Request, opened: Database, holder: SessionHolder, award_id: uuid.UUID,
    error: PhusongError,
) -> Response:  # fmt: skip
    """Show the award's page again, with what stood in the way."""
    told = problems.detail(error, asked.language(request))
    page = award_of(opened, holder, award_id, error=told)
    return render(request, page, status=problems.problem_of(error).status)


def day_of(text: str) -> date | None:
    """Return a day as a form gives it, or as people write it; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _check(
    request: Request, opened: Database, holder: SessionHolder, fields: FormData,
    upload: Upload | None,
) -> Response:  # fmt: skip
    said = {name: _text(fields, name) for name in _FIELDS}
    if upload is None and not (said["lot"] or said["operator"]):
        page = _new_page(request, opened, holder, said, [finding("award.lot_missing")])
        return render(request, page, status=422)
    if upload is not None:
        limits = reading_limits(asked.settings(request).intake)
        try:
            checked = awards.read_award_list(
                opened, holder.actor, upload.content, name=upload.name, limits=limits
            )[:_MOST_LISTED]
        except InputRefused as refused:
            page = _new_page(request, opened, holder, said, refused.findings)
            return render(request, page, status=422)
        good = all(each.may_be_made for each in checked)
        return render(request, AwardCheckedPage(checked, good, upload.name))
    checked = awards.check_awards(opened, holder.actor, [_wish(said)])
    if not checked[0].may_be_made:
        page = _new_page(request, opened, holder, said, checked[0].findings)
        return render(request, page, status=422)
    return render(request, AwardCheckedPage(checked, good=True))


def _new_page(
    request: Request, opened: Database, holder: SessionHolder, said: Mapping[str, str],
    findings: Sequence[Finding] = (), *, error: str = "",
) -> NewAwardPage:  # fmt: skip
    package = said.get("package", "")
    return NewAwardPage(
        awards.lots_to_award(opened, holder.actor, package) if package else (), package,
        promises.list_operators(opened, holder.actor),
        {name: said.get(name, "") for name in _FIELDS}, asked.settings(request).intake.max_bytes,
        findings, error,
    )  # fmt: skip


def _wish(said: Mapping[str, str]) -> AwardWish:
    digits = re.sub(r"[\s.,₫đ\u00a0]", "", said["price"])
    price = int(digits) if re.fullmatch(r"-?\d{1,18}", digits) else None
    return awards.wish_of(
        said["package"], said["lot"], said["operator"], price, day_of(said["awarded_on"]),
        said["decision"],
    )  # fmt: skip


def _text(fields: FormData, name: str) -> str:
    return str(fields.get(name, "")).replace("\x00", "").strip()[:_LONGEST]
