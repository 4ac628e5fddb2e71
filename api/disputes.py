"""``/disputes``: phản hồi kết luận, from the operator's file to the authority's answer."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.datastructures import FormData
from starlette.responses import Response

from api.dependencies import Acting, Opened, PageSize, settings
from api.documentation import AT_THE_DOOR, problem_responses
from api.door import today
from api.refusals import Fault, RequestUnreadable, UploadTooLarge
from api.surveys import raw_file_answer
from api.uploads import FILE_FIELD, read_file
from api.zones import PROVINCE
from coverage.actions import dispute_answers, disputes
from coverage.actions.disputes import Claim, DisputeFile, Proof
from coverage.disputes import DisputeStatus
from coverage.errors import Conflict, DisputeRefused, NotAllowed, NotFound
from coverage.evidence import Verdict
from coverage.storage.disputes import Dispute, DisputeFilter, GivenVerdict
from coverage.towers import Technology

router = APIRouter(prefix="/disputes", tags=["Kết luận và phản hồi"])
Number = Annotated[int, Path(ge=1, le=2**62, description="Số của phản hồi.")]
VERDICT_FIELD = "verdict"
_KEY = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(2G|3G|4G|5G)", re.ASCII)


class GivenThen(BaseModel):
    """A verdict as it was given at one moment."""

    verdict: Verdict
    reasons: list[str]
    distance_m: float | None
    given_at: datetime


class ToldDispute(BaseModel):
    """A dispute with its answer; ``late`` when the day of the answer is over."""

    number: int
    zone_id: uuid.UUID
    village: str | None
    province_code: str | None
    operator: str
    technology: Technology
    disputed: Verdict = Field(description="Kết luận bị phản hồi.")
    disputed_at: datetime = Field(description="Kết luận đó được đưa ra lúc nào.")
    claimed: Verdict = Field(description="Doanh nghiệp cho là.")
    reason: str
    file: str
    sha256: str
    media_type: str = Field(description="Theo nội dung tệp, không theo tên.")
    raised_by: str
    raised_at: datetime
    answer_by: date = Field(description="Ngày cuối Cục trả lời, giờ Việt Nam.")
    late: bool
    status: DisputeStatus
    answer: str
    answered_by: str | None
    answered_at: datetime | None


class ToldDisputeFile(ToldDispute):
    """A dispute beside the verdict that was disputed and the one that stands now."""

    then: GivenThen | None
    now: GivenThen | None


class DisputeList(BaseModel):
    """Some disputes, and how many there are in all."""

    disputes: list[ToldDispute]
    total: int


class Raised(BaseModel):
    """The numbers of the disputes that were raised, in the order of the verdicts sent."""

    disputes: list[int]


class Answer(BaseModel):
    """The authority's answer; its words go to the operator as they are."""

    upheld: bool = Field(description="Chấp nhận phản hồi hay không.")
    answer: str = Field(description="Căn cứ trả lời.", examples=["Kết quả đo đúng vị trí."])


@dataclass(frozen=True, slots=True)
class SentDispute:
    """What a form says: which verdicts are wrong, what is claimed, and what speaks for it."""

    claims: list[Claim]
    proof: Proof


async def read_dispute(fields: FormData) -> SentDispute:
    """Read a dispute's form.

    Raises:
        RequestUnreadable: no file, no such verdict's key, or nothing that can be claimed.
    """
    keys = [read_key(str(text)) for text in fields.getlist(VERDICT_FIELD)]
    claimed = str(fields.get("claimed", ""))
    if claimed not in set(Verdict):
        raise RequestUnreadable([Fault("body.claimed", "unknown")])
    claims = [Claim(zone_id, technology, Verdict(claimed)) for zone_id, technology in keys]
    upload = await read_file(fields)
    reason = str(fields.get("reason", "")).replace("\x00", "").replace("\r\n", "\n")
    return SentDispute(claims, Proof(reason, upload.name, upload.content))


def read_key(text: str) -> tuple[uuid.UUID, Technology]:
    """Return the zone and technology that ``zone:4G`` names.

    Raises:
        RequestUnreadable: it names none.
    """
    found = _KEY.fullmatch(text)
    if found is None:
        raise RequestUnreadable([Fault(f"body.{VERDICT_FIELD}", "unreadable")])
    return uuid.UUID(found[1]), Technology(found[2])


async def sent_dispute(request: Request, actor: Acting) -> SentDispute:  # noqa: ARG001 - known first
    """Return the dispute of an API request.

    Raises:
        RequestUnreadable: it cannot be read.
    """
    async with request.form(max_files=1, max_fields=disputes.MOST_AT_ONCE + 10) as fields:
        return await read_dispute(fields)


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [VERDICT_FIELD, "claimed", "reason", FILE_FIELD],
                    "properties": {
                        VERDICT_FIELD: {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "Mã vùng và công nghệ, ví dụ `…:4G`; nhiều được.",
                        },
                        "claimed": {"type": "string", "enum": ["served", "weak", "none"]},
                        "reason": {"type": "string"},
                        FILE_FIELD: {
                            "type": "string",
                            "format": "binary",
                            "description": "Kết quả đo kiểm, PDF, ảnh hoặc ZIP.",
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "",
    summary="Gửi phản hồi về một hay nhiều kết luận với cùng một tệp",
    status_code=201,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, DisputeRefused, UploadTooLarge),
    openapi_extra=_BODY,
)
def raise_disputes(
    request: Request,
    opened: Opened,
    actor: Acting,
    sent: Annotated[SentDispute, Depends(sent_dispute)],
) -> Raised:
    """Tất cả được nhận, hoặc không phản hồi nào; tệp gốc được giữ nguyên từng byte."""
    numbers = disputes.raise_many(
        opened, actor, today(), sent.claims, sent.proof,
        limit_bytes=settings(request).intake.max_bytes,
    )  # fmt: skip
    return Raised(disputes=numbers)


@router.get(
    "", summary="Các phản hồi kết luận", responses=problem_responses(*AT_THE_DOOR, NotAllowed)
)
def list_disputes(  # noqa: PLR0917 - each is one parameter of the address
    opened: Opened,
    actor: Acting,
    status: Annotated[DisputeStatus | None, Query(description="Tình trạng.")] = None,
    province: Annotated[str | None, Query(pattern=PROVINCE, description="Mã tỉnh.")] = None,
    late: Annotated[bool, Query(description="Chỉ các phản hồi đã quá hạn trả lời.")] = False,
    skip: Annotated[int, Query(ge=0, le=1_000_000, description="Bỏ qua bấy nhiêu mục.")] = 0,
    limit: PageSize = 100,
) -> DisputeList:
    """Doanh nghiệp thấy phản hồi của mình; Cục và kiểm toán thấy tất cả, hạn trả lời gần trước."""
    day = today()
    wanted = DisputeFilter(status, None, province, day if late else None)
    found = disputes.list_disputes(opened, actor, wanted, skip=skip, limit=limit)
    return DisputeList(disputes=[told(one, day) for one in found.disputes], total=found.total)


@router.get(
    "/{number}",
    summary="Một phản hồi kết luận",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound),
)
def get_dispute(opened: Opened, actor: Acting, number: Number) -> ToldDisputeFile:
    """Kèm kết luận khi bị phản hồi và kết luận hiện nay."""
    return told_file(disputes.get_dispute(opened, actor, number), today())


@router.get(
    "/{number}/file",
    summary="Tệp gửi kèm phản hồi",
    response_class=Response,
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound)
    | {200: {"content": {"application/octet-stream": {}}}},
)
def get_dispute_file(opened: Opened, actor: Acting, number: Number) -> Response:
    """Đúng từng byte như doanh nghiệp đã gửi; luôn là tệp tải về."""
    return raw_file_answer(*disputes.raw_file(opened, actor, number))


@router.post(
    "/{number}/answer",
    summary="Trả lời một phản hồi kết luận",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict, DisputeRefused),
)
def answer_dispute(opened: Opened, actor: Acting, number: Number, said: Answer) -> ToldDisputeFile:
    """Chấp nhận thì vùng được đánh giá lại ngay; kết luận cũ được giữ trong lịch sử."""
    words = said.answer.replace("\x00", "")
    dispute_answers.answer(opened, actor, today(), [number], upheld=said.upheld, answer=words)
    return told_file(disputes.get_dispute(opened, actor, number), today())


@router.post(
    "/{number}/withdraw",
    summary="Rút một phản hồi kết luận",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)
def withdraw_dispute(opened: Opened, actor: Acting, number: Number) -> ToldDisputeFile:
    """Còn hạn thì được phản hồi lại; tệp đã gửi vẫn được giữ."""
    disputes.withdraw_dispute(opened, actor, number)
    return told_file(disputes.get_dispute(opened, actor, number), today())


def told(one: Dispute, day: date) -> ToldDispute:
    """Return a dispute as the API tells it on ``day``."""
    return ToldDispute(**_facts(one, day))


def told_file(file: DisputeFile, day: date) -> ToldDisputeFile:
    """Return a dispute beside its verdicts as the API tells it on ``day``."""
    return ToldDisputeFile(
        **_facts(file.dispute, day), then=_given(file.then), now=_given(file.now)
    )


def is_late(one: Dispute, day: date) -> bool:
    """Tell whether the authority should have answered before ``day``."""
    return one.status is DisputeStatus.OPEN and one.answer_by < day


def _facts(one: Dispute, day: date) -> dict[str, object]:
    same = set(ToldDispute.model_fields) - {"file", "late"}
    return {name: getattr(one, name) for name in same} | {
        "file": one.file_name, "late": is_late(one, day),
    }  # fmt: skip


def _given(given: GivenVerdict | None) -> GivenThen | None:
    if given is None:
        return None
    return GivenThen(
        verdict=given.verdict, reasons=list(given.reasons), distance_m=given.distance_m,
        given_at=given.given_at,
    )  # fmt: skip
