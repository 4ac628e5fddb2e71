"""What a list's fingerprint tells: that one of its zones changed, or another came; nothing else."""

import pytest
from sqlalchemy import text

from coverage.actions.zones import look_through
from coverage.storage.zones import ZoneFilter
from coverage.zones import Queue
from tests.builders import a_zone, zone_id
from tests.reported import as_owner, load_places, report

FUND = ZoneFilter(queue=Queue.FUND)


@pytest.fixture
def world(database, authority, province):
    load_places(database, authority)
    report(database, province("42"), *(a_zone(n) for n in range(1, 5)))
    put(database, authority, "queue = 'operator'", zone_id(4))


def put(database, authority, change, *ids):
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(f"UPDATE phusong.zone SET {change} WHERE id = ANY(:ids)"), {"ids": list(ids)}
        )


def seen(database, authority):
    tally = look_through(database, authority, FUND).tally
    return tally.zones, tally.fingerprint


@pytest.mark.usefixtures("world")
def test_a_version_changes_it_though_the_list_is_the_same(database, authority):
    before = seen(database, authority)
    assert before == seen(database, authority)
    put(database, authority, "version = version + 1", zone_id(2))
    after = seen(database, authority)
    assert (after[0], after[1] == before[1]) == (before[0], False)


@pytest.mark.usefixtures("world")
def test_what_is_not_in_the_list_does_not_change_it(database, authority):
    before = seen(database, authority)
    put(database, authority, "version = version + 1", zone_id(4))
    assert seen(database, authority) == before


@pytest.mark.usefixtures("world")
def test_one_for_another_changes_it(database, authority):
    before = seen(database, authority)
    put(database, authority, "queue = 'operator'", zone_id(1))
    put(database, authority, "queue = 'fund'", zone_id(4))
    after = seen(database, authority)
    assert (after[0], after[1] == before[1]) == (before[0], False)
