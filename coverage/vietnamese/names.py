"""Keys under which two spellings of one name, or of one column header, are the same."""

from __future__ import annotations

import functools
import re

from coverage.vietnamese.letters import nfc, tone_and_rest, without_invisible

_D_STROKE = str.maketrans({"\u00f0": "đ", "\u0256": "đ"})  # ð of Latin-1, ɖ of the African letters
_APOSTROPHES = re.compile("['’‘`´ʼʹ′‛]")  # noqa: RUF001 - these are the ones people type
_DASHES_AND_SPACES = re.compile(r"[\s_\-‐‑‒–—―−]+")  # noqa: RUF001 - these are the ones people type
_NOT_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W\d_]+")
_LEADING_ZERO = re.compile(r"(?<!\d)0+(?=\d)")
_I_FOR_Y = re.compile(r"([bcdđghklmnpqrstvx]|qu)i")
_C_FOR_K = re.compile(r"c(?=[aăâoôơuư])")


@functools.lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """Return the key by which place names are compared; accents are kept.

    Made equal: composed and decomposed letters, letter case, where the tone mark stands
    (Hoà, Hòa), Đ Ð Ɖ, apostrophes of any kind or none (M'Drắk, M’Drắk, MDrắk), dashes and
    spaces, i and y after a consonant (Mĩ, Mỹ), Đắk, Đăk and Đắc, Kạn and Cạn, a leading zero
    (Phường 01). No two present communes of one province, and no two former communes of one
    district, become equal that were not so but for letter case.
    """
    return " ".join(key for word in text.split() if (key := _word_key(word))).strip(' .,;:"“”')


@functools.lru_cache(maxsize=65536)
def _word_key(word: str) -> str:
    """The key of what stands between two spaces: words repeat where whole names do not."""
    folded = without_invisible(nfc(word)).casefold().translate(_D_STROKE)
    spaced = _DASHES_AND_SPACES.sub(" ", _APOSTROPHES.sub("", folded)).strip()
    return _WORD.sub(lambda syllable: _syllable_key(syllable[0]), _LEADING_ZERO.sub("", spaced))


@functools.lru_cache(maxsize=65536)
def header_key(text: str) -> str:
    """Return the key by which column headers are compared with their synonyms.

    As :func:`name_key`, but only the tone's place is made equal, and every run of
    punctuation or spaces becomes one space.
    """
    folded = without_invisible(nfc(text)).casefold().translate(_D_STROKE)
    return _WORD.sub(lambda word: _tone_last(word[0]), _NOT_WORD.sub(" ", folded).strip())


def _tone_last(word: str) -> str:
    """A syllable with its tone mark moved to its end, so that its place does not matter."""
    if word.isascii():
        return word
    tone, rest = tone_and_rest(word)
    return rest + tone


def _syllable_key(word: str) -> str:
    tone, rest = ("", word) if word.isascii() else tone_and_rest(word)
    if _I_FOR_Y.fullmatch(rest):
        rest = rest[:-1] + "y"
    if rest.endswith(("ăk", "ăc")):
        rest, tone = rest[:-1] + "k", tone.replace("\u0301", "")
    if rest[0] == "c":
        rest = _C_FOR_K.sub("k", rest, count=1)
    return rest + tone
