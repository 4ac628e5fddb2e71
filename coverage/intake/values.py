"""Cells to facts: households, population, marks and short answers. Never a silent guess.

Whole columns at a time: a plain number or a known answer costs one look-up, everything else is
read with care and explained.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from coverage.findings import Finding, finding
from coverage.intake.document import Cell, shown
from coverage.intake.words import MARKS, is_ditto

MOST_HOUSEHOLDS = 10_000
MOST_PEOPLE = 100_000
_SIGN = "-−–‐"
_WHOLE = re.compile(rf"(?P<sign>[{_SIGN}])?\s*(?P<digits>\d{{1,12}})")
_THOUSANDS = re.compile(r"\d{1,3}(?P<mark>[.,\s'’])\d{3}(?:(?P=mark)\d{3})*(?:[.,]0{1,2})?")
_ZERO_DECIMALS = re.compile(r"(\d{1,9})[.,]0{1,2}")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_HOUSEHOLD = r"(?:hộ dân|hộ gia đình|hộ|nóc nhà|nóc|households?|hh)"
_PERSON = r"(?:nhân khẩu|khẩu|người|nhân|people|persons?)"


def _with_unit(unit: str) -> re.Pattern[str]:
    """A number with its unit before or behind it: 45 hộ, 45 (hộ), Hộ: 45, '45, 45."""
    return re.compile(
        rf"(?:['’`]|(?:(?:tổng\s+)?số\s+)?{unit}\s*[:=]\s*)?"
        rf"(?P<number>[{_SIGN}]?\d[\d.,'’\s]*?)\s*(?:\(?\s*{unit}\s*\)?)?\s*[.;,]?",
        re.IGNORECASE,
    )


_HOUSEHOLD_UNIT = _with_unit(_HOUSEHOLD)
_PEOPLE_UNIT = _with_unit(_PERSON)
_BETWEEN = r"\s*[,;/(–-]*\s*(?:và\s+)?"
_WITH_PEOPLE = re.compile(
    rf"(?P<number>\d[\d.]*?)\s*{_HOUSEHOLD}{_BETWEEN}(?P<people>\d[\d.]*)\s*{_PERSON}\s*\)?[.;]?",
    re.IGNORECASE,
)
_AFTER_PEOPLE = re.compile(
    rf"(?P<people>\d[\d.]*?)\s*{_PERSON}{_BETWEEN}(?P<number>\d[\d.]*)\s*{_HOUSEHOLD}\s*\)?[.;]?",
    re.IGNORECASE,
)
_TWO_NUMBERS = re.compile(  # a dash is no separator: "30-40" is a guess at one number
    r"(?P<first>\d[\d.]*?)\s*(?:[;/]\s*(?P<second>\d[\d.]*)|\(\s*(?P<within>\d[\d.]*)\s*\))"
)
_NOTHING = frozenset(
    {"-", "–", "—", "--", "...", "…", "/", ".", "?", "n/a", "na", "nan", "null", "none"}
)

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Read:
    """A number read from one cell, with what is to be said; ``people`` if the cell holds both."""

    number: int | None
    said: Finding | None = None
    people: int | None = None


_MISSING = Read(None, None)


class Order(Enum):
    """Which of two numbers in one cell is the households, by the column's header."""

    HOUSEHOLDS_FIRST = "số hộ/số khẩu"
    PEOPLE_FIRST = "số khẩu/số hộ"


def household_counts(cells: Sequence[Cell], both: Order | None = None) -> list[Read | int]:
    """Read a column of households: a plain number where nothing is to be said.

    ``both`` is given where the header announces households and people in one cell.
    """
    return [_plain(cell, MOST_HOUSEHOLDS) or households_of(cell, both) for cell in cells]


def people_counts(cells: Sequence[Cell]) -> list[Read | int]:
    """Read a column of population: as households, but what cannot be read is only a warning."""
    return [_plain(cell, MOST_PEOPLE) or people_of(cell) for cell in cells]


def _plain(cell: Cell, most: int) -> int | None:
    """A whole number above zero as it stands, None for all else."""
    if type(cell) is float or type(cell) is int:
        return int(cell) if 0 < cell <= most and cell == int(cell) else None
    if type(cell) is str and cell.isascii() and cell.isdigit() and len(cell) < 7:  # noqa: PLR2004
        number = int(cell)
        return number if 0 < number <= most else None
    return None


def households_of(cell: Cell, both: Order | None = None) -> Read:
    """Read one cell as a number of households, perhaps with its people beside it."""
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return Read(None, finding("households.date", read=shown(cell)))
    text = tidy(cell)
    if text == "" or text.lower() in _NOTHING:
        return Read(None, finding("households.missing"))
    pair = _pair(text, both)
    if pair is not None and 0 < pair[0] <= min(pair[1], MOST_HOUSEHOLDS):
        return Read(pair[0], finding("households.words", read=text, households=pair[0]), pair[1])
    unit = _HOUSEHOLD_UNIT.fullmatch(text)
    amount = _amount(unit["number"].strip() if unit else text)
    if amount is None:
        rule = (
            "households.not_whole"
            if _DECIMAL.fullmatch(unit["number"] if unit else text)
            else "households.unreadable"
        )
        return Read(None, finding(rule, read=text))
    if amount < 0:
        return Read(None, finding("households.negative", read=text))
    if amount == 0:
        return Read(None, finding("households.zero"))
    if amount > MOST_HOUSEHOLDS:
        return Read(None, finding("households.impossible", read=text, most=MOST_HOUSEHOLDS))
    plain = _WHOLE.fullmatch(text) or _ZERO_DECIMALS.fullmatch(text)
    return Read(
        amount, None if plain else finding("households.words", read=text, households=amount)
    )


def _pair(text: str, both: Order | None) -> tuple[int, int] | None:
    """Households and people where one cell holds both: "45 hộ/210 khẩu", or "45/210" as announced."""
    worded = _WITH_PEOPLE.fullmatch(text) or _AFTER_PEOPLE.fullmatch(text)
    found = worded or (_TWO_NUMBERS.fullmatch(text) if both is not None else None)
    if found is None:
        return None
    if worded is not None:
        first, second = found["number"], found["people"]
    else:
        first, second = found["first"], found["second"] or found["within"]
        if both is Order.PEOPLE_FIRST:
            first, second = second, first
    households, people = _amount(first), _amount(second)
    return None if households is None or people is None else (households, people)


def people_of(cell: Cell) -> Read:
    """Read one cell as a population; a blank one says nothing."""
    text = "" if isinstance(cell, dt.date | dt.time | dt.timedelta) else tidy(cell)
    if cell == "" or text.lower() in _NOTHING:
        return _MISSING
    unit = _PEOPLE_UNIT.fullmatch(text)
    amount = _amount(unit["number"].strip() if unit else text)
    if amount is None or not 0 < amount <= MOST_PEOPLE:
        return Read(None, finding("population.unreadable", read=shown(cell)))
    return Read(amount)


def tidy(cell: Cell) -> str:
    """Return a cell's text with one kind of space and one kind of digit."""
    if isinstance(cell, bool):
        return str(cell)
    return " ".join(unicodedata.normalize("NFKC", shown(cell)).split())


def _amount(text: str) -> int | None:
    """A whole number as written, with or without marks between thousands."""
    if found := _WHOLE.fullmatch(text):
        return -int(found["digits"]) if found["sign"] else int(found["digits"])
    if found := _ZERO_DECIMALS.fullmatch(text):
        return int(found[1])
    if _THOUSANDS.fullmatch(text):
        whole = re.sub(r"[.,]0{1,2}$", "", text) if len(re.split(r"[.,]", text)[-1]) < 3 else text  # noqa: PLR2004
        return int(re.sub(r"\D", "", whole))
    return None


def is_mark_column(cells: Sequence[Cell], header: str) -> bool:
    """Whether a blank here means no: the header announces a mark, or nothing but marks stand in it."""
    counted: Counter[str] = Counter()
    for cell, times in Counter(cells).items():
        counted[shown(cell).strip().lower()] += times
    del counted[""]
    filled = counted.total()
    marks = sum(times for text, times in counted.items() if text in MARKS)
    announced = re.search(r"\(\s*[x×✓]\s*\)|đánh dấu", header, re.IGNORECASE) is not None
    if announced:
        return marks * 2 >= filled
    return filled > 0 and (marks == filled or set(counted) == {"1"})


def answers(
    cells: Sequence[Cell], meaning: Callable[[str], Fact | None], blank: Fact | None, rule: str
) -> tuple[list[Fact | None], dict[int, Finding]]:
    """Read a column of short answers; ``blank`` is what an empty cell says.

    Returns a fact per row, and by row what could not be read.
    """
    known: dict[Cell, Fact | None] = {"": blank}
    facts: list[Fact | None] = []
    unread: dict[int, Finding] = {}
    for row, cell in enumerate(cells):
        if cell not in known:
            text = shown(cell).strip()
            if text.lower() in _NOTHING or text == "":
                known[cell] = blank
            elif is_ditto(text):
                facts.append(facts[-1] if facts else blank)
                continue
            else:
                known[cell] = meaning(text)
        fact = known[cell]
        facts.append(fact)
        if fact is None and cell != "":
            text = shown(cell).strip()
            if text and text.lower() not in _NOTHING:
                unread[row] = finding(rule, read=text[:80])
    return facts, unread
