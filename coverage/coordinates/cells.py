"""One raw cell to what it may hold: nothing, the values of one half, or pairs of halves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

from coverage.coordinates.angles import SECOND_M, Half, Kind, Repair, Value, values
from coverage.coordinates.links import is_link, is_plus_code, read_link
from coverage.coordinates.reading import Cell
from coverage.coordinates.spelling import Spelt, spell
from coverage.findings import Finding, finding

SHOWN_CHARACTERS = 80
LARGEST_NUMBER = 1e13
LARGEST_BITS = 64
MIN_MANTISSA_DIGITS = 7

Pair = tuple[Value, Value]

_SCIENTIFIC = re.compile(r"\s*-?([0-9]{1,20}(?:[.,][0-9]{0,20})?)e\+?[0-9]{1,3}\s*", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9０-９]")  # noqa: RUF001 - full-width digits are digits
_ZERO = re.compile(r"[\s0.,-]*")
_BOUNDARY = re.compile(r"(?P<tail>[°′″ ]*)[NESW]?[ ;/,:.\-]*[NESWA]?[ :;,.\-]*")
_DAY_ZERO = datetime(1899, 12, 31)  # noqa: DTZ001 - a spreadsheet's day has no zone
_TIME_YEARS = (1899, 1900)


def shown(*cells: Cell) -> str:
    """Return raw cells as a person sees them, shortened for a message."""
    texts = (
        "…" if isinstance(cell, int) and cell.bit_length() > LARGEST_BITS else str(cell).strip()
        for cell in cells
        if not is_blank(cell)
    )
    text = " ; ".join(_bounded(text) for text in texts)
    return " ".join(text.split())


def is_blank(cell: Cell) -> bool:
    """Return whether a cell says nothing: empty, zero, nan, or words such as "chưa đo"."""
    if cell is None:
        return True
    if isinstance(cell, str):
        if len(cell) <= SHOWN_CHARACTERS and _ZERO.fullmatch(cell):
            return True
        return not _DIGIT.search(cell) and not is_link(cell) and not is_plus_code(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell == 0 or cell != cell  # noqa: PLR0124 - nan
    return False


def cell_values(cell: Cell) -> list[Value] | Finding:
    """Return the values that one non-blank cell may stand for, or why there are none."""
    match cell:
        case bool():
            return finding("coordinate.unreadable", read=shown(cell))
        case int() | float():
            return _number_values(cell)
        case str():
            return _text_values(cell)
        case time() | timedelta() | date():
            return _time_values(cell)
        case _:
            return finding("coordinate.unreadable", read=shown(cell))


def cell_pairs(text: str) -> list[Pair]:
    """Return every way to split one cell's text into two halves."""
    spelt = spell(text)
    if spelt is None or len(spelt.runs) < 2:  # noqa: PLR2004 - a pair
        return []
    return list(_splits(spelt))


def link_pairs(text: str) -> tuple[list[Pair], str] | Finding:
    """Return the pairs a map link holds with the rule that says so, or why there are none."""
    link = read_link(text)
    if link is None:
        return finding("coordinate.short_link", read=shown(text))
    if link.second is None:
        pairs = cell_pairs(link.first)
    else:
        halves = (_text_values(link.first), _text_values(link.second))
        if isinstance(halves[0], Finding) or isinstance(halves[1], Finding):
            return finding("coordinate.unreadable", read=shown(text))
        pairs = [(first, second) for first in halves[0] for second in halves[1]]
    return pairs, "coordinate.link" if link.pinned else "coordinate.link_view"


def _number_values(number: float) -> list[Value] | Finding:
    unreadable = finding("coordinate.unreadable", read=shown(number))
    if not abs(number) <= LARGEST_NUMBER:
        return unreadable
    text = str(int(number)) if number == int(number) else repr(abs(number))
    digits = text.lstrip("-")
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits):
        return unreadable
    whole, _, fraction = digits.partition(".")
    runs, gaps = ((whole, fraction), (".",)) if fraction else ((whole,), ())
    half = Half(runs, gaps, number=True)
    return _signed(values(half)) if number < 0 else values(half)


def _text_values(text: str) -> list[Value] | Finding:
    if is_plus_code(text):
        return finding("coordinate.plus_code", read=shown(text))
    scientific = _SCIENTIFIC.fullmatch(text[:SHOWN_CHARACTERS])
    if scientific is not None:
        if sum(letter.isdigit() for letter in scientific[1]) < MIN_MANTISSA_DIGITS:
            return finding("coordinate.rounded", read=shown(text))
        return _number_values(float(text.replace(",", ".")))
    spelt = spell(text)
    if spelt is None:
        return finding("coordinate.unreadable", read=shown(text))
    half = Half(spelt.runs, spelt.gaps[1:-1], spelt.gaps[-1])
    signed = spelt.gaps[0].endswith("-") or re.search("[SW]", spelt.gaps[0] + spelt.gaps[-1])
    return _signed(values(half)) if signed else values(half)


def _time_values(cell: date | time | timedelta) -> list[Value] | Finding:
    """Degrees, minutes and seconds that a spreadsheet took for a time of day or a duration."""
    if isinstance(cell, datetime) and cell.year in _TIME_YEARS:
        day = cell.replace(tzinfo=None)
        zero = _DAY_ZERO if day >= _DAY_ZERO else _DAY_ZERO - timedelta(days=1)
        seconds = (day - zero).total_seconds()
    elif isinstance(cell, time):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    elif isinstance(cell, timedelta):
        seconds = cell.total_seconds()
    else:
        return finding("coordinate.date", read=shown(cell))
    return [Value(Kind.DEGREES, seconds / 3600, SECOND_M, None, (Repair.TIME,))]


def _splits(spelt: Spelt) -> Iterator[Pair]:
    """Every split of the runs in two whose gap can part two numbers."""
    southern = re.search("[SW]", "".join(spelt.gaps)) is not None
    for place in range(1, len(spelt.runs)):
        gap = spelt.gaps[place]
        boundary = _BOUNDARY.fullmatch(gap)
        if boundary is None or gap.strip() in {".", "°", "°."}:
            continue
        first = values(Half(spelt.runs[:place], spelt.gaps[1:place], boundary["tail"]))
        second = values(Half(spelt.runs[place:], spelt.gaps[place + 1 : -1], spelt.gaps[-1]))
        if southern or spelt.gaps[0].endswith("-"):
            first = _signed(first)
        if re.search(r"[;,/] *-$", gap):
            second = _signed(second)
        yield from product(first, second)


def _signed(found: list[Value]) -> list[Value]:
    """Degrees without their stray sign; a negative easting is another place, not a slip."""
    return [value.mended(Repair.SIGN) for value in found if value.kind is Kind.DEGREES]


def _bounded(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
