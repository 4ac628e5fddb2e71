"""Text as the old encodings hold it; TCVN3 by glibc's own table, so as not to share ours."""

from __future__ import annotations

import functools
import shutil
import subprocess
import unicodedata

HAS_ICONV = shutil.which("iconv") is not None
TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}  # huyền sắc ngã hỏi nặng

# VNI-Windows: a letter, then a mark that stands for breve or circumflex together with the tone.
_MARKS = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_CIRCUMFLEX = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_BREVE = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
_I = {"": "i", "\u0301": "í", "\u0300": "ì", "\u0309": "æ", "\u0303": "ó", "\u0323": "ò"}


def to_vni(text: str) -> str:
    """Return the text as VNI-Windows fonts need it."""
    return "".join(_vni_letter(letter) for letter in unicodedata.normalize("NFC", text))


def _vni_letter(letter: str) -> str:
    lower = letter.lower()
    if lower == "đ":
        made = "ñ"
    else:
        base, *marks = unicodedata.normalize("NFD", lower)
        tone = next((mark for mark in marks if mark in TONES), "")
        shape = next((mark for mark in marks if mark not in TONES), "")
        if base == "i" and lower != "i":
            made = _I[tone]
        elif base == "y" and tone == "\u0323":
            made = "î"
        elif shape == "\u0302":
            made = base + _CIRCUMFLEX[tone]
        elif shape == "\u0306":
            made = base + _BREVE[tone]
        elif shape == "\u031b":
            made = {"o": "ô", "u": "ö"}[base] + _MARKS.get(tone, "")
        elif tone:
            made = base + _MARKS[tone]
        else:
            made = lower
    return made if letter == lower else made.upper()


def to_tcvn3(text: str) -> str:
    """Return the text as TCVN3 (ABC) fonts need it: glibc's bytes, shown as Latin-1."""
    return "".join(map(_tcvn3_letter, _without_capital_tones(text)))


@functools.cache
def _tcvn3_letter(letter: str) -> str:
    """One letter; signs that the font lacks (°, ’) stay what Latin-1 or ASCII has for them."""
    done = subprocess.run(
        ["iconv", "-f", "UTF-8", "-t", "TCVN5712-1"],
        input=letter.encode(), capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        return {"’": "'"}.get(letter, letter)
    return done.stdout.decode("latin-1")


def _without_capital_tones(text: str) -> str:
    """TCVN3 fonts have no capital letters with tones: people type the small ones."""
    return "".join(
        letter.lower()
        if letter.isupper() and TONES & set(unicodedata.normalize("NFD", letter))
        else letter
        for letter in unicodedata.normalize("NFC", text)
    )


def to_cp1258(text: str) -> bytes:
    """Return the text as windows-1258 keyboards write it: the tone after its letter."""
    made = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in parts if mark in TONES)
        made.append(
            unicodedata.normalize("NFC", "".join(m for m in parts if m not in TONES)) + tone
        )
    return "".join(made).encode("cp1258")
