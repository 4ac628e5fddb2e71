"""Which passwords and logins are taken: long, in one spelling, and not what anybody would guess first.

Nothing is asked about capitals, digits or signs: length keeps guessers out, such rules only make
people write passwords down (NIST SP 800-63B, section 3.1.1.2).
"""

from __future__ import annotations

import re

from coverage.errors import Conflict
from coverage.vietnamese.letters import nfc, without_accents

PASSWORD_LENGTH = 12  # characters; the shortest password a person may choose
LONGEST_PASSWORD = 200  # characters; Argon2 need not chew on more
LONGEST_NAME = 120  # characters of a full name or of an organisation's
_LEFT = 4  # different characters that must stay when all that is obvious is taken away
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
# What guessers try first, in plain letters, with runs of a keyboard and of the alphabet.
_OBVIOUS = (
    "matkhau", "password", "passw0rd", "phusong", "vungphu", "lomsong", "vienthong", "cucvienthong",
    "mobifone", "vinaphone", "viettel", "vietnam", "quantri", "administrator", "admin", "letmein",
    "welcome", "xinchao", "iloveyou", "anhyeuem", "hochiminh", "hanoi", "saigon", "abcdefghijklmnop",
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890", "09876543210", "1q2w3e4r5t", "abcd", "qwerty",
    "asdf", "1234", "4321", "abc", "123", "321",
)  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")


def one_spelling(password: str) -> str:
    """Return a password in the one form that is hashed: keyboards compose Vietnamese in two ways."""
    return nfc(password)


def check_password(wanted: str, login: str, full_name: str) -> None:
    """Refuse a password that is too short, or that is little more than a name or a habit.

    Raises:
        Conflict: ``too_short``, ``too_long`` or ``too_easy``.
    """
    chosen = one_spelling(wanted)
    if len(chosen) < PASSWORD_LENGTH:
        raise Conflict("password", "too_short", least=PASSWORD_LENGTH)
    if len(chosen) > LONGEST_PASSWORD:
        raise Conflict("password", "too_long", most=LONGEST_PASSWORD)
    rest = _plain(chosen)
    own = [_plain(login), _plain(full_name), *map(_plain, re.split(r"\W|_", login))]
    own += map(_plain, full_name.split())
    for piece in sorted({each for each in (*own, *_OBVIOUS) if len(each) > 1}, key=len)[::-1]:
        rest = rest.replace(piece, "")
    if len(set(_YEAR.sub("", rest))) < _LEFT:
        raise Conflict("password", "too_easy")


def login_of(text: str) -> str:
    """Return a new login in the form that is kept: lower case, plain letters, digits and ``._@+-``.

    Raises:
        Conflict: it has other characters, none or too many.
    """
    login = text.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Conflict("login", "login_unreadable")
    return login


def name_of(text: str, thing: str = "person") -> str:
    """Return a person's or an organisation's name in the form that is kept.

    Raises:
        Conflict: there is none, or it is too long.
    """
    name = " ".join(nfc(text).split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Conflict(thing, "name_unreadable")
    return name


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", without_accents(text).lower())
