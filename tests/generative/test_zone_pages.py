"""Going through a list by its pages, forth and back, while others write: against brute force."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from coverage.actions import zones
from coverage.storage.tables.zones import zone as table
from coverage.storage.zones import ZoneFilter, ZoneOrder
from coverage.vietnamese import name_key
from tests.database.test_zones import vintage  # noqa: F401 - a fixture
from tests.reported import as_owner

ORDERS = [order for order in ZoneOrder if order is not ZoneOrder.ID]
VILLAGES = ["Bản Hoà", "Bản Hoa", "Xóm Tre", "Thôn Đồi"]
MADE = st.tuples(
    st.sampled_from(VILLAGES), st.sampled_from(["00001", "00002"]), st.integers(1, 4),
    st.integers(0, 3),
)  # fmt: skip
# ruff: noqa: F811


def make(database, officer, facts):
    """Zones of a few names, communes, sizes and days, so that many stand beside each other."""
    with as_owner(database, officer) as connection:
        for village, commune, households, days in facts:
            at = func.date_trunc("day", func.now()) - timedelta(days=days)
            connection.execute(
                insert(table).values(
                    id=uuid.uuid4(), organisation_id=officer.organisation_id,
                    province_code="42", commune_code=commune, vintage="thử", village=village,
                    village_key=name_key(village), households=households,
                    point="SRID=4326;POINT(105 18)", created_at=at, updated_at=at,
                )
            )  # fmt: skip


def in_order(database, officer, wanted, order):
    """The whole list at once, without any page."""
    found = zones.look_through(database, officer, wanted, order=order, limit=10_000)
    assert found.page.next_key is None
    assert found.page.previous_key is None
    return [listed.zone.id for listed in found.page.zones]


def stepped(database, officer, wanted, order, start, side, between):  # noqa: PLR0917
    """The pages from ``start`` on, each the one beside the last; ``side`` is after or before."""
    pages, position = [], start
    while True:
        found = zones.look_through(
            database, officer, wanted, order=order, limit=3, **{side: position}
        )
        pages.append([listed.zone.id for listed in found.page.zones])
        on, back = found.page.next_key, found.page.previous_key
        if side == "before":
            on, back = back, on
        assert (back is None) == (position is None)  # there is a way back to where one came from
        position = on
        assert pages[-1] or len(pages) == 1  # nothing is taken away, so no page is empty
        assert len(pages) < 30
        if position is None:
            return pages, found
        between()


@pytest.mark.parametrize("order", ORDERS)
@settings(max_examples=4, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(first=st.lists(MADE, max_size=11), later=st.lists(MADE, max_size=4),
       words=st.sampled_from([None, "hoa", "hoà"]))  # fmt: skip
def test_pages_hold_what_the_list_holds(database, province, vintage, order, first, later, words):  # noqa: PLR0917
    officer = province("42")
    with as_owner(database, officer) as connection:
        connection.execute(table.delete())
    make(database, officer, first)
    wanted = ZoneFilter(words=words)
    stood = in_order(database, officer, wanted, order)
    assert stood == brute_force(database, officer, words, order)

    coming = iter(later)
    forth, last = stepped(
        database, officer, wanted, order, None, "after",
        lambda: make(database, officer, [each for each in [next(coming, None)] if each]),
    )  # fmt: skip
    seen = [each for page in forth for each in page]
    assert len(seen) == len(set(seen))
    assert [each for each in seen if each in set(stood)] == stood

    # Back from the last page: what stands before it, all of it, once, in the same order.
    now = in_order(database, officer, wanted, order)
    assert (last.page.previous_key is None) == (len(forth) == 1)
    if len(forth) > 1:
        back, _ = stepped(
            database, officer, wanted, order, last.page.previous_key, "before", lambda: None
        )
        before = [each for page in reversed(back) for each in page]
        assert before == now[: now.index(forth[-1][0])]


def brute_force(database, officer, words, order):
    """The list by plain Python, from the rows as they are stored."""
    with as_owner(database, officer) as connection:
        collated = select(table).order_by(table.c.village)
        rows = list(connection.execute(collated))
    place = {name: at for at, name in enumerate(dict.fromkeys(row.village for row in rows))}
    found = {None: VILLAGES, "hoa": VILLAGES[:2], "hoà": VILLAGES[:1]}[words]
    keys = {
        ZoneOrder.PLACE: lambda row: (row.commune_code, place[row.village], row.id),
        ZoneOrder.HOUSEHOLDS: lambda row: (-row.households, row.id),
        ZoneOrder.NEWEST: lambda row: (-row.updated_at.timestamp(), row.id),
        ZoneOrder.WAITING: lambda row: (row.created_at.timestamp(), row.id),
    }
    return [row.id for row in sorted(rows, key=keys[order]) if row.village in found]
