"""Every file of a package for programs is read back, every number held against the package's own.

The truth is the value that the files are written from; each reader is another program or library
than the writer, or the plain text that a person would read.
"""

import csv
import io
import json
import math
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile

import pyogrio
import pytest

from coverage.costs import CostKind
from coverage.dossier.seal import seal
from coverage.packages import SiteKind
from tests.full_package import a_first_version, a_second_version
from tests.told import KEYS, truth_of_sites, truth_of_zones, typed

KML = {"k": "http://www.opengis.net/kml/2.2"}


@pytest.fixture(scope="module", params=[a_first_version, a_second_version])
def package(request):
    return request.param()


@pytest.fixture(scope="module")
def files(package):
    with zipfile.ZipFile(io.BytesIO(seal(package, {}).content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def folder(files, tmp_path_factory):
    made = tmp_path_factory.mktemp("gói thầu")
    for name, content in files.items():
        (made / name).write_bytes(content)
    return made


def test_zones_in_the_csv(package, files):
    text = files["danh-sach.csv"].decode("utf-8-sig")
    found = {
        row["zone_id"]: tuple(typed(key, row[key]) for key in KEYS)
        for row in csv.DictReader(io.StringIO(text, newline=""))
    }
    assert found == truth_of_zones(package)


def test_zones_in_the_geojson(package, files):
    told = json.loads(files["diem.geojson"])
    assert {
        feature["id"]: tuple(feature["properties"][key] for key in KEYS)
        for feature in told["features"]
    } == truth_of_zones(package)
    assert told["totals"] == package.totals()
    assert all(
        feature["geometry"]["coordinates"]
        == [feature["properties"]["longitude"], feature["properties"]["latitude"]]
        for feature in told["features"]
    )


def test_zones_in_the_geopackage(package, folder):
    with sqlite3.connect(folder / "diem.gpkg") as database:
        rows = database.execute(f"SELECT zone_id, {', '.join(KEYS)} FROM zones").fetchall()
    database.close()
    assert {row[0]: row[1:] for row in rows} == truth_of_zones(package)
    frame = pyogrio.read_dataframe(folder / "diem.gpkg", layer="zones")
    assert frame.geometry.x.tolist() == frame["longitude"].tolist()
    assert frame.geometry.y.tolist() == frame["latitude"].tolist()


def kml_placemarks(files, style):
    """What each placemark of a style says, and where it stands."""
    root = ET.fromstring(files["diem.kml"])  # noqa: S314 - our own file
    for mark in root.iterfind(".//k:Placemark", KML):
        if mark.find("k:styleUrl", KML).text == f"#{style}":
            data = {
                one.get("name"): one.find("k:value", KML).text
                for one in mark.iterfind("k:ExtendedData/k:Data", KML)
            }
            point = mark.find("k:Point/k:coordinates", KML)
            yield data, None if point is None else tuple(map(float, point.text.split(",")))


def test_zones_in_the_kml(package, files):
    found = {
        data["zone_id"]: (
            tuple(typed(key, data.get(key)) for key in KEYS), place,
        )
        for data, place in kml_placemarks(files, "zone")
    }  # fmt: skip
    truth = truth_of_zones(package)
    assert {key: told for key, (told, _) in found.items()} == truth
    assert all(
        place == (told[KEYS.index("longitude")], told[KEYS.index("latitude")])
        for told, place in found.values()
    )


def test_sites_in_the_geopackage_and_the_kml(package, files, folder):
    """A site that stands already has no place in any of them."""
    truth = truth_of_sites(package)
    kinds = {site.label: site.kind for lot in package.lots for site in lot.sites}
    frame = pyogrio.read_dataframe(folder / "diem.gpkg", layer="sites")
    assert set(frame["label"]) == truth.keys()
    for row in frame.itertuples():
        lot, latitude, longitude, households, parts, total = truth[row.label]
        assert (row.lot, row.households, row.cost_vnd) == (lot, households, total)
        for kind in CostKind:
            told = getattr(row, f"cost_{kind.value}_vnd")
            assert (None if math.isnan(told) else told) == parts.get(kind)
        if kinds[row.label] is SiteKind.SHARED:
            assert row.geometry is None
        else:
            assert (row.geometry.y, row.geometry.x) == (latitude, longitude)
    marks = {data["label"]: (data, place) for data, place in kml_placemarks(files, "site")}
    assert marks.keys() == truth.keys()
    for label, (data, place) in marks.items():
        lot, latitude, longitude, households, _, total = truth[label]
        assert (int(data["lot"]), int(data["households"]), int(data["cost_vnd"])) == (
            lot, households, total,
        )  # fmt: skip
        assert place == (None if latitude is None else (longitude, latitude))
        assert ("latitude" in data) == (latitude is not None)


def test_lots_in_the_geopackage_the_kml_and_the_manifest(package, files, folder):
    truth = {
        str(lot.id): (
            lot.number, lot.name, len(lot.zones), lot.households,
            lot.cost.total_vnd if lot.cost else None, lot.clock.months if lot.clock else None,
        )
        for lot in package.lots
    }  # fmt: skip
    with sqlite3.connect(folder / "diem.gpkg") as database:
        rows = database.execute(
            "SELECT lot_id, lot, name, zones, households, cost_vnd, months FROM lots"
        ).fetchall()
    database.close()
    assert {row[0]: row[1:] for row in rows} == truth
    assert {
        data["lot_id"]: (
            int(data["lot"]), data["name"], int(data["zones"]), int(data["households"]),
            typed("cost_vnd", data.get("cost_vnd")), typed("months", data.get("months")),
        )
        for data, _ in kml_placemarks(files, "lot")
    } == truth  # fmt: skip
    manifest = json.loads(files["manifest.json"])
    assert {
        lot["id"]: (lot["number"], lot["name"], lot["zones"], lot["households"])
        for lot in manifest["lots"]
    } == {key: told[:4] for key, told in truth.items()}
    assert manifest["totals"] == package.totals()


def in_force(record, name):
    """The objects of the compiled release that the package still has."""
    tender = record["compiledRelease"]["tender"]
    if name == "lots":
        return [lot for lot in tender["lots"] if lot["status"] != "cancelled"]
    return [item for item in tender["items"] if item["quantity"]]


def test_numbers_in_the_ocds_files(package, files):
    (release,) = json.loads(files["ocds-release.json"])["releases"]
    (record,) = json.loads(files["ocds-record.json"])["records"]
    gone = {lot["id"] for lot in release["tender"]["lots"] if lot["status"] == "cancelled"}
    listed = [item for item in release["tender"]["items"] if item["quantity"]]
    for items in (listed, in_force(record, "items")):
        found = {}
        for item in items:
            told = re.search(r"(\d+) hộ, (?:(\d+) khẩu|chưa có số khẩu)", item["description"])
            (place,) = item["deliveryLocations"]
            longitude, latitude = place["geometry"]["coordinates"]
            assert int(told[1]) == item["quantity"]
            found[item["id"]] = (
                int(item["relatedLot"]), item["quantity"], int(told[2]) if told[2] else None,
                latitude, longitude, *place["gazetteer"]["identifiers"],
            )  # fmt: skip
        assert found == {
            str(zone.id): (
                lot.number, zone.households, zone.population, zone.latitude, zone.longitude,
                zone.commune_code,
            )
            for lot, zone in package.zones
        }  # fmt: skip
    lots = {lot["id"]: lot for lot in release["tender"]["lots"] if lot["id"] not in gone}
    compiled = {lot["id"]: lot for lot in in_force(record, "lots")}
    for lot in package.lots:
        for told in (lots[str(lot.number)], compiled[str(lot.number)]):
            assert told.get("value", {}).get("amount") == (lot.cost and lot.cost.total_vnd)
            assert f"{len(lot.zones)} vùng, {lot.households} hộ" in told["description"]
    assert lots.keys() == compiled.keys()
    costs = [lot.cost for lot in package.lots]
    whole = None if None in costs else sum(cost.total_vnd for cost in costs)
    for tender in (release["tender"], record["compiledRelease"]["tender"]):
        assert tender.get("value", {}).get("amount") == whole
        months = [one["code"] for one in tender["milestones"] if one.get("status")]
        assert months == [f"P{lot.clock.months}M" for lot in package.lots if lot.clock]


def test_every_hash_in_the_ocds_release_is_that_of_the_file(files):
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    (release,) = json.loads(files["ocds-release.json"])["releases"]
    listed = {one["id"]: one["description"][-64:] for one in release["tender"]["documents"]}
    beyond = {"SHA256SUMS", "SHA256SUMS.sig", "manifest.json", "ocds-release.json",
              "ocds-record.json"}  # fmt: skip
    assert listed == {name: sums[name] for name in files.keys() - beyond}
