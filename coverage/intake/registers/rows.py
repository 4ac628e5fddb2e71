"""One row of a register after the other: the listings it makes, or a word on why it makes none."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from coverage.coordinates import Extent
from coverage.intake.document import Cell, Sheet, shown
from coverage.intake.registers import cells, operators
from coverage.intake.registers.columns import Layout, Role
from coverage.intake.registers.notes import Notes
from coverage.intake.registers.positions import Positions
from coverage.towers import Listing, Technology

_HIGHEST_M = 400.0  # no antenna in the country stands higher above its ground
_FOOT_M = 0.3048


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """How a register is to be read.

    ``extent`` is where its stations must lie; ``crs`` the reference system, when the file does
    not state one; ``operator`` whose register it is: alone, or beside a column that must agree.
    """

    extent: Extent
    crs: str | None = None
    operator: str | None = None


@dataclass(slots=True)
class Tally:
    """What is counted and gathered while the rows go by."""

    listings: list[Listing] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    names: dict[str, None] = field(default_factory=dict)
    rows: int = 0
    loaded: int = 0
    rejected: int = 0
    without_position: int = 0


class RowReader:
    """Reads the rows of one sheet into a tally."""

    def __init__(
        self, sheet: Sheet, layout: Layout, reading: RegisterReading, tally: Tally
    ) -> None:
        self.sheet, self.layout, self.reading, self.tally = sheet, layout, reading, tally
        self.extent = extent_facts(reading.extent)
        self.flags = tuple(layout.flags.items())
        self.known_flags: dict[tuple[Cell, ...], tuple[Technology, ...]] = {}
        height = layout.roles.get(Role.ANTENNA_HEIGHT)
        text = layout.headings[height].casefold() if height is not None else ""
        self.height_unit_m = _FOOT_M if "ft" in text or "feet" in text else 1.0
        index = layout.roles.get(Role.OPERATOR)
        column = {shown(self._at(row, index)) for row in range(layout.first, len(sheet.rows))}
        self.short_codes = operators.short_codes(column)

    def read(self, row: int, place: int, positions: Positions, *, tell_outside: bool) -> None:
        """Read the row at the index ``row``; ``place`` is its place among the positions."""
        tally = self.tally
        named = self._operators(row)
        if place in positions.blank:
            self._without_position(row, named)
            return
        tally.rows += 1
        at_fault = self._owner_at_fault(row, named)
        if place in positions.unreadable:
            at_fault = True
            self._note("tower.position_unreadable", row, *self._position(row))
        elif place in positions.outside:
            at_fault = True
            if tell_outside:
                self._note_outside(
                    row, positions.latitudes[place].item(), positions.longitudes[place].item()
                )
        if at_fault:
            tally.rejected += 1
            return
        tally.loaded += 1
        tally.names.update((name, None) for name, _ in named)
        latitude, longitude = positions.latitudes[place], positions.longitudes[place]
        tally.listings.extend(self._listings(row, named, float(latitude), float(longitude)))

    def _note_outside(self, row: int, latitude: float, longitude: float) -> None:
        column, cell = self._position(row)
        point = {"latitude": f"{latitude:.6f}", "longitude": f"{longitude:.6f}"}
        self._note("tower.outside_extent", row, column, cell, **self.extent, **point)

    def _without_position(self, row: int, named: list[tuple[str, Cell]]) -> None:
        """A station that cannot be placed, or a row that is none: a total, a note, a signature."""
        is_station = not cells.is_blank(self._cell(row, Role.SITE_CODE)) or (
            bool(named) and not cells.is_blank(self._cell(row, Role.OPERATOR))
        )
        if not is_station:
            held = self.sheet.rows[row]
            first = next((cell for cell in held if not cells.is_blank(cell)), "")
            self._note("tower.not_a_station", row, None, first)
            return
        self.tally.rows += 1
        self.tally.without_position += 1
        self._note("tower.position_missing", row, *self._position(row))

    def _owner_at_fault(self, row: int, named: list[tuple[str, Cell]]) -> bool:
        """Tell what is wrong with whose row it is; return whether anything is."""
        if not named:
            self._note("tower.operator_blank", row, *self._labelled(row, Role.OPERATOR))
            return True
        wanted = self.reading.operator
        if wanted is None or all(name == wanted for name, _ in named):
            return False
        other = next(name for name, _ in named if name != wanted)
        column, cell = self._labelled(row, Role.OPERATOR)
        self._note("tower.other_operator", row, column, cell, operator=wanted, other=other)
        return True

    def _operators(self, row: int) -> list[tuple[str, Cell]]:
        """Whose equipment the row lists, each with the cell of the operator's own column."""
        cell = self._cell(row, Role.OPERATOR)
        if not cells.is_blank(cell):
            written = f"0{shown(cell)}" if self.short_codes else shown(cell)
            return [(name, "") for name in _operator_names(written)]
        named = []
        for index, name in self.layout.operators.items():
            own = self._at(row, index)
            answer = _answer(own)
            if answer is None and not _technologies(own)[0]:
                self._note("tower.mark_unknown", row, self.layout.labels[index], own)
            elif answer is not False:
                named.append((name, own))
        if not named and not self.layout.operators and self.reading.operator is not None:
            return [(self.reading.operator, "")]
        return named

    def _listings(
        self, row: int, named: list[tuple[str, Cell]], latitude: float, longitude: float
    ) -> Iterator[Listing]:
        technologies = self._technologies(row)
        bands, height_m = self._bands(row), self._height(row)
        on_air, shareable = self._yes_or_no(row, Role.STATUS), self._yes_or_no(row, Role.SHAREABLE)
        site_code, shared_code = self._cell(row, Role.SITE_CODE), self._cell(row, Role.SHARED_CODE)
        # A mere yes or no is no code that two rows could share.
        shared = "" if _answer(shared_code) is not None else _code(shared_code)
        for name, own in named:
            yield Listing(
                self.sheet.name, self.sheet.row_numbers[row], name, latitude, longitude,
                _code(site_code), shared, _technologies(own)[0] or technologies, bands, height_m,
                on_air, shareable,
            )  # fmt: skip

    def _technologies(self, row: int) -> tuple[Technology, ...]:
        """What the technologies' cell names, and what is marked in columns of their own."""
        column, cell = self._labelled(row, Role.TECHNOLOGIES)
        found, odd = _technologies(cell)
        if odd:
            self._note("tower.technology_unknown", row, column, cell, words=", ".join(odd))
        if not self.flags:
            return found
        marks = tuple(self._at(row, index) for index, _ in self.flags)
        if (known := self.known_flags.get(marks)) is None:
            answers = [_answer(mark) for mark in marks]
            known = tuple(
                technology
                for (_, technology), answer in zip(self.flags, answers, strict=True)
                if answer
            )
            if None not in answers:
                self.known_flags[marks] = known
            for (index, _), answer, mark in zip(self.flags, answers, marks, strict=True):
                if answer is None:
                    self._note("tower.mark_unknown", row, self.layout.labels[index], mark)
        return tuple(sorted({*found, *known})) if found else known

    def _bands(self, row: int) -> tuple[int, ...]:
        column, cell = self._labelled(row, Role.BANDS)
        found, odd = _bands(cell)
        if odd:
            self._note("tower.band_unknown", row, column, cell, words=", ".join(odd))
        return found

    def _height(self, row: int) -> float | None:
        column, cell = self._labelled(row, Role.ANTENNA_HEIGHT)
        if cells.is_blank(cell):
            return None
        value = cells.number(cell.casefold().removesuffix("m") if isinstance(cell, str) else cell)
        if value is None or not 0 < value * self.height_unit_m <= _HIGHEST_M:
            self._note("tower.height_unlikely", row, column, cell)
            return None
        return round(value * self.height_unit_m, 2)

    def _yes_or_no(self, row: int, role: Role) -> bool | None:
        column, cell = self._labelled(row, role)
        if cells.is_blank(cell):
            return None
        answer = _on_air(cell) if role is Role.STATUS else _answer(cell)
        if answer is None:
            rule = "tower.status_unknown" if role is Role.STATUS else "tower.mark_unknown"
            self._note(rule, row, column, cell)
        return answer

    def _position(self, row: int) -> tuple[str | None, Cell]:
        """Where a person looks for the row's position: its first column, and both cells."""
        if self.sheet.points is not None:
            point = self.sheet.points[row]
            return "geometry", "" if point is None else point.raw
        for pair in ((Role.LATITUDE, Role.LONGITUDE), (Role.X, Role.Y)):
            if all(role in self.layout.roles for role in pair):
                both = "; ".join(shown(self._cell(row, role)) for role in pair)
                return self.layout.labels[self.layout.roles[pair[0]]], both
        return None, ""

    def _labelled(self, row: int, role: Role) -> tuple[str | None, Cell]:
        index = self.layout.roles.get(role)
        return (None, "") if index is None else (self.layout.labels[index], self._at(row, index))

    def _cell(self, row: int, role: Role) -> Cell:
        return self._at(row, self.layout.roles.get(role))

    def _at(self, row: int, index: int | None) -> Cell:
        held = self.sheet.rows[row]
        return held[index] if index is not None and index < len(held) else ""

    def _note(self, rule: str, row: int, column: str | None, cell: Cell, **facts: Any) -> None:
        self.tally.notes.row(rule, self.sheet, self.sheet.row_numbers[row], column, cell, **facts)


def extent_facts(extent: Extent) -> dict[str, Any]:
    """Return the sides of an extent, for a sentence."""
    return {
        "south": f"{extent.south:g}", "north": f"{extent.north:g}",
        "west": f"{extent.west:g}", "east": f"{extent.east:g}",
    }  # fmt: skip


def _code(cell: Cell) -> str:
    """An identifier as written, its spaces tidied; nothing where the cell says nothing."""
    return "" if cells.is_blank(cell) else " ".join(shown(cell).split())


# Registers repeat the same few words over tens of thousands of rows.
_operator_names = functools.lru_cache(maxsize=4096)(operators.operator_names)
_technologies = functools.lru_cache(maxsize=4096)(cells.technologies)
_bands = functools.lru_cache(maxsize=4096)(cells.bands_mhz)
_on_air = functools.lru_cache(maxsize=4096)(cells.on_air)
_answer = functools.lru_cache(maxsize=4096)(cells.yes_or_no)
