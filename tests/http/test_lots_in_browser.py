"""Lots in a real browser: pressed on the map, previewed at once, kept, taken back; two at once."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from coverage.actions.lots import LotWish, change_lots, preview_lots, propose_lots
from coverage.lots import ByHand, HandAct
from coverage.people import Role
from coverage.storage.lot_pins import AskedBounds
from tests.builders import a_zone, zone_id
from tests.http.test_pages_in_browser import WIDE, served
from tests.reported import load_places, report

CHROMIUM = Path("/usr/bin/chromium")
KM = 1 / 111.32
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")


@pytest.fixture
def plan(database, authority, province):
    load_places(database, authority)
    zones = [a_zone(n, latitude=18.0 + 5 * n * KM, village=f"Bản {n}") for n in range(1, 9)]
    report(database, province("42"), *zones)
    return propose_lots(database, authority, "42", AskedBounds(lots=2))


@pytest.fixture
def planner(app, chromium, account, authority, plan):
    """Opens the lots as a new planner, with or without scripts."""
    with served(app) as address:
        contexts = []

        def open_lots(*, scripts=True):
            context = chromium.new_context(
                viewport=WIDE, locale="vi-VN", java_script_enabled=scripts
            )
            contexts.append(context)
            page = context.new_page()
            person = account(authority, Role.PLANNER)
            page.goto(f"{address}/sign-in")
            page.get_by_label("Tên đăng nhập").fill(person.login)
            page.get_by_label("Mật khẩu").fill(person.password)
            page.get_by_role("button", name="Đăng nhập").click()
            expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
            page.goto(f"{address}/lots?province=42")
            return page

        yield open_lots
        for context in contexts:
            context.close()


def press_on_map(page, row):
    """Press a zone where the map draws it."""
    drawn = page.frame_locator("iframe.lots-map")
    expect(drawn.locator(".leaflet-container")).to_be_visible()
    frame = page.frames[1]
    frame.wait_for_function("() => phusong.layers.zones && phusong.map")
    wanted = str(zone_id(row))
    at = frame.evaluate(
        """(id) => {
            const { zones } = phusong.layers;
            const at = phusong.map.latLngToContainerPoint(zones.at(zones.table.id.indexOf(id)));
            const box = phusong.map.getContainer().getBoundingClientRect();
            return [box.left + at.x, box.top + at.y];
        }""",
        wanted,
    )
    box = page.locator("iframe.lots-map").bounding_box()
    page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    expect(page.locator(f"input[name=zone][value='{wanted}']")).to_be_checked()


def test_a_zone_pressed_on_the_map_is_previewed_kept_and_taken_back(
    planner, plan, database, authority
):
    north, south = plan.lots
    page = planner()
    page.locator("iframe.lots-map").scroll_into_view_if_needed()
    press_on_map(page, 5)
    expect(page.get_by_text("Đã chọn: 1 vùng, 40 hộ")).to_be_visible()
    expect(page.get_by_role("heading", name="Chưa xem trước được")).to_be_visible()
    page.get_by_label("Lô nhận các vùng").select_option(str(south.id))
    preview = page.locator("#lot-preview")
    expect(preview.get_by_text("2 lô thay đổi, chưa ghi gì.")).to_be_visible()
    expect(preview.locator("tr", has_text=f"Lô {north.number}")).to_contain_text("120")
    expect(preview.locator("tr", has_text=f"Lô {south.number}")).to_contain_text("200")
    ringed = page.frames[1].locator("path.moved")
    expect(ringed).to_have_count(1)
    assert ringed.get_attribute("fill") != "none"
    preview.get_by_label("Trước", exact=True).check()
    expect(ringed).to_have_attribute("fill", "none")
    expect(preview.get_by_text("2 lô thay đổi, chưa ghi gì.")).to_be_visible()

    preview.get_by_role("button", name="Ghi thay đổi này").click()
    expect(page.get_by_text("Đã ghi. Các lô dưới đây là bản mới.")).to_be_visible()
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_role("button", name="Ghi thay đổi này").click()
    expect(page.get_by_text("Đã ghi. Các lô dưới đây là bản mới.")).to_be_visible()
    back = [{*lot.zone_ids} for lot in standing(database, authority)]
    assert back == [{*north.zone_ids}, {*south.zone_ids}]


def standing(database, authority):
    return [
        change.after
        for change in preview_lots(database, authority, "42", LotWish()).changes
        if change.after
    ]


def test_who_comes_second_sees_both_versions_by_keyboard_and_without_scripts(
    planner, plan, database, authority
):
    north, south = plan.lots
    page = planner(scripts=False)
    group = page.locator("details.lot", has_text=north.name)
    group.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Chọn Bản 5").focus()
    page.keyboard.press("Space")
    page.get_by_label("Lô nhận các vùng").select_option(str(south.id))
    page.locator("#plan").get_by_role("button", name="Xem trước").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 lô thay đổi, chưa ghi gì.")).to_be_visible()

    first = LotWish(ByHand(HandAct.SPLIT, frozenset({zone_id(1)})))
    seen = preview_lots(database, authority, "42", first).seen
    change_lots(database, authority, "42", first, seen)

    page.get_by_role("button", name="Ghi thay đổi này").click()
    expect(page.get_by_role("heading", name="Chưa ghi gì")).to_be_visible()
    both = page.locator("table", has_text="Các lô đã đổi từ khi bạn xem")
    expect(both).to_contain_text("Bản bạn đã xem")
    expect(both).to_contain_text(f"{south.name}")
    expect(both).to_contain_text("1 vùng, 40 hộ")
