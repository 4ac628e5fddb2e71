"""Which column holds what: by what the officer said, by the header's words, then by the cells.

A header's words alone are believed when they are the whole header; a phrase inside a longer
header must be borne out by the cells. Without a header only what can be verified later (the
position, the commune) or what cannot be anything else is taken from the cells, and the report
says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake import claims
from coverage.intake.claims import Column
from coverage.intake.document import Cell
from coverage.intake.fields import Field
from coverage.intake.headings import Parts
from coverage.intake.profiles import PlaceNames, profile
from coverage.intake.recognition import CERTAIN, recognise
from coverage.vietnamese import header_key

SAMPLE_ROWS = 200
_LETTER = re.compile(r"(?:cột\s+|cot\s+|column\s+)?([a-z]{1,3})", re.IGNORECASE)

Mapped = Mapping[str, str]
"""What the officer said: a column's letter or header (``D``, ``Cột D``, ``Số nhà``) → a field."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Every column of a table; ``find`` gives those that hold a field, best first."""

    every: tuple[Column, ...]

    def find(self, field: Field) -> tuple[Column, ...]:
        """Return the columns that hold ``field``, the best first."""
        held = [column for column in self.every if column.field is field]
        return tuple(sorted(held, key=lambda column: (-column.score, column.index)))

    def index(self, field: Field) -> int | None:
        """Return the index of the best column that holds ``field``, or None."""
        held = self.find(field)
        return held[0].index if held else None

    def has(self, *fields: Field) -> bool:
        """Whether any of ``fields`` has a column."""
        return any(column.field in fields for column in self.every)

    def with_field(self, column: Column, field: Field) -> Columns:
        """Return these columns with another field in one of them."""
        every = list(self.every)
        every[column.index] = replace(column, field=field)
        return Columns(tuple(every))

    @property
    def header_sha256(self) -> str:
        """The fingerprint of the whole header, under which a mapping is remembered."""
        text = "\n".join(header_key(column.header) for column in self.every)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def position(self) -> bool:
        """Whether there is a column for the whole position or for both of its halves."""
        return claims.has_position({column.field for column in self.every})


def mapping_of(said: Sequence[str]) -> dict[str, str]:
    """Return ``["D=households"]`` as ``{"D": "households"}``.

    Raises:
        InputRefused: column.mapping_unreadable or column.mapping_unknown: it names no such field.
    """
    read: dict[str, str] = {}
    for text in said:
        column, separator, name = text.rpartition("=")
        if not separator or not column.strip() or not name.strip():
            raise InputRefused([finding("column.mapping_unreadable", said=text)])
        read[column.strip()] = _field_named(name.strip()).value
    return read


def _field_named(name: str) -> Field:
    try:
        return Field(name.lower().replace(" ", "_").replace("-", "_"))
    except ValueError:
        known = recognise((name,))
        if known is not None and known.score >= CERTAIN:
            return known.field
        fields = ", ".join(field.value for field in Field)
        raise InputRefused([finding("column.mapping_unknown", name=name, fields=fields)]) from None


def identify(
    labels: Sequence[str],
    parts: Sequence[Parts],
    sample: Sequence[Sequence[Cell]],
    names: PlaceNames,
    mapping: Mapped,
) -> tuple[Columns, tuple[Finding, ...]]:
    """Return what each column holds, and what is to be said of it.

    ``sample`` holds body rows, all as long as ``labels``. Mapped columns that the table lacks are
    left to the caller: another sheet may have them.
    """
    columns = [
        Column(index, label, " / ".join(texts))
        for index, (label, texts) in enumerate(zip(labels, parts, strict=True))
    ]
    looks = [profile([row[index] for row in sample], names) for index in range(len(labels))]
    columns = _by_mapping(columns, parts, mapping)
    columns, doubts = claims.by_header(columns, parts, looks)
    columns, found = claims.by_content(columns, looks, headed=any(parts))
    return Columns(tuple(columns)), (*doubts, *found)


def _by_mapping(columns: list[Column], parts: Sequence[Parts], mapping: Mapped) -> list[Column]:
    labels = [column.label for column in columns]
    for said, name in mapping.items():
        index = _mapped_index(said, labels, parts)
        if index is not None:
            columns[index] = replace(columns[index], field=Field(name), how="mapping", score=1000.0)
    return columns


def unused_mapping(
    mapping: Mapped, tables: Sequence[tuple[Sequence[str], Sequence[Parts]]]
) -> list[str]:
    """Return the columns of ``mapping`` that no table has."""
    return [
        said
        for said in mapping
        if all(_mapped_index(said, labels, parts) is None for labels, parts in tables)
    ]


def _mapped_index(said: str, labels: Sequence[str], parts: Sequence[Parts]) -> int | None:
    key = header_key(said)
    for index, texts in enumerate(parts):
        if texts and key in {header_key(" ".join(texts)), header_key(texts[-1])}:
            return index
    for index, label in enumerate(labels):
        if header_key(label) == key and not label.isupper():
            return index
    letters = _LETTER.fullmatch(said.strip())
    if letters is None:
        return None
    index = 0
    for letter in letters[1].upper():
        index = index * 26 + ord(letter) - 64
    return index - 1 if index <= len(labels) else None
