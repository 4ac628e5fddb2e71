"""Every route, walked as nobody; every error, in its one shape; what surrounds every answer."""

import html
import re
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from hypothesis import given, settings
from hypothesis import strategies as st

from api import refusals
from api.fault_words import fault_in_words
from api.headers import PAGE_POLICY, map_policy
from api.main import create_app
from api.problems import PROBLEMS
from coverage import errors
from coverage.findings import Language
from coverage.settings import read_settings
from tests.http.browsers import LOCAL, InProcess

OPEN = {"/health", "/health/live", "/api/v1/health", "/api/v1/health/live", "/sign-in",
        "/static/{name}", "/language", "/reset/{token}", "/verify/keys",
        "/.well-known/phusong/package-signing-key.pem",
        "/.well-known/phusong/package-signing-keys.json"}  # fmt: skip
AN_ID = "00000000-0000-4000-8000-000000000000"


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of the application, its inclusions walked."""
    return sorted(
        {
            (method, str(route.path))
            for route in iter_route_contexts(app.routes)
            for method in route.methods or ()
        }
    )


def fill(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda name: "GT-1" if name[1] == "number" else AN_ID, path)


def without_database() -> FastAPI:
    """The application alone: its errors and its description need no database."""
    return create_app(read_settings({}, Path("/nowhere")))


def test_no_route_is_open_but_those_that_must_be(app, browser):
    walked = routes(app)
    assert len(walked) > 20
    assert {path for _, path in walked} > OPEN
    for method, path in walked:
        if path in OPEN:
            continue
        response = browser().request(method, fill(path))
        if path.startswith(("/api/", "/tiles/")):
            assert response.status_code == 401, (method, path)
            if method != "HEAD":
                assert response.json()["type"] == "/api/v1/problems#not-signed-in"
            assert response.headers["www-authenticate"] == "Bearer"
        else:
            assert response.status_code == 303, (method, path)
            assert response.headers["location"].startswith("/sign-in?next=/")


def test_a_false_token_opens_nothing(app, browser):
    for authorization in ("Bearer sai", "Bearer ", "Basic cXVhbnRyaTo=", "sai", ""):
        for method, path in routes(app):
            if path.startswith("/api/") and path not in OPEN:
                response = browser().request(
                    method, fill(path), headers={"Authorization": authorization}
                )
                assert response.status_code == 401, (authorization, path)


def test_a_session_alone_changes_nothing_through_the_api(app, signed_in, province):
    visitor = signed_in(province("42"))
    for method, path in routes(app):
        if path.startswith("/api/") and method not in {"GET", "HEAD"}:
            assert visitor.request(method, fill(path)).status_code == 403, path


def test_what_does_not_exist_is_told_to_each_in_their_way(browser):
    program = browser().get("/api/v1/khong-co")
    assert (program.status_code, program.json()["status"]) == (404, 404)
    person = browser().get("/khong-co")
    assert person.status_code == 404
    assert "Không có trang này" in person.text
    assert browser().delete("/api/v1/zones").json()["type"].endswith("#method-unknown")


def every_error():
    made = {
        errors.InputRefused: errors.InputRefused([]),
        errors.DisputeRefused: errors.DisputeRefused([]),
        errors.PromiseRefused: errors.PromiseRefused([]),
        errors.ChangeRefused: errors.ChangeRefused([]),
        errors.DeliveryRefused: errors.DeliveryRefused([]),
        errors.WeightsRefused: errors.WeightsRefused([]),
        errors.NotFound: errors.NotFound("zone", "x"),
        errors.NotAllowed: errors.NotAllowed("submit_survey", "operator"),
        errors.NotSignedIn: errors.NotSignedIn(),
        errors.TextUnreadable: errors.TextUnreadable(),
        errors.ZonesChanged: errors.ZonesChanged([]),
        errors.LinkEnded: errors.LinkEnded(),
        errors.Conflict: errors.Conflict("package", "already_published"),
        errors.LotCountRefused: errors.LotCountRefused(9, 1, 3),
        errors.LotsApart: errors.LotsApart(["Bản Thử"], "15"),
        errors.LotNotReady: errors.LotNotReady("Lô 1", ["Bản Thử"], ["land"]),
        errors.NothingToDo: errors.NothingToDo("no_lots"),
        errors.SigningKeyUnusable: errors.SigningKeyUnusable("key_missing", path=Path("bí mật")),
        errors.PackageAltered: errors.PackageAltered("GT-2026-42-001", 1),
        errors.WorkerLost: errors.WorkerLost(3),
        errors.FileUnwritable: errors.FileUnwritable(Path("x"), "bí mật"),
        errors.SettingsUnusable: errors.SettingsUnusable("X", "bí mật"),
        errors.DatabaseUnavailable: errors.DatabaseUnavailable("bí mật"),
        refusals.RequestUnreadable: refusals.RequestUnreadable([refusals.Fault("query.x", "y")]),
        refusals.FormStale: refusals.FormStale(),
        refusals.ForeignPage: refusals.ForeignPage(),
        refusals.HostUnknown: refusals.HostUnknown("https://phusong.example.vn"),
        refusals.TooManyAttempts: refusals.TooManyAttempts(61),
        refusals.TooManyPrints: refusals.TooManyPrints(61, 20),
        refusals.PrintersBusy: refusals.PrintersBusy(15),
        refusals.UploadTooLarge: refusals.UploadTooLarge(100),
        refusals.RangeUnsatisfiable: refusals.RangeUnsatisfiable(7),
        refusals.ConditionFailed: refusals.ConditionFailed(),
        refusals.RouteUnknown: refusals.RouteUnknown(),
        refusals.MethodUnknown: refusals.MethodUnknown(),
        refusals.ProgramFault: refusals.ProgramFault("abcd"),
    }
    assert set(made) == set(PROBLEMS)
    return list(made.values())


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("language", list(Language))
def test_every_error_has_one_shape(error, language):
    app = without_database()

    @app.get("/api/raise")
    @app.get("/raise")
    def refuse() -> None:
        raise error

    client = httpx.Client(transport=InProcess(app), base_url=LOCAL)
    client.cookies.set("phusong_language", language.value)
    program, person = client.get("/api/raise"), client.get("/raise")
    told = program.json()
    assert program.headers["content-type"] == "application/problem+json"
    assert set(told) >= {"type", "title", "status", "detail"}
    assert told["status"] == program.status_code == PROBLEMS[type(error)].status
    assert "bí mật" not in program.text + person.text
    assert not re.search(r"[{}]", told["detail"])
    if not isinstance(error, errors.NotSignedIn):
        assert person.status_code == program.status_code
        for said in sentences(told, error, language):
            assert said in html.unescape(person.text)


def sentences(told, error, language):
    """What a person must be told of an error: of what cannot be read, each field and why."""
    if isinstance(error, refusals.RequestUnreadable):
        return [part for fault in error.faults for part in fault_in_words(fault, language)]
    return [told["detail"]]


def test_our_own_mistake_shows_a_number_and_no_traceback(caplog):
    app = without_database()

    @app.get("/api/mistake")
    def mistake() -> None:
        raise KeyError("bí mật")

    response = httpx.Client(transport=InProcess(app), base_url=LOCAL).get("/api/mistake")
    assert response.status_code == 500
    assert "bí mật" not in response.text
    incident = re.search(r"mã ([0-9a-f]{8})", response.json()["detail"])[1]
    assert incident in caplog.text
    assert "KeyError" in caplog.text


def test_every_answer_carries_its_headers(browser):
    for path in ("/sign-in", "/health", "/khong-co", "/api/v1/zones"):
        headers = browser().get(path).headers
        assert headers["content-security-policy"] == PAGE_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"


def test_no_policy_lets_a_page_run_what_a_province_typed():
    policy = map_policy(["'sha256-x'"], ["'sha256-y'"])
    assert "unsafe" not in PAGE_POLICY + policy
    assert policy.startswith("sandbox allow-scripts ")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy  # default-src 'none' holds


def test_static_files_are_ours_and_stay(browser):
    page = browser().get("/sign-in").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(addresses) >= 3
    for address in addresses:
        answer = browser().get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]
    assert browser().get("/static/..%2fmain.py").status_code == 404
    assert browser().get("/static/pages.css").status_code == 404


def test_a_page_loads_nothing_from_elsewhere(browser):
    page = browser().get("/sign-in").text
    assert re.findall(r'(?:href|src|action)="(?!/|#)[^"]*"', page) == []
    assert "<script>" not in page
    assert "style=" not in page
    assert not re.search(r"\son\w+=", page)


@pytest.mark.parametrize("size", ["announced", "chunked"])
def test_a_body_that_is_too_large_is_refused(app, browser, size):
    content = b"x" * 1_100_000
    sent = content if size == "announced" else iter([content[:600_000], content[600_000:]])
    answer = browser().post(
        "/sign-in", content=sent, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    assert "Tệp quá lớn" in answer.text


def test_health_tells_versions_and_never_rows(browser, database, authority):
    before = browser().get("/health").json()
    assert before["vintage"] is None
    assert before["criteria"] == {"name": "Bộ tiêu chí tạm", "official": False}
    assert browser().get("/health/live").status_code == 204


ALONE = without_database()


@settings(max_examples=60, deadline=None)
@given(
    path=st.text(max_size=40),
    query=st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=3),
)
def test_no_address_makes_a_traceback(path, query):
    client = httpx.Client(transport=InProcess(ALONE), base_url=LOCAL)
    try:
        url = httpx.URL(LOCAL + "/" + path, params=query)
    except (httpx.InvalidURL, UnicodeError):
        return
    assert client.get(url).status_code < 500


@pytest.mark.parametrize("path", ["*", "", "/tiles", "/tiles/", "/tiles/zones/1/1"])
def test_what_is_no_page_is_no_fault_of_ours(app, path):
    """HTTP knows requests that are for no path at all: ``GET *``."""
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "headers": [(b"host", b"phusong.test")], "scheme": "http",
        "http_version": "1.1", "server": ("phusong.test", 80), "client": ("192.0.2.1", 1),
    }  # fmt: skip
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    anyio.run(app, scope, receive, send)
    assert sent[0]["status"] in {307, 404}
