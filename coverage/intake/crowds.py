"""What rows tell about one another: the same village twice, one point for many, too many at once."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import h3
import numpy as np

from coverage.duplicates import KnownVillages, Match, Village, repetitions, village_key
from coverage.findings import Finding, finding
from coverage.zones import Zone, ZoneStatus

CELL_RESOLUTION = 8  # 0.74 km² on average
_LISTED = 6


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near is the same (metres), how near is too near for names alike, villages per cell."""

    duplicate_m: float = 500.0
    alike_m: float = 200.0
    villages_per_cell: int = 8


@dataclass(frozen=True, slots=True)
class Report:
    """One row of any sheet, as far as the others are concerned; ``where`` is its sheet's name."""

    where: str
    row: int
    village: str | None
    latitude: float
    longitude: float
    rejected: bool


def told_of_each_other(reports: Sequence[Report], nearness: Nearness) -> dict[int, list[Finding]]:
    """Return, by a report's place in the list, what the others say of it.

    Reports without a point are not compared: their coordinates are nan.
    """
    told: dict[int, list[Finding]] = defaultdict(list)
    placed = [place for place, report in enumerate(reports) if not np.isnan(report.latitude)]
    sheets = len({report.where for report in reports})
    _repeated(reports, placed, nearness, told, several_sheets=sheets > 1)
    _shared(reports, placed, told)
    _crowded(reports, placed, nearness, told)
    return told


def _repeated(
    reports: Sequence[Report], placed: Sequence[int], nearness: Nearness,
    told: dict[int, list[Finding]], *, several_sheets: bool,
) -> None:  # fmt: skip
    villages = [
        Village(place, name, report.latitude, report.longitude, counts=not report.rejected)
        for place in placed
        if (name := (report := reports[place]).village)
    ]
    for found in repetitions(villages, nearness.duplicate_m, nearness.alike_m):
        earlier, later = reports[found.earlier], reports[found.later]
        where = f" (“{earlier.where}”)" if several_sheets and earlier.where != later.where else ""
        facts: dict[str, Any] = {
            "village": later.village, "row": earlier.row, "where": where,
            "distance_m": f"{found.distance_m:.0f}",
        }  # fmt: skip
        if found.sure:
            told[found.later].append(finding("duplicate.in_file", **facts))
        else:
            told[found.later].append(
                finding("duplicate.likely_in_file", other=earlier.village, **facts)
            )


def _shared(
    reports: Sequence[Report], placed: Sequence[int], told: dict[int, list[Finding]]
) -> None:
    """One point for several villages: most often the commune's office."""
    counts = Counter((reports[place].latitude, reports[place].longitude) for place in placed)
    if len(counts) == len(placed):
        return
    by_point: dict[tuple[float, float], list[int]] = defaultdict(list)
    for place in placed:
        point = reports[place].latitude, reports[place].longitude
        if counts[point] > 1:
            by_point[point].append(place)
    for (latitude, longitude), places in by_point.items():
        if len({village_key(reports[place].village or str(place)) for place in places}) < 2:  # noqa: PLR2004 - shared needs two
            continue
        rows = ", ".join(str(reports[place].row) for place in places[:_LISTED])
        said = finding(
            "coordinate.shared", count=len(places), rows=rows + ("…" if len(places) > _LISTED else ""),
            latitude=f"{latitude:.6f}", longitude=f"{longitude:.6f}",
        )  # fmt: skip
        for place in places:
            told[place].append(said)


def _crowded(
    reports: Sequence[Report], placed: Sequence[int], nearness: Nearness,
    told: dict[int, list[Finding]],
) -> None:  # fmt: skip
    cells = {
        place: h3.latlng_to_cell(reports[place].latitude, reports[place].longitude, CELL_RESOLUTION)
        for place in placed
    }
    counts = Counter(cells.values())
    for place, cell in cells.items():
        if counts[cell] > nearness.villages_per_cell:
            area_km2 = h3.cell_area(cell, unit="km^2")
            told[place].append(
                finding("coordinate.crowded", count=counts[cell], area_km2=f"{area_km2:.1f}",
                        most=nearness.villages_per_cell)
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormerVillage:
    """A name, at a point, that a zone bore before the authority renamed or merged it."""

    village: str
    latitude: float
    longitude: float
    zone: Zone


@dataclass(frozen=True, slots=True)
class Recognised:
    """What earlier reports say, by a report's place in the list.

    ``zones`` are the zones that rows are of; ``under_former_name`` are the rows that name their
    zone as it is called no more.
    """

    told: Mapping[int, Finding]
    zones: Mapping[int, Zone]
    under_former_name: frozenset[int] = frozenset()


def told_of_known(
    reports: Sequence[Report],
    zones: Sequence[Zone],
    nearness: Nearness,
    former: Sequence[FormerVillage] = (),
) -> Recognised:
    """Return what earlier reports of the province say, and the zone that each row is of."""
    if not zones:
        return Recognised({}, {})
    known = KnownVillages(
        ((zone.village, zone.latitude, zone.longitude, zone) for zone in zones),
        nearness.duplicate_m, nearness.alike_m,
    )  # fmt: skip
    before = KnownVillages(
        ((each.village, each.latitude, each.longitude, each) for each in former),
        nearness.duplicate_m, nearness.alike_m,
    )  # fmt: skip
    told: dict[int, Finding] = {}
    same: dict[int, Zone] = {}
    taken: set[uuid.UUID] = set()
    renamed: set[int] = set()
    for place, report in enumerate(reports):
        if report.village is None or np.isnan(report.latitude):
            continue
        match = known.match(report.village, report.latitude, report.longitude)
        if match is None or not match.sure:
            once = before.match(report.village, report.latitude, report.longitude)
            if once is not None and once.sure:
                told[place] = _said("duplicate.former_name", once.item.zone, once, report)
                if not report.rejected:
                    same[place] = once.item.zone
                    renamed.add(place)
            elif match is not None:
                told[place] = _said("duplicate.likely_reported", match.item, match, report)
            continue
        if not report.rejected and match.item.id not in taken:
            taken.add(match.item.id)
            same[place] = match.item
        if match.item.status is not ZoneStatus.WITHDRAWN:
            told[place] = _said("duplicate.reported_before", match.item, match, report)
    return Recognised(told, same, frozenset(renamed))


def _said(rule: str, zone: Zone, match: Match[Any], report: Report) -> Finding:
    return finding(
        rule, village=zone.village, own=report.village, distance_m=f"{match.distance_m:.0f}"
    )


def told_of_others(near: Mapping[int, tuple[str, float]]) -> dict[int, Finding]:
    """Return what other provinces' zones say: ``near`` gives, by place, a province and metres."""
    return {
        place: finding(
            "duplicate.other_province", province=province, distance_m=f"{distance_m:.0f}"
        )
        for place, (province, distance_m) in near.items()
    }
