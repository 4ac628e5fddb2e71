"""Grids of several meridians in one file, grids said and not meant, islands far from everything."""

from __future__ import annotations

from dataclasses import replace

from coverage.coordinates import meridian_of_province
from tests.offices.desk import Desk, File, case, count, point
from tests.offices.former import reported
from tests.offices.grid import Grid, save_workbook
from tests.offices.spellings import comma, dms, grid
from tests.offices.villages import Village

MERIDIANS = {  # of the former provinces (domain notes, 4.2)
    "Tỉnh Hà Giang": 105.5, "Tỉnh Tuyên Quang": 106.0, "Tỉnh Bắc Ninh": 105.5, "Tỉnh Bắc Giang": 107.0, "Tỉnh Quảng Bình": 106.0,
    "Tỉnh Quảng Trị": 106.25, "Tỉnh Gia Lai": 108.5, "Tỉnh Bình Định": 108.25, "Tỉnh Lâm Đồng": 107.75, "Tỉnh Bình Thuận": 108.5,
    "Tỉnh Đắk Nông": 108.5, "Tỉnh Kon Tum": 107.5, "Tỉnh Quảng Ngãi": 108.0,
}  # fmt: skip


def saved(desk: Desk, *sheets: Grid) -> File:
    return desk.file("luoi.xlsx", save_workbook(desk.folder / "luoi.xlsx", *sheets))


def _two_meridians(code: str, *, stated: bool) -> None:
    def write(desk: Desk) -> File:
        sheet = Grid()
        sheet.add(
            "STT",
            "Tỉnh (cũ)",
            "Huyện",
            "Xã",
            "Thôn",
            *(["Kinh tuyến trục"] if stated else []),
            "X",
            "Y",
            "Số hộ",
        )
        rows = reported(
            desk,
            lambda _, olds: next((o for o in olds if o.whole and o.province in MERIDIANS), None),
            40,
        )
        for number, (v, old) in enumerate(rows, 1):
            meridian = MERIDIANS[old.province]
            text = f"{int(meridian)}°{round(meridian % 1 * 60):02}'"
            told = replace(v, expect="accept_flagged") if v.expect == "accept" else v
            cells = point(v, lambda a, o, m=meridian: grid(a, o, m))
            sheet.add(
                number,
                old.province,
                old.district,
                old.name,
                v.name,
                *([text] if stated else []),
                *cells,
                count(v),
                village=told,
            )
        return saved(desk, sheet)

    write.__name__ = f"two_meridians_{code}_{'stated' if stated else 'unstated'}"
    case(code)(write)


for _code in ("08", "24", "44", "52", "68", "51"):
    _two_meridians(_code, stated=False)
_two_meridians("08", stated=True)
_two_meridians("68", stated=True)


@case("15")
def grid_utm_unstated(desk: Desk) -> File:
    """A surveyor's UTM 48N without a word of it: at 105° nobody can tell; the doubt is told."""
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "X", "Y", "Số hộ")
    for number, v in enumerate(desk.villages(), 1):
        told = replace(v, expect="told") if v.expect != "reject" else v
        sheet.add(
            number,
            v.commune.name,
            v.name,
            *point(v, lambda a, o: grid(a, o, 105.0, k=0.9996)),
            count(v),
            village=told,
        )
    return saved(desk, sheet)


def _stated_otherwise(name: str, header: str) -> None:
    def write(desk: Desk) -> File:
        meridian = meridian_of_province(desk.province)
        sheet = Grid()
        sheet.add("STT", "Xã", "Thôn", header, None, "Số hộ")
        sheet.add(None, None, None, "Vĩ độ", "Kinh độ", None)
        sheet.merge(0, 3, 0, 4)
        for number, v in enumerate(desk.villages(), 1):
            told = replace(v, expect="accept_flagged") if v.expect == "accept" else v
            sheet.add(
                number,
                v.commune.name,
                v.name,
                *point(v, lambda a, o: grid(a, o, meridian)),
                count(v),
                village=told,
            )
        return saved(desk, sheet)

    write.__name__ = f"grid_said_to_be_{name}"
    case()(write)


_stated_otherwise("wgs84", "Tọa độ (WGS84)")
_stated_otherwise("gps", "Tọa độ GPS")


@case()
def degrees_said_to_be_grid(desk: Desk) -> File:
    """Degrees of a phone under "Tọa độ VN-2000, KTT …": whose datum they are is told."""
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Tọa độ (VN2000, KTT 105°00', múi 3°)", None, "Số hộ")
    sheet.add(None, None, None, "X", "Y", None)
    sheet.merge(0, 3, 0, 4)
    for number, v in enumerate(desk.villages(), 1):
        told = replace(v, expect="accept_flagged") if v.expect == "accept" else v
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), village=told)
    return saved(desk, sheet)


@case()
def system_named_per_row(desk: Desk) -> File:
    """A column "Hệ tọa độ" says WGS84 or VN2000 for each row."""
    meridian = meridian_of_province(desk.province)
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Hệ tọa độ", "X", "Y", "Số hộ")
    for number, v in enumerate(desk.villages(30), 1):
        metric = number % 2 == 0
        cells = point(v, lambda a, o: grid(a, o, meridian)) if metric else point(v)
        sheet.add(
            number,
            v.commune.name,
            v.name,
            "VN2000" if metric else "WGS84",
            *cells,
            count(v),
            village=v,
        )
    return saved(desk, sheet)


@case()
def minutes_only(desk: Desk) -> File:
    """Degrees and whole minutes: a mile of doubt must be told."""
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, v in enumerate(desk.villages(faults=False), 1):
        lat, lon = round(v.latitude * 60) / 60, round(v.longitude * 60) / 60
        import shapely  # noqa: PLC0415

        inside = v.commune.area.covers(shapely.Point(lon, lat))
        told = replace(
            v,
            latitude=lat,
            longitude=lon,
            expect="reject_or_warn",
            fault="" if inside else "minutes",
        )
        if not inside:
            near = [
                c
                for c in desk.land.by_province[desk.province]
                if c.area.covers(shapely.Point(lon, lat))
            ]
            told = replace(told, lies_in=near[0] if near else v.commune)
        sheet.add(
            number,
            v.commune.name,
            v.name,
            dms(lat + 1e-9, "{d}°{m:02}'", 0),
            dms(lon + 1e-9, "{d}°{m:02}'", 0),
            count(v),
            village=told,
        )
    return saved(desk, sheet)


@case()
def excel_lost_points_of_many_lengths(desk: Desk) -> File:
    """22.62924 became 2262924 and 105.35 became 10535: as many digits as were typed."""
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")

    def lost(value: float, digits: int) -> int:
        return int(f"{value:.{digits}f}".replace(".", ""))

    for number, v in enumerate(desk.villages(30), 1):
        digits = 4 + number % 3
        rounded = (
            v
            if v.expect == "reject"
            else replace(
                v, latitude=round(v.latitude, digits), longitude=round(v.longitude, digits)
            )
        )
        told = replace(rounded, expect="careful") if v.fault in {"border", "duplicate"} else rounded
        told = replace(told, expect="accept_flagged") if told.expect == "accept" else told
        cells = point(rounded, lambda a, o, d=digits: (lost(a, d), lost(o, d)))
        sheet.add(number, v.commune.name, v.name, *cells, count(v), village=told)
    return saved(desk, sheet)


@case()
def some_rows_lost_their_points(desk: Desk) -> File:
    """Text with commas, but every fourth row became a number without its point."""
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, v in enumerate(desk.villages(32), 1):
        if number % 4 == 0:
            told = replace(v, expect="accept_flagged") if v.expect == "accept" else v
            cells = point(v, lambda a, o: (round(a * 1e6), round(o * 1e6)))
        else:
            told, cells = v, point(v, lambda a, o: (comma(a), comma(o)))
        sheet.add(number, v.commune.name, v.name, *cells, count(v), village=told)
    return saved(desk, sheet)


@case()
def scientific_numbers(desk: Desk) -> File:
    """A CSV-like text of Excel's: 2.262924E+01 is read, 2.3E+01 is not believed."""
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, v in enumerate(desk.villages(), 1):
        cells = point(v, lambda a, o: (f"{a:.7E}", f"{o:.8E}"))
        sheet.add(number, v.commune.name, v.name, *cells, count(v), village=v)
    return saved(desk, sheet)


ISLANDS = ["91", "79", "31", "44", "48", "56", "51", "68", "22"]


def _islands(code: str) -> None:
    def write(desk: Desk) -> File:
        islands = [c for c in desk.land.by_province[code] if c.name.startswith("Đặc khu")]
        sheet = Grid()
        sheet.add("STT", "Đơn vị hành chính", "Điểm", "Vĩ độ", "Kinh độ", "Số hộ")
        made: list[Village] = []
        for island in islands:
            for n in range(4):
                at = desk.land.inside(island, desk.chance, 20) or island.area.representative_point()
                made.append(
                    Village(
                        island,
                        island,
                        f"Điểm {island.code} {n}",
                        round(at.y, 6),
                        round(at.x, 6),
                        20 + n,
                        True,
                        True,
                    )
                )
        for number, v in enumerate(made, 1):
            names = [
                v.commune.name,
                v.commune.name.removeprefix("Đặc khu "),
                v.commune.name.upper(),
                "ĐK " + v.commune.name.removeprefix("Đặc khu "),
            ]
            told = replace(v, expect="accept")
            sheet.add(number, names[number % 4], v.name, *point(v), count(v), village=told)
        return saved(desk, sheet)

    write.__name__ = f"islands_{code}"
    case(code)(write)


for _code in ISLANDS:
    _islands(_code)
