"""Lots: what they are made from, and keeping them. At most one proposal stands in a province."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, and_, case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from coverage.costs import CostRates
from coverage.days import vietnam_day
from coverage.lots import CommuneKey, Lot, LotCommune, LotLimits, LotStatus
from coverage.places.units import Level
from coverage.storage.criteria import setting_in_force
from coverage.storage.lot_pins import AskedBounds
from coverage.storage.queues import promised_zones
from coverage.storage.tables.lots import lot, lot_zone
from coverage.storage.tables.places import unit, vintage
from coverage.storage.tables.zones import zone
from coverage.storage.zones import ListedZone, ZoneFilter, ZoneOrder, page
from coverage.zones import Queue

_EVERY_ZONE = 1_000_000  # more than a country has villages
_ISLAND_KIND = "Đặc khu "  # all thirteen special zones are islands or archipelagos

# A package that waits for its minute has taken its lots already, for those who may know it.
_STATUS = case(
    (
        and_(
            lot.c.status == LotStatus.PROPOSED.value,
            lot.c.id.in_(select(func.phusong.sealed_lots())),
        ),
        LotStatus.IN_PACKAGE.value,
    ),
    else_=lot.c.status,
)


@dataclass(frozen=True, slots=True)
class StoredLot:
    """A lot as it is kept. ``zone_ids`` are those it was made of, also after it was dissolved.

    ``left`` are those of them that may not be in it any more, while it stands.
    """

    id: uuid.UUID
    province_code: str
    vintage: str
    number: int
    name: str
    status: LotStatus
    totals: Mapping[str, object]
    zone_ids: tuple[uuid.UUID, ...]
    left: tuple[uuid.UUID, ...] = ()
    island: bool = False


def lock_province(connection: Connection, province_code: str) -> None:
    """Let no other act plan or publish in this province until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(45206, hashtext(:code))"), {"code": province_code}
    )


def lock_zones(connection: Connection, province_code: str) -> None:
    """Let nobody judge this province's fund zones until the transaction ends."""
    connection.execute(
        select(zone.c.id)
        .where(zone.c.province_code == province_code, zone.c.queue == Queue.FUND.value)
        .order_by(zone.c.id)
        .with_for_update(read=True)
    ).all()


def today(connection: Connection) -> date:
    """Return the day in Việt Nam by the database's clock."""
    return vietnam_day(connection.execute(select(func.now())).scalar_one())


def limits(connection: Connection, asked: AskedBounds | None = None) -> LotLimits:
    """Return the bounds of a lot: those asked for, else those that are in force today."""
    asked = asked or AskedBounds()
    return LotLimits(
        gap_m=float(setting_in_force(connection, "lot_gap_m")),
        max_zones=asked.max_zones or int(setting_in_force(connection, "lot_max_zones")),
        max_households=asked.max_households or _bound(connection, "lot_max_households"),
        max_cost_vnd=asked.max_cost_vnd or _bound(connection, "lot_max_cost_vnd"),
        lots=asked.lots,
    )


def _bound(connection: Connection, name: str) -> int | None:
    """A setting of which 0 says that there is no bound."""
    return round(float(setting_in_force(connection, name))) or None


def rates(connection: Connection) -> CostRates:
    """Return what the parts of a site cost today."""

    def vnd(name: str) -> int:
        return round(float(setting_in_force(connection, name)))

    return CostRates(
        tower_vnd=vnd("cost_tower_vnd"),
        shared_vnd=vnd("cost_shared_vnd"),
        road_vnd_per_km=vnd("cost_road_vnd_per_km"),
        power_vnd_per_km=vnd("cost_power_vnd_per_km"),
        hop_vnd=vnd("cost_hop_vnd"),
        hop_km=float(setting_in_force(connection, "cost_hop_km")),
        household_vnd=vnd("cost_household_vnd"),
    )


def fund_zones(connection: Connection, province_code: str) -> dict[uuid.UUID, ListedZone]:
    """Return every zone of a province that the fund pays for, whatever its status.

    One that a person put there although an operator promises to build it is left out.
    """
    wanted = ZoneFilter(province_code=province_code, queue=Queue.FUND)
    found = page(connection, wanted, ZoneOrder.ID, None, _EVERY_ZONE)
    zone_ids = [listed.zone.id for listed in found.zones]
    promised = promised_zones(connection, zone_ids, today(connection))
    return {listed.zone.id: listed for listed in found.zones if listed.zone.id not in promised}


def zones_of_lots(connection: Connection, province_code: str) -> set[uuid.UUID]:
    """Return the zones of a province that the fund pays for or that are in a standing lot."""
    funded = select(zone.c.id).where(
        zone.c.province_code == province_code, zone.c.queue == Queue.FUND.value
    )
    in_lots = (
        select(lot_zone.c.zone_id)
        .join(lot, lot.c.id == lot_zone.c.lot_id)
        .where(lot.c.province_code == province_code, lot_zone.c.active)
    )
    return {row[0] for row in connection.execute(funded.union(in_lots))}


def communes(connection: Connection, province_code: str) -> dict[str, LotCommune]:
    """Return the communes in which a province has zones; the newest name where two differ."""
    rows = connection.execute(
        select(unit.c.code, unit.c.name, unit.c.full_name)
        .where(
            unit.c.level == Level.COMMUNE.value,
            select(zone.c.id)
            .where(
                zone.c.province_code == province_code,
                zone.c.commune_code == unit.c.code,
                zone.c.vintage == unit.c.vintage,
            )
            .exists(),
        )
        .order_by(unit.c.vintage)
    )
    return {
        row.code: LotCommune(row.name, island=row.full_name.startswith(_ISLAND_KIND))
        for row in rows
    }


def commune_areas(
    connection: Connection, keys: Collection[CommuneKey]
) -> dict[CommuneKey, BaseGeometry]:
    """Return the areas of communes, by vintage and code, where they are known exactly."""
    rows = connection.execute(
        select(unit.c.vintage, unit.c.code, func.ST_AsBinary(unit.c.area).label("area"))
        .join(vintage, vintage.c.name == unit.c.vintage)
        .where(
            unit.c.level == Level.COMMUNE.value,
            unit.c.area.is_not(None),
            vintage.c.approximate.is_(False),
            unit.c.vintage.in_({name for name, _ in keys}),
            unit.c.code.in_({code for _, code in keys}),
        )
    )
    return {
        (row.vintage, row.code): shapely.from_wkb(bytes(row.area))
        for row in rows
        if (row.vintage, row.code) in keys
    }


def lots_of(connection: Connection, province_code: str) -> list[StoredLot]:
    """Return the province's lots that the actor sees, dissolved ones too, by number."""
    rows = connection.execute(
        select(
            lot.c.id, lot.c.province_code, lot.c.vintage, lot.c.number, lot.c.name,
            _STATUS.label("status"),
            lot.c.totals, lot.c.island,
            func.array_agg(lot_zone.c.zone_id).label("zone_ids"),
            func.array_agg(lot_zone.c.zone_id)
            .filter(lot_zone.c.active.is_(False), lot.c.status != LotStatus.DISSOLVED.value)
            .label("left"),
        )
        .join(lot_zone, lot_zone.c.lot_id == lot.c.id)
        .where(lot.c.province_code == province_code)
        .group_by(lot.c.id)
        .order_by(lot.c.number, lot.c.id)
    )  # fmt: skip
    return [
        StoredLot(
            row.id, row.province_code, row.vintage, row.number, row.name, LotStatus(row.status),
            row.totals, tuple(sorted(row.zone_ids)), tuple(sorted(row.left or ())), row.island,
        )
        for row in rows
    ]  # fmt: skip


def dissolve(connection: Connection, lot_ids: Collection[uuid.UUID]) -> None:
    """Dissolve proposed lots; their zones are free for other lots."""
    connection.execute(
        update(lot)
        .where(lot.c.id.in_(lot_ids), lot.c.status == LotStatus.PROPOSED.value)
        .values(status=LotStatus.DISSOLVED.value)
    )
    connection.execute(update(lot_zone).where(lot_zone.c.lot_id.in_(lot_ids)).values(active=False))


def keep(connection: Connection, vintage_name: str, lots: Iterable[Lot]) -> None:
    """Store proposed lots; one that was dissolved before stands again under its own id."""
    for found in lots:
        statement = insert(lot).values(
            id=found.id, province_code=found.zones[0].province_code, vintage=vintage_name,
            number=found.number, name=found.name, status=LotStatus.PROPOSED.value,
            totals=found.totals(), island=found.island, created_at=func.now(),
        )  # fmt: skip
        fresh = statement.excluded
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[lot.c.id],
                set_={
                    "vintage": fresh.vintage, "number": fresh.number, "name": fresh.name,
                    "status": fresh.status, "totals": fresh.totals, "island": fresh.island,
                    "created_at": fresh.created_at,
                },
            )
        )  # fmt: skip
        connection.execute(
            insert(lot_zone)
            .values([{"lot_id": found.id, "zone_id": member.id} for member in found.zones])
            .on_conflict_do_update(
                index_elements=[lot_zone.c.lot_id, lot_zone.c.zone_id], set_={"active": True}
            )
        )


def newest_change(connection: Connection, lot_ids: Collection[uuid.UUID]) -> datetime | None:
    """Return when lots, their sites, their zones, verdicts or readiness last changed."""
    moment: datetime | None = connection.execute(
        text(
            "SELECT greatest(max(lot.created_at), max(zone.updated_at), max(verdict.assessed_at),"
            " max(lot_siting.chosen_at), max(zone_readiness.said_at))"
            " FROM phusong.lot JOIN phusong.lot_zone ON lot_zone.lot_id = lot.id"
            " JOIN phusong.zone ON zone.id = lot_zone.zone_id"
            " LEFT JOIN phusong.verdict ON verdict.zone_id = zone.id"
            " LEFT JOIN phusong.lot_siting ON lot_siting.lot_id = lot.id"
            " LEFT JOIN phusong.zone_readiness ON zone_readiness.zone_id = zone.id"
            " WHERE lot.id = ANY(:ids)"
        ),
        {"ids": list(lot_ids)},
    ).scalar()
    return moment
