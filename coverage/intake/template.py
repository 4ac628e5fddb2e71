"""The workbook a province fills in: choices, checks, its communes, and an example that reads back.

No sheet of it is hidden, for a hidden sheet is told of when the file comes back.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from coverage.intake.selection import EXAMPLE_VILLAGE, OWN_SHEET_MARK

ROWS = 2_000
_HEADER_ROW = 4
_CHOICES = ("Có", "Không")
_SIGNALS = ("Trắng sóng", "Lõm sóng")


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """A commune to choose from; its code is of the template's vintage."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """What a template is made from. The example's point lies in ``example``; WGS 84 degrees."""

    province: str
    vintage: str
    communes: Sequence[TemplatePlace]
    example: TemplatePlace
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    width: int
    example: object
    validation: dict[str, Any] | None = None
    format: str = "text"


def write_template(template: Template) -> bytes:
    """Return the workbook: the list to fill in, how to, and the communes' names and codes."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as workbook:
        sheet = workbook.add_worksheet("Danh sách")
        _write_guide(workbook, template)
        communes = _write_communes(workbook, template)
        _write_list(workbook, sheet, template, communes)
    return held.getvalue()


def _columns(template: Template, communes: str) -> list[_Column]:
    def whole(most: int) -> dict[str, Any]:
        return {
            "validate": "integer", "criteria": "between", "minimum": 1, "maximum": most,
            "error_title": "Số nguyên", "error_message": f"Ghi một số nguyên từ 1 đến {most}.",
        }  # fmt: skip

    def degrees(least: float, most: float, name: str) -> dict[str, Any]:
        return {
            "validate": "decimal", "criteria": "between", "minimum": least, "maximum": most,
            "error_title": name, "error_message": f"{name} của Việt Nam từ {least} đến {most} độ (WGS 84).",
        }  # fmt: skip

    def chosen(source: object) -> dict[str, Any]:
        return {
            "validate": "list", "source": source, "error_title": "Chọn trong danh sách",
            "error_message": "Chọn một giá trị trong danh sách.",
        }  # fmt: skip

    return [
        _Column("STT", 6, 1, format="number"),
        _Column("Xã", 28, template.example.name, chosen(communes)),
        _Column("Thôn/Bản", 34, EXAMPLE_VILLAGE),
        _Column("Vĩ độ", 13, round(template.latitude, 6), degrees(7, 24, "Vĩ độ"), "degrees"),
        _Column(
            "Kinh độ", 13, round(template.longitude, 6), degrees(102, 118, "Kinh độ"), "degrees"
        ),
        _Column("Số hộ", 10, 45, whole(10_000), "number"),
        _Column("Số khẩu", 10, 190, whole(100_000), "number"),
        _Column("Hiện trạng sóng", 17, _SIGNALS[1], chosen(list(_SIGNALS))),
        _Column("Điện lưới", 11, _CHOICES[0], chosen(list(_CHOICES))),
        _Column("Thôn ĐBKK", 12, _CHOICES[0], chosen(list(_CHOICES))),
        _Column("Ghi chú", 30, ""),
    ]


def _write_list(workbook: Any, sheet: Any, template: Template, communes: str) -> None:
    title = workbook.add_format({"bold": True, "font_size": 13})
    head = workbook.add_format({
        "bold": True, "text_wrap": True, "border": 1, "bg_color": "#DCE6F1", "valign": "vcenter",
        "align": "center",
    })  # fmt: skip
    formats = {
        "text": workbook.add_format({"num_format": "@", "border": 1}),
        "number": workbook.add_format({"num_format": "0", "border": 1}),
        "degrees": workbook.add_format({"num_format": "0.000000", "border": 1}),
    }
    sheet.write_string(0, 0, f"SỞ KHOA HỌC VÀ CÔNG NGHỆ {template.province.upper()}")
    sheet.write_string(1, 0, "DANH SÁCH THÔN, BẢN TRẮNG SÓNG, LÕM SÓNG DI ĐỘNG", title)
    sheet.write_string(2, 0, f"Đơn vị hành chính theo danh mục {template.vintage}; tọa độ WGS 84")
    columns = _columns(template, communes)
    for place, column in enumerate(columns):
        style = formats[column.format]
        sheet.set_column(place, place, column.width)
        sheet.write_string(_HEADER_ROW, place, column.header, head)
        sheet.write(_HEADER_ROW + 1, place, column.example, style)
        for row in range(_HEADER_ROW + 2, _HEADER_ROW + 32):
            sheet.write_blank(row, place, None, style)
        if column.validation is not None:
            sheet.data_validation(
                _HEADER_ROW + 1, place, _HEADER_ROW + ROWS, place, column.validation
            )
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.repeat_rows(_HEADER_ROW)


def _write_communes(workbook: Any, template: Template) -> str:
    """Write the list of communes; return the reference to it for the choices."""
    sheet = workbook.add_worksheet("Danh mục xã")
    sheet.write_string(
        0, 0, f"{OWN_SHEET_MARK} danh mục xã của {template.province}, {template.vintage}"
    )
    for row, commune in enumerate(template.communes, start=2):
        sheet.write_string(row, 0, commune.name)
        sheet.write_string(row, 1, commune.code)
    sheet.set_column(0, 0, 36)
    return f"='Danh mục xã'!$A$3:$A${len(template.communes) + 2}"


def _write_guide(workbook: Any, template: Template) -> None:
    sheet = workbook.add_worksheet("Hướng dẫn")
    wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
    lines = (
        f"{OWN_SHEET_MARK} hướng dẫn điền danh sách của {template.province}",
        "Mỗi thôn, bản một dòng ở trang “Danh sách”. Xóa dòng ví dụ trước khi nộp (nếu quên, dòng này không được tính).",
        "Xã: chọn trong danh sách (tên hiện nay). Tên xã cũ cũng đọc được.",
        "Vĩ độ, kinh độ: đo tại nhà văn hóa hoặc trung tâm thôn bằng điện thoại (WGS 84), ít nhất 5 chữ số thập phân.",
        "Số hộ: một số nguyên; không ghi “khoảng”, “trên”, “dưới”.",
        "Hiện trạng sóng: “Trắng sóng” khi không có sóng tại trung tâm thôn; “Lõm sóng” khi sóng yếu, chập chờn.",
        "Điện lưới: “Có” khi thôn đã có điện lưới quốc gia. Thôn ĐBKK: “Có” khi thôn thuộc diện đặc biệt khó khăn.",
        "Kiểm tra tệp trước khi nộp: phusong survey check, hoặc trang Nộp khảo sát.",
    )
    sheet.set_column(0, 0, 110)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, wrap)
