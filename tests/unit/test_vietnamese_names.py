"""Names that are the same get one key; names that differ keep different keys."""

from __future__ import annotations

import collections
import sqlite3
import unicodedata
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.vietnamese import (
    header_key,
    is_syllable,
    name_key,
    nfc,
    strip_unit_prefix,
    without_accents,
)

SAME = [
    ("Hoà", "Hòa"),
    ("Thuỷ Sơn", "Thủy Sơn"),
    ("XÃ TÂN HOÀ", "Xã Tân Hòa"),
    ("Đắk Nông", "Ðắk Nông"),  # U+00D0, the Icelandic letter of old keyboards
    ("Đắk Nông", "Ɖắk Nông"),
    ("Đắk Lắk", "Đăk Lăk"),
    ("Đắk Lắk", "Đắc Lắc"),
    ("M'Drắk", "M’Drăk"),
    ("Cư M`gar", "Cư MGar"),
    ("Ea H'Leo", "Ea H‘leo"),
    ("Bà Rịa – Vũng Tàu", "Bà Rịa-Vũng  Tàu"),
    ("Mĩ Quí", "Mỹ Quý"),
    ("Bắc Cạn", "Bắc Kạn"),
    ("Phường 01", "Phường 1"),
    ("Mường\u00a0Nhé ", "Mường Nhé"),
    (unicodedata.normalize("NFD", "Xã Thượng Nông"), "Xã Thượng Nông"),
]
DIFFERENT = [  # communes of one province each, but the last three
    ("Văn Lang", "Văn Lăng"),
    ("Cẩm Giang", "Cẩm Giàng"),
    ("Đồng Tiến", "Đông Tiến"),
    ("Sơn Hà", "Sơn Hạ"),
    ("Ba Tơ", "Ba Tô"),
    ("Lộc Thạnh", "Lộc Thành"),
    ("Thanh An", "Thạnh An"),
    ("Mỹ Tho", "Mỹ Thọ"),
    ("Thuý", "Thúi"),
    ("Phường 1", "Phường 10"),
    ("Đa Kia", "Da Kia"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_share_a_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_keep_different_keys(one, other):
    assert name_key(one) != name_key(other)


def collisions(named: list[tuple[object, str]]) -> list[set[str]]:
    """Groups of one scope that differ by more than letter case and share a key."""
    groups = collections.defaultdict(set)
    for scope, name in named:
        groups[scope, name_key(name)].add(nfc(name).casefold())
    return [names for names in groups.values() if len(names) > 1]


def test_no_two_former_communes_of_a_district_share_a_key():
    data = resources.files("vietnamadminunits") / "data" / "dataset.db"
    with resources.as_file(data) as path:
        connection = sqlite3.connect(path)
        rows = connection.execute(
            "SELECT province, district, ward FROM admin_units_legacy"
        ).fetchall()
        connection.close()
    assert len(rows) > 10_000
    assert collisions([((p, d), w) for p, d, w in rows if w]) == []
    assert collisions([(p, d) for p, d, _ in rows if d]) == []
    assert collisions([(p, w) for p, _, w in rows if w]) == []


def test_no_two_present_communes_of_a_province_share_a_key(shared_data):
    import pyogrio  # noqa: PLC0415 - only this test needs it

    frame = pyogrio.read_dataframe(shared_data / "communes_2026-04-30.gpkg", read_geometry=False)
    assert len(frame) == 3321
    assert collisions(list(zip(frame.province_code, frame.name, strict=True))) == []
    assert [strip_unit_prefix(full)[1] for full in frame.full_name] == list(frame.name)


@given(st.text(alphabet="ăâêôơưđàảãáạòỏõóọ MmKkHhoaiy'’-0123", max_size=20))
def test_a_key_of_a_key_is_itself_and_forms_do_not_matter(text):
    key = name_key(text)
    assert name_key(unicodedata.normalize("NFD", text)) == key
    assert name_key(text.upper()) == key
    assert without_accents(name_key(key)) == without_accents(key)


@pytest.mark.parametrize(
    ("written", "unit", "name"),
    [
        ("Xã Mường Nhé", "xã", "Mường Nhé"),
        ("X. Mường Nhé", "xã", "Mường Nhé"),
        ("P.Tân Hoà", "phường", "Tân Hoà"),
        ("P5", "phường", "5"),
        ("Q. 1", "quận", "1"),
        ("TT Thác Bà", "thị trấn", "Thác Bà"),
        ("Thị  Xã Sa Pa", "thị xã", "Sa Pa"),
        ("T.X Sa Pa", "thị xã", "Sa Pa"),
        ("TP.Huế", "thành phố", "Huế"),
        ("ĐẶC KHU PHÚ QUÝ", "đặc khu", "PHÚ QUÝ"),
        ("H. Bắc Hà", "huyện", "Bắc Hà"),
        ("T. Lào Cai", "tỉnh", "Lào Cai"),
        ("tỉnh: Điện Biên", "tỉnh", "Điện Biên"),
        ("Ea H'Leo", None, "Ea H'Leo"),
        ("Tả Phìn", None, "Tả Phìn"),
        ("Xa Mát", None, "Xa Mát"),
        ("Quảng Phú", None, "Quảng Phú"),
        ("Pắc Ma", None, "Pắc Ma"),
        ("", None, ""),
    ],
)
def test_the_unit_before_a_name_is_split_off(written, unit, name):
    assert strip_unit_prefix(written) == (unit, name)


def test_headers_compare_without_punctuation_and_tone_place():
    assert header_key("Toạ  độ_(WGS84):") == header_key("TỌA ĐỘ WGS84")
    assert header_key("Thôn/Bản") == header_key("thôn, bản")
    assert header_key("Số hộ") != header_key("Sổ họ")


@pytest.mark.parametrize(
    "word", ["Nghiêng", "khuỷu", "Xã", "QUYẾT", "ơi", "giếng", "Oóc", "thuở", "Tuyên"]
)
def test_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Th«n", "Toâ", "Sè1", "Krông", "hoät", "báć", "mat", "Tãt", "VÜ"])
def test_not_syllables(word):
    assert not is_syllable(word)
