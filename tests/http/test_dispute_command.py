"""``phusong dispute``: what it prints, writes, and exits with; the worker closes what is overdue."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from api import worker
from coverage.actions import disputes
from coverage.disputes import DisputeStatus
from tests.disputed import DRIVE_TEST, disputed, judged, set_setting


@pytest.fixture
def world(database, authority, province, operator):
    return judged(database, authority, province, operator)


def test_the_authority_lists_reads_and_answers(phusong, database, world, tmp_path):
    number = disputed(database, world)
    written, copy = tmp_path / "x.json", tmp_path / "do.csv"
    status, told, _ = phusong("dispute", "list", "--status", "open", "--json", written)
    assert (status, json.loads(written.read_text())["total"]) == (0, 1)
    assert f"Số {number}: Viettel, Bản Cọ, 4G, Không có sóng → Có phục vụ" in told
    assert "QUÁ HẠN" not in told
    status, told, _ = phusong("dispute", "show", number, "-o", copy, "--json", written)
    assert (status, copy.read_bytes()) == (0, DRIVE_TEST)
    assert json.loads(written.read_text())["then"]["verdict"] == "none"
    assert "Khi bị phản hồi: Không có sóng" in told
    status, told, _ = phusong(
        "dispute", "answer", number, "--uphold", "--reason", "Đúng vị trí.", "--json", written
    )
    assert status == 0
    assert "Kết luận hiện nay: Có phục vụ." in told
    assert json.loads(written.read_text())[0]["status"] == "upheld"
    status, _, err = phusong("dispute", "answer", number, "--dismiss", "--reason", "Khác.")
    assert (status, "đã được trả lời" in err) == (1, True)
    assert phusong("dispute", "show", number + 1)[0] == 1
    assert phusong("dispute", "answer", number, "--reason", "Thiếu kết quả.")[0] == 2
    assert phusong("dispute", "list", "--late")[1].startswith("0 phản hồi.")


def test_the_worker_closes_what_nobody_answered(database, authority, world, monkeypatch):
    set_setting(database, authority, "dispute_answer_silence", '"dismissed"', world.day)
    number = disputed(database, world)
    context = SimpleNamespace(additional_context={"database": database})
    worker.close_unanswered_disputes(context, 0)
    assert disputes.get_dispute(database, authority, number).dispute.status is DisputeStatus.OPEN
    monkeypatch.setattr(worker, "today", lambda: world.day + timedelta(days=61))
    for _ in range(2):
        worker.close_unanswered_disputes(context, 0)
    one = disputes.get_dispute(database, authority, number).dispute
    assert one.status is DisputeStatus.DISMISSED
    assert "Quá hạn trả lời" in one.answer
