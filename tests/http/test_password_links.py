"""Links that set a password once: made, shown, used by one browser, ended by everything else."""

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from coverage.actions import accounts, password_links, people
from coverage.errors import Conflict, LinkEnded, NotSignedIn
from tests.reported import as_owner

WANTED = "bản rào tre chờ sóng từ tết"


@pytest.fixture
def person(account, officer):
    return account(officer)


@pytest.fixture
def link(database, authority, person):
    def make():
        return password_links.make_link(database, authority, person.login, hours=24).token

    return make


def choose(visitor, token, wanted=WANTED, again=None, follow=True):
    visitor.get(f"/reset/{token}")
    return visitor.fill(f"/reset/{token}", follow, wanted=wanted, again=again or wanted)


def test_a_link_sets_the_password_once_and_lets_its_holder_in(browser, person, link):
    elsewhere, visitor, token = browser(), browser(), link()
    elsewhere.sign_in(person.login, person.password)
    page = visitor.get(f"/reset/{token}")
    assert page.status_code == 200
    assert person.login in page.text
    assert page.headers["referrer-policy"] == "strict-origin"
    assert page.headers["cache-control"] == "no-store"
    assert visitor.get(f"/reset/{token}").status_code == 200  # looking uses nothing up
    inside = choose(visitor, token)
    assert (inside.status_code, inside.url.path) == (200, "/")
    assert elsewhere.get("/").status_code == 303  # every session of before has ended
    assert choose(browser(), token).status_code == 410
    assert browser().sign_in(person.login, person.password).status_code == 401
    assert browser().sign_in(person.login, WANTED).status_code == 200


def test_a_password_may_be_typed_in_either_form_of_vietnamese(browser, person, link):
    choose(browser(), link(), unicodedata.normalize("NFD", WANTED))
    visitor = browser()
    assert visitor.sign_in(person.login, unicodedata.normalize("NFC", WANTED)).status_code == 200


def test_a_refused_password_leaves_the_link(browser, link):
    visitor, token = browser(), link()
    for wanted, again, told in (
        ("ngắn thôi!", None, "quá ngắn"),
        ("matkhau123456", None, "quá dễ đoán"),
        (WANTED, "khác", "không giống nhau"),
        ("á" * 201, None, "quá dài"),
    ):
        refused = choose(visitor, token, wanted, again)
        assert refused.status_code == 409
        assert told in refused.text
        assert wanted not in refused.text
    assert choose(visitor, token).url.path == "/"


def test_of_two_browsers_one_wins(database, link):
    token = link()

    def use(n):
        try:
            return people.session(
                database,
                password_links.use_link(database, token, f"{WANTED} {n}", hours=12),
                idle_minutes=60,
            )
        except LinkEnded:
            return None

    with ThreadPoolExecutor(4) as threads:
        won = [each for each in threads.map(use, range(4)) if each]
    assert len(won) == 1


@pytest.mark.parametrize("end", ["newer", "old", "disabled", "reset", "changed", "unknown"])
def test_what_ends_a_link(database, authority, browser, person, link, end):  # noqa: PLR0917
    token = link()
    match end:
        case "newer":
            link()
        case "old":
            with as_owner(database, authority) as connection:
                connection.execute(
                    text("UPDATE phusong.password_link SET expires_at = now() - interval '1 s'")
                )
        case "disabled":
            accounts.disable(database, authority, person.login)
            accounts.enable(database, authority, person.login)
        case "reset":
            people.reset_password(database, authority, person.login)
        case "changed":
            visitor = browser()
            visitor.sign_in(person.login, person.password)
            visitor.get("/account")
            visitor.fill("/account", present=person.password, wanted=WANTED, again=WANTED)
        case "unknown":
            token = "x" * 43
    answer = browser().get(f"/reset/{token}")
    assert answer.status_code == 410
    assert "không còn dùng được" in answer.text
    with pytest.raises(LinkEnded):
        password_links.use_link(database, token, WANTED, hours=12)


def test_a_link_holds_a_day_and_is_kept_as_a_hash(database, authority, link):
    token = link()
    with as_owner(database, authority) as connection:
        row = connection.execute(
            text("SELECT password_link::text, expires_at - created_at FROM phusong.password_link")
        ).one()
    assert token not in row[0]
    assert row[1].total_seconds() == 24 * 3600


def test_the_token_is_in_no_log_and_no_audit_line(  # noqa: PLR0917
    database, authority, browser, link, caplog, app, monkeypatch
):
    caplog.set_level("DEBUG")
    used, broken = link(), None
    choose(browser(), used)
    broken = link()
    monkeypatch.setattr(password_links, "link_holder", lambda *_: 1 / 0)
    answer = browser().get(f"/reset/{broken}")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    with as_owner(database, authority) as connection:
        log = str(connection.execute(text("SELECT * FROM phusong.audit_entry")).all())
    assert "person.password_set_by_link" in log
    ours = [record for record in caplog.records if not record.name.startswith("http")]
    written = "\n".join(record.getMessage() for record in ours)
    assert "incident" in written
    for token in (used, broken):
        assert token not in written + log
    assert WANTED not in log


def test_guessing_links_has_to_wait(browser):
    for n in range(30):
        assert browser().get(f"/reset/{n}").status_code == 410
    assert browser().get("/reset/30").status_code == 429


def test_who_was_held_back_comes_in_by_a_link(browser, person, link):
    for _ in range(5):
        browser().sign_in(person.login, "sai")
    assert browser().sign_in(person.login, person.password).status_code == 429
    assert choose(browser(), link()).status_code == 200
    assert browser().sign_in(person.login, WANTED).status_code == 200


def test_somebody_elses_browser_says_so_and_changes_hands(signed_in, authority, person, link):
    visitor, token = signed_in(authority), link()
    assert "tài khoản khác" in visitor.get(f"/reset/{token}").text
    inside = choose(visitor, token)
    assert inside.status_code == 200
    assert person.login in visitor.get("/account").text


def test_a_form_without_its_token_sets_nothing(browser, link):
    visitor, token = browser(), link()
    visitor.get(f"/reset/{token}")
    visitor.csrf = "khác"
    assert visitor.fill(f"/reset/{token}", wanted=WANTED, again=WANTED).status_code == 403
    assert choose(browser(), token).status_code == 200


def test_who_is_signing_in_meanwhile_does_not_stay(database, person, link, monkeypatch):
    """The old password was checked a moment before the new one was chosen: it opens nothing."""
    token, plain = link(), people._is_password

    def checked_slowly(*asked):
        found = plain(*asked)
        password_links.use_link(database, token, WANTED, hours=12)
        return found

    monkeypatch.setattr(people, "_is_password", checked_slowly)
    with pytest.raises(NotSignedIn):
        people.sign_in(database, person.login, person.password, hours=12)


def test_a_closed_account_gets_no_link(database, authority, person, link):
    accounts.disable(database, authority, person.login)
    with pytest.raises(Conflict):
        link()


def test_the_links_page_names_nobody_elsewhere(browser, link):
    page = browser().get(f"/reset/{link()}").text
    assert re.findall(r'(?:href|src|action)="(?!/|#)[^"]*"', page) == []
