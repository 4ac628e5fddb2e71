"""``phusong rules``: what it prints, writes, and exits with."""

import json

import pytest

from coverage.actions import rule_changes
from coverage.people import Role
from coverage.rule_changes import RuleKind
from tests.ruled import TODAY, Ruled, queue_rule, setting


@pytest.fixture
def ruled(database):
    made = Ruled(database)
    yield made
    made.close()


def written(path, kind, content, **more):
    path.write_text(json.dumps({"kind": kind, "content": content, **more}), encoding="utf-8")
    return path


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_rules_in_force_are_listed(phusong, tmp_path):
    status, told, _ = phusong("rules", "list", "--json", tmp_path / "a.json")
    assert status == 0
    assert "[2] 20. có điện lưới, thuộc địa bàn đặc biệt khó khăn → Quỹ (từ 31/12/2021;" in told
    assert "dispute_days = 60 ngày" in told
    answer = read(tmp_path / "a.json")
    assert answer["on"] == TODAY.isoformat()
    assert [row["id"] for row in answer["queue_rule"]] == [4, 5, 1, 2, 3]
    _, before, _ = phusong("rules", "list", "--on", "2020-01-01")
    assert "Quỹ" not in before
    assert phusong("rules", "show", "dispute_days")[1].startswith("Đang có hiệu lực: dispute_days")
    assert len(phusong("rules", "show", "queue_rule")[1].splitlines()) == 5
    status, _, error = phusong("rules", "show", "khong_co")
    assert status == 1
    assert "tham số “khong_co”" in error


def test_from_a_file_to_a_rule_in_force(phusong, ruled, tmp_path):
    ruled.zone(households=42)
    file = written(tmp_path / "đổi.json", "queue_rule", queue_rule("power", replaces=2),
                   reason="thử")  # fmt: skip
    status, told, _ = phusong("rules", "preview", file, "--json", tmp_path / "xem.json")
    assert status == 0
    assert "Quỹ viễn thông công ích → Chờ điện lưới hoặc vệ tinh: 1 vùng, 42 hộ" in told
    status, told, _ = phusong("rules", "propose", file, "--json", tmp_path / "a.json")
    assert (status, "Thay đổi số 1: chờ thông qua." in told) == (0, True)
    assert read(tmp_path / "a.json")["digest"] == read(tmp_path / "xem.json")["digest"]
    status, _, error = phusong("rules", "adopt", 1)
    assert status == 1  # whoever sits at the server is one person
    assert "người đề xuất không tự thông qua" in error
    done = rule_changes.adopt(ruled.database, ruled.person("minh", Role.LEAD), 1, TODAY)
    assert done.decided_by == "minh"
    assert "chờ điện lưới" in phusong("rules", "show", "queue_rule")[1].split("Đã hết")[0]


def test_what_a_person_proposed_the_server_may_adopt_or_reject(phusong, ruled, tmp_path):
    planner = ruled.person("lan")
    for _ in range(2):
        rule_changes.propose(ruled.database, planner, RuleKind.SETTING, setting(), "thử", TODAY)
    status, told, _ = phusong("rules", "adopt", 1, "--json", tmp_path / "a.json")
    assert (status, told.strip()) == (0, "Thay đổi số 1: đã thông qua.")
    assert read(tmp_path / "a.json")["decided_by"] == "phusong rules adopt"
    assert phusong("rules", "reject", 2)[0] == 2
    assert phusong("rules", "reject", 2, "--reason", " ")[0] == 1
    assert phusong("rules", "withdraw", 2)[0] == 1
    assert phusong("rules", "reject", 2, "--reason", "đã có")[0] == 0
    assert phusong("rules", "adopt", 2)[0] == 1
    assert phusong("rules", "adopt", 3)[0] == 1
    assert ruled.rows("SELECT value FROM phusong.setting WHERE change_id = 1") == [(45,)]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"kind": "x", "content": {}}', "null",
                                     '{"kind": "setting", "content": []}', "\\ufeff{}"])  # fmt: skip
def test_a_file_of_another_form_is_wrong_usage(phusong, tmp_path, content):
    file = tmp_path / "đổi.json"
    file.write_text(content, encoding="utf-8")
    status, _, error = phusong("rules", "preview", file)
    assert status == 2
    assert "đổi.json" in error


def test_a_change_that_is_refused_says_why(phusong, ruled, tmp_path):
    file = written(tmp_path / "đổi.json", "setting", setting(0, citation=""))
    status, _, error = phusong("rules", "propose", file, "--reason", "thử")
    assert status == 1
    assert "rule.citation_missing" in error
    no_reason = written(tmp_path / "b.json", "setting", setting())
    assert phusong("rules", "propose", no_reason)[0] == 1
    assert rule_changes.list_changes(ruled.database, ruled.authority) == []
