"""The words of the list of zones: what is looked for, in which order."""

from __future__ import annotations

from api.catalogue import mark as _

ZONE_WORDS: dict[str, str] = {
    "Fact.yes": _("Có"),
    "Fact.no": _("Không"),
    "Fact.unknown": _("Chưa rõ"),
    "Grouped.none": _("Chưa vào lô nào"),
    "Grouped.lot": _("Trong lô dự kiến"),
    "Grouped.package": _("Trong gói thầu"),
    "StatusGroup.review": _("Chờ thẩm định"),
    "StatusGroup.waiting": _("Còn chờ sóng"),
    "StatusGroup.current": _("Mọi vùng còn hiệu lực"),
    "ZoneOrder.id": _("Mã vùng"),
    "ZoneOrder.place": _("Địa bàn"),
    "ZoneOrder.households": _("Số hộ, nhiều trước"),
    "ZoneOrder.newest": _("Thay đổi mới nhất trước"),
    "ZoneOrder.waiting": _("Chờ lâu nhất trước"),
    "RowFate.rejected": _("Bị từ chối khi nộp"),
    "RowFate.waiting": _("Chờ thẩm định"),
    "RowFate.returned": _("Trả lại để bổ sung"),
    "RowFate.approved": _("Đã duyệt"),
    "RowFate.in_package": _("Trong gói thầu"),
    "RowFate.awarded": _("Đã giao doanh nghiệp"),
    "RowFate.on_air": _("Đã phát sóng"),
    "RowFate.confirmed": _("Đã đo kiểm xác nhận"),
    "RowFate.refused": _("Không chấp nhận"),
    "RowFate.merged": _("Đã nhập vào vùng khác"),
    "RowFate.withdrawn": _("Đã rút"),
}
