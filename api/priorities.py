"""``/priorities``: điểm ưu tiên của các vùng, theo trọng số đang có hiệu lực hoặc thử trọng số khác."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import Acting, Opened, PageSize
from api.documentation import AT_THE_DOOR, problem_responses
from api.door import today
from api.refusals import Fault, RequestUnreadable
from api.zones import PROVINCE, ZoneId
from coverage.actions import priorities as actions
from coverage.actions.priorities import Priorities, PriorityFilter, RankedZone, ScoredFacts
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.priority import PART_NAMES, Score
from coverage.zones import Queue, ZoneStatus

router = APIRouter(tags=["Điểm ưu tiên"])
_WEIGHTS = r"^[a-z_]{1,40}=[0-9.]{1,20}(,[a-z_]{1,40}=[0-9.]{1,20}){0,20}$"


class ToldPart(BaseModel):
    """One part of a score."""

    part: str = Field(examples=["households"])
    weight: float
    points: float | None = Field(description="Phần điểm; null khi chưa có số liệu, không phải 0.")


class ToldScore(BaseModel):
    """A score with its parts; low and high bound it whatever the absent parts may be."""

    score: float
    low: float
    high: float
    parts: list[ToldPart]


class ToldFacts(BaseModel):
    """What the parts were made from; null where it is not known."""

    households: int
    population: int | None
    specially_difficult: bool | None
    border_or_island: bool | None
    school_or_health_post: bool | None
    cost_per_household_vnd: float | None
    cost_is_whole: bool = Field(description="Sai khi chi phí còn thiếu phần chưa ước tính được.")
    waiting_days: int


class ToldTry(BaseModel):
    """Score and rank by the other weights that were asked about."""

    score: float
    rank: int


class ToldRank(BaseModel):
    """A ranked zone."""

    zone_id: uuid.UUID
    village: str
    commune: str
    province_code: str
    status: ZoneStatus
    queue: Queue
    rank: int
    best_rank: int = Field(description="Hạng cao nhất có thể khi trọng số thay đổi.")
    worst_rank: int = Field(description="Hạng thấp nhất có thể khi trọng số thay đổi.")
    score: ToldScore
    facts: ToldFacts
    what_if: ToldTry | None


class PriorityList(BaseModel):
    """A part of the ranking, the highest first."""

    day: date
    weights: dict[str, float]
    tried: dict[str, float] | None
    weight_share: float = Field(description="Mỗi trọng số có thể khác đi bao nhiêu phần của nó.")
    absent: list[str] = Field(description="Yếu tố chưa có số liệu ở vùng nào.")
    ranked: int
    total: int
    start: int
    zones: list[ToldRank]


class ZonePriority(BaseModel):
    """The score of one zone."""

    zone_id: uuid.UUID
    score: ToldScore
    facts: ToldFacts


@router.get(
    "/priorities",
    summary="Xếp hạng ưu tiên các vùng còn chờ",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, InputRefused),
)
def list_priorities(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    opened: Opened,
    actor: Acting,
    province: Annotated[str | None, Query(pattern=PROVINCE, description="Mã tỉnh.")] = None,
    queue: Annotated[Queue | None, Query(description="Ai chi trả.")] = None,
    status: Annotated[ZoneStatus | None, Query(description="Trạng thái.")] = None,
    weights: Annotated[
        str | None,
        Query(pattern=_WEIGHTS, description="Thử trọng số khác; không lưu lại.",
              examples=["households=0.5,waiting=0.5"]),
    ] = None,
    start: Annotated[int, Query(ge=0, le=1_000_000, description="Bỏ qua từng này vùng đầu.")] = 0,
    limit: PageSize = 100,
) -> PriorityList:  # fmt: skip
    """Thứ hạng luôn là giữa mọi vùng còn chờ trong cả nước; bộ lọc chỉ chọn vùng được liệt kê."""
    found = actions.priorities(
        opened, actor, today(), PriorityFilter(province, queue, status),
        weights=weights_in(weights), start=start, limit=limit,
    )  # fmt: skip
    return _listed(found, start)


@router.get(
    "/zones/{zone_id}/priority",
    summary="Điểm ưu tiên của một vùng",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def zone_priority(opened: Opened, actor: Acting, zone_id: ZoneId) -> ZonePriority:
    """Tỉnh xem được điểm các vùng của mình; doanh nghiệp không xem được."""
    found = actions.score_of(opened, actor, today(), zone_id)
    return ZonePriority(
        zone_id=zone_id, score=_score(found.score, found.weights), facts=_facts(found)
    )


def weights_in(text: str | None) -> dict[str, float] | None:
    """Read weights as an address has them.

    Raises:
        RequestUnreadable: a number cannot be read.
    """
    if not text:
        return None
    pairs = (pair.split("=", 1) for pair in text.split(","))
    try:
        return {name: float(number) for name, number in pairs}
    except ValueError:
        raise RequestUnreadable([Fault("query.weights", "unreadable")]) from None


def as_json(found: Priorities) -> dict[str, object]:
    """Return the ranking as the command line writes it."""
    return _listed(found, 0).model_dump(mode="json")


def _listed(found: Priorities, start: int) -> PriorityList:
    return PriorityList(
        day=found.day, weights=dict(found.weights),
        tried=None if found.tried is None else dict(found.tried), weight_share=found.share,
        absent=sorted(found.absent), ranked=found.ranked, total=found.total, start=start,
        zones=[_told(each, found.weights) for each in found.zones],
    )  # fmt: skip


def _told(each: RankedZone, weights: Mapping[str, float]) -> ToldRank:
    zone = each.scored.zone
    tried = None
    if each.what_if is not None:
        tried = ToldTry(score=each.what_if[0].score, rank=each.what_if[1])
    return ToldRank(
        zone_id=zone.id, village=zone.village, commune=zone.commune,
        province_code=zone.province_code, status=zone.status, queue=zone.queue, rank=each.rank,
        best_rank=each.best, worst_rank=each.worst, score=_score(each.scored.score, weights),
        facts=_facts(each.scored), what_if=tried,
    )  # fmt: skip


def _score(found: Score, weights: Mapping[str, float]) -> ToldScore:
    return ToldScore(
        score=found.score, low=found.low, high=found.high,
        parts=[
            ToldPart(part=name, weight=weights[name], points=points)
            for name, points in zip(PART_NAMES, found.points, strict=True)
        ],
    )  # fmt: skip


def _facts(found: ScoredFacts) -> ToldFacts:
    facts = found.facts
    return ToldFacts(**{name: getattr(facts, name) for name in ToldFacts.model_fields})
