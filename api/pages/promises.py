"""One round: its zones, the promises the visitor may see, and what an operator does there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from api import dependencies as asked
from api import problems
from api.consultations import Number, PromiseId
from api.pages.rendering import render
from api.paging import read_cursor, write_cursor
from api.refusals import Fault, RequestUnreadable
from api.surveys import reading_limits
from api.uploads import Upload, read_file
from api.zones import PROVINCE
from coverage.actions import consultation, promises, units, zones
from coverage.actions.consultation import SeenRound
from coverage.actions.promises import CheckedWish
from coverage.actions.round_pages import RoundInPages, see_round_in_pages, standing_promises
from coverage.consultation import WAITING, Wish
from coverage.dossier.round import RoundZone, placed
from coverage.errors import Conflict, InputRefused, PromiseRefused
from coverage.findings import Finding
from coverage.people import Act, OrganisationKind
from coverage.storage.consultation import Promised
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database
from coverage.storage.units import NamedUnit
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder, key_shape

router = APIRouter()
ZONES_PER_PAGE = 50
PROMISES_PER_PAGE = 20
_DAY_OF = "date:"  # a form's field: the day of this zone


@dataclass(frozen=True, slots=True)
class RoundWanted:
    """Which zones of a round are wanted, from where on, and which page of whose promises."""

    words: str = ""
    province: str = ""
    cursor: str | None = None
    operator: uuid.UUID | None = None
    promises: int = 1


@dataclass(frozen=True, slots=True)
class TableZone:
    """A zone on the table; ``standing`` are the promises for it that the visitor may see."""

    listed: ListedZone
    placed: RoundZone
    waits: bool
    standing: Sequence[Promised]


@dataclass(frozen=True, slots=True)
class RoundPage:
    """A round. ``ticked`` has the days of the zones of a form that was refused, by id."""

    seen: RoundInPages
    zones: Sequence[TableZone]
    total: int
    households: int
    wanted: RoundWanted
    provinces: Sequence[NamedUnit]
    begins: bool
    more: str | None
    days_left: int
    news: str = ""
    error: str = ""
    objections: Sequence[tuple[str, Finding]] = ()
    ticked: Mapping[str, str] = field(default_factory=dict)
    common_day: str = ""
    template: ClassVar[str] = "consultation.html"


@dataclass(frozen=True, slots=True)
class PromisesCheckedPage:
    """What was read in a filled-in list, before anything is promised."""

    seen: SeenRound
    file_name: str
    checked: Sequence[CheckedWish]
    wishes: str
    new: int
    refused: int
    template: ClassVar[str] = "promises_checked.html"


@router.get("/consultations/{number}")
def one_page(  # noqa: PLR0913, PLR0917 - path, query and who asks
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number,
    words: Annotated[str, Query(max_length=100)] = "",
    province: Annotated[str, Query(pattern=rf"^$|{PROVINCE}")] = "",
    cursor: str | None = None, news: Annotated[str, Query(max_length=20)] = "",
    operator: uuid.UUID | None = None,
    promises: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:  # fmt: skip
    """Show a round."""
    wanted = RoundWanted(words.replace("\x00", "").strip(), province, cursor, operator, promises)
    return render(request, round_page(opened, holder, number, wanted, news=news))


def round_page(  # noqa: PLR0913 - each is one part of the page
    opened: Database, holder: SessionHolder, number: int, wanted: RoundWanted, *,
    news: str = "", error: str = "", objections: Sequence[tuple[str, Finding]] = (),
    ticked: Mapping[str, str] | None = None, common_day: str = "",
) -> RoundPage:  # fmt: skip
    """Return the page of a round, for whoever visits it.

    Raises:
        NotFound: no such round, or none that the visitor may see.
    """
    actor = holder.actor
    seen = see_round_in_pages(
        opened, actor, number, operator_id=wanted.operator, page=wanted.promises,
        limit=PROMISES_PER_PAGE,
    )  # fmt: skip
    order = ZoneOrder.PLACE
    after = read_cursor(wanted.cursor, order.value, key_shape(order))
    found = zones.list_zones(
        opened, actor,
        ZoneFilter(wanted.province or None, words=wanted.words or None, round_number=number),
        order=order, after=after, limit=ZONES_PER_PAGE,
    )  # fmt: skip
    more = None
    if found.page.next_key is not None:
        query = {
            "words": wanted.words, "province": wanted.province,
            "cursor": write_cursor(order.value, found.page.next_key),
        }  # fmt: skip
        more = f"/consultations/{number}?" + urlencode({k: v for k, v in query.items() if v})
    several = actor.kind is not OrganisationKind.PROVINCE
    shown = [listed.zone.id for listed in found.page.zones]
    standing = standing_promises(opened, actor, number, shown)
    return RoundPage(
        seen, _on_table(found.page.zones, standing), found.zones,
        found.households, wanted,
        provinces=units.provinces(opened, actor) if several else (),
        begins=after is None, more=more, days_left=(seen.round.closes_at - seen.at).days,
        news=news, error=error,
        objections=objections, ticked=ticked or {}, common_day=common_day,
    )  # fmt: skip


def _on_table(listed: Sequence[ListedZone], promised: Sequence[Promised]) -> list[TableZone]:
    on_grid = placed([(each.zone, each.commune, each.province) for each in listed])
    standing: dict[uuid.UUID, list[Promised]] = {}
    for each in promised:
        standing.setdefault(each.zone_id, []).append(each)
    return [
        TableZone(each, at, each.zone.status in WAITING, standing.get(each.zone.id, []))
        for each, at in zip(listed, on_grid, strict=True)
    ]


@router.post("/consultations/{number}/promises")
def make(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Promise the ticked zones, or those of a checked list; what cannot be is said on the page."""
    holder.actor.must(Act.PROMISE)
    ticked = {str(zone): _day_of_zone(fields, str(zone)) for zone in fields.getlist("zone")}
    language = asked.language(request)
    try:
        wishes = [_wish(zone, day) for zone, day in ticked.items()] + _listed(fields)
        promises.promise(opened, holder.actor, number, wishes)
    except (Conflict, PromiseRefused) as error:
        told = problems.detail(error, language)
        page = round_page(
            opened, holder, number, _wanted(fields), error=told, ticked=ticked,
            common_day=str(fields.get("on_air_by", ""))[:20],
            objections=_beside(error),
        )  # fmt: skip
        return render(request, page, status=problems.problem_of(error).status)
    return RedirectResponse(f"/consultations/{number}?news=promised", 303)


@router.post("/consultations/{number}/promises/check")
async def check(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent,
    number: Number,
) -> Response:  # fmt: skip
    """Read a filled-in list and show what would be promised; nothing is promised yet."""
    holder.actor.must(Act.PROMISE)
    try:
        upload = await read_file(fields)
    except RequestUnreadable:
        upload = None
    return await run_in_threadpool(_checked, request, opened, holder, number, upload)


def _checked(
    request: Request, opened: Database, holder: SessionHolder, number: int, upload: Upload | None
) -> Response:
    if upload is None:
        missing = Conflict("promise", "no_file")
        return _again(request, opened, holder, number, missing)
    limits = reading_limits(asked.settings(request).intake)
    try:
        checked = promises.preview_promises(
            opened, holder.actor, number, upload.content, name=upload.name, limits=limits
        )
    except (Conflict, InputRefused) as error:
        return _again(request, opened, holder, number, error)
    seen = consultation.see_round(opened, holder.actor, number)
    wishes = ";".join(
        f"{each.wish.zone_id} {each.wish.on_air_by}" for each in checked if each.is_new
    )
    page = PromisesCheckedPage(
        seen, upload.name, checked, wishes, new=sum(each.is_new for each in checked),
        refused=sum(not each.may_be_made for each in checked),
    )  # fmt: skip
    return render(request, page)


def _again(
    request: Request, opened: Database, holder: SessionHolder, number: int,
    error: Conflict | InputRefused,
) -> Response:  # fmt: skip
    told = problems.detail(error, asked.language(request))
    found = error.findings if isinstance(error, InputRefused) else ()
    page = round_page(
        opened, holder, number, RoundWanted(), error=told,
        objections=[("", each) for each in found],
    )  # fmt: skip
    return render(request, page, status=problems.problem_of(error).status)


@router.post("/promises/{promise_id}/withdraw")
def withdraw(
    opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent, promise_id: PromiseId
) -> Response:
    """End a promise, with a reason."""
    reason = str(fields.get("reason", "")).replace("\x00", "").strip()[:2000]
    ended = promises.withdraw_promise(opened, holder.actor, promise_id, reason)
    if ended.round_number is None:
        return RedirectResponse("/consultations?news=withdrawn", 303)
    return RedirectResponse(f"/consultations/{ended.round_number}?news=withdrawn", 303)


def _wanted(fields: FormData) -> RoundWanted:
    """The part of the list that the form stood on."""
    words, province, cursor = (
        str(fields.get(name, "")).replace("\x00", "") for name in ("words", "province", "cursor")
    )
    return RoundWanted(words[:100].strip(), province[:2], cursor or None)


def _day_of_zone(fields: FormData, zone: str) -> str:
    """The zone's own day, else the one for all."""
    own = str(fields.get(_DAY_OF + zone, "")).strip()
    return (own or str(fields.get("on_air_by", "")).strip())[:20]


def _wish(zone: str, day: str) -> Wish:
    """What the form says of one zone; a day that cannot be read is missing."""
    try:
        zone_id = uuid.UUID(zone)
    except ValueError:
        raise RequestUnreadable([Fault("body.zone", "uuid")]) from None
    try:
        on_air_by = date.fromisoformat(day)
    except ValueError:
        on_air_by = None
    return Wish(zone_id, on_air_by)


def _listed(fields: FormData) -> list[Wish]:
    """The wishes of a checked list, as its page carries them."""
    said = str(fields.get("wishes", ""))
    return [_wish(*pair) for part in said.split(";") if len(pair := part.split()) == 2]  # noqa: PLR2004


def _beside(error: Conflict | PromiseRefused) -> list[tuple[str, Finding]]:
    """Each objection beside the name of the village that it is about."""
    found = error.findings if isinstance(error, PromiseRefused) else ()
    return [(each.facts.get("village", ""), each) for each in found]
