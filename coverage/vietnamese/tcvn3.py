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
_VN1_ONLY = "ẰẲẴẮẦẨẪẤỀỂỄẾỒỔỖỐ"

LETTERS = {
    0xA1 + place: letter for place, letter in enumerate(_FROM_A1) if letter not in _VN1_ONLY
}  # VN3 and the combining marks
_CAPITALS = (
    {0xA1 + place: letter for place, letter in enumerate(_FROM_A1) if letter in _VN1_ONLY}
    | {0x80 + place: letter for place, letter in enumerate(_FROM_80)}
    | _CONTROLS
)
_OPENS_A_WORD = "€ƒ†‡ˆ‰ŠŒŽ˜™šœžŸ"  # noqa: RUF001 - signs that no office writes before a letter
_PUNCTUATION = "‘“”•–—…‚„‹›"  # noqa: RUF001 - and those that it may write (’ is M’Drắk's)
_IN_WORD = "A-Z¡-§"  # capitals as TCVN3 codes
_VN1_CAPITAL = re.compile(
    f"[{_OPENS_A_WORD}](?=[A-Za-z¡-ÿ])|(?<=[{_IN_WORD}])[{_PUNCTUATION}](?=[{_IN_WORD}])"
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

    A dash or a curly quote becomes a capital only between two capitals; elsewhere it stays.
    """
    return _VN1_CAPITAL.sub(lambda sign: sign[0].encode("cp1252").decode("latin-1"), text)


def _with_capitals(found: re.Match[str]) -> str:
    word = found[0]
    capitals = sum(map(str.isupper, word))
    shouted = capitals > 1 and not any("a" <= letter <= "z" for letter in word)
    return word.upper() if shouted else word
