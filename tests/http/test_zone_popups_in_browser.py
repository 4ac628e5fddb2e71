"""What pressing a zone on the live map tells: the server's own facts of it, as far as they come."""

import re

import pytest

from coverage.coordinates import to_vn2000
from tests.http.test_live_map_in_browser import (  # noqa: F401 - fixtures
    LARGEST,
    pytestmark,
    visit,
    zones,
)

# ruff: noqa: F811
THE_ZONE = "**/api/v1/zones/*"
PLACE = (18.2 + 2 * 0.02, 105.7 + 2 * 0.02)  # of village 8


@pytest.fixture
def window(visit):
    """The country's map, near enough for single zones."""
    window = visit(reduced_motion="reduce").open()
    window.view(12)
    return window


def press(window):
    window.frame.evaluate("phusong.map.closePopup()")  # it might stand over the symbol
    window.page.mouse.click(*window.spot(LARGEST))
    return window.frame.locator(".facts")


def test_a_press_tells_the_exact_place_and_on_a_past_day_what_was_then(window, zones):
    facts = press(window)
    facts.get_by_text("VN-2000 105°30′").wait_for()
    assert f"/api/v1/zones/{zones[7]}" in window.asked
    said = facts.inner_text()
    assert "{:.6f}, {:.6f}".format(*PLACE) in said
    for expected in ("Bản Rào Tre 8", "80", "Đã báo cáo", "Quỹ viễn thông công ích", "Hà Tĩnh"):
        assert expected in said
    northing, easting = (float(re.search(rf"{axis} \(.*?\) ([\d.]+)", said)[1]) for axis in "XY")
    [easting_m], [northing_m] = to_vn2000(9209, [PLACE[1]], [PLACE[0]])
    assert (northing, easting) == pytest.approx((northing_m, easting_m), abs=0.06)
    assert "gần đúng" not in said
    assert facts.get_by_role("link").get_attribute("href") == f"/zones/{zones[7]}"

    window.frame.locator("#month").focus()
    window.page.keyboard.press("Home")
    window.settled()
    window.page.mouse.click(*window.spot("phusong.layers.zones.at(phusong.layers.zones.all()[0])"))
    facts.get_by_text("VN-2000 105°30′").wait_for()
    assert "Tiến độ ngày 30/11/2025\tĐang thẩm định" in facts.inner_text()
    assert "Đã duyệt" not in facts.inner_text()  # as it is today


def test_from_the_keyboard_the_focus_stays_and_what_cannot_be_had_is_said(window):
    window.frame.locator(".folium-map").focus()
    window.page.keyboard.press("Enter")
    window.frame.locator(".facts").get_by_text("VN-2000 105°30′").wait_for()
    assert window.frame.evaluate("document.activeElement.pathname").startswith("/zones/")
    said = window.frame.locator("#aloud").text_content()
    assert re.match(r"Bản Rào Tre \d: WGS 84 18\.\d{6}, 105\.\d{6}; VN-2000 105°30′ X", said)
    answers = {"status": 401}
    window.page.route(THE_ZONE, lambda route: route.fulfill(status=answers["status"]))
    facts = press(window)
    note = facts.get_by_role("status")
    note.get_by_role("link", name="Đăng nhập lại").wait_for()
    assert "18.2400, 105.7400 (gần đúng)" in facts.inner_text()
    assert "80" in facts.inner_text()  # what the tile told stands
    answers["status"] = 404
    press(window)
    note.get_by_text("không còn trong danh sách").wait_for()
    assert note.get_by_role("button").count() == 0
    window.page.unroute(THE_ZONE)
    window.page.route(THE_ZONE, lambda route: route.abort())
    press(window)
    again = note.get_by_role("button", name="Thử lại")
    again.wait_for()
    assert "Không nối được" in note.inner_text()
    window.page.unroute(THE_ZONE)
    again.press("Enter")
    facts.get_by_text("VN-2000 105°30′").wait_for()
    assert note.inner_text() == ""
    assert window.frame.evaluate("document.activeElement.pathname").startswith("/zones/")
    window.troubles = [one for one in window.troubles if "Failed to load resource" not in one]
