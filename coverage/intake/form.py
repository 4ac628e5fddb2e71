"""What was understood of a file as a whole: the ``form`` of design.md §5, plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coverage.intake.document import Document, shown
from coverage.intake.letterhead import read_letterhead
from coverage.intake.roles import Role
from coverage.intake.rows import TableRows
from coverage.intake.tables import Table

_LISTED = 50
_NOT_DATA = {
    Role.GROUP: "group",
    Role.TOTAL: "total",
    Role.NOTE: "note",
    Role.HEADER: "repeated_header",
    Role.NUMBERED: "numbered",
}


def form_of(
    document: Document, read: Sequence[TableRows], mapping: Mapping[str, str]
) -> dict[str, object]:
    """Return the form: the first table's sheet, header rows, columns, CRS and letterhead, then all.

    ``sheets`` describes every table that was read; rows that are not data are listed by what
    they were taken for.
    """
    tables = [_table(part) for part in read]
    first = tables[0]
    return {
        "kind": document.kind.value,
        "encoding": document.encoding,
        **{key: first[key] for key in ("sheet", "header_rows", "columns", "crs")},
        **_letterhead(read[0].table),
        "mapping": dict(mapping),
        "sheets": tables,
    }


def _letterhead(table: Table) -> dict[str, str | None]:
    def texts(indexes: Sequence[int]) -> list[str]:
        return [
            text for index in indexes for cell in table.rows[index] if (text := shown(cell).strip())
        ]

    notes = sorted(index for index, role in table.others.items() if role is Role.NOTE)
    return read_letterhead(texts(table.above), texts(notes)).as_json()


def _table(part: TableRows) -> dict[str, object]:
    table = part.table
    numbers = table.sheet.row_numbers
    heading = table.heading
    header_rows = [] if heading is None else numbers[heading.first : heading.last + 1]
    roles = {
        role: [numbers[index] for index in sorted(table.others) if table.others[index] is role]
        for role in _NOT_DATA
    }
    return {
        "sheet": table.sheet.name,
        "header_rows": list(header_rows),
        "columns": [
            {
                "column": column.label,
                "header": column.header,
                "field": column.field.value if column.field else None,
                "by": column.how or None,
            }
            for column in table.columns.every
        ],
        "crs": _crs(part),
        "positions": part.positions.form,
        "rows": len(table.data),
        "rows_above": [numbers[index] for index in table.above],
        **{f"{_NOT_DATA[role]}_rows": rows[:_LISTED] for role, rows in roles.items()},
        "rows_not_data": sum(map(len, roles.values())),
    }


def _crs(part: TableRows) -> str | None:
    """The system that the positions were read in, where one prevails."""
    if part.table.sheet.points is not None:
        return part.table.sheet.crs
    for form in part.positions.form:
        in_use = form["grids_in_use"]
        if isinstance(in_use, list) and len(in_use) == 1:
            return str(in_use[0])
        if form["stated_crs"]:
            return str(form["stated_crs"])
    return "EPSG:4326" if part.positions.form else None
