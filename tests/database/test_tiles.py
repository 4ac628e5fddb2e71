"""Tiles in the database: nothing lost at an edge, nothing too heavy, no version twice."""

from __future__ import annotations

import asyncio
import math
import random
import threading
from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from coverage.actions import people
from coverage.actions.tiles import SWEEP_AT, MadeTile, Secret, Tiles, _Cache, _Key
from coverage.errors import NotSignedIn
from coverage.people import Role
from coverage.tiles import TileLayer, TilePlace
from tests import vector_tiles
from tests.builders import a_zone
from tests.reported import as_owner, load_places, report

MOST_BYTES = 500_000


@pytest.fixture
def officer(database, authority, province):
    load_places(database, authority)
    return province("42")


def put_zones(database, officer, points, village="'Bản ' || n"):
    """Zones of 1, 2, 3… households at these places, in turn of every kind."""
    with as_owner(database, officer) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
                " village, village_key, point, households, queue, status, status_by)"
                f" SELECT :me, '42', '18073', '2026-04-30', {village}, 'x',"
                " ST_SetSRID(ST_MakePoint(lon, lat), 4326), n,"
                " (ARRAY['fund', 'operator', 'power', 'undecided'])[1 + n % 4],"
                " (ARRAY['reported', 'approved', 'on_air', 'withdrawn'])[1 + n / 3 % 4], 'thử'"
                " FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[]))"
                " WITH ORDINALITY AS given (lon, lat, n)"
            ),
            {"me": officer.organisation_id, "lon": [p[0] for p in points],
             "lat": [p[1] for p in points]},
        )  # fmt: skip


def put_sites(database, authority, operator, points):
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "WITH kept AS (INSERT INTO phusong.register (organisation_id, file_name, sha256,"
                " raw, crs, totals) VALUES (:me, 'x', 'x', '', 'x', '{}') RETURNING id),"
                " put AS (INSERT INTO phusong.site (register_id, point)"
                "  SELECT kept.id, ST_SetSRID(ST_MakePoint(lon, lat), 4326)"
                "  FROM kept, unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) AS given (lon, lat)"
                "  RETURNING id, point)"
                " INSERT INTO phusong.site_operator (site_id, operator_id, site_code, technologies,"
                "  point, on_air) SELECT id, :operator, 'SITE' || id, '{2G,3G,4G}', point,"
                "  CASE id % 3 WHEN 0 THEN true END FROM put"
            ),
            {"me": authority.organisation_id, "operator": operator.organisation_id,
             "lon": [p[0] for p in points], "lat": [p[1] for p in points]},
        )  # fmt: skip


def tile(connection, actor, layer, z, x, y):  # noqa: PLR0917 - as its address
    function = "zone_tile" if layer == "zones" else "site_tile"
    more = ", NULL" if layer == "zones" else ""
    return bytes(
        connection.execute(
            text(f"SELECT phusong.{function}(:me, :z, :x, :y{more})"),
            {"me": actor.organisation_id, "z": z, "x": x, "y": y},
        ).scalar_one()
    )


def down_of(latitude):
    return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2


def around(points, z):
    """Every tile that could hold one of the points, and its neighbours."""
    side, found = 1 << z, set()
    for longitude, latitude in points:
        across = int((longitude + 180) / 360 * side)
        down = int(down_of(max(-89, min(89, latitude))) * side)
        found |= {
            (min(side - 1, max(0, across + dx)), min(side - 1, max(0, down + dy)))
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
        }
    return sorted(found)


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


# --- Versions ------------------------------------------------------------------------------------


def standing(database, actor):
    with database.at_the_door() as connection:
        return connection.execute(text("SELECT * FROM phusong.tile_standing()")).one()


def touch(connection):
    connection.execute(text("UPDATE phusong.zone SET households = households + 1"))


def test_who_commits_late_changes_the_version_too(database, officer, authority):
    """A version taken from a number that counts up would not see the one that began first."""
    report(database, officer, a_zone(1))
    owner = database.owner()
    versions = [standing(database, authority).zones]
    with owner.connect() as late, owner.connect() as early:
        for connection in (late, early):
            connection.execute(text("SELECT set_config('phusong.organisation', :me, false),"
                                    " set_config('phusong.actor', 'thử', false)"),
                               {"me": str(authority.organisation_id)})  # fmt: skip
        late.execute(text("UPDATE phusong.unit SET name = name"))
        early.execute(text("DELETE FROM phusong.dispute"))
        early.commit()
        versions.append(standing(database, authority).zones)
        late.commit()
        versions.append(standing(database, authority).zones)
    owner.dispose()
    assert len(set(versions)) == 3


def test_a_transaction_leaves_one_row_of_each_layer_and_waits_for_nobody(
    database, officer, authority
):
    report(database, officer, a_zone(1))
    before = standing(database, authority)
    with as_owner(database, authority) as held:
        for _ in range(5):
            touch(held)
        other = threading.Thread(
            target=lambda: report(database, officer, a_zone(2, longitude=105.9))
        )
        other.start()
        other.join(timeout=20)
        assert not other.is_alive()
        assert standing(database, authority).zones != before.zones
    after = standing(database, authority)
    assert after.changes == before.changes + 2
    assert after.sites == before.sites


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(("change", "sweep", "undone")), max_size=12))
def test_no_version_comes_twice(database, officer, authority, steps):
    seen = [standing(database, authority).zones]
    for step in steps:
        if step == "sweep":
            with database.at_the_door() as connection:
                connection.execute(text("SELECT phusong.sweep_tile_changes()"))
            assert standing(database, authority).changes == 2
        elif step == "undone":
            with pytest.raises(ZeroDivisionError), as_owner(database, authority) as connection:
                touch(connection)
                raise ZeroDivisionError
            assert standing(database, authority).zones == seen[-1]
            continue
        else:
            with as_owner(database, authority) as connection:
                touch(connection)
        seen.append(standing(database, authority).zones)
    assert len(set(seen)) == len(seen)


# --- Serving -------------------------------------------------------------------------------------


@pytest.fixture
def secret(database, authority):
    def make(actor, role=None):
        token = people.issue_token(
            database, authority, organisation_id=actor.organisation_id, role=role or actor.role,
            label=f"thử {random.random()}",
        )  # fmt: skip
        return Secret(people.fingerprint(token), of_session=False)

    return make


EVERYWHERE = TilePlace(TileLayer.ZONES, 0, 0, 0)


def counted(tiles):
    """Count what is asked of the database."""
    asked = Counter()
    reader = tiles._reader
    for name in ("standing", "tile", "sweep"):
        setattr(reader, name, _counting(asked, name, getattr(reader, name)))
    return asked


def _counting(asked, name, plain):
    def ask(*args):
        asked[name] += 1
        return plain(*args)

    return ask


def test_requests_share_questions_and_tiles_but_never_across_rights(  # noqa: PLR0917
    database, officer, authority, province, operator, secret
):
    report(database, officer, a_zone(1))
    mine, stranger, rival = secret(officer), secret(province("40")), secret(operator("VNPT"))
    false = Secret(b"x" * 32, of_session=False)

    async def ask():
        tiles = Tiles(database, 60)
        asked = counted(tiles)
        async with tiles.kept():
            for _ in range(3):
                found = await asyncio.gather(
                    *(
                        tiles.serve(each, EVERYWHERE, None)
                        for _ in range(30)
                        for each in (mine, stranger, rival, false)
                    ),
                    return_exceptions=True,
                )
                assert {len(one.content) > 0 for one in found[0::4]} == {True}
                assert {one.content for one in found[1::4] + found[2::4]} == {b""}
                assert all(isinstance(one, NotSignedIn) for one in found[3::4])
        return asked

    asked = asyncio.run(ask())
    assert asked["tile"] == 3
    assert asked["standing"] <= 6


def test_nothing_is_served_that_was_changed_before_it_was_asked_for(
    database, officer, authority, secret
):
    """Writers commit in every order while readers ask: no answer is older than its question."""
    report(database, officer, *(a_zone(n, longitude=105.6 + n / 100) for n in range(1, 5)))
    mine = secret(officer)
    committed = [0]
    lock, done = threading.Lock(), threading.Event()

    def write(number):
        for _ in range(8):
            with as_owner(database, authority) as connection:
                connection.execute(
                    text("UPDATE phusong.zone SET households = households + 1 WHERE village = :n"),
                    {"n": f"Bản {number}"},
                )
                connection.execute(text("SELECT pg_sleep(random() * 0.02)"))
            with lock:
                committed[0] += 1

    async def read():
        tiles = Tiles(database, 60)
        async with tiles.kept():
            answers = 0
            while not done.is_set():
                with lock:
                    before = committed[0]
                made = await tiles.serve(mine, EVERYWHERE, None)
                (cell,) = vector_tiles.read(made.content)
                assert cell.said["households"] - 160 >= before
                answers += 1
            return answers

    writers = [threading.Thread(target=write, args=(n,)) for n in range(1, 5)]
    for writer in writers:
        writer.start()

    def finish():
        for writer in writers:
            writer.join()
        done.set()

    threading.Thread(target=finish).start()
    assert asyncio.run(read()) > 5


def test_a_lost_connection_is_replaced_and_many_changes_are_swept(
    database, officer, authority, secret
):
    report(database, officer, a_zone(1))
    mine = secret(officer)
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.tile_change (layer, transaction)"
                 " SELECT 'zones', 'x' || n FROM generate_series(1, :n) AS n"), {"n": SWEEP_AT},
        )  # fmt: skip

    async def ask():
        tiles = Tiles(database, 60)
        asked = counted(tiles)
        async with tiles.kept():
            first = await tiles.serve(mine, EVERYWHERE, None)
            with as_owner(database, authority) as connection:
                killed = connection.execute(
                    text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                         " WHERE application_name = 'phusong tiles'"
                         " AND datname = current_database()")
                ).scalar_one()  # fmt: skip
            assert killed >= 2
            assert await tiles.serve(mine, EVERYWHERE, None) == first
        return asked

    assert asyncio.run(ask())["sweep"] == 1
    assert standing(database, authority).changes == 2


def test_what_is_kept_is_bounded_and_the_least_wanted_goes():
    cache = _Cache(10_000)
    keys = [_Key(str(n), None, EVERYWHERE, date(2026, 1, 1)) for n in range(30)]
    for key in keys:
        cache.keep(key, MadeTile("", b"x" * 1000))
        cache.get(keys[0])
    kept = [key for key in keys if cache.get(key) is not None]
    assert kept[0] == keys[0]
    assert kept[1:] == keys[-len(kept) + 1 :]
    assert 3 <= len(kept) <= 10
    cache.keep(_Key("huge", None, EVERYWHERE, None), MadeTile("", b"x" * 20_000))
    assert all(cache.get(key) is None for key in keys)


def test_a_session_is_its_own_secret(database, officer, secret):
    """The hash of a program's token opens nothing as a session's, whoever asks beside."""
    token = secret(officer, Role.PROVINCE_OFFICER)

    async def ask():
        tiles = Tiles(database, 60)
        return await asyncio.gather(
            *(
                tiles.serve(Secret(token.sha256, of_session=session), EVERYWHERE, None)
                for session in (False, True)
            ),
            return_exceptions=True,
        )

    found, refused = asyncio.run(ask())
    assert isinstance(found, MadeTile)
    assert isinstance(refused, NotSignedIn)
