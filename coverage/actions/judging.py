"""Judging many zones at once: inputs gathered as arrays, each different case judged once.

A verdict depends on few facts (is a site within reach, is it seen, what does the operator
publish, what did the province see, was a dispute upheld), so that thousands of zones make some
dozens of cases. :func:`coverage.evidence.judge` is asked once for each.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from coverage.coordinates import Extent
from coverage.criteria import CriteriaSet
from coverage.distances import Floats, reached
from coverage.errors import NothingToDo
from coverage.evidence import Inputs, Judgement, Nearest, Reason, Service, Verdict, judge
from coverage.nearest import NearestStations, Stations, nearest_of_each_technology
from coverage.storage import criteria
from coverage.storage import evidence_inputs as stored
from coverage.storage.evidence_inputs import JudgedOperator, Key, OperatorStations, Upheld
from coverage.storage.zones import ListedZone
from coverage.towers import Technology
from coverage.zones import Signal

_SIGNALS = (None, *Signal)
_SERVICES = (None, *Service)
_VERDICTS = (None, *Verdict)
_SIGHTS = (None, True, False)
_Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What every zone is judged by, read once. ``operators`` are in order of their names."""

    criteria: CriteriaSet
    operators: Sequence[JudgedOperator]
    stations: Mapping[uuid.UUID, OperatorStations]
    files: Mapping[Key, uuid.UUID]

    @property
    def operator_ids(self) -> list[uuid.UUID]:
        """The operators' ids, in the same order."""
        return [operator.id for operator in self.operators]


@dataclass(frozen=True, slots=True)
class _Column:
    """One operator's technology at every zone of a portion, one array beside the other."""

    operator_id: uuid.UUID
    technology: Technology
    nearest: NearestStations
    outcomes: Sequence[tuple[Verdict, tuple[Reason, ...]]]
    outcome: _Codes
    sight: _Codes
    service: _Codes
    service_file_id: uuid.UUID | None
    disputes: Mapping[int, uuid.UUID]

    def at(self, place: int, zone_id: uuid.UUID) -> Judgement:
        """Return the judgement of the zone at ``place``."""
        verdict, reasons = self.outcomes[self.outcome[place]]
        there = self.nearest.site_ids[place] != 0
        return Judgement(
            zone_id, self.operator_id, self.technology, verdict, reasons,
            site_id=int(self.nearest.site_ids[place]) if there else None,
            distance_m=float(self.nearest.distances_m[place]) if there else None,
            bearing_deg=float(self.nearest.bearings_deg[place]) if there else None,
            line_of_sight=_SIGHTS[self.sight[place]],
            service=_SERVICES[self.service[place]],
            service_file_id=self.service_file_id,
            dispute_id=self.disputes.get(place),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Portion:
    """Some zones with what was judged of them."""

    zones: Sequence[uuid.UUID]
    columns: Sequence[_Column]

    def judgements(self, place: int) -> tuple[Judgement, ...]:
        """Return every judgement of one zone: operators by name, technologies in order."""
        return tuple(column.at(place, self.zones[place]) for column in self.columns)


def read_grounds(
    connection: Connection, day: date, only: Sequence[uuid.UUID] | None = None
) -> Grounds:
    """Read what is in force on ``day``, of all operators or of these.

    Raises:
        NothingToDo: no criteria set is in force.
    """
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
    )


def judge_zones(connection: Connection, zones: Sequence[ListedZone], grounds: Grounds) -> Portion:
    """Judge every operator's technologies at these zones."""
    ids = [listed.zone.id for listed in zones]
    latitudes = np.array([listed.zone.latitude for listed in zones])
    longitudes = np.array([listed.zone.longitude for listed in zones])
    signals = np.array([_SIGNALS.index(listed.zone.signal) for listed in zones])
    service = stored.service_at(connection, ids, grounds.operator_ids, grounds.files)
    upheld = stored.upheld_at(connection, ids, grounds.operator_ids)
    columns = []
    for operator in grounds.operators:
        near = nearest_of_each_technology(
            latitudes, longitudes, grounds.stations[operator.id].on_air
        )
        planned = grounds.stations[operator.id].planned
        for technology in Technology:
            key = operator.id, technology
            columns.append(
                _column(
                    operator, technology, grounds, near[technology], signals,
                    _planned((latitudes, longitudes), planned, technology, grounds.criteria),
                    service.get(key), upheld.get(key, ()),
                )
            )  # fmt: skip
    return Portion(ids, columns)


def _planned(
    points: tuple[Floats, Floats], planned: Stations, technology: Technology, by: CriteriaSet
) -> _Codes:
    """Tell of each zone whether a planned station of the technology is within reach."""
    own = planned.only(planned.with_technology(technology))
    told = np.zeros(len(points[0]), dtype=np.int64)
    told[reached(points, (own.latitudes, own.longitudes), by.reach_m)] = 1
    return told


def _column(
    operator: JudgedOperator, technology: Technology, grounds: Grounds, near: NearestStations,
    signals: _Codes, planned: _Codes, service: Sequence[Service] | None, upheld: Sequence[Upheld],
) -> _Column:  # fmt: skip
    """Judge one operator's technology: each different case once."""
    count = len(signals)
    services = np.zeros(count, dtype=np.int64)
    if service is not None:
        services = np.array([_SERVICES.index(each) for each in service], dtype=np.int64)
    sights = np.zeros(count, dtype=np.int64)
    imposed = np.zeros(count, dtype=np.int64)
    for each in upheld:
        imposed[each.place] = _VERDICTS.index(each.verdict)
    reach = np.where(
        np.isnan(near.distances_m), 0, 1 + (near.distances_m > grounds.criteria.reach_m)
    )
    facts = np.column_stack((reach, near.stated, planned, sights, services, signals, imposed))
    _, examples, cases = np.unique(facts, axis=0, return_index=True, return_inverse=True)
    outcomes = [
        judge(
            Inputs(
                _nearest(near, place),
                registered=operator.registered,
                planned_within_reach=bool(planned[place]),
                line_of_sight=_SIGHTS[sights[place]],
                service=_SERVICES[services[place]],
                signal=_SIGNALS[signals[place]],
                upheld=_VERDICTS[imposed[place]],
            ),
            grounds.criteria,
        )
        for place in examples.tolist()
    ]
    return _Column(
        operator.id, technology, near, outcomes, cases.reshape(-1), sights, services,
        grounds.files.get((operator.id, technology)),
        {each.place: each.dispute_id for each in upheld},
    )  # fmt: skip


def _nearest(near: NearestStations, place: int) -> Nearest:
    if not near.site_ids[place]:
        return Nearest(None, None)
    return Nearest(
        int(near.site_ids[place]), float(near.distances_m[place]),
        float(near.bearings_deg[place]), stated=bool(near.stated[place]),
    )  # fmt: skip
