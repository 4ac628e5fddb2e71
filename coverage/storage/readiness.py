"""Readiness of zones: what was said of power, road, land and permits, by whom, when."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from coverage.readiness import ReadinessKind, ReadinessState, power_of
from coverage.storage.criteria import setting_in_force
from coverage.storage.tables.lots import lot_zone, zone_readiness
from coverage.storage.tables.zones import zone


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of one kind at one zone; ``by`` is None where nobody has said it."""

    state: ReadinessState
    note: str = ""
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ZoneReadiness:
    """A zone of a lot, with every kind."""

    lot_id: uuid.UUID
    zone_id: uuid.UUID
    village: str
    said: Mapping[ReadinessKind, Said]

    @property
    def states(self) -> dict[ReadinessKind, ReadinessState]:
        """The state of every kind."""
        return {kind: said.state for kind, said in self.said.items()}


def of_lots(connection: Connection, lot_ids: Collection[uuid.UUID]) -> list[ZoneReadiness]:
    """Return the readiness of every zone in these lots, by village.

    A zone of whose power nobody has spoken has what its grid says.
    """
    rows = connection.execute(
        select(lot_zone.c.lot_id, zone.c.id, zone.c.village, zone.c.grid_power)
        .join(zone, zone.c.id == lot_zone.c.zone_id)
        .where(lot_zone.c.lot_id.in_(lot_ids), lot_zone.c.active)
        .order_by(zone.c.village, zone.c.id)
    ).all()
    said = _said(connection, {row.id for row in rows})
    return [
        ZoneReadiness(
            row.lot_id, row.id, row.village,
            {kind: Said(ReadinessState.UNKNOWN) for kind in ReadinessKind}
            | {ReadinessKind.POWER: Said(power_of(row.grid_power))}
            | said.get(row.id, {}),
        )
        for row in rows
    ]  # fmt: skip


def say(
    connection: Connection, zone_ids: Collection[uuid.UUID], kind: ReadinessKind, said: Said
) -> None:
    """Keep what is said of one kind at these zones, in place of what was said before."""
    if not zone_ids:
        return
    facts = {"state": said.state.value, "note": said.note, "said_by": said.by or ""}
    statement = insert(zone_readiness).values(
        [{"zone_id": zone_id, "kind": kind.value, **facts} for zone_id in sorted(zone_ids)]
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[zone_readiness.c.zone_id, zone_readiness.c.kind],
            set_={**facts, "said_at": func.now()},
        )
    )


def gate(connection: Connection) -> tuple[frozenset[ReadinessKind], bool]:
    """Return which kinds gate a tender today, and whether unknown gates as well."""
    kinds = frozenset(
        ReadinessKind(name) for name in setting_in_force(connection, "readiness_gate")
    )
    return kinds, bool(setting_in_force(connection, "readiness_unknown_gates"))


def _said(
    connection: Connection, zone_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, dict[ReadinessKind, Said]]:
    columns = zone_readiness.c
    found: dict[uuid.UUID, dict[ReadinessKind, Said]] = {}
    for row in connection.execute(select(zone_readiness).where(columns.zone_id.in_(zone_ids))):
        found.setdefault(row.zone_id, {})[ReadinessKind(row.kind)] = Said(
            ReadinessState(row.state), row.note, row.said_by, row.said_at
        )
    return found
