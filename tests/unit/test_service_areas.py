"""Service areas: every kind of file, every fault that an operator's map has, told or refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from coverage.coordinates import VIETNAM
from coverage.errors import InputRefused
from coverage.evidence import Service
from coverage.findings import Language
from coverage.intake.document import Limits
from coverage.intake.service_areas import ServiceAreaReading, known_crs, labels, read_service_areas
from coverage.intake.service_areas.labels import Level
from coverage.intake.service_areas.placing import Sites
from coverage.service_areas import (
    services_at,
)
from coverage.towers import Technology
from tests.maps_of_areas import BOX, BOX_KM2, a_map, exchanged, on_grid, zipped

LIMITS = Limits(seconds=60)
G4 = Technology.G4
OTHER = shapely.box(105.9, 18.1, 106.0, 18.3)


def read(content: bytes, name: str = "vung_4G.gpkg", **facts):
    return read_service_areas(content, name, ServiceAreaReading(VIETNAM, **facts), LIMITS)


def rules(found) -> set[str]:
    return {each.rule.removeprefix("service_area.") for each in found}


def refused(content: bytes, name: str = "vung_4G.gpkg", **facts) -> list:
    with pytest.raises(InputRefused) as why:
        read(content, name, **facts)
    for each in why.value.findings:  # every sentence can be told in both languages
        assert "{" not in each.message() + each.fix()
    return list(why.value.findings)


def sizes(areas) -> dict[tuple[str, str], float]:
    return {
        (each.technology.value, "weak" if each.weak else "strong"): round(each.area_km2, 3)
        for each in areas.areas
    }


@pytest.mark.parametrize("kind", ["gpkg", "shp", "tab", "mif", "kml", "geojson"])
def test_every_kind_of_map_gives_the_same_area(tmp_path, kind):
    content = a_map(tmp_path, [BOX], kind=kind)
    ending = "zip" if kind in {"shp", "tab", "mif"} else kind
    areas = read(content, f"Vùng phủ LTE.{ending}")
    assert areas.technologies == (G4,)
    assert sizes(areas) == {("4G", "strong"): pytest.approx(BOX_KM2, rel=1e-5)}


def test_a_kmz_and_a_zipped_geojson_are_read_too(tmp_path):
    kml = a_map(tmp_path, [BOX], kind="kml")
    assert sizes(read(zipped({"doc.kml": kml}), "4G.kmz")) == {("4G", "strong"): BOX_KM2}
    geojson = a_map(tmp_path, [BOX], kind="geojson")
    areas = read(zipped({"phu/vung_3G.geojson": geojson}), "a.zip")
    assert areas.technologies == (Technology.G3,)


@pytest.mark.parametrize("crs", ["EPSG:5899", "EPSG:9208", "EPSG:3405", "EPSG:32648"])
def test_a_stated_grid_is_carried_and_told(tmp_path, crs):
    content = a_map(tmp_path, [on_grid(BOX, int(crs[5:]))], crs)
    areas = read(content)
    assert sizes(areas)["4G", "strong"] == pytest.approx(BOX_KM2, rel=1e-6)
    assert areas.areas[0].area.bounds == pytest.approx(BOX.bounds, abs=1e-6)
    assert "crs_stated" in rules(areas.findings)


@pytest.mark.parametrize("kind", ["gpkg", "geojson"])
def test_swapped_degrees_are_put_right_and_told(tmp_path, kind):
    areas = read(a_map(tmp_path, [exchanged(BOX)], kind=kind), f"4G.{kind}")
    assert areas.areas[0].area.bounds == pytest.approx(BOX.bounds)
    assert "axes_swapped" in rules(areas.findings)


def test_swapped_metres_are_put_right_and_told(tmp_path):
    content = a_map(tmp_path, [exchanged(on_grid(BOX, 9208))], "EPSG:9208")
    areas = read(content)
    assert areas.areas[0].area.bounds == pytest.approx(BOX.bounds, abs=1e-6)
    assert "axes_swapped" in rules(areas.findings)


def test_vn2000_declared_as_degrees_is_refused_and_says_what_to_do(tmp_path):
    content = a_map(tmp_path, [on_grid(BOX, 5899)], "EPSG:4326")
    *_, found = refused(content)
    assert found.rule == "service_area.crs_is_metres"
    assert "5899" in found.fix()
    areas = read(content, crs="EPSG:5899")  # what the sender says goes before the file
    assert areas.areas[0].area.bounds == pytest.approx(BOX.bounds, abs=1e-6)


def test_a_wrong_grid_that_lands_abroad_is_refused(tmp_path):
    *_, found = refused(a_map(tmp_path, [on_grid(BOX, 5899)], "EPSG:32748"))
    assert found.rule == "service_area.outside_country"
    assert "ngoài Việt Nam" in found.message()
    *_, found = refused(a_map(tmp_path, [shapely.box(2, 48, 3, 49)]))
    assert found.rule == "service_area.outside_country"
    *_, found = refused(a_map(tmp_path, [BOX]), crs="5899")
    assert "WGS 84 (EPSG:4326)" in found.message()


@pytest.mark.parametrize("epsg", [32648, 3405, 5899])
def test_metres_without_a_system_are_never_guessed(tmp_path, epsg):
    *_, found = refused(a_map(tmp_path, [on_grid(BOX, epsg)], None))
    assert found.rule == "service_area.crs_missing"
    assert "EPSG:" in found.message()
    assert "--crs" in found.fix()


def test_a_shapefile_without_prj_is_metres_without_a_system(tmp_path):
    content = a_map(tmp_path, [on_grid(BOX, 32648)], None, kind="shp")
    assert refused(content, "4G.zip")[-1].rule == "service_area.crs_missing"
    named = read(content, "4G VN-2000 UTM mui 48.zip")
    assert "crs_named" in rules(named.findings)


def test_a_geojson_of_metres_states_nothing(tmp_path):
    geometry = json.loads(shapely.to_geojson(on_grid(BOX, 5899)))
    content = json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": geometry}]}).encode()  # fmt: skip
    assert refused(content, "4G.geojson")[-1].rule == "service_area.crs_missing"


def test_metres_without_a_system_are_placed_by_the_operators_own_sites(tmp_path):
    random = np.random.default_rng(7)
    lon, lat = random.uniform(105.2, 106.2, 60), random.uniform(17.8, 18.8, 60)
    discs = [on_grid(shapely.Point(x, y), 9209).buffer(1500) for x, y in zip(lon, lat, strict=True)]
    content = a_map(tmp_path, discs, None)
    areas = read(content, sites={G4: Sites(lon, lat)})
    assert "9209" in areas.crs
    assert "crs_by_sites" in rules(areas.findings)
    inside = services_at(areas.areas, lat, lon)
    assert set(inside) == {Service.INSIDE}
    elsewhere = Sites(lon + 0.31, lat - 0.27)  # another operator's would prove nothing
    assert refused(content, sites={G4: elsewhere})[-1].rule == "service_area.crs_missing"


def test_degrees_without_a_system_are_wgs84_and_told(tmp_path):
    areas = read(a_map(tmp_path, [BOX], None))
    assert "crs_assumed" in rules(areas.findings)


@pytest.mark.parametrize("crs", ["EPSG:6956", "EPSG:999999", "hệ gì đó"])
def test_an_unusable_system_is_refused(crs):
    with pytest.raises(InputRefused) as why:
        known_crs(crs)
    assert [found.rule for found in why.value.findings] == ["service_area.crs_unknown"]


def test_points_and_lines_are_no_areas(tmp_path):
    line = shapely.LineString([(105, 18), (106, 19)])
    found = refused(a_map(tmp_path, [shapely.Point(105, 18), line]))
    assert rules(found) == {"not_areas", "no_areas"}
    areas = read(a_map(tmp_path, [BOX, line, None, shapely.Polygon()]))
    assert {"not_areas", "empty"} <= rules(areas.findings)
    assert sizes(areas) == {("4G", "strong"): BOX_KM2}


def test_a_collection_gives_its_areas(tmp_path):
    mixed = shapely.GeometryCollection([BOX, shapely.Point(105, 18)])
    areas = read(a_map(tmp_path, [mixed]))
    assert "mixed" in rules(areas.findings)
    assert sizes(areas) == {("4G", "strong"): BOX_KM2}


def test_invalid_shapes_are_mended_and_told(tmp_path):
    bow = shapely.Polygon([(105, 18), (106, 19), (106, 18), (105, 19)])
    areas = read(a_map(tmp_path, [bow]))
    [told] = [found for found in areas.findings if found.rule.endswith("repaired")]
    assert told.facts["rows"] == "1"
    assert areas.areas[0].area.is_valid
    assert areas.areas[0].area.area == pytest.approx(0.5)


def test_holes_stay_holes(tmp_path):
    ring = shapely.Polygon(BOX.exterior, [shapely.box(105.55, 18.15, 105.65, 18.25).exterior])
    areas = read(a_map(tmp_path, [ring])).areas
    assert services_at(areas, np.array([18.2, 18.12]), np.array([105.6, 105.52])) == (
        Service.OUTSIDE, Service.INSIDE,
    )  # fmt: skip


def test_slivers_and_doubles_are_told(tmp_path):
    sliver = shapely.box(105, 18, 105.000001, 18.000001)
    areas = read(a_map(tmp_path, [BOX, BOX, sliver]))
    assert {"slivers", "doubles"} <= rules(areas.findings)
    assert sizes(areas) == {("4G", "strong"): BOX_KM2}
    assert areas.areas[0].features == 1


PROVINCES = {"Tỉnh Thử": shapely.box(105.45, 18.05, 105.75, 18.35).buffer(0.02),
             "Tỉnh Bên": shapely.box(106, 18, 107, 19)}  # fmt: skip


def test_a_rectangle_over_a_province_is_suspicious(tmp_path):
    cover = shapely.box(105.4, 18.0, 105.8, 18.4)
    areas = read(a_map(tmp_path, [cover]), provinces=PROVINCES)
    [told] = [found for found in areas.findings if found.rule.endswith("rectangle")]
    assert told.facts["province"] == "Tỉnh Thử"
    disc = shapely.Point(105.6, 18.2).buffer(0.25)  # round: as real coverage may be
    assert "rectangle" not in rules(read(a_map(tmp_path, [disc]), provinces=PROVINCES).findings)


def test_more_than_the_country_is_refused(tmp_path):
    found = refused(a_map(tmp_path, [shapely.box(103, 9, 109, 22)]), provinces=PROVINCES)
    assert "too_large" in rules(found)


def test_areas_at_sea_are_refused_where_the_land_is_known(tmp_path):
    found = refused(a_map(tmp_path, [shapely.box(109.5, 12, 109.6, 12.1)]), provinces=PROVINCES)
    assert "not_on_land" in rules(found)


def test_areas_beside_the_operators_sites_are_doubted(tmp_path):
    lon, lat = np.linspace(105.5, 106.9, 40), np.linspace(18.1, 18.9, 40)
    shifted = [
        shapely.Point(x - 0.03, y + 0.03).buffer(0.012) for x, y in zip(lon, lat, strict=True)
    ]
    areas = read(a_map(tmp_path, shifted), sites={G4: Sites(lon, lat)})
    assert "away_from_sites" in rules(areas.findings)


@pytest.mark.parametrize(
    ("heading", "strong", "weak"),
    [
        ("Mức phủ", "mạnh", "yếu"), ("level", "good", "WEAK"), ("coverage", "strong", "edge"),
        ("Vùng", "Vùng 1", "vùng 2"), ("zone", 1, 2), ("rsrp", -95, -118.5),
        ("RSRP", "> -105 dBm", "-120 ÷ -110 dBm"), ("Chất lượng", "Tốt", "Kém"),
    ],
)  # fmt: skip
def test_weak_levels_are_kept_apart(tmp_path, heading, strong, weak):
    content = a_map(tmp_path, [BOX, OTHER], columns={heading: [strong, weak]})
    areas = read(content)
    assert {each.weak: each.area.bounds for each in areas.areas} == {
        False: pytest.approx(BOX.bounds), True: pytest.approx(OTHER.bounds),
    }  # fmt: skip
    assert "levels_read" in rules(areas.findings)


def test_what_is_drawn_as_without_service_is_no_coverage(tmp_path):
    columns = {"muc": ["tốt", "Không phủ sóng"]}
    areas = read(a_map(tmp_path, [BOX, OTHER], columns=columns))
    assert sizes(areas) == {("4G", "strong"): BOX_KM2}
    assert "no_service" in rules(areas.findings)


def test_an_unread_level_counts_as_weak_beside_read_ones(tmp_path):
    areas = read(a_map(tmp_path, [BOX, OTHER], columns={"muc": ["tốt", "X7"]}))
    assert [each.weak for each in areas.areas] == [False, True]
    assert "level_unread" in rules(areas.findings)
    unread = read(a_map(tmp_path, [BOX, OTHER], columns={"muc": ["X6", "X7"]}))
    assert [each.weak for each in unread.areas] == [False]
    assert "level_column_unread" in rules(unread.findings)


def test_strong_goes_before_weak_where_both_are_drawn(tmp_path):
    half = shapely.box(105.6, 18.1, 105.8, 18.3)
    areas = read(a_map(tmp_path, [BOX, half], columns={"muc": ["tốt", "yếu"]}))
    strong, weak = areas.areas
    assert strong.area.intersection(weak.area).area == 0
    assert weak.area.bounds == pytest.approx((105.7, 18.1, 105.8, 18.3))


def test_a_layer_named_weak_is_weak(tmp_path):
    areas = read(a_map(tmp_path, [BOX], layer="4G vùng yếu"), "a.gpkg")
    assert sizes(areas) == {("4G", "weak"): BOX_KM2}


def test_a_column_tells_the_technologies_apart(tmp_path):
    content = a_map(tmp_path, [BOX, OTHER, BOX], columns={"Công nghệ": ["LTE", "3G", "?"]})
    areas = read(content, "a.gpkg")
    assert areas.technologies == (Technology.G3, G4)
    assert {"technology_column", "technology_unread"} <= rules(areas.findings)
    only = read(content, "a.gpkg", technology=G4)
    assert only.technologies == (G4,)
    assert "others_passed_over" in rules(only.findings)
    assert "technology_absent" in rules(refused(content, "a.gpkg", technology=Technology.G5))


def test_the_technology_is_asked_for_where_nothing_names_it(tmp_path):
    content = a_map(tmp_path, [BOX])
    assert rules(refused(content, "vung_phu.gpkg")) == {"technology_missing"}
    assert read(content, "vung_phu.gpkg", technology=G4).technologies == (G4,)
    told = read(content, "phu_3G.gpkg", technology=G4)
    assert "technology_contradicted" in rules(told.findings)


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        (b"", "a.gpkg", "file.empty"),
        (b"%PDF-1.7", "a.pdf", "service_area.wrong_type"),
        (b"ma;x;y\n1;2;3\n", "a.csv", "service_area.wrong_type"),
        (b"!table\n!version 300\n", "a.tab", "service_area.bare_part"),
        (b"SQLite format 3\0" + b"x" * 200, "a.gpkg", "service_area.damaged"),
        (zipped({"a.txt": b"x"}), "a.zip", "service_area.wrong_type"),
        (zipped({"a.shp": b"x"}), "a.zip", "file.part_missing"),
        (zipped({"a.tab": b'!table\nopen table "b"', "a.dat": b""}), "a.zip",
         "service_area.linked_table"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><kml>&a;</kml>', "a.kml",
         "file.entities"),
        (b'{"type": "FeatureCollection", "features": []}', "4G.geojson",
         "service_area.no_features"),
    ],
)  # fmt: skip
def test_what_is_no_map_of_areas_is_refused_in_words(content, name, rule):
    assert refused(content, name)[-1].rule == rule


def test_bounds_of_rows_and_vertices_hold(tmp_path):
    content = a_map(tmp_path, [BOX, OTHER])
    assert "too_detailed" in rules(refused(content, most_vertices=9))
    with pytest.raises(InputRefused) as why:
        read_service_areas(content, "4G.gpkg", ServiceAreaReading(VIETNAM), Limits(rows=1))
    assert [found.rule for found in why.value.findings] == ["file.too_many_rows"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Vung_phu_4G", "4G"), ("phu4g", "4G"), ("LTE1800", "4G"), ("VNP 2G-3G", "2G 3G"),
        ("Viettel_NR", "5G"), ("Bản đồ năm 2024", ""), ("north", ""), ("WCDMA+UMTS", "3G"),
    ],
)  # fmt: skip
def test_technologies_are_read_from_names(text, said):
    assert " ".join(labels.technologies_in(text)) == said


def test_a_range_of_levels_counts_by_its_lower_end():
    assert labels.level_of("-115..-105", "rsrp", -110.0) is Level.WEAK
    assert labels.level_of("-110 dBm", "rsrp", -110.0) is Level.STRONG
    assert labels.level_of("", "rsrp", -110.0) is None


def test_every_refusal_speaks_both_languages(tmp_path):
    metres = on_grid(BOX, 5899)
    found = [
        *refused(a_map(tmp_path, [metres], None)),
        *refused(a_map(tmp_path, [metres], "EPSG:4326")),
        *refused(a_map(tmp_path, [metres], "EPSG:32748")),
    ]
    for each in found:
        english = each.message(Language.EN) + each.fix(Language.EN)
        assert "trạm" not in english
        assert "tệp" not in english.replace("vung_4G", "")


PLANNED = ["Dự kiến", "Quy hoạch 2027", "planned", "Chưa phát sóng", "Sắp phát sóng Q1"]


@pytest.mark.parametrize("said", PLANNED)
@pytest.mark.parametrize("heading", ["Trạng thái", "status", "name", "Mức"])
def test_what_is_planned_is_no_service(tmp_path, said, heading):
    columns = {"Cap": ["Mạnh", "Mạnh"], heading: ["Tốt, đang phát", said]}
    areas = read(a_map(tmp_path, [BOX, OTHER], columns=columns))
    assert sizes(areas) == {("4G", "strong"): BOX_KM2}
    [told] = [each for each in areas.findings if each.rule == "service_area.planned"]
    assert (told.facts["count"], told.facts["rows"]) == ("1", "2")


def test_a_file_or_a_layer_of_plans_is_refused(tmp_path):
    assert "nothing_left" in rules(refused(a_map(tmp_path, [BOX]), "Quy hoạch 4G.gpkg"))
    planned = a_map(tmp_path, [BOX], layer="du_kien_4G")
    assert "planned" in rules(refused(planned, "a.gpkg"))


@pytest.mark.parametrize("said", ["Trắng", "lõm"])
def test_a_bare_word_for_no_signal_is_no_service(tmp_path, said):
    areas = read(a_map(tmp_path, [BOX, OTHER], columns={"name": ["Mạnh", said]}))
    assert sizes(areas) == {("4G", "strong"): BOX_KM2}


def test_a_part_of_the_country_is_told_by_the_sites_it_leaves_out(tmp_path):
    inside = Sites(np.linspace(105.55, 105.65, 10), np.full(10, 18.2))
    content = a_map(tmp_path, [BOX])
    assert "sites_left_out" not in rules(read(content, sites={G4: inside}).findings)
    most = Sites(
        np.append(inside.longitudes, np.full(11, 107.0)),
        np.append(inside.latitudes, np.full(11, 16.0)),
    )
    [told] = [
        each for each in read(content, sites={G4: most}).findings
        if each.rule == "service_area.sites_left_out"
    ]  # fmt: skip
    assert (told.facts["inside"], told.facts["sites"]) == ("10", "21")
