"""Whatever is sent, nobody gets a traceback: every answer is one of ours, and has its one shape."""

import base64
import json
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.http.stored import a_vintage, a_zone

MODEST = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["\x00", "' OR 1=1 --", "%", "../../x", "9" * 40, "-1", "1e309", "NaN", "\ud7ff",
                     "{{7*7}}", "<script>", "42", "fund", "2026-04-30"]),
)  # fmt: skip
PARAMETERS = st.dictionaries(
    st.sampled_from(["province", "queue", "status", "bbox", "cursor", "limit", "version", "words",
                     "order", "show", "page", "next", "map", "replaces"]),
    NASTY,
    max_size=4,
)  # fmt: skip
READING = ["zones", "zones/{}", "zones/{}/history", "zones/{}/why", "zones/{}/verdicts", "reviews",
           "packages", "packages/{}", "packages/{}/download", "surveys", "surveys/{}", "surveys/{}/file", "places/provinces", "places/communes"]  # fmt: skip
PAGES = ["", "zones", "zones/{}", "surveys", "surveys/{}", "surveys/pending/{}", "packages", "map",
         "map/document", "account", "sign-in", "zones/{}/map", "review", "review/{}"]  # fmt: skip
FORMS = ["sign-in", "language", "account", "surveys/check", "surveys/pending/{}/submit",
         "surveys/pending/{}/columns", "surveys/{}/withdraw", "surveys/{}/rows/{}/correct",
         "review/take-up", "review/put-back", "review/preview", "review/decide", "review/{}",
         "zones/{}/move", "zones/{}/queue"]  # fmt: skip


def judge(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text[:300]
    if answer.status_code >= 400 and "/api/" in str(answer.url):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def address(pattern, part):
    return "/" + pattern.replace("{}", quote(part, safe="") or "x")


@pytest.fixture
def officer(database, authority, province):
    a_vintage(database, authority)
    made = province("42")
    a_zone(database, made)
    return made


def test_reading_through_the_api(officer, program):
    client = program(officer)

    @MODEST
    @given(st.sampled_from(READING), NASTY, PARAMETERS)
    def ask(pattern, part, parameters):
        judge(client.get("/api/v1" + address(pattern, part), params=parameters))

    ask()


def test_reading_pages(officer, signed_in):
    visitor = signed_in(officer)

    @MODEST
    @given(st.sampled_from(PAGES), NASTY, PARAMETERS)
    def ask(pattern, part, parameters):
        judge(visitor.get(address(pattern, part), params=parameters))

    ask()


def test_sending_forms(officer, signed_in):
    visitor = signed_in(officer)
    visitor.get("/account")

    @MODEST
    @given(
        st.sampled_from(FORMS), st.from_regex(r"[\w-]{1,20}", fullmatch=True),
        st.dictionaries(
            st.sampled_from(["login", "password", "next", "language", "present", "wanted", "again",
                             "replaces", "column:A", "zone", "move", "reason", "count",
                             "merged_into", "other_zone", "queue"]),
            NASTY,
            max_size=4,
        ),
    )  # fmt: skip
    def send(pattern, part, fields):
        judge(visitor.fill(address(pattern, part), follow=False, **fields))

    send()


def test_odd_bodies_and_cursors(officer, program):
    client = program(officer)
    values = st.recursive(
        st.none() | st.integers() | NASTY, lambda inner: st.lists(inner, max_size=3)
    )

    @MODEST
    @given(values)
    def ask(value):
        cursor = base64.urlsafe_b64encode(json.dumps(["id", value]).encode()).decode()
        judge(client.get("/api/v1/zones", params={"cursor": cursor}))

    ask()
