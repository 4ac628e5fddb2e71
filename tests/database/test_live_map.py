"""What a live map begins with: figures and history as far as the viewer may read them."""

import datetime as dt

import pytest
from sqlalchemy import text

from coverage.actions import live_map
from coverage.actions.live_map import find_on_map, see_live
from coverage.storage import map_history, progress
from coverage.zones import Queue, ZoneStatus
from tests.http import stored
from tests.reported import as_owner, change

MARCH, MAY = "2026-03-20T18:30:00+00:00", "2026-05-31T18:00:00+00:00"  # 21 March, 1 June at home


@pytest.fixture
def officer(database, authority, province):
    stored.a_vintage(database, authority)
    return province("42")


def backdate(database, actor, zone_id, created_at, *moved_at):
    """Let a zone have been made then, and its changes have happened then."""
    with as_owner(database, actor) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE phusong.zone SET created_at = :at WHERE id = :id"),
            {"at": created_at, "id": zone_id},
        )
        events = connection.execute(
            text("SELECT id FROM phusong.zone_event WHERE zone_id = :id ORDER BY id"),
            {"id": zone_id},
        ).scalars()
        for event, at in zip(events.all(), moved_at, strict=True):
            connection.execute(
                text("UPDATE phusong.zone_event SET at = :at WHERE id = :id"),
                {"at": at, "id": event},
            )


@pytest.fixture
def approved(database, officer):
    """A zone of 21 March that was approved on 1 June, as the days go in Việt Nam."""
    found = stored.a_zone(database, officer, village="Bản Rào Tre", households=42)
    change(database, officer, found, status="approved")
    backdate(database, officer, found, MARCH, MAY)
    return found


def test_months_are_those_of_viet_nam(database, authority, approved):
    with database.transaction(authority) as connection:
        months = progress.changes(connection, None)
        moves = map_history.moves(connection, "42")
    march, june = dt.date(2026, 3, 1), dt.date(2026, 6, 1)
    told = [(one.month, one.status.value, one.by.zones, one.by.households) for one in months]
    assert told == [
        (march, "reported", 1, 42), (june, "approved", 1, 42), (june, "reported", -1, -42),
    ]  # fmt: skip
    assert moves == {
        approved: [
            (dt.date(2026, 3, 21), ZoneStatus.REPORTED), (dt.date(2026, 6, 1), ZoneStatus.APPROVED),
        ]
    }  # fmt: skip


def test_the_sum_of_months_is_how_zones_stand(database, authority, officer, approved):
    stored.a_zone(database, officer, village="Khác", status="rejected")
    moved = stored.a_zone(database, officer, village="Nữa", households=7)
    change(database, officer, moved, households=9)  # no move
    change(database, officer, moved, status="withdrawn")
    change(database, officer, moved, status="reported")
    with database.transaction(authority) as connection:
        months = progress.changes(connection, None)
        now = connection.execute(
            text("SELECT status, count(*), sum(households) FROM phusong.zone GROUP BY status")
        ).all()
    for status, zones, households in now:
        of_status = [one for one in months if one.status.value == status]
        assert sum(one.by.zones for one in of_status) == zones
        assert sum(one.by.households for one in of_status) == households
    assert sum(one.by.zones for one in months) == sum(row[1] for row in now)


def test_a_province_is_embedded_until_it_has_many(database, officer, approved, monkeypatch):
    view = see_live(database, officer, "42")
    assert [listed.zone.id for listed in view.overview.zones] == [approved]
    assert not view.zones_tiled
    assert list(view.moves) == [approved]
    assert [(one.status, one.zones, one.households) for one in view.counts] == [
        (ZoneStatus.APPROVED, 1, 42)
    ]
    monkeypatch.setattr(live_map, "MOST_EMBEDDED", 0)
    view = see_live(database, officer, "42")
    assert view.zones_tiled
    assert view.overview.zones == ()
    assert view.moves == {}


def test_the_country_is_counted_not_embedded(database, authority, officer, approved):
    stored.a_zone(database, officer, village="Không còn", status="withdrawn")
    view = see_live(database, authority, None)
    assert view.zones_tiled
    assert view.sites_tiled
    assert view.overview.zones == ()
    assert sum(one.zones for one in view.counts) == 1
    assert view.months


def test_an_operator_is_told_no_history_and_not_who_pays(database, operator, officer):
    stored.a_zone(database, officer, queue="operator", queue_reason="thử", status="approved")
    view = see_live(database, operator("Viettel"), None)
    assert view.months == ()
    assert view.moves == {}
    assert not view.payers_told
    assert {one.queue for one in view.counts} <= {Queue.UNDECIDED}


def test_another_province_is_not_found_and_not_counted(database, province, approved):
    stranger = province("40")
    assert see_live(database, stranger, None).counts == []
    assert see_live(database, stranger, None).months == []
    assert find_on_map(database, stranger, "Rào Tre").zones == []


def test_names_are_found_without_accents(database, authority, officer, approved):
    stored.a_zone(database, officer, village="Rào Tre cũ", status="rejected")
    found = find_on_map(database, authority, "rao tre")
    assert [listed.zone.id for listed in found.zones] == [approved]
    assert found.communes == []  # none has a point
    with as_owner(database, authority) as connection:
        connection.execute(
            text("UPDATE phusong.unit SET point = ST_SetSRID(ST_MakePoint(105.7, 18.2), 4326)")
        )
    found = find_on_map(database, authority, "huong khe")
    assert [unit.full_name for unit in found.communes] == ["Xã Hương Khê"]
    assert found.provinces["42"] == "Hà Tĩnh"
    assert find_on_map(database, authority, "  ").communes == ()
    assert find_on_map(database, authority, "rao tre", "40").zones == []
