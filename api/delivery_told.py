"""How awards, deliveries and on-air reports are told as JSON, by the API and the commands."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from pydantic import BaseModel, Field

from coverage.actions.awards import CheckedAward
from coverage.actions.deliveries import Deliveries, SeenAward, SeenZone
from coverage.actions.zone_deliveries import ZoneDelivery
from coverage.deadlines import ClockRule
from coverage.deliveries import (
    Acceptance,
    DeliveryCount,
    DeliveryState,
    Measure,
    Outcome,
    ReportStatus,
)
from coverage.findings import Language
from coverage.storage.awards import Award
from coverage.storage.on_air import OnAirReport
from coverage.towers import Technology
from coverage.zones import ZoneStatus


class ToldAward(BaseModel):
    """One award of a lot."""

    id: uuid.UUID
    package: str = Field(examples=["GT-2026-42-001"])
    version: int
    province_code: str
    lot_id: uuid.UUID
    lot_number: int
    lot_name: str
    operator: str
    price_vnd: int
    estimate_vnd: int | None = Field(
        description="Ước tính chi phí của lô; null khi chưa có, hoặc tổ chức không được xem."
    )
    decision: str
    awarded_on: date
    months: int = Field(description="Số tháng phải phát sóng kể từ ngày giao.")
    clock: ClockRule = Field(description="Vì sao có thời hạn ấy.")
    first_due_on: date = Field(description="Hạn theo thời hạn ban đầu.")
    due_on: date = Field(description="Hạn phát sóng đang tính, sau gia hạn nếu có.")
    stands: bool
    cancelled_on: date | None
    cancel_reason: str


class ToldCheck(BaseModel):
    """One figure held against what the package asks."""

    measure: Measure
    asked: float | None
    measured: float | None
    outcome: Outcome


class ToldReport(BaseModel):
    """An on-air report."""

    id: uuid.UUID
    award_id: uuid.UUID
    zone_id: uuid.UUID
    village: str
    operator: str
    on_air_on: date
    technology: Technology
    latitude: float | None
    longitude: float | None
    level_dbm: float | None
    down_mbps: float | None
    up_mbps: float | None
    availability_percent: float | None
    measured_on: date | None
    proof: str | None = Field(description="Tên tệp minh chứng.")
    note: str
    status: ReportStatus
    reported_at: datetime
    answered_at: datetime | None
    answer: str


class ToldAwardedZone(BaseModel):
    """A zone of an award, and how its newest report compares with what was asked."""

    zone_id: uuid.UUID
    label: str
    village: str
    commune: str
    households: int
    status: ZoneStatus
    state: DeliveryState
    late_days: int
    on_air_on: date | None
    report: ToldReport | None = Field(description="Chỉ Cục, kiểm toán và doanh nghiệp được giao.")
    checks: list[ToldCheck]


class ToldExtension(BaseModel):
    """A later due day."""

    due_on: date
    reason: str
    document: str


class ToldRequirement(BaseModel):
    """What the package asks of one technology's service; null where it does not say."""

    technology: str
    level_dbm: float | None
    down_mbps: float | None
    up_mbps: float | None
    availability_percent: float | None
    measured: str


class ToldCount(BaseModel):
    """Zones by where they stand."""

    zones: int
    households: int
    late: int
    soon: int
    due: int
    on_air: int
    confirmed: int
    left: int
    delivered_late: int
    longest_late_days: int


class ToldAwardFile(ToldAward):
    """An award with its zones, requirements and extensions."""

    zones: list[ToldAwardedZone]
    requirements: list[ToldRequirement]
    extensions: list[ToldExtension]
    count: ToldCount


class AwardList(BaseModel):
    """Awards."""

    awards: list[ToldAward]


class ToldAwardCheck(BaseModel):
    """Whether an award may be made, and the clock it would get."""

    row: int | None
    package: str
    lot: str
    operator: str
    may_be_made: bool
    price_vnd: int | None
    estimate_vnd: int | None
    months: int | None
    clock: ClockRule | None
    due_on: date | None
    findings: list[dict[str, str | None]]


class ToldDelivery(BaseModel):
    """One zone that is to be delivered."""

    zone_id: uuid.UUID
    award_id: uuid.UUID
    village: str
    commune: str
    province_code: str
    households: int
    operator: str
    package: str
    lot_number: int
    due_on: date
    state: DeliveryState
    late_days: int
    on_air_on: date | None


class ToldZoneDelivery(BaseModel):
    """How one zone stands under its award."""

    award_id: uuid.UUID
    operator: str
    package: str
    lot_number: int
    awarded_on: date
    due_on: date
    state: DeliveryState
    late_days: int
    on_air_on: date | None


class ZoneDeliveryAnswer(BaseModel):
    """The award of a zone; null where none stands."""

    delivery: ToldZoneDelivery | None


class DeliveryList(BaseModel):
    """What is due, late, on air and confirmed on a day."""

    day: date
    soon_days: int
    total: ToldCount
    by_operator: dict[str, ToldCount]
    by_province: dict[str, ToldCount]
    zones: list[ToldDelivery]


def told_award(one: Award) -> ToldAward:
    """Return an award as JSON tells it."""
    return ToldAward(**_award(one))


def _award(one: Award) -> dict[str, object]:
    return {
        "id": one.id, "package": one.package_number, "version": one.version,
        "province_code": one.province_code, "lot_id": one.lot_id, "lot_number": one.lot_number,
        "lot_name": one.lot_name, "operator": one.operator, "price_vnd": one.price_vnd,
        "estimate_vnd": one.estimate_vnd, "decision": one.decision,
        "awarded_on": one.awarded_on, "months": one.months, "clock": one.rule,
        "first_due_on": one.first_due_on, "due_on": one.due_on, "stands": one.stands,
        "cancelled_on": one.cancelled_on, "cancel_reason": one.cancel_reason,
    }  # fmt: skip


def told_award_file(seen: SeenAward) -> ToldAwardFile:
    """Return one award with all that became of it."""
    return ToldAwardFile(
        **_award(seen.award),
        zones=[_zone(one) for one in seen.zones],
        requirements=[
            ToldRequirement(
                technology=each.technology, level_dbm=each.level_dbm, down_mbps=each.down_mbps,
                up_mbps=each.up_mbps, availability_percent=each.availability_percent,
                measured=each.measured,
            )
            for each in seen.requirements
        ],
        extensions=[
            ToldExtension(due_on=each.due_on, reason=each.reason, document=each.decision)
            for each in seen.extensions
        ],
        count=told_count(seen.count),
    )  # fmt: skip


def _zone(one: SeenZone) -> ToldAwardedZone:
    zone = one.zone
    return ToldAwardedZone(
        zone_id=zone.zone_id, label=zone.label, village=zone.village, commune=zone.commune,
        households=zone.households, status=zone.status, state=one.state, late_days=one.late_days,
        on_air_on=one.told.on_air_on if one.told else None,
        report=told_report(one.report) if one.report else None, checks=told_checks(one.acceptance),
    )  # fmt: skip


def told_checks(acceptance: Acceptance | None) -> list[ToldCheck]:
    """Return the figures of an acceptance."""
    return [
        ToldCheck(measure=one.measure, asked=one.asked, measured=one.measured, outcome=one.outcome)
        for one in (acceptance.checks if acceptance else ())
    ]


def told_report(one: OnAirReport) -> ToldReport:
    """Return an on-air report as JSON tells it."""
    measured = one.measured
    return ToldReport(
        id=one.id, award_id=one.award_id, zone_id=one.zone_id, village=one.village,
        operator=one.operator, on_air_on=one.on_air_on, technology=one.technology,
        latitude=one.latitude, longitude=one.longitude, level_dbm=measured.level_dbm,
        down_mbps=measured.down_mbps, up_mbps=measured.up_mbps,
        availability_percent=measured.availability_percent, measured_on=one.measured_on,
        proof=one.proof_name, note=one.note, status=one.status, reported_at=one.reported_at,
        answered_at=one.answered_at, answer=one.answer,
    )  # fmt: skip


def told_count(count: DeliveryCount) -> ToldCount:
    """Return the sums of zones."""
    return ToldCount(**{name: getattr(count, name) for name in ToldCount.model_fields})


def told_deliveries(found: Deliveries) -> DeliveryList:
    """Return a list of deliveries."""
    return DeliveryList(
        day=found.day, soon_days=found.soon_days, total=told_count(found.total),
        by_operator={name: told_count(count) for name, count in found.by_operator.items()},
        by_province={code: told_count(count) for (code, _), count in found.by_province.items()},
        zones=[
            ToldDelivery(
                zone_id=each.zone.zone_id, award_id=each.zone.award_id, village=each.zone.village,
                commune=each.zone.commune, province_code=each.zone.province_code,
                households=each.zone.households, operator=each.zone.operator,
                package=each.zone.package_number, lot_number=each.zone.lot_number,
                due_on=each.zone.due_on, state=each.state, late_days=each.late_days,
                on_air_on=each.zone.on_air_on,
            )
            for each in found.zones
        ],
    )  # fmt: skip


def told_award_check(one: CheckedAward, language: Language) -> ToldAwardCheck:
    """Return what has to be said of an award that somebody wants."""
    wish = one.wish
    return ToldAwardCheck(
        row=wish.row, package=wish.package_number, lot=wish.lot, operator=wish.operator,
        may_be_made=one.may_be_made, price_vnd=wish.price_vnd,
        estimate_vnd=one.lot.estimate_vnd if one.lot else None,
        months=one.clock.months if one.clock else None,
        clock=one.clock.rule if one.clock else None, due_on=one.due_on,
        findings=[found.as_json(language) for found in one.findings],
    )  # fmt: skip


def told_zone_delivery(one: ZoneDelivery | None) -> ZoneDeliveryAnswer:
    """Return how one zone stands under its award."""
    if one is None:
        return ZoneDeliveryAnswer(delivery=None)
    return ZoneDeliveryAnswer(
        delivery=ToldZoneDelivery(
            award_id=one.award_id, operator=one.operator, package=one.package_number,
            lot_number=one.lot_number, awarded_on=one.awarded_on, due_on=one.due_on,
            state=one.state, late_days=one.late_days, on_air_on=one.on_air_on,
        )
    )  # fmt: skip
