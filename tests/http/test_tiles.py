"""Tiles through the web door: what each viewer is shown, never stale, never another's."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from coverage.actions import people
from coverage.actions.consultation import NewRound, cancel_round, open_round
from coverage.days import VIETNAM_TIME
from coverage.people import Role
from tests import vector_tiles
from tests.builders import a_zone, zone_id
from tests.consulted import open_now
from tests.disputed import a_site, disputed, judged
from tests.http import stored
from tests.published import SOON, let_pass, published, two_lots
from tests.reported import as_owner, change, load_places, report

HERE = (105.6, 18.3)
FACTS = {"power": "grid_power", "difficult": "specially_difficult"} | {
    name: name
    for name in ("village", "commune", "queue", "status", "signal", "households", "disputed")
}


def tile_of(z, longitude, latitude):
    side = 1 << z
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return z, int((longitude + 180) / 360 * side), int(down * side)


def drawn(client, layer="zones", z=12, at=HERE, **query):
    """The points of the tile over a place."""
    path = "/".join(map(str, tile_of(z, *at)))
    answer = client.get(f"/tiles/{layer}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    return vector_tiles.read(answer.content)


def villages(client, **query):
    return sorted(point.said["village"] for point in drawn(client, z=9, **query))


@pytest.fixture
def country(database, authority, province, operator):
    """Zones in every status: one lot published, one that waits, a round, a neighbour province."""
    load_places(database, authority)
    officer, viettel, vnpt = province("42"), operator("Viettel"), operator("VNPT")
    far, near = sorted(two_lots(database, authority, officer), key=lambda lot: len(lot.zone_ids))
    published(database, authority, lots=[near.id])
    published(database, authority, lots=[far.id], opens_at=SOON)
    report(
        database, officer,
        *(a_zone(10 + number, status=status, longitude=105.5 + number / 100, grid_power=None)
          for number, status in enumerate(("reported", "under_review", "returned", "rejected",
                                           "withdrawn", "merged", "awarded", "on_air"))),
        a_zone(30, longitude=105.9, queue="power", specially_difficult=False, signal=None),
        a_zone(31, longitude=105.9, latitude=18.31, households=7),
    )  # fmt: skip
    report(database, province("40"), a_zone(40, province_code="40", latitude=19.0))
    open_now(database, authority, [zone_id(31)])
    return {"officer": officer, "viettel": viettel, "vnpt": vnpt, "other": province("40")}


def told_by_the_api(client):
    """Every zone of the API that a map draws, as a tile would say it."""
    features = client.get("/api/v1/zones", params={"limit": 1000}).json()["features"]
    found = {}
    for feature in features:
        facts = feature["properties"]
        if facts["status"] in {"rejected", "withdrawn", "merged"}:
            continue
        said = {name: facts[fact] for name, fact in FACTS.items() if facts[fact] is not None}
        if not facts["disputed"]:
            del said["disputed"]
        found[feature["id"]] = (said | {"id": feature["id"]}, feature["geometry"]["coordinates"])
    return found


VIEWERS = ["authority", "auditor", "officer", "viettel", "vnpt", "other"]


@pytest.mark.parametrize("who", VIEWERS)
def test_tiles_say_what_the_api_says_to_each(country, authority, auditor, program, who):
    viewer = ({"authority": authority, "auditor": auditor} | country)[who]
    client = program(viewer)
    told = told_by_the_api(client)
    assert bool(told) == (who not in {"vnpt", "viettel"}) or len(told) > 1
    for z in (9, 12, 14):
        tiles = {tile_of(z, *at) for _, at in told.values()}
        if z == 9:  # and whatever else lies there
            tiles |= {(9, x, y) for x in range(405, 408) for y in range(227, 231)}
        points = []
        for place in tiles:
            answer = client.get("/tiles/zones/" + "/".join(map(str, place)))
            points += vector_tiles.read(answer.content)
        assert sorted((point.said for point in points), key=lambda said: said["id"]) == sorted(
            (said for said, _ in told.values()), key=lambda said: said["id"]
        )
    expected, households = Counter(), Counter()
    for said, _ in told.values():
        expected[said.get("queue"), said["status"]] += 1
        households[said.get("queue"), said["status"]] += said["households"]
    for z in (0, 5, 8):
        tiles = {tile_of(z, *at) for _, at in told.values()} | {tile_of(z, *HERE)}
        sums, people_ = Counter(), Counter()
        for place in tiles:
            answer = client.get("/tiles/zones/" + "/".join(map(str, place)))
            for point in vector_tiles.read(answer.content):
                assert point.layer == "zone_cells"
                kind = point.said.get("queue"), point.said["status"]
                sums[kind] += point.said["zones"]
                people_[kind] += point.said["households"]
        assert (sums, people_) == (expected, households)


def test_who_pays_is_untold_to_an_operator_before_a_package(country, program):
    points = {point.said["village"]: point.said for point in drawn(program(country["vnpt"]), z=9)}
    assert points["Bản 1"]["queue"] == "fund"
    assert points["Bản 1"]["status"] == "in_package"
    (round_,) = drawn(program(country["vnpt"]), z=12, at=(105.9, 18.31))
    assert "queue" not in round_.said
    cells = drawn(program(country["vnpt"]), z=6)
    assert {(cell.said.get("queue"), cell.said["status"]) for cell in cells} == {
        ("fund", "in_package"), (None, "approved")
    }  # fmt: skip


def test_a_dispute_is_told_to_who_may_know_it(
    database, authority, province, operator, program
):  # fmt: skip
    world = judged(database, authority, province, operator)
    disputed(database, world)
    seen = {
        actor: [
            point.said.get("disputed") for point in drawn(program(actor), z=9, at=(105.7, 18.2))
        ]
        for actor in (authority, world.officer, world.viettel, world.vnpt)
    }
    assert all(sorted(told, key=str) == [None, True] for told in list(seen.values())[:3])
    assert seen[world.vnpt] == [None, None]


def test_an_operator_sees_its_own_sites_and_no_rivals(
    database, authority, operator, province, program
):
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    a_site(database, authority, viettel, "BI-MAT-1", HERE)
    a_site(database, authority, vnpt, "VN-1", HERE)
    for z in range(15):
        everything = drawn(program(authority), "sites", z)
        assert sorted(point.said["operator"] for point in everything) == ["VNPT", "Viettel"]
        for viewer, name in ((viettel, "Viettel"), (vnpt, "VNPT")):
            (own,) = drawn(program(viewer), "sites", z)
            assert own.layer == ("sites" if z >= 10 else "site_cells")
            assert own.said["operator"] == name
        assert drawn(program(province("42")), "sites", z) == []
    (own,) = drawn(program(vnpt), "sites", 14)
    assert own.said == {"operator": "VNPT", "technologies": "4G", "code": "VN-1"}


def test_a_planned_site_is_on_no_tile(database, authority, operator, program):
    a_site(database, authority, operator("VNPT"), "VN-1", HERE)
    with database.transaction(authority) as connection:
        connection.execute(text("UPDATE phusong.site_operator SET on_air = false"))
    assert [drawn(program(authority), "sites", z) for z in (5, 14)] == [[], []]


# --- Never stale, never another's ----------------------------------------------------------------


@pytest.mark.usefixtures("one_commune")
def test_a_right_that_is_taken_away_counts_at_once(
    database, authority, officer, signed_in, program_of
):  # fmt: skip
    stored.a_zone(database, officer, at=HERE)
    token = people.issue_token(
        database, authority, organisation_id=officer.organisation_id, role=Role.PROVINCE_OFFICER,
        label="thử",
    )  # fmt: skip
    client, visitor = program_of(token), signed_in(officer)
    assert len(drawn(client)) == len(drawn(visitor)) == 1
    people.revoke_token(database, authority, "thử")
    path = "/".join(map(str, tile_of(12, *HERE)))
    assert client.get(f"/tiles/zones/{path}").status_code == 401
    assert len(drawn(visitor)) == 1
    visitor.get("/account")
    visitor.post("/sign-out", data={"csrf": visitor.csrf})
    assert visitor.get(f"/tiles/zones/{path}").status_code == 401


def test_what_an_operator_may_see_no_more_is_gone_at_once(country, database, authority, program):
    viettel = program(country["viettel"])
    assert "Bản 31" in villages(viettel)
    number = 1
    cancel_round(database, authority, number, "Thôi.")
    assert "Bản 31" not in villages(viettel)


@pytest.mark.usefixtures("one_commune")
@pytest.mark.parametrize("z", [5, 12])
def test_every_change_shows_at_the_next_request(database, authority, officer, program, z):
    client = program(authority)
    path = "/tiles/zones/" + "/".join(map(str, tile_of(z, *HERE)))
    tags, first = [client.get(path).headers["etag"]], stored.a_zone(database, officer, at=HERE)
    changes = (
        {"households": 7}, {"status": "approved"}, {"queue": "fund", "queue_reason": "vì thử"},
        {"status": "withdrawn"},
    )  # fmt: skip
    for facts in ({}, *changes):
        if facts:
            change(database, officer, first, **facts)
        answer = client.get(path, headers={"If-None-Match": tags[-1]})
        assert answer.status_code == 200, facts
        assert (
            client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
        )
        tags.append(answer.headers["etag"])
    assert tags[-1] == tags[0]  # nothing is drawn again
    assert len(set(tags)) == len(tags) - 1


@pytest.mark.usefixtures("one_commune")
def test_another_place_is_not_changed(database, authority, officer, program):
    stored.a_zone(database, officer, at=HERE)
    client = program(authority)
    path = "/tiles/zones/" + "/".join(map(str, tile_of(12, *HERE)))
    tag = client.get(path).headers["etag"]
    stored.a_zone(database, officer, at=(107.0, 16.0))
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_a_round_opens_to_operators_by_the_clock_alone(database, authority, province, operator,
                                                       program):  # fmt: skip
    load_places(database, authority)
    report(database, province("42"), a_zone(1))
    client, opens = program(operator("Viettel")), datetime.now(UTC) + timedelta(hours=1)
    open_round(
        database, authority,
        NewRound("Đợt", "Công văn", opens, opens + timedelta(days=9), zone_ids=[zone_id(1)]),
    )  # fmt: skip
    assert drawn(client) == drawn(client, z=4) == []
    with as_owner(database, authority) as connection:  # an hour passes, and no trigger is told
        connection.execute(
            text("ALTER TABLE phusong.consultation_round DISABLE TRIGGER USER;"
                 " UPDATE phusong.consultation_round SET opens_at = opens_at - interval '1 hour';"
                 " ALTER TABLE phusong.consultation_round ENABLE TRIGGER USER,"
                 " ENABLE ALWAYS TRIGGER tiles_change")
        )  # fmt: skip
    assert [point.said["village"] for point in drawn(client)] == ["Bản 1"]
    assert drawn(client, z=4)[0].said["zones"] == 1


def test_a_package_opens_at_its_minute_for_tiles_too(database, authority, province, operator,
                                                     program):  # fmt: skip
    load_places(database, authority)
    two_lots(database, authority, province("42"))
    published(database, authority, opens_at=SOON)
    lead, viettel = program(authority), program(operator("Viettel"))
    officer = program(province("42"))
    assert {point.said["status"] for point in drawn(lead, z=9)} == {"in_package"}
    assert {point.said["status"] for point in drawn(officer, z=9)} == {"approved"}
    assert drawn(viettel, z=9) == []
    let_pass(database, authority)
    for client in (viettel, officer):
        assert {point.said["status"] for point in drawn(client, z=9)} == {"in_package"}
    with database.transaction(authority) as connection:
        status = connection.execute(text("SELECT DISTINCT status FROM phusong.zone")).scalars()
        assert set(status) == {"in_package"}


# --- Days that have passed -----------------------------------------------------------------------


def days_ago(database, actor, days):
    """Let everything that happened to zones lie so many days earlier."""
    with as_owner(database, actor) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table, column in (("zone", "created_at"), ("zone_event", "at")):
            connection.execute(
                text(f"UPDATE phusong.{table} SET {column} = {column} - make_interval(days => :n)"),
                {"n": days},
            )


@pytest.mark.usefixtures("one_commune")
def test_a_day_that_has_passed_shows_what_stood_then(
    database, authority, officer, program, auditor
):
    today = datetime.now(VIETNAM_TIME).date()
    first = stored.a_zone(database, officer, at=HERE, village="Bản Một")
    days_ago(database, officer, 10)
    change(database, officer, first, status="approved")
    change(database, officer, first, queue="fund", queue_reason="vì thử")
    change(database, officer, first, households=97)
    days_ago(database, officer, 10)
    stored.a_zone(database, officer, at=HERE, village="Bản Hai")
    change(database, officer, first, status="withdrawn")
    for viewer in (authority, officer, auditor):
        client = program(viewer)

        def on(days, z=12, client=client):
            place = "/".join(map(str, tile_of(z, *HERE)))
            at = (today - timedelta(days=days)).isoformat()
            answer = client.get(f"/tiles/zones/{place}", params={"at": at})
            return [
                tuple(point.said.get(fact) for fact in ("village", "status", "queue", "households"))
                for point in vector_tiles.read(answer.content)
            ]

        assert on(30) == on(30, z=5) == []
        assert on(15) == [("Bản Một", "reported", "undecided", 42)]
        assert on(15, z=5) == [(None, "reported", "undecided", 42)]
        assert on(5) == [("Bản Một", "approved", "fund", 97)]
        for days in (0, -1, -400):
            assert on(days) == [("Bản Hai", "reported", "undecided", 42)]
        assert program(viewer).get(
            "/api/v1/tiles/zones/5/25/14", params={"at": "2020-01-01"}
        ).content == b""  # fmt: skip


def test_an_operator_is_not_told_what_was(country, program):
    client = program(country["viettel"])
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date()
    for path in ("/tiles/zones/9/406/229", "/api/v1/tiles/zones/5/25/14"):
        refused = client.get(path, params={"at": yesterday.isoformat()})
        assert refused.status_code == 403
        assert refused.json()["type"].endswith("#not-allowed")
        now = client.get(path, params={"at": (yesterday + timedelta(days=9)).isoformat()})
        assert now.content == client.get(path).content != b""
