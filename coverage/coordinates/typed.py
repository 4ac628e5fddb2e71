"""The pure stage: raw cells to every reading of them, best supported first.

No place is looked at here. A reading that only the declared place can confirm says so
(``Reading.needs_place``); :mod:`coverage.coordinates.candidates` decides between them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

from coverage.coordinates.angles import sexagesimal
from coverage.coordinates.cells import (
    Pair,
    cell_pairs,
    cell_values,
    is_blank,
    link_pairs,
    shown,
)
from coverage.coordinates.layout import Typed, lay_out
from coverage.coordinates.links import is_link
from coverage.coordinates.reading import Cell, Order, Premises, Reading
from coverage.coordinates.stated import stated_crs
from coverage.coordinates.vn2000 import WGS84
from coverage.findings import Finding, finding

MAX_PART_CHARACTERS = 20
MAX_PART = 1e6
DATE_LINE = 180.0
FINE_DECIMALS = 4
MAX_LIST_CHARACTERS = 300

_DECIMAL = re.compile(r"[0-9]{1,3}\.[0-9]{3,11}[1-9]")
_STATES_CRS = re.compile(r"vn.{0,2}2000|ktt|tr[uụ]c|utm", re.IGNORECASE)


def readings(
    first: Cell, second: Cell, premises: Premises | None = None, *, widely: bool = True
) -> tuple[Reading, ...] | Finding:
    """Return every reading of one or two cells, or the error finding that says why none is left.

    ``second`` is None when one cell holds the pair. Not ``widely``, metres are only read on the
    stated grid, or on the province's own when none is stated. Never raises.
    """
    if premises is None:
        premises = Premises()
    plain = _plain_degrees(first, second, premises)
    if plain is not None:
        return (plain,)
    cells = [cell for cell in (first, second) if not is_blank(cell)]
    if not cells:
        return finding("coordinate.missing")
    links = [cell for cell in cells if isinstance(cell, str) and is_link(cell)]
    rule = None
    if links:
        linked = link_pairs(links[0])
        if isinstance(linked, Finding):
            return linked
        pairs, rule = linked
    else:
        read = _pairs(cells)
        if isinstance(read, Finding):
            return _several_or(read, cells)
        pairs = read
    texts = [cell for cell in cells if isinstance(cell, str)]
    if any(_STATES_CRS.search(text) for text in texts):
        said = stated_crs(texts)
        if said is not None and (premises.stated is None or said.epsg is not None):
            premises = replace(premises, stated=said)
    typed = Typed(tuple(pairs), shown(*cells), rule, numeric=not texts)
    found = lay_out(typed, premises, widely=widely)
    return _several_or(found, cells) if isinstance(found, Finding) else found


def from_parts(degrees: Cell, minutes: Cell = None, seconds: Cell = None) -> float | None:
    """Return decimal degrees of degrees, minutes and seconds in columns of their own, or None.

    An empty minute or second counts as zero; a part that is no plain number gives None.
    """
    parts: list[float] = []
    for cell in (degrees, minutes, seconds):
        if is_blank(cell):
            parts.append(0.0)
            continue
        part = _plain_number(cell)
        if part is None or part < 0:
            return None
        parts.append(part)
    whole, minute, second = parts
    if is_blank(degrees) or whole > DATE_LINE:
        return None
    if whole != int(whole):
        return whole if not (minute or second) else None
    return sexagesimal(int(whole), minute, second)


def _plain_number(cell: Cell) -> float | None:
    if isinstance(cell, str):
        text = cell.strip().rstrip("°º⁰'’′\"”″").strip().replace(",", ".")
        if len(text) > MAX_PART_CHARACTERS or not text.isascii():
            return None
        return float(text) if re.fullmatch(r"[0-9]+(?:\.[0-9]*)?", text) else None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell) if abs(cell) < MAX_PART else None
    return None


def _plain_degrees(first: Cell, second: Cell, premises: Premises) -> Reading | None:
    """The fast path: two plain numbers that are a latitude and a longitude as they stand."""
    if type(first) is str and type(second) is str:
        if not (_DECIMAL.fullmatch(first) and _DECIMAL.fullmatch(second)):
            return None
        first, second = float(first), float(second)
    if type(first) is not float or type(second) is not float or not _says_wgs84(premises):
        return None
    if premises.extent.holds(first, second):
        order = Order.NORTH_FIRST
    elif premises.extent.holds(second, first):
        order, first, second = Order.EAST_FIRST, second, first
    else:
        return None
    if premises.expected_order not in {None, order}:
        return None
    decimals = max(_decimals(first), _decimals(second))
    if decimals < FINE_DECIMALS:
        return None
    return Reading(first, second, order=order, decimals=decimals, precision_m=1e5 / 10**decimals)


def _several_or(failure: Finding, cells: list[Cell]) -> Finding:
    """The failure, or ``coordinate.several`` where a cell lists pairs that each make sense."""
    for cell in cells:
        if not isinstance(cell, str) or failure.rule != "coordinate.unreadable":
            continue
        parts = re.split(r"[;\n|]", cell[:MAX_LIST_CHARACTERS])
        pairs = [cell_pairs(part) for part in parts if part.strip()]
        laid = [lay_out(Typed(tuple(pair), ""), Premises(), widely=False) for pair in pairs]
        if sum(not isinstance(found, Finding) for found in laid) > 1:
            return finding("coordinate.several", read=shown(*cells))
    return failure


def _says_wgs84(premises: Premises) -> bool:
    return premises.stated is None or premises.stated.epsg == WGS84


def _decimals(number: float) -> int:
    return len(repr(number).partition(".")[2])


def _pairs(cells: list[Cell]) -> list[Pair] | Finding:
    """Every pair of halves that one or two cells may hold."""
    if len(cells) == 1:
        return _pairs_of_one(cells[0])
    first, second = (cell_values(cell) for cell in cells)
    if not isinstance(first, Finding) and not isinstance(second, Finding):
        apart = [pair for pair in product(first, second) if pair[0].kind is pair[1].kind]
        if apart:
            return apart
    return _pair_in_either(cells, [half for half in (first, second) if isinstance(half, Finding)])


def _pairs_of_one(cell: Cell) -> list[Pair] | Finding:
    if isinstance(cell, str):
        pairs = cell_pairs(cell)
        if pairs:
            return pairs
    alone = cell_values(cell)
    if isinstance(alone, Finding):
        return alone
    if alone:
        return finding("coordinate.half", read=shown(cell))
    return finding("coordinate.unreadable", read=shown(cell))


def _pair_in_either(cells: list[Cell], failures: list[Finding]) -> list[Pair] | Finding:
    """The whole pair typed into both of two filled cells, or why they cannot be read."""
    held = [cell_pairs(cell) if isinstance(cell, str) else [] for cell in cells]
    if held[0] and held[1] and shown(cells[0]) == shown(cells[1]):
        return held[0]
    if failures:
        return failures[0]
    if held[0] and held[1]:
        return finding("coordinate.contradictory", first=shown(cells[0]), second=shown(cells[1]))
    return finding("coordinate.unreadable", read=shown(*cells))
