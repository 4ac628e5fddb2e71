"""Communes as they were before July 2025, and as offices still write them."""

from __future__ import annotations

import csv
import functools
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.offices.desk import Desk, File, bare, case, count, point
from tests.offices.grid import Grid, save_workbook
from tests.offices.villages import Commune, Village

REUSED = ["15", "24", "44", "52", "80", "82", "91"]  # province codes that changed their meaning


@dataclass(frozen=True)
class Former:
    """A commune of the old list and the present ones that took it over, whole or in part."""

    code: str
    name: str
    district: str
    province: str
    province_code: str
    successors: tuple[str, ...]
    whole: bool


@functools.cache
def former_communes(changes: Path) -> list[Former]:
    """Read the official table; the five island districts and odd rows are not in it."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    with changes.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            if (
                len(row) >= 8
                and re.fullmatch(r"\d{5}", row[2].strip())
                and re.fullmatch(r"\d{5}", row[4].strip())
            ):
                found[row[4].strip()].append([cell.strip() for cell in row])
    made = []
    for code, all_rows in found.items():
        rows = [row for row in all_rows if row[3] == all_rows[0][3]]  # 00553 stands by two names
        district, province = _named(rows[0][6]), _named(rows[0][7])
        if district is None or province is None:
            continue
        made.append(Former(code, rows[0][3], district[0], province[0], province[1], tuple(r[2] for r in rows),
                           len(rows) == 1 and "một phần" not in rows[0][5]))  # fmt: skip
    return made


def _named(cell: str) -> tuple[str, str] | None:
    found = re.fullmatch(r"(.+?)\s*\((\d+)\)", cell)
    return (found[1], found[2]) if found else None


def of_province(desk: Desk) -> dict[str, list[Former]]:
    """Return the former communes by the present commune of the desk's province."""
    present = {commune.code for commune in desk.land.by_province[desk.province]}
    made: dict[str, list[Former]] = defaultdict(list)
    for former in former_communes(desk.changes):
        for code in former.successors:
            if code in present:
                made[code].append(former)
    return made


def reported(desk: Desk, choose: Callable[[Village, list[Former]], Former | None], total: int = 24,
             *, faults: bool = True) -> list[tuple[Village, Former]]:  # fmt: skip
    """Return villages, each with the former commune its office writes for it."""
    by_present = of_province(desk)
    usable = [c for c in desk.land.by_province[desk.province] if by_present.get(c.code)]
    made = []
    for v in desk.villages(total, faults=faults, communes=usable):
        old = choose(v, by_present.get(v.commune.code, []))
        if old is not None:
            made.append((v, old))
    return made


def _whole(desk: Desk) -> Callable[[Village, list[Former]], Former | None]:
    def choose(_: Village, olds: list[Former]) -> Former | None:
        whole = [old for old in olds if old.whole]
        return desk.chance.choice(whole) if whole else None

    return choose


def saved(desk: Desk, sheet: Grid) -> File:
    return desk.file("xa_cu.xlsx", save_workbook(desk.folder / "xa_cu.xlsx", sheet))


def _reused(code: str) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add("TT", "Tỉnh (cũ)", "Huyện (cũ)", "Xã (cũ)", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        for number, (v, old) in enumerate(reported(desk, _whole(desk), 40), 1):
            sheet.add(
                number, old.province, old.district, old.name, v.name, *point(v), count(v), village=v
            )
        return saved(desk, sheet)

    write.__name__ = f"former_names_{code}"
    case(code)(write)


for _code in [*REUSED, "37", "96", "14"]:
    _reused(_code)


def _old_codes(code: str, header: str, write_code: Callable[[str], object]) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add("TT", header, "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        for number, (v, old) in enumerate(reported(desk, _whole(desk)), 1):
            sheet.add(number, write_code(old.code), v.name, *point(v), count(v), village=v)
        return saved(desk, sheet)

    write.__name__ = f"former_codes_{code}_{'text' if write_code is str else 'number'}"
    case(code)(write)


for _code in REUSED[:4]:
    _old_codes(_code, "Mã xã cũ", str)
    _old_codes(_code, "Mã xã (trước 01/7/2025)", int)


@case("15")
def former_codes_and_names(desk: Desk) -> File:
    sheet = Grid()
    sheet.add(
        "TT",
        "Mã tỉnh",
        "Tỉnh",
        "Mã huyện",
        "Huyện",
        "Mã xã",
        "Xã",
        "Thôn",
        "Vĩ độ",
        "Kinh độ",
        "Số hộ",
    )
    for number, (v, old) in enumerate(reported(desk, _whole(desk), 40), 1):
        sheet.add(number, old.province_code, old.province, "080", old.district, old.code, old.name, v.name, *point(v),
                  count(v), village=v)  # fmt: skip
    return saved(desk, sheet)


def _split(
    name: str, province: str, columns: Callable[[Former], list[object]], headers: list[str]
) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add("TT", *headers, "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        rows = reported(
            desk,
            lambda _, olds: next((o for o in olds if len(o.successors) > 1), None),
            60,
            faults=False,
        )
        for number, (v, old) in enumerate(rows, 1):
            told = replace(v, expect="accept_flagged")
            sheet.add(
                number,
                *columns(old),
                v.name,
                *point(v),
                count(v),
                village=told,
                declared_commune_code={v.commune.code, None},
            )
        return saved(desk, sheet)

    write.__name__ = f"former_split_{name}"
    case(province)(write)


_split("names_hanoi", "01", lambda o: [o.district, o.name], ["Quận/huyện", "Xã/phường cũ"])
_split("codes_hanoi", "01", lambda o: [o.code], ["Mã xã cũ"])
_split(
    "names_saigon",
    "79",
    lambda o: [o.province, o.district, o.name],
    ["Tỉnh cũ", "Huyện cũ", "Xã cũ"],
)
_split("names_haiphong", "31", lambda o: [o.province, o.district, o.name], ["Tỉnh", "Huyện", "Xã"])


@case("40")
def former_repeated_names_with_district(desk: Desk) -> File:
    return _repeated(desk, with_district=True)


@case("40")
def former_repeated_names_without_district(desk: Desk) -> File:
    return _repeated(desk, with_district=False)


@case("25")
def former_repeated_names_three_provinces(desk: Desk) -> File:
    return _repeated(desk, with_district=True)


def _repeated(desk: Desk, *, with_district: bool) -> File:
    seen: dict[str, int] = defaultdict(int)
    for old in former_communes(desk.changes):
        if set(old.successors) & {c.code for c in desk.land.by_province[desk.province]}:
            seen[old.name] += 1
    sheet = Grid()
    sheet.add(
        "TT", *(["Huyện cũ"] if with_district else []), "Xã cũ", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"
    )
    by_present = of_province(desk)
    usable = [c for c in desk.land.by_province[desk.province]
              if any(o.whole and seen[o.name] > 1 for o in by_present.get(c.code, []))]  # fmt: skip
    for number, v in enumerate(desk.villages(40, faults=False, communes=usable), 1):
        old = desk.chance.choice(
            [o for o in by_present[v.commune.code] if o.whole and seen[o.name] > 1]
        )
        told = v if with_district else replace(v, expect="accept_flagged")
        sheet.add(
            number,
            *([old.district] if with_district else []),
            old.name,
            v.name,
            *point(v),
            count(v),
            village=told,
        )
    return saved(desk, sheet)


ADDRESSES: dict[str, tuple[list[str], Callable[[Village, Former], list[object]]]] = {
    "both_columns": (["Xã mới", "Xã cũ"], lambda v, o: [v.commune.name, o.name]),
    "both_columns_old_first": (["Xã trước sáp nhập", "Xã sau sáp nhập"], lambda v, o: [o.name, v.commune.name]),
    "both_with_district": (["Huyện cũ", "Xã cũ", "Xã mới"], lambda v, o: [o.district, o.name, v.commune.name]),
    "new_old_in_brackets": (["Xã"], lambda v, o: [f"{v.commune.name} ({o.name} cũ)"]),
    "new_old_in_brackets_words": (["Xã, phường"], lambda v, o: [f"{v.commune.name} (trước đây là {o.name})"]),
    "old_new_in_brackets": (["Xã"], lambda v, o: [f"{o.name} (nay là {v.commune.name})"]),
    "old_in_brackets": (["Xã"], lambda _, o: [f"{o.name} (cũ)"]),
    "old_bare_in_brackets": (["Xã"], lambda _, o: [f"{o.name.split(' ', 1)[1]} (xã cũ)" if o.name.startswith("Xã ") else f"{o.name} (cũ)"]),
    "old_with_district_dash": (["Xã"], lambda _, o: [f"{o.name} - {o.district}"]),
    "old_with_district_comma": (["Địa bàn (xã, huyện cũ)"], lambda _, o: [f"{o.name}, {o.district}"]),
    "two_addresses": (["Địa chỉ mới", "Địa chỉ cũ"],
                      lambda v, o: [v.commune.name, f"{o.name}, {o.district}, {o.province}"]),
}  # fmt: skip


def _address(
    name: str, headers: list[str], columns: Callable[[Village, Former], list[object]]
) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add("TT", *headers, "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        for number, (v, old) in enumerate(reported(desk, _whole(desk)), 1):
            sheet.add(number, *columns(v, old), v.name, *point(v), count(v), village=v)
        return saved(desk, sheet)

    write.__name__ = f"address_{name}"
    case(
        {"both_columns": "20", "new_old_in_brackets": "11", "old_with_district_dash": "04"}.get(
            name
        )
    )(write)


for _name, (_headers, _columns) in ADDRESSES.items():
    _address(_name, _headers, _columns)

ABBREVIATED: dict[str, Callable[[Commune], str]] = {
    "x_dot": lambda c: c.name.replace("Xã ", "X. ").replace("Phường ", "P. ").replace("Đặc khu ", "ĐK. "),
    "x_dot_close": lambda c: c.name.replace("Xã ", "X.").replace("Phường ", "P."),
    "committee": lambda c: "UBND " + c.name[0].lower() + c.name[1:],
    "lower": lambda c: c.name.lower(),
    "shouted": lambda c: c.name.upper(),
    "comma_after": lambda c: c.name + ",",
    "star_after": lambda c: c.name + " (*)",
    "with_code": lambda c: f"{c.name} ({c.code})",
    "code_before": lambda c: f"{c.code} - {c.name}",
    "numbered": lambda c: f"1. {c.name}",
    "kind_after": lambda c: bare(c) + (" (xã)" if c.name.startswith("Xã") else ""),
    "with_province": lambda c: c.name + ", tỉnh nhà",
    "new_in_brackets": lambda c: c.name + " (mới)",
    "after_merger": lambda c: c.name + " (sau sáp nhập)",
    "no_kind_lower": lambda c: bare(c).lower(),
    "kind_twice": lambda c: c.name if not c.name.startswith("Xã ") else "Xã xã " + bare(c),
}  # fmt: skip


def _abbreviated(name: str, respell: Callable[[Commune], str]) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add("TT", "Xã, phường", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        for number, v in enumerate(desk.villages(), 1):
            sheet.add(number, respell(v.commune), v.name, *point(v), count(v), village=v)
        return saved(desk, sheet)

    write.__name__ = f"commune_{name}"
    case()(write)


for _name, _respell in ABBREVIATED.items():
    if _name != "with_province":
        _abbreviated(_name, _respell)
