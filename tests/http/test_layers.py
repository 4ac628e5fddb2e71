"""Ground layers through every door: the command line, the API and the page."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import shapely

from api.command_line import run
from coverage.actions import layers
from coverage.people import Role
from tests.http.stored import a_zone
from tests.maps_of_areas import a_map, on_grid

pytestmark = pytest.mark.usefixtures("one_commune")

ROAD = shapely.LineString([(105.1, 18.5), (105.2, 18.6)])
LAYERS = "/api/v1/layers"


@pytest.fixture
def phusong(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)
    return lambda *arguments: run(["layers", *map(str, arguments)])


@pytest.fixture
def roads(tmp_path):
    path = tmp_path / "giao_thong.gpkg"
    path.write_bytes(a_map(tmp_path, [ROAD], layer="giao_thong"))
    return path


def test_a_layer_is_checked_loaded_listed_and_removed(phusong, roads, tmp_path, capsys):
    answer = tmp_path / "answer.json"
    load = ("load", roads, "--kind", "road", "--source", "OSM 2026", "--json", answer)
    assert phusong("check", roads, "--kind", "road", "--json", answer) == 0
    assert json.loads(answer.read_text(encoding="utf-8"))["status"] == "checked"
    assert phusong("list") == 0
    assert "Đường giao thông (road): chưa nạp" in capsys.readouterr().out
    assert phusong(*load) == 0
    told = json.loads(answer.read_text(encoding="utf-8"))
    assert (told["status"], told["layer"]["features"], told["layer"]["source"]) == (
        "loaded", 1, "OSM 2026",
    )  # fmt: skip
    assert phusong(*load) == 0
    assert json.loads(answer.read_text(encoding="utf-8"))["status"] == "unchanged"
    capsys.readouterr()
    assert phusong("list", "--json", answer) == 0
    assert "Đường giao thông (road): giao_thong.gpkg, 1 đối tượng, 15 km" in capsys.readouterr().out
    assert phusong("remove", "road") == 0
    assert phusong("remove", "road") == 1
    assert "lớp nền" in capsys.readouterr().err


def test_a_refused_layer_writes_its_json_and_changes_nothing(phusong, roads, tmp_path, capsys):
    assert phusong("load", roads, "--kind", "road") == 0
    path, answer = tmp_path / "khac.gpkg", tmp_path / "answer.json"
    path.write_bytes(a_map(tmp_path, [on_grid(ROAD, 9209)], None, layer="khac"))
    assert phusong("load", path, "--kind", "road", "--json", answer) == 1
    told = json.loads(answer.read_text(encoding="utf-8"))
    assert told["status"] == "refused"
    assert told["findings"][-1]["rule"] == "layer.crs_missing"
    assert "--crs EPSG" in capsys.readouterr().err
    assert phusong("list", "--json", answer) == 0
    assert json.loads(answer.read_text(encoding="utf-8"))[0]["file"] == "giao_thong.gpkg"
    assert phusong("load", path, "--kind", "road", "--crs", "EPSG:9209") == 0
    assert phusong("load", path) == 2
    assert phusong("load", path, "--kind", "river") == 2
    assert phusong("load", tmp_path / "khong_co.gpkg", "--kind", "road") == 1


def test_layers_over_the_api(  # noqa: PLR0917 - each is a fixture
    database, authority, officer, operator, program, roads, app
):
    a_zone(database, officer, queue="fund", queue_reason="Nghị định thử")
    sent = {"file": ("giao_thong.gpkg", roads.read_bytes())}
    planner = program(authority, Role.PLANNER)
    described = app.openapi()

    def fits(told, name):
        schema = described["components"]["schemas"][name]
        jsonschema.validate(told, {**schema, "components": described["components"]})
        return told

    checked = planner.post(f"{LAYERS}/check?kind=road", files=sent)
    assert checked.status_code == 200, checked.text
    assert fits(checked.json(), "LayerChecked")["zones"]["count"] == 1
    assert fits(planner.get(LAYERS).json(), "LayerList")["standing"]["road"] is None
    loaded = planner.post(f"{LAYERS}?kind=road&source=OSM", files=sent)
    assert loaded.status_code == 201, loaded.text
    kept = fits(loaded.json(), "LayerLoaded")["layer"]
    assert planner.post(f"{LAYERS}?kind=road&source=OSM", files=sent).status_code == 200
    assert planner.get(f"{LAYERS}/{kept['id']}/file").content == roads.read_bytes()
    refused = planner.post(
        f"{LAYERS}?kind=school", files=sent, headers={"Accept-Language": "en"}
    ).json()
    assert refused["findings"][-1]["message"].startswith("“giao_thong.gpkg” has no points")
    for other in (program(officer), program(operator("Viettel"))):
        assert other.post(f"{LAYERS}?kind=road", files=sent).status_code == 403
        assert other.get(LAYERS).json()["standing"]["road"] is None
        assert other.get(f"{LAYERS}/{kept['id']}/file").status_code == 404
        assert other.delete(f"{LAYERS}/road").status_code == 403
    assert (
        program(authority, Role.REVIEWER).post(f"{LAYERS}?kind=road", files=sent).status_code == 403
    )
    assert planner.delete(f"{LAYERS}/road").status_code == 200
    assert planner.delete(f"{LAYERS}/road").status_code == 404


@pytest.mark.usefixtures("zone")
def test_a_planner_loads_a_layer_on_the_page(database, authority, signed_in, roads):
    planner = signed_in(authority, Role.PLANNER)
    assert "Chưa nạp" in planner.get("/layers").text
    sent = {"file": ("giao_thong.gpkg", roads.read_bytes())}
    checked = planner.fill("/layers/check", files=sent, kind="road", source="OSM", crs="", layer="")
    assert checked.status_code == 200
    assert "Nếu nạp, sẽ thay đổi gì" in checked.text
    assert layers.list_layers(database, authority) == []
    action = re.search(r'action="(/layers/pending/[^"]+/load)"', checked.text)[1]
    loaded = planner.fill(action)
    assert "Đã nạp lớp: Đường giao thông." in loaded.text
    [kept] = layers.list_layers(database, authority)
    assert (kept.source, kept.features) == ("OSM", 1)
    assert planner.get(f"/layers/files/{kept.id}").content == roads.read_bytes()
    refused = planner.fill("/layers/check", files=sent, kind="school", source="", crs="", layer="")
    assert refused.status_code == 422
    assert "không có điểm nào" in refused.text
    assert "Đã thôi dùng lớp" in planner.fill("/layers/road/remove").text


def test_who_may_see_the_page(signed_in, authority, officer, operator, auditor):
    assert signed_in(authority, Role.REVIEWER).get("/layers").status_code == 200
    told = signed_in(auditor).get("/layers")
    assert told.status_code == 200
    assert "Kiểm tra lớp" not in told.text
    for other in (officer, operator("Viettel")):
        assert signed_in(other).get("/layers").status_code == 403
