"""Lists of zones: every filter against a plain Python answer, every zone once while others write."""

import random
import uuid

import pytest
from sqlalchemy import insert, text

from coverage.actions import zones
from coverage.errors import NotFound
from coverage.storage.tables.zones import zone as table
from coverage.storage.zones import Bounds, ZoneFilter, ZoneOrder
from coverage.vietnamese import name_key
from coverage.zones import Queue, ZoneStatus
from tests.reported import as_owner, standing

QUEUES = list(Queue)
STATUSES = list(ZoneStatus)
STANDING = ("status_by", "status_reason", "merged_into", "reviewer")
VILLAGES = ["Bản Hốc", "Bản Huổi 100%", "Thôn Đắk R’Lấp", "Xóm Mới", "Xóm Mỹ"]


@pytest.fixture
def vintage(database, authority):
    with database.transaction(authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.vintage (name, approximate, source) VALUES ('thử', true, 't')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO phusong.unit (vintage, level, code, name, full_name, province_code)"
                " VALUES ('thử', 'commune', '00001', 'Mường Nhé', 'Xã Mường Nhé', '42'),"
                " ('thử', 'province', '42', 'Hà Tĩnh', 'Tỉnh Hà Tĩnh', '42')"
            )
        )


def some_zones(actor, count, seed=7):
    chance = random.Random(seed)
    for _ in range(count):
        village = chance.choice(VILLAGES)
        yield {
            "id": uuid.UUID(int=chance.getrandbits(128), version=4),
            "organisation_id": actor.organisation_id,
            "province_code": actor.province_code,
            "commune_code": chance.choice(["00001", "00002"]),
            "vintage": "thử",
            "village": village,
            "village_key": name_key(village),
            # On the edges of the boxes asked for, and one hundredth of a metre beside them.
            "longitude": chance.randint(1020, 1090) / 10 + chance.choice([0, 1e-7, -1e-7]),
            "latitude": chance.randint(80, 230) / 10,
            "households": chance.randint(1, 30),
            "queue": chance.choice(QUEUES).value,
            "status": chance.choice(STATUSES).value,
        }


def store(database, actor, rows):
    # What is merged comes last: another zone must have taken it in.
    rows = sorted(rows, key=lambda row: row.get("status") == "merged")
    with as_owner(database, actor) as connection:
        for row in rows:
            values = {k: v for k, v in row.items() if k not in {"longitude", "latitude"}}
            others = {"merged_into": rows[0]["id"]} if row is not rows[0] else {}
            values |= standing(connection, row["status"], dict.fromkeys(STANDING) | values | others)
            point = f"SRID=4326;POINT({row['longitude']} {row['latitude']})"
            connection.execute(insert(table).values(**values, point=point))


def walk(database, actor, wanted, order, *, between=lambda: None):
    """Every page of a list, in the order it comes."""
    found, after = [], None
    while True:
        page = zones.list_zones(database, actor, wanted, order=order, after=after, limit=7).page
        found += [listed.zone for listed in page.zones]
        if page.next_key is None:
            return found
        after = page.next_key
        between()


@pytest.mark.parametrize("order", list(ZoneOrder))
def test_every_zone_comes_exactly_once_while_others_are_added(database, province, vintage, order):
    officer = province("42")
    rows = list(some_zones(officer, 60))
    store(database, officer, rows)
    seeds = iter(range(100, 200))
    found = walk(
        database, officer, ZoneFilter(), order,
        between=lambda: store(database, officer, some_zones(officer, 3, next(seeds))),
    )  # fmt: skip
    ids = [zone.id for zone in found]
    assert len(ids) == len(set(ids))
    assert {row["id"] for row in rows} <= set(ids)


FILTERS = {
    "nothing": (ZoneFilter(), lambda _: True),
    "queue": (ZoneFilter(queue=Queue.FUND), lambda row: row["queue"] == "fund"),
    "status": (ZoneFilter(status=ZoneStatus.ON_AIR), lambda row: row["status"] == "on_air"),
    "province": (ZoneFilter(province_code="40"), lambda row: row["province_code"] == "40"),
    "bounds": (
        ZoneFilter(bounds=Bounds(104.1, 10.3, 104.4, 17.9)),
        lambda row: 104.1 <= row["longitude"] <= 104.4 and 10.3 <= row["latitude"] <= 17.9,
    ),
    "village": (ZoneFilter(words="ĐẮK R'lấp"), lambda row: "R’Lấp" in row["village"]),
    "commune": (ZoneFilter(words="mường"), lambda row: row["commune_code"] == "00001"),
    "accents may be left out": (
        ZoneFilter(words="muong"),
        lambda row: row["commune_code"] == "00001",
    ),
    "a percent sign is a letter": (ZoneFilter(words="0%"), lambda row: "%" in row["village"]),
    "both": (
        ZoneFilter(queue=Queue.FUND, words="Mỹ"),
        lambda row: row["queue"] == "fund" and row["village"] == "Xóm Mỹ",
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_plain_python_finds(database, authority, province, vintage, name):
    rows = []
    for code, seed in (("42", 1), ("40", 2)):
        officer = province(code)
        made = list(some_zones(officer, 150, seed))
        store(database, officer, made)
        rows += made
    wanted, holds = FILTERS[name]
    expected = {row["id"]: row for row in rows if holds(row)}
    found = zones.list_zones(database, authority, wanted, limit=1000)
    assert {listed.zone.id for listed in found.page.zones} == set(expected)
    assert found.zones == len(expected)
    assert found.households == sum(row["households"] for row in expected.values())


def test_an_order_is_the_order_it_says(database, province, vintage):
    officer = province("42")
    store(database, officer, some_zones(officer, 40))
    by_households = walk(database, officer, ZoneFilter(), ZoneOrder.HOUSEHOLDS)
    assert [zone.households for zone in by_households] == sorted(
        (zone.households for zone in by_households), reverse=True
    )
    by_place = walk(database, officer, ZoneFilter(), ZoneOrder.PLACE)
    assert [zone.commune_code for zone in by_place] == sorted(z.commune_code for z in by_place)


def test_a_cursor_with_a_huge_number_is_a_place_like_any_other(database, province, vintage):
    """No zone has so many households; a forged cursor says so all the same."""
    officer = province("42")
    rows = list(some_zones(officer, 3))
    store(database, officer, rows)
    nobody = "00000000-0000-0000-0000-000000000000"
    for households, behind in ((-(2**61), 3), (2**61, 0)):
        for order in (ZoneOrder.HOUSEHOLDS, ZoneOrder.NEWEST):
            found = zones.list_zones(
                database, officer, ZoneFilter(), order=order, after=(households, nobody), limit=9
            )
            assert len(found.page.zones) == behind


def test_names_and_coordinates_are_the_zones_own(database, province, vintage):
    officer = province("42")
    row = next(row for row in some_zones(officer, 20) if row["commune_code"] == "00001")
    store(database, officer, [row])
    listed = zones.get_zone(database, officer, row["id"])
    assert (listed.commune, listed.province) == ("Xã Mường Nhé", "Hà Tĩnh")
    assert (listed.zone.longitude, listed.zone.latitude) == (row["longitude"], row["latitude"])


def test_nobody_sees_anothers_zones(database, authority, province, operator, vintage):
    one, other = province("42"), province("40")
    row = next(some_zones(one, 1))
    store(database, one, [row])
    for stranger in (other, operator("Viettel")):
        assert zones.list_zones(database, stranger, ZoneFilter()).zones == 0
        assert zones.count_zones(database, stranger) == []
        with pytest.raises(NotFound):
            zones.get_zone(database, stranger, row["id"])
    assert zones.get_zone(database, authority, row["id"]).zone.village == row["village"]


def test_counts_add_up(database, authority, province, vintage):
    rows = []
    for code, seed in (("42", 3), ("40", 4)):
        made = list(some_zones(province(code), 50, seed))
        store(database, province(code), made)
        rows += made
    counted = zones.count_zones(database, authority)
    assert sum(count.zones for count in counted) == len(rows)
    assert sum(count.households for count in counted) == sum(row["households"] for row in rows)
    fund = [c for c in counted if c.province_code == "40" and c.queue is Queue.FUND]
    assert sum(count.zones for count in fund) == sum(
        row["province_code"] == "40" and row["queue"] == "fund" for row in rows
    )
