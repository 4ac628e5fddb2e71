"""Disputes over HTTP: the pages and the API, each for who may, and nothing for anybody else."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.actions import dispute_answers, disputes
from coverage.people import Role
from tests.disputed import DRIVE_TEST, FOUR, disputed, judged
from tests.http.pages import read_page
from tests.http.test_fuzz import MODEST, NASTY, judge


@pytest.fixture
def world(database, authority, province, operator):
    return judged(database, authority, province, operator)


def key(world, zone=0):
    return f"{world.zones[zone]}:4G"


def send(client, world, zones=(0,), *, name="đo kiểm.csv", content=DRIVE_TEST, **changes):
    """Raise a dispute through the API."""
    fields = {
        "verdict": [key(world, zone) for zone in zones], "claimed": "served",
        "reason": "Đo -84 dBm tại nhà văn hóa.", **changes,
    }  # fmt: skip
    return client.post("/api/v1/disputes", data=fields, files={"file": (name, content)})


def test_an_operator_reads_its_verdicts_page_by_page(world, program):
    client = program(world.viettel)
    first = client.get("/api/v1/verdicts?limit=5").json()
    rest = client.get("/api/v1/verdicts", params={"cursor": first["next"]}).json()
    assert (first["total"], len(first["verdicts"]), len(rest["verdicts"])) == (8, 5, 3)
    assert rest["next"] is None
    told = next(each for each in first["verdicts"] if each["technology"] == "4G")
    assert told["verdict"] == "none"
    assert told["site_code"] == "HTH0001"
    assert told["dispute_until"] == world.last.isoformat()
    assert (told["state"], told["disputable"], told["dispute"]) == ("disputable", True, None)
    assert "evidence.site_beyond_reach" in told["reasons"]
    assert client.get("/api/v1/verdicts?cursor=x").status_code == 422


def test_a_dispute_goes_from_the_file_to_the_answer(world, program, authority):
    ours, theirs = program(world.viettel), program(authority)
    answer = send(ours, world)
    assert answer.status_code == 201
    (number,) = answer.json()["disputes"]
    listed = theirs.get("/api/v1/disputes?status=open").json()
    assert [one["number"] for one in listed["disputes"]] == [number]
    assert listed["disputes"][0]["late"] is False
    told = theirs.get(f"/api/v1/disputes/{number}").json()
    assert (told["operator"], told["village"], told["media_type"]) == (
        "Viettel",
        "Bản Cọ",
        "text/csv",
    )
    assert told["then"] == told["now"]
    done = theirs.post(
        f"/api/v1/disputes/{number}/answer", json={"upheld": True, "answer": "Đúng vị trí."}
    )
    assert (done.status_code, done.json()["status"]) == (200, "upheld")
    assert (done.json()["then"]["verdict"], done.json()["now"]["verdict"]) == ("none", "served")
    seen = ours.get(f"/api/v1/disputes/{number}").json()
    assert seen["answer"] == "Đúng vị trí."
    mine = ours.get("/api/v1/verdicts?technology=4G&verdict=served").json()["verdicts"]
    assert [(each["village"], each["state"]) for each in mine] == [("Bản Cọ", "upheld")]
    again = theirs.post(f"/api/v1/disputes/{number}/answer", json={"upheld": False, "answer": "x"})
    assert (again.status_code, again.json()["type"]) == (409, "/api/v1/problems#conflict")


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [({"reason": " "}, 422, "dispute.reason_missing"), ({"content": b"MZ"}, 422, "dispute.file_program"),
     ({"content": b""}, 422, "dispute.file_empty"), ({"claimed": "none"}, 422, "dispute.claims_nothing"),
     ({"claimed": "unknown"}, 422, "dispute.claims_nothing"), ({"claimed": "có"}, 422, "body.claimed"),
     ({"verdict": "x"}, 422, "body.verdict"), ({"verdict": []}, 422, "dispute.nothing_chosen"),
     ({"verdict": "00000000-0000-4000-8000-000000000000:4G"}, 404, "kết luận")],
)  # fmt: skip
def test_what_cannot_be_taken_says_why(world, program, changes, status, told):
    answer = send(program(world.viettel), world, **changes)
    assert answer.status_code == status
    assert told in answer.text
    assert program(world.viettel).get("/api/v1/disputes").json()["total"] == 0


def test_the_file_is_a_download_and_never_a_page(world, program, signed_in, authority):
    number = send(program(world.viettel), world, name="<b>.html").json()["disputes"][0]
    for answer in (
        program(authority).get(f"/api/v1/disputes/{number}/file"),
        signed_in(authority).get(f"/disputes/{number}/file"),
        signed_in(world.viettel).get(f"/disputes/{number}/file"),
    ):
        assert answer.content == DRIVE_TEST
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_route_shows_a_competitors_dispute(  # noqa: PLR0917
    database, world, program, signed_in, authority, auditor
):
    number = disputed(database, world)
    rival, visitor = program(world.vnpt), signed_in(world.vnpt)
    zone = world.zones[0]
    for address in (f"/disputes/{number}", f"/disputes/{number}/file"):
        assert rival.get(f"/api/v1{address}").status_code == 404
        assert visitor.get(address).status_code == 404
    for act in ("withdraw", "answer"):
        body = {"upheld": True, "answer": "x"}
        assert rival.post(f"/api/v1/disputes/{number}/{act}", json=body).status_code in {403, 404}
        assert visitor.fill(f"/disputes/{number}/{act}", outcome="upheld", answer="x").status_code in {
            403, 404,
        }  # fmt: skip
    assert rival.get("/api/v1/disputes").json() == {"disputes": [], "total": 0}
    secrets = ("Viettel", "HTH0001", "Đo kiểm ngày 01/11", "Phản hồi số", "Đang có phản hồi</span>")
    for address in ("/disputes", "/verdicts", f"/verdicts/{zone}/4G", f"/zones/{zone}", "/zones",
                    "/verdicts/export", f"/verdicts/dispute?verdict={key(world)}"):  # fmt: skip
        page = visitor.get(address)
        assert page.status_code == 200, address
        for secret in secrets:
            assert secret not in page.text, (address, secret)
    for address in ("/api/v1/verdicts", "/api/v1/zones", f"/api/v1/zones/{zone}"):
        text = rival.get(address).text
        assert not any(secret in text for secret in secrets), address
        assert '"disputed":true' not in text
    feature = program(world.officer).get(f"/api/v1/zones/{zone}")
    assert feature.json()["properties"]["disputed"] is True
    for actor in (authority, auditor):
        assert program(actor).get(f"/api/v1/disputes/{number}").status_code == 200


def test_a_province_learns_only_that_its_zone_is_in_dispute(database, world, program, signed_in):
    number = disputed(database, world)
    client, visitor = program(world.officer), signed_in(world.officer)
    for address in ("/disputes", f"/disputes/{number}", f"/disputes/{number}/file", "/verdicts"):
        assert client.get(f"/api/v1{address}").status_code == 403, address
        assert visitor.get(address).status_code == 403, address
    page = visitor.get(f"/zones/{world.zones[0]}").text
    assert "phản hồi" in page
    assert "Đo kiểm ngày 01/11" not in page
    assert "/disputes" not in page
    assert 'href="/verdicts"' not in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR])
def test_who_of_the_authority_answers(database, world, signed_in, authority, role):
    number = disputed(database, world)
    visitor = signed_in(authority, role)
    page = visitor.get(f"/disputes/{number}")
    may = role is not Role.PLANNER
    assert ('name="outcome"' in page.text) == may
    answer = visitor.fill(f"/disputes/{number}/answer", outcome="dismissed", answer="Không khớp.")
    assert answer.status_code == (200 if may else 403)
    one = disputes.get_dispute(database, authority, number).dispute
    assert one.status.value == ("dismissed" if may else "open")


def test_the_pages_lead_from_the_list_to_the_dispute(world, signed_in, authority):
    visitor = signed_in(world.viettel)
    listed = visitor.get("/verdicts?technology=4G")
    assert f"đến hết {world.last:%d/%m/%Y}" in listed.text
    assert listed.text.count('name="verdict" value=') == 2
    form = visitor.get("/verdicts/dispute", params={"verdict": [key(world), key(world, 1)]})
    assert "2 kết luận được phản hồi" in form.text
    sent = visitor.fill(
        "/verdicts/dispute", verdict=[key(world), key(world, 1)], claimed="served",
        reason="Đo -84 dBm <b>tại bản</b>.", files={"file": ("đo.csv", DRIVE_TEST)},
    )  # fmt: skip
    assert sent.url.path == "/disputes"
    assert "2 phản hồi đã được gửi" in sent.text
    number = int(re.search(r'href="/disputes/(\d+)"', sent.text)[1])
    assert "Đang có phản hồi" in visitor.get(f"/verdicts/{world.zones[0]}/4G").text
    reviewer = signed_in(authority)
    page = reviewer.get(f"/disputes/{number}")
    assert "&lt;b&gt;tại bản&lt;/b&gt;" in page.text
    assert "cả 2 phản hồi gửi cùng tệp" in page.text
    unsaid = reviewer.fill(f"/disputes/{number}/answer", answer="Đúng.")
    assert unsaid.status_code == 422
    assert "chưa cho biết chấp nhận hay không" in unsaid.text
    assert ">Đúng.</textarea>" in unsaid.text
    wordless = reviewer.fill(f"/disputes/{number}/answer", outcome="upheld", answer=" ")
    assert "Câu trả lời chưa nêu lý do" in wordless.text
    done = reviewer.fill(
        f"/disputes/{number}/answer", outcome="upheld", answer="Đúng.", together="1"
    )
    assert "Đã trả lời." in done.text
    assert "chờ trả lời" not in reviewer.get("/disputes").text.lower().split("<table")[1]
    for zone in world.zones:
        assert "Có phục vụ" in visitor.get(f"/verdicts/{zone}/4G").text


def test_a_form_comes_back_with_what_was_typed(world, signed_in):
    visitor = signed_in(world.viettel)
    visitor.get(f"/verdicts/{world.zones[0]}/4G")
    without = visitor.fill(
        "/verdicts/dispute", verdict=key(world), claimed="weak", reason="Sóng yếu trong nhà.",
        files={"x": ("", b"")},
    )  # fmt: skip
    assert without.status_code == 422
    assert "Phản hồi chưa có tệp chứng minh" in without.text
    assert ">Sóng yếu trong nhà.</textarea>" in without.text
    assert re.search(r'value="weak" required checked', without.text)
    program_file = visitor.fill(
        "/verdicts/dispute", verdict=key(world), claimed="weak", reason="Sóng yếu.",
        files={"file": ("đo.csv", b"<html>")},
    )  # fmt: skip
    assert "là chương trình hoặc trang web" in program_file.text
    nothing = visitor.get("/verdicts/dispute")
    assert (nothing.status_code, "Chưa chọn kết luận nào" in nothing.text) == (422, True)


def test_after_the_clock_the_page_says_until_when(world, signed_in, monkeypatch):
    late = date.fromordinal(world.last.toordinal() + 1)
    visitor = signed_in(world.viettel)
    for module in ("own_verdicts", "dispute_forms"):
        monkeypatch.setattr(f"api.pages.{module}.today", lambda: late)
    page = visitor.get(f"/verdicts/{world.zones[0]}/4G").text
    assert f"đã hết hạn từ cuối ngày {world.last:%d/%m/%Y}" in page
    assert "được coi là đồng ý" in page
    assert 'name="reason"' not in page
    visitor.get("/account")
    refused = visitor.fill(
        "/verdicts/dispute", verdict=key(world), claimed="served", reason="Có sóng.",
        files={"file": ("đo.csv", DRIVE_TEST)},
    )  # fmt: skip
    assert refused.status_code == 422
    assert f"hạn phản hồi đã hết vào cuối ngày {world.last:%d/%m/%Y}" in refused.text
    assert 'name="verdict" value="' not in visitor.get("/verdicts").text


def test_the_late_ones_are_marked_and_found(database, world, signed_in, authority, monkeypatch):
    number = disputed(database, world)
    reviewer = signed_in(authority)
    assert "Không có phản hồi nào khớp" in reviewer.get("/disputes?status=late").text
    monkeypatch.setattr(
        "api.pages.disputes.today", lambda: date.fromordinal(world.last.toordinal() + 1)
    )
    page = reviewer.get("/disputes?status=late").text
    assert f'href="/disputes/{number}"' in page
    assert page.count("Quá hạn trả lời") == 2  # the filter's and the row's
    assert '<tr class="rejected">' in page


def test_the_export_opens_in_excel(database, world, signed_in):
    answer = signed_in(world.viettel).get("/verdicts/export?technology=4G")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-disposition"].startswith("attachment;")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Mã vùng,Tỉnh,Xã")
    assert f",{world.last.isoformat()},Còn hạn phản hồi" in lines[1]
    assert signed_in(world.vnpt).get("/verdicts/export?province=40").text.count("\n") == 1


def test_every_page_reads_well_in_both_languages(database, world, signed_in, authority):
    number = disputed(database, world)
    answered = disputed(database, world, 1)
    dispute_answers.answer(
        database, authority, world.day, [answered], upheld=False, answer="Không."
    )
    zone = world.zones[0]
    pages = {
        world.viettel: ["/verdicts", "/verdicts?clock=running", f"/verdicts/{zone}/4G",
                        f"/verdicts/{zone}/5G", f"/verdicts/{world.zones[1]}/4G", "/disputes",
                        f"/disputes/{number}", f"/disputes/{answered}", "/verdicts?province=40",
                        f"/verdicts/dispute?verdict={zone}:5G"],
        authority: ["/disputes", f"/disputes/{number}", f"/disputes/{answered}", "/disputes?status=late"],
    }  # fmt: skip
    for actor, addresses in pages.items():
        visitor = signed_in(actor)
        for language in ("vi", "en"):
            visitor.get("/account")
            visitor.fill("/language", language=language, next="/account")
            for address in addresses:
                page = visitor.get(address)
                assert page.status_code == 200, address
                assert read_page(address, page.text).faults == [], (address, language)
                if language == "en":
                    body = page.text.split("<main")[1]
                    assert "phản hồi" not in body.lower(), address


@pytest.mark.parametrize(
    "address",
    ["/verdicts/x/4G", "/verdicts/00000000-0000-4000-8000-000000000000/4G", "/disputes/0",
     "/disputes/99999999999999999999", "/disputes/x", "/verdicts?cursor=x", "/disputes?page=0",
     "/verdicts/dispute?verdict=x", "/verdicts/00000000-0000-4000-8000-000000000000/6G"],
)  # fmt: skip
def test_odd_addresses_are_told(world, signed_in, address):
    assert signed_in(world.viettel).get(address).status_code in {404, 422}


def test_the_technology_of_the_tests_is_the_one_judged(world):
    assert key(world).endswith(FOUR.value)


def test_the_first_page_tells_each_what_waits(database, world, signed_in, authority, monkeypatch):
    assert "8 kết luận về doanh nghiệp còn hạn phản hồi" in signed_in(world.viettel).get("/").text
    disputed(database, world)
    assert "7 kết luận về doanh nghiệp" in signed_in(world.viettel).get("/").text
    reviewer = signed_in(authority)
    assert "1 phản hồi kết luận chờ trả lời" in reviewer.get("/").text
    assert "quá hạn trả lời" not in reviewer.get("/").text
    monkeypatch.setattr(
        "api.pages.home.today", lambda: date.fromordinal(world.last.toordinal() + 1)
    )
    assert "1 phản hồi đã quá hạn trả lời." in reviewer.get("/").text
    assert "phản hồi kết luận" not in signed_in(world.officer).get("/").text


def test_a_map_tells_it_to_those_who_may_know(database, world, signed_in, authority):
    disputed(database, world)
    for actor, told in ((authority, True), (world.officer, True), (world.vnpt, False)):
        document = signed_in(actor).get(f"/zones/{world.zones[0]}/map")
        assert document.status_code == 200
        assert ('"disputed":[' in document.text) == told, actor.name


def test_whatever_is_sent_is_answered(database, authority, world, program, signed_in):
    client, visitor, reviewer = (
        program(world.viettel),
        signed_in(world.viettel),
        signed_in(authority),
    )
    number = disputed(database, world)
    visitor.get("/account")
    reviewer.get("/account")
    names = ["province", "technology", "verdict", "clock", "cursor", "status", "page", "news",
             "disputable", "in_dispute", "skip", "limit", "late"]  # fmt: skip
    parameters = st.dictionaries(st.sampled_from(names), NASTY, max_size=3)
    said = st.dictionaries(
        st.sampled_from(["verdict", "claimed", "reason", "answer", "outcome", "together"]), NASTY
    )

    @MODEST
    @given(parameters, said, NASTY.map(str.encode) | st.binary(max_size=40))
    def ask(query, fields, content):
        for address in ("/verdicts", "/verdicts/export", "/disputes", "/verdicts/dispute"):
            judge(visitor.get(address, params=query))
        for address in ("/api/v1/verdicts", "/api/v1/disputes"):
            judge(client.get(address, params=query))
        files = {"file": ("x.csv", content)}
        whole = {"verdict": key(world, 1), "claimed": "weak", **fields}
        judge(visitor.fill("/verdicts/dispute", follow=False, files=files, **whole))
        judge(client.post("/api/v1/disputes", data=whole, files=files))
        judge(reviewer.fill(f"/disputes/{number}/answer", follow=False, **fields))

    ask()
