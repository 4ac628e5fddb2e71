"""The list of zones in a real browser: rows change as one types, and all of it without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from coverage.actions import zones
from coverage.people import Role
from coverage.storage.zones import ZoneFilter
from coverage.zones import ZoneStatus
from tests.http.stored import a_zone
from tests.http.test_pages_in_browser import (  # noqa: F401 - fixtures
    CHROMIUM,
    NARROW,
    WIDE,
    sign_in,
    visit,
    website,
)  # fmt: skip

pytestmark = [
    pytest.mark.usefixtures("one_commune"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]
# ruff: noqa: F811, PLR0917
ZONES = 60


@pytest.fixture
def villages(database, officer):
    for number in range(ZONES):
        name = f"Bản Mường {number:02}" if number < 3 else f"Thôn Khe {number:02}"
        a_zone(database, officer, village=name, households=number + 1)


def rows(page):
    return page.locator("#zones-found tbody tr")


def test_rows_change_as_one_types_and_the_way_back_returns(visit, account, authority, villages):
    page = visit(WIDE)
    sign_in(page, account(authority, Role.REVIEWER))
    page.goto("/zones")
    expect(rows(page)).to_have_count(50)
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Thôn, bản, xã hoặc mã vùng").press_sequentially("ban muong")
    expect(rows(page)).to_have_count(3)
    expect(page).to_have_url(re.compile("words=ban"))
    assert page.evaluate("window.sameDocument")
    page.get_by_label("Trạng thái").select_option("approved")
    expect(page.get_by_text("Không có vùng nào khớp với bộ lọc.")).to_be_visible()
    page.go_back()
    expect(rows(page)).to_have_count(3)
    page.reload()  # the address says it all
    expect(rows(page)).to_have_count(3)
    page.get_by_role("link", name=re.compile("Bỏ điều kiện.*Tìm")).click()
    expect(rows(page)).to_have_count(50)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_without_javascript_the_form_finds_and_pages_go_both_ways(
    visit, account, officer, villages, size
):
    page = visit(size, javascript=False)
    sign_in(page, account(officer))
    page.goto("/zones")
    first = rows(page).first.inner_text()
    page.get_by_role("link", name="Trang sau").click()
    expect(rows(page)).to_have_count(10)
    page.get_by_role("link", name="Trang trước").click()
    expect(rows(page)).to_have_count(50)
    assert rows(page).first.inner_text() == first
    page.get_by_label("Thôn, bản, xã hoặc mã vùng").fill("mường")
    page.get_by_role("button", name="Lọc").click()
    expect(rows(page)).to_have_count(3)
    assert page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    ) <= 0  # fmt: skip


@pytest.mark.parametrize("javascript", [True, False], ids=["with-js", "without-js"])
def test_all_that_the_filter_finds_is_decided_at_once(
    visit, database, account, authority, villages, javascript
):
    page = visit(WIDE, javascript=javascript)
    sign_in(page, account(authority, Role.LEAD))
    page.goto("/zones?words=thon")
    page.get_by_role("checkbox", name="Tất cả 57 vùng khớp bộ lọc").check()
    page.get_by_role("button", name="Nhận thẩm định").click()
    expect(page.get_by_role("heading", name="Ảnh hưởng đến ai")).to_be_visible()
    page.get_by_role("button", name="Nhận thẩm định 57 vùng").click()
    expect(page.get_by_text("57 vùng").first).to_be_visible()
    found = zones.list_zones(database, authority, ZoneFilter(status=ZoneStatus.UNDER_REVIEW))
    assert found.zones == ZONES - 3
