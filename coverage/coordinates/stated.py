"""The coordinate system that a heading, a title or a note states in words.

Offices write it by hand: ``Tọa độ (VN2000, Kinh tuyến trục 104⁰45’, múi chiếu 3⁰)``,
``VN-2000 KTT 105 30``, ``kinh tuyến trục 107045’`` with the degree sign typed as a zero,
``UTM 48N``, ``WGS84``, ``EPSG:9209``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from coverage.coordinates.angles import Half, values
from coverage.coordinates.meridians import GRID_OF_MERIDIAN, WIDE_GRID_OF_MERIDIAN
from coverage.coordinates.spelling import without_accents
from coverage.coordinates.vn2000 import DEPRECATED_GRIDS, GRIDS, VN2000_GEOGRAPHIC, WGS84
from coverage.findings import Finding, finding

MAX_CHARACTERS = 2_000

_DEGREE = r"(?:°|o|[đd]o|d)"
_ANGLE = (
    r"(?P<whole>1[01][0-9])"
    rf"(?:\s?(?:[.,](?P<fraction>[0-9]{{1,4}})"
    rf"|{_DEGREE}?[\s0-]{{0,3}}(?P<minutes>[0-5][0-9]))(?![0-9]))?"
    rf"(?P<zeros>0{{0,3}}){_DEGREE}?(?![0-9])"
)
_MERIDIAN = re.compile(
    rf"(?:kinh tuyen(?: (?:trung uong|giua|truc))?|ktt|ktg|meridian|truc|tm-?\s?3(?: zone)?)"
    rf"[^0-9a-zđ]{{0,6}}(?:la|so)?[^0-9a-zđ]{{0,4}}{_ANGLE}",
)
_BARE_MERIDIAN = re.compile(rf"vn2000[^0-9a-zđ]{{1,6}}{_ANGLE}")
_ZONE_WIDTH = re.compile(r"(?:mui(?: chieu)?|zone)[^0-9a-zđ]{0,4}([36])(?:0|°|\s?[đd]o)?(?![0-9])")
_ZONE_NUMBER = re.compile(
    r"(?:utm|mui|zone)[^0-9a-zđ]{0,4}(?:mui|zone|wgs84|vn2000)?[^0-9a-zđ]{0,4}(4[89])(?![0-9])"
    r"|wgs84[^0-9a-zđ]{0,4}(4[89])\s?n(?![a-zđ])"
)
_EPSG = re.compile(r"epsg[^0-9a-zđ]{0,6}([0-9]{4,6})")


@dataclass(frozen=True, slots=True)
class StatedCRS:
    """What was stated: the datum, the exact grid when it is known, and the words themselves.

    ``datum`` is ``VN-2000``, ``WGS 84`` or None (only "UTM" or a zone was said). ``epsg`` is the
    one system that the words fix, else None. ``utm`` tells that a 6° zone was meant, its number
    unsaid. ``findings`` tell what in the statement could not be used; they concern the file.
    """

    datum: str | None
    epsg: int | None
    utm: bool = False
    text: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def crs(self) -> str | None:
        """``EPSG:9209`` when the statement fixes one system."""
        return None if self.epsg is None else f"EPSG:{self.epsg}"

    @property
    def label(self) -> str:
        """The statement for people: the grid's name, or the words as they stand."""
        grid = None if self.epsg is None else GRIDS.get(self.epsg)
        return (self.datum or self.text) if grid is None else grid.label


def crs_of_epsg(epsg: int, text: str = "") -> StatedCRS | None:
    """Return the statement that a file makes by an EPSG code, or None for a foreign one."""
    words = text or f"EPSG:{epsg}"
    if epsg in GRIDS:
        return StatedCRS("VN-2000" if GRIDS[epsg].vn2000 else "WGS 84", epsg, text=words)
    if epsg == WGS84:
        return StatedCRS("WGS 84", WGS84, text=words)
    if epsg == VN2000_GEOGRAPHIC:
        return StatedCRS("VN-2000", VN2000_GEOGRAPHIC, text=words)
    if epsg in DEPRECATED_GRIDS:
        refusal = finding("coordinate.crs_refused", epsg=epsg)
        return StatedCRS("VN-2000", None, text=words, findings=(refusal,))
    return None


def stated_crs(texts: Iterable[str]) -> StatedCRS | None:
    """Return what ``texts`` (headings, titles, notes) state about the system, or None.

    A meridian that no grid has, and a refused or foreign EPSG code, come back as findings and
    leave the grid to the declared place.
    """
    words = "; ".join(str(text) for text in texts if text)[:MAX_CHARACTERS]
    plain = _plain(words)
    code = _EPSG.search(plain)
    if code is not None:
        stated = crs_of_epsg(int(code[1]), words)
        if stated is None:
            stated = StatedCRS(None, None, text=words, findings=(_unknown(code[0]),))
        return stated
    datum = _datum(plain)
    grid, doubts = _grid(plain, datum)
    utm = "utm" in plain or (_width(plain) == 6 and grid is None)  # noqa: PLR2004 - a 6° zone
    if grid is not None:
        if datum is None and not GRIDS[grid].three_degrees:
            doubts = (finding("coordinate.datum_assumed", datum="VN-2000"),)
        return StatedCRS("VN-2000" if GRIDS[grid].vn2000 else "WGS 84", grid, False, words, doubts)
    if datum is None and not utm and not doubts:
        return None
    epsg = WGS84 if datum == "WGS 84" and not utm else None
    return StatedCRS(datum, epsg, utm, words, doubts)


def _plain(words: str) -> str:
    text = without_accents(words)
    text = re.sub(r"[º⁰ᵒ˚∘◦]", "°", text)
    text = re.sub(r"[’‘`´ʹʼ′＇']", "′", text)  # noqa: RUF001 - the look-alikes are the point
    text = re.sub(r"[–—−‐‑]", "-", text)  # noqa: RUF001
    text = re.sub(r"vn[\s_-]{0,3}2000|vn2k", "vn2000", text)
    return re.sub(r"wgs[\s_-]{0,3}(?:19)?84", "wgs84", text)


def _datum(plain: str) -> str | None:
    if "vn2000" in plain:
        return "VN-2000"
    if "wgs84" in plain or re.search(r"(?<![a-z])(?:gps|wgs)(?![a-z])", plain):
        return "WGS 84"
    return None


def _grid(plain: str, datum: str | None) -> tuple[int | None, tuple[Finding, ...]]:
    """The EPSG code that a meridian or a zone number fixes, and doubts about the words."""
    zone = _ZONE_NUMBER.search(plain)
    if zone is not None:
        number = int(zone[1] or zone[2])
        wgs84 = datum == "WGS 84"
        return (32600 + number if wgs84 else 3405 + number - 48), ()
    match = _MERIDIAN.search(plain) or _BARE_MERIDIAN.search(plain)
    if match is None or (match.re is _BARE_MERIDIAN and not _is_angle(match)):
        return None, ()
    degrees = _degrees(match)
    wide = _width(plain) == 6 or "utm" in plain  # noqa: PLR2004 - a 6° zone
    table = WIDE_GRID_OF_MERIDIAN if wide else GRID_OF_MERIDIAN
    epsg = table.get(degrees)
    if epsg is None:
        return None, (_unknown(match[0].strip()),)
    if wide and datum == "WGS 84":
        epsg = 32600 + epsg - 3405 + 48
    return epsg, ()


def _is_angle(match: re.Match[str]) -> bool:
    """Whether a number behind "VN-2000" is written as an angle, and not "105 thôn"."""
    return bool(match["fraction"] or match["minutes"] or match["zeros"] or "°" in match[0])


def _degrees(match: re.Match[str]) -> float:
    whole, fraction, minutes = match["whole"], match["fraction"], match["minutes"]
    if minutes is not None:
        return int(whole) + int(minutes) / 60
    if fraction is None:
        return float(whole)
    # "105.30" and "105,45" are degrees and minutes; "105.5" and "105.75" decimal degrees.
    decimal = float(f"{whole}.{fraction}")
    if decimal in GRID_OF_MERIDIAN or len(fraction) != 2:  # noqa: PLR2004 - two digits of minutes
        return decimal
    sixtieths = [value.amount for value in values(Half((whole, fraction), (" ",)))]
    return sixtieths[0] if sixtieths else decimal


def _width(plain: str) -> int | None:
    match = _ZONE_WIDTH.search(plain)
    return None if match is None else int(match[1])


def _unknown(words: str) -> Finding:
    return finding("coordinate.crs_unknown", read=words[:60])
