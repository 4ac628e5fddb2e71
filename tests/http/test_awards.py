"""Awards, deliveries and on-air reports through the API and the pages: who, what, in which words."""

import base64
import datetime as dt
import re

import pytest
from sqlalchemy import text

from coverage.actions import deliveries
from coverage.people import Role
from tests.builders import zone_id
from tests.delivered import (
    DECISION,
    PRICE,
    a_list,
    a_row,
    asks,
    award,
    published,
    send,
    status,
    today,
)
from tests.reported import as_owner

API = "/api/v1"


@pytest.fixture
def number(database, authority, officer, viettel):
    asks(database, authority)
    return published(database, authority, officer)


@pytest.fixture
def given(database, authority, number):
    return award(database, authority, number)


def said(answer, expected=200):
    assert answer.status_code == expected, answer.text
    return answer.json()


def to_make(number, **facts):
    told = {
        "package": number, "lot": "2", "operator": "Viettel", "price_vnd": PRICE,
        "awarded_on": today().isoformat(), "decision": DECISION,
    }  # fmt: skip
    return {"awards": [told | facts]}


# --- The API -----------------------------------------------------------------------------------


def test_a_lot_is_checked_awarded_extended_and_cancelled(program, database, authority, number):
    lead = program(authority, Role.LEAD)
    (checked,) = said(lead.post(f"{API}/awards/check", json=to_make(number)))["awards"]
    assert (checked["may_be_made"], checked["months"], checked["clock"]) == (True, 24, "usual")
    assert said(lead.get(f"{API}/awards"))["awards"] == []
    (made,) = said(lead.post(f"{API}/awards", json=to_make(number)), 201)["awards"]
    assert (made["operator"], made["price_vnd"], made["stands"]) == ("Viettel", PRICE, True)
    due = dt.date.fromisoformat(made["due_on"])
    later = (due + dt.timedelta(days=30)).isoformat()
    address = f"{API}/awards/{made['id']}"
    extended = said(
        lead.post(f"{address}/extend", json={"due_on": later, "reason": "bão", "document": "CV 1"})
    )
    assert (extended["due_on"], extended["first_due_on"]) == (later, made["due_on"])
    seen = said(lead.get(address))
    assert [zone["label"] for zone in seen["zones"]] == ["L2-01", "L2-02", "L2-03"]
    assert seen["requirements"][0]["level_dbm"] == -110
    assert seen["count"]["due"] == 3
    ended = said(lead.post(f"{address}/cancel", json={"reason": "ghi nhầm"}))
    assert ended["cancel_reason"] == "ghi nhầm"
    again = said(lead.post(f"{address}/cancel", json={"reason": "lần nữa"}), 409)
    assert "đã bị hủy từ trước" in again["detail"]


def test_what_stands_in_the_way_is_a_problem_with_findings(program, authority, number):
    lead = program(authority, Role.LEAD)
    problem = said(lead.post(f"{API}/awards", json=to_make(number, operator="Mobi")), 422)
    assert problem["type"].endswith("#delivery-refused")
    assert [found["rule"] for found in problem["findings"]] == ["award.operator_unknown"]
    planner = program(authority, Role.PLANNER)
    assert (
        "giao lô cho doanh nghiệp"
        in said(planner.post(f"{API}/awards", json=to_make(number)), 403)["detail"]
    )


def test_lots_are_awarded_by_a_list(program, authority, operator, number):
    operator("VNPT")
    lead = program(authority, Role.LEAD)
    day = f"{today():%d/%m/%Y}"
    rows = [f"{number};2;Viettel;1.250.000.000;{day};QĐ 1", f"{number};1;Vnpt;900000000;{day};"]
    sent = {"file": ("kq.csv", "\n".join([
        "Số gói thầu;Lô;Doanh nghiệp;Giá;Ngày giao;Quyết định", *rows]).encode())}  # fmt: skip
    checked = said(lead.post(f"{API}/awards/files/check", files=sent))["awards"]
    assert [each["may_be_made"] for each in checked] == [True, False]
    assert said(lead.post(f"{API}/awards/files", files=sent), 422)["findings"][0]["rule"] == (
        "award.decision_missing"
    )
    sent["file"] = ("kq.csv", sent["file"][1] + b"QD 2")
    assert len(said(lead.post(f"{API}/awards/files", files=sent), 201)["awards"]) == 2


def test_reports_are_sent_answered_and_proved(  # noqa: PLR0917 - everybody
    program, database, authority, officer, viettel, given
):
    operator, planner = program(viettel), program(authority, Role.PLANNER)
    report = {
        "zone_id": str(zone_id(1)), "on_air_on": today().isoformat(), "technology": "4G",
        "level_dbm": -120, "down_mbps": 12, "measured_on": today().isoformat(),
        "proof": {"name": "đo.pdf", "content": base64.b64encode(b"%PDF-1.7 x").decode()},
    }  # fmt: skip
    made = said(operator.post(f"{API}/on-air", json=report), 201)
    assert (made["status"], made["proof"]) == ("reported", "đo.pdf")
    assert planner.get(f"{API}/on-air/{made['id']}/proof").content == b"%PDF-1.7 x"
    (waiting,) = said(planner.get(f"{API}/on-air?waiting=true"))["reports"]
    zone = said(planner.get(f"{API}/awards/{given.id}"))["zones"][1]
    assert {check["measure"]: check["outcome"] for check in zone["checks"]} == {
        "technology": "met", "level_dbm": "not_met", "down_mbps": "met",
        "up_mbps": "not_measured", "availability_percent": "not_measured",
    }  # fmt: skip
    refused = said(planner.post(f"{API}/on-air/{waiting['id']}/accept", json={}), 409)
    assert "phải ghi lý do" in refused["detail"]
    back = {"reason": "thiếu tải lên"}
    said(planner.post(f"{API}/on-air/{waiting['id']}/refuse", json=back))
    assert status(database, authority, 1) == ["awarded"]
    again = said(operator.post(f"{API}/on-air", json=report | {"up_mbps": 4}), 201)
    done = said(
        planner.post(f"{API}/on-air/{again['id']}/accept", json={"reason": "chấp nhận tạm"})
    )
    assert done["status"] == "accepted"
    assert status(database, authority, 1) == ["confirmed"]
    province = program(officer)
    assert said(province.get(f"{API}/on-air"))["reports"] == []
    told = said(province.get(f"{API}/zones/{zone_id(1)}/delivery"))["delivery"]
    assert (told["operator"], told["state"]) == ("Viettel", "confirmed")


@pytest.mark.parametrize("wrong", [{"level_dbm": "nan"}, {"latitude": 91}, {"technology": "6G"},
                                   {"proof": {"name": "a", "content": "%%%"}}])  # fmt: skip
def test_a_report_that_cannot_be_read_is_no_fault_of_the_program(program, viettel, given, wrong):
    report = {"zone_id": str(zone_id(1)), "on_air_on": today().isoformat(), "technology": "4G"}
    assert program(viettel).post(f"{API}/on-air", json=report | wrong).status_code == 422


def test_a_list_of_reports_over_the_api(program, database, authority, viettel, given):
    operator = program(viettel)
    sent = {"file": ("bao-cao.xlsx", a_list(a_row(1), a_row(2, level="yếu")))}
    checked = said(operator.post(f"{API}/on-air/files/check", files=sent))
    assert checked["totals"] == {"rows": 2, "accepted": 1, "warned": 0, "rejected": 1, "new": 1}
    assert checked["rows"][1]["findings"][0]["column"] == "F"
    assert status(database, authority, 1) == ["awarded"]
    done = said(operator.post(f"{API}/on-air/files", files=sent), 201)
    assert done["file_id"] is not None
    assert status(database, authority, 1, 2) == ["on_air", "awarded"]
    form = operator.get(f"{API}/on-air/form")
    assert form.content[:2] == b"PK"
    assert "attachment" in form.headers["content-disposition"]


def test_the_list_of_deliveries_and_the_counts(program, auditor, authority, viettel, given):
    reader = program(auditor)
    found = said(reader.get(f"{API}/deliveries"))
    assert (found["total"]["zones"], found["by_operator"]["Viettel"]["due"]) == (3, 3)
    assert said(reader.get(f"{API}/deliveries?state=late"))["zones"] == []
    lines = reader.get(f"{API}/deliveries/file").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    (count,) = said(reader.get(f"{API}/awards/counts"))["counts"]
    assert (count["sites"], count["minimal_sites"], count["near_sites"]) == (3, 0, 0)
    assert said(reader.get(f"{API}/awards/{given.id}/counts"))["operator"] == "Viettel"
    assert program(viettel).get(f"{API}/awards/counts").status_code == 403


def test_a_rival_learns_no_more_than_that_it_was_awarded(
    program, operator, database, viettel, given
):
    send(database, viettel, 1)
    rival = program(operator("VNPT"))
    assert said(rival.get(f"{API}/awards"))["awards"] == []
    assert rival.get(f"{API}/awards/{given.id}").status_code == 404
    assert said(rival.get(f"{API}/deliveries"))["zones"] == []
    assert said(rival.get(f"{API}/on-air"))["reports"] == []
    told = said(rival.get(f"{API}/zones/{zone_id(1)}/delivery"))["delivery"]
    assert (told["operator"], told["on_air_on"]) == ("Viettel", today().isoformat())


# --- The pages ---------------------------------------------------------------------------------


def test_a_lot_is_awarded_on_a_page(signed_in, authority, number):
    lead = signed_in(authority, Role.LEAD)
    page = lead.get(f"/awards/new?package={number}")
    assert "Lô 2 – Hương Sơn" in page.text
    fields = {
        "package": number, "lot": "2", "operator": "Viettel", "price": "1.250.000.000",
        "awarded_on": today().isoformat(), "decision": "<b>QĐ</b>",
    }  # fmt: skip
    wrong = lead.fill("/awards/check", **(fields | {"price": "nhiều"}))
    assert wrong.status_code == 422
    assert "Ghi số đồng nguyên" in wrong.text
    checked = lead.fill("/awards/check", **fields)
    assert "24 tháng" in checked.text
    assert "<b>QĐ" not in checked.text
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', checked.text))
    hidden = {name: hidden[name] for name in fields} | {"decision": "QĐ 5"}
    done = lead.fill("/awards", **hidden)
    assert "Đã giao lô" in done.text
    assert "Đang giao cho Viettel" in done.text
    again = lead.fill("/awards", **hidden)
    assert again.status_code == 422
    assert "đang được giao cho Viettel" in again.text


def test_a_list_of_awards_on_a_page(signed_in, authority, number):
    lead = signed_in(authority, Role.LEAD)
    lead.get("/awards/new")
    day = f"{today():%d/%m/%Y}"
    content = f"Gói thầu;Lô;Nhà thầu;Giá;Ngày;Quyết định\n{number};1;Viettel;5000000;{day};QĐ\n{number};2;Viettel;7000000;{day};QĐ\n"
    checked = lead.fill("/awards/check", files={"file": ("kq.csv", content.encode())})
    assert "Giao 2 lô" in checked.text
    fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', checked.text)
              for name in ("package", "lot", "operator", "price", "awarded_on", "decision")}  # fmt: skip
    done = lead.fill("/awards", **fields)
    assert "Đã giao các lô" in done.text


def test_an_operator_reports_and_a_planner_accepts_on_pages(
    signed_in, database, authority, viettel, given
):
    operator = signed_in(viettel)
    operator.get("/on-air")
    empty = operator.fill("/on-air/check")
    assert "chưa chọn tệp" in empty.text
    checked = operator.fill("/on-air/check", files={"file": ("b.xlsx", a_list(a_row(1), a_row(4)))})
    assert "không nằm trong lô nào đang được giao" in checked.text
    key = re.search(r"/on-air/pending/([\w-]+)/submit", checked.text)[1]
    done = operator.fill(f"/on-air/pending/{key}/submit")
    assert "Đã gửi 1 báo cáo" in done.text
    form = operator.get(f"/on-air/zones/{zone_id(2)}")
    assert "L2-03" in form.text
    wrong = operator.fill(
        f"/on-air/zones/{zone_id(2)}", on_air_on="", level_dbm="cao", technology="4G"
    )
    assert wrong.status_code == 422
    assert "Không đọc được “cao”" in wrong.text
    sent = operator.fill(
        f"/on-air/zones/{zone_id(2)}", on_air_on=today().isoformat(), technology="4G",
        level_dbm="-98,5", measured_on=today().isoformat(),
        files={"file": ("ảnh.pdf", b"%PDF-1.4 x")},
    )  # fmt: skip
    assert "Đã gửi báo cáo phát sóng" in sent.text
    planner = signed_in(authority, Role.PLANNER)
    page = planner.get(f"/awards/{given.id}")
    assert "ảnh.pdf" in page.text
    seen = deliveries.see_award(database, authority, given.id)
    first, second = (
        next(one.report for one in seen.zones if one.zone.zone_id == zone_id(n)) for n in (1, 2)
    )
    done = planner.fill(f"/on-air/{first.id}/accept", award=given.id)
    assert "Đã nghiệm thu" in done.text
    short = planner.fill(f"/on-air/{second.id}/accept", award=given.id)
    assert (short.status_code, "phải ghi lý do" in short.text) == (409, True)
    back = planner.fill(f"/on-air/{second.id}/refuse", award=given.id, reason="đo lại")
    assert "Đã trả lại báo cáo" in back.text
    assert status(database, authority, 1, 2) == ["confirmed", "awarded"]
    assert "Báo cáo trước bị trả lại: đo lại" in operator.get(f"/on-air/zones/{zone_id(2)}").text


def test_an_award_is_extended_and_cancelled_on_its_page(signed_in, authority, given):
    lead = signed_in(authority, Role.LEAD)
    lead.get(f"/awards/{given.id}")
    bad = lead.fill(f"/awards/{given.id}/extend", due_on="mai", reason="bão", document="CV")
    assert (bad.status_code, "muộn hơn hạn" in bad.text) == (409, True)
    later = (given.due_on + dt.timedelta(days=9)).isoformat()
    done = lead.fill(f"/awards/{given.id}/extend", due_on=later, reason="bão", document="CV 7")
    assert "Đã gia hạn" in done.text
    ended = lead.fill(f"/awards/{given.id}/cancel", reason="từ chối")
    assert "Hủy ngày" in ended.text


def test_each_sees_the_pages_that_are_theirs(  # noqa: PLR0917 - everybody
    signed_in, authority, officer, viettel, auditor, given
):
    province = signed_in(officer)
    zone = province.get(f"/zones/{zone_id(1)}").text
    assert "Giao cho Viettel" in zone
    assert "Quá hạn" in province.get("/deliveries").text
    page = province.get(f"/awards/{given.id}").text
    assert "Hai số đếm" not in page
    assert "Hai số đếm" not in signed_in(viettel).get(f"/awards/{given.id}").text
    assert "Hai số đếm" in signed_in(auditor).get(f"/awards/{given.id}").text
    assert signed_in(auditor).get("/awards/counts").status_code == 200
    assert province.get("/awards/counts").status_code == 403
    assert province.get("/awards/new").status_code == 403
    assert province.get("/on-air").status_code == 403


def test_everybodys_start_says_what_waits(signed_in, database, authority, viettel, given):
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE phusong.award SET awarded_on = awarded_on - 800, due_on = due_on - 800")
        )
    assert "3 vùng quá hạn phát sóng" in signed_in(viettel).get("/").text
    send(database, viettel, 1)
    start = signed_in(authority, Role.PLANNER).get("/").text
    assert "1 báo cáo phát sóng chờ nghiệm thu" in start
    assert "2 vùng quá hạn phát sóng" in start
