"""Damaged files of every kind give a document or a refusal in words, never a traceback."""

from __future__ import annotations

import functools
import io
import random
import re
import zipfile
from pathlib import Path

import geopandas
import pytest
import shapely
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverage.errors import InputRefused
from coverage.findings import Language
from coverage.intake.document import Document, Limits
from coverage.intake.files import read
from tests.unit.typed import to_tcvn3

FILES = Path(__file__).parents[1] / "unit" / "files"
LIMITS = Limits(seconds=20, memory_bytes=800_000_000, unpacked_bytes=50_000_000)
CSV = 'STT;Xã;Thôn;Vĩ độ;Số hộ\n1;Xã Cẩm Hưng;"Khuổi\nPhìn";18,079518;63\n2;Tân Hòa;Cò;18°30\'15"N;x\n'
KML = (
    '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>Xã</name>'
    "<Placemark><name>Bản Á</name><ExtendedData><Data name='so_ho'><value>5</value></Data></ExtendedData>"
    "<Polygon><outerBoundaryIs><LinearRing><coordinates>104,22 105,22 105,23 104,22</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>"
)
GPX = '<gpx><wpt lat="21.2" lon="105.1"><name>Bản Á</name></wpt><rte/></gpx>'


@functools.cache
def seeds() -> dict[str, bytes]:
    """One small file of every kind."""
    table = geopandas.GeoDataFrame(
        {"ten": ["Bản Á", "Cò"], "ho": [5, 6]}, geometry=[shapely.Point(105, 21), shapely.box(1, 2, 3, 4)], crs=4326,
    )  # fmt: skip
    return {
        "ds.xlsx": workbook(),
        "ds.xls": (FILES / "table.xls").read_bytes(),
        "ds.ods": (FILES / "table.ods").read_bytes(),
        "ds.csv": CSV.encode("utf-8-sig"),
        "tcvn3.csv": to_tcvn3(CSV).encode("latin-1"),
        "utf16.csv": CSV.encode("utf-16"),
        "lop.geojson": table.to_json().encode(),
        "lop.kml": KML.encode(),
        "lop.kmz": zipped({"doc.kml": KML.encode()}),
        "lop.gpx": GPX.encode(),
    }


def workbook() -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    sheet = book.add_worksheet("DS")
    old = book.add_format({"font_name": ".VnTime"})
    sheet.merge_range("A1:C1", "Tiêu đề")
    sheet.write_row("A2", ["STT", "Xã", "Hộ", 22.5])
    sheet.write("B3", to_tcvn3("Xã Mường Nhé"), old)
    sheet.write_formula("C3", "=1/0", None, "#DIV/0!")
    sheet.set_row(2, None, None, {"hidden": True})
    book.add_worksheet("Ẩn").hide()
    book.close()
    return held.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return held.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, cut out, doubled or put elsewhere."""
    held = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(held) + 1)
        length = chance.choice([1, 1, 2, 4, 16, 200])
        match chance.randrange(5):
            case 0:
                held[place : place + length] = chance.randbytes(length)
            case 1:
                del held[place : place + length]
            case 2:
                held[place:place] = held[place : place + length]
            case 3:
                other = chance.randrange(len(held) + 1)
                held[place : place + length] = held[other : other + length]
            case _:
                held[place:place] = chance.choice(
                    [b"<", b">", b'"', b"\0", b"99999999999", b"&x;", b"-"]
                )
    return bytes(held)


def check(data: bytes, name: str) -> None:
    """Read it; the answer must be one of the two that there are."""
    try:
        document = read(data, name, LIMITS)
    except InputRefused as refused:
        assert refused.findings  # noqa: PT017 - both endings are right
        for told in refused.findings:
            assert all("{" not in told.message(language) for language in Language) or "{" in str(
                told.facts
            )
        return
    assert isinstance(document, Document)
    for sheet in document.sheets:
        assert len(sheet.rows) == len(sheet.row_numbers)
        assert list(sheet.row_numbers) == sorted(set(sheet.row_numbers))
        assert sheet.points is None or len(sheet.points) == len(sheet.rows)
        assert all(len(row) <= len(sheet.columns) for row in sheet.rows)


quiet = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(quiet, max_examples=120)
@given(st.sampled_from(sorted(seeds())), st.randoms(use_true_random=False))
def test_damaged_bytes(name, chance):
    check(damaged(seeds()[name], chance), name)


@settings(quiet, max_examples=80)
@given(st.sampled_from(["ds.xlsx", "ds.ods", "lop.kmz"]), st.randoms(use_true_random=False))
def test_damage_inside_a_zip(name, chance):
    parts = unzipped(seeds()[name])
    part = chance.choice(sorted(parts))
    if chance.random() < 0.1:
        del parts[part]
    else:
        parts[part] = damaged(parts[part], chance)
    check(zipped(parts), name)


VALUE = re.compile(rb'="([^"]*)"|>([^<>]+)<')
ODD = [
    b"", b"0", b"-1", b"99999999999", b"XFD1048576", b"A0", b"1048577", b"s", b"e", b"d",
    b"inlineStr", b"&amp;", b"../../x", b"\xff",
]  # fmt: skip


@settings(quiet, max_examples=80)
@given(st.randoms(use_true_random=False))
def test_odd_values_inside_a_workbook(chance):
    parts = unzipped(seeds()["ds.xlsx"])
    part = chance.choice([name for name in sorted(parts) if name.endswith((".xml", ".rels"))])
    places = [found.span(found.lastindex) for found in VALUE.finditer(parts[part])]
    for start, end in sorted(chance.sample(places, min(3, len(places))), reverse=True):
        parts[part] = parts[part][:start] + chance.choice(ODD) + parts[part][end:]
    check(zipped(parts), "ds.xlsx")


@pytest.fixture(scope="module")
def maps(tmp_path_factory) -> dict[str, bytes]:
    """A GeoPackage and a Shapefile, which go to the other parser."""
    folder = tmp_path_factory.mktemp("maps")
    table = geopandas.GeoDataFrame(
        {"ten": ["Bản Á"], "ho": [5]}, geometry=[shapely.Point(105, 21)], crs=9209
    )
    table.to_file(folder / "lop.gpkg")
    table.to_file(folder / "lop.shp", encoding="utf-8")
    shape = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".gpkg"}
    return {"lop.gpkg": (folder / "lop.gpkg").read_bytes(), "lop.zip": zipped(shape)}


@settings(quiet, max_examples=16)
@given(chance=st.randoms(use_true_random=False))
def test_damaged_maps(maps, chance):
    name = chance.choice(sorted(maps))
    if name == "lop.zip":
        parts = unzipped(maps[name])
        part = chance.choice(sorted(parts))
        check(zipped({**parts, part: damaged(parts[part], chance)}), name)
    else:
        check(damaged(maps[name], chance), name)
