"""The officer's journey in a real browser, with mouse and keyboard, over a real socket."""

import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import expect

from tests.http.files import a_csv
from tests.http.stored import a_package

CHROMIUM = Path("/usr/bin/chromium")
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")


@pytest.fixture
def database(country_database):
    return country_database


@contextmanager
def served(app):
    """The application on a free port of this machine, in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def website(app):
    with served(app) as address:
        yield address


def complaint(message):
    """What the browser says of a page, without the word that it cleared its cache at sign-out."""
    cleared = message.type == "info" and message.text.startswith("Clear-Site-Data header")
    return [] if cleared else [message.text]


@pytest.fixture
def visit(chromium, website):
    """Opens a window; whatever the browser complains of, or asks from elsewhere, fails the test."""
    contexts, troubles = [], []

    def open_window(size=WIDE, *, javascript=True):
        context = chromium.new_context(
            viewport=size, base_url=website, locale="vi-VN", java_script_enabled=javascript
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.extend(complaint(message)))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((website, "data:", "blob:")) or troubles.append(request.url)
            ),
        )
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert troubles == []


def sign_in(page, person):
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(person.login)
    page.get_by_label("Mật khẩu").fill(person.password)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", name="Việc cần làm")).to_be_visible()


def enter(page, room):
    """Open a room of the bar, which a phone has folded away."""
    fold = page.locator(".fold > summary")
    if fold.is_visible():
        fold.click()
    page.get_by_label("Các mục").get_by_role("link", name=room, exact=True).click()


def submit(page, file):
    page.get_by_role("link", name="Nộp khảo sát").first.click()
    page.get_by_label("Tệp khảo sát của tỉnh").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(page.get_by_role("heading", name="Kết quả kiểm tra")).to_be_visible()
    page.get_by_role("button", name="Nộp ").click()
    expect(page.get_by_role("heading", name="Đã nộp")).to_be_visible()


@pytest.fixture
def survey(tmp_path, database, officer):
    file = tmp_path / "báo cáo.csv"
    file.write_bytes(a_csv(database, officer, villages=5, bad=2))
    return file


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with-js", "without-js"])
def test_an_officer_submits_a_file_and_follows_it(  # noqa: PLR0917
    visit, account, officer, survey, size, javascript
):
    page = visit(size, javascript=javascript)
    sign_in(page, account(officer))
    submit(page, survey)
    expect(page.get_by_text("Còn 2 dòng bị từ chối")).to_be_visible()
    page.get_by_role("link", name="Được nhận (5)").click()
    expect(page.get_by_role("link", name="Đã báo cáo")).to_have_count(5)
    page.get_by_role("link", name="Đã báo cáo").first.click()
    expect(page.get_by_role("heading", name="Bản Thử 1")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_page_is_wider_than_its_window(  # noqa: PLR0917
    visit, database, authority, account, officer, survey, size
):
    page = visit(size)
    sign_in(page, account(officer))
    submit(page, survey)
    submission = page.url.split("?")[0]
    with database.transaction(authority) as connection:
        vintage = connection.exec_driver_sql("SELECT vintage FROM phusong.standing()").scalar_one()
    a_package(database, authority, vintage=vintage)
    for path in ("/", "/surveys/new", "/surveys", submission, "/zones", "/packages", "/map",
                 "/account", "/rules", "/khong-co"):  # fmt: skip
        if path != "/khong-co":  # the browser itself complains of a page that is not there
            page.goto(path)
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0, path


def test_the_keyboard_is_enough(visit, account, officer):
    person = account(officer)
    page = visit()
    page.goto("/")
    page.keyboard.type(person.login)  # the first field waits for the keyboard
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Việc cần làm")).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Đến nội dung chính")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_a_file_that_is_too_large_is_told_before_it_is_sent(visit, account, officer, tmp_path):
    page = visit()
    sign_in(page, account(officer))
    huge = tmp_path / "lon.csv"
    with huge.open("wb") as file:
        file.truncate(100_000_001)
    page.goto("/surveys/new")
    page.get_by_label("Tệp khảo sát của tỉnh").set_input_files(huge)
    expect(page.get_by_text("Tệp này lớn hơn 100 MB")).to_be_visible()
    page.get_by_role("button", name="Kiểm tra tệp").click()
    assert page.url.endswith("/surveys/new")


def test_the_map_is_drawn_inside_its_frame(visit, account, officer, survey):
    page = visit()
    sign_in(page, account(officer))
    submit(page, survey)
    page.get_by_role("link", name="Bản đồ").first.click()
    frame = page.frame_locator("iframe.map-frame")
    expect(frame.locator("html.drawn")).to_be_attached()
    expect(frame.get_by_text("5 điểm lõm sóng")).to_be_visible()
    alone = page.frames[1].evaluate(
        "() => { try { return document.cookie } catch (e) { return e.name } }"
    )
    assert alone == "SecurityError"


def test_an_operator_downloads_a_package(visit, database, authority, account, operator):
    with database.transaction(authority) as connection:
        vintage = connection.exec_driver_sql("SELECT vintage FROM phusong.standing()").scalar_one()
    a_package(database, authority, vintage=vintage, content=b"PK" * 700)
    page = visit(NARROW)
    sign_in(page, account(operator("Viettel")))
    page.get_by_role("link", name="Xem và tải gói thầu").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải về GT-2026-42-001").click()
    assert Path(waiting.value.path()).read_bytes() == b"PK" * 700
    assert waiting.value.suggested_filename == "GT-2026-42-001 Hà Tĩnh.zip"


def test_english_by_choice(visit, account, officer):
    page = visit()
    sign_in(page, account(officer))
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    page.get_by_role("link", name="Zones", exact=True).click()
    expect(page.get_by_text("The province has no zone here yet")).to_be_visible()
