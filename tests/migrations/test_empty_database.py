"""A database without any migration: every command says what has to be run first."""

import pytest
from sqlalchemy import make_url

from api import command_line
from coverage.errors import DatabaseUnavailable
from coverage.storage.migrations import newest_revision
from coverage.storage.sessions import CLUSTER_OWNER, Database
from tests import databases


@pytest.fixture
def empty(cluster, monkeypatch):
    """An empty one, whose application's role there is not yet, as in a new folder."""
    with databases.clone(cluster, "template0") as database:
        name = make_url(database.url).database
        url = cluster.url(name, "nobody_yet")
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("DATABASE_OWNER_URL", cluster.url(name, CLUSTER_OWNER))
        made = Database(url, database.owner_url, 1)
        yield made
        made.close()


@pytest.mark.parametrize(
    "command",
    [
        ("user", "add", "x", "--name", "X", "--role", "planner"),
        ("user", "list"),
        ("audit", "verify"),
        ("zones", "rank"),
    ],
    ids=" ".join,
)
def test_a_command_says_what_to_run_first(empty, monkeypatch, capsys, command):
    monkeypatch.setattr("sys.argv", ["phusong", *command])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "hãy chạy `phusong db upgrade`" in told
    assert newest_revision() in told
    assert "nobody_yet" not in told


def test_the_status_of_an_empty_database_is_told(empty, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["phusong", "db", "status"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    assert "trống" in capsys.readouterr().out


def test_what_cannot_be_reached_is_not_called_empty(empty, database):
    wrong = Database(empty.url, database.owner_url, 1)  # the owner reaches one that is not empty
    with pytest.raises(DatabaseUnavailable, match="nobody_yet"):
        wrong.revision()
    wrong.close()
