"""Home: for each role its own tasks, the most urgent first; what waits for others; the first day."""

import re

import pytest
from sqlalchemy import text

from coverage.people import Role
from tests.consulted import shift_round
from tests.http.pages import read_page
from tests.lived_in import live, people_of
from tests.reported import as_owner


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def lived(database):
    return live(database, "thẩm định viên")


def tasks_of(page):
    """The heads of the tasks, in order, and the page that was read."""
    assert page.status_code == 200
    assert read_page(str(page.url), page.text).faults == []
    listed = re.search(r'<ul class="tasks">(.*?)</ul>', page.text, re.DOTALL)[1]
    return re.findall("<h3>(.*?)</h3>", listed)


def test_each_role_finds_its_own_tasks_and_nobody_elses(lived, signed_in):
    def home(actor, role=None):
        return tasks_of(signed_in(actor, role).get("/"))

    officer = home(lived.officer)
    assert officer == ["1 vùng được trả lại để bổ sung"] or officer[0].startswith("Nộp danh sách")
    reviewer = home(lived.authority, Role.REVIEWER)
    assert "1 phản hồi kết luận chờ trả lời" in reviewer
    assert not any("gói thầu" in task for task in reviewer)
    planner = home(lived.authority, Role.PLANNER)
    assert "1 báo cáo phát sóng chờ nghiệm thu" in planner
    assert "1 câu hỏi về gói thầu chờ trả lời" in planner
    assert not any("thẩm định" in task or "dự thảo" in task for task in planner)
    lead = home(lived.authority, Role.LEAD)
    assert "1 gói thầu dự thảo chờ công bố" in lead
    assert "1 thay đổi quy định chờ thông qua" in lead
    viettel = home(lived.viettel)
    assert any(task.startswith("Đợt tham vấn 1 đang mở") for task in viettel)
    assert any(task.endswith("được giao chưa phát sóng") for task in viettel)
    assert not any("được giao" in task for task in home(lived.vnpt))
    assert home(lived.auditor) == ["Không có việc nào đang chờ bạn"]


def test_what_presses_goes_first(lived, database, signed_in):
    visitor = signed_in(lived.viettel)
    assert not tasks_of(visitor.get("/"))[0].startswith("Đợt tham vấn")
    shift_round(database, lived.authority, lived.round, -25)
    page = visitor.get("/")
    assert tasks_of(page)[0].startswith("Đợt tham vấn")
    assert 'class="near"' in page.text
    with as_owner(database, lived.authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(
                "UPDATE phusong.award SET awarded_on = current_date - 400, due_on = current_date - 9"
            )
        )
    page = visitor.get("/")
    first, second, *_ = tasks_of(page)
    assert first.endswith("quá hạn phát sóng")
    assert second.startswith("Đợt tham vấn")
    assert "Đã quá hạn" in page.text
    assert any("quá hạn phát sóng" in task for task in tasks_of(signed_in(lived.authority, Role.LEAD).get("/")))  # fmt: skip


def test_what_others_have_to_do_is_one_line(lived, signed_in):
    province = signed_in(lived.officer).get("/").text
    assert re.search(r"Cục Viễn thông thẩm định: \d+ vùng", province)
    assert re.search(r"Doanh nghiệp phát sóng: \d+ vùng", province)
    lead = signed_in(lived.authority, Role.LEAD).get("/").text
    assert re.search(r"Chưa nộp danh sách: 33 tỉnh, thành phố", lead)
    assert "Tỉnh bổ sung: 1 vùng đã trả lại" in lead
    operator = signed_in(lived.viettel).get("/").text
    assert "Cục Viễn thông nghiệm thu: 1 báo cáo phát sóng" in operator
    assert "Chưa nộp danh sách" not in operator


def test_the_first_day_says_how_it_begins(database, signed_in):
    people = people_of(database)
    assert tasks_of(signed_in(people["officer"]).get("/")) == [
        "Nộp danh sách vùng lõm sóng của tỉnh"
    ]
    approver = tasks_of(signed_in(people["officer"], Role.PROVINCE_APPROVER).get("/"))
    assert approver == ["Nộp danh sách vùng lõm sóng của tỉnh"]
    for name, taught in (("viettel", "đợt tham vấn"), ("auditor", "Kiểm toán chỉ xem")):
        page = signed_in(people[name]).get("/")
        assert tasks_of(page) == ["Không có việc nào đang chờ bạn"]
        assert taught in page.text


def test_home_speaks_english(lived, signed_in):
    visitor = signed_in(lived.authority, Role.LEAD)
    visitor.get("/")
    page = visitor.fill("/language", language="en", next="/")
    assert "Waiting for others" in page.text
    assert any("dispute" in task for task in tasks_of(page))


def test_a_page_that_is_not_there_keeps_the_bar_and_leads_on(lived, signed_in, browser):
    page = signed_in(lived.officer).get(
        "/khong-co", headers={"Referer": "http://phusong.test/zones?q=x"}
    )
    assert page.status_code == 404
    assert '<nav class="rooms"' in page.text
    assert 'href="/zones?q=x">Quay lại trang trước' in page.text
    assert "<title>Lỗi: " in page.text
    foreign = signed_in(lived.officer).get(
        "/khong-co", headers={"Referer": "https://evil.test/zones"}
    )
    assert "Quay lại trang trước" not in foreign.text
    assert '<nav class="rooms"' not in browser().get("/khong-co").text
