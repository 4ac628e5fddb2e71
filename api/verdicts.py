"""``/verdicts``: kết luận về doanh nghiệp của người hỏi, kèm thời hạn phản hồi."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.addresses import next_page
from api.dependencies import Acting, Opened, PageSize
from api.documentation import AT_THE_DOOR, problem_responses
from api.door import today
from api.paging import read_cursor, write_cursor
from api.zones import PROVINCE
from coverage.actions import own_verdicts
from coverage.actions.own_verdicts import TimedVerdict
from coverage.disputes import VerdictState
from coverage.errors import NotAllowed
from coverage.evidence import Service, Verdict
from coverage.storage.own_verdicts import KEY_SHAPE, VerdictFilter
from coverage.towers import Technology

router = APIRouter(prefix="/verdicts", tags=["Kết luận và phản hồi"])
ORDER = "verdicts"  # what a cursor of this list says it is of


class ToldVerdict(BaseModel):
    """One verdict on one technology of the asking operator at one zone."""

    zone_id: uuid.UUID
    village: str = Field(examples=["Bản Huổi Lếch"])
    commune: str
    province_code: str = Field(examples=["11"])
    latitude: float
    longitude: float
    technology: Technology
    verdict: Verdict
    reasons: list[str] = Field(examples=[["evidence.site_beyond_reach"]])
    site_code: str | None = Field(description="Mã trạm gần nhất của doanh nghiệp.")
    distance_m: float | None
    bearing_deg: float | None = Field(description="Từ thôn đến trạm; 0 là bắc, theo kim đồng hồ.")
    line_of_sight: bool | None
    service: Service | None
    criteria: str = Field(description="Bộ tiêu chí đã dùng.")
    given_at: datetime
    dispute_until: date = Field(description="Ngày cuối còn phản hồi được, giờ Việt Nam.")
    state: VerdictState
    disputable: bool
    dispute: int | None = Field(description="Số của phản hồi về kết luận này, nếu có.")


class VerdictPage(BaseModel):
    """A page of verdicts; ``next`` is the cursor of the following one."""

    verdicts: list[ToldVerdict]
    total: int
    next: str | None


@router.get(
    "",
    summary="Các kết luận về doanh nghiệp của mình",
    response_model=VerdictPage,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed),
)
def list_verdicts(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request,
    opened: Opened,
    actor: Acting,
    province: Annotated[str | None, Query(pattern=PROVINCE, description="Mã tỉnh.")] = None,
    technology: Annotated[Technology | None, Query(description="Công nghệ.")] = None,
    verdict: Annotated[Verdict | None, Query(description="Kết luận.")] = None,
    disputable: Annotated[bool | None, Query(description="Còn phản hồi được hôm nay.")] = None,
    in_dispute: Annotated[bool, Query(description="Đang có phản hồi chờ trả lời.")] = False,
    cursor: Annotated[str | None, Query(description="Vị trí trang, lấy từ trường `next`.")] = None,
    limit: PageSize = 100,
) -> Response:
    """Doanh nghiệp chỉ thấy kết luận về chính mình; trang sau ở trường `next` và tiêu đề `Link`."""
    wanted = VerdictFilter(province, technology, verdict, disputable, in_dispute)
    after = read_cursor(cursor, ORDER, KEY_SHAPE)
    found = own_verdicts.verdicts_about_me(opened, actor, today(), wanted, after=after, limit=limit)
    following = write_cursor(ORDER, found.next_key) if found.next_key else None
    page = VerdictPage(
        verdicts=[told(each) for each in found.verdicts], total=found.total, next=following
    )
    headers = {}
    if following:
        headers["Link"] = f'<{next_page(request, following)}>; rel="next"'
    return JSONResponse(page.model_dump(mode="json"), headers=headers)


def told(timed: TimedVerdict) -> ToldVerdict:
    """Return a verdict as the API tells it."""
    own = timed.own
    return ToldVerdict(
        zone_id=own.zone_id, village=own.village, commune=own.commune,
        province_code=own.province_code, latitude=own.latitude, longitude=own.longitude,
        technology=own.technology, verdict=own.verdict, reasons=list(own.reasons),
        site_code=own.site_code, distance_m=own.distance_m, bearing_deg=own.bearing_deg,
        line_of_sight=own.line_of_sight, service=own.service, criteria=own.criteria,
        given_at=own.given_at, dispute_until=timed.until, state=timed.state,
        disputable=timed.disputable, dispute=own.dispute_number,
    )  # fmt: skip
