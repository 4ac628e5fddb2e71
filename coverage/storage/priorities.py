"""What the priority of zones is made from, as it is stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Date, cast, delete, func, insert, select

from coverage.evidence import OPEN_STATUSES
from coverage.priority import PART_NAMES, Scale
from coverage.storage.criteria import setting_in_force
from coverage.storage.tables.evidence import setting, verdict
from coverage.storage.tables.layers import layer
from coverage.storage.tables.lots import lot, lot_site, lot_siting, lot_zone
from coverage.storage.tables.priority import priority_commune
from coverage.storage.tables.zones import zone
from coverage.storage.unit_names import COMMUNE, PROVINCE, with_unit_names
from coverage.zones import Queue, ZoneStatus

_RANKED = OPEN_STATUSES | {ZoneStatus.IN_PACKAGE}  # those that still wait for who builds
_ISLAND_KIND = "Đặc khu "  # all thirteen special zones are islands or archipelagos


@dataclass(frozen=True, slots=True)
class ScoredZone:
    """A zone that is scored, with what is stored of it. Coordinates are WGS 84 degrees.

    ``site_m`` is how far the nearest standing site of any operator is, None when nobody was
    judged there; ``border_or_island`` None when no list of such communes is loaded.
    ``lot_cost_vnd`` is that of the sites chosen for its lot, shared by its households.
    """

    id: uuid.UUID
    village: str
    commune: str
    province_code: str
    province: str
    status: ZoneStatus
    queue: Queue
    longitude: float
    latitude: float
    households: int
    population: int | None
    specially_difficult: bool | None
    reported_on: date
    site_m: float | None
    border_or_island: bool | None
    lot_cost_per_household_vnd: float | None


def scored_zones(connection: Connection, zone_id: uuid.UUID | None = None) -> list[ScoredZone]:
    """Return every zone that is ranked and that the actor sees, by id; or the one asked for."""
    judged = select(verdict.c.zone_id, func.min(verdict.c.distance_m).label("site_m"))
    if zone_id is not None:
        judged = judged.where(verdict.c.zone_id == zone_id)
    nearest = judged.group_by(verdict.c.zone_id).subquery()
    columns = zone.c
    wanted = select(
        columns.id, columns.village, columns.commune_code, columns.province_code, columns.vintage,
        columns.status, columns.queue, columns.households, columns.population,
        columns.specially_difficult,
        func.ST_X(columns.point).label("longitude"), func.ST_Y(columns.point).label("latitude"),
        cast(func.timezone("Asia/Ho_Chi_Minh", columns.created_at), Date).label("reported_on"),
        COMMUNE.c.full_name.label("commune"), PROVINCE.c.name.label("province"),
        nearest.c.site_m, priority_commune.c.border, priority_commune.c.island,
        columns.vintage.in_(select(priority_commune.c.vintage)).label("listed"),
    ).select_from(
        with_unit_names(zone)
        .outerjoin(nearest, nearest.c.zone_id == columns.id)
        .outerjoin(
            priority_commune,
            (priority_commune.c.commune_code == columns.commune_code)
            & (priority_commune.c.vintage == columns.vintage),
        )
    )  # fmt: skip
    if zone_id is None:
        wanted = wanted.where(
            columns.status.in_([status.value for status in _RANKED]),
            columns.queue != Queue.COVERED.value,
        )
    else:
        wanted = wanted.where(columns.id == zone_id)
    costs = _lot_costs(connection, zone_id)
    return [
        ScoredZone(
            row.id, row.village, row.commune or row.commune_code, row.province_code,
            row.province or row.province_code, ZoneStatus(row.status), Queue(row.queue),
            row.longitude, row.latitude, row.households, row.population, row.specially_difficult,
            row.reported_on, row.site_m,
            _border_or_island(row.commune or "", row.border, row.island,
                              listed=row.listed),
            costs.get(row.id),
        )
        for row in connection.execute(wanted.order_by(columns.id))
    ]  # fmt: skip


def weights_in_force(connection: Connection) -> dict[str, float]:
    """Return the weights of today by the names of the parts."""
    told: Mapping[str, float] = setting_in_force(connection, "score_weights")
    return {name: float(told.get(name, 0.0)) for name in PART_NAMES}


def scale_in_force(connection: Connection) -> Scale:
    """Return where amounts count half today."""
    return Scale(
        *(
            float(setting_in_force(connection, f"score_half_{name}"))
            for name in ("households", "population", "cost_vnd", "waiting_days")
        )
    )


def newest_input(connection: Connection) -> tuple[object, ...]:
    """Return what differs as soon as anything that a score is made from has changed."""
    return tuple(
        connection.execute(
            select(
                select(func.count()).select_from(zone).scalar_subquery(),
                select(func.max(zone.c.updated_at)).scalar_subquery(),
                select(func.max(verdict.c.assessed_at)).scalar_subquery(),
                select(func.max(setting.c.id)).scalar_subquery(),
                select(func.max(layer.c.loaded_at)).scalar_subquery(),
                select(func.count()).select_from(layer).scalar_subquery(),
                select(func.max(lot_siting.c.chosen_at)).scalar_subquery(),
                select(func.max(lot.c.created_at)).scalar_subquery(),
                select(func.max(priority_commune.c.loaded_at)).scalar_subquery(),
                select(func.count()).select_from(priority_commune).scalar_subquery(),
            )
        ).one()
    )


@dataclass(frozen=True, slots=True)
class PriorityCommune:
    """A commune on the land border, or that is an island, by its code of one vintage."""

    code: str
    border: bool
    island: bool


def replace_communes(
    connection: Connection, vintage: str, communes: list[PriorityCommune], source: str, by: str
) -> None:
    """Keep the list of a vintage in place of the one before."""
    connection.execute(delete(priority_commune).where(priority_commune.c.vintage == vintage))
    if communes:
        connection.execute(
            insert(priority_commune),
            [
                {"commune_code": each.code, "vintage": vintage, "border": each.border,
                 "island": each.island, "source": source, "loaded_by": by}
                for each in communes
            ],
        )  # fmt: skip


def _border_or_island(
    commune: str, border: bool | None, island: bool | None, *, listed: bool
) -> bool | None:
    if border or island or commune.startswith(_ISLAND_KIND):
        return True
    return False if listed else None


def _lot_costs(connection: Connection, zone_id: uuid.UUID | None) -> dict[uuid.UUID, float]:
    """What a household costs in the lot that a zone is in, where sites were chosen for it."""
    of_lot = select(lot_site.c.lot_id, func.sum(lot_site.c.households).label("households"))
    if zone_id is not None:
        its = select(lot_zone.c.lot_id).where(lot_zone.c.zone_id == zone_id, lot_zone.c.active)
        of_lot = of_lot.where(lot_site.c.lot_id.in_(its))
    served = of_lot.group_by(lot_site.c.lot_id).subquery()
    asked = (
        select(lot_zone.c.zone_id, lot_siting.c.cost_vnd, served.c.households)
        .join(lot_siting, lot_siting.c.lot_id == lot_zone.c.lot_id)
        .join(served, served.c.lot_id == lot_zone.c.lot_id)
        .where(lot_zone.c.active, served.c.households > 0)
    )
    if zone_id is not None:
        asked = asked.where(lot_zone.c.zone_id == zone_id)
    rows = connection.execute(asked)
    return {row.zone_id: row.cost_vnd / row.households for row in rows}
