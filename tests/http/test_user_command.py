"""``phusong user``: secrets made here, shown once, and good for both ways in."""

import json
import re

import pytest
from click.testing import CliRunner

from api.commands.user import commands
from coverage.errors import Conflict, NotFound


@pytest.fixture
def phusong(database, monkeypatch):
    """Runs ``phusong user …`` on the test's database; an error of the domain is raised."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(commands, arguments)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return run


def secret(output: str) -> str:
    return output.strip().rsplit(": ", 1)[1]


def test_the_first_administrator_is_made_once(phusong, browser, program_of):
    login, password, token = (line.split()[-1] for line in phusong("first").splitlines()[1:])
    assert browser().sign_in(login, password).url.path == "/"
    assert program_of(token).get("/api/v1/problems").status_code == 200
    assert phusong("first") == ""
    assert len(phusong("list").splitlines()) == 1


def test_passwords_are_never_the_same(phusong, province):
    province("42")
    made = [
        secret(phusong("add", f"canbo.{n}", "--name", "Thử", "--role", "province_officer",
                       "--province", "42"))
        for n in range(3)
    ]  # fmt: skip
    assert len(set(made)) == 3
    assert min(map(len, made)) >= 16


def test_a_person_is_added_reset_and_disabled(phusong, browser, province, tmp_path):
    province("42")
    told = tmp_path / "told.json"
    phusong("add", "Can.Bo", "--name", "Lò Thị Thử", "--role", "province_officer",
            "--province", "42", "--json", str(told))  # fmt: skip
    first = json.loads(told.read_text(encoding="utf-8"))
    visitor = browser()
    visitor.sign_in(first["login"], first["password"])
    second = secret(phusong("reset-password", "can.bo"))
    assert visitor.get("/").status_code == 303  # the open session ended with the old password
    assert browser().sign_in("can.bo", first["password"]).status_code == 401
    assert browser().sign_in("can.bo", second).status_code == 200
    phusong("disable", "can.bo")
    assert browser().sign_in("can.bo", second).status_code == 401
    assert re.search(r"can\.bo .*Sở KH&CN tỉnh 42 +\(đã khóa\)", phusong("list"))


def test_a_token_opens_the_api_until_it_is_revoked(phusong, program_of):
    phusong("operator", "Viettel")
    token = secret(phusong("token", "máy chủ", "--role", "operator", "--operator", "Viettel"))
    assert program_of(token).get("/api/v1/packages").status_code == 200
    phusong("revoke", "máy chủ")
    assert program_of(token).get("/api/v1/packages").status_code == 401


@pytest.mark.parametrize(
    "arguments",
    [("add", "x", "--name", "X", "--role", "province_officer"),
     ("add", "x", "--name", "X", "--role", "operator"),
     ("add", "x", "--name", "X", "--role", "vua"),
     ("token", "x", "--role", "operator", "--operator", "A", "--province", "42")],
)  # fmt: skip
def test_wrong_usage_is_told(database, monkeypatch, arguments):
    monkeypatch.setenv("DATABASE_URL", database.url)
    assert CliRunner().invoke(commands, arguments).exit_code == 2


def test_what_cannot_be_is_refused(phusong, province):
    province("42")
    with pytest.raises(NotFound):
        phusong("add", "x", "--name", "X", "--role", "province_officer", "--province", "99")
    with pytest.raises(Conflict):
        phusong("add", "x", "--name", "X", "--role", "planner", "--province", "42")
    phusong("add", "x", "--name", "X", "--role", "planner")
    with pytest.raises(Conflict):
        phusong("add", "X", "--name", "X", "--role", "planner")
    for command in (("reset-password", "y"), ("disable", "y"), ("revoke", "y")):
        with pytest.raises(NotFound):
            phusong(*command)


def test_a_person_is_invited_by_a_link_and_gets_another(phusong, browser, province, tmp_path):
    province("42")
    told = tmp_path / "told.json"
    phusong("add", "Moi.Vao", "--name", "Lò Thị Thử", "--role", "province_officer",
            "--province", "42", "--link", "--json", str(told))  # fmt: skip
    first = json.loads(told.read_text(encoding="utf-8"))
    assert first["login"] == "moi.vao"
    assert "password" not in first
    token = first["link"].rsplit("/", 1)[1]
    assert browser().get(f"/reset/{token}").status_code == 200
    link = secret(phusong("reset-link", "Moi.Vao").splitlines()[0])
    assert link.startswith("/reset/")
    assert browser().get(f"/reset/{token}").status_code == 410
    visitor, address = browser(), link
    visitor.get(address)
    wanted = "bản rào tre chờ sóng"
    assert visitor.fill(address, wanted=wanted, again=wanted).status_code == 200
    assert "1 phiên" in phusong("end-sessions", "moi.vao")
    assert visitor.get("/").status_code == 303
    phusong("disable", "moi.vao")
    with pytest.raises(Conflict):
        phusong("reset-link", "moi.vao")
    phusong("enable", "moi.vao")
    assert browser().sign_in("moi.vao", wanted).status_code == 200
    with pytest.raises(NotFound):
        phusong("reset-link", "khong.co")


def test_the_last_administrator_stays(phusong):
    phusong("first")
    with pytest.raises(Conflict):
        phusong("disable", "quantri")
    with pytest.raises(Conflict):
        phusong("add", "có dấu", "--name", "X", "--role", "planner")
