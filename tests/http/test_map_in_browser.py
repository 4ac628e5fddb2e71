"""Maps in a real browser with the network off: what people see, press, search and print."""

import json
from pathlib import Path

import pytest

from api.headers import map_policy
from coverage.coordinates import GRIDS, to_vn2000
from coverage.zones import Queue, Signal
from maps import assets
from maps.basemap import NATIONAL_FRAME, archipelagos
from maps.content import Commune
from maps.document import inline_hashes, map_document
from tests.builders import a_zone
from tests.drawn import a_country, a_province, some_zones

CHROMIUM = Path("/usr/bin/chromium")
WIDE, SQUARE, NARROW = (1366, 768), (800, 1000), (360, 740)
HOSTILE = "<b onclick=alert(1)>{{ 7 * 7 }}</b>"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a content's file offline; whatever it asks for or complains of fails the test."""
    contexts, troubles = [], []

    def open_map(content, size=WIDE):
        file = tmp_path / "bản đồ.html"
        file.write_bytes(map_document(content))
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: troubles.append(request.url))
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(file.as_uri())
        page.wait_for_selector("html.drawn")
        assert troubles == [file.as_uri()]
        return page

    yield open_map
    for context in contexts:
        context.close()
    assert len(troubles) == len(contexts)


def shown_names(page):
    return page.eval_on_selector_all(
        ".name:not([hidden])", "nodes => nodes.map(node => node.innerText.replace('\\n', ' '))"
    )


def painted(page, pane):
    """How many pixels of a canvas pane carry colour."""
    return page.evaluate(
        """pane => {
            const shown = document.querySelector(`.leaflet-${pane}-pane canvas`);
            const copy = document.createElement("canvas");
            copy.width = shown.width; copy.height = shown.height;
            const context = copy.getContext("2d");
            context.drawImage(shown, 0, 0);
            return context.getImageData(0, 0, copy.width, copy.height).data
                .reduce((sum, value, place) => sum + (place % 4 === 3 && value > 0 ? 1 : 0), 0);
        }""",
        pane,
    )


def spot(page, longitude, latitude):
    """Where a place is on the page, in pixels."""
    box = page.locator(".folium-map").bounding_box()
    at = page.evaluate("at => phusong.map.latLngToContainerPoint(at)", [latitude, longitude])
    return box["x"] + at["x"], box["y"] + at["y"]


@pytest.mark.parametrize("size", [WIDE, SQUARE, NARROW], ids=["wide", "square", "narrow"])
def test_the_country_opens_with_both_archipelagos_in_view(opened, size):
    page = opened(a_country(some_zones(30)), size)
    names = shown_names(page)
    assert "Quần đảo Hoàng Sa (Việt Nam)" in names
    assert "Quần đảo Trường Sa (Việt Nam)" in names
    assert "BIỂN ĐÔNG" in names
    islands = [place for group in archipelagos() for place in group.islands]
    box = page.locator(".folium-map").bounding_box()
    for longitude, latitude in islands:
        x, y = spot(page, longitude, latitude)
        assert box["x"] < x < box["x"] + box["width"]
        assert box["y"] < y < box["y"] + box["height"]
    assert page.locator("path.island").count() == len(islands)
    west, south, east, north = NATIONAL_FRAME
    (left, bottom), (right, top) = spot(page, west, south), spot(page, east, north)
    assert max((right - left) / box["width"], (bottom - top) / box["height"]) > 0.8


@pytest.mark.parametrize("size", [WIDE, SQUARE, NARROW], ids=["wide", "square", "narrow"])
def test_a_province_has_them_on_its_small_map(opened, size):
    page = opened(a_province(), size)
    assert page.locator("#locator").is_visible()
    words = page.locator("#locator").inner_text() + page.locator("#locator svg").text_content()
    assert "Quần đảo Hoàng Sa" in words
    assert "Quần đảo Trường Sa" in words
    page.locator("#locator text").nth(1).click()
    assert "Quần đảo Trường Sa (Việt Nam)" in shown_names(page)


@pytest.mark.parametrize("size", [WIDE, SQUARE, NARROW], ids=["wide", "square", "narrow"])
def test_names_never_lie_over_one_another_and_nothing_is_cut_off(opened, size):
    page = opened(a_province(), size)
    boxes = page.eval_on_selector_all(
        ".name:not([hidden]) span",
        """nodes => nodes.map(node => {
            const {left, right, top, bottom} = node.getBoundingClientRect();
            return [left, right, top, bottom];
        })""",
    )
    assert len(boxes) > 3
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = (
                one[1] <= other[0] + 1 or other[1] <= one[0] + 1
                or one[3] <= other[2] + 1 or other[3] <= one[2] + 1
            )  # fmt: skip
            assert apart
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    map_box = page.locator(".folium-map").bounding_box()
    assert map_box["height"] > 0.4 * size[1]


POINTS = [
    (102.2, 22.4), (105.348, 22.629), (105.85, 21.03), (106.68, 10.77), (108.877, 11.349),
    (104.0, 10.2), (112.3, 16.8), (114.3, 10.4), (117.8, 11.0), (103.5, 8.5),
]  # fmt: skip


def test_coordinates_are_those_of_the_rules_to_the_millimetre(opened):
    page = opened(a_country())
    worst = 0.0
    for epsg, grid in GRIDS.items():
        if not grid.vn2000:
            continue
        eastings, northings = to_vn2000(epsg, *zip(*POINTS, strict=True))
        found = page.evaluate(
            "([points, meridian, scale]) =>"
            " points.map(([x, y]) => phusong.grid.project(x, y, meridian, scale))",
            [POINTS, grid.meridian, grid.scale],
        )
        for got, easting, northing in zip(found, eastings, northings, strict=True):
            worst = max(worst, abs(got["easting"] - easting), abs(got["northing"] - northing))
    assert worst < 0.001


def test_the_pointer_is_told_in_both_systems(opened):
    page = opened(a_province())
    page.mouse.move(*spot(page, 105.7, 18.0))
    said = page.locator("#coordinates").inner_text()
    assert "Tọa độ tại con trỏ" in said
    assert "VN-2000 105°30′" in said
    easting, northing = to_vn2000(9209, 105.7, 18.0)
    numbers = [float(part) for part in said.replace("°", " ").split() if part.isdigit()]
    pixel_m = 400  # the pointer stands on whole pixels
    assert min(abs(number - float(northing)) for number in numbers) < pixel_m
    assert min(abs(number - float(easting)) for number in numbers) < pixel_m


def test_the_country_takes_the_meridian_of_the_province_under_the_pointer(opened):
    page = opened(a_country())
    page.mouse.move(*spot(page, 108.9, 12.2))
    assert "VN-2000 108°15′" in page.locator("#coordinates").inner_text()
    page.mouse.move(*spot(page, 113.0, 14.0))
    assert "VN-2000 UTM 49N" in page.locator("#coordinates").inner_text()


def test_pressing_a_zone_tells_its_facts_as_text(opened):
    zone = a_zone(
        1, village=HOSTILE, commune_code="18001", longitude=105.7, latitude=18.0, households=84,
        population=1390, signal=Signal.PATCHY, grid_power=None, queue=Queue.UNDECIDED,
        queue_reason="grid_power",
    )  # fmt: skip
    words = {"18001": Commune("Xã Hương Khê 1", HOSTILE, ("Xã Hương Đô 1",))}
    page = opened(a_province([zone], sites=(), commune_words=words))
    page.mouse.click(*spot(page, 105.7, 18.0))
    facts = page.locator(".facts")
    assert facts.locator("h2").inner_text() == HOSTILE
    assert page.locator(".facts b").count() == 0
    rows = dict(
        facts.locator("tr").evaluate_all(
            "rows => rows.map(row => [row.children[0].innerText, row.children[1].innerText])"
        )
    )
    assert rows["Xã, phường"] == "Xã Hương Khê 1"
    assert rows["Tỉnh, TP"] == HOSTILE
    assert rows["Xã cũ"] == "Xã Hương Đô 1"
    assert rows["Số hộ"] == "84"
    assert rows["Số khẩu"] == "1.390"
    assert rows["Hiện trạng sóng"] == "Lõm sóng"
    assert rows["Điện lưới"] == "Chưa rõ"
    assert rows["Căn cứ"] == "Chưa biết có điện lưới hay không"
    assert rows["WGS 84"] == "18.000000, 105.700000"
    easting, northing = to_vn2000(9209, 105.7, 18.0)
    expected = f"X (Bắc) {float(northing):.1f}\nY (Đông) {float(easting):.1f}"
    assert rows["VN-2000 105°30′"] == expected
    assert rows["Mã điểm"] == str(zone.id)


def test_pressing_a_site_a_lot_and_a_commune(opened):
    page = opened(a_province())
    page.uncheck("input[data-filter=queue] >> nth=0")
    for box in page.locator("input[data-filter=queue]").all():
        box.uncheck()
    page.mouse.click(*spot(page, 106.1, 18.2))
    assert "HTH0002" in page.locator(".facts").inner_text()
    page.keyboard.press("Escape")
    page.uncheck("input[data-layer=lots]")
    page.mouse.click(*spot(page, 105.1, 17.6))
    assert page.locator(".facts h2").last.inner_text() == "Xã Hương Khê 1"


def test_a_name_is_found_with_and_without_accents(opened):
    zones = [
        a_zone(1, village="Bản Chỏm Xiêu", commune_code="18001", longitude=105.2, latitude=17.7),
        a_zone(2, village="Bản Chom Xieu", commune_code="18002", longitude=105.9, latitude=17.8),
    ]
    page = opened(a_province(zones, sites=()))
    page.fill("#search", "chom xieu")
    options = page.locator("#search-results li strong")
    assert options.all_inner_texts() == ["Bản Chom Xieu", "Bản Chỏm Xiêu"]
    page.fill("#search", "chỏm xiêu")
    assert options.all_inner_texts()[0] == "Bản Chỏm Xiêu"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator(".facts h2").inner_text() == "Bản Chỏm Xiêu"
    page.fill("#search", "không có đâu")
    assert "Không có tên nào" in page.locator("#search-said").inner_text()


def test_the_legend_filters_and_hides(opened):
    page = opened(a_province())
    full = painted(page, "zones")
    page.locator("input[data-filter=queue]").first.uncheck()
    assert 0 < painted(page, "zones") < full
    for box in page.locator("input[data-filter=queue]").all():
        box.uncheck()
    assert painted(page, "zones") == 0
    page.uncheck("input[data-layer=names]")
    assert "Hương Khê 1" not in shown_names(page)
    page.uncheck("input[data-layer=communes]")
    assert page.locator("path.commune").count() == 0


def test_twenty_thousand_zones_are_one_canvas_and_no_markers(opened):
    page = opened(a_country(some_zones(20_000)))
    assert painted(page, "zones") > 1_000
    assert page.locator(".leaflet-zones-pane *").count() == 1
    assert page.evaluate("document.querySelectorAll('*').length") < 1_500


def test_paper_carries_one_sheet(opened, tmp_path):
    page = opened(a_province(approximate=True))
    for paper in ("A4", "A3"):
        pdf = page.pdf(format=paper, landscape=True, print_background=True)
        assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("#search").is_visible()
    assert page.locator(".leaflet-control-scale-line").is_visible()
    assert page.locator(".north").is_visible()
    assert page.locator(".notice .why").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#search").is_visible()


def test_it_runs_under_a_policy_without_inline_script(chromium):
    """The live page: our files from our own address, one inline script permitted by its hash."""
    document = map_document(a_province(), asset_base="/static/maps")
    [script], styles = inline_hashes(document)
    assert styles == []
    policy = f"default-src 'none'; script-src 'self' {script}; style-src 'self'; img-src data:"
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    troubles = []

    def answer(route):
        path = route.request.url.removeprefix("http://map.test")
        if path == "/":
            route.fulfill(
                body=document.decode(),
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": policy},
            )
            return
        name = path.removeprefix("/static/maps/").split("?")[0]
        assert name in {*assets.STYLES, *assets.SCRIPTS}
        route.fulfill(path=Path(assets.__file__).parent / "static" / name)

    page = context.new_page()
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.route("**/*", answer)
    page.goto("http://map.test/")
    page.wait_for_selector("html.drawn")
    assert painted(page, "zones") > 0
    context.close()
    # Leaflet's stylesheet names pictures of controls that are not on the map: none is asked for.
    assert troubles == []


def test_it_runs_in_the_sandbox_that_the_door_gives_to_maps(chromium):
    document = map_document(a_province())
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    troubles = []
    page = context.new_page()
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.route(
        "**/*",
        lambda route: route.fulfill(
            body=document.decode(),
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": map_policy(*inline_hashes(document))},
        ),
    )
    page.goto("http://map.test/")
    page.wait_for_selector("html.drawn")
    assert painted(page, "zones") > 0
    context.close()
    assert troubles == []


def test_the_data_block_is_what_the_page_reads(opened):
    page = opened(a_province())
    read = page.evaluate("JSON.stringify(phusong.data.words.popup.queue)")
    assert json.loads(read)[0] == "Quỹ viễn thông công ích"
