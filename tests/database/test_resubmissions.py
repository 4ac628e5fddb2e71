"""What a new file does to zones that were returned, merged or renamed, and beside who decides."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from coverage.actions import places, review, survey_previews, surveys
from coverage.actions.people import act_for
from coverage.actions.standings import load_standings
from coverage.actions.zone_moves import Seen
from coverage.errors import Conflict
from coverage.people import OrganisationKind, Role
from coverage.storage import places as stored_places
from coverage.storage.people import ensure_organisation
from coverage.zone_life import Move
from tests.database.test_zone_places import file_of, put_in_force
from tests.reviewed import person
from tests.small_country import NOW, PROVINCES
from tests.small_country_lists import NEXT, all_communes, in_force

A, B, C = (("Xã Tân An", name, 22.14 + 0.01 * place, 104.052345, 30)
           for place, name in enumerate(("Bản Một", "Bản Hai", "Bản Ba")))  # fmt: skip
WHY = "Số hộ không khớp với báo cáo của xã."


@pytest.fixture
def small(database, authority):
    in_force(database, authority)
    with database.transaction(authority) as connection:
        for code, name in PROVINCES.items():
            ensure_organisation(connection, OrganisationKind.PROVINCE, f"Sở {name}", code)
    return database


@pytest.fixture
def west(small):
    return act_for(
        small, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "cán bộ tây", province_code="15"
    )


def submit(database, officer, *rows, name="tệp.csv", **more):
    return surveys.submit(database, officer, file_of(*rows), name, "15", **more)


def preview(database, officer, *rows, **more):
    return survey_previews.preview(database, officer, file_of(*rows), "tệp.csv", "15", **more)


def zones(database, actor):
    with database.transaction(actor) as connection:
        return {
            row.village: row
            for row in connection.execute(text("SELECT * FROM phusong.zone ORDER BY village"))
        }


def seen(database, actor, *villages):
    found = zones(database, actor)
    return [Seen(found[name].id, found[name].version) for name in villages]


def decide(database, authority, move, *villages, reason=WHY, into=None):
    other = None if into is None else zones(database, authority)[into].id
    chosen = seen(database, authority, *villages)
    return review.decide(database, authority, move, chosen, reason=reason, merged_into=other)


def more_households(row, households):
    return (*row[:-1], households)


def test_a_returned_row_that_says_the_same_stays_returned(small, authority, west):
    submit(small, west, A, B, C)
    decide(small, authority, Move.RETURN, "Bản Một", "Bản Hai")
    rows = (more_households(A, 45), B, C)
    told = preview(small, west, *rows)
    assert [row.effect.value for row in told.impact.rows] == ["changed", "unchanged", "unchanged"]
    done = submit(small, west, *rows)
    after = zones(small, west)
    assert (after["Bản Một"].status, after["Bản Một"].households) == ("reported", 45)
    assert (after["Bản Hai"].status, after["Bản Hai"].status_reason) == ("returned", WHY)
    assert done.totals["zones_changed"] == 1
    said = {row.village: {one.rule: one for one in row.findings} for row in done.report.rows}
    assert "duplicate.reported_before" not in said["Bản Hai"]
    assert WHY in said["Bản Hai"]["duplicate.returned_unchanged"].message()
    assert "duplicate.returned_unchanged" not in said["Bản Một"] | said["Bản Ba"]


def test_the_officer_says_that_a_returned_row_is_right_as_it_is(small, authority, west):
    submit(small, west, A)
    decide(small, authority, Move.RETURN, "Bản Một")
    with pytest.raises(Conflict) as refused:
        review.make_move(small, west, Move.REPORT, seen(small, west, "Bản Một"), " ")
    assert refused.value.facts["reason"] == "needs_reason"
    review.make_move(
        small, west, Move.REPORT, seen(small, west, "Bản Một"), "Đã đối chiếu sổ hộ, số liệu đúng"
    )
    zone = zones(small, authority)["Bản Một"]
    assert (zone.status, zone.status_reason) == ("reported", "Đã đối chiếu sổ hộ, số liệu đúng")


def test_a_merged_village_that_is_still_reported_keeps_the_zone_that_took_it_in(
    small, authority, west
):
    first = submit(small, west, A, name="một.csv")
    second = submit(small, west, B, name="hai.csv")
    decide(small, authority, Move.MERGE, "Bản Hai", into="Bản Một", reason="Cùng một thôn")
    surveys.withdraw(small, west, first.number)
    assert zones(small, west)["Bản Một"].status == "reported"
    with pytest.raises(Conflict):  # what was merged has been judged
        surveys.withdraw(small, west, second.number)


def test_a_zone_that_took_others_in_is_not_withdrawn_alone(small, authority, west):
    submit(small, west, A, B)
    decide(small, authority, Move.MERGE, "Bản Hai", into="Bản Một", reason="Cùng một thôn")
    with pytest.raises(Conflict) as refused:
        review.withdraw_zones(small, west, seen(small, west, "Bản Một"), "Không có thôn này")
    assert refused.value.facts["reason"] == "took_in_others"
    assert zones(small, west)["Bản Một"].status == "reported"


def test_a_withdrawn_zone_is_reported_again_under_a_merged_ones_name(small, authority, west):
    first = submit(small, west, A, B)
    decide(small, authority, Move.MERGE, "Bản Hai", into="Bản Một", reason="Cùng một thôn")
    submit(small, west, C, replaces=first.number)
    assert zones(small, west)["Bản Một"].status == "withdrawn"
    told = preview(small, west, B)
    assert [row.effect.value for row in told.impact.rows] == ["changed"]
    done = submit(small, west, B)
    after = zones(small, west)["Bản Một"]
    assert (after.status, after.households) == ("reported", 30)
    assert (done.totals["zones_added"], done.totals["zones_changed"]) == (0, 1)


def test_a_list_that_comes_into_force_waits_for_a_file_that_is_being_taken(
    small, authority, west, monkeypatch
):
    inside, go_on = threading.Event(), threading.Event()
    keep = surveys.keep

    def slowly(*arguments):
        inside.set()
        assert go_on.wait(120)
        return keep(*arguments)

    def comes_into_force():
        with small.transaction(authority) as connection:
            stored_places.lock(connection)
            return places._activate(connection, NEXT)

    put_in_force(small, authority, all_communes())
    with small.transaction(authority) as connection:
        places._activate(connection, NOW)
    monkeypatch.setattr(surveys, "keep", slowly)
    with ThreadPoolExecutor(2) as pool:
        sent = pool.submit(submit, small, west, A, B)
        assert inside.wait(120)
        listed = pool.submit(comes_into_force)
        _until_somebody_waits(small)
        go_on.set()
        sent.result(30)
        listed.result(30)
    assert {zone.vintage for zone in zones(small, authority).values()} == {NEXT}


def test_a_standing_is_that_of_the_moment_when_the_zone_is_locked(small, authority, west):
    submit(small, west, A)
    planner = person(authority, "kế hoạch", Role.PLANNER)
    head = file_of().decode().strip() + ",Tình trạng,Nhà mạng,Văn bản,Ngày phát sóng"
    line = file_of(A).decode().splitlines()[1] + ",đã có sóng,,Báo cáo 12/BC,"
    content = f"{head}\n{line}\n".encode()
    with ThreadPoolExecutor(1) as pool:
        with small.transaction(authority) as connection:
            for status, who in (("under_review", "thẩm định"), ("rejected", None)):
                connection.execute(
                    text("UPDATE phusong.zone SET status = :status, reviewer = :who,"
                         " status_by = 'thẩm định', status_reason = 'không có thôn này'"),
                    {"status": status, "who": who},
                )  # fmt: skip
            loading = pool.submit(load_standings, small, planner, content, "ds.csv", "15")
            _until_somebody_waits(small)
        done = loading.result(30)
    assert [row.rejected for row in done.rows] == [True]
    assert "standing.not_from_here" in {one.rule for one in done.rows[0].row.findings}


def _until_somebody_waits(database):
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    engine = database.owner()
    try:
        while dt.datetime.now(dt.UTC) < until:
            with engine.connect() as connection:
                if connection.execute(
                    text("SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                         " WHERE NOT granted AND datname = current_database()")
                ).scalar():  # fmt: skip
                    return
    finally:
        engine.dispose()
    raise AssertionError("nobody waits")
