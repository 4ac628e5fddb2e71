"""The letters of printed papers: which there are, and how wide they are.

The fonts lie beside this module, so that a paper is the same file on every machine. What they
cannot draw becomes a hollow box, as a paper may name a village in any letters at all.
"""

from __future__ import annotations

import functools
import struct
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
SERIF, SANS = "Liberation Serif", "Liberation Sans"
NOT_DRAWN = "□"
_LEFT_OUT = {"Cc", "Cf", "Cs", "Co", "Cn"}  # controls, direction marks, what is no letter at all
_BLANKS = {"\t": " ", "\n": " ", "\r": " ", "\u2028": " ", "\u2029": " "}


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: how wide each letter is, as a share of the type's size."""

    widths: Mapping[int, float]

    def width(self, text: str) -> float:
        """Return how wide a text is, as a multiple of the type's size."""
        usual = self.widths[ord("n")]
        return sum(self.widths.get(ord(letter), usual) for letter in text)


@functools.cache
def face(name: str) -> Face:
    """Return a font by its file's name: ``LiberationSans-Bold``."""
    content = (FOLDER / f"{name}.ttf").read_bytes()
    tables = _tables(content)
    per_em = struct.unpack_from(">H", content, tables["head"] + 18)[0]
    metrics = struct.unpack_from(">H", content, tables["hhea"] + 34)[0]
    advances = struct.unpack_from(">" + "Hh" * metrics, content, tables["hmtx"])[::2]
    return Face(
        {
            letter: advances[min(glyph, metrics - 1)] / per_em
            for letter, glyph in _glyphs(content, tables["cmap"]).items()
        }
    )


def drawable(text: str) -> str:
    """Return a text as the fonts can draw it, on one line and in one direction."""
    spaced = "".join(_BLANKS.get(letter, letter) for letter in text)
    kept = (
        letter if ord(letter) in _drawn() else NOT_DRAWN
        for letter in unicodedata.normalize("NFC", spaced)
        if unicodedata.category(letter) not in _LEFT_OUT
    )  # fmt: skip
    return " ".join("".join(kept).split())


@functools.cache
def _drawn() -> frozenset[int]:
    """The letters that every one of our fonts has."""
    faces = [face(path.stem) for path in sorted(FOLDER.glob("*.ttf"))]
    return frozenset(set.intersection(*(set(one.widths) for one in faces)))


def _tables(content: bytes) -> dict[str, int]:
    """The offset of each table of a TrueType file."""
    count = struct.unpack_from(">H", content, 4)[0]
    rows = (struct.unpack_from(">4sLLL", content, 12 + 16 * place) for place in range(count))
    return {tag.decode("ascii"): offset for tag, _, offset, _ in rows}


def _glyphs(content: bytes, cmap: int) -> dict[int, int]:
    """The glyph of each letter of the first plane, from the table that Windows reads (format 4)."""
    count = struct.unpack_from(">H", content, cmap + 2)[0]
    records = (struct.unpack_from(">HHL", content, cmap + 4 + 8 * at) for at in range(count))
    start = cmap + next(at for platform, coding, at in records if (platform, coding) == (3, 1))
    doubled = struct.unpack_from(">H", content, start + 6)[0]
    many = doubled // 2

    def column(place: int, kind: str) -> tuple[int, ...]:
        return struct.unpack_from(f">{many}{kind}", content, start + 14 + place)

    ends, starts = column(0, "H"), column(doubled + 2, "H")
    deltas, offsets = column(2 * doubled + 2, "h"), column(3 * doubled + 2, "H")
    found: dict[int, int] = {}
    for segment in range(many):
        for letter in range(starts[segment], ends[segment] + 1):
            glyph = letter
            if offsets[segment]:
                place = start + 14 + 3 * doubled + 2 + 2 * segment
                place += offsets[segment] + 2 * (letter - starts[segment])
                glyph = struct.unpack_from(">H", content, place)[0]
                if glyph == 0:
                    continue
            found[letter] = (glyph + deltas[segment]) & 0xFFFF
    return {letter: glyph for letter, glyph in found.items() if glyph}
