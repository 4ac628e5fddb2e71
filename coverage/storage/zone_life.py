"""The life of zones as it is kept: locks, moves, who pays, proposals, and what was changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    CollectionAggregate,
    Connection,
    Uuid,
    any_,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from coverage.storage.named_sql import query
from coverage.storage.tables.people import organisation
from coverage.storage.tables.zones import zone, zone_event, zone_proposal
from coverage.zone_life import Move, ZoneEvent
from coverage.zones import Queue, ZoneStatus

_C = zone.c


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision that waits for the second pair of eyes; ``version`` is the zone's, then."""

    zone_id: uuid.UUID
    move: Move
    reason: str
    merged_into: uuid.UUID | None
    version: int
    proposed_by: str
    proposed_at: dt.datetime


def lock(connection: Connection, zone_ids: Collection[uuid.UUID]) -> None:
    """Let nobody else change these zones until the transaction ends; waits for who does now.

    They are locked in the order of their ids, so that two persons never wait for each other;
    and not against what only refers to them, as verdicts and rows of surveys do.
    """
    connection.execute(
        select(_C.id).where(_C.id == _any(zone_ids)).order_by(_C.id).with_for_update(key_share=True)
    ).all()


def lock_reported(
    connection: Connection, province_code: str | None, count: int | None
) -> list[uuid.UUID]:
    """Lock the next reported zones by place, leaving out those that somebody else locks now."""
    wanted = (
        select(_C.id)
        .where(_C.status == ZoneStatus.REPORTED.value)
        .order_by(_C.province_code, _C.commune_code, _C.village, _C.id)
        .with_for_update(skip_locked=True, key_share=True)
        .limit(count)
    )
    if province_code is not None:
        wanted = wanted.where(_C.province_code == province_code)
    return list(connection.execute(wanted).scalars())


def set_status(
    connection: Connection, zone_ids: Collection[uuid.UUID], status: ZoneStatus, *,
    by: str, reason: str, reviewer: str | None = None, merged_into: uuid.UUID | None = None,
) -> None:  # fmt: skip
    """Make zones stand in ``status``; each becomes a new version."""
    connection.execute(
        update(zone)
        .where(_C.id == _any(zone_ids))
        .values(
            status=status.value, status_by=by, status_reason=reason, reviewer=reviewer,
            merged_into=merged_into, version=_C.version + 1, updated_at=func.now(),
        )
    )  # fmt: skip


def set_reviewer(connection: Connection, zone_ids: Collection[uuid.UUID], reviewer: str) -> None:
    """Give zones under review into other hands."""
    connection.execute(
        update(zone)
        .where(_C.id == _any(zone_ids))
        .values(reviewer=reviewer, version=_C.version + 1, updated_at=func.now())
    )


def set_queue(
    connection: Connection, zone_ids: Collection[uuid.UUID], queue: Queue, reason: str, by: str
) -> None:
    """Put zones into a queue by a person's word."""
    connection.execute(
        update(zone)
        .where(_C.id == _any(zone_ids))
        .values(
            queue=queue.value, queue_reason=reason, queue_by=by, queue_rule_id=None,
            version=_C.version + 1, updated_at=func.now(),
        )
    )  # fmt: skip


def leave_to_rules(connection: Connection, zone_ids: Collection[uuid.UUID]) -> None:
    """Forget what a person decided about who pays, so that the rules decide again."""
    connection.execute(
        update(zone)
        .where(_C.id == _any(zone_ids))
        .values(
            queue_by=None, queue_reason="", queue_rule_id=None,
            version=_C.version + 1, updated_at=func.now(),
        )
    )  # fmt: skip


def events(
    connection: Connection, after: Mapping[uuid.UUID, int]
) -> dict[uuid.UUID, tuple[ZoneEvent, ...]]:
    """Return what was changed in these zones after the given versions, the oldest first."""
    rows = connection.execute(
        select(zone_event, organisation.c.name.label("organisation"))
        .join(organisation, organisation.c.id == zone_event.c.organisation_id)
        .where(zone_event.c.zone_id == _any(after))
        .order_by(zone_event.c.id)
    )
    found: dict[uuid.UUID, list[ZoneEvent]] = defaultdict(list)
    for row in rows:
        if row.version > after[row.zone_id]:
            found[row.zone_id].append(
                ZoneEvent(
                    row.zone_id, row.at, row.organisation, row.actor, row.version, row.before,
                    row.after, row.reason,
                )
            )  # fmt: skip
    return {zone_id: tuple(found[zone_id]) for zone_id in after}


def propose(
    connection: Connection, versions: Mapping[uuid.UUID, int], move: Move, *,
    by: str, reason: str, merged_into: uuid.UUID | None,
) -> None:  # fmt: skip
    """Keep a decision on each zone, in its version, until somebody else confirms it."""
    if not versions:
        return
    told = insert(zone_proposal)
    fresh = told.excluded
    # Row by row: one statement of them all has more parameters than the server takes.
    connection.execute(
        told.on_conflict_do_update(
            index_elements=[zone_proposal.c.zone_id],
            set_={
                "version": fresh.version, "move": fresh.move, "reason": fresh.reason,
                "merged_into": fresh.merged_into, "proposed_by": fresh.proposed_by,
                "proposed_at": func.now(),
            },
        ),
        [
            {
                "zone_id": zone_id, "version": version, "move": move.value, "reason": reason,
                "merged_into": merged_into, "proposed_by": by,
            }
            for zone_id, version in versions.items()
        ],
    )  # fmt: skip


def proposals(
    connection: Connection, zone_ids: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, Proposal]:
    """Return the decisions that wait, of these zones or of all, the oldest first."""
    wanted = select(zone_proposal).order_by(zone_proposal.c.proposed_at, zone_proposal.c.zone_id)
    if zone_ids is not None:
        wanted = wanted.where(zone_proposal.c.zone_id == _any(zone_ids))
    return {
        row.zone_id: Proposal(
            row.zone_id, Move(row.move), row.reason, row.merged_into, row.version,
            row.proposed_by, row.proposed_at,
        )
        for row in connection.execute(wanted)
    }  # fmt: skip


def drop_proposals(connection: Connection, zone_ids: Collection[uuid.UUID]) -> int:
    """Forget decisions that wait no more; return how many there were."""
    done = connection.execute(
        delete(zone_proposal).where(zone_proposal.c.zone_id == _any(zone_ids))
    )
    return int(done.rowcount)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The zones of a province that wait in one status; ``oldest`` since when one does, in UTC."""

    province_code: str
    province: str | None
    zones: int
    households: int
    oldest: dt.datetime


def waiting(connection: Connection, status: ZoneStatus) -> tuple[Waiting, ...]:
    """Count the zones in ``status`` by province, first where one waits longest."""
    rows = connection.execute(query("zone_life", "waiting"), {"status": status.value})
    return tuple(Waiting(*row) for row in rows)


def in_hand(connection: Connection) -> dict[str, int]:
    """Count the zones under review by who has them in hand."""
    rows = connection.execute(
        select(_C.reviewer, func.count())
        .where(_C.status == ZoneStatus.UNDER_REVIEW.value)
        .group_by(_C.reviewer)
        .order_by(_C.reviewer)
    )
    return {reviewer: int(zones) for reviewer, zones in rows}


def _any(zone_ids: Collection[uuid.UUID]) -> CollectionAggregate[bool]:
    return any_(literal(list(zone_ids), ARRAY(Uuid)))
