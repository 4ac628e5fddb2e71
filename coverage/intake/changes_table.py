"""The official table of what became of the former communes on 1 July 2025.

The statistics office publishes it with one row per old and new commune and a note in words; the
words have spelling variants, a few codes are wrong, and five island districts stand in it
without a commune. It is read against the two lists that it connects.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from coverage.errors import InputRefused
from coverage.findings import Finding, Severity, finding
from coverage.places.names import key_of
from coverage.places.units import Change, Level, Unit, UnitList
from coverage.vietnamese import header_key, name_key, nfc

_COLUMNS = {
    "new_name": "tên xã mới", "new_code": "mã xã mới", "old_name": "tên xã cũ",
    "old_code": "mã xã cũ", "note": "ghi chú", "district": "quận huyện",
}  # fmt: skip
_NEEDED = ("new_code", "old_name", "old_code", "note")
_HEADER_ROWS = 10
_CODE_IN_BRACKETS = re.compile(r"\((\d+)\)\s*$")
_PART = name_key("phần")
_WRONG_SHARE = 0.01  # of the rows; beyond it this is another table


@dataclass(frozen=True, slots=True)
class ChangesTable:
    """The changes read, and what had to be mended or left out."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    new_code: str
    old_name: str
    old_code: str
    note: str
    district: str


def read_changes_table(path: Path, former: UnitList, current: UnitList) -> ChangesTable:
    """Return the changes between the two lists as a CSV of the official form tells them.

    Raises:
        InputRefused: it is not such a table, or its codes are not those of the two lists.
    """
    rows = list(_rows(path))
    known = _Former(former)
    new_codes = {unit.code for unit in current.of(Level.COMMUNE)}
    found: list[tuple[_Row, Unit]] = []
    findings: list[Finding] = []
    strange: list[_Row] = []
    for row in rows:
        unit = known.unit(row)
        if row.new_code not in new_codes or (unit is None and row.old_code):
            strange.append(row)
        elif unit is None:
            findings.append(finding("place.change_no_unit", line=row.line, read=row.old_name))
        else:
            if row.old_code and unit.code != row.old_code:
                findings.append(
                    finding(
                        "place.change_code_mended", line=row.line, name=row.old_name,
                        district=row.district, read=row.old_code, used=unit.code,
                    )
                )  # fmt: skip
            found.append((row, unit))
    if not found or len(strange) > _WRONG_SHARE * len(rows):
        raise InputRefused([_strange(path.name, strange)])
    if strange:
        findings.append(replace(_strange(path.name, strange), severity=Severity.WARNING))
    return ChangesTable(tuple(_changes(found, former.vintage, current.vintage)), tuple(findings))


class _Former:
    """The former communes by code and by district and name; districts by code."""

    def __init__(self, former: UnitList) -> None:
        self.by_code = {unit.code: unit for unit in former.of(Level.COMMUNE)}
        self.districts = {unit.code: unit for unit in former.of(Level.DISTRICT)}
        self.by_name: dict[tuple[str, str], list[Unit]] = defaultdict(list)
        for unit in self.by_code.values():
            self.by_name[unit.district_code or "", key_of(unit.full_name)].append(unit)

    def unit(self, row: _Row) -> Unit | None:
        """The unit a row means: by code where the name agrees or nothing else fits."""
        district = _CODE_IN_BRACKETS.search(row.district)
        code = district[1] if district else ""
        if not row.old_code:
            alone = name_key("huyện") in name_key(row.note) and not row.old_name
            return self.districts.get(code) if alone else None
        by_code = self.by_code.get(row.old_code)
        if by_code is not None and key_of(by_code.full_name) == key_of(row.old_name):
            return by_code
        named = self.by_name.get((code, key_of(row.old_name)), [])
        return named[0] if len(named) == 1 else by_code


def _rows(path: Path) -> Iterator[_Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused([finding("place.changes_columns", file=path.name)]) from error
    try:
        lines = list(csv.reader(io.StringIO(nfc(text), newline="")))
    except csv.Error as error:
        raise InputRefused([finding("place.changes_columns", file=path.name)]) from error
    header = _header(lines)
    if header is None:
        raise InputRefused([finding("place.changes_columns", file=path.name)])
    at, columns = header
    for number, cells in enumerate(lines[at + 1 :], start=at + 2):
        facts = {
            name: " ".join(cells[column].split()) if column < len(cells) else ""
            for name, column in columns.items()
        }
        if facts["new_code"]:
            yield _Row(
                number, facts["new_code"].zfill(Level.COMMUNE.code_digits), facts["old_name"],
                facts["old_code"] and facts["old_code"].zfill(Level.COMMUNE.code_digits),
                facts["note"], facts.get("district", ""),
            )  # fmt: skip


def _header(lines: list[list[str]]) -> tuple[int, Mapping[str, int]] | None:
    for at, cells in enumerate(lines[:_HEADER_ROWS]):
        keys = [header_key(cell) for cell in cells]
        columns = {
            name: keys.index(header_key(title))
            for name, title in _COLUMNS.items()
            if header_key(title) in keys
        }
        if all(name in columns for name in _NEEDED):
            return at, columns
    return None


def _changes(found: list[tuple[_Row, Unit]], old: str, new: str) -> Iterator[Change]:
    """A unit that stands in several rows went there in parts, whatever the notes say."""
    rows_of: dict[tuple[Level, str], set[str]] = defaultdict(set)
    for row, unit in found:
        rows_of[unit.level, unit.code].add(row.new_code)
    told: set[tuple[str, str]] = set()
    for row, unit in found:
        if (unit.code, row.new_code) in told:
            continue
        told.add((unit.code, row.new_code))
        part = len(rows_of[unit.level, unit.code]) > 1 or _PART in name_key(row.note).split()
        yield Change(old, unit.code, new, row.new_code, part, row.note, unit.level)


def _strange(file: str, rows: list[_Row]) -> Finding:
    first = rows[0] if rows else None
    return finding(
        "place.changes_codes", file=file, count=len(rows), line=first.line if first else "–",
        read=f"{first.old_code} {first.old_name} → {first.new_code}" if first else "–",
    )  # fmt: skip
