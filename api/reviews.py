"""``/reviews``: thẩm định các vùng: nhận, quyết định, xác nhận bằng người thứ hai."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from api.zones import PROVINCE
from coverage.actions import four_eyes, review
from coverage.actions.review import Decided, Seen
from coverage.actions.review_queue import review_queue
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo
from coverage.storage.zones import ListedZone
from coverage.zone_life import DECISIONS, Move

router = APIRouter(prefix="/reviews", tags=["Thẩm định"])
MOST_ZONES = 1000
REFUSALS = problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict, NothingToDo)
Reason = Annotated[str, Field(max_length=2000, description="Lý do; tỉnh đọc được.")]


class Body(BaseModel):
    """A request's body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SeenZone(Body):
    """A zone in the version that was looked at."""

    id: uuid.UUID
    version: int = Field(ge=1, lt=2**31, description="Bản đã xem; khác bản hiện nay thì trả 409.")


SeenZones = Annotated[list[SeenZone], Field(min_length=1, max_length=MOST_ZONES)]
ZoneIds = Annotated[list[uuid.UUID], Field(min_length=1, max_length=MOST_ZONES)]


class TakeUp(Body):
    """Zones by their ids, or the next ones that wait."""

    zones: ZoneIds | None = None
    count: int | None = Field(default=None, ge=1, le=200, description="Số vùng tiếp theo.")
    province: str | None = Field(default=None, pattern=PROVINCE, examples=["42"])


class PutBack(Body):
    """Zones that go back among those that wait."""

    zones: ZoneIds


class Decision(Body):
    """One decision on one zone or many, all or none."""

    move: Move = Field(examples=[Move.APPROVE])
    zones: SeenZones
    reason: Reason = ""
    merged_into: uuid.UUID | None = Field(default=None, description="Vùng nhận, khi nhập vùng.")
    take_over: bool = Field(default=False, description="Quyết định thay người đang thẩm định.")


class Confirmation(Body):
    """Zones on which another person's decision waits."""

    zones: SeenZones


class Declining(Body):
    """Zones on which a decision waits that shall not stand."""

    zones: ZoneIds
    reason: Reason


class InHand(BaseModel):
    """A zone under review in somebody's hands."""

    id: uuid.UUID
    version: int
    village: str
    commune: str | None
    province_code: str
    households: int


class TakenZones(BaseModel):
    """What was taken into the caller's hands."""

    zones: list[InHand]


class MovedZones(BaseModel):
    """Which zones moved, and which wait for a second person."""

    moved: list[uuid.UUID]
    proposed: list[uuid.UUID]


class Count(BaseModel):
    """How many zones it was done to."""

    zones: int


class WaitingZones(BaseModel):
    """The reported zones of a province that nobody has taken up."""

    province_code: str
    zones: int
    households: int
    oldest: datetime


class WaitingDecision(BaseModel):
    """A decision that waits for a second person."""

    zone: uuid.UUID
    version: int
    move: Move
    reason: str
    merged_into: uuid.UUID | None
    proposed_by: str
    proposed_at: datetime
    own: bool


class Desk(BaseModel):
    """What a reviewer finds to do."""

    mine: list[InHand]
    waiting: list[WaitingZones]
    proposals: list[WaitingDecision]


@router.get(
    "", summary="Việc của người thẩm định", responses=problem_responses(*AT_THE_DOOR, NotAllowed)
)
def get_desk(opened: Opened, actor: Acting) -> Desk:
    """Các vùng trong tay, các tỉnh có vùng chờ, và quyết định chờ người thứ hai."""
    queue = review_queue(opened, actor)
    return Desk(
        mine=[_in_hand(listed) for listed in queue.mine],
        waiting=[
            WaitingZones(province_code=one.province_code, zones=one.zones,
                         households=one.households, oldest=one.oldest)
            for one in queue.waiting
        ],
        proposals=[
            WaitingDecision(
                zone=one.listed.zone.id, version=one.listed.version, move=one.proposal.move,
                reason=one.proposal.reason, merged_into=one.proposal.merged_into,
                proposed_by=one.proposal.proposed_by, proposed_at=one.proposal.proposed_at, own=own,
            )
            for own, listed in ((False, queue.to_confirm), (True, queue.proposed))
            for one in listed
        ],
    )  # fmt: skip


@router.post("/take-up", summary="Nhận vùng để thẩm định", responses=REFUSALS)
def take_up(opened: Opened, actor: Acting, wanted: TakeUp) -> TakenZones:
    """Nhận các vùng nêu tên, hoặc `count` vùng tiếp theo; hai người không nhận cùng một vùng."""
    taken = review.take_up(
        opened, actor, zone_ids=wanted.zones, count=wanted.count or 20,
        province_code=wanted.province,
    )  # fmt: skip
    return TakenZones(zones=[_in_hand(listed) for listed in taken])


@router.post("/put-back", summary="Trả vùng lại hàng chờ", responses=REFUSALS)
def put_back(opened: Opened, actor: Acting, wanted: PutBack) -> Count:
    """Vùng trở về trạng thái đã báo cáo; người khác nhận được."""
    return Count(zones=review.put_back(opened, actor, wanted.zones))


@router.post("/decisions", summary="Duyệt, trả lại, không chấp nhận hoặc nhập vùng",
             responses=REFUSALS)  # fmt: skip
def decide(opened: Opened, actor: Acting, decision: Decision) -> MovedZones:
    """Một quyết định cho một hay nhiều vùng: tất cả hoặc không vùng nào.

    Vùng đã thay đổi so với bản nêu trong yêu cầu thì trả 409, kèm cả hai bản.
    """
    if decision.move not in DECISIONS:
        raise Conflict("zone", "not_a_decision", move=decision.move.value)
    decided = review.decide(
        opened, actor, decision.move, seen_of(decision.zones), reason=decision.reason,
        merged_into=decision.merged_into, take_over=decision.take_over,
    )  # fmt: skip
    return moved(decided)


@router.post("/confirmations", summary="Xác nhận quyết định của người khác", responses=REFUSALS)
def confirm(opened: Opened, actor: Acting, confirmation: Confirmation) -> MovedZones:
    """Người thứ hai xác nhận; người đề xuất không tự xác nhận được."""
    return moved(four_eyes.confirm(opened, actor, seen_of(confirmation.zones)))


@router.post("/declinings", summary="Bác hoặc rút quyết định đang chờ", responses=REFUSALS)
def decline(opened: Opened, actor: Acting, declining: Declining) -> Count:
    """Vùng giữ nguyên trạng thái đang thẩm định; phải có lý do."""
    return Count(zones=four_eyes.decline(opened, actor, declining.zones, declining.reason))


def seen_of(zones: Sequence[SeenZone]) -> list[Seen]:
    """Return the zones of a body as the actions take them."""
    return [Seen(zone.id, zone.version) for zone in zones]


def moved(decided: Decided) -> MovedZones:
    """Return what a decision did, as the API tells it."""
    return MovedZones(moved=list(decided.moved), proposed=list(decided.proposed))


def _in_hand(listed: ListedZone) -> InHand:
    zone = listed.zone
    return InHand(
        id=zone.id, version=listed.version, village=zone.village, commune=listed.commune,
        province_code=zone.province_code, households=zone.households,
    )  # fmt: skip
