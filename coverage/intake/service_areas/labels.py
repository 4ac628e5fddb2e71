"""What a service area says of itself in words: its technology, and whether it is weak."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from coverage.intake.document import Cell, shown
from coverage.towers import Technology
from coverage.vietnamese import header_key, without_accents

_NAMES = {
    Technology.G2: ("2g", "gsm", "gprs"),
    Technology.G3: ("3g", "umts", "wcdma", "hspa", "hspa+"),
    Technology.G4: ("4g", "4.5g", "lte", "lte-a", "volte"),
    Technology.G5: ("5g", "nr", "nsa"),
}
_OF_WORD = {word: technology for technology, words in _NAMES.items() for word in words}
_BANDS = re.compile(r"(lte|umts|wcdma|gsm|nr|[2345]g)\d{3,4}")  # LTE1800, 3G2100
_TOKENS = re.compile(r"[a-z0-9.+-]+")
_GENERATION = re.compile(r"(?<![0-9])([2345])g(?![a-z])")  # also inside a name: phu4g

STATUS_COLUMNS = frozenset(
    [
        "trang thai", "tinh trang", "status", "state", "hien trang", "ghi chu", "note", "notes",
        "remark", "remarks", "mo ta", "description", "name", "ten", "ten vung", "giai doan", "phase",
    ]
)  # fmt: skip
TECHNOLOGY_COLUMNS = frozenset(
    [
        "technology",
        "technologies",
        "tech",
        "techno",
        "rat",
        "cong nghe",
        "congnghe",
        "loai cong nghe",
        "cong nghe mang",
        "the he",
        "the he mang",
        "loai mang",
        "network type",
        "networktype",
        "generation",
        "radio",
        "cn",
    ]
)
LEVEL_COLUMNS = frozenset(
    [
        "muc",
        "muc do",
        "mucdo",
        "muc phu",
        "muc phu song",
        "muc song",
        "muc thu",
        "muc tin hieu",
        "level",
        "lvl",
        "rsrp",
        "rscp",
        "rxlev",
        "dbm",
        "cuong do",
        "cuong do tin hieu",
        "cuong do song",
        "chat luong",
        "chat luong song",
        "signal",
        "signal level",
        "strength",
        "signal strength",
        "class",
        "grade",
        "category",
        "coverage",
        "coverage level",
        "vung",
        "vung phu",
        "zone",
        "loai vung",
        "loai vung phu",
        "phan loai",
    ]
)
_ZONE_COLUMNS = frozenset({"vung", "vung phu", "zone", "loai vung", "loai vung phu"})

_NO_SERVICE = re.compile(
    r"khong (?:co )?(?:song|phu|phu song|dich vu|tin hieu)|ngoai vung|trang song|lom song|vung lom"
    r"|chua phu|no (?:coverage|service|signal)|not covered|uncovered|without coverage|outdoor none"
    r"|^(?:none|khong|no|nil|0|trang|lom)$"
)
_WEAK = re.compile(
    r"\b(?:weak|poor|edge|fringe|marginal|low|fair|yeu|kem|ria|bien|thap|trung binh)\b"
    r"|\b(?:vung|zone|area|muc do|muc|hang|cap)[ _-]*(?:2|3|ii|iii|b|c)\b|\b(?:vung|zone)[ _-]*hai\b"
)
_STRONG = re.compile(
    r"\b(?:strong|good|excellent|high|full|manh|tot|rat tot|cao|chac|on dinh|indoor|trong nha)\b"
    r"|\b(?:vung|zone|area|muc do|muc|hang|cap)[ _-]*(?:1|i|a)\b|\b(?:vung|zone)[ _-]*mot\b"
)
_PLANNED = re.compile(
    r"\b(?:du kien|quy hoach|ke hoach|planned|planning|proposed|future|sap phat song"
    r"|chua (?:phat song|lap dat|xay dung|trien khai|hoat dong))\b"
)
_NUMBER = re.compile(r"[-\u2212\u2013]\s*(\d{2,3}(?:[.,]\d+)?)")
_LOWEST_DBM, _HIGHEST_DBM = -160.0, -30.0


class Level(StrEnum):
    """How an operator rates a part of its service area."""

    STRONG = "strong"
    WEAK = "weak"
    NO_SERVICE = "no_service"  # drawn to say that there is none
    UNREAD = "unread"  # a word that says nothing we know


def key_of(text: str) -> str:
    """Return a heading or a word without accents, case and separators: ``Mức_độ`` is ``muc do``."""
    return header_key(without_accents(text.replace("_", " ").replace("-", " ")))


def technologies_in(text: str) -> tuple[Technology, ...]:
    """Return the technologies that a name speaks of: ``Vung_phu_4G``, ``LTE1800``, ``2G-3G``."""
    plain = without_accents(text).casefold().replace("_", " ").replace("/", " ")
    found = {Technology(f"{number}G") for number in _GENERATION.findall(plain)}
    for token in _TOKENS.findall(plain):
        for part in (token, *re.split(r"[-+.]", token)):
            band = _BANDS.fullmatch(part)
            word = band[1] if band else part
            if word in _OF_WORD:
                found.add(_OF_WORD[word])
    return tuple(sorted(found))


def technology_of(cell: Cell) -> tuple[Technology, ...]:
    """Return the technologies of a cell in a technology column: also a bare 2, 3, 4 or 5."""
    text = shown(cell).strip()
    if text in {"2", "3", "4", "5"}:
        return (Technology(f"{text}G"),)
    return technologies_in(text)


def level_of(cell: Cell, heading: str, weak_dbm: float) -> Level | None:
    """Return the level that a cell states below a heading; None for a blank one.

    A level in dBm is weak below ``weak_dbm``; of a range its lower end counts.
    """
    text = shown(cell).strip()
    if not text:
        return None
    if (lowest := _dbm(cell, text)) is not None:
        return Level.WEAK if lowest < weak_dbm else Level.STRONG
    plain = without_accents(text).casefold().replace("_", " ").strip()
    if key_of(heading) in _ZONE_COLUMNS and plain in {"1", "2", "3"}:
        return Level.STRONG if plain == "1" else Level.WEAK
    return level_in(plain)


def level_in(text: str) -> Level:
    """Return the level that a text's words state."""
    plain = " ".join(without_accents(text).casefold().replace("_", " ").split())
    if _NO_SERVICE.search(plain):
        return Level.NO_SERVICE
    if _WEAK.search(plain):
        return Level.WEAK
    return Level.STRONG if _STRONG.search(plain) else Level.UNREAD


def is_planned(text: str) -> bool:
    """Tell whether a text says of an area that it is not on air yet."""
    return bool(_PLANNED.search(" ".join(key_of(text).split())))


def column_named(headings: Sequence[str], names: frozenset[str]) -> int | None:
    """Return the place of the first heading that is one of ``names``."""
    return next((place for place, text in enumerate(headings) if key_of(text) in names), None)


def _dbm(cell: Cell, text: str) -> float | None:
    """The lowest level in dBm that a cell states, None when it states none."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell) if _LOWEST_DBM <= cell <= _HIGHEST_DBM else None
    numbers = [-float(found.replace(",", ".")) for found in _NUMBER.findall(text)]
    likely = [each for each in numbers if _LOWEST_DBM <= each <= _HIGHEST_DBM]
    return min(likely) if likely else None
