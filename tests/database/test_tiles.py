"""Tiles in the database: nothing lost at an edge, nothing twice, nothing too heavy."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from coverage.tiles import end_of
from tests import vector_tiles
from tests.database.test_live_map import backdate
from tests.reported import as_owner, change
from tests.tiled import around, put_sites, put_zones, tile

pytestmark = pytest.mark.usefixtures("small_places")

MOST_BYTES = 500_000


# Places on the edges of tiles and cells of many zooms, and a hair beside them.
SIDE = 1 << 12
COLUMNS = st.integers(3250, 3350).map(lambda n: n / SIDE * 360 - 180)
ROWS = st.integers(1800, 1880).map(
    lambda n: math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * n / SIDE))))
)
HAIRS = st.sampled_from((0.0, 1e-12, -1e-12, 1e-9, -1e-9, 1e-6, -1e-6))
ANYWHERE = st.tuples(st.floats(102, 118), st.floats(6.5, 23.5))
ON_EDGES = st.tuples(COLUMNS, ROWS, HAIRS, HAIRS).map(lambda p: (p[0] + p[2], p[1] + p[3]))
POINTS = st.lists(ON_EDGES | ANYWHERE, min_size=1, max_size=12)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=POINTS, zooms=st.lists(st.integers(0, 14), min_size=2, max_size=3, unique=True))
def test_every_zone_is_in_exactly_one_tile_of_each_zoom(
    database, officer, authority, points, zooms
):  # fmt: skip
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("TRUNCATE phusong.zone CASCADE"))
    put_zones(database, officer, points)
    with database.transaction(authority) as connection:
        rows = connection.execute(
            text("SELECT id::text, queue, status, households FROM phusong.zone"
                 " WHERE status <> 'withdrawn'")
        ).all()  # fmt: skip
        plain, sums = Counter(), Counter()
        for row in rows:
            plain[row.queue, row.status, "zones"] += 1
            plain[row.queue, row.status, "households"] += row.households
        for z in zooms:
            seen, sums = Counter(), Counter()
            for place in around(points, z):
                for point in vector_tiles.read(tile(connection, authority, "zones", z, *place)):
                    assert 0 <= point.x < 4096
                    assert 0 <= point.y < 4096
                    if z >= 9:
                        seen[point.said["id"]] += 1
                        continue
                    kind = point.said["queue"], point.said["status"]
                    sums[*kind, "zones"] += point.said["zones"]
                    sums[*kind, "households"] += point.said["households"]
            if z >= 9:
                assert seen == Counter(row.id for row in rows)
            else:
                assert sums == plain


def test_a_cell_stands_at_the_weighted_mean_of_its_zones(database, officer, authority):
    side = 1 << 6
    west, north = 50 / side * 360 - 180, 28
    down = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (north + 0.01) / side))))
    width = 360 / side / 16
    put_zones(database, officer, [(west + width * 0.1, down)])
    with as_owner(database, officer) as connection:  # the other one of the same kind
        connection.execute(
            text("INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
                 " village, village_key, point, households, queue, status) SELECT organisation_id,"
                 " province_code, commune_code, vintage, village, village_key,"
                 " ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), 3, queue, status FROM phusong.zone"),
            {"lon": west + width * 0.9, "lat": down},
        )  # fmt: skip
    with database.transaction(authority) as connection:
        (cell,) = vector_tiles.read(tile(connection, authority, "zones", 6, 50, north))
    assert cell.said["zones"] == 2
    assert cell.x == pytest.approx((0.1 * 1 + 0.9 * 3) / 4 * 256, abs=2)
    assert cell.y == pytest.approx(0.01 * 4096, abs=2)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.lists(ON_EDGES, min_size=1, max_size=8), z=st.integers(0, 14))
def test_every_site_is_in_exactly_one_tile(database, authority, operator, points, z):
    viettel = operator("Viettel")
    with as_owner(database, authority) as connection:
        connection.execute(text("DELETE FROM phusong.site_operator"))
    put_sites(database, authority, viettel, points)
    for viewer in (authority, viettel):
        with database.transaction(viewer) as connection:
            total = sum(
                point.said.get("sites", 1)
                for place in around(points, z)
                for point in vector_tiles.read(tile(connection, viewer, "sites", z, *place))
            )
        assert total == len(points)


def test_no_tile_is_too_heavy_and_none_leaves_anything_out(database, officer, authority, operator):
    """Villages with endless names, and masts by the ten thousand, in one square kilometre."""
    where = random.Random(6)
    crowd = [(105.6 + where.random() / 100, 18.3 + where.random() / 100) for _ in range(9000)]
    put_zones(database, officer, crowd[:3000], "repeat(md5(n::text), 20)")
    put_sites(database, authority, operator("VNPT"), crowd)
    with database.transaction(authority) as connection:
        alive = connection.execute(
            text("SELECT count(*) FROM phusong.zone WHERE status <> 'withdrawn'")
        ).scalar_one()
        for z in (5, 9, 11, 13):
            for layer, all_of_them in (("zones", alive), ("sites", len(crowd))):
                total, layers = 0, set()
                for place in around(crowd[:1], z):
                    content = tile(connection, authority, layer, z, *place)
                    assert len(content) <= MOST_BYTES
                    for point in vector_tiles.read(content):
                        layers.add(point.layer)
                        total += point.said.get("zones", point.said.get("sites", 1))
                if z < 13:
                    assert total == all_of_them, (z, layer)
                if z == 11:
                    assert layers == {"zone_cells" if layer == "zones" else "sites"}


def test_a_crowd_of_sites_is_told_by_cells(database, authority, operator):
    put_sites(database, authority, operator("VNPT"), [(105.6, 18.3)] * 20_000)
    with database.transaction(authority) as connection:
        (place,) = {(x, y) for x, y in around([(105.6, 18.3)], 14)
                    if tile(connection, authority, "sites", 14, x, y)}  # fmt: skip
        content = tile(connection, authority, "sites", 14, *place)
    (cell,) = vector_tiles.read(content)
    assert (cell.layer, cell.said) == ("site_cells", {"operator": "VNPT", "sites": 20_000})


# --- Days that have passed -----------------------------------------------------------------------


@pytest.mark.parametrize("z", [5, 12])
def test_a_day_ends_where_the_next_begins(database, officer, authority, z):
    """Reported and approved at midnights in Viet Nam: of the day that begins, not of the one before."""
    put_zones(database, officer, [(105.6, 18.3)])
    with as_owner(database, authority) as connection:
        zone_id = connection.execute(text("SELECT id FROM phusong.zone")).scalar_one()
    change(database, officer, zone_id, status="approved")
    midnights = ("2026-03-01 00:00+07", "2026-04-01 00:00+07")
    backdate(database, officer, zone_id, *midnights)
    (place,) = [
        each for each in around([(105.6, 18.3)], z)
        if _then(database, authority, (z, *each), date(2026, 5, 1))
    ]  # fmt: skip
    told = {
        day: _then(database, authority, (z, *place), date.fromisoformat(day))
        for day in ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")
    }
    assert told == {
        "2026-02-28": [], "2026-03-01": ["reported"], "2026-03-31": ["reported"],
        "2026-04-01": ["approved"],
    }  # fmt: skip


def _then(database, actor, place, day):
    with database.transaction(actor) as connection:
        content = connection.execute(
            text("SELECT phusong.zone_tile(:me, :z, :x, :y, :ends_at)"),
            {"me": actor.organisation_id, "ends_at": end_of(day),
             **dict(zip("zxy", place, strict=True))},
        ).scalar_one()  # fmt: skip
    return [point.said["status"] for point in vector_tiles.read(bytes(content))]
