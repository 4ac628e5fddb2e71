"""The files for maps: KML for anybody, styles that QGIS finds by itself, nothing from outside."""

import re
import sqlite3
import xml.etree.ElementTree as ET
from dataclasses import replace

import pyogrio
import pytest

from coverage.dossier import geopackage, kml, points
from coverage.dossier.map_styles import LOTS, SITES, ZONES
from tests.builders import a_package
from tests.full_package import a_first_version

NAMESPACES = {
    "http://www.opengis.net/kml/2.2", "http://www.opengis.net/sld", "http://www.opengis.net/se",
    "http://mrcc.com/qgis.dtd", "http://purl.org/dc/elements/1.1/",
}  # fmt: skip
HOSTILE = (
    "Bản </name><NetworkLink><Link><href>http://e.vn</href></Link></NetworkLink>",
    "]]>&lt;![CDATA[", "\"'><Icon/>", "Bản\x00\x07\x1b[31m\ud800\uffff", "\u202eBản 🏔️", "x" * 300,
)  # fmt: skip


def read(content):
    return ET.fromstring(content)  # noqa: S314 - our own file


def with_village(name):
    package = a_first_version()
    lot = package.lots[0]
    zones = (replace(lot.zones[0], village=name), *lot.zones[1:])
    return replace(package, lots=(replace(lot, zones=zones), *package.lots[1:]))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_villages_name_stays_a_name_in_the_kml(name):
    root = read(kml.write(with_village(name)))
    assert not list(root.iter("{http://www.opengis.net/kml/2.2}NetworkLink"))
    assert not list(root.iter("{http://www.opengis.net/kml/2.2}Icon"))
    readable = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", name)
    told = {element.text for element in root.iter("{http://www.opengis.net/kml/2.2}value")}
    assert readable in told


def test_the_kml_asks_for_nothing_outside():
    text = kml.write(a_first_version()).decode()
    assert set(re.findall(r"https?://[^\s\"'<]+", text)) <= NAMESPACES
    for element in ("href", "NetworkLink", "Icon>", "GroundOverlay", "<script"):
        assert element not in text


def test_every_style_that_the_kml_names_is_in_it():
    text = kml.write(a_first_version()).decode()
    named = set(re.findall(r"<styleUrl>#(\w+)</styleUrl>", text))
    assert named == {"zone", "site", "lot"} == set(re.findall(r'<Style id="(\w+)">', text))


def test_another_library_reads_the_kml(tmp_path):
    package = a_first_version()
    (tmp_path / "x.kml").write_bytes(kml.write(package))
    assert [name for name, _ in pyogrio.list_layers(tmp_path / "x.kml")] == [
        lot.name for lot in package.lots
    ]
    read_back = pyogrio.read_dataframe(tmp_path / "x.kml", layer=0)
    assert len(read_back) == 1 + 3 + 2
    assert read_back.geometry.geom_type.value_counts().to_dict() == {"Point": 4, "Polygon": 1}


@pytest.mark.parametrize("style", [ZONES, SITES, LOTS])
def test_styles_are_xml_that_names_a_column_of_its_layer(style):
    qml, sld = read(style.qml), read(style.sld.encode())
    assert qml.tag == "qgis"
    assert qml.find("renderer-v2").get("type") == "singleSymbol"
    assert qml.find("renderer-v2/symbols/symbol/layer").get("class") in (
        "SimpleMarker", "SimpleFill",
    )  # fmt: skip
    label = qml.find("labeling/settings/text-style").get("fieldName")
    assert label == {"zones": "label", "sites": "label", "lots": "name"}[style.name]
    assert sld.tag == "{http://www.opengis.net/sld}StyledLayerDescriptor"
    assert set(re.findall(r"https?://[^\s\"'<]+", style.qml + style.sld)) <= NAMESPACES


@pytest.fixture
def stored(tmp_path):
    (tmp_path / "x.gpkg").write_bytes(geopackage.write(a_first_version()))
    with sqlite3.connect(tmp_path / "x.gpkg") as database:
        yield database
    database.close()


def test_qgis_finds_a_default_style_for_every_layer(stored):
    """By the question that QGIS itself asks of the table."""
    layers = stored.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
    assert {name for name, _ in layers} == {"zones", "sites", "lots"}
    for name, column in layers:
        (qml,) = stored.execute(
            "SELECT styleQML FROM layer_styles WHERE f_table_schema = '' AND f_table_name = ?"
            " AND f_geometry_column = ? AND useAsDefault = 1",
            (name, column),
        ).fetchone()
        assert read(qml).tag == "qgis"
        columns = {row[1] for row in stored.execute(f"PRAGMA table_info({name})")}
        assert read(qml).find("labeling/settings/text-style").get("fieldName") in columns


def test_the_metadata_is_registered_and_says_what_the_file_is(stored):
    ((scope, content),) = stored.execute(
        "SELECT reference_scope, metadata FROM gpkg_metadata"
        " JOIN gpkg_metadata_reference ON md_file_id = id"
    ).fetchall()
    title = read(content).find("{http://purl.org/dc/elements/1.1/}title").text
    assert scope == "geopackage"
    assert "GT-2026-42-001" in title
    registered = stored.execute("SELECT table_name, extension_name FROM gpkg_extensions").fetchall()
    assert registered == [
        ("gpkg_metadata", "gpkg_metadata"), ("gpkg_metadata_reference", "gpkg_metadata"),
    ]  # fmt: skip


def test_a_package_without_sites_has_an_empty_layer(tmp_path):
    (tmp_path / "x.gpkg").write_bytes(geopackage.write(a_package()))
    assert len(pyogrio.read_dataframe(tmp_path / "x.gpkg", layer="sites")) == 0


@pytest.mark.parametrize("name", HOSTILE[:3])
def test_names_stay_names_in_the_geojson(name):
    assert name in points.write(with_village(name)).decode().replace('\\"', '"')
