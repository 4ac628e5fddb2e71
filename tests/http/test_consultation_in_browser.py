"""One walk through a round in a real browser: opened, promised, seen by the authority alone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.consulted import a_table, in_days, queue_of
from tests.http.test_pages_in_browser import NARROW, WIDE, enter, served

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")


@pytest.fixture
def visitor(app, chromium, account):
    """Opens pages of the running application, signed in as a new person in an actor's place."""
    with served(app) as address:
        contexts = []

        def sign_in(actor, viewport):
            context = chromium.new_context(
                viewport=viewport, locale="vi-VN", java_script_enabled=viewport is WIDE
            )
            contexts.append(context)
            page = context.new_page()
            person = account(actor)
            page.goto(f"{address}/sign-in")
            page.get_by_label("Tên đăng nhập").fill(person.login)
            page.get_by_label("Mật khẩu").fill(person.password)
            page.get_by_role("button", name="Đăng nhập").click()
            return page

        yield sign_in
        for context in contexts:
            context.close()


def test_a_round_from_its_opening_to_a_promise(
    database, authority, province, operator, visitor
):  # fmt: skip
    (first, *_) = a_table(database, authority, province)
    maker, rival = operator("Viettel"), operator("VNPT")

    planner = visitor(authority, WIDE)
    enter(planner, "Gói thầu")
    planner.get_by_role("link", name="Tham vấn", exact=True).click()
    planner.get_by_role("link", name="Mở đợt tham vấn").first.click()
    planner.get_by_label("Tên đợt").fill("Đợt 1 năm 2027")
    planner.get_by_label("Văn bản làm căn cứ").fill("Công văn 12/CVT-KH")
    planner.get_by_label("Mở lúc (giờ Việt Nam)").fill("2026-01-01T08:00")
    expect(planner.get_by_label("Hà Tĩnh")).to_be_checked()
    planner.get_by_role("button", name="Mở đợt tham vấn").click()
    expect(planner.get_by_role("status").first).to_have_text("Đã mở đợt tham vấn.")

    # Without JavaScript, on a phone: the whole way of an operator.
    phone = visitor(maker, NARROW)
    phone.get_by_role("link", name="Xem danh sách và cam kết").click()
    phone.get_by_label("Cam kết Bản 1").check()
    phone.get_by_label("Ngày chung: phát sóng muộn nhất").fill(in_days(-1).isoformat())
    phone.get_by_role("button", name="Cam kết các vùng đã đánh dấu").click()
    expect(phone.get_by_role("alert")).to_contain_text("không ở sau hôm nay")
    expect(phone.get_by_label("Cam kết Bản 1")).to_be_checked()
    phone.get_by_label("Ngày phát sóng muộn nhất của Bản 1").fill(in_days(300).isoformat())
    phone.get_by_role("button", name="Cam kết các vùng đã đánh dấu").click()
    expect(phone.get_by_role("status").first).to_have_text("Đã ghi nhận cam kết.")
    overflow = phone.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0

    planner.reload()
    expect(planner.get_by_text(f"Viettel, {in_days(300):%d/%m/%Y}")).to_be_visible()
    assert queue_of(database, authority, first)[0].value == "operator"

    other = visitor(rival, WIDE)
    other.goto(phone.url.partition("?")[0])
    expect(other.get_by_label("Cam kết Bản 1")).to_be_visible()
    assert "Viettel" not in other.content()
    assert "Đang hiệu lực" not in other.content()
