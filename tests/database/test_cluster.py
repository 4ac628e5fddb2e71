"""The private cluster: on demand, shared, clean stops, kill -9, spaces, long paths, port 5432."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from coverage.errors import DatabaseUnavailable
from coverage.storage.cluster import SOCKET_PATH_LIMIT, Cluster, choose_folder, find_program


@pytest.fixture
def cluster_at():
    """Makes clusters in folders that the server's account may enter, and stops them.

    Not under pytest's own folder, which each new run of pytest closes to other accounts.
    """
    base = Path(tempfile.mkdtemp(prefix="cụm-"))
    base.chmod(0o755)
    made = []

    def make(*parts):
        cluster = Cluster(base.joinpath(*parts), durable=False)
        made.append(cluster)
        return cluster

    yield make
    for cluster in made:
        cluster.stop()
    shutil.rmtree(base)


def count(cluster, sql="SELECT 1"):
    engine = create_engine(cluster.url("postgres", "phusong"))
    try:
        with engine.connect() as connection:
            return connection.execute(text(sql)).scalar_one()
    finally:
        engine.dispose()


def test_starts_on_demand_and_stops_with_its_last_user(cluster_at):
    cluster = cluster_at("c")
    with cluster.in_use():
        with cluster.in_use():
            assert count(cluster) == 1
        assert cluster.is_running(), "the first user still needs it"
    assert not cluster.is_running()
    assert not (cluster.data / "postmaster.pid").exists()


def test_stays_when_told_to_keep_running(cluster_at):
    cluster = cluster_at("c")
    with cluster.in_use():
        cluster.keep(running=True)
    assert cluster.is_running()
    cluster.keep(running=False)
    with cluster.in_use():
        pass
    assert not cluster.is_running()


def test_recovers_what_was_committed_after_kill_9(cluster_at):
    cluster = Cluster(cluster_at("c").folder, durable=True)
    with cluster.in_use():
        engine = create_engine(cluster.url("postgres", "phusong"))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 7 AS seven"))
        engine.dispose()
        pid = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 120
        while cluster.is_running() and time.monotonic() < deadline:
            time.sleep(0.05)
    with cluster.in_use():
        assert count(cluster, "SELECT seven FROM kept") == 7


def test_a_killed_user_does_not_keep_the_server_from_stopping(cluster_at, project):
    cluster = cluster_at("c")
    code = (
        "import sys, time; from pathlib import Path; from coverage.storage.cluster import Cluster\n"
        "with Cluster(Path(sys.argv[1]), durable=False).in_use():\n"
        "    print('ready', flush=True); time.sleep(60)\n"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", code, str(cluster.folder)], stdout=subprocess.PIPE, cwd=project
    )
    assert user.stdout.readline() == b"ready\n"
    user.kill()
    user.wait()
    user.stdout.close()
    assert cluster.is_running(), "nobody stopped it yet"
    with cluster.in_use():
        pass
    assert not cluster.is_running()


@pytest.mark.parametrize("parts", [["một thư mục có dấu cách", "c"], ["d" * 60, "e" * 60]])
def test_works_with_spaces_and_with_long_paths(cluster_at, parts):
    cluster = cluster_at(*parts)
    with cluster.in_use():
        assert count(cluster) == 1
        assert len(os.fsencode(cluster.socket_folder)) <= SOCKET_PATH_LIMIT
        assert cluster.socket_folder.stat().st_mode & 0o077 == 0, "others may not connect"


def test_does_not_mind_that_port_5432_is_taken(cluster_at):
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 5432))
            taken.listen()
        except OSError:
            pass  # somebody else has it already: as good
        cluster = cluster_at("c")
        with cluster.in_use():
            assert count(cluster, "SHOW listen_addresses") == ""


def test_sorts_as_vietnamese_readers_expect(cluster_at):
    cluster = cluster_at("c")
    names = ["Em", "Điện Biên", "Dak", "Âu", "Đà Nẵng", "An", "Ăng"]
    with cluster.in_use():
        ordered = count(
            cluster,
            "SELECT string_agg(n, ' < ' ORDER BY n) FROM unnest(ARRAY['"
            + "','".join(names)
            + "']) AS n",
        )
    assert ordered == "An < Ăng < Âu < Dak < Đà Nẵng < Điện Biên < Em"


def test_a_half_made_cluster_is_made_again(cluster_at):
    cluster = cluster_at("c")
    (cluster.folder / "data.making" / "base").mkdir(parents=True)
    with cluster.in_use():
        assert count(cluster) == 1


def test_says_what_the_server_said_when_it_cannot_start(cluster_at):
    cluster = cluster_at("c")
    with cluster.in_use():
        pass
    (cluster.data / "postgresql.conf").write_text("shared_buffers = 'rất nhiều'\n")
    with pytest.raises(DatabaseUnavailable, match="shared_buffers"), cluster.in_use():
        pass


def test_missing_postgresql_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DatabaseUnavailable, match="script/setup"):
        find_program("initdb", folders=())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_runs_the_server_as_an_unprivileged_account(cluster_at):
    cluster = cluster_at("c")
    with cluster.in_use():
        pid = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
        assert Path(f"/proc/{pid}").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may need another place")
def test_a_checkout_that_the_server_may_not_enter_gets_a_link(tmp_path):
    closed = tmp_path / "đóng"
    closed.mkdir(mode=0o700)
    found = choose_folder(closed / "var" / "cluster")
    assert found.is_relative_to("/var/lib/phusong")
    assert (closed / "var" / "cluster").resolve() == found
    assert choose_folder(closed / "var" / "cluster") == found
    found.rmdir()
