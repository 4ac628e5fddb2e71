"""Whether a loaded list can be true: counts, shapes, gaps, names against codes, provinces.

What the check finds is findings of the rulebook; a list with an error among them cannot be put
in force. Areas are compared on the flat plane of :mod:`coverage.places.plane`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from coverage.coordinates import VIETNAM
from coverage.findings import Finding, Severity, finding
from coverage.places.approximate import archipelagos, as_multipolygon
from coverage.places.plane import to_plane
from coverage.places.units import Level, Unit
from coverage.vietnamese import name_key

# Resolution 202/2025/QH15 and Decision 19/2025/QĐ-TTg; what a first list is compared with.
LEVEL_WORDS = {Level.PROVINCE: "tỉnh (province)", Level.COMMUNE: "xã (commune)"}
EXPECTED = {Level.PROVINCE: 34, Level.COMMUNE: 3321}

_WHOLE_ENOUGH = 0.9  # below this share of the expected count the file is a part of the country
_OUTSIDE_SHARE = 0.5  # of a commune's area in another province
_REPAIR_SHARE = 1e-3  # of a shape's area: a repair that changes more is no repair
_TELLING_KM2 = 0.01
_REUSED_SHARE = 0.2  # of common codes with another name: the codes were given out anew


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the units of a level differ from the list before, code by code.

    ``respelled`` differ only where the tone mark stands, by apostrophe or by letter case.
    ``renamed`` holds code, old and new full name; ``moved`` old code, new code and full name.
    ``strangers`` counts the renamed whose bare name differs too: not xã to phường.
    """

    same: int = 0
    respelled: int = 0
    renamed: tuple[tuple[str, str, str], ...] = ()
    moved: tuple[tuple[str, str, str], ...] = ()
    new: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    strangers: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """What the check of one list found."""

    findings: tuple[Finding, ...]
    gaps_km2: float = 0.0
    overlaps_km2: float = 0.0
    comparison: Mapping[Level, Comparison] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that forbid putting the list in force."""
        return tuple(found for found in self.findings if found.severity is Severity.ERROR)

    def as_json(self) -> dict[str, object]:
        """Return the check as plain values, findings with their Vietnamese text."""
        return {
            "gaps_km2": round(self.gaps_km2, 3),
            "overlaps_km2": round(self.overlaps_km2, 3),
            "comparison": {
                level.value: asdict(comparison) for level, comparison in self.comparison.items()
            },
            "findings": [found.as_json() for found in self.findings],
        }


def first_of_each(findings: Sequence[Finding], most: int = 5) -> list[Finding]:
    """Return at most ``most`` findings of each rule, then how many more there are."""
    kept, counts = [], Counter[str]()
    for found in findings:
        counts[found.rule] += 1
        if counts[found.rule] <= most:
            kept.append(found)
    more = [
        finding("place.more", of=rule, count=count - most)
        for rule, count in counts.items()
        if count > most
    ]
    return [*kept, *more]


def mend_shapes(units: Sequence[Unit]) -> tuple[list[Unit], list[Finding]]:
    """Make invalid areas valid where that changes next to nothing; say which, and which not."""
    mended, findings = [], []
    for unit in units:
        area = unit.area
        if area is None or shapely.is_valid(area):
            mended.append(unit)
            continue
        whole = as_multipolygon(shapely.make_valid(area))
        change = abs(shapely.area(whole) - shapely.area(area))
        facts: dict[str, Any] = {"code": unit.code, "name": unit.full_name,
                                 "reason": shapely.is_valid_reason(area)}  # fmt: skip
        if change > _REPAIR_SHARE * shapely.area(whole):
            findings.append(finding("place.shape_invalid", **facts))
            mended.append(unit)
        else:
            findings.append(finding("place.shape_repaired", **facts))
            mended.append(replace(unit, area=whole))
    return mended, findings


def check_list(
    provinces: Sequence[Unit], communes: Sequence[Unit], *,
    previous: Mapping[Level, Sequence[Unit]], outlines_derived: bool,
) -> Check:  # fmt: skip
    """Check one list against itself and against the list before it.

    ``previous`` is empty for a first list. ``outlines_derived`` says that the provinces' areas
    are the union of the communes, so that comparing the two would prove nothing.
    """
    findings: list[Finding] = []
    counts = {Level.PROVINCE: len(provinces), Level.COMMUNE: len(communes)}
    for level, count in counts.items():
        findings.extend(_count(level, count, len(previous.get(level, ())) or EXPECTED[level]))
    findings.extend(_outside_country(communes or provinces))
    findings.extend(_missing_archipelagos(communes))
    findings.extend(_unknown_provinces(provinces, communes))
    findings.extend(_strangers(communes))
    if not outlines_derived:
        findings.extend(_outside_provinces(provinces, communes))
    gaps = overlaps = 0.0
    if communes:
        gaps, overlaps = gaps_km2(communes), overlaps_km2(communes)
        if gaps > _TELLING_KM2:
            findings.append(finding("place.gaps", area_km2=f"{gaps:.2f}"))
        if overlaps > _TELLING_KM2:
            findings.append(finding("place.overlaps", area_km2=f"{overlaps:.2f}"))
    comparison = {}
    for level, units in ((Level.PROVINCE, provinces), (Level.COMMUNE, communes)):
        if units and previous.get(level):
            comparison[level] = compare(previous[level], units)
            findings.extend(_told(comparison[level]))
    return Check(tuple(findings), gaps, overlaps, comparison)


def compare(before: Sequence[Unit], after: Sequence[Unit]) -> Comparison:
    """Compare names by code, and find codes that changed under the same name and province."""
    old, new = {unit.code: unit for unit in before}, {unit.code: unit for unit in after}
    same = respelled = strangers = 0
    renamed, moved = [], []
    for code in sorted(old.keys() & new.keys()):
        was, now = old[code].full_name, new[code].full_name
        if was == now:
            same += 1
        elif name_key(was) == name_key(now):
            respelled += 1
        else:
            renamed.append((code, was, now))
            strangers += name_key(old[code].name) != name_key(new[code].name)
    vanished, appeared = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    by_name = {(new[code].province_code, name_key(new[code].name)): code for code in appeared}
    for code in vanished:
        found = by_name.get((old[code].province_code, name_key(old[code].name)))
        if found is not None:
            moved.append((code, found, new[found].full_name))
    gone, come = {code for code, _, _ in moved}, {code for _, code, _ in moved}
    return Comparison(
        same, respelled, tuple(renamed), tuple(moved),
        tuple(code for code in appeared if code not in come),
        tuple(code for code in vanished if code not in gone),
        strangers,
    )  # fmt: skip


def gaps_km2(communes: Sequence[Unit]) -> float:
    """Return the area of the holes that the communes leave between them."""
    whole = shapely.union_all(_flats(communes))
    rings = shapely.get_rings(shapely.get_parts(whole))
    outer = shapely.get_exterior_ring(shapely.get_parts(whole))
    filled = shapely.area(shapely.polygons(rings)).sum() if len(rings) else 0.0
    covered = shapely.area(shapely.polygons(outer)).sum() if len(outer) else 0.0
    return float(filled - covered)


def overlaps_km2(communes: Sequence[Unit]) -> float:
    """Return the area that more than one commune claims."""
    shapes = _flats(communes)
    edges = shapely.coverage_invalid_edges(shapes)
    wrong = shapes[~shapely.is_empty(edges)]
    if not len(wrong):
        return 0.0
    first, second = shapely.STRtree(wrong).query(wrong, predicate="intersects")
    pair = first < second
    shared = shapely.intersection(wrong[first[pair]], wrong[second[pair]])
    return float(shapely.area(shapely.union_all(shared)))


def _flats(units: Sequence[Unit]) -> NDArray[np.object_]:
    """The areas on the plane, in km."""
    areas = [unit.area for unit in units if unit.area is not None]
    return np.array([shapely.transform(area, to_plane) for area in areas], dtype=object)


def _count(level: Level, count: int, expected: int) -> Iterator[Finding]:
    words: dict[str, Any] = {"level": LEVEL_WORDS[level], "expected": expected}
    if count == 0:
        yield finding("place.level_missing", **words)
    elif count < _WHOLE_ENOUGH * expected:
        yield finding("place.incomplete", count=count, **words)
    elif count != expected:
        yield finding("place.count", count=count, **words)


def _outside_country(units: Sequence[Unit]) -> Iterator[Finding]:
    for unit in units:
        if unit.area is None:
            continue
        west, south, east, north = unit.area.bounds
        if not (VIETNAM.holds(south, west) and VIETNAM.holds(north, east)):
            place = f"{south:.2f}…{north:.2f}, {west:.2f}…{east:.2f}"
            yield finding("place.outside_country", code=unit.code, name=unit.full_name, place=place)


def _missing_archipelagos(communes: Sequence[Unit]) -> Iterator[Finding]:
    if not communes:
        return
    with_area = {unit.code for unit in communes if unit.area is not None}
    named = {name_key(unit.name) for unit in communes if unit.area is not None}
    for code, name in zip(archipelagos(), ("Hoàng Sa", "Trường Sa"), strict=True):
        if code not in with_area and name_key(name) not in named:
            yield finding("place.archipelago_missing", name=name)


def _unknown_provinces(provinces: Sequence[Unit], communes: Sequence[Unit]) -> Iterator[Finding]:
    known = {unit.code for unit in provinces}
    if not known:
        return
    for code in sorted({unit.province_code for unit in communes} - known):
        of = [unit.full_name for unit in communes if unit.province_code == code]
        yield finding("place.province_unknown", code=code, count=len(of), names=", ".join(of[:3]))


def _strangers(communes: Sequence[Unit]) -> Iterator[Finding]:
    """Communes that touch others, none of them of the province they are said to be in."""
    placed = [unit for unit in communes if unit.area is not None]
    shapes = np.array([unit.area for unit in placed], dtype=object)
    province = np.array([unit.province_code for unit in placed])
    if not placed:
        return
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = first != second
    first, second = first[apart], second[apart]
    neighbours = np.bincount(first, minlength=len(placed))
    own = np.bincount(first[province[first] == province[second]], minlength=len(placed))
    alone = np.bincount(np.unique(province, return_inverse=True)[1])
    only_one = alone[np.unique(province, return_inverse=True)[1]] == 1
    for position in np.flatnonzero((neighbours > 1) & (own == 0) & ~only_one):
        unit = placed[position]
        around = province[second[first == position]]
        codes, counts = np.unique(around, return_counts=True)
        yield finding(
            "place.wrong_province", code=unit.code, name=unit.full_name,
            province=unit.province_code, around=str(codes[counts.argmax()]),
        )  # fmt: skip


def _outside_provinces(provinces: Sequence[Unit], communes: Sequence[Unit]) -> Iterator[Finding]:
    """Communes of which more lies in another province's outline than anywhere else.

    Lying outside one's own proves nothing: simplified outlines leave small islands out.
    """
    outlined = [unit for unit in provinces if unit.area is not None]
    placed = [unit for unit in communes if unit.area is not None]
    if not outlined or not placed:
        return
    outlines = np.array([unit.area for unit in outlined], dtype=object)
    shapes = np.array([unit.area for unit in placed], dtype=object)
    commune, province = shapely.STRtree(outlines).query(shapes, predicate="intersects")
    foreign = np.array(
        [
            placed[c].province_code != outlined[p].code
            for c, p in zip(commune, province, strict=True)
        ]
    )
    commune, province = commune[foreign], province[foreign]
    shared = shapely.area(shapely.intersection(shapes[commune], outlines[province]))
    shares = shared / shapely.area(shapes[commune])
    for position in np.flatnonzero(shares > _OUTSIDE_SHARE):
        unit, other = placed[commune[position]], outlined[province[position]]
        yield finding(
            "place.outside_province", code=unit.code, name=unit.full_name,
            province=unit.province_code, other=other.full_name, share=f"{shares[position]:.0%}",
        )  # fmt: skip


def _told(comparison: Comparison) -> Iterator[Finding]:
    common = comparison.same + comparison.respelled + len(comparison.renamed)
    if common and comparison.strangers > _REUSED_SHARE * common:
        yield finding("place.codes_reused", count=comparison.strangers, common=common)
        return
    if comparison.respelled:
        yield finding("place.respelled", count=comparison.respelled)
    for code, was, now in comparison.renamed:
        yield finding("place.renamed", code=code, was=was, now=now)
    for was, now, name in comparison.moved:
        yield finding("place.code_changed", was=was, now=now, name=name)
    for rule, codes in (("place.code_new", comparison.new),
                        ("place.code_vanished", comparison.vanished)):  # fmt: skip
        if codes:
            listed = ", ".join(codes[:10]) + ("…" if len(codes) > 10 else "")  # noqa: PLR2004
            yield finding(rule, count=len(codes), codes=listed)
