"""The sites of lots through every door: the command line, the API and the page."""

from __future__ import annotations

import json
import uuid

import jsonschema
import pytest

from api.command_line import run
from coverage.actions.lots import propose_lots
from coverage.people import Role
from tests.builders import a_zone, zone_id
from tests.reported import report

pytestmark = pytest.mark.usefixtures("small_places")

KM = 1 / 111.32


@pytest.fixture
def lots(database, authority, officer):
    report(
        database, officer,
        a_zone(1), a_zone(2, latitude=18.3 + 7 * KM, commune_code="18100", households=60),
        a_zone(3, latitude=18.3 + 60 * KM, commune_code="18103"),
    )  # fmt: skip
    return propose_lots(database, authority, "42").lots


@pytest.fixture
def phusong(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)
    return lambda *arguments: run(["lots", "sites", *map(str, arguments)])


def test_sites_are_chosen_on_the_command_line(phusong, lots, tmp_path, capsys):
    answer = tmp_path / "answer.json"
    assert phusong("--province", "42", "--json", answer) == 0
    told = json.loads(answer.read_text(encoding="utf-8"))
    assert [len(each["sites"]) for each in told["lots"]] == [1, 2]
    assert {key for each in told["lots"] for site in each["sites"] for key in site["zones"]} == {
        str(zone_id(number)) for number in (1, 2, 3)
    }
    assert {part["amount_vnd"] for part in told["lots"][0]["cost"] if part["kind"] == "road"} == {
        None
    }
    out = capsys.readouterr().out
    assert "2 vị trí (0 dùng chung cột có sẵn), 100/100 hộ" in out
    assert "Chưa tính: đường thi công, kéo điện, truyền dẫn" in out
    assert phusong("--province", "42") == 0
    assert "không thay đổi" in capsys.readouterr().out
    assert phusong("--province", "42", "--lot", lots[1].id, "--sites", 1, "--json", answer) == 0
    [only] = json.loads(answer.read_text(encoding="utf-8"))["lots"]
    assert (only["households_covered"], only["asked"]) == (60, {"sites": 1, "budget_vnd": None})
    assert phusong("--province", "42", "--budget", 2_000_000_000, "--json", answer) == 0
    told = json.loads(answer.read_text(encoding="utf-8"))["lots"]
    assert all(each["cost_vnd"] <= 2_000_000_000 for each in told)


def test_wrong_questions_on_the_command_line(phusong, lots, capsys):
    assert phusong("--province", "42", "--sites", 1, "--budget", 5) == 2
    assert phusong("--province", "42", "--sites", 0) == 2
    assert phusong("--province", "40") == 1
    assert "chưa có lô nào" in capsys.readouterr().err
    assert phusong("--province", "42", "--lot", uuid.UUID(int=7)) == 1


def test_sites_over_the_api(authority, officer, auditor, operator, program, lots, app):  # noqa: PLR0917 - fixtures
    planner = program(authority, Role.PLANNER)
    address = f"/api/v1/lots/{lots[1].id}/sites"
    assert planner.get(address).json() is None
    chosen = planner.post("/api/v1/lots/sites", json={"province": "42"})
    assert chosen.status_code == 200, chosen.text
    described = app.openapi()
    schema = described["components"]["schemas"]["SitedLots"]
    jsonschema.validate(chosen.json(), {**schema, "components": described["components"]})
    shown = planner.get(address).json()
    assert shown["sites"] == chosen.json()["lots"][1]["sites"]
    assert program(auditor).get(address).json()["sites"] == shown["sites"]
    for other in (program(officer), program(operator("Viettel"))):
        assert other.post("/api/v1/lots/sites", json={"province": "42"}).status_code == 403
        answer = other.get(address)
        assert answer.status_code == 404 or answer.json() is None
    both = {"province": "42", "sites": 1, "budget_vnd": 5}
    assert planner.post("/api/v1/lots/sites", json=both).status_code == 422
    assert planner.post("/api/v1/lots/sites", json={"province": "40"}).status_code in {404, 409}
    assert planner.get(f"/api/v1/lots/{uuid.UUID(int=7)}/sites").status_code == 404


def test_a_planner_chooses_sites_on_the_page(authority, auditor, officer, signed_in, lots):
    planner, address = signed_in(authority, Role.PLANNER), f"/lots/{lots[1].id}/sites"
    assert "Chưa chọn vị trí trạm cho lô này." in planner.get(address).text
    told = planner.fill(address, goal="all", sites="", budget="").text
    assert "tốt nhất" in told
    assert f'href="/zones/{zone_id(1)}"' in told
    assert "Chưa tính được: đường thi công, kéo điện, truyền dẫn" in told
    wrong = planner.fill(address, goal="sites", sites="nhiều", budget="")
    assert wrong.status_code == 422
    assert "Hãy ghi một số nguyên từ 1 trở lên" in wrong.text
    assert "60" in planner.fill(address, goal="sites", sites="1", budget="").text
    kept = planner.fill(address, goal="budget", sites="", budget="2.000.000.000").text
    assert 'value="2000000000"' in kept
    reading = signed_in(auditor).get(address)
    assert reading.status_code == 200
    assert "<form" in reading.text
    assert 'name="goal"' not in reading.text
    english = planner.fill("/language", language="en", next=address).text
    assert "serve every zone at the least cost" in english
    assert "Tried: 0 masts that may be shared" in english
    refused = signed_in(officer).fill(address, goal="all", sites="", budget="")
    assert refused.status_code in {403, 404}
