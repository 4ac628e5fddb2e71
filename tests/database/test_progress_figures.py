"""What provinces are told of one another: medians are medians, and few are told to nobody else."""

import pytest
from sqlalchemy import text

from coverage.storage import progress as stored
from coverage.zones import ZoneStatus
from tests.builders import a_zone, zone_id
from tests.delivered import today
from tests.reported import VINTAGE, as_owner, load_places, report

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture
def places(database, authority):
    load_places(database, authority)


@pytest.fixture
def neighbour(province):
    return province("40")


def figures(database, actor):
    """Every province's figures as the actor is told them."""
    with database.transaction(actor) as connection:
        return {one.province_code: one for one in stored.beside(connection)}


def written(database, actor, statement, **told):
    """Write what in truth takes days."""
    with as_owner(database, actor) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement), told)


def decided_after(database, officer, *days, code="42", first=1):
    """Zones of which each was decided on so many days after its report."""
    for number, waited in enumerate(days, first):
        report(database, officer, a_zone(number, province_code=code, status=ZoneStatus.REPORTED))
        written(
            database, officer,
            "UPDATE phusong.zone SET created_at = now() - make_interval(days => :days),"
            " status = 'approved' WHERE id = :zone", days=waited, zone=zone_id(number),
        )  # fmt: skip
        written(
            database, officer,
            "INSERT INTO phusong.zone_event (zone_id, organisation_id, at, actor, version, before, after)"
            " SELECT :zone, organisation_id, now(), 'x', 2, '{\"status\": \"reported\"}',"
            " '{\"status\": \"approved\"}' FROM phusong.zone WHERE id = :zone",
            zone=zone_id(number),
        )  # fmt: skip


def sent(database, officer, *rows, replaces=None):
    """Submissions of so many rows, all of them accepted."""
    for number, count in enumerate(rows):
        written(
            database, officer,
            "INSERT INTO phusong.submission (organisation_id, province_code, vintage, file_name,"
            " sha256, raw, form, findings, totals, replaces, submitted_by) VALUES (:organisation,"
            " :province, :vintage, 'f', encode(sha256(CAST(:mark AS bytea)), 'hex'), '', '{}',"
            " '[]', jsonb_build_object('rows', CAST(:rows AS int), 'accepted', CAST(:rows AS int),"
            " 'warned', 0, 'rejected', 0), :replaces, 'x')",
            organisation=officer.organisation_id, province=officer.province_code, vintage=VINTAGE,
            mark=f"{officer.province_code} {number} {count} {replaces}".encode(), rows=count,
            replaces=replaces,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "median"),
    [((10, 20, 90), 20), ((10, 20, 30, 90), 25), ((7,), 7)],
    ids=["odd", "even", "one"],
)
def test_days_to_a_decision_are_a_median(database, officer, days, median):
    decided_after(database, officer, *days)
    own = figures(database, officer)["42"]
    assert own.decisions == len(days)
    assert own.decision_days == pytest.approx(median, abs=0.01)


def test_ages_of_what_waits_are_a_median_of_whole_days_and_the_longest(database, officer):
    for number, days in enumerate((1, 5, 7, 100), 1):
        report(database, officer, a_zone(number))
        written(
            database, officer,
            "UPDATE phusong.zone SET created_at = now() - make_interval(days => :days)"
            " WHERE id = :zone", days=days, zone=zone_id(number),
        )  # fmt: skip
    with database.transaction(officer) as connection:
        age = stored.ages(connection, None, today())["42"]
    assert (age.median_days, age.longest_days) == (5, 100)  # of an even number the lower one


def test_few_rows_and_few_decisions_are_told_to_nobody_else(
    database, authority, officer, neighbour
):
    sent(database, neighbour, 3, 1)
    decided_after(database, neighbour, 10, 20, 30, 90, code="40")
    told = figures(database, officer)["40"]
    assert (told.rows, told.rows_accepted) == (None, None)
    assert (told.decisions, told.decision_days) == (None, None)
    assert set(told.hidden) == {"rows", "decisions", "waiting", "payer"}
    for who in (authority, neighbour):
        whole = figures(database, who)["40"]
        assert (whole.rows, whole.rows_accepted, whole.decisions) == (4, 4, 4)
        assert whole.decision_days == pytest.approx(25, abs=0.01)
        assert whole.hidden == ()
    sent(database, neighbour, 2)
    decided_after(database, neighbour, 40, code="40", first=5)
    told = figures(database, officer)["40"]
    assert (told.rows, told.rows_accepted, told.decisions, told.hidden) == (6, 6, 5, ("payer",))


def test_nothing_at_all_is_told_as_nothing_and_not_as_hidden(database, officer, neighbour):
    sent(database, neighbour, 5)
    told = figures(database, officer)["40"]
    assert (told.rows, told.decisions, told.waiting_zones, told.hidden) == (
        5,
        None,
        None,
        ("payer",),
    )


def test_a_file_that_replaces_another_counts_its_rows_once(database, officer):
    sent(database, officer, 20)
    with database.transaction(officer) as connection:
        first = connection.execute(text("SELECT id FROM phusong.submission")).scalar_one()
    sent(database, officer, 7, replaces=first)
    own = figures(database, officer)["42"]
    assert (own.submissions, own.rows) == (2, 20)
