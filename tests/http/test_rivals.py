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


def everything(app, client, visitor, world, number):
    """What every readable address answers: status, telling headers, text."""
    zone, got = str(world.zones[0]), {}
    for method, path in routes(app):
        if method != "GET" or "events" in path or path.startswith("/static"):
            continue
        names = {"zone_id": zone, "technology": "4G", "number": str(number), "ending": "geojson"}
        address = re.sub(r"{(\w+)}", lambda found: names.get(found[1], zone), path)  # noqa: B023
        door = client if path.startswith("/api/") else visitor
        answer = door.get(address)
        headers = {name: answer.headers.get(name) for name in ("etag", "last-modified")}
        text = re.sub(r'(name="csrf" value|nonce|src|href)="[^"]*"', "", answer.text)
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
