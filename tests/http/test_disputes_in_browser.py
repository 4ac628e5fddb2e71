"""An operator disputes, the authority upholds, the zone's page shows it: in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.disputed import DRIVE_TEST, judged
from tests.http.test_pages_in_browser import (  # noqa: F401 - fixtures of the same journey
    CHROMIUM,
    NARROW,
    WIDE,
    enter,
    sign_in,
    visit,
    website,
)

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with-js", "without-js"])
def test_from_a_verdict_to_the_zone(  # noqa: PLR0917
    visit, account, database, authority, province, operator, tmp_path: Path, size, javascript  # noqa: F811
):  # fmt: skip
    world = judged(database, authority, province, operator)
    file = tmp_path / "đo kiểm.csv"
    file.write_bytes(DRIVE_TEST)
    ours = visit(size, javascript=javascript)
    sign_in(ours, account(world.viettel))
    enter(ours, "Kết luận")
    ours.get_by_label("Công nghệ").select_option("4G")
    ours.get_by_role("button", name="Lọc").click()
    ours.get_by_role("checkbox").first.check()
    ours.get_by_role("button", name="Phản hồi các kết luận đã chọn").click()
    ours.get_by_label("Có phục vụ").check()
    ours.get_by_label("Vì sao kết luận chưa đúng").fill("Đo -84 dBm tại nhà văn hóa.")
    ours.get_by_label("Tệp chứng minh").set_input_files(file)
    ours.get_by_role("button", name="Gửi phản hồi").click()
    expect(ours.get_by_role("heading", name="Đã gửi")).to_be_visible()
    heading = ours.get_by_role("heading", level=1).inner_text()
    number = re.search(r"số (\d+)", heading)[1]
    assert ours.evaluate("document.documentElement.scrollWidth <= innerWidth")

    theirs = visit(size, javascript=javascript)
    sign_in(theirs, account(authority))
    enter(theirs, "Thẩm định")
    theirs.get_by_role("link", name="Phản hồi kết luận", exact=True).click()
    theirs.get_by_role("link", name=f"Phản hồi số {number}").click()
    with theirs.expect_download() as waiting:
        theirs.get_by_role("link", name="đo kiểm.csv").click()
    assert Path(waiting.value.path()).read_bytes() == DRIVE_TEST
    theirs.get_by_label("Chấp nhận: kết luận đổi thành").check()
    theirs.get_by_label("Căn cứ trả lời").fill("Kết quả đo đúng vị trí.")
    theirs.get_by_role("button", name="Trả lời", exact=True).click()
    expect(theirs.get_by_text("Đã trả lời.")).to_be_visible()
    theirs.get_by_role("link", name="Xem vùng").click()
    expect(theirs.get_by_text("Đã có sóng").first).to_be_visible()
    expect(theirs.get_by_text(f"phản hồi kết luận số {number}").first).to_be_visible()

    enter(ours, "Kết luận")
    ours.get_by_role("link", name="Phản hồi kết luận", exact=True).first.click()
    expect(ours.get_by_role("cell", name="Chấp nhận")).to_be_visible()
