"""``/maps``: bản đồ để in, khổ A4 và A3."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.dependencies import Acting, Opened, Speaking
from api.documentation import AT_THE_DOOR, problem_responses
from api.map_drawing import PDF, country_paper, lot_paper, province_paper, zone_paper
from api.printing import printed
from api.ranges import attachment
from api.refusals import PrintersBusy, TooManyPrints
from api.zones import PROVINCE, ZoneId
from coverage.errors import NotFound
from coverage.people import Actor
from coverage.storage.sessions import Database
from maps.atlas import Paper as Size

router = APIRouter(prefix="/maps", tags=["Bản đồ"])
PaperAsked = Annotated[Size, Query(description="Khổ giấy; chiều đứng hay ngang do bản đồ chọn.")]
SitesAsked = Annotated[bool, Query(description="Vẽ cả vị trí trạm mà tổ chức được xem.")]
_ANSWERS = problem_responses(*AT_THE_DOOR, NotFound, TooManyPrints, PrintersBusy) | {
    200: {"content": {PDF: {}}}
}


@router.get("/national.pdf", summary="Bản đồ cả nước để in", response_class=Response,
            responses=_ANSWERS)  # fmt: skip
def national_map(
    request: Request, opened: Opened, actor: Acting, language: Speaking, paper: PaperAsked = Size.A4
) -> Response:
    """Các điểm ở gần nhau được gộp thành vòng tròn; chỉ vẽ những điểm mà tổ chức được xem."""
    return _file(request, opened, actor, lambda: country_paper(opened, actor, paper, language))


@router.get("/provinces/{province}.pdf", summary="Bản đồ một tỉnh để in", response_class=Response,
            responses=_ANSWERS)  # fmt: skip
def province_map(  # noqa: PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking,
    province: Annotated[str, Path(pattern=PROVINCE, description="Mã tỉnh.")],
    paper: PaperAsked = Size.A4, sites: SitesAsked = False,
) -> Response:  # fmt: skip
    """Trang sau là danh sách các điểm theo số trên bản đồ, hoặc số điểm theo xã khi quá nhiều."""
    return _file(
        request,
        opened,
        actor,
        lambda: province_paper(opened, actor, province, paper, language, with_sites=sites),
    )


@router.get("/lots/{lot_id}.pdf", summary="Bản đồ một lô để in", response_class=Response,
            responses=_ANSWERS)  # fmt: skip
def lot_map(  # noqa: PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking,
    lot_id: Annotated[uuid.UUID, Path(description="Mã của lô.")],
    paper: PaperAsked = Size.A4, sites: SitesAsked = False,
) -> Response:  # fmt: skip
    """Trang sau là danh sách các điểm của lô."""
    return _file(
        request,
        opened,
        actor,
        lambda: lot_paper(opened, actor, lot_id, paper, language, with_sites=sites),
    )


@router.get("/zones/{zone_id}.pdf", summary="Bản đồ quanh một vùng để in", response_class=Response,
            responses=_ANSWERS)  # fmt: skip
def zone_map(  # noqa: PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting, language: Speaking, zone_id: ZoneId,
    paper: PaperAsked = Size.A4,
) -> Response:  # fmt: skip
    """Có các trạm quanh đó mà tổ chức được xem."""
    return _file(
        request, opened, actor, lambda: zone_paper(opened, actor, zone_id, paper, language)
    )


def _file(
    request: Request, opened: Database, actor: Actor, make: Callable[[], tuple[str, bytes]]
) -> Response:
    name, content = printed(request, opened, actor, make)
    return Response(content, media_type=PDF, headers=attachment(name))
