"""The tables of progress as files: which columns, in words, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from api.catalogue import mark as _
from api.catalogue import translate
from api.words import word
from coverage.actions.progress import Progress
from coverage.dossier.progress import Cell, FiguresTable
from coverage.findings import Language
from coverage.progress import BacklogLine
from coverage.zones import Queue


class Chart(StrEnum):
    """The charts of progress; each is also a table and a file."""

    WAITING = "waiting"
    MONTHS = "months"
    LATE = "late"
    REVIEW = "review"
    CORRECTION = "correction"
    PROVINCES = "provinces"


TITLES: Mapping[Chart, str] = {
    Chart.WAITING: _("Hộ còn chờ sóng, theo tỉnh và nguồn chi trả"),
    Chart.MONTHS: _("Tiến độ theo tháng"),
    Chart.LATE: _("Lô quá hạn và sắp đến hạn phát sóng"),
    Chart.REVIEW: _("Vùng chờ thẩm định, theo số ngày chờ"),
    Chart.CORRECTION: _("Vùng trả lại chưa được tỉnh bổ sung"),
    Chart.PROVINCES: _("Các tỉnh cạnh nhau"),
}
FILE_NAMES: Mapping[Chart, str] = {
    Chart.WAITING: "con-cho", Chart.MONTHS: "theo-thang", Chart.LATE: "qua-han",
    Chart.REVIEW: "cho-tham-dinh", Chart.CORRECTION: "cho-bo-sung", Chart.PROVINCES: "cac-tinh",
}  # fmt: skip
MEANINGS: Mapping[Chart, tuple[str, ...]] = {
    Chart.WAITING: (
        _("Còn chờ: đã báo cáo và chưa phát sóng; không tính vùng mà căn cứ cho thấy đã có sóng."),
        _("Số ngày chờ tính từ ngày vùng được báo cáo lần đầu."),
    ),
    Chart.MONTHS: (
        _("Mỗi tháng tính đến hết ngày cuối tháng, theo ngày được ghi vào lịch sử của từng vùng."),
        _("Điều ghi muộn hoặc sửa sau tính vào tháng được ghi; tháng đã qua không đổi."),
    ),
    Chart.LATE: (_("Vùng đã giao mà chưa phát sóng; hạn đã tính cả gia hạn."),),
    Chart.REVIEW: (_("Tính từ ngày báo cáo, hoặc ngày báo cáo lại hay mở lại gần nhất."),),
    Chart.CORRECTION: (_("Tính từ ngày trả lại tỉnh."),),
    Chart.PROVINCES: (
        _("Dòng nhận ngay: phần dòng không bị lỗi trong các tệp nộp lần đầu (không tính tệp thay thế)."),
        _("Ngày đến quyết định: số ngày ở giữa (trung vị) từ khi báo cáo đến quyết định đầu tiên về vùng."),
        _("Đã rõ ai chi trả: phần vùng còn chờ đã xác định được nguồn chi trả."),
        _("Với tỉnh khác: số của ít hơn 5 vùng, dòng, quyết định để trống; không cho biết ai chi trả."),
    ),
}  # fmt: skip
AGES = (_("Đến 30 ngày"), _("31–60 ngày"), _("61–90 ngày"), _("Trên 90 ngày"))
_Rows = tuple[Sequence[str], list[Sequence[Cell]]]


def table_of(chart: Chart, found: Progress, language: Language) -> FiguresTable:
    """Return one of the tables in a language."""
    headings, rows = _TABLES[chart](found, language)
    criteria = f"{found.criteria.name} ({found.criteria.document})" if found.criteria else "–"
    return FiguresTable(
        translate(TITLES[chart], language), [translate(text, language) for text in MEANINGS[chart]],
        [translate(text, language) for text in headings], rows,
        (translate(_("Số liệu ngày"), language), found.day),
        (translate(_("Bộ tiêu chí"), language), criteria),
    )  # fmt: skip


def queue_word(queue: Queue, found: Progress, language: Language) -> str:
    """Return who pays in words; where that is not told, what is not decided is not published."""
    if queue is Queue.UNDECIDED and not found.payers_told:
        return translate(_("Chưa công bố ai chi trả"), language)
    return word(queue, language)


def _waiting(found: Progress, language: Language) -> _Rows:
    queues = [queue for queue in Queue if queue is not Queue.COVERED]
    named = [queue_word(queue, found, language) for queue in queues]
    households = translate(_("hộ"), language)
    headings = [
        _("Tỉnh"), _("Mã tỉnh"), _("Vùng còn chờ"), _("Hộ còn chờ"), _("Thôn trắng sóng"),
        *(f"{name} ({households})" for name in named),
        _("Số ngày chờ (trung vị)"), _("Chờ lâu nhất (ngày)"),
    ]  # fmt: skip
    return headings, [
        [
            found.name_of(line.province_code), line.province_code, line.whole.zones,
            line.whole.households, line.white.zones,
            *(line.queues[queue].households for queue in queues),
            line.age.median_days if line.age else None,
            line.age.longest_days if line.age else None,
        ]
        for line in found.waiting
    ]  # fmt: skip


def _months(found: Progress, language: Language) -> _Rows:
    zones, households = translate(_("vùng"), language), translate(_("hộ"), language)
    headings = [
        _("Tính đến hết ngày"), _("Bộ tiêu chí khi ấy"),
        *(f"{word(stage, language)} ({unit})" for stage in found.stages for unit in (zones, households)),
    ]  # fmt: skip
    return headings, [
        [
            end.day, end.criteria.name if end.criteria else None,
            *(count for stage in found.stages
              for count in (end.stages[stage].zones, end.stages[stage].households)),
        ]
        for end in found.months
    ]  # fmt: skip


def _late(found: Progress, language: Language) -> _Rows:  # noqa: ARG001 - its cells are names
    headings = [
        _("Doanh nghiệp"), _("Tỉnh"), _("Số gói thầu"), _("Lô"), _("Hạn phát sóng"),
        _("Số ngày muộn (âm: còn lại)"), _("Số vùng"), _("Số hộ"),
    ]  # fmt: skip
    return headings, [
        [
            lot.operator, found.name_of(lot.province_code), lot.package_number, lot.lot_number,
            lot.due_on, lot.late_days(found.day), lot.tally.zones, lot.tally.households,
        ]
        for lot in (*found.late, *found.soon)
    ]  # fmt: skip


def _backlog(found: Progress, lines: Sequence[BacklogLine]) -> _Rows:
    headings = [_("Tỉnh"), _("Số vùng"), _("Số hộ"), *AGES, _("Chờ lâu nhất (ngày)")]
    return headings, [
        [
            found.name_of(line.province_code), line.whole.zones, line.whole.households,
            *(tally.zones for tally in line.buckets), line.oldest_days,
        ]
        for line in lines
    ]  # fmt: skip


def _provinces(found: Progress, language: Language) -> _Rows:  # noqa: ARG001 - its cells are figures
    headings = [
        _("Tỉnh"), _("Số lần nộp"), _("Số dòng nộp lần đầu"), _("Dòng nhận ngay"),
        _("Số quyết định"), _("Ngày đến quyết định (trung vị)"), _("Vùng còn chờ"),
        _("Hộ còn chờ"), _("Vùng đã phát sóng"), _("Hộ đã phát sóng"), _("Đã rõ ai chi trả"),
    ]  # fmt: skip
    return headings, [
        [
            found.name_of(one.province_code), one.submissions, one.rows, one.accepted_share,
            one.decisions, None if one.decision_days is None else round(one.decision_days),
            one.waiting_zones, one.waiting_households, one.on_air_zones, one.on_air_households,
            one.payer_share,
        ]
        for one in found.provinces
    ]  # fmt: skip


_TABLES: Mapping[Chart, Callable[[Progress, Language], _Rows]] = {
    Chart.WAITING: _waiting,
    Chart.MONTHS: _months,
    Chart.LATE: _late,
    Chart.REVIEW: lambda found, _language: _backlog(found, found.review),
    Chart.CORRECTION: lambda found, _language: _backlog(found, found.correction),
    Chart.PROVINCES: _provinces,
}
