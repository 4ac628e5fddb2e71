"""Every page of every role against WCAG 2.2 AA: by axe, wide and narrow, by keyboard and on paper.

A page that tests/http/looked_at.py does not name fails the first test.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import iter_route_contexts
from playwright.sync_api import expect

from api.main import create_app
from api.pages.rooms import rooms_of
from coverage.people import ROLES_OF
from coverage.settings import read_settings
from tests.http.looked_at import (
    FILES,
    NARROW,
    NARROWEST,
    NOT_FOR_PEOPLE,
    OTHERS,
    PAGES,
    WIDE,
    live_in,
    serve,
)
from tests.http.test_pages_in_browser import CHROMIUM

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A map in its sandboxed frame has no origin: axe cannot look into it; its list is on the page.
AXE = {"resultTypes": ["violations"], "iframes": False, "runOnly": {"type": "tag", "values": TAGS}}


def test_every_page_is_looked_at():
    app = create_app(read_settings({}, Path("/nowhere")))
    shown = {
        str(route.path)
        for route in iter_route_contexts(app.routes)
        if "GET" in (route.methods or ()) and not str(route.path).startswith(NOT_FOR_PEOPLE)
    }
    assert shown - FILES - set(PAGES) == set(), "say in PAGES who opens it, or in FILES"
    assert (set(PAGES) | FILES) - shown == set(), "no such page any more"


def test_every_room_is_looked_at(world):
    opened = {path.split("?")[0] for _who, path in PAGES.values()}
    for kind, roles in ROLES_OF.items():
        for role in roles:
            actor = world.actor_of(kind, role)
            for room in rooms_of(actor, "/"):
                assert {entry.address for entry in room.entries} <= opened, role


@pytest.fixture(scope="module")
def world(cluster, country, chromium, tmp_path_factory):
    """The country in the middle of its work."""
    with ExitStack() as stack:
        made = serve(stack, (cluster, country), chromium, tmp_path_factory.mktemp("var"))
        live_in(made, tmp_path_factory.mktemp("files"))
        yield made


@pytest.fixture(scope="module")
def first_day(cluster, country, chromium, tmp_path_factory):
    """The country before anybody did anything."""
    with ExitStack() as stack:
        yield serve(stack, (cluster, country), chromium, tmp_path_factory.mktemp("var"))


def faults_of(page):
    """What axe says, one line for each place."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [
        f"{page.viewport_size['width']} px {fault['id']}: {node['html'][:160]} {node['target']}"
        for fault in found
        for node in fault["nodes"]
    ]


WIDER = """(width) => document.documentElement.scrollWidth <= width ? [] :
  [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > width + 0.5)
    .map((one) => `at ${width} px: ${one.outerHTML.slice(0, 120)}`)"""


def wider_than(page, width):
    page.set_viewport_size({"width": width, "height": 740})
    return page.evaluate(WIDER, width)


def look_at(world, who, path):
    """Everything that is wrong with a page: by axe twice, and what does not fit its window."""
    page = world.open(who, path)
    faults = faults_of(page)
    faults += wider_than(page, NARROWEST)
    faults += wider_than(page, NARROW)
    return faults + faults_of(page)


@pytest.mark.parametrize("route", sorted(PAGES))
def test_a_page_can_be_read_and_used_by_everybody(world, route):
    assert look_at(world, *PAGES[route]) == []


@pytest.mark.parametrize(("who", "path"), OTHERS)
def test_a_page_as_another_role_sees_it(world, who, path):
    assert look_at(world, who, path) == []


# Lists without anything in them, each as one who is to fill it sees it.
EMPTY = [
    ("officer", "/"), ("planner", "/"), ("viettel", "/"), ("auditor", "/"), ("officer", "/surveys"),
    ("officer", "/zones"), ("planner", "/lots"), ("planner", "/packages"), ("viettel", "/packages"),
    ("reviewer", "/review"), ("viettel", "/verdicts"), ("lead", "/disputes"),
    ("planner", "/consultations"), ("lead", "/deliveries"), ("viettel", "/on-air"),
    ("planner", "/layers"), ("viettel", "/operator-data"), ("planner", "/priorities"),
    ("lead", "/rules/changes"), ("viettel", "/notices"), ("lead", "/progress"), ("officer", "/jobs"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "path"), EMPTY)
def test_an_empty_page_teaches(first_day, who, path):
    page = first_day.open(who, path)
    page.set_viewport_size({"width": NARROW, "height": 740})
    assert faults_of(page) == []
    words = page.locator("main").inner_text()
    assert len(words.split()) > 12, words


# --- Titles, errors, the keyboard ----------------------------------------------------------------


def test_every_page_has_a_title_of_its_own_and_says_its_language(world):
    titles = {}
    for who, path in PAGES.values():
        page = world.open(who, path)
        titles.setdefault(page.title(), set()).add(page.url)
        assert page.locator("html").get_attribute("lang") == "vi"
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


def refuse_sign_in(world):
    page = world.open("nobody", "/sign-in")
    page.get_by_label("Tên đăng nhập").fill("không.có")
    page.get_by_label("Mật khẩu").fill("sai hết cả rồi")
    page.get_by_role("button", name="Đăng nhập").click()
    return page, "#login"


def refuse_hash(world):
    page = world.open("viettel", "/verify")
    page.get_by_label("Hoặc mã SHA-256 của tệp").fill("không phải mã")
    page.locator("form:has(#sha256) button").click()
    return page, "#sha256"


def refuse_survey(world):
    page = world.open("officer", "/surveys/new")
    page.get_by_label("Tệp khảo sát của tỉnh").set_input_files(
        {"name": "ảnh.csv", "mimeType": "text/csv", "buffer": b"x"}
    )
    page.get_by_role("button", name="Kiểm tra tệp").click()
    return page, None


def refuse_round(world):
    page = world.open("planner", "/consultations/new")
    page.get_by_label("Tên đợt").fill("Đợt không có ngày")
    page.locator("main form").evaluate("(form) => { form.noValidate = true }")
    page.locator("main form button.button").last.click()
    return page, None


@pytest.mark.parametrize("refuse", [refuse_sign_in, refuse_hash, refuse_survey, refuse_round])
def test_what_is_refused_is_said_at_the_top_and_leads_to_its_field(world, refuse):
    page, field = refuse(world)
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("heading")).to_be_visible()
    assert page.title().startswith("Lỗi: ")
    assert faults_of(page) == []
    if field:
        summary.get_by_role("link").click()
        expect(page.locator(field)).to_be_focused()


WALKED = [("officer", "/"), ("planner", "/consultations/new"), ("lead", "/packages/{package}"),
          ("viettel", "/verdicts")]  # fmt: skip
# Where the focus is, whether it can be seen, and whether something marks it.
FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" ||
    style.backgroundColor === "rgb(255, 211, 61)";
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
  return { tag: one.tagName, html: one.outerHTML.slice(0, 100), marked, seen };
}"""


@pytest.mark.parametrize(("who", "path"), WALKED)
def test_the_focus_is_never_lost(world, who, path):
    page = world.open(who, path)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for _ in range(25):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["tag"] in {"BODY", "IFRAME"}:
            break  # behind the last of the page
        assert focus["marked"], focus
        assert focus["seen"], focus


@pytest.mark.parametrize(("who", "path"), WALKED)
def test_a_page_bears_text_twice_as_large(world, who, path):
    page = world.open(who, path)
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert wider_than(page, WIDE) == []
    assert wider_than(page, 640) == []


def test_a_phone_folds_the_rooms_away_without_any_script(world):
    page = world.open("officer", "/zones")
    page.set_viewport_size({"width": NARROW, "height": 740})
    link = page.get_by_label("Các mục").get_by_role("link", name="Gói thầu")
    expect(link).to_be_hidden()
    assert page.locator("main").bounding_box()["y"] < 260
    page.locator(".fold > summary").click()
    expect(link).to_be_visible()
    page.set_viewport_size({"width": WIDE, "height": 740})
    expect(link).to_be_visible()
    expect(page.locator(".fold")).to_be_hidden()


def test_who_wants_no_motion_gets_none_and_own_colours_keep_the_marks(world):
    page = world.open("officer", "/")
    button = page.locator(".button").first
    duration = "(one) => getComputedStyle(one).transitionDuration"
    page.emulate_media(reduced_motion="reduce")
    assert button.evaluate(duration) == "0s"
    page.emulate_media(reduced_motion="no-preference", forced_colors="active")
    assert button.evaluate("(one) => getComputedStyle(one).borderTopStyle") == "solid"
    page.emulate_media(forced_colors="none")


def test_paper_has_the_words_without_the_bars(world):
    page = world.open("lead", "/deliveries")
    page.emulate_media(media="print")
    for bar in (".rooms", ".band", "footer", "main .button", "main select"):
        for one in page.locator(bar).all():
            expect(one).to_be_hidden()
    printed = page.locator(".printed").inner_text()
    assert "in lúc" in printed
    assert "Nguyễn Thị Thử" in printed
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
