"""Where a sheet's header stands, and what it says above each column.

Offices merge: a parent ("Tọa độ (VN2000, KTT 104⁰45’)") over its children (X, Y), a heading down
over two or three rows. Where the file keeps the merged ranges they decide; where it cannot (a
CSV saved from such a workbook) an empty cell beside a heading that has children is taken to lie
under it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from coverage.intake.document import Cell, Merged, Sheet, shown
from coverage.intake.fields import Field
from coverage.intake.recognition import CERTAIN, Recognised, recognise
from coverage.vietnamese import header_key

SEARCHED_ROWS = 80
LONGEST_HEADING = 160
MOST_HEADER_ROWS = 6
_MOST_STEP = 3  # columns that a row of numbers may leave out
Parts = tuple[str, ...]

_NUMBER = re.compile(r"[-+]?[\d.,\s]*\d[\d.,]*")
_COLUMN_NUMBER = re.compile(r"[(\[]?\s*(\d{1,3}|[A-ZĐ])\s*[)\]]?(?:\s*=.*)?")
_ROMAN = re.compile(r"[IVXLC]+\.?")
_UNITS = frozenset(
    header_key(text)
    for text in [
        "độ",
        "hộ",
        "khẩu",
        "người",
        "m",
        "km",
        "dbm",
        "x",
        "có",
        "không",
        "phút",
        "giây",
        "thôn",
    ]
)
_LETTERHEAD = re.compile(
    r"cộng hòa xã hội|độc lập\s*-|ủy ban nhân dân|^ubnd\b|^sở\b|kèm theo|^danh sách|^phụ lục|^biểu",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A header: indexes of its rows (first to last), and the texts above each column, top down.

    ``number_row`` is the index of the row of column numbers, None where there is none.
    A sheet without a header has ``last`` = ``first`` - 1 and no texts.
    """

    first: int
    last: int
    parts: tuple[Parts, ...]
    number_row: int | None = None

    @property
    def found(self) -> bool:
        """Whether the sheet has a header at all."""
        return self.last >= self.first


def find_heading(sheet: Sheet, width: int, start: int = 0) -> Heading | None:
    """Return the first header at or below the row at index ``start``, or None."""
    best: tuple[float, int] | None = None
    for index in range(start, min(len(sheet.rows), start + SEARCHED_ROWS)):
        score = heading_score(sheet.rows[index])
        if score >= 2 and (best is None or score > best[0]):  # noqa: PLR2004 - two known columns
            best = (score, index)
        if best is not None and (score >= 4 or index > best[1] + MOST_HEADER_ROWS):  # noqa: PLR2004
            break
    if best is None:
        return None
    return _around(sheet, width, start, best[1])


def heading_score(row: Sequence[Cell]) -> float:
    """Return how many different columns a row names: 1 for a certain name, ½ for a likely one.

    0 for a row that holds numbers, as data does and headings do not.
    """
    names: dict[Field, float] = {}
    filled = 0
    for cell in row:
        if cell == "":
            continue
        filled += 1
        if not isinstance(cell, str) or _NUMBER.fullmatch(cell.strip()):
            return 0.0
        if len(cell) > LONGEST_HEADING:
            continue
        known = recognise((cell,))
        if known is not None:
            weight = 1.0 if known.score >= CERTAIN else 0.5
            names[known.field] = max(weight, names.get(known.field, 0.0))
    score = sum(names.values())
    return score if score * 4 >= filled else 0.0


def _around(sheet: Sheet, width: int, start: int, core: int) -> Heading:
    """The whole header that has the row at index ``core`` in it."""
    first = core
    while first > start and core - first < MOST_HEADER_ROWS and _is_parent(sheet, first - 1, first):
        first -= 1
    last = core
    while last + 1 < len(sheet.rows) and last - first < MOST_HEADER_ROWS:
        if not (_is_merged_down(sheet, first, last) or _is_child(sheet, first, last)):
            break
        last += 1
    number_row = None
    if last + 1 < len(sheet.rows) and is_column_numbers(sheet.rows[last + 1]):
        number_row = last + 1
    parts = _parts(sheet, width, first, last)
    return Heading(first, last if number_row is None else number_row, parts, number_row)


def _is_parent(sheet: Sheet, above: int, below: int) -> bool:
    """Whether the row above belongs to the header too: merged into it, or headings of groups."""
    upper, lower = sheet.row_numbers[above], sheet.row_numbers[below]
    if any(
        area.first_row <= upper and area.last_row >= lower and area.last_row - area.first_row < 6  # noqa: PLR2004
        for area in sheet.merged
    ):
        return not _is_letterhead(sheet.rows[above])
    if upper != lower - 1:
        return False
    filled = [cell for cell in sheet.rows[above] if cell != ""]
    if len(filled) < 2 or _is_letterhead(sheet.rows[above]):  # noqa: PLR2004 - a title stands alone
        return False
    return heading_score(sheet.rows[above]) >= 1


def _is_letterhead(row: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and _LETTERHEAD.search(cell.strip()) for cell in row)


def _is_merged_down(sheet: Sheet, first: int, last: int) -> bool:
    """Whether a heading is merged down into the row after ``last``, which holds no numbers."""
    if any(isinstance(cell, int | float) for cell in sheet.rows[last + 1]):
        return False
    below = sheet.row_numbers[last + 1]
    top, bottom = sheet.row_numbers[first], sheet.row_numbers[last]
    return any(
        top <= area.first_row <= bottom and area.last_row >= below and area.last_row - top < 8  # noqa: PLR2004
        for area in sheet.merged
    )


def _is_child(sheet: Sheet, first: int, last: int) -> bool:
    """Whether the row after ``last`` holds headings under the merged ones: X, Y; units."""
    row = sheet.rows[last + 1]
    if sheet.row_numbers[last + 1] != sheet.row_numbers[last] + 1:
        return False
    texts = {column: cell.strip() for column, cell in enumerate(row)
             if isinstance(cell, str) and cell.strip()}  # fmt: skip
    if not texts or any(cell != "" and not isinstance(cell, str) for cell in row):
        return False
    if any(_NUMBER.fullmatch(text) or (_ROMAN.fullmatch(text) and text not in {"X", "I", "II", "III"})
           for text in texts.values()):  # fmt: skip
        return False
    if is_column_numbers(row):
        return False
    units = sum(header_key(text) in _UNITS for text in texts.values())
    if units >= 2 and units * 10 >= len(texts) * 6:  # noqa: PLR2004 - most of them
        return True
    known = sum(_names_a_column(text) for text in texts.values())
    if known * 2 < len(texts):
        return False
    spanned = any(
        not any(_text(sheet.rows[index], column) for index in range(first, last + 1))
        for column in texts
    )
    return spanned or known == len(texts)


def _names_a_column(text: str) -> bool:
    if header_key(text) in _UNITS or text in {"I", "II", "III"}:
        return True
    known = recognise((text,))
    return known is not None and known.score >= CERTAIN


def is_column_numbers(row: Sequence[Cell]) -> bool:
    """Whether a row only counts the columns: (1) (2) (3), or A B 1 2 3."""
    counts: list[int] = []
    letters = 0
    for cell in row:
        if cell == "":
            continue
        match = _COLUMN_NUMBER.fullmatch(shown(cell).strip())
        if match is None:
            return False
        if match[1].isdigit():
            counts.append(int(match[1]))
        else:
            letters += 1
    if len(counts) + letters < 3 or len(counts) < 2 or letters > 3:  # noqa: PLR2004
        return False
    steps = [after - before for before, after in itertools.pairwise(counts)]
    return (
        counts[0] <= _MOST_STEP
        and all(0 < step <= _MOST_STEP for step in steps)
        and steps.count(1) * 2 > len(steps) - 1
    )


def _parts(sheet: Sheet, width: int, first: int, last: int) -> tuple[Parts, ...]:
    """The texts above each column from top to bottom, a merged one over all that it spans."""
    levels: list[list[str]] = []
    for index in range(first, last + 1):
        number = sheet.row_numbers[index]
        level = [_text(sheet.rows[index], column) for column in range(width)]
        spans = [area for area in sheet.merged if area.first_row <= number <= area.last_row]
        for area in spans:
            _spread(level, area, number, width)
        if not spans and index < last:
            _spread_over_children(level, sheet, index, last)
        levels.append(level)
    return tuple(_distinct(tuple(level[column] for level in levels)) for column in range(width))


def _spread(level: list[str], area: Merged, number: int, width: int) -> None:
    """Write a merged heading's text over its columns, in its first row only."""
    if number != area.first_row or area.first_column >= width:
        return
    for column in range(area.first_column + 1, min(area.last_column + 1, width)):
        level[column] = level[column] or level[area.first_column]


def _spread_over_children(level: list[str], sheet: Sheet, index: int, last: int) -> None:
    """Without merged ranges: an empty cell lies under the heading on its left if it has children."""
    below = [sheet.rows[row] for row in range(index + 1, last + 1)]
    has_child = [any(_text(row, column) for row in below) for column in range(len(level))]
    for column in range(1, len(level)):
        if not level[column] and has_child[column] and has_child[column - 1] and level[column - 1]:
            level[column] = level[column - 1]


def _distinct(texts: Parts) -> Parts:
    """Texts without blanks and without a repetition of the one above."""
    kept: list[str] = []
    for text in texts:
        if text and (not kept or kept[-1] != text):
            kept.append(text)
    return tuple(kept)


def _text(row: Sequence[Cell], column: int) -> str:
    if column >= len(row):
        return ""
    return " ".join(shown(row[column]).split())


__all__ = ["Heading", "Parts", "Recognised", "find_heading", "heading_score", "is_column_numbers"]
