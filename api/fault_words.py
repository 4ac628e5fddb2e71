"""What is wrong with a field of a form or an address, in words for people.

Programs get the field's name and the kind of fault as they are (api/problems.py).
"""

from __future__ import annotations

from api.catalogue import mark as _
from api.catalogue import translate
from api.refusals import Fault
from coverage.findings import Language

# The labels that stand beside the fields; a field without one here is told by its name.
_FIELDS: dict[str, str] = {
    "act": _("Việc cần làm"),
    "bbox": _("Khung bản đồ"),
    "claimed": _("Kết luận đúng, theo doanh nghiệp"),
    "crs": _("Hệ tọa độ"),
    "cursor": _("Trang tiếp theo"),
    "file": _("Tệp"),
    "kind": _("Loại"),
    "lots": _("Số lô"),
    "max_cost_vnd": _("Chi phí tối đa (đồng)"),
    "max_households": _("Số hộ tối đa"),
    "max_zones": _("Số vùng tối đa"),
    "merged_into": _("Mã vùng hoặc địa chỉ trang của vùng"),
    "move": _("Quyết định"),
    "page": _("Số trang"),
    "price": _("Giá (đồng)"),
    "province": _("Tỉnh"),
    "published": _("Ngày công bố bản đồ (nếu có)"),
    "reason": _("Lý do"),
    "signal": _("Hiện trạng sóng"),
    "technology": _("Công nghệ"),
    "weights": _("Trọng số"),
    "zone": _("Vùng"),
}
_UNREADABLE = _("không đọc được")
_NUMBER = _("phải là một con số")
_CHOICE = _("không có lựa chọn này")
_DAY = _("ngày giờ viết không đúng; hãy chọn lại trong lịch")
_KINDS: dict[str, str] = {
    "missing": _("chưa có"),
    "int_parsing": _("phải là số nguyên"),
    "int_from_float": _("phải là số nguyên"),
    "float_parsing": _NUMBER,
    "decimal_parsing": _NUMBER,
    "greater_than": _("nhỏ hơn mức cho phép"),
    "greater_than_equal": _("nhỏ hơn mức cho phép"),
    "less_than": _("lớn hơn mức cho phép"),
    "less_than_equal": _("lớn hơn mức cho phép"),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "unknown": _CHOICE,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "datetime": _DAY,
    "datetime_parsing": _DAY,
    "datetime_from_date_parsing": _DAY,
    "too_long": _("dài hơn mức cho phép"),
    "string_too_long": _("dài hơn mức cho phép"),
    "string_too_short": _("ngắn hơn mức cho phép"),
    "out_of_range": _("ngoài mức cho phép"),
    "too_many": _("nhiều hơn số làm được một lần"),
    "not_a_count": _("phải là số nguyên lớn hơn 0"),
    "not_a_zone": _("không phải mã của vùng nào"),
    "uuid": _("không phải một mã"),
    "not_told": _("không phải điều bạn được xem"),
}


def fault_in_words(fault: Fault, language: Language) -> tuple[str, str]:
    """Return the field's label and what is wrong with it."""
    name = fault.where.rpartition(".")[2]
    return (
        translate(_FIELDS.get(name, name), language),
        translate(_KINDS.get(fault.kind, _UNREADABLE), language),
    )
