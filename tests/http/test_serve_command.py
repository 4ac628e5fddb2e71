"""``phusong serve``: as people start it, in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from click.testing import CliRunner

from api.commands.serve import commands
from coverage.actions import jobs
from coverage.errors import SettingsUnusable


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_on_this_machine_until_it_is_stopped(database, project, tmp_path, stop):
    environment = os.environ | {
        "DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url,
        "PHUSONG_VAR": str(tmp_path), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.command_line import main; main()", "serve", "--port", "0"],
        cwd=project, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        address = process.stdout.readline().split()[2]
        assert address.startswith("http://127.0.0.1:")
        answer = httpx.get(f"{address}/health", timeout=120)
        assert answer.json()["status"] == "ready"
        assert "server" not in answer.headers
    finally:
        process.send_signal(stop)
        process.communicate(timeout=120)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 0}[stop]


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_of_its_own_lives_and_ends_with_it(database, authority, project, tmp_path, stop):
    environment = os.environ | {
        "DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url,
        "PHUSONG_VAR": str(tmp_path),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.command_line import main; main()", "serve", "--port", "0"],
        cwd=project, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip

    def comes(lives):
        for _ in range(1200):
            if jobs.worker_lives(database, authority, 3600) is lives:
                return True
            time.sleep(0.1)
        return False

    try:
        assert comes(lives=True)
    finally:
        process.send_signal(stop)
        process.wait(120)
    assert comes(lives=False)  # it took its leave in the database, however its parent ended


def test_a_taken_port_is_told_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(commands, ["--port", str(port)])
    assert isinstance(done.exception, SettingsUnusable)
    assert str(port) in str(done.exception)


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_is_a_port(port):
    assert CliRunner().invoke(commands, ["--port", port]).exit_code == 2
