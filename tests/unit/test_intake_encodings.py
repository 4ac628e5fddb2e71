"""Bytes to text: every encoding an office sends, and good text left as it is."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.errors import InputRefused
from coverage.intake.encodings import decode
from tests.unit.typed import to_tcvn3, to_vni

TEXT = (
    "STT;Tỉnh;Xã;Thôn/Bản;Vĩ độ;Số hộ;Điện lưới\n"
    "1;Hà Tĩnh;Xã Cẩm Hưng;Khuổi Phìn;18.079518;63;Có\n"
    "2;Hà Tĩnh;Phường Nam Hồng Lĩnh;Trù Lủng Dưới;18.5;12;Không\n"
    "3;Đắk Nông;Xã Đắk R’Lấp;Buôn Krông;12°01'02\";7;Có\n"
)
ANSI = TEXT.replace("’", "'")


def to_1258(text: str) -> bytes:
    """Windows-1258 as Windows writes it: letters with their hats, tones apart."""
    out = bytearray()
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = [c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323"]
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
        out += base.encode("cp1258") + "".join(tones).encode("cp1258")
    return bytes(out)


@pytest.mark.parametrize(
    ("data", "encoding", "rules"),
    [
        (TEXT.encode(), "utf-8", []),
        (TEXT.encode("utf-8-sig"), "utf-8-sig", []),
        (TEXT.encode("utf-16"), "utf-16-le", ["text.utf16"]),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be", ["text.utf16"]),
        (TEXT.encode("utf-16-le"), "utf-16-le", ["text.utf16"]),
        (TEXT.encode("utf-16-be"), "utf-16-be", ["text.utf16"]),
        (TEXT.encode("utf-32"), "utf-32-le", ["text.utf16"]),
        (unicodedata.normalize("NFD", TEXT).encode(), "utf-8", ["text.decomposed"]),
        (to_1258(TEXT), "windows-1258", ["text.windows_1258"]),
        (to_tcvn3(ANSI).encode("latin-1"), "tcvn3", ["text.tcvn3"]),
        (to_vni(TEXT).encode("cp1252"), "vni", ["text.vni"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_encoding_is_recognised(data, encoding, rules):
    decoded = decode(data, "ds.csv")
    assert decoded.text.replace("’", "'") == ANSI
    assert decoded.encoding == encoding
    assert [told.rule for told in decoded.findings] == rules


def test_tcvn3_capitals_of_the_full_standard():
    text = "ỦY BAN NHÂN DÂN, CỘNG HÒA, ẤP ĐÔNG, Ứng Hoè, xã Ổ Đào"
    vn1 = {"Ủ": 0x9E, "Ộ": 0x97, "Ò": 0x92, "Ấ": 0xC4, "Ứ": 0x11, "Ổ": 0xE0}
    raw = b"".join(bytes([vn1[c]]) if c in vn1 else to_tcvn3(c).encode("latin-1") for c in text)
    decoded = decode(raw * 3, "ds.csv")
    assert decoded.text == text * 3


def test_utf8_taken_for_western_and_saved_again_is_restored():
    western = "".join(
        chr(byte) if byte in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else bytes([byte]).decode("cp1252")
        for byte in TEXT.encode("utf-8-sig")
    )
    decoded = decode(western.encode(), "ds.csv")
    assert decoded.text == TEXT
    assert [told.rule for told in decoded.findings] == ["text.encoded_twice"]


def test_lost_letters_are_told_and_links_are_not():
    decoded = decode("Xã M??ng Nhé\nX? xa;T?nh;http://maps?q=1,2\n".encode(), "ds.csv")
    (told,) = decoded.findings
    assert told.rule == "text.letters_lost"
    assert told.facts["count"] == "2"
    assert told.facts["lines"] == "1"
    assert decode(b"ok? yes;http://a/b?c=1\n", "ds.csv").findings == ()


def test_a_few_damaged_letters_do_not_change_the_encoding():
    decoded = decode(TEXT.encode()[:-9] + b"\xe1\xba\n" + TEXT.encode(), "ds.csv")
    assert decoded.encoding == "utf-8"
    assert [told.rule for told in decoded.findings] == ["text.letters_lost"]


def test_nuls_are_left_out_and_told():
    decoded = decode(b"a;b\0\0\n1;2\n" * 9, "ds.csv")
    assert decoded.text == "a;b\n1;2\n" * 9
    assert decoded.findings[0].rule == "text.nul_bytes"


def test_text_of_no_known_encoding_is_refused():
    with pytest.raises(InputRefused) as refused:
        decode(TEXT.encode("cp037", "replace").translate(bytes(255 - b for b in range(256))), "x")
    assert refused.value.findings[0].rule == "text.undecodable"


@given(st.binary(max_size=300))
def test_any_bytes_become_composed_text_or_a_refusal(data):
    with contextlib.suppress(InputRefused):
        decoded = decode(data, "x")
        assert unicodedata.is_normalized("NFC", decoded.text)
        assert "\0" not in decoded.text


@given(st.text(max_size=200))
def test_unicode_text_is_never_changed_beyond_composition(text):
    data = text.encode("utf-8", "ignore")
    decoded = decode(b"\xef\xbb\xbf" + data, "x")
    if "text.encoded_twice" not in [told.rule for told in decoded.findings]:
        composed = unicodedata.normalize("NFC", data.decode())
        assert decoded.text == unicodedata.normalize("NFC", composed.replace("\0", ""))
