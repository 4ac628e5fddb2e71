"""An embargo: until its minute nobody but the authority and the auditor sees anything changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import audit as audit_actions
from coverage.actions import review, zones
from coverage.actions.awards import lots_to_award
from coverage.actions.cancelling import cancel_package
from coverage.actions.consultation import NewRound, open_round
from coverage.actions.lots import propose_lots, standing_lots
from coverage.actions.package_checks import check_package
from coverage.actions.packages import (
    build_package,
    download_package,
    list_packages,
    verify_package,
)
from coverage.actions.promises import record_promise
from coverage.actions.zone_moves import Seen
from coverage.errors import Conflict, NotFound
from coverage.lots import LotStatus
from coverage.packages import PackageStatus
from coverage.storage import audit
from coverage.storage.zones import ZoneFilter
from coverage.zones import ZoneStatus
from tests.builders import a_zone, zone_id
from tests.published import NO_MORE, SOON, amended, let_pass, published, two_lots
from tests.reported import as_owner, report
from tests.signed import signer_of

pytestmark = pytest.mark.usefixtures("small_places")


@pytest.fixture
def lots(database, authority, officer):
    signer_of(database)  # public keys are for everybody at any time
    return two_lots(database, authority, officer)


@pytest.fixture
def others(officer, operator, province):
    return [officer, operator("Viettel"), province("40")]


def everything(database, actor):
    """Every row of every table that the actor's organisation may read, as the database gives it."""
    with database.transaction(actor) as connection:
        tables = connection.execute(
            text("SELECT relname FROM pg_class WHERE relnamespace = CAST('phusong' AS regnamespace)"
                 " AND relkind = 'r' AND has_table_privilege('phusong_app', oid, 'SELECT')")
        ).scalars().all()  # fmt: skip
        assert len(tables) > 40
        return {
            table: sorted(
                connection.execute(text(f"SELECT to_jsonb(t)::text FROM phusong.{table} t"))
                .scalars()
                .all()
            )
            for table in tables
        }


def statuses(database, actor):
    with database.transaction(actor) as connection:
        rows = connection.execute(text("SELECT id, status FROM phusong.zone")).all()
    return {row.id: row.status for row in rows}


def told_statuses(database, actor):
    found = zones.list_zones(database, actor, ZoneFilter()).page.zones
    return {listed.zone.id: listed.zone.status for listed in found}


def test_nobody_else_reads_a_changed_row_before_the_minute(database, authority, others, lots):
    build_package(database, authority, "42", NO_MORE)
    before = [everything(database, other) for other in others]
    record = published(database, authority, opens_at=SOON)
    assert [everything(database, other) for other in others] == before
    assert record.waits
    for other in others:
        assert list_packages(database, other) == []
        with pytest.raises(NotFound):
            download_package(database, other, record.number)


def test_the_authority_and_the_auditor_see_it_at_once(database, authority, auditor, lots):
    record = published(database, authority, opens_at=SOON)
    for one in (authority, auditor):
        assert [found.number for found in list_packages(database, one)] == [record.number]
        assert set(told_statuses(database, one).values()) == {ZoneStatus.IN_PACKAGE}
        plan = standing_lots(database, one, "42")
        assert {lot.status for lot in plan.lots} == {LotStatus.IN_PACKAGE}


def test_at_the_minute_everybody_sees_it_without_anybodys_act(
    database, authority, officer, operator, lots
):
    record = published(database, authority, opens_at=SOON)
    let_pass(database, authority)
    viettel = operator("Viettel")
    assert [found.number for found in list_packages(database, viettel)] == [record.number]
    assert set(statuses(database, viettel).values()) == {"in_package"}
    assert set(statuses(database, officer).values()) == {"in_package"}
    assert {lot.status for lot in standing_lots(database, officer, "42").lots} == {
        LotStatus.IN_PACKAGE
    }
    with database.transaction(authority) as connection:
        entries = list(audit.entries(connection))
    assert [one.act for one in entries].count("package.opened") == 1
    assert audit_actions.verify(database, authority)[1] is None


def test_many_who_come_at_the_minute_find_it_opened_once(database, authority, operator, lots):
    record = published(database, authority, opens_at=SOON)
    names = [operator(name) for name in ("Viettel", "VNPT", "MobiFone", "Vietnamobile")]
    let_pass(database, authority)
    with ThreadPoolExecutor(4) as people:
        seen = list(people.map(lambda one: set(statuses(database, one).values()), names))
    assert seen == [{"in_package"}] * 4
    with database.transaction(authority) as connection:
        acts = [one.act for one in audit.entries(connection)]
        events = connection.execute(
            text("SELECT count(*) FROM phusong.zone_event WHERE after->>'status' = 'in_package'")
        ).scalar()
    assert (acts.count("package.opened"), events) == (1, 4)
    assert record.waits


def test_what_waits_is_moved_by_nobody(database, authority, lots):
    published(database, authority, opens_at=SOON)
    listed = zones.list_zones(database, authority, ZoneFilter()).page.zones[0]
    with pytest.raises(Conflict) as refused:
        review.reopen(database, authority, [Seen(listed.zone.id, listed.version)], "vì thử")
    assert refused.value.facts["reason"] == "waits_for_opening"
    for statement in (
        "UPDATE phusong.zone SET status = 'under_review', status_by = 'x', reviewer = 'x'",
        "UPDATE phusong.zone SET queue = 'operator'",
        "UPDATE phusong.lot SET status = 'dissolved'",
    ):
        with (
            pytest.raises(DBAPIError, match="waits"),
            database.transaction(authority) as connection,
        ):
            connection.execute(text(statement))


def test_what_waits_is_planned_into_no_other_lot(database, authority, officer, lots):
    published(database, authority, opens_at=SOON)
    report(database, officer, a_zone(9, latitude=18.31))
    plan = propose_lots(database, authority, "42")
    fresh = [lot for lot in plan.lots if lot.status is LotStatus.PROPOSED]
    assert [lot.zone_ids for lot in fresh] == [(zone_id(9),)]
    let_pass(database, authority)
    again = standing_lots(database, authority, "42")
    assert {lot.status for lot in again.lots} == {LotStatus.IN_PACKAGE, LotStatus.PROPOSED}


def test_an_embargo_in_the_past_is_refused(database, authority, lots):
    number = build_package(database, authority, "42", NO_MORE).record.number
    past = datetime.now(UTC) - timedelta(minutes=1)
    for what, reason in (
        ({"opens_at": past}, "opens_in_past"),
        ({"closes_at": past}, "closes_too_early"),
        ({"opens_at": SOON, "closes_at": SOON}, "closes_too_early"),
    ):
        with pytest.raises(Conflict) as refused:
            published(database, authority, **what)
        assert refused.value.facts["reason"] == reason
    assert list_packages(database, authority)[0].number == number


def test_what_operators_are_asked_about_is_not_put_under_embargo(database, authority, lots):
    now = datetime.now(UTC)
    new = NewRound("Đợt thử", "Công văn thử", now, now + timedelta(days=3), zone_ids=[zone_id(1)])
    open_round(database, authority, new)
    with pytest.raises(Conflict) as refused:
        published(database, authority, opens_at=SOON)
    assert refused.value.facts["reason"] == "zone_in_open_round"


def test_an_amendment_under_embargo_leaves_the_former_version_to_others(
    database, authority, officer, operator, lots
):
    first = published(database, authority)
    others = [officer, operator("Viettel")]
    taken = download_package(database, others[1], first.number)
    before = [everything(database, other) for other in others]
    second = amended(database, authority, first.number, drop=[zone_id(3)], opens_at=SOON).record
    assert [everything(database, other) for other in others] == before
    assert (second.version, second.waits) == (2, True)
    assert download_package(database, others[1], first.number).content == taken.content
    assert told_statuses(database, authority)[zone_id(3)] is ZoneStatus.IN_PACKAGE
    let_pass(database, authority)
    for other in others:
        shown = {one.version: one.status for one in list_packages(database, other)}
        assert shown == {1: PackageStatus.SUPERSEDED, 2: PackageStatus.PUBLISHED}
        assert statuses(database, other)[zone_id(3)] == "approved"


def test_a_version_that_waits_is_recalled_and_was_never_seen(
    database, authority, officer, operator, lots
):
    viettel = operator("Viettel")
    before = everything(database, officer)
    record = published(database, authority, opens_at=SOON)
    cancelled = cancel_package(database, authority, record.number, "nhầm lô")
    assert cancelled.status is PackageStatus.CANCELLED
    let_pass(database, authority)
    assert list_packages(database, viettel) == []
    after = everything(database, officer)
    assert after == before
    assert set(told_statuses(database, authority).values()) == {ZoneStatus.APPROVED}
    again = build_package(database, authority, "42", NO_MORE)
    assert again.record.number.endswith("-002")


def test_what_has_just_opened_is_not_recalled(database, authority, lots):
    """The minute came between the beginning of the act and its writing."""
    record = published(database, authority, opens_at=SOON)
    with as_owner(database, authority) as connection:
        connection.execute(text("UPDATE phusong.package_opening SET opened_at = now()"))
    with pytest.raises(Conflict) as refused:
        cancel_package(database, authority, record.number, "nhầm lô")
    assert refused.value.facts["reason"] == "opened_meanwhile"
    assert list_packages(database, authority)[0].status is PackageStatus.PUBLISHED


def test_no_function_tells_others_that_a_lot_waits(database, authority, officer, operator, lots):
    """A lot that a province reads as proposed answers the same under embargo and without one."""

    def asked(actor):
        told = {}
        with database.transaction(actor) as connection:
            names = connection.execute(
                text("SELECT proname FROM pg_proc WHERE pronamespace = CAST('phusong' AS"
                     " regnamespace) AND proargnames[1] = 'asked' AND proargtypes[0] ="
                     " CAST('uuid' AS regtype) AND pronargs = 1 AND proname <> 'open_package'"
                     " AND has_function_privilege(oid, 'EXECUTE')")
            ).scalars().all()  # fmt: skip
            assert {"lot_is_published", "zone_is_published"} <= set(names)
            for name in names:
                for key in (*(lot.id for lot in lots), zone_id(1)):
                    call = text(f"SELECT phusong.{name}(:key)")
                    told[name, key] = connection.execute(call, {"key": key}).scalar()
        return told

    others = (officer, operator("Viettel"))
    before = [asked(other) for other in others]
    published(database, authority, opens_at=SOON)
    assert [asked(other) for other in others] == before


def test_the_lots_of_a_recalled_version_are_never_read_by_others(
    database, authority, officer, operator, lots
):
    first = published(database, authority)
    others = [officer, operator("Viettel")]
    before = [everything(database, other) for other in others]
    amended(database, authority, first.number, drop=[zone_id(3)], opens_at=SOON)
    cancel_package(database, authority, first.number, "nhầm lô")
    assert [everything(database, other) for other in others] == before
    let_pass(database, authority)
    for other, known in zip(others, before, strict=True):
        now = everything(database, other)
        for table in ("lot", "lot_zone", "zone", "package_lot"):
            assert now[table] == known[table]
        assert [found.version for found in list_packages(database, other)] == [1]


def test_after_a_recall_the_version_before_may_be_amended(database, authority, operator, lots):
    first = published(database, authority)
    amended(database, authority, first.number, drop=[zone_id(3)], opens_at=SOON)
    cancel_package(database, authority, first.number, "nhầm lô")
    assert len(lots_to_award(database, authority, first.number)) == 2
    assert download_package(database, authority, first.number).record.version == 1
    sent = download_package(database, authority, first.number).content
    assert check_package(verify_package(sent), source=(database, authority)).current
    again = amended(database, authority, first.number, drop=[zone_id(3)]).record
    shown = {one.version: one.status for one in list_packages(database, operator("Viettel"))}
    assert shown == {1: PackageStatus.SUPERSEDED, again.version: PackageStatus.PUBLISHED}


def test_a_promise_by_letter_for_what_waits_is_refused_for_what_it_is(
    database, authority, operator, lots
):
    operator("Viettel")
    published(database, authority, opens_at=SOON)
    day = datetime.now(UTC).date() + timedelta(days=90)
    with pytest.raises(Conflict) as refused:
        record_promise(
            database, authority, "Viettel", zone_id(1), on_air_by=day, document="Công văn 1"
        )
    assert refused.value.facts["reason"] == "waits_for_opening"
