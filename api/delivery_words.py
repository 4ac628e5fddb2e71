"""The words of delivery: awards, on-air reports, acceptance, what is due and late."""

from __future__ import annotations

from api.catalogue import mark as _

DELIVERY_WORDS: dict[str, str] = {
    "Move.take_back_award": _("Thu hồi để giao lại"),
    "Move.report_on_air": _("Doanh nghiệp báo cáo phát sóng"),
    "Move.refuse_report": _("Trả lại báo cáo phát sóng"),
    "Act.move.take_back_award": _("chuyển trạng thái: thu hồi để giao lại"),
    "Act.move.report_on_air": _("chuyển trạng thái: báo cáo phát sóng"),
    "Act.move.refuse_report": _("chuyển trạng thái: trả lại báo cáo phát sóng"),
    "Act.see_deliveries": _("xem tiến độ thực hiện"),
    "Act.count_awards": _("xem hai số đếm về lần giao"),
    "ClockRule.ready": _("Đã bàn giao điện, đường, mặt bằng và giấy phép"),
    "ClockRule.shared": _("Mọi trạm dự kiến đặt trên cột có sẵn, dùng chung"),
    "ClockRule.usual": _("Trường hợp chung"),
    "DeliveryState.late": _("Quá hạn, chưa phát sóng"),
    "DeliveryState.soon": _("Sắp đến hạn"),
    "DeliveryState.due": _("Còn thời hạn"),
    "DeliveryState.on_air": _("Đã phát sóng, chờ nghiệm thu"),
    "DeliveryState.confirmed": _("Đã nghiệm thu"),
    "DeliveryState.left": _("Không còn thuộc lô"),
    "ReportStatus.reported": _("Chờ nghiệm thu"),
    "ReportStatus.accepted": _("Đã nghiệm thu"),
    "ReportStatus.refused": _("Bị trả lại"),
    "ReportStatus.replaced": _("Đã thay bằng báo cáo mới"),
    "Measure.technology": _("Công nghệ"),
    "Measure.level_dbm": _("Mức thu (dBm)"),
    "Measure.down_mbps": _("Tốc độ tải xuống (Mbit/s)"),
    "Measure.up_mbps": _("Tốc độ tải lên (Mbit/s)"),
    "Measure.availability_percent": _("Độ khả dụng (phần trăm)"),
    "Outcome.met": _("Đạt"),
    "Outcome.not_met": _("Không đạt"),
    "Outcome.not_asked": _("Không yêu cầu"),
    "Outcome.not_measured": _("Chưa đo"),
    "SiteBasis.reported": _("vị trí doanh nghiệp báo cáo"),
    "SiteBasis.proposed": _("vị trí dự kiến của lô"),
    "SiteBasis.zone": _("trung tâm thôn, chưa có vị trí trạm"),
    "PlannedBy.promise": _("cam kết tự đầu tư"),
    "PlannedBy.award": _("được giao"),
    "PlannedBy.site": _("trạm dự kiến trong sổ trạm"),
    "family.award": _("Giao lô"),
    "family.on_air": _("Báo cáo phát sóng"),
    "thing.award": _("lần giao"),
    "thing.on_air": _("báo cáo phát sóng"),
    "thing.proof": _("tệp minh chứng"),
    "reason.zone_in_award": _(
        "vùng nằm trong một lô đang được giao; hãy làm việc này ở trang của lần giao đó"
    ),
    "reason.zone_in_lot": _(
        "vùng nằm trong một lô của gói thầu đã công bố; hãy giao cả lô ở trang của gói thầu"
    ),
    "reason.report_waits": _(
        "doanh nghiệp đã báo cáo phát sóng và báo cáo đang chờ; hãy nghiệm thu hoặc trả lại báo cáo đó"
    ),
    "reason.award_cancelled": _("lần giao này đã bị hủy từ trước"),
    "reason.award_needs_reason": _("hủy hoặc gia hạn phải có lý do; hãy ghi lý do rồi gửi lại"),
    "reason.award_reports_wait": _(
        "còn báo cáo phát sóng chờ nghiệm thu; hãy nghiệm thu hoặc trả lại từng báo cáo trước khi hủy"
    ),
    "reason.award_confirmed": _(
        "mọi vùng của lô đã được nghiệm thu; lần giao đã hoàn thành, không hủy được nữa"
    ),
    "reason.awarded_meanwhile": _(
        "người khác vừa thay đổi lần giao của lô này; hãy tải lại trang rồi xem lại"
    ),
    "reason.extension_not_later": _("hạn mới phải muộn hơn hạn đang có"),
    "reason.extension_unnamed": _("hãy ghi lý do và số, ngày của văn bản cho gia hạn"),
    "reason.report_answered": _("báo cáo này đã được nghiệm thu, trả lại hoặc thay thế từ trước"),
    "reason.accept_needs_reason": _(
        "có chỉ tiêu không đạt hoặc chưa đo; muốn nghiệm thu thì phải ghi lý do"
    ),
    "reason.refuse_needs_reason": _(
        "trả lại báo cáo phải có lý do để doanh nghiệp biết phải làm gì"
    ),
    "reason.no_awards": _("doanh nghiệp chưa được giao lô nào đang hiệu lực"),
    "reason.nothing_new": _("không có báo cáo nào mới trong lần gửi này"),
    "reason.no_report_file": _("chưa chọn tệp; hãy chọn mẫu đã điền rồi gửi lại"),
    "reason.zones_changed_meanwhile": _(
        "trạng thái của vùng vừa thay đổi; hãy tải lại trang rồi gửi lại"
    ),
}
