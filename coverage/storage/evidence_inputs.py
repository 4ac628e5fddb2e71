"""What verdicts rest on, read for many zones at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from coverage.coordinates import Extent
from coverage.evidence import Service, Verdict
from coverage.nearest import Stations, bits_of, joined
from coverage.storage.named_sql import query
from coverage.storage.tables.people import organisation
from coverage.storage.tables.service_areas import service_area_file
from coverage.storage.tables.towers import site_operator
from coverage.towers import Technology

Key = tuple[uuid.UUID, Technology]  # operator, technology


@dataclass(frozen=True, slots=True)
class JudgedOperator:
    """An operator that is judged; ``registered`` when a register lists equipment of it."""

    id: uuid.UUID
    name: str
    registered: bool


@dataclass(frozen=True, slots=True)
class OperatorStations:
    """What one operator's registers list as on air, and as planned or off."""

    on_air: Stations
    planned: Stations


@dataclass(frozen=True, slots=True)
class Upheld:
    """The verdict that an upheld dispute put in place of the zone at ``place``."""

    place: int
    verdict: Verdict
    dispute_id: uuid.UUID


def operators_judged(connection: Connection, extent: Extent) -> list[JudgedOperator]:
    """Return the operators with equipment in ``extent`` or a standing service area, by name.

    A register of another country may be in the same database; its operators serve no zone here.
    """
    point = site_operator.c.point
    registered = (
        select(site_operator.c.site_id)
        .where(
            site_operator.c.operator_id == organisation.c.id,
            func.ST_X(point).between(extent.west, extent.east),
            func.ST_Y(point).between(extent.south, extent.north),
        )
        .exists()
    )
    publishes = (
        select(service_area_file.c.id)
        .where(
            service_area_file.c.operator_id == organisation.c.id,
            service_area_file.c.replaced_at.is_(None),
        )
        .exists()
    )
    rows = connection.execute(
        select(organisation.c.id, organisation.c.name, registered.label("registered"))
        .where(organisation.c.kind == "operator", registered | publishes)
        .order_by(organisation.c.name)
    )
    return [JudgedOperator(row.id, row.name, row.registered) for row in rows]


def stations(
    connection: Connection, operators: Sequence[uuid.UUID]
) -> dict[uuid.UUID, OperatorStations]:
    """Return every operator's stations."""
    driver: Any = connection.connection.cursor(binary=True)
    found: dict[tuple[uuid.UUID, bool], list[Stations]] = {}
    with driver:
        driver.execute(query("evidence", "stations").text, {"operators": list(operators)})
        for operator_id, technologies, on_air, site_ids, *numbers in driver:
            found.setdefault((operator_id, on_air), []).append(
                _stations(site_ids, bits_of(map(Technology, technologies)), *numbers)
            )
    return {
        operator_id: OperatorStations(
            on_air=joined(found.get((operator_id, True), ())),
            planned=joined(found.get((operator_id, False), ())),
        )
        for operator_id in operators
    }


def _stations(
    site_ids: bytes, bits: int, longitudes: bytes, latitudes: bytes, antenna_heights_m: bytes
) -> Stations:
    """Make arrays of numbers as the database's machine wrote them: the high byte first."""
    ids = np.frombuffer(site_ids, ">i8").astype(np.int64)
    longitude, latitude, height = (
        np.frombuffer(each, ">f8").astype(np.float64)
        for each in (longitudes, latitudes, antenna_heights_m)
    )
    return Stations(ids, latitude, longitude, np.full(len(ids), bits, np.int32), height)


def standing_files(connection: Connection, operators: Sequence[uuid.UUID]) -> dict[Key, uuid.UUID]:
    """Return the service-area file that stands for each operator and technology."""
    file = service_area_file.c
    rows = connection.execute(
        select(file.id, file.operator_id, file.technology).where(
            file.replaced_at.is_(None), file.operator_id.in_(operators)
        )
    )
    return {(row.operator_id, Technology(row.technology)): row.id for row in rows}


def service_at(
    connection: Connection,
    zones: Sequence[uuid.UUID],
    operators: Sequence[uuid.UUID],
    files: Mapping[Key, uuid.UUID],
) -> dict[Key, list[Service]]:
    """Return where each standing file puts each zone, in the order of ``zones``."""
    found = {key: [Service.OUTSIDE] * len(zones) for key in files}
    rows = connection.execute(
        query("evidence", "service"), {"zones": array(zones), "operators": array(operators)}
    )
    for row in rows:
        key = row.operator_id, Technology(row.technology)
        found[key][row.place] = Service.WEAK if row.weak else Service.INSIDE
    return found


def upheld_at(
    connection: Connection, zones: Sequence[uuid.UUID], operators: Sequence[uuid.UUID]
) -> dict[Key, list[Upheld]]:
    """Return what upheld disputes say of these zones, by operator and technology."""
    rows = connection.execute(
        query("evidence", "upheld"), {"zones": array(zones), "operators": array(operators)}
    )
    found: dict[Key, list[Upheld]] = {}
    for row in rows:
        key = row.operator_id, Technology(row.technology)
        found.setdefault(key, []).append(Upheld(row.place, Verdict(row.claimed), row.id))
    return found


def array(ids: Sequence[uuid.UUID]) -> str:
    """Ids as PostgreSQL writes an array: one text, for the driver is slow with long lists."""
    return f"{{{','.join(map(str, ids))}}}"
