"""What an operator can see or write of others by plain SQL, as the application's own role."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.consulted import open_now
from tests.disputed import judged, rows


@pytest.fixture
def world(database, authority, province, operator):
    return judged(database, authority, province, operator)


def test_nobody_puts_itself_on_a_competitors_mast_to_see_where_it_stands(
    database, authority, world
):
    theirs = rows(
        database, authority, "SELECT site_id FROM phusong.site_operator WHERE operator_id = :who",
        who=world.viettel.organisation_id,
    )[0].site_id  # fmt: skip
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        database.transaction(world.vnpt) as connection,
    ):
        connection.execute(
            text("INSERT INTO phusong.site_operator (site_id, operator_id, site_code, technologies,"
                 " point) VALUES (:site, :me, 'x', '{4G}', ST_SetSRID(ST_MakePoint(105, 18), 4326))"),
            {"site": theirs, "me": world.vnpt.organisation_id},
        )  # fmt: skip
    with database.transaction(world.vnpt) as connection:
        moved = connection.execute(
            text("UPDATE phusong.site_operator SET site_id = :site"), {"site": theirs}
        )
        assert moved.rowcount == 0
    seen = "SELECT id FROM phusong.site WHERE id = :site"
    assert rows(database, world.vnpt, seen, site=theirs) == []
    assert len(rows(database, world.viettel, seen, site=theirs)) == 1


@pytest.mark.parametrize(
    "different",
    [
        {"status": "'kept'", "ended_by": "'tôi'", "ended_at": "now()"},
        {"promised_at": "now() - interval '90 days'"},
    ],
    ids=lambda different: next(iter(different)),
)
def test_an_operators_promise_begins_standing_and_now(database, authority, world, different):
    number = open_now(database, authority, list(world.zones))
    round_id = rows(
        database, authority, "SELECT id FROM phusong.consultation_round WHERE number = :n", n=number
    )[0].id  # fmt: skip
    values = {"round_id": ":round", "zone_id": ":zone", "operator_id": ":me",
              "on_air_by": "current_date + 90", "promised_by": "'tôi'"} | different  # fmt: skip
    statement = (
        f"INSERT INTO phusong.promise ({', '.join(values)}) VALUES ({', '.join(values.values())})"
    )
    with (
        pytest.raises(DBAPIError, match="a promise begins"),
        database.transaction(world.viettel) as connection,
    ):
        connection.execute(
            text(statement),
            {"round": round_id, "zone": world.zones[0], "me": world.viettel.organisation_id},
        )
