"""The live map in a real browser, over a real socket: tiles, circles, time, search, the bridge."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from api.dependencies import SESSION_COOKIE
from tests.database.test_live_map import backdate
from tests.http.stored import a_vintage, a_zone
from tests.http.test_pages_in_browser import served
from tests.reported import as_owner, change

CHROMIUM = Path("/usr/bin/chromium")
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")
CENTRE = (105.7, 18.2)


@pytest.fixture
def zones(database, authority, province):
    """Nine villages around a place of province 42, one of another queue; the first is a year old."""
    a_vintage(database, authority)
    officer = province("42")
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "UPDATE phusong.unit SET area = ST_Multi(ST_MakeEnvelope(105, 17.5, 106.5, 18.5,"
                " 4326)), point = ST_SetSRID(ST_MakePoint(105.2, 17.9), 4326)"
            )
        )
    longitude, latitude = CENTRE
    found = [
        a_zone(
            database, officer, village=f"Bản Rào Tre {number}", households=10 * number,
            at=(longitude + number % 3 * 0.02, latitude + number // 3 * 0.02),
            queue="operator" if number == 9 else "fund", queue_reason="thử",
        )
        for number in range(1, 10)
    ]  # fmt: skip
    change(database, officer, found[0], status="approved")
    backdate(database, officer, found[0], "2025-11-20T00:00:00+00:00", "2026-03-05T00:00:00+00:00")
    return found


class Visit:
    """A window with the map, and what went over the wire."""

    def __init__(self, context, website):
        self.page = context.new_page()
        self.troubles, self.asked = [], []
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self._requested)
        self._website = website

    def _requested(self, request):
        assert request.url.startswith((self._website, "data:", "blob:"))
        self.asked.append(request.url.removeprefix(self._website))

    def open(self, address="/map?province="):
        self.page.goto(address)
        self.settled()
        return self

    @property
    def frame(self):
        return next(frame for frame in self.page.frames if "/map/document" in frame.url)

    def settled(self):
        self.page.wait_for_selector("iframe[data-asks]")
        self.page.frame_locator("iframe[data-asks]").locator("html[data-tiles=drawn]").wait_for(
            state="attached"
        )

    def view(self, zoom, at=CENTRE):
        self.frame.evaluate(
            "([x, y, zoom]) => { phusong.map.setView([y, x], zoom, {animate: false}); }",
            [*at, zoom],
        )
        self.settled()

    def spot(self, script):
        """Where something lies on the page; ``script`` gives its latitude and longitude."""
        box = self.page.locator("iframe[data-asks]").bounding_box()
        at = self.frame.evaluate(
            "() => { const at = phusong.map.latLngToContainerPoint(" + script + ");"
            " const {x, y} = phusong.map.getContainer().getBoundingClientRect();"
            " return [at.x + x, at.y + y]; }"
        )
        return box["x"] + at[0], box["y"] + at[1]

    def shown(self):
        """What is drawn: villages by name, circles by their number of zones."""
        return self.frame.evaluate(
            "() => phusong.layers.zones.all()"
            ".map((one) => one.groups ? one.zones : one.facts.village).sort()"
        )

    def tiles(self):
        return [address for address in self.asked if address.startswith("/tiles/")]


@pytest.fixture
def visit(chromium, app, signed_in, authority, zones):
    with ThreadPoolExecutor() as beside:  # the browser's own loop runs in this thread
        session = beside.submit(signed_in, authority).result().cookies[SESSION_COOKIE]
    contexts, visits = [], []
    with served(app) as website:

        def open_window(size=WIDE, **options):
            context = chromium.new_context(
                viewport=size, base_url=website, locale="vi-VN", **options
            )
            context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": website}])
            contexts.append(context)
            visits.append(Visit(context, website))
            return visits[-1]

        yield open_window
        for context in contexts:
            context.close()
    assert [trouble for one in visits for trouble in one.troubles] == []


CIRCLE = "phusong.layers.zones.at(phusong.layers.zones.all().find((one) => one.groups))"
ZOOMED = "(before) => phusong.map.getZoom() > before && !phusong.map._animatingZoom"
LARGEST = "phusong.layers.zones.at(phusong.layers.zones.all().find((one) => one.households === 80))"


def test_a_circle_tells_what_it_holds_and_leads_to_its_zones(visit):
    window = visit().open()
    assert sum(window.shown()) == 9
    assert "9 điểm" in window.frame.locator(".totals").inner_text()
    assert window.frame.locator("#gathered").is_visible()
    window.page.mouse.move(*window.spot(CIRCLE))
    said = window.frame.locator(".said").inner_text()
    assert said.startswith("9 điểm lõm sóng, 450 hộ: Quỹ viễn thông công ích: 8 điểm, 360 hộ;")
    before = window.frame.evaluate("phusong.map.getZoom()")
    window.page.mouse.click(*window.spot(CIRCLE))
    window.frame.wait_for_function(ZOOMED, arg=before)
    window.settled()
    window.view(12)
    assert window.shown() == [f"Bản Rào Tre {number}" for number in range(1, 10)]
    assert not window.frame.locator("#gathered").is_visible()
    window.page.mouse.click(*window.spot(LARGEST))
    facts = window.frame.locator(".facts")
    assert facts.locator("h2").inner_text() == "Bản Rào Tre 8"
    assert "Quỹ viễn thông công ích" in facts.inner_text()
    with window.page.expect_navigation():
        facts.get_by_role("link").click()
    assert "/zones/" in window.page.url
    assert "Bản Rào Tre 8" in window.page.locator("main").inner_text()


def test_the_legend_filters_and_colours(visit):
    window = visit().open()
    window.view(12)
    window.frame.locator("input[data-filter=queue]").first.uncheck()
    assert window.shown() == ["Bản Rào Tre 9"]
    window.view(7)
    assert window.shown() == [1]
    window.frame.locator("input[data-filter=queue]").first.check()
    window.frame.locator("input[data-filter=stage][value='1']").uncheck()
    assert window.shown() == [8]
    window.frame.locator("input[data-filter=stage][value='1']").check()
    window.frame.check("input[name=colour-by][value=stage]")
    window.page.mouse.move(*window.spot(CIRCLE))
    said = window.frame.locator(".said").inner_text()
    assert said.endswith("Đang thẩm định: 8 điểm, 440 hộ; Đã duyệt: 1 điểm, 10 hộ")
    assert "Tiến độ (màu và hình)" in window.frame.locator(".legend").inner_text()


def test_the_slider_goes_back_by_the_month(visit):
    window = visit().open()
    window.view(12)
    slider = window.frame.locator("#month")
    today = int(slider.input_value())
    slider.focus()
    window.page.keyboard.press("Home")
    window.settled()
    assert window.frame.locator("#then").inner_text() == (
        "Đến ngày 30/11/2025: Đang thẩm định: 1 điểm, 10 hộ."
    )
    assert window.shown() == ["Bản Rào Tre 1"]
    assert "1 điểm, 10 hộ" in window.frame.locator(".totals").inner_text()
    assert "Đến ngày 30/11/2025" in window.frame.locator("#day").inner_text()
    assert any(address.endswith("?at=2025-11-30") for address in window.tiles())
    for _ in range(4):
        window.page.keyboard.press("ArrowRight")
    window.settled()
    assert slider.get_attribute("aria-valuetext").endswith("Đã duyệt: 1 điểm, 10 hộ.")
    stages = window.frame.evaluate("() => phusong.layers.zones.all().map((one) => one.stage)")
    assert stages == [1]
    window.page.keyboard.press("End")
    window.settled()
    assert int(slider.input_value()) == today
    assert len(window.shown()) == 9
    play = window.frame.locator("#play")
    play.click()
    assert play.get_attribute("aria-label") == "Tạm dừng"
    play.click()
    assert play.get_attribute("aria-label") == "Chạy từ tháng đầu đến nay"


def test_a_province_goes_back_without_asking(visit):
    window = visit()
    window.page.goto("/map?province=42")
    window.page.frame_locator("iframe[data-asks]").locator("html.drawn").wait_for(state="attached")
    window.frame.locator("#month").focus()
    window.page.keyboard.press("Home")
    seen = window.frame.evaluate(
        "() => phusong.data.zones.village.filter((_, row) => phusong.layers.zones.stageOf(row) >= 0)"
    )
    assert seen == ["Bản Rào Tre 1"]
    assert "1 điểm, 10 hộ" in window.frame.locator("#then").inner_text()
    assert [address for address in window.tiles() if "zones" in address] == []


def test_names_are_looked_for_by_the_server(visit):
    window = visit().open()
    window.frame.fill("#search", "rao tre 7")
    options = window.frame.locator("#search-results li")
    options.first.wait_for()
    assert options.all_inner_texts() == ["Bản Rào Tre 7\nXã Hương Khê, Hà Tĩnh"]
    window.page.keyboard.press("ArrowDown")
    window.page.keyboard.press("Enter")
    window.settled()
    assert window.frame.locator(".facts h2").inner_text() == "Bản Rào Tre 7"
    window.frame.fill("#search", "huong khe")
    options.get_by_text("Xã Hương Khê", exact=True).first.wait_for()


def test_the_keyboard_reaches_what_lies_in_the_middle(visit):
    window = visit(reduced_motion="reduce").open()
    window.view(12)
    window.frame.locator(".folium-map").focus()
    window.page.keyboard.press("ArrowLeft")
    window.frame.locator("#aloud:not(:empty)").wait_for(state="attached")
    said = window.frame.locator("#aloud").text_content()
    assert said.startswith("Ở giữa bản đồ: Bản Rào Tre")
    window.page.keyboard.press("Enter")
    assert window.frame.locator(".facts h2").inner_text() in said
    assert window.frame.evaluate("document.activeElement.closest('.leaflet-popup') !== null")


def test_a_finger_is_told_before_the_map_moves(visit):
    window = visit(NARROW, has_touch=True).open()
    assert window.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    window.page.locator("iframe[data-asks]").scroll_into_view_if_needed()
    window.page.touchscreen.tap(*window.spot(CIRCLE))
    facts = window.frame.locator(".facts")
    facts.wait_for()
    assert facts.locator("h2").inner_text() == "9 điểm lõm sóng, 450 hộ"
    before = window.frame.evaluate("phusong.map.getZoom()")
    facts.get_by_role("button").click()
    window.frame.wait_for_function(ZOOMED, arg=before)


WILD = [
    {"kind": "tile", "layer": "people", "z": 0, "x": 0, "y": 0, "at": None},
    {"kind": "tile", "layer": "zones", "z": 15, "x": 0, "y": 0, "at": None},
    {"kind": "tile", "layer": "zones", "z": 2, "x": 4, "y": 0, "at": None},
    {"kind": "tile", "layer": "zones", "z": 2, "x": -1, "y": 0, "at": None},
    {"kind": "tile", "layer": "zones", "z": 2, "x": 0.5, "y": 0, "at": None},
    {"kind": "tile", "layer": "zones", "z": "2/../../..", "x": 0, "y": 0, "at": None},
    {"kind": "tile", "layer": "zones", "z": 2, "x": 0, "y": 0, "at": "2026-01-31&x=1"},
    {"kind": "tile", "layer": "sites", "z": 2, "x": 0, "y": 0, "at": "2026-01-31"},
    {"kind": "search", "words": {"toString": "x"}, "province": ""},
    {"kind": "account", "words": "x", "province": ""},
    {"kind": "zone", "id": "../people"},
    {"kind": "zone", "id": "00000000-0000-0000-0000-000000000000/why"},
    {"kind": "zone", "id": ["00000000-0000-0000-0000-000000000000"]},
]
FROM_FRAME = """(wild) => Promise.all(wild.map((told, place) => new Promise((answered) => {
    const ask = 900000 + place;
    window.addEventListener("message", (event) => {
        if (event.data.ask === ask) answered([event.data.status, event.data.body]);
    });
    window.parent.postMessage({...told, ask}, "*");
    setTimeout(() => answered(null), 1500);
})))"""
GOOD = {"kind": "tile", "layer": "zones", "z": 2, "x": 3, "y": 1, "at": None}


def test_the_bridge_answers_its_own_frame_and_sane_questions_only(visit):
    window = visit().open()
    before = list(window.asked)
    refused = window.frame.evaluate(FROM_FRAME, [*WILD, {**GOOD, "ask": "x"}])
    assert refused[:-1] == [[0, None]] * len(WILD) or refused[:-1] == [None] * len(WILD)
    assert [one for one in window.asked[len(before) :] if "x=1" in one or "people" in one] == []
    assert len(window.asked) <= len(before) + 1  # the sane one among them
    window.page.evaluate("(good) => window.postMessage({...good, ask: 77}, '*')", GOOD)
    window.page.evaluate(
        """(good) => {
            const other = document.createElement("iframe");
            document.body.append(other);
            other.contentWindow.parent.postMessage({...good, ask: 78}, "*");
        }""",
        GOOD,
    )
    window.page.wait_for_timeout(200)
    assert len(window.asked) <= len(before) + 1


def test_what_is_missing_is_told_with_a_way_out(visit):
    window = visit()
    answers = {"status": 503}
    window.page.route("**/tiles/**", lambda route: route.fulfill(status=answers["status"]))
    window.open()
    told = window.frame.locator("#told")
    assert "Máy chủ đang bận" in told.inner_text()
    answers["status"] = 401
    told.get_by_role("button", name="Thử lại").click()
    told.get_by_role("link", name="Đăng nhập lại").wait_for()
    window.page.unroute("**/tiles/**")
    window.page.route("**/tiles/**", lambda route: route.abort())
    window.view(9)
    window.page.unroute("**/tiles/**")
    window.frame.evaluate("phusong.layers.zones.tiles.retry()")
    window.settled()
    assert told.is_hidden()
    assert window.shown()
    window.page.context.clear_cookies()
    window.frame.fill("#search", "rao tre 7")
    window.frame.get_by_text("hãy đăng nhập lại").wait_for()
    window.troubles = [one for one in window.troubles if "Failed to load resource" not in one]


def test_alone_it_says_where_it_belongs(visit):
    window = visit()
    window.page.goto("/map/document")
    told = window.page.locator("#told")
    assert "qua trang Bản đồ" in told.inner_text()
    told.get_by_role("link").click()
    window.settled()


def test_without_script_there_is_the_list(visit):
    window = visit(java_script_enabled=False)
    window.page.goto("/map?province=42")
    said = window.page.locator("noscript, .notice").first
    assert "cần JavaScript" in said.inner_text()
    window.page.locator("a", has_text="Xem dạng danh sách").first.click()
    assert "/zones?province=42" in window.page.url
