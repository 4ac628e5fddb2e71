"""The words of publishing: versions, embargo, questions, notices, and why something is refused."""

from __future__ import annotations

from api.catalogue import mark as _

PACKAGE_WORDS: dict[str, str] = {
    "PackageStatus.cancelled": _("Đã hủy"),
    "PackageKind.first": _("Bản đầu"),
    "PackageKind.amendment": _("Sửa đổi"),
    "PackageKind.clarification": _("Làm rõ"),
    "ProcurementMode.tender": _("Đấu thầu"),
    "ProcurementMode.order": _("Đặt hàng"),
    "ProcurementMode.assignment": _("Giao nhiệm vụ"),
    "thing.question": _("câu hỏi"),
    "reason.waits_for_opening": _(
        "vùng thuộc một gói thầu đã ký, đang chờ giờ mở; hãy chờ gói mở, hoặc thu hồi gói trước"
    ),
    "reason.opens_in_past": _(
        "giờ mở đã qua; hãy chọn giờ mở sau bây giờ, hoặc bỏ trống để mở ngay"
    ),
    "reason.closes_too_early": _(
        "thời điểm đóng thầu phải sau giờ mở và sau bây giờ; hãy chọn lại"
    ),
    "reason.zone_in_open_round": _(
        "một vùng đang nằm trong đợt tham vấn chưa kết thúc; hãy công bố không đặt giờ mở,"
        " hoặc chờ hết đợt tham vấn"
    ),
    "reason.package_is_draft": _("gói còn là dự thảo; hãy lập lại dự thảo thay vì sửa đổi"),
    "reason.package_cancelled": _("gói đã bị hủy; hãy gom lô và lập gói mới"),
    "reason.amended_meanwhile": _(
        "người khác vừa ra phiên bản mới của gói; hãy xem phiên bản đó rồi làm lại"
    ),
    "reason.version_waits": _(
        "một phiên bản đang chờ giờ mở; hãy chờ đến giờ, hoặc thu hồi phiên bản đó trước"
    ),
    "reason.opened_meanwhile": _(
        "phiên bản vừa mở nên không thu hồi được nữa; hãy tải lại trang, muốn bỏ thì hủy gói"
    ),
    "reason.no_difference": _(
        "phiên bản mới không khác gì phiên bản trước; hãy chọn vùng, lô cần đổi, hoặc dùng việc"
        " làm rõ nếu chỉ có câu trả lời mới"
    ),
    "reason.not_as_previewed": _(
        "số liệu đã thay đổi sau khi bạn xem trước; hãy xem lại khác biệt rồi xác nhận"
    ),
    "reason.no_lot_left": _("phiên bản mới không còn lô nào; muốn bỏ cả gói thì hãy hủy gói"),
    "reason.lot_awarded": _(
        "lô đã giao cho doanh nghiệp phải giữ nguyên; hãy giữ lô đó như cũ, hoặc hủy giao trước"
    ),
    "reason.package_awarded": _(
        "gói có lô đã giao cho doanh nghiệp nên không hủy được; hãy hủy giao trước"
    ),
    "reason.zone_not_free": _(
        "vùng chưa được duyệt, không do Quỹ chi trả hoặc đã ở gói khác nên không đưa vào được;"
        " hãy chọn vùng khác"
    ),
    "reason.zone_is_inside": _("vùng đã nằm trong gói này; hãy bỏ vùng này khỏi phần đưa vào"),
    "reason.clarification_changes": _(
        "số liệu của gói đã thay đổi nên đây là sửa đổi, không chỉ là làm rõ; hãy dùng việc sửa đổi"
    ),
    "reason.no_new_answers": _(
        "chưa có câu trả lời nào mới kể từ phiên bản trước; hãy trả lời câu hỏi trước"
    ),
    "reason.questions_closed": _(
        "đã hết hạn gửi câu hỏi, hoặc gói không còn hiệu lực; hãy đọc các câu trả lời đã có"
    ),
    "reason.question_empty": _("chưa có câu hỏi; hãy viết câu hỏi rồi gửi lại"),
    "reason.answer_empty": _("chưa có câu trả lời; hãy viết câu trả lời rồi gửi lại"),
    "reason.words_too_many": _("quá dài: nhiều nhất 4.000 ký tự; hãy rút gọn"),
    "reason.question_unworded": _(
        "trả lời nhiều câu hỏi cùng lúc thì phải viết một câu hỏi chung để nêu với mọi bên"
    ),
    "reason.no_question_chosen": _("chưa chọn câu hỏi nào; hãy đánh dấu ít nhất một câu"),
    "reason.answered_already": _("câu hỏi này đã được trả lời; hãy tải lại trang"),
    "reason.names_the_asker": _(
        "lời văn nêu tên doanh nghiệp đã hỏi; hãy viết lại câu hỏi và câu trả lời không nêu tên đó"
    ),
    "reason.moment_unreadable": _("thời điểm không đọc được; hãy chọn lại ngày và giờ"),
    "notice.amendment": _("Sửa đổi"),
    "notice.clarification": _("Làm rõ"),
    "notice.answer": _("Trả lời câu hỏi"),
    "notice.cancellation": _("Hủy gói"),
}
