"""Where things with a point lie in another list of units: the point decides, not the code.

A code means another place in every list; a point does not. What the point says is only taken
when the units of the lists agree with it: a village cannot change to a province that is no
successor of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coverage.places.areas import AreaIndex
from coverage.places.succession import successors
from coverage.places.units import Change, Level, Unit


class Doubt(StrEnum):
    """Why a person has to say where something lies."""

    NO_AREA = "no_area"  # the point lies in no commune of the new list
    OTHER_PROVINCE = "other_province"  # in a province that is no successor of its own


@dataclass(frozen=True, slots=True)
class Standing:
    """Something as it stands: its point in WGS 84 and its codes in its own list."""

    vintage: str
    province_code: str
    commune_code: str
    declared_commune_code: str | None
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Replaced:
    """Its codes in the new list. With a ``doubt`` they are what the point says, and not taken."""

    province_code: str
    commune_code: str
    declared_commune_code: str | None
    doubt: Doubt | None = None


class NewList:
    """The communes of a list, and what the units of the lists before it became."""

    def __init__(
        self,
        vintage: str,
        communes: Sequence[Unit],
        changes: Iterable[Change],
        former_provinces: Mapping[tuple[str, str], str],
    ) -> None:
        """``former_provinces``: by vintage and commune code, the province of former communes."""
        self.vintage = vintage
        self._province_of = {unit.code: unit.province_code for unit in communes}
        areas = {unit.code: unit.area for unit in communes if unit.area is not None}
        self._index = AreaIndex(areas) if areas else None
        self._became = successors(changes, vintage)
        self._went_to: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (former, level, code), codes in self._became.items():
            province = former_provinces.get((former, code))
            if level is Level.COMMUNE and province is not None:
                self._went_to[former, province].update(
                    self._province_of[now] for now in codes if now in self._province_of
                )

    def place(self, standing: Sequence[Standing]) -> list[Replaced]:
        """Return for each where its point lies in this list.

        On a border between communes the one that its own became is preferred.
        """
        if not standing:
            return []
        preferred = [self._only(each.vintage, each.commune_code) for each in standing]
        if self._index is None:
            codes = [""] * len(standing)
        else:
            located = self._index.locate(
                [each.longitude for each in standing], [each.latitude for each in standing],
                preferred,
            )  # fmt: skip
            codes = located.tolist()
        return [self._replaced(each, code) for each, code in zip(standing, codes, strict=True)]

    def _replaced(self, standing: Standing, commune_code: str) -> Replaced:
        if not commune_code:
            return Replaced("", "", None, Doubt.NO_AREA)
        province_code = self._province_of[commune_code]
        doubt = None
        if province_code not in self._provinces(standing):
            doubt = Doubt.OTHER_PROVINCE
        return Replaced(province_code, commune_code, self._declared(standing, commune_code), doubt)

    def _provinces(self, standing: Standing) -> Collection[str]:
        """What its province became: by itself, or because its communes went there."""
        vintage, code = standing.vintage, standing.province_code
        if vintage == self.vintage:
            return (code,)
        return {
            *self._became.get((vintage, Level.PROVINCE, code), ()),
            *self._went_to.get((vintage, code), ()),
        }

    def _declared(self, standing: Standing, commune_code: str) -> str | None:
        """What the declared commune became; of several the one of the point, else none."""
        if standing.declared_commune_code is None or standing.vintage == self.vintage:
            return standing.declared_commune_code
        became = self._communes(standing.vintage, standing.declared_commune_code)
        if len(became) == 1:
            return became[0]
        return commune_code if commune_code in became else None

    def _only(self, vintage: str, commune_code: str) -> str | None:
        became = self._communes(vintage, commune_code)
        return became[0] if len(became) == 1 else None

    def _communes(self, vintage: str, code: str) -> Sequence[str]:
        if vintage == self.vintage:
            return (code,)
        return self._became.get((vintage, Level.COMMUNE, code), ())
