"""Words that would run, wherever they are shown, exported or drawn; and forms without their token."""

import csv
import io
import re
from dataclasses import replace

import pytest

from coverage.actions import dispute_answers, promises, queues, zone_names
from coverage.actions.disputes import Claim, Proof, raise_dispute
from coverage.actions.zone_moves import Seen
from coverage.consultation import Wish
from coverage.evidence import Verdict
from coverage.people import Role
from coverage.zones import Queue
from tests.consulted import in_days, open_now
from tests.disputed import DRIVE_TEST, FOUR, disputed, judged
from tests.http.test_door import fill, routes

EVIL = "=1+1</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
RUNS = ("<script>alert", "<img src=x")
NOT_HERE = ("/static",)


@pytest.fixture
def world(database, authority, province, operator):
    return judged(database, authority, province, operator)


def version_of(program, authority, zone):
    return program(authority).get(f"/api/v1/zones/{zone}").json()["properties"]["version"]


def shows_harmless(answer, address):
    """Whether the evil words are shown; never so that a browser or a spreadsheet runs them."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/html"):
        assert not any(each in answer.text for each in RUNS), address
        return "7*7" in answer.text
    if answer.status_code == 200 and (kind.startswith("text/csv") or address.endswith("/csv")):
        table = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
        cells = [cell for row in table for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], address
        return any("7*7" in cell for cell in cells)
    return False


def test_no_words_run_wherever_they_are_shown(  # noqa: PLR0917
    app, database, authority, auditor, world, program, signed_in
):
    evil, zone = replace(authority, name=EVIL), world.zones[0]
    seen = Seen(zone, version_of(program, authority, zone))
    zone_names.rename_village(database, authority, seen, EVIL, EVIL)
    seen = Seen(zone, version_of(program, authority, zone))
    queues.set_queue(database, evil, [seen], Queue.FUND, EVIL)
    number = open_now(database, authority, list(world.zones), name=EVIL)
    promises.promise(database, replace(world.viettel, name=EVIL), number, [Wish(zone, in_days(90))])
    promises.record_promise(
        database, authority, "VNPT", world.zones[1], on_air_by=in_days(80), document=EVIL
    )
    proof = Proof(EVIL, EVIL + ".csv", DRIVE_TEST)
    mine = raise_dispute(
        database, world.viettel, world.day, Claim(zone, FOUR, Verdict.SERVED), proof
    )
    dispute_answers.answer(database, evil, world.day, [mine], upheld=False, answer=EVIL)
    other = disputed(database, world, 1)
    sent = {
        "kind": "setting", "reason": EVIL,
        "content": {"name": "dispute_days", "value": 30, "valid_from": str(in_days(9)), "citation": EVIL},
    }  # fmt: skip
    proposed = program(authority).post("/api/v1/rules/changes", json=sent)
    assert proposed.status_code == 201, proposed.text
    names = {"zone_id": str(zone), "technology": "4G", "ending": "csv"}
    addresses = {
        re.sub(r"{(\w+)}", lambda found: (names | {"number": str(known)}).get(found[1], "x"), path)  # noqa: B023
        for known in (number, mine, other, 1)
        for method, path in routes(app)
        if method == "GET" and "events" not in path and not path.startswith(NOT_HERE)
    }
    shown = 0
    for actor, role in (
        (authority, None), (authority, Role.LEAD), (auditor, None), (world.officer, None),
        (world.viettel, None),
    ):  # fmt: skip
        visitor, client = signed_in(actor, role), program(actor, role)
        for address in sorted(addresses):
            answer = (client if address.startswith("/api/") else visitor).get(address)
            assert answer.status_code < 500, address
            shown += shows_harmless(answer, address)
    assert shown > 20


def test_no_form_is_taken_without_its_token(app, database, authority, world, signed_in):
    visitor = signed_in(authority)
    walked = [(method, path) for method, path in routes(app)
              if method == "POST" and not path.startswith("/api/")]  # fmt: skip
    assert len(walked) > 40
    for method, path in walked:
        for fields in ({}, {"csrf": ""}, {"csrf": "x" * 43}):
            address = fill(path).replace("GT-1", "1")
            answer = visitor.request(method, address, data=fields, follow_redirects=False)
            assert answer.status_code == 403, (path, answer.status_code)
            with_file = visitor.request(
                method, address, data=fields, files={"file": ("x.csv", b"a", "text/csv")},
                follow_redirects=False,
            )  # fmt: skip
            assert with_file.status_code in {400, 403, 422}, (path, with_file.status_code)
