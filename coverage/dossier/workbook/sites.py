"""The sheet of proposed sites with the parts of their cost; sums are formulas."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from coverage.costs import CostKind
from coverage.dossier.columns import Kind, Value
from coverage.dossier.lot_columns import (
    SITE_COLUMNS,
    SITE_KIND_WORDS,
    SiteColumn,
    SiteRow,
    is_absent,
    sites,
)
from coverage.dossier.workbook.looks import HEAD_ROWS, UNKNOWN, Looks, height_of, write_head
from coverage.packages import Package

SITES = "Trạm đề xuất"
_HEADER = HEAD_ROWS
_FIRST = _HEADER + 1
_FROZEN_COLUMNS = 2
_WIDTHS = {
    "label": 8, "lot": 5, "kind": 14, "commune": 17, "serves": 19, "households": 7,
    "latitude": 11, "longitude": 11.5, "cost_missing": 13,
}  # fmt: skip
_COST_WIDTH = 14
_PLACE = {column.key: place for place, column in enumerate(SITE_COLUMNS)}
_COSTS = tuple(f"cost_{kind.value}_vnd" for kind in CostKind)


def write_sites(sheet: Worksheet, package: Package, looks: Looks) -> None:
    """Write a row for each site; where a site stands already its place is left empty."""
    subtitle = "Phương án đề xuất; doanh nghiệp được chọn phương án khác"
    last = len(SITE_COLUMNS) - 1
    write_head(sheet, package, looks, ("VỊ TRÍ TRẠM ĐỀ XUẤT VÀ CHI PHÍ", subtitle), last)
    for place, column in enumerate(SITE_COLUMNS):
        sheet.set_column(place, place, _WIDTHS.get(column.key, _COST_WIDTH))
        sheet.write_string(_HEADER, place, column.heading, looks.header)
    sheet.set_row(_HEADER, 50)
    line = _HEADER
    for line, row in enumerate(sites(package), start=_FIRST):
        for place, column in enumerate(SITE_COLUMNS):
            _write_cell(sheet, (line, place), column, row, looks)
        sheet.set_row(line, height_of(
            {_WIDTHS[key]: str(_shown(SITE_COLUMNS[_PLACE[key]], row) or "")
             for key in ("kind", "commune", "serves", "cost_missing")}
        ))  # fmt: skip
    _write_sums(sheet, package, line, looks)
    sheet.freeze_panes(_FIRST, _FROZEN_COLUMNS)
    sheet.autofilter(_HEADER, 0, line, last)
    sheet.print_area(0, 0, line + 1, last)
    sheet.repeat_rows(_HEADER)


def site_range(package: Package, key: str) -> str:
    """Return where a column's values stand, as a formula on another sheet names it."""
    letter = xl_col_to_name(_PLACE[key])
    return f"'{SITES}'!${letter}${_FIRST + 1}:${letter}${_FIRST + len(sites(package))}"


def _write_cell(
    sheet: Worksheet, at: tuple[int, int], column: SiteColumn, row: SiteRow, looks: Looks
) -> None:
    line, _ = at
    value = _shown(column, row)
    look = looks.identifier if column.key == "lot" else looks.of_kind[column.kind]
    if column.key == "kind":
        look = looks.of_kind[Kind.TEXT]
    if column.key == "cost_vnd":
        first, last = (xl_col_to_name(_PLACE[key]) for key in (_COSTS[0], _COSTS[-1]))
        formula = f"=SUM({first}{line + 1}:{last}{line + 1})"
        sheet.write_formula(*at, formula, looks.of_kind[Kind.COUNT], value)
    elif value is None:
        sheet.write_blank(*at, None, look)
    elif isinstance(value, str):
        sheet.write_string(*at, value, look)
    else:
        sheet.write_number(*at, value, look)


def _shown(column: SiteColumn, row: SiteRow) -> Value:
    """What stands in the cell: words for the kind, a dash for a part that nobody could tell."""
    site = row[1]
    if column.key == "kind":
        return SITE_KIND_WORDS[site.kind]
    if column.key in _COSTS:
        kind = CostKind(column.key.removeprefix("cost_").removesuffix("_vnd"))
        if is_absent(site.cost, kind):
            return UNKNOWN
    return column.value(row)


def _write_sums(sheet: Worksheet, package: Package, last_line: int, looks: Looks) -> None:
    total = last_line + 1
    sheet.merge_range(
        total, 0, total, _PLACE["households"] - 1, "Cộng (theo bộ lọc đang chọn)", looks.total_text
    )
    listed = sites(package)
    for key in ("households", *_COSTS, "cost_vnd"):
        letter = xl_col_to_name(_PLACE[key])
        cells = f"{letter}{_FIRST + 1}:{letter}{last_line + 1}"
        formula = f'=IF(SUBTOTAL(102,{cells})=0,"{UNKNOWN}",SUBTOTAL(109,{cells}))'
        values = [_shown(SITE_COLUMNS[_PLACE[key]], row) for row in listed]
        known = [value for value in values if isinstance(value, int)]
        value = sum(known) if known else UNKNOWN
        sheet.write_formula(total, _PLACE[key], formula, looks.total_number, value)
    sheet.write_blank(total, _PLACE["cost_missing"], None, looks.total_text)
