"""TCVN3 (ABC): Vietnamese typed for fonts such as .VnTime, seen here as Latin-1 characters.

The table is TCVN 5712:1993, sets VN2 and VN1: VN3, the one fonts use, is the part from 0xA1
without tone-marked capitals. Converters also write VN1's capitals, in control positions.
"""

from __future__ import annotations

import re

from coverage.vietnamese.letters import nfc

_FROM_A1 = "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
_FROM_80 = "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
_CONTROLS = dict(zip((1, 2, 4, 5, 6, *range(17, 24)), "ÚỤỪỬỮỨỰỲỶỸÝỴ", strict=True))
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}  # in cp1252
_VN1_ONLY = "ẰẲẴẮẦẨẪẤỀỂỄẾỒỔỖỐ"

LETTERS = {
    0xA1 + place: letter for place, letter in enumerate(_FROM_A1) if letter not in _VN1_ONLY
}  # VN3 and the combining marks
_CAPITALS = (
    {0xA1 + place: letter for place, letter in enumerate(_FROM_A1) if letter in _VN1_ONLY}
    | {0x80 + place: letter for place, letter in enumerate(_FROM_80)}
    | _CONTROLS
)
_VN1_SIGN = re.compile(  # what stands before a letter in VN1 only, not in VN3 with punctuation
    "[€ƒ†‡ˆ‰ŠŒŽ˜™šœžŸ](?=[A-Za-z¡-ÿ])"  # noqa: RUF001 - as cp1252 shows bytes
    "|(?<!\\d)[\xaf\xbf-\xc5\xcd\xd9-\xdb\xe0\xf0\xff](?=[A-Za-z¡-ÿ])"
    "|[\x01\x02\x04-\x06\x11-\x17](?=[A-Za-z¡-ÿ])"
)
_SHOWN = {ord(bytes([b]).decode("cp1252")): b for b in range(0x80, 0xA0) if b not in _UNDEFINED}
_BETWEEN_CAPITALS = re.compile(
    "(?<=[A-Z¡-§])[‘“”•–—…‚„‹›](?=[A-Z¡-§])"  # noqa: RUF001 - ’ stays, for M’DRẮK
)
_ALL = LETTERS | _CAPITALS
_SIGN = re.compile(  # 22°37, 21º15 and m² are no letters of VN1
    "((?<![aeiouyAEIOUY¡-¦¨-\u00ad])[°±²³\u00b4]|(?<![A-Za-zµ-ÿ])[º¿¯])"
)
_SHOUTED = re.compile(r"[^\W\d_]{2,}")


def from_tcvn3(text: str, *, capitals: bool = False) -> str:
    """Return ``text`` that was typed in TCVN3 as Unicode; other characters stay.

    ``capitals``: the font was one of those that show lower-case codes as capitals (.VnTimeH).
    A word in capitals gets its accented letters as capitals too, for which TCVN3 has no codes.
    """
    letters = "".join(
        part if place % 2 else part.translate(_ALL) for place, part in enumerate(_SIGN.split(text))
    )
    letters = nfc(letters)
    return letters.upper() if capitals else _SHOUTED.sub(_with_capitals, letters)


def capitals_of_vn1(text: str) -> str:
    """Return ``text``, bytes read as cp1252, with VN1's capitals where cp1252 has other signs.

    Text that holds a sign of VN1 has no punctuation of cp1252. In other text, a dash or an
    opening quote between two capitals is one of VN1's, and all else stays.
    """
    if _VN1_SIGN.search(text):
        return text.translate(_SHOWN)
    return _BETWEEN_CAPITALS.sub(lambda sign: chr(_SHOWN[ord(sign[0])]), text)


def _with_capitals(found: re.Match[str]) -> str:
    word = found[0]
    capitals = sum(map(str.isupper, word))
    shouted = capitals > 1 and not any("a" <= letter <= "z" for letter in word)
    return word.upper() if shouted else word
