"""What progress is told from: ages of backlogs, decisions, an operator's own months, sealed packages."""

import datetime as dt

import pytest
from sqlalchemy import text

from coverage.actions import acceptance, awards, on_air, review
from coverage.actions.lots import propose_lots
from coverage.actions.packages import build_package
from coverage.actions.progress import ProgressWish, see_progress
from coverage.actions.zone_moves import Seen
from coverage.errors import NotFound
from coverage.progress import Backlog, Stage, Tally, month_ends, stages_of
from coverage.storage import progress as stored
from coverage.zone_life import Move
from coverage.zones import ZoneStatus
from tests import long_history
from tests.builders import a_zone, zone_id
from tests.delivered import NO_FILES, a_wish, published, send, today
from tests.reported import VINTAGE, as_owner, change, load_places, report
from tests.signed import publish_package


@pytest.fixture
def places(database, authority):
    load_places(database, authority)


def long_ago(database, actor, days, *numbers):
    """Let all that happened to these zones have happened so many days earlier than it did."""
    with as_owner(database, actor) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        told = {"days": days, "zones": [zone_id(number) for number in numbers]}
        connection.execute(
            text("UPDATE phusong.zone SET created_at = created_at - make_interval(days => :days)"
                 " WHERE id = ANY (:zones)"), told,
        )  # fmt: skip
        connection.execute(
            text("UPDATE phusong.zone_event SET at = at - make_interval(days => :days)"
                 " WHERE zone_id = ANY (:zones)"), told,
        )  # fmt: skip


def backlog(database, actor):
    """The ages that an actor is told, by backlog and bucket."""
    with database.transaction(actor) as connection:
        found = stored.backlog(connection, None, today())
    return {(one.backlog, one.bucket): (one.tally, one.oldest_days) for one in found}


@pytest.mark.usefixtures("places")
def test_who_takes_up_and_puts_back_does_not_begin_the_wait_anew(database, authority, officer):
    report(database, officer, *(a_zone(n, status=ZoneStatus.REPORTED) for n in (1, 2, 3)))
    long_ago(database, officer, 45, 1, 2, 3)
    taken = review.take_up(database, authority, province_code="42")
    review.put_back(database, authority, [zone_id(1)])
    wanted = {(Backlog.REVIEW, 1): (Tally(3, 120), 45)}
    assert backlog(database, authority) == backlog(database, officer) == wanted
    [returned] = [Seen(one.zone.id, one.version) for one in taken if one.zone.id == zone_id(2)]
    review.decide(database, authority, Move.RETURN, [returned], reason="Thiếu tọa độ.")
    assert backlog(database, authority) == {
        (Backlog.REVIEW, 1): (Tally(2, 80), 45), (Backlog.CORRECTION, 0): (Tally(1, 40), 0)}  # fmt: skip
    long_ago(database, officer, 100, 2)
    change(database, officer, zone_id(2), status="reported")
    assert backlog(database, authority) == {
        (Backlog.REVIEW, 0): (Tally(1, 40), 0), (Backlog.REVIEW, 1): (Tally(2, 80), 45)}  # fmt: skip


@pytest.mark.usefixtures("places")
def test_days_to_a_decision_are_those_of_the_first_one(database, authority, officer):
    report(database, officer, *(a_zone(n, status=ZoneStatus.REPORTED) for n in (1, 2, 3)))
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE phusong.zone SET created_at = now() - make_interval(days => CASE id"
                 " WHEN :one THEN 10 WHEN :two THEN 30 ELSE 99 END)"),
            {"one": zone_id(1), "two": zone_id(2)},
        )  # fmt: skip
    taken = review.take_up(database, authority, province_code="42")
    seen = [Seen(each.zone.id, each.version) for each in taken if each.zone.id != zone_id(3)]
    review.decide(database, authority, Move.RETURN, seen, reason="Thiếu tọa độ.")
    change(database, authority, zone_id(1), status="approved")
    [own] = see_progress(database, officer).provinces
    assert (own.decisions, own.own) == (2, True)
    assert own.decision_days == pytest.approx(20, abs=0.01)


def test_an_operators_months_are_its_awards_and_a_returned_report_is_undone(
    database, authority, officer, operator
):
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    number = published(database, authority, officer)
    assert see_progress(database, viettel).months == ()
    awards.award_lots(
        database, authority, [a_wish(number), a_wish(number, lot="1", operator="VNPT")]
    )
    send(database, viettel, 1, 2)
    reports = {each.zone_id: each.id for each in on_air.list_reports(database, viettel)}
    acceptance.accept_report(database, authority, reports[zone_id(1)], "Đo đạt.")
    acceptance.refuse_report(database, authority, reports[zone_id(2)], "Thiếu số đo.")
    [month] = see_progress(database, viettel).months
    zones = {stage: tally.zones for stage, tally in month.stages.items() if tally.zones}
    assert zones == {Stage.CONFIRMED: 1, Stage.AWARDED: 2}
    [other] = see_progress(database, vnpt).months
    assert other.whole.zones == other.stages[Stage.AWARDED].zones == 1


def test_a_package_before_its_minute_is_told_to_the_authority_alone(
    database, authority, officer, province
):
    published(database, authority, officer)
    report(database, officer, a_zone(9, latitude=18.9, longitude=105.9))
    propose_lots(database, authority, "42")
    number = build_package(database, authority, "42", NO_FILES).record.number
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    publish_package(database, authority, number, NO_FILES, opens_at=later)
    told, seen = see_progress(database, authority), see_progress(database, officer)
    assert told.not_open_yet == Tally(1, 40)
    assert told.months[-1].stages[Stage.IN_PACKAGE].zones == 5
    assert seen.not_open_yet == Tally()
    assert seen.months[-1].stages[Stage.IN_PACKAGE].zones == 4


@pytest.mark.usefixtures("places")
def test_a_province_reads_the_history_of_its_own_zones_only(database, authority, province):
    here, there = province("42"), province("40")
    report(database, here, a_zone(1), a_zone(2))
    report(database, there, a_zone(3, province_code="40"))
    assert see_progress(database, here).months[-1].whole == Tally(2, 80)
    assert see_progress(database, there).months[-1].whole == Tally(1, 40)
    assert see_progress(database, authority).months[-1].whole == Tally(3, 120)
    assert see_progress(database, authority, ProgressWish("40")).months[-1].whole == Tally(1, 40)
    assert see_progress(database, here, ProgressWish("40")).months == ()
    with pytest.raises(NotFound):
        see_progress(database, authority, ProgressWish("99"))


@pytest.mark.usefixtures("places")
def test_a_long_history_ends_where_its_zones_stand(database, authority):
    long_history.fill(database, authority, VINTAGE, zones=300, months=18, provinces=2)
    for code in (None, "40", "42"):
        with database.transaction(authority) as connection:
            replayed = month_ends(stored.changes(connection, code), today())
            standing = stages_of(stored.counts(connection, code))
        assert dict(replayed[-1].stages) == standing
        assert len(replayed) >= 18
        totals = [end.whole.zones for end in replayed]
        assert min(end.stages[stage].zones for end in replayed for stage in Stage) >= 0
        assert totals[0] < totals[9] < totals[-1]
