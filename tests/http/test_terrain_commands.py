"""`phusong terrain`: exit status, words and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from api.command_line import run
from coverage.storage.sessions import Database
from tests.rasters import of_degrees


@pytest.fixture(autouse=True)
def _own_folder(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PHUSONG_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", database.url)


def hilly(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return 500 + 100 * np.sin(lon * 300) + 0 * lat


def test_load_list_remove(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raster = of_degrees(tmp_path / "dem.tif", 104.0, 22.0, 0.05, 0.001, hilly)
    out = tmp_path / "out.json"
    assert run(["terrain", "list"]) == 0
    assert "Chưa nạp" in capsys.readouterr().out
    assert run(["terrain", "load", str(raster), "--json", str(out)]) == 0
    answer = json.loads(out.read_text())
    assert answer["status"] == "loaded"
    assert answer["terrain"]["units"] == "m"
    assert [found["rule"] for found in answer["findings"]] == [
        "terrain.units_assumed",
        "terrain.coarse",
    ]
    assert run(["terrain", "load", str(raster)]) == 0
    assert "không có gì thay đổi" in capsys.readouterr().out
    assert run(["terrain", "list"]) == 0
    terrain_id = answer["terrain"]["id"]
    assert terrain_id in capsys.readouterr().out
    assert run(["terrain", "remove", terrain_id]) == 0
    assert run(["terrain", "remove", terrain_id]) == 1


def test_feet_without_a_word_are_refused_with_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raster = of_degrees(
        tmp_path / "ft.tif", 104.0, 22.0, 0.05, 0.0005, lambda lon, lat: 20 * hilly(lon, lat) / 1.2
    )
    out = tmp_path / "out.json"
    assert run(["terrain", "load", str(raster), "--json", str(out)]) == 1
    assert "--units ft" in capsys.readouterr().err
    assert json.loads(out.read_text())["findings"][0]["rule"] == "terrain.units_unknown"
    assert run(["terrain", "load", str(raster), "--units", "ft"]) == 0
