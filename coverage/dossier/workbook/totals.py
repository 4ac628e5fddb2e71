"""The first sheet: what the package is, and its lots with sums over the list."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from coverage.dossier.columns import SIGNAL_WORDS, Kind
from coverage.dossier.notes import facts
from coverage.dossier.workbook.costs import cost_cell
from coverage.dossier.workbook.looks import HEAD_ROWS, UNKNOWN, Looks, height_of, write_head
from coverage.dossier.workbook.zones import range_of
from coverage.packages import Package, PackageLot
from coverage.zones import Signal

_WIDTHS = (8, 18, 40, 11, 11, 14, 12, 12, 12, 19)
_HEADINGS = (
    "Số vùng",
    "Số hộ",
    "Số khẩu (đã có số liệu)",
    *SIGNAL_WORDS.values(),
    "Ước tính (đồng)",
)
_SIGNALS = (Signal.NONE, Signal.PATCHY, None)  # in the order of the headings
_FIRST_NUMBER = 3
_LAST = len(_WIDTHS) - 1


def write_totals(sheet: Worksheet, package: Package, looks: Looks) -> None:
    """Write the facts of the package, then a row for each lot and the sums below."""
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    subtitle = f"Vùng lõm sóng di động – {package.province}"
    write_head(sheet, package, looks, (f"GÓI THẦU {package.number}", subtitle), _LAST)
    line = HEAD_ROWS
    for name, fact in facts(package):
        sheet.merge_range(line, 0, line, 1, name, looks.label)
        sheet.merge_range(line, 2, line, _LAST, "", looks.text)
        sheet.write_string(line, 2, fact, looks.text)
        sheet.set_row(line, height_of({sum(_WIDTHS[2:]): fact}))
        line += 1
    header = line + 1
    sheet.write_string(header, 0, "Lô", looks.header)
    sheet.merge_range(header, 1, header, 2, "Tên lô", looks.header)
    for place, heading in enumerate(_HEADINGS, start=_FIRST_NUMBER):
        sheet.write_string(header, place, heading, looks.header)
    sheet.set_row(header, 34)
    line = header
    for line, lot in enumerate(package.lots, start=header + 1):
        _write_lot(sheet, line, package, lot, looks)
    _write_sums(sheet, package, looks, (header + 1, line))


def _write_lot(
    sheet: Worksheet, line: int, package: Package, lot: PackageLot, looks: Looks
) -> None:
    text = looks.of_kind[Kind.TEXT]
    sheet.write_number(line, 0, lot.number, looks.identifier)
    sheet.merge_range(line, 1, line, 2, "", text)
    sheet.write_string(line, 1, lot.name, text)
    sheet.set_row(line, height_of({sum(_WIDTHS[1:3]): lot.name}))
    mine = f"{range_of(package, 'lot')},$A{line + 1}"
    population = range_of(package, "population")
    formulas = (
        f"=COUNTIFS({mine})",
        f"=SUMIFS({range_of(package, 'households')},{mine})",
        f'=IF(COUNTIFS({mine},{population},">=0")=0,"{UNKNOWN}",SUMIFS({population},{mine}))',
        *(
            f'=COUNTIFS({mine},{range_of(package, "signal")},"{word}")'
            for word in SIGNAL_WORDS.values()
        ),
        f"={cost_cell(package.lots.index(lot))}" if lot.cost is not None else f'="{UNKNOWN}"',
    )
    for place, (formula, value) in enumerate(
        zip(formulas, _figures((lot,)), strict=True), start=_FIRST_NUMBER
    ):
        sheet.write_formula(line, place, formula, looks.of_kind[Kind.COUNT], value)


def _write_sums(sheet: Worksheet, package: Package, looks: Looks, lines: tuple[int, int]) -> None:
    first, last = lines
    sheet.merge_range(last + 1, 0, last + 1, 2, "Cộng", looks.total_text)
    for place, value in enumerate(_figures(package.lots), start=_FIRST_NUMBER):
        letter = xl_col_to_name(place)
        lots = f"{letter}{first + 1}:{letter}{last + 1}"
        formula = f'=IF(COUNT({lots})=0,"{UNKNOWN}",SUM({lots}))'
        if place == _LAST:  # the estimate of the package is not that of some of its lots
            formula = f'=IF(COUNT({lots})<ROWS({lots}),"{UNKNOWN}",SUM({lots}))'
        sheet.write_formula(last + 1, place, formula, looks.total_number, value)


def _figures(lots: tuple[PackageLot, ...]) -> list[int | str]:
    """The values of the formulas: zones, households, population, zones by signal, estimate."""
    zones = [zone for lot in lots for zone in lot.zones]
    costs = [lot.cost.total_vnd for lot in lots if lot.cost is not None]
    stated = [zone.population for zone in zones if zone.population is not None]
    return [
        len(zones),
        sum(zone.households for zone in zones),
        sum(stated) if stated else UNKNOWN,
        *(sum(zone.signal is signal for zone in zones) for signal in _SIGNALS),
        sum(costs) if len(costs) == len(lots) else UNKNOWN,
    ]
