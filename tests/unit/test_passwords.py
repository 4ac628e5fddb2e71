"""Passwords and logins: what is taken, what is refused and by which reason."""

import unicodedata
from contextlib import nullcontext, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.errors import Conflict
from coverage.passwords import check_password, login_of, name_of, one_spelling

LOGIN, NAME = "van.an", "Nguyễn Văn An"


@pytest.mark.parametrize(
    "wanted",
    ["bản rào tre mất sóng từ tết", "correct horse battery", "7f0c-91ee-b52a-44", "Phusong cần ba trạm mới"],
)  # fmt: skip
def test_a_long_password_of_ones_own_is_taken(wanted):
    check_password(wanted, LOGIN, NAME)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("ngắn", "too_short"),
        ("e\u0302\u0301" * 6, "too_short"),  # six letters, however they are composed
        ("x" * 201, "too_long"),
        ("nguyenvanan1", "too_easy"),
        ("Nguyễn Văn An 2026", "too_easy"),
        ("van.an.van.an", "too_easy"),
        ("MatKhau@123456", "too_easy"),
        ("phusong@2026!!", "too_easy"),
        ("Phủ Sóng 2026 ...", "too_easy"),
        ("aaaaaaaaaaaaaaaa", "too_easy"),
        ("121212121212", "too_easy"),
        ("qwertyuiop123", "too_easy"),
        ("0987654321098", "too_easy"),
        ("            ", "too_easy"),
    ],
)
def test_what_everybody_would_guess_is_refused(wanted, reason):
    with pytest.raises(Conflict) as refused:
        check_password(wanted, LOGIN, NAME)
    assert refused.value.facts["reason"] == reason


@given(st.text(min_size=20, max_size=60).filter(lambda text: len(set(text.lower())) > 15))
def test_no_rule_on_composition(wanted):
    """Whatever is long and varied is taken, in any script; signs alone are no words."""
    letters = {each for each in one_spelling(wanted) if each.isalnum()}
    with nullcontext() if len(letters) > 14 else suppress(Conflict):
        check_password(wanted, "x", "Y")


@given(st.text())
def test_two_ways_of_typing_are_one_password(text):
    apart = unicodedata.normalize("NFD", text)
    assert one_spelling(apart) == one_spelling(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("wrong", ["", " ", "a b", "bản", "a/b", "x" * 65, ".a", "a\x00", "á"])
def test_a_login_is_plain(wrong):
    with pytest.raises(Conflict):
        login_of(wrong)
    assert login_of(" Can.Bo@42 ") == "can.bo@42"


@pytest.mark.parametrize("wrong", ["", " \n ", "x" * 121, "a\x00b"])
def test_a_name_is_something(wrong):
    with pytest.raises(Conflict):
        name_of(wrong)
    assert name_of("  Lò   Thị Thử ") == "Lò Thị Thử"
