"""``/health``: is the program alive, can it work, and on which versions do its answers rest."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Opened
from api.documentation import problem_responses
from coverage.actions.standing import standing
from coverage.errors import DatabaseUnavailable

router = APIRouter(tags=["Hệ thống"])


class Vintage(BaseModel):
    """The administrative list in force."""

    name: str = Field(examples=["2026-04-30"])
    approximate: bool = Field(description="Ranh giới gần đúng, dựng từ điểm trung tâm xã.")


class Criteria(BaseModel):
    """The criteria set in force."""

    name: str = Field(examples=["Bộ tiêu chí tạm"])
    official: bool


class Health(BaseModel):
    """Ready when this is the answer; status 503 and a problem when it is not."""

    status: Literal["ready"]
    migration: str = Field(examples=["20261123_09"])
    vintage: Vintage | None
    criteria: Criteria | None


@router.get(
    "/health",
    summary="Tình trạng hệ thống và các phiên bản đang dùng",
    responses=problem_responses(DatabaseUnavailable),
)
def health(opened: Opened) -> Health:
    """Sẵn sàng phục vụ khi trả 200; trả 503 khi cơ sở dữ liệu chưa dùng được. Không cần mã truy cập."""
    found = standing(opened)
    if found.migration is None or found.migration != found.newest_migration:
        raise DatabaseUnavailable(f"migration {found.migration} of {found.newest_migration}")
    return Health(
        status="ready",
        migration=found.migration,
        vintage=Vintage(name=found.vintage, approximate=bool(found.vintage_approximate))
        if found.vintage
        else None,
        criteria=Criteria(name=found.criteria, official=bool(found.criteria_official))
        if found.criteria
        else None,
    )


@router.get("/health/live", summary="Chương trình còn chạy", status_code=204)
def live() -> None:
    """Trả 204 khi tiến trình còn chạy, dù cơ sở dữ liệu thế nào. Không cần mã truy cập."""
