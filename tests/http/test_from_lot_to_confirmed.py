"""One province's villages from its report to the confirmed zone, through the public doors.

Whoever acts uses a token or a session of their own; lots and package come from their own actions.
"""

import asyncio
import io
import json
import uuid
import zipfile
from datetime import datetime

import openpyxl
import pytest

from api.worker import work
from coverage.actions.lots import propose_lots
from coverage.days import VIETNAM_TIME
from coverage.people import Role
from tests.delivered import asks, publish
from tests.http.files import a_csv
from tests.reported import judge

API = "/api/v1"


@pytest.fixture
def database(country_database):
    return country_database


def said(answer, status=200):
    assert answer.status_code == status, answer.text
    return answer.json()


def zones_of(client):
    """The zones that a client may see, by id."""
    found = said(client.get(f"{API}/zones?limit=1000"))["features"]
    return {feature["id"]: feature["properties"] for feature in found}


def filled(form, told):
    """The form of on-air reports with these cells after a zone's own, by its id."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    for row in book.active.iter_rows(min_row=5):
        for cell, value in zip(row[6:], told.get(row[2].value, ()), strict=False):
            cell.value = value
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_from_lot_to_confirmed(  # noqa: PLR0915, PLR0917 - one long walk
    database, authority, province, operator, program, signed_in
):
    asks(database, authority)
    officer, viettel = province("42"), operator("Viettel")
    home, company, rival = program(officer), program(viettel), program(operator("VNPT"))
    desk = program(authority, Role.REVIEWER)
    lead, planner = program(authority, Role.LEAD), program(authority, Role.PLANNER)

    # The province reports three villages; they are judged, taken up and approved.
    receipt = said(home.post(f"{API}/surveys", files={
        "file": ("khảo sát.csv", a_csv(database, officer, villages=3))}), 201)  # fmt: skip
    asyncio.run(work(database, forever=False))
    taken = said(desk.post(f"{API}/reviews/take-up", json={"zones": sorted(zones_of(desk))}))
    approved = {"move": "approve", "reason": "", "zones": [
        {"id": one["id"], "version": one["version"]} for one in taken["zones"]]}  # fmt: skip
    said(desk.post(f"{API}/reviews/decisions", json=approved))
    assert {zone["status"] for zone in zones_of(desk).values()} == {"approved"}

    # Lots and the package, under the criteria that a verdict was given by; the files tell the clock of each lot.
    judge(database, authority, uuid.UUID(min(zones_of(desk))), Viettel=9000.0)
    propose_lots(database, authority, "42")
    number = publish(database, authority)
    content = company.get(f"{API}/packages/{number}/download").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lots = json.loads(archive.read("manifest.json"))["lots"]
    assert sum(lot["zones"] for lot in lots) == 3

    # Every lot is awarded; the rival knows to whom, and no more.
    day = datetime.now(VIETNAM_TIME).date()
    wanted = [
        {"package": number, "lot": str(lot["number"]), "operator": "Viettel", "price_vnd": 5_000_000,
         "awarded_on": day.isoformat(), "decision": "QĐ 9"} for lot in lots
    ]  # fmt: skip
    made = said(lead.post(f"{API}/awards", json={"awards": wanted}), 201)["awards"]
    assert {one["months"] for one in made} == {24}
    assert said(rival.get(f"{API}/awards"))["awards"] == []
    assert {zone["status"] for zone in zones_of(home).values()} == {"awarded"}

    # The operator fills in its form: one village is good, one too weak, one is not on air yet.
    good, weak, waits = sorted(zones_of(desk))
    form = company.get(f"{API}/on-air/form").content
    told = {good: (day, "4G", -95.5, "12,5", 4, 0.98, day), weak: (day, "4G", -118, 6, 3, 96, day)}
    sent = {"file": ("báo cáo.xlsx", filled(form, told))}
    checked = said(company.post(f"{API}/on-air/files/check", files=sent))
    assert checked["totals"]["new"] == 2
    assert {zone["status"] for zone in zones_of(home).values()} == {"awarded"}
    answer = said(company.post(f"{API}/on-air/files", files=sent), 201)
    assert answer["totals"] == {"rows": 2, "accepted": 2, "warned": 0, "rejected": 0, "new": 2}

    # The planner accepts what meets the package's criteria and returns what does not.
    waiting = {one["zone_id"]: one["id"] for one in said(planner.get(f"{API}/on-air"))["reports"]}
    said(planner.post(f"{API}/on-air/{waiting[good]}/accept", json={}))
    short = said(planner.post(f"{API}/on-air/{waiting[weak]}/accept", json={}), 409)
    assert "không đạt" in short["detail"]
    back = {"reason": "mức thu −118 dBm"}
    said(planner.post(f"{API}/on-air/{waiting[weak]}/refuse", json=back))
    statuses = {key: zone["status"] for key, zone in zones_of(home).items()}
    assert statuses == {good: "confirmed", weak: "awarded", waits: "awarded"}

    # The province sees each row's fate; nobody but it and the authority's people reads why.
    page = signed_in(officer).get(f"/surveys/{receipt['receipt']['number']}").text
    assert page.count("Giao cho Viettel") == 3
    assert "Đã nghiệm thu" in page
    fate = said(home.get(f"{API}/zones/{good}/delivery"))["delivery"]
    assert (fate["state"], fate["on_air_on"], fate["late_days"]) == (
        "confirmed", day.isoformat(), 0,
    )  # fmt: skip
    assert said(rival.get(f"{API}/on-air"))["reports"] == []

    # The log has every act, in order.
    reader = program(authority, Role.ADMINISTRATOR)
    story = said(reader.get(f"{API}/zones/{good}/history"))["events"]
    assert [event["status_to"] for event in story if event["status_to"]][-4:] == [
        "in_package", "awarded", "on_air", "confirmed",
    ]  # fmt: skip
    assert [event["organisation"] for event in story][-2:] == ["Viettel", "Cục Viễn thông"]
