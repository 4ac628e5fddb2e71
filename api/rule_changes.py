"""``/rules``: quy định có ngày hiệu lực, và các thay đổi chờ thông qua."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import Acting, Opened, Speaking
from api.documentation import AT_THE_DOOR, ToldFinding, problem_responses
from api.door import today
from api.rule_rows import row_as_json, rows_of
from api.worker import ask_for_assessment_of_country
from coverage.actions import rule_changes as actions
from coverage.actions.rule_previews import findings_of_preview
from coverage.errors import ChangeRefused, Conflict, NotAllowed, NotFound
from coverage.findings import Language
from coverage.people import Actor
from coverage.rule_changes import RuleChange, RuleChangeStatus, RuleKind
from coverage.rule_changes.previews import digest
from coverage.storage.sessions import Database

router = APIRouter(prefix="/rules", tags=["Quy định"])
ChangeId = Annotated[int, Path(ge=1, le=2**62, description="Số của thay đổi.")]


class DatedRule(BaseModel):
    """One dated row; the fields of its kind follow those that every row has."""

    model_config = ConfigDict(extra="allow")

    id: int
    state: str = Field(examples=["in_force"])
    valid_from: date
    valid_to: date | None
    change_id: int | None = Field(description="Thay đổi đã đưa dòng này vào; null: có từ đầu.")


class RulesOnDay(BaseModel):
    """Every dated row, each with how it stands on the day ``on``."""

    on: date
    criteria_sets: list[DatedRule]
    queue_rules: list[DatedRule]
    settings: list[DatedRule]
    legal_bases: list[DatedRule]


class ProposedContent(BaseModel):
    """A change to look at: what kind of row, and its fields."""

    kind: RuleKind
    content: dict[str, Any] = Field(
        examples=[{"name": "dispute_days", "value": 45, "citation": "Quyết định …",
                   "valid_from": "2027-01-01"}]
    )  # fmt: skip


class ProposedChange(ProposedContent):
    """A change to propose, with why."""

    reason: str = Field(max_length=10_000)


class Adoption(BaseModel):
    """Which preview was read, when it is not the one of the proposal."""

    seen: str | None = Field(default=None, max_length=64)


class Refusal(BaseModel):
    """Why a change is not adopted."""

    reason: str = Field(max_length=10_000)


class ChangePreview(BaseModel):
    """What a change would do to today's zones."""

    preview: dict[str, Any]
    digest: str = Field(description="Tên ngắn của các con số; gửi lại khi thông qua (`seen`).")
    findings: list[ToldFinding]


class ToldChange(ChangePreview):
    """A change as it was proposed; ``preview_now`` while it waits and today's zones differ."""

    id: int
    kind: RuleKind
    content: dict[str, Any]
    reason: str
    proposed_by: str
    proposed_at: datetime
    status: RuleChangeStatus
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str
    preview_now: dict[str, Any] | None = None
    digest_now: str | None = None


class ChangeList(BaseModel):
    """The changes, the newest first."""

    changes: list[ToldChange]


@router.get("", summary="Quy định theo ngày", responses=problem_responses(*AT_THE_DOOR))
def list_rules(
    opened: Opened,
    actor: Acting,
    language: Speaking,
    on: Annotated[date | None, Query(description="Ngày; mặc định hôm nay.")] = None,
) -> RulesOnDay:
    """Bộ tiêu chí, quy tắc chi trả, tham số, căn cứ pháp lý: mọi dòng, và dòng nào có hiệu lực."""
    found = actions.in_force(opened, actor, on or today())
    by_kind = {
        kind: [DatedRule(**row_as_json(shown, language)) for shown in rows_of(found, kind)]
        for kind in RuleKind
    }
    return RulesOnDay(
        on=found.day, criteria_sets=by_kind[RuleKind.CRITERIA_SET],
        queue_rules=by_kind[RuleKind.QUEUE_RULE], settings=by_kind[RuleKind.SETTING],
        legal_bases=by_kind[RuleKind.LEGAL_BASIS],
    )  # fmt: skip


@router.get("/changes", summary="Các thay đổi quy định", responses=problem_responses(*AT_THE_DOOR))
def list_rule_changes(
    opened: Opened,
    actor: Acting,
    language: Speaking,
    status: Annotated[RuleChangeStatus | None, Query(description="Trạng thái.")] = None,
) -> ChangeList:
    """Mới nhất trước; chỉ Cục và kiểm toán thấy."""
    found = actions.list_changes(opened, actor, status)
    return ChangeList(changes=[told(change, language) for change in found])


@router.get(
    "/changes/{change_id}", summary="Một thay đổi quy định",
    responses=problem_responses(*AT_THE_DOOR, NotFound),
)  # fmt: skip
def get_rule_change(
    opened: Opened, actor: Acting, language: Speaking, change_id: ChangeId
) -> ToldChange:
    """Kèm tác động tính lại hôm nay khi thay đổi còn chờ."""
    shown = actions.show_change(opened, actor, change_id, today())
    answer = told(shown.change, language)
    if shown.now is not None:
        answer.preview_now, answer.digest_now = dict(shown.now), digest(shown.now)
    return answer


@router.post(
    "/changes/preview", summary="Xem trước tác động, không ghi gì",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, ChangeRefused),
)  # fmt: skip
def preview_rule_change(
    opened: Opened, actor: Acting, language: Speaking, asked: ProposedContent
) -> ChangePreview:
    """Chạy cùng bộ quy tắc trên các vùng của hôm nay, có và không có thay đổi."""
    previewed = actions.preview(opened, actor, asked.kind, asked.content, today())
    return ChangePreview(
        preview=dict(previewed.preview), digest=digest(previewed.preview),
        findings=_findings(previewed.preview, language),
    )  # fmt: skip


@router.post(
    "/changes", status_code=201, summary="Đề xuất thay đổi",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, ChangeRefused),
)  # fmt: skip
def propose_rule_change(
    opened: Opened, actor: Acting, language: Speaking, asked: ProposedChange
) -> ToldChange:
    """Chưa có gì đổi cho đến khi người khác thông qua."""
    change = actions.propose(opened, actor, asked.kind, asked.content, asked.reason, today())
    return told(change, language)


@router.post(
    "/changes/{change_id}/adopt", summary="Thông qua thay đổi",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, ChangeRefused, Conflict),
)  # fmt: skip
def adopt_rule_change(
    opened: Opened, actor: Acting, language: Speaking, change_id: ChangeId, asked: Adoption
) -> ToldChange:
    """Người đề xuất không tự thông qua; các vùng được đánh giá lại sau đó."""
    return told(adopted(opened, actor, change_id, asked.seen), language)


@router.post(
    "/changes/{change_id}/reject", summary="Không thông qua thay đổi",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, ChangeRefused, Conflict),
)  # fmt: skip
def reject_rule_change(
    opened: Opened, actor: Acting, language: Speaking, change_id: ChangeId, asked: Refusal
) -> ToldChange:
    """Kèm lý do."""
    return told(actions.reject(opened, actor, change_id, asked.reason), language)


@router.post(
    "/changes/{change_id}/withdraw", summary="Rút thay đổi mình đã đề xuất",
    responses=problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict),
)  # fmt: skip
def withdraw_rule_change(
    opened: Opened, actor: Acting, language: Speaking, change_id: ChangeId
) -> ToldChange:
    """Chỉ người đề xuất."""
    return told(actions.withdraw(opened, actor, change_id), language)


def adopted(database: Database, actor: Actor, change_id: int, seen: str | None) -> RuleChange:
    """Adopt a change, and ask for every province's verdicts when it counts from today."""
    change = actions.adopt(database, actor, change_id, today(), seen=seen)
    if actions.is_in_force(change, today()):
        ask_for_assessment_of_country(database)
    return change


def told(change: RuleChange, language: Language) -> ToldChange:
    """Return a change as JSON."""
    return ToldChange(
        id=change.id, kind=change.kind, content=dict(change.content), reason=change.reason,
        preview=dict(change.preview), digest=digest(change.preview),
        findings=_findings(change.preview, language), proposed_by=change.proposed_by,
        proposed_at=change.proposed_at, status=change.status, decided_by=change.decided_by,
        decided_at=change.decided_at, decision_reason=change.decision_reason,
    )  # fmt: skip


def _findings(preview: Any, language: Language) -> list[ToldFinding]:
    return [
        ToldFinding.model_validate(each.as_json(language)) for each in findings_of_preview(preview)
    ]
