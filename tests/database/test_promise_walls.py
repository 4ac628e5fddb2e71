"""What the database itself refuses, and what a rival could see or count."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from coverage.actions import consultation, promises, zones
from coverage.storage.zones import ZoneFilter
from coverage.zones import Queue
from tests.builders import zone_id
from tests.consulted import (
    a_table,
    in_days,
    open_now,
    promise,
    queue_of,
)
from tests.reported import change


@pytest.fixture
def table(database, authority, province):
    """Four approved zones of the fund's queue."""
    return a_table(database, authority, province)


def sql(database, actor, statement, **values):
    with database.transaction(actor) as connection:
        done = connection.execute(text(statement), values)
        return done.all() if done.returns_rows else done.rowcount


INSERT = (
    "INSERT INTO phusong.promise (round_id, zone_id, operator_id, on_air_by, promised_by, document)"
    " SELECT (SELECT id FROM phusong.consultation_round WHERE number = :number), :zone, :operator,"
    " CAST(:day AS date), 'x', :document"
)


@pytest.fixture
def rivals(database, authority, operator, table):
    """Two operators, of which one has promised the first zone in the round of that number."""
    number = open_now(database, authority, table[:3])
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    promise(database, viettel, number, table[0])
    return viettel, vnpt, number


def test_nobody_reads_anothers_promises(database, authority, province, rivals, table):
    viettel, vnpt, _ = rivals
    count = "SELECT count(*) FROM phusong.promise"
    promised = "SELECT phusong.promised_zones(CAST(:zones AS uuid[]), CAST(:day AS date))"
    for actor, expected in ((viettel, 1), (vnpt, 0), (province("42"), 0), (authority, 1)):
        assert sql(database, actor, count) == [(expected,)]
    for actor, expected in ((viettel, 0), (vnpt, 0), (province("42"), 1), (authority, 1)):
        found = sql(database, actor, promised, zones=table, day=in_days(1))
        assert len(found) == expected


@pytest.mark.parametrize(
    ("differences", "refusal"),
    [
        ({"operator": "other"}, "row-level security"),
        ({"number": 999}, "row-level security"),  # outside of a round
        ({"zone": 3}, "row-level security"),  # a zone that the round does not ask about
        ({"day": -1}, "promise_date_check"),
        ({"zone": 2}, "does not wait"),
    ],
)
def test_the_database_refuses_a_promise(database, authority, rivals, differences, refusal):
    viettel, vnpt, number = rivals
    table = [zone_id(place) for place in range(1, 5)]
    change(database, authority, table[2], status="in_package")
    values = {
        "number": differences.get("number", number), "zone": table[differences.get("zone", 1)],
        "operator": vnpt.organisation_id, "day": in_days(differences.get("day", 9)),
        "document": "CV",
    }  # fmt: skip
    if differences.get("operator") == "other":
        values["operator"] = viettel.organisation_id
    with pytest.raises(DBAPIError, match=refusal):
        sql(database, vnpt, INSERT, **values)


def test_a_promise_stands_as_it_was_made(database, authority, rivals):
    viettel, vnpt, _ = rivals
    later = "UPDATE phusong.promise SET on_air_by = on_air_by + 1"
    lapse = "UPDATE phusong.promise SET status = 'lapsed', ended_at = now(), ended_by = 'x'"
    for actor in (viettel, authority):
        with pytest.raises(ProgrammingError, match="permission denied"):
            sql(database, actor, later)
    with pytest.raises(DBAPIError, match="stands as it was made"):
        sql(database, viettel, lapse)
    assert sql(database, vnpt, lapse) == 0
    assert sql(database, authority, lapse) == 1
    with pytest.raises(DBAPIError, match="stands as it was made"):
        sql(database, authority, "UPDATE phusong.promise SET end_reason = 'khác'")
    with pytest.raises(ProgrammingError, match="permission denied"):
        sql(database, authority, "DELETE FROM phusong.promise")


def test_only_the_authority_writes_rounds(database, province, rivals):
    viettel, _, number = rivals
    for actor in (viettel, province("42")):
        assert sql(
            database, actor, "UPDATE phusong.consultation_round SET closes_at = closes_at + '1 day'"
        ) == 0  # fmt: skip
        with pytest.raises(ProgrammingError, match="row-level security"):
            sql(
                database, actor,
                "INSERT INTO phusong.consultation_round (name, basis, opens_at, closes_at, opened_by)"
                " VALUES ('x', 'x', now(), now() + interval '1 day', 'x')",
            )  # fmt: skip
    assert number


def test_a_promised_zone_does_not_enter_a_package(database, authority, rivals, table):
    enter = "UPDATE phusong.zone SET status = 'in_package' WHERE id = :zone"
    with pytest.raises(DBAPIError, match="is promised by an operator"):
        sql(database, authority, enter, zone=table[0])
    assert sql(database, authority, enter, zone=table[1]) == 1


def test_a_rival_sees_the_same_before_and_after_a_promise(database, authority, operator, table):
    number = open_now(database, authority)
    viettel, vnpt = operator("Viettel"), operator("VNPT")

    def seen():
        listed = zones.list_zones(database, vnpt, ZoneFilter(), limit=1000)
        by_queue = {
            queue: zones.list_zones(database, vnpt, ZoneFilter(queue=queue)).zones
            for queue in Queue
        }
        files = {
            ending: consultation.round_file(database, vnpt, number, ending).sha256
            for ending in ("csv", "gpkg", "geojson")
        }
        again = consultation.see_round(database, vnpt, number)
        return (
            listed, by_queue, files, replace(again, at=datetime.min.replace(tzinfo=UTC)), # the clock goes on
            zones.count_zones(database, vnpt), promises.list_promises(database, vnpt),
        )  # fmt: skip

    before = seen()
    promise(database, viettel, number, table[0], table[1])
    assert queue_of(database, authority, table[0])[0] is Queue.OPERATOR
    assert seen() == before
    mine = consultation.round_file(database, viettel, number, "gpkg")
    assert mine.sha256 == before[2]["gpkg"]
    promises.lapse(database, authority, in_days(366))
    assert seen() == before
    assert zones.list_zones(database, authority, ZoneFilter(queue=Queue.FUND)).zones == 4
