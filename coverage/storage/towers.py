"""Registers of towers: keeping one, replacing what it replaces, what stands of each operator.

What an operator has is what the registers in force list of it. A register is in force as long as
equipment hangs on its sites; a newer one takes an operator's equipment away from the older, whose
raw file stays.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, text

from coverage.register_changes import Station
from coverage.storage.bulk import copy_lines, field, text_field
from coverage.storage.named_sql import query
from coverage.storage.tables.towers import register
from coverage.towers import Equipment, Site, Technology


@dataclass(frozen=True, slots=True)
class StandingRegister:
    """How many sites of one operator a register in force lists.

    The file's name and time are None where the actor may not see the register itself.
    """

    operator: str
    operator_id: uuid.UUID
    register_id: uuid.UUID
    file_name: str | None
    loaded_at: datetime | None
    sites: int


@dataclass(frozen=True, slots=True)
class KeptRegister:
    """A register as it was loaded; ``totals`` are those of its loading."""

    id: uuid.UUID
    crs: str
    totals: Mapping[str, object]
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """The file of a register, and how it was asked to be read."""

    name: str
    sha256: str
    content: bytes
    reading: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ListedBefore:
    """A station of a new register that one in force lists already."""

    operator_id: uuid.UUID
    site_code: str
    latitude: float
    longitude: float


def lock(connection: Connection) -> None:
    """Let no other register be loaded until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 2)"))


def same_register(connection: Connection, file: RegisterFile) -> KeptRegister | None:
    """Return the register that the actor loaded from the same file in the same way, if in force."""
    row = connection.execute(
        query("towers", "same_register"),
        {"sha256": file.sha256, "reading": json.dumps(file.reading)},
    ).first()
    return None if row is None else KeptRegister(row.id, row.crs, row.totals, row.loaded_at)


def standing(connection: Connection, operators: Sequence[uuid.UUID]) -> list[StandingRegister]:
    """Return what registers in force list of these operators."""
    rows = connection.execute(query("towers", "standing"), {"operators": list(operators)})
    return [StandingRegister(**row._mapping) for row in rows]  # noqa: SLF001 - the documented name


@dataclass(frozen=True, slots=True)
class LoadedRegister:
    """What a register in force lists of one operator.

    The file's name and time are None where the actor may not see the register itself.
    """

    operator_id: uuid.UUID
    operator: str
    register_id: uuid.UUID
    file_name: str | None
    loaded_at: datetime | None
    sites: int
    stations: int
    planned: int
    technologies: Mapping[Technology, int]


def loads(connection: Connection) -> list[LoadedRegister]:
    """Return the registers in force that the actor sees, by operator."""
    rows = connection.execute(query("towers", "loads"))
    return [
        LoadedRegister(
            row.operator_id, row.operator, row.register_id, row.file_name, row.loaded_at,
            row.sites, row.stations, row.planned,
            dict(zip(Technology, (row.g2, row.g3, row.g4, row.g5), strict=True)),
        )
        for row in rows
    ]  # fmt: skip


def stations_in_force(
    connection: Connection, operators: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Station]]:
    """Return every station that registers in force list of these operators."""
    found: dict[uuid.UUID, list[Station]] = {operator_id: [] for operator_id in operators}
    rows = connection.execute(query("towers", "stations_in_force"), {"operators": list(operators)})
    for row in rows:
        technologies = tuple(map(Technology, row.technologies))
        station = Station(row.code, row.latitude, row.longitude, technologies, row.on_air)
        found[row.operator_id].append(station)
    return found


def replace(connection: Connection, operators: Sequence[uuid.UUID]) -> None:
    """Take the equipment of these operators, and the sites it leaves empty, out of force.

    A staged site that stands where one of them stood takes over its id.
    """
    connection.execute(query("towers", "remember_sites"), {"operators": list(operators)})
    connection.execute(query("towers", "remove_equipment"), {"operators": list(operators)})
    connection.execute(query("towers", "keep_site_ids"))


def stage(
    connection: Connection, sites: Sequence[Site], operators: Mapping[str, uuid.UUID]
) -> None:
    """Bring sites and their equipment into temporary tables of this transaction."""
    connection.execute(query("towers", "stage_sites"))
    connection.execute(query("towers", "stage_equipment"))
    columns = "ordinal, shared_code, longitude, latitude"
    copy_lines(
        connection,
        f"COPY staged_site ({columns}) FROM STDIN",
        (
            f"{ordinal}\t{text_field(site.shared_code)}\t{site.longitude!r}\t{site.latitude!r}"
            for ordinal, site in enumerate(sites)
        ),
    )
    copy_lines(
        connection,
        "COPY staged_equipment FROM STDIN",
        (
            _line(ordinal, entry, operators[entry.operator])
            for ordinal, site in enumerate(sites)
            for entry in site.equipment
        ),
    )


def listed_before(connection: Connection, width_m: float) -> list[ListedBefore]:
    """Return the staged stations that their operator has in force already."""
    rows = connection.execute(query("towers", "listed_before"), {"width_m": width_m})
    return [ListedBefore(**row._mapping) for row in rows]  # noqa: SLF001 - the documented name


def keep(
    connection: Connection,
    loader: uuid.UUID,
    file: RegisterFile,
    crs: str,
    totals: Mapping[str, object],
) -> uuid.UUID:
    """Keep a register with its raw file, and the staged sites and equipment as its own."""
    register_id: uuid.UUID = connection.execute(
        insert(register)
        .values(
            organisation_id=loader,
            file_name=file.name,
            sha256=file.sha256,
            raw=file.content,
            crs=crs,
            reading=dict(file.reading),
            totals=dict(totals),
        )
        .returning(register.c.id)
    ).scalar_one()
    connection.execute(query("towers", "add_sites"), {"register_id": register_id})
    connection.execute(query("towers", "add_equipment"))
    return register_id


def _line(ordinal: int, entry: Equipment, operator_id: uuid.UUID) -> str:
    """One line of COPY's text form."""
    technologies = ",".join(entry.technologies)
    bands = ",".join(map(str, entry.bands_mhz))
    return (
        f"{ordinal}\t{operator_id}\t{text_field(entry.site_code)}\t{{{technologies}}}\t{{{bands}}}"
        f"\t{field(entry.antenna_height_m)}\t{field(entry.on_air)}\t{field(entry.shareable)}"
        f"\t{entry.longitude!r}\t{entry.latitude!r}"
    )
