"""A sheet's structure: its tables, and in each which rows are villages and which are not.

Every row of the sheet gets exactly one place: above the header, the header, data, or one of the
other roles of :mod:`coverage.intake.roles`; the report lists all that are not data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from coverage.findings import Finding
from coverage.intake.columns import SAMPLE_ROWS, Columns, Mapped, identify
from coverage.intake.described import take_out
from coverage.intake.document import Cell, Kind, Sheet, column_letters, shown
from coverage.intake.fields import POSITIONS, Field
from coverage.intake.headings import Heading, Parts, find_heading, heading_score, is_column_numbers
from coverage.intake.profiles import PlaceNames
from coverage.intake.roles import WHOLE_ORDINAL, Group, Role, RowJudge

_FOUR_DIGITS = re.compile(r"\d\D?\d\D?\d\D?\d|https?:|\d\s*[°º⁰ᵒ˚]")
_DATE_IN_WORDS = re.compile(r"ngày\s|tháng\s|năm\s", re.IGNORECASE)
_HUNDRED = 100.0
NEW_HEADER = 3.0
_MOST_SIGNATURES = 4


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a sheet.

    ``data`` holds indexes into the sheet's rows, in order; ``groups`` tells, by index, which group
    rows stand between them; ``others`` the role of every row of the body that is not data.
    ``above`` holds the indexes of the rows over the header: letterhead and title.
    """

    sheet: Sheet
    rows: Sequence[Sequence[Cell]]
    heading: Heading | None
    columns: Columns
    above: range
    data: tuple[int, ...]
    groups: Mapping[int, Group] = field(default_factory=dict)
    others: Mapping[int, Role] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def numbers(self, indexes: Sequence[int]) -> list[int]:
        """Return the numbers the user sees beside the rows at ``indexes``."""
        return [self.sheet.row_numbers[index] for index in indexes]

    @property
    def is_survey(self) -> bool:
        """Whether it lists villages: a position, or a village with its commune or households."""
        held = self.columns
        if held.position and held.has(Field.VILLAGE, Field.COMMUNE, Field.FORMER_COMMUNE,
                                      Field.HOUSEHOLDS, Field.COMMUNE_CODE, Field.ADDRESS):  # fmt: skip
            return True
        return held.has(Field.VILLAGE, Field.ADDRESS) and held.has(
            Field.HOUSEHOLDS, Field.COMMUNE, Field.FORMER_COMMUNE
        )


def read_tables(sheet: Sheet, kind: Kind, names: PlaceNames, mapping: Mapped) -> tuple[Table, ...]:
    """Return the tables of one sheet, top to bottom; none for a sheet without rows."""
    if not sheet.rows:
        return ()
    width = max(len(sheet.columns), *map(len, sheet.rows))
    rows = _padded(sheet.rows, width)
    if kind.has_features:
        return (_of_features(sheet, rows, names, mapping),)
    padded = replace(sheet, rows=rows)
    tables: list[Table] = []
    start = 0
    while start < len(rows):
        table, start = _one_table(padded, start, _How(kind, width, names, mapping))
        tables.append(table)
    return tuple(tables)


def _padded(rows: Sequence[Sequence[Cell]], width: int) -> list[Sequence[Cell]]:
    """Rows of equal length: short ones end in empty cells."""
    return [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in rows]


def _of_features(
    sheet: Sheet, rows: list[Sequence[Cell]], names: PlaceNames, mapping: Mapped
) -> Table:
    """Features: named properties above, nothing but data below."""
    parts: list[Parts] = [(name,) for name in sheet.columns]
    columns, found = identify(sheet.columns, parts, rows[:SAMPLE_ROWS], names, mapping)
    columns, rows = take_out(columns, rows)
    if sheet.points is not None:  # what a property would say of the position, the geometry says
        found = tuple(told for told in found if told.rule != "column.by_content")
    return Table(sheet, rows, None, columns, range(0), tuple(range(len(rows))), findings=found)


@dataclass(frozen=True, slots=True)
class _How:
    """What reading a table needs to know beside its rows."""

    kind: Kind
    width: int
    names: PlaceNames
    mapping: Mapped


def _one_table(sheet: Sheet, start: int, how: _How) -> tuple[Table, int]:
    """The table that begins at index ``start``, and where the next one begins."""
    rows = sheet.rows
    heading = find_heading(sheet, how.width, start) or _odd_heading(sheet, how.width, start)
    first = heading.last + 1 if heading else _first_wide_row(rows, start)
    parts: Sequence[Parts] = heading.parts if heading else ((),) * how.width
    labels = _labels(how.kind, how.width, parts)
    above = range(start, heading.first if heading else first)
    sample = _sample(rows, first)
    columns, found = identify(labels, parts, sample, how.names, how.mapping)
    positions = tuple(column.index for column in columns.every if column.field in POSITIONS)
    columns = _villages_under_communes(columns, sample, positions, how.names)
    header_rows = (
        [rows[index] for index in range(heading.first, heading.last + 1)] if heading else []
    )
    judge = RowJudge(columns, header_rows, how.names)
    data: list[int] = []
    unplaced: list[int] = []
    end = len(rows)
    for index in range(first, len(rows)):
        if _has_position(rows[index], positions):
            data.append(index)
        elif _starts_a_table(rows[index], header_rows):
            end = index
            break
        else:
            unplaced.append(index)
    groups, others, more = _judged(rows, unplaced, data, columns, judge)
    every = tuple(sorted([*data, *more])) if more else tuple(data)
    return Table(sheet, rows, heading, columns, above, every, groups, others, found), end


def _villages_under_communes(
    columns: Columns, sample: Sequence[Sequence[Cell]], positions: Sequence[int], names: PlaceNames
) -> Columns:
    """Columns whose "Đơn vị" holds the communes' heading rows and, beside positions, villages."""
    if columns.has(Field.VILLAGE, Field.ADDRESS, Field.FORMER_COMMUNE, Field.COMMUNE_CODE):
        return columns
    held = columns.find(Field.COMMUNE)
    if len(held) != 1 or held[0].how == "mapping" or not positions:
        return columns
    (column,) = held
    placed = [row[column.index] for row in sample if _has_position(row, positions)]
    named = [shown(cell) for cell in placed if cell != ""]
    communes = sum(map(names.is_commune, named))
    if len(named) * 2 <= len(placed) or communes * 2 > len(named):
        return columns
    headings = any(
        names.is_commune(shown(row[column.index]))
        for row in sample
        if row[column.index] != "" and not _has_position(row, positions)
    )
    if not headings:
        return columns
    return columns.with_field(column, Field.VILLAGE)


def _judged(
    rows: Sequence[Sequence[Cell]], unplaced: Sequence[int], placed: Sequence[int],
    columns: Columns, judge: RowJudge,
) -> tuple[dict[int, Group], dict[int, Role], list[int]]:  # fmt: skip
    """The group rows, the roles of all that is not data, and the data rows without a position."""
    groups: dict[int, Group] = {}
    others: dict[int, Role] = {}
    more: list[int] = []
    ordinal = columns.index(Field.ORDINAL)
    last_placed = placed[-1] if placed else -1
    closed = False
    for index in unplaced:
        ended = index > last_placed >= 0
        continues = not closed and _continues(rows, index, ordinal)
        judged = judge.judge(rows[index], continues=continues, ended=ended)
        role = judged.role
        if role is Role.NOTE and ended:
            closed = True
        elif closed and role is Role.DATA and _are_names(rows[index]):
            role = Role.NOTE  # under "KT. GIÁM ĐỐC"
        if role is Role.DATA:
            more.append(index)
            continue
        others[index] = role
        if judged.group is not None and role is Role.GROUP:
            groups[index] = judged.group
    return groups, others, more


def _are_names(row: Sequence[Cell]) -> bool:
    """Whether a row below the signatures holds a few words without any number."""
    texts = [shown(cell) for cell in row if cell != ""]
    return len(texts) <= _MOST_SIGNATURES and not any(map(str.isdigit, "".join(texts)))


def _continues(rows: Sequence[Sequence[Cell]], index: int, ordinal: int | None) -> bool:
    """Whether the row's whole ordinal goes on from the last whole ordinal above it."""
    if ordinal is None:
        return False
    own = _whole(rows[index][ordinal])
    if own is None or own == 0:
        return False
    for above in range(index - 1, max(index - 12, -1), -1):
        before = _whole(rows[above][ordinal])
        if before is not None:
            return own == before + 1
    return own == 1 and index + 1 < len(rows) and _whole(rows[index + 1][ordinal]) == 2  # noqa: PLR2004


def _whole(cell: Cell) -> int | None:
    text = shown(cell).strip()
    return int(float(text)) if WHOLE_ORDINAL.fullmatch(text) else None


def _has_position(row: Sequence[Cell], positions: Sequence[int]) -> bool:
    """Whether a position column holds digits enough for one; a column's number has not."""
    for column in positions:
        cell = row[column]
        if cell == "":
            continue
        if isinstance(cell, str):
            if _FOUR_DIGITS.search(cell) and not _DATE_IN_WORDS.search(cell):
                return True
        elif not isinstance(cell, int | float) or abs(cell) >= _HUNDRED or cell % 1:
            return True
    return False


def _starts_a_table(row: Sequence[Cell], header_rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether another header stands here: three known columns, and not the same texts again."""
    if heading_score(row) < NEW_HEADER:
        return False
    filled = [column for column, cell in enumerate(row) if cell != ""]
    return all(
        sum(column < len(header) and row[column] == header[column] for column in filled) * 2
        < len(filled)
        for header in header_rows
    )


def _odd_heading(sheet: Sheet, width: int, start: int) -> Heading | None:
    """A header whose words are unknown: a full row of words over a row that has numbers."""
    rows = sheet.rows
    for index in range(start, min(start + 20, len(rows) - 1)):
        texts = [cell for cell in rows[index] if cell != ""]
        if len(texts) < 3 or any(not isinstance(cell, str) for cell in texts):  # noqa: PLR2004
            if len(texts) >= 3:  # noqa: PLR2004 - a full row with numbers: the data begins
                return None
            continue
        if any(any(map(str.isdigit, str(cell))) for cell in texts):
            return None
        below = next(
            (rows[row] for row in range(index + 1, min(index + 4, len(rows)))
             if not is_column_numbers(rows[row])), None,
        )  # fmt: skip
        if below is not None and any(
            rows[index][column] != "" and _is_number(below[column]) for column in range(width)
        ):
            parts: tuple[Parts, ...] = tuple(
                (shown(cell).strip(),) if cell != "" else () for cell in rows[index]
            )
            numbered = index + 1 if is_column_numbers(rows[index + 1]) else None
            return Heading(index, index if numbered is None else numbered, parts, numbered)
    return None


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or (
        isinstance(cell, str) and re.fullmatch(r"\s*[-+]?\d[\d.,]*\s*", cell) is not None
    )


def _first_wide_row(rows: Sequence[Sequence[Cell]], start: int) -> int:
    """Without a header the body begins with the first row of three cells or more, or at once."""
    for index in range(start, min(start + 40, len(rows))):
        if sum(cell != "" for cell in rows[index]) >= 3:  # noqa: PLR2004 - titles fill one or two
            return index
    return start


def _sample(rows: Sequence[Sequence[Cell]], first: int) -> list[Sequence[Cell]]:
    """Body rows to judge the columns by, from the top and spread over the rest."""
    body = len(rows) - first
    if body <= SAMPLE_ROWS * 2:
        return list(rows[first:])
    step = body // SAMPLE_ROWS
    return [*rows[first : first + SAMPLE_ROWS], *rows[first + SAMPLE_ROWS :: step]]


def _labels(kind: Kind, width: int, parts: Sequence[Parts]) -> list[str]:
    """What the user calls each column: its letter in a workbook, its header in a text file."""
    letters = column_letters(width)
    if kind.is_workbook:
        return list(letters)
    labels: list[str] = []
    for letter, texts in zip(letters, parts, strict=True):
        label = " / ".join(texts) or letter
        labels.append(label if label not in labels else f"{label} ({letter})")
    return labels
