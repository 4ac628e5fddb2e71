"""Looking for a name as people type it: what marks they type must be there, others may be.

The pattern is for text in decomposed form (NFD), and reads the same to Python and to PostgreSQL.
"""

from __future__ import annotations

import re
import unicodedata

from coverage.vietnamese.letters import TONE_MARKS, without_invisible
from coverage.vietnamese.names import name_key

_SHAPES = "\u031b\u0302\u0306"  # horn, circumflex, breve: they make another letter
_MARKS = f"[{TONE_MARKS}{_SHAPES}]*"
_DASHES = re.compile(r"[\s\u2010-\u2015_-]+")
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`\u00b4]")
_EITHER = {"d": "[dđ]", "i": "[iy]", "y": "[iy]"}


def search_pattern(text: str) -> str:
    """Return a regular expression that finds ``text`` inside a decomposed, lower-case name.

    ``ban muong`` finds Bản Mường, ``bản mương`` too, ``bản mướng`` does not. Where the tone stands
    (Hoà, Hòa), i or y, letter case, dashes and apostrophes make no difference. Empty text finds
    everything.
    """
    ways = dict.fromkeys(_pattern(each) for each in (text, name_key(text)))
    return "|".join(way for way in ways if way)


def searchable(text: str) -> str:
    """Return a name in the form that :func:`search_pattern` is for."""
    folded = _APOSTROPHES.sub("", without_invisible(unicodedata.normalize("NFC", text)).casefold())
    return unicodedata.normalize("NFD", " ".join(_DASHES.sub(" ", folded).split()))


def _pattern(text: str) -> str:
    return " ".join(map(_word, searchable(text).split()))


def _word(word: str) -> str:
    tones = "".join(f"(?=\\S*{mark})" for mark in TONE_MARKS if mark in word)
    letters: list[str] = []
    for sign in word:
        if sign in TONE_MARKS:
            continue
        if sign in _SHAPES:
            letters.append(f"{sign}{_MARKS}")
        else:
            letters.append(f"{_letter(sign)}{_MARKS}")
    return tones + "".join(letters)


def _letter(sign: str) -> str:
    if sign in _EITHER:
        return _EITHER[sign]
    return sign if sign.isalnum() or not sign.isascii() else f"\\{sign}"
