"""After signing out on a shared laptop, the browser has nothing left to show."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from api.main import create_app
from coverage.people import Role
from tests.http.stored import a_vintage, a_zone
from tests.http.test_pages_in_browser import (
    CHROMIUM,
    served,
    sign_in,
)
from tests.reported import as_owner

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")
VILLAGE = "Bản Rào Tre Bí Mật"
# Ask as the map does, and as the browser may answer by itself: from what it has kept.
KEPT = """async (address) => {
  try { return (await fetch(address, {cache: "only-if-cached", mode: "same-origin"})).status; }
  catch { return 0; }
}"""
ASK = "async (address) => (await fetch(address)).status"
TILE = "/tiles/zones/9/406/230"


@pytest.fixture
def officer(database, authority, province):
    a_vintage(database, authority)
    a_zone(database, province("42"), village=VILLAGE)
    return province("42")


@pytest.fixture
def window(chromium, settings, database):
    """A window of a browser with a cache, at an application that keeps its maker of tiles."""
    with served(create_app(settings, database)) as website:
        context = chromium.new_context(base_url=website, locale="vi-VN")
        yield context.new_page()
        context.close()


def read_something(page, account, authority):
    sign_in(page, account(authority, Role.REVIEWER))
    page.goto("/zones")
    expect(page.get_by_text(VILLAGE)).to_be_visible()
    assert page.evaluate(ASK, TILE) == 200
    assert page.evaluate(KEPT, TILE) == 200  # the browser has it, and would show it unasked


def test_back_shows_nothing_and_no_tile_is_left(window, account, authority, officer):
    page = window
    read_something(page, account, authority)
    page.goto("/packages")
    held = page.context.cookies()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng nhập", exact=True)).to_be_visible()
    assert page.evaluate(KEPT, TILE) == 0
    assert page.evaluate(ASK, TILE) == 401
    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Đăng nhập", exact=True)).to_be_visible()
        expect(page.get_by_text(VILLAGE)).to_have_count(0)
    page.context.add_cookies(held)  # whoever kept the old cookie finds nothing kept beside it
    assert page.evaluate(KEPT, TILE) == 0


def test_a_session_found_dead_leaves_nothing_either(
    window, account, database, authority, officer
):  # fmt: skip
    page = window
    read_something(page, account, authority)
    with as_owner(database, authority) as connection:
        connection.execute(text("UPDATE phusong.web_session SET expires_at = now()"))
    page.goto("/packages")
    expect(page.get_by_text("Phiên đăng nhập đã hết hạn")).to_be_visible()
    assert page.evaluate(KEPT, TILE) == 0
    page.go_back()
    expect(page.get_by_text(VILLAGE)).to_have_count(0)
