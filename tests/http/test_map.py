"""The map's frame and the document inside it."""

import re

import pytest
from sqlalchemy import text

from tests.http.stored import a_zone


@pytest.fixture
def database(country_database):
    return country_database


def where(database):
    """The vintage in force, and a commune of province 42."""
    with database.at_the_door() as connection:
        vintage = connection.execute(text("SELECT vintage FROM phusong.standing()")).scalar_one()
    return {"vintage": vintage, "commune_code": "18073"}


def test_the_frame_holds_a_document_of_its_own_origin(database, province, signed_in):
    officer = province("42")
    a_zone(database, officer, village="</script><script>alert(1)</script>", **where(database))
    visitor = signed_in(officer)
    page = visitor.get("/map").text
    frame = re.search(r'<iframe [^>]*src="([^"]+)"[^>]*sandbox="([^"]+)"', page)
    assert "allow-same-origin" not in frame[2]
    document = visitor.get(frame[1])
    assert document.headers["cache-control"] == "no-store"  # nothing stays on an office's disk
    policy = document.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "<script>alert(1)" not in document.text
    assert document.text.count("<script>") == policy.count("'sha256-") - document.text.count(
        "<style>"
    )


def test_a_map_shows_what_its_viewer_may_see(database, authority, province, signed_in):
    a_zone(database, province("42"), village="Bản Rào Tre", **where(database))
    assert "Bản Rào Tre" in signed_in(authority).get("/map/document?province=42").text
    assert "Bản Rào Tre" not in signed_in(province("40")).get("/map/document?province=42").text


def test_the_country_a_province_and_no_province(database, authority, signed_in):
    visitor = signed_in(authority)
    assert "Bản đồ cả nước" in visitor.get("/map").text
    assert "Bản đồ: Tỉnh Hà Tĩnh" in visitor.get("/map?province=42").text
    assert "Bản đồ cả nước" in visitor.get("/map?province=").text
    assert visitor.get("/map/document").status_code == 200
    assert visitor.get("/map/document?province=99").status_code == 404


def test_the_country_weighs_less_than_a_megabyte_before_its_tiles(database, authority, signed_in):
    visitor = signed_in(authority)
    document = visitor.get("/map/document", headers={"Accept-Encoding": "gzip"})
    assert document.headers["content-encoding"] == "gzip"
    assert len(document.content) < 1_000_000
    assert int(document.headers["content-length"]) < 400_000
    plain = visitor.get("/map/document", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == document.content


def test_names_are_found_as_far_as_the_viewer_may_see(database, authority, province, signed_in):
    zone = a_zone(database, province("42"), village="Bản Rào Tre", **where(database))
    found = signed_in(authority).get("/map/search", params={"words": "rao tre"}).json()
    assert [one["id"] for one in found["zones"]] == [str(zone)]
    assert found["zones"][0]["province"] == "Hà Tĩnh"
    assert "village_key" not in found["zones"][0]
    other = signed_in(province("40")).get("/map/search", params={"words": "rao tre"}).json()
    assert other["zones"] == []
    communes = signed_in(authority).get("/map/search", params={"words": "Hương Sơn"}).json()
    assert "Hà Tĩnh" in {one["province"] for one in communes["communes"]}


def test_searching_asks_for_a_session_and_sane_words(browser, signed_in, authority):
    assert browser().get("/map/search", params={"words": "x"}, follow_redirects=False).status_code in {
        303, 401,
    }  # fmt: skip
    visitor = signed_in(authority)
    assert visitor.get("/map/search", params={"words": "x" * 101}).status_code == 422
    assert visitor.get("/map/search", params={"words": "[(\x00%"}).status_code == 200
