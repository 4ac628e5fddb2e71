"""A commune as people write it in a cell, a sheet's name or a title: without what surrounds it.

"UBND xã Quang Trung"                  Xã Quang Trung
"1. Phường Đồng Hới", "Xã xã Tây Sơn"  Phường Đồng Hới, Xã Tây Sơn
"18871 - Phường Đồng Sơn"              Phường Đồng Sơn and its code
"Xã Yên Thổ - Huyện Bảo Lâm"           Xã Yên Thổ and its district
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coverage.intake.roles import without_age
from coverage.vietnamese import strip_unit_prefix

DISTRICT_KINDS = frozenset({"huyện", "quận", "thị xã", "thành phố"})

_COMMITTEE = re.compile(r"^\s*(?:ubnd|hđnd|(?:ủy|uỷ) ban nhân dân|đảng ủy)\s+", re.IGNORECASE)
_ORDINAL = re.compile(
    r"^\s*(?:\d{1,3}(?:\.\d{1,2})*|[IVLC]{1,6}|X[IVXLC]{1,5}|[a-g])\s*[.)/]\s*(?=[^\W\d_])"
)
_TWICE = re.compile(r"^(xã|phường|thị trấn|đặc khu)\s+(?=\1\s)(?!phường đúc\b)", re.IGNORECASE)
_CODE_BEFORE = re.compile(r"^[\[(]?\s*(\d{4,5})\s*[\])]?\s*[-–—:._/]?\s*(?=[^\W\d_])")
_CODE_BEHIND = re.compile(r"\s*[-–—:/]?\s*[\[(]?\s*(\d{5})\s*[\])]?\s*$")
_CODE = re.compile(r"['’`\s]*(\d{3,5}|\d{3,5}\.0)['’`\s]*")
_PARTS = re.compile(r"\s*[,;/]\s*|\s+[-–—]\s+")
_IN_TITLE = re.compile(r"(?:^|(?<=[\s,(:–-]))(?:xã|phường|đặc khu|thị trấn)\s", re.IGNORECASE)
_ENDS_NAME = re.compile(r"[,;:()\n–]|\s-\s")
_MOST_WORDS = 8  # of a commune's name with its kind


@dataclass(frozen=True, slots=True)
class Written:
    """What a cell for a commune says: the bare words, a code, a district and a province."""

    name: str = ""
    code: str = ""
    district: str = ""
    province: str = ""


@functools.lru_cache(maxsize=20_000)
def written_commune(text: str) -> Written:
    """Return what a commune's cell says."""
    if alone := _CODE.fullmatch(text):
        return Written(code=alone[1].removesuffix(".0"))
    code = ""
    name = _COMMITTEE.sub("", _ORDINAL.sub("", text.strip()))
    for pattern in (_CODE_BEFORE, _CODE_BEHIND):
        if not code and (found := pattern.search(name)) and found[0] != name:
            code, name = found[1], pattern.sub("", name)
    name, district, province = _apart(name)
    return Written(without_age(_TWICE.sub("", name)).strip(" ;:.-–"), code, district, province)


def _apart(name: str) -> tuple[str, str, str]:
    """A commune's name, and the district and province written behind it."""
    first, *others = _PARTS.split(name)
    district = province = ""
    for part in others:
        kind = strip_unit_prefix(part)[0]
        if kind in DISTRICT_KINDS:
            district = district or part
        elif kind == "tỉnh":
            province = part
        else:
            return name, "", ""  # Phường Xuân Hương - Đà Lạt is one name
    return first, district, province


def written_code(text: str) -> str:
    """Return a commune's code as written, without quotes around it."""
    found = _CODE.fullmatch(text)
    return found[1] if found else text.strip(" '’`")


def commune_of_title(texts: Sequence[str], is_commune: Callable[[str], bool]) -> str:
    """Return the one commune of the province that a sheet's name or title names, or ""."""
    found: dict[str, str] = {}
    for text in texts:
        named = [text] if is_commune(strip_unit_prefix(text)[1]) else _named_in(text, is_commune)
        for name in named:
            found.setdefault(strip_unit_prefix(name)[1].casefold(), name)
    return next(iter(found.values())) if len(found) == 1 else ""


def _named_in(text: str, is_commune: Callable[[str], bool]) -> list[str]:
    """The communes that a title names with their kind: of words that may be one, the most."""
    found = []
    for start in _IN_TITLE.finditer(text):
        words = _ENDS_NAME.split(text[start.start() :], maxsplit=1)[0].split()[:_MOST_WORDS]
        for length in range(len(words), 1, -1):
            name = " ".join(words[:length])
            if is_commune(strip_unit_prefix(name)[1]):
                found.append(name)
                break
    return found
