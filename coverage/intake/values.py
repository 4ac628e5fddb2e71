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
_HOUSEHOLD_UNIT = re.compile(
    r"(?P<number>\d[\d.,\s]*?)\s*(?:hộ dân|hộ gia đình|hộ|nóc nhà|nóc|households?|hh)\s*[.;,]?",
    re.IGNORECASE,
)
_WITH_PEOPLE = re.compile(
    r"(?P<number>\d[\d.]*?)\s*hộ(?: dân)?\s*[,;/(–-]*\s*(?P<people>\d[\d.]*)\s*(?:nhân khẩu|khẩu|người)\s*\)?",
    re.IGNORECASE,
)
_PEOPLE_UNIT = re.compile(
    r"(?P<number>\d[\d.,\s]*?)\s*(?:nhân khẩu|khẩu|người|people)\s*[.;,]?", re.IGNORECASE
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


def household_counts(cells: Sequence[Cell]) -> list[Read | int]:
    """Read a column of households: a plain number where nothing is to be said."""
    return [_plain(cell, MOST_HOUSEHOLDS) or households_of(cell) for cell in cells]


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


def households_of(cell: Cell) -> Read:
    """Read one cell as a number of households."""
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return Read(None, finding("households.date", read=shown(cell)))
    text = tidy(cell)
    if text == "" or text.lower() in _NOTHING:
        return Read(None, finding("households.missing"))
    if both := _WITH_PEOPLE.fullmatch(text):
        number = int(both["number"].replace(".", ""))
        told = finding("households.words", read=text, households=number)
        return Read(number, told, int(both["people"].replace(".", "")))
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
