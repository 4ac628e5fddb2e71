"""``/awards``: giao lô cho doanh nghiệp, hủy, gia hạn; hai số đếm của kiểm toán."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from api.award_counts_told import CountsList, ToldCounts, told_counts
from api.delivery_told import (
    AwardList,
    ToldAward,
    ToldAwardCheck,
    ToldAwardFile,
    told_award,
    told_award_check,
    told_award_file,
)
from api.dependencies import Acting, Opened, Speaking, settings
from api.documentation import AT_THE_DOOR, problem_responses
from api.surveys import reading_limits
from api.uploads import FILE_BODY, SentFile
from coverage.actions import awards, deliveries
from coverage.deliveries import AwardWish
from coverage.errors import (
    Conflict,
    DeliveryRefused,
    InputRefused,
    NotAllowed,
    NotFound,
)

router = APIRouter(prefix="/awards", tags=["Giao lô, phát sóng, nghiệm thu"])
AwardId = Annotated[uuid.UUID, Path(description="Mã của lần giao.")]
_Reason = Annotated[str, Field(min_length=1, max_length=2000, examples=["Doanh nghiệp từ chối"])]


class AwardToMake(BaseModel):
    """One lot and to whom it is awarded."""

    package: str = Field(max_length=60, examples=["GT-2026-42-001"])
    lot: str = Field(max_length=200, description="Số của lô trong gói, hoặc mã lô.", examples=["1"])
    operator: str = Field(max_length=200, examples=["Viettel"])
    price_vnd: int | None = Field(ge=-(2**53), le=2**53, examples=[12_500_000_000])
    awarded_on: date | None = Field(description="Ngày của quyết định; thời hạn tính từ ngày này.")
    decision: str = Field(max_length=500, examples=["Quyết định 123/QĐ-CVT ngày 05/01/2027"])


class AwardsToMake(BaseModel):
    """Awards made together: all are made, or none."""

    awards: list[AwardToMake] = Field(min_length=1, max_length=2000)


class AwardChecks(BaseModel):
    """What has to be said of every award."""

    awards: list[ToldAwardCheck]


class Cancelling(BaseModel):
    """Why an award is cancelled, and where its zones go."""

    reason: _Reason
    keep_in_package: bool = Field(
        default=False,
        description="Giữ vùng trong lô của gói để giao lại; mặc định vùng trở về hàng đã duyệt.",
    )


class Extending(BaseModel):
    """A later due day, with its reason and the document that grants it."""

    due_on: date
    reason: _Reason
    document: str = Field(min_length=1, max_length=500, examples=["Công văn 45/CVT-KH"])


@router.get("", summary="Các lần giao được xem", responses=problem_responses(*AT_THE_DOOR))
def list_awards(
    opened: Opened,
    actor: Acting,
    package: Annotated[str | None, Query(max_length=60, description="Số gói thầu.")] = None,
    standing: Annotated[bool, Query(description="Chỉ lần giao đang hiệu lực.")] = False,
) -> AwardList:
    """Doanh nghiệp thấy các lô giao cho mình, tỉnh thấy các lô của tỉnh."""
    found = awards.list_awards(opened, actor, number=package, standing=standing)
    return AwardList(awards=[told_award(one) for one in found])


@router.post(
    "",
    status_code=201,
    summary="Giao một hay nhiều lô",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, Conflict, DeliveryRefused),
)
def make_awards(opened: Opened, actor: Acting, asked: AwardsToMake) -> AwardList:
    """Ghi tất cả hoặc không ghi gì; mọi vùng của lô thành đã giao, thời hạn bắt đầu tính."""
    made = awards.award_lots(opened, actor, [_wish(each) for each in asked.awards])
    return AwardList(awards=[told_award(one) for one in made])


@router.post(
    "/check",
    summary="Kiểm tra trước khi giao, chưa ghi gì",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed),
)
def check_awards(
    opened: Opened, actor: Acting, language: Speaking, asked: AwardsToMake
) -> AwardChecks:
    """Điều gì cản trở, giá so với ước tính, và thời hạn phát sóng lô sẽ có."""
    checked = awards.check_awards(opened, actor, [_wish(each) for each in asked.awards])
    return AwardChecks(awards=[told_award_check(one, language) for one in checked])


@router.post(
    "/files/check",
    summary="Đọc bảng kết quả giao (XLSX, CSV…), chưa ghi gì",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, InputRefused),
    openapi_extra=FILE_BODY,
)
def check_award_file(
    request: Request, opened: Opened, actor: Acting, language: Speaking, sent: SentFile
) -> AwardChecks:
    """Mỗi dòng một lô: số gói thầu, lô, doanh nghiệp, giá, ngày, quyết định."""
    limits = reading_limits(settings(request).intake)
    checked = awards.read_award_list(opened, actor, sent.content, name=sent.name, limits=limits)
    return AwardChecks(awards=[told_award_check(one, language) for one in checked])


@router.post(
    "/files",
    status_code=201,
    summary="Giao các lô theo bảng kết quả",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, Conflict, InputRefused, DeliveryRefused),
    openapi_extra=FILE_BODY,
)
def make_awards_of_file(
    request: Request, opened: Opened, actor: Acting, sent: SentFile
) -> AwardList:
    """Ghi mọi dòng hoặc không dòng nào."""
    limits = reading_limits(settings(request).intake)
    made = awards.award_list(opened, actor, sent.content, name=sent.name, limits=limits)
    return AwardList(awards=[told_award(one) for one in made])


@router.get(
    "/counts",
    summary="Hai số đếm của mọi lần giao đang hiệu lực",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound),
)
def count_awards(opened: Opened, actor: Acting) -> CountsList:
    """Trạm mang lại ít vùng phủ mới; trạm gần chỗ doanh nghiệp khác đã định làm."""
    found = deliveries.count_awards(opened, actor)
    return CountsList(counts=[told_counts(one) for one in found])


@router.get(
    "/{award_id}", summary="Một lần giao", responses=problem_responses(*AT_THE_DOOR, NotFound)
)
def get_award(opened: Opened, actor: Acting, award_id: AwardId) -> ToldAwardFile:
    """Từng vùng, báo cáo mới nhất, từng chỉ tiêu so với yêu cầu của gói thầu."""
    return told_award_file(deliveries.see_award(opened, actor, award_id))


@router.get(
    "/{award_id}/counts",
    summary="Hai số đếm của một lần giao",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound),
)
def count_award(opened: Opened, actor: Acting, award_id: AwardId) -> ToldCounts:
    """Chỉ Cục Viễn thông và kiểm toán xem: số đếm nói đến kế hoạch của mọi doanh nghiệp."""
    return told_counts(deliveries.count_award(opened, actor, award_id))


@router.post(
    "/{award_id}/cancel",
    summary="Hủy một lần giao, có lý do",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def cancel_award(opened: Opened, actor: Acting, award_id: AwardId, said: Cancelling) -> ToldAward:
    """Vùng chưa phát sóng trở về hàng đã duyệt, hoặc ở lại lô để giao lại."""
    return told_award(
        awards.cancel_award(
            opened, actor, award_id, said.reason, keep_in_package=said.keep_in_package
        )
    )


@router.post(
    "/{award_id}/extend",
    summary="Gia hạn phát sóng, có lý do và văn bản",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def extend_award(opened: Opened, actor: Acting, award_id: AwardId, said: Extending) -> ToldAward:
    """Dùng khi thời hạn phải dừng, ví dụ bất khả kháng; hạn ban đầu vẫn được giữ."""
    return told_award(
        awards.extend_award(
            opened, actor, award_id, said.due_on, reason=said.reason, decision=said.document
        )
    )


def _wish(each: AwardToMake) -> AwardWish:
    return awards.wish_of(
        each.package, each.lot, each.operator, each.price_vnd, each.awarded_on, each.decision
    )
