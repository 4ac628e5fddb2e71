"""What a header's words say that its column holds, before any cell is looked at."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from coverage.intake.fields import POSITIONS, Field
from coverage.intake.synonyms import (
    NEUTRAL,
    exact_headers,
    phrases_within,
    plain_headers,
    plain_key,
    squeezed_headers,
    vetoes,
)
from coverage.places.misspelling import edits
from coverage.vietnamese import header_key

CERTAIN = 85
MISSPELT = 70
_SHORTEST_MISSPELT = 5  # letters and spaces: so ho
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MACHINE_NAME = re.compile(r"[\w.:/\-\[\]]+", re.ASCII)
_PATH = re.compile(r"[/:.]")
_PARTS_OF_ANGLE = {
    header_key(text): part
    for part, texts in enumerate(
        ("độ do d deg degree degrees", "phút phut m min minute minutes", "giây giay s sec seconds")
    )
    for text in texts.split()
}
_ANGLES = {
    Field.LATITUDE: (Field.LATITUDE, Field.LATITUDE_MINUTES, Field.LATITUDE_SECONDS),
    Field.LONGITUDE: (Field.LONGITUDE, Field.LONGITUDE_MINUTES, Field.LONGITUDE_SECONDS),
}
_POLARITY = {  # a child "Có" or "Không" under a question makes a column of marks
    Field.GRID_POWER: Field.NO_GRID_POWER,
    Field.SPECIALLY_DIFFICULT: Field.NOT_DIFFICULT,
}
_NO = frozenset(
    header_key(text) for text in ("không", "chưa", "chưa có", "không có", "no", "khong")
)
_ROMAN = frozenset({"i", "ii", "iii"})


@dataclass(frozen=True, slots=True)
class Recognised:
    """The field that a header names, and how surely: 100 is the whole header word for word."""

    field: Field
    score: int


@functools.lru_cache(maxsize=8192)
def recognise(parts: tuple[str, ...]) -> Recognised | None:
    """Return what the texts above a column say, top to bottom, or None."""
    if not parts:
        return None
    leaf, above = parts[-1], parts[:-1]
    joined = _whole(" ".join(parts)) if above else None
    parent = recognise(above) if above else None
    key = header_key(leaf)
    if parent is not None:
        if key in _ROMAN and parent.field is Field.AREA_CLASS:
            return None  # one column of marks per class: kept, not understood
        below = _below(parent, leaf, key)
        if below is not None:
            return below
    own = _one_text(leaf)
    if own is not None and above and own.field in POSITIONS and _is_of_others(above[-1], own.field):
        return None
    if own is not None and own.score >= CERTAIN:
        return own
    return joined or own or _inherited(parent, key)


def _is_of_others(above: str, field: Field) -> bool:
    """Whether what stands above half of a position says that it is a station's: Tọa độ trạm BTS."""
    key = header_key(above)
    return _denied(key, field, plain=key.isascii()) or _denied(
        key, Field.COORDINATES, plain=key.isascii()
    )


def _part_of_angle(text: str) -> Recognised | None:
    """A header such as "Vĩ độ (phút)", "Giây kinh độ" or "lat_sec": an angle and a part of it."""
    words = header_key(text).split()
    for part, rest in ((words[-1:], words[:-1]), (words[:1], words[1:])):
        if rest and len(part[0]) > 1 and part[0] in _PARTS_OF_ANGLE:  # "Vĩ độ (m)" is metres
            angle = _whole(" ".join(rest))
            if angle is not None and angle.field in _ANGLES:
                return Recognised(_ANGLES[angle.field][_PARTS_OF_ANGLE[part[0]]], angle.score)
    return None


def _below(parent: Recognised, leaf: str, key: str) -> Recognised | None:
    """What a leaf means only under its parent: a part of an angle, a yes or no, nothing itself."""
    if parent.field in _ANGLES and key in _PARTS_OF_ANGLE:
        return Recognised(_ANGLES[parent.field][_PARTS_OF_ANGLE[key]], parent.score)
    if parent.field in _POLARITY and key in _NO:
        return Recognised(_POLARITY[parent.field], parent.score)
    is_axis = key == "x" and leaf.strip().lower() == "x" and parent.field in POSITIONS
    if key in NEUTRAL and not is_axis:
        return Recognised(parent.field, parent.score - 1)
    return None


def _inherited(parent: Recognised | None, key: str) -> Recognised | None:
    """What an unknown leaf takes from above: half as sure, unless its words deny it."""
    if parent is None or _denied(key, parent.field, plain=key.isascii()):
        return None
    return Recognised(parent.field, parent.score // 2)


def _denied(key: str, field: Field, *, plain: bool) -> bool:
    """Whether a header's words say that it does not mean ``field``: số hộ *nghèo*."""
    return any(veto in f" {key} " for veto in vetoes(field, plain=plain))


@functools.lru_cache(maxsize=8192)
def _one_text(text: str) -> Recognised | None:
    found = _part_of_angle(text) or _whole(text)
    if found is not None:
        return found
    if text.isascii() and _MACHINE_NAME.fullmatch(text) and _PATH.search(text):
        last = _one_text(_PATH.split(text)[-1])  # an ODK or Kobo path: group/coords-Latitude
        if last is not None:
            return last
    return _without_spaces(text) or _within(text) or _misspelt(text)


def _without_spaces(text: str) -> Recognised | None:
    """A name of a program's: SoHo, tenXa, KINHDO."""
    if not text.isascii() or _MACHINE_NAME.fullmatch(text) is None:
        return None
    worded = _CAMEL.sub(" ", text)
    if worded != text and (found := _whole(worded)) is not None:
        return found
    field = squeezed_headers().get(header_key(text).replace(" ", ""))
    return None if field is None else Recognised(field, MISSPELT)


def _misspelt(text: str) -> Recognised | None:
    """A known header but for its accents or one letter: Kính độ, Sô hộ, Soố hộ dân."""
    plain = plain_key(header_key(_BRACKETS.sub(" ", text)))
    if len(plain) < _SHORTEST_MISSPELT:
        return None
    known = plain_headers()
    if plain in known:
        return Recognised(known[plain], MISSPELT)
    near = {
        known[key]
        for shorter in (plain, *_one_letter_less(plain))
        for key in _by_one_letter_less().get(shorter, ())
        if edits(key, plain, 1) <= 1
    }
    if len(near) != 1 or Field.IGNORED in near:  # "Xã/thôn" is no slip for "Số thôn"
        return None
    return Recognised(near.pop(), MISSPELT)


@functools.cache
def _by_one_letter_less() -> Mapping[str, tuple[str, ...]]:
    """Long enough headers without accents, by themselves and by what is left without one letter."""
    found: dict[str, list[str]] = {}
    for key in plain_headers():
        if len(key) > _SHORTEST_MISSPELT:
            for shorter in {key, *_one_letter_less(key)}:
                found.setdefault(shorter, []).append(key)
    return {shorter: tuple(keys) for shorter, keys in found.items()}


def _one_letter_less(text: str) -> set[str]:
    return {text[:place] + text[place + 1 :] for place in range(len(text))}


def _whole(text: str) -> Recognised | None:
    """A header that is a known one word for word, brackets and accents aside."""
    for score, said in ((100, text), (95, _BRACKETS.sub(" ", text))):
        key = header_key(said)
        if key in exact_headers():
            return Recognised(exact_headers()[key], score)
        if key and key.isascii():
            field = plain_headers().get(key)
            if field is not None:
                return Recognised(field, score - 10)
    return None


def _within(text: str) -> Recognised | None:
    """A header that has a known phrase in it; the longest decides unless another word denies it."""
    key = header_key(text)
    plain = key.isascii()
    padded = f" {key} "
    for phrase, field in phrases_within(plain=plain):
        if phrase in padded and not _denied(key, field, plain=plain):
            return Recognised(field, min(60 + len(phrase), 80))
    return None


__all__ = ["CERTAIN", "Recognised", "plain_key", "recognise"]
