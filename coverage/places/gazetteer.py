"""The gazetteer: one list of units in force, what led to it, and where everything lies.

    gazetteer = storage.places.gazetteer(connection)
    match = gazetteer.resolve_commune("Xã Tân An", district="Huyện Văn Bàn", province_code="15")
    place = gazetteer.place(match)                       # for coverage.coordinates
    match = gazetteer.decide(match, latitude, longitude) # once the point is known

It does no I/O and never changes once made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coverage.findings import Severity
from coverage.places.areas import Area, AreaIndex, Areas
from coverage.places.meaning import PlaceMatch, meaning_of
from coverage.places.names import Names, key_of
from coverage.places.stated import Stated
from coverage.places.succession import successors
from coverage.places.units import Change, Level, Unit, UnitList

_REMEMBERED = 20_000  # distinct declarations; a file repeats each commune many times
_BORDER_BAND_M = 300.0


class Gazetteer:
    """Names, codes and areas of one vintage. Codes in and out are of this vintage."""

    def __init__(self, current: UnitList, names: Names) -> None:
        self.vintage = current.vintage
        self.approximate = current.approximate
        self.provinces = {unit.code: unit for unit in current.of(Level.PROVINCE)}
        self.communes = {unit.code: unit for unit in current.of(Level.COMMUNE)}
        self._names = names
        self._areas: dict[str, Area] = {}
        self._resolved = lru_cache(_REMEMBERED)(partial(meaning_of, names))

    @classmethod
    def from_units(
        cls, current: UnitList, former: Sequence[UnitList] = (), changes: Iterable[Change] = ()
    ) -> Gazetteer:
        """Make the gazetteer of a list with areas, from earlier lists and the changes between.

        Earlier lists need no areas; what no change leads to ``current`` is not known.
        """
        leading = successors(changes, current.vintage)
        return cls(current, Names(current, former, leading))

    # --- Units ---------------------------------------------------------------------------------

    def commune_name(self, code: str) -> str:
        """Return a commune's full name: ``Xã Mường Nhé``."""
        return self.communes[code].full_name

    def province_name(self, code: str) -> str:
        """Return a province's full name: ``Tỉnh Điện Biên``."""
        return self.provinces[code].full_name

    def province_of(self, commune_code: str) -> str:
        """Return the code of the province that a commune belongs to."""
        return self.communes[commune_code].province_code

    def communes_of(self, province_code: str) -> list[Unit]:
        """Return a province's communes, by name."""
        of_province = (u for u in self.communes.values() if u.province_code == province_code)
        return sorted(of_province, key=lambda unit: (unit.name, unit.code))

    def commune_knower(self, province_code: str) -> Callable[[str], bool]:
        """Return the test whether a text names a commune of a province, present or former."""
        keys = frozenset(self._names.spellings(province_code))
        return lambda text: key_of(text) in keys

    def knows_province(self, text: str) -> bool:
        """Return whether a text names a province, present or former."""
        return key_of(text) in self._province_keys

    @cached_property
    def _province_keys(self) -> frozenset[str]:
        present = (key_of(unit.full_name) for unit in self.provinces.values())
        return frozenset((*present, *self._names.former_provinces))

    # --- What a row declares -------------------------------------------------------------------

    def resolve_commune(
        self, name: str | None, code: str | None = None, *, province_code: str,
        district: str | None = None, province: str | None = None, former: bool = False,
    ) -> PlaceMatch:  # fmt: skip
        """Return the commune that a row declares, by its own words.

        ``province_code`` is the submitting province's; ``province`` and ``district`` are what
        the row's own columns say, present or former; ``former`` that the heading says "cũ".
        Blank text is nothing.

        Raises:
            KeyError: ``province_code`` is not in this vintage.
        """
        return self._resolved(
            Stated(
                province_code, _words(name), _words(code), _words(district), _words(province),
                former=former,
            )
        )  # fmt: skip

    def decide(
        self, match: PlaceMatch, latitude: float, longitude: float,
        border_band_m: float = _BORDER_BAND_M,
    ) -> PlaceMatch:  # fmt: skip
        """Return the match as the point settles it: one part of a split commune, one namesake.

        An error of the match is lifted only by a point inside one of its communes or within
        the border band of it, and then the commune and the reason are stated.
        """
        if match.commune_code is not None:
            return self._namesake(match, latitude, longitude, border_band_m)
        if not match.candidates:
            return match
        nearest, distance_m = self.place(match).nearest(latitude, longitude)
        if not match.is_refused:
            return replace(match, commune_code=nearest.code)
        lifting = dict(match.lifted_inside).get(nearest.code)
        if lifting is None or distance_m > border_band_m:
            return match
        kept = [found for found in match.findings if found.severity is not Severity.ERROR]
        return replace(match, commune_code=nearest.code, findings=(*kept, lifting))

    def _namesake(
        self, match: PlaceMatch, latitude: float, longitude: float, border_band_m: float
    ) -> PlaceMatch:
        """The namesake that the point lies in, when it is not in or just over the commune meant.

        The commune that bears the name today comes first: a point over its border by less than
        the band is told as such, even where the neighbour once bore the same name.
        """
        if not match.namesakes:
            return match
        meant = self.commune(str(match.commune_code))
        if meant.distance_m(latitude, longitude) <= border_band_m:
            return match
        for code, told in match.namesakes:
            if self.commune(code).covers(latitude, longitude):
                kept = [found for found in match.findings if found.rule != "place.former"]
                return replace(match, commune_code=code, findings=(*kept, told))
        return match

    # --- Where things lie ----------------------------------------------------------------------

    def commune(self, code: str) -> Area:
        """Return a commune's area."""
        area = self._areas.get(code)
        if area is None:
            unit = self.communes[code]
            if unit.area is None:
                raise KeyError(code)
            area = self._areas[code] = Area(code, unit.full_name, unit.area)
        return area

    def province(self, code: str) -> Areas:
        """Return a province as the communes it is made of; outlines are only for drawing."""
        return self._province_areas[code]

    def place(self, match: PlaceMatch) -> Areas:
        """Return what a match may mean as one place: the commune, or all its candidates.

        Raises:
            KeyError: the match means nothing.
        """
        codes = (match.commune_code,) if match.commune_code else match.candidates
        if not codes:
            raise KeyError("no candidates")
        areas = [self.commune(code) for code in codes]
        return Areas(" / ".join(area.name for area in areas), areas)

    def locate(
        self, longitudes: ArrayLike, latitudes: ArrayLike,
        preferred: Sequence[str | None] | None = None,
    ) -> NDArray[np.str_]:  # fmt: skip
        """Return the commune code of each point, "" where it lies in none (see AreaIndex)."""
        return self._index.locate(longitudes, latitudes, preferred)

    def nearest_commune(self, latitude: float, longitude: float) -> tuple[str, float]:
        """Return the commune that covers the point, else the nearest, and the metres to it."""
        area, distance_m = self._country.nearest(latitude, longitude)
        return area.code, distance_m

    @cached_property
    def _index(self) -> AreaIndex:
        placed = (unit for unit in self.communes.values() if unit.area is not None)
        return AreaIndex({unit.code: unit.area for unit in placed if unit.area is not None})

    @cached_property
    def _country(self) -> Areas:
        return Areas("Việt Nam", [self.commune(code) for code in sorted(self.communes)])

    @cached_property
    def _province_areas(self) -> dict[str, Areas]:
        return {
            code: Areas(
                unit.full_name,
                [self.commune(commune.code) for commune in self.communes_of(code)],
            )
            for code, unit in self.provinces.items()
        }


def _words(text: str | None) -> str | None:
    """The text without needless spaces, or None when nothing is left."""
    return " ".join(text.split()) or None if text else None
