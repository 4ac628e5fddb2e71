"""The words of rule families: what a finding is about."""

from __future__ import annotations

from api.catalogue import mark as _

FAMILY_WORDS: dict[str, str] = {
    "family.promise": _("Cam kết tự đầu tư"),
    "family.file": _("Tệp"),
    "family.survey": _("Danh sách"),
    "family.text": _("Chữ và phông chữ"),
    "family.column": _("Cột"),
    "family.place": _("Địa danh"),
    "family.village": _("Tên thôn, bản"),
    "family.coordinate": _("Tọa độ"),
    "family.households": _("Số hộ"),
    "family.population": _("Số khẩu"),
    "family.duplicate": _("Trùng lặp"),
    "family.power": _("Điện lưới"),
    "family.signal": _("Hiện trạng sóng"),
    "family.difficulty": _("Địa bàn đặc biệt khó khăn"),
    "family.service_area": _("Vùng cung cấp dịch vụ"),
    "family.standing": _("Tình trạng đã có"),
    "family.terrain": _("Địa hình"),
}
