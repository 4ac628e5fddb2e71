"""The pages of the review: who sees and does what, both versions, many at once, what was typed."""

import dataclasses
import re

import pytest
from sqlalchemy import text

from coverage.actions import review, zones
from coverage.actions.review import Seen
from coverage.people import OrganisationKind, Role
from coverage.zone_life import Move
from coverage.zones import ZoneStatus
from tests.http.pages import read_page
from tests.http.reviewing import PLANNERS, REVIEWERS, ROLES, chosen, in_hand, stands, told
from tests.http.stored import a_zone

pytestmark = pytest.mark.usefixtures("one_commune")

# ruff: noqa: PLR0917 - fixtures


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_who_opens_the_review(actors, signed_in, zone, kind, role):
    visitor = signed_in(actors[kind], role)
    expected = 200 if role in REVIEWERS else 403
    for address in ("/review", f"/review/{zone}"):
        assert visitor.get(address).status_code == expected, address
    assert ('href="/review"' in visitor.get("/").text) is (role in REVIEWERS)


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_who_may_do_what_by_form(database, authority, actors, signed_in, zone, kind, role):
    visitor = signed_in(actors[kind], role)
    visitor.get("/account")
    seen = f"{zone}:1"
    for address, fields in (
        ("/review/take-up", {"count": "5"}),
        ("/review/preview", {"zone": seen, "move": "approve"}),
        ("/review/decide", {"zone": seen, "move": "approve"}),
        (f"/review/{zone}", {"zone": seen, "move": "reject", "reason": "x"}),
    ):
        answer = visitor.fill(address, follow=False, **fields)
        assert (answer.status_code == 403) is (role not in REVIEWERS), (address, answer.status_code)
        if role in REVIEWERS:
            return
    assert stands(database, authority, zone) is ZoneStatus.REPORTED
    queued = visitor.fill(
        f"/zones/{zone}/queue", follow=False, zone=seen, queue="power", reason="x"
    )
    may = role in PLANNERS
    assert (queued.status_code == 303) is may
    if kind is OrganisationKind.OPERATOR:
        assert queued.status_code in {403, 404}


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_what_a_zones_page_offers_to_whom(database, authority, actors, signed_in, zone, kind, role):
    decider = dataclasses.replace(authority, role=Role.LEAD, name="bí mật")
    review.decide(database, decider, Move.REJECT, [Seen(zone, 1)], reason="Đã có sóng.")
    visitor = signed_in(actors[kind], role)
    page = visitor.get(f"/zones/{zone}")
    if kind is OrganisationKind.OPERATOR:
        assert page.status_code == 404
        return
    assert page.status_code == 200
    assert read_page(str(page.url), page.text).faults == []
    assert "Đã có sóng." in page.text
    assert ("bí mật" in page.text) is (
        kind in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
    )
    assert "Cục Viễn thông" in told(page)
    may_reopen = role in {Role.LEAD, Role.ADMINISTRATOR}
    assert ('value="reopen"' in page.text) is may_reopen


def test_the_desk_teaches_and_counts(database, officer, reviewer):
    empty = reviewer.get("/review")
    assert read_page("/review", empty.text).faults == []
    assert "Khi một tỉnh nộp danh sách" in empty.text
    for number in range(3):
        a_zone(database, officer, village=f"Bản {number}", households=10 + number)
    waiting = told(reviewer.get("/review"))
    assert "Hà Tĩnh 3 33" in waiting
    taken = reviewer.fill("/review/take-up", count="2", province="42")
    assert "2 vùng" in taken.text
    assert "Trong tay tôi (2)" in told(taken)
    assert read_page("/review", taken.text).faults == []
    back = reviewer.fill("/review/put-back", zone=chosen(taken)[:1])
    assert "Trong tay tôi (1)" in told(back)
    for count in ("0", "201", "x", ""):
        assert reviewer.fill("/review/take-up", count=count).status_code == 422, count


def test_one_screen_says_all_and_leads_on(database, authority, officer, reviewer, zone):
    other = a_zone(database, officer, village="Bản Rào Trê", at=(105.702, 18.201))
    page = in_hand(reviewer, zone)
    assert read_page(str(page.url), page.text).faults == []
    words = told(page)
    for said in ("Bản Rào Tre", "không đến từ một tệp khảo sát", "Chưa đo không có nghĩa",
                 "Bản Rào Trê", "cách 239 m", "Ai chi trả, và vì sao", "Đang thẩm định"):  # fmt: skip
        assert said in words, said
    done = reviewer.fill(f"/review/{zone}", zone=chosen(page)[0], move="approve", reason="")
    assert done.url.path == f"/review/{other}"
    assert "Đã xong: Duyệt" in told(done)
    assert stands(database, authority, zone) is ZoneStatus.APPROVED
    merged = reviewer.fill(
        f"/review/{other}",
        zone=chosen(done)[0],
        move="merge",
        merged_into=str(zone),
        reason="Trùng",
    )
    assert merged.url.path == "/review"
    assert f'href="/zones/{other}"' in reviewer.get(f"/zones/{zone}").text
    assert f'href="/zones/{zone}"' in reviewer.get(f"/zones/{other}").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "đã gõ"}, "Hãy chọn một quyết định"),
        ({"move": "return", "reason": ""}, "phải có lý do"),
        ({"move": "reject", "reason": "  "}, "phải có lý do"),
        ({"move": "merge", "reason": "đã gõ"}, "chọn vùng mà vùng này nhập vào"),
        ({"move": "merge", "reason": "đã gõ", "merged_into": "other", "other_zone": "nhảm"},
         "Không đọc được mã vùng nhận"),
        ({"move": "merge", "reason": "đã gõ", "merged_into": "other",
          "other_zone": "/zones/00000000-0000-4000-8000-000000000000"}, "Không tìm thấy"),
    ],
)  # fmt: skip
def test_what_was_typed_stays(database, authority, reviewer, zone, fields, said):
    page = in_hand(reviewer, zone)
    answer = reviewer.fill(f"/review/{zone}", zone=chosen(page)[0], **fields)
    assert answer.status_code == 422
    assert read_page("", answer.text).faults == []
    assert said in told(answer)
    assert fields["reason"].strip() in answer.text
    if "move" in fields:
        assert re.search(rf'value="{fields["move"]}"[^>]* checked', answer.text)
    if fields.get("other_zone") == "nhảm":
        assert 'value="nhảm"' in answer.text
    assert stands(database, authority, zone) is ZoneStatus.UNDER_REVIEW


def test_a_move_that_is_none_and_a_zone_that_is_none(reviewer, zone):
    in_hand(reviewer, zone)
    for fields in ({"move": "nhảm", "zone": f"{zone}:2"}, {"move": "approve", "zone": "nhảm"},
                   {"move": "approve", "zone": f"{zone}:x"}, {"move": "approve", "zone": f"{zone}:0x1"},
                   {"move": "reject", "zone": f"{zone}:2", "reason": "x" * 2001}):  # fmt: skip
        assert reviewer.fill(f"/review/{zone}", **fields).status_code == 422, fields
    nothing = reviewer.fill(f"/review/{zone}", move="approve")  # no zone was sent
    assert nothing.status_code == 409
    assert "chưa chọn vùng nào" in nothing.text
    assert reviewer.get("/review/nhảm").status_code == 422
    unknown = "00000000-0000-4000-8000-000000000000"
    assert reviewer.get(f"/review/{unknown}").status_code == 404


def test_a_form_without_its_token_decides_nothing(database, authority, reviewer, zone):
    page = in_hand(reviewer, zone)
    reviewer.csrf = "khác"
    for address in (f"/review/{zone}", "/review/decide", "/review/preview", "/review/take-up",
                    "/review/put-back", f"/review/{zone}/confirm", f"/review/{zone}/decline",
                    f"/zones/{zone}/move", f"/zones/{zone}/queue"):  # fmt: skip
        answer = reviewer.fill(address, zone=chosen(page)[0], move="approve", reason="x")
        assert answer.status_code == 403, address
        reviewer.csrf = "khác"
    assert stands(database, authority, zone) is ZoneStatus.UNDER_REVIEW


def test_two_people_at_once_are_told_with_both_versions(
    database, authority, signed_in, reviewer, zone
):
    mine = in_hand(reviewer, zone)
    lead = signed_in(authority, Role.LEAD)
    theirs = lead.get(f"/review/{zone}")
    assert "Vùng này đang trong tay" in told(theirs)
    refused = lead.fill(f"/review/{zone}", zone=chosen(theirs)[0], move="return", reason="Thiếu")
    assert refused.status_code == 422
    assert "người khác đang thẩm định" in told(refused).lower()
    lead.fill(
        f"/review/{zone}", zone=chosen(theirs)[0], move="return", reason="Thiếu", take_over="1"
    )
    conflict = reviewer.fill(
        f"/review/{zone}", zone=chosen(mine)[0], move="reject", reason="Đã có sóng."
    )
    assert conflict.status_code == 409
    assert read_page("", conflict.text).faults == []
    words = told(conflict)
    assert "Trạng thái Đang thẩm định Trả lại để bổ sung" in words
    assert "bản 2" in words
    assert "bản 3" in words
    assert lead_name(database, authority, zone) in words
    assert "Đã có sóng." in conflict.text
    again = reviewer.fill(
        f"/review/{zone}", zone=chosen(conflict)[0], move="reject", reason="Đã có sóng."
    )
    assert again.status_code == 422  # what was returned is the province's turn
    assert stands(database, authority, zone) is ZoneStatus.RETURNED


def lead_name(database, authority, zone):
    return zones.get_zone(database, authority, zone).zone.status_by


def test_a_decision_is_kept_on_the_present_version(
    database, authority, officer, signed_in, reviewer, zone
):
    page = in_hand(reviewer, zone)
    planner = signed_in(authority, Role.PLANNER)
    form = planner.get(f"/zones/{zone}")
    planner.fill(
        f"/zones/{zone}/queue", zone=chosen(form)[0], queue="operator", reason="Công văn 1"
    )
    conflict = reviewer.fill(f"/review/{zone}", zone=chosen(page)[0], move="approve", reason="")
    assert conflict.status_code == 409
    assert "Ai chi trả Quỹ viễn thông công ích Doanh nghiệp tự đầu tư" in told(conflict)
    done = reviewer.fill(f"/review/{zone}", zone=chosen(conflict)[0], move="approve", reason="")
    assert done.status_code == 200
    assert stands(database, authority, zone) is ZoneStatus.APPROVED


def test_many_are_seen_before_and_decided_together(database, authority, officer, reviewer):
    ids = [a_zone(database, officer, village=f"Bản {n}", households=10) for n in range(4)]
    review.decide(database, authority, Move.REJECT, [Seen(ids[3], 1)], reason="Không phải vùng lõm")
    listed = reviewer.get("/zones")
    assert read_page("/zones", listed.text).faults == []
    every = chosen(listed)
    assert len(every) == 4
    preview = reviewer.fill("/review/preview", zone=every, move="return", reason="")
    assert preview.status_code == 200
    assert read_page("", preview.text).faults == []
    words = told(preview)
    assert "Trả lại tỉnh 3 vùng?" in words
    assert "Sẽ thực hiện 3 30 hộ" in words
    assert "Không thực hiện được 1" in words
    assert {stands(database, authority, zone_id) for zone_id in ids[:3]} == {ZoneStatus.REPORTED}
    without = reviewer.fill("/review/decide", zone=chosen(preview), move="return", reason="")
    assert without.status_code == 422
    assert "phải có lý do" in told(without)
    done = reviewer.fill("/review/decide", zone=chosen(without), move="return", reason="Thiếu điện")
    assert "Đã xong: Trả lại tỉnh, 3 vùng." in told(done)
    assert {stands(database, authority, zone_id) for zone_id in ids[:3]} == {ZoneStatus.RETURNED}
    assert stands(database, authority, ids[3]) is ZoneStatus.REJECTED


def test_many_are_all_decided_or_none(database, authority, officer, reviewer):
    ids = [a_zone(database, officer, village=f"Bản {n}") for n in range(3)]
    preview = reviewer.fill(
        "/review/preview", zone=chosen(reviewer.get("/zones")), move="approve", reason=""
    )
    review.decide(database, authority, Move.REJECT, [Seen(ids[0], 1)], reason="Đã có sóng")
    conflict = reviewer.fill("/review/decide", zone=chosen(preview), move="approve", reason="")
    assert conflict.status_code == 409
    assert stands(database, authority, ids[1]) is ZoneStatus.REPORTED
    following = reviewer.fill("/review/preview", zone=chosen(conflict), move="approve", reason="")
    assert "Duyệt 2 vùng?" in told(following)


def test_what_changed_since_it_was_chosen_is_told_before(
    database, authority, officer, signed_in, reviewer
):
    ids = [a_zone(database, officer, village=f"Bản {n}") for n in range(3)]
    every = chosen(reviewer.get("/zones"))
    planner = signed_in(authority, Role.PLANNER)
    form = planner.get(f"/zones/{ids[1]}")
    planner.fill(f"/zones/{ids[1]}/queue", zone=chosen(form)[0], queue="power", reason="Công văn 5")
    words = told(reviewer.fill("/review/preview", zone=every, move="approve", reason=""))
    assert "Duyệt 2 vùng?" in words
    assert "Bản 1 , Xã Hương Khê (Đã báo cáo): vùng đã được người khác thay đổi" in words


def test_one_chosen_zone_is_decided_at_once_and_none_comes_back_to_the_desk(
    database, authority, officer, reviewer, zone
):
    listed = reviewer.get("/zones")
    done = reviewer.fill("/review/preview", zone=chosen(listed), move="take_up", reason="")
    assert done.url.path == "/review"
    assert stands(database, authority, zone) is ZoneStatus.UNDER_REVIEW
    for form in ("preview", "decide", "put-back"):
        nothing = reviewer.fill(f"/review/{form}", move="approve", reason="")
        assert (nothing.status_code, nothing.url.path) == (200, "/review")
        assert "Chưa chọn vùng nào" in nothing.text
    assert stands(database, authority, zone) is ZoneStatus.UNDER_REVIEW
    assert reviewer.fill("/review/preview", zone=chosen(listed), move="merge").status_code == 422


def four_eyes(database, authority, *moves):
    owner = database.owner()
    with owner.begin() as connection:
        connection.execute(
            text("INSERT INTO phusong.setting (name, valid_from, value, citation)"
                 " VALUES ('review_four_eyes', '2026-01-01', CAST(:moves AS jsonb), 'thử')"),
            {"moves": "[" + ",".join(f'"{move}"' for move in moves) + "]"},
        )  # fmt: skip
    owner.dispose()


def test_four_eyes_wait_for_the_second_pair(database, authority, signed_in, reviewer, zone):
    four_eyes(database, authority, "reject")
    page = in_hand(reviewer, zone)
    proposed = reviewer.fill(
        f"/review/{zone}", zone=chosen(page)[0], move="reject", reason="Có sóng"
    )
    assert "chờ người thứ hai" in told(proposed)
    assert stands(database, authority, zone) is ZoneStatus.UNDER_REVIEW
    own = reviewer.get(f"/review/{zone}")
    assert "/confirm" not in own.text
    assert read_page("", own.text).faults == []
    version = zones.get_zone(database, authority, zone).version
    refused = reviewer.fill(f"/review/{zone}/confirm", zone=f"{zone}:{version}")
    assert refused.status_code == 422
    assert "phải có người thứ hai" in told(refused)
    lead = signed_in(authority, Role.LEAD)
    assert "1 quyết định chờ bạn xác nhận" in told(lead.get("/"))
    desk = lead.get("/review")
    assert read_page("", desk.text).faults == []
    assert "Có sóng" in desk.text
    other = lead.get(f"/review/{zone}")
    lead.fill(f"/review/{zone}/confirm", zone=chosen(other)[0])
    assert stands(database, authority, zone) is ZoneStatus.REJECTED


def test_a_second_person_declines(database, authority, signed_in, reviewer, zone):
    four_eyes(database, authority, "approve")
    page = in_hand(reviewer, zone)
    reviewer.fill(f"/review/{zone}", zone=chosen(page)[0], move="approve", reason="")
    lead = signed_in(authority, Role.LEAD)
    lead.get(f"/review/{zone}")
    without = lead.fill(f"/review/{zone}/decline", reason="")
    assert without.status_code == 422
    assert "phải có lý do" in told(without)
    assert lead.fill(f"/review/{zone}/decline", reason="Chưa rõ").status_code == 200
    assert "/confirm" not in lead.get(f"/review/{zone}").text
    assert stands(database, authority, zone) is ZoneStatus.UNDER_REVIEW


def test_what_changed_since_it_was_proposed_is_not_confirmed(
    database, authority, signed_in, reviewer, zone
):
    four_eyes(database, authority, "approve")
    page = in_hand(reviewer, zone)
    reviewer.fill(f"/review/{zone}", zone=chosen(page)[0], move="approve", reason="")
    planner = signed_in(authority, Role.PLANNER)
    form = planner.get(f"/zones/{zone}")
    planner.fill(f"/zones/{zone}/queue", zone=chosen(form)[0], queue="power", reason="Công văn 2")
    lead = signed_in(authority, Role.LEAD)
    now = lead.get(f"/review/{zone}")
    told_both = lead.fill(f"/review/{zone}/confirm", zone=chosen(now)[0])
    assert told_both.status_code == 409
    assert read_page("", told_both.text).faults == []
    assert "Chờ điện lưới" in told_both.text
    assert stands(database, authority, zone) is ZoneStatus.UNDER_REVIEW
