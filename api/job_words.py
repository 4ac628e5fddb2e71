"""Words for identifiers of long work."""

from __future__ import annotations

from api.catalogue import mark as _

JOB_WORDS = {
    "thing.job": _("việc chạy nền"),
    "JobState.waiting": _("Đang chờ"),
    "JobState.running": _("Đang chạy"),
    "JobState.done": _("Đã xong"),
    "JobState.refused": _("Chưa làm được"),
    "JobState.failed": _("Bị lỗi"),
    "JobState.cancelled": _("Đã hủy"),
}
