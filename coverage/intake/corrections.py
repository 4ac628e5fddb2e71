"""What an officer corrects on the page, row by row: typed in place of cells, checked like them.

The file and its raw cells stay as they are; a correction says what stands instead, who typed it
and when. What is not typed is read from the file as before.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from coverage.coordinates import Order, Place
from coverage.days import VIETNAM_TIME
from coverage.findings import Finding, finding
from coverage.intake.claims import Column
from coverage.intake.columns import Columns
from coverage.intake.declared import Declared, cells_of
from coverage.intake.document import Sheet, shown
from coverage.intake.facts import Facts
from coverage.intake.fields import Field, called
from coverage.intake.placing import Declarations, Locality, Placed, place_rows
from coverage.intake.positions import Ground, Positions, Source, read_positions
from coverage.intake.tables import Table
from coverage.intake.values import Read, household_counts

CORRECTABLE = (
    Field.VILLAGE, Field.COMMUNE_CODE, Field.LATITUDE, Field.LONGITUDE, Field.HOUSEHOLDS,
    Field.GRID_POWER, Field.SPECIALLY_DIFFICULT,
)  # fmt: skip
"""What may be typed; the two halves of a position always come together."""

ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}
_ANSWERS_SHOWN = {"yes": ("có", "yes"), "no": ("không", "no"), "unknown": ("chưa rõ", "unknown")}
_POSITION = (Field.LATITUDE, Field.LONGITUDE)


@dataclass(frozen=True, slots=True)
class Correction:
    """What was typed for one row, as it was typed; ``at`` is UTC.

    ``place`` is the row's place in the report, ``sheet`` and ``row`` what the user calls it. The
    commune is a code, a position WGS 84, power and difficulty a key of ``ANSWERS``.
    """

    place: int
    sheet: str
    row: int
    typed: Mapping[Field, str]
    by: str
    at: dt.datetime

    def as_json(self) -> dict[str, Any]:
        """Return the correction as it is kept for ever."""
        return {
            "place": self.place, "sheet": self.sheet, "row": self.row,
            "typed": {field.value: text for field, text in self.typed.items()},
            "by": self.by, "at": self.at.isoformat(),
        }  # fmt: skip


def correction_of(kept: Mapping[str, Any]) -> Correction:
    """Return a correction as :meth:`Correction.as_json` has written it."""
    return Correction(
        kept["place"], kept["sheet"], kept["row"],
        {Field(name): text for name, text in kept["typed"].items()},
        kept["by"], dt.datetime.fromisoformat(kept["at"]),
    )  # fmt: skip


def find_rows(
    corrections: Sequence[Correction], tables: Sequence[Table]
) -> tuple[list[dict[int, Correction]], list[Finding]]:
    """Return the corrections of each table, by data row; and those whose row is not there any more.

    Columns understood otherwise may move rows: sheet and number then find the row, if only one
    bears them.
    """
    found: list[dict[int, Correction]] = [{} for _ in tables]
    if not corrections:
        return found, []
    owners = [(at, row) for at, table in enumerate(tables) for row in range(len(table.data))]
    named: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, (at, row) in enumerate(owners):
        table = tables[at]
        named[table.sheet.name, table.sheet.row_numbers[table.data[row]]].append(place)
    lost = []
    for correction in corrections:
        places = named.get((correction.sheet, correction.row), [])
        if correction.place in places:
            places = [correction.place]
        if len(places) == 1:
            at, row = owners[places[0]]
            found[at][row] = correction
        else:
            lost.append(finding("survey.correction_lost", row=correction.row))
    return found, lost


def correct_declared(read: Declared, corrected: Mapping[int, Correction]) -> None:
    """Put typed villages and communes in the place of what the rows declare."""
    for row, correction in corrected.items():
        if Field.VILLAGE in correction.typed:
            read.village[row] = correction.typed[Field.VILLAGE].strip()
        if Field.COMMUNE_CODE in correction.typed:
            read.code[row] = correction.typed[Field.COMMUNE_CODE].strip()
            read.commune[row] = read.district[row] = read.province[row] = ""
            read.above.pop(row, None)


def correct_positions(
    table: Table, read: Positions, ground: Ground, corrected: Mapping[int, Correction]
) -> None:
    """Read typed positions like two columns of WGS 84 degrees, and put them in their rows."""
    rows = [row for row, one in corrected.items() if not one.typed.keys().isdisjoint(_POSITION)]
    if not rows:
        return
    labels = [_label(table, half) or read.label or "" for half in _POSITION]
    cells = [[corrected[row].typed.get(half, "").strip() for half in _POSITION] for row in rows]
    typed = Table(
        Sheet("", cells, range(1, len(cells) + 1), tuple(labels)), cells, None,
        Columns(tuple(
            Column(index, label, "", half)
            for index, (label, half) in enumerate(zip(labels, _POSITION, strict=True))
        )),
        range(0), tuple(range(len(cells))),
    )  # fmt: skip
    communes: list[Place | None] = [ground.communes[row] for row in rows]
    of_rows = Ground(communes, ground.province, ground.grids, ground.limits)
    own = read_positions(typed, ("WGS 84",), of_rows)
    source = _source(len(table.data), dict(zip(rows, cells, strict=True)), labels)
    for at, row in enumerate(rows):
        read.latitude[row], read.longitude[row] = own.latitude[at], own.longitude[at]
        read.said[row] = own.said[at]
        read.sources[row] = source


def _source(count: int, cells: Mapping[int, Sequence[str]], labels: Sequence[str]) -> Source:
    """Where what is said of the typed positions belongs, later in the check."""
    halves = [[cells[row][half] if row in cells else None for row in range(count)]
              for half in range(2)]  # fmt: skip
    return Source(halves[0], halves[1], (labels[0], labels[1]), Order.NORTH_FIRST, ())


def correct_placed(
    placed: Placed, declarations: Declarations, read: Positions, locality: Locality,
    corrected: Mapping[int, Correction],
) -> None:  # fmt: skip
    """Hold typed communes against the points, in a file that has no column for communes."""
    rows = [row for row, one in corrected.items() if Field.COMMUNE_CODE in one.typed]
    if declarations.has_column or not rows:
        return
    own = place_rows(
        Declarations(
            [declarations.matches[row] for row in rows],
            [declarations.places[row] for row in rows], has_column=True,
        ),
        read.latitude[np.array(rows)], read.longitude[np.array(rows)], locality,
    )  # fmt: skip
    for at, row in enumerate(rows):
        placed.declared[row], placed.found[row] = own.declared[at], own.found[at]
        placed.said[row] = own.said[at]


def correct_facts(table: Table, facts: Facts, corrected: Mapping[int, Correction]) -> None:
    """Put typed households and answers in their rows, with what is to be said of them."""
    for row, correction in corrected.items():
        for field, text in correction.typed.items():
            if field is Field.HOUSEHOLDS:
                (read,) = household_counts([text.strip()])
                _forget(facts, row, "households.")
                facts.households[row] = read.number if isinstance(read, Read) else read
                if isinstance(read, Read) and read.said is not None:
                    facts.said[row].append(read.said.at(_label(table, field), text))
            elif field is Field.GRID_POWER:
                _forget(facts, row, "power.")
                facts.grid_power[row] = ANSWERS[text]
            elif field is Field.SPECIALLY_DIFFICULT:
                _forget(facts, row, "difficulty.")
                facts.specially_difficult[row] = ANSWERS[text]


def told_of(table: Table, row: int, correction: Correction) -> Finding:
    """Say that a row was corrected: who, when, and what was typed in place of which cells."""
    changes: list[str] = []
    changes_en: list[str] = []
    for field in CORRECTABLE:
        if field not in correction.typed:
            continue
        text = correction.typed[field]
        was = _cell(table, row, field)
        before = f"“{was}” → " if was else ""
        shown_vi, shown_en = _ANSWERS_SHOWN.get(text, (text, text))
        names = called(field)
        changes.append(f"{names['what']} {before}“{shown_vi}”")
        changes_en.append(f"{names['what_en']} {before}“{shown_en}”")
    when = correction.at.astimezone(VIETNAM_TIME)
    return finding(
        "survey.corrected", who=correction.by, when=f"{when:%H:%M %d/%m/%Y}",
        changes="; ".join(changes), changes_en="; ".join(changes_en),
    )  # fmt: skip


def _forget(facts: Facts, row: int, family: str) -> None:
    facts.said[row] = [told for told in facts.said[row] if not told.rule.startswith(family)]


def _label(table: Table, field: Field) -> str | None:
    columns = table.columns.find(field)
    return columns[0].label if columns else None


def _cell(table: Table, row: int, field: Field) -> str | None:
    """The raw cell that a typed text stands for, where one column holds it."""
    sought = (Field.COMMUNE, field) if field is Field.COMMUNE_CODE else (field,)
    for one in sought:
        cells = cells_of(table, one)
        if cells is not None:
            return shown(cells[row]).strip()
    return None
