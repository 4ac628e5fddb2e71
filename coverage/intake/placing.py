"""Whether each row's point lies where the row says: in its commune, its province, the country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from coverage.coordinates import Limits, Place
from coverage.findings import Finding, Severity, finding
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
    known: dict[tuple[str, str, str, str, bool], tuple[PlaceMatch, Place | None]] = {}
    matches: list[PlaceMatch] = []
    places: list[Place | None] = []
    columns = read.commune, read.code, read.district, read.province, read.former
    for said in zip(*columns, strict=True):
        if said not in known:
            commune, code, district, province, former = said
            match = locality.gazetteer.resolve_commune(
                commune,
                code,
                province_code=locality.province_code,
                district=district,
                province=province,
                former=former,
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
    placed = Placed([None] * len(matches), [None] * len(matches))
    has_point = (~np.isnan(latitude)).tolist()
    if not declarations.has_column:
        _place_undeclared(placed, has_point, latitude, longitude, locality)
        return placed
    inside = _inside_declared(matches, latitude, longitude, locality.gazetteer)
    for row, match in enumerate(matches):
        if inside[row]:
            placed.declared[row] = placed.found[row] = match.commune_code
            told = match.findings
        elif not has_point[row]:
            placed.declared[row] = match.commune_code
            told = match.findings
        else:
            point = float(latitude[row]), float(longitude[row])
            told = _judge(placed, row, match, point, locality)
        if told:
            placed.said[row].extend(told)
    return placed


def _inside_declared(
    matches: Sequence[PlaceMatch], latitude: Floats, longitude: Floats, gazetteer: Gazetteer
) -> list[bool]:
    """Whether each point lies in the commune that its row declares: commune by commune."""
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, match in enumerate(matches):
        if match.commune_code is not None:
            rows_of[match.commune_code].append(row)
    inside = np.zeros(len(matches), dtype=np.bool_)
    for code, rows in rows_of.items():
        at = np.array(rows)
        shape = gazetteer.commune(code).shape
        shapely.prepare(shape)
        inside[at] = shapely.intersects_xy(shape, longitude[at], latitude[at])
    found: list[bool] = inside.tolist()
    return found


def _place_undeclared(
    placed: Placed,
    has_point: Sequence[bool],
    latitude: Floats,
    longitude: Floats,
    locality: Locality,
) -> None:
    """Place the rows of a file that has no column for the commune: the point alone tells it."""
    gazetteer = locality.gazetteer
    located = gazetteer.locate(longitude, latitude).tolist()
    for row, found in enumerate(located):
        placed.said[row].append(finding("place.missing", severity=Severity.WARNING))
        if found and gazetteer.province_of(found) == locality.province_code:
            placed.found[row] = found
        elif has_point[row]:
            point = float(latitude[row]), float(longitude[row])
            placed.said[row].extend(_judge(placed, row, None, point, locality))


def _judge(
    placed: Placed,
    row: int,
    match: PlaceMatch | None,
    point: tuple[float, float],
    locality: Locality,
) -> tuple[Finding, ...]:
    """Judge one point; say what there is to say of it."""
    where = place_point(locality.gazetteer, locality.province_code, match, point, locality.limits)
    placed.declared[row], placed.found[row] = where.declared_code, where.commune_code
    if where.declared_code is None and where.commune_code is None:
        # In no commune and of none: even approximate areas cannot place it.
        return tuple(
            replace(told, severity=Severity.ERROR)
            if told.rule.startswith("coordinate.outside_")
            else told
            for told in where.findings
        )
    return where.findings
