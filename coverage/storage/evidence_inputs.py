"""What verdicts rest on, read for many zones at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select, text

from coverage.coordinates import Extent
from coverage.evidence import Service, Verdict
from coverage.nearest import Stations
from coverage.storage.named_sql import query
from coverage.storage.tables.people import organisation
from coverage.storage.tables.service_areas import service_area_file
from coverage.storage.tables.towers import site_operator
from coverage.towers import Technology

Key = tuple[uuid.UUID, Technology]  # operator, technology

# One row of COPY's binary form: the number of fields, then each field's length and value.
_STATION = np.dtype(
    [
        ("fields", ">i2"),
        ("", ">i4"), ("site_id", ">i8"),
        ("", ">i4"), ("operator", ">i4"),
        ("", ">i4"), ("technologies", ">i4"),
        ("", ">i4"), ("on_air", ">i4"),
        ("", ">i4"), ("longitude", ">f8"),
        ("", ">i4"), ("latitude", ">f8"),
    ]
)  # fmt: skip
_HEADER_BYTES, _TRAILER_BYTES = 19, 2


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
    """Return every operator's stations, as arrays out of COPY's binary form."""
    driver: Any = connection.connection.cursor()
    statement = f"COPY ({query('evidence', 'stations').text}) TO STDOUT (FORMAT BINARY)"
    values = {"operators": list(operators), "technologies": [each.value for each in Technology]}
    with driver, driver.copy(statement, values) as copy:
        content = b"".join(copy)
    rows = np.frombuffer(content[_HEADER_BYTES:-_TRAILER_BYTES], _STATION)
    every = Stations(
        rows["site_id"].astype(np.int64),
        rows["latitude"].astype(np.float64),
        rows["longitude"].astype(np.float64),
        rows["technologies"].astype(np.int32),
    )
    on_air, operator = rows["on_air"] == 1, rows["operator"]
    return {
        operator_id: OperatorStations(
            every.only((operator == place) & on_air), every.only((operator == place) & ~on_air)
        )
        for place, operator_id in enumerate(operators, 1)
    }


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


def promised(connection: Connection, zones: Sequence[uuid.UUID], day: date) -> set[uuid.UUID]:
    """Return the zones that some operator's standing promise covers on ``day``."""
    asked = text("SELECT phusong.promised_zones(CAST(:zones AS uuid[]), CAST(:day AS date))")
    return set(connection.execute(asked, {"zones": array(zones), "day": day}).scalars())


def array(ids: Sequence[uuid.UUID]) -> str:
    """Ids as PostgreSQL writes an array: one text, for the driver is slow with long lists."""
    return f"{{{','.join(map(str, ids))}}}"
