"""Zones over HTTP: GeoJSON that is GeoJSON, pages that lose nothing, walls that hold."""

import base64
import json
import re
import uuid
from urllib.parse import quote

import httpx
import pytest

from coverage.zones import Queue, ZoneStatus
from tests.http.stored import a_zone

pytestmark = pytest.mark.usefixtures("one_commune")


def next_link(answer: httpx.Response) -> str | None:
    found = re.fullmatch(r'<([^>]+)>; rel="next".*', answer.headers.get("Link", ""))
    return found[1] if found else None


def test_every_zone_comes_once_while_others_are_added(database, officer, program):
    first = {str(a_zone(database, officer, village=f"Bản {number}")) for number in range(23)}
    client = program(officer)
    seen, address = [], "/api/v1/zones?limit=5"
    while address:
        answer = client.get(address)
        content = answer.json()
        seen += [feature["id"] for feature in content["features"]]
        assert content["numberReturned"] == len(content["features"]) <= 5
        address = next_link(answer)
        assert [link["href"] for link in content["links"]] == ([address] if address else [])
        a_zone(database, officer, village="Bản mới")
    assert len(seen) == len(set(seen))
    assert first <= set(seen)


def test_the_next_page_keeps_the_filter(database, officer, program):
    for queue in (Queue.FUND, Queue.POWER) * 3:
        a_zone(database, officer, queue=queue.value)
    client = program(officer)
    answer = client.get("/api/v1/zones", params={"queue": "fund", "limit": 2})
    rest = client.get(next_link(answer)).json()
    assert answer.json()["numberMatched"] == 3
    assert [f["properties"]["queue"] for f in rest["features"]] == ["fund"]
    assert rest["links"] == []


def test_a_zone_is_a_feature_with_longitude_first(database, officer, program):
    zone_id = a_zone(database, officer, at=(105.7012345, 18.2), population=None, grid_power=False)
    answer = program(officer).get(f"/api/v1/zones/{zone_id}")
    assert answer.headers["content-type"] == "application/geo+json"
    feature = answer.json()
    assert feature["geometry"] == {"type": "Point", "coordinates": [105.7012345, 18.2]}
    assert feature["id"] == str(zone_id)
    properties = feature["properties"]
    assert (properties["commune"], properties["province"]) == ("Xã Hương Khê", "Hà Tĩnh")
    assert (properties["population"], properties["grid_power"]) == (None, False)


def test_the_box_and_the_other_filters_reach_the_query(database, officer, program):
    inside = a_zone(database, officer, at=(105.5, 18.5), status=ZoneStatus.ON_AIR.value)
    a_zone(database, officer, at=(106.5, 18.5))
    client = program(officer)
    for query in ("bbox=105,18,106,19", "status=on_air", "province=42&bbox=105.5,18.5,105.5,18.5"):
        found = client.get(f"/api/v1/zones?{query}").json()["features"]
        assert [feature["id"] for feature in found] == [str(inside)], query
    assert client.get("/api/v1/zones?province=40").json()["features"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "queue=none", "status=x", "bbox=1,2,3", "bbox=9,9,1,1",
     "bbox=nan,1,2,3", "bbox=0,0,0,91", "province=4", "province=4%00", "cursor=x", "cursor=%00",
     "cursor=W10", "cursor=WyJpZCJd", "cursor=WyJpZCIsIlxcdWQ4MDAiXQ", "cursor=WyJpZCIsIngiXQ"],
)  # fmt: skip
def test_what_cannot_be_read_is_told_by_its_place(officer, program, query):
    answer = program(officer).get(f"/api/v1/zones?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["faults"][0]["where"] == f"query.{query.split('=')[0]}"


@pytest.fixture(params=["province", "operator"])
def stranger(request, province, operator):
    return province("40") if request.param == "province" else operator("Viettel")


def test_a_stranger_finds_nothing(database, officer, stranger, program, signed_in):
    zone_id = a_zone(database, officer)
    client, visitor = program(stranger), signed_in(stranger)
    assert client.get("/api/v1/zones").json()["features"] == []
    assert client.get(f"/api/v1/zones/{zone_id}").status_code == 404
    assert "Bản Rào Tre" not in visitor.get("/zones").text
    assert visitor.get(f"/zones/{zone_id}").status_code == 404


def test_the_authority_sees_every_zone(database, officer, authority, program):
    zone_id = a_zone(database, officer)
    assert program(authority).get(f"/api/v1/zones/{zone_id}").status_code == 200
    assert program(officer).get(f"/api/v1/zones/{uuid.uuid4()}").status_code == 404


def test_the_pages_show_filter_and_follow(database, officer, signed_in):
    for number in range(60):
        a_zone(database, officer, village=f"Bản Số {number:03}", households=number + 1)
    zone_id = a_zone(database, officer, village="<script>alert(1)</script>", households=500)
    visitor = signed_in(officer)
    first = visitor.get("/zones?order=households")
    assert "61 vùng" in first.text
    assert "<script>alert" not in first.text
    assert "&lt;script&gt;alert" in first.text
    following = re.search(r'href="(/zones\?[^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = visitor.get(following).text
    assert "Bản Số 000" in second
    assert "Bản Số 059" not in second
    found = visitor.get(f"/zones?words={quote('số 007')}").text
    assert found.count("Bản Số 007") == 1
    assert "Bản Số 008" not in found
    assert "Không có vùng nào khớp" in visitor.get("/zones?words=zzz&queue=&status=").text
    assert "Hương Khê" in visitor.get(f"/zones/{zone_id}").text


@pytest.mark.parametrize(
    ("order", "position"),
    [("place", ["42", "18073", "\x00"]), ("place", ["42", "18073", "\ud800"]),
     ("place", ["42", "18073", 7]), ("place", ["42"]), ("households", [10**30]),
     ("households", [True]), ("households", ["x"]), ("id", [])],
)  # fmt: skip
def test_a_cursor_that_no_list_gave_is_refused(officer, signed_in, order, position):
    forged = json.dumps([order, *position, str(uuid.uuid4())]).encode()
    cursor = base64.urlsafe_b64encode(forged).decode()
    answer = signed_in(officer).get("/zones", params={"order": order, "cursor": cursor})
    assert answer.status_code == (303 if order == "id" else 422)
