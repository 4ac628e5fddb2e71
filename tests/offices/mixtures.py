"""Files in which the rows do not agree: several notations, rounded points, points of no use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from coverage.coordinates import meridian_of_province
from tests.offices.desk import Desk, File, case, count, in_one, point
from tests.offices.grid import Grid, save_workbook
from tests.offices.spellings import comma, dms, grid
from tests.offices.villages import Village

HEADER = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"]


def saved(desk: Desk, sheet: Grid) -> File:
    return desk.file("lon_xon.xlsx", save_workbook(desk.folder / "lon_xon.xlsx", sheet))


@case()
def mixed_notations_in_two_cells(desk: Desk) -> File:
    meridian = meridian_of_province(desk.province)
    ways = [
        lambda a, o: (a, o), lambda a, o: (comma(a), comma(o)), lambda a, o: (f"{a:.6f}", f"{o:.6f}"),
        lambda a, o: (dms(a, "{d}°{m:02}'{s}\""), dms(o, "{d}°{m:02}'{s}\"")),
        lambda a, o: (dms(a, "{d} {m} {sc}"), dms(o, "{d} {m} {sc}")), lambda a, o: grid(a, o, meridian),
        lambda a, o: (f"{a:.6f}N", f"{o:.6f}E"), lambda a, o: (f"{a:.6f}, {o:.6f}", ""),
    ]  # fmt: skip
    sheet = Grid()
    sheet.add(*HEADER)
    for number, one in enumerate(desk.villages(40), 1):
        v = one
        sheet.add(
            number, v.commune.name, v.name, *point(v, ways[number % len(ways)]), count(v), village=v
        )
    return saved(desk, sheet)


@case()
def mixed_notations_in_one_cell(desk: Desk) -> File:
    meridian = meridian_of_province(desk.province)
    ways: list[Callable[[float, float], str]] = [
        lambda a, o: f"{a:.6f}, {o:.6f}", lambda a, o: f"{comma(o, 5)}/{comma(a, 5)}",
        lambda a, o: dms(a, "{d}°{m:02}'{s}\"N ") + dms(o, "{d}°{m:02}'{s}\"E"),
        lambda a, o: f"https://maps.google.com/?q={a:.6f},{o:.6f}",
        lambda a, o: "X={:.2f} Y={:.2f}".format(*grid(a, o, meridian)),
        lambda a, o: f"{comma(a)}; {comma(o)}",
    ]  # fmt: skip
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Tọa độ", "Số hộ")
    for number, one in enumerate(desk.villages(40), 1):
        v = one
        v = replace(v, swapped=False, fault="", expect="accept") if v.swapped else v
        sheet.add(
            number, v.commune.name, v.name, in_one(v, ways[number % len(ways)]), count(v), village=v
        )
    return saved(desk, sheet)


def _rounded(name: str, digits: int, expect: str) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add(*HEADER)
        for number, one in enumerate(desk.villages(), 1):
            v = one
            if not v.fault:
                v = replace(
                    v,
                    latitude=round(v.latitude, digits),
                    longitude=round(v.longitude, digits),
                    expect=expect,
                )
                v = _where_it_lies(desk, v)
            sheet.add(number, v.commune.name, v.name, *point(v, lambda a, o: (comma(a, digits), comma(o, digits)) if digits < 4 else (a, o)),
                      count(v), village=v if not v.fault else _as_written(v, digits))  # fmt: skip
        return saved(desk, sheet)

    write.__name__ = f"rounded_to_{name}"
    case()(write)


def _where_it_lies(desk: Desk, v: Village) -> Village:
    """A rounded point may have left its commune: then it is to be refused, or told."""
    import shapely  # noqa: PLC0415

    at = shapely.Point(v.longitude, v.latitude)
    if v.commune.area.covers(at):
        return v
    inside = [c for c in desk.land.by_province[desk.province] if c.area.covers(at)]
    return replace(
        v, lies_in=inside[0] if inside else v.commune, expect="reject_or_warn", fault="rounded away"
    )


def _as_written(v: Village, digits: int) -> Village:
    """A planted fault written with few digits: only refusals and duplicates stay what they were."""
    made = replace(v, latitude=round(v.latitude, digits), longitude=round(v.longitude, digits))
    return made if v.expect == "reject" else replace(made, expect="careful")


_rounded("two_digits", 2, "accept_flagged")
_rounded("three_digits", 3, "accept_flagged")
_rounded("four_digits", 4, "accept")

HOPELESS: list[tuple[object, object]] = [
    (0, 0), ("0", "0"), ("-", "-"), ("x", "x"), ("chưa có", "chưa có"), ("21,5", ""), ("", "105,3"), ("21", "105"),
    ("21°75'12\"", "105°12'30\""), ("21°30'75\"", "105°20'12\""), ("https://maps.app.goo.gl/Xyz12AbC", ""),
    ("7P8M+2Q Mường Nhé", ""), ("#N/A", "#N/A"), ("đang cập nhật", "đang cập nhật"), ("21.5.", "105"), ("xem bản đồ", "xem bản đồ"),
    ("UBND xã", "UBND xã"), ("2.1E+06", "5.3E+05"), ("21.53457a", "105.12345b"), ("1234567", "7654321"),
    ("22.5 - 22.7", "104.1 - 104.3"), ("48Q", "48Q"), ("°", "°"), ("N", "E"), ("180", "180"), ("99999", "99999"),
]  # fmt: skip


@case()
def hopeless_points(desk: Desk) -> File:
    sheet = Grid()
    sheet.add(*HEADER)
    rows = desk.villages(len(HOPELESS) * 2, faults=False)
    for number, one in enumerate(rows):
        v = one
        if number % 2:
            cells = HOPELESS[number // 2]
            v = replace(v, expect="reject", fault=f"point {cells}")
            sheet.add(number + 1, v.commune.name, v.name, *cells, count(v), village=v)
        else:
            sheet.add(number + 1, v.commune.name, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)


FINGERS: dict[str, Callable[[float, float], tuple[object, object]]] = {
    "longitude twice": lambda _, o: (o, o), "latitude twice": lambda a, _: (a, a),
    "lost the first digit": lambda a, o: (a, o - 100), "a digit too many": lambda a, o: (f"{a:.6f}", f"1{o:.6f}"),
    "ten degrees off": lambda a, o: (a + 2, o),
    "south": lambda a, o: (-a - 3, o), "two whole points": lambda a, o: (f"{a}, {o}", f"{a + 0.1}, {o + 0.1}"),
    "no fraction": lambda a, o: (int(a), int(o)), "sixty minutes": lambda a, o: (f"{int(a)}°61'12\"", f"{int(o)}°10'12\""),
    "half a degree off": lambda a, o: (a, o + 0.7),
}  # fmt: skip


@case()
def slips_of_the_finger(desk: Desk) -> File:
    """One slip per row that leaves a point which is wrong, and far from the commune."""
    sheet = Grid()
    sheet.add(*HEADER)
    slips = list(FINGERS.items())
    for number, one in enumerate(desk.villages(len(slips) * 3, faults=False)):
        v = one
        if number % 3 == 1:
            name, write = slips[number // 3]
            v = replace(v, expect="reject", fault=name)
            sheet.add(
                number + 1,
                v.commune.name,
                v.name,
                *write(v.latitude, v.longitude),
                count(v),
                village=v,
            )
        else:
            sheet.add(number + 1, v.commune.name, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)


@case()
def kilometres_in_the_grid(desk: Desk) -> File:
    meridian = meridian_of_province(desk.province)
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "X (km)", "Y (km)", "Số hộ")

    def km(a: float, o: float) -> tuple[object, object]:
        n, e = grid(a, o, meridian)
        return round(n / 1000, 5), round(e / 1000, 5)

    for number, one in enumerate(desk.villages(), 1):
        v = one
        v = replace(v, expect="careful") if v.expect != "reject" else v
        sheet.add(number, v.commune.name, v.name, *point(v, km), count(v), village=v)
    return saved(desk, sheet)


@case()
def zone_number_before_easting(desk: Desk) -> File:
    """Easting 18526356: the zone's number put in front, as in older surveys; told or refused."""
    meridian = meridian_of_province(desk.province)
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "X", "Y", "Số hộ")
    for number, one in enumerate(desk.villages(), 1):
        v = one
        v = replace(v, expect="careful") if v.expect != "reject" else v
        cells = point(
            v, lambda a, o: (grid(a, o, meridian)[0], 18_000_000 + grid(a, o, meridian)[1])
        )
        sheet.add(number, v.commune.name, v.name, *cells, count(v), village=v)
    return saved(desk, sheet)


@case()
def grid_of_the_neighbour_stated(desk: Desk) -> File:
    """The header states a meridian of another province: nothing may be placed by it in silence."""
    own = meridian_of_province(desk.province)
    stated = "103°00'" if own != 103.0 else "105°00'"
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", f"Tọa độ VN-2000 KTT {stated}", None, "Số hộ")
    sheet.add(None, None, None, "X", "Y", None)
    sheet.merge(0, 3, 0, 4)
    for number, one in enumerate(desk.villages(), 1):
        v = one
        v = replace(v, expect="reject_or_warn") if v.expect in {"accept", "accept_flagged"} else v
        sheet.add(
            number,
            v.commune.name,
            v.name,
            *point(v, lambda a, o: grid(a, o, own)),
            count(v),
            village=v,
        )
    return saved(desk, sheet)


@case()
def two_points_of_a_row_agree(desk: Desk) -> File:
    """WGS84 and VN-2000 both given: either may be read, they are the same place."""
    meridian = meridian_of_province(desk.province)
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Tọa độ WGS84", None, "Tọa độ VN2000", None, "Số hộ")
    sheet.add(None, None, None, "Vĩ độ", "Kinh độ", "X", "Y", None)
    for block in [(0, n, 1, n) for n in (0, 1, 2, 7)] + [(0, 3, 0, 4), (0, 5, 0, 6)]:
        sheet.merge(*block)
    for number, v in enumerate(desk.villages(), 1):
        second = (
            ["", ""] if v.point_text is not None else list(grid(v.latitude, v.longitude, meridian))
        )
        sheet.add(number, v.commune.name, v.name, *point(v), *second, count(v), village=v)
    return saved(desk, sheet)


@case()
def shared_centre(desk: Desk) -> File:
    """Every village of a commune has the coordinate of the commune's office: told, not refused."""
    sheet = Grid()
    sheet.add(*HEADER)
    centres: dict[str, Village] = {}
    for number, one in enumerate(desk.villages(24, faults=False, communes=desk.few_communes(4)), 1):
        v = one
        centre = centres.setdefault(v.commune.code, v)
        v = replace(
            v, latitude=centre.latitude, longitude=centre.longitude, expect="accept_flagged"
        )
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)
