"""Commune codes in place of names, codes beside names, and names that no list has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.offices.desk import Desk, File, case, count, point
from tests.offices.former import saved
from tests.offices.grid import Grid
from tests.offices.villages import Village

CODES: dict[str, tuple[str, Callable[[Village], object]]] = {
    "text": ("Mã xã", lambda v: v.commune.code),
    "numbers": ("Mã xã", lambda v: int(v.commune.code)),
    "floats": ("Mã ĐVHC cấp xã", lambda v: float(v.commune.code)),
    "text_lost_zeros": ("Mã xã", lambda v: v.commune.code.lstrip("0")),
    "apostrophe": ("Mã đơn vị hành chính", lambda v: "'" + v.commune.code),
    "in_the_commune_column": ("Xã", lambda v: v.commune.code),
    "six_digits": ("Mã xã", lambda v: v.commune.code + " "),
}


def _codes(name: str, header: str, write_code: Callable[[Village], object]) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add("STT", header, "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        for number, v in enumerate(desk.villages(), 1):
            sheet.add(number, write_code(v), v.name, *point(v), count(v), village=v)
        return saved(desk, sheet)

    write.__name__ = f"codes_{name}"
    case({"text": "08", "numbers": "04", "floats": "01", "text_lost_zeros": "11"}.get(name))(write)


for _name, (_header, _code) in CODES.items():
    _codes(_name, _header, _code)


@case("08")
def codes_and_names_agree(desk: Desk) -> File:
    sheet = Grid()
    sheet.add("STT", "Mã tỉnh", "Tên tỉnh", "Mã xã", "Tên xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, v in enumerate(desk.villages(), 1):
        sheet.add(
            number,
            8,
            "Tuyên Quang",
            int(v.commune.code),
            v.commune.name,
            v.name,
            *point(v),
            count(v),
            village=v,
        )
    return saved(desk, sheet)


@case("66")
def codes_and_names_differ(desk: Desk) -> File:
    """Every third code is that of another commune: the point may decide, but it must be told."""
    every = desk.land.by_province[desk.province]
    sheet = Grid()
    sheet.add("STT", "Mã xã", "Tên xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, one in enumerate(desk.villages(30, faults=False), 1):
        v = one
        code = v.commune.code
        if number % 3 == 0:
            code = next(c.code for c in every if c.code != code)
            v = replace(v, expect="reject_or_warn", fault="another code")
        sheet.add(number, code, v.commune.name, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)


SLIPS: list[Callable[[str], str]] = [
    lambda n: n[:-1], lambda n: n + n[-1], lambda n: n[:-2] + n[-1] + n[-2], lambda n: n[:4] + n[5:],
    lambda n: n.replace("ả", "ã").replace("ạ", "á").replace("ườ", "ươ").replace("ế", "ê"),
]  # fmt: skip


@case("12")
def commune_misspelt(desk: Desk) -> File:
    """Typing errors in names: the point may confirm what was meant, but it must be told."""
    names = {c.name for c in desk.land.by_province[desk.province]}
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, one in enumerate(desk.villages(40, faults=False), 1):
        v = one
        name = SLIPS[number % len(SLIPS)](v.commune.name)
        if name not in names:
            v = replace(v, expect="reject_or_warn", fault=f"misspelt {name}")
        sheet.add(number, name, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)


@case()
def commune_unknown(desk: Desk) -> File:
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    odd = [
        "Xã Không Tên",
        "Huyện nhà",
        "xã",
        "",
        "12345678",
        "Xã Paris",
        "Liên xã",
        "nhiều xã",
        "?",
        "??",
    ]
    for number, one in enumerate(desk.villages(30, faults=False), 1):
        v = one
        name = v.commune.name
        if number % 3 == 0:
            name = odd[number // 3 - 1]
            v = replace(v, expect="reject", fault=f"commune {name!r}")
        sheet.add(number, name, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)


@case("22")
def commune_of_another_province(desk: Desk) -> File:
    """The commune and the point are both in the neighbouring province."""
    other = desk.land.by_province["24"]
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    names = {c.name for c in desk.land.by_province[desk.province]}
    abroad = Desk(desk.land, desk.chance, desk.folder, "24", desk.changes)
    guests = abroad.villages(8, faults=False, communes=[c for c in other if c.name not in names])
    rows = desk.villages(20, faults=False) + [
        replace(v, expect="reject", fault="a guest") for v in guests
    ]
    for number, v in enumerate(rows, 1):
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)


@case("15")
def province_column_of_another(desk: Desk) -> File:
    """The column "Tỉnh" names another province in some rows."""
    sheet = Grid()
    sheet.add("STT", "Tỉnh", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, one in enumerate(desk.villages(24, faults=False), 1):
        v = one
        tinh = "Lào Cai"
        if number % 6 == 0:
            tinh, v = "Cà Mau", replace(v, expect="reject_or_warn", fault="another province")
        sheet.add(number, tinh, v.commune.name, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)
