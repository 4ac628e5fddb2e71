"""A register's rows, read: listings of equipment, and what has to be said about the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coverage.coordinates import Extent
from coverage.errors import InputRefused
from coverage.findings import Finding, Severity, finding
from coverage.intake.document import Document, Sheet
from coverage.intake.registers import operators
from coverage.intake.registers.columns import Layout, Role, find_layout
from coverage.intake.registers.positions import Positions, read_positions, sheet_prefix
from coverage.intake.registers.rows import RegisterReading, RowReader, Tally, extent_facts
from coverage.towers import Listing, listed

_MOSTLY = 0.5  # of the rows beyond the extent: the file was read wrongly, not row by row


@dataclass(slots=True)
class Register:
    """What was read of a register.

    ``rows`` counts its data rows: those that became ``listings`` (``loaded``), those rejected by
    an error, and those ``without_position``, which are no error but cannot be placed.
    """

    crs: str
    form: Mapping[str, object]
    listings: list[Listing]
    findings: list[Finding]
    rows: int
    loaded: int
    rejected: int
    without_position: int

    @property
    def errors(self) -> list[Finding]:
        """The findings that stand in the way of loading the whole file."""
        return [found for found in self.findings if found.severity is Severity.ERROR]


def read_register(document: Document, reading: RegisterReading) -> Register:
    """Read every visible sheet of a document that has a register's columns.

    Raises:
        InputRefused: no sheet is a register, or its positions cannot be read at all; the
            findings are of the family tower.
    """
    tally = Tally()
    forms, systems = [], []
    for sheet in document.sheets:
        if not sheet.rows:  # empty, or hidden
            continue
        layout = find_layout(sheet, lettered=document.kind.is_workbook)
        if layout is None:
            tally.notes.whole(finding("tower.sheet_not_read", sheet=sheet_prefix(sheet)))
            continue
        positions = _read_sheet(sheet, layout, reading, tally)
        systems.append(positions.crs)
        forms.append(
            {
                "sheet": sheet.name,
                "header_row": layout.header,
                "columns": layout.understood(),
                "unread": layout.unread(),
                "crs": positions.crs,
            }
        )
    if not forms:
        raise InputRefused([finding("tower.no_columns")])
    if not tally.rows:
        raise InputRefused([finding("tower.no_rows")])
    _tell_operators(tally)
    return Register(
        crs=", ".join(dict.fromkeys(systems)),
        form={"kind": document.kind.value, "encoding": document.encoding, "sheets": forms},
        listings=tally.listings,
        findings=[*document.findings, *tally.notes.findings()],
        rows=tally.rows,
        loaded=tally.loaded,
        rejected=tally.rejected,
        without_position=tally.without_position,
    )


def _read_sheet(sheet: Sheet, layout: Layout, reading: RegisterReading, tally: Tally) -> Positions:
    has_operator = Role.OPERATOR in layout.roles or layout.operators or reading.operator
    if not has_operator:
        raise InputRefused([finding("tower.operator_missing", sheet=sheet_prefix(sheet))])
    rows = range(layout.first, len(sheet.rows))
    positions = read_positions(sheet, layout, rows, reading.crs, reading.extent)
    if positions.swapped:
        numbers = [sheet.row_numbers[rows[place]] for place in positions.swapped]
        tally.notes.whole(
            finding(
                "tower.swapped", sheet=sheet_prefix(sheet), count=len(numbers), rows=listed(numbers)
            )
        )
    beyond = len(positions.outside)
    mostly = beyond > 1 and beyond > _MOSTLY * (len(rows) - len(positions.blank))
    if mostly:
        tally.notes.whole(_mostly_outside(sheet, rows, positions, reading.extent))
    row_reader = RowReader(sheet, layout, reading, tally)
    for place, row in enumerate(rows):
        row_reader.read(row, place, positions, tell_outside=not mostly)
    return positions


def _mostly_outside(sheet: Sheet, rows: range, positions: Positions, extent: Extent) -> Finding:
    numbers = [sheet.row_numbers[rows[place]] for place in sorted(positions.outside)]
    return finding(
        "tower.mostly_outside", sheet=sheet_prefix(sheet), count=len(numbers), total=len(rows),
        rows=listed(numbers), crs=positions.crs, **extent_facts(extent),
    )  # fmt: skip


def _tell_operators(tally: Tally) -> None:
    """Say which operators the register names that are not among the country's."""
    for name in tally.names:
        if operators.is_known(name):
            continue
        likely = None if name.isdigit() else operators.likely_operator(name, tally.names)
        rule = "tower.operator_likely" if likely else "tower.operator_new"
        tally.notes.whole(finding(rule, value=name, operator=name, likely=likely))
