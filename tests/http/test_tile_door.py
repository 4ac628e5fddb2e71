"""What tiles answer at the door: refusals, empty tiles, sessions, a database that is gone."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.reported import as_owner

pytestmark = pytest.mark.usefixtures("one_commune")


def test_answers_that_are_no_tiles(program, authority):
    client = program(authority)
    for path in (
        "15/0/0",
        "3/8/0",
        "3/0/8",
        "-1/0/0",
        "0/1/0",
        "2/x/0",
        "2/0/٣",
        f"2/0/{'1' * 99}",
    ):
        answer = client.get(f"/tiles/zones/{path}")
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/tiles/sites/3/8/0").status_code == 404
    assert client.get("/tiles/zones/2/0/0", params={"at": "hôm qua"}).status_code == 422
    assert client.post("/tiles/zones/2/0/0").status_code == 405
    for made_up in ({"Authorization": "Bearer sai"}, {"Authorization": "Basic eDp5"}, {},
                    {"Cookie": "phusong_session=sai"}, {"Cookie": b"\xff=;;="}):  # fmt: skip
        answer = client.get("/tiles/zones/2/0/0", headers={"Authorization": "sai"} | made_up)
        assert answer.status_code == 401, made_up
        assert answer.headers["content-type"] == "application/problem+json"


def test_an_empty_tile_is_an_answer_and_headers_say_how_to_keep_it(program, authority):
    client = program(authority)
    for path in ("/tiles/zones/9/0/0", "/api/v1/tiles/sites/14/0/0"):
        answer, head = client.get(path), client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["vary"] == "Cookie, Authorization"
        if path.startswith("/tiles/"):
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["etag"] == answer.headers["etag"]
        tag = answer.headers["etag"]
        for sent in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            kept = client.get(path, headers={"If-None-Match": sent})
            assert (kept.status_code, kept.content) == (304, b""), sent
            assert kept.headers["etag"] == tag
        assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_session_is_seen_by_its_tiles(database, authority, officer, signed_in):
    """Who looks at the map only is not signed out for idling; who idles is."""
    visitor = signed_in(officer)
    idle = text("UPDATE phusong.web_session SET seen_at = now() - make_interval(mins => :n)")
    path = "/tiles/zones/2/0/0"
    for minutes, status in ((59, 200), (59, 200), (61, 401)):
        with database.transaction(authority) as connection:
            connection.execute(idle, {"n": minutes})
        assert visitor.get(path).status_code == status


def test_a_database_that_is_gone_is_said_and_comes_back(database, authority, program, app):
    client = program(authority)
    with as_owner(database, authority) as connection:
        here = connection.execute(text("SELECT current_database()")).scalar_one()
    engine = database.owner()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"REVOKE CONNECT ON DATABASE {here} FROM PUBLIC"))
        try:
            lost = client.get("/tiles/zones/2/0/0")
        finally:
            connection.execute(text(f"GRANT CONNECT ON DATABASE {here} TO PUBLIC"))
    engine.dispose()
    assert lost.status_code == 503
    assert lost.json()["type"].endswith("#database-unavailable")
    assert client.get("/tiles/zones/2/0/0").status_code == 200
