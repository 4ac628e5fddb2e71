"""A package's files, read back by other programs: every one tells the same, and always the same.

The golden texts are in ``tests/golden/package``; what was written instead is left beside the
test databases, under ``var/tests/package``, to be looked at and copied when it is right.
"""

import csv
import io
import itertools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace

import openpyxl
import pyogrio
import pytest

from coverage.dossier.columns import COLUMNS
from coverage.dossier.seal import seal
from coverage.packages import PackageVintage, sha256
from tests.builders import a_package, a_package_zone
from tests.full_package import a_second_version

GOLDEN = ("danh-sach.csv", "diem.geojson", "DOC-TRUOC.txt")
MARKS = ("DỰ THẢO", "Ranh giới gần đúng")


def a_map(package):
    """A stand-in for the door's map."""
    return f"<!doctype html><title>{package.number} {package.marks}</title>".encode()


def files_of(package):
    with zipfile.ZipFile(io.BytesIO(seal(package, {"ban-do.html": a_map}).content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def package():
    return a_package()


@pytest.fixture(scope="module")
def files(package):
    return files_of(package)


@pytest.fixture(scope="module")
def unpacked(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gói thầu")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def csv_rows(files):
    text = files["danh-sach.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def workbook_rows(files):
    book = openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]), data_only=True)
    lines = list(book["Danh sách"].iter_rows(values_only=True))
    header = next(place for place, line in enumerate(lines) if line[0] == "Ký hiệu")
    body = itertools.takewhile(
        lambda line: not str(line[0]).startswith("Cộng"), lines[header + 1 :]
    )
    return [dict(zip(lines[header], line, strict=True)) for line in body]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_texts_are_the_golden_ones(files, project, name):
    written = project / "var" / "tests" / "package" / name
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_bytes(files[name])
    assert files[name] == (project / "tests" / "golden" / "package" / name).read_bytes()


def test_every_file_tells_the_same_zones(package, files, unpacked):
    expected = {
        str(zone.id): (lot.number, zone.village, zone.households, zone.population,
                       zone.latitude, zone.longitude, zone.northing_m, zone.easting_m)
        for lot, zone in package.zones
    }  # fmt: skip

    def number(text):
        return int(text) if text else None

    assert {
        row["zone_id"]: (
            int(row["lot"]), row["village"], int(row["households"]), number(row["population"]),
            float(row["latitude"]), float(row["longitude"]),
            float(row["northing_m"]), float(row["easting_m"]),
        )
        for row in csv_rows(files)
    } == expected  # fmt: skip
    assert {
        row["Mã vùng"]: (
            row["Lô"], row["Thôn, bản"], row["Số hộ"], row["Số khẩu"],
            row["Vĩ độ (WGS 84)"], row["Kinh độ (WGS 84)"],
            row["X Bắc (VN-2000, m)"], row["Y Đông (VN-2000, m)"],
        )
        for row in workbook_rows(files)
    } == expected  # fmt: skip
    features = json.loads(files["diem.geojson"])["features"]
    keys = ("lot", "village", "households", "population", "latitude", "longitude",
            "northing_m", "easting_m")  # fmt: skip
    assert {
        feature["id"]: tuple(feature["properties"][key] for key in keys) for feature in features
    } == expected
    for feature in features:
        assert feature["geometry"]["coordinates"] == [
            feature["properties"]["longitude"], feature["properties"]["latitude"],
        ]  # fmt: skip
    with sqlite3.connect(unpacked / "diem.gpkg") as database:
        listed = database.execute(f"SELECT zone_id, {', '.join(keys)} FROM zones").fetchall()
    database.close()
    assert {row[0]: row[1:] for row in listed} == expected


def test_the_geopackage_opens_in_another_library(package, unpacked):
    assert pyogrio.list_layers(unpacked / "diem.gpkg").tolist() == [
        ["zones", "Point"], ["sites", "Point"], ["lots", "Polygon"], ["layer_styles", None],
    ]  # fmt: skip
    zones = pyogrio.read_dataframe(unpacked / "diem.gpkg", layer="zones")
    lots = pyogrio.read_dataframe(unpacked / "diem.gpkg", layer="lots")
    assert zones.crs.to_epsg() == lots.crs.to_epsg() == 4326
    assert zones.geometry.x.tolist() == zones["longitude"].tolist()
    assert zones.geometry.y.tolist() == zones["latitude"].tolist()
    assert lots["households"].tolist() == [lot.households for lot in package.lots]
    assert lots.geometry.is_valid.all()
    for lot in package.lots:
        hull = lots[lots["lot"] == lot.number].geometry.iloc[0]
        inside = zones[zones["lot"] == lot.number]
        assert inside.geometry.within(hull).all()
        # A kilometre, less what a corner of sixteen to the circle cuts off; in degrees.
        assert min(point.distance(hull.exterior) for point in inside.geometry) > 980 / 111_320


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not on this machine")
def test_the_geopackage_opens_in_ogrinfo(unpacked):
    told = subprocess.run(
        ["ogrinfo", "-ro", "-so", "-al", unpacked / "diem.gpkg"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Layer name: zones" in told.stdout
    assert "Feature Count: 5" in told.stdout
    assert "Geometry: Polygon" in told.stdout
    assert 'ID["EPSG",4326]' in told.stdout
    assert told.stderr == ""


def test_the_geopackage_keeps_the_standards_own_checks(unpacked):
    with sqlite3.connect(unpacked / "diem.gpkg") as database:
        assert database.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert database.execute("PRAGMA user_version").fetchone() == (10300,)
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        changed = database.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall()
    database.close()
    assert changed == [("2026-11-23T03:04:05.000Z",)]


def sums_of(files):
    """The values stored beside the formulas of each sheet's last row."""
    formulas = openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]))
    values = openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]), data_only=True)
    found = {}
    for name in ("Tổng hợp", "Danh sách"):
        last = next(
            row for row in formulas[name].iter_rows() if str(row[0].value).startswith("Cộng")
        )
        cells = [cell for cell in last if isinstance(cell.value, str) and cell.value[0] == "="]
        assert all("SUM" in cell.value or "SUBTOTAL" in cell.value for cell in cells)
        found[name] = [values[name][cell.coordinate].value for cell in cells]
    return found


def test_totals_are_formulas_with_their_values(package, files):
    assert sums_of(files) == {
        "Tổng hợp": [
            5,
            package.totals()["households"],
            package.totals()["population"],
            3,
            1,
            1,
            "–",
        ],
        "Danh sách": [115, 412],
    }


def test_the_workbook_is_set_up_for_reading_and_for_paper(package, files):
    book = openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]))
    assert book.sheetnames == ["Tổng hợp", "Danh sách", "Ghi chú"]
    listing = book["Danh sách"]
    assert listing.freeze_panes == "D6"
    assert listing.auto_filter.ref.startswith("A5:")
    assert listing.print_title_rows == "$5:$5"
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
            0, True,
        )  # fmt: skip
        for mark in MARKS:
            assert mark in sheet.oddHeader.center.text
            assert mark in sheet["A4"].value
    assert book.properties.created.isoformat() == "2026-11-23T03:04:05"
    assert book.properties.modified.isoformat() == "2026-11-23T03:04:05"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_the_formulas_calculate_in_libreoffice(package, tmp_path):
    """The stored values are taken out first, so that what comes back was calculated there."""
    south, north = package.lots
    silent = replace(north, zones=tuple(replace(zone, population=None) for zone in north.zones))
    files = files_of(replace(package, lots=(south, silent)))
    bare = tmp_path / "bare.xlsx"
    with (
        zipfile.ZipFile(io.BytesIO(files["danh-sach.xlsx"])) as whole,
        zipfile.ZipFile(bare, "w") as stripped,
    ):
        for name in whole.namelist():
            content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", whole.read(name))
            stripped.writestr(name, content)
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", every_sheet, "--outdir", tmp_path, bare],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    told = {
        path.stem.removeprefix("bare-"): list(csv.reader(path.read_text("utf-8").splitlines()))
        for path in tmp_path.glob("bare-*.csv")
    }
    lots = [row for row in told["Tổng hợp"] if row[0] in {"1", "2"}]
    assert [row[3:] for row in lots] == [
        ["3", "66", "196", "2", "1", "0", "–"], ["2", "49", "–", "1", "0", "1", "–"],
    ]  # fmt: skip
    sums = next(row for row in told["Tổng hợp"] if row[0] == "Cộng")
    assert sums[3:] == ["5", "115", "196", "3", "1", "1", "–"]
    below = next(row for row in told["Danh sách"] if row[0].startswith("Cộng"))
    assert [cell for cell in below[1:] if cell] == ["115", "196"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_every_formula_of_a_full_package_calculates_to_what_is_stored(tmp_path):
    """As above, for every sheet: sites, parts of costs that are absent, lots without an estimate."""
    files = files_of(a_second_version())
    stored = openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]))
    bare = tmp_path / "bare.xlsx"
    with (
        zipfile.ZipFile(io.BytesIO(files["danh-sach.xlsx"])) as whole,
        zipfile.ZipFile(bare, "w") as stripped,
    ):
        for name in whole.namelist():
            stripped.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", whole.read(name)))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "xlsx", "--outdir", tmp_path / "out", bare],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    told = openpyxl.load_workbook(tmp_path / "out" / "bare.xlsx", data_only=True)
    counted = 0
    for sheet in formulas:
        for cell in itertools.chain.from_iterable(sheet.iter_rows()):
            if isinstance(cell.value, str) and cell.value.startswith("="):
                counted += 1
                calculated = told[sheet.title][cell.coordinate].value
                kept = stored[sheet.title][cell.coordinate].value
                assert calculated == kept, (sheet.title, cell.coordinate, cell.value)
    assert counted > 50


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "+84 912", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://x\")", "{=1+1}",
     "http://example.org", "Bản \"Trên\", xóm; dưới", "<b>Bản</b>"],
)  # fmt: skip
def test_a_villages_name_stays_text_everywhere(package, typed, tmp_path):
    lot = package.lots[0]
    zone = replace(lot.zones[0], village=typed)
    files = files_of(replace(package, lots=(replace(lot, zones=(zone,)),)))
    (row,) = csv_rows(files)
    guarded = typed[0] in "=+-@\t"
    assert row["village"] == ("'" + typed if guarded else typed)
    book = openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]))
    cell = book["Danh sách"]["C6"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (typed, "s", None)
    (feature,) = json.loads(files["diem.geojson"])["features"]
    assert feature["properties"]["village"] == typed
    (tmp_path / "x.gpkg").write_bytes(files["diem.gpkg"])
    assert pyogrio.read_dataframe(tmp_path / "x.gpkg", layer="zones")["village"].tolist() == [typed]


def test_a_draft_on_approximate_areas_says_so_in_every_file(files):
    with zipfile.ZipFile(io.BytesIO(files["danh-sach.xlsx"])) as workbook:
        parts = {**files, **{name: workbook.read(name) for name in workbook.namelist()}}
    for name in ("danh-sach.csv", "diem.geojson", "diem.gpkg", "diem.kml", "DOC-TRUOC.txt",
                 "manifest.json", "ban-do.html", "index.html", "ocds-release.json",
                 "ocds-record.json", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml",
                 "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"):  # fmt: skip
        for mark in MARKS:
            assert mark.encode() in parts[name], (name, mark)


def test_a_published_package_on_real_areas_says_neither(package):
    vintage = PackageVintage("2026-04-30", "Ranh giới thật", approximate=False)
    files = files_of(replace(package, draft=False, vintage=vintage))
    with zipfile.ZipFile(io.BytesIO(files["danh-sach.xlsx"])) as workbook:
        files |= {name: workbook.read(name) for name in workbook.namelist()}
    for name, content in files.items():
        for mark in MARKS:
            assert mark.encode() not in content, (name, mark)


def test_unknown_facts_are_empty_never_zero_or_no(package):
    zone = a_package_zone(
        population=None, signal=None, grid_power=None, specially_difficult=None,
        northing_m=None, easting_m=None, operators_assessed=None, operators_within_reach=None,
    )  # fmt: skip
    lot = replace(package.lots[0], zones=(zone,))
    files = files_of(replace(package, lots=(lot,), grid=None))
    empty = {"population", "signal", "grid_power", "specially_difficult", "northing_m",
             "easting_m", "operators_assessed", "operators_within_reach", "vn2000_epsg",
             "vn2000_meridian", "declared_commune", "declared_commune_code", "former_communes",
             "sites"}  # fmt: skip
    (row,) = csv_rows(files)
    assert {key for key, value in row.items() if value == ""} == empty
    (feature,) = json.loads(files["diem.geojson"])["features"]
    assert {key for key, value in feature["properties"].items() if value is None} == empty
    (shown,) = workbook_rows(files)
    assert (shown["Hiện trạng sóng"], shown["Điện lưới"], shown["Thôn ĐBKK"]) == ("Chưa rõ",) * 3
    assert shown["Nhà mạng có trạm trong tầm"] == "Chưa đánh giá"
    assert shown["Số khẩu"] is None
    assert sums_of(files) == {
        "Tổng hợp": [1, 21, "–", 0, 0, 1, "–"], "Danh sách": [21, "–"],
    }  # fmt: skip
    assert "chưa xác định kinh tuyến trục" in files["DOC-TRUOC.txt"].decode()


def test_the_readme_names_every_file_and_column(files):
    text = files["DOC-TRUOC.txt"].decode("utf-8-sig")
    for name in files.keys() - {"DOC-TRUOC.txt"}:
        assert re.search(rf"^  {re.escape(name)} +\S", text, re.MULTILINE), name
    for column in COLUMNS:
        assert re.search(rf"^  {column.key} +{re.escape(column.heading)}\r?$", text, re.MULTILINE)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_plain_sha256sum_accepts_the_package(files, unpacked):
    told = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=unpacked, capture_output=True, text=True, check=True
    )
    assert sorted(line.split(":")[0] for line in told.stdout.splitlines()) == sorted(
        files.keys() - {"SHA256SUMS"}
    )


def test_two_builds_are_the_same_bytes_in_other_processes_at_other_times(project):
    """Another hash seed, another time zone, another language, more than two seconds later."""
    build = """
import io, sys, time, zipfile
time.sleep(float(sys.argv[1]))
from coverage.dossier.seal import seal
from coverage.packages import sha256
from tests.full_package import a_second_version
with zipfile.ZipFile(io.BytesIO(seal(a_second_version(draft=True), {}).content)) as archive:
    for name in archive.namelist():
        print(name, sha256(archive.read(name)))
"""
    told = [
        subprocess.run(
            [sys.executable, "-c", build, wait], cwd=project, capture_output=True, text=True,
            check=True, env={"PATH": os.environ["PATH"], **surroundings},
        ).stdout
        for wait, surroundings in (
            ("0", {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}),
            ("2.1", {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8",
                     "PYTHONUTF8": "0"}),
        )
    ]  # fmt: skip
    assert told[0] == told[1]
    here = files_of(a_second_version(draft=True))
    here.pop("ban-do.html")  # a stand-in, not part of what was built there
    built = dict(line.split(" ") for line in told[0].splitlines())
    lists = {"DOC-TRUOC.txt", "SHA256SUMS", "index.html", "manifest.json", "ocds-release.json",
             "ocds-record.json"}  # fmt: skip
    assert built.keys() == here.keys()
    for name in here.keys() - lists:
        assert built[name] == sha256(here[name]), name
