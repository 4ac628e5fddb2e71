"""Assessing zones: the nearest sites, a verdict per operator, and who pays."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy import Connection

from coverage.coordinates import Extent
from coverage.criteria import CriteriaSet, QueueRule, queue_of
from coverage.distances import reached
from coverage.errors import NothingToDo
from coverage.evidence import CLOSED_STATUSES, Judgement, judge, may_change_queue
from coverage.people import Act, Actor
from coverage.storage import audit, criteria
from coverage.storage import evidence as stored
from coverage.storage import zones as stored_zones
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder
from coverage.zones import Queue

BATCH_ZONES = 5_000

Progress = Callable[[int, int], None]
"""Told now and then how many of how many zones are done."""


@dataclass(frozen=True, slots=True)
class AssessedZone:
    """A zone as it stands after the assessment, with its judgements in order of operators."""

    listed: ListedZone
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an assessment found, and how much of it was not so before.

    ``operators`` are those that a register lists in the country, by id in the order of their
    names; of others nothing is known, so they have no verdict.
    """

    day: date
    province_code: str | None
    criteria: CriteriaSet
    operators: Mapping[uuid.UUID, str]
    zones: tuple[AssessedZone, ...]
    verdicts_changed: int
    queues_changed: int

    def verdicts(self) -> dict[str, int]:
        """Return how many verdicts there are of each kind."""
        every = (each.verdict.value for zone in self.zones for each in zone.judgements)
        return dict(sorted(Counter(every).items()))

    def queues(self) -> dict[str, int]:
        """Return how many zones stand in each queue."""
        counts = Counter(zone.listed.zone.queue for zone in self.zones)
        return {queue.value: counts[queue] for queue in Queue}


def assess(
    database: Database,
    actor: Actor,
    day: date,
    *,
    province_code: str | None = None,
    progress: Progress = lambda done, total: None,  # noqa: ARG005 - nobody has to be told
) -> Assessment:
    """Judge every open zone, or a province's, by what is in force on ``day``.

    What comes out as it stood before is left untouched; when nothing changed, nothing is
    written at all.

    Raises:
        NotAllowed: the role may not assess.
        NothingToDo: no criteria set is in force, or there is no zone.
    """
    actor.must(Act.ASSESS_EVIDENCE)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        grounds = _grounds(connection, day)
        zones: list[AssessedZone] = []
        verdicts_changed = queues_changed = 0
        for batch, total in _batches(connection, province_code):
            judged = _judge(connection, batch, grounds)
            verdicts_changed += stored.keep(
                connection,
                grounds.criteria.id,
                list(judged),
                list(grounds.operators),
                (each for judgements in judged.values() for each in judgements),
            )
            queued = [_queued(listed, grounds.rules) for listed in batch]
            moved = {
                after.zone.id: (after.zone.queue, after.zone.queue_reason)
                for before, after in zip(batch, queued, strict=True)
                if after is not before
            }
            stored.put_into_queues(connection, moved)
            queues_changed += len(moved)
            zones.extend(AssessedZone(listed, judged[listed.zone.id]) for listed in queued)
            progress(len(zones), total)
        if not zones:
            raise NothingToDo("no_zones", province=province_code)
        done = Assessment(
            day, province_code, grounds.criteria, grounds.operators, tuple(zones),
            verdicts_changed, queues_changed,
        )  # fmt: skip
        if verdicts_changed or queues_changed:
            audit.append(connection, "evidence.assessed", province_code or "", _told(done))
    return done


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What every zone is judged by, read once."""

    criteria: CriteriaSet
    rules: Sequence[QueueRule]
    operators: Mapping[uuid.UUID, str]
    planned: Mapping[uuid.UUID, Sequence[tuple[float, float]]]


def _grounds(connection: Connection, day: date) -> _Grounds:
    in_force = criteria.criteria_in_force(connection, day)
    if in_force is None:
        raise NothingToDo("no_criteria", day=day)
    rules = criteria.queue_rules_in_force(connection, day)
    extent = Extent(**criteria.setting_in_force(connection, "country_extent", day))
    operators = stored.operators_listed(connection, extent)
    return _Grounds(in_force, rules, operators, stored.planned(connection))


def _batches(
    connection: Connection, province_code: str | None
) -> Iterator[tuple[list[ListedZone], int]]:
    """Open zones in portions, each with the number of all."""
    wanted = ZoneFilter(province_code=province_code)
    total, _ = stored_zones.total(connection, wanted)
    after = None
    while True:
        page = stored_zones.page(connection, wanted, ZoneOrder.ID, after, BATCH_ZONES)
        batch = [each for each in page.zones if each.zone.status not in CLOSED_STATUSES]
        if batch:
            yield batch, total
        after = page.next_key
        if after is None:
            return


def _judge(
    connection: Connection, batch: Sequence[ListedZone], grounds: _Grounds
) -> dict[uuid.UUID, tuple[Judgement, ...]]:
    """Judge every operator at every zone of a portion."""
    zones = [listed.zone.id for listed in batch]
    nearest = stored.nearest(connection, zones, list(grounds.operators))
    planned = _planned_within_reach(batch, grounds)
    judged = {}
    for zone_id in zones:
        judgements = []
        for operator_id in grounds.operators:
            found = nearest[zone_id, operator_id]
            if (zone_id, operator_id) in planned:
                found = replace(found, planned_within_reach=True)
            verdict, reasons = judge(found, grounds.criteria)
            judgements.append(
                Judgement(zone_id, operator_id, verdict, found.site_id, found.distance_m, reasons)
            )
        judged[zone_id] = tuple(judgements)
    return judged


def _planned_within_reach(
    batch: Sequence[ListedZone], grounds: _Grounds
) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Zones and operators whose register lists a planned site within reach."""
    latitudes = np.array([listed.zone.latitude for listed in batch])
    longitudes = np.array([listed.zone.longitude for listed in batch])
    return {
        (batch[place].zone.id, operator_id)
        for operator_id, points in grounds.planned.items()
        for place in reached(
            (latitudes, longitudes), tuple(np.array(points).T), grounds.criteria.reach_m
        ).tolist()
    }


def _queued(listed: ListedZone, rules: Sequence[QueueRule]) -> ListedZone:
    """The zone in the queue that the rules put it in; the same object when it stays."""
    zone = listed.zone
    if not may_change_queue(zone):
        return listed
    queue, reason = queue_of(
        rules, grid_power=zone.grid_power, specially_difficult=zone.specially_difficult
    )
    if (queue, reason) == (zone.queue, zone.queue_reason):
        return listed
    return replace(listed, zone=replace(zone, queue=queue, queue_reason=reason))


def _told(done: Assessment) -> dict[str, object]:
    """What the audit log keeps of an assessment."""
    return {
        "day": done.day.isoformat(),
        "criteria_set": done.criteria.id,
        "zones": len(done.zones),
        "verdicts": done.verdicts(),
        "queues": done.queues(),
        "verdicts_changed": done.verdicts_changed,
        "queues_changed": done.queues_changed,
    }
