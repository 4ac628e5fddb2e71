"""An operator's own data through every new route: as every role, with two operators, page and API."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import text

from coverage.people import Role
from tests.http.pages import read_page
from tests.http.stored import a_vintage, a_zone
from tests.maps_of_areas import BOX, a_map, on_grid

AREAS = "/api/v1/service-areas"
REGISTERS = "/api/v1/registers"
REGISTER = (
    "Mã trạm,Công nghệ,Vĩ độ,Kinh độ,Trạng thái\n"
    "A1,4G,18.2,105.6,Phát sóng\nA2,2G;4G,18.25,105.9,Phát sóng\n"
)


@pytest.fixture
def gpkg(tmp_path) -> bytes:
    return a_map(tmp_path, [BOX])


def files_of(content, name="vung_4G.gpkg"):
    return {"file": (name, content, "application/octet-stream")}


def counts(database):
    owner = database.owner()
    tables = ("service_area_file", "service_area", "register", "site_operator", "audit_entry")
    with owner.connect() as connection:
        found = {
            table: connection.execute(text(f"SELECT count(*) FROM phusong.{table}")).scalar_one()
            for table in tables
        }
    owner.dispose()
    return found


def waiting_jobs(database):
    """What the worker is asked for, and of which operator."""
    owner = database.owner()
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT task_name, args FROM jobs.procrastinate_jobs ORDER BY id")
        ).all()
    owner.dispose()
    return [(row.task_name, uuid.UUID(row.args["operator_id"])) for row in rows]


def test_an_operator_checks_then_loads_then_finds_its_area(program, operator, database, gpkg):
    viettel = operator("Viettel")
    client = program(viettel)
    before = counts(database)
    checked = client.post(f"{AREAS}/check", files=files_of(gpkg))
    assert checked.status_code == 200, checked.text
    assert checked.json()["areas"][0]["level"] == "strong"
    assert counts(database) == before
    loaded = client.post(AREAS, files=files_of(gpkg), params={"published": "2026-10-01"})
    assert loaded.status_code == 201
    assert client.post(
        AREAS, files=files_of(gpkg), params={"published": "2026-10-01"}
    ).status_code == 200  # fmt: skip
    assert waiting_jobs(database) == [("assess_operator", viettel.organisation_id)]
    [listed] = client.get(AREAS).json()["files"]
    assert (listed["operator"], listed["technology"]) == ("Viettel", "4G")
    assert listed["published_on"] == "2026-10-01"
    raw = client.get(f"{AREAS}/{listed['id']}/file")
    assert raw.content == gpkg
    assert "attachment" in raw.headers["Content-Disposition"]


def test_an_operator_checks_then_loads_its_register(
    program, operator, database, authority, province
):
    a_vintage(database, authority)
    a_zone(database, province("42"), at=(105.6, 18.2))
    viettel = operator("Viettel")
    client = program(viettel)
    before = counts(database)
    checked = client.post(f"{REGISTERS}/check", files=files_of(REGISTER.encode(), "tram.csv"))
    assert checked.status_code == 200, checked.text
    assert counts(database) == before
    [changes] = checked.json()["changes"]
    assert (changes["added"], changes["removed"], changes["kept"]) == (2, 0, 0)
    assert client.post(REGISTERS, files=files_of(REGISTER.encode(), "tram.csv")).status_code == 201
    moved = REGISTER.replace("18.25", "18.35").replace("A1", "A9") + "A3,abc,18.4,x,\n"
    checked = client.post(f"{REGISTERS}/check", files=files_of(moved.encode(), "tram.csv")).json()
    [changes] = checked["changes"]
    # A9 stands where A1 stood: the same station under a new code.
    assert (changes["added"], changes["removed"], changes["moved"], changes["kept"]) == (0, 0, 1, 1)
    assert checked["loadable"] is False
    assert any(found["row"] == 4 and found["severity"] == "error" for found in checked["findings"])
    refused = client.post(REGISTERS, files=files_of(moved.encode(), "tram.csv"))
    assert refused.status_code == 422
    good = client.post(
        REGISTERS, files=files_of(moved.encode(), "tram.csv"), params={"accepted_only": True}
    )
    assert good.status_code == 201
    assert waiting_jobs(database) == [("assess_operator", viettel.organisation_id)]  # asked once
    [listed] = client.get(REGISTERS).json()["registers"]
    assert (listed["operator"], listed["sites"], listed["technologies"]["4G"]) == ("Viettel", 2, 2)


def test_the_authority_sees_whose_nearest_sites_would_change(
    program, operator, database, authority, province
):
    a_vintage(database, authority)
    officer = province("42")
    a_zone(database, officer, at=(105.6, 18.21))
    a_zone(database, officer, village="Bản Xa", at=(105.9, 18.26))
    operator("Viettel")
    client = program(authority, Role.PLANNER)
    whose = {"operator": "Viettel"}
    sent = files_of(REGISTER.encode(), "tram.csv")
    assert client.post(REGISTERS, files=sent, params=whose).status_code == 201
    moved = files_of(REGISTER.replace("18.2,", "18.3,").encode(), "tram.csv")
    [changes] = client.post(f"{REGISTERS}/check", files=moved, params=whose).json()["changes"]
    assert (changes["zones"], changes["nearest_changed"], changes["moved"]) == (2, 1, 1)


def test_no_operator_meets_anothers(program, operator, database, gpkg):
    viettel, vnpt = program(operator("Viettel")), program(operator("VNPT"))
    assert viettel.post(AREAS, files=files_of(gpkg)).status_code == 201
    assert viettel.post(REGISTERS, files=files_of(REGISTER.encode(), "t.csv")).status_code == 201
    [mine] = viettel.get(AREAS).json()["files"]
    assert vnpt.get(AREAS).json() == {"files": []}
    assert vnpt.get(REGISTERS).json() == {"registers": []}
    assert vnpt.get(f"{AREAS}/{mine['id']}/file").status_code == 404
    before = counts(database)
    whose = {"operator": "Viettel"}
    for address, sent in (
        (AREAS, files_of(gpkg)),
        (REGISTERS, files_of(REGISTER.encode(), "t.csv")),
    ):
        for path in (address, f"{address}/check"):
            refused = vnpt.post(path, files=sent, params=whose)
            assert refused.status_code == 404, path
            assert "Viettel" in refused.json()["detail"]
    assert counts(database) == before


def test_roles_that_may_not_send_are_refused(  # noqa: PLR0917 - fixtures
    program, authority, province, auditor, gpkg, database
):
    before = counts(database)
    for actor, role in ((authority, Role.REVIEWER), (authority, Role.LEAD), (province("42"), None),
                        (auditor, None)):  # fmt: skip
        client = program(actor, role)
        for address in (AREAS, f"{AREAS}/check", REGISTERS, f"{REGISTERS}/check"):
            answer = client.post(address, files=files_of(gpkg), params={"operator": "Viettel"})
            assert answer.status_code == 403, (role, address)
    assert {**counts(database), "audit_entry": 0} == {**before, "audit_entry": 0}


def test_the_auditor_reads_and_the_province_sees_none(program, operator, auditor, province, gpkg):
    assert program(operator("Viettel")).post(AREAS, files=files_of(gpkg)).status_code == 201
    assert len(program(auditor).get(AREAS).json()["files"]) == 1
    assert program(province("42")).get(AREAS).json() == {"files": []}


def test_a_refused_map_says_what_to_do(program, operator, tmp_path):
    content = a_map(tmp_path, [on_grid(BOX, 5899)], "EPSG:4326")
    answer = program(operator("Viettel")).post(f"{AREAS}/check", files=files_of(content))
    assert answer.status_code == 422
    assert answer.json()["findings"][-1]["rule"] == "service_area.crs_is_metres"
    assert "5899" in answer.json()["findings"][-1]["fix"]


@pytest.mark.parametrize(
    "params", [{"technology": "6G"}, {"crs": "chỗ kia"}, {"published": "hôm qua"}]
)
def test_what_cannot_be_read_is_told(program, operator, gpkg, params):
    answer = program(operator("Viettel")).post(
        f"{AREAS}/check", files=files_of(gpkg), params=params
    )
    assert answer.status_code == 422


def sent_to_page(browser, content, name="vung_4G.gpkg", kind="service_areas", **fields):
    browser.get("/operator-data")
    return browser.fill("/operator-data/check", files=files_of(content, name), kind=kind, **fields)


def test_an_operator_sends_a_map_on_the_page(  # noqa: PLR0917 - fixtures
    signed_in, operator, database, gpkg, authority, province
):
    a_vintage(database, authority)
    a_zone(database, province("42"), at=(105.6, 18.2))
    browser = signed_in(operator("Viettel"))
    before = counts(database)
    page = sent_to_page(browser, gpkg)
    assert page.status_code == 200, page.text[:2000]
    assert page.url.path.startswith("/operator-data/pending/")
    assert read_page(str(page.url), page.text).faults == []
    assert "468" in page.text
    assert counts(database) == before
    drawn = browser.get(f"{page.url.path}/map")
    assert "services-0" in drawn.text
    assert "connect-src" not in drawn.headers["Content-Security-Policy"]
    table = browser.get(f"{page.url.path}/findings.csv")
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert "service_area.technology_read" in table.text
    done = browser.fill(f"{page.url.path}/load")
    assert "Đã nạp vùng cung cấp dịch vụ" in done.text
    assert read_page(str(done.url), done.text).faults == []
    assert counts(database)["service_area_file"] == before["service_area_file"] + 1
    [address] = set(re.findall(r"/operator-data/files/[0-9a-f-]{36}", done.text))
    assert browser.get(address).content == gpkg
    assert signed_in(operator("VNPT")).get(address).status_code == 404
    assert browser.get(page.url.path).status_code == 404  # nothing waits any more


def test_an_operator_sends_a_register_on_the_page(signed_in, operator, database):
    browser = signed_in(operator("Viettel"))
    bad = REGISTER + "=CMD(),4G,abc,105.1,\n"
    page = sent_to_page(browser, bad.encode(), "tram.csv", kind="register")
    assert read_page(str(page.url), page.text).faults == []
    assert "Nạp 2 dòng tốt, bỏ 1 dòng lỗi" in page.text
    table = browser.get(f"{page.url.path}/findings.csv").text
    assert not re.search(r"(?m)(^|;)[=+@-]", table)
    browser.get(page.url.path)
    done = browser.fill(f"{page.url.path}/load", rows="accepted")
    assert "Đã nạp sổ trạm" in done.text
    assert counts(database)["site_operator"] == 2


def test_a_waiting_file_is_its_senders_only_and_can_be_forgotten(
    signed_in, operator, database, gpkg
):
    viettel, colleague = operator("Viettel"), operator("Viettel")
    browser, other, rival = signed_in(viettel), signed_in(colleague), signed_in(operator("VNPT"))
    page = sent_to_page(browser, gpkg)
    for stranger in (other, rival):
        stranger.get("/operator-data")
        for ending in ("", "/map", "/findings.csv"):
            assert stranger.get(page.url.path + ending).status_code == 404
        assert stranger.fill(f"{page.url.path}/load").status_code == 404
    before = counts(database)
    browser.get(page.url.path)
    assert browser.fill(f"{page.url.path}/forget").url.path == "/operator-data"
    assert browser.get(page.url.path).status_code == 404
    assert counts(database) == before


def test_a_refused_file_is_told_on_the_page(signed_in, operator, tmp_path, database):
    browser = signed_in(operator("Viettel"))
    content = a_map(tmp_path, [on_grid(BOX, 5899)], None)
    before = counts(database)
    page = sent_to_page(browser, content)
    assert page.status_code == 422
    assert "Chương trình không tự đoán" in page.text
    assert read_page(str(page.url), page.text).faults == []
    again = sent_to_page(browser, content, crs="EPSG:5899")
    assert again.status_code == 200
    assert counts(database) == before


def test_a_planner_sends_for_an_operator_and_a_reviewer_only_looks(
    signed_in, authority, operator, gpkg
):
    operator("Viettel")
    planner = signed_in(authority, Role.PLANNER)
    page = sent_to_page(planner, gpkg, operator="Viettel")
    assert page.status_code == 200
    assert "Đã nạp" in planner.fill(f"{page.url.path}/load").text
    missing = sent_to_page(planner, gpkg)
    assert missing.status_code == 422
    reviewer = signed_in(authority, Role.REVIEWER)
    seen = reviewer.get("/operator-data")
    assert seen.status_code == 200
    assert 'type="file"' not in seen.text
    assert "vung_4G.gpkg" in seen.text
    assert sent_to_page(reviewer, gpkg, operator="Viettel").status_code == 403


def test_the_page_speaks_english(signed_in, operator, gpkg):
    browser = signed_in(operator("Viettel"))
    page = sent_to_page(browser, gpkg)
    browser.fill("/language", language="en", next="/operator-data")
    told = browser.get(page.url.path, follow_redirects=True)
    assert told.status_code == 200
    assert "What loading would change" in told.text
    assert "is read from the name" in told.text


def test_a_form_that_says_what_it_does_not_offer_is_refused(signed_in, operator, gpkg):
    browser = signed_in(operator("Viettel"))
    for fields in ({"kind": "x"}, {"technology": "6G"}, {"crs": "EPSG:1"}, {"published": "x"}):
        assert sent_to_page(browser, gpkg, **fields).status_code == 422
