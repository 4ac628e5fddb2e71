"""Each role's whole way through the pages, in a real browser: upload to fate, review to publish,
download to on air.

One province's villages go the whole chain by hand and eye: whoever acts has a window of their own.
What the worker does meanwhile, the test lets it do; nothing else comes from outside the pages.
"""

import asyncio
import datetime as dt
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from api.worker import work
from coverage.actions import people
from coverage.days import VIETNAM_TIME
from coverage.people import OrganisationKind, Role
from tests.delivered import asks
from tests.http.files import a_csv
from tests.http.test_pages_in_browser import (  # noqa: F401 - fixtures
    CHROMIUM,
    sign_in,
    visit,
    website,
)  # fmt: skip

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")
# ruff: noqa: F811, PLR0917

VILLAGES = 3
MEASURED = {"level_dbm": "-95,5", "down_mbps": "12,5", "up_mbps": "4", "availability_percent": "98"}


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def windows(visit, account, authority, province, operator, database):
    """A window for each who acts, signed in by its own name and password."""
    auditor = people.act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, "kiểm toán thử")
    who = {
        "officer": (province("42"), None),
        "reviewer": (authority, Role.REVIEWER),
        "planner": (authority, Role.PLANNER),
        "lead": (authority, Role.LEAD),
        "viettel": (operator("Viettel"), None),
        "vnpt": (operator("VNPT"), None),
        "auditor": (auditor, None),
    }
    opened = {}
    for name, (actor, role) in who.items():
        opened[name] = visit()
        sign_in(opened[name], account(actor, role))
    return opened


@pytest.fixture
def survey(tmp_path, database, province):
    file = tmp_path / "báo cáo.csv"
    file.write_bytes(a_csv(database, province("42"), villages=VILLAGES, bad=1))
    return file


def the_worker_works(database):
    """Let the worker do what waits; in a thread of its own, for the browser's has a loop already."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(work(database, forever=False))).result()


def room(page, name, entry=None):
    """Go by the bar, as a person does."""
    page.get_by_label("Các mục").get_by_role("link", name=name, exact=True).click()
    if entry is not None:
        page.get_by_label(name, exact=True).get_by_role("link", name=entry, exact=True).click()


def test_from_the_file_to_the_air(windows, survey, database, authority, tmp_path):
    asks(database, authority)
    submission = upload_and_submit(windows["officer"], survey)
    the_operator_loads_its_register(windows["viettel"], tmp_path)
    the_worker_works(database)
    review(windows["reviewer"])
    number = divide_and_build(windows["planner"])
    publish(windows["lead"], number)
    archive = download(windows["viettel"], number, tmp_path)
    assert archive.read_bytes() == download(windows["vnpt"], number, tmp_path).read_bytes()
    award_every_lot(windows["lead"], number, archive)
    report_on_air(windows["viettel"])
    accept(windows["planner"])
    fate_of_rows(windows["officer"], submission)
    nothing_is_told_to_the_rival(windows["vnpt"])
    the_auditor_reads_why(windows["auditor"])


def upload_and_submit(page, survey):
    """The officer sends the file, reads what was found, submits the good rows."""
    page.get_by_label("Các mục").get_by_role("link", name="Khảo sát").click()
    page.get_by_label("Tệp khảo sát của tỉnh").set_input_files(survey)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(page.get_by_role("heading", name="Kết quả kiểm tra")).to_be_visible()
    expect(page.get_by_text("khoảng 50").first).to_be_visible()
    page.get_by_role("button", name=re.compile(rf"^Nộp {VILLAGES} ")).click()
    expect(page.get_by_role("heading", name="Đã nộp")).to_be_visible()
    return page.url.split("?")[0]


def the_operator_loads_its_register(page, tmp_path):
    register = tmp_path / "sổ trạm.csv"
    register.write_text(
        "Mã trạm,Công nghệ,Vĩ độ,Kinh độ,Trạng thái\nA1,4G,18.2,105.6,Phát sóng\n", encoding="utf-8"
    )
    room(page, "Dữ liệu")
    page.get_by_label("Sổ trạm phát sóng").set_input_files(register)
    page.get_by_role("button", name="Kiểm tra sổ trạm").click()
    page.get_by_role("button", name="Nạp vào hệ thống").click()
    expect(page.get_by_text("sổ trạm.csv").first).to_be_visible()


def review(page):
    room(page, "Thẩm định")
    page.get_by_role("button", name="Nhận 20 vùng tiếp theo của Hà Tĩnh").click()
    expect(page.get_by_role("heading", name=f"Trong tay tôi ({VILLAGES})")).to_be_visible()
    room(page, "Vùng lõm sóng")
    page.get_by_role("checkbox", name="Chọn tất cả").check()
    page.get_by_role("button", name="Duyệt", exact=True).click()
    page.get_by_role("button", name=f"Duyệt {VILLAGES} vùng").click()
    expect(page.get_by_text(f"Đã xong: Duyệt, {VILLAGES} vùng.")).to_be_visible()


def divide_and_build(page):
    """The planner previews the lots, keeps them, says that they are ready, builds the draft."""
    room(page, "Gói thầu", "Lô")
    page.get_by_label("Tỉnh, thành phố").select_option("42")
    page.get_by_role("button", name="Mở").click()
    page.get_by_role("button", name="Xem trước các lô").click()
    page.get_by_role("button", name="Ghi thay đổi này").click()
    expect(page.get_by_role("link", name=re.compile("^Lô 1")).first).to_be_visible()
    room(page, "Gói thầu")
    page.locator("summary", has_text="Lập").click()
    page.locator("#build-province").select_option("42")
    page.get_by_role("button", name="Lập dự thảo").click()
    heading = page.get_by_role("heading", name=re.compile(r"Gói thầu GT-"))
    expect(heading).to_be_visible(timeout=60_000)
    return re.search(r"GT-[\d-]+", heading.inner_text())[0]


def publish(page, number):
    room(page, "Gói thầu")
    page.get_by_role("link", name=number).first.click()
    page.get_by_role("link", name="Công bố", exact=True).click()
    page.get_by_role("button", name="Ký và công bố").click()
    expect(page.get_by_text("Đã công bố").first).to_be_visible()


def download(page, number, tmp_path):
    room(page, "Gói thầu")
    page.get_by_role("link", name=number).first.click()
    with page.expect_download() as coming:
        page.get_by_role("link", name=re.compile("^Tải về")).first.click()
    file = tmp_path / f"{len(list(tmp_path.iterdir()))}-{number}.zip"
    coming.value.save_as(file)
    assert zipfile.ZipFile(file).testzip() is None
    return file


def award_every_lot(page, number, archive):
    with zipfile.ZipFile(archive) as files:
        assert "manifest.json" in files.namelist()
    page.goto(f"/awards/new?package={number}")
    lots = page.locator("#lot option[value]:not([value=''])").evaluate_all(
        "all => all.map(o => o.value)"
    )
    assert lots
    today = dt.datetime.now(VIETNAM_TIME).date().isoformat()
    for lot in lots:
        page.goto(f"/awards/new?package={number}")
        page.locator("#lot").select_option(lot)
        page.get_by_label("Doanh nghiệp", exact=True).select_option("Viettel")
        page.get_by_label("Giá (đồng)").fill("9.500.000.000")
        page.get_by_label("Ngày của quyết định", exact=True).fill(today)
        page.get_by_label("Số, ngày của quyết định").fill("QĐ 9/QĐ-CVT")
        page.get_by_role("button", name="Xem trước").first.click()
        page.get_by_role("button", name="Giao 1 lô").click()
        expect(page.get_by_text("Viettel").first).to_be_visible()


def report_on_air(page):
    """The operator reports one village with what it measured there."""
    room(page, "Phát sóng")
    page.get_by_role("link", name=re.compile("^Bản Thử")).first.click()
    page.get_by_role("main").get_by_role("link", name="Báo cáo phát sóng").click()
    today = dt.datetime.now(VIETNAM_TIME).date().isoformat()
    page.get_by_label("Ngày phát sóng").fill(today)
    for name, value in MEASURED.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_label("Ngày đo").fill(today)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text(re.compile("chờ nghiệm thu", re.IGNORECASE)).first).to_be_visible()


def accept(page):
    room(page, "Việc của tôi")
    page.get_by_role("link", name="Xem các báo cáo").click()
    page.get_by_role("link", name=re.compile(r"^GT-.*, lô 1$")).first.click()
    page.get_by_role("button", name="Nghiệm thu").first.click()
    expect(page.get_by_text(re.compile("Đã nghiệm thu")).first).to_be_visible()


def fate_of_rows(page, submission):
    page.goto(f"{submission}?show=all")
    expect(page.get_by_text("Đã nghiệm thu").first).to_be_visible()
    expect(page.get_by_text("Giao cho Viettel").first).to_be_visible()


def nothing_is_told_to_the_rival(page):
    room(page, "Phát sóng")
    assert page.get_by_role("link", name=re.compile("^Bản Thử")).count() == 0


def the_auditor_reads_why(page):
    room(page, "Vùng lõm sóng")
    page.get_by_role("link", name=re.compile("^Bản Thử")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bản Thử")
    expect(page.get_by_text("Viettel").first).to_be_visible()
