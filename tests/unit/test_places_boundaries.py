"""Files of boundaries: what is read, and one clear sentence for each that cannot be."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point
from shapely.geometry import mapping

from coverage.coordinates import to_vn2000
from coverage.errors import InputRefused
from coverage.intake.boundaries import read_boundaries, with_points
from coverage.places import Level
from tests.small_country import communes, square


def frame(crs="EPSG:4326", **columns):
    units = communes()
    content = {
        "code": [unit.code for unit in units],
        "name": [unit.name for unit in units],
        "full_name": [unit.full_name for unit in units],
        "province_code": [unit.province_code for unit in units],
        "area_km2": [113.5] * len(units),
    } | columns
    kept = {name: column for name, column in content.items() if column is not None}
    return gpd.GeoDataFrame(kept, geometry=[unit.area for unit in units], crs=crs)


def refused(path, level=Level.COMMUNE):
    with pytest.raises(InputRefused) as refusal:
        read_boundaries(path, level)
    return [found.rule.removeprefix("place.") for found in refusal.value.findings]


def same_areas(units, tolerance=1e-6):
    for unit, known in zip(units, communes(), strict=True):
        assert unit.code == known.code
        assert unit.area.symmetric_difference(known.area).area < tolerance


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson"])
def test_a_geopackage_and_a_geojson(tmp_path, name):
    frame().to_file(tmp_path / name)
    units = read_boundaries(tmp_path / name, Level.COMMUNE)
    same_areas(units)
    first = units[0]
    assert (first.name, first.full_name, first.province_code, first.area_km2) == (
        "Tân An", "Xã Tân An", "15", 113.5
    )  # fmt: skip
    assert first.name_en == "Tan An"
    assert all(unit.area.covers(Point(unit.point)) for unit in with_points(units))


def test_vietnamese_columns_numbers_for_codes_and_no_full_name(tmp_path):
    units = communes()
    file = tmp_path / "a.gpkg"
    gpd.GeoDataFrame(
        {"Mã xã": [int(unit.code) for unit in units], "Tên": [unit.full_name for unit in units],
         "ma_tinh": [int(unit.province_code) for unit in units],
         "Diện tích": [1.5 for _ in units]},
        geometry=[unit.area for unit in units], crs="EPSG:4326",
    ).to_file(file)  # fmt: skip
    found = read_boundaries(file, Level.COMMUNE)[0]
    assert (found.code, found.name, found.full_name, found.province_code, found.area_km2) == (
        "00001", "Tân An", "Xã Tân An", "15", 1.5
    )  # fmt: skip


@pytest.mark.parametrize("epsg", [9210, 3405, 32648, 3857, 4756])
def test_any_stated_system_becomes_wgs84(tmp_path, epsg):
    if epsg in {9210, 3405, 4756}:  # not through PROJ's own choice of datum shift
        plain = frame(crs=None)
        carry = {4756: lambda x, y: (x - 0.00190, y + 0.00094)}.get(
            epsg, lambda x, y: to_vn2000(epsg, x, y)
        )
        shapes = [MultiPolygon([geometry.geoms[0]]) for geometry in plain.geometry]
        plain.geometry = [
            shapely.transform(shape, lambda xy: np.column_stack(carry(xy[:, 0], xy[:, 1])))
            for shape in shapes
        ]
        content = plain.set_crs(epsg)
    else:
        content = frame().to_crs(epsg)
    content.to_file(tmp_path / "a.gpkg")
    tolerance = 1e-4 if epsg == 4756 else 1e-6
    same_areas(read_boundaries(tmp_path / "a.gpkg", Level.COMMUNE), tolerance)


def one_file(folder, unit):
    folder.mkdir(parents=True, exist_ok=True)
    feature = {
        "type": "Feature", "id": unit.code, "geometry": mapping(unit.area),
        "properties": {"code": unit.code, "name": unit.name, "nameEn": "Plain",
                       "fullName": unit.full_name, "areaKm2": 2.68},
    }  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (folder / f"{unit.code}_x.geojson").write_text(text, encoding="utf-8")


def test_a_folder_of_one_file_per_unit_in_the_public_sources_layout(tmp_path):
    for unit in communes():
        one_file(tmp_path / f"{unit.province_code}_tinh" / "wards", unit)
    province = communes()[0]
    one_file(tmp_path / "15_tinh", type(province)(
        Level.PROVINCE, "15", "Lào Cai", "Tỉnh Lào Cai", "15", area=square(104.0, 22.0, 0.2)
    ))  # fmt: skip
    found = read_boundaries(tmp_path, Level.COMMUNE)
    same_areas(found)
    assert [unit.province_code for unit in found] == ["15"] * 4 + ["10"] * 4
    assert found[0].name_en == "Plain"
    provinces = read_boundaries(tmp_path, Level.PROVINCE)
    assert [(unit.code, unit.full_name) for unit in provinces] == [("15", "Tỉnh Lào Cai")]


def test_polygons_without_a_system_are_refused(tmp_path):
    with pytest.warns(UserWarning, match="crs"):
        frame(crs=None).to_file(tmp_path / "a.gpkg")
    assert refused(tmp_path / "a.gpkg") == ["no_crs"]


def test_a_geojson_in_metres_that_states_no_system_is_refused(tmp_path):
    file = tmp_path / "a.geojson"
    frame().to_crs(32648).to_file(file, engine="pyogrio")
    content = json.loads(file.read_text())
    content.pop("crs")
    file.write_text(json.dumps(content))
    assert refused(file) == ["no_crs"]
    frame().to_file(file)
    content = json.loads(file.read_text())
    content.pop("crs", None)
    file.write_text(json.dumps(content))
    same_areas(read_boundaries(file, Level.COMMUNE))  # RFC 7946: WGS 84


def test_a_truncated_geopackage_is_refused(tmp_path):
    file = tmp_path / "a.gpkg"
    frame().to_file(file)
    content = file.read_bytes()
    for share in (0.5, 0.9):
        file.write_bytes(content[: int(len(content) * share)])
        assert refused(file) == ["damaged"]


def test_a_damaged_page_never_loses_a_unit_in_silence(tmp_path):
    file = tmp_path / "a.gpkg"
    frame().to_file(file)
    content = file.read_bytes()
    page = int.from_bytes(content[16:18], "big")
    refusals = 0
    for start in range(page, len(content), page):
        file.write_bytes(content[:start] + bytes(page) + content[start + page :])
        try:
            same_areas(read_boundaries(file, Level.COMMUNE))
        except InputRefused:
            refusals += 1
    assert refusals > 10


def test_a_truncated_geojson_is_refused(tmp_path):
    file = tmp_path / "a.geojson"
    frame().to_file(file)
    file.write_text(file.read_text()[:-200])
    assert refused(file) == ["damaged"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.gpkg", b""), ("a.gpkg", b"PK\x03\x04 not a database"), ("a.csv", b"code,name\n1,2\n"),
     ("a.geojson", b"<html></html>"), ("a.geojson", b"[1, 2, 3]")],
)  # fmt: skip
def test_another_kind_of_file_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name) == ["unreadable"]


def test_what_is_not_there_is_refused(tmp_path):
    assert refused(tmp_path / "none.gpkg") == ["unreadable"]
    assert refused(tmp_path) == ["unreadable"]  # an empty folder
    one_file(tmp_path, communes()[0])
    assert refused(tmp_path, Level.PROVINCE) == ["unreadable"]  # communes only


def test_a_database_that_is_no_geopackage_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as opened:
        opened.execute("CREATE TABLE code (name TEXT)")
        opened.commit()
    assert refused(tmp_path / "a.gpkg")[0] in {"damaged", "no_polygons"}


def test_json_without_features_is_refused(tmp_path):
    (tmp_path / "a.geojson").write_text('{"code": 1}')
    assert refused(tmp_path / "a.geojson") == ["damaged"]


@pytest.mark.parametrize("column", ["code", "province_code"])
def test_a_missing_column_is_named_with_those_there_are(tmp_path, column):
    frame(**{column: None}).to_file(tmp_path / "a.gpkg")
    with pytest.raises(InputRefused) as refusal:
        read_boundaries(tmp_path / "a.gpkg", Level.COMMUNE)
    (found,) = refusal.value.findings
    assert found.rule == "place.columns"
    assert found.facts["missing"] == column
    assert "full_name" in found.facts["present"]


def test_without_any_name_the_file_is_refused(tmp_path):
    frame(name=None, full_name=None).to_file(tmp_path / "a.gpkg")
    assert refused(tmp_path / "a.gpkg") == ["columns"]


def test_a_code_twice_is_refused_with_both_names(tmp_path):
    codes = [unit.code for unit in communes()]
    frame(code=[codes[1], *codes[1:]]).to_file(tmp_path / "a.gpkg")
    with pytest.raises(InputRefused) as refusal:
        read_boundaries(tmp_path / "a.gpkg", Level.COMMUNE)
    (found,) = refusal.value.findings
    assert (found.rule, found.facts["code"]) == ("place.code_twice", "00002")
    assert found.facts["names"] == "Xã Tân An / Xã Mường Nhé"


def test_codes_of_another_level_are_refused(tmp_path):
    frame(code=[f"X{number:04}" for number in range(8)]).to_file(tmp_path / "a.gpkg")
    assert set(refused(tmp_path / "a.gpkg")) == {"code_form"}
    frame().to_file(tmp_path / "b.gpkg")
    assert set(refused(tmp_path / "b.gpkg", Level.PROVINCE)) == {"code_form"}


def test_a_unit_without_a_polygon_is_refused(tmp_path):
    content = frame()
    content.geometry = [None, *content.geometry[1:]]
    content.to_file(tmp_path / "a.gpkg")
    assert refused(tmp_path / "a.gpkg") == ["no_area"]


def test_lines_are_no_areas(tmp_path):
    line = gpd.GeoDataFrame({"code": ["00001"]}, geometry=[LineString([(0, 0), (1, 1)])],
                            crs="EPSG:4326")  # fmt: skip
    line.to_file(tmp_path / "a.gpkg")
    assert refused(tmp_path / "a.gpkg") == ["no_polygons"]


def test_an_area_that_is_no_number_is_refused(tmp_path):
    frame(area_km2=["rộng"] * 8).to_file(tmp_path / "a.gpkg")
    assert refused(tmp_path / "a.gpkg") == ["area_number"]


def test_the_layer_is_chosen_by_its_name_when_there_are_several(tmp_path):
    frame().to_file(tmp_path / "a.gpkg", layer="xa_2026")
    frame().to_file(tmp_path / "a.gpkg", layer="tinh_2026")
    same_areas(read_boundaries(tmp_path / "a.gpkg", Level.COMMUNE))
    frame().to_file(tmp_path / "b.gpkg", layer="mot")
    frame().to_file(tmp_path / "b.gpkg", layer="hai")
    assert refused(tmp_path / "b.gpkg") == ["layers"]


def test_heights_are_left_out(tmp_path):
    content = frame()
    content.geometry = content.geometry.force_3d(5.0)
    content.to_file(tmp_path / "a.gpkg")
    units = read_boundaries(tmp_path / "a.gpkg", Level.COMMUNE)
    assert not any(unit.area.has_z for unit in units)
    same_areas(units)


def test_every_text_names_its_file(tmp_path):
    (tmp_path / "sai.gpkg").write_bytes(b"")
    with pytest.raises(InputRefused) as refusal:
        read_boundaries(Path(tmp_path / "sai.gpkg"), Level.COMMUNE)
    assert "sai.gpkg" in refusal.value.findings[0].message()
