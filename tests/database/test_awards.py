"""Awarding lots in the database: checked, kept, cancelled, extended; who sees and who may."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coverage.actions import awards, review
from coverage.actions.lots import propose_lots
from coverage.actions.packages import build_package
from coverage.actions.zone_moves import Seen
from coverage.deadlines import ClockRule
from coverage.errors import Conflict, DeliveryRefused, InputRefused, NotAllowed, NotFound
from coverage.people import Role
from coverage.storage import audit
from coverage.zone_life import Move
from tests.builders import a_zone, zone_id
from tests.delivered import (
    DECISION,
    NO_FILES,
    PRICE,
    a_wish,
    award,
    published,
    rows,
    send,
    status,
    today,
)
from tests.reported import as_owner, change, report
from tests.reviewed import person, standing_now


@pytest.fixture
def number(database, authority, officer, viettel):
    return published(database, authority, officer)


def refused(database, authority, *wishes):
    with pytest.raises(DeliveryRefused) as told:
        awards.award_lots(database, authority, wishes)
    return [found.rule for found in told.value.findings]


def test_an_award_gives_the_lot_its_clock_and_its_zones_their_status(database, authority, number):
    made = award(database, authority, number, awarded_on=today())
    assert (made.operator, made.price_vnd, made.decision) == ("Viettel", PRICE, DECISION)
    assert (made.rule, made.months) == (ClockRule.USUAL, 24)
    assert made.due_on.year == today().year + 2
    assert made.due_on == made.first_due_on
    assert status(database, authority, 1, 2, 3, 4) == ["awarded"] * 3 + ["in_package"]
    reason = standing_now(database, authority, zone_id(1)).zone.status_reason
    assert reason == f"Viettel; {DECISION}; phát sóng chậm nhất {made.due_on:%d/%m/%Y}"
    with database.transaction(authority) as connection:
        told = list(audit.entries(connection))[-1]
    assert (told.act, told.subject) == ("award.made", number)
    assert str(made.id) in told.detail


def test_many_are_awarded_together_or_none(database, authority, number, operator):
    operator("VNPT")
    found = refused(
        database, authority, a_wish(number), a_wish(number, lot="1", operator="Nhà mạng lạ"),
    )  # fmt: skip
    assert found == ["award.operator_unknown"]
    assert status(database, authority, 1, 4) == ["in_package"] * 2
    made = awards.award_lots(
        database, authority, [a_wish(number), a_wish(number, lot="1", operator=" vnpt ")]
    )
    assert [one.operator for one in made] == ["Viettel", "VNPT"]
    assert status(database, authority, 1, 2, 3, 4) == ["awarded"] * 4


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"package_number": ""}, "package_missing"),
        ({"package_number": "GT-2020-01-001"}, "package_not_open"),
        ({"lot": ""}, "lot_missing"), ({"lot": "9"}, "lot_unknown"),
        ({"operator": " "}, "operator_missing"), ({"operator": "Mobi"}, "operator_unknown"),
        ({"price_vnd": None}, "price_missing"), ({"price_vnd": -5}, "price_not_positive"),
        ({"awarded_on": None}, "date_missing"),
        ({"awarded_on": today() + dt.timedelta(days=1)}, "date_to_come"),
        ({"awarded_on": today() - dt.timedelta(days=30)}, "before_opening"),
        ({"decision": " "}, "decision_missing"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_told(database, authority, number, facts, rule):
    assert refused(database, authority, a_wish(number, **facts)) == [f"award.{rule}"]
    assert status(database, authority, 1, 4) == ["in_package"] * 2


def test_a_lot_may_be_named_by_its_number_its_words_or_its_id(database, authority, number):
    lot = rows(database, authority, "SELECT id FROM phusong.lot WHERE number = 2")[0].id
    for said in ("2", " 02 ", "Lô 2", "Lô 2 – Hương Sơn, Sơn Kim 1", str(lot)):
        checked = awards.check_awards(database, authority, [a_wish(number, lot=said)])[0]
        assert checked.lot is not None, said
        assert checked.lot.id == lot


def test_one_standing_award_for_a_lot(database, authority, number, operator):
    operator("VNPT")
    award(database, authority, number)
    assert refused(database, authority, a_wish(number, operator="VNPT")) == [
        "award.awarded_already"
    ]
    assert refused(database, authority, a_wish(number, lot="1"), a_wish(number, lot="lô 1")) == [
        "award.lot_twice"
    ]


def test_of_two_who_award_at_once_one_does(database, authority, number, operator):
    operator("VNPT")
    together = threading.Barrier(2)

    def ask(name):
        together.wait()
        try:
            return award(database, authority, number, operator=name).operator
        except (Conflict, DeliveryRefused):
            return None

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(ask, ("Viettel", "VNPT")))
    assert done.count(None) == 1
    standing = rows(database, authority, "SELECT 1 FROM phusong.award WHERE cancelled_on IS NULL")
    assert len(standing) == 1


def test_a_draft_is_not_awarded(database, authority, officer, number):
    report(database, officer, a_zone(9, latitude=17.5, commune_code="18100"))
    propose_lots(database, authority, "42")
    draft = build_package(database, authority, "42", NO_FILES).record.number
    assert draft != number
    assert refused(database, authority, a_wish(draft, lot="3")) == ["award.package_not_open"]


def test_a_zone_that_went_elsewhere_keeps_its_lot_from_being_awarded(
    database, authority, officer, number
):
    change(database, authority, zone_id(2), status="approved")
    assert refused(database, authority, a_wish(number)) == ["award.zones_gone"]


def test_a_price_above_the_estimate_is_a_warning(database, authority, number):
    lot = rows(database, authority, "SELECT id FROM phusong.lot WHERE number = 2")[0].id
    with as_owner(database, authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.lot_siting (lot_id, inputs_sha256, asked, households_covered,"
                " households_total, cost_vnd, bound, gap, chosen_by) VALUES"
                " (:lot, 'x', '{}', 1, 1, :cost, 1, 0, 'thử')"
            ),
            {"lot": lot, "cost": PRICE - 1},
        )
    checked = awards.check_awards(database, authority, [a_wish(number)])[0]
    assert [found.rule for found in checked.findings] == ["award.over_estimate"]
    assert checked.may_be_made
    assert award(database, authority, number).estimate_vnd == PRICE - 1


def test_the_clock_that_the_package_told_counts(database, authority, number):
    with database.transaction(authority) as connection:
        for key in (1, 2, 3):
            for kind in ("road", "land", "permits"):
                connection.execute(
                    text(
                        "INSERT INTO phusong.zone_readiness (zone_id, kind, state, said_by)"
                        " VALUES (:zone, :kind, 'ready', 'thử')"
                    ),
                    {"zone": zone_id(key), "kind": kind},
                )
    checked = awards.check_awards(database, authority, [a_wish(number)])[0]
    assert [found.rule for found in checked.findings] == ["award.clock_differs"]
    assert "24 tháng" in checked.findings[0].message()
    made = award(database, authority, number)
    assert (made.months, made.rule) == (24, ClockRule.USUAL)


# --- Cancelling and extending ------------------------------------------------------------------


def test_a_cancelled_award_sets_its_zones_free(database, authority, number):
    made = award(database, authority, number)
    with pytest.raises(Conflict) as told:
        awards.cancel_award(database, authority, made.id, "  ")
    assert told.value.facts["reason"] == "award_needs_reason"
    ended = awards.cancel_award(database, authority, made.id, "doanh nghiệp từ chối")
    assert not ended.stands
    assert (ended.cancelled_on, ended.cancel_reason) == (today(), "doanh nghiệp từ chối")
    assert status(database, authority, 1, 2, 3) == ["approved"] * 3
    active = (
        "SELECT 1 FROM phusong.lot_zone JOIN phusong.lot ON id = lot_id WHERE active AND number = 2"
    )
    assert rows(database, authority, active) == []
    with pytest.raises(Conflict) as told:
        awards.cancel_award(database, authority, made.id, "lần nữa")
    assert told.value.facts["reason"] == "award_cancelled"
    assert refused(database, authority, a_wish(number)) == ["award.zones_gone"]


def test_a_lot_that_is_taken_back_may_be_awarded_to_another(database, authority, number, operator):
    operator("VNPT")
    made = award(database, authority, number)
    awards.cancel_award(database, authority, made.id, "ghi nhầm", keep_in_package=True)
    assert status(database, authority, 1, 2, 3) == ["in_package"] * 3
    again = award(database, authority, number, operator="VNPT")
    assert again.operator == "VNPT"
    found = awards.list_awards(database, authority)
    assert [(one.operator, one.stands) for one in found] == [("VNPT", True), ("Viettel", False)]
    assert awards.list_awards(database, authority, standing=True) == [again]


def test_a_report_that_waits_keeps_an_award_from_being_cancelled(
    database, authority, number, viettel
):
    made = award(database, authority, number)
    send(database, viettel, 1)
    with pytest.raises(Conflict) as told:
        awards.cancel_award(database, authority, made.id, "vì thế")
    assert told.value.facts["reason"] == "award_reports_wait"


def test_a_clock_is_extended_with_a_document_and_only_to_later(database, authority, number):
    made = award(database, authority, number)
    later = made.due_on + dt.timedelta(days=45)
    for day, decision, reason in (
        (later, " ", "extension_unnamed"), (made.due_on, "CV 1", "extension_not_later"),
    ):  # fmt: skip
        with pytest.raises(Conflict) as told:
            awards.extend_award(
                database, authority, made.id, day, reason="bão lũ", decision=decision
            )
        assert told.value.facts["reason"] == reason
    extended = awards.extend_award(
        database, authority, made.id, later, reason="bão lũ", decision="CV 1/CVT"
    )
    assert (extended.due_on, extended.first_due_on) == (later, made.due_on)
    latest = later + dt.timedelta(days=30)
    again = awards.extend_award(
        database, authority, made.id, latest, reason="dịch", decision="CV 2/CVT"
    )
    assert (again.due_on, again.first_due_on) == (latest, made.due_on)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        as_owner(database, authority) as connection,
    ):
        connection.execute(text("UPDATE phusong.award_extension SET due_on = due_on + 1"))


# --- Who may, who sees -------------------------------------------------------------------------


def test_only_who_leads_awards(  # noqa: PLR0917 - everybody
    database, authority, officer, viettel, auditor, number
):
    planner = person(authority, "Lan", Role.PLANNER)
    for actor in (planner, officer, viettel, auditor):
        with pytest.raises(NotAllowed):
            awards.award_lots(database, actor, [a_wish(number)])
        with pytest.raises(NotAllowed):
            awards.check_awards(database, actor, [a_wish(number)])
    lead = person(authority, "Minh", Role.LEAD)
    made = award(database, lead, number)
    with pytest.raises(NotAllowed):
        awards.cancel_award(database, planner, made.id, "vì thế")
    with pytest.raises(NotFound):
        awards.cancel_award(database, lead, zone_id(1), "vì thế")


def test_an_operator_and_a_province_are_shown_their_own(  # noqa: PLR0917 - everybody
    database, authority, officer, viettel, auditor, number, operator, province
):
    vnpt = operator("VNPT")
    made = awards.award_lots(
        database, authority, [a_wish(number), a_wish(number, lot="1", operator="VNPT")]
    )
    seen = {
        "viettel": viettel, "vnpt": vnpt, "own": officer, "other": province("40"),
        "auditor": auditor, "authority": authority,
    }  # fmt: skip
    shown = {
        name: [one.operator for one in awards.list_awards(database, actor)]
        for name, actor in seen.items()
    }
    everybody = sorted(one.operator for one in made)
    assert shown.pop("viettel") == ["Viettel"]
    assert shown.pop("vnpt") == ["VNPT"]
    assert shown.pop("other") == []
    assert all(sorted(names) == everybody for names in shown.values())


@pytest.mark.parametrize("who", ["officer", "viettel", "auditor"])
def test_nobody_but_the_authority_writes_an_award(  # noqa: PLR0917 - everybody
    database, authority, number, who, officer, viettel, auditor
):
    made = award(database, authority, number)
    actor = {"officer": officer, "viettel": viettel, "auditor": auditor}[who]
    for statement in (
        "UPDATE phusong.award SET cancelled_on = now()::date, cancelled_by = 'tôi',"
        " cancel_reason = 'x' WHERE id = :id RETURNING id",
        "INSERT INTO phusong.award SELECT gen_random_uuid(), package_id, lot_id, operator_id,"
        " price_vnd, decision, awarded_on, months, clock_reason, due_on, awarded_by, now(),"
        " now()::date, 'x', 'x' FROM phusong.award WHERE id = :id RETURNING id",
    ):
        try:
            with database.transaction(actor) as connection:
                done = connection.execute(text(statement), {"id": made.id}).all()
        except DBAPIError:
            done = []
        assert done == []


def test_a_cancelled_award_stays_cancelled(database, authority, number):
    made = award(database, authority, number)
    awards.cancel_award(database, authority, made.id, "vì thế")
    with database.transaction(authority) as connection:
        again = text(
            "UPDATE phusong.award SET cancelled_on = NULL, cancelled_by = NULL WHERE id = :id"
        )
        assert connection.execute(again, {"id": made.id}).rowcount == 0


# --- Lists -------------------------------------------------------------------------------------


def a_csv(number, *more):
    head = "Số gói thầu;Lô;Doanh nghiệp;Giá trúng thầu (đồng);Ngày ký;Số quyết định"
    day = f"{today():%d/%m/%Y}"
    return "\n".join([
        "KẾT QUẢ LỰA CHỌN NHÀ THẦU;;;;;", head,
        f"{number};Lô 2 – Hương Sơn;Viettel;1.250.000.000;{day};{DECISION}",
        *more, "Tổng cộng;;;1.250.000.000;;",
    ]).encode()  # fmt: skip


def test_a_list_of_awards_is_read_checked_and_made(database, authority, number, operator):
    operator("VNPT")
    other = f"{number};1;VNPT;980 000 000 đ;{today():%d-%m-%Y};{DECISION}"
    checked = awards.read_award_list(database, authority, a_csv(number, other), name="ket-qua.csv")
    assert [each.wish.row for each in checked] == [3, 4]
    assert all(each.may_be_made for each in checked)
    assert [each.due_on.year for each in checked] == [today().year + 2] * 2
    assert status(database, authority, 1, 4) == ["in_package"] * 2
    made = awards.award_lots(database, authority, [each.wish for each in checked])
    assert [one.price_vnd for one in made] == [PRICE, 980_000_000]


def test_what_a_list_says_wrongly_is_told_by_row_and_column(database, authority, number):
    wrong = f"{number};1;VNPT;khoảng 9 tỷ;31/02/2027;"
    checked = awards.read_award_list(database, authority, a_csv(number, wrong), name="ket-qua.csv")[
        1
    ]
    told = [(found.rule, found.column) for found in checked.findings]
    assert told == [
        ("award.price_unreadable", "Giá trúng thầu (đồng)"), ("award.date_unreadable", "Ngày ký"),
        ("award.operator_unknown", None), ("award.decision_missing", None),
    ]  # fmt: skip
    with pytest.raises(InputRefused) as told:
        awards.read_award_list(database, authority, b"a;b\n1;2\n", name="x.csv")
    assert told.value.findings[0].rule == "award.no_columns"


# --- The generic moves -------------------------------------------------------------------------


def test_zones_of_an_award_are_moved_by_their_award_alone(database, authority, number, viettel):
    def moved(move, key):
        seen = Seen(zone_id(key), standing_now(database, authority, zone_id(key)).version)
        with pytest.raises(Conflict) as told:
            review.make_move(database, authority, move, [seen], "vì thế")
        return told.value.facts["reason"]

    assert moved(Move.AWARD, 4) == "zone_in_lot"
    award(database, authority, number)
    assert moved(Move.CANCEL_AWARD, 1) == "zone_in_award"
    send(database, viettel, 1)
    assert moved(Move.CONFIRM, 1) == "report_waits"
    assert moved(Move.REFUSE_ON_AIR, 1) == "report_waits"
