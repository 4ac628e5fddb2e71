"""The lists of 30 June and 1 July 2025 as the PyPI package ``vietnamadminunits`` carries them.

The package has names, codes, one point per unit and the changes between the two lists; it has
no polygons. Its data files are read as they are: importing it would load parsers of addresses.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from coverage.places.approximate import Moved, Seat, approximate_areas, mend_points
from coverage.places.outlines import province_outlines
from coverage.places.succession import province_changes
from coverage.places.units import (
    FORMER_VINTAGE,
    REFORM_VINTAGE,
    Change,
    Level,
    Unit,
    UnitList,
)
from coverage.vietnamese import nfc, strip_unit_prefix, without_accents

PACKAGE = "vietnamadminunits"


@dataclass(frozen=True, slots=True)
class NationalList:
    """Both lists, what changed between them, and the centroids that had to be replaced."""

    former: UnitList
    current: UnitList
    changes: tuple[Change, ...]
    moved: tuple[Moved, ...]


def source_of_national_list() -> str:
    """Return the words that say which package the lists come from, with its version."""
    return f"{PACKAGE} {distribution(PACKAGE).version} (PyPI, MIT)"


def read_national_list() -> NationalList:
    """Read the package's lists and make approximate areas for the newer one."""
    data = Path(str(distribution(PACKAGE).locate_file(f"{PACKAGE}/data")))
    source = source_of_national_list()
    with closing(sqlite3.connect(f"{(data / 'dataset.db').as_uri()}?mode=ro", uri=True)) as opened:
        opened.row_factory = sqlite3.Row
        former_rows = opened.execute("SELECT * FROM admin_units_legacy").fetchall()
        current_rows = opened.execute("SELECT * FROM admin_units").fetchall()
    former = UnitList(FORMER_VINTAGE, source, True, tuple(_former(former_rows)))
    converter = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    changes = tuple(_changes(converter, former_rows, current_rows))
    communes, moved = _with_areas(_communes(current_rows), former, changes)
    current = UnitList(
        REFORM_VINTAGE, source, True, (*province_outlines(_provinces(current_rows), communes), *communes)
    )  # fmt: skip
    return NationalList(
        former, current, (*changes, *province_changes(former, current, changes)), moved
    )


def _former(rows: list[sqlite3.Row]) -> Iterator[Unit]:
    """The 63 provinces, 696 districts and the communes; five island districts had no commune."""
    yield from _provinces(rows)
    seen: set[str] = set()
    for row in rows:
        if row["districtCode"] not in seen:
            seen.add(row["districtCode"])
            yield _unit(row, Level.DISTRICT, "district")
        if row["wardCode"]:
            yield _unit(row, Level.COMMUNE, "ward", district_code=row["districtCode"])


def _communes(rows: list[sqlite3.Row]) -> list[Unit]:
    return [_unit(row, Level.COMMUNE, "ward", area_km2=row["wardAreaKm2"] or None) for row in rows]


def _provinces(rows: list[sqlite3.Row]) -> list[Unit]:
    first = {row["provinceCode"]: row for row in reversed(rows)}
    return [_unit(row, Level.PROVINCE, "province") for _, row in sorted(first.items())]


def _unit(
    row: sqlite3.Row, level: Level, prefix: str, *,
    district_code: str | None = None, area_km2: float | None = None,
) -> Unit:  # fmt: skip
    full_name = " ".join(nfc(row[prefix]).split())
    name = strip_unit_prefix(full_name)[1]
    longitude, latitude = row[f"{prefix}Lon"], row[f"{prefix}Lat"]
    return Unit(
        level=level,
        code=row[f"{prefix}Code"],
        name=name,
        full_name=full_name,
        name_en=without_accents(name),
        province_code=row["provinceCode"],
        district_code=district_code,
        area_km2=area_km2,
        point=None if latitude is None else (longitude, latitude),
    )


def _changes(
    converter: Mapping[str, Mapping[str, Mapping[str, list[object]]]],
    former_rows: list[sqlite3.Row],
    current_rows: list[sqlite3.Row],
) -> Iterator[Change]:
    """The package names units by accentless keys; every key of a unit is unique in its list."""
    old = {
        f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}": row
        for row in former_rows
    }
    new = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in current_rows}

    def change(old_key: str, new_code: str, *, part: bool) -> Change:
        row = old[old_key]
        level = Level.COMMUNE if row["wardCode"] else Level.DISTRICT
        code = row["wardCode"] or row["districtCode"]
        return Change(FORMER_VINTAGE, code, REFORM_VINTAGE, new_code, part, "", level)

    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, old_keys in wards.items():
            for old_key in old_keys:
                yield change(str(old_key), new[province, ward], part=False)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, successors in divided.items():
            for successor in successors:
                assert isinstance(successor, Mapping)  # noqa: S101 - the file's own shape
                yield change(old_key, new[province, successor["newWardKey"]], part=True)


def _with_areas(
    communes: list[Unit], former: UnitList, changes: tuple[Change, ...]
) -> tuple[list[Unit], tuple[Moved, ...]]:
    """Give every commune an approximate area, from its point and those of the merged ones."""
    points = {unit.code: unit.point for unit in former.units if unit.level is Level.COMMUNE}
    merged: dict[str, list[tuple[float, float]]] = {}
    for change in changes:
        point = points.get(change.old_code)
        if point is not None and not change.part:
            merged.setdefault(change.new_code, []).append(point)
    seats, moved = mend_points(
        [
            Seat(unit.code, unit.point, unit.area_km2, tuple(merged.get(unit.code, ())))
            for unit in communes
            if unit.point is not None
        ]
    )
    areas = approximate_areas(seats)
    points_used = {seat.code: seat.point for seat in seats}
    return [
        unit.placed(points_used.get(unit.code), areas.get(unit.code)) for unit in communes
    ], moved
