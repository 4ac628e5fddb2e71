"""An operator publishes what the province does not see: the page says so in words, to everybody."""

import re

import pytest
from sqlalchemy import text

from coverage.actions import evidence, review
from coverage.actions.verdicts import verdicts_of
from coverage.evidence import Verdict
from coverage.people import Role
from tests.disputed import a_site, judged
from tests.judged import TODAY

HEADING = "Báo cáo của tỉnh và công bố của doanh nghiệp mâu thuẫn nhau"
FOLLOWED = "vùng được coi là có sóng dù tỉnh báo cáo khác"


@pytest.fixture
def world(database, authority, province, operator):
    """Viettel publishes 4G and 5G at a village without signal, beside a site of 4G only."""
    made = judged(database, authority, province, operator)
    a_site(database, authority, made.viettel, "HTH0002", at=(105.7, 18.205))
    engine = database.owner()
    with engine.begin() as connection:
        for technology in ("4G", "5G"):
            connection.execute(
                text(
                    "WITH file AS (INSERT INTO phusong.service_area_file (organisation_id,"
                    " operator_id, technology, file_name, sha256, raw, crs, reading, findings,"
                    " totals, loaded_by) VALUES (:o, :o, :t, 'x', :t, '', 'EPSG:4326', '{}',"
                    " '[]', '{}', 'thử') RETURNING id) INSERT INTO phusong.service_area"
                    " (file_id, operator_id, technology, weak, area) SELECT id, :o, :t, false,"
                    " ST_MakeEnvelope(105.699, 18.199, 105.701, 18.201, 4326) FROM file"
                ),
                {"o": made.viettel.organisation_id, "t": technology},
            )
    engine.dispose()
    evidence.assess(database, authority, TODAY)
    return made


def unfolded(page):
    """What a page says without unfolding anything."""
    shown = re.sub(r"<details.*?</details>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


def test_the_reviewer_and_the_province_read_it_without_unfolding(
    database, authority, auditor, signed_in, world
):
    served, other = world.zones
    given = {
        (one.operator, one.judgement.technology.value): one.judgement.verdict
        for one in verdicts_of(database, authority, served).verdicts
    }
    assert given["Viettel", "4G"] is Verdict.SERVED
    assert given["Viettel", "5G"] is Verdict.UNKNOWN
    review.take_up(database, authority, zone_ids=[served])
    for who, path in (
        (signed_in(authority, Role.REVIEWER), f"/review/{served}"),
        (signed_in(authority, Role.REVIEWER), f"/zones/{served}"),
        (signed_in(world.officer), f"/zones/{served}"),
        (signed_in(auditor), f"/zones/{served}"),
    ):
        words = unfolded(who.get(path))
        assert words.count(HEADING) == 1, path
        assert "Viettel công bố có cung cấp dịch vụ 4G tại đây" in words
        assert "Viettel công bố có cung cấp dịch vụ 5G tại đây" in words
        assert words.count(FOLLOWED) == 1, path
        assert "cùng đo tại trung tâm thôn" in words
        assert HEADING not in unfolded(who.get(f"/zones/{other}"))


def test_the_operator_reads_of_its_own_only(signed_in, world):
    served, _ = world.zones
    viettel, vnpt = signed_in(world.viettel), signed_in(world.vnpt)
    for path in (f"/zones/{served}", f"/verdicts/{served}/4G"):
        assert HEADING in unfolded(viettel.get(path)), path
        assert HEADING not in unfolded(vnpt.get(path)), path
    assert "doanh nghiệp công bố có cung cấp dịch vụ 4G" in unfolded(
        viettel.get(f"/verdicts/{served}/4G")
    )


def test_it_is_said_in_english(signed_in, world):
    viettel = signed_in(world.viettel)
    path = f"/zones/{world.zones[0]}"
    viettel.fill("/language", language="en", next=path)
    assert "contradict each other" in unfolded(viettel.get(path))
