"""The sheet of estimates: of every lot the parts of its cost, as sums over the sites."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from coverage.costs import CostKind
from coverage.dossier.columns import Kind
from coverage.dossier.lot_columns import COST_WORDS, absent_words, amount_vnd, is_absent
from coverage.dossier.workbook.looks import HEAD_ROWS, UNKNOWN, Looks, height_of, write_head
from coverage.dossier.workbook.sites import site_range
from coverage.packages import Package, PackageLot

COSTS = "Chi phí"
_HEADER = HEAD_ROWS
_FIRST = _HEADER + 1
_WIDTHS = (5, 28, 7, 10, *(14 for _ in CostKind), 15, 13, 17)
_FIRST_PART = 4
_TOTAL = _FIRST_PART + len(CostKind)
_PER_HOUSEHOLD, _ABSENT = _TOTAL + 1, _TOTAL + 2
_HEADINGS = (
    "Lô", "Tên lô", "Số trạm", "Số hộ được phục vụ", *COST_WORDS.values(), "Cộng (đồng)",
    "Bình quân một hộ (đồng)", "Phần chưa có số liệu",
)  # fmt: skip


def write_costs(sheet: Worksheet, package: Package, looks: Looks) -> None:
    """Write a row for each lot and the sums below; a lot without sites has no estimate."""
    for place, (width, heading) in enumerate(zip(_WIDTHS, _HEADINGS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(_HEADER, place, heading, looks.header)
    sheet.set_row(_HEADER, 50)
    subtitle = "Số ước tính để lập kế hoạch; phần chưa có số liệu không được tính là 0"
    write_head(sheet, package, looks, ("ƯỚC TÍNH CHI PHÍ THEO LÔ", subtitle), _ABSENT)
    line = _HEADER
    for line, lot in enumerate(package.lots, start=_FIRST):
        _write_lot(sheet, line, package, lot, looks)
    _write_sums(sheet, package, line, looks)
    sheet.freeze_panes(_FIRST, 2)
    sheet.autofilter(_HEADER, 0, line, _ABSENT)
    sheet.repeat_rows(_HEADER)


def cost_cell(number_in_order: int) -> str:
    """Return where a lot's estimate stands, as a formula on another sheet names it."""
    return f"'{COSTS}'!${xl_col_to_name(_TOTAL)}${_FIRST + number_in_order + 1}"


def _write_lot(
    sheet: Worksheet, line: int, package: Package, lot: PackageLot, looks: Looks
) -> None:
    number, text = looks.of_kind[Kind.COUNT], looks.of_kind[Kind.TEXT]
    mine = f"{site_range(package, 'lot')},$A{line + 1}"
    sheet.write_number(line, 0, lot.number, looks.identifier)
    sheet.write_string(line, 1, lot.name, text)
    sheet.write_formula(line, 2, f"=COUNTIFS({mine})", number, len(lot.sites))
    served = sum(site.households for site in lot.sites)
    formula = f"=SUMIFS({site_range(package, 'households')},{mine})"
    sheet.write_formula(line, 3, formula, number, served)
    for place, kind in enumerate(CostKind, start=_FIRST_PART):
        cells = site_range(package, f"cost_{kind.value}_vnd")
        # A part that is not known of one site is not known of the lot.
        formula = f'=IF(COUNTIFS({mine},{cells},"{UNKNOWN}")>0,"{UNKNOWN}",SUMIFS({cells},{mine}))'
        told = UNKNOWN if is_absent(lot.cost, kind) else (amount_vnd(lot.cost, kind) or 0)
        sheet.write_formula(line, place, formula, number, told)
    first, last = xl_col_to_name(_FIRST_PART), xl_col_to_name(_TOTAL - 1)
    formula = f'=IF($C{line + 1}=0,"{UNKNOWN}",SUM({first}{line + 1}:{last}{line + 1}))'
    total = UNKNOWN if lot.cost is None else lot.cost.total_vnd
    sheet.write_formula(line, _TOTAL, formula, number, total)
    all_of_it = f"{xl_col_to_name(_TOTAL)}{line + 1}"
    formula = f'=IF(OR({all_of_it}="{UNKNOWN}",$D{line + 1}=0),"{UNKNOWN}",ROUND({all_of_it}/$D{line + 1},0))'
    sheet.write_formula(line, _PER_HOUSEHOLD, formula, number, _per_household(total, served))
    sheet.write_string(line, _ABSENT, absent_words(lot.cost) or "", text)
    sheet.set_row(line, height_of(
        {_WIDTHS[1]: lot.name, _WIDTHS[_ABSENT]: absent_words(lot.cost) or ""}
    ))  # fmt: skip


def _per_household(total: int | str, households: int) -> int | str:
    """Rounded half up, as spreadsheets round."""
    if isinstance(total, str) or households == 0:
        return UNKNOWN
    return (2 * total + households) // (2 * households)


def _write_sums(sheet: Worksheet, package: Package, last_line: int, looks: Looks) -> None:
    total = last_line + 1
    sheet.merge_range(total, 0, total, 1, "Cộng", looks.total_text)
    lots = package.lots
    by_kind = [
        [UNKNOWN if is_absent(lot.cost, kind) else (amount_vnd(lot.cost, kind) or 0)
         for lot in lots]
        for kind in CostKind
    ]  # fmt: skip
    columns: list[list[int | str]] = [
        [len(lot.sites) for lot in lots],
        [sum(site.households for site in lot.sites) for lot in lots],
        *by_kind,
        [UNKNOWN if lot.cost is None else lot.cost.total_vnd for lot in lots],
    ]
    for place, values in enumerate(columns, start=2):
        letter = xl_col_to_name(place)
        cells = f"{letter}{_FIRST + 1}:{letter}{last_line + 1}"
        known = [value for value in values if isinstance(value, int)]
        formula = f'=IF(COUNT({cells})=0,"{UNKNOWN}",SUM({cells}))'
        if place == _TOTAL:  # the estimate of the package is not that of some of its lots
            known = known if len(known) == len(lots) else []
            formula = f'=IF(COUNT({cells})<ROWS({cells}),"{UNKNOWN}",SUM({cells}))'
        sheet.write_formula(
            total, place, formula, looks.total_number, sum(known) if known else UNKNOWN
        )
    for place in (_PER_HOUSEHOLD, _ABSENT):
        sheet.write_blank(total, place, None, looks.total_text)
