"""Headers as people type them: cases, typing errors, units, three storeys, none at all."""

from __future__ import annotations

from collections.abc import Callable

from tests.offices.desk import Desk, File, case, count, hard, people, point, power
from tests.offices.grid import Grid, save_workbook
from tests.offices.villages import Village

# The facts of a village in the order that most offices choose.
ORDER = ["n", "xa", "thon", "lat", "lon", "ho", "khau", "dien", "kho"]


def cells(number: object, v: Village, order: list[str]) -> list[object]:
    """Return the cells of a village in an order of columns; an unknown name is an empty cell."""
    lat, lon = point(v)
    facts = {"n": number, "xa": v.commune.name, "thon": v.name, "lat": lat, "lon": lon,
             "ho": count(v), "khau": people(v), "dien": power(v), "kho": hard(v)}  # fmt: skip
    return [
        facts.get(name, name.removeprefix("=") if name.startswith("=") else None) for name in order
    ]


def told(order: list[str], v: Village) -> dict[str, object]:
    """Return what a line with these columns says beside the point, the commune, the households."""
    facts: dict[str, object] = {"population": people(v) if "khau" in order else None}
    if "dien" in order:
        facts["power"] = True
    if "kho" in order:
        facts["hard"] = True
    return facts


def listed(desk: Desk, header: list[list[object]], order: list[str], *,
           above: list[list[object]] = (), below: list[list[object]] = (),
           after_header: list[list[object]] = ()) -> Grid:  # fmt: skip
    """Return a sheet with a header of one or more rows and all the villages under it."""
    grid = Grid()
    for line in [*above, *header, *after_header]:
        grid.add(*line)
    for number, v in enumerate(desk.villages(), 1):
        grid.add(*cells(number, v, order), village=v, **told(order, v))
    for line in below:
        grid.add(*line)
    return grid


def saved(desk: Desk, grid: Grid) -> File:
    return desk.file("bao_cao.xlsx", save_workbook(desk.folder / "bao_cao.xlsx", grid))


ONE_ROW: dict[str, tuple[list[str], list[str]]] = {
    "lower_case": (["stt", "xã", "thôn", "vĩ độ", "kinh độ", "số hộ", "số khẩu", "điện lưới", "đbkk"], ORDER),
    "upper_case": (["STT", "TÊN XÃ, PHƯỜNG", "TÊN THÔN, BẢN", "VĨ ĐỘ", "KINH ĐỘ", "SỐ HỘ DÂN", "SỐ NHÂN KHẨU",
                    "ĐIỆN LƯỚI QUỐC GIA", "THÔN ĐẶC BIỆT KHÓ KHĂN"], ORDER),
    "line_breaks": (["STT\n(1)", "Tên xã,\nphường", "Tên thôn,\nbản", "Vĩ độ\n(độ thập phân)",
                     "Kinh độ\n(độ thập phân)", "Số\nhộ\n(hộ)", "Số khẩu\n(người)", "Điện lưới\n(Có/Không)",
                     "Thôn ĐBKK\n(đánh dấu x)"], ORDER),
    "typing_errors": (["TT", "Tên xả", "Thôn/ bãn", "Vỉ độ", "Kính độ", "Số hộ dân (hộ)", "Nhân khẫu", "Điện lưói", "ĐBKK"], ORDER),
    "typing_errors_two": (["Stt", "Xã/ phường/ đặc khu", "Tên  thôn  bản", "Vĩ đô", "Kinh dộ", "Sô hộ", "Sô khẩu"], ORDER[:7]),
    "english": (["No.", "Commune", "Village", "Latitude (N)", "Longitude (E)", "Number of households", "Population",
                 "Grid electricity", "Extremely difficult village"], ORDER),
    "bilingual": (["STT / No.", "Xã / Commune", "Thôn, bản / Village", "Vĩ độ / Latitude", "Kinh độ / Longitude",
                   "Số hộ / Households", "Dân số / Population", "Điện lưới / Grid power"], ORDER[:8]),
    "no_accents": (["stt", "ten xa", "ten thon", "vi do", "kinh do", "so ho", "so khau", "dien luoi", "dbkk"], ORDER),
    "snake_case": (["id", "ten_xa", "ten_thon", "vi_do", "kinh_do", "so_ho_dan", "so_nhan_khau", "co_dien_luoi"], ORDER[:8]),
    "xy_are_degrees": (["STT", "Xã", "Thôn", "Tọa độ X", "Tọa độ Y", "Số hộ"], ["n", "xa", "thon", "lon", "lat", "ho"]),
    "yx_are_degrees": (["STT", "Xã", "Thôn", "X", "Y", "Số hộ"], ["n", "xa", "thon", "lat", "lon", "ho"]),
    "long_words": (["Số thứ tự", "Tên đơn vị hành chính cấp xã (sau sắp xếp)", "Tên thôn, bản, tổ dân phố chưa có sóng di động",
                    "Tọa độ trung tâm thôn (vĩ độ)", "Tọa độ trung tâm thôn (kinh độ)",
                    "Tổng số hộ dân trong vùng lõm sóng (hộ)", "Tổng số nhân khẩu (người)",
                    "Thôn đã có điện lưới quốc gia (Có/Không)",
                    "Thuộc diện thôn đặc biệt khó khăn (đánh dấu x)"], ORDER),
    "directions": (["TT", "Địa bàn xã", "Tên khu dân cư", "Bắc", "Đông", "Số hộ gia đình", "Số người"], ORDER[:7]),
    "odd_order": (["Ghi chú", "Số khẩu", "Số hộ", "Kinh độ", "Vĩ độ", "Điện lưới", "Thôn, bản", "Xã"],
                  ["=ok", "khau", "ho", "lon", "lat", "dien", "thon", "xa"]),
    "empty_columns": (["STT", "", "Xã", "", "Thôn", "Vĩ độ", "", "Kinh độ", "", "Số hộ"],
                      ["n", "", "xa", "", "thon", "lat", "", "lon", "", "ho"]),
    "starred": (["STT", "Xã (*)", "Thôn (**)", "Vĩ độ *", "Kinh độ *", "Số hộ (1)", "Số khẩu (2)"], ORDER[:7]),
    "wgs84": (["STT", "Xã", "Thôn", "Vĩ độ (WGS-84)", "Kinh độ (WGS-84)", "Hộ", "Khẩu"], ORDER[:7]),
    "colons": (["STT:", "Tên xã:", "Tên thôn:", "Vĩ độ:", "Kinh độ:", "Số hộ:"], ORDER[:6]),
    "phi_lambda": (["STT", "Xã", "Thôn", "Vĩ độ (φ)", "Kinh độ (λ)", "Số hộ"], ORDER[:6]),
    "the_poor_too": (["STT", "Xã", "Thôn", "Số hộ nghèo", "Số hộ DTTS", "Tổng số hộ", "Tổng số khẩu", "Vĩ độ", "Kinh độ"],
                     ["n", "xa", "thon", "=7", "=3", "ho", "khau", "lat", "lon"]),
    "the_poor_after": (["STT", "Xã", "Thôn", "Số hộ", "Trong đó: hộ nghèo", "Hộ cận nghèo", "Số khẩu", "Vĩ độ", "Kinh độ"],
                       ["n", "xa", "thon", "ho", "=7", "=3", "khau", "lat", "lon"]),
    "stations_too": (["STT", "Xã", "Thôn", "Trạm BTS gần nhất", "Vĩ độ trạm", "Kinh độ trạm", "Khoảng cách đến trạm (km)",
                      "Vĩ độ thôn", "Kinh độ thôn", "Số hộ"],
                     ["n", "xa", "thon", "=TQG0327-12", "=21.123456", "=105.123456", "=2,6", "lat", "lon", "ho"]),
    "stations_after": (["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Tên trạm BTS gần nhất", "Vĩ độ trạm BTS",
                        "Kinh độ trạm BTS", "Khoảng cách (km)", "Độ cao (m)"],
                       ["n", "xa", "thon", "lat", "lon", "ho", "=TQG0327-12", "=21.123456", "=105.123456", "=2,6", "=612"]),
    "headman_too": (["STT", "Xã", "Thôn", "Trưởng thôn", "Điện thoại", "Độ cao (m)", "Diện tích (km2)", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu"],
                    ["n", "xa", "thon", "=Giàng A Tủa", "=0000000000", "=612", "=4,5", "lat", "lon", "ho", "khau"]),
    "power_trap": (["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số hộ có điện", "Số hộ có tivi", "Điện lưới"],
                   ["n", "xa", "thon", "lat", "lon", "ho", "=9", "=5", "dien"]),
}  # fmt: skip


def _one_row(name: str, header: list[str], order: list[str]) -> None:
    def write(desk: Desk) -> File:
        return saved(desk, listed(desk, [list(header)], order))

    write.__name__ = f"header_{name}"
    case()(write)


for _name, (_header, _order) in ONE_ROW.items():
    _one_row(_name, _header, _order)


@case()
def header_three_storeys(desk: Desk) -> File:
    grid = Grid()
    grid.add("DANH SÁCH CÁC THÔN, BẢN CHƯA CÓ SÓNG")
    grid.add("STT", "Thông tin chung", None, None, "Vị trí", None, "Dân cư", None, "Ghi chú")
    grid.add(None, "Đơn vị hành chính", None, "Loại", "Tọa độ GPS", None, "Số lượng", None, None)
    grid.add(None, "Xã, phường", "Thôn, bản", None, "Vĩ độ", "Kinh độ", "Hộ", "Khẩu", None)
    for block in [(0, 0, 0, 8), (1, 0, 3, 0), (1, 1, 1, 3), (2, 1, 2, 2), (2, 3, 3, 3), (1, 4, 1, 5), (2, 4, 2, 5),
                  (1, 6, 1, 7), (2, 6, 2, 7), (1, 8, 3, 8)]:  # fmt: skip
        grid.merge(*block)
    for number, v in enumerate(desk.villages(), 1):
        grid.add(
            number,
            v.commune.name,
            v.name,
            "Bản",
            *point(v),
            count(v),
            people(v),
            village=v,
            population=people(v),
        )
    return saved(desk, grid)


@case()
def header_two_storeys_unmerged(desk: Desk) -> File:
    return saved(desk, listed(desk, [
        ["STT", "Xã", "Thôn", "Tọa độ", None, "Số hộ", "Số khẩu", "Điện lưới"],
        [None, None, None, "Vĩ độ", "Kinh độ"],
    ], ORDER[:8]))  # fmt: skip


@case()
def header_second_storey_on_top_of_nothing(desk: Desk) -> File:
    return saved(desk, listed(desk, [
        [None, None, None, "Tọa độ (độ thập phân)", None, "Quy mô dân cư"],
        ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Hộ", "Khẩu", "Điện lưới"],
    ], ORDER[:8]))  # fmt: skip


def _numbered(name: str, write: Callable[[int], object]) -> None:
    def sheet(desk: Desk) -> File:
        header = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu", "Điện lưới", "ĐBKK"]
        numbers = [write(n) for n in range(1, 10)]
        return saved(desk, listed(desk, [header], ORDER, after_header=[numbers]))

    sheet.__name__ = f"header_numbers_{name}"
    case()(sheet)


_numbered("integers", lambda n: n)
_numbered("letters", lambda n: "AB"[n - 1] if n < 3 else n - 2)
_numbered("square", lambda n: f"[{n}]")
_numbered("text", str)
_numbered("sum", lambda n: "(6)=(7)+(8)" if n == 6 else f"({n})")
_numbered("units", lambda n: ["", "", "", "độ", "độ", "hộ", "người", "có/không", "x"][n - 1])


@case()
def header_on_every_page(desk: Desk) -> File:
    header = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu", "Điện lưới"]
    grid = Grid()
    grid.add("Biểu số 01")
    grid.add(*header)
    for number, v in enumerate(desk.villages(40), 1):
        if number > 1 and number % 12 == 1:
            grid.add()
            grid.add("Trang " + str(number // 12 + 1))
            grid.add(*header)
        grid.add(*cells(number, v, ORDER[:8]), village=v, **told(ORDER[:8], v))
    return saved(desk, grid)


@case()
def header_none(desk: Desk) -> File:
    return saved(desk, listed(desk, [], ["n", "xa", "thon", "lat", "lon", "ho"]))


@case()
def header_none_two_counts(desk: Desk) -> File:
    """Without a header nobody knows which of two counts is the households: never silently."""
    grid = Grid()
    for number, v in enumerate(desk.villages(faults=False), 1):
        grid.add(*cells(number, v, ["n", "xa", "thon", "lat", "lon", "ho", "khau"]),
                 village=Village(**{**v.__dict__, "expect": "reject_or_warn"}), population={people(v), None})  # fmt: skip
    return saved(desk, grid)


@case()
def header_title_merged_above(desk: Desk) -> File:
    grid = listed(desk, [["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"]], ORDER[:6],
                  above=[["DANH SÁCH THÔN CÓ TỌA ĐỘ, SỐ HỘ CHƯA CÓ SÓNG TỈNH"]])  # fmt: skip
    grid.merge(0, 0, 0, 5)
    return saved(desk, grid)


@case()
def header_pair_over_unnamed(desk: Desk) -> File:
    """One merged "Tọa độ" over two columns that have no names of their own."""
    grid = listed(desk, [["STT", "Xã", "Thôn", "Tọa độ", None, "Số hộ"]], ORDER[:6])
    grid.merge(0, 3, 0, 4)
    return saved(desk, grid)


@case()
def header_starts_far_away(desk: Desk) -> File:
    grid = Grid(left=3)
    for _ in range(9):
        grid.add()
    grid.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu")
    for number, v in enumerate(desk.villages(), 1):
        grid.add(*cells(number, v, ORDER[:7]), village=v, **told(ORDER[:7], v))
    return saved(desk, grid)


@case()
def header_deg_min_sec_columns(desk: Desk) -> File:
    """Six columns: degrees, minutes, seconds of latitude and of longitude."""
    grid = Grid()
    grid.add("STT", "Xã", "Thôn", "Vĩ độ", None, None, "Kinh độ", None, None, "Số hộ")
    grid.add(None, None, None, "Độ", "Phút", "Giây", "Độ", "Phút", "Giây", None)
    for block in [
        (0, 0, 1, 0),
        (0, 1, 1, 1),
        (0, 2, 1, 2),
        (0, 3, 0, 5),
        (0, 6, 0, 8),
        (0, 9, 1, 9),
    ]:
        grid.merge(*block)
    for number, v in enumerate(desk.villages(), 1):
        lat, lon = point(v)
        six = [*_parts(lat), *_parts(lon)]
        grid.add(number, v.commune.name, v.name, *six, count(v), village=v)
    return saved(desk, grid)


@case()
def header_deg_min_sec_columns_one_row(desk: Desk) -> File:
    grid = Grid()
    grid.add("STT", "Xã", "Thôn", "Vĩ độ (độ)", "Vĩ độ (phút)", "Vĩ độ (giây)", "Kinh độ (độ)", "Kinh độ (phút)",
             "Kinh độ (giây)", "Số hộ")  # fmt: skip
    for number, v in enumerate(desk.villages(), 1):
        lat, lon = point(v)
        grid.add(number, v.commune.name, v.name, *_parts(lat), *_parts(lon), count(v), village=v)
    return saved(desk, grid)


def _parts(value: object) -> list[object]:
    if not isinstance(value, float):
        return [value, None, None]
    seconds = round(value * 3600, 2)
    return [int(seconds // 3600), int(seconds % 3600 // 60), round(seconds % 60, 2)]
