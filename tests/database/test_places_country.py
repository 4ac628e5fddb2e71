"""The whole country: every name that is or was, real points, and how good approximate areas are."""

import csv

import numpy as np
import pytest
import shapely
from scipy.stats import qmc

from coverage.actions.people import act_for
from coverage.coordinates import Limits
from coverage.findings import Severity
from coverage.intake.national_list import read_national_list
from coverage.people import OrganisationKind, Role
from coverage.places import Gazetteer, Level, PlaceMatch, place_point
from coverage.places.approximate import archipelagos
from coverage.storage import places as stored
from tests import databases


@pytest.fixture(scope="module")
def connected(cluster, country):
    with databases.clone(cluster, country) as database:  # nobody connects to a template
        actor = act_for(database, OrganisationKind.AUTHORITY, Role.REVIEWER, "thử")
        with database.transaction(actor) as connection:
            yield connection


@pytest.fixture(scope="module")
def gazetteer(connected):
    return stored.gazetteer(connected)


@pytest.fixture(scope="module")
def real(real_country, gazetteer):
    return gazetteer


@pytest.fixture(scope="module")
def national_list():
    return read_national_list()


def points_in(units, each):
    """``each`` points spread evenly inside every unit, and whose they are."""
    spread = qmc.Halton(2, rng=np.random.default_rng(452)).random(each * 40)
    longitudes, latitudes, owners = [], [], []
    for unit in units:
        west, south, east, north = unit.area.bounds
        across = spread * [east - west, north - south] + [west, south]
        inside = across[shapely.intersects_xy(unit.area, across[:, 0], across[:, 1])][:each]
        longitudes.extend(inside[:, 0])
        latitudes.extend(inside[:, 1])
        owners.extend([unit] * len(inside))
    return np.array(longitudes), np.array(latitudes), owners


def test_every_present_name_and_code_means_its_commune(gazetteer):
    for code, unit in gazetteer.communes.items():
        for stated in ((unit.full_name, None), (unit.name, code), (None, code.lstrip("0"))):
            match = gazetteer.resolve_commune(*stated, province_code=unit.province_code)
            assert match.commune_code == code, (stated, match)


def test_every_former_name_with_its_district_means_what_it_became(gazetteer, national_list):
    former = national_list.former
    provinces = {unit.code: unit.full_name for unit in former.of(Level.PROVINCE)}
    districts = {unit.code: unit.full_name for unit in former.of(Level.DISTRICT)}
    became = {}
    for change in national_list.changes:
        if change.level is Level.COMMUNE:
            became.setdefault(change.old_code, set()).add(change.new_code)
    known_as = {"06970": "06978"} if "06978" in gazetteer.communes else {}
    wrong = []
    for unit in former.of(Level.COMMUNE):
        for province in {gazetteer.province_of(known_as.get(c, c)) for c in became[unit.code]}:
            expected = {known_as.get(c, c) for c in became[unit.code]}
            expected = {c for c in expected if gazetteer.province_of(c) == province}
            match = gazetteer.resolve_commune(
                unit.full_name, district=districts[unit.district_code],
                province=provinces[unit.province_code], province_code=province,
            )  # fmt: skip
            if match.is_refused or set(match.candidates) != expected:
                wrong.append((unit.code, unit.full_name, districts[unit.district_code], match))
    assert wrong == []


def test_real_points_fall_where_the_truth_says(real, shared_data):
    text = (shared_data / "surveys" / "truth.csv").read_text(encoding="utf-8")
    checked = 0
    for row in csv.DictReader(text.splitlines()):
        if not (row["lat"] and row["declared_commune_code"]):
            continue
        declared = row["declared_commune_code"]
        point = (float(row["lat"]), float(row["lon"]))
        placing = place_point(
            real, row["province"], PlaceMatch(declared, (declared,)), point, Limits()
        )
        rules = {found.rule: found.severity for found in placing.findings}
        checked += 1
        match row["fault"]:
            case "border":
                assert rules == {"coordinate.near_border": Severity.INFO}
                assert placing.commune_code == row["commune_code"]
            case "wrong_commune":
                assert rules == {"coordinate.outside_commune": Severity.ERROR}
            case "outside_province":
                assert rules == {"coordinate.outside_province": Severity.ERROR}
            case "outside_country":
                assert rules == {"coordinate.outside_country": Severity.ERROR}
            case _:
                assert (rules, placing.commune_code) == ({}, row["commune_code"] or declared)
    assert checked > 380


def test_points_are_located_in_their_real_commune(real):
    longitudes, latitudes, owners = points_in(real.communes.values(), 3)
    codes = [unit.code for unit in owners]
    assert len(codes) > 9_000
    assert real.locate(longitudes, latitudes, preferred=codes).tolist() == codes
    alone = real.locate(longitudes, latitudes)
    assert (alone == np.array(codes)).mean() > 0.9999  # 3.8 km² belong to two communes


def test_approximate_areas_are_as_good_as_they_are_said_to_be(real, national_list):
    rough = Gazetteer.from_units(national_list.current)
    renamed = {"06978": "06970"}
    longitudes, latitudes, owners = points_in(real.communes.values(), 8)
    found = rough.locate(longitudes, latitudes)
    commune = [f == renamed.get(u.code, u.code) for f, u in zip(found, owners, strict=True)]
    province = [
        f != "" and rough.province_of(f) == u.province_code
        for f, u in zip(found, owners, strict=True)
    ]
    assert np.mean(commune) > 0.79
    assert np.mean(province) > 0.975


def test_the_moved_centroids_were_wrong_and_are_right_now(real, national_list):
    centres = {unit.code: unit.point for unit in national_list.current.of(Level.COMMUNE)}
    assert len(national_list.moved) == 10
    for moved in national_list.moved:
        area = real.commune(moved.code)
        assert area.distance_m(*moved.stated[::-1]) > 4_500
        assert area.distance_m(*centres[moved.code][::-1]) < 4_000


def test_the_islands_of_the_archipelagos_are_where_they_are(real):
    for code, islands in archipelagos().items():
        assert all(real.commune(code).distance_m(*island[::-1]) < 5_000 for island in islands)
