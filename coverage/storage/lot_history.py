"""Which lots the zones of a lot were in before: every plan leaves its lots behind, dissolved."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from coverage.lots import LotStatus
from coverage.storage.tables.lots import lot, lot_zone

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class FormerLot:
    """A dissolved lot: how many of its zones are in the lot that is looked at."""

    id: uuid.UUID
    name: str
    created_at: datetime
    shared: int
    zones: int


def former_of(connection: Connection, lot_id: uuid.UUID) -> tuple[FormerLot, ...]:
    """Return the dissolved lots that this lot's zones were in, the newest first, at most ten."""
    mine = select(lot_zone.c.zone_id).where(lot_zone.c.lot_id == lot_id)
    touching = select(lot_zone.c.lot_id).where(lot_zone.c.zone_id.in_(mine))
    shared = func.count().filter(lot_zone.c.zone_id.in_(mine))
    rows = connection.execute(
        select(lot.c.id, lot.c.name, lot.c.created_at, shared.label("shared"), func.count())
        .join(lot_zone, lot_zone.c.lot_id == lot.c.id)
        .where(lot.c.status == LotStatus.DISSOLVED.value, lot.c.id != lot_id)
        .where(lot.c.id.in_(touching))
        .group_by(lot.c.id)
        .order_by(lot.c.created_at.desc(), shared.desc(), lot.c.number)
        .limit(_SHOWN)
    )
    return tuple(FormerLot(*row) for row in rows)
