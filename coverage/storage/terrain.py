"""Terrain files: which are loaded, where they lie on the disk and over the country."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, func, insert, select, text, update

from coverage.coordinates import Extent
from coverage.errors import NotFound
from coverage.storage.tables.service_areas import terrain

_EDGES = {"west": "XMin", "south": "YMin", "east": "XMax", "north": "YMax"}
_COPIED_AT_ONCE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TerrainFile:
    """A loaded file; ``path`` is relative to the store's folder, heights are metres."""

    id: uuid.UUID
    file_name: str
    path: str
    sha256: str
    crs: str
    units: str
    resolution_m: float
    lowest_m: float
    highest_m: float
    extent: Extent
    loaded_by: str
    loaded_at: datetime


def lock(connection: Connection) -> None:
    """Let no other terrain be loaded or removed until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(452, 7)"))


def loaded(connection: Connection) -> list[TerrainFile]:
    """Return what is loaded, the finest first; among equals the newest."""
    edges = [
        getattr(func, f"ST_{edge}")(terrain.c.extent).label(side) for side, edge in _EDGES.items()
    ]
    rows = connection.execute(
        select(terrain, *edges)
        .where(terrain.c.removed_at.is_(None))
        .order_by(terrain.c.resolution_m, terrain.c.loaded_at.desc(), terrain.c.id)
    )
    return [
        TerrainFile(
            row.id, row.file_name, row.path, row.sha256, row.crs, row.units, row.resolution_m,
            row.lowest_m, row.highest_m, Extent(row.south, row.west, row.north, row.east), row.loaded_by, row.loaded_at,
        )
        for row in rows
    ]  # fmt: skip


def keep(
    connection: Connection,
    facts: dict[str, object],
    outline: Sequence[tuple[float, float]],
    loaded_by: str,
) -> uuid.UUID:
    """Add a file; ``facts`` are its columns but the extent, the id and the time."""
    ring = ", ".join(f"{lon} {lat}" for lon, lat in outline)
    extent = func.ST_GeomFromText(f"POLYGON(({ring}))", 4326)
    made: uuid.UUID = connection.execute(
        insert(terrain).values(**facts, extent=extent, loaded_by=loaded_by).returning(terrain.c.id)
    ).scalar_one()
    return made


def remove(connection: Connection, terrain_id: uuid.UUID) -> TerrainFile:
    """Take a file out of use; its row stays.

    Raises:
        NotFound: no such file is loaded.
    """
    for file in loaded(connection):
        if file.id == terrain_id:
            connection.execute(
                update(terrain).where(terrain.c.id == terrain_id).values(removed_at=func.now())
            )
            return file
    raise NotFound("terrain", terrain_id)


def copy_in(source: Path, folder: Path) -> tuple[Path, str]:
    """Copy a file into the store under a passing name; return that path and the SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    passing = folder / f".{uuid.uuid4().hex}.part"
    digest = hashlib.sha256()
    try:
        with source.open("rb") as read, passing.open("xb") as written:
            while part := read.read(_COPIED_AT_ONCE):
                digest.update(part)
                written.write(part)
            _sync(written)
    except BaseException:
        passing.unlink(missing_ok=True)
        raise
    return passing, digest.hexdigest()


def settle(passing: Path, name: str) -> None:
    """Give a copied file its final name, at once and durably."""
    passing.replace(passing.with_name(name))
    folder = os.open(passing.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sync(written: BinaryIO) -> None:
    written.flush()
    os.fsync(written.fileno())
