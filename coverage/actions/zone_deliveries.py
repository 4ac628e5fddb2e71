"""How single zones stand under their awards: to whom, until when, since when on air.

Who was awarded what, and whether it is late, is public once it is awarded; measurements are not.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from coverage.actions.deliveries import delivery_of
from coverage.days import vietnam_day
from coverage.deliveries import DeliveryState, late_days, state_of
from coverage.people import Actor
from coverage.storage import awards as stored
from coverage.storage import on_air
from coverage.storage.criteria import setting_in_force
from coverage.storage.sessions import Database


@dataclass(frozen=True, slots=True)
class ZoneDelivery:
    """The standing award of a zone as anybody who sees the zone may know it."""

    zone_id: uuid.UUID
    award_id: uuid.UUID
    operator_id: uuid.UUID
    operator: str
    package_number: str
    lot_number: int
    awarded_on: date
    due_on: date
    state: DeliveryState
    late_days: int
    on_air_on: date | None


def zone_deliveries(
    database: Database, actor: Actor, zone_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, ZoneDelivery]:
    """Return how these zones stand under their awards; those without one are left out."""
    if not zone_ids:
        return {}
    with database.transaction(actor) as connection:
        return deliveries_of(connection, zone_ids)


def deliveries_of(
    connection: Connection, zone_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, ZoneDelivery]:
    """Return the same in the transaction of an action that shows it."""
    award_ids = stored.award_of_zones(connection, zone_ids)
    if not award_ids:
        return {}
    day = vietnam_day(stored.moment(connection))
    soon_days = int(setting_in_force(connection, "due_soon_days", day))
    wanted = set(award_ids.values())
    awards = [one for one in stored.awards(connection, standing=True) if one.id in wanted]
    told = on_air.told(connection, list(award_ids))
    by_award = stored.zones_of(connection, awards)
    found = {}
    for award in awards:
        for zone in by_award[award.id]:
            if award_ids.get(zone.zone_id) != award.id:
                continue
            listed = delivery_of(award, zone, told.get((zone.zone_id, award.id)))
            found[zone.zone_id] = ZoneDelivery(
                zone.zone_id, award.id, award.operator_id, award.operator, award.package_number,
                award.lot_number, award.awarded_on, award.due_on,
                state_of(listed, day, soon_days), late_days(listed, day), listed.on_air_on,
            )  # fmt: skip
    return found
