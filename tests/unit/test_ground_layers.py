"""Ground layers: every kind of file, every fault that a map of roads or schools has."""

from __future__ import annotations

import sqlite3

import pytest
import shapely

from coverage.coordinates import VIETNAM
from coverage.errors import InputRefused
from coverage.findings import Language
from coverage.intake.document import Limits
from coverage.intake.ground_layers import LayerReading, read_ground_layer
from coverage.layers import LayerKind, kinds_named
from tests.maps_of_areas import a_map, exchanged, on_grid
from tests.vincenty import inverse

LIMITS = Limits(seconds=60)
ROAD = shapely.LineString([(105.5, 18.1), (105.5, 18.2), (105.6, 18.2)])
OTHER = shapely.LineString([(105.7, 18.1), (105.8, 18.1)])
SCHOOL = shapely.Point(105.55, 18.15)
LENGTH_KM = (inverse((18.1, 105.5), (18.2, 105.5))[0] + inverse((18.2, 105.5), (18.2, 105.6))[0]) / 1e3  # fmt: skip


def read(content: bytes, name: str = "giao_thong.gpkg", kind=LayerKind.ROAD, **facts):
    layer = read_ground_layer(content, name, LayerReading(kind, VIETNAM, **facts), LIMITS)
    every_sentence(layer.findings)
    return layer


def refused(content: bytes, name: str = "giao_thong.gpkg", kind=LayerKind.ROAD, **facts):
    with pytest.raises(InputRefused) as why:
        read(content, name, kind, **facts)
    every_sentence(why.value.findings)
    return rules(why.value.findings)


def every_sentence(findings):
    for each in findings:
        for language in Language:
            assert "{" not in each.message(language) + each.fix(language)
        assert "vùng phủ" not in each.message() + each.fix()  # nothing of service areas is said


def rules(found) -> set[str]:
    return {each.rule.removeprefix("layer.") for each in found}


def of_layers(folder, **layers) -> bytes:
    """A GeoPackage of several layers, by name."""
    path = folder / "nhieu.gpkg"
    for name, shapes in layers.items():
        add_layer(path, name, shapes)
    return path.read_bytes()


def add_layer(path, name, shapes):
    import numpy as np  # noqa: PLC0415
    import pyogrio  # noqa: PLC0415

    kinds = {shape.geom_type for shape in shapes}
    pyogrio.raw.write(
        path, np.array([shapely.to_wkb(s) for s in shapes], dtype=object),
        [np.array(["x"] * len(shapes), dtype=object)], ["ten"], driver="GPKG", layer=name,
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown", crs="EPSG:4326",
        append=path.exists(),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["gpkg", "shp", "tab", "mif", "kml", "geojson"])
def test_every_kind_of_map_gives_the_same_roads(tmp_path, kind):
    layer = read(a_map(tmp_path, [ROAD, OTHER], kind=kind, layer="giao_thong"))
    assert (layer.features, layer.crs) == (2, "WGS 84")
    assert shapely.equals_exact(layer.shapes[0], ROAD, tolerance=1e-6)
    assert layer.findings == ()


def test_the_length_is_that_on_the_spheroid(tmp_path):
    assert read(a_map(tmp_path, [ROAD])).length_km == pytest.approx(LENGTH_KM, abs=1e-6)


def test_a_provincial_grid_that_is_stated_is_carried_to_wgs_84(tmp_path):
    content = a_map(tmp_path, [on_grid(ROAD, 9209)], crs="EPSG:9209")
    layer = read(content)
    assert shapely.equals_exact(layer.shapes[0], ROAD, tolerance=1e-7)
    assert rules(layer.findings) == {"crs_stated"}


def test_metres_without_a_system_are_refused_and_the_grids_that_fit_are_named(tmp_path):
    content = a_map(tmp_path, [on_grid(ROAD, 9209)], crs=None)
    assert refused(content) == {"crs_missing"}
    assert read(content, crs="9209").crs.endswith("(EPSG:9209)")


@pytest.mark.parametrize(
    ("shape", "crs", "rule"),
    [
        (on_grid(ROAD, 9209), "EPSG:4326", "crs_is_metres"),
        (shapely.transform(ROAD, lambda xy: xy - (100, 10)), "EPSG:4326", "outside_country"),
        (shapely.transform(ROAD, lambda xy: xy * 1e7), None, "nowhere"),
    ],
)
def test_what_cannot_lie_where_it_says_is_refused(tmp_path, shape, crs, rule):
    assert refused(a_map(tmp_path, [shape], crs=crs)) == {rule}


def test_an_unknown_system_that_a_person_names_is_refused(tmp_path):
    assert refused(a_map(tmp_path, [ROAD]), crs="EPSG:99999") == {"crs_unknown"}


def test_exchanged_axes_are_put_right_and_told(tmp_path):
    layer = read(a_map(tmp_path, [exchanged(ROAD)]))
    assert shapely.equals_exact(layer.shapes[0], ROAD, tolerance=1e-9)
    assert rules(layer.findings) == {"axes_swapped"}


def test_degrees_without_a_system_are_wgs_84_and_told(tmp_path):
    assert rules(read(a_map(tmp_path, [ROAD], crs=None)).findings) == {"crs_assumed"}


def test_a_wrong_shape_is_refused_and_a_few_among_right_ones_are_told(tmp_path):
    assert refused(a_map(tmp_path, [SCHOOL])) == {"nothing_fits"}
    layer = read(a_map(tmp_path, [ROAD, SCHOOL, None, shapely.LineString()], kind="geojson"))
    assert layer.features == 1
    assert rules(layer.findings) == {"other_shapes", "empty"}


def test_the_ground_of_a_school_stands_as_a_point_inside_it(tmp_path):
    ground = shapely.Polygon([(105.5, 18.1), (105.51, 18.1), (105.5, 18.11)])
    layer = read(a_map(tmp_path, [ground]), "truong_hoc.gpkg", LayerKind.SCHOOL)
    assert ground.contains(layer.shapes[0])
    assert layer.length_km is None
    assert rules(layer.findings) == {"grounds"}


def test_several_lines_of_one_feature_are_one_feature_of_several_shapes(tmp_path):
    both = shapely.MultiLineString([ROAD, OTHER])
    mixed = shapely.GeometryCollection([SCHOOL, shapely.GeometryCollection([OTHER])])
    layer = read(a_map(tmp_path, [both], layer="mot"))
    assert (layer.features, len(layer.shapes)) == (1, 2)
    assert len(read(a_map(tmp_path, [mixed], layer="hai")).shapes) == 1


def test_what_is_drawn_twice_counts_once_and_a_line_without_length_not_at_all(tmp_path):
    point = shapely.LineString([(105.5, 18.1), (105.5, 18.1)])
    layer = read(a_map(tmp_path, [ROAD, shapely.reverse(ROAD), point]))
    assert len(layer.shapes) == 1
    assert rules(layer.findings) == {"doubles", "no_length"}


def test_what_lies_outside_of_the_country_is_left_out_and_told_by_its_feature(tmp_path):
    away = shapely.LineString([(80.0, 50.0), (80.1, 50.0)])
    layer = read(a_map(tmp_path, [away, ROAD, OTHER]))
    assert layer.bounds == pytest.approx((105.5, 18.1, 105.8, 18.2))
    assert [each.facts["rows"] for each in layer.findings] == ["1"]
    assert rules(layer.findings) == {"outside_some"}


def test_an_endless_straight_piece_is_told(tmp_path):
    layer = read(a_map(tmp_path, [shapely.LineString([(105.0, 18.0), (105.0, 19.0)])]))
    assert rules(layer.findings) == {"long_piece"}


def test_a_layer_named_after_another_kind_is_told(tmp_path):
    layer = read(a_map(tmp_path, [ROAD], layer="duong_day_trung_the"))
    assert rules(layer.findings) == {"named_otherwise"}


def test_of_several_layers_the_one_that_fits_is_read(tmp_path):
    layer = read(of_layers(tmp_path, truong=[SCHOOL], duong=[ROAD]))
    assert layer.name == "duong"
    assert rules(layer.findings) == {"others_passed_over"}


def test_of_several_that_fit_the_one_named_after_the_kind_is_read_or_it_is_asked_for(tmp_path):
    content = of_layers(tmp_path, luoi_dien=[OTHER], giao_thong=[ROAD])
    layer = read(content)
    assert layer.name == "giao_thong"
    assert rules(layer.findings) == {"chosen_by_name"}
    (tmp_path / "nhieu.gpkg").unlink()
    content = of_layers(tmp_path, a=[OTHER], b=[ROAD])
    assert refused(content) == {"which_layer"}
    assert read(content, layer="b").bounds[0] == pytest.approx(105.5)
    assert refused(content, layer="c") == {"layer_unknown"}


def test_an_empty_file_a_table_and_a_broken_map_are_refused(tmp_path):
    assert refused(b"") == {"file.empty"}
    assert refused(b"a,b\n1,2\n", "bang.csv") == {"wrong_type"}
    assert refused(a_map(tmp_path, [ROAD])[:5000]) == {"damaged"}
    assert refused(a_map(tmp_path, [], layer="trong")) == {"no_features"}


def test_a_table_of_no_shapes_beside_a_map_changes_nothing(tmp_path):
    path = tmp_path / "co_bang.gpkg"
    path.write_bytes(a_map(tmp_path, [ROAD], layer="duong"))
    with sqlite3.connect(path) as held:
        held.execute("CREATE TABLE ghi_chu (so INTEGER)")
    assert read(path.read_bytes()).features == 1


def test_too_many_corners_and_too_many_features_are_refused(tmp_path):
    content = a_map(tmp_path, [ROAD, OTHER])
    assert refused(content, most_corners=4) == {"too_detailed"}
    with pytest.raises(InputRefused) as why:
        read_ground_layer(content, "x.gpkg", LayerReading(LayerKind.ROAD, VIETNAM), Limits(rows=1))
    assert rules(why.value.findings) == {"file.too_many_rows"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Đường giao thông Hà Tĩnh.gpkg", LayerKind.ROAD),
        ("vn_roads.gpkg", LayerKind.ROAD),
        ("Duong_day_110kV", LayerKind.POWER_LINE),
        ("lưới điện trung thế", LayerKind.POWER_LINE),
        ("TRUONG_HOC", LayerKind.SCHOOL),
        ("tram-y-te-xa.shp", LayerKind.HEALTH_POST),
        ("ban_do.gpkg", None),
    ],
)
def test_names_speak_of_kinds(name, kind):
    assert kinds_named(name) == ({kind} if kind else frozenset())
