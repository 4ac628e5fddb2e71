"""What the service must be, as the criteria set says and no further, and how it is accepted."""

from __future__ import annotations

from coverage.dossier.annex.content import Align, Block, Column, Items, Paragraph, Section, Table
from coverage.dossier.annex.words import NOT_ASKED, decimal, manner, standing
from coverage.packages import Package, PackageCriteria, PackageRequirement

STANDARDS = (
    "QCVN 36:2022/BTTTT đối với dịch vụ điện thoại và QCVN 81:2019/BTTTT đối với dịch vụ truy nhập "
    "internet trên mạng viễn thông di động mặt đất, hoặc quy chuẩn thay thế"
)
_COLUMNS = (
    Column("Công nghệ", 1, Align.CENTER),
    Column("Mức thu tối thiểu (dBm)", 1.3, Align.RIGHT),
    Column("Tải xuống tối thiểu (Mbit/s)", 1.5, Align.RIGHT),
    Column("Tải lên tối thiểu (Mbit/s)", 1.5, Align.RIGHT),
    Column("Độ khả dụng tối thiểu (%)", 1.3, Align.RIGHT),
    Column("Cách đo khi nghiệm thu", 2.6),
)


def service(package: Package) -> Section:
    """Return what each criteria set asks; what it does not say is told as not said."""
    blocks: list[Block] = []
    if not package.criteria:
        blocks.append(
            Paragraph(
                "Các vùng của gói thầu chưa được đánh giá theo bộ tiêu chí nào, nên phụ lục này "
                "chưa có ngưỡng kỹ thuật. Ngưỡng sẽ được bổ sung bằng bản sửa đổi."
            )
        )
    for used in package.criteria:
        blocks += _of(used)
    blocks += [
        Paragraph(
            f"Nơi Bộ tiêu chí ghi “{NOT_ASKED}”, áp dụng quy định hiện hành về chất lượng dịch vụ "
            f"viễn thông ({STANDARDS}); phụ lục này không đặt thêm trị số."
        ),
        Paragraph(
            "Yêu cầu nêu trên áp dụng cho từng vùng, không tính trung bình giữa các vùng. Không "
            "yêu cầu nhãn hiệu, xuất xứ thiết bị hay giải pháp riêng của một doanh nghiệp."
        ),
    ]
    return Section("Yêu cầu đối với dịch vụ", tuple(blocks))


def _of(used: PackageCriteria) -> list[Block]:
    kind = "Bộ tiêu chí"
    lead = used.name if used.name.startswith(kind) else f"{kind} “{used.name}”"
    blocks: list[Block] = [Paragraph(f"Căn cứ: {standing(used)}.", lead=f"{lead}.")]
    if not used.official:
        blocks.append(
            Paragraph(
                "Bộ tiêu chí này dùng tạm trong khi chờ bộ chính thức. Khi bộ chính thức được ban "
                "hành, yêu cầu được cập nhật bằng bản sửa đổi gửi đến mọi doanh nghiệp cùng lúc."
            )
        )
    if used.requirements:
        rows = tuple(_row(each) for each in used.requirements)
        blocks.append(Table(f"Yêu cầu theo {used.name}", _COLUMNS, rows))
    else:
        blocks.append(
            Paragraph(
                "Bộ tiêu chí chưa quy định mức thu, tốc độ và độ khả dụng của dịch vụ: thực hiện "
                "theo quy định hiện hành."
            )
        )
    reach = f"{used.reach_m / 1000:g}".replace(".", ",")
    blocks.append(
        Paragraph(
            f"Tầm {reach} km của Bộ tiêu chí dùng để xác định vùng có thể đã được phục vụ hay "
            "chưa; đó không phải là bán kính phủ sóng yêu cầu đối với trạm."
        )
    )
    return blocks


def _row(asked: PackageRequirement) -> tuple[str, ...]:
    return (
        asked.technology, decimal(asked.level_dbm), decimal(asked.down_mbps),
        decimal(asked.up_mbps), decimal(asked.availability_percent), asked.measured or NOT_ASKED,
    )  # fmt: skip


def acceptance(package: Package) -> Section:
    """Return how a zone is accepted and what is reported."""
    asked = any(used.requirements for used in package.criteria)
    against = (
        "Kết quả đo được so với từng trị số tại Mục 5: đạt, không đạt, hoặc không yêu cầu. Nội "
        "dung có yêu cầu mà chưa đo được ghi là “chưa đo”, không coi là đạt."
        if asked
        else "Bộ tiêu chí chưa quy định trị số; kết quả đo được lập theo quy chuẩn kỹ thuật hiện "
        "hành và ghi vào biên bản. Nội dung chưa đo được ghi là “chưa đo”, không coi là đạt."
    )
    blocks: tuple[Block, ...] = (
        Paragraph(
            "Nghiệm thu theo từng vùng. Một lô hoàn thành khi tất cả các vùng của lô được nghiệm "
            "thu."
        ),
        Items(
            (
                "Khi một vùng đã phát sóng, Doanh nghiệp báo cáo trên hệ thống: mã vùng, ngày phát "
                "sóng, công nghệ, mức thu, tốc độ tải xuống và tải lên, độ khả dụng, ngày đo, tệp "
                "chứng minh; báo cáo từng vùng hoặc bằng bảng tính theo mẫu của hệ thống;",
                "Phép đo thực hiện tại vùng, nơi có dân cư sinh sống, theo cách đo ghi tại Mục 5 "
                "nếu Bộ tiêu chí có quy định;",
                against,
                "Cơ quan lập xác nhận kết quả hoặc trả lại kèm lý do; báo cáo sau thay báo cáo "
                "trước của cùng một vùng, bản trước vẫn được lưu;",
                "Doanh nghiệp báo cáo tiến độ theo hợp đồng; vùng có nguy cơ chậm phải nêu nguyên "
                "nhân và biện pháp khắc phục.",
            )
        ),
        Paragraph(
            f"Thời điểm bắt đầu tính thời hạn là {manner(package).awarded}; chậm so với thời hạn "
            "tại Mục 10 được xử lý theo hợp đồng."
        ),
    )
    return Section("Nghiệm thu và báo cáo", blocks)
