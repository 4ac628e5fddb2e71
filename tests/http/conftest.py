"""A client for the web door that runs in the test's own process, on the test's own database."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect, sync_playwright

from api import command_line
from api.main import create_app, furnish
from coverage.actions import people
from coverage.people import Actor, OrganisationKind, Role
from coverage.settings import Settings, read_settings
from tests.http.browsers import LOCAL, Browser, InProcess
from tests.http.stored import a_vintage, a_zone

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 60_000  # for what a page shall show, however busy the machine is


@dataclass(frozen=True)
class Account:
    """A person with the password that was made for them."""

    actor: Actor
    login: str
    password: str


@pytest.fixture
def settings(tmp_path) -> Settings:
    return read_settings({"PHUSONG_VAR": str(tmp_path)}, tmp_path)


@pytest.fixture(scope="session")
def bare_app(tmp_path_factory) -> FastAPI:
    """The application without anything to work with: its routes are joined once for all tests."""
    folder = tmp_path_factory.mktemp("bare")
    return create_app(read_settings({"PHUSONG_VAR": str(folder)}, folder))


@pytest.fixture
def app(bare_app, settings, database) -> Iterator[FastAPI]:
    made = bare_app
    furnish(made, settings, database)
    made.state.jobs.patience_seconds = 120  # however busy the machine, small files go straight
    made.state.jobs.here = True  # and no worker has to be started for them
    yield made
    made.state.jobs.end()


@pytest.fixture
def browser(app) -> Callable[[], Browser]:
    return lambda: Browser(transport=InProcess(app), base_url=LOCAL)


@pytest.fixture(scope="session")
def started_chromium() -> Iterator[tuple[Chromium, asyncio.AbstractEventLoop]]:
    """The one Chromium of the run, and the loop by which its own thread of control works."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        expect.set_options(timeout=PATIENCE_MS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield made, loop
        asyncio._set_running_loop(loop)
        made.close()


@pytest.fixture(scope="module")
def chromium(started_chromium) -> Iterator[Chromium]:
    """The run's browser, whose loop counts as running for the tests of this module only."""
    made, loop = started_chromium
    asyncio._set_running_loop(loop)
    yield made
    asyncio._set_running_loop(None)


@pytest.fixture
def auditor(database) -> Actor:
    """The auditor of the test's database."""
    return people.act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, "kiểm toán thử")


@pytest.fixture
def account(database, authority) -> Callable[[Actor], Account]:
    """Makes a person in the actor's organisation and role."""

    def make(actor: Actor, role: Role | None = None) -> Account:
        login = f"nguoi.{secrets.token_hex(4)}"
        chosen = role or actor.role
        password = people.add_person(
            database, authority, login=login, full_name="Nguyễn Thị Thử", role=chosen,
            organisation_id=actor.organisation_id, kind=actor.kind,
        )  # fmt: skip
        return Account(dataclasses.replace(actor, role=chosen), login, password)

    return make


@pytest.fixture
def signed_in(browser, account) -> Callable[[Actor], Browser]:
    """A browser with the session of a new person in the actor's place."""

    def make(actor: Actor, role: Role | None = None) -> Browser:
        person = account(actor, role)
        made = browser()
        assert made.sign_in(person.login, person.password).status_code == 200
        return made

    return make


@pytest.fixture
def program_of(app) -> Callable[[str], httpx.Client]:
    """A client that sends an API token."""

    def make(token: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(transport=InProcess(app), base_url=LOCAL, headers=headers)

    return make


@pytest.fixture
def program(program_of, database, authority) -> Callable[[Actor], httpx.Client]:
    """A client with an API token for the actor's organisation and role."""

    def make(actor: Actor, role: Role | None = None) -> httpx.Client:
        return program_of(
            people.issue_token(
                database, authority, organisation_id=actor.organisation_id,
                role=role or actor.role, label=secrets.token_hex(4),
            )
        )  # fmt: skip

    return make


@pytest.fixture
def phusong(database, monkeypatch, capsys):
    """Runs ``phusong …`` as the shell would, on the test's database; status, told, refused."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["phusong", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return run


@pytest.fixture
def one_commune(database, authority):
    """A list of units in force, with one province and one commune."""
    a_vintage(database, authority)


@pytest.fixture
def visitor(signed_in, officer):
    """A window of the officer's."""
    return signed_in(officer)


@pytest.fixture
def zone(database, one_commune, officer):
    return a_zone(database, officer, queue="fund", queue_reason="Nghị định thử")


@pytest.fixture
def reviewer(signed_in, authority, officer):
    return signed_in(authority, Role.REVIEWER)


@pytest.fixture
def actors(authority, officer, operator, auditor):
    return {
        OrganisationKind.PROVINCE: officer, OrganisationKind.OPERATOR: operator("Viettel"),
        OrganisationKind.AUTHORITY: authority, OrganisationKind.AUDITOR: auditor,
    }  # fmt: skip
