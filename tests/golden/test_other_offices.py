"""Files of offices that nobody here has seen before: every row must be right, or refused for cause.

The files are made by tests/offices, which shares nothing with the intake, from real communes.
Each case is one office: its form, its spelling of coordinates, its words, with faults planted.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pyogrio
import pytest

from coverage.actions import surveys
from coverage.actions.people import act_for
from coverage.coordinates import meridian_of_province
from coverage.people import OrganisationKind, Role
from tests import databases
from tests.offices import forms, spellings
from tests.offices.encodings import HAS_ICONV, to_tcvn3, to_vni
from tests.offices.judge import faults_of
from tests.offices.spellings import DEGREES, PAIRS, OneCell, TwoCells
from tests.offices.tables import Office, habits
from tests.offices.villages import Commune, Country, invent, plant

PROVINCES = [
    "01",
    "08",
    "11",
    "12",
    "14",
    "22",
    "31",
    "38",
    "44",
    "46",
    "52",
    "56",
    "66",
    "75",
    "80",
    "91",
    "96",
]
VILLAGES = 40


@pytest.fixture(scope="module")
def land(shared_data: Path) -> Country:
    frame = pyogrio.read_dataframe(shared_data / "communes_2026-04-30.gpkg")
    return Country([
        Commune(row.code, row.full_name, row.province_code, row.geometry)
        for row in frame.itertuples()
    ])  # fmt: skip


@pytest.fixture(scope="module")
def check(cluster, real_country):
    """Checks a file as the department of a province; checks write nothing, so one clone serves."""
    with databases.clone(cluster, real_country) as database:
        yield checker(database)


def checker(database):

    def run(path: Path, province: str) -> dict:
        actor = act_for(
            database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "kiểm thử",
            province_code=province,
        )  # fmt: skip
        report = surveys.check(database, actor, path.read_bytes(), path.name, province)
        return report.as_json()

    return run


def case(name: str) -> tuple[random.Random, str]:
    """Return the chance and the province of a case: the same in every run."""
    chance = random.Random(name)
    return chance, chance.choice(PROVINCES)


def villages_of(land: Country, province: str, chance: random.Random, *, faults: bool = True):
    good = invent(land, province, chance, VILLAGES)
    return plant(good, land, chance) if faults else good


def assert_right(report: dict, written: list, *, allowed: int = 0) -> None:
    wrong = faults_of(report, written)
    assert len(wrong) <= allowed, "\n".join([str(report["form"]), *wrong])


@pytest.mark.parametrize("point", DEGREES + PAIRS, ids=lambda point: point.name)
@pytest.mark.parametrize("form", ["csv", "plain", "letterhead"])
def test_every_spelling_in_every_form(land, check, tmp_path, point, form):
    chance, province = case(f"{point.name} {form}")
    office = Office(point, **habits(chance))
    rows = villages_of(land, province, chance)
    if form == "csv":
        path = tmp_path / "bao_cao.csv"
        delimiter = chance.choice(";\t|") if "comma" in point.name else chance.choice(",;\t")
        written = forms.as_delimited(path, office, rows, delimiter=delimiter, encoding="utf-8")
    elif form == "plain":
        path = tmp_path / "bao_cao.xlsx"
        written = forms.as_plain_workbook(path, office, rows)
    else:
        path = tmp_path / "phu_luc.xlsx"
        rows = [row for row in rows if row.fault != "duplicate"]
        written = forms.as_letterhead_workbook(path, office, rows)
    assert_right(check(path, province), written)


@pytest.mark.parametrize("spelling", range(4))
@pytest.mark.parametrize("province", ["11", "12", "14", "40", "46", "52", "80", "92"])
def test_vn2000_with_a_stated_meridian(land, check, tmp_path, province, spelling):
    chance = random.Random(f"vn2000 {province} {spelling}")
    meridian = meridian_of_province(province)
    headers = spellings.meridian_spellings(meridian)
    names = chance.choice([("X", "Y"), ("X (m)", "Y (m)"), ("Tọa độ X", "Tọa độ Y")])
    point = TwoCells(
        "grid", lambda la, lo: spellings.grid(la, lo, meridian), names, headers[spelling]
    )
    office = Office(point, **habits(chance))
    rows = [r for r in villages_of(land, province, chance) if r.fault != "duplicate"]
    path = tmp_path / "vn2000.xlsx"
    written = forms.as_letterhead_workbook(path, office, rows)
    assert_right(check(path, province), written)


@pytest.mark.parametrize(("province", "meridian"), [
    ("12", 103.0),  # Lai Châu's meridian before Circular 24/2025
    ("52", 108.5),  # Gia Lai's
    ("24", 105.5),  # Bắc Ninh's
    ("44", 106.25),  # Quảng Trị's
    ("11", 103.0), ("40", 104.75), ("68", 107.75), ("96", 104.5),
])  # fmt: skip
def test_vn2000_without_a_stated_meridian(land, check, tmp_path, province, meridian):
    chance = random.Random(f"unstated {province}")
    point = TwoCells(
        "grid", lambda la, lo: spellings.grid(la, lo, meridian), ("X", "Y"), "Tọa độ VN2000"
    )
    office = Office(point, **habits(chance))
    rows = [r for r in villages_of(land, province, chance) if r.fault != "duplicate"]
    path = tmp_path / "vn2000.xlsx"
    written = forms.as_letterhead_workbook(path, office, rows)
    assert_right(check(path, province), written)


def test_vn2000_easting_first(land, check, tmp_path):
    chance = random.Random("easting first")
    point = TwoCells("grid", lambda la, lo: spellings.grid(la, lo, 105.0)[::-1],
                     ("X", "Y"), "Tọa độ VN2000 KTT 105°00'")  # fmt: skip
    office = Office(point, **habits(chance))
    rows = villages_of(land, "38", chance)
    path = tmp_path / "xy.xlsx"
    written = forms.as_plain_workbook(path, office, rows)
    assert_right(check(path, "38"), written)


def test_utm_stated_in_the_header(land, check, tmp_path):
    chance = random.Random("utm")
    point = TwoCells("utm", lambda la, lo: spellings.grid(la, lo, 105.0, k=0.9996),
                     ("VN2000 UTM 48N X", "VN2000 UTM 48N Y"), "Tọa độ VN-2000 UTM múi 48N")  # fmt: skip
    office = Office(point, **habits(chance))
    rows = villages_of(land, "11", chance)
    path = tmp_path / "utm.xlsx"
    written = forms.as_plain_workbook(path, office, rows)
    assert_right(check(path, "11"), written)


ENCODINGS = [name for name in forms.ENCODERS if HAS_ICONV or "tcvn3" not in name]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("province", ["08", "66", "91"])
def test_every_encoding(land, check, tmp_path, encoding, province):
    chance = random.Random(f"{encoding} {province}")
    office = Office(DEGREES[chance.choice([0, 2, 3])], **habits(chance))
    rows = villages_of(land, province, chance)
    path = tmp_path / "bao_cao.csv"
    written = forms.as_delimited(path, office, rows, delimiter=";", encoding=encoding)
    assert_right(check(path, province), written)


@pytest.mark.parametrize(("font", "encode"), [
    pytest.param(".VnTime", to_tcvn3, marks=pytest.mark.skipif(not HAS_ICONV, reason="no iconv")),
    ("VNI-Times", to_vni), ("Times New Roman", to_vni),
])  # fmt: skip
def test_font_encodings_in_workbooks(land, check, tmp_path, font, encode):
    chance, province = case(f"font {font}")
    office = Office(DEGREES[0], **habits(chance))
    rows = villages_of(land, province, chance)
    path = tmp_path / "font.xlsx"
    written = forms.as_plain_workbook(path, office, rows, font=font, encode=encode)
    assert_right(check(path, province), written)


def test_two_sheets_with_titles(land, check, tmp_path):
    chance, province = case("two sheets")
    office = Office(DEGREES[2], **habits(chance))
    path = tmp_path / "hai_sheet.xlsx"
    written = forms.as_two_sheets(path, office, villages_of(land, province, chance))
    assert_right(check(path, province), written)


@pytest.mark.parametrize("ending", ["xls", "ods"])
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice converts the workbook")
def test_other_workbook_forms(land, check, tmp_path, ending):
    import subprocess  # noqa: PLC0415

    chance, province = case(ending)
    office = Office(DEGREES[2], **habits(chance))
    rows = [r for r in villages_of(land, province, chance) if r.fault != "duplicate"]
    path = tmp_path / "phu_luc.xlsx"
    written = forms.as_letterhead_workbook(path, office, rows)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to",
         ending, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True,
    )  # fmt: skip
    assert_right(check(path.with_suffix(f".{ending}"), province), written)


@pytest.mark.parametrize("form", ["geojson", "kml", "odk"])
def test_features_and_phone_forms(land, check, tmp_path, form):
    chance, province = case(form)
    rows = villages_of(land, province, chance)
    if form == "kml":
        rows = [row for row in rows if row.fault not in {"no_coordinate", "swapped"}]
        path = tmp_path / "diem.kml"
        written = forms.as_kml(path, rows)
    elif form == "geojson":
        path = tmp_path / "diem.geojson"
        written = forms.as_geojson(path, rows)
    else:
        path = tmp_path / "odk.csv"
        written = forms.as_odk(path, rows)
    assert_right(check(path, province), written)


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile"])
def test_gis_files(land, check, tmp_path, driver):
    geopandas = pytest.importorskip("geopandas")
    chance, province = case(driver)
    rows = [
        r
        for r in villages_of(land, province, chance)
        if r.fault not in {"no_coordinate", "swapped"}
    ]
    frame = geopandas.GeoDataFrame(
        {
            "thon": [r.name for r in rows], "xa": [r.commune.name for r in rows],
            "so_ho": [str(r.households) if r.households_text is None else r.households_text for r in rows],
            "dien": ["Có" if r.grid_power else "Không" for r in rows],
        },
        geometry=geopandas.points_from_xy([r.longitude for r in rows], [r.latitude for r in rows]),
        crs="EPSG:4326",
    )  # fmt: skip
    if driver == "GPKG":
        path = tmp_path / "diem.gpkg"
        frame.to_crs("EPSG:5897").to_file(path, layer="lom_song", driver=driver)
        layer = "lom_song"
    else:
        folder = tmp_path / "shp"
        folder.mkdir()
        frame.to_file(folder / "lomsong.shp", driver=driver, encoding="utf-8")
        path = Path(shutil.make_archive(str(tmp_path / "lomsong"), "zip", folder))
        layer = "lomsong"
    written = [forms.Written(v, layer, n, has_difficulty=False) for n, v in enumerate(rows, 1)]
    assert_right(check(path, province), written)


@pytest.mark.parametrize("kind", ["tone", "apostrophe", "dash", "upper", "spaces"])
def test_spellings_of_names(land, check, tmp_path, kind):
    chance = random.Random(kind)
    respell = {
        "tone": lambda name: name.replace("oà", "òa").replace("uỷ", "ủy").replace("oá", "óa"),
        "apostrophe": lambda name: name.replace("'", "’"),
        "dash": lambda name: name.replace(" - ", "-"),
        "upper": str.upper,
        "spaces": lambda name: "  " + name.replace(" ", "  ") + " ",
    }[kind]
    province = {"tone": "46", "apostrophe": "66", "dash": "46"}.get(kind, "22")
    office = Office(OneCell("pair", lambda la, lo: f"{la}, {lo}"), respell=respell)
    rows = villages_of(land, province, chance)
    path = tmp_path / "ten.xlsx"
    written = forms.as_plain_workbook(path, office, rows)
    assert_right(check(path, province), written)
