"""The list of zones as CSV: for programs, and safe when a spreadsheet opens it."""

from __future__ import annotations

import csv
import io

from coverage.dossier.columns import COLUMNS, Kind, Value, rows
from coverage.packages import Package

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as windows-1258
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(package: Package) -> bytes:
    """Return the CSV: UTF-8 with byte-order mark, commas, CRLF, one header row of keys."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.key for column in COLUMNS])
    for row in rows(package):
        writer.writerow([cell(column.kind, column.value(row)) for column in COLUMNS])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def cell(kind: Kind, value: Value) -> str:
    """Return a value as CSV text; an unknown one is empty, never 0 or false."""
    text = plain(kind, value)
    return guarded(text) if kind in (Kind.TEXT, Kind.CODE) else text


def plain(kind: Kind, value: Value) -> str:
    """Return a value as programs read it; an unknown one is empty, never 0 or false."""
    if value is None:
        return ""
    match kind:
        case Kind.YES_NO:
            return "true" if value else "false"
        case Kind.DEGREES:
            return f"{value:.7f}"
        case Kind.METRES:
            return f"{value:.2f}"
        case Kind.COUNT | Kind.TEXT | Kind.CODE:
            return str(value)


def guarded(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula: an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
