"""Tiles as they are served: no version twice, no answer older than its question or another's."""

from __future__ import annotations

import asyncio
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
from coverage.errors import DatabaseUnavailable, NotSignedIn
from coverage.people import Role
from coverage.tiles import TileLayer, TilePlace
from tests import vector_tiles
from tests.builders import a_zone
from tests.reported import as_owner, report

pytestmark = pytest.mark.usefixtures("small_places")


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
        other.join(timeout=120)
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


@pytest.mark.parametrize("error", [DatabaseUnavailable("thử"), ZeroDivisionError()])
def test_who_comes_while_the_sweep_fails_is_answered(database, authority, secret, error):
    mine = secret(authority)
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.tile_change (layer, transaction)"
                 " SELECT 'zones', 'x' || n FROM generate_series(0, :n) AS n"), {"n": SWEEP_AT},
        )  # fmt: skip

    async def ask():
        tiles, swept, late = Tiles(database, 60), asyncio.Event(), []
        plain = tiles._reader.sweep

        async def fail():
            tiles._reader.sweep = plain
            late.append(asyncio.create_task(tiles.serve(mine, EVERYWHERE, None)))
            await asyncio.sleep(0)  # that one waits by now
            swept.set()
            raise error

        tiles._reader.sweep = fail
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        async with tiles.kept():
            first = await tiles.serve(mine, EVERYWHERE, None)
            await swept.wait()
            assert await asyncio.wait_for(late[0], 60) == first

    asyncio.run(ask())


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


def test_a_change_is_told_though_a_restored_row_bears_its_transactions_number(
    database, officer, authority
):
    """A back-up brings the numbers of another cluster, which this one has yet to come to."""
    report(database, officer, a_zone(1))
    with as_owner(database, authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.tile_change (layer, transaction) SELECT 'zones',"
                 " (pg_current_xact_id()::text::bigint + n)::text FROM generate_series(1, 500) AS n")
        )  # fmt: skip
    before = standing(database, authority)
    with as_owner(database, authority) as connection:
        touch(connection)
    after = standing(database, authority)
    assert after.zones != before.zones
    assert after.changes == before.changes


def test_who_asks_while_a_question_fails_is_answered(database, authority, secret):
    mine = secret(authority)

    async def ask():
        tiles, begun = Tiles(database, 60), asyncio.Event()
        plain = tiles._reader.standing

        async def fail(*_):
            tiles._reader.standing = plain
            begun.set()
            await asyncio.sleep(0.05)
            raise ZeroDivisionError

        tiles._reader.standing = fail
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        async with tiles.kept():
            first = asyncio.create_task(tiles.serve(mine, EVERYWHERE, None))
            await begun.wait()
            second = asyncio.create_task(tiles.serve(mine, EVERYWHERE, None))
            both = asyncio.gather(first, second, return_exceptions=True)
            return await asyncio.wait_for(both, 60)

    first, second = asyncio.run(ask())
    assert isinstance(first, ZeroDivisionError)
    assert isinstance(second, MadeTile)


def test_ending_several_sessions_beside_their_tiles_fails_nobody(database, authority, officer):
    """Each takes the sessions in an order of its own: the database ends one of the two."""
    person = people.add_person(
        database, authority, login="can.bo", full_name="Cán bộ thử", role=officer.role,
        organisation_id=officer.organisation_id, kind=officer.kind,
    )  # fmt: skip
    shown = [
        Secret(
            people.fingerprint(people.sign_in(database, "can.bo", person, hours=1)), of_session=True
        )
        for _ in range(2)
    ]
    lower, higher = sorted(shown, key=lambda each: each.sha256)
    end = text("DELETE FROM phusong.web_session WHERE token_sha256 = :token")

    async def ask():
        tiles = Tiles(database, 60)
        async with tiles.kept():
            with as_owner(database, authority) as connection:
                connection.execute(end, {"token": higher.sha256})
                both = asyncio.gather(
                    *(tiles.serve(each, EVERYWHERE, None) for each in (lower, higher)),
                    return_exceptions=True,
                )
                await asyncio.sleep(0.5)  # the tiles' question holds the lower one by now
                await asyncio.to_thread(connection.execute, end, {"token": lower.sha256})
            return await asyncio.wait_for(both, 60)

    assert all(isinstance(one, NotSignedIn) for one in asyncio.run(ask()))
