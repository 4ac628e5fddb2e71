"""Which font encoding a column or a file was typed in, judged by what its words spell.

Text typed for .VnTime or VNI-Times is stored as Latin-1 characters: "Tỉnh" is ``TØnh`` or
``Tænh``. Some of those characters are good Vietnamese as well, so no single word such as
``Xã`` may be decoded by itself (it would become "Xó"). What proves a font encoding is a word
that cannot be a Vietnamese syllable as it stands and is one when it is decoded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from coverage.vietnamese.letters import is_syllable
from coverage.vietnamese.tcvn3 import from_tcvn3
from coverage.vietnamese.vni import from_vni


class FontEncoding(StrEnum):
    """An encoding that only a font makes readable."""

    TCVN3 = "tcvn3"
    VNI = "vni"


DECODERS: dict[FontEncoding, Callable[[str], str]] = {
    FontEncoding.TCVN3: from_tcvn3,
    FontEncoding.VNI: from_vni,
}

_WORD = re.compile(r"[A-Za-z\u00a1-\u024f\u0300-\u0323\u1e00-\u1eff]+")
_LATIN_1 = re.compile(r"[A-Za-z\u00a1-\u00ff]+")
_ENOUGH = 4000  # words; more do not change the verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the words of a text prove.

    ``proven``: per encoding, how many words are misspelt as they stand and right when decoded;
    ``misspelt``: words of Latin-1 characters that are no Vietnamese syllables as they stand;
    ``unicode``: words that hold a Vietnamese letter outside Latin-1, so were typed in Unicode.
    """

    proven: dict[FontEncoding, int]
    misspelt: int
    unicode: int

    @property
    def encoding(self) -> FontEncoding | None:
        """The font encoding of the whole text, or None where the words do not prove one."""
        likelier = max(self.proven, key=lambda encoding: self.proven[encoding])
        words = self.proven[likelier]
        if words == 0 or words < self.unicode or words * 2 < self.misspelt:
            return None
        return likelier


def evidence(texts: Iterable[str]) -> Evidence:
    """Weigh the words of a column, or of a file; at most the first few thousand."""
    proven = dict.fromkeys(FontEncoding, 0)
    misspelt = unicode = words = 0
    for text in texts:
        if text.isascii():
            continue
        for found in _WORD.finditer(text):
            word = found[0]
            if word.isascii() or len(word) == 1:  # a lone sign such as · or § is no word
                continue
            words += 1
            if _LATIN_1.fullmatch(word) is None:
                unicode += 1
            elif not is_syllable(word):
                misspelt += 1
                for encoding, decode in DECODERS.items():
                    proven[encoding] += is_syllable(decode(word))
        if words > _ENOUGH:
            break
    return Evidence(proven, misspelt, unicode)


def spelling(text: str) -> tuple[int, int]:
    """Return how many accented words of ``text`` are Vietnamese syllables, and how many are not.

    At most the first few thousand words are judged.
    """
    right = wrong = 0
    for found in _WORD.finditer(text):
        word = found[0]
        if word.isascii() or len(word) == 1:
            continue
        if is_syllable(word):
            right += 1
        else:
            wrong += 1
        if right + wrong > _ENOUGH:
            break
    return right, wrong


def is_typed_in_unicode(text: str) -> bool:
    """Return whether ``text`` holds a Vietnamese letter that no font encoding can hold."""
    return any(ord(letter) > 0xFF and letter.isalpha() for letter in text)  # noqa: PLR2004


def encoding_of_font(name: str) -> tuple[FontEncoding, bool] | None:
    """Return the encoding a font's name stands for, and whether it shows capitals only."""
    folded = name.strip().lower().removeprefix("@")
    if folded.startswith(".vn"):
        return FontEncoding.TCVN3, folded.endswith("h") and not folded.endswith("tech")
    if folded.startswith(("vni-", "vni ")):
        return FontEncoding.VNI, False
    return None
