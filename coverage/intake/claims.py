"""Columns claim fields by their headers and by their cells; who wins, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from coverage.findings import Finding, finding
from coverage.intake.fields import POSITIONS, Field, called
from coverage.intake.headings import Parts
from coverage.intake.profiles import Profile
from coverage.intake.recognition import CERTAIN, recognise

_ALONE = frozenset({Field.NOTE, Field.IGNORED, Field.ORDINAL})
_DOUBTFUL = POSITIONS | {
    Field.SIGNAL, Field.GRID_POWER, Field.AREA_CLASS, Field.COMMUNE, Field.SPECIALLY_DIFFICULT,
    Field.COMMUNE_CODE, Field.SIGNAL_NONE, Field.SIGNAL_PATCHY, Field.NO_GRID_POWER,
}  # fmt: skip
_HOUSEHOLD_WORDS = re.compile(r"\b(?:hộ|ho|nóc|household|hh)\b", re.IGNORECASE)
_TO_BE_COVERED = re.compile(
    r"phủ sóng|lõm|trắng|chưa có sóng|ảnh hưởng|trong vùng|phu song", re.IGNORECASE
)
_MOST = 0.5  # of the cells
_NEARLY_ALL = 0.8
_ALL = 0.9


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


def has_position(fields: Collection[Field | None]) -> bool:
    """Whether ``fields`` hold the whole position or both of its halves."""
    return Field.COORDINATES in fields or (
        not {Field.LATITUDE, Field.NORTHING, Field.X}.isdisjoint(fields)
        and not {Field.LONGITUDE, Field.EASTING, Field.Y}.isdisjoint(fields)
    )


# --- By the header -----------------------------------------------------------------------------


def by_header(
    columns: list[Column], parts: Sequence[Parts], looks: Sequence[Profile]
) -> tuple[list[Column], list[Finding]]:
    """Give columns the fields that their headers name, each field to one column.

    Where two claim one field the fuller and surer keeps it, and the others are told.
    """
    mapped = {column.field for column in columns if column.how == "mapping"} - _ALONE
    columns = [
        column if column.how else _claim(column, texts, look, mapped)
        for column, texts, look in zip(columns, parts, looks, strict=True)
    ]
    doubts: list[Finding] = []
    for field in Field:
        claims = [column for column in columns if column.field is field]
        if len(claims) < 2 or field in _ALONE:  # noqa: PLR2004 - one claim is no contest
            continue
        filled = [claim for claim in claims if looks[claim.index].filled]
        if _are_halves(field, filled, looks):
            for claim in claims:
                columns[claim.index] = replace(claim, field=None, how="")
            for claim, half in zip(filled, (Field.X, Field.Y), strict=True):
                columns[claim.index] = replace(claim, field=half)
            continue
        best = max(claims, key=lambda claim: _rank(claim, looks))
        for claim in claims:
            if claim is not best:
                columns[claim.index] = replace(claim, field=None, how="")
        doubts.extend(_several(best, [claim for claim in filled if claim is not best]))
    _households_beside_people(columns, looks)
    return columns, doubts


def _households_beside_people(columns: list[Column], looks: Sequence[Profile]) -> None:
    """A "Dân số" whose cells say "210 khẩu/45 hộ" holds the households, if no other column does."""
    if any(column.field is Field.HOUSEHOLDS for column in columns):
        return
    for column in columns:
        said = looks[column.index].household_word >= _MOST
        if column.field is Field.POPULATION and column.how != "mapping" and said:
            columns[column.index] = replace(column, field=Field.HOUSEHOLDS)
            return


def _claim(column: Column, texts: Parts, look: Profile, mapped: Collection[Field | None]) -> Column:
    """The column with the field that its header names, if its cells do not speak against it."""
    known = recognise(texts)
    if known is None or known.field in mapped:
        return column
    fit = look.fits(known.field)
    if known.score < CERTAIN and (fit < _MOST or look.filled == 0):
        return column
    if known.field in _DOUBTFUL and fit == 0 and look.filled > 2:  # noqa: PLR2004 - too few to tell
        return column
    score = known.score * (0.5 + fit / 2)
    return replace(column, field=known.field, how="header", score=score)


def _are_halves(field: Field, filled: Sequence[Column], looks: Sequence[Profile]) -> bool:
    """Whether two columns under one "Tọa độ" hold one number each: they are its halves."""
    return (
        field is Field.COORDINATES
        and len(filled) == 2  # noqa: PLR2004 - two halves
        and all(looks[claim.index].pair < _MOST for claim in filled)
    )


def _rank(claim: Column, looks: Sequence[Profile]) -> tuple[bool, bool, bool, float, int]:
    """What the officer said, filled before empty, the households to be covered before all of them."""
    return (
        claim.how == "mapping",
        looks[claim.index].filled > 0,
        claim.field is Field.HOUSEHOLDS and _TO_BE_COVERED.search(claim.header) is not None,
        claim.score,
        -claim.index,
    )


def _several(best: Column, others: Sequence[Column]) -> list[Finding]:
    if not others or best.how == "mapping":
        return []
    passed = ", ".join(f"{other.label} “{other.header}”" for other in others)
    return [
        finding(
            "column.several", where=best.label, header=best.header, others=passed,
            field=best.field, **called(best.field),
        )
    ]  # fmt: skip


# --- By the cells ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Free:
    """The columns that no header and no officer has named, and those taken from them."""

    columns: list[Column]
    looks: Sequence[Profile]
    held: set[Field | None]
    taken: list[Column]

    def like(self, share: Callable[[Profile], float], least: float) -> list[Column]:
        """Return the free columns of whose cells at least ``least`` look so."""
        return [column for column in self.columns if share(self.looks[column.index]) >= least]

    def take(self, column: Column, field: Field) -> None:
        """Give a free column a field."""
        self.columns.remove(column)
        self.held.add(field)
        self.taken.append(replace(column, field=field, how="content", score=10.0))


def by_content(
    columns: list[Column], looks: Sequence[Profile], *, headed: bool
) -> tuple[list[Column], list[Finding]]:
    """Fill what is still missing from the cells, where they leave no doubt; all of it is told."""
    free = _Free(
        [column for column in columns if column.field is None and looks[column.index].filled],
        looks,
        {column.field for column in columns},
        [],
    )
    if not headed:
        _take_ordinal(free)
    if not has_position(free.held):
        _take_position(free)
    if free.held.isdisjoint({Field.COMMUNE, Field.FORMER_COMMUNE, Field.COMMUNE_CODE}):
        _take_commune(free)
    if Field.VILLAGE not in free.held:
        _take_village(free)
    if Field.HOUSEHOLDS not in free.held:
        _take_households(free, headed=headed)
    if not headed:
        _take_answers(free)
    for column in free.taken:
        columns[column.index] = column
    told = [
        finding(
            "column.by_content", field=column.field, header=column.header or "—",
            where=column.label, **called(column.field),
        )
        for column in free.taken
        if column.field is not Field.ORDINAL
    ]  # fmt: skip
    return columns, told


def _take_ordinal(free: _Free) -> None:
    """One of the first two columns, if it counts the rows."""
    for column in free.like(lambda look: float(look.counting), 1.0)[:1]:
        if column.index <= 1:
            free.take(column, Field.ORDINAL)


def _take_commune(free: _Free) -> None:
    """The column most of whose words are communes of the province."""
    likely = free.like(lambda look: look.commune, _MOST)
    if likely:
        best = max(likely, key=lambda column: free.looks[column.index].commune)
        free.take(best, Field.COMMUNE)


def _take_position(free: _Free) -> None:
    """Two columns in the ranges of latitude and longitude, or of a grid; or one with pairs."""
    for first, second, north, east in (
        (Field.LATITUDE, Field.LONGITUDE, _latitude, _longitude),
        (Field.NORTHING, Field.EASTING, _northing, _easting),
    ):
        norths, easts = free.like(north, _MOST), free.like(east, _MOST)
        if first in free.held and len(easts) == 1:
            return free.take(easts[0], second)
        if second in free.held and len(norths) == 1:
            return free.take(norths[0], first)
        beside = [
            (one, other) for one in norths for other in easts if abs(one.index - other.index) == 1
        ]
        if len(beside) == 1:
            free.take(beside[0][0], first)
            return free.take(beside[0][1], second)
    pairs = free.like(lambda look: look.pair, _MOST)
    if len(pairs) == 1:
        free.take(pairs[0], Field.COORDINATES)
    return None


def _latitude(look: Profile) -> float:
    return look.latitude


def _longitude(look: Profile) -> float:
    return look.longitude


def _northing(look: Profile) -> float:
    return look.northing


def _easting(look: Profile) -> float:
    return look.easting


def _take_village(free: _Free) -> None:
    """A column of words: the one whose words begin with a kind of village, or the only varied one."""
    worded = [
        column
        for column in free.like(lambda look: look.text, _NEARLY_ALL)
        if not any(
            share >= _MOST
            for look in (free.looks[column.index],)
            for share in (look.pair, look.commune, look.province, look.signal, look.power)
        )
    ]
    named = [column for column in worded if free.looks[column.index].village_word >= _MOST]
    varied = [column for column in worded if free.looks[column.index].distinct >= _MOST]
    for likely in (named, varied):
        if len(likely) == 1:
            return free.take(likely[0], Field.VILLAGE)
    return None


def _take_households(free: _Free, *, headed: bool) -> None:
    """A column of whole numbers, where there is no other that could be it.

    Under a header that says something else the cells are no proof, for nothing verifies them.
    """
    said = free.like(lambda look: look.household_word, _MOST)
    if len(said) == 1:
        return free.take(said[0], Field.HOUSEHOLDS)
    whole = [
        column
        for column in free.like(lambda look: look.whole, _NEARLY_ALL)
        if not free.looks[column.index].counting
        and (not headed or not column.header or _HOUSEHOLD_WORDS.search(column.header))
    ]
    if len(whole) == 1:
        free.take(whole[0], Field.HOUSEHOLDS)
    return None


def _take_answers(free: _Free) -> None:
    """Without a header: a column of province names, of signal states, of power states."""
    for column in free.like(lambda look: look.province, _ALL):
        free.take(column, Field.PROVINCE)
        break
    for field, share in ((Field.SIGNAL, _signal), (Field.GRID_POWER, _power)):
        likely = [
            column for column in free.like(share, _ALL) if free.looks[column.index].answer < _MOST
        ]
        if len(likely) == 1:
            free.take(likely[0], field)


def _signal(look: Profile) -> float:
    return look.signal


def _power(look: Profile) -> float:
    return look.power
