"""What the clock of a lot is decided by: the months in force, readiness, proposed sites."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection, select

from coverage.deadlines import SETTINGS, Clock, ClockRule, RuleMonths, clock_of, rule_of
from coverage.errors import NotFound
from coverage.readiness import Readiness, ReadinessKind, ReadinessState, power_of, together
from coverage.storage.criteria import settings_in_force
from coverage.storage.tables.lots import lot_site, lot_zone, zone_readiness
from coverage.storage.tables.zones import zone

_SHARED = "shared"


def rule_months(connection: Connection, day: date | None = None) -> dict[ClockRule, RuleMonths]:
    """Return the months of every rule in force on ``day``, today unless given.

    Raises:
        NotFound: a rule has no months on that day.
    """
    in_force = settings_in_force(connection, day)
    missing = next((name for name in SETTINGS.values() if name not in in_force), None)
    if missing is not None:
        raise NotFound("setting", missing)
    return {
        rule: RuleMonths(int(in_force[name].value), in_force[name].citation)
        for rule, name in SETTINGS.items()
    }


def clocks(
    connection: Connection, lot_ids: Collection[uuid.UUID], day: date | None = None
) -> dict[uuid.UUID, Clock]:
    """Return the clock of each lot as readiness, proposed sites and settings stand."""
    months = rule_months(connection, day)
    ready = _readiness(connection, lot_ids)
    shared = _shared(connection, lot_ids)
    return {
        lot_id: clock_of(rule_of(ready.get(lot_id, {}), shared.get(lot_id, [])), months)
        for lot_id in lot_ids
    }


def _readiness(
    connection: Connection, lot_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Readiness]:
    """Of each lot the worst of its zones; a zone of whose power nobody spoke has its grid's.

    Zones of a lot that waits for its version to open count too, though they are not active yet.
    """
    said: dict[uuid.UUID, dict[ReadinessKind, ReadinessState]] = defaultdict(dict)
    of_lots = select(lot_zone.c.zone_id).where(lot_zone.c.lot_id.in_(lot_ids))
    for row in connection.execute(
        select(zone_readiness.c.zone_id, zone_readiness.c.kind, zone_readiness.c.state)
        .where(zone_readiness.c.zone_id.in_(of_lots))
    ):  # fmt: skip
        said[row.zone_id][ReadinessKind(row.kind)] = ReadinessState(row.state)
    zones: dict[uuid.UUID, list[Readiness]] = defaultdict(list)
    for row in connection.execute(
        select(lot_zone.c.lot_id, zone.c.id, zone.c.grid_power)
        .join(zone, zone.c.id == lot_zone.c.zone_id)
        .where(lot_zone.c.lot_id.in_(lot_ids))
    ):
        zones[row.lot_id].append({ReadinessKind.POWER: power_of(row.grid_power)} | said[row.id])
    return {lot_id: together(of_zones) for lot_id, of_zones in zones.items()}


def _shared(
    connection: Connection, lot_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, list[bool]]:
    found: dict[uuid.UUID, list[bool]] = defaultdict(list)
    for row in connection.execute(
        select(lot_site.c.lot_id, lot_site.c.kind).where(lot_site.c.lot_id.in_(lot_ids))
    ):
        found[row.lot_id].append(row.kind == _SHARED)
    return found
