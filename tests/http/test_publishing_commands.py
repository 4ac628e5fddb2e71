"""``phusong package publish | amend | clarify | cancel | questions | answer``."""

import json

import pytest

from coverage.actions.lots import propose_lots
from coverage.actions.package_questions import ask_question
from tests.builders import a_zone, zone_id
from tests.reported import load_places, report

KM = 1 / 111.32


@pytest.fixture
def zones(database, authority, province):
    load_places(database, authority)
    report(
        database, province("42"),
        a_zone(1), a_zone(2, latitude=18.3 + 5 * KM), a_zone(3, latitude=18.3 + 60 * KM),
    )  # fmt: skip
    propose_lots(database, authority, "42")


@pytest.fixture
def phusong(phusong, monkeypatch, tmp_path):
    """As everywhere, with a folder of its own for the key and no maps drawn."""
    monkeypatch.setenv("PHUSONG_VAR", str(tmp_path / "var"))
    monkeypatch.setattr("api.package_map.map_writers", lambda *_: {})
    return phusong


def test_from_a_draft_to_its_end(phusong, zones, database, operator, tmp_path):
    answer = tmp_path / "answer.json"

    def read():
        return json.loads(answer.read_text(encoding="utf-8"))

    phusong(
        "package", "build", "--province", "42", "--mode", "order", "-o", tmp_path, "--json", answer
    )
    number = read()["number"]
    assert read()["mode"] == "order"
    status, _, told = phusong("package", "publish", number, "--opens-at", "2020-01-01T08:00")
    assert (status, "giờ mở đã qua" in told) == (1, True)
    status, told, _ = phusong("package", "publish", number, "--closes-at", "2099-01-01 08:00",
                              "--json", answer)  # fmt: skip
    assert (status, read()["waits"]) == (0, False)
    assert read()["closes_at"].startswith("2099-01-01T01:00:00")

    changes = ["--reason", "chủ rừng không giao đất", "--drop", zone_id(2)]
    status, told, _ = phusong("package", "amend", number, *changes, "--check")
    assert (status, "  - L2-02 Bản 2" in told) == (0, True)
    status, told, _ = phusong(
        "package", "amend", number, *changes, "-o", tmp_path, "--json", answer
    )
    assert (status, read()["version"], read()["kind"]) == (0, 2, "amendment")
    assert phusong("package", "verify", read()["file"])[0] == 0
    status, _, told = phusong("package", "amend", number, "--reason", "x")
    assert (status, "không khác gì" in told) == (1, True)
    status, _, told = phusong("package", "amend", number, "--reason", "x", "--add", "gì đó")
    assert (status, "MÃ_VÙNG=SỐ_LÔ" in told) == (2, True)

    asked = ask_question(database, operator("Viettel"), number, "Có điện chưa?")
    status, told, _ = phusong("package", "questions", number)
    assert (status, "Viettel" in told, "chưa trả lời" in told) == (0, True, True)
    assert phusong("package", "answer", number, asked.id, "--answer", "Có.")[0] == 0
    status, told, _ = phusong(
        "package", "clarify", number, "--reason", "đã trả lời", "--json", answer
    )
    assert (status, read()["kind"], read()["version"]) == (0, "clarification", 3)
    status, told, _ = phusong("package", "cancel", number, "--reason", "không có nhà thầu")
    assert (status, "đã hủy" in told) == (0, True)
