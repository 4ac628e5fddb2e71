"""Publishing through the pages and the API: who sees what when, forms that are confirmed, letters."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from coverage.people import Role
from tests.builders import zone_id
from tests.http.stored import a_package, a_vintage
from tests.published import SOON, let_pass, published, two_lots
from tests.signed import signer_of

NUMBER = "GT-2026-42-001"
PAGE = f"/packages/{NUMBER}"
API = f"/api/v1/packages/{NUMBER}"


@pytest.fixture
def officer(small_places, officer):
    return officer


@pytest.fixture
def lots(database, authority, officer):
    return two_lots(database, authority, officer)


@pytest.fixture
def first(database, authority, lots):
    record = published(database, authority)
    assert record.number == NUMBER
    return record


@pytest.fixture
def drawn(monkeypatch, database):
    """No maps are drawn and the test's key signs: the files are tested elsewhere."""
    signer = signer_of(database)
    for module in ("api.pages.package_versions", "api.works", "api.package_versions"):
        monkeypatch.setattr(f"{module}.map_writers", lambda *_: {})
    for module in ("api.pages.package_versions", "api.package_versions"):
        monkeypatch.setattr(f"{module}.signer_of", lambda *_: signer)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_draft_is_built_and_published_by_forms(lots, drawn, signed_in, authority, operator):
    lead = signed_in(authority)
    lead.get("/packages")
    built = lead.fill("/packages/build", province="42", mode="order")
    assert built.url.path == PAGE
    assert "Đã lập dự thảo" in text_of(built)
    assert "Đặt hàng" in text_of(built)
    form = lead.get(f"{PAGE}/publish")
    assert "2 lô, 4 vùng" in text_of(form)
    past = lead.fill(f"{PAGE}/publish", opens_at="2020-01-01T08:00")
    assert past.status_code == 409
    assert "giờ mở đã qua" in text_of(past)
    soon = f"{SOON.astimezone():%Y-%m-%dT%H:%M}"
    done = lead.fill(f"{PAGE}/publish", opens_at=soon, closes_at="")
    assert "Chờ giờ mở" in text_of(done)
    assert "Chưa có gói thầu nào" in text_of(signed_in(operator("Viettel")).get("/packages"))


@pytest.mark.usefixtures("lots")
def test_a_page_of_a_package_that_waits_is_not_there(
    database, authority, signed_in, program, viettel
):
    record = published(database, authority, opens_at=SOON)
    for address in (PAGE, f"{PAGE}/download", f"{PAGE}/amend"):
        assert signed_in(viettel).get(address).status_code in {403, 404}
    client = program(viettel)
    for address in (
        API,
        f"{API}/versions",
        f"{API}/questions",
        f"{API}/downloads",
        f"{API}/download",
    ):
        assert client.get(address).status_code == 404
    assert signed_in(authority, Role.REVIEWER).get(PAGE).status_code == 200
    let_pass(database, authority)
    assert signed_in(viettel).get(PAGE).status_code == 200
    assert client.get(API).json()["sha256"] == record.sha256


@pytest.mark.usefixtures("first", "drawn")
def test_an_amendment_is_shown_then_confirmed(signed_in, authority, viettel, lots):
    lead = signed_in(authority, Role.LEAD)
    form = lead.get(f"{PAGE}/amend")
    assert "Bản 3" in form.text
    what = {
        "reason": "chủ rừng không giao đất", "lot": [str(lot.id) for lot in lots],
        "drop": str(zone_id(3)), "seen_version": "1", "opens_at": "", "closes_at": "",
    }  # fmt: skip
    shown = lead.fill(f"{PAGE}/amend", act="preview", **what)
    assert shown.status_code == 200
    assert "Vùng đưa ra (1)" in text_of(shown)
    assert lead.get(API).json()["version"] == 1
    token = re.search(r'name="preview" value="([0-9a-f]{64})"', shown.text)[1]
    done = lead.fill(f"{PAGE}/amend", act="confirm", preview=token, **what)
    assert "Đã ra phiên bản sửa đổi" in text_of(done)
    assert "chủ rừng không giao đất" in done.text
    seen = text_of(signed_in(viettel).get(PAGE))
    assert "Sửa đổi (v2)" in seen
    assert "L2-03 Bản 3" in seen
    late = lead.fill(f"{PAGE}/amend", act="preview", **what)
    assert late.status_code == 409
    assert "phiên bản mới" in text_of(late)


def test_forms_that_say_nonsense_are_told_so(first, drawn, signed_in, authority):
    lead = signed_in(authority)
    lead.get(f"{PAGE}/amend")
    for wrong, told in (
        ({"reason": ""}, "phải có lý do"),
        ({"reason": "x", "drop": "không phải mã"}, "Không tìm thấy"),
        ({"reason": "x", "opens_at": "mai"}, "thời điểm không đọc được"),
        ({"reason": "x"}, "không còn lô nào"),
    ):
        answer = lead.fill(f"{PAGE}/amend", act="preview", **wrong)
        assert answer.status_code in {404, 409}
        assert told in text_of(answer)


@pytest.mark.usefixtures("first", "drawn")
def test_the_api_amends_clarifies_and_cancels(program, authority, operator):
    lead, viettel = program(authority), program(operator("Viettel"))
    wanted = {"reason": "vì thử", "drop": [str(zone_id(3))]}
    assert viettel.post(f"{API}/amendments", json=wanted).status_code == 403
    shown = lead.post(f"{API}/amendments/preview", json=wanted).json()
    assert shown["difference"]["went"] == ["L2-03 Bản 3 (Xã Hương Sơn)"]
    made = lead.post(f"{API}/amendments", json=wanted | {"preview": shown["preview"]}).json()
    assert (made["version"], made["kind"], made["difference"]) == (
        2, "amendment", shown["difference"],
    )  # fmt: skip
    again = lead.post(f"{API}/amendments", json=wanted | {"seen_version": 1})
    assert (again.status_code, "phiên bản mới" in again.json()["detail"]) == (409, True)
    asked = viettel.post(f"{API}/questions", json={"question": "Có điện chưa?"})
    assert asked.status_code == 201
    empty = lead.post(f"{API}/clarifications", json={"reason": "vì thử"})
    assert empty.status_code == 409
    answered = lead.post(
        f"{API}/answers", json={"questions": [asked.json()["id"]], "answer": "Có."}
    )
    assert (answered.status_code, answered.json()["number"]) == (201, 1)
    clear = lead.post(f"{API}/clarifications", json={"reason": "đã trả lời"}).json()
    assert (clear["version"], clear["kind"]) == (3, "clarification")
    versions = viettel.get(f"{API}/versions").json()["versions"]
    assert [one["status"] for one in versions] == ["published", "superseded", "superseded"]
    ended = lead.post(f"{API}/cancel", json={"reason": "không có nhà thầu"}).json()
    assert (ended["status"], ended["cancel_reason"]) == ("cancelled", "không có nhà thầu")


@pytest.mark.usefixtures("first", "drawn")
def test_notices_are_counted_in_the_bar_until_read(program, signed_in, authority, operator):
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    program(viettel).get(f"{API}/download")
    lead = program(authority)
    lead.post(f"{API}/amendments", json={"reason": "vì thử", "drop": [str(zone_id(3))]})
    browser = signed_in(viettel)
    assert "Thông báo (1)" in text_of(browser.get("/"))
    assert "Thông báo (" not in text_of(signed_in(vnpt).get("/"))
    page = browser.get("/notices")
    assert "Sửa đổi" in text_of(page)
    told = program(viettel).get("/api/v1/notices").json()
    assert (told["unread"], told["notices"][0]["version"]) == (1, 2)
    browser.fill("/notices/read", notice=told["notices"][0]["id"])
    assert "Thông báo (" not in text_of(browser.get("/notices"))
    assert program(viettel).post("/api/v1/notices/read", json={}).json() == {"marked": 0}
    assert program(vnpt).get("/api/v1/notices").json() == {"unread": 0, "notices": []}


def test_questions_by_form_and_what_others_read(first, drawn, signed_in, authority, operator):
    viettel, vnpt = signed_in(operator("Viettel")), signed_in(operator("VNPT"))
    viettel.get(PAGE)
    asked = viettel.fill(f"{PAGE}/questions", question="Bản 1 có điện chưa?")
    assert "Đã gửi câu hỏi" in text_of(asked)
    assert "Bản 1 có điện chưa?" not in vnpt.get(PAGE).text
    lead = signed_in(authority)
    form = lead.get(f"{PAGE}/answer")
    assert "Viettel" in form.text
    key = re.search(r'name="question_id" value="([^"]+)"', form.text)[1]
    empty = lead.fill(f"{PAGE}/answer", question_id=key, question="", answer=" ")
    assert (empty.status_code, "chưa có câu trả lời" in text_of(empty)) == (409, True)
    done = lead.fill(f"{PAGE}/answer", question_id=key, question="Điện ở Bản 1?", answer="Đã có.")
    assert "Làm rõ 1" in text_of(done)
    seen = vnpt.get(PAGE).text
    assert "Điện ở Bản 1?" in seen
    assert "Viettel" not in seen
    assert f"{datetime.now(UTC) + timedelta(hours=7):%d/%m/%Y}" in seen


def test_who_took_it_is_told_to_the_authority_and_to_each_its_own(
    first, program, signed_in, authority, operator
):
    for name in ("Viettel", "VNPT"):
        program(operator(name)).get(f"{API}/download")
    every = program(authority).get(f"{API}/downloads").json()["downloads"]
    assert {one["organisation"] for one in every} == {"Viettel", "VNPT"}
    own = program(operator("VNPT")).get(f"{API}/downloads").json()["downloads"]
    assert [one["organisation"] for one in own] == ["VNPT"]
    assert "Viettel" not in signed_in(operator("VNPT")).get(PAGE).text


def test_the_list_is_filtered(database, authority, signed_in):
    a_vintage(database, authority)
    a_package(database, authority)
    a_package(database, authority, "GT-2026-42-002", content=b"PK" * 7, published=False)
    browser = signed_in(authority)
    assert browser.get("/packages").text.count("GT-2026-42-00") > 2
    drafts = browser.get("/packages?status=draft").text
    assert (NUMBER in drafts, "GT-2026-42-002" in drafts) == (False, True)
    assert "Không có gói nào khớp" in browser.get("/packages?province=01").text
    assert browser.get(PAGE).status_code == 200
