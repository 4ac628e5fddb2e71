"""What an operator could learn of its competitors through any address: every one is walked."""

import asyncio
import re

import pytest

from api.worker import work
from coverage.actions import dispute_answers, promises, queues
from coverage.actions.zone_moves import Seen
from coverage.consultation import Wish
from coverage.zones import Queue
from tests.consulted import in_days, open_now
from tests.disputed import disputed, judged
from tests.http.test_door import routes
from tests.maps_of_areas import BOX, a_map

VERDICTS = "/api/v1/zones/{}/verdicts"
REGISTER = "Mã trạm,Công nghệ,Vĩ độ,Kinh độ,Trạng thái\n" + "".join(
    f"BI-MAT-{n},4G,{18.2 + n / 1000},105.7,Phát sóng\n" for n in range(1, 8)
)


@pytest.fixture
def world(database, authority, province, operator):
    return judged(database, authority, province, operator)


# What filters and orders of a list could tell, where the list itself tells nothing.
ASKED = (
    *(f"/zones?order={order}" for order in ("households", "newest", "waiting")),
    *(f"/zones?queue={queue.value}" for queue in Queue),
    *(f"/zones/files/csv?{asked}" for asked in ("order=waiting", "disputed=1", "queue=operator")),
    "/zones?waiting=1", "/zones?disputed=1", "/zones?grouped=none", "/zones?grouped=lot",
    "/zones?mine=1", "/map/search?words=b", "/map/document?province=42",
    *(f"/progress/{chart}.csv" for chart in ("months", "late", "review", "provinces")),
    *(f"/tiles/{layer}/0/0/0" for layer in ("zones", "sites")), "/tiles/zones/9/406/229?at=2026-01-01",
    "/api/v1/zones?queue=operator", "/api/v1/zones?disputed=true",
)  # fmt: skip


# When it was printed, and when one's own session was used last.
_OF_THE_MINUTE = re.compile(r'<p class="printed">.*?</p>|<td data-label="Dùng lần cuối">.*?</td>')


def everything(app, client, visitor, world, number):
    """What every readable address answers: status, telling headers, text."""
    zone, got = str(world.zones[0]), {}
    for method, path in [*routes(app), *(("GET", address) for address in ASKED)]:
        if method != "GET" or "events" in path or path.startswith("/static"):
            continue
        names = {"zone_id": zone, "technology": "4G", "number": str(number), "ending": "geojson",
                 "z": "9", "x": "406", "y": "229", "chart": "waiting", "form": "csv"}  # fmt: skip
        address = re.sub(r"{(\w+)}", lambda found: names.get(found[1], zone), path)  # noqa: B023
        door = client if path.startswith("/api/") else visitor
        answer = door.get(address)
        headers = {name: answer.headers.get(name) for name in ("etag", "last-modified")}
        text = re.sub(r'(name="csrf" value|nonce|src|href)="[^"]*"', "", answer.text)
        text = _OF_THE_MINUTE.sub("", text)
        got[address] = (answer.status_code, headers, re.sub(r"[0-9a-f]{32,}", "", text))
    return got


def test_whatever_a_competitor_does_every_address_answers_the_same(  # noqa: PLR0917
    app, database, authority, world, program, signed_in, tmp_path
):
    number = open_now(database, authority, list(world.zones))
    client, visitor = program(world.vnpt), signed_in(world.vnpt)
    before = everything(app, client, visitor, world, number)
    assert sum(status == 200 for status, *_ in before.values()) > 25
    competitor = program(world.viettel)
    area = {"file": ("vung_4G.gpkg", a_map(tmp_path, [BOX]), "application/octet-stream")}
    assert competitor.post("/api/v1/service-areas", files=area).status_code == 201
    sent = {"file": ("bi_mat.csv", REGISTER.encode(), "text/csv")}
    assert competitor.post("/api/v1/registers", files=sent).status_code == 201
    dispute = disputed(database, world)
    promises.promise(database, world.viettel, number, [Wish(world.zones[0], in_days(200))])
    dispute_answers.answer(
        database, authority, world.day, [dispute], upheld=True, answer="Viettel đúng."
    )
    asyncio.run(work(database, forever=False))
    disputed(database, world, 1)
    zone = program(authority).get(f"/api/v1/zones/{world.zones[1]}").json()["properties"]
    queues.set_queue(
        database, authority, [Seen(world.zones[1], zone["version"])], Queue.OPERATOR,
        "Viettel có kế hoạch.",
    )  # fmt: skip
    after = everything(app, client, visitor, world, number)
    assert [address for address in before if before[address] != after[address]] == []
    secrets = ("Viettel", "BI-MAT", "bi_mat", "HTH0001")
    telling = {path for path, told in after.items() if any(each in str(told) for each in secrets)}
    assert telling == {"/api/v1/openapi.json"}  # as an example of a name


def test_an_operator_is_not_told_the_count_of_all_sites(world, program, authority):
    """Sites are numbered over all registers: one's own numbers would tell the size of others'."""
    address = VERDICTS.format(world.zones[0])
    own = [each for each in program(world.vnpt).get(address).json()["verdicts"] if each["site"]]
    assert own == []
    seen = program(authority).get(address).json()["verdicts"]
    assert {each["operator"] for each in seen if each["site"]} == {"Viettel", "VNPT"}


ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("who", ["province", "operator"])
def test_what_one_may_not_see_answers_as_what_is_not_there(  # noqa: PLR0917
    database, authority, province, operator, world, program, signed_in, app, who
):
    """Neither a status nor a sentence tells a hidden zone, dispute or round from none."""
    dispute = disputed(database, world)
    number = open_now(database, authority, [world.zones[1]])
    promised = promises.promise(
        database, world.viettel, number, [Wish(world.zones[1], in_days(90))]
    )[0].id  # fmt: skip
    hidden = str(world.zones[0])
    stranger = province("40") if who == "province" else operator("MobiFone")
    client, visitor = program(stranger), signed_in(stranger)
    visitor.get("/account")
    walked = 0
    for method, path in routes(app):
        named = set(re.findall(r"{(\w+)}", path)) & {"zone_id", "promise_id"}
        if not named or method not in {"GET", "POST", "PUT"}:
            continue
        told = []
        for one in (
            {"zone_id": hidden, "promise_id": str(promised)},
            {"zone_id": ABSENT, "promise_id": ABSENT},
        ):
            address = re.sub(r"{(\w+)}", lambda found: one.get(found[1], "4G"), path)  # noqa: B023
            if path.startswith("/api/"):
                body = {"reason": "x", "village": "x", "version": 1}
                answer = client.request(method, address, json=body)
            else:
                fields = {"csrf": visitor.csrf, "reason": "x", "village": "x", "version": "1",
                          "zone": f"{one['zone_id']}:1", "move": "withdraw"}  # fmt: skip
                answer = visitor.request(method, address, data=fields, follow_redirects=False)
            text = re.sub(r'(name="csrf" value|nonce)="[^"]*"', "", answer.text)
            text = re.sub(r"[0-9a-f]{32,}", "", text)
            for each in one.values():
                text = text.replace(each, "")
            told.append((answer.status_code, text))
        assert told[0] == told[1], (method, path)
        assert told[0][0] >= 400, (method, path)
        walked += 1
    assert walked > 10
    why = {"reason": "x"}
    bodies = [
        ("/api/v1/zones/moves",
         lambda z: {"move": "withdraw", "zones": [{"id": z, "version": 1}]} | why),
        ("/api/v1/zones/queue",
         lambda z: {"queue": "fund", "zones": [{"id": z, "version": 1}]} | why),
        ("/api/v1/reviews/take-up", lambda z: {"zones": [z]}),
        (f"/api/v1/consultations/{number}/promises",
         lambda z: {"promises": [{"zone_id": z, "on_air_by": str(in_days(90))}]}),
    ]  # fmt: skip
    for address, body in bodies:
        there, nowhere = (client.post(address, json=body(z)) for z in (hidden, ABSENT))
        assert there.status_code == nowhere.status_code >= 400, address
        assert there.text.replace(hidden, "") == nowhere.text.replace(ABSENT, ""), address
    for rest in ("", "/file"):
        there, nowhere = (client.get(f"/api/v1/disputes/{n}{rest}") for n in (dispute, 9_999_999))
        assert there.status_code == nowhere.status_code >= 400
        assert there.text.replace(str(dispute), "") == nowhere.text.replace("9999999", "")
