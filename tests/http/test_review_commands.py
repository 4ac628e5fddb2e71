"""``phusong review`` and ``phusong zones``: the authority's desk in a terminal, exact in JSON."""

import json
import uuid

import pytest

from api import command_line
from coverage.actions import review
from coverage.actions.zone_moves import Seen
from coverage.people import Role
from coverage.zone_life import Move
from coverage.zones import Queue, ZoneStatus
from tests.builders import a_zone, zone_id
from tests.reported import load_places, report
from tests.reviewed import person, setting, standing_now

REPORTED = {"status": ZoneStatus.REPORTED, "status_by": None}


@pytest.fixture
def zones(database, authority, province):
    load_places(database, authority)
    report(
        database, province("42"), a_zone(1, **REPORTED), a_zone(2, latitude=18.4, **REPORTED),
        a_zone(3, latitude=18.5, queue=Queue.OPERATOR, **REPORTED),
    )  # fmt: skip


@pytest.fixture
def phusong(database, monkeypatch, capsys, tmp_path):
    """Runs ``phusong …`` on the test's database; gives status, what was told, and the JSON."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)

    def run(*arguments, exact=False):
        answer = tmp_path / f"{uuid.uuid4()}.json"
        words = [*map(str, arguments), *(["--json", str(answer)] if exact else [])]
        status = command_line.run(words)
        told = capsys.readouterr()
        if exact:
            return status, json.loads(answer.read_text(encoding="utf-8"))
        return status, told.out + told.err

    return run


def test_take_up_approve_and_nothing_left(phusong, database, authority, zones):
    assert phusong("review", "queue") == (
        0, "42 Hà Tĩnh: 3 vùng, 120 hộ chờ thẩm định, lâu nhất từ "
        f"{standing_now(database, authority, zone_id(1)).reported_at:%d/%m/%Y}\n",
    )  # fmt: skip
    status, told = phusong("review", "take-up", "--province", "42", "--count", "2")
    assert (status, told) == (0, "Đã nhận 2 vùng.\n")
    status, answer = phusong("review", "approve", "--province", "42", exact=True)
    assert (status, answer["move"], len(answer["moved"])) == (0, "approve", 3)
    assert phusong("review", "approve", "--all") == (0, "Không có vùng nào chờ.\n")
    assert phusong("review", "take-up", "--all") == (0, "Không có vùng nào chờ thẩm định.\n")
    status, desk = phusong("review", "queue", exact=True)
    assert desk == {"waiting": [], "returned": [], "in_hand": {}, "mine": [], "proposals": []}


def test_return_reject_merge_and_reopen(phusong, database, authority, zones):
    one, two, three = (zone_id(number) for number in (1, 2, 3))
    status, told = phusong("review", "return", "--zone", one)
    assert (status, "phải có lý do" in told) == (1, True)
    assert phusong("review", "return", "--zone", one, "--reason", "thiếu ảnh")[0] == 0
    status, told = phusong(
        "review", "merge", "--zone", two, "--into", three, "--reason", "trùng tên"
    )
    assert (status, told) == (0, "Nhập vào vùng khác: 1 vùng.\n")
    assert phusong("review", "reject", "--zone", three, "--reason", "đã có sóng")[0] == 0
    assert phusong("review", "reopen", "--zone", three, "--reason", "tỉnh báo lại")[0] == 0
    assert standing_now(database, authority, three).zone.reviewer == "phusong review"
    assert phusong("review", "put-back", "--zone", three) == (0, "Đã trả 1 vùng về hàng chờ.\n")
    status, told = phusong("review", "approve", "--zone", one)
    assert (status, "không cho phép" in told) == (1, True)


def test_which_zones_is_said_in_one_way(phusong, zones):
    assert phusong("review", "approve")[0] == 2
    assert phusong("review", "approve", "--all", "--province", "42")[0] == 2
    assert phusong("review", "approve", "--zone", "không phải mã")[0] == 2
    assert phusong("zones", "show", uuid.uuid4())[0] == 1


def test_the_command_line_is_one_pair_of_eyes(phusong, database, authority, zones):
    setting(database, authority, "review_four_eyes", '["approve"]')
    status, told = phusong("review", "approve", "--zone", zone_id(1))
    assert (status, told) == (0, "Duyệt: 1 vùng, chờ người thứ hai xác nhận.\n")
    assert phusong("review", "confirm", "--all") == (0, "Không có vùng nào chờ.\n")
    assert phusong("review", "confirm", "--zone", zone_id(1))[0] == 1
    an = person(authority, "An", Role.REVIEWER)
    review.decide(database, an, Move.APPROVE, [Seen(zone_id(2), 1)])
    status, answer = phusong("review", "confirm", "--all", exact=True)
    assert (status, answer["moved"]) == (0, [str(zone_id(2))])
    assert standing_now(database, authority, zone_id(2)).zone.status_by == "An + phusong review"


def test_zones_are_listed_shown_and_explained(phusong, zones):
    phusong("review", "approve", "--province", "42", "--reason", "đủ điều kiện")
    status, listed = phusong("zones", "list", "--queue", "fund", exact=True)
    assert {zone["id"] for zone in listed["zones"]} == {str(zone_id(1)), str(zone_id(2))}
    status, told = phusong("zones", "show", zone_id(1))
    assert "Đã duyệt (phusong review): đủ điều kiện" in told
    status, told = phusong("zones", "history", zone_id(1))
    assert [line.split(": ", 1)[1] for line in told.splitlines()[1:]] == [
        "Đã báo cáo → Đang thẩm định", "Đang thẩm định → Đã duyệt: đủ điều kiện",
    ]  # fmt: skip
    status, history = phusong("zones", "history", zone_id(1), exact=True)
    assert [event["kind"] for event in history["history"]] == ["reported", "moved", "moved"]
    status, told = phusong("zones", "why", zone_id(1))
    assert "→ quy tắc 2 [đúng] Quỹ viễn thông công ích: Nghị định 295/2025" in told
    assert "Được gom vào lô mới." in told
    status, why = phusong("zones", "why", zone_id(3), exact=True)
    assert status == 0
    assert (why["queue"], why["may_enter_lot"], why["bars"]) == ("operator", False, ["not_fund"])
    assert [rule["decided"] for rule in why["tried"]][-1]
