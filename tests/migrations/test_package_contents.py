"""Packages that were kept before signing: their bytes stay, and are read in pieces afterwards."""

import uuid

import pytest
from sqlalchemy import text

from coverage.storage import migrations
from tests import databases

BEFORE = "20261123_23"
PACKAGES = """
INSERT INTO phusong.package (id, number, province_code, vintage, approximate, totals, manifest,
    file_name, sha256, content, built_by, status, published_at)
SELECT gen_random_uuid(), 'GT-' || n, '42', 'v', true, '{}', '{}', 'f', encode(sha256(c), 'hex'), c,
    'x', CASE n WHEN 1 THEN 'draft' ELSE 'published' END, CASE n WHEN 1 THEN NULL ELSE now() END
FROM (SELECT n, convert_to(repeat('abc', 100000 + n), 'UTF8') AS c FROM generate_series(1, 3) n) s
"""


@pytest.fixture
def empty(cluster):
    """A database without any migration, dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:16]}"
    with databases._maintenance(cluster) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    made = databases.connect(cluster, name)
    yield made
    made.close()
    with databases._maintenance(cluster) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_what_was_kept_stays_and_is_kept_in_pieces(empty):
    owner = empty.owner()
    try:
        migrations.upgrade(owner, BEFORE)
        with owner.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO phusong.vintage (name, status, approximate, source)"
                    " VALUES ('v', 'active', true, 'x')"
                )
            )
            connection.execute(text(PACKAGES))
        migrations.upgrade(owner)
        with owner.begin() as connection:
            rows = connection.execute(
                text(
                    "SELECT number, status, encode(sha256(content), 'hex') = sha256,"
                    " pg_column_size(content) = octet_length(content) FROM phusong.package"
                )
            ).all()
            guard = connection.execute(
                text("SELECT tgenabled FROM pg_trigger WHERE tgname = 'package_stands'")
            ).scalar_one()
    finally:
        owner.dispose()
    assert sorted(tuple(row) for row in rows) == [
        ("GT-1", "draft", True, True), ("GT-2", "published", True, True),
        ("GT-3", "published", True, True),
    ]  # fmt: skip
    assert guard == "O"
