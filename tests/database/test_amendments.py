"""Amendments, clarifications and cancelling: versions, differences, lots and zones, refusals."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from coverage.actions import audit as audit_actions
from coverage.actions.amendments import preview_amendment
from coverage.actions.cancelling import cancel_package
from coverage.actions.lots import propose_lots, standing_lots
from coverage.actions.package_questions import answer_questions, ask_question
from coverage.actions.package_versions import Amendment
from coverage.actions.packages import (
    build_package,
    download_package,
    list_packages,
    verify_package,
)
from coverage.errors import Conflict, NotAllowed, NotFound, NothingToDo
from coverage.packages import PackageKind, PackageStatus, ProcurementMode
from coverage.people import Actor, Role
from tests.builders import a_zone, zone_id
from tests.published import NO_MORE, SOON, amended, clarified, published, two_lots
from tests.reported import as_owner, change, report

pytestmark = pytest.mark.usefixtures("small_places")


@pytest.fixture
def lots(database, authority, officer):
    return two_lots(database, authority, officer)


@pytest.fixture
def first(database, authority, lots):
    return published(database, authority)


def south(lots):
    """The lot of three villages."""
    return next(lot for lot in lots if len(lot.zone_ids) == 3)


def zone_statuses(database, actor):
    with database.transaction(actor) as connection:
        rows = connection.execute(text("SELECT id, status FROM phusong.zone"))
        return {row.id: row.status for row in rows}


def said(database, actor, number):
    with database.transaction(actor) as connection:
        rows = connection.execute(
            text("SELECT version, said FROM phusong.package WHERE number = :n"), {"n": number}
        )
        return {row.version: row.said for row in rows}


def reason_of(refused):
    return refused.value.facts["reason"]


def test_a_zone_that_goes_makes_the_next_version(database, authority, operator, lots, first):
    before = download_package(database, authority, first.number).content
    second = amended(database, authority, first.number, "chủ rừng không giao đất",
                     drop=[zone_id(3)])  # fmt: skip
    record = second.record
    assert (record.version, record.kind, record.status) == (
        2, PackageKind.AMENDMENT, PackageStatus.PUBLISHED,
    )  # fmt: skip
    assert verify_package(second.content).whole
    assert record.difference["went"] == ["L2-03 Bản 3 (Xã Hương Sơn)"]
    assert (record.difference["came"], record.difference["changed"]) == ([], [])
    assert record.difference["went_ids"] == [str(zone_id(3))]
    statuses = zone_statuses(database, authority)
    assert statuses.pop(zone_id(3)) == "approved"
    assert set(statuses.values()) == {"in_package"}
    former = download_package(database, operator("Viettel"), first.number, 1)
    assert former.content == before
    assert former.record.status is PackageStatus.SUPERSEDED
    assert audit_actions.verify(database, authority)[1] is None


def test_a_lot_whose_zones_changed_is_a_new_lot_under_its_number(database, authority, lots, first):
    old = south(lots)
    record = amended(database, authority, first.number, drop=[zone_id(3)]).record
    plan = standing_lots(database, authority, "42")
    new = next(lot for lot in plan.lots if lot.number == old.number)
    assert new.id != old.id
    assert (new.name, len(new.zone_ids), new.left) == (old.name, 2, ())
    assert new.id in record.lot_ids
    assert old.id not in record.lot_ids
    unchanged = next(lot for lot in lots if lot.id != old.id)
    assert unchanged.id in record.lot_ids
    with database.transaction(authority) as connection:
        row = connection.execute(
            text("SELECT status, (SELECT count(*) FROM phusong.lot_zone WHERE lot_id = lot.id)"
                 " FROM phusong.lot WHERE id = :id"), {"id": old.id},
        ).one()  # fmt: skip
    assert tuple(row) == ("dissolved", 3)


def test_zones_keep_their_labels_and_none_is_given_twice(database, authority, lots, first):
    amended(database, authority, first.number, drop=[zone_id(2)])
    third = amended(database, authority, first.number, add={zone_id(2): south(lots).number}).record
    labels = {
        version: {facts["village"]: facts["label"] for facts in told["zones"].values()}
        for version, told in said(database, authority, first.number).items()
    }
    assert labels[1] == {"Bản 1": "L2-01", "Bản 2": "L2-02", "Bản 3": "L2-03", "Bản 4": "L1-01"}
    assert labels[2] == {"Bản 1": "L2-01", "Bản 3": "L2-03", "Bản 4": "L1-01"}
    assert labels[3]["Bản 2"] in {"L2-02", "L2-04"}
    assert len(set(labels[3].values())) == 4
    assert third.difference["came"] == [f"{labels[3]['Bản 2']} Bản 2 (Xã Hương Sơn)"]


def test_a_zone_put_out_by_hand_is_gone_in_the_next_version(database, authority, lots, first):
    change(database, authority, zone_id(3), status="approved")
    record = amended(database, authority, first.number).record
    assert record.difference["went_ids"] == [str(zone_id(3))]


def test_proposed_lots_come_and_lots_go(database, authority, officer, lots, first):
    report(database, officer, a_zone(9, latitude=19.0))
    fresh = next(
        lot for lot in propose_lots(database, authority, "42").lots if lot.zone_ids == (zone_id(9),)
    )
    kept = south(lots)
    record = amended(database, authority, first.number, lot_ids=[kept.id, fresh.id]).record
    assert set(record.lot_ids) == {kept.id, fresh.id}
    assert record.difference["came_ids"] == [str(zone_id(9))]
    assert record.difference["went_ids"] == [str(zone_id(4))]
    statuses = zone_statuses(database, authority)
    assert (statuses[zone_id(9)], statuses[zone_id(4)]) == ("in_package", "approved")
    again = propose_lots(database, authority, "42").lots
    assert sorted(lot.status.value for lot in again) == ["in_package", "in_package", "proposed"]


def test_changed_facts_are_told_with_both_values(database, authority, first):
    change(database, authority, zone_id(1), households=77)
    record = amended(database, authority, first.number, mode=ProcurementMode.ORDER).record
    assert record.difference["changed"] == [
        ["L2-01 Bản 1 (Xã Hương Sơn)", "Số hộ", "40", "77"],
        ["Gói thầu", "Hình thức lựa chọn", "đấu thầu", "đặt hàng"],
    ]
    assert record.mode is ProcurementMode.ORDER


def test_bids_that_close_later_are_an_amendment_of_their_own(database, authority, lots):
    number = published(database, authority, closes_at=SOON).number
    later = SOON + timedelta(days=7)
    with pytest.raises(Conflict) as refused:
        amended(database, authority, number, closes_at=SOON)
    assert reason_of(refused) == "no_difference"
    record = amended(database, authority, number, closes_at=later).record
    (told,) = record.difference["changed"]
    assert told[:2] == ["Gói thầu", "Thời điểm đóng thầu"]
    assert told[3] == f"{later + timedelta(hours=7):%H:%M ngày %d/%m/%Y}"
    assert record.closes_at == later
    kept = amended(database, authority, number, drop=[zone_id(3)]).record
    assert kept.closes_at == later


def test_the_files_tell_every_change_so_far(database, authority, first):
    amended(database, authority, first.number, "lần một", drop=[zone_id(3)])
    seen = []

    def spy(package):
        seen.append(package)
        return b""

    from coverage.actions.amendments import amend_package  # noqa: PLC0415
    from tests.signed import signer_of  # noqa: PLC0415

    amend_package(
        database, authority, first.number, Amendment("lần hai", drop=[zone_id(2)]),
        writers={"x": spy}, signer=signer_of(database),
    )  # fmt: skip
    (package,) = seen
    assert [(one.version, one.reason, len(one.went)) for one in package.changes] == [
        (2, "lần một", 1), (3, "lần hai", 1),
    ]  # fmt: skip
    assert (package.version, package.kind, package.draft) == (3, PackageKind.AMENDMENT, False)
    assert len(package.former_releases) == 2


def test_a_version_from_before_is_compared_by_its_own_files(database, authority, first):
    with as_owner(database, authority) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE phusong.package SET said = '{}'"))
    with pytest.raises(Conflict) as refused:
        amended(database, authority, first.number)
    assert reason_of(refused) == "no_difference"
    change(database, authority, zone_id(1), households=77)
    record = amended(database, authority, first.number, drop=[zone_id(3)]).record
    assert record.difference["changed"] == [["L2-01 Bản 1 (Xã Hương Sơn)", "Số hộ", "40", "77"]]
    assert record.difference["went"] == ["L2-03 Bản 3 (Xã Hương Sơn)"]


def test_what_differs_in_nothing_is_no_amendment(database, authority, first):
    with pytest.raises(Conflict) as refused:
        amended(database, authority, first.number)
    assert reason_of(refused) == "no_difference"
    assert len(list_packages(database, authority)) == 1


def test_an_amendment_needs_a_reason_and_a_published_package(database, authority, lots):
    number = build_package(database, authority, "42", NO_MORE).record.number
    with pytest.raises(Conflict) as refused:
        amended(database, authority, number, drop=[zone_id(3)])
    assert reason_of(refused) == "package_is_draft"
    published(database, authority)
    with pytest.raises(Conflict) as refused:
        amended(database, authority, number, " ", drop=[zone_id(3)])
    assert reason_of(refused) == "needs_reason"
    with pytest.raises(NotFound):
        amended(database, authority, "GT-2026-42-999", drop=[zone_id(3)])


def test_only_who_publishes_amends(database, authority, operator, first):
    planner = Actor(authority.organisation_id, authority.kind, Role.PLANNER, "kế hoạch")
    for one in (planner, operator("Viettel")):
        with pytest.raises(NotAllowed):
            amended(database, one, first.number, drop=[zone_id(3)])
        with pytest.raises(NotAllowed):
            cancel_package(database, one, first.number, "vì thử")


def test_a_version_that_waits_is_not_amended(database, authority, first):
    amended(database, authority, first.number, drop=[zone_id(3)], opens_at=SOON)
    with pytest.raises(Conflict) as refused:
        amended(database, authority, first.number, drop=[zone_id(2)])
    assert reason_of(refused) == "version_waits"


def test_two_who_amend_the_same_version_at_once(database, authority, first):
    def outcome(nth):
        try:
            what = {"drop": [zone_id(nth)], "seen_version": 1}
            return amended(database, authority, first.number, **what).record.version
        except Conflict as refused:
            return refused.facts["reason"]

    with ThreadPoolExecutor(2) as people:
        assert set(people.map(outcome, [2, 3])) == {2, "amended_meanwhile"}


def test_zones_that_may_not_enter(database, authority, officer, lots, first):
    report(
        database, officer, a_zone(8, queue="operator"), a_zone(9, latitude=19.0),
    )  # fmt: skip
    number = south(lots).number
    for add, error, reason in (
        ({zone_id(8): number}, Conflict, "zone_not_free"),
        ({zone_id(77): number}, NotFound, None),
        ({zone_id(9): 99}, NotFound, None),
        ({zone_id(1): number}, Conflict, "zone_is_inside"),
    ):
        with pytest.raises(error) as refused:
            amended(database, authority, first.number, add=add)
        assert refused.value.facts.get("reason") == reason
    with pytest.raises(NotFound):
        amended(database, authority, first.number, drop=[zone_id(9)])
    with pytest.raises(Conflict) as refused:
        amended(database, authority, first.number, lot_ids=[])
    assert reason_of(refused) == "no_lot_left"


def test_an_awarded_lot_stays_as_it_is(database, authority, operator, lots, first):
    lot = south(lots)
    with database.transaction(authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.award (package_id, lot_id, operator_id, price_vnd, decision,"
                 " awarded_on, months, clock_reason, due_on, awarded_by)"
                 " VALUES (:package, :lot, :operator, 1, 'QĐ', '2026-11-01', 24, 'x',"
                 " '2028-11-01', 'x')"),
            {"package": first.id, "lot": lot.id,
             "operator": operator("Viettel").organisation_id},
        )  # fmt: skip
    other = next(one for one in lots if one.id != lot.id)
    for what in ({"drop": [zone_id(3)]}, {"lot_ids": [other.id]}):
        with pytest.raises(Conflict) as refused:
            amended(database, authority, first.number, **what)
        assert reason_of(refused) == "lot_awarded"
    with pytest.raises(Conflict) as refused:
        cancel_package(database, authority, first.number, "vì thử")
    assert reason_of(refused) == "package_awarded"
    kept = amended(database, authority, first.number, lot_ids=[lot.id]).record
    assert kept.lot_ids == (lot.id,)


def test_a_preview_writes_nothing_and_names_what_is_confirmed(database, authority, first):
    amendment = Amendment("vì thử", drop=[zone_id(3)])
    shown = preview_amendment(database, authority, first.number, amendment)
    assert (shown.version, shown.totals["zones"]) == (2, 3)
    assert shown.difference.went_ids == (zone_id(3),)
    with database.transaction(authority) as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.lot")).scalar() == 2
    change(database, authority, zone_id(1), households=77)
    with pytest.raises(Conflict) as refused:
        amended(database, authority, first.number, drop=[zone_id(3)], preview=shown.token)
    assert reason_of(refused) == "not_as_previewed"
    again = preview_amendment(database, authority, first.number, amendment)
    record = amended(
        database, authority, first.number, drop=[zone_id(3)], preview=again.token
    ).record
    assert record.version == 2


def test_a_clarification_brings_answers_and_changes_nothing(database, authority, operator, first):
    with pytest.raises(NothingToDo):
        clarified(database, authority, first.number)
    asked = ask_question(database, operator("Viettel"), first.number, "Điện kéo tới đâu?")
    answer_questions(database, authority, first.number, [asked.id], "Tới trung tâm bản.")
    second = clarified(database, authority, first.number)
    assert (second.record.kind, second.record.version) == (PackageKind.CLARIFICATION, 2)
    assert second.record.lot_ids == first.lot_ids
    assert verify_package(second.content).whole
    with pytest.raises(NothingToDo):
        clarified(database, authority, first.number)
    change(database, authority, zone_id(1), households=77)
    again = ask_question(database, operator("Viettel"), first.number, "Đường thì sao?")
    answer_questions(database, authority, first.number, [again.id], "Đường cấp phối.")
    with pytest.raises(Conflict) as refused:
        clarified(database, authority, first.number)
    assert reason_of(refused) == "clarification_changes"
    third = amended(database, authority, first.number)
    assert third.record.difference["changed"]


def test_cancelling_sets_zones_free_and_keeps_the_files(database, authority, operator, first):
    taken = download_package(database, operator("Viettel"), first.number).content
    for reason, name in ((" ", "needs_reason"),):
        with pytest.raises(Conflict) as refused:
            cancel_package(database, authority, first.number, reason)
        assert reason_of(refused) == name
    record = cancel_package(database, authority, first.number, "không có nhà thầu")
    assert (record.status, record.cancel_reason) == (
        PackageStatus.CANCELLED, "không có nhà thầu",
    )  # fmt: skip
    assert set(zone_statuses(database, authority).values()) == {"approved"}
    assert download_package(database, operator("Viettel"), first.number).content == taken
    for act in (
        lambda: cancel_package(database, authority, first.number, "lần nữa"),
        lambda: amended(database, authority, first.number, drop=[zone_id(3)]),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert reason_of(refused) == "package_cancelled"
    lots = propose_lots(database, authority, "42").lots
    assert {len(lot.zone_ids) for lot in lots} == {1, 3}
    assert build_package(database, authority, "42", NO_MORE).record.number.endswith("-002")


def test_the_log_tells_why_and_what(database, authority, first):
    from coverage.storage import audit  # noqa: PLC0415

    amended(database, authority, first.number, "đất không giao được", drop=[zone_id(3)])
    with database.transaction(authority) as connection:
        (entry,) = [one for one in audit.entries(connection) if one.act == "package.amended"]
    told = json.loads(entry.detail)
    assert told["reason"] == "đất không giao được"
    assert told["leaving"] == [str(zone_id(3))]
    assert told["version"] == 2
