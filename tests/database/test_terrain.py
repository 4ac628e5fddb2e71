"""Loading terrain into the store, asking it, and taking it out again."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from coverage.actions.terrain import (
    FOLDER,
    list_terrain,
    load_terrain,
    look_along,
    remove_terrain,
    sight,
)
from coverage.errors import InputRefused, NotAllowed, NotFound
from coverage.people import Actor
from coverage.storage import audit
from coverage.storage.sessions import Database
from coverage.terrain import Line
from tests.rasters import of_degrees

DAY = date(2026, 11, 23)
BEHIND = Line(22.05, 104.03, 22.05, 104.07)
BESIDE = Line(22.03, 104.01, 22.07, 104.03, 25.0)
FAR = Line(15.0, 108.0, 15.0, 108.02)


def ridge(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return 10 + 190 * np.exp(-(((lon - 104.05) / 0.002) ** 2)) + 0 * lat


@pytest.fixture
def raster(tmp_path: Path) -> Path:
    return of_degrees(tmp_path / "núi.tif", 104.0, 22.0, 0.1, 0.0003, ridge, unit="m")


def test_a_loaded_file_answers_until_it_is_removed(
    database: Database, authority: Actor, tmp_path: Path, raster: Path
) -> None:
    var = tmp_path / "var"
    with database.transaction(authority) as connection:
        assert sight(connection, var, [BEHIND, BESIDE, FAR]) == [None, None, None]
    done = load_terrain(database, authority, raster, var, DAY)
    assert done.changed
    assert done.file.path == f"{done.file.sha256}.tif"
    assert (var / FOLDER / done.file.path).read_bytes() == raster.read_bytes()
    with database.transaction(authority) as connection:
        assert sight(connection, var, [FAR, BEHIND, BESIDE]) == [None, False, True]
        assert sight(connection, var, []) == []
    assert [file.file_name for file in list_terrain(database, authority)] == ["núi.tif"]
    again = load_terrain(database, authority, raster, var, DAY)
    assert not again.changed
    with pytest.raises(InputRefused) as refused:
        load_terrain(database, authority, raster, var, DAY, units="ft")
    assert refused.value.findings[0].rule == "terrain.units_stand"
    remove_terrain(database, authority, done.file.id, var)
    assert list(var.joinpath(FOLDER).iterdir()) == []
    with database.transaction(authority) as connection:
        assert sight(connection, var, [BEHIND]) == [None]
        acts = [entry.act for entry in audit.entries(connection)]
    assert [act for act in acts if act.startswith("terrain.")] == [
        "terrain.loaded", "terrain.removed",
    ]  # fmt: skip
    with pytest.raises(NotFound):
        remove_terrain(database, authority, uuid.uuid4(), var)


def test_the_registers_antenna_height_is_used_where_it_states_one(
    database: Database, authority: Actor, tmp_path: Path, raster: Path
) -> None:
    load_terrain(database, authority, raster, tmp_path, DAY)
    higher, tall = (Line(22.05, 104.03, 22.05, 104.07, height) for height in (200.0, 600.0))
    with database.transaction(authority) as connection:
        found = look_along(connection, tmp_path, [BEHIND, higher, tall], DAY)
    assert found.answers() == [False, False, True]
    # In the middle a mast higher by 160 m lifts the ray by half of that.
    assert found.clearance_m[1] - found.clearance_m[0] == pytest.approx(80, abs=2)


def test_a_refused_file_leaves_nothing(
    database: Database, authority: Actor, tmp_path: Path
) -> None:
    flat = of_degrees(
        tmp_path / "flat.tif", 104.0, 22.0, 0.02, 0.001, lambda lon, lat: 0 * lon * lat
    )
    with pytest.raises(InputRefused):
        load_terrain(database, authority, flat, tmp_path, DAY)
    assert list((tmp_path / FOLDER).iterdir()) == []
    assert list_terrain(database, authority) == []
    with pytest.raises(InputRefused):
        load_terrain(database, authority, tmp_path / "nothing.tif", tmp_path, DAY)


def test_a_file_gone_from_the_disk_is_told_not_passed_over(
    database: Database, authority: Actor, tmp_path: Path, raster: Path
) -> None:
    done = load_terrain(database, authority, raster, tmp_path, DAY)
    (tmp_path / FOLDER / done.file.path).unlink()
    with (
        database.transaction(authority) as connection,
        pytest.raises(InputRefused, match="file_missing"),
    ):
        sight(connection, tmp_path, [BEHIND])


def test_terrain_is_the_authoritys(
    database: Database, authority: Actor, province, operator, raster: Path
) -> None:
    var = raster.parent
    load_terrain(database, authority, raster, var, DAY)
    for actor in (province("42"), operator("Viettel")):
        with pytest.raises(NotAllowed):
            load_terrain(database, actor, raster, var, DAY)
        assert list_terrain(database, actor) == []
