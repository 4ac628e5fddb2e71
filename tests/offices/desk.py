"""A clerk's desk: the villages to report, the facts of each as cells, and the list of all cases."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.offices.judge import Written
from tests.offices.villages import Commune, Country, Village, invent, plant

PROVINCES = ["01", "04", "08", "11", "12", "14", "15", "20", "22", "24", "25", "37", "38", "40",
             "42", "44", "46", "48", "51", "52", "56", "66", "68", "75", "80", "82", "86", "91",
             "92", "96"]  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file that an office sends, and what is true of its rows."""

    path: Path
    written: list[Written]


@dataclass
class Desk:
    """What one clerk has at hand; the same in every run of the same case."""

    land: Country
    chance: random.Random
    folder: Path
    province: str
    changes: Path

    def villages(self, count: int = 24, *, faults: bool = True,
                 communes: list[Commune] | None = None) -> list[Village]:  # fmt: skip
        """Return villages in the order of their communes, with one fault of each kind."""
        made = invent(self.land, self.province, self.chance, count, communes)
        if faults:
            made = plant(made, self.land, self.chance)
        return sorted(made, key=lambda village: village.commune.code)

    def file(self, name: str, written: Sequence[Written]) -> File:
        return File(self.folder / name, list(written))

    def few_communes(self, count: int = 4) -> list[Commune]:
        """Return some communes of the province that have room inside."""
        every = list(self.land.by_province[self.province])
        self.chance.shuffle(every)
        roomy = [c for c in every if self.land.inside(c, self.chance, 700) is not None]
        return roomy[:count]


Writer = Callable[[Desk], File]
CASES: dict[str, tuple[Writer, str | None]] = {}


def case(province: str | None = None) -> Callable[[Writer], Writer]:
    """Put a writer on the list; ``province`` when it must be a certain one."""

    def put(writer: Writer) -> Writer:
        CASES[writer.__name__] = (writer, province)
        return writer

    return put


def run(name: str, land: Country, folder: Path, changes: Path) -> tuple[File, str]:
    """Write the file of a case; return it and the province that sends it."""
    writer, province = CASES[name]
    chance = random.Random(name)
    province = province or chance.choice(PROVINCES)
    return writer(Desk(land, chance, folder, province, changes)), province


def point(village: Village, write: Callable[[float, float], Sequence[object]] = lambda a, b: (a, b)) -> list[object]:  # fmt: skip
    """Return the two cells of a village's point, with its fault if it has one."""
    if village.point_text is not None:
        return [village.point_text, ""]
    first, second = write(village.latitude, village.longitude)
    return [second, first] if village.swapped else [first, second]


def in_one(village: Village, write: Callable[[float, float], str]) -> str:
    """Return the one cell of a village's point, with its fault if it has one."""
    if village.point_text is not None:
        return village.point_text
    if village.swapped:
        return write(village.longitude, village.latitude)
    return write(village.latitude, village.longitude)


def count(village: Village, write: Callable[[int], object] = lambda n: n) -> object:
    """Return the cell of households, with its fault if it has one."""
    return write(village.households) if village.households_text is None else village.households_text


def people(village: Village) -> int:
    """Return the invented population of a village."""
    return village.households * 4 + 3


def no_signal(village: Village) -> bool:
    """Say whether the village is dark (trắng sóng) rather than patchy (lõm sóng)."""
    return round(village.latitude * 1e6) % 2 == 0


def power(village: Village, yes: str = "Có", no: str = "Không") -> str:
    return yes if village.grid_power else no


def hard(village: Village, yes: str = "x", no: str = "") -> str:
    return yes if village.specially_difficult else no


def bare(commune: Commune) -> str:
    """Return a commune's name without its kind."""
    for kind in ("Xã ", "Phường ", "Đặc khu "):
        commune_name = commune.name.removeprefix(kind)
        if commune_name != commune.name:
            return commune_name
    return commune.name
