"""``phusong consultation``: what it prints, writes and exits with; the worker does the same."""

import asyncio
import json

import pytest

from api import command_line
from api import worker as worker_module
from api.worker import work
from coverage.actions import promises
from coverage.consultation import PromiseStatus
from coverage.zones import Queue
from tests.consulted import a_table, acts, in_days, open_now, promise, queue_of


@pytest.fixture
def table(database, authority, province):
    return a_table(database, authority, province)


@pytest.fixture
def phusong(database, monkeypatch, capsys, tmp_path):
    """Runs ``phusong consultation …`` on the test's database; returns status, text and JSON."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)

    def run(*arguments, told=True):
        out = tmp_path / "out.json"
        out.unlink(missing_ok=True)
        words = ["consultation", *map(str, arguments), *(["--json", str(out)] if told else [])]
        status = command_line.run(words)
        said = capsys.readouterr()
        written = json.loads(out.read_text(encoding="utf-8")) if out.exists() else None
        return status, said.out + said.err, written

    return run


def test_a_round_from_the_command_line(database, authority, operator, table, phusong):
    assert phusong("list")[:2] == (0, "Chưa có đợt tham vấn nào.\n")
    status, said, told = phusong(
        "open", "--name", "Đợt 1", "--basis", "CV 1", "--closes", f"{in_days(30)} 17:00",
        "--province", "42",
    )  # fmt: skip
    assert (status, told["zones"], told["state"]) == (0, 4, "open")
    assert told["closes_at"].endswith("T10:00:00Z")  # 17:00 in Viet Nam
    assert "4 vùng, 160 hộ" in said
    promise(database, operator("Viettel"), 1, table[0])
    status, said, told = phusong("show", 1)
    assert (status, told["promised_zones"]) == (0, 1)
    assert [each["operator"] for each in told["promises"]] == ["Viettel"]
    assert "Viettel: Bản 1 (tỉnh 42)" in said
    assert phusong("promises", "--status", "standing")[2]["promises"][0]["zone_id"] == str(table[0])
    assert phusong("promises", "--status", "kept")[2] == {"promises": []}
    later = ("extend", 1, "--closes", in_days(60), "--reason", "xin thêm")
    assert phusong(*later, told=False)[0] == 0
    assert phusong("cancel", 1, "--reason", "nhầm", told=False)[0] == 0
    assert phusong("list")[2]["consultations"][0]["cancel_reason"] == "nhầm"
    status, said, _ = phusong("cancel", 1, "--reason", "nhầm", told=False)
    assert (status, "đợt tham vấn đã bị hủy" in said) == (1, True)
    assert phusong("show", 9)[0] == 1
    assert phusong("open", "--name", "x", "--basis", "x", "--closes", "mai")[0] == 2


@pytest.fixture
def in_eleven_days(monkeypatch, table):
    """The command's and the worker's calendar eleven days on; the zones of the table."""
    from api.commands import consultation as command  # noqa: PLC0415 - as the command line loads it

    for module in (command, worker_module):
        monkeypatch.setattr(module, "today", lambda: in_days(11))
    return table


def test_lapse_from_the_command_line_is_done_once(
    database, authority, operator, phusong, in_eleven_days
):
    table = in_eleven_days
    number = open_now(database, authority)
    promise(database, operator("Viettel"), number, table[0], by=in_days(10))
    promise(database, operator("VNPT"), number, table[1], by=in_days(20))
    status, said, told = phusong("lapse")
    assert (status, told["zones_returned"]) == (0, [str(table[0])])
    assert [each["operator"] for each in told["lapsed"]] == ["Viettel"]
    assert said.startswith("1 cam kết quá hạn, 0 đã thực hiện; 1 vùng")
    assert phusong("lapse")[2]["lapsed"] == []
    assert acts(database, authority).count("consultation.lapsed") == 1
    assert queue_of(database, authority, table[0])[0] is Queue.FUND


def test_the_worker_lapses_by_itself(database, authority, operator, in_eleven_days):
    table = in_eleven_days
    number = open_now(database, authority)
    promise(database, operator("Viettel"), number, table[0], by=in_days(10))
    for _ in range(2):
        with worker_module._asking(database) as app:
            app.configure_task("lapse_promises").defer(timestamp=0)
        asyncio.run(work(database, forever=False))
    (ended,) = promises.list_promises(database, authority)
    assert (ended.status, ended.ended_by) == (PromiseStatus.LAPSED, "phusong worker")
    assert queue_of(database, authority, table[0])[0] is Queue.FUND
    assert acts(database, authority).count("consultation.lapsed") == 1
    with worker_module._asking(database) as app:
        crons = {task.cron for task in app.periodic_registry.periodic_tasks.values()
                 if task.task.name == "lapse_promises"}  # fmt: skip
    assert crons == {"5 * * * *"}
