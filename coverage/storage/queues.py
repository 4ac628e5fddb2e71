"""Who pays, as it is kept on a zone: the facts that decide it, and the decision."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, Connection, Uuid, any_, func, literal, select

from coverage.criteria import CriteriaSet, QueueFacts
from coverage.evidence import OPEN_STATUSES
from coverage.storage.evidence import served
from coverage.storage.tables.zones import zone
from coverage.zones import Queue


@dataclass(frozen=True, slots=True)
class QueuedZone:
    """A zone that the rules still decide on: its facts, and how it stands in its queue."""

    id: uuid.UUID
    facts: QueueFacts
    queue: Queue
    queue_reason: str
    queue_rule_id: int | None


def queued_zones(
    connection: Connection, zone_ids: Collection[uuid.UUID], day: date, in_force: CriteriaSet | None
) -> list[QueuedZone]:
    """Return those of the zones that the rules decide on, locked until the transaction ends.

    Left out are zones in a package, waiting for one to open, or closed, and those that a person
    put into their queue.
    Only the authority sees every operator's verdicts: for others a zone may seem unserved. Under
    no criteria set nothing is shown to be served.
    """
    held = connection.execute(
        select(zone)
        .where(
            zone.c.id == any_(literal(list(zone_ids), ARRAY(Uuid))),
            zone.c.status.in_([status.value for status in OPEN_STATUSES]),
            zone.c.queue_by.is_(None),
            zone.c.id.not_in(select(func.phusong.held_zones())),
        )
        .order_by(zone.c.id)
        .with_for_update(key_share=True)
    ).all()
    # Asked after the lock: what another act has just committed counts.
    ids = [row.id for row in held]
    promised = promised_zones(connection, ids, day)
    shown = served(connection, ids, in_force) if ids and in_force else set()
    return [
        QueuedZone(
            row.id,
            QueueFacts(row.grid_power, row.specially_difficult, row.id in shown, row.id in promised),
            Queue(row.queue), row.queue_reason, row.queue_rule_id,
        )
        for row in held
    ]  # fmt: skip


def promised_zones(
    connection: Connection, zone_ids: Collection[uuid.UUID], day: date
) -> set[uuid.UUID]:
    """Return the zones for which an operator's promise stands on ``day``, whoever asks.

    A promise for a zone that was merged stands for the zone that took it in.
    """
    if not zone_ids:
        return set()
    asked = func.phusong.promised_zones(literal(list(zone_ids), ARRAY(Uuid)), day)
    return set(connection.execute(select(asked)).scalars())
