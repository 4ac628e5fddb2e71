"""How progress is told as JSON, by the API and the command."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, Field

from coverage.actions.progress import Progress
from coverage.criteria import CriteriaSet
from coverage.progress import (
    AGE_BOUNDS_DAYS,
    BacklogLine,
    LateLot,
    ProvinceFigures,
    Stage,
    Tally,
    WaitingLine,
)
from coverage.zones import Queue


class ToldTally(BaseModel):
    """Zones and their households."""

    zones: int
    households: int


class ToldCriteria(BaseModel):
    """The criteria set in force on a day."""

    name: str
    document: str
    official: bool
    valid_from: date


class ToldHeadline(BaseModel):
    """Hộ còn chờ, thôn trắng sóng, đã vào gói thầu, đã phát sóng, quá hạn."""

    waiting: ToldTally
    white: ToldTally
    tendered: ToldTally
    on_air: ToldTally
    late: ToldTally


class ToldWaiting(BaseModel):
    """What waits in one province."""

    province_code: str
    province: str
    zones: int
    households: int
    white: ToldTally
    queues: dict[Queue, ToldTally] = Field(
        description="Theo nguồn chi trả; với doanh nghiệp, undecided gồm cả vùng chưa công bố ai chi trả."
    )
    median_days: int | None
    longest_days: int | None


class ToldMonth(BaseModel):
    """How the whole stood at the end of a day: a month's last, or today."""

    day: date
    criteria: ToldCriteria | None
    criteria_changed: bool = Field(description="Khác với bộ tiêu chí cuối tháng trước.")
    zones: int
    households: int
    stages: dict[Stage, ToldTally]


class ToldLot(BaseModel):
    """A lot with zones that are not on air."""

    award_id: uuid.UUID
    operator: str
    province_code: str
    province: str
    package: str
    lot_number: int
    lot_name: str
    due_on: date
    late_days: int = Field(description="Âm là còn chừng ấy ngày.")
    zones: int
    households: int


class ToldBacklog(BaseModel):
    """What waits for an answer in one province, by age."""

    province_code: str
    province: str
    zones: int
    households: int
    by_age: list[ToldTally] = Field(description="Đến 30, 31–60, 61–90, trên 90 ngày.")
    oldest_days: int


class ToldProvince(BaseModel):
    """One province beside the others; null is nothing to tell, or kept back (``hidden``)."""

    province_code: str
    province: str
    own: bool
    submissions: int
    rows: int | None
    rows_accepted: int | None
    accepted_share: float | None
    decisions: int | None
    decision_days: float | None
    waiting_zones: int | None
    waiting_households: int | None
    on_air_zones: int | None
    on_air_households: int | None
    payer_share: float | None
    hidden: list[str]


class ProgressAnswer(BaseModel):
    """The figures of one day."""

    day: date
    criteria: ToldCriteria | None
    province_code: str | None = Field(description="Chỉ một tỉnh; null là mọi vùng được xem.")
    headline: ToldHeadline
    waiting: list[ToldWaiting]
    months: list[ToldMonth] = Field(
        description="Cuối mỗi tháng từ báo cáo đầu tiên; với doanh nghiệp: các vùng đã giao cho mình."
    )
    not_open_yet: ToldTally = Field(
        description="Phần của tháng này trong gói thầu chưa đến giờ mở."
    )
    soon_days: int
    late: list[ToldLot]
    soon: list[ToldLot]
    age_bounds_days: list[int]
    review: list[ToldBacklog]
    correction: list[ToldBacklog]
    provinces: list[ToldProvince]
    silent: list[str]


def told_progress(found: Progress) -> ProgressAnswer:
    """Return the figures as JSON has them."""
    line = found.headline
    return ProgressAnswer(
        day=found.day,
        criteria=_criteria(found.criteria),
        province_code=found.wish.province_code,
        headline=ToldHeadline(
            waiting=_tally(line.waiting), white=_tally(line.white), tendered=_tally(line.tendered),
            on_air=_tally(line.on_air), late=_tally(line.late),
        ),
        waiting=[_waiting(found, each) for each in found.waiting],
        months=[
            ToldMonth(
                day=end.day, criteria=_criteria(end.criteria),
                criteria_changed=end.criteria_changed, zones=end.whole.zones,
                households=end.whole.households,
                stages={stage: _tally(tally) for stage, tally in end.stages.items()},
            )
            for end in found.months
        ],
        not_open_yet=_tally(found.not_open_yet),
        soon_days=found.soon_days,
        late=_lots(found, found.late),
        soon=_lots(found, found.soon),
        age_bounds_days=list(AGE_BOUNDS_DAYS),
        review=[_backlog(found, each) for each in found.review],
        correction=[_backlog(found, each) for each in found.correction],
        provinces=[_province(found, each) for each in found.provinces],
        silent=list(found.silent),
    )  # fmt: skip


def _tally(tally: Tally) -> ToldTally:
    return ToldTally(zones=tally.zones, households=tally.households)


def _criteria(criteria: CriteriaSet | None) -> ToldCriteria | None:
    if criteria is None:
        return None
    return ToldCriteria(
        name=criteria.name, document=criteria.document, official=criteria.official,
        valid_from=criteria.valid_from,
    )  # fmt: skip


def _waiting(found: Progress, line: WaitingLine) -> ToldWaiting:
    return ToldWaiting(
        province_code=line.province_code, province=found.name_of(line.province_code),
        zones=line.whole.zones, households=line.whole.households, white=_tally(line.white),
        queues={queue: _tally(tally) for queue, tally in line.queues.items() if tally.zones},
        median_days=line.age.median_days if line.age else None,
        longest_days=line.age.longest_days if line.age else None,
    )  # fmt: skip


def _lots(found: Progress, lots: Sequence[LateLot]) -> list[ToldLot]:
    return [
        ToldLot(
            award_id=lot.award_id, operator=lot.operator, province_code=lot.province_code,
            province=found.name_of(lot.province_code), package=lot.package_number,
            lot_number=lot.lot_number, lot_name=lot.lot_name, due_on=lot.due_on,
            late_days=lot.late_days(found.day), zones=lot.tally.zones,
            households=lot.tally.households,
        )
        for lot in lots
    ]  # fmt: skip


def _backlog(found: Progress, line: BacklogLine) -> ToldBacklog:
    return ToldBacklog(
        province_code=line.province_code, province=found.name_of(line.province_code),
        zones=line.whole.zones, households=line.whole.households,
        by_age=[_tally(tally) for tally in line.buckets], oldest_days=line.oldest_days,
    )  # fmt: skip


def _province(found: Progress, one: ProvinceFigures) -> ToldProvince:
    return ToldProvince(
        province_code=one.province_code, province=found.name_of(one.province_code), own=one.own,
        submissions=one.submissions, rows=one.rows, rows_accepted=one.rows_accepted,
        accepted_share=one.accepted_share, decisions=one.decisions,
        decision_days=one.decision_days, waiting_zones=one.waiting_zones,
        waiting_households=one.waiting_households, on_air_zones=one.on_air_zones,
        on_air_households=one.on_air_households, payer_share=one.payer_share,
        hidden=list(one.hidden),
    )  # fmt: skip
