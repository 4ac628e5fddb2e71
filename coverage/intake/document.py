"""The neutral form that every reader makes of a file: sheets of rows of raw cells.

A reader repairs only what concerns the file as such (its encoding, its parts); which row is a
header and which column holds what is not its business. Blank rows are left out, and
``row_numbers`` says which number the user sees beside each row that is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from coverage.findings import Finding

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""A raw cell; an empty one is ``""``. Text is composed (NFC) and otherwise as it was."""

MEGABYTE = 1_000_000
_LISTED = 8


class Kind(StrEnum):
    """What a file really is, by its content."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"
    GEOJSON = "geojson"
    KML = "kml"
    KMZ = "kmz"
    GPX = "gpx"
    GEOPACKAGE = "geopackage"
    SHAPEFILE = "shapefile"

    @property
    def is_workbook(self) -> bool:
        """Whether its columns are known to the user by letters."""
        return self in {Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS}

    @property
    def has_features(self) -> bool:
        """Whether its rows are features: named properties and a geometry."""
        return not self.is_workbook and self is not Kind.CSV


IN_WORDS: dict[Kind, tuple[str, str]] = {
    Kind.XLSX: ("tệp Excel (.xlsx)", "an Excel file (.xlsx)"),
    Kind.XLSB: ("tệp Excel (.xlsb)", "an Excel file (.xlsb)"),
    Kind.XLS: ("tệp Excel 97–2003 (.xls)", "an Excel 97–2003 file (.xls)"),
    Kind.ODS: ("tệp LibreOffice (.ods)", "a LibreOffice file (.ods)"),
    Kind.CSV: ("văn bản phân cách (CSV)", "delimited text (CSV)"),
    Kind.GEOJSON: ("tệp GeoJSON", "a GeoJSON file"),
    Kind.KML: ("tệp KML", "a KML file"),
    Kind.KMZ: ("tệp KMZ", "a KMZ file"),
    Kind.GPX: ("tệp GPX", "a GPX file"),
    Kind.GEOPACKAGE: ("tệp GeoPackage (.gpkg)", "a GeoPackage (.gpkg)"),
    Kind.SHAPEFILE: ("Shapefile nén (.zip)", "a zipped Shapefile"),
}
"""What to call each kind in a sentence, in Vietnamese and English."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost; ``memory_bytes`` is that of the child process that parses it."""

    file_bytes: int = 100 * MEGABYTE
    unpacked_bytes: int = 1_500 * MEGABYTE
    rows: int = 200_000
    columns: int = 300
    cells: int = 6_000_000
    seconds: float = 120.0
    memory_bytes: int = 1_500 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range: first and last row by the number the user sees, columns from 0; inclusive."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Point:
    """Where a feature lies: ``x`` longitude or easting, ``y`` latitude or northing.

    ``raw`` is the position as the file writes it.
    """

    x: float
    y: float
    raw: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet or layer.

    ``rows``: raw cells, each row as long as it has cells (missing ones at the end are empty);
    ``row_numbers``: beside each row, the number the user sees: the sheet's row, the line of the
    file where a CSV record begins, the feature's number from 1;
    ``columns``: letters for a workbook and for a CSV whose header is not yet found, the
    properties' names for features, whose ``rows`` are then all data;
    ``merged``: ranges whose first cell alone holds the value;
    ``hidden_rows``: numbers of rows a filter or a person has hidden; they are in ``rows``;
    ``ragged_rows``: numbers of CSV records with more fields than the table has columns, whose
    cells may therefore stand under a wrong header;
    ``points``: for features, one per row, in WGS 84 degrees unless ``crs`` is None;
    ``crs``: the reference system the file states, None where it states none.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    row_numbers: Sequence[int]
    columns: tuple[str, ...]
    hidden: bool = False
    merged: tuple[Merged, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    points: tuple[Point | None, ...] | None = None
    crs: str | None = None
    ragged_rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its kind, how its text was encoded, its sheets in their own order.

    Hidden sheets are named but hold no rows. ``findings`` are about the file as a whole.
    """

    kind: Kind
    encoding: str
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = field(default=())


def column_letter(index: int) -> str:
    """Return the letters of the column at ``index`` from 0: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_letters(count: int) -> tuple[str, ...]:
    """Return the letters of the first ``count`` columns."""
    return tuple(column_letter(index) for index in range(count))


def shown(cell: Cell | None) -> str:
    """Return the cell as the user sees it: 12 and not 12.0, 15 digits, day/month/year."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"  # noqa: PLR2004
        case dt.datetime():
            midnight = cell.time() == dt.time()
            return cell.strftime("%d/%m/%Y" if midnight else "%d/%m/%Y %H:%M:%S")
        case dt.date():
            return cell.strftime("%d/%m/%Y")
        case _:
            return str(cell)


def listed(values: Sequence[object]) -> str:
    """Return the first few values for a sentence: ``3, 8, 12…``."""
    text = ", ".join(map(str, values[:_LISTED]))
    return text + "…" if len(values) > _LISTED else text
