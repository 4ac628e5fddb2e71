"""The words of the dated rules, of their settings and changes: a part of api/words.py."""

from __future__ import annotations

from api.catalogue import mark as _

RULE_WORDS: dict[str, str] = {
    "Act.change_rules": _("đề xuất thay đổi quy định"),
    "Act.adopt_rules": _("thông qua thay đổi quy định"),
    "RuleKind.criteria_set": _("Bộ tiêu chí"),
    "RuleKind.queue_rule": _("Quy tắc ai chi trả"),
    "RuleKind.setting": _("Tham số"),
    "RuleKind.legal_basis": _("Căn cứ pháp lý"),
    "RuleChangeStatus.proposed": _("Chờ thông qua"),
    "RuleChangeStatus.adopted": _("Đã thông qua"),
    "RuleChangeStatus.rejected": _("Không thông qua"),
    "RuleChangeStatus.withdrawn": _("Đã rút lại"),
    "RowState.in_force": _("Đang có hiệu lực"),
    "RowState.coming": _("Sắp có hiệu lực"),
    "RowState.former": _("Đã hết hiệu lực"),
    "RowState.displaced": _("Chưa dùng, bộ khác đứng trước"),
    "SettingKind.clock": _("Thời hạn"),
    "SettingKind.tolerance": _("Dung sai và giới hạn"),
    "SettingKind.weights": _("Trọng số"),
    "SettingKind.switch": _("Hai người cùng xem"),
    "answer.yes": _("Có"),
    "answer.no": _("Không"),
    "answer.none": _("không có"),
    "unit.days": _("ngày"),
    "unit.months": _("tháng"),
    "side.west": _("tây"),
    "side.south": _("nam"),
    "side.east": _("đông"),
    "side.north": _("bắc"),
    "choice.dispute_silence.accepted": _("coi như đồng ý"),
    "choice.dispute_silence.neutral": _("coi như chưa có ý kiến"),
    "choice.dispute_answer_silence.open": _("phản hồi vẫn để ngỏ"),
    "choice.dispute_answer_silence.upheld": _("coi như chấp nhận phản hồi"),
    "choice.dispute_answer_silence.dismissed": _("coi như bác phản hồi"),
    "choice.review_four_eyes.approve": _("duyệt"),
    "choice.review_four_eyes.return": _("trả lại"),
    "choice.review_four_eyes.reject": _("không chấp nhận"),
    "choice.review_four_eyes.merge": _("nhập vào vùng khác"),
    "weight.households": _("số hộ"),
    "weight.population": _("số khẩu"),
    "weight.specially_difficult": _("địa bàn đặc biệt khó khăn"),
    "weight.border_or_island": _("biên giới, hải đảo"),
    "weight.school_or_health_post": _("có trường học, trạm y tế"),
    "weight.cost_per_household": _("chi phí mỗi hộ"),
    "weight.waiting": _("thời gian chờ"),
    "thing.rule_change": _("thay đổi quy định"),
    "thing.setting": _("tham số"),
    "reason.same_person": _(
        "người đề xuất không tự thông qua thay đổi của mình; hãy để một người khác của Cục thông qua"
    ),
    "reason.preview_differs": _(
        "số liệu vùng đã đổi nên tác động khác bản đã đọc; hãy đọc bản mới rồi quyết định"
    ),
    "reason.change_adopted": _("thay đổi đã được thông qua"),
    "reason.change_rejected": _("thay đổi đã bị từ chối"),
    "reason.change_withdrawn": _("thay đổi đã được rút lại"),
    "reason.not_proposer": _("chỉ người đề xuất được rút; người khác thì không thông qua"),
    "reason.replaced_ended": _("dòng được thay vừa hết hiệu lực vì một thay đổi khác"),
}
