"""Correcting a row with the mouse on a map, and watching a long check, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from coverage.actions import units
from tests.http.files import a_csv
from tests.http.test_pages_in_browser import (  # noqa: F401 - fixtures
    CHROMIUM,
    NARROW,
    WIDE,
    sign_in,
    visit,
    website,
)  # fmt: skip
from tests.http.test_survey_checks import gate  # noqa: F401

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")
# ruff: noqa: F811, PLR0917


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def survey(tmp_path, database, officer):
    file = tmp_path / "báo cáo.csv"
    file.write_bytes(a_csv(database, officer, villages=3, bad=1))
    return file


def send(page, file):
    page.goto("/surveys/new")
    page.get_by_label("Tệp khảo sát của tỉnh").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").click()


def width_over(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_row_is_corrected_by_a_click_on_the_map(visit, account, officer, survey, size, shots):
    page = visit(size)
    sign_in(page, account(officer))
    send(page, survey)
    page.get_by_role("link", name="Sửa dòng 5").click()
    expect(page.get_by_role("heading", name="Sửa dòng 5")).to_be_visible()
    page.get_by_label("Số hộ").fill("45")
    page.get_by_role("button", name="Chọn trên bản đồ").click()
    expect(page.locator(".pick-map path").first).to_be_visible()
    chosen = page.locator("#commune_code option:checked").inner_text()
    page.locator("#pick-map").scroll_into_view_if_needed()
    box = page.locator("#pick-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-pick-told]")).to_contain_text(re.compile(r"Đã chọn 1[78]\.\d{5}"))
    assert chosen in page.locator("[data-pick-told]").inner_text()
    assert re.fullmatch(r"1[78]\.\d{5}", page.get_by_label("Vĩ độ").input_value())
    assert width_over(page) <= 0
    shots(page, f"correction-{size['width']}")
    page.get_by_role("button", name="Lưu và kiểm tra lại").click()
    expect(page.get_by_role("heading", name="Dòng 5 sau khi kiểm tra lại")).to_be_visible()
    expect(page.get_by_role("link", name="Bị từ chối (0)")).to_be_visible()
    assert width_over(page) <= 0
    shots(page, f"corrected-{size['width']}")


def test_a_row_is_corrected_by_typing_without_javascript(visit, database, account, officer, survey):
    page = visit(javascript=False)
    sign_in(page, account(officer))
    send(page, survey)
    page.get_by_role("link", name="Sửa dòng 5").click()
    expect(page.get_by_role("button", name="Chọn trên bản đồ")).to_be_hidden()
    code = page.locator("#commune_code").input_value()
    place = next(one for one in units.communes(database, officer, "42") if one.code == code)
    page.get_by_label("Số hộ").fill("45")
    page.get_by_label("Vĩ độ").fill(f"{place.latitude + 0.006:.5f}".replace(".", ","))
    page.get_by_label("Kinh độ").fill(f"{place.longitude:.5f}".replace(".", ","))
    page.get_by_role("button", name="Lưu và kiểm tra lại").click()
    expect(page.get_by_role("link", name="Bị từ chối (0)")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-js", "without-js"])
def test_a_long_check_is_watched_to_its_end(
    visit, account, officer, survey, gate, javascript, shots
):
    page = visit(NARROW, javascript=javascript)
    sign_in(page, account(officer))
    send(page, survey)
    expect(page.get_by_role("heading", name="Kiểm tra tệp khảo sát")).to_be_visible()
    expect(page.get_by_text("Kiểm tra từng dòng")).to_be_visible()
    expect(page.get_by_text("60%").last).to_be_visible()
    assert width_over(page) <= 0
    shots(page, f"checking-{javascript}")
    gate.opened.set()
    expect(page.get_by_role("heading", name="Kết quả kiểm tra")).to_be_visible(timeout=30_000)


def test_a_long_check_is_cancelled(visit, account, officer, survey, gate, settings):
    page = visit()
    sign_in(page, account(officer))
    send(page, survey)
    expect(page.get_by_text("60%").last).to_be_visible()
    page.get_by_role("button", name="Hủy").click()
    expect(page.get_by_role("heading", name="Nộp danh sách vùng lõm sóng")).to_be_visible()
    gate.opened.set()
    assert gate.ended.wait(60)
    expect(page.get_by_text("Xem kết quả", exact=True)).to_have_count(0)
    assert not [path for path in (settings.folders.var / "uploads").rglob("*") if path.is_file()]


@pytest.fixture
def shots(request):
    """Saves what the page looks like where --basetemp keeps it, for people to look at."""
    folder = request.getfixturevalue("tmp_path")

    def shoot(page, name):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return shoot
