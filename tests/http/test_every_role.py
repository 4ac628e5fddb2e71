"""Every page and every route of the API, walked as every role of every organisation."""

from __future__ import annotations

import re

import pytest

from api.headers import PAGE_POLICY
from tests.http.every_route import ENDS_THE_WALK, LINES, OPEN
from tests.http.test_door import routes, without_database
from tests.http.walked import EVERYONE, NOBODY, Asked, a_country_at_work, walk

TO_PROGRAMS = ("/api/", "/tiles/")
ADD_A_LINE = """
A route without a line: say in tests/http/every_route.py who may ask it, for instance
    "GET /roads": to(Act.LOAD_LAYERS),                      # whose role permits the act
    "GET /roads/{road_id}": Asked(EVERYONE, told=NONE),     # everybody signed in; no such road
    "POST /roads": to(Act.LOAD_LAYERS, form={"name": "x"}), # with what the form wants
"""


@pytest.fixture(scope="module")
def walked(cluster, country, tmp_path_factory):
    """Every answer, in a country that lives: route, who asked, the answer."""
    with a_country_at_work(cluster, country, tmp_path_factory.mktemp("walk")) as (app, world, _):
        open_lines = {line: Asked(EVERYONE) for line in OPEN}
        yield walk(app, world, LINES | open_lines)


def test_every_route_has_its_line():
    known = {f"{method} {path}" for method, path in routes(without_database()) if method != "HEAD"}
    said = set(LINES) | set(OPEN) | ENDS_THE_WALK
    assert sorted(known - said) == [], ADD_A_LINE
    assert sorted(said - known) == [], "lines of routes that are no more"


def test_everybody_is_answered_as_the_table_says(walked):
    wrong = [
        f"{line}: {name} was answered {answer.status_code}, not {_expected(line, name)}"
        for line, answers in walked.items()
        for name, answer in answers.items()
        if not _is_right(line, name, answer)
    ]
    assert wrong == [], "\n".join(wrong)


def _expected(line, name):
    """The statuses that the table wants; None: anything but a refusal of the person."""
    path = line.split(" ")[1]
    if line in OPEN:
        return OPEN[line]
    asked = LINES[line]
    if name == NOBODY:
        return {401} if path.startswith(TO_PROGRAMS) else {303}
    if name in asked.absent:
        return {404}
    if name not in asked.may:
        return {403}
    if asked.told:
        return set(asked.told)
    return {200, 204, 303} if line.startswith("GET ") else None


def _is_right(line, name, answer):
    wanted = _expected(line, name)
    leads_in = answer.headers.get("location", "").startswith("/sign-in")
    if wanted is None:
        return answer.status_code not in {401, 403} and answer.status_code < 500 and not leads_in
    return answer.status_code in wanted and (name != NOBODY or line in OPEN or leads_in == (
        answer.status_code == 303
    ))  # fmt: skip


def test_every_answer_has_its_headers_and_no_page_says_a_script_or_a_style(walked):
    """What a province types never runs: no page has any script or style of its own inside."""
    wrong, pages = [], 0
    for line, answers in walked.items():
        for name, answer in answers.items():
            headers = answer.headers
            if headers.get("x-content-type-options") != "nosniff" or not headers["referrer-policy"]:
                wrong.append((line, name, "headers"))
            if not headers.get("content-type", "").startswith("text/html"):
                continue
            if "no-store" not in headers["cache-control"]:  # a laptop may be anybody's tomorrow
                wrong.append((line, name, headers["cache-control"]))
            policy = headers["content-security-policy"]
            if policy != PAGE_POLICY:
                if not policy.startswith("sandbox allow-scripts") or "unsafe" in policy:
                    wrong.append((line, name, policy))
                continue
            pages += 1
            wrong += [(line, name, fault) for fault in _inline(answer.text)]
    assert wrong == []
    assert pages > 500


def _inline(page):
    """What a strict policy would stop, in the tags of a page."""
    tags = re.findall(r"<[a-zA-Z][^>]*>", page)
    found = [tag for tag in tags if re.search(r"\s(style|on[a-z]+)\s*=", tag)]
    found += [tag for tag in tags if re.search(r"=\s*[\"']?\s*javascript:", tag, re.IGNORECASE)]
    found += [tag for tag in tags if re.match(r"<script(?![^>]*\ssrc=)", tag)]
    return found + [tag for tag in tags if tag.startswith("<style")]


@pytest.mark.parametrize(
    "page",
    ['<p style="x">', "<a onclick='x'>", '<a href=" javascript:x">', "<script>", "<style>"],
)
def test_the_search_finds_what_it_looks_for(page):
    assert _inline(page)
    assert _inline('<script src="/static/a.js" defer></script><td data-label="style=">') == []
