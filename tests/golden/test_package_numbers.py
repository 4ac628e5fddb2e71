"""Every file of a package is read back, and every number in it is held against the package's own.

The truth is the value that the files are written from; each reader is another program or library
than the writer, or the plain text that a person would read.
"""

import csv
import html.parser
import io
import itertools
import json
import math
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import docx
import openpyxl
import pyogrio
import pytest

from api.drawing import content_of_package
from coverage.actions.overview import Ground
from coverage.costs import CostKind
from coverage.dossier import sheets
from coverage.dossier.annex import annex_of
from coverage.dossier.annex import docx as docx_annex
from coverage.dossier.annex import pdf as pdf_annex
from coverage.dossier.lot_columns import COST_WORDS
from coverage.dossier.seal import seal
from coverage.packages import SiteKind
from coverage.storage.places import Vintage
from maps.document import map_document
from maps.printed import draw
from tests.full_package import a_first_version, a_second_version
from tests.printed import ground_of

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


@pytest.fixture(scope="module")
def book(files):
    return openpyxl.load_workbook(io.BytesIO(files["danh-sach.xlsx"]), data_only=True)


def truth_of_zones(package):
    return {
        str(zone.id): (
            zone.label, lot.number, zone.village, zone.commune, zone.commune_code,
            zone.households, zone.population, zone.latitude, zone.longitude, zone.northing_m,
            zone.easting_m, zone.operators_assessed, zone.operators_within_reach,
        )
        for lot, zone in package.zones
    }  # fmt: skip


KEYS = (
    "label", "lot", "village", "commune", "commune_code", "households", "population", "latitude",
    "longitude", "northing_m", "easting_m", "operators_assessed", "operators_within_reach",
)  # fmt: skip
TEXTS = {"label", "village", "commune", "commune_code"}


def typed(key, text):
    """A value as a program reads it out of a text."""
    if text in ("", None):
        return None
    if key in TEXTS:
        return text
    return float(text) if "." in text else int(text)


def by_header(sheet, first):
    """The lines of a table under the header that begins with ``first``, up to the sums."""
    lines = list(sheet.iter_rows(values_only=True))
    header = next(place for place, line in enumerate(lines) if line[0] == first)
    found = []
    for line in lines[header + 1 :]:
        if line[0] is None or str(line[0]).startswith("Cộng"):
            break
        found.append(dict(zip(lines[header], line, strict=True)))
    return found


def sums_below(sheet, first):
    lines = list(sheet.iter_rows(values_only=True))
    header = next(line for line in lines if line[0] == first)
    sums = next(line for line in lines if str(line[0]).startswith("Cộng"))
    return {name: value for name, value in zip(header, sums, strict=True) if name}


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


def test_zones_in_the_workbook(package, book):
    headings = ("Ký hiệu", "Lô", "Thôn, bản", "Xã, phường", "Mã xã", "Số hộ", "Số khẩu",
                "Vĩ độ (WGS 84)", "Kinh độ (WGS 84)", "X Bắc (VN-2000, m)", "Y Đông (VN-2000, m)",
                "Nhà mạng có trạm trong tầm", "Xã, phường cũ")  # fmt: skip
    rows = by_header(book["Danh sách"], "Ký hiệu")
    found = {row["Mã vùng"]: tuple(row[name] for name in headings) for row in rows}
    former = {str(zone.id): "; ".join(zone.former_communes) or None for _, zone in package.zones}
    for key, told in truth_of_zones(package).items():
        *facts, assessed, within = told
        evidence = f"{within}/{assessed}" if assessed else "Chưa đánh giá"
        assert found.pop(key) == (*facts, evidence, former[key])
    assert not found


def test_sums_in_the_workbook(package, book):
    totals = package.totals()
    listed = sums_below(book["Danh sách"], "Ký hiệu")
    assert (listed["Số hộ"], listed["Số khẩu"]) == (totals["households"], totals["population"])
    lots = {row["Lô"]: row for row in by_header(book["Tổng hợp"], "Lô")}
    for lot in package.lots:
        row = lots[lot.number]
        stated = [zone.population for zone in lot.zones if zone.population is not None]
        assert (row["Số vùng"], row["Số hộ"], row["Số khẩu (đã có số liệu)"]) == (
            len(lot.zones), lot.households, sum(stated) if stated else "–",
        )  # fmt: skip
        assert row["Ước tính (đồng)"] == (lot.cost.total_vnd if lot.cost else "–")
    below = sums_below(book["Tổng hợp"], "Lô")
    assert (below["Số vùng"], below["Số hộ"]) == (totals["zones"], totals["households"])
    costs = [lot.cost for lot in package.lots]
    whole = "–" if None in costs else sum(cost.total_vnd for cost in costs)
    assert below["Ước tính (đồng)"] == whole


def truth_of_sites(package):
    return {
        site.label: (
            lot.number, site.latitude, site.longitude, site.households,
            {part.kind: part.amount_vnd for part in site.cost.parts}, site.cost.total_vnd,
        )
        for lot in package.lots
        for site in lot.sites
    }  # fmt: skip


def test_sites_and_costs_in_the_workbook(package, book):
    found = {row["Ký hiệu"]: row for row in by_header(book["Trạm đề xuất"], "Ký hiệu")}
    truth = truth_of_sites(package)
    assert found.keys() == truth.keys()
    for label, (lot, latitude, longitude, households, parts, total) in truth.items():
        row = found[label]
        assert (row["Lô"], row["Vĩ độ (WGS 84)"], row["Kinh độ (WGS 84)"], row["Số hộ"]) == (
            lot, latitude, longitude, households,
        )  # fmt: skip
        for kind, words in COST_WORDS.items():
            expected = parts.get(kind) if parts.get(kind, 0) is not None else "–"
            assert row[words] == expected, (label, kind)
        assert row["Cộng (đồng)"] == total
    by_lot = {row["Lô"]: row for row in by_header(book["Chi phí"], "Lô")}
    for lot in package.lots:
        row = by_lot[lot.number]
        assert row["Số trạm"] == len(lot.sites)
        assert row["Cộng (đồng)"] == (lot.cost.total_vnd if lot.cost else "–")
        for part in lot.cost.parts if lot.cost else ():
            assert row[COST_WORDS[part.kind]] == (
                "–" if part.amount_vnd is None else part.amount_vnd
            )
        if lot.cost:
            served = sum(site.households for site in lot.sites)
            assert abs(row["Bình quân một hộ (đồng)"] - lot.cost.total_vnd / served) <= 0.5


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


def test_readiness_and_clocks_in_the_workbook(package, book):
    rows = {row["Lô"]: row for row in by_header(book["Điều kiện và thời hạn"], "Lô")}
    for lot in package.lots:
        row = rows[lot.number]
        if lot.clock:
            assert (row["Thời hạn (tháng)"], row["Lý do"], row["Căn cứ"]) == (
                lot.clock.months, lot.clock.reason, lot.clock.citation,
            )  # fmt: skip
        else:
            assert row["Thời hạn (tháng)"] == "–"
        states = {one.kind.value: one.state.value for one in lot.readiness}
        words = {"ready": "Sẵn sàng", "not_ready": "Chưa sẵn sàng"}
        for kind, heading in (
            ("power", "Điện"), ("road", "Đường"), ("land", "Mặt bằng"), ("permits", "Giấy phép"),
        ):  # fmt: skip
            assert row[heading] == words.get(states.get(kind), "Chưa rõ")


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


class Cells(html.parser.HTMLParser):
    """The cells of each line of the first table."""

    def __init__(self):
        super().__init__()
        self.lines, self.inside = [], False

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag == "tr":
            self.lines.append([])
        self.inside = tag in ("td", "th")
        if self.inside:
            self.lines[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.lines[-1][-1] += data


def whole(text):
    """A number as Vietnamese papers write it; None where it is said to be unknown."""
    found = re.match(r"[\d.]+", text)
    return int(found[0].replace(".", "")) if found else None


def test_numbers_on_the_front_page(package, files):
    cells = Cells()
    cells.feed(files["index.html"].decode())
    lines = {line[0]: line[1:] for line in cells.lines}
    for lot in package.lots:
        stated = [zone.population for zone in lot.zones if zone.population is not None]
        assert [whole(cell) for cell in lines[lot.name]] == [
            len(lot.zones), lot.households, sum(stated) if stated else None,
            len(lot.sites) or None, lot.cost.total_vnd if lot.cost else None,
            lot.clock.months if lot.clock else None,
        ]  # fmt: skip
    totals = package.totals()
    costs = [lot.cost for lot in package.lots]
    assert [whole(cell) for cell in lines["Cộng"][:5]] == [
        totals["zones"], totals["households"], totals["population"],
        sum(len(lot.sites) for lot in package.lots) or None,
        None if None in costs else sum(cost.total_vnd for cost in costs),
    ]  # fmt: skip


def test_numbers_in_the_readme(package, files):
    text = " ".join(files["DOC-TRUOC.txt"].decode("utf-8-sig").split())
    totals = package.totals()
    assert f"{totals['lots']} lô, {totals['zones']} vùng, {totals['households']} hộ" in text
    for lot in package.lots:
        said = re.search(
            rf"{re.escape(lot.name)}: (\d+) vùng, ([\d.]+) hộ(.*?)(?=Lô \d|CÁC TỆP|$)", text
        )
        assert (int(said[1]), whole(said[2])) == (len(lot.zones), lot.households)
        if lot.cost:
            cost = re.search(r"ước tính ([\d.]+) đồng", said[3])
            assert whole(cost[1]) == lot.cost.total_vnd
        if lot.clock:
            assert f"phát sóng trong {lot.clock.months} tháng" in said[3]


def test_changes_and_answers_are_told_in_every_file_for_people(package, files, book):
    if not package.changes:
        return
    sheet = " ".join(
        str(cell) for row in book["Sửa đổi và làm rõ"].iter_rows(values_only=True) for cell in row
    )
    texts = [sheet, *(
        " ".join(files[name].decode().split()) for name in ("DOC-TRUOC.txt", "index.html")
    )]  # fmt: skip
    for text in texts:
        for told in ("Hai thôn đã có sóng", "L3-01 Bản Rào Tre 6", "L2-02 Bản Rào Tre 5",
                     "20 → 21", "Có được dùng chung cột?", "Được."):  # fmt: skip
            assert told in text


@pytest.fixture(scope="module")
def papers(package):
    """The annex in both forms, and the sheets, drawn on a ground of their own."""
    drawings = draw(ground_of(package), package)
    annex = annex_of(package)
    return {
        "docx": docx_annex.write(annex, drawings),
        "pdf": pdf_annex.write(annex, drawings),
        "maps": sheets.write(package, drawings),
    }


def vietnamese(number):
    return "–" if number is None else f"{number:,}".replace(",", ".")


def printed_zones(package):
    """What a line of the annex has of each zone, in the order of its columns."""
    return {
        zone.label: [
            f"{zone.latitude:.7f}", f"{zone.longitude:.7f}", f"{zone.northing_m:.2f}",
            f"{zone.easting_m:.2f}", vietnamese(zone.households), vietnamese(zone.population),
        ]
        for _, zone in package.zones
    }  # fmt: skip


def printed_sites(package):
    return {
        site.label: [
            "–" if site.latitude is None else f"{site.latitude:.7f}",
            "–" if site.longitude is None else f"{site.longitude:.7f}",
            ", ".join(site.serves), vietnamese(site.households),
            vietnamese(site.cost.total_vnd),
        ]
        for lot in package.lots
        for site in lot.sites
    }  # fmt: skip


def test_numbers_in_the_annex_for_word(package, papers):
    rows = [
        [cell.text for cell in row.cells]
        for table in docx.Document(io.BytesIO(papers["docx"])).tables
        for row in table.rows
    ]
    by_label = {row[0]: row for row in rows if re.match(r"[LT]\d+-\d+$", row[0])}
    assert {label: by_label[label][4:10] for label in printed_zones(package)} == printed_zones(
        package
    )
    assert {label: by_label[label][3:] for label in printed_sites(package)} == printed_sites(
        package
    )
    assert len(by_label) == len(printed_zones(package)) + len(printed_sites(package))
    lots = {row[0]: row for row in rows if len(row) == 8 and row[0].isdigit()}
    for lot in package.lots:
        told = lots[str(lot.number)]
        assert told[2:4] == [str(len(lot.zones)), vietnamese(lot.households)]
        assert told[-2:] == [
            vietnamese(lot.cost.total_vnd) if lot.cost else told[-2],
            str(lot.clock.months) if lot.clock else told[-1],
        ]
        if lot.cost is None:
            assert not re.search(r"\d", told[-2])
        if lot.clock is None:
            assert not re.search(r"\d", told[-1])
    sums = next(row for row in rows if len(row) == 8 and row[1] == "Cộng")
    totals = package.totals()
    assert sums[2:4] == [str(totals["zones"]), vietnamese(totals["households"])]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
def test_numbers_in_the_printed_annex(package, papers):
    told = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=papers["pdf"], capture_output=True, check=True
    ).stdout.decode()
    lines = {}
    for line in told.splitlines():
        found = re.match(r"\s*([LT]\d+-\d+)\s+(.*)", line)
        if found and re.search(r"\d\.\d{7}|–\s+–", found[2]):
            assert found[1] not in lines, found[1]
            lines[found[1]] = " ".join(found[2].split())
    truth = printed_zones(package) | printed_sites(package)
    assert lines.keys() == truth.keys()
    for label, numbers in truth.items():
        assert " ".join(numbers) in lines[label], label
    text = " ".join(told.split())
    for lot in package.lots:
        assert f"{len(lot.zones)} vùng, {vietnamese(lot.households)} hộ" in text
        if lot.cost:
            assert vietnamese(lot.cost.total_vnd) in text
    totals = package.totals()
    assert f"với {vietnamese(totals['households'])} hộ" in text
    assert f"{vietnamese(totals['population'])} nhân khẩu" in text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not on this machine")
def test_every_zone_and_every_new_site_is_on_the_sheets(package, papers):
    told = subprocess.run(
        ["pdftotext", "-", "-"], input=papers["maps"], capture_output=True, check=True
    ).stdout.decode()
    for lot, zone in package.zones:
        assert zone.label in told
        assert f"Lô {lot.number}" in told
    for lot in package.lots:
        for site in lot.sites:
            assert (site.label in told) == (site.kind is SiteKind.NEW)


def test_zones_and_lots_on_the_map_for_browsers(package):
    vintage = Vintage("2026-04-30", "active", False, "danh mục", {}, package.dated, None, {})
    page = map_document(content_of_package(package, Ground(vintage, (), ()))).decode()
    block = re.search(r'id="phusong-data">(.*?)</script>', page, re.DOTALL)
    data = json.loads(block[1])
    zones = data["zones"]
    # Positions are whole millionths of a degree, each as the step from the one before.
    longitudes, latitudes = (list(itertools.accumulate(zones[axis])) for axis in "xy")
    assert {
        label: (longitude, latitude, households, population, lot)
        for label, longitude, latitude, households, population, lot in zip(
            zones["label"], longitudes, latitudes, zones["households"], zones["population"],
            zones["lot"], strict=True,
        )
    } == {
        zone.label: (
            round(zone.longitude * 1e6), round(zone.latitude * 1e6), zone.households,
            zone.population, lot.number,
        )
        for lot, zone in package.zones
    }  # fmt: skip
    assert [(lot["number"], lot["zones"], lot["households"]) for lot in data["lots"]] == [
        (lot.number, len(lot.zones), lot.households) for lot in package.lots
    ]
