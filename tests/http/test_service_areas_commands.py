"""``phusong service-areas``: what it prints, writes, and exits with."""

import json

import pytest

from tests.maps_of_areas import BOX, a_map, on_grid


@pytest.fixture
def map_file(tmp_path):
    path = tmp_path / "vung_4G.gpkg"
    path.write_bytes(a_map(tmp_path, [BOX], layer="phu"))
    return path


def test_a_map_is_checked_loaded_and_listed(phusong, map_file, tmp_path):
    answer = tmp_path / "answer.json"
    status, told, _ = phusong(
        "service-areas", "check", map_file, "--operator", "vtl", "--json", answer
    )
    assert status == 0
    assert "468,3 km²" in told
    read = json.loads(answer.read_text(encoding="utf-8"))
    assert (read["status"], read["operator"]) == ("checked", "Viettel")
    assert phusong("service-areas", "list")[1].startswith("Chưa nạp")
    arguments = ("service-areas", "load", map_file, "--operator", "Viettel",
                 "--published", "2026-10-01", "--json", answer)  # fmt: skip
    status, told, _ = phusong(*arguments)
    assert status == 0
    assert json.loads(answer.read_text(encoding="utf-8"))["status"] == "loaded"
    assert "không có gì thay đổi" in phusong(*arguments)[1]
    assert json.loads(answer.read_text(encoding="utf-8"))["status"] == "unchanged"
    status, told, _ = phusong("service-areas", "list", "--json", answer)
    assert "Viettel 4G: vung_4G.gpkg, 468,3 km²" in told
    assert "công bố 01/10/2026" in told
    [listed] = json.loads(answer.read_text(encoding="utf-8"))
    assert listed["replaced_at"] is None


def test_a_refused_map_writes_its_json_all_the_same(phusong, tmp_path):
    path, answer = tmp_path / "vung.gpkg", tmp_path / "answer.json"
    path.write_bytes(a_map(tmp_path, [on_grid(BOX, 5899)], None, layer="phu"))
    status, _, told = phusong("service-areas", "load", path, "--operator", "Viettel",
                              "--technology", "4G", "--json", answer)  # fmt: skip
    assert status == 1
    assert "--crs EPSG" in told
    read = json.loads(answer.read_text(encoding="utf-8"))
    assert read["status"] == "refused"
    assert read["findings"][-1]["rule"] == "service_area.crs_missing"
    status, _, _ = phusong("service-areas", "load", path, "--operator", "Viettel",
                           "--technology", "4G", "--crs", "EPSG:5899")  # fmt: skip
    assert status == 0


def test_wrong_usage_is_two(phusong, map_file):
    assert phusong("service-areas", "load", map_file)[0] == 2
    arguments = ("service-areas", "load", map_file, "--operator", "Viettel")
    assert phusong(*arguments, "--technology", "6G")[0] == 2
    assert phusong(*arguments, "--published", "hôm qua")[0] == 2
    assert phusong("service-areas", "load", map_file, "--operator", "Viettal")[0] == 1
