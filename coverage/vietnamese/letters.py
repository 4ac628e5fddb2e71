"""Letters and syllables of written Vietnamese: composition, tone marks, what can be a syllable."""

from __future__ import annotations

import functools
import re
import unicodedata

TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_TONES = str.maketrans("", "", TONE_MARKS)
_STOP_TONES = "\u0301\u0323"  # a syllable ending in p, t, c or ch is sắc or nặng
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))

_ONSETS = "ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdđghklmnprstvx]"
_OPEN = (  # nuclei that end the syllable
    "iêu|yêu|oai|oay|oeo|uây|uôi|uyu|uya|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ưa"
    "|ui|ưi|ưu|uơ|uê|uy|oa|oe|[aeêioôơuưy]"
)
_CLOSED = "uyê|iê|yê|uô|ươ|uâ|oă|oa|oe|uê|uy|[aăâeêioôơuưy]"  # nuclei before a final consonant
_SYLLABLE = re.compile(
    f"(?:{_ONSETS})?(?:(?:{_OPEN})|(?:{_CLOSED})(?:(ch|p|t|c)|ng|nh|n|m)|oo(?:ng|c))"
)


def nfc(text: str) -> str:
    """Return ``text`` in composed form (NFC), the only form the program keeps."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def without_invisible(text: str) -> str:
    """Return ``text`` without zero-width characters and soft hyphens."""
    return text if text.isascii() else text.translate(_INVISIBLE)


def without_accents(text: str) -> str:
    """Return ``text`` with plain letters, for file names and for headers typed without accents.

    Place names are never compared in this form: ten pairs of communes collide in it.
    """
    if text.isascii():
        return text
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.translate({0x110: "D", 0xD0: "D", 0x189: "D", 0x111: "d", 0xF0: "d", 0x256: "d"})


def tone_and_rest(syllable: str) -> tuple[str, str]:
    """Return a syllable's tone marks, and the composed syllable without them."""
    parts = unicodedata.normalize("NFD", syllable)
    rest = parts.translate(_TONES)
    tones = "".join(c for c in parts if c in TONE_MARKS) if len(rest) < len(parts) else ""
    return tones, unicodedata.normalize("NFC", rest)


@functools.lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Return whether ``word`` is spelled as a Vietnamese syllable can be.

    The spelling rule only; names from other languages of the country (Krông, Đắk) do not obey it.
    """
    tone, rest = tone_and_rest(word.lower())
    found = _SYLLABLE.fullmatch(rest)
    if found is None or len(tone) > 1:
        return False
    return found[1] is None or (tone != "" and tone in _STOP_TONES)
