"""``/surveys/{number}/fates``: what became of every row of a submission."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.addresses import next_page
from api.dependencies import Acting, Opened, PageSize, Speaking
from api.documentation import AT_THE_DOOR, problem_responses
from api.paging import read_place
from api.surveys import Number, SurveyRow
from coverage.actions import submissions
from coverage.actions.submissions import FatedRow, LotOfRow, RowsWanted
from coverage.errors import NotFound
from coverage.findings import Language
from coverage.surveys import RowFate, RowStatus
from coverage.zones import Queue, ZoneStatus

router = APIRouter(prefix="/surveys", tags=["Khảo sát của tỉnh"])


class FateTally(BaseModel):
    """So many rows of one fate, with the households that they reported."""

    fate: RowFate
    rows: int
    households: int


class LivingZone(BaseModel):
    """The zone that a row became, as it stands today."""

    id: uuid.UUID
    status: ZoneStatus
    status_reason: str
    merged_into: uuid.UUID | None = Field(description="Vùng mà vùng này đã nhập vào.")
    queue: Queue | None = Field(description="Ai chi trả.")
    lot: int | None = Field(description="Số của lô đã công bố.")
    package: str | None = Field(description="Số của gói thầu đã công bố.")


class FatedSurveyRow(SurveyRow):
    """A row as it was submitted, and what became of it; ``zone`` is null when it became none."""

    place: int = Field(description="Thứ tự của dòng trong cả tệp, từ 0.")
    fate: RowFate = Field(description="Kết quả đến hôm nay.")
    zone: LivingZone | None


class SurveyFates(BaseModel):
    """A page of rows in the order of the file; ``counts`` are of the whole submission."""

    number: int
    counts: list[FateTally]
    found: int = Field(description="Số dòng khớp với bộ lọc.")
    rows: list[FatedSurveyRow]
    next: str | None = Field(description="Vị trí của trang sau; null ở trang cuối.")


@router.get(
    "/{number}/fates",
    summary="Kết quả đến hôm nay của từng dòng đã nộp",
    response_model=SurveyFates,
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)
def list_fates(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, number: Number,
    status: Annotated[RowStatus | None, Query(description="Kết quả khi nộp.")] = None,
    fate: Annotated[RowFate | None, Query(description="Kết quả đến hôm nay.")] = None,
    cursor: Annotated[str | None, Query(description="Vị trí trang, lấy từ `next`.")] = None,
    limit: PageSize = 100,
) -> Response:  # fmt: skip
    """Mỗi dòng của tệp xuất hiện đúng một lần, kể cả dòng bị từ chối khi nộp."""
    seen = submissions.list_fates(
        opened, actor, number, RowsWanted(status, fate), after=read_place(cursor), limit=limit
    )
    following = None if seen.next_place is None else str(seen.next_place)
    content = {
        "number": number,
        "counts": [
            {"fate": one.fate, "rows": one.rows, "households": one.households}
            for one in seen.counts
        ],
        "found": seen.found,
        "rows": [_told(one, seen.lots, language) for one in seen.rows],
        "next": following,
    }
    headers = {"Link": f'<{next_page(request, following)}>; rel="next"'} if following else {}
    return JSONResponse(content, headers=headers)


def _told(
    one: FatedRow, lots: Mapping[uuid.UUID, LotOfRow], language: Language
) -> Mapping[str, Any]:
    told: dict[str, Any] = {"place": one.place, **one.row.as_json(language), "fate": one.fate}
    if one.zone is None:
        return told | {"zone": None}
    lot = lots.get(one.zone.zone_id)
    return told | {
        "zone": {
            "id": str(one.zone.zone_id),
            "status": one.zone.status,
            "status_reason": one.zone.status_reason,
            "merged_into": str(one.zone.merged_into) if one.zone.merged_into else None,
            "queue": one.queue,
            "lot": lot.lot if lot else None,
            "package": lot.package if lot else None,
        }
    }
