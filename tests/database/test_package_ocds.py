"""OCDS of packages in the database: the authority's own prefix, a record over real versions."""

import io
import json
import zipfile

import pytest
from sqlalchemy import text

from coverage.actions.packages import download_package
from tests.builders import zone_id
from tests.published import amended, published, two_lots
from tests.reported import as_owner, load_places


@pytest.fixture
def lots(database, authority, province):
    load_places(database, authority)
    return two_lots(database, authority, province("42"))


def ocds_of(database, actor, number, version):
    content = download_package(database, actor, number, version).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (release,) = json.loads(archive.read("ocds-release.json"))["releases"]
        (record,) = json.loads(archive.read("ocds-record.json"))["records"]
    return release, record


def test_an_amendment_adds_a_release_and_the_record_adds_up(database, authority, lots):
    number = published(database, authority).number
    before, alone = ocds_of(database, authority, number, 1)
    assert alone["releases"] == [before]
    amended(database, authority, number, reason="đã có sóng", drop=[zone_id(2)])
    after, record = ocds_of(database, authority, number, 2)
    assert record["releases"] == [before, after]
    assert (before["tag"], after["tag"]) == (["tender"], ["tenderAmendment"])
    assert before["ocid"] == after["ocid"] == f"ocds-000000-{number}"
    assert before["date"] <= after["date"]
    (amendment,) = after["tender"]["amendments"]
    assert (amendment["rationale"], amendment["amendsReleaseID"], amendment["releaseID"]) == (
        "đã có sóng", before["id"], after["id"],
    )  # fmt: skip
    quantities = {
        item["id"]: item["quantity"] for item in record["compiledRelease"]["tender"]["items"]
    }
    assert quantities[str(zone_id(2))] == 0
    assert sum(quantities.values()) == 120


def test_the_prefix_is_the_one_in_force(database, authority, lots):
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES"
                " ('ocds_prefix', current_date - 1, '\"ocds-abc123\"', 'Đăng ký thử')"
            )
        )
    number = published(database, authority).number
    release, _ = ocds_of(database, authority, number, 1)
    assert release["ocid"] == f"ocds-abc123-{number}"
