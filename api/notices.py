"""``/notices``: thông báo về các gói thầu mà tổ chức đã tải."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Acting, Opened
from api.documentation import AT_THE_DOOR, problem_responses
from coverage.actions import notices

router = APIRouter(prefix="/notices", tags=["Gói thầu"])


class ToldNotice(BaseModel):
    """Something to know of a package that the organisation took."""

    id: uuid.UUID
    package: str = Field(examples=["GT-2026-42-001"])
    subject: Literal["amendment", "clarification", "answer", "cancellation"]
    version: int | None
    answer: int | None = Field(description="Số của câu trả lời.")
    at: datetime
    read_at: datetime | None


class NoticeList(BaseModel):
    """The organisation's notices, the newest first."""

    unread: int
    notices: list[ToldNotice]


class ReadNotices(BaseModel):
    """Which notices were read."""

    notices: list[uuid.UUID] | None = Field(None, description="Bỏ trống: mọi thông báo.")


class ReadAnswer(BaseModel):
    """How many notices were not marked before."""

    marked: int


@router.get("", summary="Thông báo", responses=problem_responses(*AT_THE_DOOR))
def list_notices(opened: Opened, actor: Acting) -> NoticeList:
    """Mỗi tổ chức đã tải một gói được báo mọi sửa đổi, làm rõ, trả lời và hủy gói."""
    found = notices.list_notices(opened, actor)
    return NoticeList(
        unread=sum(one.read_at is None for one in found),
        notices=[
            ToldNotice.model_validate(
                {
                    "id": one.id, "package": one.package_number, "subject": one.subject,
                    "version": one.version, "answer": one.answer_number, "at": one.shown_from,
                    "read_at": one.read_at,
                }
            )
            for one in found
        ],
    )  # fmt: skip


@router.post("/read", summary="Đánh dấu đã đọc", responses=problem_responses(*AT_THE_DOOR))
def mark_read(opened: Opened, actor: Acting, read: ReadNotices) -> ReadAnswer:
    """Đã đọc là của cả tổ chức."""
    return ReadAnswer(marked=notices.mark_read(opened, actor, read.notices))
