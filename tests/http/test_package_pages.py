"""The list of packages page by page, and what an operator is told of its own downloads."""

import re

import pytest
from sqlalchemy import text

from api.pages import packages as pages
from tests.http.pages import read_page
from tests.http.stored import a_package, a_vintage
from tests.reported import as_owner


@pytest.fixture
def three(database, authority):
    a_vintage(database, authority)
    numbers = [f"GT-2026-42-00{n}" for n in (1, 2, 3)]
    for number in numbers:
        a_package(database, authority, number)
    return numbers


@pytest.fixture
def reader(signed_in, operator):
    return signed_in(operator("Viettel"))


def test_pages_follow_one_another_and_every_package_comes_once(reader, three, monkeypatch):
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    first = reader.get("/packages?province=42")
    assert read_page("/packages", first.text).faults == []
    more = re.search(r'href="([^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = reader.get(more)
    assert 'rel="next"' not in second.text
    assert "Về trang đầu" in second.text
    shown = re.findall(r'<th scope="row"><a href="/packages/([^"]+)"', first.text + second.text)
    assert sorted(shown) == three
    assert len(shown) == 3
    for broken in ("x", "%00", "|||", "9999|x"):
        assert reader.get(f"/packages?after={broken}").status_code == 200


def test_what_is_new_since_the_last_download_is_said(reader, three, database, authority):
    number = three[0]
    assert reader.get("/packages").text.count("Chưa tải") == 3
    assert reader.get(f"/packages/{number}/download").status_code == 200
    listed = reader.get("/packages").text
    assert (listed.count("Chưa tải"), listed.count("Đã tải bản này")) == (2, 1)
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        columns = connection.execute(
            text("SELECT string_agg(column_name, ',') FROM information_schema.columns"
                 " WHERE table_schema = 'phusong' AND table_name = 'package'"
                 " AND column_name NOT IN ('id', 'version', 'kind', 'reason', 'difference')")
        ).scalar_one()  # fmt: skip
        connection.execute(
            text(f"INSERT INTO phusong.package (id, version, kind, reason, difference, {columns})"
                 f" SELECT gen_random_uuid(), 2, 'amendment', 'thêm vùng', CAST(:told AS jsonb),"
                 f" {columns} FROM phusong.package WHERE number = :number"),
            {"number": number, "told": '{"came": ["Bản A", "Bản B"], "went": [], "changed": []}'},
        )  # fmt: skip
        connection.execute(
            text("UPDATE phusong.package SET status = 'superseded'"
                 " WHERE number = :number AND version = 1"), {"number": number},
        )  # fmt: skip
    assert "Có bản mới từ lần tải v1" in reader.get("/packages").text
    page = reader.get(f"/packages/{number}")
    assert read_page("/packages/x", page.text).faults == []
    assert "Tổ chức đã tải bản v1" in page.text
    assert "thêm 2 vùng" in page.text
