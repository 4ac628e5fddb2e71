"""Maps: every layer, every property in order, and the place each feature really has."""

from __future__ import annotations

import io
import json
import zipfile

import geopandas
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.coordinates import GRIDS
from coverage.errors import InputRefused
from coverage.intake.crs import carry
from coverage.intake.document import Kind, Limits
from coverage.intake.files import read
from tests.unit.typed import to_tcvn3, to_vni

NAMES = ["Bản Nậm Ế, xã Tân Hòa", "Thôn Đắk Mế"]
POINTS = [shapely.Point(105.1, 21.2), shapely.Point(104.0, 22.0)]


def frame(names=NAMES, geometry=POINTS, crs=4326) -> geopandas.GeoDataFrame:
    table = {"ten_thon": names, "so_ho": [35, 180]}
    return geopandas.GeoDataFrame(table, geometry=geometry, crs=4326).to_crs(crs)


def shapefile(tmp_path, table, *, encoding="utf-8", without=(), prj=None, folder="") -> bytes:
    table.to_file(tmp_path / "lop.shp", encoding=encoding)
    if prj is not None:
        (tmp_path / "lop.prj").write_text(prj)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for part in sorted(tmp_path.iterdir()):
            if part.suffix not in without:
                archive.write(part, folder + part.name)
    return held.getvalue()


def geopackage(tmp_path, table, layer="diem") -> bytes:
    path = tmp_path / "lop.gpkg"
    table.to_file(path, layer=layer)
    return path.read_bytes()


def where(sheet) -> list[tuple[float, float]]:
    return [(round(point.x, 6), round(point.y, 6)) for point in sheet.points]


HERE = [(105.1, 21.2), (104.0, 22.0)]


def test_every_format_gives_the_same_sheet(tmp_path):
    kml, folder = tmp_path / "lop.kml", tmp_path / "shapefile"
    folder.mkdir()
    frame().to_file(kml, driver="KML", layer="diem")
    read_as = {
        Kind.KML: read(kml),
        Kind.GEOJSON: read(frame().to_json().encode(), "lop.geojson"),
        Kind.GEOPACKAGE: read(geopackage(tmp_path, frame()), "lop.gpkg"),
        Kind.SHAPEFILE: read(
            shapefile(tmp_path / "s", frame()) if (tmp_path / "s").mkdir() is None else b"",
            "lop.zip",
        ),
    }
    for kind, document in read_as.items():
        (sheet,) = document.sheets
        assert document.kind is kind
        assert sheet.columns == ("ten_thon", "so_ho")
        assert [[str(cell) for cell in row] for row in sheet.rows] == [
            [NAMES[0], "35"],
            [NAMES[1], "180"],
        ]
        assert where(sheet) == HERE
        assert list(sheet.row_numbers) == [1, 2]
        assert sheet.crs == "EPSG:4326"
        assert document.findings == ()


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<name>Tài liệu</name>
<Placemark><name>A</name><description><![CDATA[<table><tr><td>Số hộ</td><td>35</td></tr></table>]]></description>
  <Point><coordinates> 105.1,21.2,900 </coordinates></Point></Placemark>
<Folder><name>Xã 1</name>
  <Placemark><name>B</name><ExtendedData><Data name="so ho"><value>5</value></Data>
    <SchemaData><SimpleData name="xa">Mường</SimpleData></SchemaData></ExtendedData>
    <MultiGeometry><Point><coordinates>105,21</coordinates></Point></MultiGeometry></Placemark>
  <Folder><name>Thôn</name><Placemark><name>C</name></Placemark></Folder></Folder>
<Folder><name>Xã 2</name><Folder><name>Thôn</name>
  <Placemark><name>D</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
   104,22 105,22 105,23 104,23 104,22</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Folder></Folder></Document></kml>"""


def test_kml_keeps_every_folder_and_property():
    document = read(KML.encode(), "lop.kml")
    read_as = {sheet.name: sheet for sheet in document.sheets}
    assert list(read_as) == ["Tài liệu", "Xã 1", "Thôn", "Xã 2/Thôn"]
    assert read_as["Tài liệu"].columns == ("name", "description", "Số hộ")
    assert read_as["Tài liệu"].rows[0][2] == "35"
    assert read_as["Tài liệu"].points[0].raw == "105.1,21.2,900"
    assert dict(zip(read_as["Xã 1"].columns, read_as["Xã 1"].rows[0], strict=True)) == {
        "name": "B", "so ho": "5", "xa": "Mường",
    }  # fmt: skip
    assert where(read_as["Xã 1"]) == [(105, 21)]
    assert read_as["Thôn"].points is None
    assert where(read_as["Xã 2/Thôn"]) == [(104.5, 22.5)]
    assert [told.rule for told in document.findings] == ["file.not_points"]


def test_kmz_and_damaged_kml():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("images/a.png", b"\x89PNG")
        archive.writestr("doc.kml", KML)
    assert len(read(held.getvalue(), "lop.kmz").sheets) == 4
    for text, rule in (
        (KML[:900], "file.damaged"),
        (KML.replace("?>", '?><!DOCTYPE kml [<!ENTITY a "b">]>', 1), "file.entities"),
        ("<kml>" + "<Folder>" * 5000, "file.damaged"),
        ("<kml><Document/></kml>", "file.no_sheets"),
    ):
        with pytest.raises(InputRefused) as refused:
            read(text.encode(), "lop.kml")
        assert [told.rule for told in refused.value.findings] == [rule]


def test_gpx_reads_waypoints_and_tells_of_the_rest():
    gpx = b"""<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
    <wpt lat="21.2" lon="105.1"><ele>900</ele><name>N\xe1\xba\xadm</name>
      <extensions><a:so_ho xmlns:a="x">35</a:so_ho></extensions></wpt>
    <wpt lat="x" lon="105.1"><name>?</name></wpt>
    <trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>"""
    document = read(gpx, "lop.gpx")
    (sheet,) = document.sheets
    assert sheet.name == "waypoints"
    assert sheet.columns == ("ele", "name", "so_ho")
    assert sheet.rows == [["900", "Nậm", "35"], ["", "?", ""]]
    assert (sheet.points[0].x, sheet.points[0].y, sheet.points[1]) == (105.1, 21.2, None)
    assert [told.rule for told in document.findings] == [
        "file.layer_passed_over",
        "file.no_geometry",
    ]


def test_geojson_keeps_order_types_and_odd_features():
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"b": 1, "a": None}, "geometry": None},
            {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [105]}},
            {"type": "Feature", "properties": {"c": [1], "a": True}, "geometry": {"type": "MultiPoint", "coordinates": [[105, 21]]}},
            None,
            {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": "x"}},
        ],
    }  # fmt: skip
    document = read(json.dumps(collection).encode(), "lop.json")
    (sheet,) = document.sheets
    assert sheet.columns == ("b", "a", "c")
    assert sheet.rows == [[1, "", ""], ["", "", ""], ["", True, "[1]"], ["", "", ""], ["", "", ""]]
    assert [point and (point.x, point.y) for point in sheet.points] == [
        None,
        None,
        (105, 21),
        None,
        None,
    ]
    lines = "\n".join(json.dumps(feature) for feature in collection["features"][:3])
    assert read(lines.encode(), "lop.geojson").sheets[0].rows == sheet.rows[:3]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::9209", "EPSG:9209"])
def test_a_geojson_crs_is_honoured(name):
    collection = json.loads(frame(crs=9209).to_json())
    collection["crs"] = {"type": "name", "properties": {"name": name}}
    document = read(json.dumps(collection).encode(), "lop.geojson")
    assert where(document.sheets[0]) == HERE
    assert document.findings[0].rule == "file.crs_transformed"
    assert "105°30′" in document.findings[0].message()


@pytest.mark.parametrize(
    ("encode", "encoding", "wanted"),
    [(str, "utf-8", "utf-8"), (to_tcvn3, "ISO-8859-1", "tcvn3"), (to_vni, "cp1252", "vni")],
)
@pytest.mark.parametrize("without", [(), (".cpg",), (".cpg", ".shx")])
def test_the_text_of_a_dbf(tmp_path, encode, encoding, wanted, without):
    names = [name.replace("Ế", "ế") for name in NAMES]
    data = shapefile(
        tmp_path, frame([encode(n) for n in names]), encoding=encoding, without=without
    )
    document = read(data, "lop.zip")
    assert [row[0] for row in document.sheets[0].rows] == names
    assert document.encoding == wanted


def test_a_shapefile_without_attributes_is_refused(tmp_path):
    with pytest.raises(InputRefused) as refused:
        read(shapefile(tmp_path, frame(), without=(".dbf",)), "lop.zip")
    assert [told.rule for told in refused.value.findings] == ["file.part_missing"]


ESRI = (
    'PROJCS["{name}",GEOGCS["{geographic}",DATUM["{datum}",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian}],'
    'PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


@pytest.mark.parametrize(
    ("epsg", "prj"),
    [
        (9210, {"name": "VN_2000_TM3", "geographic": "GCS_VN_2000", "datum": "D_Vietnam_2000", "meridian": 105.75, "scale": 0.9999}),
        (9210, {"name": "Custom", "geographic": "WGS 84", "datum": "WGS_1984", "meridian": 105.75, "scale": 0.9999}),
        (3405, {"name": "VN_2000_UTM_48N", "geographic": "GCS_VN-2000", "datum": "D_VN-2000", "meridian": 105, "scale": 0.9996}),
    ],
)  # fmt: skip
def test_a_prj_that_only_describes_vn2000_gets_its_datum_shift(tmp_path, epsg, prj):
    data = shapefile(tmp_path, frame(crs=epsg), prj=ESRI.format(**prj), folder="thư mục/")
    document = read(data, "lop.zip")
    assert where(document.sheets[0]) == HERE
    assert f"EPSG:{epsg}" in document.findings[0].message()


@pytest.mark.parametrize(
    ("epsg", "crs", "rule"), [(4326, "EPSG:4326", "file.crs_assumed"), (9210, None, "file.no_crs")]
)
def test_without_a_prj_degrees_are_assumed_and_metres_are_left_as_written(
    tmp_path, epsg, crs, rule
):
    table = frame(crs=epsg)
    document = read(shapefile(tmp_path, table, without=(".prj",)), "lop.zip")
    (sheet,) = document.sheets
    assert sheet.crs == crs
    assert [point.x for point in sheet.points] == [geometry.x for geometry in table.geometry]
    assert [told.rule for told in document.findings] == [rule]


def test_a_geopackage_with_areas_tables_and_two_layers(tmp_path):
    path = tmp_path / "lop.gpkg"
    boxes = [shapely.box(105, 21, 105.2, 21.4), shapely.MultiPoint([(104, 22)])]
    frame(geometry=boxes).to_file(path, layer="vùng")
    frame(crs=32648).to_file(path, layer="điểm")
    pyogrio.write_dataframe(frame().drop(columns="geometry"), path, layer="bảng")
    document = read(path)
    area, point = document.sheets
    assert (area.name, point.name) == ("vùng", "điểm")
    assert where(area) == HERE
    assert where(point) == HERE
    assert [told.rule for told in document.findings] == [
        "file.layer_passed_over", "file.not_points", "file.crs_transformed",
    ]  # fmt: skip


def test_limits_of_features(tmp_path):
    data = geopackage(tmp_path, frame())
    for limits, rule in (
        (Limits(rows=1), "file.too_many_rows"),
        (Limits(columns=1), "file.too_many_columns"),
        (Limits(seconds=0.01), "file.too_slow"),
    ):
        with pytest.raises(InputRefused) as refused:
            read(data, "lop.gpkg", limits)
        assert [told.rule for told in refused.value.findings] == [rule]
    for cut in (len(data) // 2, 5000):
        with pytest.raises(InputRefused):
            read(data[:cut], "lop.gpkg")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(GRIDS)), st.floats(103, 109), st.floats(9, 23))
def test_wkt_of_every_grid_lands_within_a_metre(epsg, longitude, latitude):
    """The oracle is pyproj's own operation; it may take EPSG:5194, 0.8 m away."""
    crs = pyproj.CRS.from_epsg(epsg)
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(longitude, latitude)
    for written in (crs.to_wkt("WKT1_ESRI"), crs.to_wkt("WKT2_2019"), f"EPSG:{epsg}"):
        carried = carry(written, [x], [y])
        distance_m = pyproj.Geod(ellps="WGS84").inv(
            longitude, latitude, carried.longitudes[0], carried.latitudes[0]
        )[2]
        assert distance_m < 1.0
