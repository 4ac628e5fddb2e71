"""Which of several readings holds: the declared commune decides, then the province.

The order of belief:

1. What was typed or stated plainly, as long as it does not contradict the declared province.
2. A grid that the rest of the file proves, landing in the commune.
3. A repair, or a grid of the province (present or former), that lands in the commune:
   first within the border band, then within the tolerance.
4. Any other provincial grid, then UTM, and only if exactly one lands in the commune.
5. Where the commune is unknown, the province in its stead, and a warning.

Two readings of equal standing that both land are never chosen between: the row is rejected and
both are shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from coverage.coordinates.layout import point_facts
from coverage.coordinates.reading import (
    Cell,
    Choice,
    Declared,
    Limits,
    Place,
    Premises,
    Reading,
    Standing,
)
from coverage.coordinates.typed import readings
from coverage.coordinates.vn2000 import GRIDS, VN2000_GEOGRAPHIC, WGS84
from coverage.findings import Finding, Severity, finding

OWN = (Standing.RECOVERED, Standing.PRESENT, Standing.FORMER)
DEGREES = frozenset({"EPSG:4326", f"EPSG:{VN2000_GEOGRAPHIC}"})


def resolve(
    first: Cell,
    second: Cell,
    premises: Premises | None = None,
    declared: Declared | None = None,
    limits: Limits | None = None,
) -> Choice:
    """Read two cells (or one pair and None) and decide: the whole package in one call.

    The cells are first read narrowly; every other grid is only tried when that does not put the
    point in the declared commune. Never raises.
    """
    near = readings(first, second, premises, widely=False)
    if not isinstance(near, Finding):
        landed = _Judge(near, premises, declared, limits).landed()
        if landed is not None:
            return landed
    wide = readings(first, second, premises, widely=True)
    if isinstance(wide, Finding):
        return Choice(None, (wide,))
    return choose(wide, premises, declared, limits)


def choose(
    candidates: Sequence[Reading],
    premises: Premises | None = None,
    declared: Declared | None = None,
    limits: Limits | None = None,
) -> Choice:
    """Decide between the ``readings`` of one row, or say why that cannot be done.

    Raises:
        ValueError: there are no candidates.
    """
    if not candidates:
        raise ValueError("no candidates")
    judge = _Judge(candidates, premises, declared, limits)
    return judge.landed() or judge.contradicted() or judge.by_province()


def describe(reading: Reading) -> str:
    """Return a reading for a message: ``11.349358, 108.877201 (VN-2000 108°15′)``."""
    point = f"{reading.latitude:.6f}, {reading.longitude:.6f}"
    return f"{point} ({_label(reading)})"


class _Judge:
    """The candidates of one row before its declared places."""

    def __init__(
        self,
        candidates: Sequence[Reading],
        premises: Premises | None,
        declared: Declared | None,
        limits: Limits | None,
    ) -> None:
        self.candidates = candidates
        typed = [reading for reading in candidates if reading.standing is Standing.TYPED]
        self.typed = typed[0] if len(typed) == 1 else None
        self.stated_grid = typed[0].crs if len({reading.crs for reading in typed}) == 1 else None
        premises = premises or Premises()
        self.order = premises.expected_order
        self.in_use = premises.grids_in_use or frozenset()
        self.has_grids = premises.grids is not None
        self.declared = declared or Declared()
        self.limits = limits or Limits()
        self._distances: dict[tuple[float, float], float] = {}

    def landed(self) -> Choice | None:
        """What was typed or stated, or the best supported reading, if it lands in the commune."""
        typed = self.typed
        if typed is None:
            return self.by_commune()
        if _plainly_typed(typed):
            return Choice(typed, typed.findings)
        if self._from_commune(typed) > self.limits.tolerance_m:
            return None
        for reading in self.candidates:
            proved = reading.crs in self.in_use and typed.crs not in self.in_use
            if proved and self._from_commune(reading) <= self.limits.tolerance_m:
                return _ambiguous(typed, reading)
        return Choice(typed, typed.findings)

    def contradicted(self) -> Choice | None:
        """A stated grid that misses the commune: kept, unless it misses the province too.

        Then the one other grid that lands is taken, with a warning that names both. The header is
        typed by hand, and Lai Châu's 103°00′ became 104°45′.
        """
        stated = self.typed
        if stated is None:
            return None
        other = self._only_other(stated)
        if other is None:
            return Choice(stated, stated.findings)
        disproved = bool(self.in_use) and stated.crs not in self.in_use
        facts = {"grid": _label(other), "place": self._place_name(), **_facts(other)}
        if (disproved or not self._in_province(stated)) and (
            not self.in_use or other.crs in self.in_use
        ):
            told = finding("coordinate.meridian_overridden", stated=_label(stated), **facts)
            return Choice(other, (*other.findings, told))
        told = finding("coordinate.meridian_doubtful", used=_label(stated), **facts)
        return Choice(stated, (*stated.findings, told))

    def by_commune(self) -> Choice | None:
        """The best supported reading that lands in the declared commune, if any does."""
        if self.declared.commune is None:
            return None
        for tier in self._tiers():
            for within_m in (self.limits.border_band_m, self.limits.tolerance_m):
                near = [reading for reading in tier if self._from_commune(reading) <= within_m]
                if near:
                    return self._only(near)
        return None

    def by_province(self) -> Choice:
        """The reading that the province supports, when the commune is unknown or missed by all.

        With a commune declared, nothing that needs a place to confirm it is taken: the one grid
        of best standing is kept so that the check of the place can show the distance.
        """
        missed = self.declared.commune is not None
        hits = [
            reading
            for reading in self.candidates
            if reading.standing in (Standing.TYPED, *OWN)
            and not (missed and reading.needs_place)
            and self.declared.province is not None
            and self._in_province(reading)
        ]
        used = [reading for reading in hits if reading.crs in self.in_use]
        hits = used or hits
        if missed and hits:
            best = min(reading.standing for reading in hits)
            hits = [reading for reading in hits if reading.standing is best]
        if len(hits) == 1:
            return _inferred(hits[0], self.declared.province, certain=False)
        if hits:
            return _ambiguous(hits[0], hits[1])
        return self._undecided()

    def _tiers(self) -> Iterator[list[Reading]]:
        """The candidates by belief; those of one tier are of equal standing."""
        yield [reading for reading in self.candidates if reading.standing is Standing.TYPED]
        yield [reading for reading in self.candidates if reading.crs in self.in_use]
        yield [reading for reading in self.candidates if reading.standing in OWN]
        for standing in (Standing.OTHER, Standing.LAST_RESORT):
            yield [reading for reading in self.candidates if reading.standing is standing]

    def _undecided(self) -> Choice:
        first = self.candidates[0]
        if first.crs in DEGREES and first.needs_place:
            return Choice(None, (finding("coordinate.unconfirmed", reading=describe(first)),))
        if first.standing is Standing.TYPED and len(self.candidates) > 1:
            return _ambiguous(first, self.candidates[1])
        return Choice(None, (finding("coordinate.meridian_unknown"),))

    def _only(self, hits: list[Reading]) -> Choice:
        """The single reading that landed, unless another is as good or the file says otherwise."""
        if len(hits) > 1:
            hits = [reading for reading in hits if reading.order is self.order] or hits
        if len(hits) > 1:
            return _ambiguous(hits[0], hits[1])
        landed = hits[0]
        if landed.standing is Standing.TYPED and landed.crs == self.stated_grid:
            return Choice(landed, landed.findings)
        foreign = landed.crs not in DEGREES and self.in_use and landed.crs not in self.in_use
        if foreign:
            for reading in self.candidates:
                rival = landed.standing not in OWN or self._in_province(reading)
                if reading.crs in self.in_use and rival:
                    return _ambiguous(reading, landed)
        choice = _inferred(landed, self.declared.commune, certain=not foreign)
        doubt = self._utm_beside(landed)
        return choice if doubt is None else replace(choice, findings=(*choice.findings, doubt))

    def _utm_beside(self, landed: Reading) -> Finding | None:
        """The doubt that metres on a strange 105° grid may be UTM 48N, 300 to 700 m beside."""
        if landed.standing is not Standing.OTHER:
            return None
        for reading in self.candidates:
            near = self._from_commune(reading) <= self.limits.tolerance_m
            if near and reading.standing is Standing.LAST_RESORT:
                facts = {"used": _label(landed), "grid": _label(reading), **_facts(reading)}
                return finding("coordinate.utm_possible", **facts)
        return None

    def _only_other(self, stated: Reading) -> Reading | None:
        """The one other reading that lands in the commune; a strange grid only if none is known."""
        if self.declared.commune is None:
            return None
        allowed = OWN if self.has_grids else (*OWN, Standing.OTHER)
        hits = [
            reading
            for reading in self.candidates
            if reading is not stated
            and (reading.standing in allowed or reading.crs in self.in_use)
            and self._from_commune(reading) <= self.limits.tolerance_m
        ]
        return hits[0] if len(hits) == 1 else None

    def _from_commune(self, reading: Reading) -> float:
        commune = self.declared.commune
        if commune is None:
            return math.inf
        key = (reading.latitude, reading.longitude)
        if key not in self._distances:
            self._distances[key] = commune.distance_m(*key)
        return self._distances[key]

    def _in_province(self, reading: Reading) -> bool:
        province = self.declared.province
        return province is None or (
            province.distance_m(reading.latitude, reading.longitude) <= self.limits.tolerance_m
        )

    def _place_name(self) -> str:
        place = self.declared.commune or self.declared.province
        return "" if place is None else place.name


def _label(reading: Reading) -> str:
    """The system of a reading for people: ``VN-2000 105°30′``, ``WGS 84``."""
    grid = GRIDS.get(int(reading.crs.removeprefix("EPSG:")))
    if grid is not None:
        return grid.label
    return "WGS 84" if reading.crs == f"EPSG:{WGS84}" else "VN-2000"


def _plainly_typed(reading: Reading) -> bool:
    """Degrees typed as degrees: no place is needed to believe them."""
    return reading.standing is Standing.TYPED and reading.crs in DEGREES


def _facts(reading: Reading) -> dict[str, Any]:
    return point_facts(reading.latitude, reading.longitude)


def _inferred(reading: Reading, place: Place | None, *, certain: bool) -> Choice:
    """A reading that a place decided for, with the grid told where none was stated."""
    findings = reading.findings
    if reading.needs_place and not certain:
        findings = tuple(_doubted(told) for told in findings)
    if reading.crs not in DEGREES:
        grid = GRIDS[int(reading.crs.removeprefix("EPSG:"))]
        stated = reading.standing is Standing.TYPED and grid.vn2000
        own = stated or reading.standing in OWN
        rule = "coordinate.meridian_inferred"
        if not own and not grid.three_degrees:
            rule = "coordinate.utm_inferred"
        told = finding(
            rule,
            severity=Severity.INFO if certain and own else Severity.WARNING,
            grid=grid.label,
            place="" if place is None else place.name,
            **_facts(reading),
        )
        findings = (*findings, told)
    return Choice(reading, findings)


def _doubted(told: Finding) -> Finding:
    return replace(told, severity=Severity.WARNING) if told.severity is Severity.INFO else told


def _ambiguous(first: Reading, second: Reading) -> Choice:
    told = finding("coordinate.ambiguous", first=describe(first), second=describe(second))
    return Choice(None, (told,))
