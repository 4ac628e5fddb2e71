"""Coming in: the session, its end, forms that carry a token, and guessing that has to wait."""

import dataclasses

import pytest
from sqlalchemy import text

from api.main import create_app
from coverage.actions import accounts, audit
from tests.http.browsers import Browser, InProcess


@pytest.fixture
def officer(province):
    return province("42")


def test_a_person_signs_in_and_out(browser, account, officer):
    person, visitor = account(officer), browser()
    page = visitor.sign_in(person.login.upper(), person.password)
    assert page.status_code == 200
    assert page.url.path == "/"
    assert "Sở KH&amp;CN tỉnh 42" in page.text
    cookie = next(c for c in visitor.cookies.jar if c.name == "phusong_session")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert visitor.fill("/sign-out").url.path == "/sign-in"
    visitor.cookies.set("phusong_session", cookie.value, domain="phusong.test")
    assert visitor.get("/").headers["location"] == "/sign-in?next=/"


def test_over_https_cookies_are_secure_and_tied_to_the_host(database, account, officer, settings):
    web = dataclasses.replace(settings.web, secure_cookies=True)
    app = create_app(dataclasses.replace(settings, web=web), database)
    visitor = Browser(transport=InProcess(app), base_url="https://phusong.test")
    person = account(officer)
    page = visitor.sign_in(person.login, person.password)
    assert page.url.path == "/"
    assert "max-age" in page.headers["strict-transport-security"]
    cookie = next(c for c in visitor.cookies.jar if c.name == "__Host-phusong_session")
    assert cookie.secure
    assert cookie.path == "/"


def test_a_wrong_login_and_a_wrong_password_look_the_same(browser, account, officer):
    person = account(officer)
    answers = []
    for login, password in ((person.login, "sai"), ("khong.co", "sai"), (person.login, "")):
        visitor = browser()
        page = visitor.sign_in(login, password)
        answers.append((page.status_code, page.text.replace(login, "").replace(visitor.csrf, "")))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 401


def test_a_disabled_person_is_nobody(database, authority, browser, account, officer):
    person, visitor = account(officer), browser()
    visitor.sign_in(person.login, person.password)
    accounts.disable(database, authority, person.login)
    assert visitor.get("/").status_code == 303
    assert browser().sign_in(person.login, person.password).status_code == 401


@pytest.mark.parametrize(
    "change",
    ["expires_at = now() - interval '1 second'", "seen_at = now() - interval '61 minutes'"],
    ids=["absolute", "idle"],
)
def test_a_session_runs_out(database, signed_in, officer, change):
    visitor = signed_in(officer)
    assert visitor.get("/").status_code == 200
    owner = database.owner()
    with owner.begin() as connection:
        connection.execute(text(f"UPDATE phusong.web_session SET {change}"))
    owner.dispose()
    assert visitor.get("/zones").headers["location"] == "/sign-in?next=/zones"


def test_guessing_has_to_wait_and_the_right_password_then_too(browser, account, officer):
    person, visitor = account(officer), browser()
    for _ in range(5):
        assert visitor.sign_in(person.login, "sai").status_code == 401
    refused = visitor.sign_in(person.login, person.password)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert "15 phút" in refused.text
    other = account(officer)
    assert browser().sign_in(other.login, other.password).status_code == 200


@pytest.mark.parametrize("token", ["", "khác", None])
@pytest.mark.parametrize("path", ["/sign-out", "/language", "/sign-in", "/account"])
def test_a_form_without_its_token_is_refused(signed_in, officer, path, token):
    visitor = signed_in(officer)
    answer = visitor.post(path, data={} if token is None else {"csrf": token})
    assert answer.status_code == 403
    assert "Biểu mẫu đã hết hạn" in answer.text
    assert visitor.get("/").status_code == 200  # nobody was signed out


def test_anothers_token_is_no_token(signed_in, officer, province):
    one, other = signed_in(officer), signed_in(province("40"))
    other.get("/")
    one.csrf = other.csrf
    assert one.fill("/sign-out").status_code == 403


def test_signing_in_needs_the_form_of_this_browser(browser, account, officer):
    person, visitor, stranger = account(officer), browser(), browser()
    stranger.get("/sign-in")
    visitor.csrf = stranger.csrf
    sent = visitor.fill("/sign-in", login=person.login, password=person.password)
    assert sent.status_code == 403


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb", "javascript:1"],
)
def test_after_signing_in_nobody_is_led_elsewhere(browser, account, officer, back):
    person, visitor = account(officer), browser()
    visitor.get("/sign-in", params={"next": back})
    answer = visitor.fill(
        "/sign-in", follow=False, login=person.login, password=person.password, next=back
    )
    assert answer.headers["location"] == "/"


def test_the_asked_page_comes_after_signing_in(browser, account, officer):
    person, visitor = account(officer), browser()
    first = visitor.get("/zones", follow_redirects=True)
    assert first.url.path == "/sign-in"
    assert 'name="next" value="/zones"' in first.text
    answer = visitor.fill("/sign-in", login=person.login, password=person.password, next="/zones")
    assert answer.url.path == "/zones"


def test_the_language_is_remembered(signed_in, officer):
    visitor = signed_in(officer)
    assert '<html lang="vi">' in visitor.get("/zones").text
    english = visitor.fill("/language", language="en", next="/zones?order=households")
    assert str(english.url).endswith("/zones?order=households")
    assert '<html lang="en">' in english.text
    assert ">Sign out<" in english.text
    assert '<html lang="vi">' in visitor.fill("/language", language="vi", next="/").text


def test_signing_in_is_in_the_log(database, authority, signed_in, officer):
    signed_in(officer)
    assert audit.verify(database, authority)[1] is None
    with database.transaction(authority) as connection:
        acts = connection.execute(text("SELECT act FROM phusong.audit_entry")).scalars().all()
    assert "person.signed_in" in acts
