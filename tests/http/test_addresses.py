"""What stands in ``Host`` is the asker's own word: nothing others will read is built from it."""

import dataclasses
import re

import pytest

from api.main import create_app
from coverage.actions import accounts
from coverage.errors import SettingsUnusable
from coverage.settings import read_settings
from tests.http.browsers import Browser, InProcess
from tests.http.stored import a_vintage, a_zone

PUBLIC = "https://phusong.example.vn"
EVIL = {"Host": "evil.example"}


@pytest.fixture
def reached(settings, database):
    """An application that knows its public address; a client that asks by another one."""

    def make(address, **web):
        told = dataclasses.replace(settings.web, public_address=PUBLIC, **web)
        app = create_app(dataclasses.replace(settings, web=told), database)
        return Browser(transport=InProcess(app), base_url=address)

    return make


def administrator(browser, account, authority):
    person = account(authority)
    assert browser.sign_in(person.login, person.password).status_code == 200
    return browser


def a_link(browser, account, officer, known):
    page = f"/people/{known(account(officer).login)}"
    browser.get(page)
    made = browser.fill(f"{page}/link")
    assert made.status_code == 201
    return made.text, re.search(r"<textarea[^>]*>([^<]+)</textarea>", made.text)[1]


@pytest.fixture
def known(database, authority):
    return lambda login: accounts.account(database, authority, login).id


def test_without_a_public_address_a_link_is_a_path_and_says_what_is_missing(
    browser, account, authority, officer, known
):
    visitor = administrator(browser(), account, authority)
    page, link = a_link(visitor, account, officer, known)
    assert link.startswith("/reset/")
    assert "phusong.test" not in page
    assert "PHUSONG_PUBLIC_ADDRESS" in page
    assert browser().get(link).status_code == 200


def test_with_a_public_address_a_link_is_whole(reached, account, authority, officer, known):
    visitor = administrator(reached("http://127.0.0.1:8000"), account, authority)
    page, link = a_link(visitor, account, officer, known)
    assert link.startswith(f"{PUBLIC}/reset/")
    assert "PHUSONG_PUBLIC_ADDRESS" not in page


def test_no_page_repeats_anothers_host(browser, signed_in, authority):
    for page in ("/sign-in", "/verify/keys", "/khong-co"):
        assert "evil.example" not in browser().get(page, headers=EVIL).text
    visitor = signed_in(authority)
    for page in ("/people", "/zones", "/docs/", "/verify"):
        answer = visitor.get(page, headers=EVIL)
        assert answer.status_code == (307 if page.endswith("/") else 200)
        assert "evil.example" not in answer.text + answer.headers.get("location", "")


def test_a_slash_too_many_leads_on_and_to_nobody_else(browser):
    for asked, leads in (
        ("/sign-in/", "/sign-in"),
        ("/zones/?words=b%E1%BA%A3n", "/zones?words=b%E1%BA%A3n"),
        ("//evil.example/", "/evil.example"),
        ("/\\evil.example//", "/%5Cevil.example"),
        ("/api/v1/zones/", "/api/v1/zones"),
    ):
        answer = browser().get(f"http://phusong.test{asked}", headers=EVIL)
        assert (answer.status_code, answer.headers["location"]) == (307, leads)
    assert browser().post("/sign-in/").status_code == 404


def test_who_knows_its_address_answers_for_no_other(settings):
    web = dataclasses.replace(settings.web, public_address=PUBLIC, other_hosts=("app",))
    app = create_app(dataclasses.replace(settings, web=web))
    visitor = Browser(transport=InProcess(app), base_url=PUBLIC)
    for host, status in (
        ("phusong.example.vn", 200),
        ("PHUSONG.example.vn:443", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("app:8000", 200),  # named in the settings
        ("evil.example", 421),
        ("phusong.example.vn.evil.example", 421),
        ("192.0.2.7", 421),
        ("phusong.example.vn@evil.example", 421),
        ("[::1", 421),
        ("", 421),
    ):
        answer = visitor.get("/sign-in", headers={"Host": host})
        assert answer.status_code == status, host
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert visitor.get("/health/live", headers={"Host": host}).status_code == 204
        if status == 421:
            assert PUBLIC in answer.text
            assert "evil" not in answer.text
            told = visitor.get("/api/v1/zones", headers={"Host": host})
            assert told.json()["type"].endswith("#host-unknown")


def test_the_settings_name_other_hosts(tmp_path):
    read = read_settings({"PHUSONG_OTHER_HOSTS": "App, phusong_web"}, tmp_path)
    assert read.web.other_hosts == ("app", "phusong_web")
    for bad in ("*", "a b", "app:8000"):
        with pytest.raises(SettingsUnusable):
            read_settings({"PHUSONG_OTHER_HOSTS": bad}, tmp_path)


@pytest.mark.parametrize(
    ("asked", "next_begins"),
    [
        ("http://phusong.example.vn", f"{PUBLIC}/api/v1/zones?"),  # a proxy took HTTPS away
        ("http://localhost:8000", "http://localhost:8000/api/v1/zones?"),
    ],
)
def test_a_program_is_led_on_where_it_asks(  # noqa: PLR0917
    reached, database, authority, province, program, asked, next_begins
):
    a_vintage(database, authority)
    officer = province("42")
    for _ in range(3):
        a_zone(database, officer)
    token = program(authority).headers["Authorization"]
    client = reached(asked)
    first = client.get("/api/v1/zones?limit=2&status=reported", headers={"Authorization": token})
    following = first.links["next"]["url"]
    assert following.startswith(next_begins)
    assert first.json()["links"][0]["href"] == following
    path = following.split("/api", 1)[1]
    second = client.get(f"/api{path}", headers={"Authorization": token}).json()
    ids = {each["id"] for each in (*first.json()["features"], *second["features"])}
    assert len(ids) == 3
