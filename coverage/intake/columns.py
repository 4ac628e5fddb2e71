"""Which column holds what: by what the officer said, by the header's words, then by the cells.

A header's words alone are believed when they are the whole header; a phrase inside a longer
header must be borne out by the cells. Without a header only what can be verified later (the
position, the commune) or what cannot be anything else is taken from the cells, and the report
says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.document import Cell
from coverage.intake.fields import POSITIONS, Field, called
from coverage.intake.headings import Parts
from coverage.intake.profiles import Profile, profile
from coverage.intake.recognition import CERTAIN, recognise
from coverage.vietnamese import header_key

SAMPLE_ROWS = 300
_LETTER = re.compile(r"(?:cột\s+|cot\s+|column\s+)?([a-z]{1,3})", re.IGNORECASE)
_ALONE = frozenset({Field.NOTE, Field.IGNORED, Field.ORDINAL})
_DOUBTFUL = POSITIONS | {
    Field.SIGNAL, Field.GRID_POWER, Field.AREA_CLASS, Field.COMMUNE, Field.SPECIALLY_DIFFICULT,
    Field.COMMUNE_CODE, Field.SIGNAL_NONE, Field.SIGNAL_PATCHY, Field.NO_GRID_POWER,
}  # fmt: skip
_HOUSEHOLD_WORDS = re.compile(r"\b(?:hộ|ho|nóc|household|hh)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its index, the label that the user knows it by, its header, what it holds.

    ``how`` is ``mapping`` (the officer said so), ``header``, ``content`` or ``""``.
    """

    index: int
    label: str
    header: str
    field: Field | None = None
    how: str = ""
    score: float = 0.0


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

    @property
    def header_sha256(self) -> str:
        """The fingerprint of the whole header, under which a mapping is remembered."""
        text = "\n".join(header_key(column.header) for column in self.every)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def position(self) -> bool:
        """Whether there is a column for the whole position or for both of its halves."""
        return self.has(Field.COORDINATES) or any(
            self.has(first) and self.has(second)
            for first in (Field.LATITUDE, Field.NORTHING, Field.X)
            for second in (Field.LONGITUDE, Field.EASTING, Field.Y)
        )


Mapped = Mapping[str, str]
"""What the officer said: a column's letter or header (``D``, ``Cột D``, ``Số nhà``) → a field's name."""


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


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """How the columns ask whether a cell names a commune or a province."""

    is_commune: Callable[[str], bool]
    is_province: Callable[[str], bool]


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
    headers = [" / ".join(texts) for texts in parts]
    columns = [Column(index, labels[index], headers[index]) for index in range(len(labels))]
    looks = [
        profile([row[index] for row in sample], names.is_commune, names.is_province)
        for index in range(len(labels))
    ]
    columns = _by_mapping(columns, parts, mapping)
    columns = _by_header(columns, parts, looks)
    columns, found = _by_content(columns, looks, headed=any(parts))
    return Columns(tuple(columns)), found


def unused_mapping(
    mapping: Mapped, tables: Sequence[tuple[Sequence[str], Sequence[Parts]]]
) -> list[str]:
    """Return the columns of ``mapping`` that no table has."""
    return [
        said for said in mapping
        if not any(_mapped_index(said, labels, parts) is not None for labels, parts in tables)
    ]  # fmt: skip


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


def _by_mapping(columns: list[Column], parts: Sequence[Parts], mapping: Mapped) -> list[Column]:
    labels = [column.label for column in columns]
    for said, name in mapping.items():
        index = _mapped_index(said, labels, parts)
        if index is not None:
            columns[index] = replace(columns[index], field=Field(name), how="mapping", score=1000.0)
    return columns


def _by_header(
    columns: list[Column], parts: Sequence[Parts], looks: Sequence[Profile]
) -> list[Column]:
    mapped = {column.field for column in columns if column.how == "mapping"}
    claims: list[Column] = []
    for column, texts, look in zip(columns, parts, looks, strict=True):
        known = recognise(texts)
        if column.how or known is None or known.field in mapped - _ALONE:
            continue
        fit = look.fits(known.field)
        if known.score < CERTAIN and (fit < 0.5 or look.filled == 0):  # noqa: PLR2004 - half of the cells
            continue
        if known.field in _DOUBTFUL and fit == 0 and look.filled > 2:  # noqa: PLR2004
            continue
        claims.append(
            replace(column, field=known.field, how="header", score=known.score * (0.5 + fit / 2))
        )
    for claim in claims:
        columns[claim.index] = claim
    return _one_per_field(columns, looks)


def _one_per_field(columns: list[Column], looks: Sequence[Profile]) -> list[Column]:
    """Where two columns claim one field the fuller and surer keeps it; the rest stay unnamed.

    Two columns under one "Tọa độ" that hold one number each are the two halves.
    """
    for field in Field:
        claims = [column for column in columns if column.field is field]
        if len(claims) < 2 or field in _ALONE:  # noqa: PLR2004 - one claim is no contest
            continue
        filled = [claim for claim in claims if looks[claim.index].filled]
        if field is Field.COORDINATES and len(filled) == 2 and all(  # noqa: PLR2004 - two halves
            looks[claim.index].pair < 0.5 for claim in filled  # noqa: PLR2004
        ):  # fmt: skip
            for claim in claims:
                columns[claim.index] = replace(claim, field=None, how="")
            for claim, half in zip(filled, (Field.X, Field.Y), strict=True):
                columns[claim.index] = replace(claim, field=half)
            continue
        best = max(
            claims, key=lambda claim: (bool(looks[claim.index].filled), claim.score, -claim.index)
        )
        for claim in claims:
            if claim is not best:
                columns[claim.index] = replace(claim, field=None, how="")
    return columns


def _by_content(
    columns: list[Column], looks: Sequence[Profile], *, headed: bool
) -> tuple[list[Column], tuple[Finding, ...]]:
    """Fill what is still missing from the cells, where they leave no doubt."""
    free = [column for column in columns if column.field is None and looks[column.index].filled]
    taken: list[Column] = []

    def take(column: Column, field: Field) -> None:
        taken.append(replace(column, field=field, how="content", score=10.0))
        free.remove(column)

    known = Columns(tuple(columns))
    if not headed:
        for column in [column for column in free if _is_ordinal(looks[column.index], column)]:
            take(column, Field.ORDINAL)
    if not known.position:
        _take_position(known, free, looks, take)
    if not known.has(Field.COMMUNE, Field.FORMER_COMMUNE, Field.COMMUNE_CODE):
        likely = [column for column in free if looks[column.index].commune >= 0.5]  # noqa: PLR2004
        if likely:
            take(max(likely, key=lambda column: looks[column.index].commune), Field.COMMUNE)
    if not headed and not known.has(Field.PROVINCE):
        for column in [column for column in free if looks[column.index].province >= 0.9]:  # noqa: PLR2004
            take(column, Field.PROVINCE)
    if not known.has(Field.VILLAGE):
        _take_village(free, looks, take)
    if not known.has(Field.HOUSEHOLDS):
        _take_households(free, looks, take, headed=headed)
    if not headed:
        for field, share in ((Field.SIGNAL, "signal"), (Field.GRID_POWER, "power")):
            likely = [
                column for column in free
                if getattr(looks[column.index], share) >= 0.9 and looks[column.index].answer < 0.5  # noqa: PLR2004
            ]  # fmt: skip
            if len(likely) == 1:
                take(likely[0], field)
    for column in taken:
        columns[column.index] = column
    found = tuple(
        finding(
            "column.by_content",
            field=column.field,
            header=column.header or "—",
            where=column.label,
            **called(column.field),
        )
        for column in taken
        if column.field not in {None, Field.ORDINAL}
    )
    return columns, found


Take = Callable[[Column, Field], None]


def _is_ordinal(look: Profile, column: Column) -> bool:
    return look.counting and column.index <= 1


def _take_position(
    known: Columns, free: list[Column], looks: Sequence[Profile], take: Take
) -> None:
    for first, second, north, east in (
        (Field.LATITUDE, Field.LONGITUDE, "latitude", "longitude"),
        (Field.NORTHING, Field.EASTING, "northing", "easting"),
    ):
        norths = [column for column in free if getattr(looks[column.index], north) >= 0.6]  # noqa: PLR2004
        easts = [column for column in free if getattr(looks[column.index], east) >= 0.6]  # noqa: PLR2004
        if known.has(first) and len(easts) == 1:
            return take(easts[0], second)
        if known.has(second) and len(norths) == 1:
            return take(norths[0], first)
        beside = [
            (one, other) for one in norths for other in easts if abs(one.index - other.index) == 1
        ]
        if len(beside) == 1 or (beside and len(norths) == len(easts)):
            take(beside[0][0], first)
            return take(beside[0][1], second)
    pairs = [column for column in free if looks[column.index].pair >= 0.5]  # noqa: PLR2004
    if len(pairs) == 1:
        take(pairs[0], Field.COORDINATES)
    return None


def _take_village(free: list[Column], looks: Sequence[Profile], take: Take) -> None:
    """A column of words: the one whose words begin with a kind of village, or the only varied one."""
    worded = [
        column for column in free
        if looks[column.index].text >= 0.8 and looks[column.index].pair < 0.5  # noqa: PLR2004
        and looks[column.index].commune < 0.5 and looks[column.index].province < 0.5  # noqa: PLR2004
        and max(looks[column.index].signal, looks[column.index].power) < 0.5  # noqa: PLR2004
    ]  # fmt: skip
    named = [column for column in worded if looks[column.index].village_word >= 0.5]  # noqa: PLR2004
    varied = [column for column in worded if looks[column.index].distinct >= 0.5]  # noqa: PLR2004
    for likely in (named, varied):
        if len(likely) == 1:
            take(likely[0], Field.VILLAGE)
            return


def _take_households(
    free: list[Column], looks: Sequence[Profile], take: Take, *, headed: bool
) -> None:
    """A column of whole numbers, where there is no other that could be it.

    Under a header that says something else the cells are no proof, for nothing verifies them.
    """
    whole = [
        column for column in free
        if looks[column.index].whole >= 0.8 and not looks[column.index].counting  # noqa: PLR2004
    ]  # fmt: skip
    if headed:
        whole = [
            column
            for column in whole
            if not column.header or _HOUSEHOLD_WORDS.search(column.header)
        ]
    if len(whole) == 1:
        take(whole[0], Field.HOUSEHOLDS)
