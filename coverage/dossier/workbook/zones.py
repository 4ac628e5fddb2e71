"""The sheet with every zone: frozen header, filters, sums that follow the filter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from coverage.dossier.columns import COLUMNS, Kind, Row, Value, column, evidence_words, rows
from coverage.dossier.workbook.looks import HEAD_ROWS, UNKNOWN, Looks, height_of, write_head
from coverage.packages import Package

LIST = "Danh sách"
HEADER_ROW = HEAD_ROWS  # counted from 0, as XlsxWriter counts
_FIRST = HEADER_ROW + 1
_FROZEN_COLUMNS = 3
_SUMMED = ("households", "population")
_AS_IDENTIFIER = {"lot", "vn2000_epsg"}  # numbers that nobody adds


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the sheet: its width in characters, and what stands in a zone's cell."""

    key: str
    heading: str
    width: float
    kind: Kind
    value: Callable[[Row], Value]


def _in_words(key: str, width: float) -> Shown:
    of = column(key)
    words = of.words
    value = of.value if words is None else lambda row: words(of.value(row))
    return Shown(key, of.heading, width, of.kind, value)


# What people compare is printed; codes and constants stand to the right of the print area.
PRINTED: tuple[Shown, ...] = (
    _in_words("label", 8),
    _in_words("lot", 5),
    _in_words("village", 25),
    _in_words("commune", 18),
    _in_words("former_communes", 20),
    _in_words("declared_commune", 16),
    _in_words("latitude", 11),
    _in_words("longitude", 11.5),
    _in_words("northing_m", 12),
    _in_words("easting_m", 11),
    _in_words("households", 7),
    _in_words("population", 7),
    _in_words("signal", 10),
    _in_words("grid_power", 7.5),
    _in_words("specially_difficult", 8),
    Shown("evidence", "Nhà mạng có trạm trong tầm", 11, Kind.YES_NO,
          lambda row: evidence_words(row[2])),
    _in_words("sites", 11),
)  # fmt: skip
_SHOWN_OTHERWISE = {one.key for one in PRINTED} | {"operators_assessed", "operators_within_reach"}
SHOWN = (
    *PRINTED,
    *(
        _in_words(one.key, {"zone_id": 38, "note": 30, "queue": 30}.get(one.key, 14))
        for one in COLUMNS
        if one.key not in _SHOWN_OTHERWISE
    ),
)
_PLACE = {one.key: place for place, one in enumerate(SHOWN)}


def write_zones(sheet: Worksheet, package: Package, looks: Looks) -> None:
    """Write the header, a row for each zone, and the sums below."""
    subtitle = f"Gói thầu {package.number} – {package.province}"
    write_head(sheet, package, looks, ("DANH SÁCH VÙNG LÕM SÓNG", subtitle), len(PRINTED) - 1)
    for place, one in enumerate(SHOWN):
        sheet.set_column(place, place, one.width)
        sheet.write_string(HEADER_ROW, place, one.heading, looks.header)
    sheet.set_row(HEADER_ROW, 64)
    line = HEADER_ROW
    for line, row in enumerate(rows(package), start=_FIRST):
        wrapped = {}
        for place, one in enumerate(SHOWN):
            value = one.value(row)
            _write_cell(sheet, (line, place), one, value, looks)
            if one.kind is Kind.TEXT and place < len(PRINTED) and value is not None:
                wrapped[one.width] = str(value)
        sheet.set_row(line, height_of(wrapped))
    _write_sums(sheet, package, looks, line)
    sheet.freeze_panes(_FIRST, _FROZEN_COLUMNS)
    sheet.autofilter(HEADER_ROW, 0, line, len(SHOWN) - 1)
    sheet.print_area(0, 0, line + 1, len(PRINTED) - 1)
    sheet.repeat_rows(HEADER_ROW)


def range_of(package: Package, key: str) -> str:
    """Return where a column's values stand, as a formula on another sheet names it."""
    letter = xl_col_to_name(_PLACE[key])
    last = _FIRST + sum(1 for _ in package.zones)
    return f"'{LIST}'!${letter}${_FIRST + 1}:${letter}${last}"


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], one: Shown, value: Value, looks: Looks
) -> None:
    look = looks.identifier if one.key in _AS_IDENTIFIER else looks.of_kind[one.kind]
    if one.key == "signal":
        look = looks.centred
    if value is None:
        sheet.write_blank(*place, None, look)
    elif isinstance(value, str):
        sheet.write_string(*place, value, look)
    else:
        sheet.write_number(*place, value, look)


def _write_sums(sheet: Worksheet, package: Package, looks: Looks, last_line: int) -> None:
    total = last_line + 1
    sheet.merge_range(
        total, 0, total, _PLACE["households"] - 1, "Cộng (theo bộ lọc đang chọn)", looks.total_text
    )
    for key in _SUMMED:
        letter = xl_col_to_name(_PLACE[key])
        cells = f"{letter}{_FIRST + 1}:{letter}{last_line + 1}"
        # 102 counts and 109 adds only the rows that a filter leaves visible.
        formula = f'=IF(SUBTOTAL(102,{cells})=0,"{UNKNOWN}",SUBTOTAL(109,{cells}))'
        total_value = package.totals()[key]
        value = UNKNOWN if total_value is None else total_value
        sheet.write_formula(total, _PLACE[key], formula, looks.total_number, value)
    for place in range(_PLACE["population"] + 1, len(PRINTED)):
        sheet.write_blank(total, place, None, looks.total_text)
