"""Rules and fields in words, in both languages: what a planner reads, and what findings name."""

from __future__ import annotations

from collections.abc import Mapping

from coverage.criteria import FACTS, QueueRule
from coverage.findings import Language
from coverage.zones import Queue

Both = tuple[str, str]  # Vietnamese, English

FIELDS: Mapping[str, Both] = {
    "name": ("tên", "name"),
    "document": ("số, ký hiệu văn bản", "document number"),
    "official": ("chính thức", "official"),
    "reach_m": ("tầm phủ tối đa của một trạm (m)", "farthest reach of a site (m)"),
    "broadband": (
        "công nghệ tính là băng rộng di động",
        "technologies counted as mobile broadband",
    ),
    "service": ("yêu cầu đối với dịch vụ", "what is asked of the service"),
    "level_dbm": ("mức thu tối thiểu (dBm)", "lowest signal level (dBm)"),
    "down_mbps": ("tốc độ tải xuống tối thiểu (Mbit/s)", "lowest download speed (Mbit/s)"),
    "up_mbps": ("tốc độ tải lên tối thiểu (Mbit/s)", "lowest upload speed (Mbit/s)"),
    "availability_percent": ("độ khả dụng tối thiểu (%)", "lowest availability (%)"),
    "measured": ("cách đo khi nghiệm thu", "how acceptance is measured"),
    "position": ("thứ tự", "order"),
    "queue": ("ai chi trả", "who pays"),
    "citation": ("căn cứ", "citation"),
    "grid_power": ("điện lưới", "grid power"),
    "specially_difficult": ("địa bàn đặc biệt khó khăn", "specially difficult area"),
    "served": ("đã có sóng theo căn cứ", "served, as evidence shows"),
    "promised": ("doanh nghiệp cam kết tự đầu tư", "an operator promised to build alone"),
    "value": ("giá trị", "value"),
    "title": ("trích yếu", "title"),
    "issued_on": ("ngày ban hành", "day of issue"),
    "source": ("nguồn", "source"),
    "note": ("ghi chú", "note"),
    "valid_from": ("ngày có hiệu lực", "first day in force"),
    "replaces": ("dòng được thay", "row that is replaced"),
    "back_dated": ("lý do lùi ngày hiệu lực", "reason for back-dating"),
    "removed": ("bãi bỏ", "removed"),
    "reason": ("lý do thay đổi", "reason for the change"),
}

_HOLDS: Mapping[tuple[str, bool], Both] = {
    ("grid_power", True): ("có điện lưới", "grid power"),
    ("grid_power", False): ("chưa có điện lưới", "no grid power"),
    ("specially_difficult", True): ("thuộc địa bàn đặc biệt khó khăn", "specially difficult area"),
    ("specially_difficult", False): (
        "không thuộc địa bàn đặc biệt khó khăn", "not a specially difficult area",
    ),
    ("served", True): ("đã có sóng băng rộng theo căn cứ", "served as evidence shows"),
    ("served", False): ("chưa có căn cứ là đã có sóng", "not shown to be served"),
    ("promised", True): ("doanh nghiệp đã cam kết tự đầu tư", "an operator promised to build alone"),
    ("promised", False): ("chưa doanh nghiệp nào cam kết", "no operator has promised"),
}  # fmt: skip

_PAYS: Mapping[Queue, Both] = {
    Queue.FUND: ("Quỹ", "the fund"),
    Queue.OPERATOR: ("doanh nghiệp tự đầu tư", "operators at their own cost"),
    Queue.POWER: ("chờ điện lưới hoặc vệ tinh", "waits for grid power, or satellite"),
    Queue.COVERED: ("không phải vùng lõm sóng", "not a dead zone"),
    Queue.UNDECIDED: ("chưa xác định", "undecided"),
}
_EVERY_ZONE: Both = ("mọi vùng còn lại", "every zone that is left")


def field_words(name: str) -> dict[str, str]:
    """Return a field's name as the facts ``what`` and ``what_en`` of a finding.

    Of a field inside another (``service.4G.level_dbm``) it is the innermost that is named.
    """
    vietnamese, english = FIELDS.get(name.rsplit(".", 1)[-1], (name, name))
    return {"what": vietnamese, "what_en": english}


def conditions_in_words(conditions: Mapping[str, bool], language: Language) -> str:
    """Return conditions as they are read: ``có điện lưới, thuộc địa bàn đặc biệt khó khăn``."""
    told = [
        _in(_HOLDS[name, conditions[name]], language) for name in FACTS if name in conditions
    ] or [_in(_EVERY_ZONE, language)]
    return ", ".join(told)


def rule_in_words(rule: QueueRule, language: Language) -> str:
    """Return a rule as one sentence: ``có điện lưới, … → Quỹ``."""
    return f"{conditions_in_words(rule.conditions(), language)} → {payer_in_words(rule.queue, language)}"


def payer_in_words(queue: Queue, language: Language) -> str:
    """Return who pays, in the short words of a rule's sentence."""
    return _in(_PAYS[queue], language)


def _in(words: Both, language: Language) -> str:
    return words[0] if language is Language.VI else words[1]
