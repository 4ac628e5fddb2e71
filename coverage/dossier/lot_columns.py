"""What the files tell of proposed sites and of lots: keys for programs, headings for people.

A cost that nobody could estimate is None, as is one that does not apply; :func:`is_absent` tells
the two apart. Where a site stands already, nothing here knows its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coverage.costs import CostEstimate, CostKind
from coverage.dossier.columns import Kind, Value
from coverage.packages import Package, PackageLot, PackageSite, SiteKind
from coverage.readiness import ReadinessKind, ReadinessState

SITE_KIND_WORDS = {SiteKind.NEW: "Xây mới", SiteKind.SHARED: "Dùng chung hạ tầng có sẵn"}
COST_WORDS = {
    CostKind.TOWER: "Cột và thiết bị",
    CostKind.SHARED: "Thiết bị trên cột có sẵn",
    CostKind.ROAD: "Đường thi công",
    CostKind.POWER: "Kéo điện",
    CostKind.BACKHAUL: "Truyền dẫn",
    CostKind.HOUSEHOLDS: "Thiết bị theo số hộ",
}
READINESS_WORDS = {
    ReadinessKind.POWER: "Điện",
    ReadinessKind.ROAD: "Đường",
    ReadinessKind.LAND: "Mặt bằng",
    ReadinessKind.PERMITS: "Giấy phép",
}
STATE_WORDS = {
    ReadinessState.READY: "Sẵn sàng",
    ReadinessState.NOT_READY: "Chưa sẵn sàng",
    ReadinessState.UNKNOWN: "Chưa rõ",
}

SiteRow = tuple[PackageLot, PackageSite]


@dataclass(frozen=True, slots=True)
class SiteColumn:
    """One column of the sites."""

    key: str
    heading: str
    kind: Kind
    value: Callable[[SiteRow], Value]


@dataclass(frozen=True, slots=True)
class LotColumn:
    """One column of the lots."""

    key: str
    heading: str
    kind: Kind
    value: Callable[[PackageLot], Value]


def amount_vnd(cost: CostEstimate | None, kind: CostKind) -> int | None:
    """Return what a part costs; None where it does not apply and where nobody could tell."""
    parts = cost.parts if cost else ()
    return next((part.amount_vnd for part in parts if part.kind is kind), None)


def is_absent(cost: CostEstimate | None, kind: CostKind) -> bool:
    """Tell whether a part applies and nobody could estimate it."""
    return cost is not None and kind in cost.absent


def absent_words(cost: CostEstimate | None) -> str | None:
    """Return the names of the parts that nobody could estimate; None when all are told."""
    absent = cost.absent if cost else ()
    return ", ".join(COST_WORDS[kind] for kind in absent) or None


def _site_amount(kind: CostKind) -> Callable[[SiteRow], Value]:
    return lambda row: amount_vnd(row[1].cost, kind)


def _readiness(kind: ReadinessKind) -> Callable[[PackageLot], Value]:
    return lambda lot: next((told.state.value for told in lot.readiness if told.kind is kind), None)


def _population(lot: PackageLot) -> int | None:
    stated = [zone.population for zone in lot.zones if zone.population is not None]
    return sum(stated) if stated else None


SITE_COLUMNS: tuple[SiteColumn, ...] = (
    SiteColumn("label", "Ký hiệu", Kind.CODE, lambda row: row[1].label),
    SiteColumn("lot", "Lô", Kind.COUNT, lambda row: row[0].number),
    SiteColumn("kind", "Loại", Kind.CODE, lambda row: row[1].kind.value),
    SiteColumn("commune", "Xã, phường", Kind.TEXT, lambda row: row[1].commune),
    SiteColumn("latitude", "Vĩ độ (WGS 84)", Kind.DEGREES, lambda row: row[1].latitude),
    SiteColumn("longitude", "Kinh độ (WGS 84)", Kind.DEGREES, lambda row: row[1].longitude),
    SiteColumn("serves", "Phục vụ vùng", Kind.TEXT, lambda row: ", ".join(row[1].serves)),
    SiteColumn("households", "Số hộ", Kind.COUNT, lambda row: row[1].households),
    *(
        SiteColumn(f"cost_{kind.value}_vnd", COST_WORDS[kind], Kind.COUNT, _site_amount(kind))
        for kind in CostKind
    ),
    SiteColumn("cost_vnd", "Cộng (đồng)", Kind.COUNT, lambda row: row[1].cost.total_vnd),
    SiteColumn("cost_missing", "Phần chưa có số liệu", Kind.TEXT,
               lambda row: absent_words(row[1].cost)),
)  # fmt: skip
LOT_COLUMNS: tuple[LotColumn, ...] = (
    LotColumn("lot", "Lô", Kind.COUNT, lambda lot: lot.number),
    LotColumn("name", "Tên lô", Kind.TEXT, lambda lot: lot.name),
    LotColumn("lot_id", "Mã lô", Kind.CODE, lambda lot: str(lot.id)),
    LotColumn("zones", "Số vùng", Kind.COUNT, lambda lot: len(lot.zones)),
    LotColumn("households", "Số hộ", Kind.COUNT, lambda lot: lot.households),
    LotColumn("population", "Số khẩu (đã có số liệu)", Kind.COUNT, _population),
    LotColumn("island", "Trên đảo", Kind.YES_NO, lambda lot: lot.island),
    LotColumn("sites", "Số trạm đề xuất", Kind.COUNT, lambda lot: len(lot.sites) or None),
    LotColumn("cost_vnd", "Ước tính (đồng)", Kind.COUNT,
              lambda lot: lot.cost.total_vnd if lot.cost else None),
    LotColumn("cost_missing", "Phần chưa có số liệu", Kind.TEXT,
              lambda lot: absent_words(lot.cost)),
    LotColumn("months", "Thời hạn phát sóng (tháng)", Kind.COUNT,
              lambda lot: lot.clock.months if lot.clock else None),
    *(
        LotColumn(f"readiness_{kind.value}", READINESS_WORDS[kind], Kind.CODE, _readiness(kind))
        for kind in ReadinessKind
    ),
)  # fmt: skip


def sites(package: Package) -> list[SiteRow]:
    """Return every proposed site beside its lot, lot by lot."""
    return [(lot, site) for lot in package.lots for site in lot.sites]


def total_vnd(package: Package) -> int | None:
    """Return the estimate of the whole package; None as soon as a lot has none."""
    costs = [lot.cost for lot in package.lots]
    known = [cost.total_vnd for cost in costs if cost is not None]
    return sum(known) if known and len(known) == len(costs) else None
