"""Whether each row's point lies where the row says: in its commune, its province, the country."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from coverage.coordinates import Limits, Place
from coverage.findings import Severity, finding
from coverage.intake.declared import Declared
from coverage.intake.facts import Said
from coverage.intake.fields import Field
from coverage.intake.positions import Floats
from coverage.intake.tables import Table
from coverage.places.gazetteer import Gazetteer
from coverage.places.meaning import PlaceMatch
from coverage.places.placing import place_point


@dataclass(frozen=True, slots=True)
class Locality:
    """The land that a file's rows are held against: the submitting province, and how near is in."""

    gazetteer: Gazetteer
    province_code: str
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Declarations:
    """What each data row declares, resolved: the match and the place that it may mean."""

    matches: list[PlaceMatch]
    places: list[Place | None]
    has_column: bool  # False: the file has no column or group for communes at all


def resolve_declared(table: Table, read: Declared, locality: Locality) -> Declarations:
    """Resolve every row's commune; each distinct declaration once."""
    known: dict[tuple[str, str, str, str], tuple[PlaceMatch, Place | None]] = {}
    matches: list[PlaceMatch] = []
    places: list[Place | None] = []
    for said in zip(read.commune, read.code, read.district, read.province, strict=True):
        if said not in known:
            commune, code, district, province = said
            match = locality.gazetteer.resolve_commune(
                commune,
                code,
                province_code=locality.province_code,
                district=district,
                province=province,
            )
            meant = match.commune_code is not None or bool(match.candidates)
            known[said] = (match, locality.gazetteer.place(match) if meant else None)
        match, place = known[said]
        matches.append(match)
        places.append(place)
    has_column = table.columns.has(
        Field.COMMUNE, Field.FORMER_COMMUNE, Field.COMMUNE_CODE, Field.ADDRESS
    ) or any(read.commune)
    return Declarations(matches, places, has_column)


@dataclass(slots=True)
class Placed:
    """Per data row the commune declared and the one the point lies in; None where unknown."""

    declared: list[str | None]
    found: list[str | None]
    said: Said = field(default_factory=lambda: defaultdict(list))


def place_rows(
    declarations: Declarations, latitude: Floats, longitude: Floats, locality: Locality
) -> Placed:
    """Return where every row lies, with everything that has to be said of it, unplaced.

    Points inside the declared commune, nearly all, are found at once; only the others are
    judged one by one.
    """
    matches = declarations.matches
    located = locality.gazetteer.locate(
        longitude, latitude, [match.commune_code for match in matches]
    )
    placed = Placed([None] * len(matches), [None] * len(matches))
    has_point = (~np.isnan(latitude)).tolist()
    for row, (match, found) in enumerate(zip(matches, located.tolist(), strict=True)):
        if found and found == match.commune_code:
            placed.declared[row] = placed.found[row] = found
            told = match.findings
        elif not has_point[row]:
            placed.declared[row] = match.commune_code
            told = match.findings if declarations.has_column else ()
        else:
            where = place_point(
                locality.gazetteer, locality.province_code,
                match if declarations.has_column else None,
                (float(latitude[row]), float(longitude[row])), locality.limits,
            )  # fmt: skip
            placed.declared[row], placed.found[row] = where.declared_code, where.commune_code
            told = where.findings
        if told:
            placed.said[row].extend(told)
        if not declarations.has_column:
            placed.said[row].append(finding("place.missing", severity=Severity.WARNING))
    return placed
