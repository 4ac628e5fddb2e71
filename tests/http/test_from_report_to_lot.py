"""The seven shared survey files from upload to approved zones, through the public doors only.

Provinces, a reviewer, a planner, two operators and an auditor each use their own token.
"""

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from api.worker import work
from coverage.actions.lots import propose_lots
from coverage.actions.people import act_for
from coverage.errors import NothingToDo
from coverage.people import OrganisationKind, Role

API = "/api/v1"
ENDINGS = {".csv", ".xlsx", ".geojson"}


@pytest.fixture
def database(real_country, country_database):
    return country_database


def said(answer, status=200):
    assert answer.status_code == status, answer.text
    return answer.json()


def every_zone(client):
    """All zones the client may see, page by page."""
    address, found = f"{API}/zones?limit=1000", []
    while address:
        page = said(client.get(address))
        found += page["features"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    return {feature["id"]: feature["properties"] for feature in found}


def payer_of(facts):
    """Who pays, as the ministry's three queues say it; written apart from the rules' own code."""
    if facts["served"]:
        return "covered"
    if facts["promised"]:
        return "operator"
    if facts["grid_power"] is False:
        return "power"
    if facts["grid_power"] is None or facts["specially_difficult"] is None:
        return "undecided"
    return "fund" if facts["specially_difficult"] else "operator"


def test_from_report_to_lot(  # noqa: PLR0915, PLR0917 - one long walk
    database, authority, province, program, signed_in, auditor, shared_data
):
    files = sorted(
        f for f in (shared_data / "surveys").iterdir() if f.suffix in ENDINGS and "_" in f.stem
    )
    assert len(files) == 7
    register = shared_data / "towers_vn_synthetic.csv"
    reviewer, planner = program(authority, Role.REVIEWER), program(authority, Role.PLANNER)
    sent = {"file": (register.name, register.read_bytes())}
    said(planner.post(f"{API}/registers", files=sent), 201)
    lead, reader = program(authority, Role.LEAD), program(auditor)

    # The provinces report, and the worker assesses.
    accepted = Counter()
    for file in files:
        code = file.stem.rsplit("_", 1)[-1]
        client = program(province(code))
        receipt = said(
            client.post(f"{API}/surveys", files={"file": (file.name, file.read_bytes())}), 201
        )
        accepted[code] = receipt["totals"]["accepted"] + receipt["totals"]["warned"]
    asyncio.run(work(database, forever=False))  # what the submissions asked for
    reported = every_zone(reader)
    assert Counter(zone["province_code"] for zone in reported.values()) == accepted
    assert {zone["status"] for zone in reported.values()} == {"reported"}

    # The authority takes up and approves; one goes back to its province, one is refused.
    returned, rejected, *_ = sorted(reported)
    taken = said(reviewer.post(f"{API}/reviews/take-up", json={"zones": sorted(reported)}))["zones"]
    versions = {zone["id"]: zone["version"] for zone in taken}
    assert set(versions) == set(reported)
    for move, chosen, reason in (
        ("return", [returned], "Số hộ không khớp với báo cáo của xã."),
        ("reject", [rejected], "Thôn đã có sóng theo biên bản đo."),
        ("approve", sorted(set(versions) - {returned, rejected}), ""),
    ):
        zones = [{"id": each, "version": versions[each]} for each in chosen]
        said(
            reviewer.post(
                f"{API}/reviews/decisions", json={"move": move, "zones": zones, "reason": reason}
            )
        )
    after = every_zone(reader)
    assert Counter(zone["status"] for zone in after.values()) == {
        "approved": len(after) - 2, "returned": 1, "rejected": 1,
    }  # fmt: skip
    own = program(province(after[returned]["province_code"]))
    assert said(own.get(f"{API}/zones/{returned}"))["properties"]["status_reason"].startswith(
        "Số hộ"
    )

    # The reviewer's screen shows a workbook's cells as the office sees them: 180, not 180.0.
    desk = signed_in(authority, Role.REVIEWER)
    sent = desk.get(f"/review/{next(k for k, z in after.items() if z['province_code'] == '25')}")
    assert re.search(r"<td>\d+</td>", sent.text)
    assert not re.search(r"<td>\d+\.0</td>", sent.text)

    # An operator disputes a verdict about itself; the lead upholds it, and who pays follows.
    funded = sorted(
        key
        for key, zone in after.items()
        if zone["queue"] == "fund" and zone["status"] == "approved"
    )
    disputed, promised = funded[:2]
    judged = said(reader.get(f"{API}/zones/{disputed}/verdicts"))["verdicts"]
    assert {each["technology"] for each in judged} == {"2G", "3G", "4G", "5G"}
    assert {each["verdict"] for each in judged} <= {"none", "unknown"}  # distance serves nobody
    name = judged[0]["operator"]
    operator = program(_operator(database, name))
    other = program(
        _operator(database, next(e["operator"] for e in judged if e["operator"] != name))
    )
    raised = said(operator.post(
        f"{API}/disputes",
        data={"verdict": f"{disputed}:4G", "claimed": "served", "reason": "Đo tại nhà văn hóa: RSRP −92 dBm."},
        files={"file": ("do-kiem.csv", b"lat,lon,rsrp\n18.3,105.6,-92\n", "text/csv")},
    ), 201)["disputes"][0]  # fmt: skip
    assert said(reader.get(f"{API}/zones/{disputed}"))["properties"]["disputed"] is True
    assert other.get(f"{API}/disputes/{raised}").status_code == 404
    said(
        lead.post(
            f"{API}/disputes/{raised}/answer",
            json={"upheld": True, "answer": "Chấp nhận theo kết quả đo."},
        )
    )
    assert said(reader.get(f"{API}/zones/{disputed}"))["properties"]["queue"] == "covered"

    # A round is opened; the operator promises, and its rival learns nothing of it.
    now = datetime.now(UTC)
    number = said(planner.post(f"{API}/consultations", json={
        "name": "Đợt thử", "basis": "Công văn thử", "opens_at": (now - timedelta(minutes=1)).isoformat(),
        "closes_at": (now + timedelta(days=30)).isoformat(),
    }), 201)["number"]  # fmt: skip
    by = (now + timedelta(days=200)).date().isoformat()
    said(operator.post(f"{API}/consultations/{number}/promises",
                       json={"promises": [{"zone_id": promised, "on_air_by": by}]}), 201)  # fmt: skip
    assert said(other.get(f"{API}/promises"))["promises"] == []
    assert [each["zone_id"] for each in said(reader.get(f"{API}/promises"))["promises"]] == [
        promised
    ]

    # The auditor reads, of every zone, why it is or is not the fund's, and may it be tendered.
    standing = every_zone(reader)
    tenderable = set()
    for key, zone in standing.items():
        why = said(reader.get(f"{API}/zones/{key}/why"))
        assert zone["queue"] == why["queue"] == why["rules_say"] == payer_of(why["facts"]), zone
        assert not why["stale"]
        if why["queue"] != "undecided":
            decided = [rule for rule in why["rules"] if rule["decided"]]
            assert len(decided) == 1
            assert decided[0]["citation"]
            assert decided[0]["citation"] in why["reason"]
        else:
            assert why["missing"]
        assert why["may_enter_lot"] is (zone["queue"] == "fund" and zone["status"] == "approved")
        assert bool(why["bars"]) is not why["may_enter_lot"]
        if why["may_enter_lot"]:
            tenderable.add(key)
        story = said(reader.get(f"{API}/zones/{key}/history"))["events"]
        assert all(event["actor"] for event in story)
        assert [event["status_to"] for event in story if event["status_to"]][-1] == zone["status"]
    assert (standing[disputed]["queue"], standing[promised]["queue"]) == ("covered", "operator")
    assert tenderable == set(funded) - {disputed, promised}

    # What may be tendered is what lots are made of, and nothing else.
    in_lots = set()
    for code in accepted:
        in_lots |= _in_lots(database, authority, code)
    assert in_lots == tenderable


def _operator(database, name):
    return act_for(
        database, OrganisationKind.OPERATOR, Role.OPERATOR, f"nhân viên {name}", organisation=name
    )


def _in_lots(database, authority, code):
    try:
        plan = propose_lots(database, authority, code)
    except NothingToDo:
        return set()
    return {str(zone_id) for lot in plan.lots for zone_id in lot.zone_ids}
