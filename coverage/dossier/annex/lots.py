"""The appendices: everything of one lot together, its zones, sites and estimate; the maps."""

from __future__ import annotations

from coverage.costs import CostKind
from coverage.dossier.annex.content import (
    Align,
    Block,
    Column,
    Facts,
    Figure,
    Paragraph,
    Section,
    Table,
)
from coverage.dossier.annex.general import lot_name
from coverage.dossier.annex.words import (
    NO_FIGURE,
    NONE,
    degrees,
    inside_a_sentence,
    metres,
    quantity,
    whole,
    yes_no,
)
from coverage.dossier.annex.works import SHARED_TOLD
from coverage.dossier.columns import SIGNAL_WORDS, evidence_words
from coverage.dossier.lot_columns import COST_WORDS, READINESS_WORDS, SITE_KIND_WORDS, STATE_WORDS
from coverage.packages import Package, PackageLot, PackageSite, PackageZone, SiteKind

_SHARED_MARK = "(*)"
_UNITS = {
    CostKind.TOWER: "cột", CostKind.SHARED: "cột có sẵn", CostKind.ROAD: "km",
    CostKind.POWER: "km", CostKind.BACKHAUL: "chặng", CostKind.HOUSEHOLDS: "hộ",
}  # fmt: skip
_ZONES = (
    Column("Ký hiệu", 1.15), Column("Thôn, bản", 2.1), Column("Xã hiện nay", 1.7),
    Column("Các xã trước khi sắp xếp", 2.3),
    Column("Vĩ độ WGS 84", 1.5, Align.RIGHT), Column("Kinh độ WGS 84", 1.6, Align.RIGHT),
    Column("X Bắc VN-2000 (m)", 1.7, Align.RIGHT), Column("Y Đông VN-2000 (m)", 1.6, Align.RIGHT),
    Column("Số hộ", 0.85, Align.RIGHT), Column("Số khẩu", 0.95, Align.RIGHT),
    Column("Điện lưới", 0.9, Align.CENTER), Column("Thôn ĐBKK", 0.95, Align.CENTER),
    Column("Hiện trạng sóng", 1.5, Align.CENTER), Column("Nhà mạng trong tầm", 1.1, Align.CENTER),
)  # fmt: skip
_SITES = (
    Column("Ký hiệu", 1), Column("Loại", 1.4), Column("Xã", 1.8),
    Column("Vĩ độ WGS 84", 1.5, Align.RIGHT), Column("Kinh độ WGS 84", 1.5, Align.RIGHT),
    Column("Phục vụ vùng", 3), Column("Số hộ", 0.8, Align.RIGHT),
    Column("Ước tính (đồng)", 1.7, Align.RIGHT),
)  # fmt: skip
_COSTS = (
    Column("Thành phần", 3), Column("Khối lượng", 1.4, Align.RIGHT), Column("Đơn vị", 1.2),
    Column("Thành tiền (đồng)", 2, Align.RIGHT),
)  # fmt: skip


def lot(one: PackageLot) -> Section:
    """Return a lot: its facts, zones, sites and estimate."""
    blocks: list[Block] = [_facts(one), _zones(one)]
    if one.sites:
        blocks.append(_sites(one))
        if any(site.kind is SiteKind.SHARED for site in one.sites):
            blocks.append(Paragraph(f"{SHARED_TOLD}.", lead=_SHARED_MARK))
    if one.cost is not None:
        blocks.append(_costs(one))
    return Section(f"Lô {one.number} – {lot_name(one)}", tuple(blocks))


def maps(package: Package) -> list[Section]:
    """Return the sheets: all lots together, then lot by lot."""
    told = f"Bản đồ vị trí các lô của gói thầu {package.number} trong {inside_a_sentence(package.province)}"
    return [
        Section("Bản đồ chung các lô", (Figure(None, told),)),
        *(
            Section(
                f"Bản đồ lô {one.number} – {lot_name(one)}",
                (Figure(one.number, f"Bản đồ lô {one.number} của gói thầu {package.number}"),),
            )
            for one in package.lots
        ),
    ]


def _facts(one: PackageLot) -> Facts:
    communes = sorted({zone.commune for zone in one.zones})
    few = 3
    where = ", ".join(communes) if len(communes) <= few else f"{len(communes)} xã, phường"
    size = f"{whole(len(one.zones))} vùng, {whole(one.households)} hộ; {where}"
    lines = [("Quy mô", f"{size}{'; lô trên đảo' if one.island else ''}")]
    if one.clock is not None:
        lines.append(("Thời hạn phát sóng", f"{one.clock.months} tháng: {one.clock.reason}"))
    if one.readiness:
        told = [f"{READINESS_WORDS[each.kind].lower()}: {STATE_WORDS[each.state].lower()}"
                for each in one.readiness]  # fmt: skip
        lines.append(("Điều kiện sẵn sàng", "; ".join(told)))
    return Facts(tuple(lines))


def _zones(one: PackageLot) -> Table:
    stated = [zone.population for zone in one.zones if zone.population is not None]
    people = whole(sum(stated)) if stated else NONE
    total = ("", "Cộng", *[""] * 6, whole(one.households), people, *[""] * 4)
    rows = tuple(_zone(zone) for zone in one.zones)
    return Table("", _ZONES, rows, total)


def _zone(zone: PackageZone) -> tuple[str, ...]:
    commune = f"{zone.commune} ({zone.commune_code})"
    if zone.declared_commune:
        commune += f"; tỉnh kê khai: {zone.declared_commune}"
    return (
        zone.label, zone.village, commune, ", ".join(zone.former_communes) or NONE,
        degrees(zone.latitude), degrees(zone.longitude), metres(zone.northing_m),
        metres(zone.easting_m), whole(zone.households), whole(zone.population, NONE),
        yes_no(zone.grid_power), yes_no(zone.specially_difficult),
        SIGNAL_WORDS[zone.signal.value if zone.signal else None], evidence_words(zone),
    )  # fmt: skip


def _sites(one: PackageLot) -> Table:
    rows = tuple(_site(site) for site in one.sites)
    total = ("", "Cộng", *[""] * 5, whole(one.cost.total_vnd if one.cost else None, NONE))
    return Table(f"Vị trí trạm đề xuất của lô {one.number}", _SITES, rows, total)


def _site(site: PackageSite) -> tuple[str, ...]:
    kind = SITE_KIND_WORDS[site.kind]
    if site.kind is SiteKind.SHARED:
        kind += f" {_SHARED_MARK}"
    return (
        site.label, kind, site.commune, degrees(site.latitude), degrees(site.longitude),
        ", ".join(site.serves), whole(site.households), whole(site.cost.total_vnd),
    )  # fmt: skip


def _costs(one: PackageLot) -> Table:
    cost = one.cost
    parts = cost.parts if cost else ()
    rows = tuple(
        (COST_WORDS[part.kind], quantity(part.quantity), _UNITS[part.kind],
         whole(part.amount_vnd, NO_FIGURE))
        for part in parts
    )  # fmt: skip
    total = ("Cộng phần đã có số liệu" if cost and cost.absent else "Cộng", "", "",
             whole(cost.total_vnd if cost else None))  # fmt: skip
    return Table(f"Thành phần ước tính của lô {one.number}", _COSTS, rows, total)
