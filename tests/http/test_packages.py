"""Packages over HTTP: drafts stay inside, files go out whole or in parts, every taking is logged."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.requests import Request

from api.ranges import HandedOut, part_of
from api.refusals import RangeUnsatisfiable
from tests.http.stored import a_package, a_vintage

DOWNLOAD = "/api/v1/packages/GT-2026-42-001/download"
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def published(database, authority):
    a_vintage(database, authority)
    return a_package(database, authority, content=CONTENT)


def downloads(database, authority):
    with database.transaction(authority) as connection:
        return connection.execute(text("SELECT person FROM phusong.download")).scalars().all()


def test_an_operator_takes_the_file_and_it_is_logged(
    database, authority, published, viettel, program
):
    client = program(viettel)
    listed = client.get("/api/v1/packages").json()["packages"]
    assert [(one["number"], one["sha256"]) for one in listed] == [("GT-2026-42-001", published)]
    assert listed[0] == client.get("/api/v1/packages/GT-2026-42-001").json()
    answer = client.get(listed[0]["download"])
    assert answer.content == CONTENT
    assert answer.headers["etag"] == f'"{published}"'
    assert answer.headers["content-type"] == "application/zip"
    disposition = answer.headers["content-disposition"]
    assert disposition == "attachment; filename*=UTF-8''GT-2026-42-001%20H%C3%A0%20T%C4%A9nh.zip"
    assert len(downloads(database, authority)) == 1


def test_a_file_already_held_is_not_sent_again(database, authority, published, viettel, program):
    client = program(viettel)
    answer = client.get(DOWNLOAD, headers={"If-None-Match": f'"other", W/"{published}"'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert downloads(database, authority) == []
    assert client.get(DOWNLOAD, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_broken_download_goes_on_where_it_stopped(published, viettel, program):
    client = program(viettel)
    first = client.get(DOWNLOAD, headers={"Range": "bytes=0-99"})
    rest = client.get(DOWNLOAD, headers={"Range": "bytes=100-", "If-Range": first.headers["etag"]})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert rest.headers["content-range"] == f"bytes 100-{len(CONTENT) - 1}/{len(CONTENT)}"
    assert hashlib.sha256(first.content + rest.content).hexdigest() == published
    changed = client.get(DOWNLOAD, headers={"Range": "bytes=100-", "If-Range": '"other"'})
    assert (changed.status_code, len(changed.content)) == (200, len(CONTENT))
    beyond = client.get(DOWNLOAD, headers={"Range": f"bytes={len(CONTENT)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(CONTENT)}"
    assert beyond.headers["content-type"] == "application/problem+json"


@pytest.fixture
def draft(database, authority, published):
    a_package(database, authority, "GT-2026-42-002", published=False)


def test_a_draft_is_for_the_authority_only(draft, authority, viettel, province, program):
    for stranger in (viettel, province("42")):
        client = program(stranger)
        assert len(client.get("/api/v1/packages").json()["packages"]) == 1
        for path in ("/api/v1/packages/GT-2026-42-002", "/api/v1/packages/GT-2026-42-002/download"):
            assert client.get(path).status_code == 404
    assert len(program(authority).get("/api/v1/packages?province=42").json()["packages"]) == 2
    assert program(authority).get("/api/v1/packages?province=40").json() == {"packages": []}


def test_the_page_lists_and_hands_out(database, authority, published, viettel, signed_in):
    visitor = signed_in(viettel)
    page = visitor.get("/packages").text
    assert "GT-2026-42-001" in page
    assert "Đã công bố" in page
    assert "Hà Tĩnh" in page
    assert visitor.get("/packages/GT-2026-42-001/download?version=1").content == CONTENT
    assert downloads(database, authority)[0].startswith("nguoi.")
    assert visitor.get("/packages/GT-2026-42-009/download").status_code == 404


def test_without_packages_the_page_says_what_will_come(viettel, signed_in):
    assert "Chưa có gói thầu nào được công bố" in signed_in(viettel).get("/packages").text


@settings(max_examples=200, deadline=None)
@given(
    asked=st.one_of(
        st.text(max_size=30),
        st.builds("bytes={}-{}".format, st.integers(0, 30), st.integers(0, 30)),
        st.builds("bytes={}-".format, st.integers(0, 30)),
        st.builds("bytes=-{}".format, st.integers(0, 30)),
    )
)
def test_any_range_gives_the_part_it_names(asked):
    content = b"0123456789abcdefghij"
    header = asked.encode("utf-8", "ignore").decode("latin-1")
    request = Request({"type": "http", "headers": [(b"range", header.encode("latin-1", "ignore"))]})
    file = HandedOut("x", "application/zip", "0" * 64, len(content))
    try:
        answer = part_of(request, file, content)
    except RangeUnsatisfiable:
        return
    if answer.status_code == 200:
        assert answer.body == content
        return
    place = answer.headers["content-range"].removeprefix("bytes ").split("/")
    first, last = (int(number) for number in place[0].split("-"))
    assert answer.body == content[first : last + 1] != b""
    assert place[1] == "20"
