"""Sheets as they are laid out for the eye: groups in groups, totals on top, pages, notes, marks."""

from __future__ import annotations

from tests.offices.desk import Desk, File, bare, case, count, people, point, power
from tests.offices.grid import Grid
from tests.offices.groups import ROMAN, by_commune, households, saved

HEADER = ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu"]


@case()
def total_on_top(desk: Desk) -> File:
    rows = desk.villages()
    sheet = Grid()
    sheet.add(*HEADER)
    sheet.add(
        None, "Tổng cộng", f"{len(rows)} thôn", None, None, households(rows), sum(map(people, rows))
    )
    for number, v in enumerate(rows, 1):
        sheet.add(
            number,
            v.commune.name,
            v.name,
            *point(v),
            count(v),
            people(v),
            village=v,
            population=people(v),
        )
    return saved(desk, sheet)


@case()
def total_on_top_of_everything(desk: Desk) -> File:
    """TOÀN TỈNH above, subtotals of communes in the same row as the commune's name."""
    rows = desk.villages(30)
    sheet = Grid()
    sheet.add("STT", "Xã/thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    sheet.add(None, "TOÀN TỈNH", None, None, households(rows))
    for at, (commune, part) in enumerate(by_commune(rows)):
        sheet.add(ROMAN[at % 15], commune, None, None, households(part))
        for number, v in enumerate(part, 1):
            sheet.add(number, v.name, *point(v), count(v), village=v)
    return saved(desk, sheet)


@case()
def merged_commune_cells(desk: Desk) -> File:
    """The commune's cell is merged over its villages, as is the number of the commune."""
    sheet = Grid()
    sheet.add("TT", "Xã", "STT", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for at, (commune, part) in enumerate(by_commune(desk.villages(30)), 1):
        first = len(sheet.lines)
        for number, v in enumerate(part, 1):
            sheet.add(
                at if number == 1 else None,
                commune if number == 1 else None,
                number,
                v.name,
                *point(v),
                count(v),
                village=v,
            )
        if len(part) > 1:
            sheet.merge(first, 0, first + len(part) - 1, 0)
            sheet.merge(first, 1, first + len(part) - 1, 1)
    return saved(desk, sheet)


@case()
def merged_centre_coordinates(desk: Desk) -> File:
    """One coordinate, that of the committee's house, merged over the villages of a commune."""
    from dataclasses import replace  # noqa: PLC0415

    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    number = 0
    for commune, part in by_commune(desk.villages(24, faults=False, communes=desk.few_communes(6))):
        first = len(sheet.lines)
        for v in part:
            number += 1
            told = replace(v, latitude=part[0].latitude, longitude=part[0].longitude,
                           expect="accept_flagged" if len(part) > 1 else "accept")  # fmt: skip
            cells = list(point(part[0])) if v is part[0] else [None, None]
            sheet.add(number, commune, v.name, *cells, count(v), village=told)
        if len(part) > 1:
            sheet.merge(first, 3, first + len(part) - 1, 3)
            sheet.merge(first, 4, first + len(part) - 1, 4)
    return saved(desk, sheet)


@case()
def sheet_per_commune(desk: Desk) -> File:
    """The commune stands only in the sheet's name."""
    sheets = []
    for commune, part in by_commune(desk.villages(30, communes=desk.few_communes(5))):
        sheet = Grid(commune[:31])
        sheet.add("STT", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        for number, v in enumerate(part, 1):
            sheet.add(number, v.name, *point(v), count(v), village=v)
        sheets.append(sheet)
    return saved(desk, *sheets)


@case()
def sheet_per_commune_bare(desk: Desk) -> File:
    """The sheets are named Mường Nhé, Sín Thầu, without "xã"."""
    sheets = []
    communes = desk.few_communes(5)
    for commune, part in by_commune(desk.villages(30, communes=communes)):
        sheet = Grid(next(bare(c) for c in communes if c.name == commune)[:31])
        sheet.add("STT", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        for number, v in enumerate(part, 1):
            sheet.add(number, v.name, *point(v), count(v), village=v)
        sheets.append(sheet)
    return saved(desk, *sheets)


@case()
def title_names_the_commune(desk: Desk) -> File:
    """Sheet 1, 2, 3; the commune stands only in each title."""
    sheets = []
    for at, (commune, part) in enumerate(
        by_commune(desk.villages(30, communes=desk.few_communes(4))), 1
    ):
        sheet = Grid(f"Sheet{at}")
        sheet.add(f"ỦY BAN NHÂN DÂN {commune.upper()}")
        sheet.add()
        sheet.add(f"DANH SÁCH THÔN LÕM SÓNG {commune.upper()}")
        sheet.add("STT", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
        for number, v in enumerate(part, 1):
            sheet.add(number, v.name, *point(v), count(v), village=v)
        sheets.append(sheet)
    return saved(desk, *sheets)


@case()
def two_tables_on_a_sheet(desk: Desk) -> File:
    rows = desk.villages(30)
    half = len(rows) // 2
    sheet = Grid()
    for title, part in (
        ("I. CÁC THÔN ĐÃ CÓ ĐIỆN", rows[:half]),
        ("II. CÁC THÔN CHƯA CÓ ĐIỆN", rows[half:]),
    ):
        sheet.add(title)
        sheet.add(*HEADER)
        for number, v in enumerate(part, 1):
            sheet.add(number, v.commune.name, v.name, *point(v), count(v), people(v), village=v)
        sheet.add(None, "Tổng cộng", None, None, None, households(part), sum(map(people, part)))
        sheet.add()
    sheet.add(None, None, None, None, "Người lập biểu")
    return saved(desk, sheet)


@case()
def two_tables_of_other_columns(desk: Desk) -> File:
    """The second table has its columns in another order."""
    rows = desk.villages(30)
    half = len(rows) // 2
    sheet = Grid()
    sheet.add("Biểu 1. Trắng sóng")
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ")
    for number, v in enumerate(rows[:half], 1):
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), village=v)
    sheet.add()
    sheet.add("Biểu 2. Lõm sóng")
    sheet.add("STT", "Thôn", "Xã", "Số hộ", "Kinh độ", "Vĩ độ")
    for number, v in enumerate(rows[half:], 1):
        sheet.add(number, v.name, v.commune.name, count(v), *point(v)[::-1], village=v)
    return saved(desk, sheet)


@case()
def summary_above_the_list(desk: Desk) -> File:
    rows = desk.villages(30)
    sheet = Grid()
    sheet.add("I. Tổng hợp theo xã")
    sheet.add("STT", "Xã", "Số thôn", "Số hộ")
    for number, (commune, part) in enumerate(by_commune(rows), 1):
        sheet.add(number, commune, len(part), households(part))
    sheet.add(None, "Cộng", len(rows), households(rows))
    sheet.add()
    sheet.add("II. Danh sách chi tiết")
    sheet.add(*HEADER)
    for number, v in enumerate(rows, 1):
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), people(v), village=v)
    return saved(desk, sheet)


@case()
def notes_between_rows(desk: Desk) -> File:
    notes = ["Ghi chú: các thôn trên thuộc vùng biên giới", "* Số liệu do xã cung cấp", "(Xem bản đồ kèm theo)",
             "Các thôn dưới đây mới rà soát bổ sung quý II/2026:", "Không có thôn nào khác."]  # fmt: skip
    sheet = Grid()
    sheet.add(*HEADER)
    for number, v in enumerate(desk.villages(30), 1):
        if number % 7 == 0 and number // 7 <= len(notes):
            sheet.add(notes[number // 7 - 1])
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), people(v), village=v)
    return saved(desk, sheet)


@case()
def signatures_of_many(desk: Desk) -> File:
    sheet = Grid()
    sheet.add(*HEADER)
    rows = desk.villages()
    for number, v in enumerate(rows, 1):
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), people(v), village=v)
    sheet.add("Tổng số", None, f"{len(rows)}", None, None, households(rows))
    sheet.add("Bằng chữ: Năm nghìn không trăm bốn mươi chín hộ.")
    sheet.add(None, None, None, None, "Điện Biên, ngày 20 tháng 3 năm 2026")
    sheet.add("NGƯỜI LẬP BIỂU", None, "TRƯỞNG PHÒNG", None, "KT. GIÁM ĐỐC")
    sheet.add("(Ký, ghi rõ họ tên)", None, None, None, "PHÓ GIÁM ĐỐC")
    sheet.add()
    sheet.add(None, None, None, None, "(Đã ký)")
    sheet.add("Nguyễn Văn A", None, "Trần Thị B", None, "Lê Văn C")
    sheet.add("Nơi nhận:")
    sheet.add("- Như trên;")
    sheet.add("- Lưu: VT, BCVT.")
    return saved(desk, sheet)


@case()
def hidden_rows_and_columns(desk: Desk) -> File:
    sheet = Grid()
    sheet.add("STT", "Xã", "Mã cũ", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu")
    for number, v in enumerate(desk.villages(), 1):
        at = sheet.add(
            number,
            v.commune.name,
            None,
            v.name,
            *point(v),
            count(v),
            people(v),
            village=v,
            population=people(v),
        )
        if number % 5 == 0:
            sheet.hidden_rows.add(at)
    sheet.hidden_columns |= {2, 7}
    return saved(desk, sheet)


@case()
def communes_without_any(desk: Desk) -> File:
    """Rows that only say that a commune has nothing to report are no villages."""
    sheet = Grid()
    sheet.add(*HEADER)
    number = 0
    for at, (commune, part) in enumerate(by_commune(desk.villages(30))):
        if at % 4 == 0:
            sheet.add(ROMAN[at % 15], desk.land.by_province[desk.province][at].name, "Không có")
        for v in part:
            number += 1
            sheet.add(number, commune, v.name, *point(v), count(v), people(v), village=v)
    return saved(desk, sheet)


@case()
def blank_lines_everywhere(desk: Desk) -> File:
    sheet = Grid()
    sheet.add(*HEADER)
    for number, v in enumerate(desk.villages(), 1):
        if number % 3 == 0:
            sheet.add()
            sheet.add(" ", "", "\u00a0")
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), people(v), village=v)
    for _ in range(50):
        sheet.add()
    return saved(desk, sheet)


@case()
def numbered_rows_left_empty(desk: Desk) -> File:
    """A printed form with numbers down to 60 of which only some rows are filled."""
    rows = desk.villages()
    sheet = Grid()
    sheet.add(*HEADER)
    for number, v in enumerate(rows, 1):
        sheet.add(number, v.commune.name, v.name, *point(v), count(v), people(v), village=v)
    for number in range(len(rows) + 1, 61):
        sheet.add(number)
    return saved(desk, sheet)


@case()
def commune_once_then_ditto(desk: Desk) -> File:
    sheet = Grid()
    sheet.add(*HEADER)
    number = 0
    for commune, part in by_commune(desk.villages(30)):
        for at, v in enumerate(part):
            number += 1
            name = commune if at == 0 else ['"', "nt", "-nt-", "〃", "''", "như trên"][number % 6]
            sheet.add(number, name, v.name, *point(v), count(v), people(v), village=v)
    return saved(desk, sheet)


@case()
def power_by_group(desk: Desk) -> File:
    """Roman groups that are no communes, but kinds of villages; the commune has its column."""
    rows = desk.villages(30)
    sheet = Grid()
    sheet.add("STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Điện lưới")
    for roman, title, part in (
        ("I", "Thôn đặc biệt khó khăn", rows[::2]),
        ("II", "Thôn còn lại", rows[1::2]),
    ):
        sheet.add(roman, title)
        for number, v in enumerate(part, 1):
            sheet.add(
                number, v.commune.name, v.name, *point(v), count(v), power(v), village=v, power=True
            )
    return saved(desk, sheet)
