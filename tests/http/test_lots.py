"""Lots at the doors: pages by forms alone, the API, the command line; each sees what it may."""

import json
import re
import uuid

import pytest

from coverage.actions.lots import propose_lots
from coverage.people import Role
from coverage.storage.lot_pins import AskedBounds
from tests.builders import a_zone, zone_id
from tests.http.pages import read_page
from tests.reported import report

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32
API = "/api/v1/lots"


@pytest.fixture
def plan(database, authority, officer):
    zones = [a_zone(n, latitude=18.0 + 5 * n * KM, village=f"Bản <{n}>") for n in range(1, 9)]
    report(database, officer, *zones)
    return propose_lots(database, authority, "42", AskedBounds(lots=2))


@pytest.fixture
def planner(signed_in, authority, plan):
    return signed_in(authority, Role.PLANNER)


def hidden(html):
    """The fields of a page's form of confirmation."""
    form = re.search(r'action="/lots/changes">(.*?)</form>', html, re.DOTALL)[1]
    return re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)


def confirm(browser, page):
    fields = {}
    for name, value in hidden(page.text):
        fields.setdefault(name, []).append(value)
    return browser.fill("/lots/changes", **fields)


def test_a_page_shows_the_lots_and_one_lot_in_full(planner, plan):
    page = planner.get("/lots?province=42")
    assert page.status_code == 200
    assert read_page("/lots", page.text).faults == []
    assert all(lot.name in page.text for lot in plan.lots)
    assert "1,00 lần" not in page.text
    assert "các lô bằng nhau" in page.text
    lot = planner.get(f"/lots/{plan.lots[0].id}")
    assert lot.status_code == 200
    assert read_page("/lots/x", lot.text).faults == []
    assert "Bản &lt;8&gt;" in lot.text
    assert "300 / km" in lot.text
    assert "450 / km" in lot.text
    drawn = planner.get(f"/lots/map?province=42&lot={plan.lots[0].id}")
    assert drawn.status_code == 200
    assert "startTicks" in drawn.text


def test_zones_are_moved_by_forms_alone_after_a_look(planner, plan):
    north, south = plan.lots
    planner.get(f"/lots/{north.id}")
    nearest = str(zone_id(5))
    page = planner.fill(
        "/lots/preview", province="42", act="move", zone=[nearest], lot=str(north.id),
        other=str(south.id), page=str(north.id),
    )  # fmt: skip
    assert page.status_code == 200
    assert read_page("/lots/preview", page.text).faults == []
    assert "Bản &lt;5&gt;" in page.text
    assert "các lô bằng nhau" in page.text
    assert "lô lớn nhất gấp" in page.text
    assert page.text.count("number furthest") >= 1
    assert f'href="/lots/{north.id}"' in page.text
    kept = confirm(planner, page)
    assert "Đã ghi" in kept.text
    again = confirm(planner, page)
    assert again.status_code == 409
    assert "hãy tải lại trang" in again.text
    pinned = [lot["pinned"] for lot in planner.get(f"{API}?province=42").json()["lots"]]
    assert any(nearest in each for each in pinned)


def test_a_form_that_cannot_be_read_is_refused_with_a_sentence(planner, plan):
    planner.get("/lots?province=42")
    for fields in (
        {"act": "burn"}, {"act": "pin", "zone": "x"}, {"act": "merge", "lot": "x", "other": ""},
        {"act": "propose", "max_zones": "-1"}, {"act": "propose", "lots": "9" * 40},
    ):  # fmt: skip
        unread = planner.fill("/lots/preview", province="42", **fields)
        assert unread.status_code == 422, fields
        assert "body." not in unread.text
    unread = planner.fill("/lots/preview", province="42", act="propose", max_zones="-1").text
    assert "<strong>Số vùng tối đa</strong>: " in unread
    refused = planner.fill("/lots/preview", province="42", act="propose", lots="50")
    assert refused.status_code == 409
    assert "từ 1 đến 8 lô" in refused.text
    assert planner.fill("/lots/preview", province="x", act="propose").status_code == 422


def test_bounds_are_proposed_with_a_look_first(planner, plan, database, authority):
    planner.get("/lots?province=42")
    page = planner.fill("/lots/preview", province="42", act="propose", max_households="1 60")
    assert "các lô bằng nhau" in page.text
    assert "Đã ghi" in confirm(planner, page).text
    assert 'value="160"' in planner.get("/lots?province=42").text


def test_readiness_is_said_by_a_form(planner, plan):
    lot = plan.lots[0]
    planner.get(f"/lots/{lot.id}")
    page = planner.fill(
        "/lots/readiness", province="42", lot=str(lot.id), zone=[str(key) for key in lot.zone_ids],
        land="not_ready", road="", note="chờ <đền bù>",
    )  # fmt: skip
    assert page.status_code == 200
    assert "Đã ghi mức sẵn sàng" in page.text
    assert "chờ &lt;đền bù&gt;" in page.text
    told = planner.get(f"{API}/{lot.id}").json()
    assert told["readiness"] == {
        "power": "ready", "road": "unknown", "land": "not_ready", "permits": "unknown",
    }  # fmt: skip
    none = planner.fill("/lots/readiness", province="42", lot=str(lot.id), land="ready")
    assert none.status_code == 409


def test_the_api_tells_lots_and_changes_them_after_a_preview(program, authority, plan):
    client = program(authority, Role.PLANNER)
    told = client.get(f"{API}?province=42").json()
    assert told["contiguity"] == "gap"
    assert told["totals"]["balance"]["households"] == {
        "largest_to_smallest": 1.0, "largest_to_mean": 1.0,
    }  # fmt: skip
    assert told["totals"]["cost_vnd"] == sum(lot["cost"]["total_vnd"] for lot in told["lots"])
    assert set(told["lots"][0]["cost"]["absent"]) == {"road", "power", "backhaul"}
    wish = {"province": "42", "act": "split", "zones": [str(zone_id(1))]}
    shown = client.post(f"{API}/preview", json=wish).json()
    assert (shown["kept"], shown["changed"]) == (False, True)
    stale = client.post(f"{API}/changes", json=wish | {"seen": "0" * 32})
    assert stale.status_code == 409
    assert client.post(f"{API}/changes", json=wish | {"seen": shown["seen"]}).json()["kept"]
    assert len(client.get(f"{API}?province=42").json()["lots"]) == 3
    anew = client.post(f"{API}/proposals", json={"province": "42", "bounds": {"lots": 4}})
    assert len(anew.json()["lots"]) == 4
    unready = {"province": "42", "zones": [str(zone_id(1))], "states": {"road": "ready"}}
    assert client.post(f"{API}/readiness", json=unready).status_code == 204
    assert client.get(f"{API}/{uuid.uuid4()}").status_code == 404


def test_provinces_and_operators_see_no_more_than_they_may(
    program, officer, operator, auditor, plan
):
    own = program(officer).get(f"{API}?province=42").json()
    assert [lot["readiness"] for lot in own["lots"]] == [{}, {}]
    wish = {"province": "42", "act": "split", "zones": [str(zone_id(1))]}
    assert program(officer).post(f"{API}/preview", json=wish).status_code == 403
    rival = program(operator("Viettel"))
    assert rival.get(f"{API}?province=42").status_code == 403
    assert rival.get(f"{API}/{plan.lots[0].id}").status_code == 403
    assert program(auditor).get(f"{API}/{plan.lots[0].id}").json()["readiness"]["power"] == "ready"


def test_the_command_line_shows_then_keeps(phusong, plan, tmp_path):
    answer = tmp_path / "answer.json"
    first = str(zone_id(1))
    status, told, _ = phusong("lots", "split", "--province", "42", "--zone", first)
    assert (status, "chưa ghi gì" in told, "+ Bản <1>" in told) == (0, True, True)
    status, told, _ = phusong(
        "lots", "split", "--province", "42", "--zone", first, "--yes", "--json", answer
    )
    assert (status, "đã ghi" in told) == (0, True)
    assert json.loads(answer.read_text())["kept"]
    status, told, _ = phusong("lots", "show", "--province", "42", "--json", answer)
    assert status == 0
    assert "Cân bằng: số hộ lô lớn nhất bằng" in told
    assert "Ranh giới xã chỉ gần đúng" in told
    assert len(json.loads(answer.read_text())["lots"]) == 3
    assert (
        phusong("lots", "merge", "--province", "42", "--lot", "2", "--with", "3", "--yes")[0] == 0
    )
    assert phusong("lots", "pin", "--province", "42", "--lot", "1", "--yes")[0] == 0
    assert phusong("lots", "unpin", "--province", "42", "--lot", "1", "--yes")[0] == 0
    assert phusong("lots", "move", "--province", "42", "--zone", first, "--to", "9")[0] == 1
    status, told, _ = phusong(
        "lots", "readiness", "--province", "42", "--lot", "1", "--state", "land=not_ready",
        "--state", "power=ready",
    )  # fmt: skip
    assert (status, "mặt bằng: chưa sẵn sàng" in told) == (0, True)
    status, _, wrong = phusong("package", "build", "--province", "42", "-o", tmp_path)
    assert status == 1
    assert "chưa sẵn sàng về mặt bằng" in wrong
    assert phusong("lots", "readiness", "--province", "42", "--state", "land=soon")[0] == 2
    assert phusong("lots", "propose", "--province", "42", "--lots", "0")[0] == 2
    status, _, wrong = phusong("lots", "propose", "--province", "42", "--lots", "99")
    assert (status, "Không gom được thành 99 lô" in wrong) == (1, True)


def test_a_lots_page_tells_its_neighbours_and_where_its_zones_were(
    planner, plan, signed_in, officer
):
    north, south = plan.lots
    page = planner.get(f"/lots/{north.id}").text
    assert f'<a href="/lots/{south.id}">{south.name}</a>' in page
    assert "5 km" in page.split('id="neighbours"')[1]
    assert 'id="history"' not in page
    planner.get("/lots?province=42")
    preview = planner.fill("/lots/preview", province="42", act="split", zone=[str(zone_id(8))])
    confirm(planner, preview)
    lots = planner.get(f"{API}?province=42").json()["lots"]
    alone = next(lot["id"] for lot in lots if lot["pinned"] == [str(zone_id(8))])
    told = planner.get(f"/lots/{alone}").text.split('id="history"')[1]
    assert f'href="/lots/{north.id}"' in told
    assert "1 trong 4 vùng" in told
    assert 'id="history"' not in signed_in(officer).get(f"/lots/{alone}").text


def test_a_reverse_act_is_offered_only_where_one_act_does_it(planner, plan):
    north, south = plan.lots
    planner.get("/lots?province=42")
    merged = planner.fill(
        "/lots/preview", province="42", act="merge", lot=str(north.id), **{"with": str(south.id)}
    )
    kept = confirm(planner, merged)
    assert "Hoàn tác: tách lô trở lại" in kept.text
    assert all(str(key) in kept.text for key in south.zone_ids)
    planner.get("/lots?province=42")
    proposed = planner.fill("/lots/preview", province="42", act="propose", lots="1", anew="1")
    assert "Hoàn tác" not in confirm(planner, proposed).text


def test_while_choosing_only_the_block_is_answered_and_refusals_are_words(planner, plan):
    planner.get("/lots?province=42")
    asked = {"HX-Request": "true", "HX-Target": "lot-preview"}
    for fields, words in (
        ({"act": "move", "zone": [str(zone_id(5))], "other": str(plan.lots[1].id)}, "chưa ghi gì"),
        ({"act": "move", "other": str(plan.lots[1].id)}, "chưa chọn vùng nào"),
        ({"act": "split", "zone": [str(zone_id(5)), str(zone_id(1))]}, "nằm ở nhiều lô"),
    ):
        answer = planner.post(
            "/lots/preview", data={"csrf": planner.csrf, "province": "42", **fields}, headers=asked
        )
        assert answer.status_code == 200, fields
        assert "<html" not in answer.text
        assert words in answer.text
        assert "table" in answer.text


def test_a_preview_says_which_lot_no_package_may_take(planner, plan):
    north, south = plan.lots
    planner.get(f"/lots/{north.id}")
    planner.fill(
        "/lots/readiness", province="42", lot=str(north.id), zone=[str(zone_id(5))],
        land="not_ready",
    )  # fmt: skip
    page = planner.fill(
        "/lots/preview", province="42", act="move", zone=[str(zone_id(5))], other=str(south.id)
    )
    told = page.text.split("vì còn vùng chưa sẵn sàng")[1].split("</ul>")[0]
    assert "1 vùng (mặt bằng)" in told
    assert told.count("<li>") == 1


def test_a_lot_that_was_not_chosen_is_asked_for_and_nobody_is_blamed(planner, plan):
    forms = (
        {"act": "move", "zone": [str(zone_id(5))], "other": ""},
        {"act": "merge", "lot": str(plan.lots[0].id), "with": ""},
        {"act": "pin"},
    )
    for fields in forms:
        refused = planner.fill("/lots/preview", province="42", **fields)
        assert refused.status_code == 409
        assert "không còn là lô đề xuất" not in refused.text, fields
        assert "người khác vừa làm trước" not in refused.text, fields
        assert ("chưa chọn lô" in refused.text) is (fields["act"] != "pin")
