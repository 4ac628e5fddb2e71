"""The review through the API: every role, both versions in a conflict, many at once, who sees names."""

import dataclasses
import uuid

import pytest
from sqlalchemy import text

from coverage.actions import queues, review, zones
from coverage.actions.review import Seen
from coverage.people import OrganisationKind, Role
from coverage.storage.people import ensure_organisation
from coverage.zone_life import Move
from coverage.zones import Queue, ZoneStatus
from tests.http.reviewing import PLANNERS, REVIEWERS, ROLES
from tests.http.stored import a_zone

pytestmark = pytest.mark.usefixtures("one_commune")

# ruff: noqa: PLR0917 - fixtures
OVERSIGHT = {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}


@pytest.fixture
def zone(database, officer):
    return a_zone(database, officer, queue="fund", queue_reason="Nghị định thử", grid_power=True,
                  specially_difficult=True)  # fmt: skip


@pytest.fixture
def reviewer(program, authority, officer):
    return program(authority, Role.REVIEWER)


def seen(zone_id, version):
    return {"id": str(zone_id), "version": version}


def stands(database, actor, zone_id):
    return zones.get_zone(database, actor, zone_id).zone.status


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_who_may_do_what(database, authority, actors, program, zone, kind, role):
    client = program(actors[kind], role)
    reviews = [
        ("reviews/take-up", {"count": 1}),
        ("reviews/put-back", {"zones": [str(zone)]}),
        ("reviews/decisions", {"move": "reject", "zones": [seen(zone, 3)], "reason": "x"}),
    ]
    for address, body in reviews:
        answer = client.post(f"/api/v1/{address}", json=body)
        assert answer.status_code == (200 if role in REVIEWERS else 403), (address, answer.text)
    assert client.get("/api/v1/reviews").status_code == (200 if role in REVIEWERS else 403)
    stood = zones.get_zone(database, authority, zone)
    assert (stood.zone.status is ZoneStatus.REJECTED) is (role in REVIEWERS)
    confirmed = client.post("/api/v1/reviews/confirmations", json={"zones": [seen(zone, 1)]})
    assert confirmed.status_code in (
        {409} if kind is OrganisationKind.AUTHORITY else {403, 404, 409}
    )
    reopened = client.post(
        "/api/v1/zones/moves",
        json={"move": "reopen", "zones": [seen(zone, stood.version)], "reason": "x"},
    )
    leads = role in {Role.LEAD, Role.ADMINISTRATOR}
    assert (reopened.status_code == 200) is leads, reopened.text
    if not leads:
        assert reopened.status_code in {403, 409}


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_who_sets_who_pays(database, authority, actors, program, zone, kind, role):
    client = program(actors[kind], role)
    body = {"zones": [seen(zone, 1)], "queue": "operator", "reason": "Công văn 3"}
    answer = client.post("/api/v1/zones/queue", json=body)
    assert answer.status_code == (200 if role in PLANNERS else 403)
    found = zones.get_zone(database, authority, zone).zone
    assert (found.queue_reason == "Công văn 3") is (role in PLANNERS)


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_who_reads_the_story_and_whose_names(
    database, authority, actors, program, zone, kind, role
):
    lead = dataclasses.replace(authority, role=Role.LEAD, name="người quyết định")
    review.decide(database, lead, Move.RETURN, [Seen(zone, 1)], reason="Ghi rõ số hộ")
    client = program(actors[kind], role)
    story = client.get(f"/api/v1/zones/{zone}/history")
    if kind is OrganisationKind.OPERATOR:
        assert story.status_code == 404
        assert client.get(f"/api/v1/zones/{zone}/why").status_code in {403, 404}
        assert client.get(f"/api/v1/zones/{zone}/verdicts").status_code == 404
        return
    events = story.json()["events"]
    assert [event["status_to"] for event in events] == ["reported", "under_review", "returned"]
    assert events[-1]["reason"] == "Ghi rõ số hộ"
    assert events[-1]["organisation"] == "Cục Viễn thông"
    named = kind in OVERSIGHT
    assert ("người quyết định" in story.text) is named
    feature = client.get(f"/api/v1/zones/{zone}").json()["properties"]
    assert feature["status_reason"] == "Ghi rõ số hộ"
    why = client.get(f"/api/v1/zones/{zone}/why").json()
    assert (why["queue"], why["by_hand"], why["may_enter_lot"]) == ("fund", False, False)
    assert why["bars"] == ["not_approved"]
    assert [rule["holds"] for rule in why["rules"]][-1] == "yes"
    assert why["rules"][-1]["decided"]
    assert client.get(f"/api/v1/zones/{zone}/verdicts").json() == {"verdicts": []}


def test_the_desk_and_taking_up(database, authority, officer, reviewer):
    ids = [a_zone(database, officer, village=f"Bản {n}", households=10) for n in range(3)]
    desk = reviewer.get("/api/v1/reviews").json()
    assert desk["mine"] == []
    assert [(one["province_code"], one["zones"], one["households"]) for one in desk["waiting"]] == [
        ("42", 3, 30)
    ]
    taken = reviewer.post("/api/v1/reviews/take-up", json={"count": 2, "province": "42"}).json()
    assert [one["version"] for one in taken["zones"]] == [2, 2]
    named = reviewer.post("/api/v1/reviews/take-up", json={"zones": [str(ids[2])]}).json()
    assert [one["id"] for one in named["zones"]] == [str(ids[2])]
    assert len(reviewer.get("/api/v1/reviews").json()["mine"]) == 3
    back = reviewer.post("/api/v1/reviews/put-back", json={"zones": list(map(str, ids))})
    assert back.json() == {"zones": 3}


def test_a_conflict_carries_both_versions(database, authority, reviewer, zone):
    planner = dataclasses.replace(authority, role=Role.PLANNER, name="kế hoạch")
    zones_before = zones.get_zone(database, authority, zone)
    from_queue(database, planner, zone)
    answer = reviewer.post(
        "/api/v1/reviews/decisions", json={"move": "approve", "zones": [seen(zone, 1)]}
    )
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    (told,) = answer.json()["zones"]
    assert (told["id"], told["seen_version"], told["version"]) == (str(zone), 1, 2)
    assert told["before"]["queue"] == zones_before.zone.queue.value
    assert told["after"]["queue"] == "power"
    assert [(one["actor"], one["organisation"]) for one in told["changes"]] == [
        ("kế hoạch", "Cục Viễn thông")
    ]
    assert stands(database, authority, zone) is ZoneStatus.REPORTED


def from_queue(database, planner, zone_id):
    """Somebody else changes who pays."""
    queues.set_queue(database, planner, [Seen(zone_id, 1)], Queue.POWER, "Công văn 4")


def test_a_provinces_conflict_names_nobody_of_the_authority(
    database, authority, officer, program, zone
):
    from_queue(database, dataclasses.replace(authority, role=Role.PLANNER, name="bí mật"), zone)
    answer = program(officer).post(
        "/api/v1/zones/moves",
        json={"move": "withdraw", "zones": [seen(zone, 1)], "reason": "Nhầm"},
    )
    assert answer.status_code == 409
    (told,) = answer.json()["zones"]
    assert told["after"]["queue"] == "power"
    assert told["changes"][0]["actor"] is None
    assert "bí mật" not in answer.text


def test_many_at_once_are_all_or_none(database, authority, officer, reviewer):
    ids = [a_zone(database, officer, village=f"Bản {n}") for n in range(3)]
    stale = [seen(ids[0], 1), seen(ids[1], 7), seen(ids[2], 1)]
    answer = reviewer.post("/api/v1/reviews/decisions", json={"move": "approve", "zones": stale})
    assert answer.status_code == 409
    assert [one["id"] for one in answer.json()["zones"]] == [str(ids[1])]
    assert stands(database, authority, ids[0]) is ZoneStatus.REPORTED
    fresh = [seen(one, 1) for one in ids]
    done = reviewer.post("/api/v1/reviews/decisions", json={"move": "approve", "zones": fresh})
    assert sorted(done.json()["moved"]) == sorted(map(str, ids))
    assert done.json()["proposed"] == []


def test_a_merge_names_the_zone_that_takes_it_in(database, authority, officer, reviewer, zone):
    other = a_zone(database, officer, village="Bản Trùng", at=(105.701, 18.2))
    body = {"move": "merge", "zones": [seen(other, 1)], "reason": "Trùng", "merged_into": str(zone)}
    assert reviewer.post("/api/v1/reviews/decisions", json=body).status_code == 200
    feature = reviewer.get(f"/api/v1/zones/{other}").json()["properties"]
    assert (feature["status"], feature["merged_into"]) == ("merged", str(zone))


def test_four_eyes_through_the_api(database, authority, program, reviewer, zone):
    owner = database.owner()
    with owner.begin() as connection:
        connection.execute(
            text("INSERT INTO phusong.setting (name, valid_from, value, citation)"
                 " VALUES ('review_four_eyes', '2026-01-01', '[\"approve\"]', 'thử')")
        )  # fmt: skip
    owner.dispose()
    body = {"move": "approve", "zones": [seen(zone, 1)]}
    done = reviewer.post("/api/v1/reviews/decisions", json=body).json()
    assert done == {"moved": [], "proposed": [str(zone)]}
    (waits,) = reviewer.get("/api/v1/reviews").json()["proposals"]
    assert (waits["zone"], waits["move"], waits["own"]) == (str(zone), "approve", True)
    again = {"zones": [seen(zone, waits["version"])]}
    assert reviewer.post("/api/v1/reviews/confirmations", json=again).status_code == 409
    lead = program(authority, Role.LEAD)
    declined = lead.post(
        "/api/v1/reviews/declinings", json={"zones": [str(zone)], "reason": "Chưa rõ"}
    )
    assert declined.json() == {"zones": 1}
    version = zones.get_zone(database, authority, zone).version
    body = {"move": "approve", "zones": [seen(zone, version)]}
    reviewer.post("/api/v1/reviews/decisions", json=body)
    version = zones.get_zone(database, authority, zone).version
    confirmed = lead.post("/api/v1/reviews/confirmations", json={"zones": [seen(zone, version)]})
    assert confirmed.json()["moved"] == [str(zone)]
    assert stands(database, authority, zone) is ZoneStatus.APPROVED


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("reviews/take-up", {"count": 0}),
        ("reviews/take-up", {"zones": []}),
        ("reviews/take-up", {"count": 5, "thừa": 1}),
        ("reviews/take-up", {"province": "4x"}),
        ("reviews/put-back", {}),
        ("reviews/decisions", {"move": "approve", "zones": []}),
        ("reviews/decisions", {"move": "nhảm", "zones": [seen(uuid.UUID(int=1), 1)]}),
        ("reviews/decisions", {"move": "approve", "zones": [{"id": "x", "version": 1}]}),
        ("reviews/decisions", {"move": "approve", "zones": [seen(uuid.UUID(int=1), 0)]}),
        ("reviews/decisions", {"move": "reject", "zones": [seen(uuid.UUID(int=1), 1)],
                               "reason": "x" * 2001}),
        ("zones/queue", {"queue": "nhảm", "zones": [seen(uuid.UUID(int=1), 1)], "reason": "x"}),
        ("zones/moves", {"move": "reopen", "zones": [seen(uuid.UUID(int=1), 1)]}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(program, authority, address, body):
    answer = program(authority).post(f"/api/v1/{address}", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("#request-unreadable")


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("reviews/decisions", {"move": "reject", "reason": ""}, 409),
        ("reviews/decisions", {"move": "merge", "reason": "x"}, 409),
        ("reviews/decisions", {"move": "award", "reason": "x"}, 409),
        ("zones/moves", {"move": "approve", "reason": "x"}, 409),
        ("zones/moves", {"move": "reopen", "reason": "x"}, 409),
        ("zones/queue", {"queue": "power", "reason": " "}, 409),
    ],
)
def test_what_the_zones_life_does_not_allow_is_told(
    program, authority, officer, zone, address, body, status
):
    answer = program(authority).post(f"/api/v1/{address}", json=body | {"zones": [seen(zone, 1)]})
    assert answer.status_code == status, answer.text
    assert "reason." not in answer.json()["detail"]
    assert "_" not in answer.json()["detail"]


def test_an_unknown_zone_is_not_found(program, authority, officer):
    client = program(authority)
    unknown = uuid.UUID(int=7)
    for address in (
        f"zones/{unknown}/history",
        f"zones/{unknown}/why",
        f"zones/{unknown}/verdicts",
    ):
        assert client.get(f"/api/v1/{address}").status_code == 404, address
    body = {"move": "approve", "zones": [seen(unknown, 1)]}
    assert client.post("/api/v1/reviews/decisions", json=body).status_code == 404


def test_a_province_is_not_told_where_a_site_stands(database, authority, officer, program, zone):
    give_verdict(database, authority, zone)
    exact = program(authority).get(f"/api/v1/zones/{zone}/verdicts").json()["verdicts"][0]
    rough = program(officer).get(f"/api/v1/zones/{zone}/verdicts").json()["verdicts"][0]
    assert (exact["distance_m"], exact["bearing_deg"]) == (1234.5, 77.0)
    assert (rough["distance_m"], rough["bearing_deg"], rough["site"]) == (1200.0, None, None)
    assert "1.234" not in "".join(rough["told"])
    assert (exact["verdict"], exact["criteria"], exact["official"]) == (
        "unknown", "Bộ tiêu chí tạm", False,
    )  # fmt: skip


def give_verdict(database, authority, zone_id):
    """One verdict about Viettel's 4G, with a site 1234.5 m away."""
    with database.transaction(authority) as connection:
        viettel = ensure_organisation(connection, OrganisationKind.OPERATOR, "Viettel")
        connection.execute(
            text("INSERT INTO phusong.verdict (zone_id, operator_id, technology, criteria_set_id,"
                 " verdict, reasons, distance_m, bearing_deg) VALUES (:zone, :viettel, '4G', 1,"
                 " 'unknown', '{evidence.distance_is_not_signal}', 1234.5, 77)"),
            {"zone": zone_id, "viettel": viettel},
        )  # fmt: skip
