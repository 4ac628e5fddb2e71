"""The words of progress: how far a zone has come, and the names of its tables."""

from __future__ import annotations

from api.catalogue import mark as _

PROGRESS_WORDS: dict[str, str] = {
    "Stage.reported": _("Đã báo cáo, đang thẩm định"),
    "Stage.approved": _("Đã duyệt, chờ gói thầu"),
    "Stage.in_package": _("Trong gói thầu"),
    "Stage.awarded": _("Đã giao, chờ phát sóng"),
    "Stage.on_air": _("Đã phát sóng, chờ nghiệm thu"),
    "Stage.confirmed": _("Đã đo kiểm xác nhận"),
}
