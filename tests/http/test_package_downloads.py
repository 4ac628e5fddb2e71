"""Downloads as browsers, download managers and impatient people make them."""

import hashlib
import http.client
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn
from sqlalchemy import text

from api.main import create_app
from coverage.actions import people
from coverage.storage import package_contents as contents
from tests.http.stored import a_package, a_vintage
from tests.reported import as_owner

DOWNLOAD = "/api/v1/packages/GT-2026-42-001/download"
CONTENT = bytes(range(256)) * 400
LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT"
LATER = "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.fixture
def published(database, authority, monkeypatch):
    monkeypatch.setattr(contents, "PIECE_BYTES", 10_000)
    a_vintage(database, authority)
    return a_package(database, authority, content=CONTENT)


@pytest.fixture
def client(published, operator, program):
    return program(operator("Viettel"))


@pytest.fixture
def visitor(published, operator, signed_in):
    return signed_in(operator("VNPT"))


def count(database, authority, table="download"):
    with database.transaction(authority) as connection:
        return connection.execute(text(f"SELECT count(*) FROM phusong.{table}")).scalar_one()


def test_head_tells_everything_and_takes_nothing(database, authority, published, client, visitor):
    for asker, address in ((client, DOWNLOAD), (visitor, DOWNLOAD[7:])):
        told = asker.head(address)
        assert (told.status_code, told.content) == (200, b"")
        assert told.headers["content-length"] == str(len(CONTENT))
        assert told.headers["etag"] == f'"{published}"'
        assert told.headers["accept-ranges"] == "bytes"
    assert count(database, authority) == 0
    got = client.get(DOWNLOAD)
    for name in ("content-length", "content-type", "etag", "last-modified", "content-disposition"):
        assert got.headers[name] == told.headers[name]
    assert client.head(DOWNLOAD.replace("001", "009")).status_code == 404


def test_conditions_are_kept(database, authority, published, client):
    made = client.head(DOWNLOAD).headers["last-modified"]
    tag = f'"{published}"'
    cases = [
        ({"If-None-Match": tag}, 304), ({"If-None-Match": "*"}, 304), ({"If-None-Match": f"W/{tag}"}, 304),
        ({"If-None-Match": '"x"', "If-Modified-Since": LATER}, 200),
        ({"If-Modified-Since": made}, 304), ({"If-Modified-Since": LATER}, 304),
        ({"If-Modified-Since": LONG_AGO}, 200), ({"If-Modified-Since": "hôm qua".encode()}, 200),
        ({"If-Match": tag}, 200), ({"If-Match": "*"}, 200), ({"If-Match": f'"x", {tag}'}, 200),
        ({"If-Match": f"W/{tag}"}, 412), ({"If-Match": '"x"'}, 412),
        ({"If-Unmodified-Since": LONG_AGO}, 412), ({"If-Unmodified-Since": made}, 200),
    ]  # fmt: skip
    for headers, status in cases:
        assert client.get(DOWNLOAD, headers=headers).status_code == status, headers
    assert count(database, authority) == [status for _, status in cases].count(200)


def test_a_part_is_given_only_of_the_very_file(published, client):
    made = client.head(DOWNLOAD).headers["last-modified"]
    tag = f'"{published}"'
    for condition, status in ((tag, 206), (f"W/{tag}", 200), ('"x"', 200), (made, 206),
                              (LONG_AGO, 200), (LATER, 200), ("vớ vẩn".encode(), 200)):  # fmt: skip
        got = client.get(DOWNLOAD, headers={"Range": "bytes=70000-", "If-Range": condition})
        assert got.status_code == status, condition
        assert got.content == (CONTENT[70_000:] if status == 206 else CONTENT)
        assert got.headers["content-length"] == str(len(got.content))


def test_a_file_taken_in_many_parts_is_one_download(database, authority, published, client):
    parts = [
        client.get(DOWNLOAD, headers={"Range": f"bytes={first}-{first + 9999}"}).content
        for first in range(0, len(CONTENT), 10_000)
    ]
    assert hashlib.sha256(b"".join(parts)).hexdigest() == published
    assert len(parts) > 10
    assert count(database, authority) == 1
    client.get(DOWNLOAD)
    assert count(database, authority) == 2


def test_a_part_from_the_middle_alone_is_a_download(database, authority, published, client):
    assert client.get(DOWNLOAD, headers={"Range": "bytes=1-"}).status_code == 206
    assert count(database, authority) == 1


def test_a_changed_file_is_refused_with_a_sentence(database, authority, published, client, visitor):
    with as_owner(database, authority) as connection:
        connection.execute(text("ALTER TABLE phusong.package DISABLE TRIGGER package_stands"))
        connection.execute(text("UPDATE phusong.package SET content = set_byte(content, 9, 0)"))
    for headers in ({}, {"Range": "bytes=500-600"}):
        refused = client.get(DOWNLOAD, headers=headers)
        assert refused.status_code == 500
        assert refused.json()["type"] == "/api/v1/problems#package-altered"
        assert "không còn đúng mã SHA-256" in refused.json()["detail"]
    page = visitor.get(DOWNLOAD[7:])
    assert (page.status_code, "khôi phục từ bản sao lưu" in page.text) == (500, True)
    assert count(database, authority) == 0


@contextmanager
def served(settings, database):
    """A real server on a socket of its own; its port."""
    app = create_app(settings, database)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


def test_a_download_goes_on_after_the_server_was_started_anew(
    settings, database, authority, operator, monkeypatch
):
    a_vintage(database, authority)
    content = CONTENT * 300
    sha256 = a_package(database, authority, content=content)
    viettel = operator("Viettel")
    token = people.issue_token(
        database, authority, organisation_id=viettel.organisation_id, role=viettel.role, label="tải"
    )
    asked = {"Authorization": f"Bearer {token}"}
    with served(settings, database) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("GET", DOWNLOAD, headers=asked)
        answer = connection.getresponse()
        tag, got = answer.headers["ETag"], answer.read(5_000_000)
        connection.close()
    assert 0 < len(got) < len(content)
    with served(settings, database) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        further = {"Range": f"bytes={len(got)}-", "If-Range": tag}
        connection.request("GET", DOWNLOAD, headers=asked | further)
        answer = connection.getresponse()
        assert answer.status == 206
        got += answer.read()
        connection.close()
    assert hashlib.sha256(got).hexdigest() == sha256
    assert count(database, authority) == 1
