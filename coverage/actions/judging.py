"""Gathering what verdicts rest on, for many zones at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from coverage.actions.terrain import is_loaded, sight
from coverage.coordinates import Extent
from coverage.criteria import CriteriaSet
from coverage.distances import reached
from coverage.errors import NothingToDo
from coverage.judgements import (
    SERVICES,
    SIGHTS,
    SIGNALS,
    VERDICTS,
    Codes,
    Known,
    Portion,
    judge_all,
)
from coverage.nearest import NearestStations, Points, Stations, nearest_of_each_technology
from coverage.storage import criteria
from coverage.storage import evidence_inputs as stored
from coverage.storage.evidence import lock
from coverage.storage.evidence_inputs import JudgedOperator, Key, OperatorStations
from coverage.storage.sessions import var_of
from coverage.storage.zones import ListedZone
from coverage.terrain import Line
from coverage.towers import Technology


@dataclass(frozen=True, slots=True)
class Grounds:
    """What every zone is judged by, read once. ``operators`` are in order of their names."""

    criteria: CriteriaSet
    operators: Sequence[JudgedOperator]
    stations: Mapping[uuid.UUID, OperatorStations]
    files: Mapping[Key, uuid.UUID]
    terrain_loaded: bool
    day: date


def read_grounds(
    connection: Connection, day: date, only: Sequence[uuid.UUID] | None = None
) -> Grounds:
    """Read what is in force on ``day``, of all operators or of these.

    Until the transaction ends nobody else gives verdicts, or changes what they rest on.

    Raises:
        NothingToDo: no criteria set is in force.
    """
    lock(connection)
    in_force = criteria.criteria_in_force(connection, day)
    if in_force is None:
        raise NothingToDo("no_criteria", day=day)
    extent = Extent(**criteria.setting_in_force(connection, "country_extent", day))
    operators = [
        operator
        for operator in stored.operators_judged(connection, extent)
        if only is None or operator.id in only
    ]
    ids = [operator.id for operator in operators]
    return Grounds(
        in_force,
        operators,
        stored.stations(connection, ids),
        stored.standing_files(connection, ids),
        terrain_loaded=is_loaded(connection),
        day=day,
    )


def judge_zones(connection: Connection, zones: Sequence[ListedZone], grounds: Grounds) -> Portion:
    """Judge every operator's technologies at these zones."""
    ids = [listed.zone.id for listed in zones]
    points = (
        np.array([listed.zone.latitude for listed in zones]),
        np.array([listed.zone.longitude for listed in zones]),
    )
    signal = np.array([SIGNALS.index(listed.zone.signal) for listed in zones], dtype=np.int8)
    operators = [operator.id for operator in grounds.operators]
    service = stored.service_at(connection, ids, operators, grounds.files)
    upheld = stored.upheld_at(connection, ids, operators)
    reach_m = grounds.criteria.reach_m
    judged = []
    for operator in grounds.operators:
        stations = grounds.stations[operator.id]
        near = nearest_of_each_technology(points, stations.on_air)
        seen = _seen(connection, points, near, grounds)
        for technology in Technology:
            key = operator.id, technology
            disputes = upheld.get(key, ())
            known = Known(
                near[technology],
                planned=_planned(points, stations.planned, technology, reach_m),
                sight=seen[technology],
                service=_coded(SERVICES, service[key]) if key in service else _none(len(zones)),
                signal=signal,
                upheld=_none(len(zones)),
                registered=operator.registered,
                terrain_loaded=grounds.terrain_loaded,
                service_file_id=grounds.files.get(key),
                disputes={each.place: each.dispute_id for each in disputes},
            )
            for each in disputes:
                known.upheld[each.place] = VERDICTS.index(each.verdict)
            judged.append(judge_all(operator.id, technology, known, grounds.criteria))
    return Portion(ids, judged)


def _none(count: int) -> Codes:
    return np.zeros(count, dtype=np.int8)


def _coded(values: Sequence[object], told: Sequence[object]) -> Codes:
    return np.array([values.index(each) for each in told], dtype=np.int8)


def _planned(points: Points, planned: Stations, technology: Technology, reach_m: float) -> Codes:
    """Tell of each zone whether a planned station of the technology is within reach."""
    own = planned.only(planned.with_technology(technology))
    told = _none(len(points[0]))
    told[reached(points, (own.latitudes, own.longitudes), reach_m)] = 1
    return told


def _seen(
    connection: Connection,
    points: Points,
    near: Mapping[Technology, NearestStations],
    grounds: Grounds,
) -> dict[Technology, Codes]:
    """Tell of each zone whether terrain lets its nearest station within reach be seen.

    Technologies that stand on one mast are one line.
    """
    seen = {technology: _none(len(points[0])) for technology in near}
    if not grounds.terrain_loaded:
        return seen
    asked: dict[Line, list[tuple[Technology, int]]] = {}
    for technology, found in near.items():
        for place in np.flatnonzero(found.distances_m <= grounds.criteria.reach_m).tolist():
            asked.setdefault(_line(points, found, place), []).append((technology, place))
    answers = sight(connection, var_of(connection), list(asked), grounds.day)
    for answer, askers in zip(answers, asked.values(), strict=True):
        for technology, place in askers:
            seen[technology][place] = SIGHTS.index(answer)
    return seen


def _line(points: Points, found: NearestStations, place: int) -> Line:
    height_m = float(found.antenna_heights_m[place])
    return Line(
        float(points[0][place]),
        float(points[1][place]),
        float(found.latitudes[place]),
        float(found.longitudes[place]),
        None if np.isnan(height_m) else height_m,
    )
