"""What is due, soon due, late, on air and confirmed, zone by zone and summed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from coverage.deadlines import days_late
from coverage.zones import ZoneStatus

Key = TypeVar("Key", bound=Hashable)


class DeliveryState(StrEnum):
    """Where an awarded zone stands on its way to being served."""

    LATE = "late"  # quá hạn, chưa phát sóng
    SOON = "soon"  # sắp đến hạn
    DUE = "due"  # còn thời hạn
    ON_AIR = "on_air"  # đã phát sóng, chờ nghiệm thu
    CONFIRMED = "confirmed"  # đã nghiệm thu
    LEFT = "left"  # không còn thuộc lô


@dataclass(frozen=True, slots=True)
class DeliveryZone:
    """One zone of a standing award.

    ``on_air_on`` is the day that the newest report tells, None where nobody reported.
    """

    zone_id: uuid.UUID
    award_id: uuid.UUID
    village: str
    commune: str
    province_code: str
    province: str
    households: int
    status: ZoneStatus
    operator: str
    package_number: str
    lot_number: int
    due_on: date
    on_air_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeliveryCount:
    """Zones by state; ``delivered_late`` are those that went on air after their day."""

    zones: int = 0
    households: int = 0
    late: int = 0
    soon: int = 0
    due: int = 0
    on_air: int = 0
    confirmed: int = 0
    left: int = 0
    delivered_late: int = 0
    longest_late_days: int = 0


def state_of(zone: DeliveryZone, today: date, soon_days: int) -> DeliveryState:
    """Return where a zone stands on a day. The due day itself is still in time."""
    if zone.status is ZoneStatus.CONFIRMED:
        return DeliveryState.CONFIRMED
    if zone.status is ZoneStatus.ON_AIR:
        return DeliveryState.ON_AIR
    if zone.status is not ZoneStatus.AWARDED:
        return DeliveryState.LEFT
    days = days_late(zone.due_on, today)
    if days > 0:
        return DeliveryState.LATE
    return DeliveryState.SOON if -days <= soon_days else DeliveryState.DUE


def late_days(zone: DeliveryZone, today: date) -> int:
    """Return by how many days a zone is late, or came late; 0 for one in time or gone."""
    if zone.status in {ZoneStatus.ON_AIR, ZoneStatus.CONFIRMED}:
        # Without a day that anybody told nobody can say that it came late.
        return max(0, days_late(zone.due_on, zone.on_air_on)) if zone.on_air_on else 0
    if zone.status is not ZoneStatus.AWARDED:
        return 0
    return max(0, days_late(zone.due_on, today))


def counted(
    zones: Iterable[DeliveryZone], by: Callable[[DeliveryZone], Key], today: date, soon_days: int
) -> dict[Key, DeliveryCount]:
    """Return the sums of zones that share a key, in the order of first appearance."""
    held: dict[Key, list[DeliveryZone]] = {}
    for zone in zones:
        held.setdefault(by(zone), []).append(zone)
    return {key: _count(of_key, today, soon_days) for key, of_key in held.items()}


def _count(zones: list[DeliveryZone], today: date, soon_days: int) -> DeliveryCount:
    states = [state_of(zone, today, soon_days) for zone in zones]
    late = [late_days(zone, today) for zone in zones]
    done = {DeliveryState.ON_AIR, DeliveryState.CONFIRMED}
    return DeliveryCount(
        zones=len(zones),
        households=sum(zone.households for zone in zones),
        late=states.count(DeliveryState.LATE),
        soon=states.count(DeliveryState.SOON),
        due=states.count(DeliveryState.DUE),
        on_air=states.count(DeliveryState.ON_AIR),
        confirmed=states.count(DeliveryState.CONFIRMED),
        left=states.count(DeliveryState.LEFT),
        delivered_late=sum(
            days > 0 for state, days in zip(states, late, strict=True) if state in done
        ),
        longest_late_days=max(late, default=0),
    )
