"""Reads the zip of CSV tables that ODK Central exports: a form, and a table per repeat."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.archive import Archive
from coverage.intake.delimited import read_delimited
from coverage.intake.document import Document, Kind, Limits, Sheet

TABLES = frozenset({".csv", ".tsv"})
_OWN_FOLDER = "__MACOSX"


def tables_of(archive: Archive) -> list[str]:
    """Return the parts of a zip that are delimited tables, the shortest name first.

    ODK names a repeat after its form: ``khao_sat.csv``, ``khao_sat-nha_mang.csv``.
    """
    parts = [
        part for part in archive.parts
        if PurePosixPath(part).suffix.lower() in TABLES
        and not part.startswith(_OWN_FOLDER) and not PurePosixPath(part).name.startswith(".")
    ]  # fmt: skip
    return sorted(parts, key=lambda part: (len(part), part))


def read_packed(archive: Archive, name: str, limits: Limits) -> Document:
    """Read every table of a zip into a sheet named after its part; empty ones are left out.

    Raises:
        InputRefused: file.empty, and what :func:`read_delimited` raises for one of the parts.
    """
    sheets: list[Sheet] = []
    findings: list[Finding] = []
    encodings: list[str] = []
    for part in tables_of(archive):
        data = archive.read(part)
        if not data.strip():
            continue
        own = PurePosixPath(part).name
        read = read_delimited(data, own, limits)
        sheets += [replace(sheet, name=PurePosixPath(own).stem) for sheet in read.sheets]
        findings += read.findings
        encodings.append(read.encoding)
    if not sheets:
        raise InputRefused([finding("file.empty", name=name)])
    rows = sum(len(sheet.rows) for sheet in sheets)
    if rows > limits.rows:
        raise InputRefused([finding("file.too_many_rows", name=name, limit=limits.rows)])
    return Document(Kind.CSV, "+".join(dict.fromkeys(encodings)), tuple(sheets), tuple(findings))
