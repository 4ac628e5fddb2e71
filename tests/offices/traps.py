"""Villages, communes and columns that look like something else, and must not be taken for it."""

from __future__ import annotations

from dataclasses import replace

from tests.offices.desk import Desk, File, bare, case, count, in_one, people, point, power
from tests.offices.former import of_province
from tests.offices.grid import Grid, save_workbook

HEADER = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu"]

LIKE_OTHERS = ["Tổng Cọt", "Thôn Tổng", "Xóm Cộng Hòa", "Cộng", "Bản Nguồn", "Khu Trung Tâm", "Thôn Hộ", "Xã Đội", "Chợ Xã",
               "Bản Xã", "Phố Huyện", "Thị Trấn Cũ", "Ngày Mới", "Ký Con", "Bản Ghi", "Thôn Lưu", "Nơi Nhận", "Tỉnh Đội",
               "Ấp 5", "Thôn 12", "Tổ 3", "Khu 10", "Đội 2", "45 hộ", "Thôn 105.3", "XII", "C", "Số Một", "Có", "Không Tên",
               "Trắng", "Thôn Bắc", "Thôn Đông", "Long", "Lat", "Toàn Thắng", "Toàn Xã", "Tổng Đích", "Mới", "Cũ", "x", "nt bản"]  # fmt: skip


def saved(desk: Desk, *sheets: Grid) -> File:
    return desk.file("bay.xlsx", save_workbook(desk.folder / "bay.xlsx", *sheets))


@case()
def names_like_other_things(desk: Desk) -> File:
    """Villages whose names read like totals, notes, marks or headings: every one is a village."""
    sheet = Grid()
    sheet.add(*HEADER)
    for at, v in enumerate(desk.villages(len(LIKE_OTHERS), faults=False)):
        told = replace(v, name=LIKE_OTHERS[at])
        sheet.add(
            at + 1,
            v.commune.name,
            told.name,
            *point(v),
            count(v),
            people(v),
            village=told,
            population=people(v),
        )
    return saved(desk, sheet)


@case()
def names_like_other_things_without_points(desk: Desk) -> File:
    """The same without coordinates in every second row: refused, but never dropped."""
    sheet = Grid()
    sheet.add(*HEADER)
    for at, v in enumerate(desk.villages(len(LIKE_OTHERS), faults=False)):
        told = replace(v, name=LIKE_OTHERS[at])
        cells: list[object] = list(point(v))
        if at % 2:
            told, cells = (
                replace(told, expect="reject", fault=f"no point {told.name}"),
                [None, None],
            )
        sheet.add(
            at + 1,
            v.commune.name,
            told.name,
            *cells,
            count(v),
            people(v),
            village=told,
            population=people(v),
        )
    return saved(desk, sheet)


@case()
def villages_named_as_communes(desk: Desk) -> File:
    """A village has its commune's name, some rows lack the point: refused, never a heading."""
    sheet = Grid()
    sheet.add(*HEADER)
    for at, v in enumerate(desk.villages(30, faults=False)):
        told = replace(v, name=bare(v.commune))
        cells: list[object] = list(point(v))
        if at % 3 == 1:
            told, cells = replace(told, expect="reject", fault="no point"), [None, None]
        sheet.add(at + 1, v.commune.name, told.name, *cells, count(v), people(v), village=told)
    return saved(desk, sheet)


@case()
def rows_with_a_name_alone(desk: Desk) -> File:
    """Some villages have only their name, under a merged commune: refused, never dropped."""
    from tests.offices.groups import by_commune  # noqa: PLC0415

    sheet = Grid()
    sheet.add(*HEADER)
    number = 0
    for commune, part in by_commune(desk.villages(30, faults=False, communes=desk.few_communes(6))):
        first = len(sheet.lines)
        for at, v in enumerate(part):
            number += 1
            if at and at % 2:
                told = replace(v, expect="reject", fault="name alone")
                sheet.add(number, None, v.name, None, None, None, None, village=told)
            else:
                sheet.add(
                    number,
                    commune if at == 0 else None,
                    v.name,
                    *point(v),
                    count(v),
                    people(v),
                    village=v,
                )
        if len(part) > 1:
            sheet.merge(first, 1, first + len(part) - 1, 1)
    return saved(desk, sheet)


@case()
def decoy_columns(desk: Desk) -> File:
    """Thirty columns, of which only six matter here."""
    sheet = Grid()
    sheet.add("STT", "Năm", "Quý", "Mã tỉnh", "Tỉnh", "Mã xã", "Xã", "Mã thôn", "Thôn", "Loại thôn", "Số điểm dân cư", "Số nhân khẩu",
              "Số hộ", "Số hộ nghèo", "Tỷ lệ hộ nghèo (%)", "Số hộ có điện thoại", "Kinh độ", "Vĩ độ", "Độ cao (m)", "Sai số GPS (m)",
              "Tên trạm gần nhất", "Mã trạm", "Khoảng cách đến trạm (km)", "Tọa độ trạm", "Mức thu 4G (dBm)", "Viettel", "VNPT",
              "Điện lưới", "Người khảo sát", "Số điện thoại", "Ngày khảo sát", "Ghi chú")  # fmt: skip
    for number, v in enumerate(desk.villages(), 1):
        sheet.add(number, 2026, 1, v.commune.province_code, None, v.commune.code, v.commune.name, f"{v.commune.code}{number:03}", v.name, "Loại 2", 3,
                  people(v), count(v), 7, 12.5, 30, *point(v)[::-1], 612, 4.2, "TQG0327-12", "TQG0327", 2.6, "21.123456, 105.123456",
                  -112, "x", "", power(v), "Giàng A Tủa", "0912345678", "02/03/2026", "đường đất, 45 hộ đi lại khó", village=v,
                  population=people(v), power=True)  # fmt: skip
    return saved(desk, sheet)


@case()
def planned_station_before_village(desk: Desk) -> File:
    """The point of the planned station stands first, one merged heading over each pair."""
    sheet = Grid()
    sheet.add(
        "STT", "Xã", "Thôn", "Tọa độ trạm dự kiến", None, "Tọa độ trung tâm thôn", None, "Số hộ"
    )
    sheet.add(None, None, None, "Vĩ độ", "Kinh độ", "Vĩ độ", "Kinh độ", None)
    for block in [(0, n, 1, n) for n in (0, 1, 2, 7)] + [(0, 3, 0, 4), (0, 5, 0, 6)]:
        sheet.merge(*block)
    for number, v in enumerate(desk.villages(), 1):
        station = [round(v.latitude + 0.031, 6), round(v.longitude - 0.027, 6)]
        sheet.add(number, v.commune.name, v.name, *station, *point(v), count(v), village=v)
    return saved(desk, sheet)


@case()
def village_and_commune_in_one_cell(desk: Desk) -> File:
    ways = [
        lambda t, x: f"{t}, {x}",
        lambda t, x: f"{t} - {x}",
        lambda t, x: f"{t} ({x})",
        lambda t, x: f"{t}, {x.lower()}",
    ]
    sheet = Grid()
    sheet.add("STT", "Thôn, xã", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, v in enumerate(desk.villages(), 1):
        name = ways[number % len(ways)]("Bản " + v.name, v.commune.name)
        sheet.add(number, name, *point(v), count(v), village=replace(v, name="Bản " + v.name))
    return saved(desk, sheet)


@case()
def whole_address_in_one_cell(desk: Desk) -> File:
    sheet = Grid()
    sheet.add("STT", "Địa chỉ", "Tọa độ", "Số hộ")
    for number, v in enumerate(desk.villages(), 1):
        cell = f"Bản {v.name}, {v.commune.name[0].lower() + v.commune.name[1:]}"
        sheet.add(
            number,
            cell,
            in_one(v, lambda a, o: f"{a:.6f}, {o:.6f}"),
            count(v),
            village=replace(v, name="Bản " + v.name),
        )
    return saved(desk, sheet)


@case("14")
def whole_former_address_in_one_cell(desk: Desk) -> File:
    by_present = of_province(desk)
    sheet = Grid()
    sheet.add("STT", "Địa chỉ (cũ)", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, v in enumerate(desk.villages(), 1):
        old = next((o for o in by_present.get(v.commune.code, []) if o.whole), None)
        if old is None:
            continue
        cell = f"Bản {v.name}, {old.name.lower()}, {old.district.lower()}, {old.province.lower()}"
        sheet.add(number, cell, *point(v), count(v), village=replace(v, name="Bản " + v.name))
    return saved(desk, sheet)


@case()
def typed_without_accents(desk: Desk) -> File:
    """XA MUONG NHE: a name without its accents is a guess, which only the point may confirm."""
    import unicodedata  # noqa: PLC0415

    def plain(text: str) -> str:
        marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
        return "".join(m for m in marks if not unicodedata.combining(m))

    sheet = Grid()
    sheet.add("STT", "Xa", "Thon", "Vi do", "Kinh do", "So ho")
    names = {c.name for c in desk.land.by_province[desk.province]}
    for number, v in enumerate(desk.villages(faults=False), 1):
        name = plain(v.commune.name)
        told = (
            v if name in names else replace(v, expect="reject_or_warn", fault=f"no accents {name}")
        )
        sheet.add(
            number,
            name,
            plain(v.name),
            *point(v),
            count(v),
            village=replace(told, name=plain(v.name)),
        )
    return saved(desk, sheet)


@case("66")
def highland_spellings(desk: Desk) -> File:
    """Đăk for Đắk, Krong for Krông, ’ for ', Ð (eth) for Đ, M’Gar with spaces about."""
    ways = [lambda n: n.replace("'", "’"), lambda n: n.replace("'", "\u00b4"), lambda n: n.replace("Đ", "Ð"),
            lambda n: n.replace(" ", "\u00a0"), lambda n: n.replace("'", "` "), lambda n: n.replace("Đ", "Ɖ").upper()]  # fmt: skip
    sheet = Grid()
    sheet.add(*HEADER)
    odd = [c for c in desk.land.by_province["66"] if "'" in c.name or "Đ" in c.name]
    for number, v in enumerate(desk.villages(36, communes=odd), 1):
        sheet.add(
            number,
            ways[number % len(ways)](v.commune.name),
            v.name,
            *point(v),
            count(v),
            people(v),
            village=v,
        )
    return saved(desk, sheet)


@case("68")
def communes_with_numbers_and_dashes(desk: Desk) -> File:
    """Phường 2 Bảo Lộc, Phường Lâm Viên - Đà Lạt, B'Lao, in several typings."""
    odd = [
        c
        for c in desk.land.by_province["68"]
        if "-" in c.name or any(map(str.isdigit, c.name)) or "'" in c.name
    ]
    ways = [str, lambda n: n.replace(" - ", "-"), lambda n: n.replace(" - ", " – "), str.upper, lambda n: n.replace("Phường ", "P. "),
            lambda n: n.replace("Phường ", "P.")]  # fmt: skip
    sheet = Grid()
    sheet.add(*HEADER)
    for number, v in enumerate(desk.villages(36, communes=odd), 1):
        sheet.add(
            number,
            ways[number % len(ways)](v.commune.name),
            v.name,
            *point(v),
            count(v),
            people(v),
            village=v,
        )
    return saved(desk, sheet)


@case()
def totals_of_every_wording(desk: Desk) -> File:
    """Between the rows: sums in every wording; none is a village, none is a finding's row."""
    wordings: list[list[object]] = [
        [None, "Tổng cộng:", None, None, None, 500], ["Tổng", None, None, None, None, 500], [None, None, "Tổng cộng (I+II)", None, None, 500],
        ["Cộng:", None, None, None, None, 500], [None, "Tổng số thôn: 30", None, None, None, None], ["TỔNG CỘNG TOÀN TỈNH", None, None, None, None, 500],
        [None, "Tổng số hộ", None, None, None, 500], ["Tổng cộng: 12 thôn, 500 hộ"], [None, "Lũy kế", None, None, None, 500],
        [None, "Trung bình", None, None, None, 45], ["A", "Tổng (A)", None, None, None, 500], [None, "Σ", None, None, None, 500],
    ]  # fmt: skip
    sheet = Grid()
    sheet.add(*HEADER)
    for number, v in enumerate(desk.villages(40), 1):
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), people(v), village=v)
        if number % 3 == 0 and number // 3 <= len(wordings):
            sheet.add(*wordings[number // 3 - 1])
    return saved(desk, sheet)
