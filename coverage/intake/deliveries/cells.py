"""What single cells of a list of delivery say: days, figures, amounts, technologies."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from coverage.consultation import in_words
from coverage.findings import Finding, finding
from coverage.intake.document import Cell, shown
from coverage.intake.promises import day_of_cell
from coverage.intake.registers.cells import is_blank, number, technologies
from coverage.towers import Technology
from coverage.vietnamese import without_accents

_DAY_ZERO = dt.date(1899, 12, 30)  # of Excel's day numbers, its wrong leap day of 1900 included
_SERIALS = (40_000, 60_000)  # 2009 to 2064
_IN_WORDS = re.compile(r"(?:ngay\s+)?(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4})", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{2})")
_WITH_TIME = re.compile(r"(.*\d)[ T]+\d{1,2}:\d{2}(?::\d{2})?")
_UNITS = re.compile(
    r"(?:dbm|mbit/s|mbps|mb/s|kbit/s|kbps|kb/s|gbit/s|gbps|%|phan tram|đ|₫|vnđ|vnd|đồng|dong)\.?$",
    re.IGNORECASE,
)
_MINUS = str.maketrans("−–—‐", "----")
_WORST_DBM, _BEST_DBM = 40, 140  # without their sign
_KILO = re.compile(r"kbit|kbps|kb/s", re.IGNORECASE)
_ONE_GROUP = re.compile(r"^\s*\d{1,3}[.,]\d{3}(?!\d)(?![.,])")
_GIGA = re.compile(r"gbit|gbps|gb/s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadDay:
    """A day, None where there is none to be read, and what is to be said about it."""

    day: dt.date | None
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """A figure, None where there is none, and what is to be said about it."""

    figure: float | None
    found: tuple[Finding, ...] = ()


def day_in(cell: Cell, family: str, label: str | None) -> ReadDay:
    """Return the day in a cell: a date, words, or the number that Excel keeps for one.

    What cannot be read is ``<family>.date_unreadable``.
    """
    if is_blank(cell):
        return ReadDay(None)
    read = shown(cell).strip()
    if (day := day_of_cell(cell)) is not None:
        return ReadDay(day)
    serial = number(cell)
    if serial is not None and _SERIALS[0] <= serial < _SERIALS[1]:
        day = _DAY_ZERO + dt.timedelta(days=int(serial))
        told = finding("on_air.date_repaired", read=read, date=in_words(day))
        return ReadDay(day, (told.at(label, read),))
    day = _spelt(read)
    if day is not None:
        return ReadDay(day)
    return ReadDay(None, (finding(f"{family}.date_unreadable", read=read).at(label, read),))


def _spelt(text: str) -> dt.date | None:
    """A day in words, with an hour behind it, or with two digits of its year."""
    if (timed := _WITH_TIME.fullmatch(text)) is not None:
        return day_of_cell(timed[1].strip())
    if (words := _IN_WORDS.fullmatch(without_accents(text.lower()).strip())) is not None:
        day, month, year = map(int, words.groups())
    elif (short := _SHORT_YEAR.fullmatch(text)) is not None:
        day, month, year = map(int, short.groups())
        year += 2000
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def figure_in(cell: Cell, label: str | None) -> ReadFigure:
    """Return the number in a cell, with its unit or without; blank and a dash are none."""
    if is_blank(cell):
        return ReadFigure(None)
    read = shown(cell).strip()
    text = cell
    if isinstance(cell, str):
        text = _UNITS.sub("", cell.translate(_MINUS).strip()).strip()
    figure = number(text)
    if figure is None:
        return ReadFigure(None, (finding("on_air.figure_unreadable", read=read).at(label, read),))
    return ReadFigure(figure)


def level_in(cell: Cell, label: str | None) -> ReadFigure:
    """Return a level in dBm; one that lacks its sign gets it, as no level in dBm is positive."""
    got = figure_in(cell, label)
    if got.figure is None or not _WORST_DBM <= got.figure <= _BEST_DBM:
        return got
    read = shown(cell).strip()
    told = finding("on_air.level_sign", read=read, level=_comma(-got.figure))
    return ReadFigure(-got.figure, (told.at(label, read),))


def speed_in(cell: Cell, label: str | None, heading: str) -> ReadFigure:
    """Return a speed in Mbit/s; the cell's unit counts, else the heading's."""
    got = figure_in(cell, label)
    if got.figure is None:
        return got
    own = shown(cell) if isinstance(cell, str) else ""
    unit = own if _KILO.search(own) or _GIGA.search(own) or "m" in own.lower() else heading
    if _KILO.search(unit):
        # So few kilobits are no service: three digits behind a mark are thousands there.
        kbps = got.figure * 1000 if _ONE_GROUP.search(own) else got.figure
        return ReadFigure(kbps / 1000, got.found)
    return ReadFigure(got.figure * 1000 if _GIGA.search(unit) else got.figure, got.found)


def percent_in(cell: Cell, label: str | None) -> ReadFigure:
    """Return a percentage; a share up to 1, as a cell with the format % holds it, is one too."""
    got = figure_in(cell, label)
    if got.figure is None or not 0 < got.figure <= 1 or (isinstance(cell, str) and "%" in cell):
        return got
    read, percent = shown(cell).strip(), got.figure * 100
    told = finding("on_air.availability_fraction", read=read, percent=_comma(percent))
    return ReadFigure(round(percent, 6), (told.at(label, read),))


def technology_in(cell: Cell, label: str | None) -> tuple[Technology | None, tuple[Finding, ...]]:
    """Return the technology that a cell names; of several the newest, and that is said."""
    if is_blank(cell):
        return None, ()
    read = shown(cell).strip()
    known, _ = technologies(cell)
    if not known:
        return None, (finding("on_air.technology_unknown", read=read).at(label, read),)
    newest = max(known)
    if len(known) == 1:
        return newest, ()
    told = finding("on_air.technology_newest", read=read, technology=newest.value)
    return newest, (told.at(label, read),)


def dong_in(cell: Cell, label: str | None) -> tuple[int | None, tuple[Finding, ...]]:
    """Return an amount in whole đồng; groups of three digits are parted by points or commas."""
    if is_blank(cell):
        return None, ()
    read = shown(cell).strip()
    unreadable = (finding("award.price_unreadable", read=read).at(label, read),)
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None, unreadable
    if isinstance(cell, int | float):
        return (int(cell), ()) if float(cell).is_integer() else (None, unreadable)
    text = re.sub(r"[\s\u00a0\u202f'’]", "", _UNITS.sub("", cell.strip()).strip())
    if re.fullmatch(r"-?\d+", text) or re.fullmatch(r"-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", text):
        return int(re.sub(r"[.,]", "", text)), ()
    return None, unreadable


def _comma(figure: float) -> str:
    return f"{figure:.6g}".replace(".", ",")
