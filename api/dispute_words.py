"""The words of verdicts' clocks and of disputes: a part of api/words.py."""

from __future__ import annotations

from api.catalogue import mark as _

DISPUTE_WORDS: dict[str, str] = {
    "DisputeStatus.open": _("Chờ trả lời"),
    "DisputeStatus.upheld": _("Chấp nhận"),
    "DisputeStatus.dismissed": _("Không chấp nhận"),
    "DisputeStatus.withdrawn": _("Đã rút"),
    "VerdictState.disputable": _("Còn hạn phản hồi"),
    "VerdictState.in_dispute": _("Đang có phản hồi"),
    "VerdictState.upheld": _("Theo phản hồi được chấp nhận"),
    "VerdictState.dismissed": _("Đã phản hồi, giữ kết luận"),
    "VerdictState.accepted": _("Hết hạn, coi như đồng ý"),
    "VerdictState.lapsed": _("Hết hạn phản hồi"),
    "Clock.running": _("Còn hạn phản hồi"),
    "Clock.in_dispute": _("Đang có phản hồi"),
    "Clock.over": _("Không còn phản hồi được"),
    "media.text/csv": _("bảng hoặc văn bản"),
    "media.application/pdf": "PDF",
    "media.application/xml": "KML, GPX",
    "media.application/zip": _("ZIP hoặc bảng tính"),
    "media.application/vnd.ms-excel": _("bảng tính Excel cũ"),
    "media.image/png": _("ảnh PNG"),
    "media.image/jpeg": _("ảnh JPEG"),
    "media.image/tiff": _("ảnh TIFF"),
    "media.image/webp": _("ảnh WebP"),
    "Act.dispute_verdict": _("phản hồi kết luận"),
    "Act.answer_dispute": _("trả lời phản hồi kết luận"),
    "Act.read_disputes": _("xem phản hồi kết luận"),
    "thing.verdict": _("kết luận"),
    "thing.dispute": _("phản hồi kết luận"),
    "reason.dispute_closed": _("phản hồi này đã được trả lời hoặc đã rút"),
}
