"""The words of lots, their readiness and costs: a part of api/words.py."""

from __future__ import annotations

from api.catalogue import mark as _

LOT_WORDS: dict[str, str] = {
    "reason.no_readiness_said": _(
        "chưa chọn tình trạng nào; hãy chọn ít nhất một trong điện, đường, mặt bằng, giấy phép"
    ),
    "reason.plan_changed": _(
        "các lô, vùng hoặc quy định đã thay đổi sau khi bạn xem; hãy xem lại thay đổi rồi xác nhận"
    ),
    "reason.same_lot": _("hãy chọn hai lô khác nhau"),
    "reason.zone_not_in_lot": _("vùng không nằm trong lô đề xuất nào; hãy tải lại trang"),
    "reason.whole_lot": _(
        "đã chọn mọi vùng của lô; hãy bỏ bớt, hoặc dùng việc gộp lô nếu muốn chuyển cả lô"
    ),
    "reason.several_lots": _("các vùng đã chọn nằm ở nhiều lô; hãy chọn các vùng của một lô"),
    "reason.not_pinned": _("các vùng này không được ghim"),
    "kinds.power": _("điện"),
    "kinds.road": _("đường"),
    "kinds.land": _("mặt bằng"),
    "kinds.permits": _("giấy phép"),
    "ReadinessKind.power": _("Điện"),
    "ReadinessKind.road": _("Đường"),
    "ReadinessKind.land": _("Mặt bằng"),
    "ReadinessKind.permits": _("Giấy phép"),
    "ReadinessState.ready": _("Sẵn sàng"),
    "ReadinessState.not_ready": _("Chưa sẵn sàng"),
    "ReadinessState.unknown": _("Chưa rõ"),
    "CostKind.tower": _("Trạm mới"),
    "CostKind.shared": _("Thiết bị trên cột có sẵn"),
    "CostKind.road": _("Đường thi công"),
    "CostKind.power": _("Kéo điện"),
    "CostKind.backhaul": _("Truyền dẫn"),
    "CostKind.households": _("Thiết bị theo số hộ"),
    "bound.max_zones": _("số vùng"),
    "bound.max_households": _("số hộ"),
    "bound.max_cost_vnd": _("chi phí"),
    "cost_unit.tower": _("trạm"),
    "cost_unit.shared": _("trạm"),
    "cost_unit.road": _("km"),
    "cost_unit.power": _("km"),
    "cost_unit.backhaul": _("chặng"),
    "cost_unit.households": _("hộ"),
    "lot_act.pin": _("ghim các vùng"),
    "lot_act.unpin": _("bỏ ghim"),
    "lot_act.move": _("chuyển vùng sang lô khác"),
    "lot_act.split": _("tách lô"),
    "lot_act.merge": _("gộp lô"),
    "lot_act.propose": _("gom lô"),
    "reason.no_lot_chosen": _("chưa chọn lô; hãy chọn lô trong danh sách rồi xem trước lại"),
    "reason.lot_not_proposed": _(
        "lô không còn là lô đề xuất: đã giải thể hoặc đã vào gói thầu; hãy tải lại trang"
    ),
}
