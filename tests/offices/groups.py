"""Rows in groups per district and commune: every way to number, to name and to add them up."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from tests.offices.desk import Desk, File, case, count, people, point
from tests.offices.former import reported
from tests.offices.grid import Grid, formula, save_workbook
from tests.offices.villages import Village

ROMAN = [
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
]


def saved(desk: Desk, *sheets: Grid) -> File:
    return desk.file("bieu.xlsx", save_workbook(desk.folder / "bieu.xlsx", *sheets))


def by_commune(rows: list[Village]) -> list[tuple[str, list[Village]]]:
    return [(name, list(part)) for name, part in groupby(rows, key=lambda v: v.commune.name)]


def households(rows: list[Village]) -> int:
    return sum(v.households for v in rows if v.households_text is None)


@case("11")
def groups_of_districts_and_communes(desk: Desk) -> File:
    """A. a former district; I. a former commune; 1. a village: the commune stands nowhere else."""
    sheet = Grid()
    sheet.add("TT", "Đơn vị", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu")
    rows = reported(desk, lambda _, olds: next((o for o in olds if o.whole), None), 40)
    rows.sort(key=lambda pair: (pair[1].district, pair[1].name))
    for letter, (district, part) in zip(
        "ABCDEFGHIJKLMN", groupby(rows, key=lambda p: p[1].district), strict=False
    ):
        sheet.add(letter, district.upper())
        for roman, (name, members) in zip(
            ROMAN, groupby(part, key=lambda p: p[1].name), strict=False
        ):
            sheet.add(roman, name)
            for number, (v, _) in enumerate(members, 1):
                sheet.add(number, v.name, *point(v), count(v), people(v), village=v)
    return saved(desk, sheet)


def _grouped(name: str, mark: Callable[[int, str], list[object]], number: Callable[[int], object],
             subtotal: Callable[[str, list[Village]], list[object] | None]) -> None:  # fmt: skip
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add("STT", "Thôn, bản", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu")
        for at, (commune, rows) in enumerate(by_commune(desk.villages(30))):
            sheet.add(*mark(at, commune))
            for place, v in enumerate(rows, 1):
                sheet.add(
                    number(place),
                    v.name,
                    *point(v),
                    count(v),
                    people(v),
                    village=v,
                    population=people(v),
                )
            line = subtotal(commune, rows)
            if line is not None:
                sheet.add(*line)
        return saved(desk, sheet)

    write.__name__ = f"groups_{name}"
    case()(write)


def _no_subtotal(_: str, __: list[Village]) -> None:
    return None


_grouped("roman", lambda at, c: [ROMAN[at % 15], c], lambda n: n, _no_subtotal)
_grouped("roman_in_one_cell", lambda at, c: [f"{ROMAN[at % 15]}. {c}"], lambda n: n, _no_subtotal)
_grouped("letters", lambda at, c: [chr(65 + at % 26), c.upper()], lambda n: n, _no_subtotal)
_grouped("no_mark", lambda _, c: [None, c], lambda n: n, _no_subtotal)
_grouped(
    "bare_names",
    lambda at, c: [ROMAN[at % 15], c.split(" ", 1)[1] if c.startswith("Xã") else c],
    lambda n: n,
    _no_subtotal,
)
_grouped("with_colon", lambda _, c: [f"{c}:"], lambda n: n, _no_subtotal)
_grouped("with_count", lambda at, c: [ROMAN[at % 15], f"{c} (3 thôn)"], lambda n: n, _no_subtotal)
_grouped("text_ordinals", lambda at, c: [ROMAN[at % 15], c], lambda n: f"{n:02}", _no_subtotal)
_grouped("dot_ordinals", lambda at, c: [ROMAN[at % 15], c], lambda n: f"{n}.", _no_subtotal)
_grouped("bracket_ordinals", lambda at, c: [ROMAN[at % 15], c], lambda n: f"{n})", _no_subtotal)
_grouped("dashes", lambda at, c: [at + 1, c], lambda _: "-", _no_subtotal)
_grouped("decimal_ordinals", lambda at, c: [at + 1, c], lambda n: f"1.{n}", _no_subtotal)
_grouped("arabic_groups", lambda at, c: [at + 1, c], lambda _: None, _no_subtotal)
_grouped(
    "group_totals_in_group_row",
    lambda at, c: [ROMAN[at % 15], c, None, None, 57 + at, 240 + at],
    lambda n: n,
    _no_subtotal,
)
_grouped(
    "totals_below",
    lambda at, c: [ROMAN[at % 15], c],
    lambda n: n,
    lambda c, r: [None, f"Cộng {c}", None, None, households(r)],
)
_grouped(
    "totals_named_total",
    lambda at, c: [ROMAN[at % 15], c],
    lambda n: n,
    lambda _, r: ["Tổng", len(r), None, None, households(r)],
)
_grouped("totals_formulas", lambda at, c: [ROMAN[at % 15], c], lambda n: n,
         lambda _, r: ["Cộng", None, None, None, formula("=SUM(E3:E4)", households(r)), formula("=SUM(F3:F4)", 99)])  # fmt: skip
_grouped("totals_unnamed", lambda at, c: [ROMAN[at % 15], c], lambda n: n,
         lambda _, r: [None, None, None, None, formula("=SUM(E3:E4)", households(r)), None])  # fmt: skip
