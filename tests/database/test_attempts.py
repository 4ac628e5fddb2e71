"""Attempts are counted in the database: all processes together, under concurrency, never for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from coverage.actions import attempts
from tests.reported import as_owner

HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def age(database, authority):
    """Lets seconds pass for every attempt that was counted."""

    def pass_by(seconds):
        with as_owner(database, authority) as connection:
            connection.execute(
                text(
                    "UPDATE phusong.attempt SET counts_until = counts_until - :gone,"
                    " failed_at = ARRAY(SELECT at - :gone FROM unnest(failed_at) AS at)".replace(
                        ":gone", "make_interval(secs => :seconds)"
                    )
                ),
                {"seconds": seconds},
            )

    return pass_by


def kept(database, authority):
    with as_owner(database, authority) as connection:
        return connection.execute(text("SELECT count(*) FROM phusong.attempt")).scalar_one()


def test_of_many_at_once_no_more_than_allowed_are_judged(database):
    windows = attempts.for_sign_in("can.bo", HERE)
    with ThreadPoolExecutor(6) as threads:
        waits = list(threads.map(lambda _: attempts.count(database, windows), range(24)))
    assert waits.count(0) == attempts.PER_LOGIN_AND_ADDRESS.attempts
    assert all(0 < wait <= attempts.PER_LOGIN_AND_ADDRESS.seconds for wait in waits if wait)


def test_many_logins_at_once_from_one_address_are_held_back_without_a_deadlock(database):
    def guess(n):
        return attempts.count(database, attempts.for_sign_in(f"nguoi.{n % 30}", HERE))

    with ThreadPoolExecutor(6) as threads:
        waits = list(threads.map(guess, range(90)))
    assert waits.count(0) == attempts.PER_ADDRESS.attempts


def test_a_stranger_elsewhere_locks_nobody_out(database):
    for _ in range(5):
        assert attempts.count(database, attempts.for_sign_in("can.bo", HERE)) == 0
    assert attempts.count(database, attempts.for_sign_in("Can.Bo", HERE)) > 0
    assert attempts.count(database, attempts.for_sign_in("can.bo", THERE)) == 0


def test_the_window_slides_and_what_had_to_wait_was_not_counted(database, age):
    windows = attempts.for_sign_in("can.bo", HERE)
    for _ in range(3):
        attempts.count(database, windows)
    age(600)
    for _ in range(2):
        attempts.count(database, windows)
    wait = attempts.count(database, windows)
    assert 290 <= wait <= 300
    age(301)
    assert [attempts.count(database, windows) > 0 for _ in range(4)] == [False] * 3 + [True]


def test_success_forgets_the_login_and_takes_one_back_from_the_address(database):
    for n in range(49):
        assert attempts.count(database, attempts.for_sign_in(f"nguoi.{n}", HERE)) == 0
    good = attempts.for_sign_in("can.bo", HERE)
    for _ in range(3):
        assert attempts.count(database, good) == 0
        attempts.forgive(database, good)
    assert attempts.count(database, good) == 0
    assert attempts.count(database, attempts.for_sign_in("khac", HERE)) > 0


def test_what_is_kept_is_swept_and_bounded(database, authority, age):
    for n in range(20):
        attempts.count(database, attempts.for_own_password(f"nguoi.{n}"))
    assert kept(database, authority) == 20
    age(901)
    attempts.count(database, attempts.for_own_password("sau"))
    assert kept(database, authority) == 1
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.attempt SELECT sha256(n::text::bytea), ARRAY[now()],"
                " now() + interval '1 minute' FROM generate_series(1, 10050) AS n"
            )
        )
    attempts.count(database, attempts.for_own_password("mới"))
    attempts.count(database, attempts.for_own_password("nữa"))
    assert kept(database, authority) == 10_000
    assert attempts.count(database, attempts.for_own_password("mới")) == 0


def test_no_name_or_address_is_kept_and_nobody_may_look(database, authority):
    attempts.count(database, attempts.for_sign_in("mật khẩu gõ nhầm chỗ", HERE))
    with as_owner(database, authority) as connection:
        row = str(connection.execute(text("SELECT attempt::text FROM phusong.attempt")).all())
    assert HERE not in row
    assert "nhầm" not in row
    with database.transaction(authority) as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.attempt")).scalar() == 0


def test_a_flood_that_is_held_back_forgets_nobody(database, authority):
    """Keys of what was not judged would push out, at ten thousand, the keys that hold back."""
    for n in range(attempts.PER_ADDRESS.attempts):
        assert attempts.count(database, attempts.for_sign_in(f"nguoi.{n}", HERE)) == 0
    before = kept(database, authority)
    for n in range(30):
        assert attempts.count(database, attempts.for_sign_in(f"bịa.{n}", HERE)) > 0
    assert kept(database, authority) == before
