"""``/lots``: lô của một tỉnh: xem, đề xuất, chỉnh tay, ghi nhận sẵn sàng."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from api.lots_told import lot_json, plan_json, preview_json
from api.zones import PROVINCE
from coverage.actions.lot_readiness import say_readiness
from coverage.actions.lot_views import SeenLot, see_lot, see_lots
from coverage.actions.lots import LotWish, change_lots, preview_lots, propose_lots
from coverage.costs import CostKind
from coverage.errors import (
    Conflict,
    LotCountRefused,
    LotsApart,
    NotAllowed,
    NotFound,
    NothingToDo,
)
from coverage.lots import ByHand, HandAct, LotStatus
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.storage.lot_pins import AskedBounds

router = APIRouter(prefix="/lots", tags=["Lô"])
_PLANNING = (NotAllowed, NotFound, NothingToDo, Conflict, LotsApart, LotCountRefused)


class ProvinceTold(BaseModel):
    """A province."""

    code: str = Field(examples=["42"])
    name: str = Field(examples=["Tỉnh Hà Tĩnh"])


class EvenLots(BaseModel):
    """How even lots are; null where the smallest, or the mean, is nothing."""

    largest_to_smallest: float | None
    largest_to_mean: float | None


class LotBalance(BaseModel):
    """How even lots are in households and in estimated cost."""

    households: EvenLots
    cost: EvenLots


class EstimatedPart(BaseModel):
    """A part of an estimate; null where the layer that would tell is not loaded."""

    kind: CostKind
    quantity: float | None
    amount_vnd: int | None


class LotEstimate(BaseModel):
    """What a lot costs; ``basis`` is ``sites`` (chosen) or ``clusters`` (not chosen yet)."""

    total_vnd: int
    parts: list[EstimatedPart]
    absent: list[CostKind]
    basis: str


class ZoneOfLot(BaseModel):
    """A zone of a lot; only its id where the reader does not see it."""

    id: uuid.UUID
    village: str | None = None
    commune_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    households: int | None = None


class StandingLot(BaseModel):
    """A lot as it stands."""

    id: uuid.UUID
    number: int
    name: str
    status: LotStatus
    totals: dict[str, Any]
    cost: LotEstimate | None
    readiness: dict[ReadinessKind, ReadinessState] = Field(
        description="Mức kém nhất trong các vùng; chỉ Cục Viễn thông và kiểm toán thấy."
    )
    over: list[str] = Field(description="Các giới hạn mà lô vượt.")
    pinned: list[uuid.UUID]
    zones: list[ZoneOfLot]


class LotTotals(BaseModel):
    """Sums over all lots, and the balance of the proposed ones."""

    lots: int
    zones: int
    households: int
    cost_vnd: int | None
    balance: LotBalance


class LotsOfProvince(BaseModel):
    """The lots that stand in a province; ``contiguity`` is ``borders_and_gap`` or ``gap``."""

    province: ProvinceTold
    vintage: str
    limits: dict[str, float | None]
    contiguity: str
    lots: list[StandingLot]
    totals: LotTotals


class SaidOfZone(BaseModel):
    """What is known of one kind at one zone."""

    state: ReadinessState
    note: str


class ReadyZone(BaseModel):
    """How ready a zone of the lot is."""

    zone: uuid.UUID
    village: str
    readiness: dict[ReadinessKind, SaidOfZone]


class LotInFull(StandingLot):
    """A lot with the readiness of every zone, and what one more unit of a part costs."""

    province: ProvinceTold
    zone_readiness: list[ReadyZone]
    added_vnd: dict[CostKind, int]


class BoundsAsked(BaseModel):
    """The bounds of a proposal; null leaves one to the settings."""

    lots: int | None = Field(default=None, ge=1, le=10_000)
    max_zones: int | None = Field(default=None, ge=1, le=10_000)
    max_households: int | None = Field(default=None, ge=1, le=10_000_000)
    max_cost_vnd: int | None = Field(default=None, ge=1, le=10**15)


class LotsAsked(BaseModel):
    """A proposal; without ``bounds`` those last asked for count."""

    province: str = Field(pattern=PROVINCE, examples=["42"])
    bounds: BoundsAsked | None = None
    anew: bool = Field(default=False, description="Gom lại từ đầu; vùng đã ghim vẫn giữ.")


class LotActAsked(LotsAsked):
    """An act by hand, or without ``act`` a proposal."""

    act: HandAct | None = None
    zones: list[uuid.UUID] = Field(default=[], max_length=5_000)
    lot: uuid.UUID | None = None
    other: uuid.UUID | None = Field(default=None, description="Lô nhận vùng, hoặc lô gộp cùng.")


class LotActSeen(LotActAsked):
    """The same, confirmed: ``seen`` is what the preview said."""

    seen: str = Field(max_length=64)


class LotShapeTold(BaseModel):
    """A lot before or after."""

    id: uuid.UUID
    number: int
    name: str
    zones: int
    households: int
    cost_vnd: int | None


class LotChangeTold(BaseModel):
    """A lot before and after; null: it is new, or no more."""

    before: LotShapeTold | None
    after: LotShapeTold | None
    came: list[ZoneOfLot]
    went: list[ZoneOfLot]


class LotBalances(BaseModel):
    """How even the lots are before and after."""

    before: LotBalance
    after: LotBalance


class LotsPreviewed(BaseModel):
    """What would change, or (``kept``) has."""

    province: ProvinceTold
    kept: bool
    seen: str
    changed: bool
    lots: list[LotChangeTold]
    over: dict[uuid.UUID, list[str]]
    balance: LotBalances


class ReadinessAsked(BaseModel):
    """How ready some zones of a province are."""

    province: str = Field(pattern=PROVINCE, examples=["42"])
    zones: list[uuid.UUID] = Field(min_length=1, max_length=5_000)
    states: dict[ReadinessKind, ReadinessState] = Field(examples=[{"land": "ready"}])
    note: str = Field(default="", max_length=500)


@router.get(
    "",
    summary="Các lô của một tỉnh",
    response_model=LotsOfProvince,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound),
)
def lots_of_province(
    opened: Opened,
    actor: Acting,
    province: Annotated[str, Query(pattern=PROVINCE, description="Mã tỉnh.", examples=["42"])],
) -> Response:
    """Lô đề xuất và lô đã vào gói thầu, chi phí theo từng phần, mức cân bằng, sẵn sàng."""
    return JSONResponse(plan_json(see_lots(opened, actor, province)))


@router.get(
    "/{lot_id}",
    summary="Một lô",
    response_model=LotInFull,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound),
)
def one_lot(
    opened: Opened, actor: Acting, lot_id: Annotated[uuid.UUID, Path(description="Mã của lô.")]
) -> Response:
    """Mức sẵn sàng của từng vùng; mỗi km đường, km điện, hộ thêm vào thì tăng bao nhiêu."""
    return JSONResponse(_in_full(see_lot(opened, actor, lot_id)))


@router.post(
    "/proposals",
    summary="Đề xuất lô của một tỉnh",
    response_model=LotsOfProvince,
    responses=problem_responses(*AT_THE_DOOR, *_PLANNING),
)
def lots_proposal(opened: Opened, actor: Acting, asked: LotsAsked) -> Response:
    """Ghi ngay. Các lô đang đề xuất được giữ tiếp khi còn trong giới hạn, trừ khi gom lại từ đầu."""
    propose_lots(opened, actor, asked.province, _bounds(asked.bounds), anew=asked.anew)
    return JSONResponse(plan_json(see_lots(opened, actor, asked.province)))


@router.post(
    "/preview",
    summary="Xem trước một thay đổi của các lô",
    response_model=LotsPreviewed,
    responses=problem_responses(*AT_THE_DOOR, *_PLANNING),
)
def lots_preview(opened: Opened, actor: Acting, asked: LotActAsked) -> Response:
    """Không ghi gì. `seen` dùng để xác nhận."""
    return JSONResponse(preview_json(preview_lots(opened, actor, asked.province, _wish(asked))))


@router.post(
    "/changes",
    summary="Ghi một thay đổi của các lô đã xem trước",
    response_model=LotsPreviewed,
    responses=problem_responses(*AT_THE_DOOR, *_PLANNING),
)
def lots_change(opened: Opened, actor: Acting, asked: LotActSeen) -> Response:
    """Bị từ chối khi lô, vùng hoặc quy định đã đổi sau khi xem trước."""
    done = change_lots(opened, actor, asked.province, _wish(asked), asked.seen)
    return JSONResponse(preview_json(done))


@router.post(
    "/readiness",
    summary="Ghi nhận điện, đường, mặt bằng, giấy phép của các vùng",
    status_code=204,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, NothingToDo),
)
def lots_readiness(opened: Opened, actor: Acting, asked: ReadinessAsked) -> None:
    """Loại nào không ghi thì giữ như cũ."""
    say_readiness(opened, actor, asked.province, asked.zones, asked.states, asked.note)


def _bounds(asked: BoundsAsked | None) -> AskedBounds | None:
    return None if asked is None else AskedBounds(**asked.model_dump())


def _wish(asked: LotActAsked) -> LotWish:
    if asked.act is None:
        return LotWish(bounds=_bounds(asked.bounds), anew=asked.anew)
    return LotWish(ByHand(asked.act, frozenset(asked.zones), asked.lot, asked.other))


def _in_full(seen: SeenLot) -> dict[str, Any]:
    return lot_json(seen.view) | {
        "province": {"code": seen.view.lot.province_code, "name": seen.province},
        "zone_readiness": [
            {
                "zone": str(each.zone_id),
                "village": each.village,
                "readiness": {
                    kind.value: {"state": said.state.value, "note": said.note}
                    for kind, said in each.said.items()
                },
            }
            for each in seen.zones
        ],
        "added_vnd": {kind.value: seen.rates.added(kind) for kind in CostKind},
    }
