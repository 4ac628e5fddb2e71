"""An operator's long lists pass the walls at once, and see what a look at each row sees."""

import pytest
from sqlalchemy import select, text

from coverage.actions.lots import propose_lots
from coverage.actions.packages import build_package
from coverage.storage.tables.lots import lot, lot_zone
from coverage.storage.tables.zones import zone
from tests.builders import a_zone, zone_id
from tests.delivered import NO_FILES, published
from tests.reported import as_owner, judge, report

TABLES = (zone, lot, lot_zone)


def rows_of(database, actor, table, *, many):
    with database.transaction(actor, many=many) as connection:
        keys = select(*table.primary_key.columns)
        return sorted(map(tuple, connection.execute(keys)))


@pytest.fixture
def world(database, authority, province):
    """A package that everybody reads, and zones that no operator may know of but by a verdict."""
    published(database, authority, province("42"))
    hidden = [a_zone(number, latitude=18.9 + number / 100) for number in range(10, 14)]
    report(database, province("42"), *hidden)
    judge(database, authority, zone_id(10), VNPT=8000.0)
    propose_lots(database, authority, "42")
    build_package(database, authority, "42", NO_FILES)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("who", ["Viettel", "VNPT", "MobiFone"])
def test_both_ways_see_the_same(database, authority, operator, table, who):
    one_by_one = rows_of(database, operator(who), table, many=False)
    assert rows_of(database, operator(who), table, many=True) == one_by_one
    assert 0 < len(one_by_one) < len(rows_of(database, authority, table, many=True))


@pytest.mark.usefixtures("world")
def test_an_embargo_and_a_recall_count_for_both(database, authority, operator):
    opens = {
        "tomorrow": "opens_at = now() + interval '1 day'",
        "recalled before its minute": "opens_at = now() - interval '1 hour',"
        " cancelled_at = now() - interval '2 hours', cancelled_by = 'kiểm thử',"
        " cancel_reason = 'thu hồi', status = 'cancelled'",
    }
    seen = rows_of(database, operator("MobiFone"), zone, many=True)
    for case, change in opens.items():
        with as_owner(database, authority) as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(f"UPDATE phusong.package SET {change} WHERE status <> 'draft'"))
        both = [rows_of(database, operator("MobiFone"), zone, many=many) for many in (True, False)]
        assert both == [[], []], case
    assert seen


def test_what_was_said_ends_with_the_transaction(database, authority, operator):
    with database.transaction(operator("Viettel"), many=True) as connection:
        said = text("SELECT current_setting('phusong.many', true)")
        assert connection.execute(said).scalar_one() == "yes"
    with database.transaction(authority) as connection:
        assert connection.execute(said).scalar_one() == ""
