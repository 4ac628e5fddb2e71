"""The approver's word over the pages and the API: handed in, returned, mended, approved."""

import datetime as dt
import io
import re
import shutil

import openpyxl
import pytest

from coverage.actions import accounts, surveys
from coverage.people import Role
from tests.http.files import a_csv

API = "/api/v1/approvals"


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def officer(province):
    return province("42")


@pytest.fixture
def leader(account, officer):
    return account(officer, Role.PROVINCE_APPROVER)


@pytest.fixture
def approver(browser, leader):
    made = browser()
    assert made.sign_in(leader.login, leader.password).status_code == 200
    return made


@pytest.fixture
def visitor(signed_in, officer, leader):
    return signed_in(officer)


def upload(visitor, content, name="báo cáo.csv"):
    visitor.get("/surveys/new")
    return visitor.fill("/surveys/check", files={"file": (name, content)})


def seen(page):
    return re.search(r'name="seen" value="(\w+)"', page.text)[1]


def test_a_list_is_handed_in_returned_mended_and_approved(  # noqa: PLR0915, PLR0917 - a journey
    database, authority, officer, visitor, approver, leader, settings, signed_in
):
    page = upload(visitor, a_csv(database, officer, villages=2, bad=1))
    assert "Trình lãnh đạo duyệt" in page.text
    assert "Nộp 2 dòng" not in page.text
    assert visitor.fill(f"{page.url.path}/submit").status_code == 409
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)
    waits = visitor.fill(
        f"{page.url.path}/hand-in", note="Kính trình <b>anh</b>", due_on=str(tomorrow)
    )
    assert waits.url.path == "/approvals/1"
    assert "Đã trình lãnh đạo duyệt" in waits.text
    assert "Lấy lại để sửa" in waits.text
    assert "Duyệt và nộp" not in waits.text
    assert "Kính trình &lt;b&gt;anh" in waits.text
    assert "Lãnh đạo duyệt: 1 danh sách đã trình" in visitor.get("/").text
    shutil.rmtree(settings.folders.var / "uploads", ignore_errors=True)  # it waits elsewhere

    home = approver.get("/").text
    assert home.index("Duyệt danh sách do") < home.index(
        "Tình hình" if "Tình hình" in home else "</main>"
    )
    assert f"{tomorrow:%d/%m/%Y}" in home
    looked = approver.get("/approvals/1")
    for told in ("khoảng 50", "Nếu nộp tệp này", "Bản đồ các điểm", "Kính trình"):
        assert told in looked.text
    assert approver.get("/approvals/1/map").status_code == 200
    assert approver.get("/approvals/1/file").content.startswith("\ufeffSTT".encode())
    book = openpyxl.load_workbook(io.BytesIO(approver.get("/approvals/1/marked").content))
    assert any("khoảng 50" in str(c.value) for sheet in book for row in sheet for c in row)
    stranger = signed_in(authority)
    assert stranger.get("/approvals/1").status_code == 403
    assert "báo cáo.csv" not in stranger.get("/surveys").text

    assert approver.fill("/approvals/1/return", reason=" ").status_code == 409
    assert (
        "Lãnh đạo trả lại danh sách này"
        in approver.fill("/approvals/1/return", reason="Dòng 4: hỏi lại số hộ").text
    )
    home = visitor.get("/").text
    assert "Lý do: Dòng 4: hỏi lại số hộ" in home
    assert visitor.fill("/approvals/1/approve", seen=seen(looked)).status_code == 403
    mending = visitor.fill("/approvals/1/correct")
    assert mending.url.path.startswith("/surveys/pending/")
    assert '<option value="1" selected>' in mending.text
    assert "Kính trình &lt;b&gt;anh" in mending.text
    assert f'value="{tomorrow}"' in mending.text
    row = visitor.get(f"{mending.url.path}/rows/2")
    assert row.status_code == 200
    corrected = visitor.fill(
        f"{mending.url.path}/rows/2", village="Bản Đã Sửa", commune_code=some_commune(row),
        latitude="18,35", longitude="105,9", households="51", grid_power="yes",
        specially_difficult="yes",
    )  # fmt: skip
    again = visitor.fill(f"{corrected.url.path}/hand-in", again="1")
    assert again.url.path == "/approvals/1"

    assert approver.fill("/approvals/1/approve", seen=seen(looked)).url.query == b"news=changed"
    now = approver.get("/approvals/1")
    assert "Lần trước trả lại vì" in now.text
    assert "1 dòng do cán bộ sửa" in now.text
    done = approver.fill("/approvals/1/approve", seen=seen(now))
    assert done.url.path == "/surveys/1"
    assert "Đã duyệt và nộp" in done.text
    [stored] = surveys.list_submissions(database, authority)
    assert stored.submitted_by == leader.login
    assert stored.prepared_by not in {None, leader.login}
    for page in ("/surveys/1", "/surveys"):
        told = stranger.get(page).text
        assert stored.prepared_by in told
        assert stored.submitted_by in told
    assert visitor.get("/approvals/1").headers["location"] == "/surveys/1"
    assert visitor.fill("/surveys/1/withdraw").status_code == 409


def some_commune(page):
    return re.search(r'<select id="commune_code".*?<option value="(\d+)"', page.text, re.DOTALL)[1]


def test_what_is_new_is_shown_before_the_word(database, officer, visitor, approver):
    page = upload(visitor, a_csv(database, officer, villages=2))
    visitor.fill(f"{page.url.path}/hand-in")
    looked = approver.get("/approvals/1")
    other = upload(approver, a_csv(database, officer, villages=1) + b"\n", "khác.csv")
    assert "Nộp danh sách" in other.text  # an approver submits alone
    assert approver.fill(f"{other.url.path}/submit").url.path == "/surveys/1"
    changed = approver.fill("/approvals/1/approve", seen=seen(looked))
    assert changed.url.path == "/approvals/1"
    assert "Kết quả kiểm tra đã khác với lúc trình" in changed.text
    assert "Lúc trình: 2 vùng mới" in changed.text
    assert approver.fill("/approvals/1/approve", seen=seen(changed)).url.path == "/surveys/2"


def test_taken_back_and_dropped(database, officer, visitor, approver):
    page = upload(visitor, a_csv(database, officer, villages=1))
    visitor.fill(f"{page.url.path}/hand-in")
    back = visitor.fill("/approvals/1/take-back")
    assert "Đã lấy lại, chưa trình lại" in back.text
    assert "Duyệt danh sách do" not in approver.get("/").text
    assert "đã lấy lại, chưa trình lại" in visitor.get("/").text
    assert visitor.fill("/approvals/1/drop").url.path == "/surveys"
    assert visitor.get("/approvals/1").status_code == 404


def test_without_the_approver_the_officer_submits_what_waited(
    database, authority, officer, visitor, leader
):
    page = upload(visitor, a_csv(database, officer, villages=1))
    visitor.fill(f"{page.url.path}/hand-in")
    accounts.disable(database, authority, leader.login)
    assert "hãy lấy lại danh sách rồi nộp thẳng" in visitor.get("/approvals/1").text
    visitor.fill("/approvals/1/take-back")
    mended = visitor.fill("/approvals/1/correct")
    assert visitor.fill(f"{mended.url.path}/submit").url.path == "/surveys/1"
    assert visitor.get("/approvals/1").status_code == 404


def test_words_that_are_too_long_and_days_that_are_none(database, officer, visitor):
    page = upload(visitor, a_csv(database, officer, villages=1))
    for said in ({"note": "x" * 2001}, {"due_on": "mai"}):
        assert visitor.fill(f"{page.url.path}/hand-in", **said).status_code == 422
    assert visitor.get(page.url.path).status_code == 200


def test_programs_do_the_same(  # noqa: PLR0917
    database, officer, leader, program, province, operator
):
    content = a_csv(database, officer, villages=2, bad=1)
    sent = {"file": ("báo cáo.csv", content)}
    client, chief = program(officer), program(officer, Role.PROVINCE_APPROVER)
    refused = client.post("/api/v1/surveys", files=sent)
    assert refused.status_code == 409
    assert "trình lãnh đạo duyệt" in refused.json()["detail"]
    made = client.post(API, files=sent, params={"note": "kính trình", "due_on": "2027-01-31"})
    assert made.status_code == 201
    assert (made.json()["status"], made.json()["due_on"]) == ("waiting", "2027-01-31")
    assert client.post(API, files=sent).status_code == 409
    assert [one["number"] for one in chief.get(API).json()["approvals"]] == [1]
    for stranger, status in ((program(province("40")), 404), (program(operator("Viettel")), 403)):
        assert stranger.get(f"{API}/1").status_code == status
    whole = chief.get(f"{API}/1").json()
    assert whole["totals"] == {"rows": 3, "accepted": 2, "warned": 0, "rejected": 1}
    assert (len(whole["rows"]), whole["impact"]["totals"]["new"], whole["changes"]) == (3, 2, None)
    assert chief.get(f"{API}/1/file").content == content
    word = {"seen": whole["approval"]["fingerprint"]}
    assert client.post(f"{API}/1/approve", json=word).status_code == 403
    assert chief.post(f"{API}/1/return", json={"reason": "sai"}).json()["status"] == "returned"
    assert client.post(API, files=sent, params={"again": 1}).json()["number"] == 1
    assert client.post(f"{API}/1/take-back").json()["status"] == "taken_back"
    assert chief.post(f"{API}/1/approve", json=word).status_code == 409
    assert client.post(API, files=sent, params={"again": 1}).status_code == 201
    done = chief.post(f"{API}/1/approve", json=word)
    assert done.status_code == 201
    receipt = done.json()["receipt"]
    assert receipt["prepared_by"].startswith("mã truy cập")
    assert receipt["prepared_by"] != receipt["submitted_by"]
    assert client.delete(f"{API}/1").status_code == 409
    assert chief.get(API).json()["approvals"] == []
    [kept] = chief.get(API, params={"all": True}).json()["approvals"]
    assert (kept["status"], kept["submission"]) == ("approved", 1)
    again = client.post(API, files={"file": ("b.csv", content + b"\n")}).json()["number"]
    client.post(f"{API}/{again}/take-back")
    assert client.delete(f"{API}/{again}").status_code == 204


def test_on_the_server_a_list_is_submitted_without_asking(  # noqa: PLR0917
    database, officer, leader, phusong, tmp_path, program
):
    content = a_csv(database, officer, villages=2)
    program(officer).post(API, files={"file": ("chờ.csv", content)})
    status, told, _ = phusong("survey", "approvals", "--province", "42")
    assert (status, "chờ.csv" in told, "Chờ lãnh đạo duyệt" in told) == (0, True, True)
    file = tmp_path / "tep.csv"
    file.write_bytes(a_csv(database, officer, villages=1, bad=1))
    assert phusong("survey", "submit", file, "--province", "42")[0] == 1  # a row is rejected
    [submitted] = surveys.list_submissions(database, officer)
    assert (submitted.submitted_by, submitted.prepared_by) == ("phusong survey submit", None)
