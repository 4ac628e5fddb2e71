"""Which column of a list of delivery holds what, by its heading; and which rows are data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from coverage.intake.document import Cell, Document, Sheet, column_letter, shown
from coverage.intake.headings import is_column_numbers
from coverage.intake.registers.cells import is_blank
from coverage.intake.registers.columns import heading_key

SEARCHED_ROWS = 40
_MOST_WORDS = 4
_TOTALS = ("tong cong", "tong so", "cong", "tong", "total")
_NOTES = ("ghi chu", "noi nhan", "nguoi lap", "ky ten", "luu y")

Role = TypeVar("Role", bound=StrEnum)
Synonyms = Mapping[str, Role]
"""A role by every heading that names it, in the form of :func:`heading_key`."""


def synonyms(told: Mapping[Role, str]) -> dict[str, Role]:
    """Return roles by heading, of lists of headings that are parted by semicolons."""
    return {heading_key(name): role for role, names in told.items() for name in names.split(";")}


@dataclass(frozen=True, slots=True)
class Listed(Generic[Role]):
    """A sheet with its columns by role; ``above`` are the texts over the data, headings too.

    ``labels`` name the columns as the user knows them.
    """

    sheet: Sheet
    first: int
    columns: Mapping[Role, int]
    headings: Mapping[Role, str]
    labels: Mapping[Role, str]
    above: tuple[str, ...]

    def cell(self, row: int, role: Role) -> Cell:
        """Return a cell of the row at this index; empty where there is no such column."""
        index = self.columns.get(role)
        held = self.sheet.rows[row]
        return held[index] if index is not None and index < len(held) else ""

    def number(self, row: int) -> int:
        """Return the number that the user sees beside the row at this index."""
        return self.sheet.row_numbers[row]

    def rows(self, facts: Sequence[Role]) -> Iterator[int]:
        """Yield the indexes of data rows: one of ``facts`` is filled, and it is no total or note."""
        for row in range(self.first, len(self.sheet.rows)):
            held = self.sheet.rows[row]
            if is_column_numbers(held) or _is_no_row(held):
                continue
            if any(not is_blank(self.cell(row, fact)) for fact in facts):
                yield row


def find_lists(
    document: Document, known: Synonyms[Role], needed: Sequence[Sequence[Role]]
) -> tuple[list[Listed[Role]], list[str]]:
    """Return the sheets that are such lists, and the names of filled ones that are not.

    Of each of ``needed`` one role at least has to be there.
    """
    found, others = [], []
    for sheet in document.sheets:
        if not sheet.rows:
            continue
        listed = _listed(sheet, known, needed, lettered=document.kind.is_workbook)
        if listed is None:
            others.append(sheet.name)
        else:
            found.append(listed)
    return found, others


def _listed(
    sheet: Sheet, known: Synonyms[Role], needed: Sequence[Sequence[Role]], *, lettered: bool
) -> Listed[Role] | None:
    """The heading row with the most columns that are known; features have theirs apart."""
    best: tuple[int, int, dict[Role, int], list[str]] | None = None
    for index in range(-1, min(len(sheet.rows), SEARCHED_ROWS)):
        texts = list(sheet.columns) if index < 0 else _texts(sheet.rows, index)
        if index < 0 and sheet.points is None:
            continue
        columns: dict[Role, int] = {}
        for place, text in enumerate(texts):
            role = known.get(heading_key(text)) if text else None
            if role is not None and (
                role not in columns
                or (names_a_site(text) and not names_a_site(texts[columns[role]]))
            ):
                columns[role] = place
        enough = all(any(role in columns for role in one_of) for one_of in needed)
        if enough and (best is None or len(columns) > best[0]):
            best = (len(columns), index, columns, texts)
    if best is None:
        return None
    _, index, columns, texts = best
    above = tuple(
        text
        for row in sheet.rows[: index + 1]
        for cell in row
        if isinstance(cell, str) and (text := cell.strip())
    )
    return Listed(
        sheet, index + 1, columns,
        {role: texts[place] for role, place in columns.items()},
        {
            role: column_letter(place) if lettered else texts[place]
            for role, place in columns.items()
        },
        above,
    )  # fmt: skip


def names_a_site(heading: str) -> bool:
    """Tell whether a heading says that it is about the site, not about the village."""
    return not {"tram", "site"}.isdisjoint(heading_key(heading).split())


def _texts(rows: Sequence[Sequence[Cell]], index: int) -> list[str]:
    """A heading row's texts; an empty cell takes the heading merged over it from the row above."""
    texts = [" ".join(shown(cell).split()) for cell in rows[index]]
    above = [" ".join(shown(cell).split()) for cell in rows[index - 1]] if index else []
    texts += [""] * (len(above) - len(texts))
    return [
        text or (above[place] if place < len(above) else "") for place, text in enumerate(texts)
    ]


def _is_no_row(row: Sequence[Cell]) -> bool:
    """Whether a row is a total, a group's heading, a note or a signature."""
    filled = [cell for cell in row if not is_blank(cell)]
    if not filled:
        return True
    if len(filled) == 1:  # a sentence across the sheet; a lone day is a row that lacks its zone
        return isinstance(filled[0], str) and len(filled[0].split()) > _MOST_WORDS
    first, second = (heading_key(shown(cell)) for cell in filled[:2])
    return first.startswith(_NOTES) or first in _TOTALS or second in _TOTALS
