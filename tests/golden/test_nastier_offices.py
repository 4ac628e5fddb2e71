"""Offices that do everything their own way: every row right, or refused for cause, never silent.

Each case of tests/offices writes one file with its truth; what is open is named here.
"""

from __future__ import annotations

import json
from pathlib import Path

import pyogrio
import pytest

from coverage.actions import surveys
from coverage.actions.people import act_for
from coverage.people import OrganisationKind, Role
from tests import databases
from tests.offices import (  # noqa: F401 - importing them puts their cases on the list
    codes,
    desk,
    figures,
    former,
    gathered,
    grounds,
    groups,
    headed,
    laid_out,
    mixtures,
    points,
    texts,
    traps,
    twins,
    written_by,
)
from tests.offices.judge import faults_of
from tests.offices.villages import Commune, Country

OPEN: dict[str, str] = {
    "village_and_commune_in_one_cell": "a village and its commune in one cell are taken for one name",
    "workbook_struck_out_rows": "the reader of cells does not tell the font of a row that was struck out",
}  # a case that is not read right yet, and why
KEYS = {
    "sheet", "row", "status", "village", "declared_commune_code", "commune_code", "latitude", "longitude",
    "households", "population", "signal", "grid_power", "specially_difficult", "findings",
}  # fmt: skip


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

        def run(path: Path, province: str) -> dict:
            actor = act_for(
                database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "kiểm thử",
                province_code=province,
            )  # fmt: skip
            return surveys.check(database, actor, path.read_bytes(), path.name, province).as_json()

        yield run


@pytest.mark.parametrize("name", desk.CASES)
def test_every_row_is_right_or_refused(  # noqa: PLR0917 - fixtures
    land, check, shared_data, tmp_path, request, name
):
    if name in OPEN:
        request.applymarker(pytest.mark.xfail(reason=OPEN[name], strict=True))
    file, province = desk.run(name, land, tmp_path, shared_data / "admin_changes_2025.csv")
    report = check(file.path, province)
    assert faults_of(report, file.written) == [], report["form"]
    assert broken_promises(report) == []


def broken_promises(report: dict) -> list[str]:
    """Return what contradicts the promises that hold for every file, whatever stands in it."""
    wrong = []
    rows, totals = report["rows"], report["totals"]
    if set(report) != {"file", "sha256", "vintage", "form", "findings", "rows", "totals"}:
        wrong.append(f"keys of the report: {sorted(report)}")
    if len({(row["sheet"], row["row"]) for row in rows}) != len(rows):
        wrong.append("a row stands twice")
    by_status = dict.fromkeys(("accepted", "warned", "rejected"), 0)
    for row in rows:
        by_status[row["status"]] += 1
        if set(row) != KEYS:
            wrong.append(f"keys of a row: {sorted(set(row) ^ KEYS)}")
        worst = {finding["severity"] for finding in row["findings"]}
        said = "rejected" if "error" in worst else "warned" if "warning" in worst else "accepted"
        if said != row["status"]:
            wrong.append(f"row {row['row']} is {row['status']} with {sorted(worst)}")
        for finding in row["findings"]:
            if set(finding) != {"rule", "severity", "column", "value", "message", "fix"}:
                wrong.append(f"keys of a finding: {sorted(finding)}")
            if not finding["message"] or "{" in finding["message"]:
                wrong.append(f"message of {finding['rule']}: {finding['message']!r}")
    if totals != {"rows": len(rows), **by_status}:
        wrong.append(f"totals {totals}, counted {by_status}")
    json.dumps(report, allow_nan=False)
    return wrong
