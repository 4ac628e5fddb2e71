"""Where the rows and columns of a file that is no XLSX stand in the workbook that repeats it.

Rows of workbooks and of CSV keep their numbers and columns, so that "row 12" is row 12 there too.
Features get a header, their number and their position before their properties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from coverage.intake.annotated.remarks import LAST_ROW, Place
from coverage.intake.annotated.texts import Texts
from coverage.intake.document import Cell, Document, Sheet
from coverage.surveys import SurveyReport, SurveyRow

MOST_CELLS = 2_000_000  # in a copy; more of them take minutes and gigabytes to write
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_GEOMETRY = "geometry"  # what findings call a feature's own position


@dataclass(slots=True)
class Layout:
    """One sheet of the copy. Rows count from 1 as the copy does, columns from 0.

    ``row_of`` gives the copy's row by the number the user knows; ``tables`` the columns by label,
    after the row of the copy where each table begins; ``headers`` the rows of each one's header.
    """

    name: str
    sheet: Sheet
    rows: list[tuple[int, Sequence[Cell]]]
    row_of: Mapping[int, int]
    tables: list[tuple[int, Mapping[str, int]]] = field(default_factory=list)
    headers: list[range] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(cells) for _, cells in self.rows), default=0)

    def place_of(self, row: SurveyRow, column: str | None) -> Place | None:
        """Return the cell of a column by its label; without one, the row's first filled cell."""
        at = self.row_of.get(row.row)
        if at is None:
            return None
        above = [columns for first, columns in self.tables if first <= at]
        known: Mapping[str, int] = above[-1] if above else {}
        labels = [column] if column in known else list(row.cells)
        indexes = [known[label] for label in labels if label is not None and label in known]
        return Place(self.name, at, min(indexes, default=0))


def layouts(document: Document, report: SurveyReport, texts: Texts) -> list[Layout]:
    """Return the sheets of the copy: those of the file that are visible and hold something."""
    made: list[Layout] = []
    for sheet in document.sheets:
        if sheet.rows and not sheet.hidden:
            name = _free_name(sheet.name or texts.data, [one.name for one in made])
            if document.kind.has_features:
                rows = {row.row: row for row in report.rows if row.sheet == sheet.name}
                made.append(_of_features(name, sheet, rows, texts))
            else:
                made.append(_of_rows(name, sheet, report))
    return made


def without_plain_rows(made: Sequence[Layout], report: SurveyReport) -> bool:
    """Leave out rows that nothing is said of, where there is too much to repeat; say whether."""
    if sum(len(layout.rows) * layout.width for layout in made) <= MOST_CELLS:
        return False
    for layout in made:
        told = {
            layout.row_of.get(row.row)
            for row in report.rows
            if row.sheet == layout.sheet.name and row.findings
        }
        told.update(row for header in layout.headers for row in header)
        layout.rows = [(number, cells) for number, cells in layout.rows if number in told]
    return True


def _of_rows(name: str, sheet: Sheet, report: SurveyReport) -> Layout:
    numbers: Sequence[int] = sheet.row_numbers
    if numbers[-1] > LAST_ROW:  # a CSV may have any number of blank lines
        numbers = range(1, len(sheet.rows) + 1)
    row_of = dict(zip(sheet.row_numbers, numbers, strict=True))
    layout = Layout(name, sheet, list(zip(numbers, sheet.rows, strict=True)), row_of)
    for headers, labels in _tables(sheet, report):
        rows = [row_of[header] for header in headers if header in row_of]
        layout.tables.append((min(rows, default=0), {each: at for at, each in enumerate(labels)}))
        layout.headers += [range(min(rows), max(rows) + 1)] if rows else []
    return layout


def _of_features(name: str, sheet: Sheet, rows: Mapping[int, SurveyRow], texts: Texts) -> Layout:
    place = [] if sheet.points is None else list(texts.axes if sheet.crs is None else texts.degrees)
    head = [texts.feature, *place, *sheet.columns]
    made: list[tuple[int, Sequence[Cell]]] = [(1, head)]
    for at, (number, cells) in enumerate(zip(sheet.row_numbers, sheet.rows, strict=True)):
        position = list(_position(sheet, at, rows.get(number))) if place else []
        made.append((at + 2, [number, *position, *cells]))
    columns = {label: at for at, label in enumerate(sheet.columns, start=len(place) + 1)}
    if place:
        columns.setdefault(_GEOMETRY, 1)
    row_of = {number: at + 2 for at, number in enumerate(sheet.row_numbers)}
    return Layout(name, sheet, made, row_of, [(1, columns)], [range(1, 2)])


def _position(sheet: Sheet, at: int, row: SurveyRow | None) -> tuple[Cell, Cell]:
    """A feature's position, x before y; one that is told by its properties is what was read."""
    point = sheet.points[at] if sheet.points is not None else None
    if point is not None:
        return point.x, point.y
    if row is None or row.latitude is None or row.longitude is None or sheet.crs is None:
        return "", ""
    return row.longitude, row.latitude


def _tables(sheet: Sheet, report: SurveyReport) -> Iterator[tuple[list[int], list[str]]]:
    """The header rows and column labels of each table of a sheet, as the report's form has them."""
    described = report.form.get("sheets")
    for table in described if isinstance(described, list) else ():
        if table["sheet"] == sheet.name:
            yield list(table["header_rows"]), [column["column"] for column in table["columns"]]


def _free_name(wanted: str, taken: Sequence[str]) -> str:
    """A sheet's name within what a workbook allows, and no other's."""
    clean = " ".join(wanted.translate(_NOT_IN_NAMES).split()).strip("'")[:_LONGEST_NAME].strip()
    keys = {name.casefold() for name in taken} | {"history", ""}  # "History" is Excel's own
    number, name = 1, clean
    while name.casefold() in keys:
        number += 1
        ending = f" ({number})"
        name = clean[: _LONGEST_NAME - len(ending)] + ending
    return name
