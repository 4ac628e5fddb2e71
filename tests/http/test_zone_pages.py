"""A zone's own pages: who pays by hand, its story, what it shows to whom."""

import dataclasses
import re

import pytest
from sqlalchemy import text

from coverage.actions import zones
from coverage.people import Role
from coverage.zones import Queue, ZoneStatus
from tests.http.reviewing import chosen, in_hand, stands, told
from tests.http.stored import a_zone

pytestmark = pytest.mark.usefixtures("one_commune")

# ruff: noqa: PLR0917 - fixtures


def test_who_pays_is_set_by_hand_with_a_reason_and_given_back(
    database, authority, signed_in, officer, zone
):
    planner = signed_in(authority, Role.PLANNER)
    page = planner.get(f"/zones/{zone}")
    missing = planner.fill(
        f"/zones/{zone}/queue", zone=chosen(page)[0], queue="operator", reason=""
    )
    assert missing.status_code == 422
    none = planner.fill(f"/zones/{zone}/queue", zone=chosen(page)[0], queue="", reason="đã gõ")
    assert none.status_code == 422
    assert "đã gõ" in none.text
    planner.fill(
        f"/zones/{zone}/queue", zone=chosen(page)[0], queue="operator", reason="Công văn 7"
    )
    found = zones.get_zone(database, authority, zone).zone
    assert (found.queue, found.queue_reason) == (Queue.OPERATOR, "Công văn 7")
    own = planner.get(f"/zones/{zone}")
    assert found.queue_by in own.text
    province = signed_in(officer).get(f"/zones/{zone}")
    assert "Công văn 7" in province.text
    assert found.queue_by not in province.text
    planner.fill(f"/zones/{zone}/queue", zone=chosen(own)[0], queue="rules", reason="Hết căn cứ")
    assert zones.get_zone(database, authority, zone).zone.queue_by is None


def test_a_province_withdraws_and_a_lead_reopens(database, authority, signed_in, officer, zone):
    visitor = signed_in(officer)
    page = visitor.get(f"/zones/{zone}")
    missing = visitor.fill(f"/zones/{zone}/move", zone=chosen(page)[0], move="withdraw", reason="")
    assert missing.status_code == 422
    done = visitor.fill(
        f"/zones/{zone}/move", zone=chosen(page)[0], move="withdraw", reason="Nhầm thôn"
    )
    assert "Đã xong: Rút" in told(done)
    lead = signed_in(authority, Role.LEAD)
    page = lead.get(f"/zones/{zone}")
    assert "Nhầm thôn" in page.text
    lead.fill(f"/zones/{zone}/move", zone=chosen(page)[0], move="reopen", reason="Tỉnh đề nghị")
    assert stands(database, authority, zone) is ZoneStatus.UNDER_REVIEW
    engine = database.owner()
    with engine.connect() as connection:  # nobody looked at it meanwhile: the worker is asked to
        waiting = connection.execute(text("SELECT args FROM jobs.procrastinate_jobs")).all()
    engine.dispose()
    assert waiting == [({"province_code": "42"},)]
    assert lead.fill(f"/zones/{zone}/move", zone=f"{zone}:1", move="approve").status_code == 422


def test_the_story_tells_old_and_new(database, authority, signed_in, reviewer, zone):
    page = in_hand(reviewer, zone)
    reviewer.fill(f"/review/{zone}", zone=chosen(page)[0], move="return", reason="Ghi rõ số hộ")
    story = told(signed_in(authority, Role.LEAD).get(f"/zones/{zone}"))
    assert re.search(r"Lý do: Ghi rõ số hộ .*Đang thẩm định → thành Trả lại để bổ sung", story)
    assert "Được đưa vào hệ thống" in story


def test_the_list_is_filtered_by_hand_and_by_dispute(database, officer, reviewer, zone):
    a_zone(database, officer, village="Bản Khác")
    reviewer.get("/review")
    reviewer.fill("/review/take-up", count="1", province="42")
    assert "<strong>1 vùng</strong>" in reviewer.get("/zones?mine=1").text
    assert "Không có vùng nào khớp" in reviewer.get("/zones?disputed=1").text
    assert reviewer.get("/zones?mine=2").status_code == 422


def test_what_a_reason_says_is_never_run(database, authority, signed_in, officer, reviewer, zone):
    evil = "<img src=x onerror=alert(1)>{{ 7*7 }}"
    page = in_hand(reviewer, zone)
    reviewer.fill(f"/review/{zone}", zone=chosen(page)[0], move="return", reason=evil)
    for visitor in (reviewer, signed_in(officer)):
        shown = visitor.get(f"/zones/{zone}").text
        assert "<img src=x" not in shown
        assert "{{ 7*7 }}" in shown


def test_the_map_around_a_village_runs_nothing_of_its_name(database, officer, signed_in):
    evil = "</script><script>alert(1)</script>"
    zone = a_zone(database, officer, village=evil)
    answer = signed_in(officer).get(f"/zones/{zone}/map")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert "<script>alert" not in answer.text
    assert "startSpot" in answer.text
    stranger = signed_in(dataclasses.replace(officer), Role.PROVINCE_APPROVER)
    assert stranger.get(f"/zones/{zone}/map").status_code == 200


def test_a_neighbouring_province_sees_neither_zone_nor_map(
    database, officer, signed_in, province, zone
):
    stranger = signed_in(province("40"))
    for address in (f"/zones/{zone}", f"/zones/{zone}/map"):
        assert stranger.get(address).status_code == 404, address


def test_where_no_rule_applies_the_page_says_so(database, authority, reviewer, officer):
    undecided = a_zone(database, officer, village="Bản Vừa", grid_power=True)
    engine = database.owner()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE phusong.queue_rule SET valid_to = now() - interval '2 days'")
        )
    engine.dispose()
    assert "Không quy tắc nào đang có hiệu lực" in told(reviewer.get(f"/zones/{undecided}"))
