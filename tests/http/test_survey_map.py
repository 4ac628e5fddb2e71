"""The points of a survey file on a map: of a waiting file and of a submission."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.headers import map_policy
from tests.http.files import a_csv
from tests.http.test_pages_in_browser import (  # noqa: F401 - fixtures
    NARROW,
    WIDE,
    sign_in,
    visit,
    website,
)

in_browser = pytest.mark.skipif(
    not Path("/usr/bin/chromium").exists(), reason="there is no /usr/bin/chromium"
)


@pytest.fixture
def database(country_database):
    return country_database


def a_file(database, officer):
    """Three good rows, one far outside the province, one without a readable point."""
    good = a_csv(database, officer, villages=3, bad=1)
    return good + "9,Hương Khê,Bản Xa,21.500000,105.500000,50,Có,x\r\n".encode()


def upload(visitor, content, name="báo cáo.csv"):
    visitor.get("/surveys/new")
    return visitor.fill("/surveys/check", files={"file": (name, content)})


def data_of(answer):
    block = r'<script type="application/json" id="phusong-data">(.*?)</script>'
    return json.loads(re.search(block, answer.text, re.DOTALL).group(1))


def statuses(answer):
    return {group["status"]: group["place"] for group in data_of(answer)["survey"]["groups"]}


def test_every_row_with_a_point_is_drawn_by_its_status(database, officer, visitor):
    page = upload(visitor, a_file(database, officer))
    answer = visitor.get(f"{page.url.path}/map")
    assert statuses(answer) == {"accepted": [0, 1, 2], "warned": [], "rejected": [4]}
    assert "1 dòng không có tọa độ đọc được" in answer.text
    survey = data_of(answer)["survey"]
    assert survey["address"] == page.url.path + "?show=all&page={page}#row-{place}"
    assert any("ngoài" in note for note in survey["notes"])
    assert 'name="survey-map"' in page.text
    every = visitor.get(f"{page.url.path}?show=all").text
    for place in range(5):
        assert f'id="row-{place}"' in every
    assert every.count('target="survey-map"') == 4


def test_the_map_of_a_submission_is_for_those_who_see_it(  # noqa: PLR0917
    database, officer, visitor, signed_in, province, authority
):
    page = upload(visitor, a_file(database, officer))
    done = visitor.fill(f"{page.url.path}/submit")
    assert statuses(visitor.get(f"{done.url.path}/map"))["accepted"] == [0, 1, 2]
    assert 'name="survey-map"' in done.text
    assert signed_in(province("40")).get(f"{done.url.path}/map").status_code == 404
    assert signed_in(authority).get(f"{done.url.path}/map").status_code == 200


def test_a_waiting_files_map_is_its_senders_alone(database, officer, visitor, signed_in):
    page = upload(visitor, a_file(database, officer))
    assert signed_in(officer).get(f"{page.url.path}/map").status_code == 404


def test_the_map_runs_in_a_sandbox_and_says_what_it_may(database, officer, visitor):
    evil = "<img src=x onerror=alert(1)>{{ 7 * 7 }}</script>"
    page = upload(visitor, a_csv(database, officer, prefix=evil), f"{evil}.csv")
    answer = visitor.get(f"{page.url.path}/map")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(
        "sandbox allow-scripts allow-modals allow-top-navigation-by-user-activation; "
    )
    assert "default-src 'none'" in policy
    assert "allow-same-origin" not in policy
    assert "<img src=x" not in answer.text
    ordinary = map_policy((), ())  # of a map from which no link leads out
    assert "allow-top-navigation" not in ordinary


def test_a_file_without_any_point_has_no_map(database, officer, visitor):
    page = upload(visitor, a_csv(database, officer, villages=0, bad=2))
    assert 'name="survey-map"' not in page.text
    assert visitor.get(f"{page.url.path}/map").status_code == 200


@in_browser
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_row_leads_to_its_point_and_the_point_to_its_row(  # noqa: PLR0917
    visit,  # noqa: F811
    account,
    officer,
    database,
    tmp_path,
    size,
):
    file = tmp_path / "báo cáo.csv"
    file.write_bytes(a_file(database, officer))
    page = visit(size)
    sign_in(page, account(officer))
    page.goto("/surveys/new")
    page.get_by_label("Tệp khảo sát của tỉnh").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    page.locator("iframe[name=survey-map]").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe[name=survey-map]")
    expect(frame.locator("html.drawn")).to_be_attached()
    page.locator("#row-4 a[target=survey-map]").press("Enter")
    popup = frame.locator(".leaflet-popup-content")
    expect(popup.get_by_role("heading", name="Bản Xa")).to_be_visible()
    expect(popup.get_by_text("Bị từ chối")).to_be_visible()
    popup.get_by_role("link", name="Xem dòng này trong bảng").press("Enter")
    page.wait_for_url("**?show=all&page=1#row-4")
    expect(page.locator("#row-4")).to_be_in_viewport()


@in_browser
def test_the_legend_switches_a_status_off(visit, account, officer, database, tmp_path):  # noqa: F811
    file = tmp_path / "báo cáo.csv"
    file.write_bytes(a_file(database, officer))
    page = visit(WIDE)
    sign_in(page, account(officer))
    page.goto("/surveys/new")
    page.get_by_label("Tệp khảo sát của tỉnh").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    page.locator("iframe[name=survey-map]").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe[name=survey-map]")
    expect(frame.locator("html.drawn")).to_be_attached()
    panes = frame.locator(".leaflet-survey-pane canvas")
    expect(panes).to_have_count(3)
    frame.get_by_label("Bị từ chối").uncheck()
    expect(panes).to_have_count(2)
