"""The API's list of zones is asked as the page's is: the same parts, the same zones, page by page."""

import re

import pytest
from sqlalchemy import text

from coverage.people import Role
from coverage.storage.zones import ZoneOrder
from tests.http.stored import a_zone
from tests.reported import as_owner

pytestmark = pytest.mark.usefixtures("one_commune")
ZONES = "/api/v1/zones"


@pytest.fixture
def zones(database, officer):
    """A dozen zones that differ in everything that can be asked."""
    made = [
        a_zone(
            database, officer, village=f"Bản Mường {number}" if number % 2 else f"Thôn Khe {number}",
            households=10 + number % 4, grid_power=(None, True, False)[number % 3],
            specially_difficult=(None, False, True)[number // 2 % 3],
            signal=(None, "none", "patchy")[number // 3 % 3],
            status="returned" if number % 5 == 0 else "reported",
        )
        for number in range(12)
    ]  # fmt: skip
    with as_owner(database, officer) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table, column in (("zone", "created_at"), ("zone_event", "at")):
            whose = "id" if table == "zone" else "zone_id"
            connection.execute(
                text(f"UPDATE phusong.{table} SET {column} = {column} - interval '40 days'"
                     f" WHERE {whose} = ANY (:some)"), {"some": made[:4]},
            )  # fmt: skip
    return made


ASKED = [
    "words=muong", "words=Bản Mường 1", "province=42", "commune=18073", "queue=undecided",
    "status=returned", "signal=none", "signal=unknown", "power=yes", "power=unknown",
    "difficult=no", "grouped=none", "grouped=package", "waiting=30", "disputed=1", "mine=1",
    "words=muong&power=yes&signal=patchy", "waiting=30&status=returned",
]  # fmt: skip


def test_every_part_of_the_filter_finds_what_the_page_finds(zones, program, signed_in, authority):
    client, lead = program(authority, Role.LEAD), signed_in(authority, Role.LEAD)
    found = {}
    for query in ASKED:
        answer = client.get(f"{ZONES}?{query}")
        assert answer.status_code == 200, query
        found[query] = answer.json()["numberMatched"]
        page = re.search(r"<strong>(\d+) vùng", lead.get(f"/zones?{query}").text)
        assert found[query] == (int(page[1]) if page else 0), query
    assert 0 < found["words=muong"] < 12
    assert found["waiting=30"] == 4
    assert (found["grouped=none"], found["grouped=package"], found["mine=1"]) == (12, 0, 0)
    assert 0 < found["signal=unknown"] < 12


@pytest.mark.parametrize("order", [each.value for each in ZoneOrder])
def test_every_order_is_walked_once_and_in_order(zones, program, officer, order):
    client, walked = program(officer), []
    address = f"{ZONES}?order={order}&limit=5&status=reported"
    while address:
        answer = client.get(address)
        walked += answer.json()["features"]
        address = answer.links.get("next", {}).get("url")
    ids = [each["id"] for each in walked]
    assert len(ids) == len(set(ids)) == 9
    told = [each["properties"] for each in walked]
    if order == "households":
        assert [each["households"] for each in told] == sorted(
            (each["households"] for each in told), reverse=True
        )
    if order == "place":
        names = [each["village"] for each in told]
        assert names.index("Bản Mường 1") < names.index("Thôn Khe 2")


def test_what_cannot_be_asked_is_said(zones, program, officer, authority):
    client = program(officer)
    for query, where in (
        ("grouped=lot", "query.grouped"),
        ("mine=true", "query.mine"),
        ("signal=yes", "query.signal"),
        ("signal=x", "query.signal"),
        ("power=x", "query.power"),
        ("waiting=0", "query.waiting"),
        ("waiting=99999", "query.waiting"),
        ("commune=1", "query.commune"),
        ("order=x", "query.order"),
        ("bbox=3,2,1,0", "query.bbox"),
    ):
        refused = client.get(f"{ZONES}?{query}")
        assert refused.status_code == 422, query
        assert refused.json()["faults"][0]["where"].startswith(where), query
    assert client.get(f"{ZONES}?grouped=package").status_code == 200
    assert program(authority, Role.LEAD).get(f"{ZONES}?grouped=lot").status_code == 200
    first = client.get(f"{ZONES}?order=place&limit=1").json()["links"][0]["href"]
    cursor = first.split("cursor=")[1]
    assert client.get(f"{ZONES}?order=newest&cursor={cursor}").status_code == 422
