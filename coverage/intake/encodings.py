"""Bytes of a text file to Unicode text: which encoding, and how that is known.

A file that is valid UTF-8 is UTF-8. Of any other, each likely encoding is tried, and the one
under which most accented words (two of three at least) are spelled as Vietnamese syllables is
taken; the whole file is decided at once. The font encodings TCVN3 and VNI travel as windows-1252 bytes here; inside
Unicode text they are undone column by column (fonts.py).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.vietnamese import capitals_of_vn1, from_tcvn3, from_vni, nfc, spelling

_MARKS = (  # longest first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOST = re.compile(r"[^\W\d_]\?+[^\W\d_]|\ufffd")
_WORD_AROUND = re.compile(r"[^\s,;|\"]*")
_TWICE = re.compile("[ÃÂÄÆ][\u0080-\u00bf\u0152-\u2122]|á[»º]")
_CONTROLS_AS_BYTES = {code: 0xDC00 + code for code in range(0x80, 0xA0)}
_SAMPLE = 4096
_ACCENTED = re.compile(r"[^\s,;|\"\d]*[^\x00-\x7f][^\s,;|\"\d]*")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text in NFC, the name of the encoding it was in, and what is to be said about it."""

    text: str
    encoding: str
    findings: tuple[Finding, ...] = ()


def decode(data: bytes, name: str) -> Decoded:
    """Return the text of ``data``; every repair is a finding that names the file ``name``.

    Raises:
        InputRefused: text.undecodable, where no encoding makes Vietnamese of it.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _of_unicode(data[len(mark) :], name, encoding, marked=True)
    if wide := wide_without_mark(data):
        return _of_unicode(data, name, wide, marked=False)
    nuls = data.count(0)
    found = [finding("text.nul_bytes", count=nuls)] if nuls else []
    decoded = _of_narrow(data.replace(b"\0", b"") if nuls else data, name)
    return Decoded(decoded.text, decoded.encoding, (*found, *decoded.findings))


def wide_without_mark(data: bytes) -> str | None:
    """Return the UTF-16 that a text without a mark is in: half of its bytes are zero, on one side."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or len(data) % 2:  # noqa: PLR2004 - two characters
        return None
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > pairs * 0.4 and even < pairs * 0.05:
        return "utf-16-le"
    if even > pairs * 0.4 and odd < pairs * 0.05:
        return "utf-16-be"
    return None


def _of_unicode(data: bytes, name: str, encoding: str, *, marked: bool) -> Decoded:
    """Text that says it is Unicode; a broken character becomes U+FFFD and is told."""
    text = data.decode(encoding, errors="replace")
    found = [] if encoding == "utf-8" else [finding("text.utf16", encoding=encoding.upper())]
    if nuls := text.count("\0"):
        text = text.replace("\0", "")
        found.append(finding("text.nul_bytes", count=nuls))
    decoded = _finished(text, name, encoding + ("-sig" if marked and encoding == "utf-8" else ""))
    return Decoded(decoded.text, decoded.encoding, (*found, *decoded.findings))


def _of_narrow(data: bytes, name: str) -> Decoded:
    """Text of single bytes or of UTF-8 without a mark."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _nearly_utf8(data, name) or _of_code_page(data, name)
    return _finished(text, name, "utf-8")


def _nearly_utf8(data: bytes, name: str) -> Decoded | None:
    """UTF-8 with a few damaged characters: what is whole must outweigh them by far."""
    text = data.decode("utf-8", errors="replace")
    whole = sum(map(len, _ACCENTED.findall(text)))
    broken = text.count("\ufffd")
    right, wrong = spelling(text)
    if right > 10 * broken and right > wrong and whole > broken:
        return _finished(text, name, "utf-8")
    return None


def _of_code_page(data: bytes, name: str) -> Decoded:
    """The encoding under which most accented words are syllables; two of three must be."""
    western = _windows_1252(data)
    readings: dict[str, Callable[[], str]] = {
        "windows-1258": lambda: nfc(data.decode("cp1258", errors="replace")),
        "tcvn3": lambda: from_tcvn3(capitals_of_vn1(western)),
        "vni": lambda: from_vni(western),
        "windows-1252": lambda: nfc(western),
    }
    best, best_text, best_right, best_wrong = "windows-1252", western, 0, 0
    for encoding, read in readings.items():
        text = read()
        right, wrong = spelling(text)
        if right - wrong > best_right - best_wrong or not best_right + best_wrong:
            best, best_text, best_right, best_wrong = encoding, text, right, wrong
    if best_right + best_wrong == 0:  # degree signs and the like, no accented word
        return _finished(nfc(western), name, "windows-1252")
    if best_right < 2 * best_wrong:
        first = _ACCENTED.search(western)
        raise InputRefused([
            finding(
                "text.undecodable",
                sample=first[0] if first else "",
                lines=_line_of(western, first.start() if first else 0),
            )
        ])  # fmt: skip
    return _finished(best_text, name, best)


def _windows_1252(data: bytes) -> str:
    """Every byte as Windows' western code page shows it; its five gaps as control characters."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="surrogateescape").translate(
            {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
        )


def _finished(text: str, name: str, encoding: str) -> Decoded:
    """The last repairs that any text may need, and what is to be said of its encoding."""
    found: list[Finding] = []
    if encoding in {"tcvn3", "vni", "windows-1258"}:
        rule = f"text.{encoding.replace('-', '_')}"
        words = _ACCENTED.findall(text)
        found.append(finding(rule, where=name, count=len(words), sample=", ".join(words[:3])))
    if once := _encoded_once(text):
        before, after = _ACCENTED.search(text), _ACCENTED.search(once)
        found.append(
            finding(
                "text.encoded_twice",
                before=before[0] if before else "",
                sample=after[0] if after else "",
            )
        )
        text = once
    if not unicodedata.is_normalized("NFC", text):
        composed = nfc(text)
        if encoding != "windows-1258":
            pairs = len(text) - len(composed)
            found.append(finding("text.decomposed", count=pairs))
        text = composed
    found.extend(_lost_letters(text))
    return Decoded(text, encoding, tuple(found))


def _encoded_once(text: str) -> str | None:
    """Text whose UTF-8 bytes were taken for windows-1252 and saved again, as it was before."""
    if _TWICE.search(text) is None:
        return None
    try:
        data = text.translate(_CONTROLS_AS_BYTES).encode("cp1252", "surrogateescape")
        once = data.decode("utf-8")
    except UnicodeError:
        return None
    (right, _), (right_before, _) = spelling(once), spelling(text)
    return once.removeprefix("\ufeff") if right > right_before else None


def _lost_letters(text: str) -> list[Finding]:
    """Words such as ``X?`` or ``M??ng`` whose letters a careless save has thrown away."""
    if "?" not in text and "\ufffd" not in text:
        return []
    words = [
        (word, found.start())
        for found in _LOST.finditer(text)
        if not set(word := _word_at(text, found.start())) & set("=/")  # a link has its own
    ]
    if not words:
        return []
    word, start = words[0]
    return [
        finding("text.letters_lost", count=len(words), sample=word, lines=_line_of(text, start))
    ]


def _word_at(text: str, place: int) -> str:
    """The word around a place, as far as a delimiter or 40 characters on each side."""
    before = _WORD_AROUND.match(text[max(place - 40, 0) : place][::-1])
    after = _WORD_AROUND.match(text[place : place + 40])
    return (before[0][::-1] if before else "") + (after[0] if after else "")


def _line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
