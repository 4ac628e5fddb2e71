"""VNI-Windows: Vietnamese typed for fonts such as VNI-Times, a plain letter and then its marks."""

from __future__ import annotations

import re
import unicodedata

_MARKS_AFTER_A = dict(zip("ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ", strict=True))
_MARKS_AFTER = {
    "a": _MARKS_AFTER_A,
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
}
_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_TABLE = dict(_ALONE)
for _letter, _marks in _MARKS_AFTER.items():
    _TABLE |= {_letter + _mark: whole for _mark, whole in _marks.items()}
_TABLE |= {
    letters[0].upper() + mark: whole.upper()
    for letters, whole in _TABLE.items()
    for mark in {letters[1:], letters[1:].upper()}
} | {letters[0] + letters[1:].upper(): whole for letters, whole in _TABLE.items()}

_CODES = re.compile(
    "|".join(f"[{b}{b.upper()}][{''.join(m)}{''.join(m).upper()}]" for b, m in _MARKS_AFTER.items())
    + f"|[{''.join(_ALONE)}{''.join(_ALONE).upper()}]"
)


def from_vni(text: str) -> str:
    """Return ``text`` that was typed in VNI-Windows as Unicode; other characters stay."""
    return unicodedata.normalize("NFC", _CODES.sub(lambda code: _TABLE[code[0]], text))
