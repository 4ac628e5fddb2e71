"""Where names and codes are looked up: present communes, former ones, districts, provinces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coverage.places.units import Level, Unit, UnitList
from coverage.vietnamese import name_key, strip_unit_prefix

Successors = Mapping[tuple[str, Level, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Former:
    """A commune of an earlier list (or a district that had none), and what became of it.

    ``successors`` are codes of present communes; ``province_code`` is of its own list.
    """

    vintage: str
    code: str
    name: str
    full_name: str
    district_code: str | None
    district: str | None
    province_code: str
    province: str
    successors: tuple[str, ...]

    @property
    def label(self) -> str:
        """How a person would know it: ``Xã Tân An, Huyện Văn Bàn, Tỉnh Lào Cai``."""
        return ", ".join(part for part in (self.full_name, self.district, self.province) if part)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A known name as people know it, and the present communes that it means."""

    label: str
    codes: tuple[str, ...]


def key_of(text: str) -> str:
    """Return the key of a place's bare name: ``Xã Mường Nhé`` and ``mường nhé`` have one."""
    return name_key(strip_unit_prefix(text)[1])


def kind_of(text: str) -> str | None:
    """Return the kind that stands before a name, or None."""
    return strip_unit_prefix(text)[0]


class Names:
    """The indexes over one present list and the earlier ones that lead to it."""

    def __init__(
        self, current: UnitList, former: Sequence[UnitList], successors: Successors
    ) -> None:
        self.communes = {unit.code: unit for unit in current.of(Level.COMMUNE)}
        self.provinces = {unit.code: unit for unit in current.of(Level.PROVINCE)}
        self.current: dict[tuple[str, str], list[Unit]] = defaultdict(list)
        for unit in self.communes.values():
            self.current[unit.province_code, key_of(unit.full_name)].append(unit)
        self.former: dict[tuple[str, str], list[Former]] = defaultdict(list)
        self.former_by_code: dict[str, list[Former]] = defaultdict(list)
        self.districts: dict[tuple[str, str], list[Unit]] = defaultdict(list)
        self.communes_of_district: dict[str, set[str]] = defaultdict(set)
        self.former_provinces: dict[str, list[tuple[Unit, tuple[str, ...]]]] = defaultdict(list)
        for listed in former:
            self._add_former(listed, successors)

    def province_of(self, commune_code: str) -> str:
        """Return the present province's code of a present commune."""
        return self.communes[commune_code].province_code

    def present_provinces(self, text: str) -> set[str]:
        """Return the codes of the present provinces of this name; at most one."""
        key = key_of(text)
        return {code for code, unit in self.provinces.items() if key_of(unit.full_name) == key}

    def provinces_once(self, text: str) -> list[tuple[Unit, tuple[str, ...]]]:
        """Return the former provinces of this name with the present ones they went to."""
        return self.former_provinces.get(key_of(text), [])

    def by_name(self, province_code: str, text: str) -> list[Unit]:
        """Return the present communes of this name in a present province."""
        return self.current.get((province_code, key_of(text)), [])

    def once(self, province_code: str, text: str) -> list[Former]:
        """Return the former communes of this name that (partly) went to a present province."""
        return self.former.get((province_code, key_of(text)), [])

    def district(self, province_code: str, text: str) -> list[Unit]:
        """Return the former districts of this name, of the stated kind where that tells."""
        found = self.districts.get((province_code, key_of(text)), [])
        kind = kind_of(text)
        of_kind = [unit for unit in found if kind_of(unit.full_name) == kind]
        return of_kind if kind is not None and of_kind else found

    def spellings(self, province_code: str) -> Mapping[str, Sequence[Spelling]]:
        """Return every name known in a province by its key, present and former."""
        known: dict[str, list[Spelling]] = defaultdict(list)
        for (province, key), units in self.current.items():
            if province == province_code:
                known[key].extend(Spelling(unit.full_name, (unit.code,)) for unit in units)
        for (province, key), formers in self.former.items():
            if province != province_code:
                continue
            for former in formers:
                codes = self.inside(former, province_code)
                if all(spelling.codes != codes for spelling in known[key]):
                    known[key].append(Spelling(former.label, codes))
        return known

    def inside(self, former: Former, province_code: str) -> tuple[str, ...]:
        """Return the successors of a former commune that are in one present province."""
        return tuple(code for code in former.successors if self.province_of(code) == province_code)

    def _add_former(self, listed: UnitList, successors: Successors) -> None:
        provinces = {unit.code: unit for unit in listed.of(Level.PROVINCE)}
        districts = {unit.code: unit for unit in listed.of(Level.DISTRICT)}
        for unit in (*listed.of(Level.COMMUNE), *districts.values()):
            codes = successors.get((listed.vintage, unit.level, unit.code), ())
            if not codes:
                continue
            if unit.level is Level.DISTRICT:
                self.communes_of_district[unit.code].update(codes)
            elif unit.district_code:
                self.communes_of_district[unit.district_code].update(codes)
            elif self._is_still(unit, codes):
                continue
            district = districts.get(unit.district_code or "")
            self._index(
                Former(
                    listed.vintage, unit.code, unit.name, unit.full_name, unit.district_code,
                    district.full_name if district else None, unit.province_code,
                    provinces[unit.province_code].full_name, codes,
                )
            )  # fmt: skip
        for unit in districts.values():
            for province in {
                self.province_of(code) for code in self.communes_of_district[unit.code]
            }:
                self.districts[province, key_of(unit.full_name)].append(unit)
        for province_unit in provinces.values():
            present_codes = successors.get((listed.vintage, Level.PROVINCE, province_unit.code), ())
            if present_codes:
                self.former_provinces[key_of(province_unit.full_name)].append(
                    (province_unit, present_codes)
                )

    def _is_still(self, unit: Unit, codes: Iterable[str]) -> bool:
        """Whether the present list knows the unit by the same code and name."""
        return list(codes) == [unit.code] and key_of(unit.full_name) == key_of(
            self.communes[unit.code].full_name
        )

    def _index(self, former: Former) -> None:
        self.former_by_code[former.code].append(former)
        for province in {self.province_of(code) for code in former.successors}:
            self.former[province, key_of(former.full_name)].append(former)
