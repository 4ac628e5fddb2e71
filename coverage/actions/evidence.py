"""Assessing zones: a verdict per operator and technology, and who pays."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from coverage.actions.judging import judge_zones, read_grounds
from coverage.actions.queueing import decide_queues
from coverage.criteria import CriteriaSet, Payer
from coverage.errors import NothingToDo
from coverage.evidence import CLOSED_STATUSES, Judgement, Verdict
from coverage.judgements import Portion
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import evidence as stored
from coverage.storage import zones as stored_zones
from coverage.storage.sessions import Database
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder
from coverage.towers import Technology
from coverage.zones import Queue

BATCH_ZONES = 5_000

Progress = Callable[[int, int], None]
"""Told now and then how many of how many zones are done."""


@dataclass(frozen=True, slots=True)
class AssessedZone:
    """A zone as it stands after the assessment."""

    listed: ListedZone
    portion: Portion
    place: int

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """What was judged of it: operators in order of their names, technologies in theirs."""
        return self.portion.judgements(self.place)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an assessment found, and how much of it was not so before.

    ``operators`` are those that were judged, by id in the order of their names: a register lists
    them in the country, or a service area of theirs stands. Of others nothing is known, so they
    have no verdict. ``zones`` are all that were looked at.
    """

    day: date
    province_code: str | None
    criteria: CriteriaSet
    operators: Mapping[uuid.UUID, str]
    zones: tuple[AssessedZone, ...]
    verdicts_changed: int
    queues_changed: int

    def table(self) -> dict[tuple[uuid.UUID, Technology], Counter[Verdict]]:
        """Return how many verdicts of each kind there are on each operator's technology."""
        cells: dict[tuple[uuid.UUID, Technology], Counter[Verdict]] = defaultdict(Counter)
        for portion in {id(zone.portion): zone.portion for zone in self.zones}.values():
            for judged in portion.judged:
                cells[judged.operator_id, judged.technology] += judged.verdicts()
        return cells

    def verdicts(self) -> dict[str, int]:
        """Return how many verdicts there are of each kind."""
        counts = sum(self.table().values(), Counter[Verdict]())
        return {verdict.value: counts[verdict] for verdict in Verdict}

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
    operators: Collection[uuid.UUID] | None = None,
    progress: Progress = lambda done, total: None,  # noqa: ARG005 - nobody has to be told
) -> Assessment:
    """Judge every open zone, or a province's, by what is in force on ``day``.

    With ``operators`` only what is said of these is judged anew, and only zones whose verdicts
    changed by it may change queue. What comes out as it stood before is left untouched; when
    nothing changed, nothing is written at all.

    Raises:
        NotAllowed: the role may not assess.
        NothingToDo: no criteria set is in force, or there is no zone.
    """
    actor.must(Act.ASSESS_EVIDENCE)
    only = None if operators is None else sorted(operators)
    with database.transaction(actor) as connection:
        grounds = read_grounds(connection, day, only)
        zones: list[AssessedZone] = []
        verdicts_changed = queues_changed = 0
        for batch, total in _batches(connection, province_code):
            portion = judge_zones(connection, batch, grounds)
            touched = stored.keep(connection, grounds.criteria.id, portion, only)
            verdicts_changed += sum(touched.values())
            payers = decide_queues(connection, portion.zones if only is None else touched, day)
            queues_changed += len(payers)
            zones.extend(
                AssessedZone(_queued(listed, payers.get(listed.zone.id)), portion, place)
                for place, listed in enumerate(batch)
            )
            progress(len(zones), total)
        if not zones:
            raise NothingToDo("no_zones", province=province_code)
        done = Assessment(
            day, province_code, grounds.criteria,
            {operator.id: operator.name for operator in grounds.operators},
            tuple(zones), verdicts_changed, queues_changed,
        )  # fmt: skip
        if verdicts_changed or queues_changed:
            audit.append(connection, "evidence.assessed", province_code or "", _told(done, only))
    return done


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


def _queued(listed: ListedZone, payer: Payer | None) -> ListedZone:
    """The zone in the queue that was decided; the same object when it stays."""
    if payer is None:
        return listed
    zone = replace(
        listed.zone, queue=payer.queue, queue_reason=payer.reason, queue_rule_id=payer.rule_id
    )
    return replace(listed, zone=zone, version=listed.version + 1)


def _told(done: Assessment, only: Sequence[uuid.UUID] | None) -> dict[str, object]:
    """What the audit log keeps of an assessment."""
    return {
        "day": done.day.isoformat(),
        "criteria_set": done.criteria.id,
        "operators": "all" if only is None else [str(each) for each in only],
        "zones": len(done.zones),
        "verdicts": done.verdicts(),
        "queues": done.queues(),
        "verdicts_changed": done.verdicts_changed,
        "queues_changed": done.queues_changed,
    }
