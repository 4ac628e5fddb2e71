"""Zones that stand already and villages' names: over the API and on the command line."""

from __future__ import annotations

import json

import jsonschema
import pytest

from api.command_line import run
from coverage.actions import surveys
from coverage.actions.people import act_for
from coverage.actions.zones import list_zones
from coverage.people import OrganisationKind, Role
from coverage.storage.people import ensure_organisation
from coverage.storage.zones import ZoneFilter
from tests.small_country import PROVINCES
from tests.small_country_lists import in_force

STANDINGS = "/api/v1/standings"
HEAD = "Xã,Thôn,Vĩ độ,Kinh độ,Số hộ,Điện lưới,Đặc biệt khó khăn"
GOOD = "Xã Tân An,Nà Lại,22.151234,104.052345,31,Có,Có"
LIST = (
    f"{HEAD},Tình trạng,Nhà mạng,Văn bản,Hạn phát sóng\n"
    f"{GOOD},đã có sóng,Viettel,QĐ 1/QĐ-UBND,\n"
    "Xã Sơn Hà,Bản Mới,22.051234,104.052345,33,Có,Có,đã giao,Vô Danh,HĐ 2,\n"
).encode()


@pytest.fixture
def small(database, authority):
    in_force(database, authority)
    with database.transaction(authority) as connection:
        for code, name in PROVINCES.items():
            ensure_organisation(connection, OrganisationKind.PROVINCE, f"Sở {name}", code)
        ensure_organisation(connection, OrganisationKind.OPERATOR, "Viettel")
    return database


@pytest.fixture
def officer(small):
    return act_for(
        small, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "cán bộ", province_code="15"
    )


def test_a_list_over_the_api(small, authority, officer, program, app):
    sent = {"file": ("danh sách.csv", LIST)}
    answer = program(authority).post(f"{STANDINGS}?province=15", files=sent)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["totals"]["record_covered"] == 1
    assert [row["done"] for row in told["rows"]] == ["record_covered", None]
    described = app.openapi()
    schema = described["components"]["schemas"]["LoadedList"]
    jsonschema.validate(told, {**schema, "components": described["components"]})
    english = program(authority).post(
        f"{STANDINGS}?province=15", files=sent, headers={"Accept-Language": "en"}
    )
    assert any("no operator" in f["message"] for f in english.json()["rows"][1]["findings"])
    assert program(officer).post(f"{STANDINGS}?province=15", files=sent).status_code == 403
    assert program(authority).post(f"{STANDINGS}?province=99", files=sent).status_code == 404
    plain = {"file": ("a.csv", f"{HEAD}\n{GOOD}\n".encode())}
    refused = program(authority).post(f"{STANDINGS}?province=15", files=plain)
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["rule"] == "standing.no_columns"


def test_a_village_renamed_over_the_api_tells_its_former_name(small, authority, officer, program):
    surveys.submit(small, officer, f"{HEAD}\n{GOOD}\n".encode(), "a.csv", "15")
    (listed,) = list_zones(small, authority, ZoneFilter()).page.zones
    address = f"/api/v1/zones/{listed.zone.id}"
    client = program(authority)
    assert client.get(f"{address}/former-names").json() == []
    name = {"village": "Bản Tân Tiến", "reason": "NQ 12", "version": listed.version}
    assert program(officer).put(f"{address}/village", json=name).status_code == 403
    assert client.put(f"{address}/village", json=name).status_code == 204
    assert client.put(f"{address}/village", json=name).status_code == 409  # another version now
    (former,) = program(officer).get(f"{address}/former-names").json()
    assert (former["village"], former["commune"]) == ("Nà Lại", "Xã Tân An")
    again = {**name, "version": listed.version + 1}
    refused = client.put(f"{address}/village", json=again)
    assert refused.status_code == 409
    assert "đang mang đúng tên này" in refused.json()["detail"]


@pytest.mark.usefixtures("officer")
def test_the_command_line(small, authority, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", small.url)
    monkeypatch.setenv("PHUSONG_VAR", str(tmp_path / "var"))
    file, out = tmp_path / "danh sách.csv", tmp_path / "out.json"
    file.write_bytes(LIST)
    arguments = ["zones", "load", str(file), "--province", "15", "--json", str(out)]
    assert run(arguments) == 1  # one row was rejected, the other was done
    told = capsys.readouterr()
    assert "standing.operator_unknown" in told.err
    assert "ghi nhận đã có sóng: 1 vùng" in told.out
    assert json.loads(out.read_text())["totals"]["zones_added"] == 1
    (listed,) = list_zones(small, authority, ZoneFilter()).page.zones
    rename = ["zones", "rename", str(listed.zone.id), "Tân Tiến"]
    assert run(rename) == 2
    assert run([*rename, "--reason", "NQ 12"]) == 0
    assert "nay là “Tân Tiến”" in capsys.readouterr().out
    file.write_text(f"{HEAD}\n{GOOD}\n")
    assert run(arguments) == 1
    assert json.loads(out.read_text())["status"] == "refused"
    assert run(["places", "preview", "2025-07-01"]) == 0
    assert "0 vùng theo danh mục" in capsys.readouterr().out
    assert run(["places", "zones", "--settle"]) == 0
    assert "0 vùng còn ở danh mục cũ" in capsys.readouterr().out


def test_the_page_checks_first_and_records_on_the_planners_word(
    small, authority, officer, signed_in
):
    planner = signed_in(authority, Role.PLANNER)
    assert planner.get("/standings").status_code == 200
    checked = planner.fill(
        "/standings/check", files={"file": ("danh sách.csv", LIST)},
        province="15",
    )  # fmt: skip
    assert "/standings/pending/" in str(checked.url)
    assert "Không có doanh nghiệp viễn thông “Vô Danh”" in checked.text
    assert list_zones(small, authority, ZoneFilter()).page.zones == ()
    done = planner.fill(f"{checked.url.path}/load")
    assert "1 vùng thay đổi, 1 dòng bị loại" in done.text
    (listed,) = list_zones(small, authority, ZoneFilter()).page.zones
    assert listed.zone.status.value == "on_air"
    again = planner.fill(
        "/standings/check", files={"file": ("danh sách.csv", LIST)},
        province="15",
    )  # fmt: skip
    assert "Ghi vào hệ thống" not in again.text  # it stands so already
    forgotten = planner.fill(f"{again.url.path}/forget")
    assert forgotten.url.path == "/standings"
    refused = planner.fill(
        "/standings/check",
        files={"file": ("a.csv", f"{HEAD}\n{GOOD}\n".encode())}, province="15",
    )  # fmt: skip
    assert refused.status_code == 422
    assert "Không có gì được ghi" in refused.text
    assert signed_in(officer).get("/standings").status_code == 403
    assert signed_in(authority, Role.REVIEWER).get("/standings").status_code == 403


def test_a_village_renamed_on_its_page_is_told_there(small, authority, officer, signed_in):
    surveys.submit(small, officer, f"{HEAD}\n{GOOD}\n".encode(), "a.csv", "15")
    (listed,) = list_zones(small, authority, ZoneFilter()).page.zones
    address = f"/zones/{listed.zone.id}"
    reviewer = signed_in(authority, Role.REVIEWER)
    assert "Trước đây tên là gì" not in reviewer.get(address).text
    fields = {"village": "Tân Tiến", "reason": "NQ 12", "version": str(listed.version)}
    page = reviewer.fill(f"{address}/village", **fields)
    assert "<h1>Tân Tiến</h1>" in page.text
    assert "Nà Lại, Xã Tân An, Tỉnh Lào Cai" in page.text
    assert reviewer.fill(f"{address}/village", **fields).status_code == 409  # seen too long ago
    province = signed_in(officer)
    own = province.get(address).text
    assert "Nà Lại, Xã Tân An" in own
    assert f"{address}/village" not in own
    assert province.fill(f"{address}/village", **fields).status_code == 403
