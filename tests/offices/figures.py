"""Households, people, power and signal as people type them, the wrong ways beside the right ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.offices.desk import Desk, File, case, count, no_signal, people, point, power
from tests.offices.grid import Grid, formula, save_workbook
from tests.offices.points import WIDE

HEADER = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu"]


def saved(desk: Desk, grid: Grid) -> File:
    return desk.file("so_lieu.xlsx", save_workbook(desk.folder / "so_lieu.xlsx", grid))


def thousands(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


SPELLINGS: dict[str, tuple[Callable[[int], object], Callable[[int], object]]] = {
    "units": (lambda n: f"{n} hộ", lambda n: f"{n} khẩu"),
    "units_close": (lambda n: f"{n}hộ", lambda n: f"{n}người"),
    "units_brackets": (lambda n: f"{n} (hộ)", lambda n: f"{n} (nhân khẩu)"),
    "units_first": (lambda n: f"Hộ: {n}", lambda n: f"Khẩu: {n}"),
    "text": (str, str),
    "text_spaces": (lambda n: f"  {n} ", lambda n: f"\u00a0{n}\u00a0"),
    "dot_thousands": (lambda n: thousands(n, "."), lambda n: thousands(n, ".")),
    "comma_thousands": (lambda n: thousands(n, ","), lambda n: thousands(n, ",")),
    "space_thousands": (lambda n: thousands(n, " "), lambda n: thousands(n, "\u00a0")),
    "zero_decimal": (lambda n: f"{n},0", lambda n: f"{n},0"),
    "zero_decimal_dot": (lambda n: f"{n}.0", lambda n: f"{n}.00"),
    "floats": (float, float),
    "leading_zeros": (lambda n: f"{n:03}", lambda n: f"{n:04}"),
    "apostrophe": (lambda n: f"'{n}", lambda n: f"'{n}"),
    "households_written": (lambda n: f"{n} hộ dân", lambda n: f"{n} nhân khẩu"),
    "full_stop": (lambda n: f"{n}.", lambda n: f"{n}."),
    "full_width": (lambda n: str(n).translate(WIDE), str),
}  # fmt: skip


def _spelling(name: str, ho: Callable[[int], object], khau: Callable[[int], object]) -> None:
    def write(desk: Desk) -> File:
        grid = Grid()
        grid.add(*HEADER)
        for number, one in enumerate(desk.villages(), 1):
            v = one
            if number % 5 == 0 and v.households_text is None and v.fault != "duplicate":
                v = replace(v, households=1250 + number)
            grid.add(number, v.commune.name, v.name, *point(v), count(v, ho), khau(people(v)),
                     village=v, population=people(v))  # fmt: skip
        return saved(desk, grid)

    write.__name__ = f"households_{name}"
    case()(write)


for _name, (_ho, _khau) in SPELLINGS.items():
    _spelling(_name, _ho, _khau)


PAIRS: dict[str, tuple[str, Callable[[int, int], str]]] = {
    "words_slash": ("Số hộ/số khẩu", lambda ho, khau: f"{ho} hộ/{khau} khẩu"),
    "slash": ("Số hộ/số khẩu", lambda ho, khau: f"{ho}/{khau}"),
    "words_comma": ("Số hộ, số khẩu", lambda ho, khau: f"{ho} hộ, {khau} khẩu"),
    "words_dash": ("Số hộ - nhân khẩu", lambda ho, khau: f"{ho} hộ - {khau} nhân khẩu"),
    "words_brackets": ("Số hộ (số khẩu)", lambda ho, khau: f"{ho} hộ ({khau} khẩu)"),
    "people_first": ("Dân số", lambda ho, khau: f"{khau} khẩu/{ho} hộ"),
    "plain_dash": ("Số hộ/khẩu", lambda ho, khau: f"{ho} / {khau}"),
}


def _pair(name: str, header: str, both: Callable[[int, int], str]) -> None:
    def write(desk: Desk) -> File:
        grid = Grid()
        grid.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", header, "Ghi chú")
        for number, one in enumerate(desk.villages(), 1):
            v = one
            v = (
                replace(v, fault="", households_text=None, expect="accept")
                if v.fault == "negative_households"
                else v
            )
            cell = count(v, lambda n, v=v: both(n, people(v)))
            grid.add(
                number,
                v.commune.name,
                v.name,
                *point(v),
                cell,
                village=v,
                population={people(v), None},
            )
        return saved(desk, grid)

    write.__name__ = f"households_and_people_{name}"
    case()(write)


for _name, (_header, _both) in PAIRS.items():
    _pair(_name, _header, _both)

# What no careful clerk would turn into a number: the row is refused.
HOPELESS = ["#REF!", "#N/A", "bốn mươi lăm", "45-50", "45÷50", "45 - 50 hộ", ">50", "<100", "50+", "trên 50", "gần 60",
            "45,5", "12.5", "45 hoặc 50", "45?", "0", "-", "nt", "x", "có", "…", "1.2.3", "12/05/2026", "50%", "~ 45 hộ",
            "45 khẩu", "chưa thống kê", "99999999", "1,5 nghìn", "45 46", "5-10 hộ", "ước 40", "khoảng năm mươi hộ",
            "0 hộ", "-45 hộ", "(45)?", "1e99", "NaN", "inf", "−12", "4O", "l2", "45/", "#VALUE!", "Không", "từ 40 đến 45"]  # fmt: skip


@case()
def households_hopeless(desk: Desk) -> File:
    grid = Grid()
    grid.add(*HEADER)
    rows = desk.villages(len(HOPELESS) + 20, faults=False)
    places = set(desk.chance.sample(range(len(rows)), len(HOPELESS)))
    texts = iter(HOPELESS)
    for number, one in enumerate(rows):
        v = one
        if number in places:
            text = next(texts)
            v = replace(v, expect="reject", fault=f"households {text!r}", households_text=text)
        grid.add(
            number + 1,
            v.commune.name,
            v.name,
            *point(v),
            count(v),
            people(v),
            village=v,
            population=people(v),
        )
    return saved(desk, grid)


@case()
def households_became_dates(desk: Desk) -> File:
    """Excel turns 12/5 into the fifth of December: the number is lost."""
    grid = Grid()
    grid.add(*HEADER)

    def date(sheet: object, at: int, column: int, _: object) -> None:
        sheet.write_number(at, column, 46361 + at, book_date)  # type: ignore[attr-defined]

    import xlsxwriter  # noqa: PLC0415

    path = desk.folder / "so_lieu.xlsx"
    written = []
    with xlsxwriter.Workbook(path) as book:
        book_date = book.add_format({"num_format": "dd/mm"})
        sheet = book.add_worksheet("DS")
        sheet.write_row(0, 0, HEADER)
        for at, one in enumerate(desk.villages(), 1):
            v = one
            if at % 4 == 0 and not v.fault:
                v = replace(v, expect="reject", fault="households a date")
            cells = [at, v.commune.name, v.name, *point(v), None, people(v)]
            sheet.write_row(at, 0, cells)
            if v.fault == "households a date":
                date(sheet, at, 5, None)
            else:
                sheet.write(at, 5, count(v))
            grid.villages[at] = (v, {"population": people(v)})
        written = grid.written()
    return desk.file("so_lieu.xlsx", written)


@case()
def households_are_formulas(desk: Desk) -> File:
    """A number that is the sum of two others, with its value stored."""
    grid = Grid()
    grid.add(*HEADER)
    for number, v in enumerate(desk.villages(), 1):
        ho = (
            count(v)
            if v.households_text is not None
            else formula(f"=G{number + 1}/4", v.households)
        )
        grid.add(
            number,
            v.commune.name,
            v.name,
            *point(v),
            ho,
            people(v),
            village=v,
            population=people(v),
        )
    return saved(desk, grid)


@case()
def people_missing_or_odd(desk: Desk) -> File:
    """The population is not needed: an odd cell is null, never zero, and the row stands."""
    grid = Grid()
    grid.add(*HEADER)
    odd = ["", "-", "chưa rõ", "khoảng 200", None, "?", "x"]
    for number, v in enumerate(desk.villages(), 1):
        grid.add(
            number,
            v.commune.name,
            v.name,
            *point(v),
            count(v),
            odd[number % len(odd)],
            village=v,
            population=None,
        )
    return saved(desk, grid)


POWERS: list[tuple[str, object]] = [
    ("Có", True), ("Không", False), ("Điện mặt trời", False), ("chưa có điện lưới", False), ("Đã có điện lưới quốc gia", True),
    ("Chưa", False), ("Thủy điện nhỏ", False), ("Máy phát điện", False), ("Điện lưới", True), ("Điện lưới quốc gia", True),
    ("Chưa có", False), ("Đã có", True), ("có điện", True), ("không có điện", False), ("Không có điện lưới", False),
    ("đang kéo", {False, None}), ("Đang thi công", {False, None}), ("năng lượng mặt trời", False), ("Thủy điện cực nhỏ", False),
    ("Có điện lưới (2023)", {True, None}), ("x", True), ("X", True), ("1", True), ("0", False), (True, True), (False, False),
    ("✓", True), ("Yes", True), ("No", False), ("chưa rõ", None), ("?", None), ("-", {False, None}),
]  # fmt: skip


@case()
def power_in_many_words(desk: Desk) -> File:
    grid = Grid()
    grid.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Tình trạng điện lưới")
    for number, v in enumerate(desk.villages(len(POWERS), faults=False)):
        cell, truth = POWERS[number]
        grid.add(
            number + 1,
            v.commune.name,
            v.name,
            *point(v),
            count(v),
            cell,
            village=v,
            grid_power=truth,
        )
    return saved(desk, grid)


@case()
def power_blank_is_unknown(desk: Desk) -> File:
    """Có and Không are both written, so a blank cell says nothing."""
    grid = Grid()
    grid.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Điện lưới")
    for number, v in enumerate(desk.villages(), 1):
        blank = number % 3 == 0
        grid.add(number, v.commune.name, v.name, *point(v), count(v), None if blank else power(v), village=v,
                 grid_power=None if blank else v.grid_power)  # fmt: skip
    return saved(desk, grid)


@case()
def power_two_mark_columns(desk: Desk) -> File:
    """Điện lưới: Có | Không, a cross in one of the two."""
    grid = Grid()
    grid.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Điện lưới quốc gia", None)
    grid.add(None, None, None, None, None, None, "Có", "Không")
    for block in [(0, n, 1, n) for n in range(6)] + [(0, 6, 0, 7)]:
        grid.merge(*block)
    for number, v in enumerate(desk.villages(), 1):
        marks = ["x", None] if v.grid_power else [None, "x"]
        grid.add(number, v.commune.name, v.name, *point(v), count(v), *marks, village=v, power=True)
    return saved(desk, grid)


SIGNALS: list[tuple[str, object]] = [
    ("Trắng sóng", "none"), ("Lõm sóng", "patchy"), ("trắng", "none"), ("lõm", "patchy"), ("Không có sóng", "none"),
    ("Sóng yếu", "patchy"), ("Chưa có sóng", "none"), ("sóng chập chờn", "patchy"), ("TRẮNG SÓNG", "none"), ("lõm sóng 4G", {"patchy", None}),
    ("", None), ("Vùng lõm", "patchy"), ("vùng trắng sóng", "none"), ("Mất sóng", {"none", None}), ("Sóng không ổn định", {"patchy", None}),
]  # fmt: skip


@case()
def signal_in_words(desk: Desk) -> File:
    grid = Grid()
    grid.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Hiện trạng sóng")
    for number, v in enumerate(desk.villages(len(SIGNALS) * 2, faults=False)):
        cell, truth = SIGNALS[number % len(SIGNALS)]
        grid.add(
            number + 1, v.commune.name, v.name, *point(v), count(v), cell, village=v, signal=truth
        )
    return saved(desk, grid)


@case()
def signal_two_mark_columns(desk: Desk) -> File:
    grid = Grid()
    grid.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Trắng sóng", "Lõm sóng")
    for number, v in enumerate(desk.villages(), 1):
        marks = ["x", None] if no_signal(v) else [None, "x"]
        grid.add(number, v.commune.name, v.name, *point(v), count(v), *marks, village=v,
                 signal="none" if no_signal(v) else "patchy")  # fmt: skip
    return saved(desk, grid)


@case()
def signal_by_operator(desk: Desk) -> File:
    """A cross under each operator that can be received; nobody may call that "none" by mistake."""
    grid = Grid()
    grid.add(
        "STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Hiện trạng phủ sóng", None, None, None
    )
    grid.add(None, None, None, None, None, None, "Viettel", "VNPT", "MobiFone", "Vietnamobile")
    for block in [(0, n, 1, n) for n in range(6)] + [(0, 6, 0, 9)]:
        grid.merge(*block)
    for number, v in enumerate(desk.villages(), 1):
        crosses = [desk.chance.choice(["x", None]) for _ in range(4)]
        grid.add(number, v.commune.name, v.name, *point(v), count(v), *crosses, village=v,
                 signal={None, "patchy"} if any(crosses) else {None, "none"})  # fmt: skip
    return saved(desk, grid)
