"""From a province's file to its answers, in a real browser: approved, returned, rejected, resent."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from coverage.people import Role
from tests.http.files import a_csv
from tests.http.test_pages_in_browser import (  # noqa: F401 - fixtures
    CHROMIUM,
    NARROW,
    WIDE,
    sign_in,
    submit,
    visit,
    website,
)  # fmt: skip

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")
# ruff: noqa: F811, PLR0917


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def survey(tmp_path, database, officer):
    file = tmp_path / "báo cáo.csv"
    file.write_bytes(a_csv(database, officer, villages=4))
    return file


def width_over(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def own_rows(page):
    """What stands below the totals of a submission: its rows."""
    return page.locator("h2#rows ~ *")


def choose(page, move, reason=""):
    """Decide on the zone that is shown."""
    page.get_by_role("radio", name=move, exact=True).check()
    page.get_by_label("Lý do", exact=True).fill(reason)
    page.get_by_role("button", name=re.compile("^Quyết định")).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-js", "without-js"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_answer_comes_back_to_its_row(
    visit, account, authority, officer, survey, size, javascript, shots
):
    province = visit(size, javascript=javascript)
    sign_in(province, account(officer))
    submit(province, survey)
    submission = province.url.split("?")[0]

    page = visit(size, javascript=javascript)
    sign_in(page, account(authority, Role.REVIEWER))
    page.get_by_role("link", name="Nhận thẩm định").click()
    page.get_by_role("button", name="Nhận 20 vùng tiếp theo của Hà Tĩnh").click()
    expect(page.get_by_role("heading", name="Trong tay tôi (4)")).to_be_visible()
    shots(page, f"desk-{size['width']}")
    page.get_by_role("link", name="Thẩm định vùng đầu tiên").click()
    villages = []
    for move, reason in (("Duyệt", ""), ("Trả lại tỉnh", "Ghi rõ số hộ của thôn."),
                         ("Không chấp nhận", "Thôn đã có sóng 4G.")):  # fmt: skip
        villages.append(page.get_by_role("heading", level=1).inner_text().split("  ")[0])
        choose(page, move, reason)
        expect(page.get_by_text(re.compile("Đã xong"))).to_be_visible()
    assert width_over(page) <= 0
    shots(page, f"case-{size['width']}")

    province.goto("/")
    province.get_by_role("link", name="Xem và sửa").click()
    expect(province.get_by_role("heading", name="Cục Viễn thông trả lại 1 dòng")).to_be_visible()
    expect(province.get_by_text("Ghi rõ số hộ của thôn.").first).to_be_visible()
    assert width_over(province) <= 0
    shots(province, f"answers-{size['width']}")
    province.goto(submission + "?show=all")
    expect(province.get_by_text("Thôn đã có sóng 4G.")).to_be_visible()
    for status in ("Đã duyệt", "Trả lại để bổ sung", "Không chấp nhận", "Đang thẩm định"):
        assert own_rows(province).get_by_role("link", name=status).count() == 1, status

    province.get_by_role("button", name="và nộp lại").first.click()
    expect(province.get_by_role("heading", name=re.compile("Sửa dòng"))).to_be_visible()
    province.get_by_label("Số hộ").fill("57")
    province.get_by_role("button", name="Lưu và kiểm tra lại").click()
    province.get_by_role("button", name="Nộp danh sách").click()
    expect(province.get_by_role("heading", name="Đã nộp")).to_be_visible()
    province.goto(province.url.split("?")[0] + "?show=all")
    assert own_rows(province).get_by_role("link", name="Đã báo cáo").count() == 1
    assert own_rows(province).get_by_role("link", name="Đã duyệt").count() == 1
    own_rows(province).get_by_role("link", name="Đã báo cáo").click()
    expect(province.get_by_text("Số liệu được sửa").or_(province.get_by_text("57"))
           .first).to_be_visible()  # fmt: skip
    assert width_over(province) <= 0
    shots(province, f"zone-{size['width']}")


def test_many_are_chosen_with_one_box_and_seen_before(
    visit, account, authority, officer, survey, shots
):
    province = visit()
    sign_in(province, account(officer))
    submit(province, survey)
    page = visit()
    sign_in(page, account(authority, Role.REVIEWER))
    page.goto("/zones?status=reported")
    page.get_by_role("checkbox", name="Chọn tất cả").check()
    assert page.get_by_role("checkbox", name=re.compile("Chọn Bản")).nth(3).is_checked()
    page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.get_by_role("heading", name="Duyệt 4 vùng?")).to_be_visible()
    shots(page, "preview")
    page.get_by_role("button", name="Duyệt 4 vùng").click()
    expect(page.get_by_text("Đã xong: Duyệt, 4 vùng.")).to_be_visible()
    page.goto("/zones?status=approved")
    assert page.get_by_role("checkbox", name=re.compile("Chọn Bản")).count() == 4


def test_the_map_around_a_village_rings_it(visit, account, authority, officer, survey):
    province = visit()
    sign_in(province, account(officer))
    submit(province, survey)
    page = visit()
    sign_in(page, account(authority, Role.REVIEWER))
    page.goto("/zones")
    page.get_by_role("link", name="Bản Thử 1").click()
    page.locator("#map").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe.map-frame")
    expect(frame.locator("html.drawn")).to_be_attached()
    expect(frame.locator(".leaflet-tooltip.spot")).to_have_text("Bản Thử 1")


@pytest.fixture
def shots(tmp_path):
    """Saves what the page looks like where --basetemp keeps it, for people to look at."""

    def shoot(page, name):
        page.screenshot(path=Path(tmp_path) / f"{name}.png", full_page=True)

    return shoot
