"""The kind of unit written before a place's name: xã, phường, huyện, tỉnh and their short forms."""

from __future__ import annotations

import re

from coverage.vietnamese.letters import nfc, without_invisible

_FULL = {
    "thị trấn": "thị trấn", "thị tứ": "thị tứ", "thị xã": "thị xã", "đặc khu": "đặc khu",
    "thành phố": "thành phố", "huyện đảo": "huyện", "huyện": "huyện", "quận": "quận",
    "phường": "phường", "xã": "xã", "tỉnh": "tỉnh",
}  # fmt: skip
_SHORT = {
    "ttr": "thị trấn", "tt": "thị trấn", "tx": "thị xã", "tp": "thành phố", "đk": "đặc khu",
    "h": "huyện", "q": "quận", "p": "phường", "x": "xã", "t": "tỉnh",
}  # fmt: skip
_FULL_BEFORE = re.compile(
    rf"({'|'.join(_FULL).replace(' ', '[ ]+')})(?:[\s:.]+|$)(.*)", re.IGNORECASE | re.DOTALL
)
_SHORT_BEFORE = re.compile(
    r"(ttr|t\.?t|t\.?x|t\.?p|đ\.?k|[hqpxt])"  # the letters
    r"(?:\s*\.\s*|(?<=..)\s+|(?=\d)|(?<=[pq])\s+(?=\d))"  # "X.", "TP Huế", "P5", "P 5", not "H Leo"
    r"(\S.*)",
    re.IGNORECASE | re.DOTALL,
)


def strip_unit_prefix(text: str) -> tuple[str | None, str]:
    """Return the unit's kind in lower case (None when none is written) and the bare name.

    ``"Xã Mường Nhé"`` gives ``("xã", "Mường Nhé")``, ``"TX. Sa Pa"`` gives
    ``("thị xã", "Sa Pa")``, ``"P5"`` gives ``("phường", "5")``, ``"Mường Nhé"`` gives
    ``(None, "Mường Nhé")``.
    """
    name = " ".join(without_invisible(nfc(text)).split())
    if found := _FULL_BEFORE.fullmatch(name):
        return _FULL[" ".join(found[1].lower().split())], found[2].strip()
    if found := _SHORT_BEFORE.fullmatch(name):
        return _SHORT[found[1].lower().replace(".", "")], found[2].strip()
    return None, name
