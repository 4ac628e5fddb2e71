"""The words of lists that wait for the approver's word: a part of api/words.py."""

from __future__ import annotations

from api.catalogue import mark as _

APPROVAL_WORDS: dict[str, str] = {
    "Act.approve_survey": _("duyệt và nộp danh sách của tỉnh"),
    "ApprovalStatus.waiting": _("Chờ lãnh đạo duyệt"),
    "ApprovalStatus.returned": _("Lãnh đạo trả lại"),
    "ApprovalStatus.taken_back": _("Đã lấy lại, chưa trình lại"),
    "ApprovalStatus.approved": _("Đã duyệt và nộp"),
    "thing.approval": _("bản trình duyệt"),
    "reason.needs_approver": _(
        "tỉnh có lãnh đạo duyệt, nên danh sách chỉ được nộp hoặc rút khi lãnh đạo đồng ý;"
        " hãy trình lãnh đạo duyệt"
    ),
    "reason.replaced_meanwhile": _(
        "lần nộp mà bản trình này thay thế không còn hiệu lực: nó đã được rút hoặc đã có lần nộp"
        " khác thay; hãy trả lại để cán bộ lập lại"
    ),
    "reason.replaced": _("lần nộp này đã được một lần nộp khác thay thế"),
    "reason.withdrawn": _("lần nộp này đã được rút"),
    "reason.zone_needs_approver": _(
        "tỉnh có lãnh đạo duyệt, nên chỉ lãnh đạo được báo cáo lại hoặc rút từng vùng;"
        " hãy nhờ lãnh đạo, hoặc trình lãnh đạo duyệt một danh sách đã sửa"
    ),
    "reason.no_approver": _(
        "tỉnh chưa có tài khoản lãnh đạo duyệt nào đang hoạt động; hãy nộp thẳng danh sách"
    ),
    "reason.list_waiting": _("bản trình đang chờ lãnh đạo duyệt; hãy lấy lại trước"),
    "reason.list_returned": _("lãnh đạo vừa trả lại bản trình này; hãy mở lại trang để xem lý do"),
    "reason.list_taken_back": _("cán bộ lập vừa lấy lại bản trình này để sửa"),
    "reason.list_approved": _(
        "một lãnh đạo khác đã duyệt và nộp bản trình này; hãy mở lại trang để xem biên nhận"
    ),
    "reason.handed_in_otherwise": _(
        "bản trình hoặc kết quả kiểm tra đã khác với bản bạn xem; chưa có gì được nộp, hãy xem lại rồi quyết định"
    ),
    "reason.findings_changed": _(
        "kết quả kiểm tra đã thay đổi từ lúc trình; chưa có gì được nộp, hãy xem kết quả mới rồi quyết định"
    ),
    "reason.return_needs_reason": _("trả lại phải có lý do để cán bộ biết cần sửa gì"),
    "reason.same_file_waits": _(
        "chính tệp này đang chờ lãnh đạo duyệt; muốn trình bản khác, hãy lấy lại bản đang chờ trước"
    ),
    "reason.same_file_submitted": _("chính tệp này đã được nộp trước đây, trình lại không thay đổi gì"),
}  # fmt: skip
