"""``/lots/…/sites``: vị trí trạm dự kiến trong lô: chọn, xem."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, model_validator
from starlette.responses import JSONResponse, Response

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from api.door import today
from api.zones import PROVINCE
from coverage.actions.lot_sites import choose_lot_sites, sites_of_lot
from coverage.costs import CostKind
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo
from coverage.lot_sites import SitesAsked

router = APIRouter(prefix="/lots", tags=["Lô"])


class AskedOfSites(BaseModel):
    """The question asked of each lot; neither a number nor a budget: serve every zone."""

    province: str = Field(pattern=PROVINCE, examples=["42"], description="Mã tỉnh.")
    lots: list[uuid.UUID] | None = Field(
        default=None, min_length=1, description="Chỉ các lô này; mặc định mọi lô đang đề xuất."
    )
    sites: int | None = Field(default=None, ge=1, description="Nhiều nhất chừng này vị trí mỗi lô.")
    budget_vnd: int | None = Field(default=None, ge=1, description="Nhiều nhất chừng này đồng.")

    @model_validator(mode="after")
    def _one_question(self) -> AskedOfSites:
        if self.sites is not None and self.budget_vnd is not None:
            raise ValueError("sites or budget_vnd, not both")
        return self


class SiteCostPart(BaseModel):
    """One part of a cost; null where the layer that would tell is not loaded."""

    kind: CostKind
    quantity: float | None
    amount_vnd: int | None


class SiteOfALot(BaseModel):
    """A chosen site; ``mast`` is the number of the mast that stands there, null for a new one."""

    kind: Literal["shared", "new"]
    mast: int | None
    latitude: float
    longitude: float
    commune_code: str
    zones: list[uuid.UUID]
    households: int
    cost_vnd: int
    cost: list[SiteCostPart]


class LotOfSites(BaseModel):
    """Which lot the sites are of."""

    id: uuid.UUID
    number: int
    name: str


class SitedLotTold(BaseModel):
    """A lot's sites from north to south, and how good they are proven to be."""

    lot: LotOfSites
    changed: bool
    asked: dict[str, int | None]
    inputs: dict[str, object] = Field(description="Tầm phủ, ô lưới, đơn giá, lớp nền đã dùng.")
    sites: list[SiteOfALot]
    households_covered: int
    households_total: int
    cost_vnd: int
    cost: list[SiteCostPart]
    bound: float = Field(description="Đồng khi phục vụ mọi vùng, số hộ trong hai cách kia.")
    gap: float = Field(description="Phần còn có thể kém so với cận; 0 là tối ưu.")
    chosen_by: str
    chosen_at: datetime


class SitedLots(BaseModel):
    """The lots that were asked for, by number."""

    lots: list[SitedLotTold]


@router.post(
    "/sites",
    summary="Chọn vị trí trạm trong các lô của một tỉnh",
    response_model=SitedLots,
    responses=problem_responses(*AT_THE_DOOR, Conflict, NotAllowed, NotFound, NothingToDo),
)
def choose(opened: Opened, actor: Acting, asked: AskedOfSites) -> Response:
    """Cột có sẵn được xét trước, rồi các thôn, rồi lưới. Không gì đổi thì giữ kết quả cũ."""
    sited = choose_lot_sites(
        opened, actor, asked.province, SitesAsked(asked.sites, asked.budget_vnd), today(),
        asked.lots,
    )  # fmt: skip
    return JSONResponse({"lots": [each.as_json() for each in sited]})


@router.get(
    "/{lot_id}/sites",
    summary="Vị trí trạm đã chọn trong một lô",
    response_model=SitedLotTold | None,
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def read(
    opened: Opened, actor: Acting, lot_id: Annotated[uuid.UUID, Path(description="Mã của lô.")]
) -> Response:
    """Null khi chưa chọn. Chỉ Cục Viễn thông và kiểm toán thấy vị trí cột có sẵn."""
    shown = sites_of_lot(opened, actor, lot_id)
    return JSONResponse(None if shown is None else shown.sited.as_json())
