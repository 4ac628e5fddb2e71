"""What a header's words say, and what a letterhead says of its paper."""

import pytest

from coverage.errors import InputRefused
from coverage.intake.columns import mapping_of
from coverage.intake.fields import Field
from coverage.intake.headings import is_column_numbers
from coverage.intake.letterhead import read_letterhead
from coverage.intake.recognition import recognise
from coverage.intake.synonyms import EXACT, exact_headers, plain_headers
from coverage.vietnamese import header_key, without_accents
from tests.surveys import HEADER, point, report, row, rules

A = "Xã Tân An"


def field_of(*parts):
    known = recognise(parts)
    return known.field if known else None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("STT", "ordinal"), ("Tỉnh/Thành phố", "province"), ("Tỉnh (cũ)", "former_province"),
        ("Huyện/TX/TP", "district"), ("Xã/Phường/Đặc khu", "commune"), ("XÃ MỚI", "commune"),
        ("Xã (trước sáp nhập)", "former_commune"), ("Tên xã cũ trước 01/7/2025", "former_commune"),
        ("Mã xã", "commune_code"), ("Tên thôn (bản)", "village"), ("Thôn/Bản", "village"),
        ("Điểm lõm sóng", "village"), ("Tên thôn, bản, khu dân cư thuộc xã", "village"),
        ("Vĩ độ (B)", "latitude"), ("Kinh độ (Đ)", "longitude"), ("Toạ độ", "coordinates"),
        ("Vĩ độ (độ thập phân)", "latitude"), ("Tọa độ GPS", "coordinates"),
        ("X (VN2000)", "northing"), ("Y (VN2000)", "easting"), ("X", "x"), ("Tọa độ Y", "y"),
        ("Số hộ dân cần phủ sóng", "households"), ("Tổng số hộ\nđang sinh sống", "households"),
        ("Nhân khẩu", "population"), ("Điện lưới QG", "grid_power"), ("Có điện (x)", "grid_power"),
        ("Chưa có điện", "no_grid_power"), ("Thôn ĐBKK (x)", "specially_difficult"),
        ("Khu vực (I/II/III)", "area_class"), ("Hiện trạng sóng", "signal"),
        ("Trắng sóng (x)", "signal_none"), ("Ghi chú", "note"), ("ten_thon", "village"),
        ("so_ho", "households"), ("dien_luoi", "grid_power"), ("vi_do", "latitude"),
        ("group/coords-Latitude", "latitude"), ("thong_tin/so_ho", "households"),
        ("_gps_longitude", "longitude"), ("_Vị trí_latitude", "latitude"), ("_geolocation", "coordinates"),
        ("gps:Accuracy", "accuracy"), ("meta/instanceID", "ignored"), ("Name", "village"),
        ("KINH ĐỘ", "longitude"), ("Vi do", "latitude"), ("Long", "longitude"),
    ],
)  # fmt: skip
def test_headers(header, field):
    assert field_of(header) == Field(field)


@pytest.mark.parametrize(
    "header",
    [
        "Khoảng cách đến trung tâm xã (km)", "Số hộ nghèo", "Số hộ có điện thoại", "Tỷ lệ hộ nghèo",
        "Tên trạm BTS gần nhất", "Số nhà", "Cách trạm gần nhất", "Địa hình", "Đường giao thông",
    ],
)  # fmt: skip
def test_headers_that_mean_something_else(header):
    assert field_of(header) is None


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (("Tọa độ (VN2000, KTT 105°00')", "X"), "x"), (("Tọa độ", "Kinh độ"), "longitude"),
        (("Điện lưới", "Có"), "grid_power"), (("Điện lưới", "Không"), "no_grid_power"),
        (("Điện lưới quốc gia", "(x)"), "grid_power"), (("Số hộ", "Tổng số"), "households"),
        (("Vĩ độ", "Phút"), "latitude_minutes"), (("Kinh độ", "Giây"), "longitude_seconds"),
        (("Hiện trạng", "Trắng sóng"), "signal_none"), (("Thôn ĐBKK", "Không"), "not_difficult"),
        (("Số hộ", "Hộ nghèo"), None), (("Hiện trạng sóng", "Viettel"), None),
        (("Khu vực", "III"), None),
    ],
)  # fmt: skip
def test_headers_under_a_parent(parts, field):
    assert field_of(*parts) == (Field(field) if field else None)


def test_no_header_means_two_fields():
    keys = [header_key(text) for phrases in EXACT.values() for text in phrases.split(";")]
    twice = {key for key in keys if key and keys.count(key) > 1}
    assert {
        key for key in twice
        if len({field for field, texts in EXACT.items() if key in map(header_key, texts.split(";"))}) > 1
    } == set()  # fmt: skip
    for key, field in plain_headers().items():
        fields = {
            other for known, other in exact_headers().items() if without_accents(known) == key
        }
        assert len(fields) <= 1 or field in fields


def test_every_mapping_name_is_a_field():
    assert mapping_of(["D=households", "Cột E = Số khẩu", "Số = nhà=village"]) == {
        "D": "households", "Cột E": "population", "Số = nhà": "village",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("D", "unreadable"),
        ("=households", "unreadable"),
        ("D=", "unreadable"),
        ("D=foo", "unknown"),
    ],
)
def test_a_mapping_that_says_nothing_is_refused(said, rule):
    with pytest.raises(InputRefused) as refused:
        mapping_of([said])
    assert rules(refused.value) == [f"column.mapping_{rule}"]


def test_two_columns_for_one_fact_are_told():
    rows = [
        ["STT", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Tổng số hộ", "Số hộ cần phủ sóng"],
        [1, A, "Bản Một", *point(A), 120, 33],
    ]
    found = report(rows)
    assert found.rows[0].households == 33
    assert rules(found) == ["column.several"]
    assert "F “Tổng số hộ”" in found.findings[0].message()


def test_both_halves_under_one_heading_without_names():
    rows = [
        ["STT", "Xã", "Thôn", "Tọa độ", "", "Số hộ"],
        [1, A, "Bản Một", *point(A, 1), 50], [2, A, "Bản Hai", *point(A, 2), 50],
        [3, A, "Bản Ba", *reversed(point(A, 3)), 50],
    ]  # fmt: skip
    found = report(rows, merged=[(1, 1, 3, 4)])
    assert [r.status for r in found.rows] == ["accepted"] * 3
    assert [rules(r) for r in found.rows] == [[], [], ["coordinate.swapped"]]


def test_column_numbers():
    assert is_column_numbers(["(1)", "(2)", "(3)", "(4)"])
    assert is_column_numbers(["A", "B", 1.0, 2.0, 3.0])
    assert is_column_numbers(["1", "2", "3", "5", "(6)=(4)+(5)"])
    assert not is_column_numbers(row(1, A, "Bản Một"))
    assert not is_column_numbers([22, 104, 50])
    assert not is_column_numbers(["1", A])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["UBND TỈNH ĐẮK LẮK", "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "(Kèm theo Công văn số 112/SKHCN-BCVT ngày 15/01/2026)"],
         ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", "112/SKHCN-BCVT", "2026-01-15", None)),
        (["PHỤ LỤC 2", "DANH SÁCH THÔN LÕM SÓNG QUÝ IV/2025",
          "(Ban hành kèm theo Báo cáo số: 45 /BC-SKHCN ngày 05 tháng 01 năm 2026)"],
         (None, "45/BC-SKHCN", "2026-01-05", "2025-Q4")),
        (["ỦY BAN NHÂN DÂN XÃ TÂN AN", "BÁO CÁO THÁNG 10 NĂM 2025"],
         ("ỦY BAN NHÂN DÂN XÃ TÂN AN", None, None, "2025-10")),
        (["DANH SÁCH CÁC THÔN NĂM 2026"], (None, None, None, "2026")),
        (["Bảng 6 tháng cuối năm 2025"], (None, None, None, "2025-H2")),
        (["(Kèm theo Tờ trình số 7/2026/TTr-UBND ngày 31/02/2026)"], (None, "7/2026/TTr-UBND", None, None)),
        ([], (None, None, None, None)),
    ],
)  # fmt: skip
def test_letterheads(texts, expected):
    read = read_letterhead(texts)
    assert (read.agency, read.document_number, read.document_date, read.period) == expected


def test_the_period_may_stand_in_a_note_below():
    read = read_letterhead(["DANH SÁCH"], ["Ghi chú: số liệu rà soát đến ngày 10/01/2026"])
    assert read.period == "..2026-01-10"


def test_a_plain_file_has_no_letterhead():
    assert report([HEADER, row(1, A, "Bản Một")]).form["document_number"] is None
