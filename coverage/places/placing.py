"""The point against the declared commune (design.md §6): in it, just over its border, or not.

Inside, or within the border band: accepted, with a word when the point lies in the neighbour.
Up to the tolerance: a warning. Beyond: an error that shows both, because either may be wrong.
With approximate areas everything is at most a warning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from coverage.coordinates import Limits
from coverage.findings import Finding, Severity, finding
from coverage.places.gazetteer import Gazetteer
from coverage.places.meaning import PlaceMatch


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a row's point lies and what is declared; ``findings`` include the match's own.

    ``commune_code`` is None when the point lies in no commune and near none.
    """

    declared_code: str | None
    commune_code: str | None
    findings: tuple[Finding, ...]


def place_point(
    gazetteer: Gazetteer, province_code: str, match: PlaceMatch | None,
    point: tuple[float, float], limits: Limits,
) -> Placing:  # fmt: skip
    """Judge a point (latitude, longitude) by what its row declares.

    ``match`` is None when the file has no column for the commune at all: then only the
    province is judged.
    """
    latitude, longitude = point
    own: tuple[Finding, ...] = ()
    declared = None
    if match is not None:
        match = gazetteer.decide(match, latitude, longitude, limits.border_band_m)
        own, declared = match.findings, match.commune_code
    if declared is not None and gazetteer.commune(declared).covers(latitude, longitude):
        return Placing(declared, declared, own)
    found, off_m = gazetteer.nearest_commune(latitude, longitude)
    told = _judged(_Case(gazetteer, province_code, declared, found, off_m), point, limits)
    lies_in = found if off_m <= limits.tolerance_m else None
    if told is None:
        return Placing(declared, lies_in, own)
    if told.severity is Severity.ERROR and gazetteer.approximate:
        told = replace(told, severity=Severity.WARNING)
    return Placing(declared, lies_in, (*own, told))


@dataclass(frozen=True, slots=True)
class _Case:
    """One point: what its row declares, the commune it is in or nearest, how far off that is."""

    gazetteer: Gazetteer
    province_code: str
    declared: str | None
    found: str
    off_m: float

    def names(self, declared: str, distance_m: float) -> dict[str, Any]:
        found = self.gazetteer.commune_name(self.found)
        return {"declared": declared, "found": found, "distance_m": f"{distance_m:.0f}"}


def _judged(case: _Case, point: tuple[float, float], limits: Limits) -> Finding | None:
    """What there is to say of a point that is not in the declared commune."""
    if case.off_m > limits.tolerance_m:
        return finding("coordinate.outside_country", **_at(point))
    province = case.gazetteer.province(case.province_code)
    at_home = case.gazetteer.province_of(case.found) == case.province_code
    outside_m = 0.0 if at_home else province.distance_m(*point)
    if outside_m > limits.tolerance_m:
        return finding("coordinate.outside_province", province=province.name,
                       distance_m=f"{outside_m:.0f}", **_at(point))  # fmt: skip
    if case.declared is None:
        return None if at_home else _over(case.names(province.name, outside_m), outside_m, limits)
    if case.declared == case.found and case.off_m <= limits.border_band_m:
        return None  # in a slit between communes, or just off a simplified coast
    distance_m = case.gazetteer.commune(case.declared).distance_m(*point)
    names = case.names(case.gazetteer.commune_name(case.declared), distance_m)
    return _over(names, distance_m, limits)


def _over(names: dict[str, Any], distance_m: float, limits: Limits) -> Finding:
    """A point beyond the declared border: a word, a warning or an error by its distance."""
    if distance_m <= limits.border_band_m:
        return finding("coordinate.near_border", **names)
    severity = Severity.WARNING if distance_m <= limits.tolerance_m else Severity.ERROR
    return finding("coordinate.outside_commune", severity=severity, **names)


def _at(point: tuple[float, float]) -> dict[str, Any]:
    return {"latitude": f"{point[0]:.6f}", "longitude": f"{point[1]:.6f}"}
