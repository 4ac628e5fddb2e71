"""Where each row lies: the position columns of a table read in bulk, the doubtful rows one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from coverage.coordinates import Cell as PositionCell
from coverage.coordinates import (
    Declared,
    Limits,
    Order,
    Place,
    Premises,
    ProvincialGrids,
    Reading,
    Standing,
    StatedCRS,
    from_parts,
    grids_in_use,
    read_column,
    readings,
    resolve,
    stated_crs,
    usual_order,
)
from coverage.findings import Finding, finding
from coverage.intake.declared import cells_of
from coverage.intake.document import Cell, shown
from coverage.intake.facts import Said
from coverage.intake.fields import PARTS, POSITION_PAIRS, Field
from coverage.intake.tables import Table
from coverage.vietnamese import header_key

SAMPLE_ROWS = 400
LEAST_METRES = 1_000.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Source:
    """Columns that hold a position: two halves, or one with both (``seconds`` is None).

    ``labels`` are the columns' labels; ``order`` is what their headers say comes first.
    """

    firsts: Sequence[PositionCell]
    seconds: Sequence[PositionCell] | None
    labels: tuple[str, str | None]
    order: Order | None
    texts: tuple[str, ...]
    raw: Sequence[str | None] | None = None  # a feature's geometry as written

    def at(self, told: Finding, row: int) -> Finding:
        """Return a finding placed at the half that it speaks of, with that raw cell."""
        if self.raw is not None:
            return told.at(self.labels[0], self.raw[row])
        first = shown(self.firsts[row])
        if self.seconds is None:
            return told.at(self.labels[0], first)
        second = shown(self.seconds[row])
        read = told.facts.get("read", "").strip()
        is_second = (first.strip() == "" and second.strip() != "") if not read else (
            read == second.strip() != first.strip()
        )  # fmt: skip
        if told.rule == "coordinate.half":
            is_second = second.strip() == ""
        return told.at(self.labels[1], second) if is_second else told.at(self.labels[0], first)


@dataclass(slots=True)
class Positions:
    """WGS 84 degrees per data row, nan where there is none; what is to be said, per row and file."""

    latitude: Floats
    longitude: Floats
    said: Said
    of_file: list[Finding] = field(default_factory=list)
    form: list[dict[str, object]] = field(default_factory=list)
    sources: dict[int, Source] = field(default_factory=dict)
    label: str | None = None  # of the column where a position is looked for first
    typed: dict[int, tuple[str | None, str]] = field(default_factory=dict)  # on the page instead

    def at(self, told: Finding, row: int) -> Finding:
        """Return a finding placed at the row's position and its raw cell."""
        if row in self.typed:
            return told.at(*self.typed[row])
        source = self.sources.get(row)
        if source is None:
            return told.at(self.label, "" if self.label else None)
        return source.at(told, row)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of the ground: each row's declared commune, the province, its grids."""

    communes: Sequence[Place | None]
    province: Place | None
    grids: ProvincialGrids | None
    limits: Limits


def read_positions(table: Table, around: Sequence[str], ground: Ground) -> Positions:
    """Read every data row's position; ``around`` are the texts above and below the table."""
    count = len(table.data)
    read = Positions(np.full(count, np.nan), np.full(count, np.nan), defaultdict(list))
    sources = _sources(table)
    pending = list(range(count))
    for source in sources:
        filled = _filled(source, pending)
        if filled:
            _read_source(source, filled, around, ground, read)
            done = set(filled)
            pending = (
                [row for row in pending if row not in done] if len(filled) < len(pending) else []
            )
    read.label = sources[0].labels[0] if sources else None
    for row in pending:
        read.said[row].append(read.at(finding("coordinate.missing"), row))
    return read


def _sources(table: Table) -> list[Source]:
    """The places to look for a position, the preferred first: geometry, degrees, pairs, metres."""
    sources: list[Source] = []
    points = table.sheet.points
    if points is not None:
        held = [points[index] for index in table.data]
        crs = "" if table.sheet.crs is None else table.sheet.crs
        sources.append(
            Source(
                [None if point is None else point.y for point in held],
                [None if point is None else point.x for point in held],
                ("geometry", None), Order.NORTH_FIRST, (crs,),
                raw=[None if point is None else point.raw for point in held],
            )
        )  # fmt: skip
    for first, second in POSITION_PAIRS:
        if first is Field.NORTHING:
            sources.extend(_single(table))
        firsts, seconds = _half(table, first), _half(table, second)
        if firsts is None or seconds is None:
            continue
        order = Order.NORTH_FIRST if first is Field.LATITUDE else None
        columns = [table.columns.find(half)[0] for half in (first, second)]
        sources.append(
            Source(
                firsts, seconds, (columns[0].label, columns[1].label), order,
                tuple(column.header for column in columns),
            )
        )  # fmt: skip
    return sources


def _single(table: Table) -> list[Source]:
    cells = cells_of(table, Field.COORDINATES)
    if cells is None:
        return []
    column = table.columns.find(Field.COORDINATES)[0]
    key = header_key(column.header)
    east, north = key.find(header_key("kinh độ")), key.find(header_key("vĩ độ"))
    order = None
    if east >= 0 and north >= 0:
        order = Order.EAST_FIRST if east < north else Order.NORTH_FIRST
    return [
        Source(
            [_half_cell(cell) for cell in cells],
            None,
            (column.label, None),
            order,
            (column.header,),
        )
    ]


def _half(table: Table, fact: Field) -> list[PositionCell] | None:
    """One half's cells; degrees, minutes and seconds in columns of their own are put together."""
    cells = cells_of(table, fact)
    if cells is None:
        return None
    for whole, minutes, seconds in PARTS:
        if fact is whole and table.columns.has(minutes):
            minute = cells_of(table, minutes) or [""] * len(cells)
            second = cells_of(table, seconds) or [""] * len(cells)
            return [
                _together(*(_half_cell(part) for part in parts))
                for parts in zip(cells, minute, second, strict=True)
            ]
    return [
        _half_cell(cell) if cell is True or cell is False else None if cell == "" else cell
        for cell in cells
    ]


def _together(degrees: PositionCell, minutes: PositionCell, seconds: PositionCell) -> PositionCell:
    angle = from_parts(degrees, minutes, seconds)
    if angle is not None:
        return round(angle, 9)
    return " ".join(shown(part) for part in (degrees, minutes, seconds) if part is not None)


def _half_cell(cell: Cell) -> PositionCell:
    if cell == "":
        return None
    return str(cell) if isinstance(cell, bool) else cell


def _filled(source: Source, rows: Sequence[int]) -> list[int]:
    """The rows where a half is not blank."""
    firsts, seconds = source.firsts, source.seconds
    if seconds is None:
        return [row for row in rows if not _is_blank(firsts[row])]
    return [row for row in rows if not (_is_blank(firsts[row]) and _is_blank(seconds[row]))]


def _is_blank(half: PositionCell) -> bool:
    return half is None or (type(half) is str and not half.strip())


def _read_source(
    source: Source, rows: list[int], around: Sequence[str], ground: Ground, read: Positions
) -> None:
    firsts = [source.firsts[row] for row in rows]
    seconds = None if source.seconds is None else [source.seconds[row] for row in rows]
    communes = [ground.communes[row] for row in rows]
    stated = stated_crs(source.texts) or stated_crs(around)
    if stated is not None:
        read.of_file.extend(stated.findings)
    premises = _premises(source, _Cells(firsts, seconds, communes), stated, ground)
    read.form.append(_form(source, premises))
    done = np.zeros(len(rows), dtype=np.bool_)
    if seconds is not None:
        bulk = read_column(firsts, seconds, premises)
        done = bulk.done
        if bulk.crs != "EPSG:4326":
            done = _landed(bulk.latitude, bulk.longitude, done, communes, ground.limits)
        at = np.asarray(rows)[done]
        read.latitude[at], read.longitude[at] = bulk.latitude[done], bulk.longitude[done]
        for place in np.flatnonzero(done & bulk.comma).tolist():
            row = rows[place]
            read.said[row].extend(source.at(told, row) for told in bulk.findings(place))
    for row in rows:
        read.sources[row] = source
    for place in np.flatnonzero(~done).tolist():
        row = rows[place]
        second = None if seconds is None else seconds[place]
        choice = resolve(
            firsts[place],
            second,
            premises,
            Declared(communes[place], ground.province),
            ground.limits,
        )
        if choice.reading is not None:
            read.latitude[row], read.longitude[row] = (
                choice.reading.latitude,
                choice.reading.longitude,
            )
        read.said[row].extend(source.at(told, row) for told in choice.findings)


def _landed(
    latitude: Floats,
    longitude: Floats,
    done: NDArray[np.bool_],
    communes: Sequence[Place | None],
    limits: Limits,
) -> NDArray[np.bool_]:
    """Of bulk rows in metres, those that lie in their declared commune: the grid is proved there."""
    landed = done.copy()
    for place in np.flatnonzero(done).tolist():
        commune = communes[place]
        landed[place] = commune is not None and (
            commune.distance_m(float(latitude[place]), float(longitude[place]))
            <= limits.border_band_m
        )
    return landed


@dataclass(frozen=True, slots=True)
class _Cells:
    """The filled rows of a source: both halves, and each row's declared commune."""

    firsts: Sequence[PositionCell]
    seconds: Sequence[PositionCell] | None
    communes: Sequence[Place | None]


def _premises(source: Source, cells: _Cells, stated: StatedCRS | None, ground: Ground) -> Premises:
    """What can be known before any row is read: the usual order, the grids in use."""
    firsts, seconds, communes = cells.firsts, cells.seconds, cells.communes
    premises = Premises(stated=stated, expected_order=source.order, grids=ground.grids)
    if source.order is None or source.seconds is None:
        open_order = replace(premises, expected_order=None)
        usual = usual_order(firsts, seconds, open_order)
        premises = replace(premises, expected_order=usual or source.order)
    if not _is_metric(firsts, seconds):
        return premises
    step = max(1, len(firsts) // SAMPLE_ROWS)
    sample = [
        (found, communes[row])
        for row in range(0, len(firsts), step)
        if not isinstance(
            found := readings(firsts[row], None if seconds is None else seconds[row], premises),
            Finding,
        )
    ]
    if _is_confirmed(sample, ground.limits):
        return replace(premises, grids_in_use=frozenset({str(stated.crs)} if stated else ()))
    return replace(premises, grids_in_use=grids_in_use(sample, ground.limits))


def _is_confirmed(sample: Sequence[tuple[Sequence[Reading], Place | None]], limits: Limits) -> bool:
    """Whether most rows land in their communes by what the heading states: it then stands.

    On the meridian 105° a 3° grid and UTM lie only 300 to 700 m apart, so that both may land.
    """
    judged = landed = 0
    for found, commune in sample:
        stated = [reading for reading in found if reading.standing is Standing.TYPED]
        if commune is None or not stated:
            continue
        judged += 1
        landed += any(
            commune.distance_m(reading.latitude, reading.longitude) <= limits.border_band_m
            for reading in stated
        )
    return landed * 2 > judged


def _is_metric(firsts: Sequence[PositionCell], seconds: Sequence[PositionCell] | None) -> bool:
    """Whether most of the first rows hold metres, not degrees."""
    del seconds
    sample = [cell for cell in firsts[:SAMPLE_ROWS] if cell is not None]
    metric = sum(
        (isinstance(cell, int | float) and abs(cell) > LEAST_METRES)
        or (isinstance(cell, str) and sum(map(str.isdigit, cell.split(",")[0].split(".")[0])) > 5)  # noqa: PLR2004
        for cell in sample
    )
    return metric * 2 > len(sample)


def _form(source: Source, premises: Premises) -> dict[str, object]:
    """What was understood of the position columns, for the report."""
    stated = premises.stated
    return {
        "columns": [label for label in source.labels if label is not None],
        "stated_crs": None if stated is None else (stated.crs or stated.datum),
        "grids_in_use": sorted(premises.grids_in_use or ()),
        "order": None if premises.expected_order is None else premises.expected_order.value,
    }
