"""Terrain: loading heights of the ground, and asking whether it hides a mast."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from coverage.coordinates import Extent
from coverage.errors import InputRefused
from coverage.findings import Finding, finding
from coverage.intake.document import Limits
from coverage.intake.terrain import LIMITS, Ground, Heights, examine, profiles
from coverage.people import Act, Actor
from coverage.storage import audit
from coverage.storage import terrain as stored
from coverage.storage.criteria import setting_in_force
from coverage.storage.sessions import Database
from coverage.storage.terrain import TerrainFile
from coverage.terrain import Line, Paths, Sights, look, paths, spacing

FOLDER = "terrain"  # below the program's var
_POINTS_AT_ONCE = 8_000_000
_CELL_DEGREES = 0.1  # lines are read in the order of cells, so that a file's parts are read once


@dataclass(frozen=True, slots=True)
class TerrainLoad:
    """What came of a load. ``changed`` is False when the same file was loaded already."""

    file: TerrainFile
    crs_name: str
    findings: tuple[Finding, ...]
    changed: bool


def load_terrain(
    database: Database,
    actor: Actor,
    source: Path,
    var: Path,
    day: date,
    *,
    units: str | None = None,
    limits: Limits = LIMITS,
) -> TerrainLoad:
    """Examine a GeoTIFF of heights and keep a copy of it below ``var``: all of it, or nothing.

    Raises:
        NotAllowed: the role may not load terrain.
        InputRefused: with findings of the family terrain.
    """
    actor.must(Act.LOAD_TERRAIN)
    if not source.is_file():
        raise InputRefused([finding("terrain.unreadable", name=source.name)], file=source.name)
    passing, sha256 = stored.copy_in(source, var / FOLDER)
    try:
        with database.transaction(actor) as connection:
            stored.lock(connection)
            same = [file for file in stored.loaded(connection) if file.sha256 == sha256]
            if same and (units is None or units == same[0].units):
                return TerrainLoad(same[0], same[0].crs, (), changed=False)
            if same:
                told = finding("terrain.units_stand", name=source.name, units=same[0].units)
                raise InputRefused([told], file=source.name)
            country = Extent(**setting_in_force(connection, "country_extent", day))
            ground = examine(passing, source.name, country, units, limits)
            kept = _keep(connection, actor, source.name, sha256, ground)
            stored.settle(passing, kept.path)
            audit.append(
                connection, "terrain.loaded", str(kept.id),
                {"file": source.name, "sha256": sha256, "crs": ground.crs_name,
                 "units": ground.units, "resolution_m": round(ground.resolution_m, 2)},
            )  # fmt: skip
    finally:
        passing.unlink(missing_ok=True)
    return TerrainLoad(kept, ground.crs_name, ground.findings, changed=True)


def _keep(
    connection: Connection, actor: Actor, name: str, sha256: str, ground: Ground
) -> TerrainFile:
    facts: dict[str, object] = {
        "file_name": name, "path": f"{sha256}.tif", "sha256": sha256, "crs": ground.crs,
        "units": ground.units, "resolution_m": ground.resolution_m,
        "lowest_m": ground.lowest_m, "highest_m": ground.highest_m,
    }  # fmt: skip
    made = stored.keep(connection, facts, ground.outline, actor.name)
    return next(file for file in stored.loaded(connection) if file.id == made)


def list_terrain(database: Database, actor: Actor) -> list[TerrainFile]:
    """Return the files that are loaded and that the actor may see, the finest first."""
    with database.transaction(actor) as connection:
        return stored.loaded(connection)


def remove_terrain(
    database: Database, actor: Actor, terrain_id: uuid.UUID, var: Path
) -> TerrainFile:
    """Take a file out of use and off the disk; verdicts that used it stand until the next.

    Raises:
        NotAllowed: the role may not load terrain.
        NotFound: no such file is loaded.
    """
    actor.must(Act.LOAD_TERRAIN)
    with database.transaction(actor) as connection:
        stored.lock(connection)
        removed = stored.remove(connection, terrain_id)
        audit.append(
            connection, "terrain.removed", str(terrain_id),
            {"file": removed.file_name, "sha256": removed.sha256},
        )  # fmt: skip
    (var / FOLDER / removed.path).unlink(missing_ok=True)
    return removed


def is_loaded(connection: Connection) -> bool:
    """Tell whether any terrain is loaded."""
    return bool(stored.loaded(connection))


def sight(
    connection: Connection, var: Path, lines: Sequence[Line], day: date | None = None
) -> list[bool | None]:
    """Tell for each line whether the village sees the mast; None where the ground is not known.

    Raises:
        InputRefused: a loaded file is gone from the disk or can no longer be read.
    """
    return look_along(connection, var, lines, day).answers()


def look_along(
    connection: Connection, var: Path, lines: Sequence[Line], day: date | None = None
) -> Sights:
    """As :func:`sight`, with the clearance at the worst point of each line.

    The register's antenna heights are used where it states them, else the setting's assumption.
    """
    files = _files(connection, var)
    count = len(lines)
    sights = Sights(
        np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_),
        np.full(count, np.nan), np.full(count, np.nan),
    )  # fmt: skip
    if not files or not lines:
        return sights
    receiver_m = float(setting_in_force(connection, "receiver_height_m", day))
    assumed_m = float(setting_in_force(connection, "assumed_antenna_height_m", day))
    spacing_m = spacing(min(file.resolution_m for file in files))
    for some, taken in _portions(lines, spacing_m):
        antenna = np.array(
            [assumed_m if (height := lines[at].antenna_height_m) is None else height for at in some]
        )
        part = look(profiles(files, taken), taken, antenna, receiver_m)
        for whole, found in (
            (sights.known, part.known), (sights.clear, part.clear),
            (sights.clearance_m, part.clearance_m), (sights.worst_at_m, part.worst_at_m),
        ):  # fmt: skip
            whole[some] = found
    return sights


def _files(connection: Connection, var: Path) -> list[Heights]:
    files = []
    for file in stored.loaded(connection):
        path = var / FOLDER / file.path
        if not path.is_file():
            told = finding("terrain.file_missing", name=file.file_name)
            raise InputRefused([told], file=file.file_name)
        files.append(Heights(path, file.crs, file.units, file.resolution_m, file.extent))
    return files


def _portions(
    lines: Sequence[Line], spacing_m: float
) -> Iterator[tuple[np.typing.NDArray[np.intp], Paths]]:
    """Lines near one another, as many as memory bears, each with where to read the ground."""
    ends = np.array(
        [(each.latitude, each.longitude, each.site_latitude, each.site_longitude) for each in lines]
    )
    cells = np.floor(ends[:, :2] / _CELL_DEGREES)
    order = np.lexsort((cells[:, 1], cells[:, 0]))
    ends = ends[order]
    every = paths((ends[:, 0], ends[:, 2]), (ends[:, 1], ends[:, 3]), spacing_m)
    portion = np.cumsum(every.counts) // _POINTS_AT_ONCE
    for number in range(int(portion[-1]) + 1):
        here = np.flatnonzero(portion == number)
        if len(here):
            yield (
                order[here],
                Paths(
                    every.longitudes[here], every.latitudes[here],
                    every.lengths_m[here], every.counts[here],
                ),
            )  # fmt: skip
