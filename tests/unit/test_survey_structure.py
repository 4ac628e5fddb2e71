"""Which rows of a sheet are villages, and which are headers, groups, sums, notes."""

from dataclasses import replace

import pytest

from coverage.errors import InputRefused
from coverage.intake.document import Kind
from tests.surveys import HEADER, checked, grid, point, report, row, rules, summary

A, B, C = "Xã Tân An", "Xã Mường Nhé", "Xã Sơn Hà"


def accepted(*expected):
    return [(number, village, code, "accepted") for number, village, code in expected]


def test_a_plain_table():
    found = report([HEADER, row(1, A, "Bản Một"), row(2, B, "Bản Hai")])
    assert summary(found) == accepted((2, "Bản Một", "00001"), (3, "Bản Hai", "00002"))
    assert found.rows[0].findings == ()
    assert found.findings == ()


def test_letterhead_title_numbers_groups_total_and_signature_are_no_rows():
    found = report(
        [
            ["UBND TỈNH LÀO CAI", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
            ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "", "", "Độc lập - Tự do - Hạnh phúc"],
            None,
            ["DANH SÁCH THÔN, BẢN LÕM SÓNG QUÝ IV NĂM 2025"],
            ["(Kèm theo Công văn số 12/SKHCN-BCVT ngày 05/01/2026)"],
            HEADER,
            ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
            ["I", A],
            row(1, A, "Bản Một", written=False),
            row(2, A, "Bản Hai", written=False),
            ["", "Cộng xã Tân An", "", "", "", 100],
            ["II", B],
            row(3, B, "Bản Ba", written=False),
            ["", "Tổng cộng", "3 thôn", "", "", 150],
            None,
            ["", "", "", "Lào Cai, ngày 05 tháng 01 năm 2026"],
            ["", "NGƯỜI LẬP BIỂU", "", "", "KT. GIÁM ĐỐC"],
            ["", "", "", "", "Nguyễn Văn An"],
            ["Ghi chú: số liệu đến ngày 31/12/2025"],
        ]
    )
    assert summary(found) == accepted(
        (9, "Bản Một", "00001"), (10, "Bản Hai", "00001"), (13, "Bản Ba", "00002")
    )
    assert found.findings == ()
    form = found.form
    assert form["document_number"] == "12/SKHCN-BCVT"
    assert form["document_date"] == "2026-01-05"
    assert form["period"] == "2025-Q4"
    assert form["agency"] == "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
    (sheet,) = form["sheets"]
    assert sheet["header_rows"] == [6, 7]
    assert sheet["group_rows"] == [8, 12]
    assert sheet["total_rows"] == [11, 14]
    assert sheet["note_rows"] == [16, 17, 18, 19]


def test_two_row_header_with_merged_parents():
    rows = [
        ["STT", "Địa bàn", "", "Tọa độ (WGS84)", "", "Quy mô", ""],
        ["", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ", "Số khẩu"],
        [1, A, "Bản Một", *point(A), 50, 210],
    ]
    merged = [(1, 2, 0, 0), (1, 1, 1, 2), (1, 1, 3, 4), (1, 1, 5, 6)]
    for areas in (merged, []):  # a workbook keeps the merges, a CSV of it does not
        found = report(rows, merged=areas)
        assert summary(found) == accepted((3, "Bản Một", "00001"))
        assert (found.rows[0].households, found.rows[0].population) == (50, 210)


def test_three_row_header():
    rows = [
        ["TT", "Địa bàn", "", "Vị trí", "", "Thông tin", "", ""],
        ["", "Xã", "Thôn", "Tọa độ VN2000, KTT 104°00'", "", "Dân cư", "Điện lưới", ""],
        ["", "", "", "X", "Y", "Số hộ", "Có", "Không"],
        [1, A, "Bản Một", 2450651.07, 505379.35, 50, "x", ""],
        [2, A, "Bản Hai", 2451651.07, 505379.35, 60, "", "x"],
    ]
    merged = [
        (1, 3, 0, 0), (1, 1, 1, 2), (2, 3, 1, 1), (2, 3, 2, 2), (1, 1, 3, 4), (2, 2, 3, 4),
        (1, 1, 5, 7), (2, 2, 6, 7),
    ]  # fmt: skip
    found = report(rows, merged=merged)
    assert summary(found) == accepted((4, "Bản Một", "00001"), (5, "Bản Hai", "00001"))
    assert [r.grid_power for r in found.rows] == [True, False]
    assert found.form["crs"] == "EPSG:9206"


def test_communes_merged_down_over_their_villages():
    rows = [HEADER, row(1, A, "Bản Một"), row(2, A, "Bản Hai", written=False),
            row(3, B, "Bản Ba"), row(4, B, "Bản Bốn", written=False)]  # fmt: skip
    found = report(rows, merged=[(2, 3, 1, 1), (4, 5, 1, 1)])
    assert [r.declared_commune_code for r in found.rows] == ["00001", "00001", "00002", "00002"]
    assert [rules(r) for r in found.rows] == [[], [], [], []]


def test_a_blank_commune_is_that_of_the_row_above_and_told():
    rows = [HEADER, row(1, A, "Bản Một"), row(2, A, "Bản Hai", written=False)]
    found = report(rows)
    assert summary(found) == accepted((2, "Bản Một", "00001"), (3, "Bản Hai", "00001"))
    assert rules(found.rows[1]) == ["place.filled_down"]


@pytest.mark.parametrize("ditto", ['"', "nt", "-nt-", "như trên", "″"])
def test_ditto_marks(ditto):
    second = row(2, A, "Bản Hai")
    second[1] = ditto
    found = report([HEADER, row(1, A, "Bản Một"), second])
    assert [r.declared_commune_code for r in found.rows] == ["00001", "00001"]


@pytest.mark.parametrize(
    "group",
    [
        ["I", A], ["I.", A], ["1.", A], ["a)", A], ["", A], ["I", "", A], ["A", "XÃ TÂN AN (2 thôn)"],
        ["I. Xã Tân An"], ["1. Xã Tân An: 2 thôn"], ["Xã Tân An"], ["I", "Tân An"],
        ["I", A, "", "", "", 100],
    ],
)  # fmt: skip
def test_group_rows_of_a_commune(group):
    found = report(
        [HEADER, group, row(1, A, "Bản Một", written=False), row(2, A, "Bản Hai", written=False)]
    )
    assert summary(found) == accepted((3, "Bản Một", "00001"), (4, "Bản Hai", "00001"))
    assert [rules(r) for r in found.rows] == [[], []]


def test_groups_of_province_and_district_narrow_an_old_name_down():
    found = report(
        [
            ["TT", "Xã cũ", "Thôn", "Lat", "Long", "Số hộ"],
            ["A", "TỈNH LÀO CAI CŨ"],
            ["I", "Huyện Bắc Hà"],
            [1, "Xã Tân Lập", "Bản Một", *point(A), 30],
            ["B", "TỈNH YÊN BÁI"],
            ["I", "Huyện Văn Yên"],
            [2, "Xã Tân Lập", "Bản Hai", *point(C), 40],
            ["II", "Thị xã Nghĩa Lộ"],
            [3, "Xã Tân Lập", "Bản Ba", *point(B), 40],
        ]
    )
    assert [r.declared_commune_code for r in found.rows] == ["00001", "00003", "00002"]
    assert [r.status.value for r in found.rows] == ["accepted"] * 3


def test_groups_that_state_the_signal():
    found = report(
        [
            HEADER, ["A", "Thôn trắng sóng"], row(1, A, "Bản Một"),
            ["B", "Thôn lõm sóng"], row(2, B, "Bản Hai"),
        ]
    )  # fmt: skip
    assert [r.signal for r in found.rows] == ["none", "patchy"]


def test_a_row_that_goes_on_counting_is_a_village_though_only_its_commune_is_there():
    found = report([HEADER, row(1, A, "Bản Một"), [2, B], row(3, B, "Bản Ba")])
    assert [(r.row, r.status.value) for r in found.rows] == [
        (2, "accepted"), (3, "rejected"), (4, "accepted"),
    ]  # fmt: skip
    assert set(rules(found.rows[1])) >= {
        "village.missing", "coordinate.missing", "households.missing",
    }  # fmt: skip


def test_a_village_without_anything_else_is_rejected_not_dropped():
    found = report([HEADER, row(1, A, "Bản Một"), [2, A, "Bản Hai"], ["", A, "Bản Ba"]])
    assert [(r.row, r.status.value) for r in found.rows] == [
        (2, "accepted"), (3, "rejected"), (4, "rejected"),
    ]  # fmt: skip


def test_headers_repeated_on_every_page():
    found = report(
        [HEADER, ["1", "2", "3", "4", "5", "6"], row(1, A, "Bản Một"), HEADER,
         ["1", "2", "3", "4", "5", "6"], row(2, B, "Bản Hai")]
    )  # fmt: skip
    assert summary(found) == accepted((3, "Bản Một", "00001"), (6, "Bản Hai", "00002"))


def test_rows_that_only_count_are_told_not_rejected():
    found = report([HEADER, row(1, A, "Bản Một"), [2], [3], [4]])
    assert len(found.rows) == 1
    assert rules(found) == ["survey.numbered_rows"]


def test_two_tables_in_one_sheet_with_different_headers():
    found = report(
        [
            ["Biểu 1: Thôn có điện"], HEADER, row(1, A, "Bản Một"), None,
            ["Biểu 2: Thôn chưa có điện"],
            ["TT", "Tên thôn", "Xã/Phường", "Tọa độ", "Số hộ dân"],
            [1, "Bản Hai", B, "22.151234, 104.152345", 20],
        ]
    )  # fmt: skip
    assert summary(found) == accepted((3, "Bản Một", "00001"), (7, "Bản Hai", "00002"))


def test_several_sheets_are_read_hidden_and_foreign_ones_told():
    found = checked(
        grid([HEADER, row(1, A, "Bản Một")], name="Huyện 1"),
        grid([HEADER, row(1, B, "Bản Hai")], name="Huyện 2"),
        grid([["Hướng dẫn điền biểu"], ["Điền đủ các cột"]], name="Hướng dẫn"),
        grid([["Xã", "Số thôn", "Số hộ"], [A, 3, 120], [B, 4, 200]], name="Tổng hợp"),
    ).report
    assert [(r.sheet, r.row, r.village) for r in found.rows] == [
        ("Huyện 1", 2, "Bản Một"), ("Huyện 2", 2, "Bản Hai"),
    ]  # fmt: skip
    assert rules(found) == ["survey.sheet_not_survey"] * 2


def test_repeats_of_a_form_are_told_and_not_read():
    found = checked(
        grid([HEADER, row(1, A, "Bản Một")], name="khao_sat"),
        grid([["ten_thon", "lat", "long", "so_ho", "_parent_index"], ["x", *point(A), 3, 1]],
             name="ho_dan"),
    ).report  # fmt: skip
    assert len(found.rows) == 1
    assert rules(found) == ["survey.repeat_ignored"]


def test_a_sheet_without_a_header_is_understood_by_its_cells():
    rows = [
        [1, A, "Bản Một", *point(A, 1), 50, "Có"],
        [2, B, "Bản Hai", *point(B, 2), 61, "Không"],
        [3, C, "Bản Ba", *point(C, 3), 40, "Có"],
    ]
    found = report(rows, kind=Kind.CSV)
    assert [(r.row, r.village, r.declared_commune_code, r.status.value) for r in found.rows] == [
        (1, "Bản Một", "00001", "accepted"), (2, "Bản Hai", "00002", "accepted"),
        (3, "Bản Ba", "00003", "accepted"),
    ]  # fmt: skip
    assert [r.households for r in found.rows] == [50, 61, 40]
    assert set(rules(found)) == {"column.by_content"}


def test_an_odd_header_leaves_households_to_the_officer():
    rows = [
        ["Mã", "Nơi chốn", "Chỗ ở", "P", "Q", "Cách trung tâm"],
        ["a1", A, "Bản Một", *point(A, 1), 12],
        ["a2", B, "Bản Hai", *point(B, 2), 17],
    ]
    found = report(rows)
    assert [r.households for r in found.rows] == [None, None]
    assert "column.missing" in rules(found)
    found = report(rows, mapping={"F": "households"})
    assert [r.households for r in found.rows] == [12, 17]
    assert [r.status.value for r in found.rows] == ["accepted"] * 2


@pytest.mark.parametrize("said", ["F", "Cột F", "cột f", "Số nhà", "số  nhà"])
def test_what_the_officer_says_of_a_column_counts(said):
    rows = [
        ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số nhà", "Số hộ"],
        [1, A, "Bản Một", *point(A), 33, 44],
    ]
    found = report(rows, mapping={said: "households"})
    assert found.rows[0].households == 33


def test_a_mapped_column_that_the_file_lacks_is_refused():
    with pytest.raises(InputRefused) as refused:
        report([HEADER, row(1, A, "Bản Một")], mapping={"Cột ZZ": "households"})
    assert rules(refused.value) == ["column.mapping_unused"]


def test_a_mapping_given_before_serves_a_file_of_the_same_header():
    rows = [["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số nhà"], [1, A, "Bản Một", *point(A), 33]]
    first = checked(grid(rows), mapping={"F": "households"})
    again = checked(grid(rows), before={first.headers[0]: {"F": "households"}}).report
    assert again.rows[0].households == 33
    assert rules(again) == ["column.mapping_remembered"]
    other = [
        ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Số nhà ở"],
        [1, A, "Bản Một", *point(A), 33],
    ]
    fresh = checked(grid(other), before={first.headers[0]: {"F": "households"}}).report
    assert fresh.rows[0].households is None


def test_a_file_without_any_list_is_refused():
    with pytest.raises(InputRefused) as refused:
        report([["Kính gửi ông Cục trưởng"], ["Nội dung công văn", "trang 1"]])
    assert rules(refused.value) == ["survey.no_table"]


def test_a_header_without_rows_is_refused():
    with pytest.raises(InputRefused) as refused:
        report([HEADER, ["", "Tổng cộng", "", "", "", 0]])
    assert rules(refused.value) == ["survey.no_rows"]


def test_totals_that_do_not_add_up_are_told():
    found = report([HEADER, row(1, A, "Bản Một", 50), row(2, B, "Bản Hai", 60),
                    ["", "Tổng cộng", "3 thôn", "", "", 120]])  # fmt: skip
    assert sorted(rules(found)) == ["survey.count_differs", "survey.total_differs"]
    assert "120" in found.findings[0].message()


def test_a_village_called_like_a_sum_stays_a_village():
    found = report(
        [HEADER, row(1, A, "Thôn Cộng Hòa"), row(2, A, "Tổng Cọt"), [3, A, "Bản Cộng", "", "", 20]]
    )
    assert len(found.rows) == 3
    assert found.rows[2].status == "rejected"


def test_degrees_minutes_and_seconds_in_columns_of_their_own():
    rows = [
        ["STT", "Xã", "Thôn", "Vĩ độ", "", "", "Kinh độ", "", "", "Số hộ"],
        ["", "", "", "Độ", "Phút", "Giây", "Độ", "Phút", "Giây", ""],
        [1, A, "Bản Một", 22, 9, 4.4, 104, 3, 8.4, 50],
    ]
    merged = [(1, 1, 3, 5), (1, 1, 6, 8), *[(1, 2, column, column) for column in (0, 1, 2, 9)]]
    found = report(rows, merged=merged)
    assert (found.rows[0].latitude, found.rows[0].longitude) == (22.1512222, 104.0523333)
    assert found.rows[0].status == "accepted"


def test_a_second_pair_of_columns_stands_in_where_the_first_is_blank():
    rows = [
        ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "X (VN2000)", "Y (VN2000)", "Số hộ"],
        [1, A, "Bản Một", *point(A), "", "", 50],
        [2, A, "Bản Hai", "", "", 2451541.16, 428639.62, 60],
    ]
    found = report(rows)
    assert [r.status.value for r in found.rows] == ["accepted", "accepted"]
    assert found.rows[1].latitude == pytest.approx(22.16, abs=0.01)


def test_addresses_in_one_cell():
    rows = [
        ["STT", "Địa chỉ", "Tọa độ", "Số hộ"],
        [1, "Bản Một, xã Tân An, tỉnh Lào Cai", "22.151234, 104.052345", 50],
        [2, "Bản Hai - Xã Mường Nhé", "22.151234, 104.152345", 60],
    ]
    found = report(rows)
    assert summary(found) == accepted((2, "Bản Một", "00001"), (3, "Bản Hai", "00002"))


def test_a_column_label_is_what_the_user_sees():
    bad = row(1, A, "Bản Một", "khoảng 50")
    (told,) = report([HEADER, bad]).rows[0].findings
    assert (told.column, told.value) == ("F", "khoảng 50")
    (told,) = report([HEADER, bad], kind=Kind.CSV).rows[0].findings
    assert (told.column, told.value) == ("Số hộ", "khoảng 50")


def test_a_line_with_more_fields_than_the_table_is_told_at_its_row():
    sheet = grid([HEADER, row(1, A, "Bản Một"), [*row(2, A, "Bản Hai"), "thừa"]], kind=Kind.CSV)
    found = checked(replace(sheet, ragged_rows=frozenset({3})), kind=Kind.CSV).report
    assert [rules(line) for line in found.rows] == [[], ["file.ragged_row"]]
    assert [line.status.value for line in found.rows] == ["accepted", "warned"]


@pytest.mark.parametrize(
    "remark",
    [
        ["", "", "Không có", "", "", ""],
        ["", "", "", "", "", 150],
        ["Các thôn dưới đây đã có trạm phát sóng năm 2025", "", "", "", "", ""],
    ],
)
def test_remarks_and_bare_sums_are_no_villages(remark):
    found = report([HEADER, row(1, A, "Bản Một"), remark, row(2, A, "Bản Hai")])
    assert [line.village for line in found.rows] == ["Bản Một", "Bản Hai"]
    (sheet,) = found.form["sheets"]
    assert 3 in [*sheet["note_rows"], *sheet["total_rows"]]


def test_a_row_of_units_under_the_header_belongs_to_it():
    found = report([HEADER, ["", "", "", "độ", "độ", "hộ"], row(1, A, "Bản Một")])
    assert summary(found) == accepted((3, "Bản Một", "00001"))
    assert found.form["sheets"][0]["header_rows"] == [1, 2]


def test_groups_counted_like_rows():
    header = ["STT", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ"]
    found = report(
        [header, [1, A], [1, "Một", *point(A, 1), 40], [2, "Hai", *point(A, 2), 40],
         [2, B], [1, "Ba", *point(B, 1), 40]]
    )  # fmt: skip
    assert summary(found) == accepted((3, "Một", "00001"), (4, "Hai", "00001"), (6, "Ba", "00002"))
