"""``/zones/{id}/history``, ``/why``, ``/verdicts``: một vùng đã qua những gì, và vì sao."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Acting, Opened, Speaking
from api.documentation import AT_THE_DOOR, problem_responses
from api.reviews import REFUSALS, Body, MovedZones, Reason, SeenZones, moved, seen_of
from api.verdict_words import blurred, reason_texts
from api.worker import ask_for_assessment_after
from api.zones import ZoneId, sees_people, sees_reasons, sees_sites
from coverage.actions import queues, review
from coverage.actions.people import organisation_name
from coverage.actions.queues import Explanation, LotBar
from coverage.actions.review import MOVES_ALONE
from coverage.actions.verdicts import verdicts_of
from coverage.actions.zone_history import HistoryEntry, HistoryKind
from coverage.actions.zone_history import history as read_history
from coverage.actions.zone_moves import today
from coverage.criteria import FACTS, Holds
from coverage.errors import Conflict, NotAllowed, NotFound, ZonesChanged
from coverage.evidence import Reason as VerdictReason
from coverage.evidence import Service, Verdict
from coverage.people import Actor
from coverage.towers import Technology
from coverage.zone_life import Move, ZoneEvent
from coverage.zones import Queue, ZoneStatus

router = APIRouter(prefix="/zones", tags=["Vùng lõm sóng"])
RULES = "rules"
_PERSONS = ("reviewer", "status_by", "queue_by")


class Place(BaseModel):
    """Where a zone lay then, by the names of the vintage of then."""

    vintage: str
    commune_code: str
    commune: str | None
    province_code: str
    province: str | None
    village: str


class Event(BaseModel):
    """One thing that happened; ``actor`` is null where the reader may not know the person."""

    at: datetime
    organisation: str
    actor: str | None
    kind: HistoryKind
    before: dict[str, Any]
    after: dict[str, Any]
    status_from: ZoneStatus | None
    status_to: ZoneStatus | None
    reason: str
    version: int | None
    place: Place
    submission: int | None
    row: int | None


class History(BaseModel):
    """The oldest first."""

    events: list[Event]


class TriedRule(BaseModel):
    """A rule as it was tried."""

    id: int
    position: int
    conditions: dict[str, bool]
    queue: Queue
    citation: str
    holds: Holds
    decided: bool


class WhyQueue(BaseModel):
    """Why a zone is in its queue: the facts, the rules in order, whether it may be tendered."""

    queue: Queue
    by_hand: bool
    by: str | None
    reason: str
    day: date
    facts: dict[str, bool | None]
    rules: list[TriedRule]
    rules_say: Queue
    missing: list[str]
    stale: bool = Field(description="Dữ kiện đã đổi từ lần đánh giá gần nhất.")
    may_enter_lot: bool
    bars: list[LotBar]


class ToldVerdict(BaseModel):
    """One operator's technology at the village; unknown is never none."""

    operator: str
    technology: Technology
    verdict: Verdict
    reasons: list[VerdictReason]
    told: list[str]
    distance_m: float | None
    bearing_deg: float | None
    line_of_sight: bool | None
    service: Service | None
    site: int | None = Field(description="Trạm gần nhất; chỉ Cục và kiểm toán thấy.")
    dispute: uuid.UUID | None
    criteria_set: int
    criteria: str | None
    official: bool | None
    assessed_at: datetime


class Verdicts(BaseModel):
    """Every verdict that the reader sees."""

    verdicts: list[ToldVerdict]


class QueueChange(Body):
    """Who pays, by a person's word, or by the rules again."""

    zones: SeenZones
    queue: Queue | Literal["rules"]
    reason: Reason


class QueueChanged(BaseModel):
    """Which zones were changed."""

    zones: list[uuid.UUID]


class OtherMove(Body):
    """A move that is not a reviewer's decision."""

    move: Move = Field(examples=[Move.REOPEN])
    zones: SeenZones
    reason: Reason


@router.get(
    "/{zone_id}/history",
    summary="Lịch sử của một vùng",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def get_history(opened: Opened, actor: Acting, zone_id: ZoneId) -> History:
    """Mọi thay đổi, cũ trước mới sau; tên người của Cục chỉ Cục và kiểm toán thấy."""
    own = organisation_name(opened, actor)
    entries = read_history(opened, actor, zone_id)
    return History(events=[_event(entry, actor, own) for entry in entries])


@router.get(
    "/{zone_id}/why",
    summary="Vì sao vùng thuộc nhóm chi trả này",
    responses=problem_responses(*AT_THE_DOOR, NotFound, NotAllowed),
)
def get_why(opened: Opened, actor: Acting, zone_id: ZoneId) -> WhyQueue:
    """Các dữ kiện, các quy tắc đã xét theo thứ tự, căn cứ, và vùng có vào lô được không."""
    return _why(queues.why(opened, actor, zone_id, today()), actor)


@router.get(
    "/{zone_id}/verdicts",
    summary="Kết luận theo doanh nghiệp và công nghệ",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def get_verdicts(opened: Opened, actor: Acting, language: Speaking, zone_id: ZoneId) -> Verdicts:
    """Doanh nghiệp chỉ thấy kết luận về mình; chưa đo không có nghĩa là không có sóng."""
    found = verdicts_of(opened, actor, zone_id)
    found = found if sees_sites(actor) else blurred(found)
    told = []
    for seen in found.verdicts:
        criteria, one = found.criteria.get(seen.criteria_set_id), seen.judgement
        told.append(
            ToldVerdict(
                operator=seen.operator, technology=one.technology, verdict=one.verdict,
                reasons=list(one.reasons), told=reason_texts(seen, criteria, language),
                distance_m=one.distance_m, bearing_deg=one.bearing_deg,
                line_of_sight=one.line_of_sight, service=one.service,
                site=one.site_id if sees_people(actor) else None,  # a number counts all sites
                dispute=one.dispute_id, criteria_set=seen.criteria_set_id,
                criteria=criteria.name if criteria else None,
                official=criteria.official if criteria else None, assessed_at=seen.assessed_at,
            )
        )  # fmt: skip
    return Verdicts(verdicts=told)


@router.post("/queue", summary="Đổi ai chi trả, có lý do", responses=REFUSALS)
def set_queue(opened: Opened, actor: Acting, change: QueueChange) -> QueueChanged:
    """`rules` là để quy tắc quyết định lại; mọi cách đều phải có lý do."""
    seen = seen_of(change.zones)
    if change.queue == RULES:
        changed = queues.let_rules_decide(opened, actor, seen, change.reason)
    else:
        changed = queues.set_queue(opened, actor, seen, Queue(change.queue), change.reason)
    return QueueChanged(zones=list(changed))


@router.post("/moves", summary="Mở lại, rút, ghi nhận đã giao, đã phát sóng…", responses=REFUSALS)
def make_move(opened: Opened, actor: Acting, wanted: OtherMove) -> MovedZones:
    """Các chuyển trạng thái không phải quyết định thẩm định; mọi việc đều phải có lý do."""
    if wanted.move not in MOVES_ALONE:
        raise Conflict("zone", "has_own_action", move=wanted.move.value)
    try:
        done = review.make_move(opened, actor, wanted.move, seen_of(wanted.zones), wanted.reason)
    except ZonesChanged as error:
        if sees_people(actor):
            raise
        raise _without_names(error, organisation_name(opened, actor)) from None
    ask_for_assessment_after(opened, wanted.move, done.moved)
    return moved(done)


def _event(entry: HistoryEntry, actor: Actor, own: str) -> Event:
    people = sees_people(actor) or entry.organisation == own
    return Event(
        at=entry.at, organisation=entry.organisation,
        actor=(entry.actor or None) if people else None, kind=entry.kind,
        before=_without_people(entry.before, actor), after=_without_people(entry.after, actor),
        status_from=entry.status_from, status_to=entry.status_to,
        reason=entry.reason if sees_reasons(actor) else "", version=entry.version,
        place=Place(
            vintage=entry.place.vintage, commune_code=entry.place.commune_code,
            commune=entry.place.commune, province_code=entry.place.province_code,
            province=entry.place.province, village=entry.place.village,
        ),
        submission=entry.submission, row=entry.row,
    )  # fmt: skip


def _without_names(error: ZonesChanged, own: str) -> ZonesChanged:
    """The same, without the names of the authority's people."""

    def told(event: ZoneEvent) -> ZoneEvent:
        return replace(
            event, actor=event.actor if event.organisation == own else "",
            before={name: value for name, value in event.before.items() if name not in _PERSONS},
            after={name: value for name, value in event.after.items() if name not in _PERSONS},
        )  # fmt: skip

    return ZonesChanged(
        [replace(change, events=tuple(map(told, change.events))) for change in error.changes]
    )


def _without_people(facts: Mapping[str, object], actor: Actor) -> dict[str, object]:
    if sees_people(actor):
        return dict(facts)
    return {name: value for name, value in facts.items() if name not in _PERSONS}


def _why(told: Explanation, actor: Actor) -> WhyQueue:
    zone = told.listed.zone
    return WhyQueue(
        queue=zone.queue, by_hand=told.by_hand,
        by=zone.queue_by if sees_people(actor) else None, reason=zone.queue_reason, day=told.day,
        facts={name: getattr(told.facts, name) for name in FACTS},
        rules=[
            TriedRule(
                id=one.rule.id, position=one.rule.position, conditions=one.rule.conditions(),
                queue=one.rule.queue, citation=one.rule.citation, holds=one.holds,
                decided=one.decided,
            )
            for one in told.tried
        ],
        rules_say=told.payer.queue, missing=list(told.payer.missing), stale=told.stale,
        may_enter_lot=told.in_lot_why.may, bars=list(told.in_lot_why.bars),
    )  # fmt: skip
