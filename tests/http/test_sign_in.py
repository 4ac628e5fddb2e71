"""Coming in: the session, its end, forms that carry a token, and guessing that has to wait."""

import dataclasses

import pytest
from fastapi import Request
from sqlalchemy import text

from api.main import create_app
from api.throttle import address_of
from coverage.actions import accounts, attempts, audit
from coverage.errors import SettingsUnusable
from coverage.settings import read_settings
from tests.http.browsers import LOCAL, Browser, InProcess
from tests.reported import as_owner


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


def test_a_password_is_kept_at_the_cost_that_rfc_9106_recommends(  # noqa: PLR0917
    real_hasher, database, authority, browser, account, officer
):
    person = account(officer)
    with as_owner(database, authority) as connection:
        kept = connection.execute(
            text("SELECT password_hash FROM phusong.person WHERE login = :login"),
            {"login": person.login},
        ).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert browser().sign_in(person.login, person.password).status_code == 200
    assert browser().sign_in(person.login, person.password + "x").status_code == 401


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


def test_a_session_begins_anew_at_every_sign_in(browser, account, officer, province):
    """Nobody's session can be laid under somebody: the browser's former one ends."""
    person, other, visitor = account(officer), account(province("40")), browser()
    visitor.cookies.set("phusong_session", "gia-mao", domain="phusong.test")
    visitor.sign_in(person.login, person.password)
    first = visitor.cookies.get("phusong_session")
    assert first != "gia-mao"
    visitor.get("/account")
    visitor.fill("/sign-in", login=other.login, password=other.password)
    second = visitor.cookies.get("phusong_session")
    assert second not in {first, "gia-mao"}
    assert other.login in visitor.get("/account").text
    stale = browser()
    stale.cookies.set("phusong_session", first, domain="phusong.test")
    assert stale.get("/account").status_code == 303


def test_a_session_that_ran_out_says_so_and_leads_back(database, signed_in, officer, authority):
    visitor = signed_in(officer)
    with as_owner(database, authority) as connection:
        connection.execute(text("UPDATE phusong.web_session SET expires_at = now()"))
    answer = visitor.get("/zones?words=b%E1%BA%A3n&order=place")
    address = "/sign-in?next=/zones%3Fwords%3Db%25E1%25BA%25A3n%26order%3Dplace"
    assert answer.headers["location"] == address
    page = visitor.get(answer.headers["location"])
    assert "đã hết hạn" in page.text
    assert 'name="next" value="/zones?words=b%E1%BA%A3n&amp;order=place"' in page.text
    assert "đã hết hạn" not in visitor_without_session(visitor).get("/sign-in").text
    assert visitor.post("/notices/read").headers["location"] == "/sign-in?next=/"


def visitor_without_session(visitor):
    visitor.cookies.delete("phusong_session")
    return visitor


def test_a_part_of_a_page_never_becomes_the_sign_in_page(browser):
    told = {"HX-Request": "true", "HX-Target": "zones-found"}
    for current, leads in (
        ("http://phusong.test/zones?words=a", "/sign-in?next=/zones%3Fwords%3Da"),
        ("http://evil.example", "/sign-in?next=/"),
        ("", "/sign-in?next=/"),
    ):
        answer = browser().get("/zones", headers={**told, "HX-Current-URL": current})
        assert answer.status_code == 401
        assert answer.headers["hx-redirect"] == leads
        assert answer.text == ""


def test_a_person_sees_and_ends_their_other_sessions(
    database, browser, account, officer, authority
):
    person, here, there = account(officer), browser(), browser()
    for visitor in (there, here):
        visitor.sign_in(person.login, person.password)
    page = here.get("/account").text
    assert page.count("Phiên này") == 1
    assert "Kết thúc các phiên khác" in page
    assert "Đã kết thúc 1 phiên" in here.fill("/account/end-others").text
    assert there.get("/").status_code == 303
    assert here.get("/").status_code == 200
    assert "Kết thúc các phiên khác" not in here.get("/account").text
    with as_owner(database, authority) as connection:
        acts = connection.execute(text("SELECT act FROM phusong.audit_entry")).scalars().all()
    assert "person.other_sessions_ended" in acts


def test_the_present_password_is_not_guessed_either(signed_in, officer):
    visitor = signed_in(officer)
    visitor.get("/account")
    wanted = "bản rào tre chờ sóng"
    for _ in range(5):
        sent = visitor.fill("/account", present="sai", wanted=wanted, again=wanted)
        assert "Mật khẩu hiện tại không đúng" in sent.text
    assert visitor.fill("/account", present="sai", wanted=wanted, again=wanted).status_code == 429


def test_a_request_made_by_another_sites_page_is_refused(signed_in, officer):
    visitor = signed_in(officer)
    visitor.get("/account")
    csrf = visitor.csrf  # of the session; a refusal's page carries another
    for headers, status in (
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://phusong.test"}, 403),
        ({"Origin": "http://phusong.test"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://phusong.test.evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ):
        form = {"csrf": csrf, "language": "vi"}
        sent = visitor.post("/language", data=form, headers=headers)
        assert sent.status_code == status, headers
        if status == 403:
            assert "trang ngoài Phủ Sóng" in sent.text
            assert sent.headers["content-security-policy"].startswith("default-src 'none'")
            told = visitor.post("/api/v1/notices/read", headers=headers)
            assert told.json()["type"].endswith("#foreign-page")


def test_behind_a_proxy_the_public_address_is_ours_too(database, settings):
    web = dataclasses.replace(
        settings.web, public_address="https://phusong.example.vn", other_hosts=("phusong.test",)
    )
    app = create_app(dataclasses.replace(settings, web=web), database)
    visitor = Browser(transport=InProcess(app), base_url="http://phusong.test")
    visitor.get("/sign-in")
    for origin, status in (("https://phusong.example.vn", 303), ("https://evil.example", 403)):
        sent = visitor.post(
            "/language", data={"csrf": visitor.csrf, "language": "vi"}, headers={"Origin": origin}
        )
        assert sent.status_code == status


def addresses_of(settings, trusted, **headers):
    """What address the door counts a request under."""
    web = dataclasses.replace(settings.web, trusted_proxies=trusted)
    app = create_app(dataclasses.replace(settings, web=web))

    @app.get("/health/address")
    def told(request: Request) -> str:
        return address_of(request)

    return Browser(transport=InProcess(app), base_url="http://phusong.test").get(
        "/health/address", headers=headers
    ).json()  # fmt: skip


def test_the_askers_address_is_the_connections_own_unless_a_known_proxy_says(settings):
    """The test's client is 127.0.0.1."""
    said = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    assert addresses_of(settings, (), **said) == "127.0.0.1"
    assert addresses_of(settings, ("192.0.2.0/24",), **said) == "127.0.0.1"
    # The last one is what our proxy saw; what stands before it anybody may have written.
    assert addresses_of(settings, ("127.0.0.1/32",), **said) == "198.51.100.7"
    both = ("127.0.0.1/32", "198.51.100.0/24")
    assert addresses_of(settings, both, **said) == "203.0.113.9"
    six = {"X-Forwarded-For": "2001:db8:1:2:3:4:5:6"}
    assert addresses_of(settings, ("127.0.0.1/32",), **six) == "2001:db8:1:2::/64"
    mapped = {"X-Forwarded-For": "::ffff:192.0.2.1"}
    assert addresses_of(settings, ("127.0.0.1/32",), **mapped) == "192.0.2.1"


def test_the_settings_name_the_proxies(tmp_path):
    read = read_settings({"PHUSONG_TRUSTED_PROXY": "10.0.0.2, 192.0.2.0/24"}, tmp_path)
    assert read.web.trusted_proxies == ("10.0.0.2/32", "192.0.2.0/24")
    assert read_settings({}, tmp_path).web.trusted_proxies == ()
    with pytest.raises(SettingsUnusable):
        read_settings({"PHUSONG_TRUSTED_PROXY": "*"}, tmp_path)


def test_all_web_processes_count_the_same_attempts(database, settings, account, officer):
    """Another process, and one that was started again, is another application here."""
    person = account(officer)
    for _ in range(5):
        one = Browser(transport=InProcess(create_app(settings, database)), base_url=LOCAL)
        assert one.sign_in(person.login, "sai").status_code == 401
    again = Browser(transport=InProcess(create_app(settings, database)), base_url=LOCAL)
    assert again.sign_in(person.login, person.password).status_code == 429


def test_of_ipv6_a_whole_network_is_counted_as_one(settings, database, monkeypatch):
    """An office, or whoever guesses, has at least 2^64 addresses to itself."""
    web = dataclasses.replace(settings.web, trusted_proxies=("127.0.0.1/32",))
    app = create_app(dataclasses.replace(settings, web=web), database)

    def guess(address):
        visitor = Browser(transport=InProcess(app), base_url=LOCAL)
        visitor.headers["X-Forwarded-For"] = address
        return visitor.sign_in("khong.co", "sai").status_code

    monkeypatch.setattr(attempts, "PER_LOGIN_AND_ADDRESS", attempts.Window(1, 900))
    assert guess("2001:db8:1:2::1") == 401
    assert guess("2001:db8:1:2:ffff:ffff:ffff:ffff") == 429
    assert guess("2001:db8:1:3::1") == 401
