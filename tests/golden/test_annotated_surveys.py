"""The marked workbook sent again gives the same rows, whatever the office sent first."""

from __future__ import annotations

import io
import random
import zipfile

import pyogrio
import pytest

from coverage.actions import surveys
from coverage.actions.people import act_for
from coverage.intake.annotated import annotate
from coverage.people import OrganisationKind, Role
from tests import databases
from tests.golden.test_shared_surveys import FILES, truth  # noqa: F401 - a fixture
from tests.offices import forms
from tests.offices.spellings import DEGREES
from tests.offices.tables import Office, habits
from tests.offices.villages import Commune, Country, invent, plant
from tests.strictness import faults_of


@pytest.fixture(scope="module")
def check(cluster, real_country):
    with databases.clone(cluster, real_country) as database:

        def run(content, name, province):
            actor = act_for(
                database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "kiểm thử",
                province_code=province,
            )  # fmt: skip
            return surveys.check(database, actor, content, name, province)

        yield run


@pytest.fixture(scope="module")
def land(shared_data):
    frame = pyogrio.read_dataframe(shared_data / "communes_2026-04-30.gpkg")
    return Country([
        Commune(row.code, row.full_name, row.province_code, row.geometry)
        for row in frame.itertuples()
    ])  # fmt: skip


def read_again(check, content, name, province):
    """Check a file, and the marked workbook that comes of it, twice over; return the reports."""
    report = check(content, name, province)
    marked = annotate(content, name, report)
    assert faults_of(marked) == []
    if name.endswith(".xlsx"):  # edited in its parts, not repeated as another workbook
        held = [zipfile.ZipFile(io.BytesIO(each)).namelist() for each in (content, marked)]
        assert held[1][: len(held[0])] == held[0]
    second = check(marked, "lai.xlsx", province)
    again = annotate(marked, "lai.xlsx", second)
    assert faults_of(again) == []
    return report, second, check(again, "lai.xlsx", province)


def readings(report, *, placed):
    """Every row as read; without its place, where the copy has places of its own."""
    rows = [row.reading() for row in report.rows]
    return [
        {key: value for key, value in row.items() if placed or key not in {"sheet", "row"}}
        for row in rows
    ]


def rules(report):
    return sorted(found.rule for row in report.rows for found in row.findings)


def assert_the_same(reports, *, placed):
    first, *others = reports
    for other in others:
        assert readings(other, placed=placed) == readings(first, placed=placed)
        assert rules(other) == rules(first)
        # Nothing new is said of the file: the summary and the added columns are passed over.
        assert {found.rule for found in other.findings} <= {found.rule for found in first.findings}


@pytest.mark.parametrize("name", FILES)
def test_the_shared_files(check, truth, shared_data, name):  # noqa: F811
    content = (shared_data / "surveys" / name).read_bytes()
    reports = read_again(check, content, name, truth[name][0]["province"])
    assert_the_same(reports, placed=name.endswith(".xlsx"))


@pytest.mark.parametrize("form", ["csv", "plain", "letterhead", "two", "geojson", "kml", "odk"])
def test_other_offices(check, land, tmp_path, form):
    chance = random.Random(f"marked {form}")
    villages = plant(invent(land, "42", chance, 30), land, chance)
    office = Office(DEGREES[1], **habits(chance))
    path = tmp_path / {"csv": "b.csv", "odk": "o.csv", "geojson": "d.geojson", "kml": "d.kml"}.get(
        form, "b.xlsx"
    )
    match form:
        case "csv":
            forms.as_delimited(path, office, villages, delimiter=";", encoding="utf-8")
        case "plain":
            forms.as_plain_workbook(path, office, villages)
        case "letterhead":
            forms.as_letterhead_workbook(path, office, villages)
        case "two":
            forms.as_two_sheets(path, office, villages)
        case "geojson":
            forms.as_geojson(path, villages)
        case "kml":
            forms.as_kml(path, villages)
        case "odk":
            forms.as_odk(path, villages)
    reports = read_again(check, path.read_bytes(), path.name, "42")
    assert reports[0].totals()["rejected"] > 0
    assert_the_same(reports, placed=path.suffix == ".xlsx")
