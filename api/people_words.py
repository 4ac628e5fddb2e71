"""The words of people, sign-in and the administration, beside those of api/words.py."""

from __future__ import annotations

from api.catalogue import mark as _

PEOPLE_WORDS: dict[str, str] = {
    "thing.login": _("tên đăng nhập"),
    "reason.too_long": _("mật khẩu mới quá dài"),
    "reason.too_easy": _(
        "mật khẩu mới quá dễ đoán: bỏ tên của bạn, tên đăng nhập, năm và các dãy quen thuộc đi thì hầu"
        " như không còn gì; hãy thêm vài từ khác"
    ),
    "reason.login_unreadable": _(
        "tên đăng nhập chỉ gồm chữ không dấu, chữ số và các dấu . _ - @ +, bắt đầu bằng chữ hoặc số,"
        " dài nhất 64 ký tự"
    ),
    "reason.name_unreadable": _("chưa ghi tên, hoặc tên dài quá 120 ký tự"),
    "reason.role_missing": _("hãy chọn vai trò"),
    "reason.organisation_missing": _("hãy chọn tổ chức"),
    "reason.own_account": _(
        "không ai tự khóa được tài khoản của chính mình; hãy nhờ quản trị khác"
    ),
    "reason.own_role": _(
        "không ai tự đổi được vai trò của chính mình; hãy nhờ quản trị khác"
    ),
    "reason.last_administrator": _(
        "đây là quản trị hệ thống cuối cùng còn hoạt động; hãy thêm hoặc mở lại một quản trị khác trước"
    ),
    "reason.account_closed": _("tài khoản đang bị khóa; hãy mở lại trước khi cấp liên kết"),
}  # fmt: skip
