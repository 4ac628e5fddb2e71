"""The words of the marked workbook, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coverage.findings import Language, Severity
from coverage.intake.selection import OWN_SHEET_MARK
from coverage.surveys import RowStatus

AUTHOR = "Phủ Sóng"
"""Who signs the comments: those of an earlier check are known by it and taken out."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What stands on the summary sheet, in the comments and in the added columns."""

    language: Language
    sheet: str
    title: str
    file: str
    totals: tuple[str, str, str, str]
    severity: Mapping[Severity, str]
    meaning: Mapping[Severity, str]
    status: Mapping[RowStatus, str]
    headings: tuple[str, str, str, str, str, str, str, str]
    whole_file: str
    nothing: str
    to_do: str
    row: str
    more: str
    again: str
    copied: str
    comments_left_out: str
    sheet_left_out: str
    only_marked_rows: str
    links_left_out: str
    rows_left_out: str
    page: str
    data: str
    # The intake knows these headings when the workbook comes back: coverage/intake/synonyms.py.
    result: str
    told: str
    feature: str
    degrees: tuple[str, str] = ("Kinh độ", "Vĩ độ")
    axes: tuple[str, str] = ("X", "Y")


TEXTS: Mapping[Language, Texts] = {
    Language.VI: Texts(
        language=Language.VI,
        sheet="Kết quả kiểm tra",
        title=f"{OWN_SHEET_MARK} kết quả kiểm tra tệp khảo sát",
        file="Tệp: {name}   ·   Danh mục hành chính: {vintage}   ·   SHA-256: {sha256}",
        totals=("Số dòng", "Được nhận", "Cần xem lại", "Bị từ chối"),
        severity={
            Severity.ERROR: "Lỗi", Severity.WARNING: "Cảnh báo", Severity.INFO: "Ghi chú",
        },
        meaning={
            Severity.ERROR: "{count} lỗi: dòng bị từ chối, phải sửa rồi gửi lại.",
            Severity.WARNING: "{count} cảnh báo: dòng được nhận, đề nghị xem lại.",
            Severity.INFO: "{count} ghi chú: đã đọc được, cho biết đã hiểu hoặc đã sửa thế nào.",
        },
        status={
            RowStatus.ACCEPTED: "Được nhận", RowStatus.WARNED: "Cần xem lại",
            RowStatus.REJECTED: "Bị từ chối",
        },
        headings=(
            "Mức độ", "Trang", "Dòng", "Cột", "Giá trị trong tệp", "Vấn đề", "Cần làm",
            "Mã quy tắc",
        ),
        whole_file="Cả tệp",
        nothing="Không có lỗi hay điều gì cần nói.",
        to_do="Cần làm: {fix}",
        row="Dòng {row}. ",
        more="… và {count} điều nữa, xem trang “{sheet}”.",
        again=(
            "Sửa ngay trong tệp này rồi gửi lại: màu và chú thích của lần kiểm tra này sẽ được"
            " thay, trang này được bỏ qua khi đọc."
        ),
        copied=(
            "Tệp gốc không phải .xlsx hoặc không ghi thêm vào được, nên các trang khác là bản chép"
            " nội dung như chương trình đã đọc."
        ),
        comments_left_out=(
            "Trang “{sheet}” có quá nhiều ô cần chú thích: {count} ô chỉ tô màu, nội dung xem ở"
            " bảng dưới."
        ),
        sheet_left_out="Trang “{sheet}” quá lớn nên không tô màu; nội dung xem ở bảng dưới.",
        only_marked_rows="Tệp quá lớn nên bản chép chỉ có tiêu đề và các dòng có điều cần nói.",
        links_left_out="Chỉ {count} dòng đầu của bảng có liên kết đến ô (giới hạn của Excel).",
        rows_left_out="Bảng chỉ ghi {count} dòng đầu trong {total} (giới hạn của Excel).",
        page="Trang &P/&N",
        data="Dữ liệu",
        result="Phủ Sóng: kết quả",
        told="Phủ Sóng: nội dung",
        feature="Đối tượng số",
    ),
    Language.EN: Texts(
        language=Language.EN,
        sheet="Check result",
        title=f"{OWN_SHEET_MARK} result of checking a survey file",
        file="File: {name}   ·   Administrative units: {vintage}   ·   SHA-256: {sha256}",
        totals=("Rows", "Accepted", "To be looked at", "Rejected"),
        severity={Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Note"},
        meaning={
            Severity.ERROR: "{count} errors: the row is rejected; mend it and send it again.",
            Severity.WARNING: "{count} warnings: the row is accepted; please look at it.",
            Severity.INFO: "{count} notes: the row was read; this is how it was understood or mended.",
        },
        status={
            RowStatus.ACCEPTED: "Accepted", RowStatus.WARNED: "To be looked at",
            RowStatus.REJECTED: "Rejected",
        },
        headings=(
            "Severity", "Sheet", "Row", "Column", "Value in the file", "What is wrong",
            "What to do", "Rule",
        ),
        whole_file="Whole file",
        nothing="No faults, and nothing to be said.",
        to_do="To do: {fix}",
        row="Row {row}. ",
        more="… and {count} more, see sheet “{sheet}”.",
        again=(
            "Mend this very file and send it again: the colours and comments of this check will be"
            " replaced, and this sheet is passed over."
        ),
        copied=(
            "The file sent is no .xlsx, or one that cannot be added to: the other sheets repeat"
            " what was read of it."
        ),
        comments_left_out=(
            "Sheet “{sheet}” has too many cells to comment on: {count} are only coloured; the table"
            " below tells what they are about."
        ),
        sheet_left_out="Sheet “{sheet}” is too large to colour; the table below tells all.",
        only_marked_rows="The file is too large: the copy holds headers and rows with findings only.",
        links_left_out="Only the first {count} lines of the table link to their cell (Excel's limit).",
        rows_left_out="The table holds the first {count} lines of {total} (Excel's limit).",
        page="Page &P/&N",
        data="Data",
        result="Phủ Sóng: result",
        told="Phủ Sóng: findings",
        feature="Feature number",
    ),
}  # fmt: skip
