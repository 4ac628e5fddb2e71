"""Looking for what must not be in a file, in every form that it could take there."""

from __future__ import annotations

import base64
import binascii
import bisect
import gzip
import html
import io
import re
import shutil
import struct
import subprocess
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator

DEEPEST = 4  # a ZIP in base64 in a page in a ZIP
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def layers(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield a file as it is and everything that is packed in it: parts, streams, encodings."""
    yield content
    if depth == DEEPEST:
        return
    for part in (*_parts(content), *_decoded(content)):
        yield from layers(part, depth + 1)


def _parts(content: bytes) -> Iterator[bytes]:
    if content[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    if content[:5] == b"%PDF-":
        yield from _inflated(_STREAM.findall(content))
        for options in ([], ["-layout"]) if shutil.which("pdftotext") else ():
            yield subprocess.run(
                ["pdftotext", *options, "-", "-"], input=content, capture_output=True, check=True
            ).stdout


def _decoded(content: bytes) -> Iterator[bytes]:
    """What base64 inside hides: a file or a text; other runs are hashes and pictures."""
    for run in _BASE64.findall(content):
        for decode in (base64.b64decode, base64.urlsafe_b64decode):
            try:
                found = decode(run + b"=" * (-len(run) % 4))
            except (ValueError, binascii.Error):
                continue
            if found[:2] in (b"x\x9c", b"x\xda"):
                yield from _inflated([found])
            elif found[:2] in (b"PK", b"%P", b"\x1f\x8b") or _is_text(found):
                yield found


def _inflated(streams: list[bytes]) -> Iterator[bytes]:
    for stream in streams:
        try:
            yield zlib.decompressobj().decompress(stream)
        except zlib.error:
            continue


def _is_text(content: bytes) -> bool:
    readable = sum(byte > 31 or byte in b"\t\r\n" for byte in content)
    return len(content) > 20 and readable > 0.95 * len(content)


def readings(packed: list[bytes]) -> Iterator[str]:
    """Yield every layer that has text, with what people and programs escape undone."""
    for layer in packed:
        if not (_is_text(layer[:4000]) or layer[:6] == b"SQLite"):
            continue
        text = layer.decode("utf-8", "replace")
        yield text
        if "&" in text:
            yield html.unescape(text)
        if "%" in text:
            yield urllib.parse.unquote(text)
        if "\\u" in text:
            yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
        if ">" in text:  # a word is often cut up by the elements around its parts
            yield html.unescape(re.sub(r"<[^<>]*>", "", text))


def spellings(secret: str) -> set[bytes]:
    """The bytes that stand for a word: encodings, hexadecimal, base64 at each alignment."""
    found = set()
    for form in ("NFC", "NFD"):
        word = unicodedata.normalize(form, secret)
        plain = word.encode()
        found |= {plain, word.encode("utf-16-le"), word.encode("utf-16-be")}
        found |= {plain.hex().encode(), plain.hex().upper().encode(), plain[::-1]}
        found.add(urllib.parse.quote(word).encode())
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + plain)
            # Without the characters that depend on what stands before and after.
            start, end = (0, 2, 3)[shift], -4 if (shift + len(plain)) % 3 else len(coded)
            if len(coded[start:end]) >= 8:
                found.add(coded[start:end])
    return found


class Opened:
    """A file taken apart once, to be searched many times."""

    def __init__(self, content: bytes) -> None:
        packed = list(layers(content))
        self.raw = b"\0".join(packed)
        self.text = "\0".join(readings(packed))
        # Groups of three digits are one number, however they are kept apart.
        joined = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", "", self.text)
        # In a CSV a comma ends the number, on a Vietnamese page it begins the fraction.
        patterns = (r"\d[\d.,]*\d", r"\d+(?:\.\d+)?", r"\d+,\d+")
        numbers = {
            found
            for text in (self.text, joined)
            for one in patterns
            for found in re.findall(one, text)
        }
        self.numbers = sorted(numbers)

    def has_word(self, secret: str) -> bool:
        """Whether a word is in the file in whatever spelling; letters' case is ignored."""
        raw = self.raw.lower()
        if any(one.lower() in raw for one in spellings(secret)):
            return True
        word = unicodedata.normalize("NFC", secret).casefold()
        told = unicodedata.normalize("NFC", self.text).casefold()
        return word in told or re.sub(r"\s+", "", word) in re.sub(r"\s+", "", told)

    def numbers_of(self, forms_by_name: dict[str, set[str]]) -> set[str]:
        """Return which numbers are in the file; a longer fraction of one is that number too."""
        return {
            name for name, forms in forms_by_name.items() if any(self._has(form) for form in forms)
        }

    def _has(self, form: str) -> bool:
        if "°" in form or "′" in form or "'" in form:
            return form in self.text
        place = bisect.bisect_left(self.numbers, form)
        if place == len(self.numbers):
            return False
        fraction = "." in form or "," in form
        return self.numbers[place] == form or (fraction and self.numbers[place].startswith(form))

    def packed_of(self, values: dict[str, float]) -> set[str]:
        """Return which coordinates are stored in the file's bytes."""
        return {
            name for name, value in values.items() if any(one in self.raw for one in packed(value))
        }


def number_forms(value: float, decimals: range) -> set[str]:
    """How a number may be written: rounded and cut off, with point, comma and thousands' points."""
    forms = set()
    for places in decimals:
        cut = int(value * 10**places) / 10**places
        for told in (f"{value:.{places}f}", f"{cut:.{places}f}", f"{value:,.{places}f}"):
            forms |= {told, told.replace(".", ","), told.translate(str.maketrans(",.", ".,"))}
    return forms


def degree_forms(value: float) -> set[str]:
    """A coordinate as degrees with four decimals and more, and as degrees, minutes, seconds."""
    minutes = (value % 1) * 60
    seconds = (minutes % 1) * 60
    sexagesimal = {
        f"{int(value)}{degree}{int(minutes):02d}{minute}{told}"
        for degree in ("°", "° ") for minute in ("′", "'", "′ ")
        for told in (f"{seconds:04.1f}", f"{int(seconds):02d}", f"{seconds:05.2f}")
    }  # fmt: skip
    return number_forms(value, range(4, 8)) | sexagesimal


def packed(value: float) -> set[bytes]:
    """A coordinate as programs store it: doubles of either byte order, whole or rounded."""
    rounded = {value, *(round(value, places) for places in range(3, 8))}
    return {struct.pack(order, one) for one in rounded for order in ("<d", ">d")}
