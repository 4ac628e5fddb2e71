"""One half of a coordinate: digit runs to every value that they may stand for.

A half is a number alone in its cell, or one side of a pair. The same runs may be decimal
degrees, degrees and minutes, degrees, minutes and seconds, metres of a grid, or any of these
with its marks lost; all values that are possible are returned, each with what had to be
repaired, and the pairing and the declared place decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

DEGREE_M = 111_320.0
MINUTE_M = 1_855.0
SECOND_M = 30.9

NORTHINGS_M = (770_000.0, 2_620_000.0)
EASTINGS_M = (100_000.0, 1_600_000.0)
LARGEST_DEGREES = 180
WHOLE_DEGREES = re.compile(r"[0-9]{1,3}")


class Kind(Enum):
    """What a value measures."""

    DEGREES = auto()
    METRES = auto()


class Repair(Enum):
    """What had to be mended to read a value; each becomes a finding of the same name."""

    DECIMAL_COMMA = "decimal_comma"
    DMS_ZERO = "dms_zero"
    MANGLED = "mangled"
    PACKED = "packed"
    SIGN = "sign"
    TIME = "time"


UNCERTAIN = frozenset({Repair.MANGLED, Repair.PACKED, Repair.SIGN})


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a half: degrees or metres, its precision on the ground, its repairs."""

    kind: Kind
    amount: float
    precision_m: float
    decimals: int | None = None
    repairs: tuple[Repair, ...] = ()

    def mended(self, *repairs: Repair) -> Value:
        """Return the same value with more repairs."""
        return replace(self, repairs=self.repairs + repairs)

    @property
    def uncertain(self) -> bool:
        """Whether only the declared place can confirm the repairs."""
        return not UNCERTAIN.isdisjoint(self.repairs)


@dataclass(frozen=True, slots=True)
class Half:
    """Digit runs, the gaps between them (one fewer), and what follows the last.

    ``number`` tells a workbook's number from text: nobody types 22374530 for 22°37′45.30″ into a
    cell that keeps it as a number, while Excel makes such numbers of 22.374530.
    """

    runs: tuple[str, ...]
    gaps: tuple[str, ...]
    tail: str = ""
    number: bool = False


def values(half: Half) -> list[Value]:
    """Return every value ``half`` may stand for, each amount once, the least mended first."""
    found: dict[tuple[Kind, float], Value] = {}
    for value in _all_values(half):
        key = (value.kind, round(value.amount, 9))
        if key not in found or len(value.repairs) < len(found[key].repairs):
            found[key] = value
    kept = sorted(found.values(), key=lambda value: len(value.repairs))
    if any(_plainly_degrees(value) for value in kept):
        # "105.348" is a longitude; that its digits could also be 10°53′48″ is of no interest.
        return [value for value in kept if not value.uncertain]
    return kept


def sexagesimal(degrees: int, minutes: float, seconds: float) -> float | None:
    """Return decimal degrees, or None when minutes or seconds are not below 60.

    60 itself passes: 59.9996″ printed with three digits is 60.000″.
    """
    if not (0 <= minutes <= 60 and 0 <= seconds <= 60):  # noqa: PLR2004 - minutes in a degree
        return None
    return degrees + minutes / 60 + seconds / 3600


def _plainly_degrees(value: Value) -> bool:
    """Whether a value is certain and as large as a latitude or a longitude here can be."""
    return value.kind is Kind.DEGREES and not value.uncertain and 6 < value.amount < 120  # noqa: PLR2004


def _all_values(half: Half) -> Iterator[Value]:
    yield from _written_out(half)
    for opened in _zero_opened(half):
        for value in _written_out(opened):
            if value.kind is Kind.DEGREES and value.decimals is None:
                yield value.mended(Repair.DMS_ZERO)
    for whole, fraction, repairs in _joined(half):
        yield from _run_together(whole, fraction, repairs)
        if len(half.runs) <= 2:  # noqa: PLR2004 - thousands separators have no place in angles
            yield from _packed(whole, fraction, hundredths=not half.number)


def _written_out(half: Half) -> Iterator[Value]:
    """Values whose parts stand apart: decimals, degrees-minutes, degrees-minutes-seconds."""
    runs, gaps, comma = half.runs, half.gaps, _comma(half)
    if WHOLE_DEGREES.fullmatch(runs[0]) is None:
        return
    degrees = int(runs[0])
    match len(runs):
        case 1:
            yield Value(Kind.DEGREES, float(degrees), DEGREE_M, 0)
        case 2 if _is_point(gaps[0]):
            decimals = len(runs[1])
            amount = float(f"{runs[0]}.{runs[1]}")
            yield Value(Kind.DEGREES, amount, DEGREE_M / 10**decimals, decimals, comma)
        case 2 if _is_degree(gaps[0]) and _two_digits(runs[1]):
            yield from _degrees(degrees, float(runs[1]), 0.0, MINUTE_M)
        case 3 if _is_minutes_point(half):
            minutes = float(f"{runs[1]}.{runs[2]}")
            yield from _degrees(degrees, minutes, 0.0, MINUTE_M / 10 ** len(runs[2]), comma)
        case 3 if _are_marks(gaps) and _two_digits(runs[1], runs[2]):
            yield from _degrees(degrees, float(runs[1]), float(runs[2]), SECOND_M)
        case 4 if _is_point(gaps[2]) and _are_marks(gaps[:2]) and _two_digits(runs[1], runs[2]):
            seconds = float(f"{runs[2]}.{runs[3]}")
            precision = SECOND_M / 10 ** len(runs[3])
            yield from _degrees(degrees, float(runs[1]), seconds, precision, comma)
        case _:
            return


def _degrees(
    degrees: int,
    minutes: float,
    seconds: float,
    precision_m: float,
    repairs: tuple[Repair, ...] = (),
) -> Iterator[Value]:
    amount = sexagesimal(degrees, minutes, seconds)
    if amount is not None:
        yield Value(Kind.DEGREES, amount, precision_m, None, repairs)


def _zero_opened(half: Half) -> Iterator[Half]:
    """The half with a superscript degree, typed as a zero, opened again.

    ``107045’`` is 107°45′; ``220 37' 45"`` is 22°37′45″. Only beside a minute or second mark,
    or where the run is no number of degrees otherwise.
    """
    first = half.runs[0]
    marked = "′" in half.tail or "″" in half.tail or any("′" in gap for gap in half.gaps)
    packed = re.fullmatch(r"(1[01][0-9]|[12]?[0-9])0([0-5][0-9])", first)
    if packed and marked:
        runs = (packed[1], packed[2], *half.runs[1:])
        yield Half(runs, ("°", *half.gaps), half.tail)
    closed = re.fullmatch(r"(1[01][0-9]|[12]?[0-9])0", first)
    if closed and half.gaps and (_is_degree(half.gaps[0]) and "°" not in half.gaps[0]):
        yield Half((closed[1], *half.runs[1:]), ("°", *half.gaps[1:]), half.tail)


def _joined(half: Half) -> Iterator[tuple[str, str, tuple[Repair, ...]]]:
    """The half as one number: its whole digits without thousands separators, its fraction."""
    runs, gaps = half.runs, half.gaps
    if any(mark in half.tail for mark in "°′″"):
        return
    if len(runs) == 1:
        yield runs[0], "", ()
        return
    if len(runs) == 2 and _is_point(gaps[0]) and int(runs[0]) > LARGEST_DEGREES:  # noqa: PLR2004
        yield runs[0], runs[1], _comma(half)
    grouping = gaps[0].strip() or " "
    if grouping not in {".", ",", " ", "′"} or not WHOLE_DEGREES.fullmatch(runs[0]):
        return
    grouped = 1
    while grouped < len(runs) and _is_group(runs[grouped], gaps[grouped - 1], grouping):
        grouped += 1
    whole = "".join(runs[:grouped])
    if grouped == len(runs):
        yield whole, "", ()
    elif grouped == len(runs) - 1 and grouped > 1 and _is_point(gaps[grouped - 1]):
        yield whole, runs[-1], ()


def _is_group(run: str, gap: str, grouping: str) -> bool:
    """Three digits behind the thousands separator that the number began with."""
    return len(run) == 3 and (gap.strip() or " ") == grouping  # noqa: PLR2004


def _run_together(whole: str, fraction: str, repairs: tuple[Repair, ...]) -> Iterator[Value]:
    """Values of one long number: grid metres, or degrees whose marks are lost."""
    number = float(f"{whole}.{fraction or 0}")
    if EASTINGS_M[0] <= number <= NORTHINGS_M[1]:
        yield Value(Kind.METRES, number, max(0.1 ** len(fraction), 0.001), None, repairs)
    if not fraction:
        yield from _point_lost(whole)


def _point_lost(digits: str) -> Iterator[Value]:
    """Excel dropped the decimal point: 2262924 is 22.62924, 206986918 is 2069869.18 m."""
    for places in range(1, 4 if len(digits) > 3 else 0):  # noqa: PLR2004 - 118.xx
        amount = float(f"{digits[:places]}.{digits[places:]}")
        decimals = len(digits) - places
        yield Value(Kind.DEGREES, amount, DEGREE_M / 10**decimals, decimals, (Repair.MANGLED,))
    for lost in range(1, 5):
        amount = int(digits) / 10**lost
        if EASTINGS_M[0] <= amount <= NORTHINGS_M[1]:
            yield Value(Kind.METRES, amount, 0.1**lost, None, (Repair.MANGLED,))


def _packed(whole: str, fraction: str, *, hundredths: bool) -> Iterator[Value]:
    """Degrees, minutes and seconds run together: 223745, 1052053.1, 22374530, 2237.755."""
    cuts = [(whole, fraction)]
    if hundredths and not fraction and len(whole) in {7, 8, 9}:
        cuts.append((whole[:-2], whole[-2:]))
    for digits, tail in cuts:
        if len(digits) not in {5, 6, 7}:
            continue
        degrees, minutes, seconds = digits[:-4], digits[-4:-2], f"{digits[-2:]}.{tail or 0}"
        precision = SECOND_M / 10 ** len(tail)
        for value in _degrees(int(degrees), float(minutes), float(seconds), precision):
            yield value.mended(Repair.PACKED)
    if fraction and len(whole) in {3, 4, 5}:
        degrees, minutes = whole[:-2], f"{whole[-2:]}.{fraction}"
        for value in _degrees(int(degrees), float(minutes), 0.0, MINUTE_M / 10 ** len(fraction)):
            yield value.mended(Repair.PACKED)


def _comma(half: Half) -> tuple[Repair, ...]:
    return (Repair.DECIMAL_COMMA,) if half.gaps and half.gaps[-1].strip() == "," else ()


def _is_point(gap: str) -> bool:
    return gap.strip().lstrip("°") in {".", ","}


def _is_degree(gap: str) -> bool:
    """A degree sign, or what stands for it when no sign is typed."""
    return gap.strip() in {"°", "", "-", ":", "°-"}


def _two_digits(*runs: str) -> bool:
    """Minutes and seconds have at most two digits; a group of three is thousands."""
    return all(len(run) <= 2 for run in runs)  # noqa: PLR2004


def _is_minutes_point(half: Half) -> bool:
    """Degrees and decimal minutes: 22°37.755′, 22 37,755; not 22.37.45, not 22°37.45″."""
    first, second = half.gaps
    return (
        _is_degree(first)
        and second.strip() in {".", ","}
        and "″" not in half.tail
        and _two_digits(half.runs[1])
    )


def _are_marks(gaps: tuple[str, ...]) -> bool:
    """The two gaps of degrees-minutes-seconds: signs, or one separator used twice."""
    first, second = gaps[0].strip(), gaps[1].strip()
    if first == "°":
        return second in {"′", "″", "", "-", ":", "."}
    return first == second and first in {"", ".", "-", ":", ","}
