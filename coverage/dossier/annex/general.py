"""The first sections: what is to be supplied, on what basis, what the words mean, where."""

from __future__ import annotations

from coverage.dossier.annex.content import (
    Align,
    Block,
    Column,
    Facts,
    Items,
    Paragraph,
    Section,
    Table,
)
from coverage.dossier.annex.words import (
    NONE,
    inside_a_sentence,
    manner,
    standing,
    vintage_words,
    whole,
)
from coverage.dossier.lot_columns import total_vnd
from coverage.dossier.notes import marks_in_words
from coverage.packages import Package, PackageLot

FUND = "Quỹ dịch vụ viễn thông công ích Việt Nam"


def scope(package: Package) -> Section:
    """Return the purpose, the scope of supply and the lots at a glance."""
    totals = package.totals()
    communes = {zone.commune_code for _, zone in package.zones}
    missing = totals["zones_without_population"]
    people = (
        f", {whole(totals['population'])} nhân khẩu" if totals["population"] is not None else ""
    )
    blocks: list[Block] = [
        Paragraph(
            f"Gói thầu {package.number} cung cấp dịch vụ thông tin di động mặt đất tại "
            f"{whole(totals['zones'])} vùng lõm sóng (thôn, bản) thuộc {len(communes)} xã, "
            f"phường, đặc khu của {inside_a_sentence(package.province)}, với "
            f"{whole(totals['households'])} hộ{people}; kinh phí hỗ trợ từ {FUND}. Gói thầu gồm "
            f"{whole(totals['lots'])} phần (lô); mỗi lô được đánh giá và lựa chọn doanh nghiệp "
            f"viễn thông (sau đây gọi là Doanh nghiệp) riêng, bằng hình thức {manner(package).way}."
        )
    ]
    if missing:
        blocks.append(
            Paragraph(
                f"Có {whole(missing)} vùng chưa được tỉnh báo số nhân khẩu; các vùng này không tính "
                "vào tổng số nhân khẩu. Để trống không có nghĩa là bằng không."
            )
        )
    blocks += [
        Paragraph("Phạm vi cung cấp của mỗi lô gồm:"),
        Items(
            (
                "Khảo sát, lựa chọn vị trí, thiết kế, xây dựng hoặc thuê hạ tầng, lắp đặt và kết "
                "nối trạm thu phát sóng để phục vụ tất cả các vùng của lô;",
                "Đưa dịch vụ vào khai thác trong thời hạn ghi tại Mục 10 và duy trì dịch vụ trong "
                "thời gian ghi tại hợp đồng;",
                "Đo kiểm, cung cấp kết quả để nghiệm thu và báo cáo theo Mục 11;",
                "Cho dùng chung hạ tầng theo Mục 7.",
            )
        ),
        Paragraph(
            "Doanh nghiệp tự chịu phần chi phí vượt quá yêu cầu của Nhà nước. Hỗ trợ không trùng "
            "với các nguồn hỗ trợ khác cho cùng nội dung."
        ),
        _lots(package),
    ]
    blocks += [Paragraph(meaning, lead=f"{mark}.") for mark, meaning in marks_in_words(package)]
    return Section("Giới thiệu chung và phạm vi cung cấp", tuple(blocks))


def _lots(package: Package) -> Table:
    money = total_vnd(package)
    clocked = any(lot.clock for lot in package.lots)
    sited = any(lot.sites for lot in package.lots)
    costed = any(lot.cost for lot in package.lots)
    columns = [
        Column("Lô", 0.6, Align.CENTER), Column("Tên lô", 4),
        Column("Số vùng", 0.9, Align.RIGHT), Column("Số hộ", 1, Align.RIGHT),
        Column("Số xã", 0.8, Align.RIGHT),
    ]  # fmt: skip
    if sited:
        columns.append(Column("Trạm đề xuất", 1, Align.RIGHT))
    if costed:
        columns.append(Column("Ước tính (đồng)", 2, Align.RIGHT))
    if clocked:
        columns.append(Column("Thời hạn (tháng)", 1.1, Align.RIGHT))
    totals = package.totals()
    communes = {zone.commune_code for _, zone in package.zones}
    last = [
        "", "Cộng", whole(totals["zones"]), whole(totals["households"]), whole(len(communes)),
        *([whole(sum(len(lot.sites) for lot in package.lots))] if sited else []),
        *([whole(money, NONE)] if costed else []), *([""] if clocked else []),
    ]  # fmt: skip
    rows = tuple(_lot(lot, sited=sited, costed=costed, clocked=clocked) for lot in package.lots)
    return Table("Các lô của gói thầu", tuple(columns), rows, tuple(last))


def _lot(lot: PackageLot, *, sited: bool, costed: bool, clocked: bool) -> tuple[str, ...]:
    row = [
        str(lot.number), lot_name(lot) + (" (đảo)" if lot.island else ""), whole(len(lot.zones)),
        whole(lot.households), whole(len({zone.commune_code for zone in lot.zones})),
    ]  # fmt: skip
    if sited:
        row.append(whole(len(lot.sites) or None, NONE))
    if costed:
        row.append(whole(lot.cost.total_vnd if lot.cost else None, NONE))
    if clocked:
        row.append(whole(lot.clock.months if lot.clock else None, NONE))
    return tuple(row)


def lot_name(lot: PackageLot) -> str:
    """Return a lot's name without its number, which stands beside it."""
    before, dash, after = lot.name.partition(" – ")
    return after if dash and before == f"Lô {lot.number}" else lot.name


def bases(package: Package) -> Section:
    """Return what the package rests on: only what the data itself cites."""
    lines = [("Chi trả từ Quỹ", basis) for basis in package.legal_bases]
    lines += [("Bộ tiêu chí", f"{used.name}: {standing(used)}") for used in package.criteria]
    lines += [
        ("Thời hạn phát sóng", citation)
        for citation in sorted({lot.clock.citation for lot in package.lots if lot.clock})
    ]
    vintage = package.vintage
    lines.append(
        ("Đơn vị hành chính", f"Danh mục {vintage_words(vintage.name)}; nguồn: {vintage.source}")
    )
    if package.grid is not None:
        lines.append(
            (
                "Hệ tọa độ VN-2000",
                f"Kinh tuyến trục {package.grid.meridian}, múi chiếu 3° (EPSG:{package.grid.epsg}), "
                f"theo {package.grid.source}",
            )
        )
    else:
        lines.append(
            ("Hệ tọa độ", "WGS 84; chưa xác định kinh tuyến trục VN-2000 của tỉnh, nên không ghi "
             "tọa độ VN-2000")
        )  # fmt: skip
    head = (
        "Phụ lục này được lập trên các căn cứ sau; việc lựa chọn doanh nghiệp thực hiện theo quy "
        "định của pháp luật hiện hành về viễn thông công ích và về "
        f"{manner(package).way}."
    )
    return Section("Căn cứ", (Paragraph(head), Facts(tuple(lines))))


def definitions(package: Package) -> Section:
    """Return the terms of the annex."""
    terms = [
        ("Vùng", "điểm dân cư (thôn, bản, tổ dân phố) được tỉnh báo cáo là vùng lõm sóng và đã "
         "được thẩm định; mỗi vùng có một mã vĩnh viễn và một ký hiệu trong gói thầu"),
        ("Trắng sóng", "không có sóng di động tại nhà văn hóa hoặc trung tâm của thôn, bản"),
        ("Lõm sóng", "trong vùng có nơi có sóng, có nơi không"),
        ("Lô", "nhóm vùng gần nhau của một tỉnh, được giao trọn cho một doanh nghiệp; các vùng "
         "trên đảo nằm chung lô"),
        ("Trạm", "trạm thu phát sóng thông tin di động; “xây mới” là trạm trên cột phải dựng, "
         "“dùng chung” là trạm đặt trên hạ tầng có sẵn"),
        ("Phát sóng", "trạm đã hoạt động và dịch vụ đã mở cho người dùng tại vùng"),
        ("Thôn ĐBKK", "thôn đặc biệt khó khăn"),
    ]  # fmt: skip
    if package.criteria:
        terms.append(("Bộ tiêu chí", "bộ ngưỡng kỹ thuật dùng để đánh giá vùng và nghiệm thu, "
                      "nêu tại Mục 5"))  # fmt: skip
    head = Paragraph("Trong phụ lục này, các từ ngữ dưới đây được hiểu như sau:")
    return Section("Giải thích từ ngữ", (head, Facts(tuple(terms))))


def where(package: Package) -> Section:
    """Return how to read the list of zones, which stands lot by lot in the appendix."""
    reach = ", ".join(f"{used.reach_m / 1000:g} km".replace(".", ",") for used in package.criteria)
    blocks: list[Block] = [
        Paragraph(
            "Danh sách vùng của từng lô nêu tại Phụ lục 1 kèm theo, có tên thôn, bản, xã hiện nay "
            "và các xã trước khi sắp xếp, tọa độ, số hộ, số khẩu, điện lưới và hiện trạng sóng. "
            "Danh sách này khớp với các tệp danh-sach.xlsx, danh-sach.csv, diem.gpkg, "
            "diem.geojson trong cùng gói thầu."
        ),
        Items(
            (
                "Ký hiệu L2-07 là vùng thứ 7 của lô 2. Khi trao đổi, dùng ký hiệu này cùng số gói "
                "thầu và phiên bản; mã vĩnh viễn của vùng ghi trong danh-sach.xlsx;",
                "Tọa độ WGS 84 tính bằng độ thập phân, viết với dấu chấm để nhập thẳng vào máy "
                "định vị; tọa độ VN-2000 tính bằng mét, X hướng Bắc, Y hướng Đông;",
                "Tọa độ là điểm đại diện của vùng, không phải vị trí bắt buộc đặt trạm;",
                "“Chưa rõ” nghĩa là tỉnh chưa báo hoặc chưa xác định được, không nghĩa là không.",
            )
        ),
        Paragraph(
            f"Khi đánh giá, mỗi vùng được so với trạm gần nhất của từng nhà mạng trong tầm {reach}; "
            "cột “Nhà mạng trong tầm” ghi số nhà mạng có trạm trong tầm trên số nhà mạng đã đánh "
            "giá. Phụ lục không nêu tên nhà mạng, vị trí, mã trạm và khoảng cách."
            if reach
            else "Chưa có kết quả đánh giá khoảng cách đến trạm của các nhà mạng."
        ),
    ]
    return Section("Danh sách vùng", tuple(blocks))
