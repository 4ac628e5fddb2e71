"""The annex, the sheets and the map are read back, every number held against the package's own.

The truth is the value that the files are written from; each reader is another program or library
than the writer, or the plain text that a person would read.
"""

import io
import itertools
import json
import re
import shutil
import subprocess

import docx
import pytest

from api.drawing import content_of_package
from coverage.actions.overview import Ground
from coverage.dossier import sheets
from coverage.dossier.annex import annex_of
from coverage.dossier.annex import docx as docx_annex
from coverage.dossier.annex import pdf as pdf_annex
from coverage.packages import SiteKind
from coverage.storage.places import Vintage
from maps.document import map_document
from maps.printed import draw
from tests.full_package import a_first_version, a_second_version
from tests.printed import ground_of


@pytest.fixture(scope="module", params=[a_first_version, a_second_version])
def package(request):
    return request.param()


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
