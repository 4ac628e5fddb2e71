"""Names are found however many marks are typed: against letters compared one by one."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.vietnamese import name_key
from coverage.vietnamese.letters import TONE_MARKS
from coverage.vietnamese.search import search_pattern, searchable

SYLLABLES = ["bản", "mường", "rào", "tre", "huổi", "lếch", "đường", "đồi", "mỹ", "hoà", "nậm", "cọ"]


def finds(typed, name):
    """As the database looks: in the key that is kept of a village, decomposed."""
    return re.search(search_pattern(typed), searchable(name_key(name))) is not None


@pytest.mark.parametrize(
    ("typed", "name", "found"),
    [
        ("muong", "Bản Mường", True), ("mương", "Bản Mường", True), ("MƯỜNG", "Bản Mường", True),
        ("mướng", "Bản Mường", False), ("mường", "Bản Mương", False), ("môong", "Bản Mường", False),
        ("hoà", "Xóm Hòa", True), ("hòa", "Xóm Hoà", True), ("hoá", "Xóm Hòa", False),
        ("my", "Xóm Mĩ", True), ("mỹ", "Xóm Mĩ", True), ("dak", "Buôn Đắk", True),
        ("đak", "Buôn Dak", False), ("r'lap", "Thôn R’Lấp", True), ("rlap", "Thôn R’Lấp", True),
        ("ban  muong 1", "Bản Mường 12", True), ("huoi-lech", "Bản Huổi Lếch", True),
        ("100%", "Bản 100%", True), (".*", "Bản Mường", False), ("", "Bản Mường", True),
        ("a(b[c", "Bản Mường", False), ("ngoc tha", "Ngọc Thạch", True),
    ],
)  # fmt: skip
def test_what_is_typed_must_be_there_and_no_more(typed, name, found):
    assert finds(typed, name) is found


@given(st.data())
def test_a_name_is_found_by_any_part_of_its_marks(data):
    words = data.draw(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4))
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    signs = unicodedata.normalize("NFD", " ".join(words[first : last + 1]))
    kept = "".join(
        sign for sign in signs if not unicodedata.combining(sign) or data.draw(st.booleans())
    )
    plain = kept.replace("đ", "d") if data.draw(st.booleans()) else kept
    assert finds(unicodedata.normalize("NFC", plain), " ".join(words))


@given(st.sampled_from(SYLLABLES), st.sampled_from(TONE_MARKS))
def test_another_tone_is_another_name(syllable, tone):
    bare = "".join(s for s in unicodedata.normalize("NFD", syllable) if s not in TONE_MARKS)
    typed = unicodedata.normalize("NFC", bare + tone)
    has = tone in unicodedata.normalize("NFD", syllable)
    assert finds(typed, f"Bản {syllable}") or not has
    if not has:
        assert not finds(typed, syllable)


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_pattern(text):
    re.compile(search_pattern(text))
