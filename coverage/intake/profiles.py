"""What the cells of a column look like, whatever stands above them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coverage.intake.document import Cell, shown
from coverage.intake.fields import Field
from coverage.intake.words import MARKS, area_class_of, power_of, signal_of, yes_or_no

_PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_DIGIT_RUNS = re.compile(r"\d+(?:[.,]\d+)?")
_UNIT_OF_VILLAGE = re.compile(
    r"(?:thôn|bản|ấp|xóm|buôn|bon|làng|plei|phum|sóc|khu|khóm|tdp|tổ|kon|nà|đội)\b", re.IGNORECASE
)
_HOUSEHOLDS_SAID = re.compile(r"\d\s*\(?\s*(?:hộ|nóc nhà|households?)\b", re.IGNORECASE)
_CODE = re.compile(r"['’`]?\d{5}['’`]?")
_PAIR_DIGITS = 4

SOUTH, NORTH, WEST, EAST = 7.0, 24.0, 101.5, 118.5
NORTHINGS_M = (770_000.0, 2_700_000.0)
EASTINGS_M = (120_000.0, 1_000_000.0)
MOST_HOUSEHOLDS = 20_000


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares (0 to 1) of a column's filled cells that look like one thing or another."""

    filled: int
    distinct: float
    number: float
    latitude: float
    longitude: float
    northing: float
    easting: float
    pair: float
    spelled: float
    whole: float
    counting: bool
    text: float
    mark: float
    answer: float
    power: float
    signal: float
    area_class: float
    commune: float
    province: float
    code: float
    village_word: float
    household_word: float

    def fits(self, field: Field) -> float:
        """Return how well the cells fit ``field``, 0 to 1; an empty column fits anything."""
        return 1.0 if self.filled == 0 else _FITS.get(field, _anything)(self)


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """How the columns ask whether a cell names a commune or a province."""

    is_commune: Callable[[str], bool]
    is_province: Callable[[str], bool]


def profile(cells: Sequence[Cell], names: PlaceNames) -> Profile:
    """Return the profile of ``cells``; blank ones do not count."""
    filled = [cell for cell in cells if cell != "" and (not isinstance(cell, str) or cell.strip())]
    texts = [shown(cell).strip() for cell in filled]
    numbers = [_number(text) for text in texts]
    known = [number for number in numbers if number is not None]
    words = [text for text, number in zip(texts, numbers, strict=True) if number is None]

    def share(count: int) -> float:
        return count / len(filled) if filled else 0.0

    def within(low: float, high: float) -> float:
        return share(sum(low <= number <= high for number in known))

    return Profile(
        filled=len(filled),
        distinct=share(len(set(texts))),
        number=share(len(known)),
        latitude=within(SOUTH, NORTH),
        longitude=within(WEST, EAST),
        northing=within(*NORTHINGS_M),
        easting=within(*EASTINGS_M),
        pair=share(sum(map(_is_pair, words))),
        spelled=share(sum(map(_is_spelled, words))),
        whole=share(sum(number.is_integer() and 0 <= number < MOST_HOUSEHOLDS for number in known)),
        counting=_counts(known) and len(known) == len(filled),
        text=share(sum(any(map(str.isalpha, text)) for text in words)),
        mark=share(sum(text.lower() in MARKS for text in texts)),
        answer=share(sum(yes_or_no(text) is not None for text in texts)),
        power=share(sum(power_of(text) is not None for text in texts)),
        signal=share(sum(signal_of(text) is not None for text in texts)),
        area_class=share(sum(area_class_of(text) is not None for text in texts)),
        commune=share(sum(map(names.is_commune, words))),
        province=share(sum(map(names.is_province, words))),
        code=share(sum(_CODE.fullmatch(text.zfill(5)) is not None for text in texts)),
        village_word=share(sum(_UNIT_OF_VILLAGE.match(text) is not None for text in words)),
        household_word=share(sum(_HOUSEHOLDS_SAID.search(text) is not None for text in words)),
    )


def _number(text: str) -> float | None:
    if _PLAIN_NUMBER.fullmatch(text) is None:
        return None
    return float(text.replace(",", "."))


def _is_pair(text: str) -> bool:
    if "http" in text or "maps." in text:
        return True
    long = [run for run in _DIGIT_RUNS.findall(text) if len(run) >= _PAIR_DIGITS]
    degrees = sum(letter in "°º⁰" for letter in text)
    return len(long) >= 2 or degrees >= 2  # noqa: PLR2004 - both halves


def _is_spelled(text: str) -> bool:
    """Whether words may spell one half of a position: 22°37'45.3"N, N 22.62924, 22 độ 37 phút."""
    runs = _DIGIT_RUNS.findall(text)
    return len(runs) >= 2 or any(len(run) >= _PAIR_DIGITS for run in runs)  # noqa: PLR2004


def _counts(numbers: Sequence[float]) -> bool:
    """Whether numbers mostly rise by one, as ordinals do."""
    if len(numbers) < 2:  # noqa: PLR2004
        return numbers == [1.0]
    steps = sum(after - before == 1 for before, after in itertools.pairwise(numbers))
    return steps * 10 >= (len(numbers) - 1) * 7


def _anything(_: Profile) -> float:
    return 1.0


def _largest(*shares: Callable[[Profile], float]) -> Callable[[Profile], float]:
    return lambda found: max(share(found) for share in shares)


_HALF = _largest(
    lambda found: found.latitude, lambda found: found.longitude, lambda found: found.northing,
    lambda found: found.easting, lambda found: found.pair, lambda found: found.number,
    lambda found: found.spelled, lambda found: 1 - found.text,
)  # fmt: skip
_FITS: dict[Field, Callable[[Profile], float]] = {
    Field.LATITUDE: _HALF,
    Field.LONGITUDE: _HALF,
    Field.NORTHING: _HALF,
    Field.EASTING: _HALF,
    Field.X: _HALF,
    Field.Y: _HALF,
    Field.COORDINATES: _largest(lambda found: found.pair, _HALF),
    Field.HOUSEHOLDS: lambda found: found.number,
    Field.POPULATION: lambda found: found.number,
    Field.COMMUNE: _largest(
        lambda found: found.commune, lambda found: found.text, lambda found: found.code
    ),
    Field.FORMER_COMMUNE: _largest(lambda found: found.text, lambda found: found.code),
    Field.COMMUNE_CODE: lambda found: found.code,
    Field.PROVINCE: lambda found: found.text,
    Field.SIGNAL: _largest(lambda found: found.signal, lambda found: found.mark),
    Field.SIGNAL_NONE: _largest(lambda found: found.mark, lambda found: found.answer),
    Field.SIGNAL_PATCHY: _largest(lambda found: found.mark, lambda found: found.answer),
    Field.GRID_POWER: _largest(
        lambda found: found.power, lambda found: found.answer, lambda found: found.mark
    ),
    Field.NO_GRID_POWER: _largest(lambda found: found.mark, lambda found: found.answer),
    Field.SPECIALLY_DIFFICULT: _largest(
        lambda found: found.answer, lambda found: found.mark, lambda found: found.area_class
    ),
    Field.NOT_DIFFICULT: _largest(lambda found: found.mark, lambda found: found.answer),
    Field.AREA_CLASS: lambda found: found.area_class,
}
