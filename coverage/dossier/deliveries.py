"""The files of delivery: the list of what is due and late (CSV), the form of on-air reports (XLSX)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import xlsxwriter

from coverage.deliveries import DeliveryState, DeliveryZone
from coverage.dossier.listing import BYTE_ORDER_MARK, guarded

_LIST = (
    "package", "lot", "zone_id", "village", "commune", "province_code", "province", "households",
    "operator", "due_on", "state", "state_vi", "late_days", "on_air_on",
)  # fmt: skip

# Heading and width of each column; what the operator fills in comes after the zone.
_FORM = (
    ("Số gói thầu", 17), ("Ký hiệu", 9), ("Mã vùng", 38), ("Thôn, bản", 26), ("Xã, phường", 22),
    ("Hạn phát sóng", 14), ("Ngày phát sóng", 15), ("Công nghệ", 11), ("RSRP (dBm)", 12),
    ("Tốc độ tải xuống (Mbit/s)", 14), ("Tốc độ tải lên (Mbit/s)", 13), ("Độ khả dụng (%)", 12),
    ("Ngày đo", 13), ("Vĩ độ trạm", 12), ("Kinh độ trạm", 12), ("Ghi chú", 30),
)  # fmt: skip
_FILLED_FROM = 6
FormRow = tuple[str, str, str, str, str, date]
"""Package, label, zone's id, village, commune, due day."""


def list_csv(
    zones: Sequence[tuple[DeliveryZone, DeliveryState, int]], words: Mapping[DeliveryState, str]
) -> bytes:
    """Return the list: UTF-8 with byte-order mark, one header row of keys."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_LIST)
    for zone, state, late_days in zones:
        writer.writerow([
            guarded(zone.package_number), zone.lot_number, zone.zone_id, guarded(zone.village),
            guarded(zone.commune), zone.province_code, guarded(zone.province), zone.households,
            guarded(zone.operator), zone.due_on.isoformat(), state.value, words[state], late_days,
            zone.on_air_on.isoformat() if zone.on_air_on else "",
        ])  # fmt: skip
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def report_form(rows: Sequence[FormRow], operator: str) -> bytes:
    """Return a workbook with the zones that wait for a report; the operator fills in the rest."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Báo cáo phát sóng")
    title = book.add_format({"bold": True, "font_size": 13})
    hint = book.add_format({"italic": True, "font_color": "#555555"})
    given = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E5E7EB", "valign": "vcenter"}
    )
    asked = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#FDE68A", "valign": "vcenter"}
    )
    plain = book.add_format({"border": 1})
    day = book.add_format({"border": 1, "num_format": "dd/mm/yyyy"})
    sheet.write_string(0, 0, f"BÁO CÁO PHÁT SÓNG – {operator}", title)
    sheet.write_string(
        1, 0, "Điền các cột màu vàng ở những vùng đã phát sóng; vùng chưa phát sóng để trống."
        " Không sửa cột “Mã vùng”.", hint,
    )  # fmt: skip
    for column, (heading, width) in enumerate(_FORM):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, heading, asked if column >= _FILLED_FROM else given)
    sheet.set_row(3, 32)
    for place, (*texts, due_on) in enumerate(rows, 4):
        for column, text in enumerate(texts):
            sheet.write_string(place, column, text, plain)
        midnight = datetime(due_on.year, due_on.month, due_on.day)  # noqa: DTZ001 - a sheet's
        sheet.write_datetime(place, len(texts), midnight, day)
        for column in range(_FILLED_FROM, len(_FORM)):
            sheet.write_blank(place, column, None, day if "Ngày" in _FORM[column][0] else plain)
    if rows:
        technology = [heading for heading, _ in _FORM].index("Công nghệ")
        sheet.data_validation(
            4, technology, 3 + len(rows), technology,
            {"validate": "list", "source": ["4G", "5G", "3G"], "error_type": "warning"},
        )  # fmt: skip
    sheet.freeze_panes(4, 4)
    sheet.autofilter(3, 0, 3 + len(rows), len(_FORM) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    book.close()
    return made.getvalue()
