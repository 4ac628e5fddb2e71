"""The seven shared survey files give what a careful clerk wrote down for every row, every column."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from coverage.actions import surveys
from coverage.actions.people import act_for
from coverage.duplicates import distance_m
from coverage.people import OrganisationKind, Role
from tests import databases

FILES = [
    "clean_68.csv", "office_comma_66.xlsx", "office_vn2000_40.xlsx", "office_onecell_25.xlsx",
    "tcvn3_42.csv", "legacy_15.xlsx", "geojson_19.geojson",
]  # fmt: skip
TOLERANCE_M = 15.0


@pytest.fixture(scope="module")
def truth(shared_data):
    rows = defaultdict(list)
    with (shared_data / "surveys" / "truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["file"]].append(row)
    return rows


@pytest.fixture(scope="module")
def check(cluster, real_country):
    with databases.clone(cluster, real_country) as database:

        def run(path, province):
            actor = act_for(
                database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "kiểm thử",
                province_code=province,
            )  # fmt: skip
            return surveys.check(database, actor, path.read_bytes(), path.name, province).as_json()

        yield run


def test_every_file_of_the_truth_is_tested(truth):
    assert sorted(truth) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_as_the_clerk_says(check, truth, shared_data, name):
    expected = truth[name]
    report = check(shared_data / "surveys" / name, expected[0]["province"])
    got = {(row["sheet"], row["row"]): row for row in report["rows"]}
    assert sorted(got) == sorted((row["sheet"], int(row["row"])) for row in expected)
    assert report["totals"]["rows"] == len(expected)
    wrong = [
        (row["row"], row["fault"], what)
        for row in expected
        for what in differences(got[row["sheet"], int(row["row"])], row)
    ]
    assert wrong == []


def differences(got, row):
    return [*wrong_verdict(got, row["expect"]), *wrong_position(got, row), *wrong_facts(got, row)]


def wrong_verdict(got, expect):
    rules = [found["rule"] for found in got["findings"]]
    errors = [found for found in got["findings"] if found["severity"] == "error"]
    is_rejected = got["status"] == "rejected"
    right = {
        "accept": not is_rejected,
        "accept_flagged": not is_rejected and rules != [],
        "reject": is_rejected and errors != [],
        "reject_or_flag": any(rule.startswith("duplicate.") for rule in rules),
    }[expect]
    return [] if right else [f"{got['status']} with {rules}"]


def wrong_position(got, row):
    if not row["lat"]:
        return [] if got["latitude"] is None else ["a position from nowhere"]
    if got["latitude"] is None:
        return ["no position"]
    point = (float(row["lat"]), float(row["lon"]))
    near = distance_m(point, (got["latitude"], got["longitude"])) <= TOLERANCE_M
    return [] if near else [f"lies at {got['latitude']}, {got['longitude']}"]


def wrong_facts(got, row):
    for key, column in (
        ("households", "households"), ("declared_commune_code", "declared_commune_code"),
        ("commune_code", "commune_code"), ("village", "village"),
        ("grid_power", "power"), ("specially_difficult", "difficult"),
    ):  # fmt: skip
        value = got[key]
        written = (
            "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)
        )
        if written != row[column]:
            yield f"{key} {written!r}, truth {row[column]!r}"


def test_the_office_file_is_understood_as_a_whole(check, shared_data):
    form = check(shared_data / "surveys" / "office_vn2000_40.xlsx", "40")["form"]
    assert form["document_number"] == "112/SKHCN-BCVT"
    assert form["document_date"] == "2026-01-15"
    assert form["agency"] == "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
    assert form["header_rows"] == [7, 8, 9]
    assert form["crs"] == "EPSG:9208"
    (sheet,) = form["sheets"]
    assert len(sheet["group_rows"]) == 50
    assert sheet["total_rows"] == [121]
    assert sheet["note_rows"] == [123, 124, 126]
