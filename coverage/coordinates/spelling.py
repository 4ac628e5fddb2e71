"""Typed text to runs of digits and the gaps between them, every spelling made one.

Degree, minute and second signs are written in a dozen ways (``º ⁰ ˚ o độ d``, ``’ phút m``,
``” ’’ giây s``), letters for north and east in two languages, labels in full or in short. After
:func:`spell` a text is digits, the signs ``° ′ ″``, one capital per word that means something
(``N E S W``, ``A`` for X and Y), and separators. What is not understood makes it None.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 300
MAX_RUNS = 16
MAX_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Spelt:
    """Digit runs, and one gap more than runs: before, between and after them."""

    runs: tuple[str, ...]
    gaps: tuple[str, ...]


_SIGNS = str.maketrans(
    {
        **dict.fromkeys("º⁰ᵒ˚°∘◦ₒ", "°"),
        **dict.fromkeys("’‘`´ʹʼ′＇‛'ˈ", "′"),  # noqa: RUF001 - the look-alikes are the point
        **dict.fromkeys('″“”"ˮ〃‟＂ʺ', "″"),  # noqa: RUF001
        **dict.fromkeys("−–—‒―‐‑﹣－", "-"),  # noqa: RUF001
        **dict.fromkeys("()[]{}=*•·", " "),
        **dict.fromkeys("\n\r\v\f\u2028\u2029~&|", ";"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
        "，": ",",  # noqa: RUF001
        "、": ",",
        "．": ".",  # noqa: RUF001
        "；": ";",  # noqa: RUF001
        "：": ":",  # noqa: RUF001
        "／": "/",  # noqa: RUF001
        "ð": "đ",
        "ɖ": "đ",
        "+": " ",
        "\t": ";",
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    },
)

# Words are matched without their accents, but đ stays apart from d: "đ" is east, "d" degrees.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"wgs[ -]?(?:19)?84|vn[ -]?2000|gps", " "),
    (r"utm(?: zone)? ?(?:4[89] ?n?)?", " "),
    (r"(?:kinh tuyen truc|ktt)[ :]*1[01][0-9](?:[°0 .]{1,3}[0-5][0-9])?°?′?", " "),
    (r"mui(?: chieu)?[ :]*[36][°0]?(?: ?[đd]o)?", " "),
    (r"to?a? ?[đd]o|vi tri|[đd]iem|coord(?:inate)?s?|location|mui(?: chieu)?|he", " "),
    (r"vi ?[đd]o(?: bac)?|vi tuyen(?: bac)?|vi bac|v[đd]|latitude|lat|northing", "N"),
    (r"kinh ?[đd]o(?: [đd]ong)?|kinh tuyen(?: [đd]ong)?|kinh [đd]ong", "E"),
    (r"k[đd]|longitude|long|lng|lon|easting", "E"),
    (r"bac|north|n|b", "N"),
    (r"[đd]ong|east|e|đ|l", "E"),
    (r"nam|south", "S"),
    (r"tay|west|w|t", "W"),
    (r"[đd]o|deg(?:rees?)?", "°"),
    (r"phut|ph|min(?:utes?)?", "′"),
    (r"giay|sec(?:onds?)?", "″"),
    (r"met|metres?|meters?", " "),
    (r"va|and", ";"),
    (r"x|y", "A"),
)
_WORD = re.compile(
    "|".join(
        f"(?P<w{place}>(?<![a-zđ])(?:{pattern})(?![a-zđ]))"
        for place, (pattern, _) in enumerate(_WORDS)
    ),
)
_DEGREE_LETTER = re.compile(r"(?<=[0-9]) ?[do] ?(?=[0-9])")
_LOST_DEGREE = re.compile(r"(?<=[0-9])[?\ufffd](?=[0-9])")
_MINUTE_LETTER = re.compile(r"(?<=[0-9]) ?[mp](?![a-zđ])")
_SECOND_LETTER = re.compile(r"(?<=[0-9]) ?[sg](?![a-zđ])")
_UNIT = re.compile(r"(?<=[0-9]) ?m(?![a-zđ])")
_EAST_LETTER = re.compile(r"(?<![a-zđ])d(?![a-zđ])")
_SOUTH_LETTER = re.compile(r"(?<![a-zđ])s(?![a-zđ])")
_STAR_DEGREE = re.compile(r"(?<=[0-9])\*(?=[0-9])")
_QUOTED_WORD = re.compile(r"[\"'“”]([A-Za-z]{1,12})[\"'“”](?=\s*:)")
_WKT = re.compile(
    r"\s*(?:SRID=\d{4,6};)?\s*POINT\s*(?:Z|M|ZM)?\s*\(\s*(-?[0-9.]{1,20})\s+(-?[0-9.]{1,20})"
    r"(?:\s+-?[0-9.]{1,20}){0,2}\s*\)\s*",
    re.IGNORECASE,
)
_GEOPOINT = re.compile(  # latitude, longitude, height, accuracy, as ODK and Kobo write them
    r"\s*(-?[0-9]{1,3}\.[0-9]{3,20}) (-?[0-9]{1,3}\.[0-9]{3,20}) -?[0-9]{1,5}(?:\.[0-9]{1,20})?"
    r" [0-9]{1,5}(?:\.[0-9]{1,20})?\s*"
)
_REMARK = re.compile(r"\([^()0-9]{0,80}\)")
_LABEL = re.compile(r"[^0-9:]{1,80}:([^:]*)")
_SPACES = re.compile(r"\s+")
_DOUBLE_MINUTE = re.compile(r"′ ?′")
_PARTS = re.compile(r"[0-9]+|[^0-9]+")


def spell(text: str) -> Spelt | None:
    """Return the runs and gaps of ``text``, or None when a word in it means nothing here."""
    if len(text) > MAX_CHARACTERS:
        return None
    without_remarks = _REMARK.sub(" ", _unwrapped(text))
    label = _LABEL.fullmatch(without_remarks)
    return _spell(without_remarks) or (_spell(label[1]) if label else None)


def _unwrapped(text: str) -> str:
    """The two numbers of what programs write: WKT, JSON, a phone form's point with its height."""
    if found := _WKT.fullmatch(text) or _GEOPOINT.fullmatch(text):
        return f"{found[1]} {found[2]}"
    return _STAR_DEGREE.sub("°", _QUOTED_WORD.sub(r"\1", text))


def _spell(text: str) -> Spelt | None:
    plain = _plain(text)
    plain = _WORD.sub(_symbol, _letters_as_signs(plain))
    plain = _SOUTH_LETTER.sub("S", _EAST_LETTER.sub("E", plain))
    plain = _DOUBLE_MINUTE.sub("″", _SPACES.sub(" ", plain))
    if re.search(r"[^0-9NESWA°′″ ;,.:/\-]", plain):
        return None
    parts = _PARTS.findall(plain.strip())
    runs = tuple(part for part in parts if part[0] in "0123456789")
    if not 0 < len(runs) <= MAX_RUNS or max(map(len, runs)) > MAX_DIGITS:
        return None
    if parts[0] == runs[0]:
        parts.insert(0, "")
    if parts[-1] == runs[-1] and len(parts) % 2 == 0:
        parts.append("")
    return Spelt(runs, tuple(parts[0::2]))


def without_accents(text: str) -> str:
    """Return ``text`` in lower case without combining marks; đ is a letter and stays."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _plain(text: str) -> str:
    return without_accents(text).translate(_SIGNS)


def _letters_as_signs(plain: str) -> str:
    """Turn single letters between digits into the signs that they stand for."""
    plain = _DEGREE_LETTER.sub("°", _LOST_DEGREE.sub("°", plain))
    if "°" not in plain and not re.search(r"[đd]o|deg", plain):
        return _UNIT.sub(" ", plain)
    return _SECOND_LETTER.sub("″", _MINUTE_LETTER.sub("′", plain))


def _symbol(match: re.Match[str]) -> str:
    return _WORDS[int((match.lastgroup or "w0")[1:])][1]
