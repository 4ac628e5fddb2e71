"""What is proposed to be built: sites, shared masts, estimate, readiness, schedule."""

from __future__ import annotations

from coverage.dossier.annex.content import Align, Block, Column, Items, Paragraph, Section, Table
from coverage.dossier.annex.words import NONE, first_letter, manner, numbers_in_words, whole
from coverage.dossier.lot_columns import READINESS_WORDS, STATE_WORDS, absent_words, total_vnd
from coverage.packages import Package, PackageLot, SiteKind
from coverage.readiness import ReadinessKind, ReadinessState

SHARED_TOLD = "Hạ tầng có sẵn; Cục cung cấp thông tin cho doanh nghiệp được chọn"


def sites(package: Package) -> Section:
    """Return what the proposed sites are, and that the operator may choose otherwise."""
    placed = [site for lot in package.lots for site in lot.sites]
    new = sum(site.kind is SiteKind.NEW for site in placed)
    without = [lot.number for lot in package.lots if not lot.sites]
    blocks: list[Block] = []
    if placed:
        blocks.append(Paragraph(_proposed(package, new, len(placed) - new)))
    if without:
        which = "gói thầu này" if not placed else f"lô {numbers_in_words(without)}"
        blocks.append(
            Paragraph(
                f"Cơ quan lập chưa đề xuất vị trí trạm cho {which}; Doanh nghiệp tự khảo sát và "
                "lựa chọn vị trí."
            )
        )
    blocks += [
        Paragraph(
            "Vị trí đề xuất không bắt buộc. Doanh nghiệp được chọn vị trí, số trạm và giải pháp "
            "khác với điều kiện:"
        ),
        Items(
            (
                "Tất cả các vùng của lô vẫn đạt yêu cầu tại Mục 5;",
                f"Trong {manner(package).offer} có bản đồ hoặc tính toán vùng phủ cho phương án "
                "thay thế. Dịch chuyển một cột vài trăm mét có thể làm đổi các hộ được phủ, nên "
                "phải tính lại cho từng vùng;",
                "Tuân thủ quy hoạch hạ tầng viễn thông thụ động, đất đai, xây dựng, an toàn bức xạ "
                "và quy định về khu vực quốc phòng, an ninh, biên giới;",
                "Không làm tăng phần kinh phí hỗ trợ.",
            )
        ),
    ]
    return Section("Vị trí trạm đề xuất và quyền chọn phương án khác", tuple(blocks))


def _proposed(package: Package, new: int, shared: int) -> str:
    every = f"Cơ quan lập đề xuất {whole(new + shared)} vị trí trạm, nêu theo từng lô tại Phụ lục 1"
    if not shared:
        return f"{every}; tất cả là trạm xây mới."
    return (
        f"{every}: {whole(new)} trạm xây mới và {whole(shared)} trạm dùng chung hạ tầng có sẵn. "
        "Với trạm dùng chung, phụ lục không nêu vị trí, mã và chủ sở hữu: "
        f"{package.authority} cung cấp thông tin cho doanh nghiệp được chọn."
    )


def sharing(package: Package) -> Section:
    """Return the duty to share what is built, and to use what stands."""
    blocks: tuple[Block, ...] = (
        Items(
            (
                "Doanh nghiệp ưu tiên dùng chung cột, nhà trạm, nguồn điện và truyền dẫn có sẵn "
                "trước khi xây mới;",
                "Hạ tầng thụ động được xây dựng bằng kinh phí hỗ trợ phải thiết kế để dùng chung và "
                "cho doanh nghiệp viễn thông khác thuê khi có yêu cầu, không phân biệt đối xử, "
                "trong giới hạn kỹ thuật và an toàn;",
                "Điều kiện và giá dùng chung theo quy định hiện hành của pháp luật về viễn thông và "
                "về giá;",
                f"Thông tin về hạ tầng có sẵn do {package.authority} cung cấp chỉ được dùng cho "
                "gói thầu này.",
            )
        ),
    )
    return Section("Dùng chung hạ tầng", blocks)


def estimate(package: Package) -> Section:
    """Return the estimate of each lot, and what it does not include."""
    if not any(lot.cost for lot in package.lots):
        told = (
            "Chưa lập ước tính chi phí cho gói thầu này vì chưa đề xuất vị trí trạm. Giá gói thầu "
            "và mức hỗ trợ theo quyết định của cấp có thẩm quyền."
        )
        return Section("Ước tính chi phí", (Paragraph(told),))
    columns = (
        Column("Lô", 0.8, Align.CENTER), Column("Trạm xây mới", 1, Align.RIGHT),
        Column("Trạm dùng chung", 1, Align.RIGHT), Column("Ước tính (đồng)", 2, Align.RIGHT),
        Column("Bình quân một hộ (đồng)", 1.7, Align.RIGHT), Column("Phần chưa có số liệu", 2.6),
    )  # fmt: skip
    new = sum(site.kind is SiteKind.NEW for lot in package.lots for site in lot.sites)
    every = sum(len(lot.sites) for lot in package.lots)
    money = total_vnd(package)
    note = "" if money is not None else "Chưa đủ: có lô chưa lập ước tính"
    total = ("Cộng", whole(new), whole(every - new), whole(money, NONE), "", note)
    blocks: tuple[Block, ...] = (
        Paragraph(
            "Ước tính sơ bộ để so sánh các lô, lập từ đơn giá tham khảo có hiệu lực của cơ quan "
            "lập; không thay giá gói thầu và định mức hỗ trợ. Các thành phần của từng lô nêu tại "
            "Phụ lục 1."
        ),
        Table(
            "Ước tính chi phí theo lô", columns, tuple(_cost(lot) for lot in package.lots), total
        ),
        Paragraph(
            "Phần chưa có số liệu (chưa nạp lớp dữ liệu tương ứng) không được cộng vào ước tính: "
            "ước tính khi đó thấp hơn thực tế, không có nghĩa là phần đó bằng không."
        ),
    )
    return Section("Ước tính chi phí", blocks)


def _cost(lot: PackageLot) -> tuple[str, ...]:
    new = sum(site.kind is SiteKind.NEW for site in lot.sites)
    if lot.cost is None:
        return str(lot.number), NONE, NONE, NONE, NONE, "Chưa lập ước tính"
    return (
        str(lot.number), whole(new), whole(len(lot.sites) - new), whole(lot.cost.total_vnd),
        whole(lot.cost.per_household_vnd(lot.households), NONE), absent_words(lot.cost) or "",
    )  # fmt: skip


def readiness(package: Package) -> Section:
    """Return what is ready of power, road, land and permits, lot by lot."""
    if not any(lot.readiness for lot in package.lots):
        told = (
            "Chưa có thông tin về điện, đường, mặt bằng và giấy phép của các lô: Doanh nghiệp tự "
            "khảo sát. Chưa có thông tin không có nghĩa là sẵn sàng."
        )
        return Section("Điều kiện sẵn sàng", (Paragraph(told),))
    columns = (
        Column("Lô", 1.1, Align.CENTER),
        *(Column(READINESS_WORDS[kind], 1.3, Align.CENTER) for kind in ReadinessKind),
        Column("Nơi, lý do chưa sẵn sàng", 3),
    )
    same: dict[tuple[str, ...], list[int]] = {}
    for lot in package.lots:
        same.setdefault(_ready(lot), []).append(lot.number)
    rows = tuple((numbers_in_words(numbers), *told) for told, numbers in same.items())
    blocks: tuple[Block, ...] = (
        Paragraph(
            "Mỗi lô được ghi theo vùng kém sẵn sàng nhất. “Chưa rõ” là chưa có thông tin, không có "
            "nghĩa là sẵn sàng."
        ),
        Table("Điều kiện sẵn sàng theo lô", columns, rows),
    )
    return Section("Điều kiện sẵn sàng", blocks)


def _ready(lot: PackageLot) -> tuple[str, ...]:
    states = {one.kind: STATE_WORDS[one.state] for one in lot.readiness}
    notes = [
        f"{READINESS_WORDS[one.kind]}: {one.note}"
        for one in lot.readiness
        if one.note and one.state is ReadinessState.NOT_READY
    ]
    unknown = STATE_WORDS[ReadinessState.UNKNOWN]
    return (*(states.get(kind, unknown) for kind in ReadinessKind), "; ".join(notes))


def schedule(package: Package) -> Section:
    """Return until when each lot must be on air, and why."""
    columns = (
        Column("Lô", 1.1, Align.CENTER), Column("Thời hạn phát sóng (tháng)", 1.2, Align.CENTER),
        Column("Lý do", 3), Column("Căn cứ", 2.4),
    )  # fmt: skip
    same: dict[tuple[str, ...], list[int]] = {}
    for lot in package.lots:
        told = (
            (str(lot.clock.months), first_letter(lot.clock.reason), lot.clock.citation)
            if lot.clock
            else ("Ghi tại hợp đồng", "Chưa xác định khi lập gói thầu", "")
        )
        same.setdefault(told, []).append(lot.number)
    rows = tuple((numbers_in_words(numbers), *told) for told, numbers in same.items())
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"Thời hạn tính bằng tháng theo lịch, kể từ {manner(package).awarded}, đến khi tất cả "
            "các vùng của lô phát sóng."
        ),
        Table("Thời hạn phát sóng theo lô", columns, rows),
        Paragraph(
            "Thời hạn chỉ được kéo dài trong trường hợp bất khả kháng hoặc khi mặt bằng, nguồn "
            "điện do Nhà nước bàn giao chậm, có văn bản chấp thuận nêu lý do."
        ),
    )
    return Section("Tiến độ và thời hạn", blocks)
