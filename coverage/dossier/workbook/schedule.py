"""The sheet of what a lot needs and by when: readiness, and the clock to on-air."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from coverage.dossier.columns import Kind
from coverage.dossier.lot_columns import READINESS_WORDS, STATE_WORDS
from coverage.dossier.workbook.looks import HEAD_ROWS, UNKNOWN, Looks, height_of, write_head
from coverage.packages import Package, PackageLot
from coverage.readiness import ReadinessKind

SCHEDULE = "Điều kiện và thời hạn"
_HEADER = HEAD_ROWS
_FIRST = _HEADER + 1
_WIDTHS = (5, 28, *(13 for _ in READINESS_WORDS), 30, 10, 28, 28)
_HEADINGS = (
    "Lô", "Tên lô", *READINESS_WORDS.values(), "Ghi chú điều kiện", "Thời hạn (tháng)", "Lý do",
    "Căn cứ",
)  # fmt: skip
_NOTE = 2 + len(READINESS_WORDS)
_MONTHS, _REASON, _CITATION = _NOTE + 1, _NOTE + 2, _NOTE + 3


def write_schedule(sheet: Worksheet, package: Package, looks: Looks) -> None:
    """Write a row for each lot; what nobody has said is said to be unknown."""
    for place, (width, heading) in enumerate(zip(_WIDTHS, _HEADINGS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(_HEADER, place, heading, looks.header)
    sheet.set_row(_HEADER, 34)
    subtitle = "Thời hạn tính từ ngày trao thầu đến ngày phát sóng"
    write_head(sheet, package, looks, ("ĐIỀU KIỆN THI CÔNG VÀ THỜI HẠN", subtitle), _CITATION)
    line = _HEADER
    for line, lot in enumerate(package.lots, start=_FIRST):
        _write_lot(sheet, line, lot, looks)
    sheet.freeze_panes(_FIRST, 2)
    sheet.autofilter(_HEADER, 0, line, _CITATION)
    sheet.repeat_rows(_HEADER)


def _write_lot(sheet: Worksheet, line: int, lot: PackageLot, looks: Looks) -> None:
    text = looks.of_kind[Kind.TEXT]
    states = {one.kind: STATE_WORDS[one.state] for one in lot.readiness}
    notes = "; ".join(
        f"{READINESS_WORDS[one.kind]}: {one.note}" for one in lot.readiness if one.note
    )
    reason, citation = (lot.clock.reason, lot.clock.citation) if lot.clock else (UNKNOWN, UNKNOWN)
    sheet.write_number(line, 0, lot.number, looks.identifier)
    sheet.write_string(line, 1, lot.name, text)
    for place, kind in enumerate(ReadinessKind, start=2):
        sheet.write_string(line, place, states.get(kind, "Chưa rõ"), looks.centred)
    for place, told in ((_NOTE, notes), (_REASON, reason), (_CITATION, citation)):
        sheet.write_string(line, place, told, text)
    if lot.clock is None:
        sheet.write_string(line, _MONTHS, UNKNOWN, looks.centred)
    else:
        sheet.write_number(line, _MONTHS, lot.clock.months, looks.of_kind[Kind.COUNT])
    longest = max(notes, reason, citation, key=len)
    sheet.set_row(line, height_of({_WIDTHS[1]: lot.name, _WIDTHS[_REASON]: longest}))
