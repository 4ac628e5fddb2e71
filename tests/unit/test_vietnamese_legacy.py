"""The font encodings: their tables against an oracle, and the evidence that decides."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.vietnamese import (
    FontEncoding,
    capitals_of_vn1,
    encoding_of_font,
    evidence,
    from_tcvn3,
    from_vni,
)
from tests.unit.typed import to_tcvn3, to_vni

HEADERS = [  # domain.md, 5.1
    ("Vĩ độ", "VÜ ®é", "Vó ñoä"),
    ("Kinh độ", "Kinh ®é", "Kinh ñoä"),
    ("Số hộ", "Sè hé", "Soá hoä"),
    ("Thôn/Bản", "Th«n/B¶n", "Thoân/Baûn"),
    ("Xã", "X·", "Xaõ"),
    ("Huyện", "HuyÖn", "Huyeän"),
    ("Tỉnh", "TØnh", "Tænh"),
    ("Tọa độ", "Täa ®é", "Toïa ñoä"),
]
GOOD = [
    "Xã Tân Hòa",
    "Xã Hà Vân, thôn Cò",
    "Ô Môn",
    "Xã Cát Tân",
    "Đắk R’Lấp · Krông Nô",
    "Plông, Hrê, Tóh",
    "Tọa độ 105°30′ – 21º15’",
    "«Bản Lá»",
    "Café Noël, Île-de-France",
    "x",
]
WORDS = (
    "Xã Mường Nhé, thị trấn Thác Bà, ấp Tân Thạnh, huyện Điện Biên Đông, Đắk R’Lấp, xóm Khuổi Phìn"
)


@pytest.mark.parametrize(("unicode", "tcvn3", "vni"), HEADERS)
def test_headers_in_both_encodings(unicode, tcvn3, vni):
    assert from_tcvn3(tcvn3) == unicode
    assert from_vni(vni) == unicode


@pytest.mark.skipif(shutil.which("iconv") is None, reason="the oracle is the system's iconv")
def test_the_tcvn3_table_is_that_of_iconv():
    for byte in [*range(1, 0x18), *range(0x80, 0x100)]:
        said = subprocess.run(
            ["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"],
            input=b"a" + bytes([byte]) + b"a", capture_output=True, check=True,
        )  # fmt: skip
        oracle = unicodedata.normalize("NFC", said.stdout.decode())
        assert from_tcvn3(f"a{chr(byte)}a") == oracle, hex(byte)


VOWELS = "aăâeêioôơuưy"
LETTERS = "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in VOWELS
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)


@given(st.text(alphabet=LETTERS + "đbcghkmnpqrstvx 0123,.-/()'", max_size=60))
def test_every_text_comes_back_from_both_encodings(text):
    assert from_tcvn3(to_tcvn3(text)) == text
    assert from_vni(to_vni(text)) == text


@given(st.text(alphabet=LETTERS.upper() + "ĐBCGHNT ", max_size=60))
def test_vni_keeps_capitals(text):
    assert from_vni(to_vni(text)) == text


def test_degrees_are_no_letters():
    assert from_tcvn3("VÜ ®é 22°37'45\"; 21º15 ± 5 m²") == "Vĩ độ 22°37'45\"; 21º15 ± 5 m²"


def test_tcvn3_capitals():
    assert from_tcvn3("TØNH §¾K L¾K") == "TỈNH ĐẮK LẮK"
    assert from_tcvn3("Bã Bãn") == "Bó Bón"
    assert from_tcvn3("x· t©n hßa", capitals=True) == "XÃ TÂN HÒA"
    assert from_tcvn3(capitals_of_vn1(bytes([0x48, 0x97, 0x49]).decode("cp1252"))) == "HỘI"
    assert capitals_of_vn1("M’Drắk “x” – 1") == "M’Drắk “x” – 1"


@pytest.mark.parametrize("text", GOOD)
def test_good_text_is_never_taken_for_a_font_encoding(text):
    assert evidence([text]).encoding is None


@pytest.mark.parametrize("wanted", FontEncoding)
def test_a_column_is_recognised_whole(wanted):
    encode = to_tcvn3 if wanted is FontEncoding.TCVN3 else to_vni
    column = [encode(word) for word in WORDS.split(", ")]
    assert evidence(column).encoding is wanted
    # A few cells typed in Unicode among them change nothing; a column of Unicode does.
    assert evidence([*column, "Hướng Hoá"]).encoding is wanted
    assert evidence([column[0], *WORDS.split(", ")]).encoding is None


def test_fonts():
    assert encoding_of_font(".VnTime") == (FontEncoding.TCVN3, False)
    assert encoding_of_font(".VnTimeH") == (FontEncoding.TCVN3, True)
    assert encoding_of_font("VNI-Times") == (FontEncoding.VNI, False)
    assert encoding_of_font("Times New Roman") is None
