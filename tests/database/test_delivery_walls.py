"""What plain SQL, as the application's own role, tells and takes of letters and on-air reports."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import acceptance, awards
from coverage.actions.people import act_for
from coverage.people import OrganisationKind, Role
from tests.builders import zone_id
from tests.delivered import award, published, rows, send
from tests.reported import as_owner

TOLD = "SELECT status FROM phusong.on_air_told(:zones)"


@pytest.fixture
def number(database, authority, officer, viettel):
    return published(database, authority, officer)


@pytest.fixture
def given(database, authority, number):
    return award(database, authority, number)


def test_a_returned_report_is_told_to_no_competitor(  # noqa: PLR0917
    database, authority, officer, viettel, operator, given
):
    send(database, viettel, 1)
    report = rows(database, viettel, "SELECT id FROM phusong.on_air_report")[0].id
    acceptance.refuse_report(database, authority, report, "thiếu số đo")
    zones = {"zones": [zone_id(1)]}
    for actor in (viettel, officer, authority):
        assert [row.status for row in rows(database, actor, TOLD, **zones)] == ["refused"]
    assert rows(database, operator("VNPT"), TOLD, **zones) == []


def test_who_has_not_signed_in_is_told_of_no_award(database, viettel, given):
    send(database, viettel, 1)
    facts = {"zones": [zone_id(1)], "award": given.id, "zone": zone_id(1)}
    with database.at_the_door() as connection:
        assert connection.execute(text(TOLD), facts).all() == []
        covers = connection.execute(text("SELECT phusong.award_covers(:award, :zone)"), facts)
        assert not covers.scalar()


def test_an_operator_writes_no_word_of_the_authority_into_its_reports(database, viettel, given):
    adding = (
        "INSERT INTO phusong.on_air_report (award_id, zone_id, operator_id, on_air_on, technology,"
        " reported_by, {}) VALUES (:award, :zone, :me, now()::date, '4G', 'tôi', {})"
    )
    facts = {"award": given.id, "zone": zone_id(2), "me": viettel.organisation_id}
    send(database, viettel, 1)
    for statement in (
        adding.format("answered_by", "'lãnh đạo'"),
        adding.format("answer", "'đạt'"),
        adding.format("reported_at", "now() + interval '9 years'"),
        "UPDATE phusong.on_air_report SET status = 'replaced', answered_by = 'lãnh đạo'",
    ):
        with pytest.raises(DBAPIError), database.transaction(viettel) as connection:
            connection.execute(text(statement), facts if ":award" in statement else {})


def test_only_operators_ask_and_only_now(database, officer, viettel, number):
    auditor = act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, "kiểm toán thử")
    asking = text(
        "INSERT INTO phusong.package_question (package_number, organisation_id, asked_by, question,"
        " asked_at) VALUES (:number, :me, 'tôi', 'vì sao?', now() - make_interval(days => :days))"
    )
    for actor, days in ((officer, 0), (auditor, 0), (viettel, 30)):
        facts = {"number": number, "me": actor.organisation_id, "days": days}
        with pytest.raises(DBAPIError), database.transaction(actor) as connection:
            connection.execute(asking, facts)
    with database.transaction(viettel) as connection:
        facts = {"number": number, "me": viettel.organisation_id, "days": 0}
        assert connection.execute(asking, facts).rowcount == 1


def test_a_notice_to_come_is_not_counted_by_marking_all(database, authority, viettel, number):
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.package_notice (organisation_id, package_number, subject,"
                 " version, shown_from) VALUES (:who, :number, 'amendment', 2,"
                 " now() + interval '1 day')"),
            {"who": viettel.organisation_id, "number": number},
        )  # fmt: skip
    with database.transaction(viettel) as connection:
        marked = connection.execute(text("UPDATE phusong.package_notice SET read_at = now()"))
        assert marked.rowcount == 0


def test_who_lost_an_award_moves_its_zones_no_more(database, authority, viettel, operator, given):
    vnpt = operator("VNPT")
    awards.cancel_award(database, authority, given.id, "không triển khai", keep_in_package=True)
    award(database, authority, given.package_number, operator="VNPT")
    asked = {"zones": [zone_id(1)]}
    moving = text("SELECT phusong.go_on_air(:zones, 'tôi', 'vì thế')")
    with database.transaction(viettel) as connection:
        assert connection.execute(moving, asked).all() == []
    with database.transaction(vnpt) as connection:
        assert connection.execute(moving, asked).scalars().all() == [zone_id(1)]
