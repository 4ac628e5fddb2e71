"""The same village twice, and two villages that only look like one."""

from __future__ import annotations

from dataclasses import replace

from tests.offices.desk import Desk, File, case, count, point
from tests.offices.grid import Grid, save_workbook
from tests.offices.villages import Village

HEADER = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"]
METRE = 1 / 111_320


def _file(desk: Desk, rows: list[Village]) -> File:
    sheet = Grid()
    sheet.add(*HEADER)
    for number, v in enumerate(rows, 1):
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), village=v)
    return desk.file("trung.xlsx", save_workbook(desk.folder / "trung.xlsx", sheet))


RESPELLED = [
    lambda n: n.upper(), lambda n: "Thôn " + n, lambda n: "Bản " + n, lambda n: n.replace("ậ", "â").replace("ủ", "u").replace("ú", "u"),
    lambda n: n + " (nhà văn hóa)", lambda n: n.replace(" ", "  "), lambda n: n.replace("oà", "òa").replace("uỷ", "ủy"), str.lower,
    lambda n: n, lambda n: "Bản " + n.lower(), lambda n: n.replace(" ", "-", 1), lambda n: "thôn " + n + ".",
]  # fmt: skip


@case()
def twin_respelled_twenty_metres_away(desk: Desk) -> File:
    rows = desk.villages(24, faults=False)
    made: list[Village] = []
    for at, v in enumerate(rows):
        made.append(v)
        if at % 2 == 0:
            other = RESPELLED[at // 2 % len(RESPELLED)](v.name)
            moved = replace(
                v,
                name=other,
                latitude=round(v.latitude + 14 * METRE, 6),
                longitude=round(v.longitude - 14 * METRE, 6),
            )
            made.append(replace(moved, expect="reject_or_flag", fault=f"twin {other}"))
    return _file(desk, made)


@case()
def twin_far_below(desk: Desk) -> File:
    """The twin stands dozens of rows below, with other households."""
    rows = desk.villages(40, faults=False)
    twins = [
        replace(v, households=v.households + 3, expect="reject_or_flag", fault="twin")
        for v in rows[:6]
    ]
    return _file(desk, rows + twins)


@case()
def namesakes_far_apart(desk: Desk) -> File:
    """Bản 1 of one commune and Bản 1 of another, and two of one commune 5 km apart: all stand."""
    rows = desk.villages(30, faults=False)
    return _file(desk, [replace(v, name=f"Thôn {1 + at % 3}") for at, v in enumerate(rows)])


@case()
def neighbours_close_together(desk: Desk) -> File:
    """Different villages 150 m apart, numbered: never refused as twins."""
    made: list[Village] = []
    for at, v in enumerate(desk.villages(12, faults=False)):
        made += [replace(v, name=f"Bản Nà Lại {at} {side}", longitude=round(v.longitude + n * 150 * METRE, 6))
                 for n, side in enumerate(["trên", "dưới"])]  # fmt: skip
    return _file(desk, made)


@case()
def numbered_neighbours(desk: Desk) -> File:
    """Thôn 1, Thôn 2, Thôn 3 130 m apart in one commune: three villages."""
    made: list[Village] = []
    for v in desk.villages(8, faults=False):
        made += [
            replace(v, name=f"Thôn {n}", longitude=round(v.longitude + n * 130 * METRE, 6))
            for n in range(1, 4)
        ]
    return _file(desk, made)
